"""What a setting is, where to find its value for the chosen store, and an example: for the screens and the prompts."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.catalog.endpoints import store_of
from wizard.catalog.providers import Provider, provider_of
from wizard.model.settings import Declaration, Settings

_SHOWN_REGIONS = 6
_FOLDER = (
    "The folder on this machine that holds the images. The user that runs the registry must be able to write there.",
    "Example: /var/lib/registry",
)


def short_help(declaration: Declaration, settings: Settings) -> str:
    """One line on what to enter for the chosen store."""
    provider, by_store = provider_of(settings), declaration.help_of
    if provider.id == "other":
        return declaration.help
    if declaration.name == "region" and provider.id != "aws":
        return _region(provider) or declaration.help
    return by_store.get(provider.id) or by_store.get("") or declaration.help


def _region(provider: Provider) -> str:
    """What the region is on a store that suggests one."""
    if not provider.region:
        return ""
    if provider.region in provider.regions and len(provider.regions) > 1:
        return f"The bucket's region, such as {provider.region}."
    return f"The bucket's region. Usually {provider.region}."


def explanation(declaration: Declaration, settings: Settings) -> tuple[str, ...]:
    """Sentences, each a paragraph of its own. What is known of the chosen store comes after what holds for all."""
    if settings.type == "filesystem" and declaration.name == "rootdirectory":
        return _FOLDER
    return (declaration.about, *_of_store(declaration, provider_of(settings), settings))


def _of_store(declaration: Declaration, provider: Provider, settings: Settings) -> Iterator[str]:
    name, variable = declaration.name, provider.endpoint_variable
    if name == "regionendpoint" and variable is not None:
        yield f"{variable.label}: {variable.help}"
        return
    is_own = provider.id in declaration.where
    if name == "region" and provider.regions and not is_own:
        shown = list(provider.regions)
        more = ", …" if len(shown) > _SHOWN_REGIONS else "."
        yield f"{provider.title}: {', '.join(shown[:_SHOWN_REGIONS])}{more}"
        return
    if where := declaration.where.get(provider.id if is_own else ""):
        yield where
    example = declaration.example
    if name == "regionendpoint":
        example = provider.example_endpoint(settings.region or "REGION") or example
    if example:
        yield f"Example: {example}"


def listed_regions(settings: Settings, part: str = "") -> tuple[str, ...]:
    """The known regions of the store with their places, whose name or place contains `part`; none if there is one."""
    regions = store_of(settings).regions
    shown = [f"{name} ({place})" if place else name for name, place in regions.items() if len(regions) > 1]
    return tuple(region for region in shown if part.lower() in region.lower())
