"""`policy` prints the IAM policy, writes it to a file, or attaches it to an IAM user."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import run_wizard
from tests.support.moto_server import Moto
from wizard.catalog import policy
from wizard.cli import main as cli
from wizard.config import file as config_file
from wizard.model.settings import Settings

SETTINGS = Settings(bucket="images", v4auth=True)


def test_the_policy_is_printed(tmp_path: Path) -> None:
    result = run_wizard("policy", "--bucket", "images", folder=tmp_path)
    assert (result.returncode, json.loads(result.stdout)) == (0, policy.least_privilege(SETTINGS))


def test_a_bucket_is_required(tmp_path: Path) -> None:
    assert run_wizard("policy", folder=tmp_path).returncode == 2


@pytest.mark.parametrize("name", ["*", "images*", "image?", "${aws:username}"])
def test_a_bucket_name_that_a_policy_reads_as_a_pattern_is_refused(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["policy", "-c", "/nowhere/x.toml", "--bucket", name]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "cannot be in a bucket's name" in output.err


def test_the_documented_policy_is_written_to_a_file_and_the_aws_command_is_printed(tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", SETTINGS, None)
    result = run_wizard("policy", "--documented", "-o", "TrustedRegistryUserPerms.json", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    file = tmp_path / "TrustedRegistryUserPerms.json"
    assert json.loads(file.read_text(encoding="utf-8")) == policy.documented(SETTINGS)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert result.stdout.startswith("aws iam put-user-policy --user-name MyUser --policy-name TrustedRegistryUserPerms")
    assert "file://TrustedRegistryUserPerms.json" in result.stdout


# --put-user


@pytest.fixture
def iam(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An IAM client; the command finds the same credentials in the environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", moto.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", moto.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", moto.secret_key)
    with contextlib.closing(moto.client("iam")) as client:
        yield client


@pytest.fixture
def user(iam: Any) -> str:
    """An IAM user without policies."""
    name = f"registry-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    return name


def test_the_policy_is_attached_and_the_diff_is_printed(iam: Any, user: str, tmp_path: Path) -> None:
    result = run_wizard("policy", "--bucket", "images", "--put-user", user, "--yes", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert '+        "s3:PutObject",' in result.stdout.splitlines()
    attached = iam.get_user_policy(UserName=user, PolicyName=policy.NAME)["PolicyDocument"]
    assert attached == policy.least_privilege(SETTINGS)


def test_a_policy_that_is_attached_already_is_left_alone(user: str, tmp_path: Path) -> None:
    run_wizard("policy", "--bucket", "images", "--put-user", user, "--yes", folder=tmp_path)
    again = run_wizard("policy", "--bucket", "images", "--put-user", user, "--yes", folder=tmp_path)
    assert (again.returncode, again.stdout) == (0, "")


def test_the_diff_shows_what_is_replaced(user: str, tmp_path: Path) -> None:
    run_wizard("policy", "--bucket", "images", "--put-user", user, "--yes", folder=tmp_path)
    result = run_wizard("policy", "--bucket", "others", "--put-user", user, "--yes", folder=tmp_path)
    assert '-      "Resource": "arn:aws:s3:::images"' in result.stdout.splitlines()
    assert '+      "Resource": "arn:aws:s3:::others"' in result.stdout.splitlines()


def test_without_a_terminal_nothing_is_attached_unless_yes_is_given(iam: Any, user: str, tmp_path: Path) -> None:
    result = run_wizard("policy", "--bucket", "images", "--put-user", user, folder=tmp_path)
    assert result.returncode == 2
    assert "--yes" in result.stderr
    assert iam.list_user_policies(UserName=user)["PolicyNames"] == []


@pytest.mark.usefixtures("iam")
def test_an_unknown_user_is_reported(tmp_path: Path) -> None:
    result = run_wizard("policy", "--bucket", "images", "--put-user", "no-such-user", "--yes", folder=tmp_path)
    assert result.returncode == 2
    assert "There is no IAM user no-such-user" in result.stderr


def test_without_credentials_of_the_aws_command_line_nothing_is_attached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    result = run_wizard("policy", "--bucket", "images", "--put-user", "x", "--yes", folder=tmp_path)
    assert result.returncode == 2
    assert "aws configure" in result.stderr
