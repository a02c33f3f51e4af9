"""Errors of creating and listing buckets are findings."""

from __future__ import annotations

import pytest

from tests.support import faults
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.ports import closed_port
from tests.support.reports import finding_of, report_of
from wizard.model.findings import Cause, Finding
from wizard.session import buckets


def test_a_missing_bucket_is_created_and_then_passes(store: LiveStore) -> None:
    settings = store.settings(bucket="made-by-the-wizard")
    fix = finding_of(report_of(settings), "list").fix
    assert fix
    assert fix.creates_bucket
    assert not fix.set
    assert buckets.create_bucket(settings) is None
    assert report_of(settings).passed


def test_a_name_that_is_taken_belongs_to_the_bucket() -> None:
    with FaultyStore(faults.error("CreateBucket", 409, "BucketAlreadyExists", "Taken.")) as store:
        finding = buckets.create_bucket(store.settings())
    assert finding
    assert (finding.cause, finding.setting) == (Cause.INVALID_SETTING, "bucket")
    assert "another name" in finding.text


@pytest.mark.parametrize(
    ("operation", "action"), [("CreateBucket", "s3:CreateBucket"), ("ListBuckets", "s3:ListAllMyBuckets")]
)
def test_a_denied_call_names_the_missing_action(operation: str, action: str) -> None:
    call = buckets.create_bucket if operation == "CreateBucket" else buckets.list_buckets
    with FaultyStore(faults.deny(operation)) as store:
        finding = call(store.settings())
    assert isinstance(finding, Finding)
    assert finding.cause is Cause.ACCESS_DENIED
    assert action in finding.text


def test_a_closed_port_is_refused(store: LiveStore) -> None:
    with closed_port() as port:
        settings = store.settings(regionendpoint=f"http://127.0.0.1:{port}")
        for call in (buckets.create_bucket, buckets.list_buckets):
            finding = call(settings)
            assert isinstance(finding, Finding)
            assert finding.cause is Cause.REFUSED


def test_buckets_are_listed(store: LiveStore) -> None:
    names = buckets.list_buckets(store.settings())
    assert isinstance(names, list)
    assert store.bucket in names
