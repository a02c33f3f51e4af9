"""The choices of a setting."""

from __future__ import annotations

import pytest

from wizard.catalog.providers import providers
from wizard.catalog.registries import ACLS, REGISTRIES
from wizard.model.settings import DECLARATIONS, Kind, Settings
from wizard.session.choices import choices_for


def test_registries_and_providers_have_titles() -> None:
    offered = {each.id: each.title for each in REGISTRIES.values() if not each.own_client}
    assert choices_for("registry", Settings()) == offered
    titles = {provider.id: provider.title for provider in providers().values()}
    assert choices_for("provider", Settings()) == titles


def test_a_registry_with_a_client_of_its_own_is_offered_only_where_it_is_chosen() -> None:
    assert "quay" not in choices_for("registry", Settings())
    assert choices_for("registry", Settings(registry="quay"))["quay"] == "Quay"


@pytest.mark.parametrize("registry", REGISTRIES)
def test_the_storage_classes_are_those_of_the_registry(registry: str) -> None:
    assert tuple(choices_for("storageclass", Settings(registry=registry))) == REGISTRIES[registry].storage_classes


def test_the_acls_are_the_same_for_every_registry() -> None:
    assert tuple(choices_for("objectacl", Settings())) == tuple(ACLS)


def test_every_choice_contains_the_default() -> None:
    for name, declaration in DECLARATIONS.items():
        if declaration.kind is Kind.CHOICE:
            assert declaration.default in choices_for(name, Settings()), name
