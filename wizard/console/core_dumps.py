"""Keeps secrets out of core dumps."""

from __future__ import annotations

import contextlib
import resource
import sys

_PR_SET_DUMPABLE = 4  # <linux/prctl.h>


def disable_core_dumps() -> None:
    """From now on no core dump of this process is written, as far as the system supports that.

    A limit of 0 is enough where dumps are files. A program that gets them through a pipe, see core(5), can ignore the
    limit, so on Linux the process is made undumpable too, see PR_SET_DUMPABLE(2const). Then other processes of the same
    user cannot read its memory, or attach a debugger to it. Programs that this one starts are dumpable again.
    """
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(ImportError, OSError, AttributeError):  # Python without ctypes, or a static one
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
