"""Multipart uploads and copies, which the registry uses for every layer."""

from __future__ import annotations

from typing import Any

from wizard.catalog.endpoints import store_of
from wizard.checks.check import Skip
from wizard.checks.context import CheckContext, Made
from wizard.checks.objects import copy_object
from wizard.checks.violations import contract_violation, empty_answer
from wizard.diagnosis.diagnose import diagnose
from wizard.model import fixes
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.model.settings import Settings, format_size
from wizard.s3.checksums import CHECKSUMS
from wizard.s3.errors import ContractViolation, ErrorResponse, StoreError
from wizard.text.sanitize import sanitize

_Part = dict[str, Any]  # a part as ListParts, UploadPart and CopyPartResult describe it
_MIN_CHUNK_SIZE = 5 << 20  # bytes; S3 requires it of every part but the last
_MAX_COPY_SIZE = 5 << 30  # bytes; CopyObject copies no larger object
_SIZE_CODES = ("InvalidRequest", "EntityTooSmall", "InvalidArgument", "InvalidRange", "InvalidPart")


def multipart(context: CheckContext) -> Finding | None:
    """A multipart upload as for every layer: create, upload one part, list the parts, complete, read back."""
    key = context.key("multipart")
    upload_id = _create_upload(context, key)
    context.call("UploadPart", Key=key, UploadId=upload_id, PartNumber=1, Body=context.body)
    parts = context.call("ListParts", Key=key, UploadId=upload_id)
    warning = _complete_upload(context, key, upload_id, _listed_part(context, parts))
    context.verify_content(Made("A multipart upload", key, "CompleteMultipartUpload"))
    context.ledger.confirm_upload_ended(upload_id)
    if store_of(context.settings).equal_parts and context.registry.merges_last_parts:
        _try_uneven_parts(context)
    return warning


def _try_uneven_parts(context: CheckContext) -> None:
    """Uploads two parts as registries do that merge the last two parts of a layer: the last one is larger.

    Only for stores that may refuse that, because the parts have to be as large as S3 requires.
    """
    if context.settings.chunksize >= fixes.SAFE_CHUNK_SIZE:
        return
    key, sizes = context.key("large"), (_MIN_CHUNK_SIZE, _MIN_CHUNK_SIZE + len(context.body))
    upload_id = _create_upload(context, key)
    parts = [
        context.call("UploadPart", Key=key, UploadId=upload_id, PartNumber=number, Body=bytes(size))
        for number, size in enumerate(sizes, 1)
    ]
    context.notes.append(f"Sent {format_size(2 * _MIN_CHUNK_SIZE)}, because some stores reject a larger last part.")
    try:
        _complete_upload(context, key, upload_id, *parts)
    except ErrorResponse as error:
        if error.is_server_error:
            raise
        text = (
            f"The store rejects uploads whose last part is larger than the others ({sanitize(error.code, 40)}), but "
            f"{context.registry.title} makes such uploads, so layers above "
            f"{format_size(context.settings.chunksize)} fail."
        )
        finding = Finding(Cause.UNEVEN_PARTS, text, setting="chunksize", fix=fixes.LARGE_PARTS)
        raise ContractViolation("CompleteMultipartUpload", finding) from None
    context.ledger.confirm_upload_ended(upload_id)


def multipart_list(context: CheckContext) -> Finding | None:
    """Finds an upload in the list of uploads, as the registry does to resume it, and aborts it.

    Also declares a part of the registry's size, which proxies may reject. The registry does not verify that an aborted
    upload is gone, so an ignored abort is only a warning.
    """
    key = context.key("resume")
    upload_id = _create_upload(context, key)
    if upload_id not in _open_uploads(context, key):
        context.hides_uploads = True
        raise contract_violation(
            "ListMultipartUploads",
            "An upload that was just started is missing from the list of uploads, so the registry couldn't resume it.",
        )
    _check_part_size(context, Key=key, UploadId=upload_id)
    context.call("AbortMultipartUpload", Key=key, UploadId=upload_id)
    if upload_id in _open_uploads(context, key):
        text = "An aborted upload is still listed, so the parts of interrupted pushes keep costing money."
        return Finding(Cause.CORRUPTED, text, Severity.WARNING)
    context.ledger.confirm_upload_ended(upload_id)
    return None


