"""The proxy that a registry would connect through, found by Go's rules, which differ from Python's.

Source: golang.org/x/net/http/httpproxy, which Go's net/http uses. NO_PROXY may hold addresses, networks (`10.0.0.0/8`),
domains (`example.com` also matches its subdomains, `.example.com` only those) and `*`. Addresses and domains can have a
port; tests/s3/no_proxy.json has what Go itself does with many of them.
"""

from __future__ import annotations

import ipaddress
import os
import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from wizard.catalog.registries import registry_of
from wizard.catalog.registries.ini.sections import SPACE
from wizard.model.endpoint import url_of
from wizard.model.settings import Settings
from wizard.model.url_credentials import split_userinfo

_DEFAULT_PORTS = {"http": "80", "https": "443"}
_MAX_PORT = 65535
_IPV4, _MAPPED_BITS = 4, 96  # bits before an IPv4 address that is written as IPv6, such as ::ffff:10.0.0.1
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_AUTHORITY = re.compile(r"(?:[A-Za-z0-9_.-]+|\[(?P<address>[0-9A-Fa-f:.]+)\])(?::(?P<port>[0-9]{0,5}))?")
_USERINFO = re.compile(r"[^\x00-\x20/?#\x7f-\U0010ffff]*")
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Proxy(NamedTuple):
    """A proxy's URL, with its scheme, and the environment variable that names it.

    `is_refused`: requests fail, because Go uses no HTTP_PROXY where REQUEST_METHOD is set (golang.org/s/cgihttpproxy).
    """

    url: str
    variable: str
    is_refused: bool = False

    @property
    def scheme(self) -> str:
        """`http`, `https`, `socks5` or `socks5h`; anything else is a mistake in the variable."""
        match = _SCHEME.match(self.url)
        return match[1].lower() if match else ""

    @property
    def is_valid(self) -> bool:
        """Whether the URL is one: a host and perhaps a port, after a user name and password without `/`, `?` or `#`."""
        userinfo, rest = self._parts()
        match = _AUTHORITY.fullmatch(_authority(rest))
        if match is None or int(match["port"] or 0) > _MAX_PORT or not _USERINFO.fullmatch(userinfo):
            return False
        if userinfo and not self.url.endswith(f"{userinfo}@{rest}"):  # the @ is percent-encoded, or only looks like one
            return False
        return match["address"] is None or _without_zone(match["address"]) is not None

    @property
    def is_supported(self) -> bool:
        """Whether this program can use it, too: the registry also speaks SOCKS."""
        return self.scheme in ("http", "https") and self.is_valid and not self.is_refused

    @property
    def address(self) -> str:
        """The host and port, without user name and password. Everything up to the last `@` can be a password."""
        host, port = _host_and_port(_authority(self._parts()[1]))
        host = f"[{host}]" if ":" in host else host
        return f"{host}:{port}" if port.isdecimal() else host

    def _parts(self) -> tuple[str, str]:
        """The user name and password, and everything after them."""
        match = _SCHEME.match(self.url)
        return split_userinfo(self.url[match.end() :] if match else self.url)

    def __repr__(self) -> str:
        return f"Proxy({self.address}, {self.variable})"  # the URL may hold a password


def proxy_of(settings: Settings, url: str = "") -> Proxy | None:
    """The proxy that the registry of `settings` would connect through, to its store or to `url`."""
    if not registry_of(settings.registry).uses_proxy(settings):
        return None
    return proxy_for(url or url_of(settings))


def proxy_for(url: str, environment: Mapping[str, str] = os.environ) -> Proxy | None:
    """The proxy for `url`; None where it is connected to directly."""
    try:
        target = urlsplit(url)
    except ValueError:  # no URL, so that nothing is connected to
        return None
    named = _named(f"{target.scheme.upper()}_PROXY", environment)
    if named is None:
        return None
    if target.scheme == "http" and environment.get("REQUEST_METHOD"):  # also with NO_PROXY, and to this machine
        return named._replace(is_refused=True)
    host, port = _host_and_port(target.netloc.rpartition("@")[2])
    no_proxy = _value("NO_PROXY", environment)[1]
    return named if _uses_proxy(host, port or _DEFAULT_PORTS.get(target.scheme, ""), no_proxy) else None


