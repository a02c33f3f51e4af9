"""The parts that screens are composed of: fields, inputs, the frame around a step and the table of checks.

A widget shows what it is given and posts messages; it neither changes the wizard's state nor opens a screen. To add
one, add a module here and its style to `tui/wizard.tcss`.
"""
