"""The region."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from wizard.catalog.endpoints import amazon_endpoint, region_of_endpoint, store_of
from wizard.catalog.providers import Provider, provider_of
from wizard.catalog.registries import registry_of
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.model.settings import Settings
from wizard.rules.invalid import describe_invalid_character, invalid_setting
from wizard.rules.region_names import meant_region, owners
from wizard.text.sanitize import sanitize

_AMAZON_REGION = r"[a-z]{2,4}(-[a-z]+)+-\d{1,2}"


def region(settings: Settings) -> Iterator[Finding]:
    """The region is not empty, and a known one where the regions of the store are known.

    The endpoint's region is offered first. Other fixes are only for slips and names of places: a name in the right form
    can be a region that is newer than the list.
    """
    store, name = store_of(settings), settings.region
    if not name:
        yield _blank(settings)
    elif char := describe_invalid_character(name, r"[A-Za-z0-9._-]"):
        yield invalid_setting("region", f"{char} isn't allowed in a region name.", _fix(settings, store))
    elif store.regions and name not in store.regions:
        yield _unknown(settings, store)
    elif char := registry_of(settings.registry).refused_in_region(settings):
        title = registry_of(settings.registry).title
        yield invalid_setting("region", f'{title} can\'t use a region with "{char}" in its name.')


def _blank(settings: Settings) -> Finding:
    registry = registry_of(settings.registry)
    suggested = region_of_endpoint(settings) or store_of(settings).region
    fix = Fix(f"Use {sanitize(suggested, 30)}.", {"region": suggested})
    if not (registry.blank_region and settings.regionendpoint):
        return invalid_setting("region", "The registry won't start without a region.", fix)
    if from_environment := registry.region(settings, os.environ):
        source, shown = registry.sdk.region_source_in(os.environ), sanitize(from_environment, 30)
        is_variable = source in registry.sdk.region_variables
        place = f"{source}={shown}" if is_variable else f"the region {shown} of {source}"
        return invalid_setting(
            "region",
            f"Blank works only while the registry's environment has {place}.",
            fix,
            Severity.WARNING,
        )
    return invalid_setting("region", f"Without a region {registry.title} starts, but every call fails.", fix)


def _unknown(settings: Settings, store: Provider) -> Finding:
    """The finding for a region that is not in the store's list."""
    name, shown = settings.region, sanitize(settings.region, 30)
    named, fix = region_of_endpoint(settings), _fix(settings, store)
    if named == name and not fix:
        text = f'"{shown}" isn\'t in our list of {store.name} regions, but it matches the endpoint.'
        return invalid_setting("region", text, severity=Severity.HINT)
    unknown = f'Unknown {store.name} region "{shown}"'
    severity = Severity.WARNING
    if store.id == "aws":
        if _registry_refuses(settings) and re.fullmatch(_AMAZON_REGION, name):
            unknown += f"; {registry_of(settings.registry).title} rejects it unless an endpoint is set"
        if _registry_refuses(settings) or not re.fullmatch(_AMAZON_REGION, name):
            severity = Severity.ERROR
    if named and named != name.lower():
        text = f"{unknown}; the endpoint is in {sanitize(named, 30)}"
        return Finding(Cause.WRONG_REGION, f"{text}.", severity, "region", fix)
    if not fix and (others := owners(name, store)):
        titles = " and ".join(other.name for other in others[:2])
        choose = "it" if len(others) == 1 else "one"
        unknown = f'"{shown}" is a region of {titles}: choose {choose}, or enter its endpoint'
    elif not fix:
        unknown += ". Check the spelling"
        unknown += f"; names look like {store.region}" if store.region in store.regions else ""
    return invalid_setting("region", f"{unknown}.", fix, severity)


def _fix(settings: Settings, store: Provider) -> Fix | None:
    """The endpoint's region where that is another one; else the one that was meant, in the endpoint too."""
    name, endpoint, named = settings.region, settings.regionendpoint, region_of_endpoint(settings)
    if named and named != name.lower():
        return Fix(f"Use {sanitize(named, 30)}, like the endpoint.", {"region": named})
    meant = meant_region(name, store)
    if not meant:
        return None
    place = f" ({store.regions[meant]})" if store.regions[meant] else ""
    if not named:
        return Fix(f"Use {meant}{place}.", {"region": meant})
    moved = re.sub(re.escape(named), meant, endpoint, count=1, flags=re.IGNORECASE)
    if store.region_in(moved) != meant:
        return None
    return Fix(f"Use {meant}{place}, also in the endpoint.", {"region": meant, "regionendpoint": moved})


def region_of_registry(settings: Settings) -> Iterator[Finding]:
    """A region that is newer than the registry's SDK needs an endpoint."""
    if settings.provider == "aws" and settings.region in provider_of(settings).regions and _registry_refuses(settings):
        endpoint = amazon_endpoint(settings, settings.region)
        registry = registry_of(settings.registry)
        yield invalid_setting(
            "region",
            f"{registry.title} predates {settings.region}, so it needs an explicit endpoint.",
            Fix(f"Set the endpoint to {endpoint}.", {"regionendpoint": endpoint}),
        )


def _registry_refuses(settings: Settings) -> bool:
    """Whether the registry does not start: without an endpoint it accepts only the regions that its SDK knows."""
    known = registry_of(settings.registry).regions
    return not settings.regionendpoint and known is not None and settings.region not in known
