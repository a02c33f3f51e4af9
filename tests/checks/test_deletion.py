"""The check of deletion, against stores with one fault each."""

from __future__ import annotations

import contextlib
from functools import partial

import pytest

from tests.checks.fault_case import FaultCase, assert_reported_once, for_each
from tests.support import faults
from tests.support.faulty_store import FaultyStore
from wizard.checks.context import FIX, CheckContext
from wizard.checks.deletion import delete
from wizard.model.findings import Cause
from wizard.s3.connect import connect
from wizard.s3.errors import ContractViolation
from wizard.s3.timeouts import Timeouts

CASES: dict[str, FaultCase] = {
    "delete denied": FaultCase("delete", Cause.ACCESS_DENIED, (faults.deny("DeleteObjects"),), "s3:DeleteObject"),
    "delete denied for each key": FaultCase(
        "delete", Cause.ACCESS_DENIED, (faults.deny_each_delete(),), "s3:DeleteObject"
    ),
    "delete is ignored": FaultCase("delete", Cause.CORRUPTED, (faults.ignore_delete(),), "5 of 5 objects still exist"),
    "delete returns a web page": FaultCase(
        "delete", Cause.STORE_ERROR, (faults.console_page("DeleteObjects"),), "blocks DeleteObjects"
    ),
}


@pytest.mark.sample
@for_each(CASES)
def test_a_fault_fails_one_check_with_its_cause(case: FaultCase, registry: str) -> None:
    assert_reported_once(case, registry)


def test_a_listing_of_a_few_objects_that_is_never_complete_is_a_failure() -> None:
    never_complete = faults.replace_text("ListObjects", "<IsTruncated>false", "<IsTruncated>true")
    with FaultyStore(never_complete) as store:
        context = CheckContext(store.settings(), partial(connect, timeouts=Timeouts()))
        with contextlib.closing(context):
            context.write_test_object()
            with pytest.raises(ContractViolation) as caught:
                delete(context)
    assert "the registry never stops listing" in caught.value.finding.text


def test_the_object_that_tries_a_fix_is_left_to_the_clean_up() -> None:
    """It can be written while the others are deleted, so that it would seem to have survived."""
    with FaultyStore() as store:
        context = CheckContext(settings := store.settings(), partial(connect, timeouts=Timeouts()))
        with contextlib.closing(context):
            context.write_test_object()
            context.write_with(settings.replace({"encrypt": True}), "PutObject")
            delete(context)
            assert store.contents() == [context.key(FIX)]
