"""The region endpoint."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.endpoint import Endpoint
from wizard.finding import Cause, Finding, Fix, Severity, Value
from wizard.printable import printable
from wizard.providers import provider_of
from wizard.settings import Settings

_CONSOLE_PORTS = {"minio": {"9001": "9000"}}  # where a web console stands that is not S3


def _finding(text: str, fix: Fix | None = None, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(Cause.INVALID_SETTING, text, severity, "regionendpoint", fix)


def _set(text: str, endpoint: object, **more: Value) -> Fix:
    return Fix(text, {"regionendpoint": str(endpoint), **more})


def _parsed(settings: Settings) -> Endpoint | None:
    """The endpoint, when it is well enough formed to say more about it."""
    found = Endpoint.parse(settings.regionendpoint)
    return found if settings.regionendpoint and not list(form(settings)) else None


def present(settings: Settings) -> Iterator[Finding]:
    """Only Amazon S3 can do without an endpoint."""
    provider = provider_of(settings)
    if settings.regionendpoint or provider.id == "aws":
        return
    endpoint = provider.endpoint_for(settings.region)
    if endpoint and not provider.asks():
        yield _finding(f"{provider.title} needs its endpoint.", _set(f"Use {endpoint}.", endpoint))
    else:
        example = f", such as {endpoint}" if endpoint else ""
        yield _finding(f"Type the server's address{example}; blank would mean Amazon S3.")


def form(settings: Settings) -> Iterator[Finding]:
    """Scheme, host and port, and nothing else."""
    text = settings.regionendpoint
    found = Endpoint.parse(text)
    if not text:
        return
    if "<" in text or "{" in text:
        yield _finding("Put your own value in place of the part in brackets.")
    elif found.userinfo:
        yield _finding(
            "Keys do not belong in the endpoint: they have fields of their own.", _set(f"Use {found}.", found)
        )
    elif found.scheme not in ("", "http", "https"):
        plain = str(found).partition("://")[2]
        yield _finding(
            f"`{printable(found.scheme, 20)}://` is not spoken here: https:// or http://.",
            _set(f"Use https://{plain}.", f"https://{plain}"),
        )
    elif not found.has_valid_host():
        yield _finding("This is no host name or address; it should look like https://minio.example:9000.")
    elif found.port and not (found.port.isdecimal() and 0 < int(found.port[:6]) < 65536):
        yield _finding(f"`{printable(found.port, 12)}` is no port: a number from 1 to 65535.")
    else:
        yield from _more_than_a_host(settings, found)


def _more_than_a_host(settings: Settings, found: Endpoint) -> Iterator[Finding]:
    bucket = settings.bucket
    if found.path:
        first = found.path.strip("/").partition("/")[0]
        if not bucket or first == bucket:
            yield _finding(
                "The bucket does not belong in the endpoint: it has a field of its own.",
                _set(f"Use {found} with bucket {first}.", found, bucket=first),
            )
        else:
            yield _finding(
                "An endpoint has no path; the registry would look for a bucket there.",
                _set(f"Use {found}.", found),
            )
    elif found.rest:
        yield _finding("An endpoint ends with its host and port.", _set(f"Use {found}.", found))
    elif bucket and found.host.startswith(f"{bucket}.") and not found.is_address():
        host = str(found).replace(f"{bucket}.", "", 1)
        yield _finding(
            "The bucket does not belong in front of the host: the registry puts it there.",
            _set(f"Use {host}.", host),
        )


def belongs_to_provider(settings: Settings) -> Iterator[Finding]:
    """The endpoint is one of the chosen store's, and of the chosen region."""
    found, provider = _parsed(settings), provider_of(settings)
    if found is None:
        return
    named = provider.region_in(settings.regionendpoint)
    if named and named != settings.region:
        yield Finding(
            Cause.WRONG_REGION,
            f"The endpoint is in {printable(named, 30)}, the region says {printable(settings.region, 30)}.",
            Severity.WARNING,
            "regionendpoint",
            Fix(f"Set the region to {printable(named, 30)}.", {"region": named}),
        )
    if provider.id == "aws" and not found.is_amazon():
        yield _finding(
            "This is not Amazon's; with another server choose its own entry on the first screen.",
            Fix("Choose Other S3-compatible.", {"provider": "other"}),
            Severity.WARNING,
        )


def scheme(settings: Settings) -> Iterator[Finding]:
    """The endpoint's scheme and the HTTPS setting say the same."""
    found = _parsed(settings)
    if found is None:
        return
    if not found.scheme:
        written = "https" if settings.secure else "http"
        yield _finding(
            f"Without a scheme the HTTPS setting decides: {written}://.",
            _set(f"Write {written}://{found}.", f"{written}://{found}"),
            Severity.HINT,
        )
    elif (found.scheme == "https") != settings.secure:
        way = "unencrypted" if found.scheme == "http" else "encrypted"
        yield _finding(
            f"{found.scheme}:// wins over HTTPS {'on' if settings.secure else 'off'}: traffic is {way}.",
            Fix(
                f"Turn HTTPS {'off' if settings.secure else 'on'}, as the endpoint says.",
                {"secure": not settings.secure},
            ),
            Severity.WARNING,
        )


def port(settings: Settings) -> Iterator[Finding]:
    """A server with a usual port is rarely found on the scheme's own."""
    found, provider = _parsed(settings), provider_of(settings)
    if found is None or provider.port is None:
        return
    usual = str(provider.port)
    if not found.port:
        yield _finding(
            f"No port; {provider.title} usually listens on {usual}.",
            _set(f"Use {found}:{usual}.", f"{found}:{usual}"),
            Severity.HINT,
        )
    elif api := _CONSOLE_PORTS.get(provider.id, {}).get(found.port):
        mended = str(found).removesuffix(found.port) + api
        yield _finding(
            f"Port {found.port} is usually {provider.title}'s console; S3 is on {api}.",
            _set(f"Use {mended}.", mended),
            Severity.WARNING,
        )
