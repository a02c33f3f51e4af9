"""The verification of the running registry, from the Save screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.registry.exercise import FORMATS, configured_registry
from tests.registry.registries import DISTRIBUTION_3
from tests.registry.verify_rows import HTPASSWD
from tests.support.certificates import Certificates
from tests.support.moto_server import Moto
from tests.support.pilot import AMAZON, TIMEOUT, WizardPilot, read_to_the_end, run_wizard, state_of_file
from tests.support.ports import closed_port
from tests.support.registry_front import front_of
from tests.support.verification import PASSWORD, USER, silent_at_data
from wizard.config import file as config_file
from wizard.model.settings import Settings
from wizard.session.registry_access import PASSWORD as PASSWORD_ENTRY
from wizard.session.registry_access import RegistryAccess
from wizard.session.state import WizardState
from wizard.tui.screens.verify import VerifyDialog, VerifyScreen
from wizard.tui.widgets.text_input import TextInput

SIZES = pytest.mark.parametrize("size", [(80, 24), (60, 18)], ids=["80x24", "60x18"])
NOWHERE = Settings(registry="distribution-3", provider="filesystem", rootdirectory="/nowhere")


def saved_state(path: Path, settings: Settings) -> WizardState:
    """The state after the settings were saved."""
    state = state_of_file(path, settings)
    assert state.save()
    return state


async def enter(pilot: WizardPilot, *texts: str) -> None:
    """Opens the dialog from the Save screen, and types its entries."""
    await pilot.go("save")
    await pilot.press("f9")
    await pilot.until(lambda: isinstance(pilot.screen, VerifyDialog) and isinstance(pilot.screen.focused, TextInput))
    for text in texts:
        await pilot.press("end", "ctrl+u")
        await pilot.type(text)
        await pilot.press("tab")


async def verify(pilot: WizardPilot, *texts: str) -> None:
    """Verifies a registry, and waits for the result."""
    await enter(pilot, *texts)
    await pilot.press("enter")
    await pilot.until(lambda: isinstance(pilot.screen, VerifyScreen))
    await pilot.until(lambda: pilot.app.context.verification.report is not None)
    await pilot.settle()


@contextmanager
def registry_with_password(settings: Settings, folder: Path) -> Iterator[str]:
    """A running registry of these settings, with htpasswd; yields its address."""
    (folder / "htpasswd").write_text(HTPASSWD, encoding="utf-8")
    document = yaml.safe_load(FORMATS[DISTRIBUTION_3.id].write(settings).text)
    document["auth"] = {"htpasswd": {"realm": "registry", "path": str(folder / "htpasswd")}}
    with configured_registry(DISTRIBUTION_3.require(), yaml.safe_dump(document)) as address:
        yield address


@pytest.mark.ci_server
@pytest.mark.sample
@SIZES
async def test_a_registry_is_verified_with_its_password_and_ca(
    size: tuple[int, int], moto: Moto, certificates: Certificates, path: Path, tmp_path: Path
) -> None:
    store = moto.store()
    settings = store.settings(**DISTRIBUTION_3.settings)
    state = saved_state(path, settings)
    with (
        registry_with_password(settings, tmp_path) as address,
        front_of(address, certificate=certificates.good) as url,
    ):
        async with run_wizard(state, size) as pilot:
            await verify(pilot, url, USER, PASSWORD, str(certificates.ca))
            pilot.assert_everything_fits()
            assert "The registry works, and keeps its images in this storage." in pilot.row("intro")
            assert "8 passed" in pilot.row("step title")
            assert sum(" ✓ " in line for line in pilot.lines[3:]) == 8
            assert "Enter Finish" in pilot.row("keys")
            assert PASSWORD not in pilot.text
            await pilot.press("escape")
            await pilot.until_step("save")
            assert f"storage-wizard verify {url}" in pilot.row("next-steps").replace(f" -c {path}", "")
            await pilot.press("f9")
            await pilot.until(lambda: isinstance(pilot.screen, VerifyDialog))
            assert pilot.screen.query_one("#entry-url", TextInput).value == url
            assert PASSWORD not in pilot.text
    assert moto.contents(store.bucket) == []
    assert PASSWORD not in path.read_text(encoding="utf-8")
    assert not any(PASSWORD in each.read_text("utf-8", "replace") for each in path.parent.glob("*draft*"))


@pytest.mark.ci_server
async def test_a_registry_on_another_bucket_is_not_verified(moto: Moto, path: Path) -> None:
    used, saved = moto.store(), moto.store()
    config = FORMATS[DISTRIBUTION_3.id].write(used.settings(**DISTRIBUTION_3.settings)).text
    state = saved_state(path, saved.settings(**DISTRIBUTION_3.settings))
    with configured_registry(DISTRIBUTION_3.require(), config) as address:
        async with run_wizard(state) as pilot:
            await verify(pilot, f"http://{address}")
            assert "Failed: The registry works, but " in pilot.row("intro")
            text = await read_to_the_end(pilot, "#checks")
            assert f"the image is not in the bucket {saved.bucket} (no root directory). It was not restarted" in text
            assert "left behind: " in text
            assert "Enter Verify again" in pilot.row("keys")


@pytest.mark.sample
@SIZES
async def test_what_is_wrong_with_a_registry_is_said_first(size: tuple[int, int], path: Path) -> None:
    with closed_port() as port:
        async with run_wizard(saved_state(path, NOWHERE), size) as pilot:
            await verify(pilot, f"http://127.0.0.1:{port}")
            assert "Failed: Connection refused: nothing is listening on " in pilot.row("intro")
            lines = [line.strip() for line in pilot.lines]
            row = next(index for index, line in enumerate(lines) if line.startswith("✗ Find it"))
            assert lines[row + 1].startswith("│ Connection refused: nothing is")
            assert "│ Check the URL, and that the registry is running." in lines[row + 2 : row + 4]
            first = pilot.app.context.verification.report
            await pilot.press("enter")
            await pilot.until(lambda: pilot.app.context.verification.report not in (None, first))
            assert isinstance(pilot.screen, VerifyScreen)


async def test_escape_stops_it_and_the_clean_up_is_reported(path: Path) -> None:
    with silent_at_data() as (url, has_received):
        async with run_wizard(saved_state(path, NOWHERE)) as pilot:
            await enter(pilot, url)
            await pilot.press("enter")
            await pilot.until(has_received.is_set)
            await pilot.until_text("Push an image", "2 of 8 done", "Esc Stop")
            await pilot.press("escape")
            await pilot.until(lambda: pilot.app.context.verification.report is not None)
            await pilot.settle()
            assert "Stopped. Test data that may remain is listed below." in pilot.row("intro")
            text = await read_to_the_end(pilot, "#checks")
            assert "left behind: docker/registry/v2/repositories/storage-wizard-verify/" in text
            await pilot.press("escape")
            await pilot.until_step("save")


async def test_leaving_stops_it_and_what_is_left_is_known(path: Path) -> None:
    with silent_at_data() as (url, has_received):
        async with run_wizard(saved_state(path, NOWHERE)) as pilot:
            await enter(pilot, url)
            await pilot.press("enter")
            await pilot.until(has_received.is_set)
            await pilot.press("ctrl+q")
            await pilot.until_ended()
        thread = pilot.app.tasks.verification_thread
        assert thread is not None
        thread.join(TIMEOUT)
        assert any("storage-wizard-verify/" in name for name in pilot.app.tasks.left_in_registry)


@pytest.mark.sample
@pytest.mark.parametrize(
    ("texts", "entry", "words"),
    [
        (("",), "url", "That is not the URL of a registry."),
        (("http://me:secret@registry.example",), "url", "The URL contains an @."),
        (("http://registry.example", "ci"), "password", "A user name and a password belong together."),
        (("http://registry.example", "", "secret"), "username", "A user name and a password belong together."),
        (("http://registry.example", "a:b"), "username", "A user name cannot contain a colon."),
        (("http://registry.example", "", "", "/absent.pem"), "ca_file", "That is not a readable file"),
    ],
)
async def test_a_wrong_entry_is_said_in_the_dialog(texts: tuple[str, ...], entry: str, words: str, path: Path) -> None:
    async with run_wizard(saved_state(path, NOWHERE), (60, 18)) as pilot:
        await enter(pilot, *texts)
        await pilot.press("enter")
        await pilot.until_text(words)
        assert pilot.screen.focused is pilot.screen.query_one(f"#entry-{entry}", TextInput)
        assert pilot.state.registry_access is None
        assert "secret" not in pilot.text.replace("secret@", "")


async def test_the_url_is_that_of_the_configuration_that_was_imported(path: Path) -> None:
    configuration = path.with_name("config.yml")
    configuration.write_text("version: 0.1\nhttp: {addr: ':5003'}\nstorage: {filesystem: {}}\n", encoding="utf-8")
    state = saved_state(path, NOWHERE)
    state.source = config_file.ImportedFrom(str(configuration), "distribution-3")
    async with run_wizard(state) as pilot:
        await enter(pilot)
        assert pilot.screen.query_one("#entry-url", TextInput).value == "http://localhost:5003"
        await pilot.press("escape")
        await pilot.until_step("save")


async def test_the_usual_url_is_shown_where_none_is_known(path: Path) -> None:
    async with run_wizard(saved_state(path, AMAZON)) as pilot:
        await enter(pilot)
        await pilot.until_text("https://DTR-HOST", "The URL that images are pushed to.")


@pytest.mark.parametrize("change", [{"registry": "gitlab"}, {"rootdirectory": "/not/saved"}])
async def test_only_a_registry_that_has_the_saved_settings_is_verified(path: Path, change: dict[str, str]) -> None:
    state = saved_state(path, AMAZON)
    state.settings = state.settings.replace(change)
    if "registry" in change:
        assert state.save()
    async with run_wizard(state) as pilot:
        await pilot.go("save")
        await pilot.press("f9")
        assert "F9" not in pilot.row("keys")
        await pilot.until_step("save")


def test_the_password_is_not_in_the_representation_of_the_entries() -> None:
    access = RegistryAccess().with_text(PASSWORD_ENTRY, PASSWORD)
    assert PASSWORD not in repr(access)
