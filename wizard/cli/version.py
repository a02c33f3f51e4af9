"""Which build this is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wizard import __version__

STAMP = "build.txt"  # which the wheel's build leaves beside this file: the commit and its date


def program_version() -> str:
    """The version, and of a build the commit that it was made of, or that it is no build."""
    loader: Any = __spec__.loader  # also inside of a zip file
    try:
        stamp = loader.get_data(str(Path(__file__).with_name(STAMP))).decode().strip()
    except OSError:
        stamp = "from source"
    return f"{__version__} ({stamp})" if stamp else __version__
