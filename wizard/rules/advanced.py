"""The settings of the Advanced step, except those with a list of values (see `choices`)."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.catalog.endpoints import store_of
from wizard.catalog.providers import Addressing
from wizard.catalog.registries import registry_of
from wizard.model import fixes
from wizard.model.endpoint import Endpoint, is_loopback, scheme_of
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.model.settings import DECLARATIONS, GIB, Kind, Settings, format_size, format_value
from wizard.rules.endpoint import well_formed
from wizard.rules.invalid import invalid_setting
from wizard.text.sanitize import sanitize


def _v4(text: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(Cause.V4_REQUIRED, text, severity, "v4auth", fixes.V4_ON)


def signature(settings: Settings) -> Iterator[Finding]:
    """Signature version 2 works with neither Amazon S3 nor some registries and stores, and never with redirects."""
    if settings.v4auth:
        return
    endpoint, registry = Endpoint.parse(settings.regionendpoint), registry_of(settings.registry)
    store = store_of(settings)
    if not registry.v2_signatures:
        yield _v4(f"{registry.title} supports only Signature V4.")
    elif not settings.regionendpoint or endpoint.is_amazon() or store.id == "aws":
        yield _v4("Amazon S3 requires Signature V4; the registry won't start without it.")
    elif "v2" not in store.signatures and "signatures" not in store.unverified:
        yield _v4(f"{store.name} accepts only Signature V4.")
    elif _signs_without_bucket(settings):
        yield invalid_setting(
            "forcepathstyle",
            f"With V2, {registry.title} doesn't sign a bucket in the host name, so stores reject every call.",
            fixes.V4_ON if _addressing(settings) is Addressing.VIRTUAL else fixes.PATH_STYLE_ON,
        )
    elif settings.redirect:
        yield _v4("With V2, pushes work but pulls fail: redirect links aren't signed.", Severity.WARNING)


def _signs_without_bucket(settings: Settings) -> bool:
    registry = registry_of(settings.registry)
    return registry.bucket_in_host(settings) and not registry.v2_signs_bucket_in_host


def _addressing(settings: Settings) -> Addressing:
    return store_of(settings).addressing_at(settings.regionendpoint)


def path_style(settings: Settings) -> Iterator[Finding]:
    """The store accepts the request style that the registry uses."""
    registry, endpoint = registry_of(settings.registry), Endpoint.parse(settings.regionendpoint)
    uses_path_style, addressing = registry.path_style(settings), _addressing(settings)
    if not uses_path_style and endpoint.is_address():
        yield Finding(
            Cause.PATH_STYLE_REQUIRED,
            f"{registry.title} needs path style here: the endpoint is an IP address.",
            setting="forcepathstyle",
            fix=fixes.PATH_STYLE_ON,
        )
    elif not uses_path_style and settings.regionendpoint and addressing is Addressing.PATH:
        yield Finding(
            Cause.PATH_STYLE_REQUIRED,
            f"{_place(settings)} requires path style.",
            Severity.WARNING,
            "forcepathstyle",
            fixes.PATH_STYLE_ON,
        )
    elif uses_path_style and addressing is Addressing.VIRTUAL:
        can_turn_off = registry.path_style_setting
        yield Finding(
            Cause.VIRTUAL_HOST_REQUIRED,
            f"{_place(settings)} doesn't accept path style"
            + ("." if can_turn_off else f", but {registry.title} always uses it with an endpoint."),
            Severity.WARNING,
            "forcepathstyle",
            fixes.PATH_STYLE_OFF if can_turn_off else None,
        )


def _place(settings: Settings) -> str:
    """What accepts only one request style: the store, or only this endpoint of it."""
    store = store_of(settings)
    return store.name if _addressing(settings) is store.addressing else "This endpoint"


def redirects(settings: Settings) -> Iterator[Finding]:
    """Clients on other machines can reach the endpoint, because redirected pulls go there."""
    if not (settings.redirect and settings.regionendpoint):
        return
    fix, endpoint = fixes.REDIRECTS_OFF, well_formed(settings)
    if endpoint is None:
        return
    if is_loopback(settings):
        text = f"Clients are redirected to {sanitize(endpoint.host, 40)}, which works only on this machine."
        yield Finding(Cause.UNREACHABLE, text, Severity.HINT, "redirect", fix)
    elif endpoint.is_internal():
        text = f"Clients are redirected to {sanitize(endpoint.host, 40)}, which they may be unable to resolve."
        yield Finding(Cause.UNREACHABLE, text, Severity.WARNING, "redirect", fix)
    elif endpoint.is_cloud_internal():
        text = f"Clients are redirected to {sanitize(endpoint.host, 60)}, which works only inside that cloud."
        yield Finding(Cause.UNREACHABLE, text, Severity.HINT, "redirect", fix)


def verification(settings: Settings) -> Iterator[Finding]:
    """Skipped TLS verification is always reported, and an error where the registry verifies in any case."""
    registry = registry_of(settings.registry)
    if settings.skipverify and not registry.can_skip_verification:
        text = f"{registry.title} always verifies certificates."
        yield invalid_setting("skipverify", text, Fix("Turn it off.", {"skipverify": False}))
    elif settings.skipverify:
        is_plain = scheme_of(settings) == "http"
        yield invalid_setting(
            "skipverify",
            "No effect: the connection uses plain HTTP."
            if is_plain
            else "Not verified: anyone on the network could impersonate the store.",
            Fix("Turn it off.", {"skipverify": False}),
            Severity.WARNING,
        )


def encryption(settings: Settings) -> Iterator[Finding]:
    """A KMS key needs encryption: the driver sends the key's header without it too, and stores refuse that."""
    if settings.keyid and not settings.encrypt:
        fix = Fix("Turn encryption on.", {"encrypt": True})
        yield invalid_setting("keyid", "The KMS key has no effect unless encryption is on.", fix)


