"""How a call to a store can end badly, in words of our own: nothing above the door knows botocore's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from wizard.model.findings import Finding

_SERVER_ERROR = 500  # the first status that says nothing about what was done


def chain_of(outermost: BaseException) -> Iterator[BaseException]:
    """The error and everything it wraps, outermost first."""
    seen: set[int] = set()
    waiting: list[object] = [outermost]
    while waiting:
        error = waiting.pop(0)
        if not isinstance(error, BaseException) or id(error) in seen:
            continue
        seen.add(id(error))
        yield error
        waiting += [getattr(error, "reason", None), getattr(error, "kwargs", {}).get("error"), *error.args]
        waiting += [error.__cause__, error.__context__]


@dataclass(eq=False)
class StoreError(Exception):
    """A call that did not give what the registry needs from it."""

    operation: str

    @property
    def had_no_effect(self) -> bool:
        """Whether it is certain that the call changed nothing in the store."""
        return False


@dataclass(eq=False)
class ErrorResponse(StoreError):
    """The store answered with an error. Texts are as the store sent them; `headers` have lower-case names."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)
    region: str = ""  # what the store says the region should be, where it says so

    @property
    def is_redirect(self) -> bool:
        """Whether somebody before the store sends everybody on to another place; S3 says why when it does."""
        is_status = HTTPStatus.MULTIPLE_CHOICES <= self.status < HTTPStatus.BAD_REQUEST
        return is_status and "location" in self.headers and not self.region and self.code in ("", str(self.status))

    @property
    def is_too_large(self) -> bool:
        """Whether what was sent, or announced, is more than is taken."""
        return self.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or self.code == "EntityTooLarge"

    @property
    def had_no_effect(self) -> bool:
        """An error below 500 is a refusal; after one from 500 on anything may have happened."""
        return self.status < _SERVER_ERROR


@dataclass(eq=False)
class ConnectionFailed(StoreError):
    """No answer came, or one cut short: the name, the connection, TLS or the wait for bytes failed."""

    error: BaseException
    while_connecting: bool = False
    timed_out: bool = False
    other_host: bool = False  # the certificate is for another name

    @property
    def had_no_effect(self) -> bool:
        """Nothing was sent on a connection that never was."""
        return self.while_connecting

    def chain(self) -> Iterator[BaseException]:
        """The error and everything it wraps, outermost first."""
        return chain_of(self.error)


@dataclass(eq=False)
class NotS3(StoreError):
    """Something answered that does not speak S3; `body` is the beginning of what it said."""

    body: str
    is_cut: bool = False  # it was S3 once, and was cut or changed

    @property
    def is_page(self) -> bool:
        """Whether a web page came."""
        return any(mark in self.body.lower() for mark in ("<html", "<!doctype"))


@dataclass(eq=False)
class NoCredentials(StoreError):
    """There is nothing to sign with; `text` says what was looked for."""

    text: str

    @property
    def had_no_effect(self) -> bool:
        """Nothing was signed, so nothing was sent."""
        return True


@dataclass(eq=False)
class ContractViolation(StoreError):
    """The store said yes and did something else; the check that noticed knows what to say."""

    finding: Finding
