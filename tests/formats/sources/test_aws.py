"""A profile of the AWS command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.formats.format import FormatError
from wizard.formats.sources.aws import read_profile
from wizard.formats.sources.source import PartialSettings
from wizard.model.secret import Secret


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files of the AWS command line are `credentials` and `config` in this folder."""
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return tmp_path


def read(folder: Path, name: str = "work", *, config: str = "", credentials: str = "") -> PartialSettings:
    (folder / "config").write_text(config, encoding="utf-8")
    (folder / "credentials").write_text(credentials, encoding="utf-8")
    return read_profile(name)


def test_keys_and_region_are_read_from_both_files(folder: Path) -> None:
    profile = read(
        folder,
        config="[profile work]\nregion = eu-west-1\n",
        credentials="[work]\naws_access_key_id = AKIA\naws_secret_access_key = s\n",
    )
    assert profile.changes == {
        "accesskey": "AKIA",
        "secretkey": Secret("s"),
        "region": "eu-west-1",
    }
    assert profile.remarks == ()


def test_the_default_profile_has_a_section_of_that_name(folder: Path) -> None:
    assert read(folder, "default", config="[default]\nregion = eu-west-1\n").changes == {"region": "eu-west-1"}


def test_credentials_take_precedence_over_the_configuration(folder: Path) -> None:
    profile = read(
        folder,
        config="[profile work]\naws_access_key_id = OLD\n",
        credentials="[work]\naws_access_key_id = NEW\n",
    )
    assert profile.changes["accesskey"] == "NEW"


def test_the_endpoint_of_s3_takes_precedence_over_that_of_all_services(folder: Path) -> None:
    config = "[profile work]\nendpoint_url = https://all\nservices = local\n[services local]\ns3 =\n  endpoint_url = https://s3\n"
    assert read(folder, config=config).changes["regionendpoint"] == "https://s3"
    config = "[profile work]\nendpoint_url = https://all\n"
    assert read(folder, config=config).changes["regionendpoint"] == "https://all"


@pytest.mark.parametrize(
    ("style", "changes"),
    [("path", {"forcepathstyle": True}), ("virtual", {"forcepathstyle": False}), ("auto", {})],
)
def test_the_addressing_style_is_read(folder: Path, style: str, changes: dict[str, bool]) -> None:
    assert read(folder, config=f"[profile work]\ns3 =\n  addressing_style = {style}\n").changes == changes


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("aws_session_token = t", "The profile's keys are temporary"),
        ("role_arn = arn:x", "The profile takes a role or signs in"),
        ("sso_session = x", "The profile takes a role or signs in"),
        ("credential_process = x", "The profile takes a role or signs in"),
    ],
)
def test_credentials_that_a_registry_cannot_use_have_a_remark(folder: Path, line: str, remark: str) -> None:
    (found,) = read(folder, config=f"[profile work]\n{line}\n").remarks
    assert found.startswith(remark)


def test_an_unknown_profile_is_refused_with_the_names_that_exist(folder: Path) -> None:
    with pytest.raises(FormatError, match=r"There is no AWS profile wrok\. There are: default, home, work\."):
        read(folder, "wrok", config="[profile work]\n[services x]\n[default]\n", credentials="[home]\n")
