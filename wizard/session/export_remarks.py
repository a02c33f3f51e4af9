"""What the reader of an exported configuration will not accept, or needs beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from wizard.catalog.registries import registry_of
from wizard.formats.format import Format
from wizard.model.endpoint import scheme_of, with_scheme
from wizard.model.settings import Settings


def export_errors(settings: Settings, target: Format, *, has_passed: bool) -> tuple[str, ...]:
    """Sentences on what is wrong with the settings for the target's registry.

    `has_passed` is whether the settings have passed a validation as those of their own registry.
    """
    return tuple(_errors(settings, target.registry, has_passed=has_passed))


def export_remarks(settings: Settings, target: Format) -> tuple[str, ...]:
    """Sentences on what the format cannot hold, and on what the registry must trust."""
    return (*target.write(settings).remarks, *_trust(settings, target))


def _errors(settings: Settings, registry_id: str, *, has_passed: bool) -> Iterator[str]:
    """The errors of settings that have not passed a validation with the driver of the registry that will read them.

    `registry_id` is empty if the format does not belong to one registry.
    """
    if has_passed and (not registry_id or registry_of(registry_id).has_same_driver(registry_of(settings.registry))):
        return
    from wizard import rules  # imported here: not needed for settings that have passed
    from wizard.formats.path_style import with_effective_path_style

    if registry_id:
        settings = with_effective_path_style(settings).replace({"registry": registry_id})
        settings = with_scheme(settings) if registry_of(registry_id).sdk.endpoint_needs_scheme else settings
    yield from (finding.text for finding in rules.errors(settings))


def _trust(settings: Settings, target: Format) -> Iterator[str]:
    """A remark if the registry may not trust what is trusted here: by a variable, or by the system's own store."""
    if settings.type != "s3" or scheme_of(settings) != "https" or settings.skipverify:
        return
    named = next((name for name in registry_of(settings.registry).sdk.trust_variables if os.environ.get(name)), "")
    if named:
        yield f"{named} is set here. If it contains the store's CA, the registry needs it too: {target.trust}."
    elif not target.is_on_host and not _is_public(settings):
        yield (
            "A container does not trust the CAs that were installed on this machine. If the store's certificate is "
            f"from a CA of your own: {target.trust}."
        )


def _is_public(settings: Settings) -> bool:
    """Whether the store is a service that everybody can use, with a certificate that every system trusts."""
    if not settings.regionendpoint:
        return True
    from wizard.catalog.endpoints import provider_by_host  # imported here: Amazon S3 needs no table of stores

    return provider_by_host(settings.regionendpoint) is not None
