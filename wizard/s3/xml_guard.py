"""Inspects the body of an answer before botocore parses it."""

from __future__ import annotations

import codecs
from enum import Enum, auto
from xml.parsers import expat

_MAX_TAGS = 100_000  # a full page of a listing has a quarter of that
_HEAD_SIZE = 2000  # bytes that are searched for the mark of a web page


class BodyKind(Enum):
    """What the body of an answer is."""

    VALID = auto()  # well-formed XML, or empty
    NOT_XML = auto()  # a web page, or anything else that is not XML
    MALFORMED = auto()  # XML that was cut short or changed
    UNREADABLE = auto()  # XML of another version than 1.0, or in another encoding than UTF-8: Go reads no other
    UNSAFE = auto()  # XML that takes far more memory when it is parsed


class _DeclarationError(Exception):
    """The XML declares another version or encoding."""


class _DoctypeError(Exception):
    """The XML has a document type declaration."""


def classify_body(body: bytes) -> BodyKind:
    """What a complete body is.

    S3 never declares a document type. With one, XML can define entities that expand exponentially ("billion laughs",
    https://docs.python.org/3/library/xml.html#xml-security).
    """
    head = body[:_HEAD_SIZE].lower()
    if not head:
        return BodyKind.VALID
    if b"<html" in head or b"<!doctype html" in head:
        return BodyKind.NOT_XML
    if body.count(b"<") > _MAX_TAGS:
        return BodyKind.UNSAFE
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return BodyKind.UNREADABLE
    parser = expat.ParserCreate("utf-8")
    parser.XmlDeclHandler = _reject_declaration
    parser.StartDoctypeDeclHandler = _reject_doctype
    try:
        parser.Parse(body, True)
    except _DeclarationError:
        return BodyKind.UNREADABLE
    except _DoctypeError:
        return BodyKind.UNSAFE
    except expat.ExpatError:
        return BodyKind.MALFORMED if head.startswith(b"<") else BodyKind.NOT_XML
    return BodyKind.VALID


def _reject_declaration(version: str, encoding: str | None, _standalone: int) -> None:
    if version != "1.0" or (encoding or "utf-8").lower() != "utf-8":
        raise _DeclarationError


def _reject_doctype(*_: object) -> None:
    raise _DoctypeError
