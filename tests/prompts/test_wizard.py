"""The line prompts ask for the settings, validate them and save them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.prompts.conversation import CANARY, answer, answer_until_validation, line_prompts
from tests.registry.exercise import configured_registry
from tests.registry.registries import DISTRIBUTION_3
from tests.registry.verify_rows import HTPASSWD
from tests.support.certificates import Certificates
from tests.support.faults import deny
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.ports import closed_port
from tests.support.registry_front import front_of
from tests.support.terminals import Terminal
from tests.support.verification import PASSWORD, USER
from wizard.checks.all_checks import S3_CHECKS
from wizard.config import file as config_file
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.settings import Settings
from wizard.prompts.console import Console
from wizard.prompts.wizard import PromptWizard
from wizard.session import draft
from wizard.session.state import WizardState
from wizard.validation.results import Report, Result, Status


@pytest.fixture(autouse=True)
def _state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def leave_draft(path: Path, settings: Settings, step: str) -> None:
    """Leave the wizard at a step without saving."""
    state = WizardState.open(path)
    state.settings, state.current_step = settings, step
    assert draft.update_on_exit(state) == draft.SAVED_NOTICE


# From the first question to the saved file


def test_settings_that_pass_are_saved(store: LiveStore, tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer_until_validation(screen, store)
        screen.wait_for("Validation passed")
        assert b"  ok    Delete objects" in screen.stream
        answer(screen, "Save as storage.toml?")
        answer(screen, "Verify the registry now")
        assert screen.wait_for_exit() == 0
        assert b"storage.toml saved (readable only by you, mode 0600)." in screen.stream
        assert b"Run the same setup without questions (secret key on stdin):" in screen.stream
        assert b"\x1b" not in screen.stream
        assert store.secret_key.encode() not in screen.stream
    file = config_file.load(tmp_path / "storage.toml")
    assert file.settings.bucket == store.bucket
    assert file.validation is not None
    assert file.validation.passed
    assert draft.find(tmp_path / "storage.toml") is None


@pytest.mark.ci_only
def test_a_file_that_others_can_read_is_reported_before_and_after_saving(store: LiveStore, tmp_path: Path) -> None:
    path = tmp_path / "storage.toml"
    config_file.save(path, store.settings(), None)
    path.chmod(0o644)
    with line_prompts(tmp_path) as screen:
        for _ in range(12):
            answer(screen, "]: ")
        answer(screen, "Show 7 more settings")
        screen.wait_for("Other users can read it (mode 0644) now; saving makes it private (0600).")
        answer(screen, "Save as storage.toml?")
        answer(screen, "Verify the registry now")
        assert screen.wait_for_exit() == 0
        assert b"Note: Until now other users could read it (mode 0644)" in screen.stream


@pytest.mark.ci_only
def test_the_demo_needs_only_enter(tmp_path: Path) -> None:
    with line_prompts(tmp_path, "--demo") as screen:
        screen.wait_for("Saving writes demo-storage.toml here, and\r\nnothing else.")
        for _ in range(12):
            answer(screen, "]: ")
        answer(screen, "Show 7 more settings")
        screen.wait_for("Validation passed")
        answer(screen, "Save as demo-storage.toml?")
        assert screen.wait_for_exit() == 0
        assert b"To configure a real store, run:\r\nstorage-wizard\r\n" in screen.stream


def test_a_folder_has_fewer_questions(tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer(screen, "Registry [dtr]: ")
        answer(screen, "Storage [aws]: ", "filesystem")
        screen.wait_for("Step 2 of 4: Folder")
        screen.wait_for("Choose the folder for your images")
        screen.wait_for("The registry's container image mounts its volume here.")
        answer(screen, "Root directory [/var/lib/registry]: ", str(tmp_path))
        screen.wait_for("Validation passed")
        answer(screen, "Save as storage.toml?")
        answer(screen, "Verify the registry now")
        assert screen.wait_for_exit() == 0


def test_more_settings_are_asked_for_on_request(store: LiveStore, tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", store.settings(), None)
    with line_prompts(tmp_path) as screen:
        for _ in range(12):
            answer(screen, "]: ")
        answer(screen, "Show 7 more settings", "<")
        answer(screen, "Redirect pulls [on]: ")
        answer(screen, "Show 7 more settings", "y")
        answer(screen, "Encryption [off]: ")
        screen.wait_for("KMS key [")


@pytest.mark.ci_only
def test_the_questions_can_be_changed_after_validation(store: LiveStore, tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", store.settings(), None)
    with line_prompts(tmp_path) as screen:
        for _ in range(12):
            answer(screen, "]: ")
        answer(screen, "Show 7 more settings")
        answer(screen, "Save as storage.toml? [Y/n, < back] ", "<")
        answer(screen, "Show 7 more settings", "<")
        screen.wait_for("Redirect pulls [on]: ")


# A failed validation


def test_a_failed_validation_can_be_saved_anyway(tmp_path: Path) -> None:
    with FaultyStore(deny("PutObject")) as server:
        config_file.save(tmp_path / "storage.toml", server.settings(), None)
        with line_prompts(tmp_path) as screen:
            for _ in range(12):
                answer(screen, "]: ")
            answer(screen, "Show 7 more settings")
            screen.wait_for("Validation FAILED")
            answer(screen, "[s] save anyway", "s")
            answer(screen, "Save without passing validation? [y/N] ")
            answer(screen, "[s] save anyway", "s")
            answer(screen, "Save without passing validation? [y/N] ", "y")
            answer(screen, "Save as storage.toml?")
            answer(screen, "Verify the registry now")
            assert screen.wait_for_exit() == 0
    validation = config_file.load(tmp_path / "storage.toml").validation
    assert validation is not None
    assert not validation.passed


def test_a_fix_is_applied_by_its_number_and_the_settings_are_validated_again(tmp_path: Path, store: LiveStore) -> None:
    config_file.save(tmp_path / "storage.toml", store.settings(bucket=f"{store.bucket}-missing"), None)
    with line_prompts(tmp_path) as screen:
        for _ in range(12):
            answer(screen, "]: ")
        answer(screen, "Show 7 more settings")
        screen.wait_for("[1] Create the bucket in us-east-1.")
        answer(screen, "[q] quit: ", "0001000")  # neither a number of the list nor another answer
        answer(screen, "[q] quit: ", "1")
        screen.wait_for("Validation passed")


def test_a_fix_that_several_checks_offer_is_listed_once(tmp_path: Path) -> None:
    state = WizardState(tmp_path / "storage.toml", Settings(bucket="images"))
    on, style = Fix("Turn V4 auth on.", {"v4auth": True}), Fix("Turn it off.", {"forcepathstyle": False})
    fixes = (on, Fix("Ask the administrator of the store."), None, style, on)
    findings = [Finding(Cause.V4_REQUIRED, "It failed.", fix=fix) for fix in fixes]
    results = [Result(check, Status.FAILED, 0.0, each) for check, each in zip(S3_CHECKS, findings, strict=False)]
    state.last_report = Report(state.settings, tuple(results), 0.0)
    offered = PromptWizard(state, Console(is_ascii=False))._offered_fixes()
    assert [fix for _, fix in offered] == [on, style]


def test_the_fix_of_a_failure_comes_first_and_that_of_a_warning_is_named_as_such(tmp_path: Path) -> None:
    state = WizardState(tmp_path / "storage.toml", Settings(bucket="images"))
    on, style = Fix("Turn V4 auth on.", {"v4auth": True}), Fix("Turn it off.", {"forcepathstyle": False})
    warning = Result(S3_CHECKS[0], Status.WARNING, 0.0, Finding(Cause.ADVICE, "It is slow.", fix=style))
    failure = Result(S3_CHECKS[1], Status.FAILED, 0.0, Finding(Cause.V4_REQUIRED, "It failed.", fix=on))
    prompts = PromptWizard(state, Console(is_ascii=False))
    state.last_report = Report(state.settings, (warning, failure), 0.0)
    assert prompts._offered_fixes() == [(failure, on), (warning, style)]
    assert prompts._options([Status.FAILED, Status.WARNING], "")["1-2"] == "apply a fix"
    options = prompts._options([Status.WARNING], "bucket")
    assert list(options.items())[:2] == [("e", "edit Bucket"), ("1", "apply the fix of a warning")]


@pytest.mark.ci_only
def test_a_bucket_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    with FaultyStore(deny("CreateBucket")) as server:
        config_file.save(tmp_path / "storage.toml", server.settings(bucket="denied-bucket"), None)
        with line_prompts(tmp_path) as screen:
            for _ in range(12):
                answer(screen, "]: ")
            answer(screen, "Show 7 more settings")
            answer(screen, "[q] quit: ", "1")
            screen.wait_for("The bucket was not created. ")


def test_a_bucket_that_is_created_is_reported(tmp_path: Path, store: LiveStore) -> None:
    config_file.save(tmp_path / "storage.toml", store.settings(bucket=f"{store.bucket}-new"), None)
    with line_prompts(tmp_path) as screen:
        for _ in range(12):
            answer(screen, "]: ")
        answer(screen, "Show 7 more settings")
        answer(screen, "[q] quit: ", "1")
        screen.wait_for("The bucket was created.")


@pytest.mark.sample
@pytest.mark.parametrize(("text", "then"), [("", "Validation FAILED"), ("<", "Show 7 more settings"), ("q", "")])
def test_a_failed_validation_can_be_repeated_left_or_changed(text: str, then: str, tmp_path: Path) -> None:
    with FaultyStore(deny("PutObject")) as server:
        config_file.save(tmp_path / "storage.toml", server.settings(), None)
        with line_prompts(tmp_path) as screen:
            for _ in range(12):
                answer(screen, "]: ")
            answer(screen, "Show 7 more settings")
            answer(screen, "[q] quit: ", text)
            if then:
                screen.wait_for(then)
            else:
                assert screen.wait_for_exit() == 130


def test_one_answer_leads_to_the_question_that_is_wrong_and_validates_again(store: LiveStore, tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", store.settings(bucket=f"{store.bucket}-missing"), None)
    with line_prompts(tmp_path) as screen:
        for _ in range(12):
            answer(screen, "]: ")
        answer(screen, "Show 7 more settings")
        screen.wait_for('Failed: Bucket "')
        answer(screen, "[e] edit Bucket  ", "e")
        answer(screen, f"Bucket [{store.bucket}-missing]: ", store.bucket)
        screen.wait_for("Validation passed")
        screen.wait_for("Everything the registry needs works")


@pytest.mark.ci_only
def test_a_fix_that_lowers_security_asks_first(tmp_path: Path, certificates: Certificates) -> None:
    with FaultyStore(certificate=certificates.self_signed) as server:
        config_file.save(tmp_path / "storage.toml", server.settings(), None)
        with line_prompts(tmp_path) as screen:
            for _ in range(12):
                answer(screen, "]: ")
            answer(screen, "Show 7 more settings")
            answer(screen, "[q] quit: ", "1")
            answer(screen, "Apply it? [y/N] ")
            answer(screen, "[q] quit: ", "1")
            screen.wait_for("This lowers security. Anyone on the network path can impersonate the store.")
            answer(screen, "Apply it? [y/N] ", "y")
            screen.wait_for("Validation passed")


def test_a_missing_permission_offers_the_policy_first_and_unknown_answers_say_what_is_possible(tmp_path: Path) -> None:
    with FaultyStore(deny("PutObject")) as server:
        config_file.save(tmp_path / "images.toml", server.settings(), None)
        with line_prompts(tmp_path, "-c", "images.toml") as screen:
            for _ in range(12):
                answer(screen, "]: ")
            answer(screen, "Show 7 more settings")
            screen.wait_for("Validation FAILED")
            findings = screen.stream.split(b": Validate")[1].split(b"Validation FAILED")[0].decode().split("\r\n")
            assert max(map(len, findings)) < 80
            answer(screen, "[p] show the policy  [e] edit Access key", "z")
            screen.wait_for("! Enter p, e, Enter, <, s, q or ?.")
            answer(screen, "[q] quit: ", "?")
            screen.wait_for("  s      saves settings that have not passed; asks first")
            answer(screen, "[q] quit: ", "p")
            screen.wait_for("storage-wizard policy -c images.toml")
            screen.wait_for('"s3:PutObject"')
            screen.wait_for(f"arn:aws:s3:::{server.bucket}/")


# Saving


@pytest.mark.ci_only
def test_a_file_that_was_changed_meanwhile_is_overwritten_only_on_the_second_answer(
    store: LiveStore, tmp_path: Path
) -> None:
    path = tmp_path / "storage.toml"
    config_file.save(path, store.settings(), None)
    with line_prompts(tmp_path) as screen:
        for _ in range(12):
            answer(screen, "]: ")
        answer(screen, "Show 7 more settings")
        screen.wait_for("Save as storage.toml?")
        config_file.save(path, store.settings(rootdirectory="/other"), None)
        screen.press(b"\r")
        screen.wait_for("! storage.toml was changed by another program since it was read")
        answer(screen, "Save as storage.toml?")
        answer(screen, "Verify the registry now")
        assert screen.wait_for_exit() == 0
    assert config_file.load(path).settings.rootdirectory == ""


# Verifying the registry


def open_verification(screen: Terminal, folder: Path) -> None:
    """Saves the settings of a folder, and answers yes."""
    answer(screen, "Registry [", "distribution-3")
    answer(screen, "Storage [aws]: ", "filesystem")
    answer(screen, "Root directory [", str(folder))
    answer(screen, "Save as storage.toml?")
    answer(screen, "Verify the registry now? [y/N]", "y")


@pytest.mark.ci_server
def test_a_registry_is_verified_after_saving(tmp_path: Path, certificates: Certificates) -> None:
    images = tmp_path / "images"
    images.mkdir()
    (tmp_path / "htpasswd").write_text(HTPASSWD, encoding="utf-8")
    document = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(images)}, "delete": {"enabled": True}},
        "auth": {"htpasswd": {"realm": "registry", "path": str(tmp_path / "htpasswd")}},
        "http": {},
    }
    with (
        configured_registry(DISTRIBUTION_3.require(), yaml.safe_dump(document)) as address,
        front_of(address, certificate=certificates.good) as url,
        line_prompts(tmp_path) as screen,
    ):
        open_verification(screen, images)
        screen.wait_for("Usually like http://REGISTRY-HOST:5000.")
        answer(screen, "Registry URL []: ", url)
        answer(screen, "User name []: ", USER)
        answer(screen, "Password (not shown) []: ", PASSWORD)
        answer(screen, "CA file []: ", str(certificates.ca))
        screen.wait_for("ok    Delete the image")
        screen.wait_for("The registry works, and keeps its images in this storage.")
        assert screen.wait_for_exit() == 0
        assert PASSWORD.encode() not in screen.stream
    assert [path for path in images.rglob("*") if path.is_file()] == []
    assert PASSWORD not in (tmp_path / "storage.toml").read_text(encoding="utf-8")


def test_a_registry_that_fails_can_be_verified_again_with_the_same_answers(tmp_path: Path) -> None:
    with closed_port() as port, line_prompts(tmp_path) as screen:
        open_verification(screen, tmp_path)
        answer(screen, "Registry URL []: ", "http://me:secret@registry.example")
        answer(screen, "User name []: ")
        answer(screen, "CA file []: ")
        screen.wait_for("! The URL contains an @.")
        answer(screen, "Registry URL []: ", f"http://127.0.0.1:{port}")
        answer(screen, "User name []: ")
        answer(screen, "CA file []: ")
        screen.wait_for("Failed: Connection refused: nothing is listening on ")
        answer(screen, "Verify it again? [y/N]", "y")
        answer(screen, f"Registry URL [http://127.0.0.1:{port}]: ")
        answer(screen, "User name []: ")
        answer(screen, "CA file []: ")
        answer(screen, "Verify it again? [y/N]")
        assert screen.wait_for_exit() == 0


# Drafts


def test_a_draft_is_resumed_at_its_step_and_asks_for_the_keys(store: LiveStore, tmp_path: Path) -> None:
    leave_draft(tmp_path / "storage.toml", store.settings(), "endpoint")
    with line_prompts(tmp_path) as screen:
        answer(screen, "Resume your unsaved draft? [Y/n] ")
        screen.wait_for("enter them again")
        answer(screen, "Access key []: ", store.access_key)
        answer(screen, "Secret key (not shown) []: ")
        screen.wait_for("! Enter the secret key again: drafts don't store keys.")
        answer(screen, "Secret key (not shown) []: ", CANARY)
        screen.wait_for("ends in nary")
        answer(screen, "Region endpoint", "<")
        answer(screen, "Secret key (not shown) [28 characters, ends in nary]: ", "<")
        screen.wait_for("Access key [")


@pytest.mark.ci_only
def test_a_draft_in_which_everything_was_answered_is_validated_at_once(store: LiveStore, tmp_path: Path) -> None:
    leave_draft(tmp_path / "storage.toml", store.settings(), "save")
    with line_prompts(tmp_path) as screen:
        answer(screen, "Resume your unsaved draft? [Y/n] ")
        answer(screen, "Access key []: ", store.access_key)
        answer(screen, "Secret key (not shown) []: ", store.secret_key)
        screen.wait_for("Validation passed")


def test_missing_keys_of_a_draft_are_asked_for_again_at_their_step(store: LiveStore, tmp_path: Path) -> None:
    leave_draft(tmp_path / "storage.toml", store.settings(), "save")
    with line_prompts(tmp_path) as screen:
        answer(screen, "Resume your unsaved draft? [Y/n] ")
        answer(screen, "Access key []: ", "<")
        screen.wait_for("Step 3 of 7: Keys")
        screen.wait_for("Access key []: ")


def test_no_closes_the_further_settings(tmp_path: Path) -> None:
    leave_draft(tmp_path / "storage.toml", Settings(v4auth=True, bucket="images"), "advanced")
    with line_prompts(tmp_path) as screen:
        answer(screen, "Resume your unsaved draft? [Y/n] ")
        for prompt in ("V4 auth [", "HTTPS [", "Skip verification [", "Redirect pulls ["):
            answer(screen, prompt)
        answer(screen, "Show 7 more settings", "y")
        answer(screen, "Encryption [off]: ", "<")
        answer(screen, "Show 7 more settings", "n")
        screen.wait_for("Step 6 of 7: Validate")


def test_a_password_in_the_endpoint_is_refused_and_not_repeated(tmp_path: Path) -> None:
    leave_draft(tmp_path / "storage.toml", Settings(provider="other", bucket="images"), "endpoint")
    with line_prompts(tmp_path) as screen:
        answer(screen, "Resume your unsaved draft? [Y/n] ")
        answer(screen, "Region endpoint []: ", "http://me:first-canary@minio.example:9000")
        screen.wait_for("! Remove the keys from the endpoint. Enter them as the access key and")
        screen.wait_for("= Use http://minio.example:9000.")
        before = len(screen.stream)
        answer(screen, "Region endpoint []: ")
        screen.wait_for("Remove the keys")
        assert b"canary" not in screen.stream[before:]
        answer(screen, "Region endpoint []: ", "=")
        answer(screen, "V4 auth [")


def test_a_draft_that_is_not_wanted_is_deleted(store: LiveStore, tmp_path: Path) -> None:
    leave_draft(tmp_path / "storage.toml", store.settings(), "endpoint")
    with line_prompts(tmp_path) as screen:
        answer(screen, "Resume your unsaved draft? [Y/n] ", "n")
        screen.wait_for("Registry [dtr]: ")
        screen.press(b"\x03")
        screen.wait_for_exit()
    assert draft.find(tmp_path / "storage.toml") is None


def test_a_draft_is_kept_if_the_question_is_not_answered(store: LiveStore, tmp_path: Path) -> None:
    leave_draft(tmp_path / "storage.toml", store.settings(), "endpoint")
    with line_prompts(tmp_path) as screen:
        screen.wait_for("Resume your unsaved draft? [Y/n] ")
        screen.press(b"\x03")
        screen.wait_for_exit()
    assert draft.find(tmp_path / "storage.toml") is not None
