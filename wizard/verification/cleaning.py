"""Removes what a verification has made in the registry and, with a settings file, in its store."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

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
        is_accepted = run.has_pushed and not run.is_deleted and delete_manifest(run).is_success
    if not run.has_started:
        return []
    keeps = _storage_keeps(run)
    if run.storage is not None and keeps:
        run.is_in_storage = True
        return run.storage.remove(run.image.repository, run.may_have_made)
    if is_accepted:  # by a proxy that deletes nothing, perhaps
        with contextlib.suppress(CallFailedError, TokenError, RunStoppedError):
            run.is_deleted = not is_manifest_served(run)
    is_nothing_made = not run.may_have_made and not run.open_upload
    return [] if is_nothing_made and keeps is False else leftovers(run)


def _storage_keeps(run: Verification) -> bool | None:
    """Whether the storage of the settings has anything of the image; None if that is not known."""
    if run.storage is None or run.settings_problem is not None:
        return None
    return run.is_in_storage or run.storage.keeps(run.image.repository)


def leftovers(run: Verification) -> list[str]:
    """What the registry may keep until its garbage collection.

    The paths in its storage, and before them the image if it was not deleted. Without a look into the storage they are
    those below its root directory.
    """
    if not run.has_started:
        return []
    image = [f"{run.image.repository}:{TAG}"] if run.has_pushed and not run.is_deleted else []
    paths = [repository_path(run.image.repository), *map(blob_path, run.may_have_made)]
    storage = run.storage if run.is_in_storage else None
    return [*image, *(map(storage.full_name, paths) if storage else paths)]


def finding_of_leftovers(run: Verification, left: Sequence[str]) -> Finding | None:
    """A warning, or a hint if what is left goes with the next garbage collection of the registry."""
    if not left:
        return None
    if run.is_in_storage:
        text = f"Test data may remain in the store: {left[0]}. Delete it manually."
        return Finding(Cause.LEFTOVERS, text, Severity.WARNING)
    if run.has_pushed and not run.is_deleted:
        text = f"The test image {run.image.repository}:{TAG} stays in the registry. Delete its objects from the store."
        return Finding(Cause.LEFTOVERS, text, Severity.WARNING)
    if not run.may_have_made:
        text = f"The registry may keep an unfinished upload in {run.image.repository} until it purges uploads."
        return Finding(Cause.LEFTOVERS, text, Severity.HINT)
    kept = f"{count_of(len(run.may_have_made), 'test blob')} and the folder of {run.image.repository}"
    text = f"The registry keeps {kept} until its garbage collection, as of every deleted image."
    return Finding(Cause.LEFTOVERS, text, Severity.HINT)
