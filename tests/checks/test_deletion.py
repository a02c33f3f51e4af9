"""The check of deletion, against stores with one fault each."""

from __future__ import annotations

from tests.checks.fault_case import FaultCase, assert_reported_once, for_each
from tests.support import faults
from wizard.model.findings import Cause

CASES: dict[str, FaultCase] = {
    "delete denied": FaultCase("delete", Cause.ACCESS_DENIED, (faults.deny("DeleteObjects"),), "s3:DeleteObject"),
    "delete denied for each key": FaultCase(
        "delete", Cause.ACCESS_DENIED, (faults.deny_each_delete(),), "s3:DeleteObject"
    ),
    "delete is ignored": FaultCase(
        "delete", Cause.CORRUPTED, (faults.ignore_delete(),), "4 of 4 objects are still there"
    ),
    "delete returns a web page": FaultCase(
        "delete", Cause.STORE_ERROR, (faults.console_page("DeleteObjects"),), "blocks DeleteObjects"
    ),
}


@for_each(CASES)
def test_a_fault_fails_one_check_with_its_cause(case: FaultCase, registry: str) -> None:
    assert_reported_once(case, registry)
