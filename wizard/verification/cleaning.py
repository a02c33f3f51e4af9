"""Removes what a verification has made in the registry and, with a settings file, in its store."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from http import HTTPStatus

from wizard.checks.bucket_calls import RunStoppedError
from wizard.model.findings import Cause, Finding, Severity
from wizard.oci.errors import CallFailedError, TokenError
from wizard.text.plural import count_of
from wizard.verification.image import TAG
from wizard.verification.steps import Verification, cancel_upload, delete_manifest, is_manifest_served
from wizard.verification.storage import blob_path, repository_path


def clean_up(run: Verification) -> list[str]:
    """Removes everything that can be. Returns the names of what could not be: see `leftovers`."""
    is_accepted = False
    with contextlib.suppress(CallFailedError, TokenError, RunStoppedError):
        cancel_upload(run)
        is_accepted = _delete_image(run)
    if not run.has_started:
        return []
    keeps = _storage_keeps(run)
    run.is_storage_silent = keeps is None and run.storage is not None and run.settings_problem is None
    if run.storage is not None and keeps:
        run.is_in_storage = True
        return run.storage.remove(run.image.repository, run.may_have_made) or (leftovers(run) if run.may_push else [])
    if is_accepted:  # by a proxy that deletes nothing, perhaps
        with contextlib.suppress(CallFailedError, TokenError, RunStoppedError):
            run.is_deleted = not is_manifest_served(run)
    is_nothing_made = not run.may_have_made and not run.open_upload
    return [] if is_nothing_made and keeps is False else leftovers(run)


def _delete_image(run: Verification) -> bool:
    """Deletes the image if it was or may have been pushed. Returns whether the registry says that it did."""
    if run.is_deleted or not (run.has_pushed or run.may_push):
        return False
    answer = delete_manifest(run)
    if run.may_push and answer.is_success:
        run.may_push, run.has_pushed = False, True
    run.is_deleted = run.has_pushed and answer.status == HTTPStatus.NOT_FOUND
    return answer.is_success


def _storage_keeps(run: Verification) -> bool | None:
    """Whether the storage of the settings has anything of the image; None if that is not known."""
    if run.storage is None or run.settings_problem is not None:
        return None
    return run.is_in_storage or run.storage.keeps(run.image.repository)


def leftovers(run: Verification) -> list[str]:
    """What the registry may keep: the image if it was not deleted, and the paths in its storage.

    Without a look into the storage the paths are those below its root directory.
    """
    if not run.has_started:
        return []
    image = [_image_name(run)] if (run.has_pushed or run.may_push) and not run.is_deleted else []
    paths = [repository_path(run.image.repository), *map(blob_path, run.may_have_made)]
    storage = run.storage if run.is_in_storage else None
    return [*image, *(map(storage.full_name, paths) if storage else paths)]


def _image_name(run: Verification) -> str:
    return f"{run.image.repository}:{TAG}"


def finding_of_leftovers(run: Verification, left: Sequence[str]) -> Finding | None:
    """A warning, or a hint if the registry keeps only what it keeps of every deleted image."""
    if not left:
        return None
    image, place = _image_name(run), run.storage.name if run.storage else ""
    paths = [name for name in left if name != image]
    if run.may_push:
        text = f"The registry may still complete the push of {image}. Look for that image later, and delete it."
    elif run.is_in_storage:
        text = f"Test data may remain in the store: {(paths or left)[0]}. Delete it manually."
    elif run.has_pushed and not run.is_deleted:
        text = f"The test image {image} stays in the registry. Delete its objects from the store."
    elif run.is_storage_silent:
        text = f"Test data may remain in {place}, which could not be read: {paths[0]}. Delete it manually."
    else:
        return Finding(Cause.LEFTOVERS, _kept_by_registry(run), Severity.HINT)
    return Finding(Cause.LEFTOVERS, text, Severity.WARNING)


def _kept_by_registry(run: Verification) -> str:
    repository = run.image.repository
    if not run.may_have_made:
        return f"The registry may keep an unfinished upload in {repository} until it purges uploads."
    blobs = count_of(len(run.may_have_made), "test blob")
    remedy = "" if run.storage else " With the settings file of its storage (-c FILE), verify removes both."
    return f"The registry keeps {blobs} until its garbage collection, and the empty repository {repository}.{remedy}"
