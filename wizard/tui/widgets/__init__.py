"""The parts that screens are composed of: fields, inputs, the frame around a step and the table of checks."""
