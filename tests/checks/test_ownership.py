"""Names that runs give to their test data, and names that only look alike."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from werkzeug.wrappers import Response

from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.reports import report_of
from tests.support.s3_requests import Environ, bucket_and_key, operation
from wizard.checks import ownership
from wizard.checks.ownership import (
    MARKS,
    TEST_NAMES,
    new_prefix,
    owner_of_folder,
    owner_of_key,
    prefix_in,
)

ROOTS = ("", "a/", "a/docker/registry/v2/storage-wizard-fake/b/", "a/.storage-wizard-fake/b/")
EARLIER = ".storage-wizard-abcdef-4711-01234567"
IN_FOLDER = ".storage-wizard-20261126T060114Z-4f7b1af0270e733503bd1b111f9067e9-b6f00c1e"
BESIDE = f"docker/registry/v2/{IN_FOLDER[1:]}"  # where earlier versions wrote
CURRENT = f"{BESIDE}/_uploads"


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("name", sorted(TEST_NAMES))
def test_a_key_of_a_run_is_ours(root: str, name: str) -> None:
    prefix = f"{root}{new_prefix()}"
    owner = owner_of_key(root, f"{prefix}/{name}")
    assert owner is not None
    assert owner.prefix == prefix
    assert owner.started_at is not None
    assert timedelta(0) <= datetime.now(UTC) - owner.started_at < timedelta(minutes=1)


def test_names_of_this_version_and_of_earlier_ones_are_ours() -> None:
    for prefix in (CURRENT, BESIDE, IN_FOLDER):
        current = owner_of_key("", f"{prefix}/copy")
        assert current is not None
        assert current.started_at == datetime(2026, 11, 26, 6, 1, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "key",
    [
        "docker/registry/v2/blobs/data",
        "",
        "/",
        f"{CURRENT}",
        CURRENT.replace("v2/", "v2//") + "/write",
        f"docker/registry/v2/{IN_FOLDER}/write",
        f"{IN_FOLDER}/_uploads/write",
        f"{CURRENT}/_uploads/write",
        CURRENT.replace("_uploads", "_layers") + "/write",
        f"docker/registry/v2/{EARLIER[1:]}/write",
        f"{IN_FOLDER[1:]}/write",
        f"{CURRENT}/",
        f"{CURRENT}/other",
        f"{CURRENT}/write\n",
        f"{CURRENT}\n/write",
        f"{CURRENT}/write/write",
        f"{CURRENT}//write",
        f"/{CURRENT}/write",
        f"a/{CURRENT}/write",
        f"{CURRENT}0/write",
        f"{CURRENT[:-1]}/write",
        f"{BESIDE[:-1]}/write",
        f"{BESIDE[:-8]}b6f00c1f/write",
        CURRENT.replace("b6f00c1e", "b6f00c1f") + "/write",
        f"{CURRENT.replace('4f7b', '4f7c')}/write",
        f"{CURRENT.replace('T0601', 'T0602')}/write",
        f"{EARLIER}/write",  # of an earlier version: neither a time nor a checksum proves that it is ours
        ".storage-wizard-x/write",
        ".storage-wizard-/write",
        ".storage-wizard/write",
    ],
)
def test_a_name_that_only_looks_alike_is_not_ours(key: str) -> None:
    assert owner_of_key("", key) is None


@pytest.mark.parametrize("time", ["20261340T000000Z", "20260230T000000Z", "20260101T250000Z", "00000101T000000Z"])
def test_a_time_that_is_none_is_not_ours(time: str) -> None:
    run_id = f"{time}-{'0' * 32}"
    assert owner_of_folder("", f"{MARKS[0]}{run_id}-{ownership._checksum(run_id)}/_uploads") is None


def test_a_key_below_another_root_is_not_ours() -> None:
    assert owner_of_key("a/", f"{CURRENT}/write") is None
    assert owner_of_key("", f"a/{CURRENT}/write") is None


def test_two_hosts_with_the_same_name_time_and_process_id_have_different_prefixes() -> None:
    with patch.object(ownership, "datetime", wraps=datetime) as clock:
        clock.now.return_value = datetime(2026, 1, 1, tzinfo=UTC)
        prefixes = {new_prefix() for _ in range(1000)}
    assert len(prefixes) == 1000
    name = r"storage-wizard-20260101T000000Z-[0-9a-f]{12}-[0-9a-f]{8}"
    assert all(re.fullmatch(rf"docker/registry/v2/{name}/_uploads", each) for each in prefixes)


@pytest.mark.parametrize("root", ROOTS)
def test_the_prefix_in_a_key_includes_the_root_directory(root: str) -> None:
    prefix = f"{root}{new_prefix()}"
    repository = prefix.removesuffix("/_uploads")
    assert prefix_in(f"{prefix}/write") == repository
    assert prefix_in(f"{prefix}/resume (upload 12/3)") == repository
    assert prefix_in(f"{root}{BESIDE}/write") == f"{root}{BESIDE}"
    assert prefix_in(f"{root}{IN_FOLDER}/write") == f"{root}{IN_FOLDER}"


@pytest.mark.sample
@pytest.mark.parametrize("root", ["", "a/b/"])
def test_everything_that_a_run_creates_is_recognised_as_ours(root: str) -> None:
    created: set[str] = set()

    def record(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) in ("PutObject", "CopyObject", "CreateMultipartUpload"):
            created.add(bucket_and_key(environ)[1])
        return call_next(environ)

    with FaultyStore(record) as store:
        assert report_of(store.settings(rootdirectory=root)).passed
    written_where_needed = {"large", "fix"}
    assert {key.rpartition("/")[2] for key in created} == TEST_NAMES - written_where_needed
    assert all(owner_of_key(root, key) for key in created)
