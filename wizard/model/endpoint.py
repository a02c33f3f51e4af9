"""A region endpoint, split into its parts as the SDK of the registry does it."""

import re
from typing import NamedTuple, Self

from wizard.model.settings import Settings
from wizard.model.url_credentials import split_userinfo

_SCHEME = re.compile(r"^([^:/]+)://")  # aws-sdk-go endpoints.AddScheme: `minio:9000` has none
_HOST = r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?"

_INTERNAL = (".local", ".internal", ".svc", ".lan", ".home.arpa")
# Hosts that only machines inside the provider's cloud reach:
# - https://help.aliyun.com/en/oss/user-guide/regions-and-endpoints
# - https://cloud.ibm.com/docs/cloud-object-storage?topic=cloud-object-storage-endpoints
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
_CLOUD_INTERNAL = (
    r".*-internal\.aliyuncs\.com"
    r"|s3\.(private|direct)\..*\.cloud-object-storage\.appdomain\.cloud"
    r"|.*\.vpce\.amazonaws\.com(\.cn)?"
)

# By the prefix of a region: the domain of its AWS partition (partitions.json of botocore). Others: amazonaws.com.
_AMAZON_DOMAINS = {
    "cn-": "amazonaws.com.cn",
    "eusc-": "amazonaws.eu",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "eu-isoe-": "cloud.adc-e.uk",
    "us-isof-": "csp.hci.ic.gov",
}
_AMAZON_SUFFIXES = tuple(f".{domain}" for domain in ("amazonaws.com", *_AMAZON_DOMAINS.values()))

# What `inet_aton` takes for a part of an address: octal after a zero, hexadecimal after 0x.
_ADDRESS_PART = r"0[xX][0-9a-fA-F]*|[0-9]+"


class Endpoint(NamedTuple):
    """The parts of an endpoint, each empty if missing. `port` is text, because it may not be a number."""

    scheme: str
    userinfo: str
    host: str
    port: str
    path: str
    rest: str  # the query and the fragment, with ? and #

    @classmethod
    def parse(cls, text: str) -> Self:
        """Split any text. The parts are not validated: the rules do that."""
        match = _SCHEME.match(text)
        scheme = match[1].lower() if match else ""
        remainder = text[match.end() :] if match else text
        userinfo, remainder = split_userinfo(remainder)  # first, because a password can contain / ? #
        end = min((index for index in map(remainder.find, "?#") if index >= 0), default=len(remainder))
        remainder, rest = remainder[:end], remainder[end:]
        address, slash, path = remainder.partition("/")
        host, port = _split_port(address)
        return cls(scheme, userinfo, host, port, (slash + path).rstrip("/"), rest)

    def has_valid_host(self) -> bool:
        """Whether the host is a syntactically valid name or IP address."""
        return self.is_address() or re.fullmatch(_HOST, self.host, re.IGNORECASE | re.ASCII) is not None

    def is_address(self) -> bool:
        """Whether the host is an IP address (IPv6 in brackets), which rules out virtual-hosted-style requests."""
        bracketed = self.host.startswith("[") and self.host.endswith("]")
        return _version(self.host[1:-1]) == 6 if bracketed else _version(self.host) == 4

    def lacks_brackets(self) -> bool:
        """Whether the host is an IPv6 address without the brackets that separate it from a port."""
        return _version(self.host) == 6

    def is_malformed_address(self) -> bool:
        """Whether the host has only numbers and is no IP address in its usual form, as in `127.1` or `0x7f000001`.

        The C library resolves some of these, and so does Python. Go does not: an address has four decimal numbers
        without leading zeros (`net.ParseIP`), and the name of a host has at least one letter (`isDomainName` in
        net/dnsclient.go).
        """
        return not self.is_address() and all(
            re.fullmatch(_ADDRESS_PART, part) for part in self.host.rstrip(".").split(".")
        )

    def usual_address(self) -> str:
        """The usual form of a malformed address; empty if there is none, or a leading zero makes it ambiguous.

        The C library reads `010` as 8, people read it as 10.
        """
        parts = self.host.rstrip(".").lower().split(".")
        numbers = [_number(part) for part in parts]
        last = 256 ** (5 - len(parts))  # the last number fills the rest of the four bytes
        if len(parts) > 4 or len(parts) == 3 or None in numbers:  # with three, one is probably missing
            return ""
        *leading, rest = [number for number in numbers if number is not None]
        if rest >= last or any(number > 255 for number in leading):
            return ""
        value = sum(number << 8 * (3 - index) for index, number in enumerate(leading)) + rest
        if value < 1 << 24:  # a host such as `1` is hardly meant to be 0.0.0.1
            return ""
        return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))

    def is_amazon(self) -> bool:
        """Whether the host belongs to Amazon Web Services."""
        return self.host.lower().rstrip(".").endswith(_AMAZON_SUFFIXES)

    def is_internal(self) -> bool:
        """Whether the name resolves only inside one network, such as the name of a container."""
        host = self.host.lower().rstrip(".")
        return not self.is_address() and host != "localhost" and ("." not in host or host.endswith(_INTERNAL))

    def is_cloud_internal(self) -> bool:
        """Whether only machines inside the provider's own cloud reach the host."""
        return re.fullmatch(_CLOUD_INTERNAL, self.host.lower().rstrip(".")) is not None

    def without_path(self) -> Self:
        """The endpoint without what follows the host and the port."""
        return self._replace(path="", rest="")

    def __repr__(self) -> str:
        return f"Endpoint({self})"  # without `userinfo`, which may contain a password

    def __str__(self) -> str:
        scheme = f"{self.scheme}://" if self.scheme else ""
        port = f":{self.port}" if self.port else ""
        return f"{scheme}{self.host}{port}{self.path}"


