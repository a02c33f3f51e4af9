"""What a verification removes from the store: everything of its own, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support import faults
from tests.support.aws_clients import create_client
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.validation.ageing import enable_versioning
from wizard.model.settings import Settings
from wizard.s3.timeouts import Timeouts
from wizard.verification.storage import Storage, blob_path, repository_path, storage_of

REPOSITORY, HASH, OTHER_HASH = "storage-wizard-verify/0123456789abcdef", "ab" * 32, "ac" * 32
OWN = (
    blob_path(HASH),
    f"{repository_path(REPOSITORY)}_layers/sha256/{HASH}/link",
    f"{repository_path(REPOSITORY)}_manifests/tags/1/current/link",
)
OTHERS = (
    blob_path(OTHER_HASH),
    f"{repository_path('storage-wizard-verify/0123456789abcdefg')}_layers/sha256/{OTHER_HASH}/link",
    f"{repository_path('app')}_layers/sha256/{HASH}/link",
)


def opened(settings: Settings) -> Storage:
    return storage_of(settings, Timeouts(), lambda: False)


def client_of(store: LiveStore) -> Any:
    return create_client("s3", store.endpoint, store.access_key, store.secret_key)


def fill(store: LiveStore, root: str = "") -> None:
    client = client_of(store)
    for path in (*OWN, *OTHERS):
        client.put_object(Bucket=store.bucket, Key=f"{root}{path}", Body=b"data")
    client.close()


def test_only_own_objects_are_removed_from_a_bucket(moto: Moto) -> None:
    store = moto.store()
    fill(store, "root/")
    storage = opened(store.settings(rootdirectory="/root"))
    assert storage.read(blob_path(HASH)) == b"data"
    assert storage.keeps(REPOSITORY)
    assert storage.remove(REPOSITORY, [HASH], set()) == []
    assert moto.contents(store.bucket) == sorted(f"root/{path}" for path in OTHERS)
    assert storage.read(blob_path(HASH)) is None
    assert not storage.keeps(REPOSITORY)
    storage.close()


def test_versions_are_removed_where_the_bucket_keeps_them(moto: Moto) -> None:
    store = moto.store()
    enable_versioning(store)
    fill(store)
    storage = opened(store.settings())
    assert storage.remove(REPOSITORY, [HASH], set()) == []
    assert moto.versions(store.bucket) == sorted(OTHERS)
    storage.close()


def test_unfinished_uploads_of_the_repository_are_aborted(moto: Moto) -> None:
    store = moto.store()
    client = client_of(store)
    for folder in (REPOSITORY, "app"):
        client.create_multipart_upload(Bucket=store.bucket, Key=f"{repository_path(folder)}_uploads/1/data")
    client.close()
    storage = opened(store.settings())
    storage.remove(REPOSITORY, [], set())
    assert moto.uploads(store.bucket) == [f"{repository_path('app')}_uploads/1/data"]
    storage.close()


def test_an_upload_that_cannot_be_aborted_is_named() -> None:
    with FaultyStore(faults.deny("AbortMultipartUpload")) as store:
        client = client_of(store.live)
        client.create_multipart_upload(Bucket=store.bucket, Key=f"{repository_path(REPOSITORY)}_uploads/1/data")
        client.close()
        storage = opened(store.settings())
        named = f"{repository_path(REPOSITORY)}_uploads/1/data (unfinished upload)"
        assert storage.remove(REPOSITORY, [HASH], set()) == [named]
        storage.close()


def test_what_cannot_be_removed_is_named() -> None:
    with FaultyStore(faults.deny("DeleteObjects")) as store:
        fill(store.live)
        storage = opened(store.settings())
        assert sorted(storage.remove(REPOSITORY, [HASH], set())) == sorted(OWN)
        storage.close()


def test_only_own_folders_are_removed(tmp_path: Path) -> None:
    for path in (*OWN, *OTHERS):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"data")
    storage = opened(Settings(provider="filesystem", rootdirectory=str(tmp_path)))
    assert storage.read(blob_path(HASH)) == b"data"
    assert storage.keeps(REPOSITORY)
    assert storage.remove(REPOSITORY, [HASH], set()) == []
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == set(OTHERS)
    assert storage.read(blob_path(HASH)) is None
    assert not storage.keeps(REPOSITORY)


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (Settings(bucket="images", rootdirectory="/root/"), "root/docker/data"),
        (Settings(bucket="images"), "docker/data"),
        (Settings(provider="filesystem", rootdirectory="/srv"), "/srv/docker/data"),
    ],
)
def test_a_full_name_has_the_root_directory(settings: Settings, name: str) -> None:
    storage = opened(settings)
    assert storage.full_name("docker/data") == name
    storage.close()


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        (Settings(bucket="images", rootdirectory="/root/"), "the bucket images below root"),
        (Settings(bucket="images"), "the bucket images (no root directory)"),
        (Settings(provider="filesystem", rootdirectory="/srv"), "the folder /srv"),
    ],
)
def test_the_place_of_the_images_says_whether_there_is_a_root_directory(settings: Settings, place: str) -> None:
    storage = opened(settings)
    assert storage.place == place
    storage.close()
