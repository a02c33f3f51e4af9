"""The file that --output or another flag names, which a command is to write."""

from __future__ import annotations

import contextlib
import stat
from pathlib import Path

from wizard.config import file as config_file
from wizard.console.exit_status import CommandError
from wizard.files.reading import is_folder
from wizard.text.sanitize import sanitize
from wizard.text.shell_path import shell_path


def refuse_dash(path: Path, what: str) -> None:
    """Raises `CommandError` for `-`, which would be a file of that name; without the flag, `what` is printed."""
    if path == Path("-"):
        raise CommandError(f"-o needs the name of a file. To print {what}, omit -o.")


def finish_before_signals(path: Path) -> contextlib.AbstractContextManager[None]:
    """See `signals.finish_before_signals`. No effect for a pipe or a device: a write there can hang."""
    from wizard.console import signals  # imported here: not needed to print

    return contextlib.nullcontext() if _is_stream(path) else signals.finish_before_signals(path)


def _is_stream(path: Path) -> bool:
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def require(path: Path, usual_name: str, flag: str = "-o") -> None:
    """Raises `CommandError` if `path` is a folder, or a settings file, which stays; suggests the usual name."""
    if is_folder(path):
        example = shell_path(path / usual_name, 300)
        raise CommandError(f"{sanitize(path)} is a folder. Choose a file in it: {flag} {example}")
    if config_file.is_settings_file(path):
        raise CommandError(
            f"{sanitize(path)} is a settings file of storage-wizard, so nothing was written. "
            f"Choose another file: {flag} {usual_name}"
        )
