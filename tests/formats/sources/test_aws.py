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


def keys_in(name: str) -> str:
    """A key pair."""
    return f"aws_access_key_id = {name}\naws_secret_access_key = secret of {name}\n"


def test_credentials_take_precedence_over_the_configuration(folder: Path) -> None:
    config = f"[profile work]\n{keys_in('OLD')}region = eu-west-1\n"
    profile = read(folder, config=config, credentials=f"[work]\n{keys_in('NEW')}region = eu-west-2\n")
    assert profile.changes == {"accesskey": "NEW", "secretkey": Secret("secret of NEW"), "region": "eu-west-2"}


def test_keys_of_the_configuration_are_read_where_the_credentials_have_none(folder: Path) -> None:
    profile = read(folder, config=f"[profile work]\n{keys_in('OLD')}", credentials="[work]\nregion = x\n")
    assert profile.changes["accesskey"] == "OLD"


def test_keys_of_two_files_are_not_mixed(folder: Path) -> None:
    profile = read(folder, config=f"[profile work]\n{keys_in('OLD')}", credentials="[work]\naws_access_key_id = NEW\n")
    assert profile.changes == {}
    assert profile.remarks == ("The source has an access key but not a secret key, so no keys were imported.",)


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("aws_access_key_id = A", "The source has an access key but not a secret key"),
        ("aws_secret_access_key = canary", "The source has a secret key but not an access key"),
    ],
)
def test_half_a_key_pair_is_not_imported(folder: Path, line: str, remark: str) -> None:
    profile = read(folder, credentials=f"[work]\n{line}\n")
    assert profile.changes == {}
    assert profile.remarks[0].startswith(remark)
    assert "canary" not in profile.remarks[0]


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("default", "default"),
        ("profile default", "default"),
        ("profile work", "work"),
        ("profile  work", "work"),
        ('profile "my work"', "my work"),
    ],
)
def test_a_section_of_the_configuration_is_found_by_its_profile(folder: Path, section: str, name: str) -> None:
    assert read(folder, name, config=f"[{section}]\nregion = eu-west-1\n").changes == {"region": "eu-west-1"}


@pytest.mark.parametrize("section", ["work", "profile", "profile 'work", "sso-session work", "profiles work"])
def test_another_section_is_no_profile(folder: Path, section: str) -> None:
    with pytest.raises(FormatError, match='AWS profile "work" not found'):
        read(folder, config=f"[{section}]\nregion = eu-west-1\n")


def test_a_default_profile_with_two_sections_is_refused(folder: Path) -> None:
    with pytest.raises(FormatError, match="The profile default has two sections"):
        read(folder, "default", config="[default]\nregion = a\n[profile default]\nregion = b\n")


def test_an_endpoint_that_the_profile_ignores_is_not_imported(folder: Path) -> None:
    config = "[profile work]\nendpoint_url = https://all\nignore_configured_endpoint_urls = True\n"
    assert read(folder, config=config).changes == {}


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
        ("role_arn = arn:x", "This profile uses a role or SSO"),
        ("sso_session = x", "This profile uses a role or SSO"),
        ("credential_process = x", "This profile uses a role or SSO"),
    ],
)
def test_credentials_that_a_registry_cannot_use_have_a_remark(folder: Path, line: str, remark: str) -> None:
    (found,) = read(folder, config=f"[profile work]\n{line}\n").remarks
    assert found.startswith(remark)


def test_an_unknown_profile_is_refused_with_the_names_that_exist(folder: Path) -> None:
    with pytest.raises(FormatError, match=r"AWS profile \"wrok\" not found\. Available: default, home, work\."):
        read(folder, "wrok", config="[profile work]\n[services x]\n[default]\n", credentials="[home]\n")
