"""The settings file: its TOML syntax, its schema, and loading and saving it."""
