"""The IAM policies: the least-privilege one is sufficient, and the registry needs each of its actions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.enforcing_moto import EnforcingMoto
from wizard.catalog import policy
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.validation import runner
from wizard.validation.results import Report, Status

SETTINGS = Settings(bucket="images", v4auth=True)


def actions_of(document: policy.Policy) -> list[str]:
    """The actions of all statements, in order and with repetitions."""
    actions: list[str] = []
    for statement in document["Statement"]:
        actions += [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
    return actions


def least_privilege(**changes: str | bool) -> policy.Policy:
    return policy.least_privilege(SETTINGS.replace(changes))


def test_the_least_privilege_policy_names_the_bucket() -> None:
    resources = {statement["Resource"] for statement in least_privilege()["Statement"]}
    assert resources == {"arn:aws:s3:::images", "arn:aws:s3:::images/*"}


def test_a_tenant_of_ceph_is_no_part_of_a_resource() -> None:
    text = policy.to_json(policy.least_privilege(Settings(provider="ceph", bucket="tenant:images")))
    assert "arn:aws:s3:::images/*" in text
    assert "tenant" not in text


def test_the_least_privilege_policy_is_limited_to_the_root_directory() -> None:
    statements = least_privilege(rootdirectory="/one/two")["Statement"]
    assert {s["Resource"] for s in statements} == {"arn:aws:s3:::images", "arn:aws:s3:::images/one/two/*"}
    conditions = [s["Condition"] for s in statements if "Condition" in s]
    assert conditions == [{"StringLike": {"s3:prefix": ["one/two", "one/two/*"]}}]


def test_a_root_directory_with_wildcards_stands_for_itself() -> None:
    statements = least_privilege(rootdirectory="/a*b/$c d")["Statement"]
    assert "arn:aws:s3:::images/a${*}b/${$}c d/*" in {s["Resource"] for s in statements}
    prefixes = [s["Condition"]["StringLike"]["s3:prefix"] for s in statements if "Condition" in s]
    assert prefixes == [["a${*}b/${$}c d", "a${*}b/${$}c d/*"]]


def test_the_actions_are_the_same_with_a_root_directory() -> None:
    assert sorted(actions_of(least_privilege(rootdirectory="/one"))) == sorted(actions_of(least_privilege()))


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
def test_resources_are_in_the_partition_of_the_region(region: str, partition: str) -> None:
    settings = SETTINGS.replace({"region": region})
    for document in (policy.least_privilege(settings), policy.documented(settings)):
        assert all(s["Resource"].startswith(f"arn:{partition}:s3:::") for s in document["Statement"])


@pytest.mark.parametrize(
    ("key", "resource"),
    [
        ("arn:aws:kms:eu-west-1:1:key/x", "arn:aws:kms:eu-west-1:1:key/x"),
        ("1234-abcd", "arn:aws:kms:us-east-1:*:key/1234-abcd"),
    ],
)
def test_encryption_with_a_key_needs_that_key(key: str, resource: str) -> None:
    statement = least_privilege(encrypt=True, keyid=key)["Statement"][-1]
    assert statement["Action"] == ["kms:GenerateDataKey", "kms:Decrypt"]
    assert statement["Resource"] == resource
    assert "Condition" not in statement


@pytest.mark.parametrize("key", ["alias/images", "arn:aws:kms:eu-west-1:1:alias/images"])
def test_a_key_alias_is_a_condition_on_all_keys(key: str) -> None:
    statement = least_privilege(encrypt=True, keyid=key)["Statement"][-1]
    assert statement["Resource"] == "arn:aws:kms:us-east-1:*:key/*"
    assert statement["Condition"] == {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/images"}}


@pytest.mark.parametrize(("encrypt", "keyid"), [(True, ""), (False, "1234-abcd")])
def test_no_key_is_needed_without_encryption_with_a_key(encrypt: bool, keyid: str) -> None:
    assert actions_of(least_privilege(encrypt=encrypt, keyid=keyid)) == actions_of(least_privilege())


def test_an_acl_other_than_private_needs_the_action_for_it() -> None:
    assert "s3:PutObjectAcl" in actions_of(least_privilege(objectacl="bucket-owner-read"))
    assert "s3:PutObjectAcl" not in actions_of(least_privilege())


def test_the_documented_policy_is_that_of_the_documentation() -> None:
    all_buckets, bucket, objects = policy.documented(SETTINGS)["Statement"]
    assert (all_buckets["Action"], all_buckets["Resource"]) == ("s3:ListAllMyBuckets", "arn:aws:s3:::*")
    assert bucket["Action"] == ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"]
    assert objects["Action"][:3] == ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"]
    assert (bucket["Resource"], objects["Resource"]) == ("arn:aws:s3:::images", "arn:aws:s3:::images/*")


def test_the_aws_command_quotes_the_path_for_the_shell() -> None:
    (command,) = policy.attach_commands(Settings(), "MyUser", Path("my policy.json"))
    assert command.endswith("--policy-document 'file://my policy.json'")


# Differences


def test_the_diff_of_a_new_policy_adds_every_line() -> None:
    lines = policy.diff(None, least_privilege())
    assert lines[3:] == [f"+{line}" for line in policy.to_json(least_privilege()).splitlines()]


def test_the_diff_of_equal_policies_is_empty() -> None:
    assert policy.diff(least_privilege(), least_privilege()) == []


def test_the_diff_keeps_the_indentation_and_cuts_long_lines() -> None:
    """The policy that is attached to the user can hold any text."""
    (line,) = [line for line in policy.diff({"Sid": "x" * 5000}, least_privilege()) if "Sid" in line and "xxx" in line]
    assert line.startswith('-  "Sid": "xxx')
    assert len(line) < 310
    assert line.endswith("…")


# On a store that enforces policies


def validate_with(policy_document: policy.Policy, moto: EnforcingMoto, settings: Settings) -> Report:
    """The report of a validation with the key of a user who has exactly this policy."""
    for statement in policy_document["Statement"]:
        if "s3:DeleteObject" in statement["Action"]:
            # For DeleteObjects, moto looks for the permission on the bucket; Amazon S3 looks for it on each object.
            statement["Resource"] = [statement["Resource"], f"arn:aws:s3:::{settings.bucket}"]
    access, secret = moto.user_with(policy_document)
    *_, report = runner.run_checks(settings.replace({"accesskey": access, "secretkey": Secret(secret)}))
    assert isinstance(report, Report)
    return report


@pytest.fixture(scope="module")
def bucket(enforcing_moto: EnforcingMoto) -> Settings:
    """A bucket without redirects: moto does not accept presigned links while it enforces policies."""
    return enforcing_moto.store().settings(redirect=False, rootdirectory="/registry")


def test_the_least_privilege_policy_is_sufficient(enforcing_moto: EnforcingMoto, bucket: Settings) -> None:
    report = validate_with(policy.least_privilege(bucket), enforcing_moto, bucket)
    assert report.passed, report.failed
    assert report.leftovers == ()


@pytest.mark.sample
@pytest.mark.parametrize("action", actions_of(policy.least_privilege(SETTINGS)))
def test_each_action_of_the_least_privilege_policy_is_necessary(
    enforcing_moto: EnforcingMoto, bucket: Settings, action: str
) -> None:
    document = policy.least_privilege(bucket)
    for statement in document["Statement"]:
        statement["Action"] = [kept for kept in statement["Action"] if kept != action]
    document["Statement"] = [statement for statement in document["Statement"] if statement["Action"]]
    report = validate_with(document, enforcing_moto, bucket)
    assert report.failed
    failed = [result for result in report.results if result.status is Status.FAILED]
    assert any(action in result.finding.text for result in failed if result.finding), [r.finding for r in failed]
