"""IAM policies for the registry (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).

The least-privilege policy allows the calls of the registry's driver and nothing else
(registry/storage/driver/s3-aws/s3.go). The documented policy is that of the page "Store images on Amazon S3" of Docker
Trusted Registry.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from wizard.catalog.endpoints import store_of
from wizard.catalog.registries import registry_of
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize
from wizard.text.shell_path import shell_path, shell_word

Policy = dict[str, Any]
"""A policy document as `json.loads` returns it."""

_OBJECT_ACTIONS = (
    "s3:PutObject",
    "s3:GetObject",
    "s3:DeleteObject",
    "s3:ListMultipartUploadParts",
    "s3:AbortMultipartUpload",
)

# By the prefix of a region (aws-sdk-go, package `endpoints`).
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
    name = settings.bucket.rpartition(":")[2]  # Ceph fills in the tenant before it (rgw_iam_policy.cc)
    bucket = f"arn:{partition(settings.region)}:s3:::{name}"
    root = _literal(settings.rootdirectory.strip("/"))
    acl = () if settings.objectacl == "private" else ("s3:PutObjectAcl",)
    statements = [_allow("PushPullDelete", [*_OBJECT_ACTIONS, *acl], f"{bucket}/{root}/*" if root else f"{bucket}/*")]
    if root:  # ListBucketMultipartUploads does not support the condition key s3:prefix
        list_images = _allow("ListImages", ["s3:ListBucket"], bucket)
        list_images["Condition"] = {"StringLike": {"s3:prefix": [root, f"{root}/*"]}}
        statements[:0] = [list_images, _allow("ListUploads", ["s3:ListBucketMultipartUploads"], bucket)]
    else:
        statements.insert(0, _allow("List", ["s3:ListBucket", "s3:ListBucketMultipartUploads"], bucket))
    if settings.encrypt and settings.keyid:
        statements.append(_allow_key(settings))
    return _policy(statements)


def _literal(text: str) -> str:
    """`text` with `*` and `$` as themselves: they have a meaning in resources and in values of StringLike.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    return "".join(f"${{{char}}}" if char in "*$" else char for char in text)


def documented(settings: Settings) -> Policy:
    """The policy of the documentation of Docker Trusted Registry, with the name of the bucket filled in."""
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
    """The AWS partition of a region, such as `aws-cn`."""
    return next((name for prefix, name in _PARTITIONS.items() if region.startswith(prefix)), "aws")


def to_json(policy: Policy) -> str:
    """The policy as indented JSON with a final line break."""
    return json.dumps(policy, indent=2) + "\n"


def name_of(settings: Settings) -> str:
    """The name that the policy has on a user and as a file: that of the registry."""
    return registry_of(settings.registry).policy_name


def is_for_iam(settings: Settings) -> bool:
    """Whether the store's users are those of Amazon's IAM."""
    return store_of(settings).id == "aws"


def other_way(settings: Settings) -> str:
    """How a key gets these permissions where no command that attaches the policy is known; empty where one is."""
    store = store_of(settings)
    if attach_commands(settings, "USER", Path("FILE")):
        return ""
    if store.access:
        return store.access.text
    name = "your store" if store.id == "other" else store.name
    return (
        f"This policy is in the format of AWS IAM. If {name} doesn't accept it, give the registry's key the same "
        "permissions with the store's own tools."
    )


def attach_commands(settings: Settings, user: str, file: Path) -> tuple[str, ...]:
    """The commands that attach the policy in `file` to a user, in the way of the store; none if it is not known.

    MinIO: https://min.io/docs/minio/linux/reference/minio-mc-admin/mc-admin-policy.html
    """
    name = name_of(settings)
    if store_of(settings).id == "minio":
        path = shell_path(file)
        return (f"mc admin policy create ALIAS {name} {path}", f"mc admin policy attach ALIAS {name} --user {user}")
    if not is_for_iam(settings):
        return ()
    document = shell_word(f"file://{file}")
    return (f"aws iam put-user-policy --user-name {user} --policy-name {name} \\\n  --policy-document {document}",)


def placeholders(settings: Settings) -> str:
    """What to replace in the commands that attach the policy; empty where there is none."""
    if store_of(settings).id == "minio":
        return "Replace ALIAS with mc's name for the server, and USER with the registry's user: its access key."
    return "Replace USER with the name of the registry's user." if is_for_iam(settings) else ""


def diff(before: Policy | None, after: Policy) -> list[str]:
    """A unified diff of two policies, one line per item, safe to print. `before` is None if there was none."""
    import difflib  # imported here: most callers compare nothing

    old = to_json(before).splitlines() if before else []
    lines = difflib.unified_diff(old, to_json(after).splitlines(), "as it is", "as it will be", lineterm="", n=99)
    return [_sanitize_line(line) for line in lines]


def _sanitize_line(line: str) -> str:
    """Keeps the diff mark and the indentation. The policy that is attached to the user can hold any text."""
    text = line[1:].lstrip()
    return line[: len(line) - len(text)] + sanitize(text, 300)


def _allow(sid: str, actions: list[str], resource: str) -> Policy:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}


def _allow_key(settings: Settings) -> Policy:
    """Uploads need a data key, reads need to decrypt it. An alias cannot be a resource, only a condition.

    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """
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
