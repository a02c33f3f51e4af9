"""Creating a bucket and listing buckets."""

from __future__ import annotations

import threading

import pytest
from botocore.exceptions import ClientError
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.aws_clients import s3_client
from tests.support.enforcing_moto import EnforcingMoto
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.hostile_store import HostileStore, http_response, send, send_slowly
from tests.support.live_store import LiveStore
from tests.support.ports import closed_port
from tests.support.rclone import Rclone
from tests.support.reports import report_of
from tests.support.s3_requests import Environ, operation
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3 import buckets
from wizard.s3.errors import ConnectionFailed, ErrorResponse
from wizard.s3.timeouts import Timeouts

NEW = "made-by-the-wizard"


# Creating


def create_bucket(settings: Settings) -> buckets.CreatedBucket:
    """Creates the bucket of the settings; nothing stops it."""
    return buckets.create_bucket(settings, threading.Event())


@pytest.mark.parametrize(("region", "constraint"), [("us-east-1", None), ("eu-west-1", "eu-west-1")])
def test_a_bucket_is_created_in_the_region_of_the_settings(
    store: LiveStore, region: str, constraint: str | None
) -> None:
    settings = store.settings(bucket=f"{NEW}-{region}", region=region)
    create_bucket(settings)
    location = s3_client(store).get_bucket_location(Bucket=settings.bucket)
    assert location["LocationConstraint"] == constraint


def test_public_access_to_a_new_bucket_is_blocked(store: LiveStore) -> None:
    settings = store.settings(bucket=f"{NEW}-blocked")
    assert create_bucket(settings) == buckets.CreatedBucket()
    blocks = s3_client(store).get_public_access_block(Bucket=settings.bucket)["PublicAccessBlockConfiguration"]
    assert set(blocks.values()) == {True}


def test_a_store_without_public_access_blocks_creates_a_bucket(rclone: Rclone) -> None:
    settings = rclone.store().settings(bucket=f"{NEW}-rclone")
    assert isinstance(create_bucket(settings).public_access, ErrorResponse)
    assert "list" not in report_of(settings).failed


def reject_constraint(constraints: list[bool], code: str) -> Fault:
    """Rejects a bucket with a location constraint; records whether requests have one."""

    def fault(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) != "CreateBucket":
            return call_next(environ)
        body = environ["wsgi.input"].read()
        constraints.append(b"LocationConstraint" in body)
        return faults.error("*", 400, code)(environ, call_next) if body else Response()

    return fault


@pytest.mark.parametrize("code", buckets._CONSTRAINT_REJECTED)
def test_a_compatible_server_that_rejects_the_region_uses_its_own(code: str) -> None:
    constraints: list[bool] = []
    with FaultyStore(reject_constraint(constraints, code)) as store:
        create_bucket(store.settings(bucket=f"{NEW}-zone", region="default"))
    assert constraints == [True, False]


def test_another_error_is_raised_at_once() -> None:
    constraints: list[bool] = []
    with FaultyStore(reject_constraint(constraints, "TooManyBuckets")) as store, pytest.raises(ErrorResponse):
        create_bucket(store.settings(bucket=f"{NEW}-zone", region="default"))
    assert constraints == [True]


def test_a_region_that_amazon_rejects_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.model.endpoint.Endpoint.is_amazon", lambda _: True)
    constraints: list[bool] = []
    with FaultyStore(reject_constraint(constraints, "InvalidLocationConstraint")) as store:
        settings = store.settings(bucket=f"{NEW}-zone", region="eu-west-9")
        with pytest.raises(ErrorResponse):
            create_bucket(settings)
    assert constraints == [True]


WITH_CONSTRAINT = {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}


@pytest.mark.parametrize(
    ("region", "endpoint", "constraints"),
    [
        ("eu-west-1", "", [WITH_CONSTRAINT]),
        ("eu-west-1", "https://store.test", [WITH_CONSTRAINT, {}]),
        ("us-east-1", "", [{}]),
        ("auto", "https://store.test", [{}]),
    ],
)
def test_only_a_compatible_server_is_asked_without_its_region(
    region: str, endpoint: str, constraints: list[dict[str, object]]
) -> None:
    assert list(buckets._constraints(Settings(region=region, regionendpoint=endpoint))) == constraints


def test_a_bucket_of_this_account_is_accepted_and_left_as_it_is(store: LiveStore) -> None:
    assert create_bucket(store.settings(region="eu-west-1")) == buckets.CreatedBucket(existed=True)
    with pytest.raises(ClientError, match="NoSuchPublicAccessBlockConfiguration"):
        s3_client(store).get_public_access_block(Bucket=store.bucket)


def test_a_created_bucket_whose_public_access_is_not_blocked_is_no_failure() -> None:
    with FaultyStore(faults.deny("PutPublicAccessBlock")) as store:
        created = create_bucket(store.settings(bucket=f"{NEW}-open"))
    assert isinstance(created.public_access, ErrorResponse)
    assert created.public_access.code == "AccessDenied"


def test_a_key_that_is_not_allowed_to_create_a_bucket_is_an_error(enforcing_moto: EnforcingMoto) -> None:
    access_key, secret_key = enforcing_moto.iam_key("s3:CreateBucket")
    store = enforcing_moto.store()
    settings = store.settings(bucket=f"{NEW}-denied", accesskey=access_key, secretkey=Secret(secret_key))
    with pytest.raises(ErrorResponse) as caught:
        create_bucket(settings)
    assert caught.value.code == "AccessDenied"
    with pytest.raises(ClientError):
        s3_client(store).head_bucket(Bucket=settings.bucket)


# Listing


def test_buckets_are_listed_in_order(store: LiveStore) -> None:
    names = buckets.list_buckets(store.settings())
    assert store.bucket in names
    assert names == sorted(names)


def test_a_name_that_cannot_be_displayed_is_not_listed() -> None:
    names = ("good", "\u202egood", "a  b", "b" * 300, "", "\x9b2J")
    entries = "".join(f"<Bucket><Name>{name}</Name></Bucket>" for name in names)
    body = f"<ListAllMyBucketsResult><Buckets>{entries}</Buckets></ListAllMyBucketsResult>".encode()
    with HostileStore(send(http_response(body))).running() as store:
        assert buckets.list_buckets(store.settings()) == ["good"]


def test_a_store_without_buckets_has_an_empty_list() -> None:
    with HostileStore(send(http_response(b"<ListAllMyBucketsResult/>"))).running() as store:
        assert buckets.list_buckets(store.settings()) == []


# Connections


def test_a_closed_port_is_a_failed_connection(store: LiveStore) -> None:
    with closed_port() as port, pytest.raises(ConnectionFailed):
        create_bucket(store.settings(regionendpoint=f"http://127.0.0.1:{port}"))


def test_a_store_that_answers_slowly_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "_TIMEOUTS", Timeouts(connect=0.1, read=0.1))
    attack = send_slowly(b"HTTP/1.1 200 OK\r\n\r\n", b"<a>")
    with HostileStore(attack).running() as store, pytest.raises(ConnectionFailed) as caught:
        buckets.list_buckets(store.settings())
    assert caught.value.timed_out
