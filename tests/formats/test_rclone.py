"""The remotes that are written for rclone are what rclone reads, and what the importer reads."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.rclone import Rclone
from wizard.formats.format import FormatError
from wizard.formats.rclone import RCLONE, path_in_remote, write_remotes
from wizard.formats.sources.rclone import read_remote
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value

MINIO = Settings(
    registry="distribution-3",
    provider="minio",
    bucket="images",
    accesskey="me",
    secretkey=Secret("s"),
    regionendpoint="https://minio.example:9000",
    forcepathstyle=True,
    v4auth=True,
)
AMAZON = Settings(registry="distribution-3", bucket="images", region="eu-west-1", v4auth=True)
FOLDER = Settings(provider="filesystem", rootdirectory="/var/lib/registry/")


def lines(settings: Settings) -> set[str]:
    return set(write_remotes({"old": settings}).splitlines())


def test_a_store_is_a_remote_with_all_that_the_registry_uses() -> None:
    assert write_remotes({"old": MINIO}) == (
        "[old]\ntype = s3\nprovider = Minio\naccess_key_id = me\nsecret_access_key = s\nregion = us-east-1\n"
        "endpoint = https://minio.example:9000\nforce_path_style = true\nacl = private\nno_check_bucket = true\n"
    )


def test_a_folder_is_a_local_remote_that_follows_links() -> None:
    assert write_remotes({"new": FOLDER}) == "[new]\ntype = local\ncopy_links = true\n"


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (AMAZON, "provider = AWS"),
        (AMAZON, "env_auth = true"),
        (AMAZON.replace({"bucket": "my.images"}), "provider = Other"),  # as "AWS" it would be in the host name
        (AMAZON.replace({"usedualstack": True}), "use_dual_stack = true"),
        (AMAZON.replace({"accelerate": True}), "use_accelerate_endpoint = true"),
        (AMAZON.replace({"usefipsendpoint": True}), "endpoint = https://s3-fips.eu-west-1.amazonaws.com"),
        (AMAZON.replace({"secure": False}), "endpoint = http://s3.eu-west-1.amazonaws.com"),
        (AMAZON.replace({"encrypt": True}), "server_side_encryption = AES256"),
        (AMAZON.replace({"encrypt": True, "keyid": "k"}), "server_side_encryption = aws:kms"),
        (AMAZON.replace({"encrypt": True, "keyid": "k"}), "sse_kms_key_id = k"),
        (AMAZON.replace({"storageclass": "STANDARD_IA"}), "storage_class = STANDARD_IA"),
        (AMAZON.replace({"objectacl": "public-read"}), "acl = public-read"),
        (MINIO.replace({"registry": "dtr", "v4auth": False}), "v2_auth = true"),
        (MINIO.replace({"registry": "dtr", "forcepathstyle": False}), "force_path_style = true"),
        (MINIO.replace({"forcepathstyle": False}), "force_path_style = false"),
        (MINIO.replace({"regionendpoint": "minio:9000", "secure": False}), "endpoint = http://minio:9000"),
    ],
)
def test_a_setting_becomes_a_parameter(settings: Settings, line: str) -> None:
    assert line in lines(settings)


@pytest.mark.parametrize("name", ["endpoint", "storage_class", "server_side_encryption", "v2_auth", "access_key_id"])
def test_what_is_not_set_is_left_to_rclone(name: str) -> None:
    assert not any(line.startswith(name) for line in lines(AMAZON))


@pytest.mark.parametrize(
    ("settings", "remarks"),
    [
        (MINIO, ("A remote contains no bucket and no path. The images are in registry:images/docker",)),
        (
            MINIO.replace({"skipverify": True, "registry": "zot"}),
            (
                "A remote contains no bucket and no path. The images are in registry:images",
                'rclone has no "skipverify" in a remote. Use its flag --no-check-certificate.',
            ),
        ),
    ],
)
def test_an_export_is_one_remote_and_says_where_the_images_are(settings: Settings, remarks: tuple[str, ...]) -> None:
    exported = RCLONE.write(settings)
    assert exported.text == write_remotes({"registry": settings})
    assert exported.remarks == remarks


def test_a_registry_that_sends_no_acl_has_none() -> None:
    settings = AMAZON.replace({"registry": "gitlab", "objectownership": True})
    assert not any(line.startswith("acl") for line in lines(settings))


@pytest.mark.parametrize(
    ("settings", "folder", "path"),
    [
        (MINIO, "docker", "images/docker"),
        (MINIO.replace({"rootdirectory": "/a/b/"}), "docker", "images/a/b/docker"),
        (MINIO.replace({"rootdirectory": "/x/linux/"}), "", "images/x/linux"),
        (MINIO, "", "images"),
        (FOLDER, "docker", "/var/lib/registry/docker"),
        (FOLDER, "", "/var/lib/registry"),
    ],
)
def test_the_path_has_the_bucket_the_root_directory_and_the_folder(settings: Settings, folder: str, path: str) -> None:
    assert path_in_remote(settings, folder) == path


BITING = ("`tick", '"""x', "`a`b", "a # b", "a ; b", '"q"', "a=b", "$HOME", "%d", "end\\", " blank ", "é")


def test_rclone_reads_every_value_as_it_is(tmp_path: Path) -> None:
    remotes = {f"r{index}": MINIO.replace({"secretkey": Secret(text)}) for index, text in enumerate(BITING)}
    config = tmp_path / "rclone.conf"
    config.write_text(write_remotes(remotes), encoding="utf-8")
    command = [Rclone.require(), "config", "dump", "--config", str(config)]
    read = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert [read[name]["secret_access_key"] for name in remotes] == list(BITING)


@pytest.mark.parametrize("secret", ["canary%(type)s", "canary\nx", "canary\x00"])
def test_a_value_that_rclone_would_change_is_refused_and_not_shown(secret: str) -> None:
    with pytest.raises(FormatError, match='"secret_access_key"') as refused:
        write_remotes({"old": MINIO.replace({"secretkey": Secret(secret)})})
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "changes", [{}, {"v4auth": False}, {"storageclass": "STANDARD_IA"}, {"encrypt": True, "keyid": "k"}]
)
def test_the_importer_reads_the_same_store(
    changes: dict[str, Value], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = MINIO.replace({"registry": "dtr", **changes})
    config = tmp_path / "rclone.conf"
    config.write_text(write_remotes({"store": settings}), encoding="utf-8")
    monkeypatch.setenv("RCLONE_CONFIG", str(config))
    read = read_remote("store:images").changes
    assert {name: settings.value(name) for name in read} == {**read, "forcepathstyle": True}


def test_a_remote_is_imported_only_from_rclone_itself() -> None:
    with pytest.raises(FormatError, match="can only be exported"):
        RCLONE.read("[old]\ntype = s3\n")
