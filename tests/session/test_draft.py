"""A draft keeps unsaved input, without keys, until it was saved, discarded or undone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.support.command_line import environment
from tests.support.files import OTHER_USER
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Settings
from wizard.session import draft
from wizard.session.draft import Draft, DraftKeeper
from wizard.session.field_message import MessageKind
from wizard.session.importing import TakenOver, take_over_file
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, step_named

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SETTINGS = Settings(
    provider="minio",
    bucket="images",
    accesskey="AKIAIOSFODNN7EXAMPLE",
    secretkey=Secret(SECRET),
    regionendpoint="https://minio.example:9000",
    v4auth=True,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "storage.toml"


@pytest.fixture
def saved(path: Path) -> Path:
    """A settings file that holds `SETTINGS`."""
    config_file.save(path, SETTINGS, None)
    return path


def leave(path: Path, **texts: str) -> None:
    """Enter texts in the fields, and leave without saving: a draft is kept."""
    state = WizardState.open(path)
    for name, text in texts.items():
        state.enter_text(name, text)
    assert draft.update_on_exit(state).startswith(draft.SAVED_NOTICE)


def find(path: Path) -> Draft:
    found = draft.find(path)
    assert found is not None
    return found


def resume(path: Path) -> WizardState:
    """Start again and resume the draft."""
    state = WizardState.open(path)
    find(path).resume(state)
    return state


def draft_file() -> Path:
    (file,) = Path("~/.local/state/storage-wizard").expanduser().glob("draft-*.toml")
    return file


# What a draft holds


def test_a_draft_holds_the_settings_without_keys_and_the_step(path: Path) -> None:
    state = WizardState.open(path)
    state.settings, state.current_step = SETTINGS, "endpoint"
    assert draft.update_on_exit(state).startswith(draft.SAVED_NOTICE)
    found = find(path)
    assert found.settings == SETTINGS.replace({"accesskey": "", "secretkey": Secret()})
    assert (found.current_step, found.left_out) == ("endpoint", ())
    assert (found.typed_keys, found.file_keys) == (("accesskey", "secretkey"), ())


def test_only_its_owner_can_read_a_draft(path: Path) -> None:
    leave(path, bucket="images")
    assert draft_file().stat().st_mode & 0o7777 == 0o600


@pytest.mark.parametrize("name", [name for name in DECLARATIONS if name not in ("registry", "provider")])
def test_a_draft_holds_no_key_in_whatever_field_it_was_typed(path: Path, name: str) -> None:
    texts = {"secretkey": SECRET, "accesskey": "AKIAIOSFODNN7EXAMPLE"}
    texts |= {name: SECRET} if name != "secretkey" else {}
    leave(path, **texts)
    text = draft_file().read_text(encoding="utf-8")
    assert SECRET[:8] not in text
    assert "AKIA" not in text


def test_a_draft_holds_no_key_of_the_settings_file(saved: Path) -> None:
    leave(saved, bucket="others")
    text = draft_file().read_text(encoding="utf-8")
    assert SECRET not in text
    assert "AKIA" not in text


@pytest.mark.parametrize(
    "text", ["https://user:canary-word@minio:9000", "user:canary-word@minio", "https://canary-word@minio:9000"]
)
@pytest.mark.parametrize("is_parsed", [True, False])
def test_a_draft_holds_no_credentials_of_an_endpoint(path: Path, text: str, is_parsed: bool) -> None:
    state = WizardState.open(path)
    state.enter_text("bucket", "images")
    if is_parsed:
        state.enter_text("regionendpoint", text)
    else:
        state.settings = state.settings.replace({"regionendpoint": text})
    assert draft.update_on_exit(state).startswith(draft.SAVED_NOTICE)
    assert "canary" not in draft_file().read_text(encoding="utf-8")
    assert find(path).left_out == ("regionendpoint",)


def test_a_text_that_is_not_a_value_is_not_kept_and_asked_for_again(path: Path) -> None:
    leave(path, bucket="images", chunksize="ten-canary")
    assert "canary" not in draft_file().read_text(encoding="utf-8")
    state = resume(path)
    assert (state.settings.bucket, state.field_text("chunksize")) == ("images", "10 MiB")
    assert "Enter this again" in state.message("chunksize").text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bucket", "My bucket"),
        ("region", "a b"),
        ("rootdirectory", "/a/../b"),
        ("regionendpoint", "http://minio.example:99999"),
        ("storageclass", "COLD"),
        ("keyid", "no key"),
    ],
)
def test_a_text_that_the_rules_refuse_is_kept(path: Path, name: str, text: str) -> None:
    leave(path, **{name: text})
    assert find(path).left_out == ()
    state = resume(path)
    assert state.settings.value(name) == text
    assert "Enter this again" not in state.message(name).text


def test_a_text_that_no_file_can_hold_loses_nothing_else(path: Path) -> None:
    leave(path, bucket="images", region="\udc80")
    assert (find(path).settings.bucket, find(path).left_out) == ("images", ("region",))


def test_the_notice_names_the_fields_that_a_draft_does_not_keep(path: Path) -> None:
    state = WizardState.open(path)
    state.enter_text("bucket", SECRET)
    left_out = "Not in the draft, because it is not valid or looks like a key: Bucket."
    assert draft.update_on_exit(state) == f"{draft.SAVED_NOTICE} {left_out}"


def test_a_field_that_was_not_kept_says_so_before_its_problem(path: Path) -> None:
    leave(path, bucket=SECRET)
    assert resume(path).message("bucket").text.startswith("Enter this again: the draft did not keep it. ")


def test_a_step_with_a_field_to_enter_again_is_resumed_first_and_not_complete(path: Path) -> None:
    state = WizardState.open(path)
    state.enter_text("bucket", "images")
    state.enter_text("region", SECRET)
    state.current_step = "save"
    draft.update_on_exit(state)
    step, again = step_named("bucket"), resume(path)
    assert (again.current_step, again.first_to_enter_again(step)) == ("bucket", "region")
    assert not again.is_complete(step)
    again.enter_text("region", "eu-west-1")
    assert again.is_complete(step)


@pytest.mark.parametrize("name", ["accesskey", "secretkey"])
def test_a_key_that_was_typed_and_replaced_is_recognized(path: Path, name: str) -> None:
    state = WizardState.open(path)
    state.set_value("provider", "other")
    for length in range(1, len("correcthorsebattery") + 1):  # key by key, and taken back
        state.enter_text(name, "correcthorsebattery"[:length])
    for text in ("correct", "", "me"):
        state.enter_text(name, text)
    state.enter_text("region", "correcthorsebattery")
    draft.update_on_exit(state)
    assert "horse" not in draft_file().read_text(encoding="utf-8")
    assert find(path).left_out == ("region",)


# Resuming


def test_resuming_restores_the_input_and_asks_for_the_keys(path: Path) -> None:
    leave(path, bucket="images", accesskey="me", secretkey=SECRET)
    state = resume(path)
    assert (state.settings.bucket, state.settings.accesskey, state.settings.secretkey) == ("images", "", Secret())
    assert_asked_for(state, "accesskey", "secretkey")


def test_a_step_after_the_missing_keys_is_not_resumed(path: Path) -> None:
    state = WizardState.open(path)
    state.enter_text("secretkey", SECRET)
    state.current_step = "validate"
    draft.update_on_exit(state)
    assert resume(path).current_step == "keys"


def test_keys_that_are_asked_for_are_not_taken_for_blank_ones(saved: Path) -> None:
    leave(saved, accesskey="AKIAI44QH8DHBEXAMPLE", secretkey="another-secret-key")
    state = resume(saved)
    assert state.first_problem(step_named("keys")) == "accesskey"
    state.enter_text("accesskey", "AKIAI44QH8DHBEXAMPLE")
    assert_asked_for(state, "secretkey")
    state.enter_text("secretkey", "")
    assert_asked_for(state)


def test_keys_of_the_file_are_not_asked_for(saved: Path) -> None:
    leave(saved, bucket="others")
    state = resume(saved)
    assert state.settings == SETTINGS.replace({"bucket": "others"})
    assert_asked_for(state)


def test_keys_of_a_file_that_was_changed_meanwhile_are_the_new_pair(saved: Path) -> None:
    leave(saved, bucket="others")
    new = SETTINGS.replace({"accesskey": "AKIAI44QH8DHBEXAMPLE", "secretkey": Secret("another-secret-key")})
    config_file.save(saved, new, None)
    assert resume(saved).settings == new.replace({"bucket": "others"})


def test_keys_of_a_file_that_is_gone_are_asked_for(saved: Path) -> None:
    leave(saved, bucket="others")
    saved.unlink()
    assert_asked_for(resume(saved), "accesskey", "secretkey")


def test_a_new_secret_is_asked_for_and_not_replaced_by_that_of_the_file(saved: Path) -> None:
    leave(saved, secretkey="another-secret-key")
    state = resume(saved)
    assert (state.settings.accesskey, state.settings.secretkey) == (SETTINGS.accesskey, Secret())
    assert_asked_for(state, "secretkey")


def test_the_secret_of_the_file_is_not_used_with_a_new_access_key(saved: Path) -> None:
    leave(saved, accesskey="AKIAI44QH8DHBEXAMPLE")
    state = resume(saved)
    assert (state.settings.accesskey, state.settings.secretkey) == ("", Secret())
    assert_asked_for(state, "accesskey", "secretkey")


def test_a_draft_without_notes_on_the_keys_asks_for_both(saved: Path) -> None:
    leave(saved, bucket="others")
    file = draft_file()
    text = file.read_text(encoding="utf-8").replace("typed_keys = []\n", "lacks_secret = false\n")
    file.write_text(text.replace('file_keys = [\n    "accesskey",\n    "secretkey",\n]\n', ""), encoding="utf-8")
    assert_asked_for(resume(saved), "accesskey", "secretkey")


def test_keys_that_were_removed_stay_removed(saved: Path) -> None:
    leave(saved, accesskey="", secretkey="")
    state = resume(saved)
    assert (state.settings.accesskey, state.settings.secretkey) == ("", Secret())
    assert_asked_for(state)


def test_a_draft_that_is_left_again_still_asks_for_the_keys(saved: Path) -> None:
    leave(saved, secretkey="another-secret-key")
    for _ in range(2):
        state = resume(saved)
        assert draft.update_on_exit(state).startswith(draft.SAVED_NOTICE)
        assert_asked_for(resume(saved), "secretkey")


def assert_asked_for(state: WizardState, *names: str) -> None:
    """Nothing can be saved before exactly these keys were entered."""
    assert set(state.invalid_input) == set(names)
    for name in names:
        message = state.message(name)
        key = {"accesskey": "access key", "secretkey": "secret key"}[name]
        assert (message.kind, message.text) == (MessageKind.ERROR, f"Enter the {key} again: drafts don't store keys.")


# Which draft


def test_each_settings_file_has_a_draft_of_its_own(path: Path) -> None:
    leave(path, bucket="images")
    assert draft.find(path.with_name("other.toml")) is None


def test_a_draft_of_another_file_with_the_same_name_of_its_draft_is_ignored(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft, "_file_name", lambda _: "draft-00000000.toml")
    leave(path, bucket="images")
    assert draft.find(path) is not None
    assert draft.find(path.with_name("other.toml")) is None


@pytest.mark.parametrize(
    "text", ["", "x", "version = 9", "[draft]\nstep = 5\ntexts = 3", "[storage]\ntype = 1", 'draft = "x"']
)
def test_an_invalid_draft_is_ignored(path: Path, text: str) -> None:
    leave(path, bucket="images")
    draft_file().write_text(text, encoding="utf-8")
    assert draft.find(path) is None


def test_invalid_parts_of_a_draft_are_ignored(path: Path) -> None:
    leave(path, bucket="images", chunksize="ten")
    file = draft_file()
    text = (
        file.read_text(encoding="utf-8").replace('step = "storage"', "step = 5").replace('"chunksize"', '"other", []')
    )
    file.write_text(text.replace('accesskey = ""', 'accesskey = "me"'), encoding="utf-8")
    found = find(path)
    assert (found.current_step, found.left_out, found.settings.bucket) == (STEPS[0].id, (), "images")
    assert found.settings.accesskey == ""


# When a draft is kept and deleted


def test_no_draft_is_kept_without_unsaved_input(saved: Path) -> None:
    assert not draft.update_on_exit(WizardState.open(saved))
    assert draft.find(saved) is None


def test_saving_deletes_the_draft(path: Path) -> None:
    leave(path, bucket="images")
    state = resume(path)
    assert state.save()
    assert not draft.update_on_exit(state)
    assert draft.find(path) is None


def test_a_resumed_draft_whose_changes_were_undone_is_deleted(saved: Path) -> None:
    leave(saved, bucket="others")
    state = resume(saved)
    state.enter_text("bucket", "images")
    assert not draft.update_on_exit(state)
    assert draft.find(saved) is None


def test_a_resumed_draft_is_replaced_by_later_input(saved: Path) -> None:
    leave(saved, bucket="others")
    state = resume(saved)
    state.enter_text("bucket", "third")
    assert draft.update_on_exit(state)
    assert find(saved).settings.bucket == "third"


def test_a_draft_that_was_neither_resumed_nor_discarded_is_kept(saved: Path) -> None:
    leave(saved, bucket="others")
    assert not draft.update_on_exit(WizardState.open(saved))
    assert find(saved).settings.bucket == "others"


def test_a_draft_can_be_discarded(path: Path) -> None:
    leave(path, bucket="images")
    draft.delete(path)
    draft.delete(path)  # no error if there is none
    assert draft.find(path) is None


def test_a_demo_keeps_no_draft(path: Path) -> None:
    state = WizardState.open(path)
    state.start_demo(SETTINGS)
    state.enter_text("bucket", "others")
    assert not draft.update_on_exit(state)
    assert draft.find(path) is None


# When no draft can be kept


def with_input(path: Path, bucket: str = "images") -> WizardState:
    state = WizardState.open(path)
    state.enter_text("bucket", bucket)
    return state


def assert_lost(state: WizardState, reason: str) -> None:
    """The reason is known before leaving, and is printed after it."""
    assert draft.obstacle(state).startswith(reason)
    assert draft.update_on_exit(state).startswith(f"Your entries are lost: no draft could be saved. {reason}")


def test_it_is_known_before_leaving_that_a_draft_will_be_kept(path: Path) -> None:
    assert draft.obstacle(with_input(path)) == ""


def test_a_state_folder_that_cannot_be_created_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    assert_lost(with_input(path), "Nothing is stored in /dev/null")


def test_a_home_folder_that_does_not_exist_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")
    assert_lost(with_input(path), "Nothing is stored in /nonexistent")
    assert not Path("/nonexistent").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can create a folder of another user")
def test_the_home_folder_of_another_user_is_named_and_left_alone(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, OTHER_USER, OTHER_USER)
    monkeypatch.setenv("HOME", str(home))
    assert_lost(with_input(path), f"Nothing is stored in {home} because it is owned by ")
    assert list(home.iterdir()) == []


def test_a_user_without_a_home_folder_is_informed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", fail)
    assert_lost(with_input(path), "This user has no home folder")
    assert draft.find(path) is None
    draft.delete(path)
    assert list(path.parent.iterdir()) == []


def test_input_that_could_not_be_read_again_is_not_kept(path: Path) -> None:
    state = with_input(path)
    state.set_value("encrypt", True)
    state.enter_text("keyid", "alias/" + "key-" * 20_000)
    assert_lost(state, "The draft would be larger than 64 KiB.")
    assert draft.find(path) is None


def test_a_demo_promises_no_draft(path: Path) -> None:
    state = WizardState.open(path)
    state.start_demo(SETTINGS)
    assert draft.obstacle(state) == "The demo saves no draft."


def test_a_draft_is_kept_although_the_current_folder_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    state = with_input(Path("storage.toml"))
    folder.rmdir()
    assert draft.update_on_exit(state).startswith(draft.SAVED_NOTICE)
    assert not state.save()
    assert find(folder / "storage.toml").settings.bucket == "images"
    state.initial_settings = state.settings
    state.has_resumed = True
    assert draft.update_on_exit(state) == ""
    assert draft.find(folder / "storage.toml") is None


# Signals

SIGNALLED = """
import os, signal, sys
from pathlib import Path
from wizard.session import draft
from wizard.session.state import WizardState

