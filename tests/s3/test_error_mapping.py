"""Each exception of botocore becomes an error of the store."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from botocore import exceptions
from urllib3.exceptions import MaxRetryError, NameResolutionError
from urllib3.util.ssl_match_hostname import CertificateError

from wizard.s3.error_mapping import error_in, headers_of, map_errors
from wizard.s3.errors import ConnectionFailed, ErrorResponse, NoCredentials, NotS3, StoreError
from wizard.s3.transport import BodyTooLargeError

URL = "https://store.test"


def mapped(error: BaseException) -> StoreError:
    """The error that is raised in place of `error`."""
    with pytest.raises(StoreError) as caught, map_errors("ListObjects"):
        raise error
    assert caught.value.operation == "ListObjects"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__  # the exception of botocore can hold credentials
    return caught.value


def client_error(
    error: dict[str, Any] | None = None, status: int = 400, headers: dict[str, str] | None = None
) -> exceptions.ClientError:
    response: Any = {
        "Error": {"Code": "Odd", "Message": "Odd."} if error is None else error,
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers or {}},
    }
    return exceptions.ClientError(response, "ListObjects")


# Responses


def test_a_client_error_is_an_error_response() -> None:
    error = mapped(client_error(status=409, headers={"date": "today"}))
    assert isinstance(error, ErrorResponse)
    assert (error.status, error.code, error.message, error.headers) == (409, "Odd", "Odd.", {"date": "today"})


def test_a_client_error_without_details_is_an_error_response() -> None:
    response: Any = {}
    error = mapped(exceptions.ClientError(response, "ListObjects"))
    assert isinstance(error, ErrorResponse)
    assert (error.status, error.code, error.message, error.headers, error.region) == (0, "", "", {}, "")


def region_in(error: dict[str, str], headers: dict[str, str] | None = None) -> str:
    """The region that a response names."""
    mapped_error = mapped(client_error(error, headers=headers))
    assert isinstance(mapped_error, ErrorResponse)
    return mapped_error.region


@pytest.mark.parametrize(
    ("error", "headers", "region"),
    [
        ({}, {"x-amz-bucket-region": "eu-west-1"}, "eu-west-1"),
        ({"Region": "eu-west-1"}, {}, "eu-west-1"),
        ({"Region": "us-east-1"}, {"x-amz-bucket-region": "eu-west-1"}, "eu-west-1"),
        ({"Message": "the region 'a' is wrong; expecting 'eu-west-1'"}, {}, "eu-west-1"),
        ({"Endpoint": "bucket.s3.eu-west-1.amazonaws.com"}, {}, "eu-west-1"),
        ({"Endpoint": "bucket.s3-eu-west-1.amazonaws.com"}, {}, "eu-west-1"),
        ({}, {"location": "https://s3.eu-west-1.amazonaws.com/bucket"}, "eu-west-1"),
        ({"Endpoint": "s3.eu-west-1.example.com"}, {}, ""),
        ({}, {}, ""),
    ],
    ids=["header", "error", "both", "message", "host", "old host", "location", "another host", "none"],
)
def test_the_region_that_a_response_names_is_found(error: dict[str, str], headers: dict[str, str], region: str) -> None:
    assert region_in(error, headers) == region


@pytest.mark.parametrize(
    "region", ["eu-west-1.evil.test/", "evil.test:80", "x@evil.test", "../..", "a b", "a" * 41, "é"]
)
def test_a_region_that_is_not_a_word_is_ignored(region: str) -> None:
    assert region_in({"Region": region}) == ""
    assert region_in({}, {"x-amz-bucket-region": region}) == ""
    assert region_in({"Message": f"expecting '{region}'"}) == ""


def test_headers_of_an_empty_response_are_empty() -> None:
    assert headers_of({}) == {}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"<Error><Code>NoSuchKey</Code><Message>Gone.</Message></Error>", ("NoSuchKey", "Gone.")),
        (b"<Error><Code>NoSuchKey</Code></Error>", ("NoSuchKey", "")),
        (b"<Error><Code>" + b"x" * 501 + b"</Code></Error>", ("", "")),
        (b" " * 8192 + b"<Code>NoSuchKey</Code>", ("", "")),
        (b"<Error><Code>\xff</Code></Error>", ("\ufffd", "")),
        (b"", ("", "")),
    ],
    ids=["complete", "without a message", "too long", "too late", "not UTF-8", "empty"],
)
def test_the_code_and_the_message_of_an_error_document_are_found(body: bytes, error: tuple[str, str]) -> None:
    assert error_in(body) == error


# Connections


@pytest.mark.parametrize(
    ("error", "while_connecting", "timed_out"),
    [
        (exceptions.ConnectTimeoutError(endpoint_url=URL, error=None), True, True),
        (exceptions.EndpointConnectionError(endpoint_url=URL, error=None), True, False),
        (exceptions.ProxyConnectionError(proxy_url=URL, error=None), True, False),
        (exceptions.SSLError(endpoint_url=URL, error=ValueError()), True, False),
        (exceptions.ReadTimeoutError(endpoint_url=URL, error=None), False, True),
        (exceptions.ConnectionClosedError(endpoint_url=URL, error=None), False, False),
        (exceptions.HTTPClientError(error=None), False, False),
        (exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2), False, False),
        (FileNotFoundError("ca.pem"), True, False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_a_connection_fails_at_a_point(error: Exception, while_connecting: bool, timed_out: bool) -> None:
    failed = mapped(error)
    assert isinstance(failed, ConnectionFailed)
    assert (failed.while_connecting, failed.timed_out) == (while_connecting, timed_out)
    assert failed.causes[0] is error


def test_every_wrapped_exception_is_a_cause_once() -> None:
    innermost = socket.gaierror("unknown")
    resolution = NameResolutionError("store.test", None, innermost)  # type: ignore[arg-type]  # no connection
    retries = MaxRetryError(None, URL, resolution)  # type: ignore[arg-type]  # no pool
    resolution.__cause__ = innermost
    innermost.__context__ = retries
    failed = mapped(exceptions.EndpointConnectionError(endpoint_url=URL, error=retries))
    assert isinstance(failed, ConnectionFailed)
    assert failed.causes[1:] == (retries, resolution, innermost)


@pytest.mark.parametrize(
    ("error", "is_mismatch"),
    [
        (exceptions.SSLError(endpoint_url=URL, error=CertificateError("another host")), True),
        (exceptions.SSLError(endpoint_url=URL, error=ValueError("another reason")), False),
        (exceptions.ProxyConnectionError(proxy_url=URL, error=CertificateError("another host")), False),
    ],
    ids=["of the store", "another error", "of a proxy"],
)
def test_a_certificate_of_the_store_for_another_host_is_a_mismatch(error: Exception, is_mismatch: bool) -> None:
    failed = mapped(error)
    assert isinstance(failed, ConnectionFailed)
    assert failed.hostname_mismatch is is_mismatch


# Credentials


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (exceptions.NoCredentialsError(), "in the environment, ~/.aws/credentials or an IAM role"),
        (exceptions.PartialCredentialsError(provider="env", cred_var="x"), "in the environment, ~/.aws/credentials"),
        (exceptions.CredentialRetrievalError(provider="x", error_msg="x"), "in the environment, ~/.aws/credentials"),
        (exceptions.ProfileNotFound(profile="x"), "of the profile that AWS_PROFILE names"),
        (exceptions.ConfigParseError(path="x"), "in ~/.aws/credentials that could be read"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_missing_credentials_say_where_they_were_looked_for(error: Exception, text: str) -> None:
    missing = mapped(error)
    assert isinstance(missing, NoCredentials)
    assert missing.text.startswith(f"no credentials {text}")


# Other answers and errors


def test_an_answer_without_an_end_is_not_s3() -> None:
    assert isinstance(mapped(BodyTooLargeError()), NotS3)


def test_another_exception_of_botocore_is_not_s3() -> None:
    error = mapped(exceptions.ParamValidationError(report="x" * 3000))
    assert isinstance(error, NotS3)
    assert len(error.detail) == 2000


def test_an_error_of_this_program_is_raised_again() -> None:
    with pytest.raises(ValueError, match="our own"), map_errors("ListObjects"):
        raise ValueError("our own")


def test_an_error_of_the_store_is_raised_again() -> None:
    error = NotS3("GetObject", "")
    with pytest.raises(NotS3) as caught, map_errors("ListObjects"):
        raise error
    assert caught.value is error
