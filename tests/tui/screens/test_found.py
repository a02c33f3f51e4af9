"""The first screen offers to start from what was found on this machine."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.support.pilot import WizardPilot, run_wizard
from wizard.session import found
from wizard.session.found import Found
from wizard.session.state import WizardState
from wizard.tui.app import WizardApp
from wizard.tui.screens.dialogs import MessageDialog
from wizard.tui.screens.found import FoundDialog

SECRET = "canary+secret/key=that#may:not leak"
CONFIG = f"""version: 0.1
storage:
  s3: {{bucket: images, region: us-east-1, regionendpoint: "http://127.0.0.1:1", accesskey: me, secretkey: "{SECRET}"}}
"""
SIZES = [(80, 24), (60, 18)]


@pytest.fixture
def app(new_state: WizardState, monkeypatch: pytest.MonkeyPatch) -> WizardApp:
    """A wizard that searches the current folder."""
    monkeypatch.setattr(found, "SYSTEM", ())
    return WizardApp(new_state, search=found.search)


async def open_dialog(pilot: WizardPilot) -> None:
    await pilot.until_text("Press F5 to start from")
    await pilot.press("f5")
    await pilot.until_text("Start from a configuration on this machine", "Enter Start from it")
    await pilot.settle()


@pytest.mark.parametrize("size", SIZES)
async def test_the_offer_is_shown_and_nothing_is_read_unasked(
    app: WizardApp, new_state: WizardState, size: tuple[int, int]
) -> None:
    Path("config.yml").write_text(CONFIG, encoding="utf-8")
    before = new_state.settings
    async with run_wizard(new_state, size, app=app) as pilot:
        await pilot.until_text("config.yml. Press F5 to start from it.", "F5 Start from…")
        assert new_state.settings == before
        assert not new_state.is_dirty


@pytest.mark.sample
@pytest.mark.parametrize("size", SIZES)
async def test_one_key_starts_from_a_configuration(
    app: WizardApp, new_state: WizardState, size: tuple[int, int], tmp_path: Path
) -> None:
    Path("config.yml").write_text(CONFIG, encoding="utf-8")
    async with run_wizard(new_state, size, app=app) as pilot:
        await open_dialog(pilot)
        assert "▸ config.yml: Distribution 2, bucket images" in pilot.text
        assert "Nothing is saved yet" in " ".join(pilot.text.replace("│", " ").replace("▁", " ").split())
        await pilot.press("enter")
        await pilot.until(lambda: new_state.settings.bucket == "images")
        await pilot.until_text("Imported from config.yml; nothing is saved yet.")
        assert pilot.value("registry") == "distribution-2"
        assert new_state.settings.secretkey.reveal() == SECRET
        assert new_state.source is not None
        assert new_state.source.file == str(tmp_path / "config.yml")
        assert new_state.is_dirty
        assert not Path("storage.toml").exists()
        await pilot.go("bucket")
        assert pilot.value("bucket") == "images"
        assert SECRET not in pilot.text


async def test_esc_starts_from_nothing(app: WizardApp, new_state: WizardState) -> None:
    Path("config.yml").write_text(CONFIG, encoding="utf-8")
    async with run_wizard(new_state, app=app) as pilot:
        await open_dialog(pilot)
        await pilot.press("escape")
        await pilot.until_step("storage")
        assert new_state.settings.bucket == ""


async def test_what_cannot_be_imported_is_listed_last_with_the_reason(app: WizardApp, new_state: WizardState) -> None:
    Path("config.yml").write_text("storage: [\n", encoding="utf-8")
    Path("harbor.yml").write_text(
        "hostname: h\ndata_volume: /d\nstorage_service: {s3: {bucket: b, region: us-east-1}}\n", encoding="utf-8"
    )
    async with run_wizard(new_state, app=app) as pilot:
        await pilot.until_text("Found on this machine: harbor.yml and 1 more. Press F5 to start from one.")
        await open_dialog(pilot)
        await pilot.press("down")
        await pilot.until_text("Invalid YAML at line 2")
        await pilot.press("enter")
        assert isinstance(pilot.screen, FoundDialog)


@pytest.mark.parametrize(
    ("columns", "offer"),
    [
        (80, "Found: /etc/docker/registry/config.yml and 1 more. F5 imports one."),
        (60, "Found: …egistry/config.yml and 1 more. F5 imports one."),
    ],
)
async def test_the_offer_is_one_line(new_state: WizardState, columns: int, offer: str) -> None:
    listed = [Found("distribution-2", "/etc/docker/registry/config.yml", "x"), Found("mc", "play", "x")]
    async with run_wizard(new_state, (columns, 24), app=WizardApp(new_state, search=lambda: listed)) as pilot:
        await pilot.until(lambda: offer in pilot.text.splitlines()[4])


async def test_after_an_import_nothing_is_offered_any_more(app: WizardApp, new_state: WizardState) -> None:
    Path("config.yml").write_text(CONFIG, encoding="utf-8")
    async with run_wizard(new_state, app=app) as pilot:
        await pilot.until_text("Found on this machine: config.yml. Press F5 to start from it.")
        await open_dialog(pilot)
        await pilot.press("enter")
        await pilot.until_text("Imported from config.yml; nothing is saved yet.")
        await pilot.until(lambda: pilot.state.is_reachability_current)  # which changes the row below the body
        await pilot.settle()
        assert "Imported from config.yml; nothing is saved yet." in pilot.text
        assert "Found" not in pilot.text


async def test_a_long_name_can_be_read_completely_in_the_dialog(app: WizardApp, new_state: WizardState) -> None:
    Path("harbor.yml").write_text(
        "hostname: h\ndata_volume: /d\nstorage_service: {s3: {bucket: " + "b" * 40 + ", region: us-east-1}}\n",
        encoding="utf-8",
    )
    async with run_wizard(new_state, (60, 18), app=app) as pilot:
        await pilot.until_text("harbor.yml. Press F5")
        await open_dialog(pilot)
        await pilot.until(lambda: "b" * 40 in pilot.text)


async def test_what_was_imported_is_said_completely_at_60_columns(new_state: WizardState) -> None:
    Path("folder-of-a-registry").mkdir()
    path = Path("folder-of-a-registry/config.yml")
    path.write_text(CONFIG, encoding="utf-8")
    listed = [Found("distribution-2", str(path), "Distribution 2")]
    async with run_wizard(new_state, (60, 18), app=WizardApp(new_state, search=lambda: listed)) as pilot:
        await pilot.until_text("Found: ")
        await pilot.press("f5")
        await pilot.until_text("Enter Start from it")
        await pilot.press("enter")
        await pilot.until_text("Imported from …", "/config.yml; nothing is saved yet.")


async def test_what_was_ignored_is_shown(app: WizardApp, new_state: WizardState) -> None:
    text = CONFIG.replace("bucket: images", "bucket: images, canary: 1")
    Path("config.yml").write_text(text, encoding="utf-8")
    async with run_wizard(new_state, app=app) as pilot:
        await open_dialog(pilot)
        await pilot.press("enter")
        await pilot.until(lambda: isinstance(pilot.screen, MessageDialog))
        await pilot.until_text("Imported from config.yml", "canary")


async def test_a_file_that_is_gone_meanwhile_is_said(app: WizardApp, new_state: WizardState) -> None:
    Path("config.yml").write_text(CONFIG, encoding="utf-8")
    async with run_wizard(new_state, app=app) as pilot:
        await open_dialog(pilot)
        Path("config.yml").unlink()
        await pilot.press("enter")
        await pilot.until_text("Not imported", "config.yml not found.")
        assert new_state.settings.bucket == ""


async def test_nothing_is_offered_where_nothing_is_found(app: WizardApp, new_state: WizardState) -> None:
    searched = threading.Event()

    def search() -> list[Found]:
        searched.set()
        return []

    app = WizardApp(new_state, search=search)
    async with run_wizard(new_state, app=app) as pilot:
        await pilot.until(searched.is_set)
        await pilot.settle()
        assert "F5" not in pilot.text
        await pilot.press("f5")
        assert pilot.step == "storage"


async def test_the_store_of_a_program_keeps_the_registry_that_was_chosen(
    app: WizardApp, new_state: WizardState, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RCLONE_CONFIG", str(tmp_path / "rclone.conf"))
    Path("rclone.conf").write_text(
        "[work]\ntype = s3\nendpoint = http://127.0.0.1:1\naccess_key_id = me\nsecret_access_key = s\n",
        encoding="utf-8",
    )
    new_state.set_value("registry", "harbor")
    async with run_wizard(new_state, app=app) as pilot:
        await open_dialog(pilot)
        await pilot.press("enter")
        await pilot.until(lambda: new_state.settings.regionendpoint == "http://127.0.0.1:1")
        assert new_state.settings.registry == "harbor"
        assert new_state.source is None
