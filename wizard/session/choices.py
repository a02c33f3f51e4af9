"""What can be chosen of a setting that is one of a few words."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.catalog.providers import providers
from wizard.catalog.registries import ACLS, REGISTRIES, registry_of
from wizard.model.settings import Settings


def choices_for(name: str, settings: Settings) -> Mapping[str, str]:
    """The words with their titles; the storage classes are those that the chosen registry knows."""
    match name:
        case "registry":
            return {registry.id: registry.title for registry in REGISTRIES.values()}
        case "provider":
            return {provider.id: provider.title for provider in providers().values()}
        case "storageclass":
            return {word: word for word in registry_of(settings.registry).storage_classes}
        case _:
            return {word: word for word in ACLS}
