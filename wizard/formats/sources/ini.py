"""Configuration files with sections, as the AWS command line and rclone have them."""

from __future__ import annotations

import configparser
import os
from pathlib import Path

from wizard.formats.format import FormatError
from wizard.text.sanitize import sanitize


def config_path(variable: str, default: str) -> Path:
    """The path that an environment variable names, or the default; `~` is the home directory if there is one."""
    return Path(os.path.expanduser(os.environ.get(variable) or default))  # noqa: PTH111 - Path fails without a home


def read_sections(path: Path) -> dict[str, dict[str, str]]:
    """The sections of a file with their values; none if the file does not exist. `FormatError` if it is unreadable."""
    parser = configparser.RawConfigParser(strict=False, default_section="", comment_prefixes=("#", ";"))
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, configparser.Error):  # a message can quote a line with a secret
        raise FormatError(f"{sanitize(path)} could not be read as a file of sections. Look at it there.") from None
    return {name: dict(parser[name]) for name in parser.sections()}


def list_names(kind: str, names: list[str]) -> str:
    """A sentence with the names that exist."""
    return f"There are: {sanitize(', '.join(names), 300)}." if names else f"There are no {kind} here at all."
