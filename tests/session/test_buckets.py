"""Errors of creating and listing buckets are findings."""

from __future__ import annotations

import threading

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.ports import closed_port
from tests.support.reports import finding_of, report_of
from tests.support.s3_requests import Environ
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.session import buckets
from wizard.validation import active_runs


def create_bucket(settings: Settings) -> Finding | None:
    """Why the bucket was not created."""
    return buckets.create_bucket(settings, threading.Event()).problem


def test_a_missing_bucket_is_created_and_then_passes(store: LiveStore) -> None:
    settings = store.settings(bucket="made-by-the-wizard")
    fix = finding_of(report_of(settings), "list").fix
    assert fix
    assert fix.creates_bucket
    assert not fix.set
    creation = buckets.create_bucket(settings, threading.Event())
    assert (creation.sentences, creation.problem) == ("The bucket was created.", None)
    assert report_of(settings).passed


def test_a_bucket_of_this_account_is_not_changed(store: LiveStore) -> None:
    creation = buckets.create_bucket(store.settings(region="eu-west-1"), threading.Event())
    assert creation.sentences == (
        "The bucket exists already, and belongs to this account. Its settings were not changed."
    )
    assert creation.may_exist


UNSUPPORTED = "The bucket was created. This store can't block public access. Check that the bucket is private."


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("fault", "sentences"),
    [
        (faults.error("PutPublicAccessBlock", 501, "NotImplemented"), UNSUPPORTED),
        (faults.error("PutPublicAccessBlock", 405, "MethodNotAllowed"), UNSUPPORTED),
        (faults.error("PutPublicAccessBlock", 409, "BucketAlreadyOwnedByYou"), UNSUPPORTED),
        (faults.error("PutPublicAccessBlock", 400, "InvalidArgument"), UNSUPPORTED),
        (
            faults.deny("PutPublicAccessBlock"),
            "The bucket was created. Public access was not blocked. These keys aren't allowed to block public access: "
            "s3:PutBucketPublicAccessBlock is missing on new.",
        ),
        (
            faults.error("PutPublicAccessBlock", 503, "SlowDown"),
            "The bucket was created. It is unknown whether public access is blocked. The store at 127.0.0.1",
        ),
        (
            faults.console_page("PutPublicAccessBlock"),
            "The bucket was created. It is unknown whether public access is blocked. ",
        ),
    ],
)
def test_a_bucket_without_a_block_of_public_access_is_reported_as_created(fault: Fault, sentences: str) -> None:
    with FaultyStore(fault) as store:
        settings = store.settings(bucket="new")
        creation = buckets.create_bucket(settings, threading.Event())
        assert creation.sentences.startswith(sentences)
        assert (creation.problem, creation.may_exist) == (None, True)
        assert store.contents("new") == []


def test_a_region_of_amazon_without_the_call_is_not_a_foreign_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.model.endpoint.Endpoint.is_amazon", lambda _: True)
    with FaultyStore(faults.error("PutPublicAccessBlock", 400, "InvalidRequest", "Odd.")) as store:
        creation = buckets.create_bucket(store.settings(bucket="new"), threading.Event())
    assert creation.text.startswith("Public access was not blocked. The store failed to block public access")


def test_a_store_that_fails_while_it_creates_the_bucket_may_have_created_it() -> None:
    with FaultyStore(faults.error("CreateBucket", 500, "InternalError")) as store:
        creation = buckets.create_bucket(store.settings(bucket="new"), threading.Event())
    assert creation.heading == "It is unknown whether the bucket was created"
    assert creation.problem
    assert creation.may_exist


def test_a_name_that_is_taken_belongs_to_the_bucket() -> None:
    with FaultyStore(faults.error("CreateBucket", 409, "BucketAlreadyExists", "Taken.")) as store:
        creation = buckets.create_bucket(store.settings(), threading.Event())
    assert creation.heading == "The bucket was not created"
    assert not creation.may_exist
    finding = creation.problem
    assert finding
    assert creation.text == finding.text
    assert (finding.cause, finding.setting) == (Cause.INVALID_SETTING, "bucket")
    assert "Choose another one" in finding.text


@pytest.mark.parametrize(
    ("operation", "action"), [("CreateBucket", "s3:CreateBucket"), ("ListBuckets", "s3:ListAllMyBuckets")]
)
def test_a_denied_call_names_the_missing_action(operation: str, action: str) -> None:
    call = create_bucket if operation == "CreateBucket" else buckets.list_buckets
    with FaultyStore(faults.deny(operation)) as store:
        finding = call(store.settings())
    assert isinstance(finding, Finding)
    assert finding.cause is Cause.ACCESS_DENIED
    assert action in finding.text


def test_a_closed_port_is_refused(store: LiveStore) -> None:
    with closed_port() as port:
        settings = store.settings(regionendpoint=f"http://127.0.0.1:{port}")
        for call in (create_bucket, buckets.list_buckets):
            finding = call(settings)
            assert isinstance(finding, Finding)
            assert finding.cause is Cause.REFUSED


def test_buckets_are_listed(store: LiveStore) -> None:
    names = buckets.list_buckets(store.settings())
    assert isinstance(names, list)
    assert store.bucket in names


# The program is to end


@pytest.mark.parametrize(
    ("operation", "sentences"),
    [
        ("CreateBucket", "It is unknown whether the bucket was created."),
        (
            "PutPublicAccessBlock",
            "The bucket was created. It is unknown whether public access is blocked: the program was stopped first.",
        ),
    ],
)
def test_a_call_without_a_response_is_abandoned_when_the_program_is_to_end(operation: str, sentences: str) -> None:
    stop = threading.Event()

    def stop_and_hang(environ: Environ, call_next: CallNext) -> Response:
        stop.set()
        return faults.hang()(environ, call_next)

    with FaultyStore(faults.on(operation, stop_and_hang)) as store:
        assert buckets.create_bucket(store.settings(bucket="new"), stop).sentences == sentences
        assert store.calls[-1] == operation
    assert active_runs.what_may_be_left() == []


def test_no_call_begins_once_the_program_is_to_end() -> None:
    stop = threading.Event()

    def stop_after(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        stop.set()
        return response

    with FaultyStore(faults.on("CreateBucket", stop_after)) as store:
        creation = buckets.create_bucket(store.settings(bucket="new"), stop)
        assert creation.sentences in (
            "The bucket was created. Public access was not blocked: the program was stopped first.",
            "It is unknown whether the bucket was created.",
        )
        assert "PutPublicAccessBlock" not in store.calls


def test_while_a_bucket_is_created_it_is_unknown_whether_it_exists() -> None:
    said: list[str] = []

    def look(environ: Environ, call_next: CallNext) -> Response:
        said.extend(active_runs.what_may_be_left())
        return call_next(environ)

    with FaultyStore(faults.on("CreateBucket", look)) as store:
        buckets.create_bucket(store.settings(bucket="new"), threading.Event())
    assert said == ["It is unknown whether the bucket was created: new."]
