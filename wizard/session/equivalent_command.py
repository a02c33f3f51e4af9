"""The command line that saves the same settings as the wizard."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from wizard.catalog.presets import apply_edit, apply_preset
from wizard.config import DEFAULT_FILE
from wizard.model.redaction import displayed
from wizard.model.settings import DECLARATIONS, Kind, Settings
from wizard.text.sanitize import sanitize_command
from wizard.text.shell_path import path_word

MAX_DISPLAY = 1000  # characters
_ACCESS_KEY = "YOUR-ACCESS-KEY"


def configure_command(settings: Settings, path: Path) -> str:
    """`storage-wizard configure …` with one flag for each setting that differs from the preset of the provider.

    The secret key is read from standard input, so that it appears in no command line.
    """
    chosen = apply_edit(apply_preset(Settings(), settings.provider), {"region": settings.region})
    preset = chosen.replace({"secure": apply_edit(chosen, {"regionendpoint": settings.regionendpoint}).secure})
    changed = [
        name for name in DECLARATIONS if settings.value(name) != preset.value(name) or name in ("bucket", "region")
    ]
    if settings.type == "filesystem":
        changed = [name for name in ("registry", "rootdirectory") if name in changed]
    words = ["storage-wizard", "configure"]
    if path != DEFAULT_FILE:
        words += ["-c", path_word(path)]
    words += ["--provider", settings.provider]
    for name in changed:
        words += flag_words(settings, name)
    return shlex.join(words)


def display_command(settings: Settings, path: Path) -> str:
    """The same command to be shown, without credentials and control characters.

    The access key is replaced by a placeholder, because an abbreviated key would be refused.
    """
    shown = displayed(settings).replace({"accesskey": _ACCESS_KEY if settings.accesskey else ""})
    return sanitize_command(configure_command(shown, path), MAX_DISPLAY)


def display_heading(settings: Settings, without: str) -> str:
    """The line above the command; `without` is what the command does without, such as "a screen"."""
    source = " (secret key on stdin)" if settings.secretkey and settings.type != "filesystem" else ""
    return f"Run the same setup without {without}{source}:"


def flag_words(settings: Settings, name: str) -> Iterator[str]:
    """The flag of `configure` for the value of one setting; nothing for an empty secret."""
    value = settings.value(name)
    match DECLARATIONS[name].kind:
        case Kind.SECRET:
            yield from (f"--{name}-file", "-") if value else ()
        case Kind.SWITCH:
            yield f"--{name}" if value else f"--no-{name}"
        case _:
            yield from (f"--{name}", str(value))