def multipart_copy(context: CheckContext) -> Finding | None:
    """Copies the second half of an object as a part, and reads the copy back.

    Above the threshold the registry copies a layer in parts, and all but the first part begin within the source. Where
    the store cannot copy so large an object in one call either, a failure is a warning: no threshold helps.
    """
    if not _copies_in_parts(context):
        raise Skip("layers up to 5 GiB are copied in one call")
    upload_id = _create_upload(context, context.key("part-copy"))
    if not context.wait_for_test_object():
        raise Skip("there is no object to copy")
    try:
        try:
            copy = _copy_half(context, upload_id)
        except ErrorResponse as error:
            if not _may_be_too_small(error, context.settings):
                raise
            copy = _copy_large_object(context, upload_id)
        context.verify_content(copy)
        context.ledger.confirm_upload_ended(upload_id)
    except ContractViolation as error:
        return _without_part_copies(context, error.operation, Finding(Cause.CORRUPTED, error.finding.text))
    except ErrorResponse as error:
        finding = diagnose(error, context.settings)
        if finding.cause not in (Cause.UNSUPPORTED, Cause.STORE_ERROR):
            raise
        return _without_part_copies(context, error.operation, finding)
    return None


def _without_part_copies(context: CheckContext, operation: str, finding: Finding) -> Finding:
    largest = store_of(context.settings).largest_copy
    if context.settings.multipartcopythresholdsize >= largest:
        text = f"{finding.text} Layers above {format_size(largest)} cannot be pushed."
        return finding._replace(text=text, severity=Severity.WARNING)
    raise ContractViolation(operation, finding._replace(fix=_fix_of_part_copies(context, largest))) from None


def _fix_of_part_copies(context: CheckContext, largest: int) -> Fix | None:
    """Copying whole objects, if the store can do that."""
    target = context.key("part-copy")
    try:
        with context.ledger.creating_object(target):
            copy_object(context, context.key("write"), target)
    except StoreError:
        return None
    return fixes.copy_whole_objects(largest)


def _copies_in_parts(context: CheckContext) -> bool:
    return context.settings.multipartcopythresholdsize < _MAX_COPY_SIZE


def _copy_part(context: CheckContext, upload_id: str, number: int, source: str, span: range) -> _Part:
    """Copies some bytes of `source`. Returns what the store says about the part."""
    response = context.call(
        "UploadPartCopy",
        Key=context.key("part-copy"),
        UploadId=upload_id,
        PartNumber=number,
        CopySource={"Bucket": context.bucket, "Key": source},
        CopySourceRange=f"bytes={span.start}-{span.stop - 1}",
    )
    part: _Part = response.get("CopyPartResult", {})
    if not part.get("ETag"):
        raise contract_violation("UploadPartCopy", "The reply to a part copy has no ETag, which the registry needs.")
    return part


def _copy_half(context: CheckContext, upload_id: str) -> Made:
    """Copies the second half of the test object as the only part."""
    half = len(context.body) // 2
    part = _copy_part(context, upload_id, 1, context.key("write"), range(half, len(context.body)))
    return _complete_copy(context, upload_id, part, expected=context.body[half:])


def _copy_large_object(context: CheckContext, upload_id: str) -> Made:
    """Copies an object of `_MIN_CHUNK_SIZE` zero bytes and the test data in two parts."""
    key, end = context.key("large"), _MIN_CHUNK_SIZE + len(context.body)
    with context.ledger.creating_object(key):
        body = bytes(_MIN_CHUNK_SIZE) + context.body
        context.call("PutObject", Key=key, Body=body, **context.object_headers())
    context.notes.append(f"Sent {format_size(_MIN_CHUNK_SIZE)}, because the store doesn't copy small objects in parts.")
    spans = (range(_MIN_CHUNK_SIZE), range(_MIN_CHUNK_SIZE, end))
    parts = [_copy_part(context, upload_id, number, key, span) for number, span in enumerate(spans, 1)]
    return _complete_copy(context, upload_id, *parts, expected=context.body, start=_MIN_CHUNK_SIZE)


