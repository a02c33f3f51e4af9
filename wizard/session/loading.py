"""Loads the settings file, and recognizes a registry's own configuration in its place."""

from __future__ import annotations

import contextlib
from pathlib import Path

from wizard.config import file as config_file
from wizard.config.file import ConfigFile, NotFoundError
from wizard.config.toml import ConfigError
from wizard.files.reading import is_regular_file
from wizard.text.sanitize import sanitize
from wizard.text.shell_path import shell_path


def load(path: Path, deadline: float | None = None) -> ConfigFile:
    """Loads a settings file. A pipe is waited for until `deadline` (monotonic clock, seconds), if there is one.

    Raises `NotFoundError` and `ConfigError`, which says what another known file is.
    """
    try:
        return config_file.load(path, deadline)
    except NotFoundError:
        raise
    except ConfigError as error:
        if is_regular_file(path) and (title := _title_of_other_format(path)):  # a pipe can be read only once
            command = f"storage-wizard import {shell_path(path, 300)}"
            message = f"{sanitize(path)} isn't a settings file: it looks like {title}. To start from it, run: {command}"
            raise ConfigError(message) from None
        raise error from None


def _title_of_other_format(path: Path) -> str:
    """What a file is that `import` can read; empty for others."""
    # Imported here: a settings file needs no parser of another format.
    from wizard.formats.detect import detect
    from wizard.formats.format import FormatError
    from wizard.formats.lookup import format_of
    from wizard.session.importing import read_text

    with contextlib.suppress(FormatError):
        return format_of(detect(read_text(path, lambda _: None))).title
    return ""