def _version(host: str) -> int:
    """The IP version: 4 or 6, 0 if the host is not an IP address."""
    import ipaddress  # imported here: slow to import, and seldom needed

    try:
        return ipaddress.ip_address(host).version
    except ValueError:
        return 0


def _number(part: str) -> int | None:
    """The number that a part of an address means; None if octal and decimal digits would differ."""
    if part.startswith("0x"):
        return int(part[2:] or "0", 16) if len(part) <= 10 else None
    if len(part) > 10 or (part.startswith("0") and len(part.lstrip("0")) > 1):
        return None
    is_octal = part.startswith("0")
    return None if is_octal and part.endswith(("8", "9")) else int(part)


def _split_port(address: str) -> tuple[str, str]:
    if address.startswith("["):
        host, bracket, port = address.partition("]")
        return host + bracket, port.removeprefix(":")
    if address.count(":") > 1:  # an IPv6 address without its brackets
        return address, ""
    host, _, port = address.partition(":")
    return host, port


def scheme_of(settings: Settings) -> str:
    """`http` or `https`: the scheme of the endpoint; if it has none, as the setting `secure` says."""
    return Endpoint.parse(settings.regionendpoint).scheme or ("https" if settings.secure else "http")


def with_scheme(settings: Settings) -> Settings:
    """The settings with the scheme in the endpoint, if they have one without."""
    if not settings.regionendpoint or Endpoint.parse(settings.regionendpoint).scheme:
        return settings
    return settings.replace({"regionendpoint": f"{scheme_of(settings)}://{settings.regionendpoint}"})


def url_of(settings: Settings) -> str:
    """The URL of the store: the endpoint with its scheme, or the one of Amazon S3 that the parameters lead to."""
    endpoint = Endpoint.parse(settings.regionendpoint)
    if is_accelerated(settings):
        return f"{scheme_of(settings)}://s3-accelerate{_stack(settings)}.{_amazon_domain(settings.region)}"
    if not settings.regionendpoint:
        service = f"s3-fips{_stack(settings)}" if settings.value("usefipsendpoint") else f"s3{_stack(settings)}"
        return f"{scheme_of(settings)}://{amazon_host(settings.region, service)}"
    return str(endpoint._replace(scheme=scheme_of(settings)))


def is_accelerated(settings: Settings) -> bool:
    """Whether transfer acceleration of Amazon S3 is used. The bucket is then always in the host name."""
    is_amazon = not settings.regionendpoint or Endpoint.parse(settings.regionendpoint).is_amazon()
    return settings.value("accelerate") is True and is_amazon


def amazon_host(region: str, service: str = "s3") -> str:
    """The host of Amazon S3 in a region, in the domain of its AWS partition."""
    return f"{service}.{region}.{_amazon_domain(region)}"


def _amazon_domain(region: str) -> str:
    return next((domain for prefix, domain in _AMAZON_DOMAINS.items() if region.startswith(prefix)), "amazonaws.com")


def _stack(settings: Settings) -> str:
    return ".dualstack" if settings.value("usedualstack") else ""


def host_of(settings: Settings) -> str:
    """The host of `url_of`, without the bucket. Unchanged: clean it with `sanitize` before it is displayed."""
    return Endpoint.parse(url_of(settings)).host


def port_of(settings: Settings) -> int:
    """The port of `url_of`. ValueError if the endpoint's port is not a number; the rules report that."""
    return int(Endpoint.parse(url_of(settings)).port or (443 if scheme_of(settings) == "https" else 80))


def is_loopback(settings: Settings) -> bool:
    """Whether the store runs on this machine."""
    import ipaddress  # imported here: see `_version`

    host = Endpoint.parse(url_of(settings)).host.strip("[]").lower()
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
