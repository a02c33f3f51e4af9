"""Reading and writing: the objects of small things such as manifests and links."""

from __future__ import annotations

from typing import Any

from wizard.finding import Cause, Finding, Severity
from wizard.printable import printable
from wizard.store.bench import Bench, broken, empty
from wizard.store.checks.check import Skip
from wizard.store.errors import Refusal, StoreError

_LONGEST_NUMBER = 20  # digits


def list_bucket(bench: Bench) -> None:
    """What the registry's health check does: one key below the root directory."""
    bench.list(bench.root, 1)


def write(bench: Bench) -> None:
    """An object with the ACL, storage class and encryption of the settings."""
    key = bench.key("write")
    with bench.ledger.making(key):
        bench.call("PutObject", Key=key, Body=bench.body, **bench.object_headers())


def head(bench: Bench) -> Finding | None:
    """The registry looks an object up: 2.x by listing its key, 3.x by HeadObject and, where that fails, by listing.

    Folders have no object of their own, so that 3.x finds them by listing as well. Garbage collection lists in
    version 2 in both lines.
    """
    key = bench.key("write")
    listed = [entry for entry in bench.list(key, 1).get("Contents", []) if entry.get("Key") == key]
    if not listed:
        raise broken("PutObject", "An object that was just written is missing from the listing.")
    if bench.list(bench.key("never-written"), 1).get("Contents"):
        raise broken("ListObjects", "A listing finds an object that is not there.")
    found = listed[0] if bench.registry.stat_by_list else _by_head(bench, key) or listed[0]
    if missing := [name for name in ("Size", "LastModified") if found.get(name) is None]:
        raise broken("HeadObject", f"The {missing[0]} of an object is not told; the registry crashes without it.")
    if found["Size"] != len(bench.body):
        said = printable(found["Size"], _LONGEST_NUMBER)
        raise broken("HeadObject", f"An object of {len(bench.body)} bytes is said to have {said} bytes.")
    return _no_garbage_collection(bench) if bench.registry.list_version == 1 else None


def _no_garbage_collection(bench: Bench) -> Finding | None:
    try:
        bench.call("ListObjectsV2", Prefix=bench.root, MaxKeys=1)
    except StoreError as error:
        text = "The store lacks ListObjectsV2; images can be pushed, pulled and deleted, but not garbage-collected."
        return Finding(Cause.UNSUPPORTED, text, Severity.WARNING) if isinstance(error, Refusal) else None
    return None


def _by_head(bench: Bench, key: str) -> dict[str, Any]:
    try:
        answer = bench.call("HeadObject", Key=key)
    except Refusal:
        return {}
    return {"Size": answer.get("ContentLength"), "LastModified": answer.get("LastModified")}


def read(bench: Bench) -> None:
    """The whole object, compared byte by byte."""
    bench.expect("An object", bench.key("write"), "PutObject")


def range_read(bench: Bench) -> Finding | None:
    """The second half of the object: what a pull that goes on after a break asks for.

    With redirects on clients ask for it by link, which `presigned-read` tries, and the registry itself never does.
    """
    half, problem = len(bench.body) // 2, ""
    try:
        found = bench.read(bench.key("write"), half)
    except Refusal as error:
        if not (bench.settings.redirect and error.did_nothing):
            raise
        problem = f"A read from the middle of an object is refused ({error.status})."
    else:
        if found != bench.body[half:]:
            whole = " The whole object came instead." if found == bench.body else ""
            problem = f"A read from the middle of an object gives something else.{whole}"
    if problem and bench.settings.redirect:
        text = f"{problem} Turning redirects off would break pulls that go on after a break."
        return Finding(Cause.CORRUPTED, text, Severity.WARNING)
    if problem:
        raise broken("GetObject with a range", problem)
    return None


def copy(bench: Bench) -> None:
    """Every pushed layer is copied to its final place; the copy is read back."""
    if not bench.settings.multipartcopythresholdsize:
        raise Skip("every layer is copied in parts")
    source, target = bench.key("write"), bench.key("copy")
    with bench.ledger.making(target):
        answer = bench.call(
            "CopyObject",
            Key=target,
            CopySource={"Bucket": bench.bucket, "Key": source},
            **bench.object_headers(),
        )
    if not answer.get("CopyObjectResult"):
        raise empty("CopyObject", "A copy")
    bench.expect("A copy", target, "CopyObject", "CopyObject")
