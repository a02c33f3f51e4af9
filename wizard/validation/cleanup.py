"""Removes from the store what a run created, and what earlier runs left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from wizard.checks.age import is_older_than
from wizard.checks.context import CheckContext
from wizard.checks.prefix import KEY_PREFIX, is_owner_alive, prefix_in
from wizard.model.findings import Cause, Finding, Severity
from wizard.model.settings import Settings
from wizard.s3.errors import ErrorResponse, StoreError
from wizard.text.sanitize import sanitize

_STALE = timedelta(days=1)  # no run takes that long, on any host
_HEAD_START = 0.05  # seconds for late calls to end before the first removal
_SILENCE = 0.25  # seconds without a response after which late calls are not waited for
_TICK = 0.02  # seconds between two checks of the clock


def remove_stale_objects(context: CheckContext) -> None:
    """Removes what earlier runs left behind.

    On this host: of processes that have ended. Of other hosts: everything older than a day.
    """
    try:
        _remove_stale_objects(context)
    except StoreError:
        return  # optional; the checks report missing permissions


def _remove_stale_objects(context: CheckContext) -> None:
    prefix = f"{context.root}{KEY_PREFIX}"
    for upload in context.uploads(prefix):
        if _is_stale(upload, "Initiated"):
            context.call("AbortMultipartUpload", Key=upload["Key"], UploadId=upload["UploadId"])
    objects = context.list(prefix).get("Contents", [])
    if stale := [entry["Key"] for entry in objects if _is_stale(entry, "LastModified")]:
        context.remove(stale)


def _is_stale(entry: dict[str, Any], date_field: str) -> bool:
    if (is_alive := is_owner_alive(str(entry.get("Key", "")))) is not None:
        return not is_alive
    return is_older_than(entry.get(date_field), _STALE)


def clean_up(context: CheckContext, late: Sequence[threading.Thread], until: float, *, hastily: bool) -> None:
    """Removes what a run created. Returns at `until` (monotonic clock) at the latest.

    `hastily`: returns earlier if the store does not respond. `late` are threads with calls that have not ended; what
    they create afterwards is removed in the background, for as long as the program runs.
    """
    has_removed, is_done, started_at = threading.Event(), threading.Event(), time.monotonic()

    def remove() -> None:
        for thread in late:
            thread.join(max(0.0, started_at + _HEAD_START - time.monotonic()))
        remove_own_objects(context)
        has_removed.set()
        for thread in late:
            thread.join()
        if late and (context.ledger.keys() or context.ledger.uploads() or context.ledger.unconfirmed_uploads()):
            remove_own_objects(context)
        is_done.set()

    threading.Thread(target=remove, name="clean-up", daemon=True).start()
    while not is_done.wait(_TICK) and time.monotonic() < until:
        is_silent = time.monotonic() - max(started_at, context.answered_at) > _SILENCE
        if is_silent and (hastily or has_removed.is_set()):
            return


def remove_own_objects(context: CheckContext) -> None:
    """Removes what is recorded in the ledger. What remains recorded afterwards could not be removed."""
    _abort_uploads(context)
    keys = context.ledger.keys()
    if not keys:
        return
    assumed: set[str] = set()  # to exist, if the store does not allow a listing
    try:
        context.remove(keys)
    except StoreError:
        assumed = set(keys)
    remaining = _listed_keys(context, assumed)
    for key in keys:
        if key not in remaining:
            context.ledger.confirm_deleted(key)


def _abort_uploads(context: CheckContext) -> None:
    _record_open_uploads(context)
    aborted = []
    for key, upload_id in context.ledger.uploads():
        try:
            context.call("AbortMultipartUpload", Key=key, UploadId=upload_id)
        except StoreError as error:
            if not (isinstance(error, ErrorResponse) and error.code == "NoSuchUpload"):
                continue
        aborted.append(upload_id)
    still_open = {upload_id for _, upload_id in _open_uploads(context) or ()} if aborted else set()
    for upload_id in aborted:
        if upload_id not in still_open:
            context.ledger.confirm_upload_ended(upload_id)


def _listed_keys(context: CheckContext, default: set[str]) -> set[str]:
    """The test objects that the store lists, or `default` if it does not list them."""
    try:
        return {entry["Key"] for entry in context.list(f"{context.prefix}/").get("Contents", [])}
    except StoreError:
        return default


def _record_open_uploads(context: CheckContext) -> None:
    """Finds uploads too whose id was lost with the response that contained it."""
    if (uploads := _open_uploads(context)) is not None:
        context.ledger.record_open_uploads(uploads)


def _open_uploads(context: CheckContext) -> list[tuple[str, str]] | None:
    """The open uploads of this run as (key, upload id). None if the store does not list them."""
    try:
        uploads = context.uploads(f"{context.prefix}/")
    except StoreError:
        return None  # reported by `multipart-list`
    return [(upload["Key"], upload["UploadId"]) for upload in uploads]


def leftovers(context: CheckContext) -> tuple[str, ...]:
    """What could not be removed: keys, and `KEY (upload ID)` or `KEY (upload)` for uploads."""
    uploads = [f"{sanitize(key)} (upload {sanitize(upload_id, 60)})" for key, upload_id in context.ledger.uploads()]
    unconfirmed = [f"{key} (upload)" for key in context.ledger.unconfirmed_uploads()]
    return (*context.ledger.keys(), *uploads, *unconfirmed)


def leftovers_finding(left: tuple[str, ...], settings: Settings) -> Finding | None:
    """A warning that names what could not be removed, and the prefix or folder to delete by hand."""
    if not left:
        return None
    if settings.type == "filesystem":
        return Finding(Cause.LEFTOVERS, f"May be left: {sanitize(left[0])}. Delete it by hand.", Severity.WARNING)
    more = f", and {len(left) - 1} more" if len(left) > 1 else ""
    return Finding(
        Cause.LEFTOVERS,
        f"May be left in {sanitize(settings.bucket, 63)}: {left[0]}{more}. Delete what begins with "
        f"{prefix_in(left[0])} by hand.",
        Severity.WARNING,
    )
