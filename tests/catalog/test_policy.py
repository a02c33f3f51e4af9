"""The least policy is enough, and nothing in it can be spared."""

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

from tests.cli.test_commands import run
from tests.support.enforcing_moto import EnforcingMoto
from tests.support.moto_server import Moto
from wizard.catalog import policy
from wizard.cli import main as cli
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.validation import runner
from wizard.validation.results import Report, Status

RIGHT = Settings(bucket="images", v4auth=True)


def actions_of(document: policy.Policy) -> list[str]:
    """All actions, with their repetitions."""
    found: list[str] = []
    for statement in document["Statement"]:
        found += [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
    return found


def test_the_least_policy_names_the_bucket_and_the_root_directory() -> None:
    plain = policy.least_privilege(RIGHT)
    assert {s["Resource"] for s in plain["Statement"]} == {"arn:aws:s3:::images", "arn:aws:s3:::images/*"}
    below = policy.least_privilege(RIGHT.replace({"rootdirectory": "/one/two"}))
    assert {s["Resource"] for s in below["Statement"]} == {"arn:aws:s3:::images", "arn:aws:s3:::images/one/two/*"}
    conditions = [s["Condition"] for s in below["Statement"] if "Condition" in s]
    assert conditions == [{"StringLike": {"s3:prefix": ["one/two", "one/two/*"]}}]
    assert sorted(actions_of(plain)) == sorted(actions_of(below))


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eu-isoe-west-1", "aws-iso-e"),
    ],
)
def test_the_resources_are_in_the_partition_of_the_region(region: str, partition: str) -> None:
    for document in (
        policy.least_privilege(RIGHT.replace({"region": region})),
        policy.documented(RIGHT.replace({"region": region})),
    ):
        assert all(s["Resource"].startswith(f"arn:{partition}:s3:::") for s in document["Statement"])


@pytest.mark.parametrize(
    ("key", "resource"),
    [
        ("arn:aws:kms:eu-west-1:1:key/x", "arn:aws:kms:eu-west-1:1:key/x"),
        ("1234-abcd", "arn:aws:kms:us-east-1:*:key/1234-abcd"),
        ("alias/images", "arn:aws:kms:us-east-1:*:key/*"),
    ],
)
def test_encryption_with_a_key_needs_that_key(key: str, resource: str) -> None:
    (statement,) = [
        s
        for s in policy.least_privilege(RIGHT.replace({"encrypt": True, "keyid": key}))["Statement"]
        if s["Action"][0].startswith("kms:")
    ]
    assert statement["Action"] == ["kms:GenerateDataKey", "kms:Decrypt"]
    assert statement["Resource"] == resource
    assert not [a for a in actions_of(policy.least_privilege(RIGHT.replace({"encrypt": True}))) if a.startswith("kms:")]


def test_an_acl_of_its_own_needs_the_action_for_it() -> None:
    assert "s3:PutObjectAcl" in actions_of(policy.least_privilege(RIGHT.replace({"objectacl": "bucket-owner-read"})))
    assert "s3:PutObjectAcl" not in actions_of(policy.least_privilege(RIGHT))


def test_the_documented_policy_is_that_of_the_page() -> None:
    every, bucket, objects = policy.documented(RIGHT)["Statement"]
    assert (every["Action"], every["Resource"]) == ("s3:ListAllMyBuckets", "arn:aws:s3:::*")
    assert bucket["Action"] == ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"]
    assert objects["Action"][:3] == ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"]
    assert (bucket["Resource"], objects["Resource"]) == ("arn:aws:s3:::images", "arn:aws:s3:::images/*")


# The proof


def report_with(enforcing: EnforcingMoto, settings: Settings, document: policy.Policy) -> Report:
    """The verdict on a user who has exactly this policy."""
    for statement in document["Statement"]:
        if "s3:DeleteObject" in statement["Action"]:
            # moto asks for it at the bucket when many objects go, where Amazon asks at each object.
            statement["Resource"] = [statement["Resource"], f"arn:aws:s3:::{settings.bucket}"]
    access, secret = enforcing.user_with(document)
    *_, report = runner.run(settings.replace({"accesskey": access, "secretkey": Secret(secret)}))
    assert isinstance(report, Report)
    return report


