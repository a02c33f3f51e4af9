"""Each registry's capabilities, and what it says to do with the saved file."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.catalog.registries import REGISTRIES, Instruction, registry_of
from wizard.config import DEFAULT_FILE
from wizard.formats import NAMES
from wizard.model.settings import GIB, MIB, Settings

S3 = Settings(bucket="images")
FOLDER = Settings(provider="filesystem", rootdirectory="/srv/images")


def test_an_unknown_registry_counts_as_distribution_2() -> None:
    assert registry_of("no-such-registry") is REGISTRIES["distribution-2"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("dtr", "distribution-2", True),
        ("harbor", "dtr", True),
        ("distribution-2", "distribution-3", False),
        ("gitlab", "distribution-3", False),
    ],
)
def test_registries_with_the_same_driver_are_known(one: str, other: str, same: bool) -> None:
    assert REGISTRIES[one].has_same_driver(REGISTRIES[other]) is same


def test_the_2_line_uses_path_style_whenever_an_endpoint_is_set() -> None:
    with_endpoint = S3.replace({"regionendpoint": "https://minio.example", "forcepathstyle": False})
    assert REGISTRIES["dtr"].path_style(with_endpoint)
    assert not REGISTRIES["dtr"].path_style(S3.replace({"forcepathstyle": True}))
    assert not REGISTRIES["dtr"].supports("forcepathstyle")


def test_the_3_line_uses_path_style_as_its_setting_says() -> None:
    with_endpoint = S3.replace({"regionendpoint": "https://minio.example", "forcepathstyle": False})
    assert not REGISTRIES["distribution-3"].path_style(with_endpoint)
    assert REGISTRIES["distribution-3"].path_style(S3.replace({"forcepathstyle": True}))
    assert REGISTRIES["distribution-3"].supports("forcepathstyle")


def test_the_2_line_merges_the_last_two_parts_into_one() -> None:
    assert REGISTRIES["dtr"].largest_part(10 * MIB) == 20 * MIB - 1
    assert REGISTRIES["distribution-3"].largest_part(10 * MIB) == 10 * MIB


def test_a_part_has_at_most_five_gibibytes() -> None:
    assert REGISTRIES["dtr"].largest_part(4 * GIB) == 5 * GIB


@pytest.mark.parametrize(
    ("registry", "endpoint", "skipverify", "uses_proxy"),
    [
        ("dtr", "https://minio.example", False, True),
        ("dtr", "https://minio.example", True, False),
        ("distribution-3", "https://minio.example", True, True),
        ("distribution-3", "http://127.0.0.1:9000", False, False),
    ],
)
def test_when_a_registry_uses_a_proxy(registry: str, endpoint: str, skipverify: bool, uses_proxy: bool) -> None:
    settings = S3.replace({"regionendpoint": endpoint, "skipverify": skipverify})
    assert REGISTRIES[registry].uses_proxy(settings) is uses_proxy


# Next steps


def commands(registry: str, settings: Settings, path: Path) -> list[str]:
    return [step.command for step in REGISTRIES[registry].next_steps(settings, path) if step.command]


def test_the_default_file_needs_no_flag() -> None:
    assert commands("dtr", S3, DEFAULT_FILE) == [
        "storage-wizard export --to dtr",
        "storage-wizard check storage.toml",
    ]


def test_another_file_is_quoted_for_the_shell() -> None:
    assert commands("harbor", S3, Path("my file.toml")) == [
        "storage-wizard export -c 'my file.toml' --to harbor --into harbor.yml",
        "sudo ./prepare && docker compose up -d",
        "storage-wizard check 'my file.toml'",
    ]


def test_distribution_merges_the_settings_into_its_configuration() -> None:
    for registry in ("distribution-2", "distribution-3"):
        export, _check = commands(registry, S3, DEFAULT_FILE)
        assert export == f"storage-wizard export --to {registry} --into config.yml"


def test_docker_trusted_registry_names_the_page_of_the_storage_type() -> None:
    pages = [REGISTRIES["dtr"].next_steps(settings, DEFAULT_FILE)[0].text for settings in (S3, FOLDER)]
    assert pages == [
        "In DTR or MSR open System > Storage, choose Amazon S3,",
        "In DTR or MSR open System > Storage, choose Filesystem,",
    ]


def test_every_registry_exports_in_a_known_format_and_ends_with_the_check() -> None:
    for registry in REGISTRIES.values():
        *steps, check = registry.next_steps(S3, DEFAULT_FILE)
        exports = [step.command.split(" --to ")[1].split()[0] for step in steps if " --to " in step.command]
        assert exports, registry.id
        assert set(exports) <= set(NAMES), registry.id
        assert check == Instruction("Check it again at any time:", "storage-wizard check storage.toml")
