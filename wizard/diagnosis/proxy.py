"""Diagnoses proxies that fail, refuse, or are of a kind that this program cannot use. Never shows their password."""

from __future__ import annotations

import re

from wizard.model.endpoint import scheme_of
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.s3.errors import ConnectionFailed
from wizard.s3.proxies import Proxy, proxy_of
from wizard.text.sanitize import sanitize

_MAX_ADDRESS = 80  # characters
_STATUS = re.compile(r"Tunnel connection failed: (\d{3})")  # http.client
_AUTHENTICATION = 407


def diagnose_unsupported_proxy(settings: Settings) -> Finding:
    """The finding for a proxy that only the registry can use, or not even that one."""
    proxy = proxy_of(settings)
    if proxy and not proxy.is_valid:
        return _finding(
            f"{proxy.variable} is not a proxy address, so nothing was tested. Write it as http://host:port. "
            "Percent-encode special characters in the user name and password: %23 for #, %2F for /, %3F for ?."
        )
    if proxy and proxy.is_refused:
        return _finding(
            f"REQUEST_METHOD and {proxy.variable} are both set, as in a CGI program. Then the registry makes no calls "
            "over http, so nothing was tested. Unset one of them."
        )
    kind = "a SOCKS proxy" if proxy and proxy.scheme.startswith("socks") else "a proxy of an unknown kind"
    return _finding(
        f"{_name(proxy)} is {kind}. storage-wizard supports only HTTP proxies, so nothing was tested. Validate on a "
        "machine without this proxy, or add the store to NO_PROXY."
    )


def diagnose_proxy_failure(error: ConnectionFailed, settings: Settings) -> Finding:
    """The finding for a proxy that cannot be reached, or that does not connect to the store."""
    name = _name(proxy_of(settings))
    statuses = (found for cause in error.causes if (found := _STATUS.search(str(cause))))
    status = next((int(found[1]) for found in statuses), 0)
    if status == _AUTHENTICATION:
        return diagnose_proxy_authentication(settings)
    if status:
        return _finding(f"{name} refused to connect to the store (status {status}). Allow the store on the proxy.")
    return _finding(f"{name} doesn't answer. Correct the variable, or add the store to NO_PROXY.")


def diagnose_proxy_authentication(settings: Settings) -> Finding:
    """The finding for a proxy that requires a user name and a password."""
    name = _name(proxy_of(settings))
    return _finding(
        f"{name} requires a user name and a password. Add them to the variable, or add the store to NO_PROXY."
    )


def diagnose_proxy_answer(status: int, settings: Settings) -> Finding | None:
    """The finding for an error that a proxy may have answered with itself; None if no proxy could have.

    With https a proxy only passes bytes on, once it has connected.
    """
    proxy = proxy_of(settings) if scheme_of(settings) == "http" else None
    if proxy is None:
        return None
    return _finding(
        f"{_name(proxy)} is used, and the answer isn't S3 (status {status}). The proxy rejects the request or "
        "can't reach the store. Allow the store on the proxy, or add it to NO_PROXY."
    )


def _name(proxy: Proxy | None) -> str:
    return f"The proxy {sanitize(proxy.address, _MAX_ADDRESS)} ({proxy.variable})" if proxy else "The proxy"


def _finding(text: str) -> Finding:
    return Finding(Cause.PROXY, text, setting="regionendpoint")
