"""What a real registry finds in its environment, and what a validation says of the same environment."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.registry.exercise import Programs, exercise_registry, start_registry
from tests.registry.registries import DEBIAN_2_8, DISTRIBUTION_3, OFFICIAL_2_8, REGISTRIES, RealRegistry
from tests.support import faults
from tests.support.certificates import Certificates
from tests.support.faulty_store import FaultyStore
from tests.support.http_server import serve_wsgi
from tests.support.instance_metadata import InstanceMetadata
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.reports import finding_of, report_of
from wizard.model.findings import Cause
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value
from wizard.s3.ca_bundle import bundle_problem

NO_KEYS: Mapping[str, Value] = {"accesskey": "", "secretkey": Secret()}
# The settings `distribution-2` are for the official release: a validation says nothing about Debian's build.
RELEASED = (OFFICIAL_2_8, DISTRIBUTION_3)


def each(registries: tuple[RealRegistry, ...]) -> pytest.MarkDecorator:
    """Runs a test with each of these registries."""
    marks = {True: [pytest.mark.ci_server], False: []}
    parameters = [
        pytest.param(registry, id=registry.name, marks=marks[registry is not DEBIAN_2_8]) for registry in registries
    ]
    return pytest.mark.parametrize("registry", parameters)


def set_variables(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> None:
    """Sets variables for the validation."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


# The role of an EC2 instance: every SDK asks for it through HTTP_PROXY, and here the proxy answers itself


def without_keys(registry: RealRegistry, store: LiveStore) -> Settings:
    return store.settings(**registry.settings, **NO_KEYS)


@each(REGISTRIES)
@pytest.mark.parametrize("requires_token", [False, True])
def test_only_the_official_2_line_gets_no_role_where_a_token_is_required(
    registry: RealRegistry, requires_token: bool, store: LiveStore
) -> None:
    with serve_wsgi(InstanceMetadata(requires_token=requires_token)) as proxy:
        environment = {"HTTP_PROXY": proxy, "AWS_EC2_METADATA_DISABLED": "false"}
        outcome = exercise_registry(Programs.require(registry), without_keys(registry, store), environment)
    expected = "push" if requires_token and registry is OFFICIAL_2_8 else ""
    assert outcome.failed_stage == expected, outcome.message


@pytest.mark.sample
@each(RELEASED)
@pytest.mark.parametrize("requires_token", [False, True])
def test_a_validation_gets_the_role_where_the_registry_does(
    registry: RealRegistry, requires_token: bool, store: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve_wsgi(InstanceMetadata(requires_token=requires_token)) as proxy:
        set_variables(monkeypatch, {"HTTP_PROXY": proxy, "AWS_EC2_METADATA_DISABLED": "false"})
        monkeypatch.delenv("NO_PROXY")
        report = report_of(without_keys(registry, store))
    if requires_token and registry is OFFICIAL_2_8:
        assert finding_of(report, "list").cause is Cause.NO_CREDENTIALS
    else:
        assert report.passed


# AWS_CA_BUNDLE


@each(REGISTRIES)
@pytest.mark.parametrize("skipverify", [False, True])
@pytest.mark.parametrize("kind", ["the CA", "no certificate", "missing"])
def test_a_registry_starts_with_a_ca_bundle_unless_the_validation_says_that_it_does_not(
    registry: RealRegistry,
    kind: str,
    skipverify: bool,
    certificates: Certificates,
    store: LiveStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "empty").write_text("no certificate", encoding="utf-8")
    files = {"the CA": certificates.ca, "no certificate": tmp_path / "empty", "missing": tmp_path / "missing"}
    environment = {"AWS_CA_BUNDLE": str(files[kind])}
    settings = store.settings(**registry.settings, skipverify=skipverify)
    outcome = start_registry(Programs.require(registry), settings, environment)
    assert (outcome.failed_stage == "") is (kind == "the CA" and registry is DISTRIBUTION_3), outcome.message
    set_variables(monkeypatch, environment)
    assert bool(bundle_problem(settings)) is (outcome.failed_stage == "start")


@pytest.mark.ci_server
@pytest.mark.parametrize("is_set", [True, False])
def test_the_3_line_trusts_the_ca_bundle_as_the_validation_does(
    is_set: bool, moto: Moto, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {"AWS_CA_BUNDLE": str(certificates.ca)} if is_set else {}
    settings = moto.store(tls=True).settings(**DISTRIBUTION_3.settings)
    outcome = exercise_registry(Programs.require(DISTRIBUTION_3), settings, environment)
    assert (outcome.failed_stage == "") is is_set, outcome.message
    set_variables(monkeypatch, environment)
    report = report_of(settings)
    assert report.passed is is_set
    assert (report.environment, report.notes) == (tuple(environment), ())


# ~/.aws/config

KEYS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"}
PROCESS = {"credential_process": "cat $KEYS_FILE"}  # a shell fills in the variable
PROCESS_OUTPUT = '{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "secret"}'


@each(REGISTRIES)
@pytest.mark.parametrize("is_loaded", [True, False])
@pytest.mark.parametrize("profile", [KEYS, PROCESS], ids=["keys", "process"])
def test_a_validation_reads_the_configuration_file_where_the_registry_does(
    registry: RealRegistry,
    profile: Mapping[str, str],
    is_loaded: bool,
    store: LiveStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "keys").write_text(PROCESS_OUTPUT, encoding="utf-8")
    environment = config_file(tmp_path, profile) | {"KEYS_FILE": str(tmp_path / "keys")}
    environment |= {"AWS_SDK_LOAD_CONFIG": "1"} if is_loaded else {}
    settings = without_keys(registry, store)
    outcome = exercise_registry(Programs.require(registry), settings, environment)
    assert (outcome.failed_stage == "") is (is_loaded and registry is DISTRIBUTION_3), outcome.message
    set_variables(monkeypatch, environment)
    assert report_of(settings).passed is (outcome.failed_stage == "")


@pytest.mark.ci_server
def test_the_3_line_signs_with_the_region_of_the_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = config_file(tmp_path, {"region": "eu-west-3 # Paris"}) | {"AWS_SDK_LOAD_CONFIG": "1"}
    with FaultyStore(faults.require_region("eu-west-3")) as store:
        settings = store.settings(**DISTRIBUTION_3.settings, region="")
        outcome = exercise_registry(Programs.require(DISTRIBUTION_3), settings, environment)
        assert outcome.failed_stage == "", outcome.message
        set_variables(monkeypatch, environment)
        assert report_of(settings).passed


def config_file(folder: Path, profile: Mapping[str, str]) -> dict[str, str]:
    """The variable that names a configuration file with this default profile."""
    lines = [f"{name} = {value}" for name, value in profile.items()]
    (folder / "config").write_text("\n".join(["[default]", *lines, ""]), encoding="utf-8")
    return {"AWS_CONFIG_FILE": str(folder / "config")}
