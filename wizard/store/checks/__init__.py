"""One small function for each thing that the registry needs from its store.

To add a check, write the function in the room of its subject and list it in `S3_CHECKS`. It gets the bench, uses the
registry's own calls, and compares what came back. It returns None when all is well or a warning, raises a
`StoreError` when the registry would fail too, and `Skip` where there is nothing to try.
"""

from wizard.store.checks import advice, layers, objects, pulls
from wizard.store.checks.check import EVERYTHING, Check, Skip

__all__ = ["CLEANUP", "EVERYTHING", "GROUPS", "S3_CHECKS", "Check", "Skip"]

S3_CHECKS: tuple[Check, ...] = (
    Check("settings", "Settings make sense", "reach"),
    Check("resolve", "Find the store's address", "reach", needed_for=EVERYTHING),
    Check("connect", "Connect to the store", "reach", needed_for=EVERYTHING),
    Check("tls", "Trust its certificate", "reach", needed_for=EVERYTHING),
    Check("clock", "Agree on the time", "reach", needed_for=EVERYTHING),
    Check(
        "list",
        "List the bucket",
        "objects",
        objects.list_bucket,
        ("List",),
        needed_for=EVERYTHING,
    ),
    Check(
        "write",
        "Write an object",
        "objects",
        objects.write,
        ("PutObject",),
        needed_for=("push",),
    ),
    Check(
        "head",
        "Look an object up",
        "objects",
        objects.head,
        ("Stat", "List", "ListObjectsV2"),
        ("list", "write"),
        needed_for=("push", "pull"),
    ),
    Check(
        "read",
        "Read it back",
        "objects",
        objects.read,
        ("GetObject",),
        ("write",),
        needed_for=("push", "pull"),
    ),
    Check(
        "range-read",
        "Read a part of it",
        "objects",
        objects.range_read,
        ("GetObject",),
        ("read",),
        needed_for=("pull", "resume"),
    ),
    Check(
        "copy",
        "Copy an object",
        "objects",
        objects.copy,
        ("CopyObject", "GetObject"),
        ("read",),
        needed_for=("push",),
    ),
    Check(
        "multipart",
        "Upload in parts",
        "layers",
        layers.multipart,
        ("CreateMultipartUpload", "UploadPart", "ListParts", "CompleteMultipartUpload", "GetObject"),
        ("write",),
        needed_for=("push", "resume"),
    ),
    Check(
        "multipart-list",
        "Find an upload again",
        "layers",
        layers.multipart_list,
        ("CreateMultipartUpload", "ListMultipartUploads", "AbortMultipartUpload"),
        ("write",),
        needed_for=("push", "resume"),
    ),
    Check(
        "multipart-copy",
        "Copy in parts",
        "layers",
        layers.multipart_copy,
        ("CreateMultipartUpload", "UploadPartCopy", "CompleteMultipartUpload", "GetObject"),
        ("read",),
        needed_for=("push",),
    ),
    Check(
        "presigned-read",
        "Pull by redirect",
        "redirect",
        pulls.presigned_read,
        ("GetObject", "HeadObject"),
        ("read",),
        needed_for=("push", "pull"),
    ),
    Check(
        "delete",
        "Delete objects",
        "delete",
        pulls.delete,
        ("DeleteObjects", "List"),
        ("list", "write"),
        ("head", "read", "range-read", "copy", "multipart", "multipart-copy", "presigned-read"),
        needed_for=("push", "delete", "garbage collection"),
    ),
    Check(
        "cleanup",
        "Leave nothing behind",
        "cleanup",
        None,
        ("ListMultipartUploads", "AbortMultipartUpload", "DeleteObjects", "List"),
    ),
    Check(
        "lifecycle",
        "Lifecycle rules, stale uploads",
        "advice",
        advice.lifecycle,
        ("GetBucketLifecycleConfiguration", "ListMultipartUploads"),
        ("list",),
        advisory=True,
    ),
    Check(
        "versioning",
        "Versioning",
        "advice",
        advice.versioning,
        ("GetBucketVersioning", "GetBucketLifecycleConfiguration"),
        ("list",),
        advisory=True,
    ),
    Check(
        "object-lock",
        "Object lock and retention",
        "advice",
        advice.object_lock,
        ("GetObjectLockConfiguration",),
        ("list",),
        advisory=True,
    ),
    Check(
        "public-access",
        "Who may read, and who pays",
        "advice",
        advice.public_access,
        ("GetPublicAccessBlock", "GetBucketPolicyStatus", "GetBucketAcl", "GetBucketRequestPayment"),
        ("list",),
        advisory=True,
    ),
)
CLEANUP = next(check for check in S3_CHECKS if check.id == "cleanup")

GROUPS: dict[str, str] = {
    "reach": "Reach the store",
    "objects": "Read and write",
    "layers": "Large layers",
    "redirect": "Redirects",
    "delete": "Delete",
    "cleanup": "Clean up",
    "advice": "Advice",
}
