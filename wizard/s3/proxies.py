"""The proxy that a registry would connect through, found by Go's rules, which differ from Python's.

Source: golang.org/x/net/http/httpproxy, which Go's net/http uses. NO_PROXY may hold addresses, networks (`10.0.0.0/8`),
domains (`example.com` also matches its subdomains, `.example.com` only those) and `*`, each with an optional port.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from wizard.catalog.registries import registry_of
from wizard.model.endpoint import url_of
from wizard.model.settings import Settings

_DEFAULT_PORTS = {"http": "80", "https": "443"}
_IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Proxy(NamedTuple):
    """A proxy's URL, with its scheme, and the environment variable that names it."""

    url: str
    variable: str

    @property
    def scheme(self) -> str:
        """`http`, `https`, `socks5` or `socks5h`; anything else is a mistake in the variable."""
        return urlsplit(self.url).scheme.lower()

    @property
    def is_supported(self) -> bool:
        """Whether this program can use it, too: the registry also speaks SOCKS."""
        return self.scheme in ("http", "https")

    @property
    def address(self) -> str:
        """The host and port, without user name and password."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    def __repr__(self) -> str:
        return f"Proxy({self.address}, {self.variable})"  # the URL may hold a password


def proxy_of(settings: Settings, url: str = "") -> Proxy | None:
    """The proxy that the registry of `settings` would connect through, to its store or to `url`."""
    if not registry_of(settings.registry).uses_proxy(settings):
        return None
    return proxy_for(url or url_of(settings))


def proxy_for(url: str, environment: Mapping[str, str] = os.environ) -> Proxy | None:
    """The proxy for `url`; None where it is connected to directly."""
    target = urlsplit(url)
    named = _named(f"{target.scheme.upper()}_PROXY", environment)
    if named is None or (target.scheme == "http" and environment.get("REQUEST_METHOD")):  # golang.org/s/cgihttpproxy
        return None
    if not _uses_proxy(target, _value("NO_PROXY", environment)[1]):
        return None
    return named


def _value(name: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """The variable that is set, in capitals or in small letters, and its value."""
    found = next((each for each in (name, name.lower()) if environment.get(each)), name)
    return found, environment.get(found, "")


def _named(name: str, environment: Mapping[str, str]) -> Proxy | None:
    variable, value = _value(name, environment)
    if not value:
        return None
    parts = urlsplit(value)
    return Proxy(value if parts.scheme and parts.netloc else f"http://{value}", variable)


def _uses_proxy(target: SplitResult, no_proxy: str) -> bool:
    host = (target.hostname or "").strip().lower()
    port = str(_port_of(target) or _DEFAULT_PORTS.get(target.scheme, ""))
    address = _address(host)
    if not host or host == "localhost" or (address is not None and address.is_loopback):
        return False
    entries = [entry.strip().lower() for entry in no_proxy.split(",")]
    return not any(_excludes(entry, host, port, address) for entry in entries if entry)


def _port_of(target: SplitResult) -> int | None:
    try:
        return target.port
    except ValueError:
        return None


def _address(text: str) -> _IPAddress | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _excludes(entry: str, host: str, port: str, address: _IPAddress | None) -> bool:
    """Whether an entry of NO_PROXY matches the host."""
    if entry == "*":
        return True
    if "/" in entry and (network := _network(entry)) is not None:
        return address is not None and address in network
    name, entry_port = _split_port(entry)
    if not name or (entry_port and entry_port != port):
        return False
    if (excluded := _address(name)) is not None:
        return address == excluded
    domain = _ascii(name.removeprefix("*") if name.startswith("*.") else name)
    if domain.startswith("."):
        return _ascii(host).endswith(domain)
    return _ascii(host) == domain or _ascii(host).endswith(f".{domain}")


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return None


def _split_port(entry: str) -> tuple[str, str]:
    """Host and port of an entry; an IPv6 address has a port only behind brackets."""
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        return name, rest.removeprefix(":")
    name, colon, port = entry.rpartition(":")
    return (name, port) if colon and ":" not in name else (entry, "")


def _ascii(name: str) -> str:
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name
