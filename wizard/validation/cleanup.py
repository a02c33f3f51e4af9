"""Takes away what a run made, and what dead runs left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from wizard.checks.context import KEY_PREFIX, CheckContext, owner_is_alive
from wizard.model.findings import Cause, Finding, Severity
from wizard.s3.errors import StoreError
from wizard.text.sanitize import sanitize

_OLD = timedelta(days=1)  # nobody's run takes that long, whatever host it was on
_HEAD_START = 0.05  # seconds that calls under way get before what they make is looked for
_SILENCE = 0.25  # seconds without an answer after which calls under way are not waited for
_TICK = 0.02  # seconds between two looks at the clock


def remove_stale_objects(context: CheckContext) -> None:
    """Removes what earlier runs left: of this host's dead processes, and of other hosts what is older than a day."""
    try:
        _remove_stale_objects(context)
    except StoreError:
        return  # a courtesy; the checks say what this key may not do


def _remove_stale_objects(context: CheckContext) -> None:
    mark = f"{context.root}{KEY_PREFIX}"
    for upload in context.uploads(mark):
        if _is_dead(upload, "Initiated"):
            context.call("AbortMultipartUpload", Key=upload["Key"], UploadId=upload["UploadId"])
    if dead := [entry["Key"] for entry in context.list(mark).get("Contents", []) if _is_dead(entry, "LastModified")]:
        context.remove(dead)


def _is_dead(entry: dict[str, Any], dated: str) -> bool:
    if (alive := owner_is_alive(str(entry.get("Key", "")))) is not None:
        return not alive
    made = entry.get(dated)
    if not isinstance(made, datetime):
        return False
    since = made if made.tzinfo else made.replace(tzinfo=UTC)  # a store may leave its zone out
    return datetime.now(UTC) - since > _OLD


def clean_up(context: CheckContext, late: Sequence[threading.Thread], until: float, *, hastily: bool) -> None:
    """Removes what a run has made, at most `until` then (monotonic), and `hastily` only as long as the store answers.

    What calls that are under way in the threads `late` still make after that is removed behind everybody's back.
    """
    has_looked, done, began = threading.Event(), threading.Event(), time.monotonic()

    def remove() -> None:
        for thread in late:
            thread.join(max(0.0, began + _HEAD_START - time.monotonic()))
        remove_own_objects(context)
        has_looked.set()
        for thread in late:
            thread.join()
        if late and (context.ledger.keys() or context.ledger.uploads() or context.ledger.unconfirmed_uploads()):
            remove_own_objects(context)
        done.set()

    threading.Thread(target=remove, name="clean-up", daemon=True).start()
    while not done.wait(_TICK) and time.monotonic() < until:
        is_silent = time.monotonic() - max(began, context.answered_at) > _SILENCE
        if is_silent and (hastily or has_looked.is_set()):
            return


def remove_own_objects(context: CheckContext) -> None:
    """Removes what this run made and has not seen go; what stays in the ledger could not be removed."""
    _abort(context)
    keys = context.ledger.keys()
    if not keys:
        return
    believed: set[str] = set()  # to be there still: where listing is not permitted the store's word must do
    try:
        context.remove(keys)
    except StoreError:
        believed = set(keys)  # unless a listing says otherwise; the ledger keeps them, and the report lists them
    still_there = _listed(context, otherwise=believed)
    for key in keys:
        if key not in still_there:
            context.ledger.confirm_deleted(key)


def _abort(context: CheckContext) -> None:
    _note_open_uploads(context)
    aborted = []
    for key, upload_id in context.ledger.uploads():
        try:
            context.call("AbortMultipartUpload", Key=key, UploadId=upload_id)
        except StoreError as error:
            if getattr(error, "code", "") != "NoSuchUpload":
                continue
        aborted.append(upload_id)
    still_open = {upload_id for _, upload_id in _open_uploads(context) or ()} if aborted else set()
    for upload_id in aborted:
        if upload_id not in still_open:
            context.ledger.upload_ended(upload_id)


def _listed(context: CheckContext, otherwise: set[str]) -> set[str]:
    """Our objects that the store still lists, or `otherwise` where that cannot be had."""
    try:
        return {entry["Key"] for entry in context.list(f"{context.prefix}/").get("Contents", [])}
    except StoreError:
        return otherwise


def _note_open_uploads(context: CheckContext) -> None:
    """Also uploads that were begun while the answer with their id got lost."""
    if (found := _open_uploads(context)) is not None:
        context.ledger.uploads_listed(found)


def _open_uploads(context: CheckContext) -> list[tuple[str, str]] | None:
    try:
        found = context.uploads(f"{context.prefix}/")
    except StoreError:
        return None  # may not be permitted; the check `multipart-list` says so
    return [(upload["Key"], upload["UploadId"]) for upload in found]


def leftovers(context: CheckContext) -> tuple[str, ...]:
    """What could not be removed, by its full key."""
    uploads = [f"{sanitize(key)} (upload {sanitize(upload_id, 60)})" for key, upload_id in context.ledger.uploads()]
    under_way = [f"{key} (upload)" for key in context.ledger.unconfirmed_uploads()]
    return (*context.ledger.keys(), *uploads, *under_way)


def finding(left: tuple[str, ...], bucket: str) -> Finding | None:
    """A warning that names what stayed behind."""
    if not left:
        return None
    more = f", and {len(left) - 1} more" if len(left) > 1 else ""
    return Finding(
        Cause.LEFTOVERS,
        f"May be left in {sanitize(bucket, 63)}: {left[0]}{more}. Delete what begins with "
        f"{left[0].partition('/')[0] if left[0].startswith(KEY_PREFIX) else KEY_PREFIX} by hand.",
        Severity.WARNING,
    )
