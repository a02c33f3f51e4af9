"""The S3 operations that the program uses, with the IAM permission that each one needs.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from __future__ import annotations

from typing import NamedTuple


class Operation(NamedTuple):
    """An S3 operation."""

    name: str
    action: str  # of IAM
    purpose: str  # completes "the key may not …"
    consequence: str  # of not being allowed to use it, as a sentence
    on_bucket: bool = False  # whether the action applies to the bucket, and not to its objects

    def resource(self, bucket: str) -> str:
        """The resource that a policy names for the action: the bucket, or its objects."""
        return bucket if self.on_bucket else f"{bucket}/*"


_LIST_NEEDED = "Without it, the registry can't find its images, and its health check fails."
_WRITE_NEEDED = "Without it, images can't be pushed."
_READ_NEEDED = "Without it, images can't be pulled, and pushes fail."
_COPY_NEEDED = "Without it, every push fails at its end."
_CREATE_OPTIONAL = "The registry never needs this: someone else can create the bucket."

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("ListObjects", "s3:ListBucket", "list the bucket", _LIST_NEEDED, on_bucket=True),
        Operation("ListObjectsV2", "s3:ListBucket", "list the bucket", _LIST_NEEDED, on_bucket=True),
        Operation("PutObject", "s3:PutObject", "write objects", _WRITE_NEEDED),
        Operation("HeadObject", "s3:GetObject", "read objects", _READ_NEEDED),
        Operation("GetObject", "s3:GetObject", "read objects", _READ_NEEDED),
        Operation("CopyObject", "s3:PutObject", "copy objects", _COPY_NEEDED),
        Operation("CreateMultipartUpload", "s3:PutObject", "start a multipart upload", _WRITE_NEEDED),
        Operation("UploadPart", "s3:PutObject", "upload a part", _WRITE_NEEDED),
        Operation("UploadPartCopy", "s3:PutObject", "copy a part", "Without it, large layers can't be pushed."),
        Operation("CompleteMultipartUpload", "s3:PutObject", "complete a multipart upload", _WRITE_NEEDED),
        Operation("ListParts", "s3:ListMultipartUploadParts", "list an upload's parts", _WRITE_NEEDED),
        Operation(
            "ListMultipartUploads",
            "s3:ListBucketMultipartUploads",
            "list incomplete uploads",
            "Without it, pushes fail at their first chunk.",
            on_bucket=True,
        ),
        Operation(
            "AbortMultipartUpload",
            "s3:AbortMultipartUpload",
            "abort an upload",
            "Without it, interrupted pushes leave parts behind that keep costing money.",
        ),
        Operation(
            "DeleteObjects",
            "s3:DeleteObject",
            "delete objects",
            "Without it, image deletion and garbage collection fail, and every push leaves its upload behind.",
        ),
        Operation("ListObjectVersions", "s3:ListBucketVersions", "list versions", "", on_bucket=True),
        Operation("ListBuckets", "s3:ListAllMyBuckets", "list all buckets", "Enter the bucket name instead."),
        Operation("CreateBucket", "s3:CreateBucket", "create a bucket", _CREATE_OPTIONAL, on_bucket=True),
        *(
            Operation(name, action, purpose, "", on_bucket=True)
            for name, action, purpose in (
                ("GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration", "read the lifecycle rules"),
                ("GetBucketVersioning", "s3:GetBucketVersioning", "read the versioning status"),
                (
                    "GetObjectLockConfiguration",
                    "s3:GetBucketObjectLockConfiguration",
                    "read the object lock configuration",
                ),
                ("GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", "read the public access block"),
                ("GetBucketPolicyStatus", "s3:GetBucketPolicyStatus", "read the policy status"),
                ("GetBucketAcl", "s3:GetBucketAcl", "read the bucket's ACL"),
                ("GetBucketRequestPayment", "s3:GetBucketRequestPayment", "read the request payment setting"),
            )
        ),
        Operation("PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock", "block public access", "", on_bucket=True),
    )
}

COPIES = ("CopyObject", "UploadPartCopy")
