"""moto that verifies signatures and policies."""

from __future__ import annotations

from dataclasses import replace

from tests.support.aws_clients import error_response, open_s3_client
from tests.support.enforcing_moto import EnforcingMoto
from tests.support.store_client import BODY


def test_it_stores_objects(enforcing_moto: EnforcingMoto) -> None:
    store = enforcing_moto.store()
    with open_s3_client(store) as client:
        client.put_object(Bucket=store.bucket, Key="key", Body=BODY)
        assert client.get_object(Bucket=store.bucket, Key="key")["Body"].read() == BODY
    assert enforcing_moto.contents(store.bucket) == ["key"]


def test_it_verifies_signatures(enforcing_moto: EnforcingMoto) -> None:
    store = replace(enforcing_moto.store(), secret_key="wrong")
    with open_s3_client(store) as client:
        assert error_response(client.list_objects, Bucket=store.bucket) == (403, "SignatureDoesNotMatch")


def test_a_key_is_refused_denied_actions(enforcing_moto: EnforcingMoto) -> None:
    access_key, secret_key = enforcing_moto.iam_key("s3:PutObject")
    store = replace(enforcing_moto.store(), access_key=access_key, secret_key=secret_key)
    with open_s3_client(store) as client:
        assert "Contents" not in client.list_objects(Bucket=store.bucket)
        put = error_response(client.put_object, Bucket=store.bucket, Key="key", Body=BODY)
    assert put == (403, "AccessDenied")


def test_a_key_is_refused_actions_that_are_not_allowed(enforcing_moto: EnforcingMoto) -> None:
    access_key, secret_key = enforcing_moto.iam_key(allowed=["s3:PutObject"])
    store = replace(enforcing_moto.store(), access_key=access_key, secret_key=secret_key)
    with open_s3_client(store) as client:
        client.put_object(Bucket=store.bucket, Key="key", Body=BODY)
        assert error_response(client.list_objects, Bucket=store.bucket) == (403, "AccessDenied")
