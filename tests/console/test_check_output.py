"""The results of checks are printed as lines."""

from __future__ import annotations

from pathlib import Path

from wizard.checks.all_checks import S3_CHECKS, check_named
from wizard.checks.check import SETTINGS_CHECK
from wizard.checks.filesystem import FILESYSTEM_CHECKS
from wizard.console.check_output import (
    leftover_lines,
    not_run_lines,
    offline_lines,
    report_lines,
    result_lines,
    verification_lines,
)
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.model.settings import Settings
from wizard.session.correction import flags_of
from wizard.validation.results import Report, Result, Status, skipped_as_needing, skipped_as_same_cause

CHECK = next(check for check in S3_CHECKS if check.id == "write")
FINDING = Finding(Cause.ACCESS_DENIED, "These keys aren't allowed to write.", fix=Fix("Allow s3:PutObject."))


def test_a_passed_check_is_one_line_with_its_time() -> None:
    assert list(result_lines(Result(CHECK, Status.PASSED, 0.0123))) == [f"  ok    {CHECK.title:<32}    12 ms"]


def test_a_check_without_a_time_has_no_trailing_blanks() -> None:
    assert list(result_lines(Result(CHECK, Status.PASSED))) == [f"  ok    {CHECK.title}"]


def test_all_findings_of_a_check_are_shown_with_the_flags_that_fix_them() -> None:
    another = Finding(Cause.INVALID_SETTING, "Too small.", fix=Fix("Use 10 MiB.", {"chunksize": 10 << 20}))
    result = Result(CHECK, Status.FAILED, finding=FINDING, more=(another,))
    assert list(result_lines(result, flags_of))[2:] == [
        "        fix: Allow s3:PutObject.",
        "        Too small. [invalid-setting]",
        "        fix: Use 10 MiB: --chunksize 10485760",
    ]


def test_checks_that_did_not_run_for_the_same_reason_are_one_line() -> None:
    skipped = Result(CHECK, Status.SKIPPED, reason="list failed")
    assert list(not_run_lines([skipped, skipped])) == [f"  -     {'2 checks':<32} not run: list failed"]
    assert list(not_run_lines([skipped])) == list(result_lines(skipped))
    assert list(not_run_lines([])) == []


def test_a_skipped_check_is_one_line_with_the_reason() -> None:
    result = Result(CHECK, Status.SKIPPED, 0.5, reason="list failed")
    assert list(result_lines(result)) == [f"  -     {CHECK.title:<32} not run: list failed"]


def test_every_title_fits_its_column() -> None:
    lines = [next(result_lines(Result(check, Status.PASSED, 0.001))) for check in (*S3_CHECKS, *FILESYSTEM_CHECKS)]
    assert {len(line) for line in lines} == {49}


def test_a_skipped_check_names_the_other_one_by_its_title() -> None:
    assert next(iter(result_lines(skipped_as_needing(CHECK, check_named("list"))))).endswith(
        ' not run: needs "List the bucket"'
    )
    assert next(iter(result_lines(skipped_as_needing(CHECK, SETTINGS_CHECK)))).endswith(
        " not run: fix the settings first"
    )


def test_scripts_read_ids() -> None:
    result = skipped_as_same_cause(CHECK, check_named("list"))
    assert result.as_json(Settings())["reason"] == "the same cause as `list`"


def test_a_failed_check_is_followed_by_its_finding_and_fix() -> None:
    assert list(result_lines(Result(CHECK, Status.FAILED, 0.5, FINDING)))[1:] == [
        "        These keys aren't allowed to write. [access-denied]",
        "        fix: Allow s3:PutObject.",
    ]


def test_a_warning_without_a_fix_is_followed_by_its_finding_only() -> None:
    lines = list(result_lines(Result(CHECK, Status.WARNING, 0.5, FINDING._replace(fix=None))))
    assert lines[0].startswith("  warn  ")
    assert lines[1:] == ["        These keys aren't allowed to write. [access-denied]"]


def test_a_report_begins_with_the_path_and_ends_with_the_leftovers() -> None:
    report = Report(Settings(), (Result(CHECK, Status.FAILED, 0.5, FINDING),), 1.234, ("a/key",), removed=("b/key",))
    lines = list(report_lines(Path("storage.toml"), report))
    assert lines[0] == "storage.toml: FAILED in 1.23 s"
    assert lines[-2:] == list(leftover_lines(report))
    assert lines[-2:] == ["  removed, left by an earlier validation: b/key", "  left behind: a/key"]


def test_a_report_of_a_run_that_was_stopped_says_so() -> None:
    report = Report(Settings(), (), 1.234, cancelled=True)
    assert next(report_lines(Path("storage.toml"), report)) == "storage.toml: stopped after 1.23 s"
    assert next(verification_lines("https://registry.example", report)).endswith(": stopped after 1.23 s")


def test_what_was_used_of_this_machine_is_a_note() -> None:
    report = Report(Settings(), (), 0.0, environment=("HTTP_PROXY", "~/.aws"))
    assert list(leftover_lines(report)) == [
        "  note: Used from this machine: HTTP_PROXY, ~/.aws. The registry's environment needs the same."
    ]


def test_what_was_done_beyond_the_usual_is_a_note() -> None:
    assert list(leftover_lines(Report(Settings(), (), 0.0, notes=("Sent 5 MiB.",)))) == ["  note: Sent 5 MiB."]


def test_a_report_without_notes_has_no_lines_for_them() -> None:
    assert list(leftover_lines(Report(Settings(), (), 0.0))) == []


def test_the_rules_alone_print_all_findings() -> None:
    report = Report(Settings(), (Result(CHECK, Status.FAILED, 0.0, FINDING),), 0.0)
    hint = Finding(Cause.ADVICE, "Think.", Severity.HINT)
    warning = Finding(Cause.DNS, "Unknown.", Severity.WARNING, fix=Fix("Use x."))
    assert list(offline_lines(Path("storage.toml"), report, [FINDING, warning, hint])) == [
        "storage.toml: FAILED in 0.00 s",
        f"  FAIL  {CHECK.title}",
        "        These keys aren't allowed to write. [access-denied]",
        "        fix: Allow s3:PutObject.",
        "        warning: Unknown. [dns]",
        "        fix: Use x.",
        "        hint: Think. [advice]",
        "  note: Only the settings were checked. The store was not contacted.",
    ]


def test_a_path_is_printed_without_control_characters() -> None:
    report = Report(Settings(), (), 0.0)
    assert next(report_lines(Path("\x1b[31m.toml"), report)) == "�[31m.toml: passed in 0.00 s"
