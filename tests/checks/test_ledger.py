"""The ledger keeps everything that may exist in the store, and nothing else."""

from __future__ import annotations

import pytest

from wizard.checks.bucket_calls import RunStoppedError, Version
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


def test_a_run_that_is_stopped_before_a_call_has_created_nothing() -> None:
    ledger = Ledger()
    for creating in (ledger.creating_object("key"), ledger.starting_upload("key")):
        with pytest.raises(RunStoppedError), creating:
            raise RunStoppedError
    assert not ledger.may_be_left


@pytest.mark.parametrize(
    ("status", "code", "may_exist"),
    [(403, "AccessDenied", False), (403, "", True), (403, "403", True), (451, "451", True), (404, "404", False)],
)
def test_an_error_that_may_be_of_a_proxy_does_not_prove_that_nothing_was_created(
    status: int, code: str, may_exist: bool
) -> None:
    ledger = Ledger()
    with pytest.raises(ErrorResponse), ledger.creating_object("key"):
        raise ErrorResponse("PutObject", status, code, "")
    assert ledger.may_be_left is may_exist


def test_versions_are_kept_until_the_store_has_confirmed_that_they_are_gone() -> None:
    ledger = Ledger()
    version, marker = Version("key", "1"), Version("key", "null", is_delete_marker=True)
    ledger.record_version(version)
    ledger.record_version(marker)
    assert ledger.keeps_versions
    assert ledger.versions() == [version, marker]
    ledger.confirm_version_deleted(version)
    ledger.confirm_version_deleted(marker)
    assert not ledger.may_be_left


def test_the_version_of_an_object_in_a_bucket_without_versions_is_none() -> None:
    ledger = Ledger()
    ledger.record_version(Version("key", "null"))
    assert not ledger.keeps_versions
    assert ledger.versions() == []


def test_a_version_whose_id_was_lost_is_unknown_until_the_versions_are_listed() -> None:
    ledger = Ledger()
    with pytest.raises(ErrorResponse), ledger.creating_object("key"):
        raise FAILED
    assert ledger.keys_of_unknown_versions() == []  # nothing shows yet that the bucket keeps versions
    ledger.record_version(Version("other", "1"))
    assert ledger.keys_of_unknown_versions() == ["key"]
    ledger.record_listed_versions([Version("key", "2")])
    assert ledger.keys_of_unknown_versions() == []
    assert ledger.versions() == [Version("key", "2"), Version("other", "1")]


@pytest.mark.parametrize(
    ("code", "exists", "is_recorded"),
    [
        ("AccessDenied", True, True),
        ("AccessDenied", False, False),
        ("AccessDenied", None, False),
        ("404", True, True),
        ("404", False, False),
        ("404", None, True),  # a page, and nobody knows what it replaces
    ],
)
def test_a_refused_object_is_recorded_if_it_is_found_or_may_be_hidden(
    code: str, exists: bool | None, is_recorded: bool
) -> None:
    ledger = Ledger()
    with pytest.raises(ErrorResponse), ledger.creating_object("key"):
        raise ErrorResponse("PutObject", 404, code, "")
    assert ledger.refused_objects() == ["key"]
    ledger.record_look_up({"key": exists})
    assert ledger.keys() == (["key"] if is_recorded else [])
    assert ledger.refused_objects() == []


@pytest.mark.parametrize(("code", "unconfirmed"), [("AccessDenied", []), ("404", ["key"])])
def test_a_refused_upload_is_unconfirmed_if_a_page_refuses_it_and_the_store_lists_none(
    code: str, unconfirmed: list[str]
) -> None:
    ledger = Ledger()
    with pytest.raises(ErrorResponse), ledger.starting_upload("key"):
        raise ErrorResponse("CreateMultipartUpload", 404, code, "")
    assert ledger.has_refused
    ledger.record_no_list_of_uploads()
    assert not ledger.has_refused
    assert ledger.unconfirmed_uploads() == unconfirmed


def test_an_object_that_exists_stays_recorded_if_writing_it_again_is_refused() -> None:
    ledger = Ledger()
    with ledger.creating_object("key"):
        pass
    with pytest.raises(ErrorResponse), ledger.creating_object("key"):
        raise REJECTED
    assert ledger.keys() == ["key"]
