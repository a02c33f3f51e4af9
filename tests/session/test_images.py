"""What a change of settings means for images that exist already."""

from __future__ import annotations

import contextlib
import shlex
from pathlib import Path

import pytest

from tests.support.aws_clients import s3_client
from tests.support.live_store import LiveStore
from tests.support.reports import report_of
from wizard.catalog.registries import REGISTRIES
from wizard.model.settings import Settings, Value
from wizard.session.images import are_images_to_move, image_remarks, move_instruction

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
    assert are_images_to_move(BEFORE, BEFORE.replace(changes), None)
    assert remark.startswith('Images in "old" are not moved to ')
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
    assert not are_images_to_move(BEFORE, after, None)


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


def test_the_images_are_moved_from_the_backup_of_the_settings_file() -> None:
    text, command = move_instruction(Path("storage.toml"), None, is_saved=True)
    assert text == "This prints the steps that move them:"
    assert command == "storage-wizard migrate storage.toml.bak storage.toml"


def test_before_saving_there_is_no_backup_yet() -> None:
    assert move_instruction(Path("storage.toml"), None, is_saved=False).text.startswith("After saving, ")


def test_the_registry_s_own_file_is_imported_first() -> None:
    command = move_instruction(Path("my new.toml"), Path("/etc/a b\x1b.yml"), is_saved=True).command
    first, second = command.split("\n")
    assert shlex.split(first)[:2] == ["storage-wizard", "import"]
    assert first.endswith("-c old.toml")
    assert shlex.split(second) == ["storage-wizard", "migrate", "old.toml", "my new.toml"]
    assert "\x1b" not in command


def test_images_of_another_registry_are_not_copied_over(store: LiveStore) -> None:
    with contextlib.closing(s3_client(store)) as client:
        key = "docker/registry/v2/repositories/app/_layers/sha256/abc/link"
        client.put_object(Bucket=store.bucket, Key=key, Body=b"")
    after = store.settings()
    before, report = after.replace({"bucket": "old"}), report_of(after)
    left_behind, found = image_remarks(before, after, report)
    assert left_behind.startswith('Images in "old" are not moved to ')
    assert "choose an empty bucket or another root directory" in left_behind
    assert "The registry will serve them." in found or "metadata store" in found
    assert not are_images_to_move(before, after, report)
    assert image_remarks(before, after, report, with_found=False) == (left_behind,)
