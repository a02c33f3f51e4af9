"""The region endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.catalog.endpoints import (
    amazon_endpoint,
    has_own_hosts,
    is_global,
    provider_by_host,
    region_of_endpoint,
    store_of,
)
from wizard.catalog.other_addresses import certain_other_address
from wizard.catalog.providers import Provider, provider_entries, provider_of
from wizard.catalog.registries import registry_of
from wizard.catalog.unsuitable import unsuitable_store
from wizard.model.endpoint import Endpoint, is_loopback, scheme_of
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.model.settings import Settings, Value
from wizard.rules.invalid import invalid_setting
from wizard.text.sanitize import sanitize

# By provider: port of the web console -> port of the S3 API.
_CONSOLE_PORTS = {"minio": {"9001": "9000"}, "rustfs": {"9001": "9000"}}
_MISTYPED_SCHEME = r"(?i)(https?)[:;]?[/\\]+"


def _finding(text: str, fix: Fix | None = None, severity: Severity = Severity.ERROR) -> Finding:
    return invalid_setting("regionendpoint", text, fix, severity)


def _use(endpoint: Endpoint | str, **changes: Value) -> Fix | None:
    """A fix that sets the endpoint and makes further changes; None if the endpoint has no valid host."""
    if not Endpoint.parse(str(endpoint)).has_valid_host():
        return None
    others = "".join(f" with {name} {sanitize(value, 60)}" for name, value in changes.items())
    return Fix(f"Use {sanitize(endpoint, 80)}{others}.", {"regionendpoint": str(endpoint), **changes})


def well_formed(settings: Settings) -> Endpoint | None:
    """The endpoint if the rule `form` finds no error in it, so that other rules do not report one mistake twice."""
    is_malformed = any(finding.severity is Severity.ERROR for finding in form(settings))
    return Endpoint.parse(settings.regionendpoint) if settings.regionendpoint and not is_malformed else None


def present(settings: Settings) -> Iterator[Finding]:
    """Every provider except Amazon S3 needs an endpoint."""
    provider = provider_of(settings)
    if settings.regionendpoint or provider.id == "aws":
        return
    endpoint = provider.endpoint_for(settings.region or provider.region)
    if endpoint and not provider.has_placeholder:
        yield _finding(f"{provider.name} needs an endpoint.", _use(endpoint))
    elif provider.endpoint_variable:
        label = provider.endpoint_variable.label
        text = f"{provider.name} needs your {label[0].lower()}{label[1:]}. {provider.endpoint_variable.help}"
        yield _finding(text)
    else:
        example = f", such as {provider.example_endpoint(settings.region)}" if endpoint else ""
        yield _finding(f"Enter the server's address{example}.")


def variable(settings: Settings) -> Iterator[Finding]:
    """What the provider asks for in place of the endpoint, such as an account id, has the form of all such values."""
    provider = provider_of(settings)
    value = provider.endpoint_variable_in(settings.regionendpoint, settings.region)
    if provider.endpoint_variable and value and not provider.endpoint_variable.is_well_formed(value):
        label, where = provider.endpoint_variable.label, provider.endpoint_variable.help
        yield _finding(f"Not a valid {label[0].lower()}{label[1:]}. Expected: {where}")


def form(settings: Settings) -> Iterator[Finding]:
    """The endpoint has an optional scheme, a host and an optional port, and nothing else."""
    text = settings.regionendpoint
    parsed = Endpoint.parse(text)
    if not text:
        return
    if "<" in text or "{" in text:
        yield _finding("Replace the part in brackets with your own value.")
    elif parsed.userinfo:
        yield _finding(
            "Remove the keys from the endpoint. Enter them as the access key and the secret key.",
            _use(parsed.without_path()),
        )
    elif not parsed.scheme and (mistyped := re.match(_MISTYPED_SCHEME, text)):
        yield _finding(
            "Write http:// or https:// before the host.",
            _use(f"{mistyped[1].lower()}://{text[mistyped.end() :]}"),
        )
    elif parsed.scheme == "s3":
        yield _finding("An s3:// address names a bucket, not a server. Start with https:// or http://.")
    elif parsed.scheme not in ("", "http", "https"):
        yield _finding(
            f'"{sanitize(parsed.scheme, 20)}://" isn\'t supported. Use https:// or http://.',
            _use(parsed._replace(scheme="https")),
        )
    elif problem := _host_problem(parsed):
        yield problem
    elif other := certain_other_address(text):
        found = {"region": other.region, "bucket": other.bucket}
        fix = _use(other.endpoint, **{name: value for name, value in found.items() if value})
        yield _finding(other.text, fix if other.endpoint else None)
    elif parsed.port and not (parsed.port.isascii() and parsed.port.isdecimal() and 0 < int(parsed.port[:6]) < 65536):
        yield _finding("The port must be a number from 1 to 65535.")
    else:
        yield from _surplus_parts(settings, parsed)


def _host_problem(parsed: Endpoint) -> Finding | None:
    """The finding for a host that is no name or address for the registry; None if it is one."""
    if parsed.lacks_brackets():
        return _finding(
            "Put IPv6 addresses in brackets: [address]:port.",
            _use(parsed._replace(host=f"[{parsed.host}]")),
        )
    if not parsed.has_valid_host():
        return _finding("Not a valid host. Expected something like https://minio.example:9000.")
    if parsed.is_malformed_address():
        return _finding(
            f'"{sanitize(parsed.host, 24)}" isn\'t a valid IP address. '
            "Write four numbers (0 to 255) without leading zeros.",
            _use(parsed._replace(host=usual)) if (usual := parsed.usual_address()) else None,
        )
    return None


def _surplus_parts(settings: Settings, parsed: Endpoint) -> Iterator[Finding]:
    """Findings about a bucket in the path or the host, and about a path where S3 may be served.

    Registries sign and send the path (tried with 2.8 and 3.1). That works where a store serves S3 below it, and fails
    behind a proxy that removes it from signed requests; a provider's own hosts have none.
    """
    bucket, plain = settings.bucket, parsed.without_path()
    first = parsed.path.strip("/").partition("/")[0]
    if first and (not bucket or first == bucket):
        text = "Remove the bucket from the endpoint. It is a setting of its own."
        yield _finding(text, _use(plain, bucket=first))
    elif parsed.path and provider_by_host(str(plain)):
        yield _finding("Remove the path: the endpoint is only scheme, host and port.", _use(plain))
    elif parsed.rest:
        yield _finding("Remove everything after the host and port.", _use(plain._replace(rest="")))
    elif parsed.path:
        text = f"The registry will use {sanitize(parsed.path, 40)} as the base path. Few stores serve S3 below a path."
        yield _finding(text, _use(plain), Severity.WARNING)
    elif bucket and parsed.host.lower().startswith(f"{bucket.lower()}.") and not parsed.is_address():
        yield _bucket_in_host(parsed, parsed._replace(host=parsed.host[len(bucket) + 1 :]))


def _bucket_in_host(entered: Endpoint, without_bucket: Endpoint) -> Finding:
    """The finding for a host that begins with the bucket.

    On an unknown host it is only a warning: the host name can begin with the name of the bucket by chance. So can that
    of a known store, such as `nyc3.digitaloceanspaces.com`.
    """
    is_known_host = provider_by_host(str(without_bucket)) and not provider_by_host(str(entered))
    if without_bucket.is_amazon() or is_known_host:
        text = "Remove the bucket from the host name: the registry adds it."
        return _finding(text, _use(without_bucket))
    return _finding(
        "The host starts with the bucket name. If that is the bucket, remove it: it is a setting of its own.",
        _use(without_bucket),
        Severity.WARNING,
    )


def belongs_to_provider(settings: Settings) -> Iterator[Finding]:
    """The endpoint is one of the chosen provider, in the chosen region."""
    parsed, provider = well_formed(settings), provider_of(settings)
    if parsed is None:
        return
    yield from _other_region(settings)
    owner = provider_by_host(settings.regionendpoint)
    if owner and owner.id != provider.id and has_own_hosts(provider):
        text = f"This endpoint belongs to {owner.name}, not {provider.name}."
        region = region_of_endpoint(settings)
        changes, others = {"provider": owner.id}, ""
        if region and settings.region not in owner.regions:
            changes, others = changes | {"region": region}, f" with region {sanitize(region, 30)}"
        yield _finding(text, Fix(f"Choose {owner.title}{others}.", changes), Severity.WARNING)
    elif provider.id == "aws" and not parsed.is_amazon():
        yield _finding(
            "This isn't an Amazon endpoint. Choose the store that it belongs to.",
            Fix("Choose Other S3-compatible.", {"provider": "other"}),
            Severity.WARNING,
        )


def _other_region(settings: Settings) -> Iterator[Finding]:
    """The region of the endpoint differs from the setting, whose own rule reports one that is unknown."""
    region, store = region_of_endpoint(settings), store_of(settings)
    is_unknown = store.regions and settings.region not in store.regions
    if not region or region == settings.region or not settings.region or is_unknown:
        return
    fix = Fix(f"Set the region to {sanitize(region, 30)}.", {"region": region})
    if is_global(settings.regionendpoint):
        if store.id == "aws" and registry_of(settings.registry).bucket_in_host(settings):
            return  # the name of the bucket resolves to its own region
        fix = _regional_endpoint(settings, store) or fix
    text = f"The endpoint is in {sanitize(region, 30)}, but the region is set to {sanitize(settings.region, 30)}."
    yield Finding(Cause.WRONG_REGION, text, Severity.WARNING, "regionendpoint", fix)


def _regional_endpoint(settings: Settings, store: Provider) -> Fix | None:
    """A fix for an endpoint that names no region: that of the chosen region, blank where Amazon needs none."""
    if store.id != "aws":
        return None if store.has_placeholder else _use(store.endpoint_for(settings.region))
    endpoint = amazon_endpoint(settings, settings.region)
    return (
        _use(endpoint) if endpoint else Fix("Leave the endpoint blank: the region is enough.", {"regionendpoint": ""})
    )


def suitable(settings: Settings) -> Iterator[Finding]:
    """The store is not one of those that cannot serve a registry."""
    if store := unsuitable_store(settings.regionendpoint):
        severity = Severity.ERROR if store.cause is Cause.NOT_S3 else Severity.WARNING
        yield Finding(store.cause, store.reason, severity, "regionendpoint")


def scheme(settings: Settings) -> Iterator[Finding]:
    """The endpoint has a scheme, and the HTTPS setting agrees with it."""
    parsed = well_formed(settings)
    if parsed is None:
        return
    if not parsed.scheme:
        is_http_port = settings.secure and parsed.port in _http_ports()
        registry, usual = registry_of(settings.registry), "https" if settings.secure and not is_http_port else "http"
        is_needed = registry.sdk.endpoint_needs_scheme
        is_unencrypted = scheme_of(settings) == "http" and not is_loopback(settings)
        but = (
            f", but port {parsed.port} usually has http" if is_http_port else ", unencrypted" if is_unencrypted else ""
        )
        yield _finding(
            f"{registry.title} won't start unless the endpoint begins with https:// or http://."
            if is_needed
            else f"No http:// or https:// given. The HTTPS setting makes this {scheme_of(settings)}://{but}.",
            _use(parsed._replace(scheme=usual)),
            Severity.ERROR if is_needed else Severity.WARNING if is_unencrypted else Severity.HINT,
        )
    elif (parsed.scheme == "https") != settings.secure:
        traffic = "unencrypted" if parsed.scheme == "http" else "encrypted"
        fix = Fix(
            f"Turn HTTPS {'off' if settings.secure else 'on'} to match the endpoint.", {"secure": not settings.secure}
        )
        if parsed.scheme == "http" and provider_by_host(settings.regionendpoint):  # providers serve https everywhere
            fix = _use(parsed._replace(scheme="https")) or fix
        text = f"The endpoint starts with {parsed.scheme}://, so the HTTPS setting is ignored and traffic is {traffic}."
        yield _finding(text, fix, Severity.WARNING)


def _http_ports() -> set[str]:
    """The ports on which a server usually has no HTTPS, among them those of self-hosted stores."""
    endpoints = (Endpoint.parse(entry.endpoint) for entry in provider_entries().values())
    return {"80", "8080", *(endpoint.port for endpoint in endpoints if endpoint.scheme == "http")}


def unencrypted(settings: Settings) -> Iterator[Finding]:
    """A store on another machine is reached with HTTPS."""
    if scheme_of(settings) == "https" or is_loopback(settings) or (settings.regionendpoint and settings.secure):
        return  # where the two settings differ, the rule `scheme` says what follows, and where there is none
    if not settings.regionendpoint:
        text = "Images and signed requests cross the network unencrypted."
        yield invalid_setting("secure", text, Fix("Turn HTTPS on.", {"secure": True}), Severity.WARNING)
    elif (parsed := well_formed(settings)) and parsed.scheme:
        text = "Images and signed requests cross the network unencrypted. Enter https:// if the store has HTTPS."
        yield _finding(text, severity=Severity.WARNING)


def port(settings: Settings) -> Iterator[Finding]:
    """The endpoint of a self-hosted server has a port, and not that of its web console."""
    parsed, store = well_formed(settings), store_of(settings)
    if parsed is None or store.port is None:
        return
    usual = str(store.port)
    if not parsed.port:
        yield _finding(
            f"No port given. {store.name} usually listens on {usual}.",
            _use(parsed._replace(port=usual)),
            Severity.HINT,
        )
    elif api := _CONSOLE_PORTS.get(store.id, {}).get(parsed.port):
        yield _finding(
            f"Port {parsed.port} is usually {store.name}'s web console. The S3 API is on {api}.",
            _use(parsed._replace(port=api)),
            Severity.WARNING,
        )
