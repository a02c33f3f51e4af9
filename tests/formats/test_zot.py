"""The configuration of zot."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.formats import FOLDER, FORMATS, MINIO, SPECIAL_TEXTS
from tests.support.servers.readers import ZOT_CONFIG
from wizard.formats.detect import detect
from wizard.formats.format import FormatError
from wizard.formats.yaml_splice import merge_into
from wizard.model.secret import Secret
from wizard.model.settings import MIB, Settings

ZOT = FORMATS["zot"]
AMAZON = Settings(registry="distribution-3", bucket="images", accesskey="me", secretkey=Secret("0123"), v4auth=True)
CEPH = MINIO.replace({"registry": "distribution-3", "regionendpoint": "https://rgw.example", "forcepathstyle": True})
# examples/config-s3.json of project-zot/zot at 01323529, without its cacheDriver
EXAMPLE = """{
    "distSpecVersion": "1.1.0-dev",
    "storage": {
        "rootDirectory": "/tmp/zot",
        "dedupe": true,
        "storageDriver": {
            "name": "s3",
            "rootdirectory": "/zot",
            "region": "us-east-2",
            "bucket": "zot-storage",
            "secure": true,
            "skipverify": false
        },
        "subPaths": {
            "/a": {
                "rootDirectory": "/tmp/zot1",
                "dedupe": false,
                "storageDriver": {
                    "name": "s3",
                    "rootdirectory": "/zot-a",
                    "region": "us-east-2",
                    "bucket": "zot-storage",
                    "secure": true,
                    "skipverify": false
                }
            }
        }
    },
    "http": {
        "address": "127.0.0.1",
        "port": "8080"
    },
    "log": {
        "level": "debug"
    }
}
"""


def with_storage(**storage: object) -> str:
    return json.dumps({"distSpecVersion": "1.1.1", "storage": storage, "http": {"port": "5000"}})


def with_driver(**parameters: object) -> str:
    driver = {"name": "s3", "region": "us-east-1", "bucket": "images", **parameters}
    return with_storage(rootDirectory="/tmp/zot", storageDriver=driver)


# Reading


def test_the_example_of_zot_is_read() -> None:
    imported = ZOT.read(EXAMPLE)
    assert detect(EXAMPLE) == "zot"
    assert imported.remarks == ("The storage settings of these sub-paths were ignored: /a.",)
    settings = imported.settings
    assert (settings.bucket, settings.region, settings.rootdirectory) == ("zot-storage", "us-east-2", "/zot")
    assert (settings.v4auth, settings.redirect, settings.forcepathstyle) == (True, False, False)


def test_json_with_tabs_and_names_in_another_case_is_read() -> None:
    text = EXAMPLE.replace("    ", "\t").replace('"storageDriver"', '"StorageDriver"').replace('"bucket"', '"Bucket"')
    assert detect(text) == "zot"
    assert ZOT.read(text).settings == ZOT.read(EXAMPLE).settings


@pytest.mark.parametrize(
    ("parameters", "is_path"),
    [
        ({}, False),
        ({"regionendpoint": "https://rgw.example"}, True),
        ({"regionendpoint": ""}, True),
        ({"regionendpoint": "https://rgw.example", "forcepathstyle": False}, False),
        ({"regionendpoint": "https://rgw.example", "forcePathStyle": "false"}, False),
    ],
)
def test_an_endpoint_means_path_style_unless_it_is_off(parameters: dict[str, object], *, is_path: bool) -> None:
    assert ZOT.read(with_driver(**parameters)).settings.forcepathstyle is is_path


def test_redirects_are_off_unless_the_configuration_turns_them_on() -> None:
    driver = {"name": "s3", "region": "us-east-1", "bucket": "images"}
    texts = [with_storage(rootDirectory="/x", storageDriver=driver, redirectBlobURL=each) for each in (True, False)]
    assert [ZOT.read(text).settings.redirect for text in texts] == [True, False]


def test_the_only_storage_of_sub_paths_is_read() -> None:
    sub = {"/a": {"storageDriver": {"name": "s3", "bucket": "a"}}, "/b": {"rootDirectory": "/b"}}
    imported = ZOT.read(with_storage(rootDirectory="/tmp/zot", subPaths=sub))
    assert imported.settings.bucket == "a"
    assert "the sub-path /a" in imported.remarks[0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            with_storage(subPaths={"/a": {"storageDriver": {"name": "s3"}}, "/b": {"storageDriver": {}}}),
            "/a, /b. Keep one",
        ),
        (with_storage(dedupe=True), '"storage" has neither "rootDirectory"'),
        (with_driver(Bucket="canary"), "has a name twice"),
        (with_storage(storageDriver={"bucket": "canary"}), 'Add "name": "s3"'),
        (with_driver(name="gcs"), 'The storage driver is "gcs"'),
        (with_driver(chunksize=20 * MIB), 'does not start with the number in "chunksize"'),
        (with_driver(secretkey="${CANARY}"), 'replace "$NAME" in "secretkey"'),
        (with_driver(sessiontoken="canary"), '"sessiontoken" is not supported'),
        ('{"distSpecVersion": "1.1.1"}', '"storage" section not found'),
        ('{"storage": {"dedupe": true}, "Storage": {}}', '"storage" appears twice'),
    ],
)
def test_what_is_wrong_is_said(text: str, sentence: str) -> None:
    try:
        said = " ".join(ZOT.read(text).remarks)
    except FormatError as error:
        said = str(error)
    assert sentence in said
    assert "canary" not in said


# Writing into a file


def test_only_the_storage_changes_in_a_file_of_json() -> None:
    after = merge_into(EXAMPLE, ZOT, AMAZON.replace({"redirect": False})).text
    start, end = EXAMPLE.index('        "storageDriver"'), EXAMPLE.index('        "subPaths"')
    assert after.startswith(EXAMPLE[:start])
    assert after.endswith(EXAMPLE[end:])
    assert after[start : len(after) - len(EXAMPLE[end:])].splitlines()[:3] == [
        '        "storageDriver": {',
        '            "name": "s3",',
        '            "region": "us-east-1",',
    ]


@pytest.mark.parametrize("indent", [None, 1, "\t"])
@pytest.mark.parametrize("settings", [AMAZON, CEPH, FOLDER.replace({"registry": "distribution-3"})])
def test_what_is_missing_is_added_and_what_is_not_wanted_is_removed(indent: object, settings: Settings) -> None:
    """From a folder to a bucket and back. The text is what the same program would have written, but for the order."""
    document = json.loads(EXAMPLE)
    document["storage"] = {"redirectBlobURL": True, "storageDriver": {"name": "s3", "bucket": "b"}, "gc": True}
    text = json.dumps(document, indent=indent)  # type: ignore[arg-type]
    after = merge_into(text, ZOT, settings).text
    assert json.dumps(json.loads(after), indent=indent) == after  # type: ignore[arg-type]
    assert json.loads(after)["storage"] == {**json.loads(ZOT.write(settings).text)["storage"], "gc": True}
    assert json.loads(after)["log"] == document["log"]
    assert merge_into(after, ZOT, settings).text == after


def test_an_empty_file_gets_a_configuration_of_json() -> None:
    assert merge_into("", ZOT, AMAZON).text == ZOT.write(AMAZON).text


# The libraries of zot


def zot_reads(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "config.json"
    file.write_text(text, encoding="utf-8")
    return subprocess.run([ZOT_CONFIG.require(), file], capture_output=True, encoding="utf-8", check=False)


def parameters_of(text: str, folder: Path) -> dict[str, Any]:
    run = zot_reads(text, folder)
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


@pytest.mark.ci_server
def test_special_characters_reach_the_driver(tmp_path: Path) -> None:
    for text in filter(None, SPECIAL_TEXTS):
        special = CEPH.replace({"accesskey": text, "secretkey": Secret(text), "rootdirectory": text, "keyid": text})
        found = parameters_of(ZOT.write(special).text, tmp_path)
        assert {found[name] for name in ("accesskey", "secretkey", "rootdirectory", "keyid")} == {text}


@pytest.mark.ci_server
@pytest.mark.parametrize(
    "settings", [AMAZON, CEPH.replace({"chunksize": 20 * MIB, "multipartcopythresholdsize": 5 * MIB}), FOLDER]
)
def test_zot_starts_with_what_is_written(settings: Settings, tmp_path: Path) -> None:
    found = parameters_of(ZOT.write(settings).text, tmp_path)
    if settings.type == "filesystem":
        assert found == {"rootDirectory": FOLDER.rootdirectory}
    elif settings.chunksize == 20 * MIB:
        assert found["chunksize"] == str(20 * MIB)


@pytest.mark.ci_server
def test_zot_does_not_start_with_a_number_of_json(tmp_path: Path) -> None:
    assert "the chunksize" in zot_reads(with_driver(chunksize=20 * MIB), tmp_path).stderr


@pytest.mark.ci_server
def test_names_are_read_without_case(tmp_path: Path) -> None:
    text = EXAMPLE.replace('"storageDriver"', '"StorageDriver"').replace('"bucket"', '"Bucket"')
    assert parameters_of(text, tmp_path)["bucket"] == "zot-storage"
