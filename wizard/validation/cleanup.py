"""Removes from the store what a run created. `sweep` removes what earlier runs left behind."""

from __future__ import annotations

import contextlib
import itertools
import re
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent import futures
from concurrent.futures import Future
from http import HTTPStatus
from typing import TypeVar

from wizard.checks.bucket_calls import Version
from wizard.checks.context import CheckContext
from wizard.checks.ownership import owner_of_key, prefix_in
from wizard.model.findings import Cause, Finding, Severity
from wizard.model.settings import Settings
from wizard.s3.errors import ErrorResponse, StoreError
from wizard.text.sanitize import sanitize

CANCELLED = 0.85  # seconds for cleaning up after a cancel, if the store responds
_HEAD_START = 0.05  # seconds for late calls to end before the first removal
_SILENCE = 0.25  # seconds without a response after which late calls are not waited for
_TICK = 0.02  # seconds between two checks of the clock
_MAX_PREFIXES = 3  # that one sentence names
_UNVERIFIED = "The store says that it removed the test data, but refuses to show whether it did."
_T = TypeVar("_T")
_Upload = tuple[str, str]  # key, upload id
_LOCK = re.compile("lock|worm|retention", re.IGNORECASE)  # MinIO: "Object is WORM protected and cannot be overwritten"


def clean_up(
    context: CheckContext,
    late: Sequence[Future[None]],
    seconds: float,
    *,
    is_cancelled: Callable[[], bool],
    afterwards: Callable[[], None] = lambda: None,
) -> threading.Thread:
    """Removes what a run created. Returns after `seconds` at the latest.

    Once `is_cancelled` returns True, it returns within `CANCELLED` seconds, and earlier if the store does not respond.
    `late` is work with calls that have not ended; what it creates afterwards is removed in the background, for as long
    as the program runs: by the thread that is returned. `afterwards` runs in it once everything else is removed.
    """
    has_removed, is_done, started_at = threading.Event(), threading.Event(), time.monotonic()

    def remove() -> None:
        futures.wait(late, max(0.0, started_at + _HEAD_START - time.monotonic()))
        remove_own_objects(context)
        afterwards()
        has_removed.set()
        pending = set(late)
        while pending:  # another one may never end
            pending = futures.wait(pending, return_when=futures.FIRST_COMPLETED).not_done
            if context.ledger.may_be_left:
                remove_own_objects(context)
        is_done.set()

    remover = threading.Thread(target=remove, name="clean-up", daemon=True)
    remover.start()
    until, is_hasty = started_at + seconds, False
    while not is_done.wait(_TICK) and time.monotonic() < until:
        if not is_hasty and is_cancelled():
            is_hasty, until = True, min(until, time.monotonic() + CANCELLED)
        is_silent = time.monotonic() - max(started_at, context.connection.answered_at) > _SILENCE
        if is_silent and (is_hasty or has_removed.is_set()):
            break
    return remover


def remove_own_objects(context: CheckContext) -> None:
    """Removes what is recorded in the ledger. What remains recorded afterwards could not be removed."""
    _abort_uploads(context)
    _look_up_refused(context)
    _delete_objects(context)
    if context.ledger.keeps_versions:
        _delete_versions(context)


# --- uploads ---


def _abort_uploads(context: CheckContext) -> None:
    _record_open_uploads(context)
    aborted = []
    for key, upload_id in context.ledger.uploads():
        try:
            context.cleaner.call("AbortMultipartUpload", Key=key, UploadId=upload_id)
        except StoreError as error:
            if not (isinstance(error, ErrorResponse) and error.code == "NoSuchUpload"):
                continue
        aborted.append((key, upload_id))
    still_open = _still_open(context, aborted) if aborted else set()
    for upload in aborted:
        if upload not in still_open:
            context.ledger.confirm_upload_ended(upload[1])


def _still_open(context: CheckContext, aborted: Iterable[_Upload]) -> set[_Upload]:
    if (listed := _open_uploads(context)) is not None:
        return set(listed)
    return _found(context, "ListParts", {upload: {"Key": upload[0], "UploadId": upload[1]} for upload in aborted})


def _record_open_uploads(context: CheckContext) -> None:
    """Finds uploads too whose id was lost with the response that contained it."""
    if (uploads := _open_uploads(context)) is not None:
        context.ledger.record_open_uploads(uploads)
    else:
        context.ledger.record_no_list_of_uploads()


