"""Limits of the machine or container that end the program without a fault in it: open files, threads, memory."""

from __future__ import annotations

import errno
from collections.abc import Iterator

_FILES = "too many open files. Raise the limit (ulimit -n) and try again."
_THREADS = "can't start another thread. Raise the limit (ulimit -u, or the container's) and try again."
_MEMORY = "out of memory. Raise the limit (ulimit -v, or the container's) and try again."
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
