"""Maps the exceptions of botocore to those of `wizard.s3.errors`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore import exceptions

from wizard.s3.botocore_internals import THIS_THREAD, is_hostname_mismatch, is_parser_error, wrapped_error
from wizard.s3.errors import ConnectionFailed, ErrorResponse, NoCredentials, NotS3, NotSent
from wizard.s3.transport import BodyTooLargeError

_MAX_DETAIL = 2000  # characters


@contextmanager
def map_errors(operation: str, *, notes_sending: bool = False) -> Iterator[None]:
    """Raises a `StoreError` in place of each exception of botocore.

    `notes_sending`: requests go through an `HttpSession`, so that it is known whether any was sent.
    `from None`: those of botocore can hold the headers of a request, and with them credentials.
    """
    THIS_THREAD.has_sent = not notes_sending
    try:
        yield
    except exceptions.ClientError as error:
        raise _error_response(operation, error.response) from None
    except BodyTooLargeError:
        raise NotS3(operation, "an answer without an end") from None
    except (
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.CredentialRetrievalError,
        exceptions.ProfileNotFound,
        exceptions.ConfigParseError,
    ) as error:
        raise NoCredentials(operation, f"no credentials {_NOT_IN.get(type(error), _NOWHERE)}") from None
    except (
        exceptions.HTTPClientError,
        exceptions.ConnectionError,
        exceptions.IncompleteReadError,
    ) as error:
        if type(error) is exceptions.HTTPClientError and not THIS_THREAD.has_sent:  # its text can have a session token
            raise NotSent(operation, "the address or a header has a character that HTTP does not allow") from None
        causes = tuple(_chain(error))
        is_proxy_error = isinstance(error, exceptions.ProxyConnectionError)  # the certificate is that of the proxy
        raise ConnectionFailed(
            operation,
            causes,
            while_connecting=isinstance(error, _WHILE_CONNECTING),
            timed_out=isinstance(error, _TIMEOUTS),
            was_sent=THIS_THREAD.has_sent,
            hostname_mismatch=not is_proxy_error and any(map(is_hostname_mismatch, causes)),
            is_proxy_error=is_proxy_error,
        ) from None
    except OSError as error:  # such as a CA bundle that does not exist
        raise ConnectionFailed(operation, tuple(_chain(error)), while_connecting=True) from None
    except Exception as error:
        if isinstance(error, exceptions.BotoCoreError) and not THIS_THREAD.has_sent:
            raise NotSent(operation, str(error)[:_MAX_DETAIL]) from None
        if isinstance(error, exceptions.BotoCoreError) or is_parser_error(error):
            has_invalid_value = isinstance(error, ValueError) and is_parser_error(error)
            raise NotS3(operation, str(error)[:_MAX_DETAIL], has_invalid_value=has_invalid_value) from None
        raise


_NOWHERE = "in the environment, ~/.aws/credentials or an IAM role"
_NOT_IN = {
    exceptions.ProfileNotFound: "of the profile that AWS_PROFILE names",
    exceptions.ConfigParseError: "in ~/.aws/credentials that could be read",
}
_TIMEOUTS = (exceptions.ConnectTimeoutError, exceptions.ReadTimeoutError)
_WHILE_CONNECTING = (
    exceptions.EndpointConnectionError,
    exceptions.SSLError,
    exceptions.ConnectTimeoutError,
    exceptions.ProxyConnectionError,
)


def _chain(outermost: BaseException) -> Iterator[BaseException]:
    """The exception and those that it wraps, outermost first. urllib3 keeps some in `reason` or in `args`."""
    seen: set[int] = set()
    waiting: list[object] = [outermost]
    while waiting:
        error = waiting.pop(0)
        if not isinstance(error, BaseException) or id(error) in seen:
            continue
        seen.add(id(error))
        yield error
        waiting += [getattr(error, "reason", None), wrapped_error(error), *error.args]
        waiting += [error.__cause__, error.__context__]


def headers_of(response: Mapping[str, Any]) -> Mapping[str, str]:
    """The headers of a parsed response. Their names are lower case."""
    headers: Mapping[str, str] = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return headers


def _error_response(operation: str, response: Mapping[str, Any]) -> ErrorResponse:
    error, headers = response.get("Error", {}), headers_of(response)
    return ErrorResponse(
        operation,
        status=int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)),
        code=str(error.get("Code") or ""),
        message=str(error.get("Message") or ""),
        headers=headers,
        region=_region_in(error, headers),
    )


_REGION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_EXPECTED = re.compile(rf"expecting '({_REGION.pattern})'")
_AMAZON_HOST = re.compile(r"\bs3[.-]([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com")


def _region_in(error: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """The region that the store names: in a header, in the error, in its message, or in the host that it refers to.

    One word without a dot, so that it cannot turn an endpoint into another host.
    """
    if named := headers.get("x-amz-bucket-region") or error.get("Region"):
        return str(named) if _REGION.fullmatch(str(named)) else ""
    if match := _EXPECTED.search(str(error.get("Message"))):
        return match[1]
    match = _AMAZON_HOST.search(f"{error.get('Endpoint', '')} {headers.get('location', '')}")
    return match[1] if match else ""


_ELEMENT = re.compile(rb"<(Code|Message)>([^<]{0,500})</")
_MAX_ERROR_SIZE = 8192  # bytes of an error document that are searched


def error_in(body: bytes) -> tuple[str, str]:
    """The code and the message of an S3 error document; empty strings if `body` is none."""
    elements = {name: text.decode(errors="replace") for name, text in _ELEMENT.findall(body[:_MAX_ERROR_SIZE])}
    return elements.get(b"Code", ""), elements.get(b"Message", "")
