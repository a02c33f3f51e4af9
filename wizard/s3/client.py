"""The calls to a store, and nothing of botocore's in what they give or raise."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from traceback import walk_tb
from typing import Any

import botocore.utils
import urllib3
from botocore import exceptions, xform_name
from botocore.awsrequest import AWSRequest
from urllib3.exceptions import InsecureRequestWarning

from wizard.catalog.registries import registry_of
from wizard.model.endpoint import url_of
from wizard.model.settings import Settings
from wizard.s3.ca_bundle import ca_bundle_path
from wizard.s3.client_config import client_for, session_for
from wizard.s3.error_mapping import error_in, headers_of, map_errors
from wizard.s3.errors import ErrorResponse, NotS3
from wizard.s3.timeouts import Timeouts
from wizard.s3.transport import ContinueReceivedError, DeclaredBody, HttpSession

_LONGEST_BODY = 64 << 10  # bytes; the checks write far less
_USUAL = Timeouts()
_METHODS = {"GetObject": "GET", "HeadObject": "HEAD"}  # of the links that a registry hands out


class Store:
    """A connected store. Threads may share it. Every method raises only the errors of `store.errors`."""

    def __init__(self, settings: Settings, timeouts: Timeouts = _USUAL, *, anonymous: bool = False) -> None:
        self._settings = settings
        self._deadlines = timeouts
        self._verify: str | bool = False if settings.skipverify else ca_bundle_path() or True
        if settings.skipverify:  # the rules warn of it; urllib3 would do so once more, across the screen
            urllib3.disable_warnings(InsecureRequestWarning)
        with map_errors("connect"):
            session = session_for(settings)
            self._sending = HttpSession(self._verify, timeouts, self._proxies(url_of(settings)))
            self._client: Any = client_for(session, settings, self._sending, anonymous=anonymous)
        self.clock_skew: float | None = None  # the store's clock minus ours in seconds, once it has answered

    def call(self, operation: str, **parameters: object) -> dict[str, Any]:
        """One S3 call by its name (`PutObject`); a body in the answer is read whole, as bytes under `Body`."""
        method = getattr(self._client, xform_name(operation))
        with map_errors(operation):
            try:
                answer: dict[str, Any] = method(**parameters)
            except exceptions.ClientError as error:
                self._read_clock(headers_of(error.response))
                raise
            except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError) as error:
                if not _is_of_the_parser(error):
                    raise
                raise NotS3(operation, "a number, a date or a shape that is none") from None
            self._read_clock(headers_of(answer))
            if "Body" in answer:
                answer["Body"] = _read(answer["Body"])
        return answer

    def announce_body(self, operation: str, size: int, **parameters: object) -> None:
        """Announces a body of `size` bytes, as the registry's SDK does with large ones, and sends none of it.

        Raises as `call` does where it may not come.
        """
        with contextlib.suppress(ContinueReceivedError):
            self.call(operation, Body=DeclaredBody(size), **parameters)

    def presigned_url(self, operation: str, **parameters: object) -> str:
        """A link that a client can follow without credentials, as the registry sends it on a pull (20 minutes)."""
        with map_errors(operation):
            url: str = self._client.generate_presigned_url(
                xform_name(operation), Params=parameters, ExpiresIn=1200, HttpMethod=_METHODS[operation]
            )
        return url

    def fetch(self, url: str, operation: str, start: int = 0, *, bypass_proxies: bool = False) -> bytes:
        """What a client without credentials gets by a link for `operation`, from `start` on.

        Anything but 200 is a `Refusal`, or but 206 where a part is asked for: without it no client goes on.
        """
        session = HttpSession(self._verify, self._deadlines, {} if bypass_proxies else self._proxies(url))
        ranged = {"Range": f"bytes={start}-"} if start else {}
        with map_errors(operation), contextlib.closing(session):
            answer = session.send(AWSRequest(method=_METHODS[operation], url=url, headers=ranged).prepare())
        body = answer.content
        if answer.status_code != (HTTPStatus.PARTIAL_CONTENT if start else HTTPStatus.OK):
            raise ErrorResponse(operation, answer.status_code, *error_in(body))
        return body

    @property
    def answered_at(self) -> float:
        """When the store answered last, on the monotonic clock; 0 before it has."""
        return self._sending.answered_at

    def close(self) -> None:
        """Lets go of the connections."""
        self._client.close()
        self._sending.close()

    def is_proxied(self, url: str) -> bool:
        """Whether a proxy of this machine's environment stands between it and `url`."""
        return bool(self._proxies(url))

    def _proxies(self, url: str) -> dict[str, str]:
        asks = registry_of(self._settings.registry).uses_proxy(self._settings)
        found: dict[str, str] = botocore.utils.get_environ_proxies(url) if asks else {}
        return found

    def _read_clock(self, headers: Mapping[str, str]) -> None:
        if self.clock_skew is not None or "date" not in headers:
            return
        try:
            theirs = parsedate_to_datetime(headers["date"])
            self.clock_skew = (theirs.astimezone(UTC) - datetime.now(UTC)).total_seconds()
        except (ValueError, OverflowError):  # a date that is none
            return


def _is_of_the_parser(error: Exception) -> bool:
    """Whether it comes from an answer that botocore could not read, and not from a mistake of ours."""
    return any(frame.f_globals.get("__name__") == "botocore.parsers" for frame, _ in walk_tb(error.__traceback__))


def _read(stream: Any) -> bytes:
    """The body of an answer, whole; of one that is longer than anything we wrote, only the beginning."""
    body: bytes = stream.read(_LONGEST_BODY)
    stream.read(1)  # at the end of the body botocore compares its length with what was announced
    stream.close()
    return body
