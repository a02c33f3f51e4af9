"""Test data of earlier runs, as old as a test wants it. moto itself dates every multipart upload to 2010."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from tests.support.aws_clients import s3_client
from tests.support.live_store import LiveStore
from wizard.checks import ownership

DAY = timedelta(days=1)
OLD = DAY + timedelta(minutes=5)
YOUNG = DAY - timedelta(minutes=5)


def prefix_of_run(age: timedelta) -> str:
    """The prefix of a run that started `age` ago."""
    with _clock_behind(age):
        return ownership.new_prefix()


def folder_of_run(age: timedelta) -> str:
    """The name of the folder of a run that started `age` ago, in a local folder."""
    with _clock_behind(age):
        return ownership.new_folder_name()


@contextlib.contextmanager
def _clock_behind(age: timedelta) -> Iterator[None]:
    with patch.object(ownership, "datetime", wraps=datetime) as clock:
        clock.now.side_effect = lambda zone: datetime.now(zone) - age
        yield


def put(store: LiveStore, *keys: str) -> None:
    """Writes objects."""
    with contextlib.closing(s3_client(store)) as client:
        for key in keys:
            client.put_object(Bucket=store.bucket, Key=key, Body=b"left")


def start_uploads(store: LiveStore, *keys: str) -> None:
    """Starts multipart uploads."""
    with contextlib.closing(s3_client(store)) as client:
        for key in keys:
            client.create_multipart_upload(Bucket=store.bucket, Key=key)


def enable_versioning(store: LiveStore, status: str = "Enabled") -> None:
    """Lets the bucket keep versions, or with the status "Suspended" no new ones."""
    with contextlib.closing(s3_client(store)) as client:
        client.put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration={"Status": status})


def age_objects(bucket: str, age: timedelta = OLD) -> None:
    """Dates everything in a bucket of moto in this process to `age` ago, also versions and delete markers."""
    from moto.s3.models import s3_backends

    for backend in s3_backends.values():
        if bucket in backend["aws"].buckets:
            keys = backend["aws"].buckets[bucket].keys
            for entry in [entry for key in list(keys) for entry in keys.getlist(key)]:
                entry.last_modified = datetime.now(UTC).replace(tzinfo=None) - age
