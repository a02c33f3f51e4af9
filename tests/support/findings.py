"""What tests of findings have in common."""

from __future__ import annotations

from tests.support.reports import finding_of, is_sentence
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.validation.results import Report


def apply_fix(settings: Settings, finding: Finding) -> Settings:
    """The settings with the fix of a finding that has one."""
    assert finding.fix is not None
    assert finding.fix.set
    return settings.replace(finding.fix.set)


def only_failure(report: Report, check_id: str, cause: Cause, setting: str = "") -> Finding:
    """The finding of the only check that failed."""
    assert report.failed == (check_id,)
    finding = finding_of(report, check_id)
    assert (finding.cause, finding.setting) == (cause, setting), finding
    assert is_sentence(finding.text)
    assert not report.passed
    return finding
