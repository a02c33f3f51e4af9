"""The walk and its steps: what is known and kept while somebody fills in the settings. No screen, no network."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard import configfile, rules
from wizard.finding import Cause, Finding, Fix
from wizard.line import Tone
from wizard.secret import Secret
from wizard.settings import DECLARATIONS, MIB, Settings
from wizard.steps import STEPS, Step, neighbour, step_of
from wizard.store.checks.table import S3_CHECKS
from wizard.store.report import Glance, Report, Result, Status
from wizard.walk import Walk

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
def walk(path: Path) -> Walk:
    """A walk on a file that is not there yet."""
    return Walk.open(path)


@pytest.fixture
def loaded(path: Path) -> Walk:
    """A walk on a file that holds `SETTINGS`."""
    configfile.save(path, SETTINGS, None)
    return Walk.open(path)


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


def test_a_new_file_begins_with_the_preset_of_amazon(walk: Walk) -> None:
    assert (walk.settings.provider, walk.settings.region, walk.settings.v4auth) == ("aws", "us-east-1", True)
    assert walk.line("v4auth").tone is Tone.REASON
    assert walk.line("v4auth").text == "Amazon S3 accepts only signature version 4, so it is on."


def test_a_new_file_is_clean_and_tells_of_no_problem(walk: Walk) -> None:
    assert rules.errors(walk.settings)
    assert not walk.is_dirty
    assert {walk.line(name).tone for name in DECLARATIONS} <= {Tone.HELP, Tone.REASON}


def test_an_existing_file_is_loaded_as_it_is(loaded: Walk) -> None:
    assert loaded.settings == loaded.saved == SETTINGS
    assert not loaded.is_dirty
    assert loaded.fingerprint


def test_a_file_that_turns_v4_off_is_not_changed_and_its_problem_is_told(path: Path) -> None:
    configfile.save(path, SETTINGS.replace({"v4auth": False}), None)
    walk = Walk.open(path)
    assert walk.settings.v4auth is False
    assert walk.line("v4auth").tone is Tone.ERROR
    assert walk.fix("v4auth") == Fix("Turn V4 auth on.", {"v4auth": True})


def test_a_file_that_cannot_be_understood_is_refused(path: Path) -> None:
    path.write_text("bucket = [")
    with pytest.raises(configfile.ConfigError):
        Walk.open(path)


# Typing


def test_what_is_typed_is_in_the_settings_at_once(walk: Walk) -> None:
    walk.type("bucket", "images")
    walk.type("secretkey", "hush")
    walk.type("chunksize", "20 MiB")
    walk.set("skipverify", True)
    assert walk.settings.bucket == walk.text("bucket") == "images"
    assert (walk.settings.secretkey, walk.text("secretkey")) == (Secret("hush"), "hush")
    assert (walk.settings.chunksize, walk.text("chunksize")) == (20 * MIB, "20 MiB")
    assert (walk.settings.skipverify, walk.text("skipverify")) == (True, "on")


def test_a_text_that_is_no_value_yet_survives_as_it_was_typed(walk: Walk) -> None:
    walk.type("chunksize", "10 foo")
    walk.type("bucket", "images")
    assert walk.text("chunksize") == "10 foo"
    assert walk.settings.chunksize == 10 * MIB
    assert walk.line("chunksize").tone is Tone.ERROR
    assert "10 MiB" in walk.line("chunksize").text
    assert walk.first_problem(step("advanced")) == "chunksize"
    assert walk.is_dirty


def test_a_draft_goes_once_it_has_become_a_value(walk: Walk) -> None:
    walk.type("chunksize", "20 M")
    walk.type("chunksize", "20 Mx")
    walk.type("chunksize", "20 MB")
    assert (walk.text("chunksize"), walk.drafts) == ("20 MiB", {})
    assert walk.line("chunksize").tone is Tone.HELP


@pytest.mark.parametrize(
    ("pasted", "kept", "said"),
    [
        ("  images ", "images", "cut off: blanks"),
        ('"images"', "images", "cut off: quotes"),
        ("images\n", "images", "cut off: line breaks"),
        ("\ufeffimages", "images", "cut off: invisible characters"),
    ],
)
def test_what_a_paste_brings_along_is_cut_off_and_said(walk: Walk, pasted: str, kept: str, said: str) -> None:
    walk.type("bucket", pasted)
    line = walk.line("bucket")
    assert walk.settings.bucket == kept
    assert line.tone is Tone.NOTE
    assert said in line.text


def test_a_note_goes_with_the_next_key(walk: Walk) -> None:
    walk.type("bucket", " images")
    walk.type("bucket", "images2")
    assert walk.line("bucket").tone is Tone.HELP


def test_the_line_below_a_secret_tells_its_length_and_end_only(walk: Walk) -> None:
    walk.type("accesskey", SETTINGS.accesskey)
    walk.type("secretkey", SETTINGS.secretkey.reveal())
    assert walk.line("secretkey").text == "40 characters, ends in EKEY."


# Problems


def test_a_problem_is_told_only_once_its_field_was_touched(walk: Walk) -> None:
    assert walk.line("bucket").tone is Tone.HELP
    walk.type("bucket", "Images")
    assert walk.line("bucket").tone is Tone.ERROR
    assert walk.line("bucket").text.startswith("`I` cannot be in a bucket's name")


def test_leaving_a_step_touches_all_of_its_fields(walk: Walk) -> None:
    walk.touch(step("bucket"))
    assert walk.line("bucket").tone is Tone.ERROR
    assert step("advanced").more
    walk.touch(step("advanced"))
    assert set(step("advanced").settings + step("advanced").more) <= walk.touched


def test_the_first_problem_of_a_step_is_the_first_on_its_screen(walk: Walk) -> None:
    walk.type("region", "")
    assert walk.first_problem(step("bucket")) == "bucket"
    walk.type("bucket", "images")
    assert walk.first_problem(step("bucket")) == "region"
    assert walk.first_problem(step("keys")) is None


def test_a_fix_changes_the_settings_and_takes_the_problem_away(walk: Walk) -> None:
    walk.type("bucket", "s3://images/deep/down")
    fix = walk.fix("bucket")
    assert fix is not None
    walk.mend(fix)
    assert (walk.text("bucket"), walk.text("rootdirectory")) == ("images", "/deep/down")
    assert walk.line("bucket").tone is Tone.HELP
    assert walk.fix("bucket") is None


def test_a_fix_replaces_a_draft(walk: Walk) -> None:
    walk.type("chunksize", "10 foo")
    walk.mend(Fix("Use 10 MiB.", {"chunksize": 10 * MIB}))
    assert (walk.text("chunksize"), walk.drafts) == ("10 MiB", {})


def test_an_error_is_told_before_a_warning_and_a_warning_before_a_reason(loaded: Walk) -> None:
    loaded.set("provider", "minio")
    loaded.type("regionendpoint", "http://minio:9001")
    assert loaded.line("regionendpoint").tone is Tone.WARNING
    loaded.type("regionendpoint", "http://minio:9001/images")
    assert loaded.line("regionendpoint").tone is Tone.ERROR


def test_a_hint_is_said_quietly_and_can_be_applied(walk: Walk) -> None:
    walk.set("provider", "minio")
    walk.type("regionendpoint", "http://minio.example")
    assert walk.line("regionendpoint").tone is Tone.HINT
    assert walk.fix("regionendpoint") == Fix(
        "Use http://minio.example:9000.", {"regionendpoint": "http://minio.example:9000"}
    )


# What the store has told


def test_what_the_store_told_stands_below_its_field_while_it_is_about_these_settings(loaded: Walk) -> None:
    finding = Finding(Cause.NO_BUCKET, "There is no such bucket.", setting="bucket")
    loaded.glance, loaded.glanced_at = Glance(True, True, False, finding), loaded.settings
    assert loaded.line("bucket").text == "There is no such bucket."
    loaded.type("bucket", "other")
    assert not loaded.is_glance_fresh
    assert loaded.line("bucket").tone is Tone.HELP


def test_a_report_is_void_after_a_change_and_back_with_the_settings(loaded: Walk) -> None:
    loaded.take_report(report_of(loaded.settings, "list"))
    assert loaded.line("region").text == "It is elsewhere."
    validation = loaded.validation()
    assert validation is not None
    assert (validation.passed, tuple(validation.failed)) == (False, ("list",))
    loaded.type("region", "eu-west-1")
    assert loaded.report is None
    assert loaded.validation() is None
    assert loaded.line("region").tone is Tone.HELP
    loaded.type("region", "us-east-1")
    assert loaded.report is not None


# Choosing a store


def test_another_store_keeps_what_was_typed_and_changes_what_the_preset_had_set(walk: Walk) -> None:
    for name, text in (("bucket", "images"), ("accesskey", "key"), ("secretkey", "hush"), ("rootdirectory", "/r")):
        walk.type(name, text)
    walk.set("provider", "minio")
    assert (walk.settings.forcepathstyle, walk.settings.secure) == (True, False)
    walk.set("provider", "aws")
    assert (walk.settings.forcepathstyle, walk.settings.secure, walk.settings.v4auth) == (False, True, True)
    assert [walk.text(n) for n in ("bucket", "accesskey", "secretkey", "rootdirectory")] == [
        "images",
        "key",
        "hush",
        "/r",
    ]


def test_every_store_and_back_to_the_first_changes_nothing(walk: Walk) -> None:
    from wizard.providers import providers

    walk.type("bucket", "images")
    before = walk.settings
    for provider in (*providers(), "aws"):
        walk.set("provider", provider)
    assert walk.settings == before


def test_the_endpoint_follows_the_region_until_it_is_typed(walk: Walk) -> None:
    walk.set("provider", "wasabi")
    walk.type("region", "eu-central-1")
    assert walk.settings.regionendpoint == "https://s3.eu-central-1.wasabisys.com"
    walk.type("region", "")
    walk.type("region", "us-west-1")
    assert walk.settings.regionendpoint == "https://s3.us-west-1.wasabisys.com"
    walk.type("regionendpoint", "https://own.example")
    walk.type("region", "us-east-2")
    assert walk.settings.regionendpoint == "https://own.example"


# What would be lost


def test_a_walk_is_dirty_only_while_something_differs(loaded: Walk) -> None:
    loaded.type("bucket", "other")
    assert loaded.is_dirty
    loaded.type("bucket", "images")
    assert not loaded.is_dirty


def test_a_walk_is_clean_after_saving(loaded: Walk) -> None:
    loaded.type("bucket", "other")
    assert loaded.save()
    assert not loaded.is_dirty
    loaded.type("bucket", "third")
    assert loaded.is_dirty


# Saving


def test_saving_writes_the_settings_with_their_validation(walk: Walk, path: Path) -> None:
    walk.settings = SETTINGS
    walk.take_report(report_of(SETTINGS))
    assert walk.save()
    found = configfile.load(path)
    assert found.settings == SETTINGS
    assert found.validation is not None
    assert found.validation.passed
    assert path.stat().st_mode & 0o777 == 0o600
    assert (walk.has_saved, walk.backup, walk.trouble) == (True, None, "")


def test_saving_over_a_file_keeps_it_as_a_backup(loaded: Walk, path: Path) -> None:
    loaded.type("bucket", "other")
    assert loaded.save()
    assert loaded.backup == path.with_name("storage.toml.bak")
    assert configfile.load(loaded.backup).settings == SETTINGS
    assert loaded.previous == SETTINGS
    assert loaded.saved == loaded.settings


def test_a_directory_in_the_files_place_is_trouble_that_changes_nothing(walk: Walk, path: Path) -> None:
    path.mkdir()
    walk.settings = SETTINGS
    assert not walk.save()
    assert str(path) in walk.trouble
    assert not walk.has_saved
    assert walk.saved is None
    assert [found.name for found in path.parent.iterdir()] == ["storage.toml"]
    assert list(path.iterdir()) == []


def test_trouble_is_forgotten_once_the_file_could_be_written(walk: Walk, path: Path) -> None:
    path.mkdir()
    assert not walk.save()
    path.rmdir()
    assert walk.save()
    assert walk.trouble == ""


def test_a_file_that_somebody_else_wrote_is_written_over_only_the_second_time(loaded: Walk, path: Path) -> None:
    theirs = SETTINGS.replace({"bucket": "theirs"})
    configfile.save(path, theirs, None)
    loaded.type("bucket", "ours")
    assert not loaded.save()
    assert "changed by somebody else" in loaded.trouble
    assert configfile.load(path).settings == theirs
    assert (loaded.has_saved, loaded.is_dirty) == (False, True)
    assert loaded.save()
    assert configfile.load(path).settings.bucket == "ours"
    assert loaded.backup is not None
    assert configfile.load(loaded.backup).settings == theirs
    assert loaded.previous == theirs


def test_a_file_that_appears_meanwhile_is_a_conflict_too(walk: Walk, path: Path) -> None:
    walk.settings = SETTINGS.replace({"bucket": "ours"})
    configfile.save(path, SETTINGS, None)
    assert not walk.save()
    assert configfile.load(path).settings == SETTINGS
    assert walk.saved == SETTINGS
    assert walk.save()


def test_a_file_that_vanished_meanwhile_is_written_the_second_time(loaded: Walk, path: Path) -> None:
    path.unlink()
    loaded.type("bucket", "ours")
    assert not loaded.save()
    assert loaded.saved is None
    assert loaded.save()
    assert configfile.load(path).settings.bucket == "ours"


# Steps


def walked(settings: Settings, start: str, direction: int) -> list[str]:
    """The ids of the steps from `start` on, until there is none."""
    here: Step | None = step(start)
    ids = []
    while here is not None:
        ids.append(here.id)
        here = neighbour(here, settings, direction)
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
    walk = Walk(path, settings)
    for provider in ("minio", "scaleway", "wasabi", "aws"):
        walk.set("provider", provider)
    assert walk.settings == settings


def test_a_setting_that_the_registry_does_not_read_says_what_decides_instead(walk: Walk) -> None:
    walk.set("provider", "minio")
    assert "goes by the endpoint instead" in walk.line("forcepathstyle").text
    walk.set("registry", "distribution-3")
    assert "so it is on" in walk.line("forcepathstyle").text


# A store that asks for a name in its endpoint


def test_cloudflare_asks_for_the_account_id_and_the_endpoint_is_built_of_it(walk: Walk) -> None:
    account = "0123456789abcdef0123456789abcdef"
    walk.set("provider", "r2")
    assert (walk.label("regionendpoint"), walk.text("regionendpoint")) == ("Account id", "")
    assert walk.line("regionendpoint").text == "32 digits, in the dashboard under R2 > Account details."
    for end in range(1, len(account) + 1):  # key by key
        walk.type("regionendpoint", account[:end])
        assert walk.text("regionendpoint") == account[:end]
    endpoint = f"https://{account}.r2.cloudflarestorage.com"
    assert walk.settings.regionendpoint == endpoint
    assert walk.line("regionendpoint").text == endpoint
    walk.type("regionendpoint", f"https://{account}.eu.r2.cloudflarestorage.com")
    assert walk.text("regionendpoint") == walk.settings.regionendpoint
