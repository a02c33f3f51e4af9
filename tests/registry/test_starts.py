"""The real registry starts with exported settings, and stores an image."""

from __future__ import annotations

import pytest
import yaml

from tests.registry.exercise import FORMATS, Programs, exercise_registry, start_registry
from tests.registry.registries import DEBIAN_2_8, DISTRIBUTION_3, OFFICIAL_2_8, RealRegistry
from tests.support.charts import render_docker_registry
from tests.support.moto_server import Moto
from wizard import rules
from wizard.catalog.registries import registry_of
from wizard.formats.env import variables
from wizard.formats.yaml_splice import merge_into
from wizard.model.secret import Secret
from wizard.model.settings import Settings

# The configuration of Debian's package, whose storage driver the exported variables replace.
PACKAGED_CONFIG = """version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: /var/lib/docker-registry
  delete:
    enabled: true
http:
  headers:
    X-Content-Type-Options: [nosniff]   # kept
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
"""
SPECIAL_CHARACTERS = """0123: "x" #'\\{}&*!|>%@`$HOME"""


@pytest.fixture(scope="module")
def settings(moto: Moto) -> Settings:
    """Settings whose keys need quoting in YAML. moto accepts any key, so that only the registry's parser matters."""
    return moto.store().settings(
        registry="distribution-2", accesskey="0123", secretkey=Secret(SPECIAL_CHARACTERS), v4auth=True
    )


def test_the_registry_starts_from_a_configuration_file(programs: Programs, settings: Settings) -> None:
    outcome = exercise_registry(programs, settings)
    assert outcome.failed_stage == "", outcome.message


def test_the_registry_starts_from_variables(programs: Programs, settings: Settings) -> None:
    outcome = exercise_registry(programs, settings, variables(settings), config=PACKAGED_CONFIG)
    assert outcome.failed_stage == "", outcome.message


def test_the_registry_starts_from_its_own_file_with_a_new_storage_section(
    programs: Programs, settings: Settings
) -> None:
    text = merge_into(PACKAGED_CONFIG, FORMATS["distribution-2"], settings).text
    assert "[nosniff]   # kept" in text
    assert "blobdescriptor: inmemory" in text
    outcome = exercise_registry(programs, settings, config=text)
    assert outcome.failed_stage == "", outcome.message


def test_the_registry_starts_as_the_docker_registry_chart_has_it(programs: Programs, settings: Settings) -> None:
    values = yaml.safe_load(FORMATS["docker-registry-helm"].write(settings.replace({"rootdirectory": "/0x10"})).text)
    variables_of_chart, config = render_docker_registry(values)
    outcome = exercise_registry(programs, settings, variables_of_chart, config=config)
    assert outcome.failed_stage == "", outcome.message


# Regions without an endpoint. The settings `distribution-2` are for the official release; Debian's is newer inside.


@pytest.mark.ci_server
@pytest.mark.parametrize("registry", [OFFICIAL_2_8, DISTRIBUTION_3], ids=lambda registry: registry.name)
@pytest.mark.parametrize("region", ["eu-west-3", "af-south-1", "us-gov-east-1", "mx-central-1"])
def test_a_registry_starts_with_the_regions_of_its_sdk(registry: RealRegistry, region: str) -> None:
    settings = amazon(registry, region)
    outcome = start_registry(Programs.require(registry), settings)
    known = registry_of(registry.id).regions
    assert known is not None
    assert (outcome.failed_stage == "") is (region in known), outcome.message
    assert (outcome.failed_stage == "") is (rules.errors(settings) == []), outcome.message


def test_debian_builds_the_2_line_with_more_regions(programs: Programs) -> None:
    settings = amazon(DEBIAN_2_8, "af-south-1")
    assert start_registry(programs, settings).failed_stage == ""
    (error,) = rules.errors(settings)
    assert "predates af-south-1" in error.text


def amazon(registry: RealRegistry, region: str) -> Settings:
    """Settings for Amazon S3. Without an image, a registry sends nothing there."""
    settings = Settings(bucket="images", region=region, accesskey="AKIAIOSFODNN7EXAMPLE", secretkey=Secret("x" * 40))
    return settings.replace({**registry.settings, "v4auth": True})
