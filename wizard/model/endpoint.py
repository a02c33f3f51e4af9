"""A region endpoint, taken apart the way the registry's SDK does it."""

from __future__ import annotations

import re
from typing import NamedTuple

from wizard.model.settings import Settings

_SCHEME = re.compile(r"^([^:/]+)://")  # aws-sdk-go endpoints.AddScheme: `minio:9000` has none
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.IGNORECASE | re.ASCII)

_INTERNAL = (".local", ".internal", ".svc", ".lan", ".home.arpa")


class Endpoint(NamedTuple):
    """The parts of an endpoint; empty where it has none. `port` is text: it may be nonsense."""

    scheme: str
    userinfo: str
    host: str
    port: str
    path: str
    rest: str  # query and fragment, with their mark

    @classmethod
    def parse(cls, text: str) -> Endpoint:
        """Takes any text apart; what the parts are worth is for the rules to say."""
        found = _SCHEME.match(text)
        scheme = found[1].lower() if found else ""
        remainder = text[found.end() :] if found else text
        userinfo, _, remainder = remainder.rpartition("@")  # first: a secret may hold any of / ? #
        cut = min((i for i in map(remainder.find, "?#") if i >= 0), default=len(remainder))
        remainder, rest = remainder[:cut], remainder[cut:]
        address, slash, path = remainder.partition("/")
        host, port = _split_port(address)
        return cls(scheme, userinfo, host, port, (slash + path).rstrip("/"), rest)

    def has_valid_host(self) -> bool:
        """Whether the host is a name or an address that can be dialled."""
        return self.is_address() or _HOST.fullmatch(self.host) is not None

    def is_address(self) -> bool:
        """Whether the host is an IP address, IPv6 in its brackets; a bucket cannot be put in front of one."""
        bracketed = self.host.startswith("[") and self.host.endswith("]")
        return _version(self.host[1:-1]) == 6 if bracketed else _version(self.host) == 4

    def lacks_brackets(self) -> bool:
        """Whether the host is an IPv6 address without the brackets that part it from a port."""
        return _version(self.host) == 6

    def is_amazon(self) -> bool:
        """Whether the host is Amazon's own."""
        return self.host.lower().endswith((".amazonaws.com", ".amazonaws.com.cn"))

    def is_internal(self) -> bool:
        """Whether only machines in one network know the host's name, such as that of a container beside others."""
        host = self.host.lower().rstrip(".")
        return not self.is_address() and host != "localhost" and ("." not in host or host.endswith(_INTERNAL))

    def __repr__(self) -> str:
        return f"Endpoint({self})"  # what stands before an @ may be a password

    def __str__(self) -> str:
        scheme = f"{self.scheme}://" if self.scheme else ""
        port = f":{self.port}" if self.port else ""
        return f"{scheme}{self.host}{port}"


def _version(host: str) -> int:
    """4 or 6 for an IP address, 0 for any other host."""
    import ipaddress  # here, as it takes long and most never ask for it

    try:
        return ipaddress.ip_address(host).version
    except ValueError:
        return 0


def _split_port(address: str) -> tuple[str, str]:
    if address.startswith("["):
        host, bracket, port = address.partition("]")
        return host + bracket, port.removeprefix(":")
    if address.count(":") > 1:  # an IPv6 address without its brackets
        return address, ""
    host, _, port = address.partition(":")
    return host, port


def scheme_of(settings: Settings) -> str:
    """`http` or `https`: the endpoint's own scheme wins, the HTTPS setting serves where it has none."""
    return Endpoint.parse(settings.regionendpoint).scheme or ("https" if settings.secure else "http")


def url_of(settings: Settings) -> str:
    """The endpoint as it is dialled; for Amazon S3 the regional host."""
    if not settings.regionendpoint:
        suffix = "amazonaws.com.cn" if settings.region.startswith("cn-") else "amazonaws.com"
        return f"{scheme_of(settings)}://s3.{settings.region}.{suffix}"
    found = Endpoint.parse(settings.regionendpoint)
    return f"{scheme_of(settings)}://{str(found).removeprefix(found.scheme + '://')}{found.path}"


def host_of(settings: Settings) -> str:
    """The host of `url_of`, without the bucket. Unchanged: clean it with `sanitize` before it is displayed."""
    return Endpoint.parse(url_of(settings)).host


def port_of(settings: Settings) -> int:
    """The port of `url_of`. ValueError if the endpoint's port is not a number; the rules report that."""
    return int(Endpoint.parse(url_of(settings)).port or (443 if scheme_of(settings) == "https" else 80))


def is_loopback(settings: Settings) -> bool:
    """Whether the store is on this machine."""
    host = Endpoint.parse(url_of(settings)).host.strip("[]").lower()
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
