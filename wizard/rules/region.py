"""The region."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from wizard.catalog.providers import provider_of
from wizard.catalog.registries import registry_of
from wizard.model.endpoint import url_of
from wizard.model.findings import Finding, Fix, Severity
from wizard.model.settings import Settings
from wizard.rules.invalid import describe_invalid_character, invalid_setting
from wizard.text.sanitize import sanitize

_AMAZON_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d{1,2}")
_SIMILARITY = 0.6  # difflib's ratio from which a known region or place is offered for an unknown one


def region(settings: Settings) -> Iterator[Finding]:
    """The region is not empty, and a known one where the provider's regions are known."""
    provider, name = provider_of(settings), settings.region
    if not name:
        yield invalid_setting(
            "region",
            "The registry does not start without a region.",
            Fix(f"Use {provider.region}.", {"region": provider.region}),
        )
    elif char := describe_invalid_character(name, r"[A-Za-z0-9._-]"):
        yield invalid_setting("region", f"{char} cannot be in a region's name.", _similar(name, provider.regions))
    elif provider.regions and name not in provider.regions:
        fix = _similar(name, provider.regions)
        unknown = f"{provider.title} has no region `{sanitize(name, 30)}` that we know"
        if provider.id == "aws" and not _AMAZON_REGION.fullmatch(name):
            yield invalid_setting("region", f"{unknown}.", fix)
        elif provider.id == "aws" and _registry_refuses(settings):
            refuses = f"{registry_of(settings.registry).title} refuses it without an endpoint"
            yield invalid_setting("region", f"{unknown}; {refuses}.", fix)
        else:
            yield invalid_setting("region", f"{unknown}.", fix, Severity.WARNING)


def region_of_registry(settings: Settings) -> Iterator[Finding]:
    """A region that is newer than the registry's SDK needs an endpoint."""
    if settings.provider == "aws" and settings.region in provider_of(settings).regions and _registry_refuses(settings):
        endpoint = url_of(settings.replace({"secure": True}))
        registry = registry_of(settings.registry)
        yield invalid_setting(
            "region",
            f"{registry.title} is older than {settings.region} and refuses it without an endpoint.",
            Fix(f"Set the endpoint to {endpoint}.", {"regionendpoint": endpoint}),
        )


def _registry_refuses(settings: Settings) -> bool:
    """Whether the registry does not start: without an endpoint it accepts only the regions that its SDK knows."""
    known = registry_of(settings.registry).regions
    return not settings.regionendpoint and known is not None and settings.region not in known


def _similar(name: str, regions: Mapping[str, str]) -> Fix | None:
    """A fix with the region whose id or place `name` resembles; None if there is none."""
    by_word: dict[str, str] = {}
    for known, place in regions.items():
        by_word[known] = known
        by_word.setdefault(place.lower(), known)  # of two regions at one place, the first
    parts = reversed(re.split(r"[()]", name.lower()))  # the AWS console shows: US East (Ohio) us-east-2
    import difflib  # imported here: only needed for an unknown region

    matches = (match for part in parts for match in difflib.get_close_matches(part.strip(), by_word, 1, _SIMILARITY))
    match = next(matches, None)
    if match is None:
        return None
    similar = by_word[match]
    place = f" ({regions[similar]})" if regions[similar] else ""
    return Fix(f"Use {similar}{place}.", {"region": similar})
