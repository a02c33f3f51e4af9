"""The parts of botocore and urllib3 that their documentation does not cover. No other module uses such parts.

tests/s3/test_botocore_internals.py names each of them and checks that it does what is expected here, so that a release
that changes one is noticed.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import os
import socket
from collections.abc import Callable, Mapping
from traceback import walk_tb
from typing import Any

from botocore import xform_name
from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
    AWSPreparedRequest,
    AWSRequest,
    AWSResponse,
)
from botocore.client import BaseClient
from botocore.credentials import (
    CredentialResolver,
    EnvProvider,
    InstanceMetadataFetcher,
    InstanceMetadataProvider,
    SharedCredentialProvider,
)
from botocore.exceptions import HTTPClientError
from botocore.handlers import set_list_objects_encoding_type_url
from botocore.httpsession import URLLib3Session
from botocore.loaders import Loader
from botocore.model import OperationModel
from botocore.session import Session
from urllib3.util.ssl_match_hostname import CertificateError

# Sessions and credentials


def new_session(*, reads_profile: bool) -> Session:
    """A session. Without `reads_profile` it ignores AWS_PROFILE; naming a profile that does not exist is an error."""
    session = Session(None if reads_profile else {"profile": (None, None, None, None)})
    session.register_component("data_loader", _loader())
    return session


@functools.cache
def _loader() -> Loader:
    """The loader of the service descriptions. Shared, because it reads them from disk once."""
    return Loader()


def use_classic_credentials(session: Session) -> None:
    """Looks for credentials in the environment, in ~/.aws/credentials and in the EC2 role, and nowhere else."""
    fetcher = InstanceMetadataFetcher(timeout=1, num_attempts=1, user_agent=session.user_agent())
    shared = SharedCredentialProvider(
        creds_filename=session.get_config_variable("credentials_file"),
        profile_name=os.environ.get("AWS_PROFILE"),
    )
    providers = [EnvProvider(), shared, InstanceMetadataProvider(iam_role_fetcher=fetcher)]
    session.register_component("credential_provider", CredentialResolver(providers))


# Sending requests


class DeclaredBody(io.BytesIO):
    """A body of `size` bytes that is announced and never sent.

    botocore asks for permission to send a body with a `read` method (`Expect: 100-continue`), and takes its length from
    `__len__`.
    """

    def __init__(self, size: int) -> None:
        super().__init__(b"\0")  # what the signature covers
        self._size = size

    def __len__(self) -> int:
        return self._size


class ContinueReceivedError(Exception):
    """The server accepts the body that was announced, or did not object within a second."""


class _ExpectContinueMixin:
    """A connection that raises `ContinueReceivedError` in place of sending a body after `Expect: 100-continue`."""

    _expect_header_set: bool
    _response_received: bool  # a final status came, and not 100

    def _send_output(self, *arguments: Any, **keywords: Any) -> None:
        is_asking = self._expect_header_set
        super()._send_output(*arguments, **keywords)  # type: ignore[misc]  # the stubs omit it
        if is_asking and not self._response_received:
            raise ContinueReceivedError


class _Connection(_ExpectContinueMixin, AWSHTTPConnection):  # type: ignore[misc]  # as in the stubs themselves
    pass


class _SecureConnection(_ExpectContinueMixin, AWSHTTPSConnection):  # type: ignore[misc]  # as in the stubs themselves
    pass


class _NoRedirectMixin:
    """A connection pool that returns redirects. botocore asks urllib3 not to retry; a status 303 fails with that."""

    def urlopen(self, *arguments: Any, **keywords: Any) -> Any:
        return super().urlopen(*arguments, **keywords | {"redirect": False})  # type: ignore[misc]  # of the other base


class _Pool(_NoRedirectMixin, AWSHTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(_NoRedirectMixin, AWSHTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def new_http_session(
    verify: str | bool,  # the path of a CA bundle, or whether to verify with the one that botocore finds
    timeouts: tuple[float, float],  # seconds: to connect, and to read
    proxies: Mapping[str, str],
    max_connections: int,
) -> URLLib3Session:
    """An HTTP session that follows no redirect and never sends a `DeclaredBody`."""
    options: dict[str, Any] = {  # the stubs are narrower than what is accepted
        "verify": verify,
        "timeout": timeouts,
        "proxies": dict(proxies),
        "max_pool_connections": max_connections,
        "socket_options": [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],  # as botocore's own sessions
    }
    session = URLLib3Session(**options)
    # The pool manager and those of proxies hold the same mapping, so it is changed in place.
    session._pool_classes_by_scheme.update(http=_Pool, https=_SecurePool)  # type: ignore[attr-defined]
    return session


def send_unread(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
    """Sends a request and leaves the body of the response unread.

    Raises `ContinueReceivedError` and the exceptions of botocore.
    """
    request.stream_output = True
    try:
        return session.send(request)
    except HTTPClientError as error:  # botocore wraps exceptions that it does not know
        if isinstance(wrapped := wrapped_error(error), ContinueReceivedError):
            raise wrapped from None
        raise


def prepared_request(method: str, url: str, headers: Mapping[str, str]) -> AWSPreparedRequest:
    """An unsigned request without a body."""
    return AWSRequest(method=method, url=url, headers=headers).prepare()


# The steps of a client between a method and the parsed response


def method_name(operation: str) -> str:
    """The name of a client's method for an S3 operation: `put_object` for `PutObject`."""
    return xform_name(operation)


