"""The S3 calls that a registry makes, with the permission that each one takes.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """One S3 call: its IAM action, what it does in words, and what breaks without it."""

    name: str
    action: str
    does: str
    without: str
    on_bucket: bool = False

    def resource(self, bucket: str) -> str:
        """What a policy must name for this call: the bucket, or the objects in it."""
        return bucket if self.on_bucket else f"{bucket}/*"


_NO_LIST = "Without it the registry finds none of its images, and its health check fails."
_NO_WRITE = "Without it no image can be pushed."
_NO_READ = "Without it no image can be pulled, and pushes fail."
_NO_COPY = "Without it every push fails at its end."
_BY_HAND = "The registry itself never needs that: somebody else can create the bucket."

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("ListObjects", "s3:ListBucket", "list the bucket", _NO_LIST, on_bucket=True),
        Operation("ListObjectsV2", "s3:ListBucket", "list the bucket", _NO_LIST, on_bucket=True),
        Operation("PutObject", "s3:PutObject", "write objects", _NO_WRITE),
        Operation("HeadObject", "s3:GetObject", "read objects", _NO_READ),
        Operation("GetObject", "s3:GetObject", "read objects", _NO_READ),
        Operation("CopyObject", "s3:PutObject", "copy objects", _NO_COPY),
        Operation("CreateMultipartUpload", "s3:PutObject", "begin an upload in parts", _NO_WRITE),
        Operation("UploadPart", "s3:PutObject", "upload a part", _NO_WRITE),
        Operation("UploadPartCopy", "s3:PutObject", "copy a part", "Without it large layers cannot be pushed."),
        Operation("CompleteMultipartUpload", "s3:PutObject", "complete an upload in parts", _NO_WRITE),
        Operation("ListParts", "s3:ListMultipartUploadParts", "list an upload's parts", _NO_WRITE),
        Operation(
            "ListMultipartUploads",
            "s3:ListBucketMultipartUploads",
            "list uploads under way",
            "Without it pushes fail at their first chunk.",
            on_bucket=True,
        ),
        Operation(
            "AbortMultipartUpload",
            "s3:AbortMultipartUpload",
            "abort an upload",
            "Without it pushes that were broken off leave their parts behind, and those cost for ever.",
        ),
        Operation(
            "DeleteObjects",
            "s3:DeleteObject",
            "delete objects",
            "Without it image deletion and garbage collection fail, and every push leaves its upload behind.",
        ),
        Operation("ListBuckets", "s3:ListAllMyBuckets", "list all buckets", "Type the bucket's name instead."),
        Operation("CreateBucket", "s3:CreateBucket", "create a bucket", _BY_HAND, on_bucket=True),
        *(
            Operation(name, action, does, "", on_bucket=True)
            for name, action, does in (
                ("GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration", "read the lifecycle rules"),
                ("GetBucketVersioning", "s3:GetBucketVersioning", "ask for versioning"),
                ("GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration", "ask for the object lock"),
                ("GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock", "ask for the block of public access"),
                ("GetBucketPolicyStatus", "s3:GetBucketPolicyStatus", "ask whether the policy is public"),
                ("GetBucketAcl", "s3:GetBucketAcl", "read the bucket's ACL"),
                ("GetBucketRequestPayment", "s3:GetBucketRequestPayment", "ask who pays"),
            )
        ),
        Operation("PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock", "block public access", "", on_bucket=True),
    )
}
