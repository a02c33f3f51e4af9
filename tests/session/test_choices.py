"""The choices of a setting."""

from __future__ import annotations

import textwrap

import pytest

from wizard.catalog.presets import apply_preset
from wizard.catalog.providers import provider_titles, providers
from wizard.catalog.registries import ACLS, REGISTRIES
from wizard.model.settings import DECLARATIONS, MIB, Kind, Settings, Value
from wizard.session.choices import choices_for, summary_of, what_changed


def test_registries_and_providers_have_titles() -> None:
    offered = {each.id: each.label for each in REGISTRIES.values() if each.is_offered}
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


# What a choice changes


@pytest.mark.parametrize(
    ("name", "changes", "text"),
    [
        ("registry", {"registry": "zot"}, "zot selected."),
        ("provider", {"provider": "other"}, "Other S3-compatible selected."),
        (
            "provider",
            {"provider": "r2", "region": "auto", "secure": False, "chunksize": 20 * MIB},
            "Cloudflare R2 selected. Also changed: Region to auto, HTTPS to off, Chunk size to 20 MiB.",
        ),
        (
            "provider",
            {"provider": "filesystem", "region": ""},
            "Local filesystem selected. Also changed: Region to blank.",
        ),
    ],
)
def test_a_choice_says_what_else_it_has_changed(name: str, changes: dict[str, Value], text: str) -> None:
    assert what_changed(Settings(), Settings().replace(changes), name) == text


def test_a_choice_of_a_store_says_that_the_endpoint_of_another_one_is_kept() -> None:
    before = Settings(provider="minio", regionendpoint="https://minio.example:9000")
    kept = "The region endpoint is still that of another store."
    assert what_changed(before, apply_preset(before, "hetzner"), "provider").endswith(kept)
    assert kept not in what_changed(before, apply_preset(before, "ceph"), "provider")


def test_what_a_choice_has_changed_fits_two_lines_at_80_columns() -> None:
    for registry in REGISTRIES:
        for provider in provider_titles():
            before = apply_preset(Settings(registry=registry, chunksize=20 * MIB), "minio")
            text = what_changed(before, apply_preset(before, provider), "provider")
            assert len(textwrap.wrap(text, 76)) <= 2, text


def test_a_registry_and_a_store_have_a_summary() -> None:
    assert summary_of("registry", "zot") == REGISTRIES["zot"].summary
    assert summary_of("provider", "aws") == providers()["aws"].summary
    assert summary_of("provider", "no-such-store") == summary_of("storageclass", "STANDARD") == ""
