"""Dates are read as the SDKs of the registries read them: those of 2.8 read fewer forms than the newer ones."""

from __future__ import annotations

import pytest

from wizard.s3.dates import unreadable_date

NOBODY, NEWER, BOTH = (False, False), (False, True), (True, True)  # 2.8, and the others
HEADERS = {
    "Thu, 26 Nov 2026 19:00:00 GMT": BOTH,
    "Thu, 5 Nov 2026 19:00:00 GMT": BOTH,
    "": BOTH,
    "Thu, 26 Nov 26 19:00:00 GMT": NEWER,
    "Thursday, 26-Nov-26 19:00:00 GMT": NEWER,
    "Thu Nov 26 19:00:00 2026": NEWER,
    "Thu, 26 Nov 2026 19:00:00 +0000": NOBODY,
    "Thu, 26 Nov 2026 19:00:00 UTC": NOBODY,
    "2026-11-26T19:00:00Z": NOBODY,
    "1795719600": NOBODY,
}
ELEMENTS = {
    "2026-11-26T19:00:00Z": BOTH,
    "2026-11-26T19:00:00.123Z": BOTH,
    "2026-11-26T19:00:00": NEWER,
    "2026-11-26T19:00:00+00:00": NEWER,
    "2026-11-26 19:00:00": NOBODY,
    "2026-11-26t19:00:00z": NOBODY,
    "20261126T190000Z": NOBODY,
    "Thu, 26 Nov 2026 19:00:00 GMT": NOBODY,
    "1795719600": NOBODY,
}


@pytest.mark.parametrize(("date", "readers"), HEADERS.items())
def test_a_date_in_a_header_is_read_by(date: str, readers: tuple[bool, bool]) -> None:
    found = [unreadable_date("GetObject", {"last-modified": date}, b"", reads_old_forms=old) for old in (False, True)]
    assert found == ["" if reads else date for reads in readers]


@pytest.mark.parametrize(("date", "readers"), ELEMENTS.items())
@pytest.mark.parametrize("element", ["LastModified", "Initiated"])
def test_a_date_in_xml_is_read_by(date: str, readers: tuple[bool, bool], element: str) -> None:
    body = f"<{element}>{date}</{element}>".encode()
    found = [unreadable_date("ListObjects", {}, body, reads_old_forms=old) for old in (False, True)]
    assert found == ["" if reads else date for reads in readers]


def test_dates_in_answers_that_no_registry_asks_for_are_not_looked_at() -> None:
    assert unreadable_date("ListObjectVersions", {}, b"<LastModified>x</LastModified>", reads_old_forms=False) == ""
