"""The texts around every step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.pilot import AMAZON
from wizard.model.settings import Settings
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, step_named
from wizard.tui.widgets import frame
from wizard.validation.reachability import ReachabilityStatus


def state_of(settings: Settings = AMAZON, name: str = "storage.toml") -> WizardState:
    return WizardState(Path(name), settings)


@pytest.mark.parametrize(
    ("width", "row"),
    [
        (78, "storage-wizard        Docker Trusted Registry · Amazon S3         storage.toml"),
        (50, "storage-wizard       Amazon S3        storage.toml"),
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


def test_a_narrow_screen_shows_the_symbols_and_the_current_title() -> None:
    bar = frame.step_bar(state_of(), 58, step_named("bucket"), {"storage", "bucket"}).plain
    assert bar == "✓  ▸ Bucket  2 of 7               "
    assert len(bar.split("  ")) >= len(STEPS)


@pytest.mark.parametrize(
    ("status", "row"),
    [
        (ReachabilityStatus(), "Live  · endpoint  · keys  · bucket"),
        (
            ReachabilityStatus(endpoint=True, keys=True, bucket=True),
            "Live  ✓ s3.us-east-1.amazonaws.com answers  ✓ keys accepted  ✓ bucket images",
        ),
        (
            ReachabilityStatus(endpoint=True, keys=True, bucket=False),
            "Live  ✓ s3.us-east-1.amazonaws.com answers  ✓ keys accepted  ✗ no bucket images",
        ),
        (
            ReachabilityStatus(endpoint=True, keys=False),
            "Live  ✓ s3.us-east-1.amazonaws.com answers  ✗ keys refused  · bucket",
        ),
        (
            ReachabilityStatus(endpoint=False),
            "Live  ✗ s3.us-east-1.amazonaws.com does not answer  · keys  · bucket",
        ),
    ],
)
def test_the_status_row_shows_what_the_quick_check_found(status: ReachabilityStatus, row: str) -> None:
    state = state_of()
    state.record_reachability(status, AMAZON)
    assert frame.status_row(state, is_checking_store=False).plain == row


def test_a_result_for_other_settings_is_not_shown() -> None:
    state = state_of()
    state.record_reachability(ReachabilityStatus(endpoint=True), AMAZON.replace({"bucket": "other"}))
    assert "·" in frame.status_row(state, is_checking_store=False).plain


def test_a_running_quick_check_is_shown() -> None:
    assert frame.status_row(state_of(), is_checking_store=True).plain == "Live  … endpoint  … keys  … bucket"


def test_the_status_row_names_what_blank_keys_came_from() -> None:
    state = state_of(AMAZON.replace({"accesskey": ""}))
    status = ReachabilityStatus(endpoint=True, keys=True, credentials="AWS_ACCESS_KEY_ID")
    state.record_reachability(status, state.settings)
    assert "✓ AWS_ACCESS_KEY_ID accepted" in frame.status_row(state, is_checking_store=False).plain


def test_a_folder_is_not_checked_over_the_network() -> None:
    state = state_of(Settings(provider="filesystem"))
    assert "no network checks needed" in frame.status_row(state, is_checking_store=False).plain


@pytest.mark.parametrize("width", [30, 40, 80])
def test_keys_that_do_not_fit_are_named_by_f1(width: int) -> None:
    keys = [("Enter", "Next"), ("Esc", "Back"), ("F3", "Show"), ("F6", "Policy"), ("F1", "Help"), ("^Q", "Quit")]
    row = frame.key_row(keys, width=width).plain
    assert len(row) <= width
    assert row.startswith("Enter Next")
    assert row.endswith("^Q Quit" if width == 80 else "F1 ▸ More keys")


def test_the_key_row_lists_keys_and_their_effects() -> None:
    assert frame.key_row([("Enter", "Next"), ("^Q", "Quit")]).plain == "Enter Next   ^Q Quit"
