"""One small function for each thing that the registry needs from its store.

To add a check, write the function and list it in `S3_CHECKS`. It gets the bench, uses the registry's own calls, and
compares what came back. It returns None when all is well or a warning, raises a `StoreError` when the registry would
fail too, and `Skip` where there is nothing to try.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wizard.finding import Cause, Finding, Fix
from wizard.registries import Registry
from wizard.store.bench import Bench, broken
from wizard.store.errors import BrokenPromise, Refusal
from wizard.store.operations import OPERATIONS


class Skip(Exception):
    """There is nothing to try; the text says why."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check as data.

    `after`: checks that must have passed. `once_over`: checks that must be over, however they ended. `needed_for`:
    what users cannot do without it. `without`: the sentence that says so. `group`: the row of the Validate screen.
    """

    id: str
    title: str
    group: str
    run: Callable[[Bench], Finding | None] | None = None  # None: read off the first call's outcome
    calls: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    once_over: tuple[str, ...] = ()
    needed_for: tuple[str, ...] = ()

    def calls_of(self, registry: Registry) -> tuple[str, ...]:
        """The S3 calls that it makes for this registry."""
        list_call = "ListObjects" if registry.list_version == 1 else "ListObjectsV2"
        stat_call = list_call if registry.stat_by_list else "HeadObject"
        names = {"List": list_call, "Stat": stat_call}
        return tuple(dict.fromkeys(names.get(call, call) for call in self.calls))

    def actions_of(self, registry: Registry) -> tuple[str, ...]:
        """The IAM actions that these calls take."""
        return tuple(dict.fromkeys(OPERATIONS[call].action for call in self.calls_of(registry)))


EVERYTHING = ("push", "pull", "delete", "garbage collection")


# --- reading and writing ----------------------------------------------------------------------------------


def list_bucket(bench: Bench) -> None:
    """What the registry's health check does: one key below the root directory."""
    bench.list(bench.root, 1)


def write(bench: Bench) -> None:
    """An object with the ACL, storage class and encryption of the settings."""
    key = bench.key("write")
    with bench.ledger.making(key):
        bench.call("PutObject", Key=key, Body=bench.body, **bench.object_headers())


def head(bench: Bench) -> None:
    """The registry looks an object up: 2.x by listing its key, 3.x by HeadObject and, where that fails, by listing.

    Folders have no object of their own, so that 3.x finds them by listing as well.
    """
    key = bench.key("write")
    listed = [entry.get("Size") for entry in bench.list(key, 1).get("Contents", []) if entry.get("Key") == key]
    if not listed:
        raise broken("PutObject", "An object that was just written is missing from the listing.")
    sizes = listed if bench.registry.stat_by_list else [*_size_by_head(bench, key), *listed]
    if sizes[0] != len(bench.body):
        raise broken("HeadObject", f"An object of {len(bench.body)} bytes is said to have {sizes[0]}.")


def _size_by_head(bench: Bench, key: str) -> list[int | None]:
    try:
        return [bench.call("HeadObject", Key=key).get("ContentLength")]
    except Refusal:
        return []


def read(bench: Bench) -> None:
    """The whole object, compared byte by byte."""
    bench.expect("An object", bench.key("write"), "PutObject")


def range_read(bench: Bench) -> None:
    """The second half of the object: what a pull that goes on after a break asks for."""
    half = len(bench.body) // 2
    found = bench.read(bench.key("write"), half)
    if found != bench.body[half:]:
        whole = " The whole object came instead." if found == bench.body else ""
        raise broken("GetObject with a range", f"A read from the middle of an object gives something else.{whole}")


def copy(bench: Bench) -> None:
    """Every pushed layer is copied to its final place; the copy is read back."""
    source, target = bench.key("write"), bench.key("copy")
    with bench.ledger.making(target):
        bench.call(
            "CopyObject",
            Key=target,
            CopySource={"Bucket": bench.bucket, "Key": source},
            **bench.object_headers(),
        )
    bench.expect("A copy", target, "CopyObject", "CopyObject")


# --- uploads in parts -------------------------------------------------------------------------------------


