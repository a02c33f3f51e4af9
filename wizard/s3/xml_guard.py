"""Whether an answer is XML as a store sends it, told before anything is made of it."""

from __future__ import annotations

from enum import Enum, auto
from xml.parsers import expat

_MOST_TAGS = 100_000  # a full page of a listing has a quarter of that


class BodyKind(Enum):
    """What the body of an answer is."""

    PLAIN = auto()  # whole XML, or nothing
    PAGE = auto()  # a web page, or no XML at all
    BROKEN = auto()  # XML that was cut or changed
    GROWS = auto()  # XML that takes far more room than it has bytes


class _DoctypeError(Exception):
    pass


def classify_body(body: bytes) -> BodyKind:
    """The form of a whole body. XML from a store never declares its type, and with that entities made of others."""
    head = body[:2000].lower()
    if not head:
        return BodyKind.PLAIN
    if b"<html" in head or b"<!doctype html" in head:
        return BodyKind.PAGE
    if body.count(b"<") > _MOST_TAGS:
        return BodyKind.GROWS
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(body, True)
    except _DoctypeError:
        return BodyKind.GROWS
    except expat.ExpatError:
        return BodyKind.BROKEN if head.startswith(b"<") else BodyKind.PAGE
    return BodyKind.PLAIN


def _refuse(*_: object) -> None:
    raise _DoctypeError
