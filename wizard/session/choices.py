"""The choices of the settings that accept one of a few values."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.catalog.endpoints import is_of_another_store
from wizard.catalog.providers import provider_titles, providers
from wizard.catalog.registries import REGISTRIES, registry_of
from wizard.model.redaction import displayed
from wizard.model.settings import DECLARATIONS, Settings, Value, format_value
from wizard.text.sanitize import sanitize

_COLUMNS = 76


def choices_for(name: str, settings: Settings) -> Mapping[str, str]:
    """The values of a setting with their titles. The storage classes are those that the registry supports.

    A registry of which only the configuration is known is among them where it is chosen already.
    """
    match name:
        case "registry":
            return {
                each.id: each.label for each in REGISTRIES.values() if each.is_offered or each.id == settings.registry
            }
        case "provider":
            return provider_titles()
        case "storageclass":
            return {word: word for word in registry_of(settings.registry).storage_classes}
        case _:
            return {word: word for word in registry_of(settings.registry).acls}


def summary_of(name: str, value: str) -> str:
    """The sentence that describes a registry or a store; empty for an unknown one, and for other settings."""
    if name == "registry":
        return REGISTRIES[value].summary if value in REGISTRIES else ""
    return providers()[value].summary if name == "provider" and value in providers() else ""


def what_changed(before: Settings, after: Settings, name: str) -> str:
    """A sentence on the choice of a registry or a store, and on each other setting that it has changed.

    Without the values where they need more than two lines of 76 columns.
    """
    import textwrap  # imported here: only needed after a choice

    chosen = str(after.value(name))
    title = choices_for(name, after).get(chosen, chosen)
    shown = displayed(after)
    others = [each for each in DECLARATIONS if each != name and before.value(each) != after.value(each)]
    kept = (
        " The region endpoint is still that of another store."
        if name == "provider" and _keeps_endpoint(before, after)
        else ""
    )
    if not others:
        return f"{title} selected.{kept}"
    labels = [DECLARATIONS[each].label for each in others]
    changes = [
        f"{label} to {sanitize(_shown(shown.value(each)), 60)}" for label, each in zip(labels, others, strict=True)
    ]
    text = f"{title} selected. Also changed: {', '.join(changes)}.{kept}"
    is_short = len(textwrap.wrap(text, _COLUMNS)) <= 2
    return text if is_short else f"{title} selected. Also changed: {', '.join(labels)}.{kept}"


def _keeps_endpoint(before: Settings, after: Settings) -> bool:
    """Whether the endpoint that another store had was kept, because the admin entered it."""
    return before.regionendpoint == after.regionendpoint and is_of_another_store(after)


def _shown(value: Value) -> str:
    return format_value(value) or "blank"
