"""The choices of the settings that take one of a few values."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.catalog.providers import provider_titles
from wizard.catalog.registries import ACLS, REGISTRIES, registry_of
from wizard.model.settings import Settings


def choices_for(name: str, settings: Settings) -> Mapping[str, str]:
    """The values of a setting with their titles. The storage classes are those that the registry supports."""
    match name:
        case "registry":
            return {registry.id: registry.title for registry in REGISTRIES.values()}
        case "provider":
            return provider_titles()
        case "storageclass":
            return {word: word for word in registry_of(settings.registry).storage_classes}
        case _:
            return {word: word for word in ACLS}
