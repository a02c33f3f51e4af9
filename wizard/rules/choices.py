"""Settings whose value is one of a list: registry, provider, storage class and ACL."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.catalog.providers import provider_entries, providers
from wizard.catalog.registries import ACLS, REGISTRIES, registry_of
from wizard.catalog.unsuitable import UNSUITABLE_STORES
from wizard.model.findings import Finding, Fix, Severity
from wizard.model.settings import Settings
from wizard.rules.invalid import invalid_setting
from wizard.text.sanitize import sanitize

_SIMILARITY = 0.7  # difflib's ratio from which a listed word is offered for an unknown one


def registry_and_provider(settings: Settings) -> Iterator[Finding]:
    """The registry and the provider are in the catalog."""
    unsuitable = {store.id: store for store in UNSUITABLE_STORES}
    for name, value, known in (
        ("registry", settings.registry, list(REGISTRIES)),
        ("provider", settings.provider, list(providers())),
    ):
        if value not in known:
            import difflib  # imported here: only needed for an unknown word

            similar = difflib.get_close_matches(value, known, 1, _SIMILARITY)
            if name == "provider" and (named := _known_as(value)):
                similar = named if len(named) == 1 else []
            fix = Fix(f"Use {similar[0]}.", {name: similar[0]}) if similar else None
            examples = ", ".join(known) if name == "registry" else "aws, minio, other and so on"
            text = f"No {name} is called `{sanitize(value, 20)}`; choose from {examples}."
            if name == "provider" and value in unsuitable:
                text, fix = unsuitable[value].reason, None
            yield invalid_setting(name, text, fix)


def _known_as(name: str) -> list[str]:
    """The ids of the providers that are also known by this name."""
    return [provider_id for provider_id, entry in provider_entries().items() if name.lower() in entry.also]


def storage_class_and_acl(settings: Settings) -> Iterator[Finding]:
    """The storage class and the ACL are in the lists of the registry's driver, which does not start with others."""
    registry = registry_of(settings.registry)
    for name, known in (("storageclass", registry.storage_classes), ("objectacl", ACLS)):
        value = str(settings.value(name))
        if value not in known:
            suggested = next((word for word in known if word.lower() == value.lower()), known[0])
            yield invalid_setting(
                name,
                f"{registry.title} knows no `{sanitize(value, 24)}` here; {known[0]} is right for most.",
                Fix(f"Use {suggested}.", {name: suggested}),
            )
    if release := registry.newer_storage_classes.get(settings.storageclass):
        yield invalid_setting(
            "storageclass",
            f"{settings.storageclass} needs {registry.title} from {release} on: earlier ones do not start with it.",
            severity=Severity.WARNING,
        )
