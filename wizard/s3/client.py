"""The S3 calls of a registry. Raises only the errors of `wizard.s3.errors`."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import urllib3
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from urllib3.exceptions import InsecureRequestWarning

from wizard.catalog.registries import registry_of
from wizard.model.endpoint import url_of
from wizard.model.settings import Settings
from wizard.s3.botocore_internals import ContinueReceivedError, DeclaredBody, method_name
from wizard.s3.ca_bundle import bundle_of_environment, ca_bundle_path
from wizard.s3.client_config import client_for, sending_by, session_for
from wizard.s3.error_mapping import error_in, headers_of, map_errors
from wizard.s3.errors import ErrorResponse, UnsupportedProxy
from wizard.s3.proxies import proxy_of
from wizard.s3.timeouts import Timeouts
from wizard.s3.transport import HttpSession, LimitedResponse
from wizard.s3.used_environment import credential_source, used_environment

_MAX_OBJECT_SIZE = 64 << 10  # bytes; the checks write far less
_DEFAULT_TIMEOUTS = Timeouts()
_METHODS = {"GetObject": "GET", "HeadObject": "HEAD", "ListObjects": "GET"}  # of presigned URLs
_URL_LIFETIME = 20 * 60  # seconds, as in the registry's driver


class Store:
    """A client for one store; several threads may use it. Its methods raise only a `StoreError`."""

    def __init__(self, settings: Settings, timeouts: Timeouts = _DEFAULT_TIMEOUTS, *, anonymous: bool = False) -> None:
        self._settings = settings = registry_of(settings.registry).as_read(settings)
        self._timeouts = timeouts
        if settings.skipverify:  # the rules warn about it; urllib3 would write into the screen
            urllib3.disable_warnings(InsecureRequestWarning)
        bundle = bundle_of_environment(settings)
        with map_errors("connect", notes_sending=True):
            self._verify: str | bool = False if settings.skipverify else bundle or ca_bundle_path() or True
            session, credentials_method = session_for(settings, anonymous=anonymous)
            proxies = self._proxies("connect", url_of(settings))
            self._http = HttpSession(self._verify, timeouts, proxies, _host_of(settings), raw_paths=not settings.v4auth)
            self._client = client_for(session, settings, anonymous=anonymous)
        self.environment = used_environment(settings, credentials_method)
        self.credentials = credential_source(settings, credentials_method)
        self.clock_skew: float | None = None  # seconds that the store's clock is ahead; None before the first answer

    def call(self, operation: str, **parameters: object) -> dict[str, Any]:
        """Makes an S3 call, such as `PutObject`. Returns the parsed response; `Body` holds the bytes of an object."""
        method = getattr(self._client, method_name(operation))
        with map_errors(operation, notes_sending=True), sending_by(self._http):
            try:
                response: dict[str, Any] = method(**parameters)
            except ClientError as error:
                self._read_clock(headers_of(error.response))
                raise
            self._read_clock(headers_of(response))
            if "Body" in response:
                response["Body"] = _read(response["Body"])
        return response

    def announce_body(self, operation: str, size: int, **parameters: object) -> None:
        """Announces a body of `size` bytes and sends none of it, to find out whether the size is accepted.

        The SDK of the registry announces large bodies like this (`Expect: 100-continue`). Raises `ErrorResponse` if the
        body is rejected.
        """
        with contextlib.suppress(ContinueReceivedError):
            self.call(operation, Body=DeclaredBody(size), **parameters)

    def presigned_url(self, operation: str, **parameters: object) -> str:
        """A URL that works without credentials for 20 minutes, as the registry sends it to clients that pull."""
        with map_errors(operation):
            url: str = self._client.generate_presigned_url(  # type: ignore[attr-defined]  # not in the stubs of BaseClient
                method_name(operation), Params=parameters, ExpiresIn=_URL_LIFETIME, HttpMethod=_METHODS[operation]
            )
        return url

    def fetch(self, url: str, operation: str, start: int = 0, *, bypass_proxies: bool = False) -> LimitedResponse:
        """The answer behind a presigned URL for `operation`, with the object from byte `start`.

        Raises `ErrorResponse` for any status except 200, or 206 if `start` is not 0: clients accept no other.
        """
        proxies = {} if bypass_proxies else self._proxies(operation, url)
        http = HttpSession(self._verify, self._timeouts, proxies, _origin_of(url))
        http.before_send = self._http.before_send
        headers = {"Range": f"bytes={start}-"} if start else {}
        with map_errors(operation, notes_sending=True), contextlib.closing(http):
            response = http.fetch(_METHODS[operation], url, headers)
        if response.status_code != (HTTPStatus.PARTIAL_CONTENT if start else HTTPStatus.OK):
            raise ErrorResponse(operation, response.status_code, *error_in(response.content))
        return response

    def call_before_sending(self, check: Callable[[], None]) -> None:
        """Calls `check` right before each request, in the thread of the call. What it raises prevents the request."""
        self._http.before_send = check

    @property
    def answered_at(self) -> float:
        """When the last answer started, in seconds of the monotonic clock; 0 before the first one."""
        return self._http.answered_at

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def is_proxied(self, url: str) -> bool:
        """Whether requests to `url` go through a proxy that the environment names."""
        return proxy_of(self._settings, url) is not None

    def _proxies(self, operation: str, url: str) -> dict[str, str]:
        """The proxy for `url` by the URL's scheme. Raises `UnsupportedProxy`."""
        proxy = proxy_of(self._settings, url)
        if proxy is None:
            return {}
        if not proxy.is_supported:
            raise UnsupportedProxy(operation)
        return {urlsplit(url).scheme: proxy.url}

    def _read_clock(self, headers: Mapping[str, str]) -> None:
        if self.clock_skew is not None or "date" not in headers:
            return
        with contextlib.suppress(ValueError, OverflowError):  # not a date
            store_time = parsedate_to_datetime(headers["date"])
            self.clock_skew = (store_time.astimezone(UTC) - datetime.now(UTC)).total_seconds()


def _host_of(settings: Settings) -> str:
    """The host that is called; with virtual-hosted-style addresses each bucket has its own."""
    origin = _origin_of(url_of(settings))
    return origin if registry_of(settings.registry).path_style(settings) else f"{origin} {settings.bucket}"


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _read(stream: StreamingBody) -> bytes:
    """The body of an object, up to `_MAX_OBJECT_SIZE`."""
    body = stream.read(_MAX_OBJECT_SIZE)
    stream.read(1)  # at the end of the body botocore compares its length with the one that was announced
    stream.close()
    return body
