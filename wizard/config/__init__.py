"""The settings file: its name, its TOML syntax, its schema, and loading and saving it."""

from pathlib import Path

DEFAULT_FILE = Path("storage.toml")  # in the current folder
