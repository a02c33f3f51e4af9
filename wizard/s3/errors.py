"""How a call to a store can fail. No caller of this package sees an exception of botocore."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from wizard.model.findings import Finding


@dataclass(eq=False)
class StoreError(Exception):
    """A call failed, or its result is not what the registry needs. `operation` is the S3 name, such as `PutObject`."""

    operation: str

    @property
    def had_no_effect(self) -> bool:
        """Whether it is certain that the call changed nothing in the store."""
        return False


@dataclass(eq=False)
class ErrorResponse(StoreError):
    """The store answered with an error. `code` and `message` are unchanged; the names in `headers` are lower case."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)
    region: str = ""  # the region that the store expects, if it names one

    @property
    def is_redirect(self) -> bool:
        """Whether it is a redirect by a proxy or another server: S3 names a code or a region in its own redirects."""
        is_status = HTTPStatus.MULTIPLE_CHOICES <= self.status < HTTPStatus.BAD_REQUEST
        return is_status and "location" in self.headers and not self.region and self.has_no_s3_code

    @property
    def has_no_s3_code(self) -> bool:
        """Whether the answer had no code of S3: botocore uses the status as the code then."""
        return self.code in ("", str(self.status))

    @property
    def is_too_large(self) -> bool:
        """Whether the body, sent or announced, exceeds a size limit."""
        return self.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or self.code == "EntityTooLarge"

    @property
    def is_server_error(self) -> bool:
        """Whether the store, or a proxy before it, failed: the call may or may not have had an effect."""
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def had_no_effect(self) -> bool:
        """Whether it is certain that the call changed nothing in the store: a status below 500 rejects the request."""
        return not self.is_server_error


@dataclass(eq=False)
class Abandoned(StoreError):
    """The program is to end, and did not wait for the answer."""


@dataclass(eq=False)
class NotStarted(StoreError):
    """The program is to end, and did not make the call."""

    @property
    def had_no_effect(self) -> bool:
        """Whether it is certain that the call changed nothing in the store."""
        return True


@dataclass(eq=False)
class ConnectionFailed(StoreError):
    """There was no complete answer: the name lookup, the connection, TLS or the wait for data failed."""

    causes: tuple[BaseException, ...]  # the exception and those that it wraps, outermost first
    while_connecting: bool = False
    timed_out: bool = False
    was_sent: bool = True  # whether the request, or a part of it, was sent
    hostname_mismatch: bool = False  # the certificate is for another host name
    is_proxy_error: bool = False  # the proxy failed, or refused to connect

    @property
    def had_no_effect(self) -> bool:
        """Whether it is certain that the call changed nothing in the store: without a connection, nothing was sent."""
        return self.while_connecting or not self.was_sent


@dataclass(eq=False)
class UnsupportedProxy(StoreError):
    """The environment names a proxy that this program cannot use, such as one for SOCKS, or that Go refuses."""

    @property
    def had_no_effect(self) -> bool:
        """Always True: nothing was sent."""
        return True


@dataclass(eq=False)
class NotSent(StoreError):
    """No request was made of the call: its settings or parameters cannot be sent. `detail` says why."""

    detail: str

    @property
    def had_no_effect(self) -> bool:
        """Always True: nothing was sent."""
        return True


@dataclass(eq=False)
class NotS3(StoreError):
    """The answer is not one of S3. `detail` is the beginning of its body, or what is wrong with it."""

    detail: str
    is_malformed_xml: bool = False  # an answer of S3 that was cut short or changed on its way
    has_invalid_value: bool = False  # an answer of S3 with, for example, a number that is none

    @property
    def is_html(self) -> bool:
        """Whether the answer is a web page."""
        return any(mark in self.detail.lower() for mark in ("<html", "<!doctype"))


@dataclass(eq=False)
class NoCredentials(StoreError):
    """No credentials were found to sign with. `text` says which, and where they were looked for.

    `has_expired`: there are some, and the environment says that they have expired.
    """

    text: str
    has_expired: bool = False

    @property
    def had_no_effect(self) -> bool:
        """Always True: without a signature nothing is sent."""
        return True


@dataclass(eq=False)
class ContractViolation(StoreError):
    """The store reported success but did not do what was asked. `finding` comes from the check that noticed."""

    finding: Finding
