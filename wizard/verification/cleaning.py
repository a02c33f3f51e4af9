"""Removes what a verification has made in the registry and, with a settings file, in its store."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from wizard.model.findings import Cause, Finding, Severity
from wizard.oci.client import RegistryClient
from wizard.oci.errors import CallFailedError, TokenError
from wizard.text.plural import count_of
from wizard.verification.image import TAG
from wizard.verification.steps import Verification, ask_for_manifest, cancel_upload, delete_manifest, is_gone
from wizard.verification.storage import blob_path, has_known_layout, repository_path


def remove_from_registry(run: Verification, client: RegistryClient) -> bool:
    """Cancels the open upload and deletes the image. Returns whether the registry, or a proxy, says that it is gone."""
    with contextlib.suppress(CallFailedError, TokenError):
        cancel_upload(run, client)
        return _delete_image(run, client)
    return False


def _delete_image(run: Verification, client: RegistryClient) -> bool:
    """Deletes the image if it was or may have been pushed. Returns whether the answer says that it is gone."""
    if run.is_deleted or not (run.has_pushed or run.may_push):
        return False
    answer = delete_manifest(run, client)
    if run.may_push and answer.is_success:
        run.pending, run.has_pushed = None, True
    has_none = run.has_pushed and is_gone(answer)
    run.is_deleted = has_none and answer.is_of_registry
    return answer.is_success or has_none


def remove_from_storage(run: Verification) -> None:
    """Removes what the storage of the settings has of the image."""
    if run.storage is None or run.settings_problem is not None or not run.has_started:
        return
    keeps = run.is_in_storage or run.storage.keeps(run.image.repository)
    run.is_storage_silent = keeps is None
    if keeps:
        run.is_in_storage = True
        run.kept_in_storage = run.storage.remove(run.image.repository, run.may_have_made, run.removed)
    elif keeps is False and not run.may_have_made and not run.open_upload and run.pending is None:
        run.kept_in_storage = []  # nothing was made


def look_for_image(run: Verification, client: RegistryClient) -> None:
    """Asks the registry for an image that is said to be gone: a proxy may have said so."""
    if run.has_started and not run.is_in_storage:
        with contextlib.suppress(CallFailedError, TokenError):
            run.is_deleted = is_gone(ask_for_manifest(run, client))


def leftovers(run: Verification) -> list[str]:
    """What may still be there: the image if it was not deleted, and the paths in its storage.

    Without a look into the storage the paths are those below the root directory of the registry. A registry with
    folders of its own has the name of the repository instead.
    """
    if not run.has_started:
        return []
    folder, kept = repository_path(run.image.repository), run.kept_in_storage
    is_served = kept is None and run.has_pushed and not run.is_deleted and folder not in run.removed
    image = [_image_name(run)] if run.may_push or is_served else []
    made = [folder, *map(blob_path, run.may_have_made)] if kept is None else []
    again = [*pending_paths(run), *run.may_reappear]
    paths = [path for path in (*made, *again) if path not in run.removed or path in again]
    if run.settings is not None and not has_known_layout(run.settings):
        return image or ([run.image.repository] if paths else [])
    names = map(run.storage.full_name, paths) if run.storage and run.is_in_storage else paths
    return list(dict.fromkeys((*image, *(kept or []), *names)))


def pending_paths(run: Verification) -> list[str]:
    """The paths that a call without an answer may still make."""
    if run.pending is None:
        return []
    return [repository_path(run.image.repository), *([blob_path(run.pending)] if run.pending else [])]


def place_of_leftovers(run: Verification, left: Sequence[str]) -> str:
    """Where the paths in `left` are, as a sentence, if that is not the storage of the settings; otherwise empty."""
    if run.storage is None or run.is_in_storage or {*left} <= {_image_name(run), run.image.repository}:
        return ""
    elsewhere = f", not in {run.storage.place}" if run.is_elsewhere else ""
    return f"The paths left behind are below the root directory that the registry uses{elsewhere}."


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
        text = f"Test data may remain in {place}: {(paths or left)[0]}. Delete it manually."
    elif run.has_pushed and not run.is_deleted:
        text = f"The test image {image} stays in the registry. Delete its objects from the store that it uses."
    elif run.is_storage_silent:
        text = f"Test data may remain in {place}, which could not be read: {(paths or left)[0]}. Delete it manually."
    else:
        return Finding(Cause.LEFTOVERS, _kept_by_registry(run), Severity.HINT)
    return Finding(Cause.LEFTOVERS, text, Severity.WARNING)


def _kept_by_registry(run: Verification) -> str:
    repository = run.image.repository
    if not run.may_have_made:
        return f"The registry may keep an unfinished upload in {repository} until it purges uploads."
    blobs = count_of(len(run.may_have_made), "test blob")
    if run.open_upload or run.pending is not None:
        verb, upload = "may keep", " an unfinished upload until it purges uploads,"
    else:
        verb, upload = "keeps", ""
    remedy = "" if run.storage else " With the settings file of its storage (-c FILE), verify removes them."
    kept = f"{blobs} until its garbage collection,{upload} and the empty repository {repository}"
    return f"The registry {verb} {kept}.{remedy}"