def _open_uploads(context: CheckContext) -> list[_Upload] | None:
    """The open uploads of this run. None if the store does not list them."""
    if context.hides_uploads:
        return None
    try:
        uploads = context.cleaner.uploads(f"{context.prefix}/")
    except StoreError:
        return None  # reported by `multipart-list`
    return [(upload["Key"], upload["UploadId"]) for upload in uploads if owner_of_key(context.root, upload["Key"])]


# --- objects ---


def _look_up_refused(context: CheckContext) -> None:
    """Looks for objects whose creation was refused: a proxy may have replaced the answer of the store."""
    if not (keys := context.ledger.refused_objects()):
        return
    listed = _listed_keys(context)
    found = {key: key in (listed or ()) or _exists(context, "HeadObject", {"Key": key}) for key in keys}
    is_unknown = None if listed is None else False
    context.ledger.record_look_up({key: is_unknown if exists is None else exists for key, exists in found.items()})


def _listed_keys(context: CheckContext) -> set[str] | None:
    """The test objects. None if the store does not list them."""
    if context.hides_objects:
        return None
    try:
        return {entry["Key"] for entry in context.cleaner.list(f"{context.prefix}/").get("Contents", [])}
    except StoreError:
        return None


def _delete_objects(context: CheckContext) -> None:
    keys = context.ledger.keys()
    if not keys:
        return
    failed = set(keys)
    with contextlib.suppress(StoreError):
        deletion = context.cleaner.delete(keys)
        for marker in deletion.markers:
            context.ledger.record_version(marker)
        failed = {key for key, _ in deletion.failed}
    remaining = _remaining_keys(context, keys, failed)
    for key in keys:
        if key not in remaining:
            context.ledger.confirm_deleted(key)


def _remaining_keys(context: CheckContext, keys: Iterable[str], failed: Collection[str]) -> set[str]:
    """The test objects that may exist. `failed` are those for which the store did not confirm the deletion."""
    if (listed := _listed_keys(context)) is not None:
        return listed
    return _found(context, "HeadObject", {key: {"Key": key} for key in keys}, failed)


# --- what the store does not list ---


def _found(
    context: CheckContext, operation: str, targets: Mapping[_T, Mapping[str, str]], failed: Collection[_T] = ()
) -> set[_T]:
    """Looks each target up. Returns those that may exist.

    Where the store refuses to say, those in `failed`: for the others it has confirmed the removal. Without the
    permission to list, S3 answers 403 to a look-up of an absent object.
    """
    existing = {target: _exists(context, operation, parameters) for target, parameters in targets.items()}
    unknown = {target for target, exists in existing.items() if exists is None}
    if unknown.difference(failed) and _UNVERIFIED not in context.notes:
        context.notes.append(_UNVERIFIED)
    return {target for target, exists in existing.items() if exists} | unknown.intersection(failed)


def _exists(context: CheckContext, operation: str, parameters: Mapping[str, str]) -> bool | None:
    """Whether a look-up finds something, or has no answer. None if the store refuses to say."""
    try:
        context.cleaner.call(operation, **parameters)
    except ErrorResponse as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return False
        if error.headers.get("x-amz-delete-marker") == "true":  # the answer about the version of a delete marker
            return True
        if not error.is_server_error or error.status == HTTPStatus.NOT_IMPLEMENTED:
            return None
    except StoreError:
        pass
    return True


# --- versions ---


def _delete_versions(context: CheckContext) -> None:
    """Deletes the versions and delete markers of the run by their ids, for which a registry's key needs no permission.

    Without the permission to list versions, those whose ids the responses contained.
    """
    ledger = context.ledger
    try:
        ledger.record_listed_versions(_listed_versions(context))
    except StoreError as error:
        ledger.version_problem = _problem(error, "list them", "s3:ListBucketVersions")
    versions = ledger.versions()
    if not versions:
        return
    try:
        deletion = context.cleaner.delete(versions)
    except StoreError as error:
        ledger.version_problem = _problem(error, "delete them", "s3:DeleteObjectVersion")
        return
    if deletion.errors:
        ledger.version_problem = _problem(deletion.errors[0], "delete them", "s3:DeleteObjectVersion")
    deleted = [version for version in versions if (version.key, version.version_id) not in deletion.failed]
    remaining = _remaining_versions(context, deleted)
    for version in deleted:
        if version not in remaining:
            ledger.confirm_version_deleted(version)


