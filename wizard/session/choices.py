"""The choices of the settings that take one of a few values."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.catalog.providers import provider_titles
from wizard.catalog.registries import ACLS, REGISTRIES, registry_of
from wizard.model.settings import Settings


def choices_for(name: str, settings: Settings) -> Mapping[str, str]:
    """The values of a setting with their titles. The storage classes are those that the registry supports.

    A registry of which only the configuration is known is among them where it is chosen already.
    """
    match name:
        case "registry":
            return {
                each.id: each.title
                for each in REGISTRIES.values()
                if not each.own_client or each.id == settings.registry
            }
        case "provider":
            return provider_titles()
        case "storageclass":
            return {word: word for word in registry_of(settings.registry).storage_classes}
        case _:
            return {word: word for word in ACLS}