def signalled_replace(*arguments, _replace=os.replace):
    for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT, signal.SIGINT):
        os.kill(os.getpid(), number)
    return _replace(*arguments)

os.replace = signalled_replace
state = WizardState.open(Path("storage.toml"))
state.enter_text("bucket", "images")
kept = draft.update_on_exit(state) == draft.SAVED_NOTICE
numbers = (signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT, signal.SIGINT)
print(kept, [signal.getsignal(number) for number in numbers] == [signal.SIG_DFL] * 3 + [signal.default_int_handler])
"""


def test_a_draft_is_written_although_the_signals_of_a_closing_session_arrive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = subprocess.run(
        [sys.executable, "-c", SIGNALLED],
        env=environment({}),
        stdout=subprocess.PIPE,
        text=True,
        timeout=30,
        check=False,
    )
    assert result.returncode == 0, signal.Signals(-result.returncode)
    assert result.stdout == "True True\n"
    assert find(Path("storage.toml")).settings.bucket == "images"


def test_a_draft_keeps_where_the_settings_were_imported_from(path: Path) -> None:
    state = WizardState.open(path)
    source = config_file.ImportedFrom("/etc/config.yml", "distribution-2")
    state.start_from(TakenOver(SETTINGS, (), "distribution-2", source))
    assert draft.update_on_exit(state).startswith(draft.SAVED_NOTICE)
    again = WizardState.open(path)
    find(path).resume(again)
    assert again.source == source


@pytest.mark.parametrize("is_there", [True, False])
def test_a_draft_of_an_import_is_compared_with_the_file_as_it_is_now(path: Path, is_there: bool) -> None:
    file = path.with_name("config.yml")
    file.write_text("storage: {s3: {bucket: old, region: us-east-1, accesskey: me, secretkey: canary}}\n")
    state = WizardState.open(path)
    state.start_from(take_over_file(file, lambda _: None))
    state.enter_text("bucket", "new")
    draft.update_on_exit(state)
    assert "canary" not in draft_file().read_text(encoding="utf-8")
    if not is_there:
        file.unlink()
    again = resume(path)
    before = again.settings_before
    assert (before.bucket if before else None) == ("old" if is_there else None)
    assert any('Images in "old" are not moved to "new"' in remark for remark in again.image_remarks()) is is_there


# While the wizard runs


def kept(state: WizardState) -> DraftKeeper:
    """A keeper that has kept what is entered."""
    keeper = DraftKeeper(state)
    keeper.keep()
    keeper.end()
    return keeper


def test_what_is_entered_is_kept_before_the_exit(path: Path) -> None:
    state = WizardState.open(path)
    kept(state)
    assert draft.find(path) is None
    state.enter_text("bucket", "images")
    state.enter_text("secretkey", SECRET)
    kept(state)
    assert find(path).settings.bucket == "images"
    assert SECRET not in draft_file().read_text(encoding="utf-8")
    assert draft_file().stat().st_mode & 0o7777 == 0o600


def test_the_latest_of_several_drafts_is_kept(path: Path) -> None:
    state = WizardState.open(path)
    keeper = DraftKeeper(state)
    for number in range(20):
        state.enter_text("bucket", f"images-{number}")
        keeper.keep()
    keeper.end()
    assert find(path).settings.bucket == "images-19"


def test_an_interrupt_while_a_draft_is_passed_on_is_no_crash(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_thread: threading.Thread) -> None:
        raise KeyboardInterrupt

    state = WizardState.open(path)
    state.enter_text("bucket", "images")
    keeper = DraftKeeper(state)
    monkeypatch.setattr(threading.Thread, "start", interrupt)
    with pytest.raises(KeyboardInterrupt):
        keeper.keep()
    keeper.end()
    assert draft.update_on_exit(state)
    assert find(path).settings.bucket == "images"


def test_what_was_saved_needs_no_draft(path: Path) -> None:
    state = WizardState.open(path)
    state.enter_text("bucket", "images")
    keeper = kept(state)
    assert state.save()
    keeper.keep()
    keeper.end()
    assert draft.find(path) is None


def test_a_draft_that_was_not_resumed_is_not_deleted(path: Path) -> None:
    leave(path, bucket="images")
    kept(WizardState.open(path))
    assert find(path).settings.bucket == "images"


def test_a_demo_keeps_no_draft_while_it_runs(path: Path) -> None:
    state = WizardState.open(path)
    state.start_demo(SETTINGS)
    state.enter_text("region", "eu-west-1")
    kept(state)
    assert draft.find(path) is None


def test_a_folder_that_cannot_be_used_ends_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/nowhere")
    state = WizardState.open(path)
    state.enter_text("bucket", "images")
    kept(state)
    assert "lost" in draft.update_on_exit(state)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, ""),
        (
            {"region": "eu-west-1"},
            "The settings file was changed since then: the draft replaces what it holds now, and Save shows how.",
        ),
    ],
)
def test_a_settings_file_that_was_changed_since_then_is_named(
    saved: Path, change: dict[str, str], sentence: str
) -> None:
    leave(saved, bucket="others")
    config_file.save(saved, SETTINGS.replace(change), None)
    state = WizardState.open(saved)
    assert find(saved).change_of_file(state.saved) == sentence


def test_a_settings_file_that_appeared_since_then_is_named(path: Path) -> None:
    leave(path, bucket="images")
    config_file.save(path, SETTINGS, None)
    assert "was changed since then" in find(path).change_of_file(WizardState.open(path).saved)
