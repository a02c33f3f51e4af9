"""The registry's storage in GitLab's gitlab.rb."""

from __future__ import annotations

from typing import cast

import pytest

from tests.support.formats import FOLDER, FORMATS, MINIO
from wizard.formats.gitlab import driver_remarks, read_section, write_driver
from wizard.model.secret import Secret

GITLAB = FORMATS["gitlab"]
SETTINGS = MINIO.replace({"registry": "gitlab", "forcepathstyle": True, "regionendpoint": "https://m:9000"})


DELETES = "GitLab 19.0 and 19.1 send a checksum when they delete, which stores can refuse: use 19.2."


def test_path_style_has_gitlab_s_name() -> None:
    assert write_driver(SETTINGS)["s3_v2"]["pathstyle"] is True  # type: ignore[index]
    assert "forcepathstyle" not in write_driver(SETTINGS)["s3_v2"]  # type: ignore[operator]


def test_checksums_are_disabled_except_for_amazon_s3() -> None:
    assert write_driver(SETTINGS)["s3_v2"]["checksum_disabled"] is True  # type: ignore[index]
    assert "checksum_disabled" not in write_driver(SETTINGS.replace({"regionendpoint": ""}))["s3_v2"]  # type: ignore[operator]


def test_a_section_with_either_name_of_the_driver_is_read() -> None:
    for name in ("s3", "s3_v2"):
        imported = read_section({name: {"bucket": "b", "pathstyle": True, "checksum_disabled": True}, "delete": None})
        assert (imported.settings.bucket, imported.settings.forcepathstyle) == ("b", True)
        assert imported.remarks == ("No settings here, but kept for the export: `checksum_disabled`.",)


SHA256: dict[str, object] = {"checksum_algorithm": "SHA256"}
ENDPOINT: dict[str, object] = {"regionendpoint": "https://m:9000"}


@pytest.mark.parametrize(
    ("parameters", "kept", "written"),
    [
        ({}, {}, {}),
        (ENDPOINT, {"checksum_disabled": False}, {"checksum_disabled": False}),
        (ENDPOINT | {"checksum_disabled": True}, {}, {"checksum_disabled": True}),
        ({"checksum_disabled": True}, {"checksum_disabled": True}, {"checksum_disabled": True}),
        (ENDPOINT | SHA256, SHA256, SHA256),
    ],
)
def test_checksums_are_exported_as_they_were(
    parameters: dict[str, object], kept: dict[str, object], written: dict[str, object]
) -> None:
    settings = read_section({"s3_v2": {"bucket": "b", "region": "r", **parameters}}).settings
    assert dict(settings.further) == kept
    section = cast("dict[str, object]", write_driver(settings)["s3_v2"])
    assert {name: value for name, value in section.items() if name.startswith("checksum")} == written


def test_gitlab_s_own_parameters_are_kept() -> None:
    parameters = {"maxretries": 3, "objectownership": True, "parallelwalk": True, "loglevel": "debug"}
    imported = read_section({"s3_v2": {"bucket": "b", **parameters}})
    assert dict(imported.settings.further) == parameters
    section = cast("dict[str, object]", write_driver(imported.settings)["s3_v2"])
    assert parameters.items() <= section.items()


@pytest.mark.parametrize("name", ["path_style", "forcepathstyle"])
def test_a_hint_has_gitlab_s_word_for_path_style(name: str) -> None:
    imported = read_section({"s3_v2": {"bucket": "b", name: True}})
    assert imported.settings.forcepathstyle is False
    (remark,) = imported.remarks
    assert remark.endswith("Did you mean pathstyle?")


def test_signature_version_2_is_ignored_with_a_remark() -> None:
    imported = read_section({"s3": {"bucket": "b", "v4auth": False}})
    assert imported.settings.v4auth is True
    assert imported.remarks == ("`v4auth: false` was left aside: GitLab's driver signs with version 4 only.",)


def test_signature_version_2_has_a_remark_when_it_is_written() -> None:
    assert driver_remarks(SETTINGS.replace({"v4auth": False})) == [
        "GitLab's driver signs with version 4 only, so `v4auth` is left out.",
        DELETES,
    ]
    assert driver_remarks(SETTINGS) == [DELETES]
    assert driver_remarks(SETTINGS.replace({"regionendpoint": ""})) == driver_remarks(FOLDER) == []


def test_special_characters_come_back_from_ruby() -> None:
    special = "a'b\\c\\\\'#{1}\"\n$x"
    text = GITLAB.write(SETTINGS.replace({"secretkey": Secret(special)})).text
    assert GITLAB.read(text).settings.secretkey.reveal() == special


def test_redirects_are_written_and_read() -> None:
    text = GITLAB.write(SETTINGS.replace({"redirect": False})).text
    assert GITLAB.read(text).settings.redirect is False


@pytest.mark.parametrize(
    ("parameters", "path_style"),
    [
        ("'regionendpoint' => 'https://m:9000'", True),
        ("'regionendpoint' => 'https://m:9000', 'pathstyle' => false", False),
        ("'region' => 'eu-west-1'", False),
        ("'region' => 'eu-west-1', 'pathstyle' => true", True),
    ],
)
def test_the_path_style_that_is_not_given_is_the_one_that_gitlab_uses(parameters: str, path_style: bool) -> None:
    text = f"registry['storage'] = {{ 's3_v2' => {{ 'bucket' => 'images', {parameters} }} }}\n"
    imported = GITLAB.read(text).settings
    assert imported.forcepathstyle is path_style
    assert f"'pathstyle' => {str(path_style).lower()}" in GITLAB.write(imported).text


@pytest.mark.parametrize(("secure", "scheme"), [(True, "https"), (False, "http")])
def test_an_endpoint_without_a_scheme_gets_the_one_that_is_used(secure: bool, scheme: str) -> None:
    """`s3_v2` takes an endpoint for a URI."""
    settings = SETTINGS.replace({"regionendpoint": "m:9000", "secure": secure})
    section = cast("dict[str, object]", write_driver(settings)["s3_v2"])
    assert section["regionendpoint"] == f"{scheme}://m:9000"


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ufeff", "\u2028", "a\rb"])
def test_characters_that_end_or_change_a_line_are_escaped(control: str) -> None:
    text = GITLAB.write(SETTINGS.replace({"secretkey": Secret(f"a{control}b")})).text
    assert all(char.isprintable() or char == "\n" for char in text)
    assert GITLAB.read(text).settings.secretkey.reveal() == f"a{control}b"


def test_all_parameters_of_the_driver_are_exported_as_they_were_found() -> None:
    parameters = {
        "maxrequestspersecond": 500,
        "maxretries": 3,
        "parallelwalk": True,
        "objectownership": True,
        "checksum_algorithm": "SHA256",
        "multipartcopychunksize": 64 << 20,
        "multipartcopymaxconcurrency": 50,
        "loglevel": "logretries",
    }
    text = GITLAB.write(read_section({"s3_v2": {"bucket": "b", "region": "r", **parameters}}).settings).text
    assert dict(GITLAB.read(text).settings.further) == parameters


def test_a_session_token_is_left_aside_as_the_driver_does_not_read_it() -> None:
    """registry/storage/driver/s3-aws/common/parser.go of its registry names it, and takes no value of it."""
    (remark,) = read_section({"s3_v2": {"bucket": "b", "sessiontoken": "x"}}).remarks
    assert remark.startswith("`sessiontoken` is not among the settings, and was left aside.")
