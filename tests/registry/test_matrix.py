"""A validation passes exactly if the real registry works with the settings, and names what the registry cannot do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from _pytest.mark import ParameterSet

from tests.registry.exercise import SMALL_THRESHOLD, Outcome, Programs, exercise_registry
from tests.registry.other_registries import DIFFERENCES, OTHER_REGISTRIES
from tests.registry.registries import DEBIAN_2_8, DISTRIBUTION_3
from tests.registry.rows import ROWS, Row
from tests.registry.server_rows import KNOWN_DISAGREEMENTS, SERVER_ROWS
from tests.registry.stores import Installed, Servers
from tests.support import matrix_summary
from tests.support.live_store import LiveStore
from tests.support.reports import report_of
from wizard.model.findings import Fix
from wizard.model.settings import Settings
from wizard.validation.results import Report, Result


@pytest.fixture
def servers(request: pytest.FixtureRequest) -> Servers:
    return Servers(request)


def settings_for(row: Row, store: LiveStore) -> Settings:
    changes = row.changes(store) if callable(row.changes) else row.changes
    return store.settings(**{**row.registry.settings, "multipartcopythresholdsize": SMALL_THRESHOLD, **changes})


def environment_for(row: Row, servers: Servers) -> dict[str, str]:
    certificates = {"self-signed": str(servers.certificates.self_signed.ca)}
    trusted = {"SSL_CERT_FILE": str(servers.certificates.ca)} if row.trusts_ca else {}
    return trusted | {name: certificates.get(value, value) for name, value in row.environment.items()}


def first_failure(report: Report) -> Result | None:
    return next((result for result in report.results if result.check.id in report.failed), None)


def has_warning(report: Report, text: str) -> bool:
    return any(result.finding and text in result.finding.text for result in report.results)


def offered_fix(report: Report) -> Fix | None:
    """The first change of settings that a failed check offers."""
    fixes = [result.finding.fix for result in report.results if result.check.id in report.failed and result.finding]
    return next((fix for fix in fixes if fix and fix.set), None)


def assert_same_stage(report: Report, outcome: Outcome, expected_stage: str) -> None:
    """The registry fails at `expected_stage`, and the first failed check says so. '' if both pass."""
    findings = [(result.check.id, result.finding.text) for result in report.results if result.finding]
    assert report.passed == (not expected_stage), findings
    assert outcome.failed_stage == expected_stage, outcome.message
    failed = first_failure(report)
    if failed and failed.check.needed_for:
        assert expected_stage in failed.check.needed_for


def parameter(row: Row, *marks: pytest.MarkDecorator) -> ParameterSet:
    """A row as an argument of the test."""
    needs_server = isinstance(row.store, Installed) or row.registry is not DEBIAN_2_8
    needs_ci = needs_server and not is_sample(row)
    more = [pytest.mark.ci_server] * needs_server + [pytest.mark.ci_only] * needs_ci
    return pytest.param(row, id=row.id, marks=[*marks, *more])


def is_sample(row: Row) -> bool:
    """Whether a row over an installed server or with another registry than Debian's runs outside CI, too."""
    return row.name.endswith(("correct settings", ", V2", "missing bucket")) or row.name in DIFFERENCES[DISTRIBUTION_3]


PARAMETERS = [
    *map(parameter, (*ROWS, *OTHER_REGISTRIES, *SERVER_ROWS)),
    *(parameter(row, pytest.mark.xfail(strict=True, reason=reason)) for row, reason in KNOWN_DISAGREEMENTS),
]


@pytest.mark.parametrize("row", PARAMETERS)
def test_validation_and_registry_agree(
    row: Row, servers: Servers, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    programs = Programs.require(row.registry)
    environment = environment_for(row, servers)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with row.store(servers) as store:
        settings = settings_for(row, store)

        def exercise(changed: Settings) -> Outcome:
            maintain = row.collects_garbage is not None
            return exercise_registry(programs, changed, environment, row.layers, row.timeout, maintain=maintain)

        report, outcome = report_of(settings, deadline=row.deadline), exercise(settings)
        is_said = bool(row.warning) and has_warning(report, row.warning)
        works = not outcome.failed_stage or is_said
        verdict = matrix_summary.compare(passed=report.passed, works=works)
        record_property(matrix_summary.PROPERTY, f"{store_name(row)}|{row.registry.name}|{verdict}")
        assert is_said == bool(row.warning)
        if row.warning:
            assert (report.passed, outcome.failed_stage) == (True, row.stage), outcome.message
        else:
            assert_same_stage(report, outcome, row.expected_stage)
        failed = first_failure(report)
        reported = (failed.check.id, failed.finding.cause) if failed and failed.finding else ("", None)
        assert reported == (row.check, row.cause), failed and failed.finding and failed.finding.text
        if not outcome.failed_stage:
            assert outcome.lists_repositories is (row.catalogue_fails is False)
        if row.collects_garbage is not None:
            warned = has_warning(report, "garbage-collected")
            assert warned is not row.collects_garbage
            assert outcome.collects_garbage is row.collects_garbage
            assert outcome.purges_uploads is (row.purges_uploads if programs.purges_uploads else None)
        fix = offered_fix(report)
        assert (fix is not None) == (row.has_fix or row.next_cause is not None), fix
        if fix is not None:
            assert_fix(row, settings.replace(fix.set), exercise)


def store_name(row: Row) -> str:
    """The store in the summary."""
    if isinstance(row.store, Installed):
        return row.store.kind.__name__
    return row.store.__qualname__.partition(".")[0].partition("_tls")[0].strip("_").replace("_", " ")


def assert_fix(row: Row, fixed: Settings, exercise: Callable[[Settings], Outcome]) -> None:
    """With the fix the registry works or, if the row says so, fails for the next cause."""
    report = report_of(fixed, deadline=row.deadline)
    if row.next_cause is None:
        assert_same_stage(report, exercise(fixed), "")
        return
    failed = first_failure(report)
    assert failed
    assert failed.finding
    assert failed.finding.cause is row.next_cause
    assert_same_stage(report, exercise(fixed), failed.check.needed_for[0])


def all_rows() -> list[Row]:
    return [*ROWS, *OTHER_REGISTRIES, *SERVER_ROWS, *(row for row, _ in KNOWN_DISAGREEMENTS)]


def test_rows_have_unique_names() -> None:
    rows = all_rows()
    assert len({row.id for row in rows}) == len(rows)


def test_each_difference_names_a_row() -> None:
    names = {row.name for row in ROWS}
    assert [name for differences in DIFFERENCES.values() for name in differences if name not in names] == []


def test_a_row_with_a_failing_check_has_a_stage() -> None:
    for row in all_rows():
        has_stage = bool(row.expected_stage) and not row.warning
        assert bool(row.check) == bool(row.cause) == has_stage, row.name