def _remaining_versions(context: CheckContext, deleted: Iterable[Version]) -> set[Version]:
    try:
        return _listed_versions(context)
    except StoreError:
        targets = ((each, {"Key": each.key, "VersionId": each.version_id}) for each in deleted)
        found = ((version, _exists(context, "HeadObject", target)) for version, target in targets)
        known = itertools.takewhile(lambda pair: pair[1] is not None, found)  # without s3:GetObjectVersion, none is
        return {version for version, exists in known if exists}


def _problem(error: StoreError, purpose: str, action: str) -> str:
    """Why the versions are left, as the end of a sentence."""
    if not isinstance(error, ErrorResponse):
        return "the store did not answer"
    if _LOCK.search(error.message):
        return "an object lock protects them"
    if error.status == HTTPStatus.FORBIDDEN or error.code == "AccessDenied":
        return f"these keys aren't allowed to {purpose} ({action})"
    return f"the store refused to {purpose} ({sanitize(error.code, 40)})"


def _listed_versions(context: CheckContext) -> set[Version]:
    """The versions of the test objects. Raises `StoreError`."""
    versions = {version for version, _ in context.cleaner.versions(f"{context.prefix}/")}
    return {version for version in versions if owner_of_key(context.root, version.key)}


# --- leftovers ---


def leftovers(context: CheckContext, swept: Iterable[Version] = ()) -> tuple[str, ...]:
    """What could not be removed: keys, `KEY (upload ID)` and `KEY (version ID)`, without an id where it is unknown.

    `swept` are delete markers that the removal of what earlier runs left behind has made.
    """
    if not context.connection.has_sent:  # a call can still be on its way to an error, as where there are no credentials
        return ()
    ledger, keys = context.ledger, context.ledger.keys()
    uploads = [f"{sanitize(key)} (upload {sanitize(upload_id, 60)})" for key, upload_id in ledger.uploads()]
    unconfirmed = [f"{key} (upload)" for key in ledger.unconfirmed_uploads()]
    versions = [display_version(version) for version in (*ledger.versions(), *swept)]
    unknown = [f"{key} (version)" for key in ledger.keys_of_unknown_versions() if key not in keys]
    start = sanitize(context.place_of_objects[1])
    return tuple(f"{start}{name}" for name in (*keys, *uploads, *unconfirmed, *versions, *unknown))


def version_problem(context: CheckContext, swept: Sequence[Version]) -> str:
    """Why versions are left, as the end of a sentence; empty if none are."""
    ledger = context.ledger
    if not (ledger.versions() or ledger.keys_of_unknown_versions() or swept):
        return ""
    return ledger.version_problem or "there was no time left to delete them"


def display_version(version: Version) -> str:
    """A version as reports name it: `KEY (version ID)` or `KEY (delete marker ID)`."""
    kind = "delete marker" if version.is_delete_marker else "version"
    return f"{sanitize(version.key)} ({kind} {sanitize(version.version_id, 60)})"


def may_be_left(what: object) -> str:
    """The sentence that names what could not be removed on this machine."""
    return f"May remain: {sanitize(what)}. Delete it manually."


def leftovers_finding(left: tuple[str, ...], settings: Settings, version_problem: str = "") -> Finding | None:
    """A warning that names what could not be removed, and the prefixes or the folder to delete by hand.

    `version_problem` says why versions are left, as the end of a sentence.
    """
    if not left:
        return None
    if settings.type == "filesystem":
        return Finding(Cause.LEFTOVERS, may_be_left(left[0]), Severity.WARNING)
    more = f", and {len(left) - 1} more" if len(left) > 1 else ""
    because = f" The bucket keeps versions, and {version_problem}." if version_problem else ""
    prefixes = list(dict.fromkeys(map(prefix_in, left)))
    named = " and ".join(prefixes[:_MAX_PREFIXES]) + (" and others" if len(prefixes) > _MAX_PREFIXES else "")
    return Finding(
        Cause.LEFTOVERS,
        f"Test objects may remain in {sanitize(settings.bucket, 63)}: {left[0]}{more}.{because} Delete everything "
        f"under {named}{', including all versions' if version_problem else ''}.",
        Severity.WARNING,
    )
