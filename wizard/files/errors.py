"""The errors of file operations, in sentences that an administrator can act on."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator, Mapping
from pathlib import Path

from wizard.text.sanitize import sanitize


class FileError(Exception):
    """A file cannot be read or written. The message is one or two sentences: the reason, and what to do."""


class ChangedError(FileError):
    """Another program changed the file after it was read. Nothing was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{sanitize(path)} was changed by another program, so nothing was written. Try again.")


_NOT_READABLE = "{path} cannot be read by this user. Run as its owner, or choose another file."
_READ_ERRORS = {
    errno.EISDIR: "{path} is a folder, not a file. Choose a file in it.",
    errno.ENOTDIR: "Part of the path {path} is a file, not a folder. Check the path.",
    errno.EACCES: _NOT_READABLE,
    errno.EPERM: _NOT_READABLE,
}
_OTHER_READ_ERROR = "{path} could not be read: {reason}. Choose another file."

_NOT_WRITABLE = "{path} was not saved: this user cannot write there. Run as its owner, or choose another location."
_WRITE_ERRORS = {
    errno.ENOSPC: "{path} was not saved: the disk is full. Free some space, or choose another location.",
    errno.EDQUOT: "{path} was not saved: the disk quota is exceeded. Free some space, or choose another location.",
    errno.EROFS: "{path} was not saved: the file system is read-only. Choose another location.",
    errno.EISDIR: "{path} was not saved: it is a folder. Choose a file in it.",
    errno.ENOTDIR: "{path} was not saved: part of its path is a file. Choose another location.",
    errno.EACCES: _NOT_WRITABLE,
    errno.EPERM: _NOT_WRITABLE,
}
_OTHER_WRITE_ERROR = "{path} was not saved: {reason}. Choose another location."


def read_error(error: OSError, path: Path) -> FileError:
    """The sentence for a system call that failed while `path` was read."""
    return explain(error, path, _READ_ERRORS, _OTHER_READ_ERROR)


@contextlib.contextmanager
def write_errors(path: Path) -> Iterator[None]:
    """Turn each system error of the block into the sentence for writing `path`.

    `BrokenPipeError` stays: the reader of the output has ended, which is no failure of the file.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise explain(error, path, _WRITE_ERRORS, _OTHER_WRITE_ERROR) from None


def explain(error: OSError, path: Path, sentences: Mapping[int, str], default: str) -> FileError:
    """Turn a system error into a `FileError`.

    `sentences` maps an errno to a sentence, `default` is for every other one. Both may contain `{path}` and `{reason}`.
    """
    sentence = sentences.get(error.errno or 0, default)
    reason = sanitize(error.strerror or "unknown reason")
    return FileError(sentence.format(path=sanitize(path), reason=reason))