def send_by(client: BaseClient, send: Callable[[AWSPreparedRequest], AWSResponse]) -> None:
    """Sends the requests of `client` with `send`."""

    def answer(request: AWSPreparedRequest, **_: object) -> Any:  # the stubs do not expect a result
        return send(request)

    client.meta.events.register("before-send.s3", answer)


def filter_bodies(client: BaseClient, check: Callable[[str, int, bytes], bytes]) -> None:
    """Replaces the body of each response by `check(operation, status, body)`, unless the body is streamed.

    `check` runs before the handlers of botocore, one of which turns a 200 with an unexpected body into a 500: handlers
    of the widest pattern come first.
    """

    def replace_body(operation_model: OperationModel, response_dict: dict[str, Any], **_: object) -> None:
        body = response_dict["body"]
        if isinstance(body, bytes):
            response_dict["body"] = check(operation_model.name, response_dict["status_code"], body)

    client.meta.events.register_first("before-parse.*.*", replace_body)


def keep_keys_unencoded(client: BaseClient) -> None:
    """Lists objects without `encoding-type=url`, which botocore adds."""
    for operation in ("ListObjects", "ListObjectsV2"):
        event = f"before-parameter-build.s3.{operation}"
        client.meta.events.unregister(event, set_list_objects_encoding_type_url)


def disable_region_redirects(client: BaseClient) -> None:
    """Keeps botocore from repeating a request in the region that an error names: marks it as repeated already."""

    def mark(params: dict[str, Any], **_: object) -> None:
        params["context"].setdefault("s3_redirect", {})["redirected"] = True

    client.meta.events.register("before-call.s3", mark)


def send_bodies_at_once(client: BaseClient) -> None:
    """Sends bodies without `Expect: 100-continue`, except a `DeclaredBody`."""

    def remove_header(params: dict[str, Any], **_: object) -> None:
        if not isinstance(params["body"], DeclaredBody):
            params["headers"].pop("Expect", None)

    client.meta.events.register("before-call.s3", remove_header)


def send_content_md5(client: BaseClient, operation: str) -> None:
    """Sends `Content-MD5` with the body of `operation`, and none of the checksums that botocore adds."""

    def replace_checksum(params: dict[str, Any], **_: object) -> None:
        params["context"].pop("checksum", None)  # what botocore would add after this event
        body = params["body"]
        content = body if isinstance(body, bytes) else body.getvalue()  # botocore makes a file of an object's bytes
        digest = hashlib.md5(content, usedforsecurity=False).digest()
        params["headers"]["Content-MD5"] = base64.b64encode(digest).decode()

    client.meta.events.register(f"before-call.s3.{operation}", replace_checksum)


def sign_path_as_sent(client: BaseClient) -> None:
    """Signs `/bucket` where that is sent.

    With V2 and path style botocore signs `/bucket/` and sends `/bucket`, which strict stores reject.
    """

    def strip_slash(request: AWSRequest, signature_version: str, **_: object) -> None:
        signed, sent = request.auth_path, str(request.url).partition("?")[0]
        if signature_version == "s3" and signed and sent.endswith(signed.rstrip("/")):
            request.auth_path = signed.rstrip("/")

    client.meta.events.register_first("before-sign.s3", strip_slash)


# Exceptions


def wrapped_error(error: BaseException) -> object:
    """The exception that one of botocore wraps; None if there is none."""
    return getattr(error, "kwargs", {}).get("error")


def is_parser_error(error: Exception) -> bool:
    """Whether botocore could not parse a response: its parsers raise ValueError, KeyError and others."""
    frames = (frame for frame, _ in walk_tb(error.__traceback__))
    return any(frame.f_globals.get("__name__") == "botocore.parsers" for frame in frames)


def is_hostname_mismatch(error: BaseException) -> bool:
    """Whether a certificate is for another host. urllib3 compares the names: botocore does not let OpenSSL do it."""
    return isinstance(error, CertificateError)