@pytest.fixture(scope="module")
def bucket(enforcing_moto: EnforcingMoto) -> Settings:
    """moto answers no presigned link while it enforces."""
    return enforcing_moto.store().settings(redirect=False, rootdirectory="/registry")


def test_the_least_policy_is_enough(enforcing_moto: EnforcingMoto, bucket: Settings) -> None:
    report = report_with(enforcing_moto, bucket, policy.least_privilege(bucket))
    assert report.passed, report.failed
    assert report.leftovers == ()


@pytest.mark.parametrize("action", actions_of(policy.least_privilege(RIGHT)))
def test_without_any_one_of_its_actions_a_check_fails(
    enforcing_moto: EnforcingMoto, bucket: Settings, action: str
) -> None:
    document = policy.least_privilege(bucket)
    for statement in document["Statement"]:
        statement["Action"] = [kept for kept in statement["Action"] if kept != action]
    document["Statement"] = [statement for statement in document["Statement"] if statement["Action"]]
    report = report_with(enforcing_moto, bucket, document)
    assert report.failed
    failed = [result for result in report.results if result.status is Status.FAILED]
    assert any(action in result.finding.text for result in failed if result.finding), [r.finding for r in failed]


# The command


def test_the_policy_is_printed_without_a_file(tmp_path: Path) -> None:
    done = run("policy", "--bucket", "images", cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)) == (0, policy.least_privilege(RIGHT))
    assert run("policy", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize("name", ["*", "images*", "image?", "${aws:username}"])
def test_a_bucket_that_a_policy_takes_for_many_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["policy", "-c", "/nowhere/x.toml", "--bucket", name]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "cannot be in a bucket's name" in said.err


def test_the_documented_policy_goes_to_a_file_with_the_command(tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", RIGHT, None)
    done = run("policy", "--documented", "-o", "TrustedRegistryUserPerms.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    file = tmp_path / "TrustedRegistryUserPerms.json"
    assert json.loads(file.read_text(encoding="utf-8")) == policy.documented(RIGHT)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert done.stdout.startswith("aws iam put-user-policy --user-name MyUser --policy-name TrustedRegistryUserPerms")
    assert "file://TrustedRegistryUserPerms.json" in done.stdout


@pytest.fixture
def administrator(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """IAM with the admin's own credentials, where the AWS command line finds them."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_IAM", moto.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", moto.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", moto.secret_key)
    with contextlib.closing(moto.client("iam")) as client:
        yield client


def test_the_policy_is_put_on_a_user(administrator: Any, tmp_path: Path) -> None:
    user = f"registry-{uuid.uuid4().hex[:8]}"
    missing = run("policy", "--bucket", "images", "--put-user", user, "--yes", cwd=tmp_path)
    assert missing.returncode == 2
    assert f"There is no IAM user {user}" in missing.stderr
    administrator.create_user(UserName=user)
    asking = run("policy", "--bucket", "images", "--put-user", user, cwd=tmp_path)
    assert asking.returncode == 2
    assert "--yes" in asking.stderr
    assert administrator.list_user_policies(UserName=user)["PolicyNames"] == []
    done = run("policy", "--bucket", "images", "--put-user", user, "--yes", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert '+        "s3:PutObject",' in done.stdout.splitlines()
    there = administrator.get_user_policy(UserName=user, PolicyName=policy.NAME)["PolicyDocument"]
    assert there == policy.least_privilege(RIGHT)
    again = run("policy", "--bucket", "images", "--put-user", user, "--yes", cwd=tmp_path)
    assert (again.returncode, again.stdout) == (0, "")
    other = run("policy", "--bucket", "others", "--put-user", user, "--yes", cwd=tmp_path)
    assert '-      "Resource": "arn:aws:s3:::images"' in other.stdout.splitlines()
    assert '+      "Resource": "arn:aws:s3:::others"' in other.stdout.splitlines()


def test_without_an_administrator_nothing_is_put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    done = run("policy", "--bucket", "images", "--put-user", "x", "--yes", cwd=tmp_path)
    assert done.returncode == 2
    assert "aws configure" in done.stderr
