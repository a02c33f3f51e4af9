"""The error of a file operation, in sentences that an administrator can act on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from wizard.text.sanitize import sanitize


class FileError(Exception):
    """A file cannot be read or written. The message is one or two sentences: the reason, and what to do."""


def explain(error: OSError, path: Path, sentences: Mapping[int, str], default: str) -> FileError:
    """Turn a system error into a `FileError`.

    `sentences` maps an errno to a sentence, `default` is for every other one. Both may contain `{path}` and `{reason}`.
    """
    sentence = sentences.get(error.errno or 0, default)
    reason = sanitize(error.strerror or "the system gives no reason")
    return FileError(sentence.format(path=sanitize(path), reason=reason))
