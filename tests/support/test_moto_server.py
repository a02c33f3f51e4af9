"""moto in this process."""

from __future__ import annotations

from tests.support.aws_clients import open_s3_client
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.store_client import BODY


def test_contents_and_uploads_list_what_is_in_a_bucket(moto: Moto, store: LiveStore) -> None:
    assert moto.contents(store.bucket) == []
    with open_s3_client(store) as client:
        client.put_object(Bucket=store.bucket, Key="a/b", Body=BODY)
        client.create_multipart_upload(Bucket=store.bucket, Key="open")
    assert moto.contents(store.bucket) == ["a/b"]
    assert moto.uploads(store.bucket) == ["open"]


def test_settings_of_a_store_name_its_endpoint_bucket_and_key(store: LiveStore) -> None:
    settings = store.settings()
    assert (settings.bucket, settings.regionendpoint, settings.secure) == (store.bucket, store.endpoint, False)
    assert settings.secretkey.reveal() == store.secret_key


def test_settings_of_a_store_accept_changes(store: LiveStore) -> None:
    settings = store.settings(bucket="nope")
    assert (settings.bucket, settings.regionendpoint) == ("nope", store.endpoint)


def test_settings_of_a_store_on_https_are_secure(moto: Moto) -> None:
    assert moto.store(tls=True).settings().secure is True
