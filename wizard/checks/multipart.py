"""Uploads and copies in parts: the way of every layer."""

from __future__ import annotations

from typing import Any

from wizard.catalog.providers import provider_of
from wizard.checks.check import Skip
from wizard.checks.context import CheckContext, contract_violation, empty_response
from wizard.diagnosis.diagnose import diagnose
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.s3.errors import ContractViolation, ErrorResponse, StoreError

_LEAST_CHUNK = 5 << 20  # bytes


def _begin(context: CheckContext, key: str) -> str:
    with context.ledger.starting_upload(key):
        upload_id = context.call("CreateMultipartUpload", Key=key, **context.object_headers()).get("UploadId")
        if not upload_id:
            raise contract_violation(
                "CreateMultipartUpload", "An upload in parts was begun, and got no id.", Cause.UNSUPPORTED
            )
        context.ledger.upload_started(upload_id, key)
    return str(upload_id)


def _complete(context: CheckContext, key: str, upload_id: str, etag: str) -> None:
    part = {"PartNumber": 1, "ETag": etag}
    with context.ledger.creating(key):
        answer = context.call("CompleteMultipartUpload", Key=key, UploadId=upload_id, MultipartUpload={"Parts": [part]})
    if answer.keys().isdisjoint(("Location", "Bucket", "Key", "ETag")):
        raise empty_response("CompleteMultipartUpload", "The end of an upload in parts")


def multipart(context: CheckContext) -> None:
    """An upload in parts, as every layer is pushed: begin, one part, look at the parts, complete, read back."""
    key = context.key("multipart")
    upload_id = _begin(context, key)
    context.call("UploadPart", Key=key, UploadId=upload_id, PartNumber=1, Body=context.body)
    listed = context.call("ListParts", Key=key, UploadId=upload_id)
    _complete(context, key, upload_id, _etag_of_the_part(context, listed))
    context.expect("An upload in parts", key, "CompleteMultipartUpload")
    context.ledger.upload_ended(upload_id)


def _etag_of_the_part(context: CheckContext, listed: dict[str, Any]) -> str:
    """The registry asks for the parts before it goes on with an upload, and completes it with what it is told."""
    parts = listed.get("Parts", [])
    if [part.get("Size") for part in parts] != [len(context.body)]:
        raise contract_violation("ListParts", "A part that was just uploaded is not listed as it was sent.")
    if parts[0].get("PartNumber") != 1 or not parts[0].get("ETag"):
        raise contract_violation(
            "ListParts", "The list of an upload's parts lacks the number or the ETag by which it is completed."
        )
    if "IsTruncated" not in listed:
        raise contract_violation(
            "ListParts",
            "The list of an upload's parts does not say whether it is complete (IsTruncated); the registry crashes on "
            "that at the first chunk of every push. No setting helps: another version of the store may.",
            Cause.UNSUPPORTED,
        )
    return str(parts[0]["ETag"])


def multipart_list(context: CheckContext) -> Finding | None:
    """An upload is listed as soon as it is begun, which is how the registry finds it again, and can be aborted.

    Parts may be as large as the registry's. It does not look whether an aborted upload is gone.
    """
    key = context.key("resume")
    upload_id = _begin(context, key)
    if upload_id not in _open_uploads(context, key):
        raise contract_violation(
            "ListMultipartUploads",
            "An upload that was just begun is missing from the list of uploads; the registry could not go on with it.",
        )
    _announce_a_large_part(context, Key=key, UploadId=upload_id)
    context.call("AbortMultipartUpload", Key=key, UploadId=upload_id)
    if upload_id in _open_uploads(context, key):
        text = "An upload that was aborted is still listed; the parts of pushes that were broken off cost for ever."
        return Finding(Cause.CORRUPTED, text, Severity.WARNING)
    context.ledger.upload_ended(upload_id)
    return None


def _announce_a_large_part(context: CheckContext, **upload: str) -> None:
    """Proxies before a store often take less than the registry sends."""
    try:
        _announce(context, context.settings.chunksize, **upload)
    except ErrorResponse as error:
        if error.is_too_large and _would_smaller_do(context, **upload):
            fix = Fix("Send layers in parts of 5 MiB.", {"chunksize": _LEAST_CHUNK})
            raise ContractViolation("UploadPart", diagnose(error, context.settings)._replace(fix=fix)) from None
        raise


def _would_smaller_do(context: CheckContext, **upload: str) -> bool:
    if context.settings.chunksize == _LEAST_CHUNK or "chunksize" in provider_of(context.settings).defaults:
        return False  # some stores demand large parts
    try:
        _announce(context, _LEAST_CHUNK, **upload)
    except StoreError:
        return False
    return True


def _announce(context: CheckContext, chunksize: int, **upload: str) -> None:
    context.announce_body("UploadPart", context.registry.largest_part(chunksize), PartNumber=1, **upload)


def _open_uploads(context: CheckContext, key: str) -> list[str]:
    return [upload["UploadId"] for upload in context.uploads(key) if upload["Key"] == key]


_COPY_WHOLE = Fix("Copy whole objects instead, up to 5 GiB.", {"multipartcopythresholdsize": 5 << 30})


def multipart_copy(context: CheckContext) -> None:
    """Layers above the threshold are copied in parts; the copy is read back."""
    if context.settings.multipartcopythresholdsize >= 5 << 30:
        raise Skip("layers up to 5 GiB are copied whole")
    source, target = context.key("write"), context.key("part-copy")
    upload_id = _begin(context, target)
    answer = context.call(
        "UploadPartCopy",
        Key=target,
        UploadId=upload_id,
        PartNumber=1,
        CopySource={"Bucket": context.bucket, "Key": source},
        CopySourceRange=f"bytes=0-{len(context.body) - 1}",
    )
    etag = answer.get("CopyPartResult", {}).get("ETag")
    try:
        if not etag:
            raise contract_violation(
                "UploadPartCopy", "A part was copied, and the answer lacks its ETag; the registry needs it."
            )
        _complete(context, target, upload_id, etag)
        context.expect("A copy in parts", target, "CompleteMultipartUpload", "UploadPartCopy")
        context.ledger.upload_ended(upload_id)
    except ContractViolation as error:
        finding = Finding(Cause.CORRUPTED, error.finding.text, fix=_COPY_WHOLE)
        raise ContractViolation(error.operation, finding) from None
