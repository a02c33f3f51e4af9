"""The walk and its steps: what is known and kept while somebody fills in the settings. No screen, no network."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard import rules
from wizard.checks.all_checks import S3_CHECKS
from wizard.config import file as config_file
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, MIB, Settings
from wizard.session.field_message import MessageKind
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, Step, adjacent_step, step_of
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
    """A walk on a file that is not there yet."""
    return WizardState.open(path)


@pytest.fixture
def loaded(path: Path) -> WizardState:
    """A walk on a file that holds `SETTINGS`."""
    config_file.save(path, SETTINGS, None)
    return WizardState.open(path)


def step(id_: str) -> Step:
    return next(step for step in STEPS if step.id == id_)


def report_of(settings: Settings, *failed: str) -> Report:
    """The outcome of a run in which `failed` went wrong."""
    results = [
        Result(check, Status.FAILED if check.id in failed else Status.PASSED, finding=finding)
        for check in S3_CHECKS
        for finding in [Finding(Cause.WRONG_REGION, "It is elsewhere.", setting="region") if failed else None]
    ]
    return Report(settings, tuple(results), 0.1)


# Opening


def test_a_new_file_begins_with_the_preset_of_amazon(state: WizardState) -> None:
    assert (state.settings.provider, state.settings.region, state.settings.v4auth) == ("aws", "us-east-1", True)
    assert state.message("v4auth").kind is MessageKind.REASON
    assert state.message("v4auth").text == "Amazon S3 accepts only signature version 4, so it is on."


def test_a_new_file_is_clean_and_tells_of_no_problem(state: WizardState) -> None:
    assert rules.errors(state.settings)
    assert not state.is_dirty
    assert {state.message(name).kind for name in DECLARATIONS} <= {MessageKind.HELP, MessageKind.REASON}


def test_an_existing_file_is_loaded_as_it_is(loaded: WizardState) -> None:
    assert loaded.settings == loaded.saved == SETTINGS
    assert not loaded.is_dirty
    assert loaded.fingerprint


def test_a_file_that_turns_v4_off_is_not_changed_and_its_problem_is_told(path: Path) -> None:
    config_file.save(path, SETTINGS.replace({"v4auth": False}), None)
    state = WizardState.open(path)
    assert state.settings.v4auth is False
    assert state.message("v4auth").kind is MessageKind.ERROR
    assert state.fix("v4auth") == Fix("Turn V4 auth on.", {"v4auth": True})


def test_a_file_that_cannot_be_understood_is_refused(path: Path) -> None:
    path.write_text("bucket = [")
    with pytest.raises(config_file.ConfigError):
        WizardState.open(path)


# Typing


def test_what_is_typed_is_in_the_settings_at_once(state: WizardState) -> None:
    state.enter_text("bucket", "images")
    state.enter_text("secretkey", "hush")
    state.enter_text("chunksize", "20 MiB")
    state.set_value("skipverify", True)
    assert state.settings.bucket == state.field_text("bucket") == "images"
    assert (state.settings.secretkey, state.field_text("secretkey")) == (Secret("hush"), "hush")
    assert (state.settings.chunksize, state.field_text("chunksize")) == (20 * MIB, "20 MiB")
    assert (state.settings.skipverify, state.field_text("skipverify")) == (True, "on")


def test_a_text_that_is_no_value_yet_survives_as_it_was_typed(state: WizardState) -> None:
    state.enter_text("chunksize", "10 foo")
    state.enter_text("bucket", "images")
    assert state.field_text("chunksize") == "10 foo"
    assert state.settings.chunksize == 10 * MIB
    assert state.message("chunksize").kind is MessageKind.ERROR
    assert "10 MiB" in state.message("chunksize").text
    assert state.first_problem(step("advanced")) == "chunksize"
    assert state.is_dirty


def test_a_draft_goes_once_it_has_become_a_value(state: WizardState) -> None:
    state.enter_text("chunksize", "20 M")
    state.enter_text("chunksize", "20 Mx")
    state.enter_text("chunksize", "20 MB")
    assert (state.field_text("chunksize"), state.invalid_input) == ("20 MiB", {})
    assert state.message("chunksize").kind is MessageKind.HELP


@pytest.mark.parametrize(
    ("pasted", "kept", "said"),
    [
        ("  images ", "images", "cut off: blanks"),
        ('"images"', "images", "cut off: quotes"),
        ("images\n", "images", "cut off: line breaks"),
        ("\ufeffimages", "images", "cut off: invisible characters"),
    ],
)
def test_what_a_paste_brings_along_is_cut_off_and_said(state: WizardState, pasted: str, kept: str, said: str) -> None:
    state.enter_text("bucket", pasted)
    line = state.message("bucket")
    assert state.settings.bucket == kept
    assert line.kind is MessageKind.NOTE
    assert said in line.text


def test_a_note_goes_with_the_next_key(state: WizardState) -> None:
    state.enter_text("bucket", " images")
    state.enter_text("bucket", "images2")
    assert state.message("bucket").kind is MessageKind.HELP


def test_the_line_below_a_secret_tells_its_length_and_end_only(state: WizardState) -> None:
    state.enter_text("accesskey", SETTINGS.accesskey)
    state.enter_text("secretkey", SETTINGS.secretkey.reveal())
    assert state.message("secretkey").text == "40 characters, ends in EKEY."


# Problems


def test_a_problem_is_told_only_once_its_field_was_touched(state: WizardState) -> None:
    assert state.message("bucket").kind is MessageKind.HELP
    state.enter_text("bucket", "Images")
    assert state.message("bucket").kind is MessageKind.ERROR
    assert state.message("bucket").text.startswith("`I` cannot be in a bucket's name")


def test_leaving_a_step_touches_all_of_its_fields(state: WizardState) -> None:
    state.mark_visited(step("bucket"))
    assert state.message("bucket").kind is MessageKind.ERROR
    assert step("advanced").more
    state.mark_visited(step("advanced"))
    assert set(step("advanced").settings + step("advanced").more) <= state.visited_settings


def test_the_first_problem_of_a_step_is_the_first_on_its_screen(state: WizardState) -> None:
    state.enter_text("region", "")
    assert state.first_problem(step("bucket")) == "bucket"
    state.enter_text("bucket", "images")
    assert state.first_problem(step("bucket")) == "region"
    assert state.first_problem(step("keys")) is None


def test_a_fix_changes_the_settings_and_takes_the_problem_away(state: WizardState) -> None:
    state.enter_text("bucket", "s3://images/deep/down")
    fix = state.fix("bucket")
    assert fix is not None
    state.apply_fix(fix)
    assert (state.field_text("bucket"), state.field_text("rootdirectory")) == ("images", "/deep/down")
    assert state.message("bucket").kind is MessageKind.HELP
    assert state.fix("bucket") is None


def test_a_fix_replaces_a_draft(state: WizardState) -> None:
    state.enter_text("chunksize", "10 foo")
    state.apply_fix(Fix("Use 10 MiB.", {"chunksize": 10 * MIB}))
    assert (state.field_text("chunksize"), state.invalid_input) == ("10 MiB", {})


def test_an_error_is_told_before_a_warning_and_a_warning_before_a_reason(loaded: WizardState) -> None:
    loaded.set_value("provider", "minio")
    loaded.enter_text("regionendpoint", "http://minio:9001")
    assert loaded.message("regionendpoint").kind is MessageKind.WARNING
    loaded.enter_text("regionendpoint", "http://minio:9001/images")
    assert loaded.message("regionendpoint").kind is MessageKind.ERROR


def test_a_hint_is_said_quietly_and_can_be_applied(state: WizardState) -> None:
    state.set_value("provider", "minio")
    state.enter_text("regionendpoint", "http://minio.example")
    assert state.message("regionendpoint").kind is MessageKind.HINT
    assert state.fix("regionendpoint") == Fix(
        "Use http://minio.example:9000.", {"regionendpoint": "http://minio.example:9000"}
    )


# What the store has told


def test_what_the_store_told_stands_below_its_field_while_it_is_about_these_settings(loaded: WizardState) -> None:
    finding = Finding(Cause.NO_BUCKET, "There is no such bucket.", setting="bucket")
    loaded.reachability, loaded.reachability_settings = ReachabilityStatus(True, True, False, finding), loaded.settings
    assert loaded.message("bucket").text == "There is no such bucket."
    loaded.enter_text("bucket", "other")
    assert not loaded.is_reachability_current
    assert loaded.message("bucket").kind is MessageKind.HELP


def test_a_report_is_void_after_a_change_and_back_with_the_settings(loaded: WizardState) -> None:
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


# Choosing a store


def test_another_store_keeps_what_was_typed_and_changes_what_the_preset_had_set(state: WizardState) -> None:
    for name, text in (("bucket", "images"), ("accesskey", "key"), ("secretkey", "hush"), ("rootdirectory", "/r")):
        state.enter_text(name, text)
    state.set_value("provider", "minio")
    assert (state.settings.forcepathstyle, state.settings.secure) == (True, False)
    state.set_value("provider", "aws")
    assert (state.settings.forcepathstyle, state.settings.secure, state.settings.v4auth) == (False, True, True)
    assert [state.field_text(n) for n in ("bucket", "accesskey", "secretkey", "rootdirectory")] == [
        "images",
        "key",
        "hush",
        "/r",
    ]


def test_every_store_and_back_to_the_first_changes_nothing(state: WizardState) -> None:
    from wizard.catalog.providers import providers

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


# What would be lost


def test_a_walk_is_dirty_only_while_something_differs(loaded: WizardState) -> None:
    loaded.enter_text("bucket", "other")
    assert loaded.is_dirty
    loaded.enter_text("bucket", "images")
    assert not loaded.is_dirty


def test_a_walk_is_clean_after_saving(loaded: WizardState) -> None:
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
    found = config_file.load(path)
    assert found.settings == SETTINGS
    assert found.validation is not None
    assert found.validation.passed
    assert path.stat().st_mode & 0o777 == 0o600
    assert (state.has_saved, state.backup, state.save_error) == (True, None, "")


def test_saving_over_a_file_keeps_it_as_a_backup(loaded: WizardState, path: Path) -> None:
    loaded.enter_text("bucket", "other")
    assert loaded.save()
    assert loaded.backup == path.with_name("storage.toml.bak")
    assert config_file.load(loaded.backup).settings == SETTINGS
    assert loaded.previous == SETTINGS
    assert loaded.saved == loaded.settings


def test_a_directory_in_the_files_place_is_trouble_that_changes_nothing(state: WizardState, path: Path) -> None:
    path.mkdir()
    state.settings = SETTINGS
    assert not state.save()
    assert str(path) in state.save_error
    assert not state.has_saved
    assert state.saved is None
    assert [found.name for found in path.parent.iterdir()] == ["storage.toml"]
    assert list(path.iterdir()) == []


def test_trouble_is_forgotten_once_the_file_could_be_written(state: WizardState, path: Path) -> None:
    path.mkdir()
    assert not state.save()
    path.rmdir()
    assert state.save()
    assert state.save_error == ""


def test_a_file_that_somebody_else_wrote_is_written_over_only_the_second_time(loaded: WizardState, path: Path) -> None:
    theirs = SETTINGS.replace({"bucket": "theirs"})
    config_file.save(path, theirs, None)
    loaded.enter_text("bucket", "ours")
    assert not loaded.save()
    assert "changed by somebody else" in loaded.save_error
    assert config_file.load(path).settings == theirs
    assert (loaded.has_saved, loaded.is_dirty) == (False, True)
    assert loaded.save()
    assert config_file.load(path).settings.bucket == "ours"
    assert loaded.backup is not None
    assert config_file.load(loaded.backup).settings == theirs
    assert loaded.previous == theirs


def test_a_file_that_appears_meanwhile_is_a_conflict_too(state: WizardState, path: Path) -> None:
    state.settings = SETTINGS.replace({"bucket": "ours"})
    config_file.save(path, SETTINGS, None)
    assert not state.save()
    assert config_file.load(path).settings == SETTINGS
    assert state.saved == SETTINGS
    assert state.save()


def test_a_file_that_vanished_meanwhile_is_written_the_second_time(loaded: WizardState, path: Path) -> None:
    path.unlink()
    loaded.enter_text("bucket", "ours")
    assert not loaded.save()
    assert loaded.saved is None
    assert loaded.save()
    assert config_file.load(path).settings.bucket == "ours"


# Steps


def walked(settings: Settings, start: str, direction: int) -> list[str]:
    """The ids of the steps from `start` on, until there is none."""
    here: Step | None = step(start)
    ids = []
    while here is not None:
        ids.append(here.id)
        here = adjacent_step(here, settings, direction)
    return ids


def test_all_seven_steps_apply_to_s3_both_ways() -> None:
    ids = [step.id for step in STEPS]
    assert len(ids) == 7
    assert walked(SETTINGS, "storage", 1) == ids
    assert walked(SETTINGS, "save", -1) == ids[::-1]


def test_a_folder_has_no_keys_endpoint_or_advanced_settings() -> None:
    settings = Settings(provider="filesystem")
    assert walked(settings, "storage", 1) == ["storage", "bucket", "validate", "save"]
    assert walked(settings, "save", -1) == ["save", "validate", "bucket", "storage"]
    assert step("bucket").asks(settings) == ("rootdirectory",)
    assert step("bucket").asks(SETTINGS) == ("bucket", "region", "rootdirectory")


def test_every_setting_is_asked_for_by_exactly_one_step() -> None:
    asked = [name for step in STEPS for name in step.settings + step.more]
    assert sorted(asked) == sorted(DECLARATIONS)
    assert [step_of(name).id for name in ("registry", "bucket", "secretkey", "keyid")] == [
        "storage",
        "bucket",
        "keys",
        "advanced",
    ]
    assert {name for step in STEPS for name in step.more} <= {n for n, d in DECLARATIONS.items() if d.advanced}


def test_walking_through_the_providers_and_back_leaves_no_trace(path: Path) -> None:
    settings = Settings(bucket="images", region="eu-west-1", v4auth=False)
    state = WizardState(path, settings)
    for provider in ("minio", "scaleway", "wasabi", "aws"):
        state.set_value("provider", provider)
    assert state.settings == settings


def test_a_setting_that_the_registry_does_not_read_says_what_decides_instead(state: WizardState) -> None:
    state.set_value("provider", "minio")
    assert "goes by the endpoint instead" in state.message("forcepathstyle").text
    state.set_value("registry", "distribution-3")
    assert "so it is on" in state.message("forcepathstyle").text


# A store that asks for a name in its endpoint


def test_cloudflare_asks_for_the_account_id_and_the_endpoint_is_built_of_it(state: WizardState) -> None:
    account = "0123456789abcdef0123456789abcdef"
    state.set_value("provider", "r2")
    assert (state.label("regionendpoint"), state.field_text("regionendpoint")) == ("Account id", "")
    assert state.message("regionendpoint").text == "32 digits, in the dashboard under R2 > Account details."
    for end in range(1, len(account) + 1):  # key by key
        state.enter_text("regionendpoint", account[:end])
        assert state.field_text("regionendpoint") == account[:end]
    endpoint = f"https://{account}.r2.cloudflarestorage.com"
    assert state.settings.regionendpoint == endpoint
    assert state.message("regionendpoint").text == endpoint
    state.enter_text("regionendpoint", f"https://{account}.eu.r2.cloudflarestorage.com")
    assert state.field_text("regionendpoint") == state.settings.regionendpoint
