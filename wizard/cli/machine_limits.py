"""The limits of a machine or container that end the program, and are no error in it: files, threads, memory."""

from __future__ import annotations

import errno
from collections.abc import Iterator

_FILES = "no more files can be opened. Raise the limit (ulimit -n), and try again."
_THREADS = "no more threads can be started. Raise the limit (ulimit -u, or that of the container), and try again."
_MEMORY = "the memory is used up. Give the program more (ulimit -v, or the limit of the container), and try again."
_OF_ERRNO = {errno.EMFILE: _FILES, errno.ENFILE: _FILES, errno.ENOMEM: _MEMORY}


def reached_limit(error: BaseException) -> str:
    """What to do about the limit that led to `error`; empty if none did."""
    return next(filter(None, map(_limit_of, _chain(error))), "")


def _limit_of(error: BaseException) -> str:
    match error:
        case MemoryError():
            return _MEMORY
        case OSError():
            return _OF_ERRNO.get(error.errno or 0, "")
        case RuntimeError(args=("can't start new thread",)):
            return _THREADS
    return ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it was raised for, the last one first."""
    seen = list[BaseException]()
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or error.__context__
