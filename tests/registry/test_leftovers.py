"""What a killed run leaves in the bucket disturbs no registry, until a later run removes it."""

from __future__ import annotations

import pytest

from tests.registry.exercise import Programs, exercise_registry
from tests.registry.registries import DISTRIBUTION_3, OFFICIAL_2_8, RealRegistry
from tests.support.moto_server import Moto
from tests.validation.ageing import DAY, prefix_of_run, put, start_uploads
from wizard.checks.ownership import TEST_NAMES


@pytest.mark.ci_server
@pytest.mark.parametrize("registry", [OFFICIAL_2_8, DISTRIBUTION_3], ids=lambda registry: registry.name)
def test_catalogue_garbage_collection_and_purge_pass_by_what_a_killed_run_has_left(
    moto: Moto, registry: RealRegistry
) -> None:
    store = moto.store()
    keys = sorted(f"{prefix_of_run(8 * DAY)}/{name}" for name in TEST_NAMES)
    put(store, *keys)
    start_uploads(store, *keys)
    outcome = exercise_registry(Programs.require(registry), store.settings(**registry.settings), maintain=True)
    assert outcome.failed_stage == "", outcome.message
    assert outcome.lists_repositories
    assert outcome.collects_garbage
    assert outcome.purges_uploads
    assert set(keys) <= set(moto.contents(store.bucket))
