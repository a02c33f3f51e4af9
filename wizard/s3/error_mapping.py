"""What went wrong in botocore, in our own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore import exceptions
from botocore.parsers import ResponseParserError
from urllib3.util.ssl_match_hostname import CertificateError

from wizard.s3.errors import ConnectionFailed, ErrorResponse, NoCredentials, NotS3, chain_of
from wizard.s3.transport import TooLongError


@contextmanager
def map_errors(operation: str) -> Iterator[None]:
    """Turns botocore's exceptions into those of `store.errors`; `from None`, for theirs can hold request headers."""
    try:
        yield
    except exceptions.ClientError as error:
        raise _refusal(operation, error.response) from None
    except TooLongError:
        raise NotS3(operation, "an answer without an end") from None
    except ResponseParserError as error:
        raise NotS3(operation, str(error)[:2000]) from None
    except (
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.CredentialRetrievalError,
        exceptions.ProfileNotFound,
        exceptions.ConfigParseError,
    ) as error:
        raise NoCredentials(operation, f"no credentials {_NOT_IN.get(type(error), _NOWHERE)}") from None
    except (exceptions.ConnectTimeoutError, exceptions.ProxyConnectionError) as error:
        raise ConnectionFailed(
            operation, error, while_connecting=True, timed_out=isinstance(error, TimeoutError)
        ) from None
    except exceptions.ReadTimeoutError as error:
        raise ConnectionFailed(operation, error, timed_out=True) from None
    except (
        exceptions.HTTPClientError,
        exceptions.ConnectionError,
        exceptions.IncompleteReadError,
    ) as error:
        raise ConnectionFailed(
            operation, error, while_connecting=_is_connecting(error), other_host=_is_for_another_host(error)
        ) from None
    except OSError as error:  # such as a CA bundle that is not there
        raise ConnectionFailed(operation, error, while_connecting=True) from None
    except exceptions.BotoCoreError as error:
        raise NotS3(operation, str(error)[:2000]) from None


_NOWHERE = "in the environment, ~/.aws/credentials or an IAM role"
_NOT_IN = {
    exceptions.ProfileNotFound: "of the profile that AWS_PROFILE names",
    exceptions.ConfigParseError: "in ~/.aws/credentials that could be read",
}


def _is_connecting(error: Exception) -> bool:
    return isinstance(error, exceptions.EndpointConnectionError | exceptions.SSLError)


def _is_for_another_host(error: Exception) -> bool:
    """urllib3 compares names itself where the certificate has no alternative names, and has an error of its own."""
    return any(isinstance(inner, CertificateError) for inner in chain_of(error))


def headers_of(answer: Mapping[str, Any]) -> Mapping[str, str]:
    """The headers of an answer, by their names in lower case."""
    found: Mapping[str, str] = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return found


def _refusal(operation: str, answer: Mapping[str, Any]) -> ErrorResponse:
    error, headers = answer.get("Error", {}), headers_of(answer)
    return ErrorResponse(
        operation,
        status=int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)),
        code=str(error.get("Code") or ""),
        message=str(error.get("Message") or ""),
        headers=headers,
        region=_region_in(error, headers),
    )


_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_EXPECTED = re.compile(rf"expecting '({_WORD.pattern})'")
_AMAZON_HOST = re.compile(r"\bs3[.-]([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com")


def _region_in(error: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """The region that the store names: in a header or the error, in its sentence, or in where it points to.

    A word, and nothing that could become another host when it is put into one.
    """
    if named := headers.get("x-amz-bucket-region") or error.get("Region"):
        return str(named) if _WORD.fullmatch(str(named)) else ""
    if found := _EXPECTED.search(str(error.get("Message"))):
        return found[1]
    found = _AMAZON_HOST.search(f"{error.get('Endpoint', '')} {headers.get('location', '')}")
    return found[1] if found else ""


_ELEMENT = re.compile(rb"<(Code|Message)>([^<]{0,500})</")


def error_in(body: bytes) -> tuple[str, str]:
    """Code and message of an S3 error document; empty where the body is none."""
    found = {name: text.decode(errors="replace") for name, text in _ELEMENT.findall(body[:8192])}
    return found.get(b"Code", ""), found.get(b"Message", "")
