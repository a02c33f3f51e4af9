"""Objects that stand for folders, which consoles make: the real registry crashes exactly where a validation says so."""

from __future__ import annotations

import contextlib

import pytest

from tests.registry.exercise import purge_uploads
from tests.registry.registries import DISTRIBUTION_3, OFFICIAL_2_8, RealRegistry
from tests.support.aws_clients import s3_client
from tests.support.moto_server import Moto
from tests.support.reports import finding_of, report_of
from tests.support.samples import sampled
from wizard.model.findings import Cause
from wizard.model.settings import Settings

CRASHES = ("", "app/", "library/app/", "app/_uploads/", "app/_uploads/1/", "app//")
IS_HARMLESS = ("app/_layers/", "app/_layers/sha256/", "app/_manifests/", "app/_manifests/tags/")


def bucket_with_folder(moto: Moto, registry: RealRegistry, key: str) -> Settings:
    """The settings for a bucket that holds a repository and an empty object with this key."""
    store = moto.store()
    with contextlib.closing(s3_client(store)) as client:
        for each in (key, "base/_layers/sha256/abc/link"):
            client.put_object(Bucket=store.bucket, Key=f"docker/registry/v2/repositories/{each}", Body=b"")
    return store.settings(**registry.settings)


@pytest.mark.ci_server
@pytest.mark.parametrize("key", sampled(CRASHES, 2))
def test_a_folder_that_crashes_distribution_2_is_reported(moto: Moto, key: str) -> None:
    settings = bucket_with_folder(moto, OFFICIAL_2_8, key)
    assert "panic: runtime error: index out of range [0] with length 0" in purge_uploads(OFFICIAL_2_8, settings)
    finding = finding_of(report_of(settings), "contents")
    assert finding.cause is Cause.FOLDER_OBJECTS
    assert f"docker/registry/v2/repositories/{key} marks a folder" in finding.text


@pytest.mark.ci_server
@pytest.mark.parametrize(
    ("registry", "key"),
    sampled([*((OFFICIAL_2_8, key) for key in IS_HARMLESS), *((DISTRIBUTION_3, key) for key in CRASHES)], 3),
)
def test_a_folder_that_crashes_no_registry_is_not_reported(moto: Moto, registry: RealRegistry, key: str) -> None:
    settings = bucket_with_folder(moto, registry, key)
    assert "0 uploads deleted, errors: []" in purge_uploads(registry, settings)
    assert finding_of(report_of(settings), "contents").cause is Cause.ADVICE
