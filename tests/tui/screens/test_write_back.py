"""F8 on Save writes the settings back into the file that they were imported from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.live_store import LiveStore
from tests.support.pilot import WizardPilot, run_wizard
from wizard.config import file as config_file
from wizard.config.file import ImportedFrom
from wizard.model.settings import Settings
from wizard.session.state import WizardState
from wizard.tui.screens.write_back import WriteBackDialog

CONFIG = """version: 0.1
storage:
  s3:   # for the team
    bucket: old-images
    region: us-east-1
    secretkey: canary-old-secret
    accesskey: me
http: {secret: canary-other}
"""
SIZES = [(80, 24), (60, 18)]


def state_with_source(
    settings: Settings, path: Path, text: str = CONFIG, format_id: str = "distribution-2"
) -> WizardState:
    """The state of a wizard whose settings were imported from `config.yml`."""
    file = Path("config.yml").absolute()
    file.write_text(text, encoding="utf-8")
    file.chmod(0o644)
    config_file.save(path, settings, None, source=ImportedFrom(str(file), format_id))
    return WizardState.open(path)


@asynccontextmanager
async def saved(state: WizardState, size: tuple[int, int] = (80, 24)) -> AsyncIterator[WizardPilot]:
    """A wizard that has validated and saved."""
    async with run_wizard(state, size) as pilot:
        await pilot.go("validate")
        await pilot.until_validated()
        await pilot.enter("save")
        await pilot.press("f8")  # not before it is saved
        assert not isinstance(pilot.screen, WriteBackDialog)
        await pilot.press("enter")
        await pilot.until(lambda: state.has_saved)
        await pilot.settle()
        yield pilot


async def test_save_compares_with_the_registrys_own_file(store: LiveStore, path: Path) -> None:
    settings = store.settings()
    async with run_wizard(state_with_source(settings, path)) as pilot:
        await pilot.go("save")
        await pilot.until_text("Compared with /", f"bucket = {settings.bucket}", 'was "old-images"')
        assert 'Images in "old-images" are not moved' in pilot.text
        Path("config.yml").unlink()
    async with run_wizard(WizardState.open(path)) as pilot:
        await pilot.go("save")
        assert "No settings change." in pilot.text


@pytest.mark.sample
@pytest.mark.parametrize("size", SIZES)
async def test_the_difference_is_shown_before_the_file_is_written(
    store: LiveStore, path: Path, size: tuple[int, int]
) -> None:
    state = state_with_source(store.settings(), path)
    async with saved(state, size) as pilot:
        assert "F8 Write back" in pilot.row("keys")
        assert config_file.load(path).source == state.source
        await pilot.press("f8")
        await pilot.until_text("Write back into", "as it will be", "Enter Write")
        assert Path("config.yml").read_text(encoding="utf-8") == CONFIG
        difference = str(pilot.screen.query_one("#difference").render())
        assert "-    bucket: old-images" in difference
        assert f"bucket: {store.bucket}" in difference.replace('"', "")
        assert "canary" not in difference
        assert store.secret_key not in difference
        await pilot.press("enter")
        await pilot.until_text("Saved config.yml.", "config.yml.bak", "sudo systemctl restart docker-registry")
        await pilot.until_text("other users can read", "chmod", "600")
        text = Path("config.yml").read_text(encoding="utf-8")
        assert store.secret_key in text
        assert "s3:   # for the team" in text
        assert Path("config.yml.bak").read_text(encoding="utf-8") == CONFIG
        await pilot.press("enter")  # it is written once
        await pilot.press("escape")
        await pilot.until_step("save")
        await pilot.until(lambda: "Wrote " in pilot.row("next-steps"))
        assert pilot.state.written_back is not None
        assert pilot.state.written_back[1].command == "sudo systemctl restart docker-registry"
        assert "config.yml.bak -c old.toml" in " ".join(pilot.row("images").replace("\\\n", "").split())


@pytest.mark.ci_only
async def test_esc_writes_nothing(store: LiveStore, path: Path) -> None:
    async with saved(state_with_source(store.settings(), path)) as pilot:
        await pilot.press("f8")
        await pilot.until_text("Write these changes?")
        await pilot.press("escape")
        await pilot.until_step("save")
    assert Path("config.yml").read_text(encoding="utf-8") == CONFIG


@pytest.mark.sample
@pytest.mark.parametrize(
    ("text", "format_id", "message"),
    [
        ("services: {}\n", "distribution-2", "The file is a Compose file, not config.yml"),
        (CONFIG, "gitlab", "gitlab can't be changed in place."),
        (CONFIG, "canary", "which is not supported."),
    ],
)
async def test_why_a_file_cannot_be_written_is_said(
    store: LiveStore, path: Path, text: str, format_id: str, message: str
) -> None:
    async with saved(state_with_source(store.settings(), path, text, format_id)) as pilot:
        await pilot.press("f8")
        await pilot.until_text("Write back into")
        await pilot.until(lambda: message in str(pilot.screen.query_one("#dialog-status").render()))
        await pilot.press("enter")
    assert Path("config.yml").read_text(encoding="utf-8") == text


@pytest.mark.ci_only
async def test_a_file_that_is_gone_or_changed_meanwhile_is_said(store: LiveStore, path: Path) -> None:
    async with saved(state_with_source(store.settings(), path)) as pilot:
        await pilot.press("f8")
        await pilot.until_text("Write these changes?")
        Path("config.yml").write_text("edited: true\n", encoding="utf-8")
        await pilot.press("enter")
        await pilot.until_text("was changed by another program")
        assert Path("config.yml").read_text(encoding="utf-8") == "edited: true\n"
        await pilot.press("escape")
        Path("config.yml").unlink()
        await pilot.press("f8")
        await pilot.until_text("not found")
    assert not Path("config.yml").exists()


async def test_settings_that_have_not_passed_are_marked(unreachable: Settings, path: Path) -> None:
    async with run_wizard(state_with_source(unreachable, path)) as pilot:
        await pilot.go("save")
        assert pilot.state.save()
        pilot.app.step_screen.update_view()
        await pilot.press("f8")
        await pilot.until_text("These settings have not passed the validation.")


@pytest.mark.ci_only
async def test_without_a_source_there_is_no_key(store: LiveStore, path: Path) -> None:
    config_file.save(path, store.settings(), None)
    async with saved(WizardState.open(path)) as pilot:
        assert "F8" not in pilot.text
        await pilot.press("f8")
        assert not isinstance(pilot.screen, WriteBackDialog)


async def test_what_the_registry_of_the_file_refuses_is_said(unreachable: Settings, path: Path) -> None:
    settings = unreachable.replace({"registry": "distribution-3", "storageclass": "EXPRESS_ONEZONE"})
    async with run_wizard(state_with_source(settings, path), (60, 18)) as pilot:
        await pilot.go("save")
        assert pilot.state.save()
        pilot.app.step_screen.update_view()
        await pilot.press("f8")
        await pilot.until_text("notes below the difference. Write these changes?")
        assert 'Distribution 2 doesn\'t support "EXPRESS_ONEZONE"' in str(
            pilot.screen.query_one("#difference").render()
        )