def _begin(bench: Bench, key: str) -> str:
    with bench.ledger.beginning(key):
        upload_id = bench.call("CreateMultipartUpload", Key=key, **bench.object_headers()).get("UploadId")
        if not upload_id:
            raise broken("CreateMultipartUpload", "An upload in parts was begun, and got no id.", Cause.UNSUPPORTED)
        bench.ledger.upload_begun(upload_id, key)
    return str(upload_id)


def _complete(bench: Bench, key: str, upload_id: str, etag: str) -> None:
    part = {"PartNumber": 1, "ETag": etag}
    with bench.ledger.making(key):
        bench.call("CompleteMultipartUpload", Key=key, UploadId=upload_id, MultipartUpload={"Parts": [part]})


def multipart(bench: Bench) -> None:
    """An upload in parts, as every layer is pushed: begin, one part, look at the parts, complete, read back."""
    key = bench.key("multipart")
    upload_id = _begin(bench, key)
    part = bench.call("UploadPart", Key=key, UploadId=upload_id, PartNumber=1, Body=bench.body)
    listed = bench.call("ListParts", Key=key, UploadId=upload_id)
    _look_at_parts(bench, listed)
    _complete(bench, key, upload_id, str(part.get("ETag", "")))
    bench.expect("An upload in parts", key, "CompleteMultipartUpload")
    bench.ledger.upload_ended(upload_id)


def _look_at_parts(bench: Bench, listed: dict[str, Any]) -> None:
    sizes = [part.get("Size") for part in listed.get("Parts", [])]
    if sizes != [len(bench.body)]:
        raise broken("ListParts", "A part that was just uploaded is not listed as it was sent.")
    if "IsTruncated" not in listed:
        raise broken(
            "ListParts",
            "The list of an upload's parts does not say whether it is complete (IsTruncated); the registry crashes on "
            "that at the first chunk of every push. No setting helps: another version of the store may.",
            Cause.UNSUPPORTED,
        )


def multipart_list(bench: Bench) -> None:
    """An upload is listed as soon as it is begun, which is how the registry finds it again, and can be aborted."""
    key = bench.key("resume")
    upload_id = _begin(bench, key)
    if upload_id not in _open_uploads(bench, key):
        raise broken(
            "ListMultipartUploads",
            "An upload that was just begun is missing from the list of uploads; the registry could not go on with it.",
        )
    bench.call("AbortMultipartUpload", Key=key, UploadId=upload_id)
    if upload_id in _open_uploads(bench, key):
        raise broken(
            "AbortMultipartUpload",
            "An upload that was aborted is still listed; its parts would cost for ever.",
        )
    bench.ledger.upload_ended(upload_id)


def _open_uploads(bench: Bench, key: str) -> list[str]:
    uploads = bench.call("ListMultipartUploads", Prefix=key).get("Uploads", [])
    return [upload.get("UploadId", "") for upload in uploads if upload.get("Key") == key]


_COPY_WHOLE = Fix("Copy whole objects instead, up to 5 GiB.", {"multipartcopythresholdsize": 5 << 30})


def multipart_copy(bench: Bench) -> None:
    """Layers above the threshold are copied in parts; the copy is read back."""
    if bench.settings.multipartcopythresholdsize >= 5 << 30:
        raise Skip("layers up to 5 GiB are copied whole")
    source, target = bench.key("write"), bench.key("part-copy")
    upload_id = _begin(bench, target)
    answer = bench.call(
        "UploadPartCopy",
        Key=target,
        UploadId=upload_id,
        PartNumber=1,
        CopySource={"Bucket": bench.bucket, "Key": source},
        CopySourceRange=f"bytes=0-{len(bench.body) - 1}",
    )
    etag = answer.get("CopyPartResult", {}).get("ETag")
    try:
        if not etag:
            raise broken("UploadPartCopy", "A part was copied, and the answer lacks its ETag; the registry needs it.")
        _complete(bench, target, upload_id, etag)
        bench.expect("A copy in parts", target, "CompleteMultipartUpload", "UploadPartCopy")
        bench.ledger.upload_ended(upload_id)
    except BrokenPromise as error:
        finding = Finding(Cause.CORRUPTED, error.finding.text, fix=_COPY_WHOLE)
        raise BrokenPromise(error.operation, finding) from None


