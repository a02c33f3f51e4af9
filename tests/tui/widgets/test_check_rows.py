"""The rows of the Validate step, drawn from the progress of a validation."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.pilot import AMAZON
from wizard.checks.check import GROUPS
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.tui.terminal.glyphs import GLYPHS
from wizard.tui.validation_progress import ValidationProgress
from wizard.tui.widgets import check_rows
from wizard.tui.widgets.check_rows import Below
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
        blocker = self._checks["write"] if status is Status.SKIPPED else None
        self.progress.record(Result(self._checks[check_id], status, seconds, finding, "needs `write`", blocker))

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

    def findings(self, group: str, enter: str = "Validate again", *, asks: bool = False, width: int = 76) -> list[str]:
        return [line.plain for line in check_rows.findings(self.progress, group, width, enter, asks=asks)]


# --- rows ---


def test_a_narrow_row_counts_the_checks_whose_words_it_has_no_room_for() -> None:
    validation = Validation()
    validation.end_all()
    assert validation.row("advice", 57).split() == ["✓", "Advice", "5", "checks"]
    finding = Finding(Cause.ADVICE, "", Severity.WARNING)
    for check_id in ("contents", "lifecycle", "versioning", "public-access"):
        validation.end(check_id, Status.WARNING, finding)
    assert validation.row("advice", 57).split() == ["!", "Advice", "4", "of", "5", "checks"]


def test_a_group_that_has_not_started_has_the_symbol_of_not_run_and_says_what_needs_it() -> None:
    row = Validation().row("objects")
    assert row.startswith("· Read and write   list, write")
    assert row.endswith(" everything")


def test_a_group_that_is_running_has_a_symbol_and_after_two_seconds_a_time() -> None:
    validation = Validation()
    validation.start("list")
    assert validation.row("objects").startswith("… Read and write   list, write, ")
    validation.now += 2
    assert "s" not in validation.row("objects")[-5:]
    validation.now += 1
    assert validation.row("objects").endswith("  3 s")


@pytest.mark.parametrize(
    ("status", "symbol"),
    [(Status.PASSED, "✓"), (Status.FAILED, "✗"), (Status.WARNING, "!"), (Status.SKIPPED, "✓")],
)
def test_the_symbol_of_a_group_is_that_of_its_worst_check(status: Status, symbol: str) -> None:
    validation = Validation()
    validation.end_all(write=status)
    assert validation.row("objects").startswith(f"{symbol} Read and write")


def test_a_group_without_a_check_that_ran_says_why_in_words() -> None:
    validation = Validation()
    validation.end_all(delete=Status.SKIPPED)
    row = validation.row("delete")
    assert row.startswith('· Delete           not run: needs "Write an object" ')
    assert row.endswith(" push, delete")


@pytest.mark.parametrize(("status", "word"), [(Status.FAILED, "write ✗,"), (Status.WARNING, "write !,")])
def test_the_word_of_a_check_that_failed_or_warns_has_its_symbol(status: Status, word: str) -> None:
    validation = Validation()
    validation.end_all(write=status)
    assert f"list, {word} look up" in validation.row("objects")


def test_the_time_of_a_group_is_that_of_its_slowest_check_that_ran() -> None:
    validation = Validation()
    validation.end_all()
    validation.end("list", Status.PASSED, seconds=0.0421)
    validation.end("write", Status.PASSED, seconds=0.0112)
    assert validation.row("objects").endswith("  42 ms")
    validation.end("read", Status.SKIPPED, seconds=2.0)
    assert validation.row("objects").endswith("  42 ms")
    validation.end("read", Status.PASSED, seconds=1.26)
    assert validation.row("objects").endswith("  1.3 s")


def test_a_group_that_failed_says_what_needs_it_instead_of_its_time() -> None:
    validation = Validation()
    validation.end_all(delete=Status.FAILED)
    validation.end("delete", Status.FAILED, seconds=1.0)
    assert validation.row("delete").endswith(" push, delete")


@pytest.mark.parametrize(
    ("group", "row"),
    [
        ("objects", "  for everything   Checks that images can be pushed and come back identical."),
        ("delete", "  for push, delete Checks that deleted data is really deleted."),
        ("cleanup", "                   Checks that no test data is left in the store."),
    ],
)
def test_the_row_below_says_what_a_group_proves_and_what_needs_it(group: str, row: str) -> None:
    assert check_rows.proof_row(Validation().progress, group, 78).plain == row


def test_a_group_that_has_passed_says_what_it_has_proven() -> None:
    validation = Validation()
    validation.end_all(write=Status.FAILED)
    assert check_rows.proof(validation.progress, "delete") == "Deleted data is really deleted."
    assert check_rows.proof(validation.progress, "objects").startswith("Checks that images can be pushed ")


@pytest.mark.parametrize("group", GROUPS)
def test_one_row_can_say_what_a_group_proves_and_what_needs_it(group: str) -> None:
    validation = Validation()
    validation.end_all()
    row = check_rows.row(validation.progress, group, 77, highlighted=False, below=Below.INLINE).plain
    assert f" {check_rows.proof(validation.progress, group)} " in f"{row} "
    assert row.rstrip().endswith(check_rows.needed_for(validation.progress.groups[group]))


def test_a_row_names_only_checks_that_ran() -> None:
    validation = Validation()
    validation.end_all(tls=Status.SKIPPED)
    assert "connect, clock" in validation.row("reach")


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({}, "✓ Delete           for push, delete"),
        ({"delete": Status.FAILED}, "✗ Delete           delete objects ✗          push, delete"),
        ({"delete": Status.SKIPPED}, "· Delete           not run                   push, delete"),
    ],
)
def test_a_narrow_row_says_what_needs_the_group_and_what_is_wrong(changes: dict[str, Status], row: str) -> None:
    validation = Validation()
    validation.end_all(**changes)
    finding = Finding(Cause.STORE_ERROR, "It failed.")
    if Status.FAILED in changes.values():
        validation.end("delete", Status.FAILED, finding)
    assert validation.row("delete", 57).rstrip() == row


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_fits_78_columns_without_an_ellipsis(group: str) -> None:
    validation = Validation()
    validation.end_all()
    validation.end(validation.progress.groups[group][0].id, Status.PASSED, seconds=0.999)
    assert "…" not in validation.row(group)
    assert "…" not in check_rows.proof_row(validation.progress, group, 78).plain


@pytest.mark.parametrize(("status", "is_shown"), [(Status.PASSED, True), (Status.FAILED, False)])
def test_only_a_group_that_has_passed_says_that_something_holds(status: Status, is_shown: bool) -> None:
    validation = Validation()
    validation.end_all(write=status)
    row = check_rows.row(validation.progress, "objects", 98, highlighted=False, below=Below.DETAILS).plain
    assert ("Images can be pushed" in row) == is_shown


def test_a_row_does_not_repeat_what_the_row_below_says() -> None:
    progress = Validation().progress
    row = check_rows.row(progress, "delete", 78, highlighted=False, below=Below.PROOF).plain
    assert row.rstrip().endswith("delete objects")


@pytest.mark.parametrize("width", [78, 98, 77, 60, 40, 30])
@pytest.mark.parametrize("group", GROUPS)
def test_a_row_has_the_requested_width_and_leaves_out_what_does_not_fit(group: str, width: int) -> None:
    validation = Validation()
    validation.end_all()
    row = validation.row(group, width)
    assert len(row) == width
    assert row.startswith(f"✓ {GROUPS[group].title} ")


def test_a_row_has_its_width_in_ascii_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GLYPHS, "ascii", True)
    validation = Validation()
    validation.end_all(write=Status.FAILED)
    assert validation.row("objects").startswith("FAIL Read and write")
    assert len(validation.row("objects")) == 78


# --- what is below a row ---


def test_a_finding_says_what_is_wrong_and_then_what_to_do() -> None:
    validation = Validation()
    validation.end("write", Status.FAILED, Finding(Cause.WRONG_REGION, "The bucket is elsewhere.", fix=_FIX))
    validation.end("list", Status.WARNING, Finding(Cause.ADVICE, "It is slow.", fix=_FIX._replace(text="Wait.")))
    assert validation.findings("objects", "Go to Region") == [
        "│ Write an object: The bucket is elsewhere.",
        "F7 Set the region to eu-west-1.",
        "Enter Go to Region",
        "│ List the bucket: It is slow.",
        "To fix: Wait.",
    ]
    assert validation.progress.fix() is _FIX


def test_beside_a_failure_no_key_applies_the_fix_of_a_warning() -> None:
    validation = Validation()
    validation.end("write", Status.WARNING, Finding(Cause.ADVICE, "It is slow.", fix=_FIX))
    validation.end("list", Status.FAILED, Finding(Cause.STORE_ERROR, "The store fails."))
    assert validation.progress.fix() is None
    assert validation.findings("objects")[-1] == "To fix: Set the region to eu-west-1."


@pytest.mark.parametrize(
    ("finding", "lines"),
    [
        (Finding(Cause.STORE_ERROR, "The store fails (A. B). Wait."), ["The store fails (A. B).", "Wait."]),
        (Finding(Cause.WRONG_REGION, "It is elsewhere.", fix=_FIX), ["It is elsewhere.", f"F7 {_FIX.text}"]),
        (Finding(Cause.WRONG_SECRET, "The keys don't match."), ["The keys don't match.", ""]),
    ],
)
def test_the_first_line_says_what_is_wrong_and_the_second_what_to_do(finding: Finding, lines: list[str]) -> None:
    validation = Validation()
    validation.end_all()
    validation.end("list", Status.FAILED, finding)
    validation.report()
    problem, remedy = check_rows.problem_and_remedy(validation.progress, 78, asks=False).split("\n")
    assert (problem, remedy) == (f"Failed: {lines[0]}", f"{lines[1]} Nothing was saved.".lstrip())


def test_a_hint_of_a_check_that_passed_is_shown() -> None:
    validation = Validation()
    validation.end("contents", Status.PASSED, Finding(Cause.ADVICE, "The bucket is new.", Severity.HINT))
    assert [line.plain for line in check_rows.hints(validation.progress, "advice", 76)] == ["The bucket is new."]


def test_a_fix_that_lowers_security_is_offered_last_and_asks() -> None:
    validation = Validation()
    fix = Fix("Last resort: turn off TLS verification.", {"skipverify": True})
    validation.end("tls", Status.FAILED, Finding(Cause.TLS_UNTRUSTED, "Trust its CA.", fix=fix))
    assert validation.findings("reach", asks=True)[1:] == [
        "Enter Validate again",
        "F7 Last resort: turn off TLS verification. (asks first)",
    ]


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("It isn't trusted. Trust its CA.", "Trust its CA. Nothing was saved."),
        (f"It isn't trusted. If you know it, trust it: cp {'a' * 200} b", "If you know it, trust it."),
    ],
)
def test_what_to_do_about_a_certificate_is_to_trust_it(text: str, remedy: str) -> None:
    validation = Validation()
    validation.end_all()
    fix = Fix("Last resort: turn off TLS verification.", {"skipverify": True})
    validation.end("tls", Status.FAILED, Finding(Cause.TLS_UNTRUSTED, text, fix=fix))
    validation.report()
    lines = check_rows.problem_and_remedy(validation.progress, 58, asks=True).split("\n")
    assert lines[0] == "Failed: It isn't trusted."
    assert lines[1].startswith(remedy)


def test_a_missing_permission_leads_to_the_policy() -> None:
    validation = Validation()
    validation.end("write", Status.FAILED, Finding(Cause.ACCESS_DENIED, "These keys aren't allowed to write."))
    assert validation.findings("objects", "Go to Access key")[1:] == [
        "Enter Go to Access key   F6 Show the policy that is needed"
    ]


def test_long_lines_of_a_finding_are_indented_as_the_first() -> None:
    validation = Validation()
    fix = Fix("Ask whoever runs the store to allow it for this key.")
    validation.end(
        "write", Status.FAILED, Finding(Cause.STORE_ERROR, "It failed, and says no more than that.", fix=fix)
    )
    assert validation.findings("objects", width=40) == [
        "│ Write an object: It failed, and says",
        "│ no more than that.",
        "To fix: Ask whoever runs the store to",
        "        allow it for this key.",
        "Enter Validate again",
    ]


def test_without_a_failure_the_key_applies_the_fix_of_a_warning() -> None:
    validation = Validation()
    validation.end("write", Status.WARNING, Finding(Cause.ADVICE, "Use another region.", fix=_FIX))
    assert validation.progress.fix() is _FIX


@pytest.mark.parametrize("width", [76, 58])
def test_details_name_the_permissions_of_each_check_or_why_it_did_not_run(width: int) -> None:
    validation = Validation()
    validation.start("list")
    validation.end("write", Status.PASSED, seconds=0.01)
    validation.end("head", Status.SKIPPED)
    lines = [line.plain for line in check_rows.details(validation.progress, "objects", width)]
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    for pattern in (
        r"… List the bucket\s+s3:ListBucket\b",
        r"✓ Write an object\s.*10 ms$",
        r'· Read object metadata\s+not run: needs "Write an object"',
    ):
        assert re.search(pattern, text, re.MULTILINE), text


# --- the validation as a whole ---


def test_before_the_first_validation_there_is_no_count() -> None:
    assert check_rows.count(ValidationProgress()) == ""


def test_the_count_is_of_checks_that_ran() -> None:
    validation = Validation()
    validation.end("write", Status.PASSED)
    validation.end("read", Status.SKIPPED)
    validation.now += 0.25
    total = len(validation.progress.checks)
    assert check_rows.count(validation.progress) == f"1 of {total - 1} done   0.2 s"
    validation.end_all(read=Status.SKIPPED)
    assert check_rows.count(validation.progress).startswith(f"{total - 1} of {total - 1} done")
    validation.report()
    counted = f"{total - 1} passed · 1 not run"
    assert check_rows.count(validation.progress) == f"{counted}   1.50 s"
    assert check_rows.count(validation.progress, len(counted)) == counted


def test_while_checks_run_the_first_is_named_and_after_two_seconds_what_it_waits_for() -> None:
    validation = Validation()
    assert check_rows.waiting(validation.progress) == "Validating …"
    validation.start("list", "write")
    validation.end("list", Status.PASSED)
    assert check_rows.waiting(validation.progress) == "Write an object …"
    validation.now += 3
    assert check_rows.waiting(validation.progress) == "Waiting for s3.us-east-1.amazonaws.com: write an object (3 s)"


@pytest.mark.parametrize(
    ("changes", "more", "style"),
    [
        ({}, {}, "$success"),
        ({"write": Status.FAILED}, {}, "$error"),
        ({}, {"cancelled": True}, "$warning"),
    ],
)
def test_the_verdict_has_the_style_of_its_result(changes: dict[str, Status], more: dict[str, Any], style: str) -> None:
    validation = Validation()
    validation.end_all(**changes)
    validation.report(**more)
    assert validation.progress.report is not None
    assert check_rows.verdict(validation.progress.report)[1] == style


@pytest.mark.parametrize(
    ("removed", "sentence"),
    [
        (("a/key",), "Removed test data left by an earlier validation: a/key."),
        (("a/key", "b", "c"), "Removed test data left by an earlier validation: a/key and 2 more."),
    ],
)
def test_what_was_removed_of_earlier_validations_is_reported(removed: tuple[str, ...], sentence: str) -> None:
    assert _remarks(removed=removed) == [sentence]


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        (
            {"environment": ("HTTP_PROXY",)},
            "Used from this machine: HTTP_PROXY. The registry's environment needs the same.",
        ),
        ({"notes": ("Sent 5 MiB.",)}, "Sent 5 MiB."),
    ],
    ids=["environment", "notes"],
)
@pytest.mark.parametrize("changes", [{}, {"write": Status.FAILED}], ids=["passed", "failed"])
def test_what_a_validation_has_used_and_done_is_reported(
    field: dict[str, tuple[str, ...]], sentence: str, changes: dict[str, Status]
) -> None:
    assert _remarks(changes, **field) == [sentence]


def _remarks(changes: dict[str, Status] | None = None, **fields: tuple[str, ...]) -> list[str]:
    """The remarks on a report with these fields."""
    validation = Validation()
    validation.end_all(**changes or {})
    validation.report(**fields)
    assert validation.progress.report is not None
    return check_rows.remarks(validation.progress.report)
