"""What a debugger or an error report could show of the variables of functions."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from types import FrameType


@contextlib.contextmanager
def objects_of_program() -> Iterator[list[object]]:
    """The objects of the program's own classes in the variables of every function that returns meanwhile."""
    found: list[object] = []

    def look(frame: FrameType, event: str, _: object) -> None:
        if event == "return" and frame.f_globals.get("__name__", "").startswith("wizard."):
            found.extend(each for each in frame.f_locals.values() if type(each).__module__.startswith("wizard."))

    sys.setprofile(look)
    try:
        yield found
    finally:
        sys.setprofile(None)
