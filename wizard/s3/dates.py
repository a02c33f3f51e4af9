"""Dates in answers, as the SDKs for Go read them. botocore reads many more forms.

Sources: `private/protocol/timestamp.go` of aws-sdk-go v1.15.11 and v1.55.5, `time/time.go` of smithy-go, and the
layouts of Go's package `time`, which accepts a fraction of a second everywhere. Tried with the registries themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_DAY, _MONTH, _TIME = "[A-Z][a-z]{2}", "[A-Z][a-z]{2}", r"\d\d:\d\d:\d\d(?:[.,]\d+)?"
_HTTP_DATE = re.compile(rf"{_DAY}, \d\d? {_MONTH} \d{{4}} {_TIME} GMT")
_OLD_HTTP_DATE = re.compile(
    rf"{_DAY}, \d\d? {_MONTH} \d\d {_TIME} GMT"
    rf"|[A-Z][a-z]+day, \d\d-{_MONTH}-\d\d {_TIME} [A-Z]{{3}}"  # RFC 850
    rf"|{_DAY} {_MONTH} [ \d]?\d {_TIME} \d{{4}}"  # ANSI C
)
_XML_DATE = re.compile(rf"\d{{4}}-\d\d-\d\dT{_TIME}Z")
_OLD_XML_DATE = re.compile(rf"\d{{4}}-\d\d-\d\dT{_TIME}(?:[+-]\d\d:\d\d)?")
# The calls of a registry whose answers have dates
_WITH_HEADER = ("GetObject", "HeadObject")
_WITH_ELEMENTS = ("ListObjects", "ListObjectsV2", "ListParts", "ListMultipartUploads", "CopyObject", "UploadPartCopy")
_ELEMENT = re.compile(rb"<(?:LastModified|Initiated)>([^<]*)</")


def unreadable_date(operation: str, headers: Mapping[str, str], body: bytes, *, reads_old_forms: bool) -> str:
    """The first date in a successful answer that the SDK cannot read; empty if it can read all of them.

    `reads_old_forms`: see `Sdk.reads_old_dates`.
    """
    if operation in _WITH_HEADER:
        forms, dates = (_HTTP_DATE, _OLD_HTTP_DATE), [headers.get("last-modified", "")]
    elif operation in _WITH_ELEMENTS:
        forms, dates = (_XML_DATE, _OLD_XML_DATE), [text.decode(errors="replace") for text in _ELEMENT.findall(body)]
    else:
        return ""
    accepted = forms if reads_old_forms else forms[:1]
    return next((date for date in dates if date and not any(form.fullmatch(date) for form in accepted)), "")