def sizes(settings: Settings) -> Iterator[Finding]:
    """Sizes are within the bounds that the driver enforces when it starts."""
    for declaration in DECLARATIONS.values():
        value = settings.value(declaration.name)
        if declaration.kind is not Kind.SIZE or not isinstance(value, int):
            continue
        is_chunk = declaration.name == "chunksize"
        maximum = registry_of(settings.registry).largest_chunk if is_chunk else declaration.maximum
        if not declaration.minimum <= value <= maximum:
            yield invalid_setting(
                declaration.name,
                f"{declaration.label} must be between {format_size(declaration.minimum)} and {format_size(maximum)}.",
                Fix(f"Use {format_value(declaration.default)}.", {declaration.name: declaration.default}),
            )


def parts_of_store(settings: Settings) -> Iterator[Finding]:
    """The store accepts the parts of an upload in the sizes that the registry sends.

    Source: distribution/distribution#3873. The 2.x line joins the last two parts of a layer, so that only layers of one
    part work on a store that wants parts of one size.
    """
    store, registry = store_of(settings), registry_of(settings.registry)
    if not (store.equal_parts and registry.merges_last_parts):
        return
    size = format_size(settings.chunksize)
    text = f"{store.name} rejects this registry's larger last part, so layers above {size} fail."
    if settings.chunksize >= fixes.SAFE_CHUNK_SIZE:
        yield Finding(Cause.UNEVEN_PARTS, text, Severity.HINT, "chunksize")
    else:
        yield Finding(Cause.UNEVEN_PARTS, text, Severity.WARNING, "chunksize", fixes.LARGE_PARTS)


def copies_of_store(settings: Settings) -> Iterator[Finding]:
    """The store copies objects of up to the threshold with one CopyObject."""
    store = store_of(settings)
    if store.largest_copy < settings.multipartcopythresholdsize <= 5 * GIB:
        size = format_size(store.largest_copy)
        yield Finding(
            Cause.UNSUPPORTED,
            f"{store.name} copies at most {size} in one call. Larger layers up to this threshold fail.",
            Severity.WARNING,
            "multipartcopythresholdsize",
            Fix(f"Use {size}.", {"multipartcopythresholdsize": store.largest_copy}),
        )
