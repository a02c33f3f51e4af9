"""The version of the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wizard import __version__

_STAMP = "build.txt"  # written beside this file by `hatch_build.py`: the commit and its date, or nothing


def program_version() -> str:
    """The version, with the commit that a build was made from, or "from source"."""
    loader: Any = __spec__.loader  # also reads from a zip file
    try:
        stamp = loader.get_data(str(Path(__file__).with_name(_STAMP))).decode().strip()
    except OSError:
        stamp = "from source"
    return f"{__version__} ({stamp})" if stamp else __version__
