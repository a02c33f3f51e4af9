"""Settings whose value is one of a list: registry, provider, storage class and ACL."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.catalog.providers import providers
from wizard.catalog.registries import REGISTRIES, nearest_registry, registry_of
from wizard.catalog.store_search import nearest_store
from wizard.catalog.unsuitable import UNSUITABLE_STORES
from wizard.model.findings import Finding, Fix, Severity
from wizard.model.settings import Settings
from wizard.rules.invalid import invalid_setting
from wizard.text.sanitize import sanitize


def registry_and_provider(settings: Settings) -> Iterator[Finding]:
    """The registry and the provider are in the catalog."""
    unsuitable = {store.id: store for store in UNSUITABLE_STORES}
    for name, noun, value, known, nearest, examples in (
        ("registry", "registry", settings.registry, list(REGISTRIES), nearest_registry, "dtr, harbor, distribution-3"),
        ("provider", "store", settings.provider, list(providers()), nearest_store, "aws, minio, other"),
    ):
        if value not in known:
            found = nearest(value)
            fix = Fix(f"Use {found}.", {name: found}) if found else None
            text = f'Unknown {noun} "{sanitize(value, 20)}". Choose from {examples} and so on.'
            if name == "provider" and value in unsuitable:
                text, fix = unsuitable[value].reason, None
            yield invalid_setting(name, text, fix)


def storage_class_and_acl(settings: Settings) -> Iterator[Finding]:
    """The storage class and the ACL are in the lists of the registry's driver, which does not start with others."""
    registry = registry_of(settings.registry)
    for name, known in (("storageclass", registry.storage_classes), ("objectacl", registry.acls)):
        value = str(settings.value(name))
        if value not in known:
            suggested = next((word for word in known if word.lower() == value.lower()), known[0])
            yield invalid_setting(
                name,
                f'{registry.title} doesn\'t support "{sanitize(value, 24)}". Most setups use {known[0]}.',
                Fix(f"Use {suggested}.", {name: suggested}),
            )
    if release := registry.newer_storage_classes.get(settings.storageclass):
        yield invalid_setting(
            "storageclass",
            f"{settings.storageclass} needs Distribution {release} or later; older releases don't start with it.",
            severity=Severity.WARNING,
        )
