"""The root directory: a prefix in the bucket, or a directory on the local filesystem."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from wizard.catalog.registries import registry_of
from wizard.model.findings import Finding, Fix
from wizard.model.settings import Settings
from wizard.rules.invalid import invalid_setting
from wizard.text.sanitize import sanitize

# Control characters, line separators, invisible characters and surrogates are mistakes of a paste.
_REFUSED = r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
_ESCAPE = "%[0-9A-Fa-f]{2}"
_REFUSED_WITH_V2 = "[ #?%]"


def prefix_in_bucket(settings: Settings) -> Iterator[Finding]:
    """The registries can list, write and read below the directory.

    Tried with registries of the 2.8 and 3.1 lines on moto, Swift, SeaweedFS, Versity, MinIO, rclone and Garage: an
    escape such as `%20`, tabs, `//`, `.` and `..` fail everywhere. Other characters work on some of them and fail on
    others, which only a validation shows: `#`, `?`, `%`, backslashes and letters beyond ASCII do.

    With V2 the path is sent without percent-encoding, and parsed once more before it is signed: s3_v2_signer.go.
    """
    path, registry = settings.rootdirectory.strip("/"), registry_of(settings.registry)
    if not path:
        return
    if not registry.has_root:
        yield invalid_setting(
            "rootdirectory",
            f"{registry.title} has no root directory: it keeps its images at the top of the bucket.",
            Fix("Remove it.", {"rootdirectory": ""}),
        )
    elif "//" in path:
        yield invalid_setting(
            "rootdirectory",
            "Remove the double slash.",
            Fix("Use one slash.", {"rootdirectory": "/" + re.sub("/+", "/", path)}),
        )
    elif refused := re.search(_REFUSED, path):
        yield invalid_setting(
            "rootdirectory", f"{_name(refused[0])} isn't allowed in a path: the registry or the store fails."
        )
    elif escape := re.search(_ESCAPE, path):
        yield invalid_setting("rootdirectory", f'Stores decode "{escape[0]}" when they copy an object, so pushes fail.')
    elif not settings.v4auth and (refused := re.search(_REFUSED_WITH_V2, path)):
        text = f"With V2 the registry doesn't escape {_name(refused[0]).replace('A ', 'a ')}, so every call fails."
        yield invalid_setting("rootdirectory", text)
    elif {".", ".."} & set(path.split("/")):
        yield invalid_setting("rootdirectory", '"." and ".." have no meaning in a bucket. Enter the path itself.')


def _name(char: str) -> str:
    return _NAMES.get(char) or f'"{sanitize(char)}"'


_NAMES = {" ": "A space", "\t": "A tab", "\r": "A line break", "\n": "A line break"}


def local_directory(settings: Settings) -> Iterator[Finding]:
    """An absolute path without control characters."""
    path = settings.rootdirectory
    if not path:
        yield invalid_setting(
            "rootdirectory",
            "Enter the folder for the images.",
            Fix("Use /var/lib/registry.", {"rootdirectory": "/var/lib/registry"}),
        )
    elif not PurePosixPath(path).is_absolute():
        is_relative = path.startswith((".", "~"))  # to a folder that only the shell knows
        fix = None if is_relative else Fix(f"Use /{sanitize(path, 80)}.", {"rootdirectory": f"/{path}"})
        yield invalid_setting("rootdirectory", "Enter an absolute path, such as /srv/images.", fix)
    elif any(char < " " or char == "\x7f" for char in path):
        yield invalid_setting("rootdirectory", "The path contains control characters. Retype it.")
