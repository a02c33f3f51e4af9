"""A planted secret, searched for in every output in plain and in encoded form."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from botocore.exceptions import ClientError

SECRET = "Kq7/wYv+3zLxX9TbR2mNfHsJ5dPgC8eUa41QzV6o"  # 40 characters, as Amazon's, with those that URLs quote
_PIECE = 8  # characters of the secret that count as a leak; the program shows the last four
_CONTROL = re.compile(rb"\x1b\[[0-9;?<>$=]*[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\r\n\0]")


def _substrings(text: str, length: int) -> set[bytes]:
    return {text[start : start + length].encode() for start in range(len(text) - length + 1)}


def _forms(secret: str) -> set[bytes]:
    """Pieces of the secret: plain, reversed, quoted for URLs, in hexadecimal and in base64."""
    forms = _substrings(secret, _PIECE) | _substrings(secret[::-1], _PIECE)
    quoted = quote(secret, safe="")
    forms |= _substrings(quoted, _PIECE + 2) | _substrings(quote(quoted, safe=""), _PIECE + 4)
    for digits in (secret.encode().hex(), secret.encode().hex().upper()):
        forms |= _substrings(digits, 2 * _PIECE)
    for offset in range(3):  # base64 encodes groups of three bytes, and the secret can start anywhere in a group
        groups = secret.encode()[offset : offset + 3 * ((len(secret) - offset) // 3)]
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            forms |= _substrings(encode(groups).decode(), 4 * _PIECE // 3 + 1)
    return forms


_FORMS = _forms(SECRET)


def leaks(*outputs: bytes | str) -> list[str]:
    """The places where the secret appears, each with its surroundings; at most two for each output."""
    found = []
    for output in outputs:
        data = output.encode(errors="replace") if isinstance(output, str) else output
        for text in (data, _CONTROL.sub(b"", data)) if b"\x1b" in data else (data,):
            for form in _FORMS:
                if (start := text.find(form)) >= 0:
                    found.append(repr(text[max(0, start - 60) : start + 60]))
                    break
    return found


def files_with_leaks(folder: Path) -> list[str]:
    """The files below a folder that contain the secret, by their relative paths."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(str(path.relative_to(folder)) for path in files if leaks(path.read_bytes()))


def raise_with_secret(*_: object, **__: object) -> NoReturn:
    """Raise an error with the secret in its arguments, its causes, its notes, and a local variable."""
    secret_in_local = SECRET
    cause = ExceptionGroup(secret_in_local, [KeyError(secret_in_local)])
    cause.add_note(secret_in_local)
    cause.__cause__ = ClientError({"Error": {"Code": secret_in_local, "Message": secret_in_local}}, secret_in_local)
    raise RuntimeError(secret_in_local, secret_in_local.encode()) from cause
