"""The root directory: a prefix in the bucket, or a directory on the local filesystem."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from wizard.model.findings import Finding, Fix
from wizard.model.settings import Settings
from wizard.rules.invalid import describe_invalid_character, invalid_setting
from wizard.text.sanitize import sanitize


def prefix_in_bucket(settings: Settings) -> Iterator[Finding]:
    """The driver's own pattern for paths: `^(/[A-Za-z0-9._-]+)+$`, with an optional slash at either end.

    Source: registry/storage/driver/storagedriver.go of CNCF Distribution, PathRegexp.
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
    elif char := describe_invalid_character(path, r"[A-Za-z0-9._/-]"):
        text = f"{char} cannot be in a path: letters, digits, `.`, `_`, `-` and `/` only."
        yield invalid_setting("rootdirectory", text)
    elif {".", ".."} & set(path.split("/")):
        yield invalid_setting("rootdirectory", "`.` and `..` mean nothing in a bucket; give the path itself.")


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
