"""What the errors of a store say about the call that failed."""

from __future__ import annotations

import pytest

from wizard.model.findings import Cause, Finding
from wizard.s3.errors import (
    ConnectionFailed,
    ContractViolation,
    ErrorResponse,
    NoCredentials,
    NotS3,
    NotSent,
    StoreError,
)


def response(status: int, code: str = "", headers: dict[str, str] | None = None, region: str = "") -> ErrorResponse:
    return ErrorResponse("PutObject", status, code, "", headers or {}, region)


@pytest.mark.parametrize(
    ("error", "had_no_effect"),
    [
        (response(403), True),
        (response(499), True),
        (response(500), False),
        (response(503), False),
        (ConnectionFailed("PutObject", (), while_connecting=True), True),
        (ConnectionFailed("PutObject", ()), False),
        (ConnectionFailed("PutObject", (), was_sent=False), True),
        (NotSent("PutObject", ""), True),
        (NoCredentials("PutObject", "none"), True),
        (NotS3("PutObject", ""), False),
        (ContractViolation("PutObject", Finding(Cause.CORRUPTED, "")), False),
        (StoreError("PutObject"), False),
    ],
    ids=lambda value: f"{type(value).__name__} {getattr(value, 'status', '')}",
)
def test_a_call_certainly_had_no_effect_if_it_was_not_sent_or_was_rejected(
    error: StoreError, had_no_effect: bool
) -> None:
    assert error.had_no_effect is had_no_effect


@pytest.mark.parametrize(
    ("error", "is_redirect"),
    [
        (response(307, "307", {"location": "https://other"}), True),
        (response(302, "", {"location": "/login"}), True),
        (response(307, "307"), False),
        (response(301, "PermanentRedirect", {"location": "https://other"}), False),
        (response(301, "301", {"location": "https://other"}, "eu-west-1"), False),
        (response(200, "", {"location": "https://other"}), False),
        (response(400, "400", {"location": "https://other"}), False),
    ],
    ids=["S3 code is the status", "no code", "no location", "S3 code", "region", "success", "client error"],
)
def test_a_redirect_of_another_server_has_no_s3_code_and_no_region(error: ErrorResponse, is_redirect: bool) -> None:
    assert error.is_redirect is is_redirect


@pytest.mark.parametrize(
    ("error", "is_too_large"),
    [(response(413), True), (response(400, "EntityTooLarge"), True), (response(400, "EntityTooSmall"), False)],
    ids=["status", "code", "other code"],
)
def test_a_size_limit_has_a_status_or_a_code(error: ErrorResponse, is_too_large: bool) -> None:
    assert error.is_too_large is is_too_large


@pytest.mark.parametrize(
    ("detail", "is_html"), [("<HTML>", True), ("<!DOCTYPE html>", True), ("{}", False), ("", False)]
)
def test_a_web_page_is_recognised(detail: str, is_html: bool) -> None:
    assert NotS3("PutObject", detail).is_html is is_html
