"""A bucket is made on request: in the right region, and closed to the public."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.aws_clients import s3_client
from tests.support.enforcing_moto import EnforcingMoto
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.ports import closed_port
from tests.support.rclone import Rclone
from tests.support.reports import finding_of, report_of
from tests.support.s3_requests import Environ, operation
from wizard.model.findings import Cause
from wizard.model.secret import Secret
from wizard.session import buckets

NEW = "made-by-the-wizard"


def test_a_bucket_that_is_not_there_can_be_created_and_then_passes(store: LiveStore) -> None:
    settings = store.settings(bucket=f"{NEW}-1")
    fix = finding_of(report_of(settings), "list").fix
    assert fix
    assert fix.creates_bucket
    assert not fix.set
    assert buckets.create_bucket(settings) is None
    assert report_of(settings).passed


@pytest.mark.parametrize(("region", "found"), [("us-east-1", None), ("eu-west-1", "eu-west-1")])
def test_it_is_made_in_the_region_of_the_settings(store: LiveStore, region: str, found: str | None) -> None:
    settings = store.settings(bucket=f"{NEW}-{region}", region=region)
    assert buckets.create_bucket(settings) is None
    assert s3_client(store).get_bucket_location(Bucket=settings.bucket)["LocationConstraint"] == found


def test_public_access_is_blocked_where_the_store_knows_that(store: LiveStore) -> None:
    settings = store.settings(bucket=f"{NEW}-closed")
    assert buckets.create_bucket(settings) is None
    blocks = s3_client(store).get_public_access_block(Bucket=settings.bucket)["PublicAccessBlockConfiguration"]
    assert set(blocks.values()) == {True}


def test_a_store_that_does_not_know_public_access_makes_a_bucket_all_the_same(rclone: Rclone) -> None:
    settings = rclone.store().settings(bucket=f"{NEW}-rclone")
    assert buckets.create_bucket(settings) is None
    assert "list" not in report_of(settings).failed


def test_a_compatible_server_that_names_its_region_otherwise_goes_by_its_own() -> None:
    seen: list[bytes] = []

    def refuse(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) == "CreateBucket":
            body = environ["wsgi.input"].read()
            environ["wsgi.input"].seek(0)
            seen.append(body)
            if not body:
                return Response()
            return faults.error("*", 400, "InvalidLocationConstraint", "No such zone.")(environ, call_next)
        return call_next(environ)

    with FaultyStore(refuse) as store:
        assert buckets.create_bucket(store.settings(bucket=f"{NEW}-zone", region="default")) is None
        assert [bool(body) for body in seen] == [True, False]


def test_one_that_is_ours_already_is_as_good(store: LiveStore) -> None:
    assert buckets.create_bucket(store.settings()) is None
    assert buckets.create_bucket(store.settings(region="eu-west-1")) is None


def test_one_that_is_somebody_elses_is_told() -> None:
    with FaultyStore(faults.error("CreateBucket", 409, "BucketAlreadyExists", "Taken.")) as store:
        problem = buckets.create_bucket(store.settings())
        assert problem
        assert problem.setting == "bucket"
        assert "another name" in problem.text


def test_a_key_that_may_not_is_told_which_action_it_lacks(enforcing_moto: EnforcingMoto) -> None:
    access, secret = enforcing_moto.iam_key("s3:CreateBucket")
    store = enforcing_moto.store()
    settings = store.settings(bucket=f"{NEW}-denied", accesskey=access, secretkey=Secret(secret))
    problem = buckets.create_bucket(settings)
    assert problem
    assert problem.cause is Cause.ACCESS_DENIED
    assert "s3:CreateBucket" in problem.text
    with pytest.raises(ClientError):
        s3_client(store).head_bucket(Bucket=settings.bucket)


def test_a_dead_endpoint_is_told(store: LiveStore) -> None:
    with closed_port() as port:
        problem = buckets.create_bucket(store.settings(regionendpoint=f"http://127.0.0.1:{port}"))
    assert problem
    assert problem.cause is Cause.REFUSED