def _complete_copy(context: CheckContext, upload_id: str, *parts: _Part, expected: bytes, start: int = 0) -> Made:
    key = context.key("part-copy")
    _complete_upload(context, key, upload_id, *parts)
    return Made("A multipart copy", key, "CompleteMultipartUpload", "UploadPartCopy", expected=expected, start=start)


def _may_be_too_small(error: ErrorResponse, settings: Settings) -> bool:
    """Whether the store may have refused a copy because of its size, and the registry copies only larger objects."""
    is_smaller = settings.multipartcopythresholdsize >= _MIN_CHUNK_SIZE
    return is_smaller and error.code in _SIZE_CODES


def _create_upload(context: CheckContext, key: str) -> str:
    with context.ledger.starting_upload(key):
        upload_id = context.call("CreateMultipartUpload", Key=key, **context.object_headers()).get("UploadId")
        if not upload_id:
            raise contract_violation(
                "CreateMultipartUpload", "A multipart upload was started, but got no id.", Cause.UNSUPPORTED
            )
        context.ledger.record_upload(upload_id, key)
    return str(upload_id)


def _complete_upload(context: CheckContext, key: str, upload_id: str, *listed: _Part) -> Finding | None:
    """Completes an upload of parts as the store has described them.

    A registry that sends checksums repeats them; S3 requires that (registry/storage/driver/s3-aws/v2/s3.go of
    gitlab-org/container-registry).
    """
    names = ("ETag", *(f"Checksum{name}" for name in CHECKSUMS if context.registry.checksum(context.settings)))
    parts = [
        {"PartNumber": number, **{name: part[name] for name in names if name in part}}
        for number, part in enumerate(listed, 1)
    ]
    with context.ledger.creating_object(key):
        response = context.call(
            "CompleteMultipartUpload", Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
        )
    if response.keys().isdisjoint(("Location", "Bucket", "Key", "ETag")):
        return empty_answer("CompleteMultipartUpload", "Completing a multipart upload", context.registry)
    return None


def _listed_part(context: CheckContext, response: dict[str, Any]) -> _Part:
    """The part of a ListParts response. The registry completes a resumed upload with the parts that it lists."""
    parts: list[_Part] = response.get("Parts", [])
    if [part.get("Size") for part in parts] != [len(context.body)]:
        raise contract_violation(
            "ListParts", "A part that was just uploaded is not listed, or listed with another size."
        )
    if parts[0].get("PartNumber") != 1 or not parts[0].get("ETag"):
        raise contract_violation(
            "ListParts", "The list of an upload's parts has no part number or ETag, so the upload can't be completed."
        )
    if "IsTruncated" not in response:
        raise contract_violation(
            "ListParts",
            "The list of an upload's parts doesn't say whether it is complete (IsTruncated). This crashes the "
            "registry on every push. No setting fixes it. Try a different version of the store.",
            Cause.UNSUPPORTED,
        )
    if response["IsTruncated"]:
        raise contract_violation(
            "ListParts",
            "A list of one part is marked incomplete (IsTruncated), so the registry never stops listing.",
        )
    return parts[0]


def _check_part_size(context: CheckContext, **upload: str) -> None:
    """Declares the registry's largest part. Proxies in front of a store often reject bodies of that size."""
    try:
        _declare_part(context, context.settings.chunksize, **upload)
    except ErrorResponse as error:
        if error.is_too_large and _is_min_chunk_size_accepted(context, **upload):
            fix = Fix("Send layers in parts of 5 MiB.", {"chunksize": _MIN_CHUNK_SIZE})
            raise ContractViolation("UploadPart", diagnose(error, context.settings)._replace(fix=fix)) from None
        raise


def _is_min_chunk_size_accepted(context: CheckContext, **upload: str) -> bool:
    if context.settings.chunksize == _MIN_CHUNK_SIZE:
        return False
    if "chunksize" in store_of(context.settings).defaults:  # the store requires larger parts
        return False
    try:
        _declare_part(context, _MIN_CHUNK_SIZE, **upload)
    except StoreError:
        return False
    return True


def _declare_part(context: CheckContext, chunksize: int, **upload: str) -> None:
    context.check_body_size("UploadPart", context.registry.largest_part(chunksize), PartNumber=1, **upload)


def _open_uploads(context: CheckContext, key: str) -> list[str]:
    return [upload["UploadId"] for upload in context.uploads(key) if upload["Key"] == key]
