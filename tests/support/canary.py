"""A secret that is looked for wherever something came out, as it is and in what it may be wrapped into."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

from botocore.exceptions import ClientError

SECRET = "Kq7/wYv+3zLxX9TbR2mNfHsJ5dPgC8eUa41QzV6o"  # 40 characters, as Amazon's, with those that URLs quote
_PIECE = 8  # characters; the end of four that a person is shown is none
_STEERING = re.compile(rb"\x1b\[[0-9;?<>$=]*[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\r\n\0]")


def _pieces(text: str, length: int) -> set[bytes]:
    return {text[at : at + length].encode() for at in range(len(text) - length + 1)}


def _wrapped(secret: str) -> set[bytes]:
    found = _pieces(secret, _PIECE) | _pieces(secret[::-1], _PIECE)
    found |= _pieces(quote(secret, safe=""), _PIECE + 2) | _pieces(quote(quote(secret, safe=""), safe=""), _PIECE + 4)
    for digits in (secret.encode().hex(), secret.encode().hex().upper()):
        found |= _pieces(digits, 2 * _PIECE)
    for start in range(3):  # where three bytes begin, of which base64 makes four characters
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            whole = secret.encode()[start : start + 3 * ((len(secret) - start) // 3)]
            found |= _pieces(encode(whole).decode(), 4 * _PIECE // 3 + 1)
    return found


_LOOKED_FOR = _wrapped(SECRET)


def leaks(*outputs: bytes | str) -> list[str]:
    """Where the secret shows, each with what stands around it."""
    found = []
    for output in outputs:
        data = output.encode(errors="replace") if isinstance(output, str) else output
        for seen in (data, _STEERING.sub(b"", data)) if b"\x1b" in data else (data,):
            for piece in _LOOKED_FOR:
                if (at := seen.find(piece)) >= 0:
                    found.append(repr(seen[max(0, at - 60) : at + 60]))
                    break
    return found


def files_with_leaks(folder: Path) -> list[str]:
    """The files below a folder that hold it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(str(path.relative_to(folder)) for path in files if leaks(path.read_bytes()))


def broken(*_: object, **__: object) -> NoReturn:
    """Fails with the secret in every place that an error has, and in a local variable."""
    in_a_local = SECRET
    cause = ExceptionGroup(in_a_local, [KeyError(in_a_local)])
    cause.add_note(in_a_local)
    cause.__cause__ = ClientError({"Error": {"Code": in_a_local, "Message": in_a_local}}, in_a_local)
    raise RuntimeError(in_a_local, in_a_local.encode()) from cause
