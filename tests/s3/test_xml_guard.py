"""Bodies are classified before they are parsed."""

from __future__ import annotations

import pytest

from tests.support import hostile_store
from wizard.s3.xml_guard import BodyKind, classify_body


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", BodyKind.VALID),
        (b"<a/>", BodyKind.VALID),
        (b"<?xml version='1.0'?><a>text</a>", BodyKind.VALID),
        (b"<!DOCTYPE html><p>Sign in</p>", BodyKind.NOT_XML),
        (b"\n<HTML><body>Sign in</body></HTML>", BodyKind.NOT_XML),
        (b"hello", BodyKind.NOT_XML),
        (b'{"a": 1}', BodyKind.NOT_XML),
        (b"<a>", BodyKind.MALFORMED),
        (b"<a>\x00</a>", BodyKind.MALFORMED),
        (b"<!DOCTYPE a><a/>", BodyKind.UNSAFE),
        (b"<a>" + b"<b/>" * 100_000 + b"</a>", BodyKind.UNSAFE),
        (hostile_store.BILLION_LAUGHS, BodyKind.UNSAFE),
        (hostile_store.QUADRATIC, BodyKind.UNSAFE),
        (hostile_store.EXTERNAL, BodyKind.UNSAFE),
        (hostile_store.BILLION_LAUGHS.decode().encode("utf-16"), BodyKind.UNREADABLE),
        (b'<?xml version="1.0" encoding="UTF-8"?><a/>', BodyKind.VALID),
        (b'\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?><a/>', BodyKind.VALID),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>', BodyKind.UNREADABLE),
        (b'<?xml version="1.1"?><a/>', BodyKind.UNREADABLE),
    ],
    ids=[
        "empty", "XML", "declaration", "doctype of a page", "page", "text", "JSON", "cut", "changed",
        "doctype", "many tags", "billion laughs", "quadratic", "external entity", "UTF-16",
        "UTF-8", "byte order mark", "Latin-1", "version 1.1",
    ],
)  # fmt: skip
def test_a_body_has_a_kind(body: bytes, kind: BodyKind) -> None:
    assert classify_body(body) is kind


def test_a_full_page_of_a_listing_is_valid() -> None:
    entry = b"<Contents>" + b"<a>b</a>" * 9 + b"</Contents>"
    assert classify_body(b"<ListBucketResult>" + entry * 1000 + b"</ListBucketResult>") is BodyKind.VALID
