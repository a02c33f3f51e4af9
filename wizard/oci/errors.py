"""How a call to a registry, or to a server that it names, can end without an answer to judge."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from wizard.oci.address import Origin
from wizard.s3.proxies import Proxy


@dataclass(eq=False)
class CallFailedError(Exception):
    """There was no complete answer of `origin`."""

    origin: Origin


@dataclass(eq=False)
class NoAnswerError(CallFailedError):
    """The name lookup, the connection, TLS, or the wait for an answer failed. `error` says which.

    `proxy`: the one that the connection went through, if any; `is_proxy_error`: that one failed.
    """

    error: BaseException
    while_connecting: bool
    proxy: Proxy | None = None
    is_proxy_error: bool = False


@dataclass(eq=False)
class UnsupportedProxyError(CallFailedError):
    """The environment names a proxy that this client cannot use, such as one for SOCKS."""

    proxy: Proxy


@dataclass(eq=False)
class EndlessAnswerError(CallFailedError):
    """The answer is larger than anything that is asked for here."""


class TokenProblem(Enum):
    """Why there is no token."""

    NO_REALM = auto()  # the registry names no token server
    UNENCRYPTED = auto()  # it would have to be asked over plain http, with a password
    REFUSED = auto()  # the token server refuses the user, or any request
    NO_TOKEN = auto()  # its answer has no token


@dataclass(eq=False)
class TokenError(Exception):
    """The token server gave no token. `status` is that of its answer, 0 without one."""

    problem: TokenProblem
    realm: Origin | None = None
    status: int = 0
