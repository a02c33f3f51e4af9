"""The real registry starts with exported settings, and stores an image."""

from __future__ import annotations

import pytest

from tests.registry.exercise import FORMATS, Programs, exercise_registry
from tests.support.moto_server import Moto
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
