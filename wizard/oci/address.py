"""The address of a registry, and of any other server that it names."""

from __future__ import annotations

import contextlib
import functools
import re
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from wizard.model.url_credentials import split_userinfo
from wizard.text.sanitize import sanitize

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?|(?=.*:)[0-9A-Fa-f:.]+")  # labels as in RFC 1035
_PATH = re.compile(r"[!-~]*")  # what a request line can have
_MAX_HOST = 80  # characters that are displayed


class AddressError(ValueError):
    """A text is not the address of a registry. The message is a sentence for the user, without the text."""


class Origin(NamedTuple):
    """Scheme, host (without brackets) and port. Credentials for one origin are not sent to another."""

    scheme: str
    host: str
    port: int

    @property
    def host_in_url(self) -> str:
        """The host as in a URL: an IPv6 address in brackets."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def netloc(self) -> str:
        """Host and port as in a URL; the port only where it is not the scheme's."""
        return self.host_in_url if self.port == _DEFAULT_PORTS[self.scheme] else f"{self.host_in_url}:{self.port}"

    def __str__(self) -> str:
        """The URL of the origin, to be displayed."""
        return f"{self.scheme}://{sanitize(self.netloc, _MAX_HOST)}"


class Address(NamedTuple):
    """Where a registry is: `path` is what a proxy has before `/v2/`, mostly empty."""

    origin: Origin
    path: str = ""

    @classmethod
    def parse(cls, text: str) -> Address:
        """An address such as `https://registry.example`; without a scheme it is https. Raises `AddressError`."""
        url = text if _SCHEME.match(text) else f"https://{text}"
        if split_userinfo(url.partition("://")[2])[0]:
            raise AddressError("the URL contains an @. Enter a user name separately (in a command: --username).")
        origin, parts = _split(url)
        if origin is None and (host := _ascii_host(parts)):
            raise AddressError(f"the host name has letters beyond ASCII. Write it as {sanitize(host, _MAX_HOST)}.")
        if origin is None or parts.query or parts.fragment:
            raise AddressError("that is not the URL of a registry. Write it as https://registry.example:5000.")
        return cls(origin, re.sub(r"/v2(/_catalog)?$", "", parts.path.rstrip("/")))

    def url(self, path: str) -> str:
        """The URL of a path of the API, such as `/v2/`."""
        return f"{self.origin.scheme}://{self.origin.netloc}{self.path}{path}"

    def __str__(self) -> str:
        return f"{self.origin}{sanitize(self.path, _MAX_HOST)}"


def _ascii_host(parts: SplitResult) -> str:
    """A host beyond ASCII as it is asked for in the name service (RFC 3490); empty for others, and if it is none."""
    with contextlib.suppress(ValueError):
        host = (parts.hostname or "").encode("idna").decode("ascii")
        return host if _HOST.fullmatch(host) and host != parts.hostname else ""
    return ""


def origin_of(url: str) -> Origin | None:
    """The origin of an absolute URL that a server has named; None if it is not one that can be called."""
    return _split(url)[0]


def joined_url(base: str, reference: str) -> str:
    """The URL that a server has named in an answer from `base`; empty if it is none."""
    try:
        return urljoin(base, reference)
    except ValueError:  # such as a bracket without its counterpart
        return ""


@functools.lru_cache(maxsize=64)  # each call looks at its URL several times
def _split(url: str) -> tuple[Origin | None, SplitResult]:
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:  # such as a port that is not a number
        return None, urlsplit("")
    is_valid = scheme in _DEFAULT_PORTS and _HOST.fullmatch(host) and _PATH.fullmatch(f"{parts.path}{parts.query}")
    if not is_valid or parts.username is not None:
        return None, parts
    return Origin(scheme, host, _DEFAULT_PORTS[scheme] if port is None else port), parts
