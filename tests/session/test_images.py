"""What a change of settings means for images that exist already."""

from __future__ import annotations

import contextlib

import pytest

from tests.support.aws_clients import s3_client
from tests.support.live_store import LiveStore
from tests.support.reports import report_of
from wizard.catalog.registries import REGISTRIES
from wizard.model.settings import Settings, Value
from wizard.session.images import copy_command, image_remarks

BEFORE = Settings(bucket="old", v4auth=True)
MINIO = {"provider": "minio", "regionendpoint": "https://minio.example:9000"}
FOLDER = Settings(provider="filesystem", rootdirectory="/var/lib/registry")


@pytest.mark.parametrize(
    "changes",
    [{"bucket": "new"}, {"rootdirectory": "/r"}, MINIO, {"provider": "filesystem", "rootdirectory": "/srv"}],
    ids=["bucket", "root directory", "store", "folder"],
)
def test_another_storage_leaves_the_images_behind(changes: dict[str, Value]) -> None:
    (remark,) = image_remarks(BEFORE, BEFORE.replace(changes), None)
    assert remark.startswith("Images in old are not moved to ")
    assert REGISTRIES["dtr"].images.left_behind in remark


@pytest.mark.parametrize(
    "changes",
    [
        {"region": "eu-west-1"},
        {"regionendpoint": "https://s3.eu-west-1.amazonaws.com"},
        {"rootdirectory": "/"},
        {"registry": "harbor"},
        {"accesskey": "another", "encrypt": True},
    ],
)
def test_the_same_storage_leaves_nothing_behind(changes: dict[str, Value]) -> None:
    after = BEFORE.replace(changes)
    assert image_remarks(BEFORE, after, None) == ()
    assert copy_command(BEFORE, after, None) == ""


@pytest.mark.parametrize("before", [None, Settings(bucket="")])
def test_without_settings_before_nothing_is_said(before: Settings | None) -> None:
    assert image_remarks(before, BEFORE, None) == ()


@pytest.mark.parametrize(
    ("registry", "words"),
    [
        ("dtr", ("all tags are gone", "--storage-migrated", "exact copy", "--reinitialize-storage")),
        ("distribution-2", ("it starts empty until the images are copied",)),
        ("distribution-3", ("it starts empty until the images are copied",)),
        ("harbor", ("stay in the lists, but cannot be pulled",)),
        ("gitlab", ("With the metadata database the tags stay in the lists",)),
        ("quay", ("cannot be pulled",)),
    ],
)
def test_the_words_are_those_of_the_registry(registry: str, words: tuple[str, ...]) -> None:
    after = BEFORE.replace({"registry": registry, "bucket": "new"})
    (remark,) = image_remarks(BEFORE, after, None)
    assert all(word in remark for word in words)


@pytest.mark.parametrize(
    ("before", "changes", "command"),
    [
        (BEFORE, {"bucket": "new"}, "aws s3 sync s3://old/docker s3://new/docker"),
        (
            BEFORE.replace(MINIO),
            {"bucket": "new", "rootdirectory": "/r"},
            "aws s3 sync s3://old/docker s3://new/r/docker --endpoint-url https://minio.example:9000",
        ),
        (BEFORE, {**MINIO, "bucket": "new"}, "rclone sync OLD:old/docker NEW:new/docker"),
        (
            FOLDER,
            {"provider": "aws", "bucket": "new", "rootdirectory": ""},
            "aws s3 sync /var/lib/registry/docker s3://new/docker",
        ),
        (FOLDER, {"rootdirectory": "/srv"}, "sudo cp -a /var/lib/registry/docker /srv/"),
        (BEFORE, {"registry": "zot", "bucket": "new"}, "aws s3 sync s3://old s3://new"),
        (FOLDER.replace({"registry": "zot"}), {"rootdirectory": "/srv"}, "sudo cp -a /var/lib/registry/. /srv/"),
    ],
)
def test_the_command_copies_the_images(before: Settings, changes: dict[str, Value], command: str) -> None:
    assert copy_command(before, before.replace(changes), None) == command


def test_names_in_the_command_are_quoted_and_safe_to_print() -> None:
    command = copy_command(BEFORE, BEFORE.replace({"bucket": "a b\x1b[31m"}), None)
    assert "'s3://a b" in command
    assert "\x1b" not in command


def test_images_of_another_registry_are_not_copied_over(store: LiveStore) -> None:
    with contextlib.closing(s3_client(store)) as client:
        key = "docker/registry/v2/repositories/app/_layers/sha256/abc/link"
        client.put_object(Bucket=store.bucket, Key=key, Body=b"")
    after = store.settings()
    before, report = after.replace({"bucket": "old"}), report_of(after)
    left_behind, found = image_remarks(before, after, report)
    assert left_behind.startswith("Images in old are not moved to ")
    assert "choose an empty bucket or another root directory" in left_behind
    assert "The registry will serve them." in found or "metadata store" in found
    assert copy_command(before, after, report) == ""
    assert image_remarks(before, after, report, with_found=False) == (left_behind,)
