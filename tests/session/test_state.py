"""The state of a wizard run: what it keeps and what it says about the settings. No screen, no network."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard import rules
from wizard.catalog.providers import providers
from wizard.catalog.registries import Instruction
from wizard.catalog.store_search import find_stores
from wizard.checks.all_checks import S3_CHECKS
from wizard.config import DEFAULT_FILE
from wizard.config import file as config_file
from wizard.config.file import ImportedFrom
from wizard.formats.lookup import format_of
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, MIB, Settings
from wizard.session.field_message import MessageKind
from wizard.session.importing import TakenOver, settings_of, take_over_file
from wizard.session.state import WizardState
from wizard.session.steps import step_named
from wizard.validation.reachability import ReachabilityStatus
from wizard.validation.results import Report, Result, Status

SETTINGS = Settings(
    provider="aws",
    bucket="images",
    region="us-east-1",
    accesskey="AKIAIOSFODNN7EXAMPLE",
    secretkey=Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    v4auth=True,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "storage.toml"


@pytest.fixture
def state(path: Path) -> WizardState:
    """The state for a file that does not exist."""
    return WizardState.open(path)


@pytest.fixture
def loaded(path: Path) -> WizardState:
    """The state for a file that holds `SETTINGS`."""
    config_file.save(path, SETTINGS, None)
    return WizardState.open(path)


def report_of(settings: Settings, *failed: str) -> Report:
    """The report of a validation in which the checks `failed` have failed."""
    results = [
        Result(check, Status.FAILED if check.id in failed else Status.PASSED, finding=finding)
        for check in S3_CHECKS
        for finding in [Finding(Cause.WRONG_REGION, "It is elsewhere.", setting="region") if failed else None]
    ]
    return Report(settings, tuple(results), 0.1)


# Opening


def test_a_new_file_starts_with_the_preset_of_amazon(state: WizardState) -> None:
    assert (state.settings.provider, state.settings.region, state.settings.v4auth) == ("aws", "us-east-1", True)
    assert state.message("v4auth").kind is MessageKind.REASON
    assert state.message("v4auth").text == "On: Amazon S3 accepts only Signature V4."


def test_a_new_file_has_no_unsaved_input_and_shows_no_problems(state: WizardState) -> None:
    assert rules.errors(state.settings)
    assert not state.is_dirty
    assert {state.message(name).kind for name in DECLARATIONS} <= {MessageKind.HELP, MessageKind.REASON}


def test_an_existing_file_is_loaded_unchanged(loaded: WizardState) -> None:
    assert loaded.settings == loaded.saved == SETTINGS
    assert not loaded.is_dirty
    assert loaded.fingerprint


def test_a_file_that_turns_v4_off_is_loaded_unchanged_with_its_problem(path: Path) -> None:
    config_file.save(path, SETTINGS.replace({"v4auth": False}), None)
    state = WizardState.open(path)
    assert state.settings.v4auth is False
    assert state.message("v4auth").kind is MessageKind.ERROR
    assert state.fix("v4auth") == Fix("Turn V4 auth on.", {"v4auth": True})


def test_an_invalid_file_is_refused(path: Path) -> None:
    path.write_text("bucket = [")
    with pytest.raises(config_file.ConfigError):
        WizardState.open(path)


# Typing


def test_a_valid_text_changes_the_settings_at_once(state: WizardState) -> None:
    state.enter_text("bucket", "images")
    state.enter_text("secretkey", "hush")
    state.enter_text("chunksize", "20 MiB")
    state.set_value("skipverify", True)
    assert state.settings.bucket == state.field_text("bucket") == "images"
    assert (state.settings.secretkey, state.field_text("secretkey")) == (Secret("hush"), "hush")
    assert (state.settings.chunksize, state.field_text("chunksize")) == (20 * MIB, "20 MiB")
    assert (state.settings.skipverify, state.field_text("skipverify")) == (True, "on")


def test_a_text_that_is_not_a_value_is_kept_as_it_was_typed(state: WizardState) -> None:
    state.enter_text("chunksize", "10 foo")
    state.enter_text("bucket", "images")
    assert state.field_text("chunksize") == "10 foo"
    assert state.settings.chunksize == 10 * MIB
    assert state.message("chunksize").kind is MessageKind.ERROR
    assert "10 MiB" in state.message("chunksize").text
    assert state.first_problem(step_named("advanced")) == "chunksize"
    assert state.is_dirty


def test_invalid_input_is_dropped_once_the_text_is_a_value(state: WizardState) -> None:
    state.enter_text("chunksize", "20 M")
    state.enter_text("chunksize", "20 Mx")
    state.enter_text("chunksize", "20 MB")
    assert (state.field_text("chunksize"), state.invalid_input) == ("20 MiB", {})
    assert state.message("chunksize").kind is MessageKind.HELP


@pytest.mark.parametrize(
    ("pasted", "value", "note"),
    [
        ("  images ", "images", "Removed spaces."),
        ('"images"', "images", "Removed quotes."),
        ("images\n", "images", "Removed line breaks."),
        ("\ufeffimages", "images", "Removed invisible characters."),
    ],
)
def test_a_pasted_text_is_cleaned_and_the_note_says_how(state: WizardState, pasted: str, value: str, note: str) -> None:
    state.enter_text("bucket", pasted)
    message = state.message("bucket")
    assert state.settings.bucket == value
    assert message.kind is MessageKind.NOTE
    assert note in message.text


def test_the_next_key_removes_the_note(state: WizardState) -> None:
    state.enter_text("bucket", " images")
    state.enter_text("bucket", "images2")
    assert state.message("bucket").kind is MessageKind.HELP


def test_the_message_under_a_secret_shows_only_its_length_and_end(state: WizardState) -> None:
    state.enter_text("accesskey", SETTINGS.accesskey)
    state.enter_text("secretkey", SETTINGS.secretkey.reveal())
    assert state.message("secretkey").text == "40 characters, ends in EKEY."


def test_a_problem_of_a_secret_comes_after_its_length_and_end(state: WizardState) -> None:
    state.enter_text("accesskey", SETTINGS.accesskey)
    state.enter_text("secretkey", SETTINGS.secretkey.reveal()[1:])
    message = state.message("secretkey")
    assert message.kind is MessageKind.WARNING
    assert message.text.startswith("39 characters, ends in EKEY. AWS secret keys have")


# Problems


def test_a_problem_is_shown_once_its_field_was_visited(state: WizardState) -> None:
    assert state.message("bucket").kind is MessageKind.HELP
    state.enter_text("bucket", "my images")
    assert state.message("bucket").kind is MessageKind.ERROR
    assert state.message("bucket").text.startswith("A space isn't allowed in a bucket name")


def test_leaving_a_step_marks_all_of_its_settings_as_visited(state: WizardState) -> None:
    state.mark_visited(step_named("bucket"))
    assert state.message("bucket").kind is MessageKind.ERROR
    assert step_named("advanced").more
    state.mark_visited(step_named("advanced"))
    assert set(step_named("advanced").settings + step_named("advanced").more) <= state.visited_settings


def test_the_first_problem_of_a_step_is_in_the_order_of_its_settings(state: WizardState) -> None:
    state.enter_text("region", "")
    assert state.first_problem(step_named("bucket")) == "bucket"
    state.enter_text("bucket", "images")
    assert state.first_problem(step_named("bucket")) == "region"
    assert state.first_problem(step_named("keys")) is None


@pytest.mark.parametrize(("provider", "is_complete"), [("aws", True), ("other", False)])
def test_keys_are_complete_without_any_only_where_a_machine_can_have_a_role(
    state: WizardState, provider: str, is_complete: bool
) -> None:
    state.set_value("provider", provider)
    state.enter_text("regionendpoint", "" if provider == "aws" else "https://store.example")
    state.mark_visited(step_named("keys"))
    assert state.is_complete(step_named("keys")) is is_complete
    state.enter_text("accesskey", "me")
    state.enter_text("secretkey", "hush")
    assert state.is_complete(step_named("keys"))


def test_a_fix_can_change_a_parameter_without_a_field(state: WizardState) -> None:
    state.settings = state.settings.replace({"registry": "distribution-3", "multipartcopychunksize": 1})
    state.mark_visited(step_named("advanced"))
    fix = state.fix("multipartcopythresholdsize")
    assert fix is not None
    state.apply_fix(fix)
    assert dict(state.settings.further) == {"multipartcopychunksize": 32 << 20}
    assert state.fix("multipartcopythresholdsize") is None


def test_a_fix_changes_the_settings_and_solves_the_problem(state: WizardState) -> None:
    state.enter_text("bucket", "s3://images/deep/down")
    fix = state.fix("bucket")
    assert fix is not None
    state.apply_fix(fix)
    assert (state.field_text("bucket"), state.field_text("rootdirectory")) == ("images", "/deep/down")
    assert state.message("bucket").kind is MessageKind.HELP
    assert state.fix("bucket") is None


def test_a_fix_replaces_invalid_input(state: WizardState) -> None:
    state.enter_text("chunksize", "10 foo")
    state.apply_fix(Fix("Use 10 MiB.", {"chunksize": 10 * MIB}))
    assert (state.field_text("chunksize"), state.invalid_input) == ("10 MiB", {})


def test_an_error_is_shown_before_a_warning_and_a_warning_before_a_reason(loaded: WizardState) -> None:
    loaded.set_value("provider", "minio")
    loaded.enter_text("regionendpoint", "http://minio:9001")
    assert loaded.message("regionendpoint").kind is MessageKind.WARNING
    loaded.enter_text("regionendpoint", "http://minio:9001/images")
    assert loaded.message("regionendpoint").kind is MessageKind.ERROR


def test_a_hint_has_its_own_kind_and_can_be_applied(state: WizardState) -> None:
    state.set_value("provider", "minio")
    state.enter_text("regionendpoint", "https://minio.example")
    assert state.message("regionendpoint").kind is MessageKind.HINT
    assert state.fix("regionendpoint") == Fix(
        "Use https://minio.example:9000.", {"regionendpoint": "https://minio.example:9000"}
    )


# Findings of the store


def test_a_finding_of_the_store_is_shown_until_the_settings_change(loaded: WizardState) -> None:
    finding = Finding(Cause.NO_BUCKET, "There is no such bucket.", setting="bucket")
    loaded.reachability, loaded.reachability_settings = ReachabilityStatus(True, True, False, finding), loaded.settings
    assert loaded.message("bucket").text == "There is no such bucket."
    loaded.enter_text("bucket", "other")
    assert not loaded.is_reachability_current
    assert loaded.message("bucket").kind is MessageKind.HELP


def test_a_report_counts_only_for_the_settings_that_were_validated(loaded: WizardState) -> None:
    loaded.record_report(report_of(loaded.settings, "list"))
    assert loaded.message("region").text == "It is elsewhere."
    validation = loaded.validation()
    assert validation is not None
    assert (validation.passed, tuple(validation.failed)) == (False, ("list",))
    loaded.enter_text("region", "eu-west-1")
    assert loaded.report is None
    assert loaded.validation() is None
    assert loaded.message("region").kind is MessageKind.HELP
    loaded.enter_text("region", "us-east-1")
    assert loaded.report is not None


# Another provider


def test_another_provider_keeps_typed_values_and_replaces_those_of_the_preset(state: WizardState) -> None:
    for name, text in (("bucket", "images"), ("accesskey", "key"), ("secretkey", "hush"), ("rootdirectory", "/r")):
        state.enter_text(name, text)
    state.set_value("provider", "minio")
    assert state.settings.forcepathstyle
    state.set_value("provider", "aws")
    assert (state.settings.forcepathstyle, state.settings.secure, state.settings.v4auth) == (False, True, True)
    assert [state.field_text(n) for n in ("bucket", "accesskey", "secretkey", "rootdirectory")] == [
        "images",
        "key",
        "hush",
        "/r",
    ]


def test_paging_through_all_providers_changes_nothing(state: WizardState) -> None:
    state.enter_text("bucket", "images")
    before = state.settings
    for provider in (*providers(), "aws"):
        state.set_value("provider", provider)
    assert state.settings == before


def test_the_endpoint_follows_the_region_until_it_is_typed(state: WizardState) -> None:
    state.set_value("provider", "wasabi")
    state.enter_text("region", "eu-central-1")
    assert state.settings.regionendpoint == "https://s3.eu-central-1.wasabisys.com"
    state.enter_text("region", "")
    state.enter_text("region", "us-west-1")
    assert state.settings.regionendpoint == "https://s3.us-west-1.wasabisys.com"
    state.enter_text("regionendpoint", "https://own.example")
    state.enter_text("region", "us-east-2")
    assert state.settings.regionendpoint == "https://own.example"


# Unsaved input


def test_input_is_unsaved_only_while_it_differs_from_the_file(loaded: WizardState) -> None:
    loaded.enter_text("bucket", "other")
    assert loaded.is_dirty
    loaded.enter_text("bucket", "images")
    assert not loaded.is_dirty


def test_nothing_is_unsaved_after_saving(loaded: WizardState) -> None:
    loaded.enter_text("bucket", "other")
    assert loaded.save()
    assert not loaded.is_dirty
    loaded.enter_text("bucket", "third")
    assert loaded.is_dirty


# Saving


def test_saving_writes_the_settings_with_their_validation(state: WizardState, path: Path) -> None:
    state.settings = SETTINGS
    state.record_report(report_of(SETTINGS))
    assert state.save()
    file = config_file.load(path)
    assert file.settings == SETTINGS
    assert file.validation is not None
    assert file.validation.passed
    assert path.stat().st_mode & 0o777 == 0o600
    assert (state.has_saved, state.backup, state.save_error) == (True, None, "")


def test_saving_over_a_file_keeps_it_as_a_backup(loaded: WizardState, path: Path) -> None:
    loaded.enter_text("bucket", "other")
    assert loaded.save()
    assert loaded.backup == path.with_name("storage.toml.bak")
    assert config_file.load(loaded.backup).settings == SETTINGS
    assert loaded.previous == SETTINGS
    assert loaded.saved == loaded.settings


def test_a_folder_at_the_path_is_a_save_error_that_changes_nothing(state: WizardState, path: Path) -> None:
    path.mkdir()
    state.settings = SETTINGS
    assert not state.save()
    assert str(path) in state.save_error
    assert not state.has_saved
    assert state.saved is None
    assert [file.name for file in path.parent.iterdir()] == ["storage.toml"]
    assert list(path.iterdir()) == []


def test_a_successful_save_clears_the_save_error(state: WizardState, path: Path) -> None:
    path.mkdir()
    assert not state.save()
    path.rmdir()
    assert state.save()
    assert state.save_error == ""


def test_a_file_that_was_changed_meanwhile_is_overwritten_only_by_the_second_save(
    loaded: WizardState, path: Path
) -> None:
    other = SETTINGS.replace({"bucket": "other"})
    config_file.save(path, other, None)
    loaded.enter_text("bucket", "mine")
    assert not loaded.save()
    assert "changed by another program" in loaded.save_error
    assert config_file.load(path).settings == other
    assert (loaded.has_saved, loaded.is_dirty) == (False, True)
    assert loaded.save()
    assert config_file.load(path).settings.bucket == "mine"
    assert loaded.backup is not None
    assert config_file.load(loaded.backup).settings == other
    assert loaded.previous == other


def test_a_file_that_was_created_meanwhile_is_a_conflict(state: WizardState, path: Path) -> None:
    state.settings = SETTINGS.replace({"bucket": "mine"})
    config_file.save(path, SETTINGS, None)
    assert not state.save()
    assert config_file.load(path).settings == SETTINGS
    assert state.saved == SETTINGS
    assert state.save()


def test_a_file_that_was_deleted_meanwhile_is_written_by_the_second_save(loaded: WizardState, path: Path) -> None:
    path.unlink()
    loaded.enter_text("bucket", "mine")
    assert not loaded.save()
    assert loaded.saved is None
    assert loaded.save()
    assert config_file.load(path).settings.bucket == "mine"


def test_paging_through_providers_keeps_values_that_differ_from_the_preset(path: Path) -> None:
    settings = Settings(bucket="images", region="eu-west-1", v4auth=False)
    state = WizardState(path, settings)
    for provider in ("minio", "scaleway", "wasabi", "aws"):
        state.set_value("provider", provider)
    assert state.settings == settings


def test_the_message_of_an_unsupported_setting_says_what_is_used_instead(state: WizardState) -> None:
    state.set_value("provider", "minio")
    assert "Not available: always on when an endpoint is set." in state.message("forcepathstyle").text
    state.set_value("registry", "distribution-3")
    assert state.message("forcepathstyle").text == "On: MinIO uses path style."


# A provider that asks for a name in its endpoint


def test_for_cloudflare_the_endpoint_is_built_from_the_account_id(state: WizardState) -> None:
    account = "0123456789abcdef0123456789abcdef"
    state.set_value("provider", "r2")
    assert (state.label("regionendpoint"), state.field_text("regionendpoint")) == ("Account ID", "")
    assert state.message("regionendpoint").text == "32 hex digits, in the dashboard: R2 > Account details."
    for end in range(1, len(account) + 1):  # key by key
        state.enter_text("regionendpoint", account[:end])
        assert state.field_text("regionendpoint") == account[:end]
    endpoint = f"https://{account}.r2.cloudflarestorage.com"
    assert state.settings.regionendpoint == endpoint
    assert state.message("regionendpoint").text == endpoint
    state.enter_text("regionendpoint", f"https://{account}.eu.r2.cloudflarestorage.com")
    assert state.field_text("regionendpoint") == state.settings.regionendpoint


# Listing the buckets


def test_the_buckets_can_be_listed_before_one_is_entered(state: WizardState) -> None:
    state.set_value("provider", "minio")
    state.enter_text("regionendpoint", "https://minio.example:9000")
    assert state.settings.bucket == ""
    assert state.obstacle_to_listing() == ""


def test_an_error_of_another_setting_is_an_obstacle_to_listing_the_buckets(state: WizardState) -> None:
    state.enter_text("accesskey", "AKIAIOSFODNN7EXAMPLE")
    assert state.obstacle_to_listing().startswith("Enter the secret key too")


# The demo and the next steps


def test_a_demo_starts_without_unsaved_input_and_ends_with_a_hint(state: WizardState) -> None:
    state.start_demo(SETTINGS)
    assert (state.settings, state.is_dirty) == (SETTINGS, False)
    assert state.next_steps()[-1].command == "storage-wizard"


@pytest.mark.parametrize(
    ("registry", "command"),
    [
        ("distribution-2", "storage-wizard export --to distribution-2 --into /etc/registry.yml"),
        ("distribution-3", "storage-wizard export --to distribution-3 --into config.yml"),  # of another format
    ],
)
def test_the_next_steps_name_the_file_of_the_import(
    registry: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.yml").touch()
    state = WizardState(DEFAULT_FILE, Settings(registry=registry))
    state.source = ImportedFrom("/etc/registry.yml", "distribution-2")
    assert command in [step.command for step in state.next_steps()]


@pytest.mark.parametrize(
    ("registry", "format_id", "command", "restart"),
    [
        ("distribution-2", "distribution-2", "--to distribution-2 --into /etc/r.yml", "sudo systemctl restart"),
        ("harbor", "harbor", "--to harbor --into /etc/r.yml", "sudo ./prepare && docker compose up -d"),
        (
            "harbor",
            "harbor-helm",
            "--to harbor-helm --into /etc/r.yml",
            "helm upgrade harbor harbor/harbor -f /etc/r.yml",
        ),
        ("distribution-3", "docker-registry-helm", "--to docker-registry-helm --into /etc/r.yml", ""),
        ("quay", "quay", "--to quay --into /etc/r.yml", ""),
    ],
)
def test_settings_from_a_file_go_into_that_file(registry: str, format_id: str, command: str, restart: str) -> None:
    state = WizardState(DEFAULT_FILE, Settings(registry=registry), source=ImportedFrom("/etc/r.yml", format_id))
    write, applied, *_, check = state.next_steps()
    assert write == ("Write the settings into /etc/r.yml. A backup is kept:", f"storage-wizard export {command}")
    assert applied.command.startswith(restart)
    assert check.command == "storage-wizard check storage.toml"


def test_settings_that_their_file_has_already_are_not_written_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = SETTINGS.replace({"registry": "distribution-2"})
    Path("config.yml").write_text(format_of("distribution-2").write(settings).text, encoding="utf-8")
    imported = settings_of(source := ImportedFrom(str(tmp_path / "config.yml"), "distribution-2"))
    assert imported is not None
    state = WizardState(DEFAULT_FILE, imported, source=source)
    first, *_ = state.next_steps()
    assert first == (f"{tmp_path / 'config.yml'} has these settings already: there is nothing to write.", "")
    state.set_value("redirect", not state.settings.redirect)
    assert state.next_steps()[0].text.startswith("Write the settings into ")


def test_after_it_is_written_back_and_saved_again_the_images_are_those_of_the_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "config.yml"
    settings = SETTINGS.replace({"registry": "distribution-2", "bucket": "old"})
    file.write_text(format_of("distribution-2").write(settings).text, encoding="utf-8")
    state = WizardState(DEFAULT_FILE, settings.replace({"bucket": "new"}))
    state.source = ImportedFrom(str(file), "distribution-2")
    assert state.save()
    assert state.image_remarks()
    file.rename(backup := file.with_name("config.yml.bak"))
    file.write_text(format_of("distribution-2").write(state.settings).text, encoding="utf-8")
    state.written_back = (file, Instruction("Restart."))
    assert state.save()
    move = state.move_images()
    assert move is not None
    assert move.command.split("\n")[0] == f"storage-wizard import {backup} -c old.toml"
    assert take_over_file(backup, lambda _: None).settings.bucket == "old"


def test_the_next_steps_contain_no_control_characters(tmp_path: Path) -> None:
    state = WizardState(tmp_path / "\x1b[31m.toml", SETTINGS)
    commands = " ".join(step.command for step in state.next_steps())
    assert "storage-wizard check" in commands
    assert "\x1b" not in commands


# Notes and quick checks


def test_a_note_of_a_widget_is_shown(state: WizardState) -> None:
    state.enter_text("bucket", "images")
    state.add_note("bucket", "Removed line breaks.")
    assert state.message("bucket").kind is MessageKind.NOTE
    assert state.message("bucket").text.endswith("Removed line breaks.")


def test_a_fix_removes_the_note_on_the_input_that_it_replaces(state: WizardState) -> None:
    state.enter_text("bucket", "images")
    state.add_note("bucket", "Removed line breaks.")
    state.apply_fix(Fix("Use others.", {"bucket": "others"}))
    assert state.message("bucket").kind is not MessageKind.NOTE


def test_a_quick_check_counts_only_for_the_settings_that_were_checked(loaded: WizardState) -> None:
    loaded.record_reachability(ReachabilityStatus(True, True, True, None), loaded.settings)
    assert loaded.is_reachability_current
    loaded.enter_text("bucket", "other")
    assert not loaded.is_reachability_current
    loaded.enter_text("bucket", "images")
    assert loaded.is_reachability_current
    loaded.forget_reachability()
    assert not loaded.is_reachability_current


def test_settings_are_saved_only_together_with_their_last_validation(state: WizardState) -> None:
    state.settings = SETTINGS
    assert state.save()
    assert state.is_saved
    state.record_report(report_of(SETTINGS))
    assert not state.is_saved
    assert state.save()
    assert state.is_saved


def test_a_file_that_became_invalid_meanwhile_is_a_save_error(loaded: WizardState, path: Path) -> None:
    path.write_text("bucket = [")
    loaded.enter_text("bucket", "other")
    assert not loaded.save()
    assert "was changed by another program" in loaded.save_error
    assert (loaded.saved, loaded.fingerprint) == (None, "")
    assert path.read_text() == "bucket = ["


# Credentials in an address, and the current folder


def test_a_password_in_the_endpoint_is_refused_with_a_fix(state: WizardState) -> None:
    state.set_value("provider", "other")
    state.enter_text("regionendpoint", "http://me:canary@minio.example:9000")
    message = state.message("regionendpoint")
    assert (message.kind, message.text) == (
        MessageKind.ERROR,
        "Remove the keys from the endpoint. Enter them as the access key and the secret key.",
    )
    assert state.settings.regionendpoint == ""
    assert "canary" not in repr(state)
    assert state.fix("regionendpoint") == Fix(
        "Use http://minio.example:9000.", {"regionendpoint": "http://minio.example:9000"}
    )
    state.apply_fix(message.fix or Fix(""))
    assert (state.field_text("regionendpoint"), state.invalid_input) == ("http://minio.example:9000", {})


@pytest.mark.parametrize(
    ("name", "text"), [("regionendpoint", "me:canary@"), ("bucket", "s3://me:canary@minio/images")]
)
def test_an_address_without_a_host_has_no_fix(state: WizardState, name: str, text: str) -> None:
    state.enter_text(name, text)
    assert (state.message(name).kind, state.fix(name)) == (MessageKind.ERROR, None)


def test_a_folder_that_was_removed_and_created_again_is_saved_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    state = WizardState.open(Path("storage.toml"))
    state.settings = SETTINGS
    folder.rmdir()
    assert not state.save()
    assert state.save_error
    folder.mkdir()
    assert state.save(), state.save_error
    assert config_file.load(folder / "storage.toml").settings == SETTINGS


def test_starting_from_imported_settings_replaces_what_was_entered_and_is_saved_with_its_source(tmp_path: Path) -> None:
    state = WizardState.open(tmp_path / "storage.toml")
    state.enter_text("chunksize", "canary")
    state.enter_text("bucket", " images ")
    assert state.message("bucket").kind is MessageKind.NOTE
    source = config_file.ImportedFrom("/etc/config.yml", "distribution-2")
    imported = Settings(registry="distribution-2", bucket="images", v4auth=True)
    state.start_from(TakenOver(imported, (), "distribution-2", source))
    assert (state.settings, state.invalid_input, state.is_dirty) == (imported, {}, True)
    assert state.message("bucket").kind is MessageKind.HELP
    assert state.save()
    assert config_file.load(tmp_path / "storage.toml").source == source
    assert WizardState.open(tmp_path / "storage.toml").source == source


# A store that is found by its address


def test_an_address_fills_in_the_endpoint_and_the_region_and_is_gone_with_its_store(state: WizardState) -> None:
    before = state.settings
    state.choose_store("wasabi", "https://s3.nl-1.wasabisys.com", "eu-central-1")
    settings = state.settings
    assert (settings.provider, settings.regionendpoint) == ("wasabi", "https://s3.nl-1.wasabisys.com")
    assert settings.region == "eu-central-1"
    state.choose_store(before.provider)
    assert state.settings == before


def test_the_bucket_of_an_address_is_entered(state: WizardState) -> None:
    state.choose_store("aws", *find_stores("https://images.s3.eu-west-1.amazonaws.com").address)
    settings = state.settings
    assert (settings.provider, settings.regionendpoint) == ("aws", "")
    assert (settings.region, settings.bucket) == ("eu-west-1", "images")


def test_what_a_choice_has_changed_is_said_until_the_step_is_left(state: WizardState) -> None:
    state.choose_store("r2")
    message = state.message("provider")
    assert message.kind is MessageKind.REASON
    assert message.text.startswith("Cloudflare R2 selected. Also changed: Region to auto")
    state.mark_visited(step_named("storage"))
    assert state.message("provider").text == providers()["r2"].summary
