"""The root directory: a prefix in the bucket, or a directory on the local filesystem."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from wizard.model.findings import Finding, Fix
from wizard.model.settings import Settings
from wizard.rules.invalid import invalid_setting
from wizard.text.sanitize import sanitize

# Also control characters, line separators, invisible characters and surrogates, which are mistakes of a paste.
_REFUSED = re.compile(r"[%?#\\\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def prefix_in_bucket(settings: Settings) -> Iterator[Finding]:
    """The registries can list, write and read below the directory.

    Tried with registries of the 2.8 and 3.1 lines on MinIO, rclone, SeaweedFS and Garage: blanks, `+`, `&`, `=`,
    quotes, `*`, `:` and letters beyond ASCII work; `%`, `?`, `#`, backslashes, tabs, `//`, `.` and `..` do not. Some
    stores refuse more: Versity S3 Gateway fails with a blank and a plus sign. Only a validation shows that.
    """
    path = settings.rootdirectory.strip("/")
    if not path:
        return
    if "//" in path:
        yield invalid_setting(
            "rootdirectory",
            "Two slashes in a row name an empty folder.",
            Fix("Use one slash.", {"rootdirectory": "/" + re.sub("/+", "/", path)}),
        )
    elif char := next(filter(_REFUSED.match, path), ""):
        yield invalid_setting("rootdirectory", f"{_name(char)} cannot be in a path: the registry or the store fails.")
    elif {".", ".."} & set(path.split("/")):
        yield invalid_setting("rootdirectory", "`.` and `..` mean nothing in a bucket; give the path itself.")


def _name(char: str) -> str:
    return "A tab" if char == "\t" else "A line break" if char in "\r\n" else f"`{sanitize(char)}`"


def local_directory(settings: Settings) -> Iterator[Finding]:
    """An absolute path without control characters."""
    path = settings.rootdirectory
    if not path:
        yield invalid_setting(
            "rootdirectory",
            "Type the folder that keeps the images.",
            Fix("Use /var/lib/registry.", {"rootdirectory": "/var/lib/registry"}),
        )
    elif not PurePosixPath(path).is_absolute():
        yield invalid_setting(
            "rootdirectory",
            "The folder must be an absolute path.",
            Fix(f"Use /{sanitize(path, 80)}.", {"rootdirectory": f"/{path}"}),
        )
    elif any(char < " " or char == "\x7f" for char in path):
        yield invalid_setting("rootdirectory", "A path has no control characters; type it again.")
