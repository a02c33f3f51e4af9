"""Our verdict on a configuration is right when the real registry can do its work with it exactly when we said so."""

from __future__ import annotations

import pytest

from tests.registry.rows import ROWS, Row
from tests.registry.stores import Servers
from tests.registry.trip import SMALL_THRESHOLD, Outcome, Programs, trip
from tests.support.live_store import LiveStore
from wizard.model.findings import Fix
from wizard.model.settings import Settings
from wizard.validation import runner
from wizard.validation.results import Report, Result


@pytest.fixture
def servers(request: pytest.FixtureRequest) -> Servers:
    return Servers(request)


def settings_of(row: Row, store: LiveStore) -> Settings:
    changes = row.changes(store) if callable(row.changes) else row.changes
    return store.settings(**{"registry": "distribution-2", "multipartcopythresholdsize": SMALL_THRESHOLD, **changes})


def environment_of(row: Row, servers: Servers) -> dict[str, str]:
    known = {"self-signed": str(servers.certificates.self_signed.ca)}
    trusted = {"SSL_CERT_FILE": str(servers.certificates.ca)} if row.trusting else {}
    return trusted | {name: known.get(value, value) for name, value in row.environment.items()}


def report_of(settings: Settings, patience: float) -> Report:
    *_, report = runner.run_checks(settings, deadline=patience)
    assert isinstance(report, Report)
    return report


def first_failed(report: Report) -> Result | None:
    return next((result for result in report.results if result.check.id in report.failed), None)


def fix_of(report: Report) -> Fix | None:
    """The first change of settings that a red line offers."""
    fixes = [r.finding.fix for r in report.results if r.check.id in report.failed and r.finding]
    return next((fix for fix in fixes if fix and fix.set), None)


def assert_agreement(report: Report, outcome: Outcome | None, *, green: bool) -> None:
    said = [(r.check.id, r.finding.cause.value, r.finding.text) for r in report.results if r.finding]
    assert report.passed == green, said
    if outcome is not None:
        assert outcome.works == green, outcome.said


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_the_verdict_is_the_registrys(
    row: Row, servers: Servers, programs: Programs | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = environment_of(row, servers)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with row.store(servers) as store:
        settings = settings_of(row, store)

        def goes(these: Settings) -> Outcome | None:
            if programs is None:
                return None
            return trip(programs, these, environment, row.layers, row.patience, collect=row.collects is not None)

        report, outcome = report_of(settings, row.patience), goes(settings)
        assert_agreement(report, outcome, green=row.cause is None)
        if row.collects is not None:
            warned = any(result.finding and "garbage-collected" in result.finding.text for result in report.results)
            assert warned is not row.collects
            assert outcome is None or outcome.collected is row.collects
        failed = first_failed(report)
        told = (failed.check.id, failed.finding.cause) if failed and failed.finding else ("", None)
        assert told == (row.check, row.cause)
        fix = fix_of(report)
        assert (fix is not None) == (row.mended or row.then is not None), fix
        if fix is None:
            return
        after = report_of(settings.replace(fix.set), row.patience)
        if row.then is None:
            assert_agreement(after, goes(settings.replace(fix.set)), green=True)
        else:
            next_one = first_failed(after)
            assert next_one
            assert next_one.finding
            assert next_one.finding.cause is row.then
            assert_agreement(after, goes(settings.replace(fix.set)), green=False)


def test_the_matrix_is_large_and_its_rows_have_names_of_their_own() -> None:
    assert len(ROWS) >= 40
    assert len({row.name for row in ROWS}) == len(ROWS)