def _value(name: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """The variable that is set, in capitals or in small letters, and its value."""
    found = next((each for each in (name, name.lower()) if environment.get(each)), name)
    return found, environment.get(found, "")


def _named(name: str, environment: Mapping[str, str]) -> Proxy | None:
    variable, value = _value(name, environment)
    if not value:
        return None
    return Proxy(value if _SCHEME.match(value) else f"http://{value}", variable)


def _authority(rest: str) -> str:
    """The text before the path, the query and the fragment."""
    return re.split(r"[/?#]", rest, maxsplit=1)[0]


def _host_and_port(authority: str) -> tuple[str, str]:
    """The host, without the brackets of an IPv6 address, and the port, empty if there is none."""
    if authority.startswith("[") and "]" in authority:
        host, _, rest = authority[1:].partition("]")
        return unquote(host), rest.removeprefix(":")
    host, _, port = authority.partition(":")
    return host, port


# What NO_PROXY excludes


def _uses_proxy(host: str, port: str, no_proxy: str) -> bool:
    host = _ascii(host)
    address = _without_zone(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return False
    host = host.strip(SPACE).lower()
    entries = [entry.strip(SPACE).lower() for entry in no_proxy.split(",")]
    return not any(_excludes(entry, host, port, address) for entry in entries if entry)


def _excludes(entry: str, host: str, port: str, address: _IPAddress | None) -> bool:
    """Whether an entry of NO_PROXY matches the host; `address` is the host if it is an IP address."""
    if entry == "*":
        return True
    if (network := _network(entry)) is not None:
        return address is not None and address in network
    name, entry_port = _split_port(entry)
    if entry_port not in ("", port):
        return False
    if (excluded := _address(name)) is not None:
        return address == excluded
    if not name or address is not None:
        return False
    domain = name.removeprefix("*") if name.startswith("*.") else name
    if domain.startswith("."):
        return host.endswith(_ascii(domain))
    return f".{host}".endswith(_ascii(f".{domain}"))


def _address(text: str) -> _IPAddress | None:
    """An IP address as Go's net.ParseIP reads it: an IPv4 address can be written as IPv6."""
    if "%" in text:
        return None
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _without_zone(host: str) -> _IPAddress | None:
    """The address of a host, whose IPv6 address can have a zone."""
    address, percent, zone = host.partition("%")
    return _address(address) if not percent or (zone and ":" in address) else None


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """A network as Go's net.ParseCIDR reads it: with a number of bits, not with a mask."""
    text, _, digits = entry.partition("/")
    address = _address(text)
    if address is None or not re.fullmatch(r"[0-9]+", digits):
        return None
    bits = int(digits.lstrip("0")[:4] or "0")
    if address.version == _IPV4 and ":" in text:
        if bits < _MAPPED_BITS:
            return ipaddress.ip_network((f"::ffff:{address}", bits), strict=False)
        bits -= _MAPPED_BITS
    return ipaddress.ip_network((address, bits), strict=False) if bits <= address.max_prefixlen else None


def _split_port(entry: str) -> tuple[str, str]:
    """Host and port of an entry as Go's net.SplitHostPort splits them; without a port, the complete entry."""
    if entry.startswith("["):
        host, bracket, port = entry[1:].partition("]:")
        is_pair = bool(bracket) and not set("[]") & {*host, *port} and ":" not in port
    else:
        host, colon, port = entry.rpartition(":")
        is_pair = bool(colon) and not set("[]:") & {*host} and not set("[]") & {*port}
    return (host, port) if is_pair else (entry, "")


def _ascii(name: str) -> str:
    """The name with Punycode in place of letters that are not ASCII."""
    if name.isascii():
        return name
    return ".".join(map(_ascii_label, _DOTS.split(name)))


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    try:
        return f"xn--{unicodedata.normalize('NFKC', label.lower()).encode('punycode').decode()}"
    except UnicodeError:
        return label
