"""The settings of the Advanced step."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.catalog.providers import Addressing, provider_of
from wizard.catalog.registries import ACLS, registry_of
from wizard.model.endpoint import Endpoint, is_loopback, scheme_of
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.model.settings import DECLARATIONS, Kind, Settings, format_size
from wizard.text.sanitize import sanitize

_TURN_V4_ON = Fix("Turn V4 auth on.", {"v4auth": True})


def _v4(text: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(Cause.V4_REQUIRED, text, severity, "v4auth", _TURN_V4_ON)


def signature(settings: Settings) -> Iterator[Finding]:
    """Where version 2 cannot work, or cannot work whole."""
    if settings.v4auth:
        return
    endpoint, registry = Endpoint.parse(settings.regionendpoint), registry_of(settings.registry)
    provider = provider_of(settings)
    if not settings.regionendpoint or endpoint.is_amazon() or provider.id == "aws":
        yield _v4("Amazon S3 accepts only signature version 4; the registry refuses to start.")
    elif not registry.v2_signatures:
        yield _v4(f"{registry.title} signs with version 4 only.")
    elif "v2" not in provider.signatures:
        yield _v4(f"{provider.title} accepts only signature version 4.")
    elif settings.redirect:
        yield _v4("With version 2 pushes work and pulls fail: its redirects carry no signature.", Severity.WARNING)


def path_style(settings: Settings) -> Iterator[Finding]:
    """Whether the bucket goes into the path or the host name, and whether the store can take that."""
    registry, endpoint = registry_of(settings.registry), Endpoint.parse(settings.regionendpoint)
    by_path, addressing = registry.path_style(settings), provider_of(settings).addressing
    if not by_path and endpoint.is_address():
        yield Finding(
            Cause.PATH_STYLE_REQUIRED,
            f"A bucket cannot stand in front of an IP address: {registry.title} needs path style here.",
            setting="forcepathstyle",
            fix=Fix("Turn path style on.", {"forcepathstyle": True}),
        )
    elif not by_path and settings.regionendpoint and addressing is Addressing.PATH:
        yield Finding(
            Cause.PATH_STYLE_REQUIRED,
            f"{provider_of(settings).title} is reached with the bucket in the path.",
            Severity.WARNING,
            "forcepathstyle",
            Fix("Turn path style on.", {"forcepathstyle": True}),
        )
    elif by_path and addressing is Addressing.VIRTUAL:
        can = registry.path_style_setting
        yield Finding(
            Cause.VIRTUAL_HOST_REQUIRED,
            f"{provider_of(settings).title} refuses path style"
            + ("." if can else f", the only style of {registry.title} with an endpoint."),
            Severity.WARNING,
            "forcepathstyle",
            Fix("Turn path style off.", {"forcepathstyle": False}) if can else None,
        )


def redirects(settings: Settings) -> Iterator[Finding]:
    """Clients follow the registry's links to the store itself, wherever they are."""
    if not (settings.redirect and settings.regionendpoint):
        return
    off, host = Fix("Turn redirects off.", {"redirect": False}), Endpoint.parse(settings.regionendpoint)
    if is_loopback(settings):
        text = f"Pulls are sent on to {sanitize(host.host, 40)}: only clients on this machine can follow."
        yield Finding(Cause.UNREACHABLE, text, Severity.HINT, "redirect", off)
    elif host.is_internal():
        text = f"Pulls are sent on to {sanitize(host.host, 40)}, a name that clients elsewhere do not know."
        yield Finding(Cause.UNREACHABLE, text, Severity.WARNING, "redirect", off)


def verification(settings: Settings) -> Iterator[Finding]:
    """Skipping TLS verification is never silent."""
    if settings.skipverify:
        plain = scheme_of(settings) == "http"
        text = (
            "Nothing to skip: the traffic is plain http, without TLS."
            if plain
            else "Unverified: anybody in between can pretend to be the store."
        )
        yield Finding(
            Cause.INVALID_SETTING,
            text,
            Severity.WARNING,
            "skipverify",
            Fix("Turn it off.", {"skipverify": False}),
        )


def encryption(settings: Settings) -> Iterator[Finding]:
    """The driver sends the KMS key's header even without encryption, which stores refuse."""
    if settings.keyid and not settings.encrypt:
        yield Finding(
            Cause.INVALID_SETTING,
            "A KMS key does nothing without Encrypt.",
            setting="keyid",
            fix=Fix("Turn Encrypt on.", {"encrypt": True}),
        )


def words(settings: Settings) -> Iterator[Finding]:
    """Storage class and ACL come from the driver's own lists."""
    registry = registry_of(settings.registry)
    for name, known in (("storageclass", registry.storage_classes), ("objectacl", ACLS)):
        value = str(settings[name])
        if value not in known:
            meant = next((word for word in known if word.lower() == value.lower()), known[0])
            yield Finding(
                Cause.INVALID_SETTING,
                f"{registry.title} knows no `{sanitize(value, 24)}` here; {known[0]} is right for most.",
                setting=name,
                fix=Fix(f"Use {meant}.", {name: meant}),
            )


def sizes(settings: Settings) -> Iterator[Finding]:
    """Outside its bounds a size keeps the registry from starting."""
    for declaration in DECLARATIONS.values():
        value = settings[declaration.name]
        if declaration.kind is not Kind.SIZE or not isinstance(value, int):
            continue
        if not declaration.minimum <= value <= declaration.maximum:
            yield Finding(
                Cause.INVALID_SETTING,
                f"{declaration.label}: {format_size(declaration.minimum)} to {format_size(declaration.maximum)}.",
                setting=declaration.name,
                fix=Fix(
                    f"Use {format_size(int(str(declaration.default)))}.",
                    {declaration.name: declaration.default},
                ),
            )
