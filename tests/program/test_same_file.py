"""The line prompts and the full-screen wizard save the same file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.prompts.conversation import answer, answer_until_validation, line_prompts
from tests.support.live_store import LiveStore
from tests.support.pilot import run_wizard
from wizard.session.state import WizardState


def without_time(path: Path) -> str:
    """The file without the time of its validation."""
    return re.sub(r"(?m)^at = .*$", "", path.read_text(encoding="utf-8"))


@pytest.mark.ci_only
async def test_both_user_interfaces_save_the_same_file(store: LiveStore, tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer_until_validation(screen, store)
        answer(screen, "Save as storage.toml?")
        answer(screen, "Verify the registry now")
        assert screen.wait_for_exit() == 0
    other = tmp_path / "other.toml"
    async with run_wizard(WizardState.open(other)) as pilot:
        await pilot.choose("registry", "distribution-2")
        await pilot.choose("provider", "other")
        await pilot.enter("bucket")
        await pilot.fill("bucket", store.bucket)
        await pilot.fill("rootdirectory", "/plain")
        await pilot.enter("keys")
        await pilot.fill("accesskey", store.access_key)
        await pilot.fill("secretkey", store.secret_key)
        await pilot.enter("endpoint")
        await pilot.fill("regionendpoint", store.endpoint)
        await pilot.enter("advanced")
        await pilot.enter("validate")
        await pilot.until_validated()
        await pilot.enter("save")
        await pilot.press("enter")
        await pilot.until(lambda: pilot.state.has_saved)
    assert without_time(other) == without_time(tmp_path / "storage.toml")
