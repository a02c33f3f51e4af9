"""Flags that change a part of a store do not leave the rest of another one beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command_line import run_here
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings

MINIO = Settings(
    provider="minio",
    bucket="images",
    accesskey="OLD",
    secretkey=Secret("old"),
    regionendpoint="http://minio:9000",
    v4auth=True,
    secure=False,
)
AWS = MINIO.replace({"provider": "aws", "regionendpoint": "", "secure": True})

WASABI = AWS.replace({"provider": "wasabi", "regionendpoint": "https://s3.us-east-1.wasabisys.com"})


def configured(folder: Path, before: Settings, *flags: str, stdin: str = "", status: int = 0) -> tuple[Settings, str]:
    """The settings after `configure` with flags, and its messages."""
    path = folder / "storage.toml"
    config_file.save(path, before, None)
    result = run_here("configure", "--no-validate", *flags, folder=folder, stdin=stdin)
    assert result.returncode == status
    return config_file.load(path).settings, result.stderr


def keys_of(settings: Settings) -> tuple[str, str]:
    return settings.accesskey, settings.secretkey.reveal()


def test_an_access_key_without_its_secret_is_refused(tmp_path: Path) -> None:
    settings, messages = configured(tmp_path, AWS, "--accesskey", "NEW", status=2)
    assert "the new --accesskey does not match the saved secret key" in messages
    assert settings == AWS


def test_the_same_access_key_changes_nothing(tmp_path: Path) -> None:
    assert configured(tmp_path, AWS, "--accesskey", "OLD")[0] == AWS


def test_an_empty_access_key_removes_the_secret_too(tmp_path: Path) -> None:
    settings, messages = configured(tmp_path, AWS, "--accesskey", "")
    assert keys_of(settings) == ("", "")
    assert "the secret key was removed together with its access key" in messages


def test_a_secret_of_the_same_access_key_is_replaced(tmp_path: Path) -> None:
    settings, _ = configured(tmp_path, AWS, "--secretkey-file", "-", stdin="new")
    assert keys_of(settings) == ("OLD", "new")


def test_keys_for_another_provider_do_not_get_the_former_endpoint(tmp_path: Path) -> None:
    flags = ("--provider", "aws", "--accesskey", "NEW", "--secretkey-file", "-")
    before = MINIO.replace({"provider": "other", "skipverify": True})
    settings, messages = configured(tmp_path, before, *flags, stdin="new")
    assert (settings.regionendpoint, keys_of(settings)) == ("", ("NEW", "new"))
    assert (settings.secure, settings.skipverify) == (True, False)
    assert "regionendpoint was removed because it was for the previous store" in messages


@pytest.mark.sample
@pytest.mark.parametrize(
    "flags", [("--provider", "wasabi"), ("--provider", "minio", "--regionendpoint", "http://m:9000")]
)
def test_another_endpoint_does_not_get_the_former_keys(tmp_path: Path, flags: tuple[str, ...]) -> None:
    settings, messages = configured(tmp_path, AWS, *flags)
    assert settings.regionendpoint
    assert keys_of(settings) == ("", "")
    assert "accesskey and secretkey were removed because they were for the previous store" in messages


def test_a_role_for_another_provider_does_not_get_the_former_endpoint(tmp_path: Path) -> None:
    settings, _ = configured(tmp_path, MINIO, "--provider", "aws", "--accesskey", "")
    assert (settings.regionendpoint, keys_of(settings)) == ("", ("", ""))


def test_a_store_of_which_only_the_provider_changes_stays_complete(tmp_path: Path) -> None:
    settings, _ = configured(tmp_path, MINIO, "--provider", "other")
    assert (settings.regionendpoint, keys_of(settings)) == (MINIO.regionendpoint, ("OLD", "old"))


@pytest.mark.sample
@pytest.mark.parametrize(
    ("before", "flags", "address"),
    [
        (MINIO, ("--regionendpoint", "http://minio:9001"), "minio:9001"),
        (MINIO, ("--regionendpoint", "http://other.example:9000"), "other.example:9000"),
        (MINIO, ("--regionendpoint", "https://minio.example"), "minio.example"),
        (MINIO, ("--regionendpoint", "http://m:9000", "--accesskey", "OLD"), "m:9000"),
        (WASABI, ("--region", "eu-central-1"), "s3.eu-central-1.wasabisys.com"),
        (AWS, ("--region", "cn-north-1"), "Amazon S3 in China"),
    ],
)
def test_keys_that_stay_with_another_address_are_noted(
    tmp_path: Path, before: Settings, flags: tuple[str, ...], address: str
) -> None:
    settings, messages = configured(tmp_path, before, *flags)
    assert keys_of(settings) == ("OLD", "old")
    assert (
        f"note: accesskey and secretkey unchanged and now used for {address}. If that store has other keys, "
        "use --accesskey and --secretkey-file." in messages
    )


@pytest.mark.sample
@pytest.mark.parametrize(
    ("before", "endpoint"),
    [
        (MINIO, ""),
        (AWS, "http://minio:9000"),
        (MINIO, "https://s3.us-east-1.wasabisys.com"),
        (WASABI, "https://minio.example:9000"),
        (WASABI, ""),
        (WASABI, "https://s3.us-east-1.amazonaws.com"),
        (MINIO.replace({"provider": "other"}), ""),
    ],
)
def test_keys_do_not_stay_with_the_endpoint_of_another_provider(
    tmp_path: Path, before: Settings, endpoint: str
) -> None:
    settings, messages = configured(tmp_path, before, "--regionendpoint", endpoint)
    assert (settings.regionendpoint, keys_of(settings)) == (endpoint, ("", ""))
    assert "note: accesskey and secretkey were removed because they were for the previous store." in messages
    assert "stayed" not in messages


@pytest.mark.sample
@pytest.mark.parametrize(
    ("before", "flags"),
    [
        (MINIO, ("--bucket", "other")),
        (MINIO, ("--regionendpoint", "https://minio:9000")),
        (AWS, ("--region", "eu-central-1")),
        (AWS.replace({"regionendpoint": "https://s3.us-east-1.amazonaws.com"}), ("--bucket", "other")),
        (MINIO.replace({"accesskey": "", "secretkey": Secret()}), ("--regionendpoint", "")),
    ],
)
def test_without_another_address_or_keys_there_is_no_note(
    tmp_path: Path, before: Settings, flags: tuple[str, ...]
) -> None:
    settings, messages = configured(tmp_path, before, *flags)
    assert keys_of(settings) == keys_of(before)
    assert "note: accesskey" not in messages


def test_new_keys_for_another_address_stay(tmp_path: Path) -> None:
    flags = ("--regionendpoint", "", "--accesskey", "NEW", "--secretkey-file", "-")
    settings, messages = configured(tmp_path, MINIO, *flags, stdin="new")
    assert keys_of(settings) == ("NEW", "new")
    assert "note: accesskey" not in messages


@pytest.mark.parametrize(("store", "endpoint"), [("hetzner", "https://fsn1.your-objectstorage.com"), ("aws", "")])
def test_a_store_with_hosts_of_its_own_keeps_neither_the_endpoint_nor_the_keys_of_the_former_one(
    tmp_path: Path, store: str, endpoint: str
) -> None:
    after, messages = configured(tmp_path, MINIO, "--provider", store)
    assert (after.regionendpoint, after.accesskey, after.secretkey) == (endpoint, "", Secret())
    assert "regionendpoint was removed because it was for the previous store." in messages
