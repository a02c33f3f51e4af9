"""The names of temporary files, which tell which file each one was to replace."""

from __future__ import annotations

import os
import re
from pathlib import Path

_PREFIX = ".storage-wizard-"


def temporary_name(target: Path) -> str:
    """A new random name for the temporary file that will replace `target`."""
    return f"{_prefix(target)}{os.urandom(8).hex()}.tmp"


def find_temporary_files(target: Path) -> list[Path]:
    """The temporary files of this user that were to replace `target` or its backup.

    They belong to a process that was killed, unless another process is writing `target` at this moment.
    """
    try:
        with os.scandir(target.parent) as entries:
            candidates = [Path(entry) for entry in entries if entry.name.startswith(_PREFIX)]
        pattern = re.compile(rf"{_prefix(target)}[0-9a-f]{{16}}\.tmp") if candidates else None
        return [
            path
            for path in candidates
            if pattern and pattern.fullmatch(path.name) and path.lstat().st_uid == os.geteuid()
        ]
    except OSError:
        return []


def _prefix(target: Path) -> str:
    import zlib  # imported here: only needed when a file is written, or a temporary file was found

    name = target.name.removesuffix(".bak")  # a file and its backup share one prefix
    return f"{_PREFIX}{zlib.crc32(os.fsencode(name)):08x}-"
