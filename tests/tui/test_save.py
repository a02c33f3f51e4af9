"""The Save step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.live_store import LiveStore
from tests.support.pilot import run_wizard, state_of_file
from wizard.catalog.registries import REGISTRIES
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session.state import WizardState


async def test_the_file_is_shown_with_its_secrets_hidden(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings()
    async with run_wizard(new_state, (80, 40)) as pilot:
        await pilot.go("validate")
        await pilot.until_validated()
        await pilot.enter("save")
        await pilot.until_text(
            "version = 1",
            'type = "s3"',
            f'bucket = "{store.bucket}"',
            'accesskey = "AKIA…MPLE"',
            "secretkey = (hidden, 40 characters)",
            "passed = true",
            "readable by you alone (0600)",
        )
        assert store.access_key not in pilot.text
        assert store.secret_key not in pilot.text
        assert "was " not in pilot.row("file-lines")


async def test_changes_and_the_backup_are_shown(store: LiveStore, path: Path) -> None:
    state = state_of_file(path, store.settings(secretkey=Secret("another secret"), region="eu-west-1"), mode=0o644)
    async with run_wizard(state, (80, 40)) as pilot:
        await pilot.go("bucket")
        await pilot.fill("region", "us-east-1")
        await pilot.go("keys")
        await pilot.fill("secretkey", store.secret_key)
        await pilot.go("validate")
        await pilot.until_validated()
        await pilot.enter("save")
        changed = [line.split("  ")[-1].strip() for line in pilot.row("file-lines").splitlines() if "  " in line]
        assert changed == ['was "eu-west-1"', "changed"]
        assert pilot.row("file-status").endswith(
            "storage.toml  other users can read it (mode 0644); saved, only you (0600)"
        )
        await pilot.press("enter")
        await pilot.until(lambda: pilot.state.has_saved)
        await pilot.until_text("storage.toml.bak")
        assert "Until now others could read it (mode 0644)" in pilot.row("file-status")
        await pilot.go("bucket")
        await pilot.fill("rootdirectory", "/r")
        await pilot.go("validate")
        await pilot.until(lambda: pilot.state.report is not None)
        await pilot.go("save")
        changed = [line.split("  ")[-1].strip() for line in pilot.row("file-lines").splitlines() if "  " in line]
        assert changed == ["new"]
    assert config_file.load(path.with_name("storage.toml.bak")).settings.region == "eu-west-1"


@pytest.mark.sample(3)
@pytest.mark.parametrize("registry", REGISTRIES)
async def test_the_next_steps_of_the_registry_are_shown(
    unreachable: Settings, new_state: WizardState, registry: str
) -> None:
    new_state.settings = unreachable.replace({"registry": registry})
    async with run_wizard(new_state) as pilot:
        await pilot.go("save")
        for step in REGISTRIES[registry].next_steps(new_state.settings, new_state.path):
            assert step.text in pilot.row("next-steps")
            assert step.command in pilot.row("next-steps")
            assert step.text in " ".join(pilot.text.split())
        assert "Not validated." in pilot.row("intro")


@pytest.mark.parametrize("exposure", ["", "read it (mode 0644)"])
async def test_who_else_could_have_written_the_file_is_shown_before_saving(
    store: LiveStore, path: Path, exposure: str
) -> None:
    state = state_of_file(path, store.settings())
    state.exposure, state.doubts = exposure, ("It belongs to bob.",)
    async with run_wizard(state) as pilot:
        await pilot.go("save")
        await pilot.until_text("It belongs to bob.")
