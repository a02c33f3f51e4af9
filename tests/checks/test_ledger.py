"""The ledger keeps everything that may exist in the store, and nothing else."""

from __future__ import annotations

import pytest

from wizard.checks.bucket_calls import RunStoppedError
from wizard.checks.ledger import Ledger
from wizard.s3.errors import ErrorResponse

REJECTED = ErrorResponse("PutObject", 403, "AccessDenied", "")
FAILED = ErrorResponse("PutObject", 500, "InternalError", "")


def test_an_object_is_recorded_before_it_is_created() -> None:
    ledger = Ledger()
    with ledger.creating_object("key"):
        assert ledger.keys() == ["key"]
    assert ledger.keys() == ["key"]


def test_an_object_that_was_rejected_is_not_recorded() -> None:
    ledger = Ledger()
    with pytest.raises(ErrorResponse), ledger.creating_object("key"):
        raise REJECTED
    assert ledger.keys() == []


def test_an_object_that_may_exist_after_an_error_stays_recorded() -> None:
    ledger = Ledger()
    with pytest.raises(ErrorResponse), ledger.creating_object("key"):
        raise FAILED
    assert ledger.keys() == ["key"]


def test_an_object_that_is_being_created_cannot_be_confirmed_as_deleted() -> None:
    ledger = Ledger()
    with ledger.creating_object("key"):
        ledger.confirm_deleted("key")
    assert ledger.keys() == ["key"]
    ledger.confirm_deleted("key")
    assert ledger.keys() == []


def test_an_upload_is_unconfirmed_until_the_store_responds() -> None:
    ledger = Ledger()
    with ledger.starting_upload("key"):
        assert ledger.unconfirmed_uploads() == ["key"]
        ledger.record_upload("id", "key")
    assert ledger.unconfirmed_uploads() == []
    assert ledger.uploads() == [("key", "id")]
    ledger.confirm_upload_ended("id")
    assert ledger.uploads() == []


def test_an_upload_that_was_rejected_is_not_recorded() -> None:
    ledger = Ledger()
    with pytest.raises(ErrorResponse), ledger.starting_upload("key"):
        raise REJECTED
    assert ledger.unconfirmed_uploads() == []


def test_an_upload_that_may_exist_after_an_error_is_unconfirmed_until_it_is_listed() -> None:
    ledger = Ledger()
    with pytest.raises(ErrorResponse), ledger.starting_upload("key"):
        raise FAILED
    assert ledger.unconfirmed_uploads() == ["key"]
    ledger.record_open_uploads([("key", "id")])
    assert ledger.unconfirmed_uploads() == []
    assert ledger.uploads() == [("key", "id")]


def test_a_closed_ledger_lets_no_late_thread_create_anything() -> None:
    ledger = Ledger()
    ledger.close()
    for creating in (ledger.creating_object("key"), ledger.starting_upload("key")):
        with pytest.raises(RunStoppedError), creating:
            pytest.fail("the call is made")
    assert ledger.keys() == ledger.unconfirmed_uploads() == []
