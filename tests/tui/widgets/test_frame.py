"""The texts around every step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pilot import AMAZON
from wizard.checks.all_checks import S3_CHECKS
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, step_named
from wizard.tui.widgets import frame
from wizard.validation.reachability import ReachabilityStatus
from wizard.validation.results import Report, Result, Status


def state_of(settings: Settings = AMAZON, name: str = "storage.toml") -> WizardState:
    return WizardState(Path(name), settings)


@pytest.mark.parametrize(
    ("width", "row"),
    [
        (78, "storage-wizard               DTR, MSR 2 · Amazon S3               storage.toml"),
        (58, "storage-wizard     DTR, MSR 2 · Amazon S3     storage.toml"),
        (50, "storage-wizard       DTR, MSR 2 · Amazon S3       "),
        (40, "storage-wizard  DTR, MSR 2 · Amazon S3  "),
        (32, "storage-wizard      storage.toml"),
        (20, "storage-wizard      "),
    ],
)
def test_the_title_row_leaves_out_what_does_not_fit(width: int, row: str) -> None:
    assert frame.title_row(state_of(), width).plain == row


def test_the_title_row_says_that_it_is_a_demo() -> None:
    state = state_of()
    state.start_demo(AMAZON)
    assert frame.title_row(state, 78).plain.startswith("storage-wizard  demo ")


def test_the_file_name_is_sanitized_and_cut() -> None:
    row = frame.title_row(state_of(name="a\x1b" + "b" * 40), 78).plain
    assert row.endswith("a\ufffd" + "b" * 21 + "…")


def test_the_steps_show_which_are_done_current_and_problematic() -> None:
    state = state_of(AMAZON.replace({"accesskey": ""}))
    bar = frame.step_bar(state, 78, step_named("endpoint"), {"storage", "bucket", "keys", "endpoint"}).plain
    assert bar == "✓ Storage  ✓ Bucket  ✗ Keys  ▸ Endpoint    Advanced    Validate    Save"


_FORMS = {"storage", "bucket", "keys", "endpoint", "advanced"}


def report_of(settings: Settings, finding: Finding | None) -> Report:
    """A validation whose first check has failed with the finding, or in which it has passed."""
    return Report(settings, (Result(S3_CHECKS[0], Status.FAILED if finding else Status.PASSED, 0.0, finding),), 1.0)


@pytest.mark.parametrize(
    ("finding", "bar"),
    [
        (None, "✓ Storage  ✓ Bucket  ✓ Keys  ✓ Endpoint  ✓ Advanced  ✓ Validate  ▸ Save"),
        (
            Finding(Cause.WRONG_SECRET, "The secret key is wrong."),
            "✓ Storage  ✓ Bucket  ✗ Keys  ✓ Endpoint  ✓ Advanced  ✗ Validate  ▸ Save",
        ),
    ],
)
def test_a_validation_shows_which_steps_are_complete_without_a_visit(finding: Finding | None, bar: str) -> None:
    state = state_of()
    state.record_report(report_of(AMAZON, finding))
    assert frame.step_bar(state, 78, step_named("save"), {"storage", "save"}).plain == bar


def test_a_step_whose_value_the_store_refuses_is_not_ticked() -> None:
    state = state_of()
    finding = Finding(Cause.WRONG_SECRET, "The secret key is wrong.")
    state.record_reachability(ReachabilityStatus(endpoint=True, keys=False, finding=finding), AMAZON)
    assert "✗ Keys" in frame.step_bar(state, 78, step_named("endpoint"), _FORMS).plain


def test_going_back_puts_no_cross_at_the_steps_after() -> None:
    bar = frame.step_bar(state_of(), 78, step_named("endpoint"), {*_FORMS, "validate", "save"}).plain
    assert "✗" not in bar


def test_blank_keys_are_complete_only_where_roles_exist_or_the_store_accepts_them() -> None:
    minio = Settings(provider="minio", bucket="images", regionendpoint="https://minio.example:9000", v4auth=True)
    state = state_of(minio)
    assert "  Keys" in frame.step_bar(state, 78, step_named("endpoint"), _FORMS).plain
    state.record_reachability(ReachabilityStatus(endpoint=True, keys=True), minio)
    assert "✓ Keys" in frame.step_bar(state, 78, step_named("endpoint"), _FORMS).plain
    amazon = state_of(AMAZON.replace({"accesskey": "", "secretkey": Secret()}))
    assert "✓ Keys" in frame.step_bar(amazon, 78, step_named("endpoint"), _FORMS).plain


def test_a_narrow_screen_shows_the_symbols_and_the_current_title() -> None:
    bar = frame.step_bar(state_of(), 58, step_named("bucket"), {"storage", "bucket"}).plain
    assert bar == "✓  ▸ Bucket  2 of 7               "
    assert len(bar.split("  ")) >= len(STEPS)


def test_the_steps_of_a_folder_are_counted_without_those_that_are_left_out() -> None:
    state = state_of(Settings(provider="filesystem", rootdirectory="/srv"))
    assert "▸ Validate  3 of 4" in frame.step_bar(state, 58, step_named("validate"), set()).plain


@pytest.mark.parametrize(
    ("status", "row"),
    [
        (ReachabilityStatus(), "Store:  · endpoint  · keys  · bucket"),
        (
            ReachabilityStatus(endpoint=True, keys=True, bucket=True),
            "Store:  ✓ s3.us-east-1.amazonaws.com answers  ✓ keys accepted  ✓ bucket images",
        ),
        (
            ReachabilityStatus(endpoint=True, keys=True, bucket=False),
            "Store:  ✓ s3.us-east-1.amazonaws.com answers  ✓ keys accepted  ✗ no bucket images",
        ),
        (
            ReachabilityStatus(endpoint=True, keys=False),
            "Store:  ✓ s3.us-east-1.amazonaws.com answers  ✗ keys refused  · bucket",
        ),
        (
            ReachabilityStatus(endpoint=False),
            "Store:  ✗ s3.us-east-1.amazonaws.com: does not answer  · keys  · bucket",
        ),
    ],
)
def test_the_status_row_shows_what_the_quick_check_found(status: ReachabilityStatus, row: str) -> None:
    state = state_of()
    state.record_reachability(status, AMAZON)
    assert frame.status_row(state, is_checking_store=False).plain == row


@pytest.mark.parametrize(
    ("status", "row"),
    [
        (
            ReachabilityStatus(endpoint=True, keys=True, bucket=True),
            "Store:  ✓ answers  ✓ keys accepted  ✓ bucket images",
        ),
        (ReachabilityStatus(endpoint=True, keys=False), "Store:  ✓ answers  ✗ keys refused  · bucket"),
        (ReachabilityStatus(endpoint=False), "Store:  ✗ s3.us-east-1.amazonaws.com: does not answer"),
        (
            ReachabilityStatus(endpoint=False, finding=Finding(Cause.TLS_HOSTNAME, "")),
            "Store:  ✗ certificate for another name",
        ),
    ],
)
def test_a_narrow_status_row_is_not_cut(status: ReachabilityStatus, row: str) -> None:
    state = state_of()
    state.record_reachability(status, AMAZON)
    assert frame.status_row(state, 58, is_checking_store=False).plain == row


def test_a_result_for_other_settings_is_not_shown() -> None:
    state = state_of()
    state.record_reachability(ReachabilityStatus(endpoint=True), AMAZON.replace({"bucket": "other"}))
    assert "·" in frame.status_row(state, is_checking_store=False).plain


def test_a_running_quick_check_is_shown() -> None:
    assert frame.status_row(state_of(), is_checking_store=True).plain == "Store:  … endpoint  … keys  … bucket"


def test_the_status_row_names_what_blank_keys_came_from() -> None:
    state = state_of(AMAZON.replace({"accesskey": ""}))
    status = ReachabilityStatus(endpoint=True, keys=True, credentials="AWS_ACCESS_KEY_ID")
    state.record_reachability(status, state.settings)
    assert "✓ AWS_ACCESS_KEY_ID accepted" in frame.status_row(state, is_checking_store=False).plain


@pytest.mark.parametrize(
    ("cause", "problem"),
    [
        (Cause.TLS_UNTRUSTED, "certificate not trusted"),
        (Cause.PLAIN_HTTP, "speaks plain http"),
        (Cause.TIMEOUT, "does not answer"),
    ],
)
def test_the_status_row_says_why_an_endpoint_cannot_be_used(cause: Cause, problem: str) -> None:
    state = state_of()
    state.record_reachability(ReachabilityStatus(endpoint=False, finding=Finding(cause, "")), AMAZON)
    assert f"✗ s3.us-east-1.amazonaws.com: {problem}  " in frame.status_row(state, is_checking_store=False).plain


def test_a_folder_is_not_checked_over_the_network() -> None:
    state = state_of(Settings(provider="filesystem"))
    assert "no network checks needed" in frame.status_row(state, is_checking_store=False).plain


@pytest.mark.parametrize("width", [30, 40, 80])
def test_keys_that_do_not_fit_are_named_by_f1(width: int) -> None:
    keys = [("Enter", "Next"), ("Esc", "Back"), ("F3", "Show"), ("F6", "Policy"), ("F1", "Help"), ("^Q", "Quit")]
    row = frame.key_row(keys, width=width).plain
    assert len(row) <= width
    assert row.startswith("Enter Next")
    assert row.endswith("^Q Quit" if width == 80 else "F1 Help")


_KEYS = [("Enter", "Next"), ("F7", "Use http://minio.example:9000 instead"), ("Esc", "Back"), ("^Q", "Quit")]


@pytest.mark.parametrize(
    ("width", "row"),
    [
        (78, "Enter Next   F7 Use http://minio.example:9000 instead   Esc Back   ^Q Quit"),
        (68, "Enter Next   F7 Use http://minio.example:9000 instead   F1 Help"),
        (55, "Enter Next   F7 Apply fix   Esc Back   F1 Help"),
        (40, "Enter Next   F7 Apply fix   F1 Help"),
        (28, "Enter Next   F1 Help"),
        *((15, "Enter Next"), (1, "Enter Next"), (0, "Enter Next"), (-1, "Enter Next")),
    ],
)
def test_the_key_row_leaves_out_the_last_keys_and_then_the_words_of_a_fix(width: int, row: str) -> None:
    assert frame.key_row(_KEYS, width).plain == row


@pytest.mark.parametrize(
    ("width", "row"),
    [
        (78, "Enter Next   F7 Use http://minio:9000   Esc Back   F4 More   F1 Help"),
        (58, "Enter Next   F7 Apply fix   Esc Back   F4 More   F1 Help"),
    ],
)
def test_the_key_of_the_folded_settings_stays_beside_a_fix(width: int, row: str) -> None:
    keys = [
        ("Enter", "Next"),
        ("F7", "Use http://minio:9000"),
        ("Esc", "Back"),
        ("F4", "More"),
        ("F10", "Save"),
        *_KEYS[3:],
    ]
    assert frame.key_row(keys, width).plain == row


def test_the_keys_of_help_and_of_the_folded_settings_have_different_names_where_keys_are_left_out() -> None:
    keys = [("Enter", "Next"), ("Esc", "Back"), ("F4", "More"), ("F10", "Save"), ("F1", "Help"), ("^Q", "Quit")]
    assert frame.key_row(keys, 58).plain == "Enter Next   Esc Back   F4 More   F10 Save   F1 Help"


@pytest.mark.parametrize(
    ("enter", "fix", "width", "row"),
    [
        ("Go to Bucket", "Use eu", 78, "Enter Go to Bucket   F7 Use eu   F10 Save anyway…   F2 Again   F1 Help"),
        ("Go to Region", "Use eu-west-1", 58, "Enter Correct   F7 Apply fix   F10 Save anyway…   F1 Help"),
        ("Go to Region", "Use less…", 58, "Enter Correct   F7 Use less…   F10 Save anyway…   F1 Help"),
        ("Validate again", "Last resort: less…", 58, "Enter Again   F7 Apply fix…   F10 Save anyway…   F1 Help"),
        (
            "Go to Region",
            "Use eu-west-1 instead",
            78,
            "Enter Go to Region   F7 Use eu-west-1 instead   F10 Save anyway…   F1 Help",
        ),
        (
            "Go to Region endpoint",
            "Use eu-west-1",
            78,
            "Enter Go to Region endpoint   F7 Use eu-west-1   F10 Save anyway…   F1 Help",
        ),
        (
            "Go to Region",
            "Set the region to eu-west-1 and more words",
            78,
            "Enter Go to Region   F7 Set the region to eu-west-1 and more words   F1 Help",
        ),
        ("Go to Region endpoint", "", 58, "Enter Go to Region endpoint   F10 Save anyway…   F1 Help"),
    ],
)
def test_saving_anyway_stays_in_view_after_a_failure(enter: str, fix: str, width: int, row: str) -> None:
    fixes = [("F7", fix)] if fix else []
    keys = [("Enter", enter), *fixes, frame.SAVE_ANYWAY, ("F2", "Again"), ("Esc", "Back"), ("Space", "Details")]
    assert frame.key_row(keys, width).plain == row


def test_a_fix_that_asks_first_has_an_ellipsis() -> None:
    fix = Fix("Turn off TLS verification.", {"skipverify": True})
    assert frame.fix_hint(fix, asks=True) == ("F7", "Turn off TLS verification…")
    assert frame.fix_hint(fix, asks=False) == ("F7", "Turn off TLS verification")
