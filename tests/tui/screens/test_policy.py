"""The dialog with the IAM policy."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.moto_server import Moto
from tests.support.pilot import AMAZON, WizardPilot, run_wizard, state_of_file
from wizard.catalog import policy
from wizard.catalog.registries.dtr import DTR
from wizard.session.state import WizardState
from wizard.tui.background import PolicyAttached, PolicyRead
from wizard.tui.screens.policy import _KEYS, PolicyDialog, _Mode
from wizard.tui.widgets.frame import key_row
from wizard.tui.widgets.text_block import TextBlock

NAME = DTR.policy_name


@pytest.fixture
def administrator(moto_with_iam: Moto, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of IAM, whose credentials the wizard finds in the environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", moto_with_iam.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", moto_with_iam.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", moto_with_iam.secret_key)
    client = moto_with_iam.iam_client()
    yield client
    client.close()


async def open_policy(pilot: WizardPilot) -> None:
    """Opens the dialog from the Keys step."""
    await pilot.go("keys")
    await pilot.press("ctrl+p")
    await pilot.until(lambda: isinstance(pilot.screen, PolicyDialog))
    await pilot.settle()


async def test_the_policy_is_written_beside_the_settings_file(path: Path) -> None:
    async with run_wizard(state_of_file(path, AMAZON)) as pilot:
        await open_policy(pilot)
        assert "PushPullDelete" in pilot.text or '"List"' in pilot.text
        await pilot.press("enter")
        await pilot.until_text(f"Saved {NAME}.json. Next, run:", "aws iam put-user-policy")
        written = json.loads(Path(f"{NAME}.json").read_text(encoding="utf-8"))
        assert written == policy.least_privilege(pilot.state.settings)
        await pilot.press("ctrl+d", "enter")
        await pilot.until_text(f"Saved {NAME}.json.")
        written = json.loads(Path(f"{NAME}.json").read_text(encoding="utf-8"))
        assert written == policy.documented(pilot.state.settings)
        await pilot.press("escape")
        assert pilot.step == "keys"


async def test_the_policy_is_attached_to_a_user_after_its_changes_were_shown(administrator: Any, path: Path) -> None:
    user = f"registry-{uuid.uuid4().hex[:8]}"
    async with run_wizard(state_of_file(path, AMAZON)) as pilot:
        await open_policy(pilot)
        await pilot.press("ctrl+u")
        await pilot.type(user)
        await pilot.press("enter")
        await pilot.until_text("IAM user")
        administrator.create_user(UserName=user)
        await pilot.press("enter")
        await pilot.until_text("Attach this policy", "+{")
        assert administrator.list_user_policies(UserName=user)["PolicyNames"] == []
        await pilot.press("enter")
        await pilot.until_text(f"Attached {NAME} to {user}")
    attached = administrator.get_user_policy(UserName=user, PolicyName=NAME)["PolicyDocument"]
    assert attached == policy.least_privilege(AMAZON)


async def test_without_a_bucket_the_policy_is_neither_written_nor_attached(new_state: WizardState) -> None:
    async with run_wizard(new_state) as pilot:
        await open_policy(pilot)
        await pilot.press("enter", "ctrl+u")
        assert "Enter a bucket name on the Bucket screen first." in pilot.text
        assert not Path(f"{NAME}.json").exists()


async def test_a_file_that_the_policy_replaces_has_a_backup(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    Path(f"{NAME}.json").write_text("precious", encoding="utf-8")
    async with run_wizard(new_state) as pilot:
        await open_policy(pilot)
        await pilot.press("enter")
        await pilot.until_text("Previous version saved as", f"{NAME}.json.bak. Next, run:", "--policy-document")
    assert Path(f"{NAME}.json.bak").read_text(encoding="utf-8") == "precious"


async def test_the_policy_does_not_replace_the_settings_file(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    new_state.path = Path(f"{NAME}.json")
    async with run_wizard(new_state) as pilot:
        await open_policy(pilot)
        await pilot.press("enter")
        await pilot.until_text("is the settings file itself")
    assert not new_state.path.exists()


async def test_an_error_while_writing_the_policy_is_shown(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    Path(f"{NAME}.json").mkdir()
    async with run_wizard(new_state) as pilot:
        await open_policy(pilot)
        await pilot.press("enter")
        await pilot.until_text("was not saved: it is a")


@pytest.fixture
async def dialog(new_state: WizardState, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WizardPilot]:
    """The dialog, which waits for IAM about the user `registry`; IAM does not answer."""
    monkeypatch.setattr("wizard.tui.screens.policy.run_in_thread", lambda *_: None)
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await open_policy(pilot)
        await pilot.press("ctrl+u")
        await pilot.type("registry")
        await pilot.press("enter")
        await pilot.until_text("Looking up registry")
        yield pilot


async def test_a_user_that_has_the_policy_already_is_not_changed(dialog: WizardPilot) -> None:
    dialog.screen.post_message(PolicyRead("registry", policy.least_privilege(AMAZON)))
    await dialog.until_text("the user registry already has this policy.", "F5 Attach")


async def test_the_question_names_the_user_and_the_account(dialog: WizardPilot) -> None:
    dialog.screen.post_message(PolicyRead("registry", None, owner="the user arn:aws:iam::1:user/registry (account 1)"))
    await dialog.until_text("Attach this policy to the user", "arn:aws:iam::1:user/registry", "(account")


async def test_an_error_while_attaching_the_policy_is_shown(dialog: WizardPilot) -> None:
    dialog.screen.post_message(PolicyRead("registry", None))
    await dialog.until_text("Attach this policy")
    await dialog.press("enter")
    await dialog.until_text("Attaching the policy")
    dialog.screen.post_message(PolicyAttached("registry", "You need iam:PutUserPolicy."))
    await dialog.until_text("You need iam:PutUserPolicy.", "Review changes")


async def test_esc_returns_to_the_policy_and_then_to_the_step(dialog: WizardPilot) -> None:
    await dialog.press("escape")
    assert "F5 Attach" in dialog.text
    dialog.screen.post_message(PolicyRead("registry", None))
    await dialog.settle()
    assert "Attach this policy" not in dialog.text
    await dialog.press("down", "escape")
    assert dialog.screen is dialog.app.step_screen


async def test_the_policy_of_another_user_is_dropped(dialog: WizardPilot) -> None:
    """Its answer may arrive after Esc, while IAM is asked about the next user."""
    dialog.screen.post_message(PolicyRead("another", None))
    await dialog.settle()
    assert "Looking up registry" in dialog.text
    dialog.screen.post_message(PolicyRead("registry", None))
    await dialog.until_text("Attach this policy")


async def test_a_late_answer_does_not_ask_again_while_the_policy_is_attached(dialog: WizardPilot) -> None:
    """IAM can be asked twice about one user: before Esc, and after it."""
    dialog.screen.post_message(PolicyRead("registry", None))
    await dialog.until_text("Attach this policy")
    await dialog.press("enter")
    await dialog.until_text("Attaching the policy")
    dialog.screen.post_message(PolicyRead("registry", None))
    await dialog.settle()
    assert "Attaching the policy" in dialog.text


async def test_enter_without_a_user_asks_iam_nothing(new_state: WizardState, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.tui.screens.policy.run_in_thread", lambda *_: pytest.fail("IAM was asked"))
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await open_policy(pilot)
        await pilot.press("ctrl+u", "enter")
        await pilot.type("  ")
        await pilot.press("enter")
        assert "Uses your own AWS CLI credentials" in pilot.text


@pytest.mark.sample
@pytest.mark.parametrize("mode", _KEYS)
async def test_the_keys_fit_into_the_dialog_on_a_terminal_of_80_columns(new_state: WizardState, mode: _Mode) -> None:
    async with run_wizard(new_state) as pilot:
        await open_policy(pilot)
        block = pilot.screen.query_one("#policy-keys", TextBlock)
        assert 0 < key_row(_KEYS[mode]).cell_length <= block.size.width


async def test_the_bucket_and_the_keys_are_in_view_at_60_by_18(new_state: WizardState) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state, (60, 18)) as pilot:
        await open_policy(pilot)
        assert "IAM policy for bucket images" in pilot.text
        assert pilot.lines[-1].strip().startswith("Enter Save to file   F5 Attach   F6 DTR policy   Esc Back")
        await pilot.press("f6")
        assert "F6 Minimal" in pilot.lines[-1]


@pytest.mark.sample
@pytest.mark.parametrize(("key", "is_at_top"), [("pagedown", False), ("pageup", True)])
async def test_the_policy_scrolls_by_pages(new_state: WizardState, key: str, is_at_top: bool) -> None:
    new_state.settings = AMAZON
    async with run_wizard(new_state) as pilot:
        await open_policy(pilot)
        await pilot.press("pagedown", key)
        scroll = pilot.screen.query_one(".dialog-text")
        assert (scroll.scroll_y == 0) == is_at_top


async def test_on_minio_the_commands_are_those_of_mc(new_state: WizardState) -> None:
    new_state.settings = AMAZON.replace({"provider": "minio", "regionendpoint": "http://minio.example:9000"})
    async with run_wizard(new_state) as pilot:
        await open_policy(pilot)
        assert "F5 Attach" not in pilot.text
        await pilot.press("f5", "enter")
        await pilot.until_text(
            f"mc admin policy create ALIAS {NAME}", f"mc admin policy attach ALIAS {NAME} --user USER"
        )
        assert "aws iam" not in pilot.text


async def test_the_commands_of_minio_are_in_view_at_60_by_18(new_state: WizardState) -> None:
    new_state.settings = AMAZON.replace({"provider": "minio", "regionendpoint": "http://minio.example:9000"})
    async with run_wizard(new_state, (60, 18)) as pilot:
        await open_policy(pilot)
        await pilot.press("enter")
        await pilot.until_text("mc admin policy attach", "--user USER")


async def test_on_a_store_with_policies_of_its_own_no_command_is_offered(new_state: WizardState) -> None:
    new_state.settings = AMAZON.replace({"provider": "wasabi", "regionendpoint": "https://s3.wasabisys.com"})
    async with run_wizard(new_state) as pilot:
        await open_policy(pilot)
        await pilot.until_text("this store may need a different format")
        await pilot.press("enter")
        await pilot.until_text(f"Saved {NAME}.json.")
        assert "Next, run" not in pilot.text


async def test_the_policy_is_named_after_the_registry(new_state: WizardState) -> None:
    new_state.settings = AMAZON.replace({"registry": "harbor"})
    async with run_wizard(new_state) as pilot:
        await open_policy(pilot)
        await pilot.press("enter")
        await pilot.until_text("Saved HarborStoragePerms.json.")


@pytest.mark.parametrize(("registry", "can_switch"), [("dtr", True), ("harbor", False)])
async def test_the_documented_policy_is_shown_only_for_the_registry_that_has_one(
    new_state: WizardState, registry: str, can_switch: bool
) -> None:
    new_state.settings = AMAZON.replace({"registry": registry})
    async with run_wizard(new_state) as pilot:
        await open_policy(pilot)
        assert ("F6 DTR policy" in pilot.lines[-1]) is can_switch
        await pilot.press("f6")
        assert ("The policy from the DTR docs." in pilot.text) is can_switch
        assert ("F6 Minimal" in pilot.lines[-1]) is can_switch
