"""The region endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.catalog.providers import Provider, provider_of
from wizard.model.endpoint import Endpoint
from wizard.model.findings import Cause, Finding, Fix, Severity, Value
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_CONSOLE_PORTS = {"minio": {"9001": "9000"}}  # where a web console stands that is not S3

_NEARLY_A_SCHEME = re.compile(r"(https?)[:;]?[/\\]+", re.IGNORECASE)


def _finding(text: str, fix: Fix | None = None, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(Cause.INVALID_SETTING, text, severity, "regionendpoint", fix)


def _use(endpoint: Endpoint | str, **more: Value) -> Fix | None:
    """The fix that sets the endpoint, and what else is to be set with it; None where that were no endpoint."""
    if not Endpoint.parse(str(endpoint)).has_valid_host():
        return None
    others = "".join(f" with {name} {sanitize(value, 60)}" for name, value in more.items())
    return Fix(f"Use {sanitize(endpoint, 80)}{others}.", {"regionendpoint": str(endpoint), **more})


def _parsed(settings: Settings) -> Endpoint | None:
    """The endpoint, when it is well enough formed to say more about it."""
    found = Endpoint.parse(settings.regionendpoint)
    malformed = any(finding.severity is Severity.ERROR for finding in form(settings))
    return found if settings.regionendpoint and not malformed else None


def present(settings: Settings) -> Iterator[Finding]:
    """Only Amazon S3 can do without an endpoint."""
    provider = provider_of(settings)
    if settings.regionendpoint or provider.id == "aws":
        return
    endpoint = provider.endpoint_for(settings.region or provider.region)
    if endpoint and not provider.has_placeholder:
        yield _finding(f"{provider.title} needs its endpoint; blank would mean Amazon S3.", _use(endpoint))
    elif provider.endpoint_variable:
        yield _finding(
            f"{provider.title} needs your {provider.endpoint_variable.label.lower()}. {provider.endpoint_variable.help}"
        )
    else:
        example = f", such as {sanitize(endpoint, 60)}" if endpoint else ""
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
        yield _finding("Keys do not belong in the endpoint: they have fields of their own.", _use(found))
    elif not found.scheme and (typed := _NEARLY_A_SCHEME.match(text)):
        yield _finding(
            "Between scheme and host stand a colon and two slashes.",
            _use(f"{typed[1].lower()}://{text[typed.end() :]}"),
        )
    elif found.scheme == "s3":
        yield _finding("`s3://` names a bucket, not a server; an endpoint begins with https:// or http://.")
    elif found.scheme not in ("", "http", "https"):
        yield _finding(
            f"`{sanitize(found.scheme, 20)}://` is not spoken here: https:// or http://.",
            _use(found._replace(scheme="https")),
        )
    elif found.lacks_brackets():
        yield _finding(
            "An IPv6 address stands in brackets, and a port after them.",
            _use(found._replace(host=f"[{found.host}]")),
        )
    elif not found.has_valid_host():
        yield _finding("This is no host name or address; it should look like https://minio.example:9000.")
    elif found.port and not (found.port.isascii() and found.port.isdecimal() and 0 < int(found.port[:6]) < 65536):
        yield _finding(f"`{sanitize(found.port, 12)}` is no port: a number from 1 to 65535.")
    else:
        yield from _more_than_a_host(settings, found)


def _more_than_a_host(settings: Settings, found: Endpoint) -> Iterator[Finding]:
    bucket = settings.bucket
    if found.path:
        first = found.path.strip("/").partition("/")[0]
        if not bucket or first == bucket:
            yield _finding(
                "The bucket does not belong in the endpoint: it has a field of its own.", _use(found, bucket=first)
            )
        else:
            yield _finding("An endpoint has no path; the registry would look for a bucket there.", _use(found))
    elif found.rest:
        yield _finding("An endpoint ends with its host and port.", _use(found))
    elif bucket and found.host.lower().startswith(f"{bucket.lower()}.") and not found.is_address():
        yield _bucket_in_host(found._replace(host=found.host[len(bucket) + 1 :]), provider_of(settings))


def _bucket_in_host(behind: Endpoint, provider: Provider) -> Finding:
    """`behind` is the endpoint without the bucket; a server may also just be called as the bucket is."""
    if behind.is_amazon() or behind.host == Endpoint.parse(provider.endpoint).host or provider.region_in(str(behind)):
        return _finding("The bucket does not belong in front of the host: the registry puts it there.", _use(behind))
    return _finding(
        "The host begins with the bucket's name; if that is the bucket, leave it out: it has a field of its own.",
        _use(behind),
        Severity.WARNING,
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
            f"The endpoint is in {sanitize(named, 30)}, the region says {sanitize(settings.region, 30)}.",
            Severity.WARNING,
            "regionendpoint",
            Fix(f"Set the region to {sanitize(named, 30)}.", {"region": named}),
        )
    if provider.id == "aws" and not found.is_amazon():
        yield _finding(
            "This endpoint is not Amazon's; for another server choose its own entry on the first screen.",
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
            _use(found._replace(scheme=written)),
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
            _use(found._replace(port=usual)),
            Severity.HINT,
        )
    elif api := _CONSOLE_PORTS.get(provider.id, {}).get(found.port):
        yield _finding(
            f"Port {found.port} is usually {provider.title}'s console; S3 is on {api}.",
            _use(found._replace(port=api)),
            Severity.WARNING,
        )
