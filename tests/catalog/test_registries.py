"""Each registry's capabilities, and what it says to do with the saved file."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.catalog.registries import REGISTRIES, Instruction, nearest_registry, registry_named, registry_of
from wizard.catalog.registries.sdk import SDK_1_15, SDK_2, CaBundle, ConfigFile, CredentialSource
from wizard.config import DEFAULT_FILE
from wizard.formats import NAMES
from wizard.formats.lookup import format_of
from wizard.model.further_parameters import FURTHER_PARAMETERS
from wizard.model.settings import GIB, MIB, Settings, Value

S3 = Settings(bucket="images")
FOLDER = Settings(provider="filesystem", rootdirectory="/srv/images")


def test_an_unknown_registry_counts_as_distribution_2() -> None:
    assert registry_of("no-such-registry") is REGISTRIES["distribution-2"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("dtr", "distribution-2", True),
        ("harbor", "dtr", True),
        ("msr-3", "dtr", True),
        ("zot", "distribution-3", True),
        ("openshift", "distribution-3", False),  # its operator cannot set everything
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
    ],
)
def test_when_a_registry_uses_a_proxy(registry: str, endpoint: str, skipverify: bool, uses_proxy: bool) -> None:
    settings = S3.replace({"regionendpoint": endpoint, "skipverify": skipverify})
    assert REGISTRIES[registry].uses_proxy(settings) is uses_proxy


# What each registry and its SDK can do. `dtr` and `harbor` have the driver of `distribution-2`.


@pytest.mark.parametrize("registry", ["dtr", "harbor"])
def test_these_are_2_8_as_released(registry: str) -> None:
    assert REGISTRIES[registry].sdk is SDK_1_15
    assert REGISTRIES[registry].has_same_driver(REGISTRIES["distribution-2"])


@pytest.mark.parametrize(
    ("registry", "title", "regions", "metadata_tokens", "config_file", "ca_bundle", "v2", "checksum", "md5"),
    [
        ("distribution-2", "AWS SDK for Go 1.15.11", 18, False, ConfigFile.NEVER, CaBundle.FATAL, True, "", True),
        ("distribution-3", "AWS SDK for Go 1.55.5", 37, True, ConfigFile.ON_REQUEST, CaBundle.USED, True, "", True),
        ("gitlab", "AWS SDK for Go v2", None, True, ConfigFile.ALWAYS, CaBundle.USED, False, "CRC64NVME", False),
    ],
)
def test_the_abilities_of_each_sdk(
    registry: str,
    title: str,
    regions: int | None,
    metadata_tokens: bool,
    config_file: ConfigFile,
    ca_bundle: CaBundle,
    v2: bool,
    checksum: str,
    md5: bool,
) -> None:
    sdk = REGISTRIES[registry].sdk
    assert (sdk.title, sdk.metadata_tokens, sdk.config_file) == (title, metadata_tokens, config_file)
    assert (sdk.ca_bundle, sdk.v2_signatures, sdk.default_checksum) == (ca_bundle, v2, checksum)
    assert (sdk.content_md5, sdk.v2_signs_bucket_in_host) == (md5, False)
    assert (None if sdk.regions is None else len(sdk.regions)) == regions


def test_the_2_line_has_no_web_identity_container_or_configuration_file() -> None:
    assert REGISTRIES["dtr"].sdk.credential_sources == (
        CredentialSource.CONFIGURATION,
        CredentialSource.ENVIRONMENT,
        CredentialSource.CREDENTIALS_FILE,
        CredentialSource.INSTANCE,
    )
    assert not REGISTRIES["dtr"].full_credential_chain


@pytest.mark.parametrize("registry", ["distribution-3", "gitlab"])
def test_the_other_registries_have_the_complete_chain(registry: str) -> None:
    assert set(REGISTRIES[registry].sdk.credential_sources) == set(CredentialSource)
    assert REGISTRIES[registry].full_credential_chain


def test_the_older_names_of_the_key_variables_are_read_last() -> None:
    for registry in REGISTRIES.values():
        assert registry.sdk.access_key_variables == ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY")
        assert registry.sdk.secret_key_variables == ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY")


@pytest.mark.parametrize(
    ("registry", "calls"),
    [
        ("distribution-2", (False, True, 1, True, False)),
        ("distribution-3", (True, False, 2, False, True)),
        ("gitlab", (True, False, 2, False, False)),
    ],
)
def test_the_calls_of_each_driver(registry: str, calls: tuple[object, ...]) -> None:
    r = REGISTRIES[registry]
    assert (r.path_style_setting, r.stat_by_list, r.list_version, r.merges_last_parts, r.blank_region) == calls


@pytest.mark.parametrize(
    ("changes", "in_host"),
    [
        ({}, True),
        ({"forcepathstyle": True}, False),
        ({"bucket": "Images"}, False),
        ({"bucket": "my_images"}, False),
        ({"bucket": "my.images"}, False),
        ({"bucket": "my.images", "regionendpoint": "http://minio:9000"}, True),
        ({"bucket": "my..images", "regionendpoint": "http://minio:9000"}, False),
        ({"bucket": "10.0.0.5", "regionendpoint": "http://minio:9000"}, False),
        ({"bucket": "a" * 63}, True),
        ({"bucket": "a" * 64}, False),
        ({"bucket": "images-"}, False),
        ({"registry": "dtr", "regionendpoint": "http://minio:9000"}, False),
        ({"registry": "dtr"}, True),
    ],
)
def test_when_the_bucket_is_in_the_host_name(changes: dict[str, Value], in_host: bool) -> None:
    settings = S3.replace({"registry": "distribution-3", **changes})
    assert REGISTRIES[settings.registry].bucket_in_host(settings) is in_host


@pytest.mark.parametrize(
    ("registry", "size", "parts"),
    [
        ("harbor", 25 * MIB, [10 * MIB, 15 * MIB]),
        ("harbor", 26_222_517, [10 * MIB, 26_222_517 - 10 * MIB]),
        ("harbor", 30 * MIB, [10 * MIB] * 3),
        ("harbor", 3, [3]),
        ("distribution-3", 25 * MIB, [10 * MIB, 10 * MIB, 5 * MIB]),
        ("distribution-3", 20 * MIB, [10 * MIB] * 2),
        ("distribution-3", 3, [3]),
        ("distribution-3", 0, [0]),
    ],
)
def test_the_parts_of_a_layer(registry: str, size: int, parts: list[int]) -> None:
    assert list(REGISTRIES[registry].part_sizes(size, 10 * MIB)) == parts
    assert max(parts) <= REGISTRIES[registry].largest_part(10 * MIB)


def test_the_ranges_of_a_copy() -> None:
    for registry in (each for each in REGISTRIES.values() if each.reads("multipartcopychunksize")):
        assert list(registry.copy_ranges(32 * MIB, S3)) == []
        assert list(registry.copy_ranges(32 * MIB + 1, S3)) == [(0, 32 * MIB - 1), (32 * MIB, 32 * MIB)]
        settings = S3.replace({"multipartcopychunksize": 5 * MIB, "multipartcopythresholdsize": 5 * MIB})
        ranges = [(0, 5 * MIB - 1), (5 * MIB, 10 * MIB - 1), (10 * MIB, 12 * MIB - 1)]
        assert list(registry.copy_ranges(12 * MIB, settings)) == ranges


@pytest.mark.parametrize(
    ("registry", "changes", "checksum"),
    [
        ("gitlab", {}, "CRC64NVME"),
        ("gitlab", {"checksum_algorithm": "SHA256"}, "SHA256"),
        ("gitlab", {"checksum_disabled": True, "checksum_algorithm": "SHA256"}, ""),
        ("gitlab", {"regionendpoint": "https://minio.example"}, ""),  # as an export turns it off
        ("gitlab", {"regionendpoint": "https://minio.example", "checksum_disabled": False}, "CRC64NVME"),
        ("gitlab", {"regionendpoint": "https://minio.example", "checksum_algorithm": "CRC32"}, "CRC32"),
        ("distribution-3", {"checksum_algorithm": "SHA256"}, ""),
        ("dtr", {}, ""),
    ],
)
def test_the_checksum_that_is_sent(registry: str, changes: dict[str, Value], checksum: str) -> None:
    assert REGISTRIES[registry].checksum(S3.replace(changes)) == checksum


@pytest.mark.parametrize(
    ("registry", "changes", "acl"),
    [
        ("dtr", {}, "private"),
        ("dtr", {"objectownership": True}, "private"),
        ("gitlab", {"objectownership": False, "objectacl": "public-read"}, "public-read"),
        ("gitlab", {"objectownership": True}, ""),
    ],
)
def test_the_acl_that_is_sent(registry: str, changes: dict[str, Value], acl: str) -> None:
    assert REGISTRIES[registry].acl(S3.replace(changes)) == acl


ENDPOINT = {"region": "", "regionendpoint": "https://minio.example"}
DEFAULT_REGION = {"AWS_DEFAULT_REGION": "eu-west-2"}


@pytest.mark.parametrize(
    ("registry", "changes", "environment", "region"),
    [
        ("distribution-3", ENDPOINT, {}, ""),
        ("distribution-3", ENDPOINT, {"AWS_REGION": "eu-west-1"}, "eu-west-1"),
        ("distribution-3", ENDPOINT, DEFAULT_REGION, ""),
        ("distribution-3", ENDPOINT, {**DEFAULT_REGION, "AWS_SDK_LOAD_CONFIG": "1"}, "eu-west-2"),
        ("distribution-3", {"region": ""}, {"AWS_REGION": "eu-west-1"}, ""),  # it does not start
        ("distribution-3", {}, {"AWS_REGION": "eu-west-1"}, "us-east-1"),
        ("dtr", ENDPOINT, {"AWS_REGION": "eu-west-1"}, ""),
        ("gitlab", ENDPOINT, {"AWS_REGION": "eu-west-1"}, ""),
    ],
)
def test_the_region_that_a_registry_signs_with(
    registry: str, changes: dict[str, Value], environment: dict[str, str], region: str
) -> None:
    assert REGISTRIES[registry].region(S3.replace(changes), environment) == region


@pytest.mark.parametrize(
    ("registry", "value", "is_read"),
    [
        ("distribution-3", "", False),
        ("distribution-3", "0", False),
        ("distribution-3", "yes", False),
        ("distribution-3", "1", True),
        ("distribution-3", "TRUE", True),
        ("gitlab", "", True),
        ("dtr", "1", False),
    ],
)
def test_when_an_sdk_reads_the_configuration_file(registry: str, value: str, is_read: bool) -> None:
    assert REGISTRIES[registry].sdk.reads_config_file({"AWS_SDK_LOAD_CONFIG": value}) is is_read


@pytest.mark.parametrize(
    ("registry", "environment", "profile"),
    [
        ("distribution-3", {}, "default"),
        ("distribution-3", {"AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b"}, "a"),
        ("distribution-3", {"AWS_DEFAULT_PROFILE": "b"}, "default"),
        ("distribution-3", {"AWS_DEFAULT_PROFILE": "b", "AWS_SDK_LOAD_CONFIG": "1"}, "b"),
        ("gitlab", {"AWS_DEFAULT_PROFILE": "b"}, "b"),
        ("dtr", {"AWS_PROFILE": "a"}, "a"),
    ],
)
def test_the_profile_that_an_sdk_reads(registry: str, environment: dict[str, str], profile: str) -> None:
    assert REGISTRIES[registry].sdk.profile_in(environment) == profile


def test_an_sdk_that_always_reads_the_configuration_file_knows_both_region_variables() -> None:
    assert SDK_2.region_in(DEFAULT_REGION) == "eu-west-2"


def test_the_further_parameters_of_each_driver_are_known_ones() -> None:
    further = {registry.id: registry.further_parameters for registry in REGISTRIES.values()}
    assert set().union(*further.values()) == FURTHER_PARAMETERS.keys()
    assert further["distribution-2"] == {"multipartcopychunksize", "multipartcopymaxconcurrency", "useragent"}
    only_3 = {"loglevel", "accelerate", "usedualstack", "usefipsendpoint"}
    assert further["distribution-3"] == further["distribution-2"] | only_3
    assert further["gitlab"] >= {"checksum_disabled", "checksum_algorithm", "objectownership"}


# Next steps


def commands(registry: str, settings: Settings, path: Path) -> list[str]:
    return [step.command for step in REGISTRIES[registry].next_steps(settings, path) if step.command]


def test_the_default_file_needs_no_flag() -> None:
    assert commands("dtr", S3, DEFAULT_FILE) == [
        "storage-wizard export --to dtr -o dtr-storage.json",
        "storage-wizard check storage.toml",
    ]


def test_another_file_is_quoted_for_the_shell() -> None:
    assert commands("harbor", S3, Path("my file.toml")) == [
        "storage-wizard export -c 'my file.toml' --to harbor -o harbor-storage.yml",
        "sudo ./prepare && docker compose up -d",
        "storage-wizard check 'my file.toml'",
    ]


@pytest.mark.parametrize(
    ("registry", "file"),
    [
        ("distribution-2", "config.yml"),
        ("distribution-3", "config.yml"),
        ("harbor", "harbor.yml"),
        ("quay", "config.yaml"),
    ],
)
def test_a_configuration_that_exists_is_exported_into(
    registry: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert not commands(registry, S3, DEFAULT_FILE)[0].endswith(f"--into {file}")
    Path(file).touch()
    assert commands(registry, S3, DEFAULT_FILE)[0] == f"storage-wizard export --to {registry} --into {file}"


def test_docker_trusted_registry_names_the_page_of_the_storage_type() -> None:
    pages = [REGISTRIES["dtr"].next_steps(settings, DEFAULT_FILE)[0].text for settings in (S3, FOLDER)]
    assert pages == [
        f"In the DTR or MSR web UI, open System > Storage, choose {page}, enter these values and click Save. "
        "Or export them to a file:"
        for page in ("Amazon S3", "Filesystem")
    ]


def test_every_registry_exports_in_a_known_format_and_ends_with_the_check() -> None:
    for registry in REGISTRIES.values():
        *steps, check = registry.next_steps(S3, DEFAULT_FILE)
        exports = [step.command.split(" --to ")[1].split()[0] for step in steps if " --to " in step.command]
        assert exports, registry.id
        assert set(exports) <= set(NAMES), registry.id
        assert check == Instruction("Check again at any time:", "storage-wizard check storage.toml")


@pytest.mark.parametrize("registry", REGISTRIES)
def test_no_next_step_shows_the_secret(registry: str) -> None:
    """An export without a file writes to the terminal, unless another command reads it."""
    for command in commands(registry, S3, DEFAULT_FILE):
        assert "export" not in command or any(way in command for way in (" -o ", " --into ", " | ")), command


# Names


@pytest.mark.parametrize(
    ("name", "registry"),
    [
        *(("harbor", "harbor"), ("Harbor", "harbor"), ("MSR 2", "dtr"), ("MSR 3", "msr-3"), ("MSR 4", "harbor")),
        *(("registry:2", "distribution-2"), ("registry:3", "distribution-3"), ("OpenShift", "openshift")),
        *(("Docker Trusted Registry", "dtr"), ("msr", ""), ("nexus", ""), ("", "")),
    ],
)
def test_a_registry_has_the_names_that_people_know(name: str, registry: str) -> None:
    assert registry_named(name) == registry


@pytest.mark.parametrize(("name", "registry"), [("habor", "harbor"), ("distribution", ""), ("gitlb", "gitlab")])
def test_the_nearest_registry_is_found(name: str, registry: str) -> None:
    assert nearest_registry(name) == registry


def test_the_names_in_lists_are_short_and_differ() -> None:
    labels = [registry.label for registry in REGISTRIES.values()]
    assert len(set(labels)) == len(labels)
    assert max(map(len, labels)) <= 14


@pytest.mark.parametrize(
    ("format_id", "registry"),
    [("zot", "zot"), ("openshift", "openshift"), ("msr-helm", "msr-3"), ("msr-operator", "msr-3")],
)
def test_the_format_of_a_registry_is_read_as_its_settings(format_id: str, registry: str) -> None:
    assert format_of(format_id).registry == registry
    assert any(f"--to {format_id}" in command for command in commands(registry, S3, DEFAULT_FILE))
