"""Which checks run for which settings, and what the rules contribute."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.live_store import LiveStore
from tests.support.reports import report_of
from wizard.checks.all_checks import S3_CHECKS
from wizard.checks.check import Check
from wizard.checks.filesystem import FILESYSTEM_CHECKS
from wizard.model.findings import Cause
from wizard.model.settings import Settings
from wizard.validation.results import Status
from wizard.validation.runner import check_settings, checks_for

FOLDER = Settings(provider="filesystem", rootdirectory="/srv/images")


@pytest.mark.parametrize(("settings", "checks"), [(Settings(), S3_CHECKS), (FOLDER, FILESYSTEM_CHECKS)])
def test_the_storage_type_decides_which_checks_run(settings: Settings, checks: tuple[Check, ...]) -> None:
    assert checks_for(settings) == checks
    assert check_settings(settings).check == checks[0]


def test_a_run_reports_the_checks_of_its_storage_type(store: LiveStore, tmp_path: Path) -> None:
    for settings in (store.settings(), FOLDER.replace({"rootdirectory": str(tmp_path)})):
        report = report_of(settings)
        assert tuple(result.check for result in report.results) == checks_for(settings)
        assert report.passed


def test_an_error_of_the_rules_fails() -> None:
    result = check_settings(Settings(bucket=""))
    assert result.status is Status.FAILED
    assert result.finding
    assert result.finding.cause is Cause.INVALID_SETTING


def test_a_warning_of_the_rules_is_a_warning(store: LiveStore) -> None:
    assert check_settings(store.settings(skipverify=True, regionendpoint="https://store")).status is Status.WARNING


def test_settings_without_findings_pass(store: LiveStore) -> None:
    assert check_settings(store.settings()).status is Status.PASSED
