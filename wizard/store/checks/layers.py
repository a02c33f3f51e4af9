"""Uploads and copies in parts: the way of every layer."""

from __future__ import annotations

from typing import Any

from wizard.finding import Cause, Finding, Fix, Severity
from wizard.providers import provider_of
from wizard.store.bench import Bench, broken, empty
from wizard.store.checks.check import Skip
from wizard.store.diagnosis import diagnose
from wizard.store.errors import BrokenPromise, Refusal, StoreError

_LEAST_CHUNK = 5 << 20  # bytes


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
        answer = bench.call("CompleteMultipartUpload", Key=key, UploadId=upload_id, MultipartUpload={"Parts": [part]})
    if answer.keys().isdisjoint(("Location", "Bucket", "Key", "ETag")):
        raise empty("CompleteMultipartUpload", "The end of an upload in parts")


def multipart(bench: Bench) -> None:
    """An upload in parts, as every layer is pushed: begin, one part, look at the parts, complete, read back."""
    key = bench.key("multipart")
    upload_id = _begin(bench, key)
    bench.call("UploadPart", Key=key, UploadId=upload_id, PartNumber=1, Body=bench.body)
    listed = bench.call("ListParts", Key=key, UploadId=upload_id)
    _complete(bench, key, upload_id, _etag_of_the_part(bench, listed))
    bench.expect("An upload in parts", key, "CompleteMultipartUpload")
    bench.ledger.upload_ended(upload_id)


def _etag_of_the_part(bench: Bench, listed: dict[str, Any]) -> str:
    """The registry asks for the parts before it goes on with an upload, and completes it with what it is told."""
    parts = listed.get("Parts", [])
    if [part.get("Size") for part in parts] != [len(bench.body)]:
        raise broken("ListParts", "A part that was just uploaded is not listed as it was sent.")
    if parts[0].get("PartNumber") != 1 or not parts[0].get("ETag"):
        raise broken(
            "ListParts", "The list of an upload's parts lacks the number or the ETag by which it is completed."
        )
    if "IsTruncated" not in listed:
        raise broken(
            "ListParts",
            "The list of an upload's parts does not say whether it is complete (IsTruncated); the registry crashes on "
            "that at the first chunk of every push. No setting helps: another version of the store may.",
            Cause.UNSUPPORTED,
        )
    return str(parts[0]["ETag"])


def multipart_list(bench: Bench) -> Finding | None:
    """An upload is listed as soon as it is begun, which is how the registry finds it again, and can be aborted.

    Parts may be as large as the registry's. It does not look whether an aborted upload is gone.
    """
    key = bench.key("resume")
    upload_id = _begin(bench, key)
    if upload_id not in _open_uploads(bench, key):
        raise broken(
            "ListMultipartUploads",
            "An upload that was just begun is missing from the list of uploads; the registry could not go on with it.",
        )
    _announce_a_large_part(bench, Key=key, UploadId=upload_id)
    bench.call("AbortMultipartUpload", Key=key, UploadId=upload_id)
    if upload_id in _open_uploads(bench, key):
        text = "An upload that was aborted is still listed; the parts of pushes that were broken off cost for ever."
        return Finding(Cause.CORRUPTED, text, Severity.WARNING)
    bench.ledger.upload_ended(upload_id)
    return None


def _announce_a_large_part(bench: Bench, **upload: str) -> None:
    """Proxies before a store often take less than the registry sends."""
    try:
        _announce(bench, bench.settings.chunksize, **upload)
    except Refusal as error:
        if error.is_too_large and _would_smaller_do(bench, **upload):
            fix = Fix("Send layers in parts of 5 MiB.", {"chunksize": _LEAST_CHUNK})
            raise BrokenPromise("UploadPart", diagnose(error, bench.settings)._replace(fix=fix)) from None
        raise


def _would_smaller_do(bench: Bench, **upload: str) -> bool:
    if bench.settings.chunksize == _LEAST_CHUNK or "chunksize" in provider_of(bench.settings).defaults:
        return False  # some stores demand large parts
    try:
        _announce(bench, _LEAST_CHUNK, **upload)
    except StoreError:
        return False
    return True


def _announce(bench: Bench, chunksize: int, **upload: str) -> None:
    bench.announce("UploadPart", bench.registry.largest_part(chunksize), PartNumber=1, **upload)


def _open_uploads(bench: Bench, key: str) -> list[str]:
    return [upload["UploadId"] for upload in bench.uploads(key) if upload["Key"] == key]


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
