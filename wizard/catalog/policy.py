"""IAM policies (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).

The least one has what the registry's driver calls, and nothing else (registry/storage/driver/s3-aws/s3.go); the
documented one is that of the page "Store images on Amazon S3" of Docker Trusted Registry.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

Policy = dict[str, Any]

NAME = "TrustedRegistryUserPerms"
_OBJECT_ACTIONS = (
    "s3:PutObject",
    "s3:GetObject",
    "s3:DeleteObject",
    "s3:ListMultipartUploadParts",
    "s3:AbortMultipartUpload",
)


_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}


def least_privilege(settings: Settings) -> Policy:
    """What the registry needs for this bucket, root directory, ACL and encryption."""
    bucket = f"arn:{partition(settings.region)}:s3:::{settings.bucket}"
    root = settings.rootdirectory.strip("/")
    acl = () if settings.objectacl == "private" else ("s3:PutObjectAcl",)
    statements = [_allow("PushPullDelete", [*_OBJECT_ACTIONS, *acl], f"{bucket}/{root}/*" if root else f"{bucket}/*")]
    if root:  # a condition that the listing of uploads does not know
        images = _allow("ListImages", ["s3:ListBucket"], bucket)
        images["Condition"] = {"StringLike": {"s3:prefix": [root, f"{root}/*"]}}
        statements[:0] = [images, _allow("ListUploads", ["s3:ListBucketMultipartUploads"], bucket)]
    else:
        statements.insert(0, _allow("List", ["s3:ListBucket", "s3:ListBucketMultipartUploads"], bucket))
    if settings.encrypt and settings.keyid:
        statements.append(_kms(settings))
    return _policy(statements)


def documented(settings: Settings) -> Policy:
    """The policy of the page, with the bucket's name filled in."""
    arn = f"arn:{partition(settings.region)}:s3:::"
    return _policy(
        [
            {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": f"{arn}*"},
            {
                "Effect": "Allow",
                "Action": ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
                "Resource": f"{arn}{settings.bucket}",
            },
            {
                "Effect": "Allow",
                "Action": ["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:ListBucketMultipartUploads"],
                "Resource": f"{arn}{settings.bucket}/*",
            },
        ]
    )


def partition(region: str) -> str:
    """The part of Amazon that a region is in (aws-sdk-go `endpoints` package)."""
    return next((name for head, name in _PARTITIONS.items() if region.startswith(head)), "aws")


def text(policy: Policy) -> str:
    """The policy as it is read and written."""
    return json.dumps(policy, indent=2) + "\n"


def put_command(user: str, file: Path) -> str:
    """What puts the policy in the file on a user."""
    import shlex

    document = shlex.quote(f"file://{file}")
    return f"aws iam put-user-policy --user-name {user} --policy-name {NAME} \\\n  --policy-document {document}"


def difference(before: Policy | None, after: Policy) -> list[str]:
    """The lines that go and come, with their marks."""
    import difflib  # here, as most never ask for it

    old = text(before).splitlines() if before else []
    lines = difflib.unified_diff(old, text(after).splitlines(), "as it is", "as it will be", lineterm="", n=99)
    return [_printable_line(line) for line in lines]


def _printable_line(line: str) -> str:
    """A line of a policy that somebody else may have written, with its indent."""
    said = line[1:].lstrip()  # after the mark
    return line[: len(line) - len(said)] + sanitize(said, 300)


def _allow(sid: str, actions: list[str], resource: str) -> Policy:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}


def _kms(settings: Settings) -> Policy:
    """Writing needs a data key, and reading its way back; an alias is no resource, but can be a condition."""
    key, arn = settings.keyid, f"arn:{partition(settings.region)}:kms:{settings.region}:*"
    statement = _allow("EncryptImages", ["kms:GenerateDataKey", "kms:Decrypt"], key)
    alias = key.rpartition(":")[2]
    if alias.startswith("alias/"):
        statement["Resource"] = f"{arn}:key/*"
        statement["Condition"] = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}}
    elif not key.startswith("arn:"):
        statement["Resource"] = f"{arn}:key/{key}"
    return statement


def _policy(statements: list[Policy]) -> Policy:
    return {"Version": "2012-10-17", "Statement": statements}
