"""The real registry starts from what is exported, and keeps an image there."""

from __future__ import annotations

import pytest

from tests.registry.trip import Programs, trip
from tests.support.moto_server import Moto
from wizard.formats.env import variables
from wizard.formats.lookup import all_formats
from wizard.formats.yaml_splice import merge_into
from wizard.model.secret import Secret
from wizard.model.settings import Settings

FORMATS = all_formats()

# As the package brings it, so that the variables have a driver to replace.
PACKAGED = """version: 0.1
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
NASTY = """0123: "x" #'\\{}&*!|>%@`$HOME"""  # moto takes any key: it is the registry's reader that is tried


@pytest.fixture(scope="module")
def settings(moto: Moto) -> Settings:
    """A store whose keys are full of what YAML reads as something else."""
    return moto.store().settings(registry="distribution-2", accesskey="0123", secretkey=Secret(NASTY), v4auth=True)


def test_the_registry_starts_from_distribution_2(programs: Programs | None, settings: Settings) -> None:
    if programs:
        assert trip(programs, settings).works


def test_the_registry_starts_from_variables(programs: Programs | None, settings: Settings) -> None:
    if programs:
        outcome = trip(programs, settings, variables(settings), config=PACKAGED)
        assert outcome.works, outcome.said


def test_the_registry_starts_from_its_own_file_with_our_section(programs: Programs | None, settings: Settings) -> None:
    text = merge_into(PACKAGED, FORMATS["distribution-2"], settings)
    assert "[nosniff]   # kept" in text
    assert "blobdescriptor: inmemory" in text
    if programs:
        outcome = trip(programs, settings, config=text)
        assert outcome.works, outcome.said
