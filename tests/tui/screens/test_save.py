"""The Save step."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from tests.support.aws_clients import s3_client
from tests.support.live_store import LiveStore
from tests.support.pilot import AMAZON, run_wizard, state_of_file
from tests.support.reports import report_of
from wizard.catalog.registries import REGISTRIES
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session.equivalent_command import display_command
from wizard.session.state import WizardState


def joined(text: str) -> str:
    """The text with commands on one line each."""
    return text.replace(" \\\n   ", "")


def push_image(store: LiveStore) -> None:
    """Puts into the bucket what a registry has of an image."""
    with contextlib.closing(s3_client(store)) as client:
        key = "docker/registry/v2/repositories/app/_layers/sha256/abc/link"
        client.put_object(Bucket=store.bucket, Key=key, Body=b"")


async def test_the_file_is_shown_with_its_secrets_hidden(store: LiveStore, new_state: WizardState) -> None:
    new_state.settings = store.settings()
    async with run_wizard(new_state, (80, 42)) as pilot:
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
            "readable only by you, mode 0600",
        )
        assert store.access_key not in pilot.text
        assert store.secret_key not in pilot.text
        assert pilot.row("changes") == ""


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
        changed = [line.split("  ")[-1].strip() for line in pilot.row("changes").splitlines()]
        assert changed == ['was "eu-west-1"', "changed"]
        exposed = "other users can read it (mode 0644) now; saving makes it private (0600)"
        assert pilot.row("file-status").startswith(f"storage.toml  {exposed}")
        await pilot.press("enter")
        await pilot.until(lambda: pilot.state.has_saved)
        await pilot.until_text("storage.toml.bak")
        assert "Until now other users could read it (mode 0644)" in pilot.row("file-status")
        await pilot.go("bucket")
        await pilot.fill("rootdirectory", "/r")
        await pilot.go("validate")
        await pilot.until(lambda: pilot.state.report is not None)
        await pilot.go("save")
        assert pilot.row("changes").splitlines()[0].endswith("  new")
    assert config_file.load(path.with_name("storage.toml.bak")).settings.region == "eu-west-1"


@pytest.mark.sample
@pytest.mark.parametrize("registry", REGISTRIES)
async def test_the_next_steps_of_the_registry_are_shown(
    unreachable: Settings, new_state: WizardState, registry: str
) -> None:
    new_state.settings = unreachable.replace({"registry": registry})
    async with run_wizard(new_state) as pilot:
        await pilot.go("save")
        for step in REGISTRIES[registry].next_steps(new_state.settings, new_state.path):
            assert step.text in pilot.row("next-steps")
            assert step.command in joined(pilot.row("next-steps"))
        assert "Not validated." in pilot.row("intro")


@pytest.mark.sample
@pytest.mark.parametrize("exposure", ["", "read it (mode 0644)"])
async def test_who_else_could_have_written_the_file_is_shown_before_saving(
    store: LiveStore, path: Path, exposure: str
) -> None:
    state = state_of_file(path, store.settings())
    state.exposure, state.doubts = exposure, ("It belongs to bob.",)
    async with run_wizard(state) as pilot:
        await pilot.go("save")
        await pilot.until_text("It belongs to bob.")


async def test_a_change_of_registry_or_store_is_the_first_line_in_view(path: Path) -> None:
    state = state_of_file(path, AMAZON)
    async with run_wizard(state) as pilot:
        state.set_value("provider", "minio")
        state.set_value("registry", "harbor")
        state.enter_text("bucket", "others")
        await pilot.go("save")
        await pilot.until_text("Changes")
        lines = [line for line in pilot.lines if " was " in line]
        assert [line.split(" = ")[0].split()[-1] for line in lines[:3]] == ["registry", "provider", "bucket"]


async def test_what_the_change_means_for_images_is_shown(path: Path) -> None:
    state = state_of_file(path, AMAZON)
    async with run_wizard(state) as pilot:
        state.enter_text("bucket", "others")
        await pilot.go("save")
        await pilot.until_text('Images in "images" are not moved to "others".', "--storage-migrated")
        command = pilot.row("images").rpartition("After saving, this prints the steps that move them:\n")[2]
        assert joined(command) == f"storage-wizard migrate {path}.bak {path}"


@pytest.mark.sample
@pytest.mark.parametrize("size", [(80, 24), (60, 18)])
async def test_what_was_found_in_the_bucket_is_in_view_before_a_new_file(
    store: LiveStore, new_state: WizardState, size: tuple[int, int]
) -> None:
    push_image(store)
    new_state.settings = store.settings()
    new_state.record_report(report_of(new_state.settings))
    (found,) = new_state.image_remarks()
    async with run_wizard(new_state, size) as pilot:
        await pilot.go("save")
        assert found == pilot.row("images")
        await pilot.until_text("Images  ", " ".join(found.split()[:3]))
        await pilot.until(lambda: "more line" in pilot.row("status"))
        before = pilot.row("status")
        assert before.endswith("PageDown")
        await pilot.press("down")
        await pilot.until(lambda: pilot.row("status") != before)


async def test_the_command_that_copies_images_stays_in_view_after_saving(path: Path) -> None:
    state = state_of_file(path, AMAZON)
    async with run_wizard(state) as pilot:
        state.enter_text("bucket", "others")
        await pilot.go("save")
        assert state.save()
        pilot.app.step_screen.update_view()
        await pilot.until_text("Saved", 'Images in "images"', "This prints the steps", "storage-wizard migrate")


async def test_ctrl_s_stops_on_save_where_images_are_concerned(
    store: LiveStore, new_state: WizardState, path: Path
) -> None:
    push_image(store)
    new_state.settings = store.settings()
    async with run_wizard(new_state) as pilot:
        await pilot.press("ctrl+s")
        await pilot.until_step("save")
        await pilot.until_text("Images  ", "Enter Save")
        assert not path.exists()
        await pilot.press("ctrl+s")
        await pilot.until(path.exists)
        await pilot.until_text("Saved. Next steps:", "Images  ")


async def test_texts_have_a_hanging_indent(path: Path) -> None:
    state = state_of_file(path, AMAZON)
    async with run_wizard(state, (60, 30)) as pilot:
        state.enter_text("bucket", "others")
        await pilot.go("save")
        await pilot.until_text('Images in "images"')
        first = next(y for y, line in enumerate(pilot.lines) if 'Images in "images"' in line)
        column = pilot.lines[first].index('Images in "images"')
        assert pilot.lines[first + 1][:column].strip() == ""
        assert pilot.lines[first + 1][column] != " "


async def test_only_a_file_that_exists_is_exported_into(unreachable: Settings, new_state: WizardState) -> None:
    new_state.settings = unreachable.replace({"registry": "harbor"})
    async with run_wizard(new_state) as pilot:
        await pilot.go("save")
        assert "--to harbor -o harbor-storage.yml" in pilot.row("next-steps")
        Path("harbor.yml").touch()
        await pilot.go("validate")
        await pilot.go("save")
        assert "--to harbor --into harbor.yml" in pilot.row("next-steps")


async def test_what_of_this_machine_the_result_depends_on_is_shown(
    store: LiveStore, new_state: WizardState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", store.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", store.secret_key)
    new_state.settings = store.settings(accesskey="", secretkey=Secret())
    async with run_wizard(new_state) as pilot:
        await pilot.go("bucket")
        await pilot.until(lambda: "AWS_ACCESS_KEY_ID accepted" in pilot.row("status"))
        await pilot.go("validate")
        await pilot.until_validated()
        await pilot.enter("save")
        assert "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY" in pilot.row("file-status")
        assert "The registry's environment needs the same." in pilot.row("file-status")


@pytest.mark.sample
@pytest.mark.parametrize("size", [(80, 24), (60, 18)])
async def test_commands_are_broken_so_that_they_can_be_copied(
    unreachable: Settings, new_state: WizardState, size: tuple[int, int]
) -> None:
    new_state.settings = unreachable.replace({"registry": "dtr"})
    async with run_wizard(new_state, size) as pilot:
        await pilot.go("save")
        for name in ("next-steps", "command"):
            block = pilot.app.step_screen.query_one(f"#{name}")
            commands = [line for line in pilot.row(name).splitlines() if line.startswith(("storage-wizard", "    "))]
            assert all(len(line) <= block.size.width for line in commands)
            assert name == "next-steps" or any(line.endswith(" \\") for line in commands)
        assert display_command(new_state.settings, new_state.path) in joined(pilot.row("command"))
