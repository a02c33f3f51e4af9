"""Keeps secrets out of core dumps, and out of the reach of debuggers."""

from __future__ import annotations

import contextlib
import resource
import sys

_MEMORY_OF_DUMPS = "/proc/self/coredump_filter"  # which kinds of memory a dump has, see core(5)
_PR_SET_DUMPABLE = 4  # <linux/prctl.h>


def disable_core_dumps() -> None:
    """From now on no core dump of this process contains its memory, as far as the system supports that.

    A limit of 0 is enough where dumps are files. A program that gets them through a pipe, see core(5), can ignore the
    limit, so on Linux no memory is put into a dump either. Both hold for the programs that this one starts, too.
    """
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError), open(_MEMORY_OF_DUMPS, "w") as file:  # noqa: PTH123 - no file of the user's
        file.write("0")


def refuse_debuggers() -> None:
    """From now on other processes of the same user cannot read the memory of this one, or attach a debugger to it.

    On Linux only: it becomes undumpable, see PR_SET_DUMPABLE(2const). Programs that this one starts are not.
    """
    if sys.platform == "linux":
        with contextlib.suppress(ImportError, OSError, AttributeError):  # Python without ctypes, or a static one
            import ctypes  # imported here: it takes a tenth of the time of a command that only reads files

            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
