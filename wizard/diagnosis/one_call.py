"""Diagnoses an error that only one kind of call meets, while other calls succeed at the same address.

Some causes are then impossible: the address, the bucket and the secret key are right for all calls or for none.
"""

from __future__ import annotations

import re

from wizard.diagnosis.wording import unreadable_source
from wizard.model.displayed_host import display_address, display_host
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.s3.errors import ConnectionFailed, ErrorResponse, NotS3, StoreError
from wizard.s3.operations import COPIES, OPERATIONS
from wizard.text.sanitize import sanitize

_ESCAPED = re.compile(r"[^\w./~-]", re.ASCII)  # what a path in a URL has percent-encoded


def is_about_all_calls(finding: Finding, error: StoreError) -> bool:
    """Whether the finding blames what all calls have in common, so that none can succeed."""
    is_silent = isinstance(error, ConnectionFailed) and not error.while_connecting
    is_of_silence = finding.cause is Cause.TIMEOUT
    return finding.cause in _FINDINGS and (is_silent if is_of_silence else isinstance(error, ErrorResponse | NotS3))


def finding_of_one_call(finding: Finding, operation: str, settings: Settings) -> Finding:
    """The finding in place of one that `is_about_all_calls`, where calls other than `operation` succeed."""
    if operation in COPIES and not settings.rootdirectory.isascii() and (source := unreadable_source(settings)):
        return source
    return _FINDINGS[finding.cause](operation, settings)


def _purpose(operation: str) -> str:
    known = OPERATIONS.get(operation)
    return known.purpose if known else "answer"


def _blocked_call(operation: str, settings: Settings) -> Finding:
    """The finding for an answer that is not one of S3."""
    return Finding(
        Cause.STORE_ERROR,
        f"When asked to {_purpose(operation)}, {display_address(settings)} returned something that isn't S3, but "
        f"other calls succeed: a proxy in front of the store blocks {sanitize(operation, 40)}.",
    )


def _refused_signature(operation: str, settings: Settings) -> Finding:
    if not settings.v4auth and (escaped := _ESCAPED.search(settings.rootdirectory)):
        return Finding(
            Cause.UNSUPPORTED,
            f'With V2 the registry doesn\'t escape "{sanitize(escaped[0])}" in the root directory, so the '
            "store rejects the signature. Use a root directory without it, or turn V4 auth on.",
            setting="rootdirectory",
        )
    return Finding(
        Cause.STORE_ERROR,
        f"The store rejected the signature of {sanitize(operation, 40)} but accepts others, so the secret key is "
        "right. A proxy in front of the store changes this call, or the store interprets it differently.",
    )


def _bucket_of_other_calls(operation: str, settings: Settings) -> Finding:
    return Finding(
        Cause.STORE_ERROR,
        f"When asked to {_purpose(operation)}, {display_host(settings)} can't find the bucket "
        f"{sanitize(settings.bucket, 63)}, which other calls do find. Check the store's log.",
    )


def _unanswered_call(operation: str, settings: Settings) -> Finding:
    return Finding(
        Cause.TIMEOUT,
        f"{display_host(settings)} answered other calls but not the call to {_purpose(operation)}. Check the store's "
        "log, its disks and any proxy in between.",
    )


_FINDINGS = {
    Cause.TIMEOUT: _unanswered_call,
    Cause.NOT_S3: _blocked_call,
    Cause.WRONG_SECRET: _refused_signature,
    Cause.NO_BUCKET: _bucket_of_other_calls,
}