# --- pulling and deleting ---------------------------------------------------------------------------------


def presigned_read(bench: Bench) -> None:
    """A client follows the registry's link to the store, without credentials."""
    if not bench.settings.redirect:
        raise Skip("redirects are off: the registry passes the data through")
    if not bench.settings.v4auth:
        text = "With signature version 2 the registry's redirects carry no signature, so pulls fail."
        fix = Fix("Turn redirects off.", {"redirect": False})
        raise BrokenPromise("GetObject", Finding(Cause.V4_REQUIRED, text, setting="v4auth", fix=fix))
    url = bench.store.presigned_url("GetObject", Bucket=bench.bucket, Key=bench.key("write"))
    try:
        found = bench.store.fetch(url)
    except Refusal as error:
        said = " ".join(filter(None, (str(error.status), error.code)))
        raise BrokenPromise(
            "GetObject", _link_refused(f"The store refuses the links that pulls follow ({said})")
        ) from None
    if found != bench.body:
        raise BrokenPromise("GetObject", _link_refused("The link that pulls follow gives something else"))


def _link_refused(text: str) -> Finding:
    fix = Fix("Turn redirects off: the registry then passes the data through.", {"redirect": False})
    return Finding(Cause.UNSUPPORTED, f"{text}.", setting="redirect", fix=fix)


def delete(bench: Bench) -> None:
    """All test objects at once, with a look at each one's result, and another for whether they are gone."""
    keys = bench.ledger.keys()
    bench.remove(keys)
    listed = {entry["Key"] for entry in bench.list(f"{bench.prefix}/").get("Contents", [])}
    if left := listed.intersection(keys):
        raise broken("DeleteObjects", f"{len(left)} of {len(keys)} objects are still there after they were deleted.")
    for key in keys:
        bench.ledger.gone(key)


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
        list_bucket,
        ("List",),
        needed_for=EVERYTHING,
    ),
    Check(
        "write",
        "Write an object",
        "objects",
        write,
        ("PutObject",),
        needed_for=("push",),
    ),
    Check(
        "head",
        "Look an object up",
        "objects",
        head,
        ("Stat", "List"),
        ("list", "write"),
        needed_for=("push", "pull"),
    ),
    Check(
        "read",
        "Read it back",
        "objects",
        read,
        ("GetObject",),
        ("write",),
        needed_for=("push", "pull"),
    ),
    Check(
        "range-read",
        "Read a part of it",
        "objects",
        range_read,
        ("GetObject",),
        ("read",),
        needed_for=("pull", "resume"),
    ),
    Check(
        "copy",
        "Copy an object",
        "objects",
        copy,
        ("CopyObject", "GetObject"),
        ("read",),
        needed_for=("push",),
    ),
    Check(
        "multipart",
        "Upload in parts",
        "layers",
        multipart,
        ("CreateMultipartUpload", "UploadPart", "ListParts", "CompleteMultipartUpload", "GetObject"),
        ("write",),
        needed_for=("push", "resume"),
    ),
    Check(
        "multipart-list",
        "Find an upload again",
        "layers",
        multipart_list,
        ("CreateMultipartUpload", "ListMultipartUploads", "AbortMultipartUpload"),
        ("write",),
        needed_for=("push", "resume"),
    ),
    Check(
        "multipart-copy",
        "Copy in parts",
        "layers",
        multipart_copy,
        ("CreateMultipartUpload", "UploadPartCopy", "CompleteMultipartUpload", "GetObject"),
        ("read",),
        needed_for=("push",),
    ),
    Check(
        "presigned-read",
        "Pull by redirect",
        "redirect",
        presigned_read,
        ("GetObject",),
        ("read",),
        needed_for=("pull",),
    ),
    Check(
        "delete",
        "Delete objects",
        "delete",
        delete,
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
)

GROUPS: dict[str, str] = {
    "reach": "Reach the store",
    "objects": "Read and write",
    "layers": "Large layers",
    "redirect": "Pull by redirect",
    "delete": "Delete",
    "cleanup": "Clean up",
}
