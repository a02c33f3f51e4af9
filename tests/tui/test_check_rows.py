"""The rows of the Validate step, drawn from the progress of a validation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.pilot import AMAZON
from wizard.checks.check import GROUPS
from wizard.model.findings import Cause, Finding, Fix
from wizard.tui.terminal.glyphs import GLYPHS
from wizard.tui.validation_progress import ValidationProgress
from wizard.tui.widgets import check_rows
from wizard.validation.results import Report, Result, Started, Status

_FIX = Fix("Set the region to eu-west-1.", {"region": "eu-west-1"})


class Validation:
    """A validation whose events the test chooses; `now` is the time in seconds."""

    def __init__(self) -> None:
        self.now = 100.0
        self.progress = ValidationProgress(settings=AMAZON, started_at=self.now, clock=lambda: self.now)
        self._checks = {check.id: check for check in self.progress.checks}

    def start(self, *ids: str) -> None:
        for check_id in ids:
            self.progress.record(Started(self._checks[check_id]))

    def end(self, check_id: str, status: Status, finding: Finding | None = None, seconds: float = 0.0) -> None:
        self.progress.record(Result(self._checks[check_id], status, seconds, finding, reason="needs `write`"))

    def end_all(self, **changes: Status) -> None:
        """Ends every check; it passes unless its status is given by its id, with `_` in place of `-`."""
        for check_id in self._checks:
            self.end(check_id, changes.get(check_id.replace("-", "_"), Status.PASSED))

    def report(self, **more: Any) -> None:
        """Ends the validation. `more` are further fields of the report."""
        results = tuple(self.progress.results[check_id] for check_id in self._checks)
        self.progress.record(Report(AMAZON, results, 1.5, **more))

    def row(self, group: str, width: int = 78) -> str:
        return check_rows.row(self.progress, group, width, highlighted=False).plain

    @property
    def verdict(self) -> str:
        return check_rows.verdict(self.progress)[0]


# --- rows ---


def test_a_group_that_has_not_started_has_no_symbol_and_no_time() -> None:
    row = Validation().row("objects")
    assert row.startswith("  Read and write  list, write")
    assert row.endswith("  ")


def test_a_group_that_is_running_has_a_symbol_and_after_two_seconds_a_time() -> None:
    validation = Validation()
    validation.start("list")
    assert validation.row("objects").startswith("… ")
    validation.now += 2
    assert "s" not in validation.row("objects")[-5:]
    validation.now += 1
    assert validation.row("objects").endswith("  3s")


@pytest.mark.parametrize(
    ("status", "symbol"),
    [(Status.PASSED, "✓"), (Status.FAILED, "✗"), (Status.WARNING, "!"), (Status.SKIPPED, "✓")],
)
def test_the_symbol_of_a_group_is_that_of_its_worst_check(status: Status, symbol: str) -> None:
    validation = Validation()
    validation.end_all(write=status)
    assert validation.row("objects").startswith(f"{symbol} Read and write")


def test_a_group_without_a_check_that_ran_is_skipped() -> None:
    validation = Validation()
    validation.end_all(delete=Status.SKIPPED)
    assert validation.row("delete").startswith("· Delete")


def test_the_time_of_a_group_is_that_of_its_slowest_check() -> None:
    validation = Validation()
    validation.end_all()
    assert validation.row("objects").endswith("  ")
    validation.end("list", Status.PASSED, seconds=0.0421)
    validation.end("write", Status.PASSED, seconds=0.0112)
    assert validation.row("objects").endswith("  42ms")
    validation.end("read", Status.PASSED, seconds=1.26)
    assert validation.row("objects").endswith("  1.3s")


def test_a_row_says_what_the_registry_needs_the_group_for() -> None:
    validation = Validation()
    assert " everything " in validation.row("objects")
    assert " delete " in validation.row("delete")


@pytest.mark.parametrize("width", [78, 98, 77, 60, 40, 30])
@pytest.mark.parametrize("group", GROUPS)
def test_a_row_has_the_requested_width_and_leaves_out_what_does_not_fit(group: str, width: int) -> None:
    validation = Validation()
    validation.end_all()
    row = validation.row(group, width)
    assert len(row) == width
    assert row.startswith(f"✓ {GROUPS[group]} ")


def test_a_row_has_its_width_in_ascii_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GLYPHS, "ascii", True)
    validation = Validation()
    validation.end_all(write=Status.FAILED)
    assert validation.row("objects").startswith("FAIL Read and write")
    assert len(validation.row("objects")) == 78


# --- what is below a row ---


def test_each_finding_is_shown_with_its_fix_and_the_key_of_the_first_fix() -> None:
    validation = Validation()
    validation.end("write", Status.FAILED, Finding(Cause.WRONG_REGION, "The bucket is elsewhere.", fix=_FIX))
    validation.end("list", Status.WARNING, Finding(Cause.ADVICE, "It is slow.", fix=_FIX._replace(text="Wait.")))
    assert [line.plain for line in check_rows.findings(validation.progress, "objects")] == [
        "! list  It is slow.",
        "Wait.",
        "✗ write  The bucket is elsewhere.",
        "^F  Set the region to eu-west-1.",
    ]
    assert validation.progress.fix() is _FIX


def test_without_a_failure_the_key_applies_the_fix_of_a_warning() -> None:
    validation = Validation()
    validation.end("write", Status.WARNING, Finding(Cause.ADVICE, "Use another region.", fix=_FIX))
    assert validation.progress.fix() is _FIX


def test_details_name_the_permissions_of_each_check_or_why_it_was_skipped() -> None:
    validation = Validation()
    validation.start("list")
    validation.end("write", Status.PASSED, seconds=0.01)
    validation.end("head", Status.SKIPPED)
    groups = validation.progress.groups()
    lines = [line.plain for line in check_rows.details(validation.progress, "objects")]
    by_id = {check.id: line for check, line in zip(groups["objects"], lines, strict=True)}
    assert by_id["list"].startswith("… ")
    assert "s3:ListBucket" in by_id["list"]
    assert by_id["write"].startswith("✓ Write an object ")
    assert by_id["write"].endswith("10ms")
    assert by_id["head"].startswith("· ")
    assert "needs `write`" in by_id["head"]


# --- the validation as a whole ---


def test_before_the_first_validation_there_is_no_verdict_and_no_count() -> None:
    assert check_rows.verdict(ValidationProgress()) == ("", "")
    assert check_rows.count(ValidationProgress()) == ""
    assert check_rows.proofs(ValidationProgress()) == []


def test_the_count_and_the_time_run_until_the_report() -> None:
    validation = Validation()
    validation.end("write", Status.PASSED)
    validation.now += 0.25
    total = len(validation.progress.checks)
    assert check_rows.count(validation.progress) == f"1 of {total}    0.25 s"
    validation.end_all()
    validation.report()
    assert check_rows.count(validation.progress) == f"{total} of {total}    1.50 s"


def test_a_check_that_has_been_running_for_long_is_named() -> None:
    validation = Validation()
    assert validation.verdict == "Trying the storage …"
    validation.start("list", "write")
    validation.end("list", Status.PASSED)
    validation.now += 3
    assert validation.verdict == "Waiting for the store in `write` (Write an object), 3 s"


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "All checks passed: the registry can push, pull and delete here."),
        ({"write": Status.FAILED}, "1 of {total} checks failed. Nothing has been saved."),
        ({"tls": Status.WARNING}, "Passed, with 1 warning: the registry can push, pull and delete here."),
        (
            {"tls": Status.WARNING, "clock": Status.WARNING},
            "Passed, with 2 warnings: the registry can push, pull and delete here.",
        ),
        ({"tls": Status.SKIPPED}, "All checks passed: the registry can push, pull and delete here."),
        ({"lifecycle": Status.SKIPPED}, "All that the registry needs passed: it can push, pull and delete here."),
    ],
)
def test_the_verdict_follows_the_report(changes: dict[str, Status], verdict: str) -> None:
    validation = Validation()
    validation.end_all(**changes)
    validation.report()
    assert validation.verdict == verdict.format(total=len(validation.progress.checks))


@pytest.mark.parametrize(
    ("leftovers", "verdict"),
    [
        ((), "Stopped. Nothing of it is left in the store."),
        (("some/key",), "Stopped. What may be left is named above."),
    ],
)
def test_a_stopped_validation_says_whether_objects_may_be_left(leftovers: tuple[str, ...], verdict: str) -> None:
    validation = Validation()
    validation.end_all()
    validation.report(cancelled=True, leftovers=leftovers)
    assert validation.verdict == verdict
    assert check_rows.proofs(validation.progress) == []


@pytest.mark.parametrize(
    ("removed", "sentence"),
    [
        (("a/key",), "Removed what an earlier validation had left: a/key."),
        (("a/key", "b", "c"), "Removed what an earlier validation had left: a/key and 2 more."),
    ],
)
def test_what_was_removed_of_earlier_validations_is_reported(removed: tuple[str, ...], sentence: str) -> None:
    validation = Validation()
    validation.end_all()
    validation.report(removed=removed)
    assert check_rows.proofs(validation.progress)[0] == sentence


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        (
            {"environment": ("HTTP_PROXY",)},
            "Used of this machine: HTTP_PROXY. The registry needs the same in its own environment.",
        ),
        ({"notes": ("Sent 5 MiB.",)}, "Sent 5 MiB."),
    ],
    ids=["environment", "notes"],
)
def test_what_a_validation_that_passed_has_used_and_done_is_reported(
    field: dict[str, tuple[str, ...]], sentence: str
) -> None:
    validation = Validation()
    validation.end_all()
    validation.report()
    before = check_rows.proofs(validation.progress)
    validation.report(**field)
    assert check_rows.proofs(validation.progress) == [sentence, *before]


def test_only_checks_that_passed_prove_something() -> None:
    validation = Validation()
    validation.end_all(multipart_copy=Status.WARNING)
    validation.report()
    proofs = check_rows.proofs(validation.progress)
    assert any("pushed" in proof for proof in proofs)
    assert not any("Large layers" in proof for proof in proofs)
