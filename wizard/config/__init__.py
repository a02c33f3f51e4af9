"""The settings file: its name, TOML syntax, schema and text, and loading and saving it.

To add a table or a key that is not a setting, extend `schema`. Settings come from their declarations in `wizard.model`.
"""

from pathlib import Path

DEFAULT_FILE = Path("storage.toml")  # in the current folder
