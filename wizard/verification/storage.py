"""The look into the store of the settings: what a registry of Docker's line keeps there of one image.

The paths are those of registry/storage/paths.go in Distribution, the same in both lines.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Protocol

from wizard.catalog.registries import registry_of
from wizard.checks.bucket_calls import BucketCalls, Connection, Version
from wizard.files.reading import exists
from wizard.model.redaction import displayed
from wizard.model.settings import Settings
from wizard.s3.connect import connect
from wizard.s3.errors import ErrorResponse, StoreError
from wizard.s3.timeouts import Timeouts
from wizard.text.sanitize import sanitize

_TREE = "docker/registry/v2"


def has_known_layout(settings: Settings) -> bool:
    """Whether the registry of the settings keeps images in the folders of Docker's registries."""
    return registry_of(settings.registry).images.folder == "docker"


def blob_path(hash_: str) -> str:
    """Where a registry keeps the data of a blob, below its root directory."""
    return f"{_TREE}/blobs/sha256/{hash_[:2]}/{hash_}/data"


def repository_path(repository: str) -> str:
    """The folder of a repository, below the root directory; with a slash at its end."""
    return f"{_TREE}/repositories/{repository}/"


class Storage(Protocol):
    """A place below which a registry keeps its images. Paths are below its root directory."""

    @property
    def name(self) -> str:
        """The place in a sentence, such as `the bucket images`."""

    @property
    def place(self) -> str:
        """The name, which also says that there is no root directory."""

    @property
    def environment(self) -> tuple[str, ...]:
        """The names of what of this machine was used to reach it."""

    def open(self) -> None:
        """Prepares the first call. Raises nothing."""

    def read(self, path: str) -> bytes | None:
        """The content of a file; None if there is none. Raises `StoreError` and `OSError`."""

    def full_name(self, path: str) -> str:
        """The name of a file in the storage itself, as it can be shown."""

    def keeps(self, repository: str) -> bool | None:
        """Whether anything of a repository is there; None if that is not known. Raises nothing."""

    def remove(self, repository: str, blobs: Sequence[str], removed: set[str]) -> list[str]:
        """Removes the folder of a repository and the data of blobs. Returns the full names of what could not be.

        Adds to `removed` each path that is gone, as soon as that is known.
        """

    def close(self) -> None:
        """Closes the connections."""


def storage_of(settings: Settings, timeouts: Timeouts, is_stopped: Callable[[], bool]) -> Storage:
    """The place that the settings name. Nothing is sent yet."""
    if settings.type == "filesystem":
        return Folder(Path(settings.rootdirectory))
    return Bucket(settings, timeouts, is_stopped)


class Folder:
    """A folder of this machine."""

    environment: tuple[str, ...] = ()

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def name(self) -> str:
        """The path of the folder."""
        return f"the folder {sanitize(self._root, 120)}"

    @property
    def place(self) -> str:
        """The same: a folder is a root directory."""
        return self.name

    def open(self) -> None:
        """Does nothing."""

    def close(self) -> None:
        """Does nothing."""

    def read(self, path: str) -> bytes | None:
        """The content of a file; None if there is none."""
        try:
            return (self._root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def full_name(self, path: str) -> str:
        """The path with that of the root directory before it."""
        return sanitize(self._root / path)

    def keeps(self, repository: str) -> bool:
        """Whether the folder of a repository is there."""
        return exists(self._root / repository_path(repository))

    def remove(self, repository: str, blobs: Sequence[str], removed: set[str]) -> list[str]:
        """Removes folders. That of all repositories of verifications goes with the last of them."""
        folder = self._root / repository_path(repository)
        paths = {folder: repository_path(repository)}
        paths |= {(self._root / blob_path(hash_)).parent: blob_path(hash_) for hash_ in blobs}
        for place, path in paths.items():
            shutil.rmtree(place, ignore_errors=True)
            if not exists(place):
                removed.add(path)
        with contextlib.suppress(OSError):  # others are in it
            os.rmdir(folder.parent)  # noqa: PTH106 - unlike a Path's method, a name that the tests of writes know
        return [sanitize(place) for place in paths if exists(place)]


class Bucket:
    """A bucket, through the client that `check` uses."""

    def __init__(self, settings: Settings, timeouts: Timeouts, is_stopped: Callable[[], bool]) -> None:
        self._settings = settings
        self._connection = Connection(lambda: connect(settings, timeouts))
        self._calls = BucketCalls(settings, self._connection, is_stopped)
        self._cleaner = BucketCalls(settings, self._connection, lambda: False)
        root = settings.rootdirectory.strip("/")
        self._root = f"{root}/" if root else ""

    @property
    def name(self) -> str:
        """The bucket, and the root directory in it."""
        shown = displayed(self._settings)
        below = f" below {sanitize(self._root.rstrip('/'), 80)}" if self._root else ""
        return f"the bucket {sanitize(shown.bucket, 63)}{below}"

    @property
    def place(self) -> str:
        """The name, and whether there is a root directory: a registry with one can be in the same bucket."""
        return self.name if self._root else f"{self.name} (no root directory)"

    @property
    def environment(self) -> tuple[str, ...]:
        """What the connection has used."""
        return self._connection.environment

    def open(self) -> None:
        """Imports the S3 client and creates it, which takes longer than a call."""
        with contextlib.suppress(StoreError):  # the first call raises it again
            self._cleaner.store  # noqa: B018

    def close(self) -> None:
        """Closes the connections."""
        self._connection.close()

    def read(self, path: str) -> bytes | None:
        """The content of an object; None if there is none. Raises `StoreError`."""
        try:
            body: bytes = self._calls.call("GetObject", Key=f"{self._root}{path}")["Body"]
        except ErrorResponse as error:
            if error.status == HTTPStatus.NOT_FOUND and error.code != "NoSuchBucket":
                return None
            raise
        return body

    def full_name(self, path: str) -> str:
        """The key."""
        return sanitize(f"{self._root}{path}")

    def keeps(self, repository: str) -> bool | None:
        """Whether there is an object in the folder of a repository; None if the store does not say."""
        try:
            return bool(self._cleaner.list(f"{self._root}{repository_path(repository)}", 1).get("Contents"))
        except StoreError as error:
            return False if isinstance(error, ErrorResponse) and error.code == "NoSuchBucket" else None

    def remove(self, repository: str, blobs: Sequence[str], removed: set[str]) -> list[str]:
        """Removes objects, unfinished uploads and, where the bucket keeps them, versions."""
        folder = f"{self._root}{repository_path(repository)}"
        keys = [f"{self._root}{blob_path(hash_)}" for hash_ in blobs]
        uploads: list[str] = []
        try:
            uploads = self._abort_uploads(folder)
            keys += [str(entry["Key"]) for entry in self._cleaner.list(folder).get("Contents", [])]
            deletion = self._cleaner.delete(keys)
            if deletion.markers:
                return [*uploads, *self._remove_versions(folder, keys)]
            if not deletion.failed:
                removed.update(map(blob_path, blobs))
                removed.update([] if uploads else [repository_path(repository)])
            return [*uploads, *(sanitize(key) for key in self._remaining(folder, keys))]
        except StoreError:
            return [*uploads, *map(sanitize, keys), *([] if len(keys) > len(blobs) else [sanitize(folder)])]

    def _abort_uploads(self, folder: str) -> list[str]:
        """Aborts the unfinished uploads. Returns the full names of those that could not be."""
        left = []
        with contextlib.suppress(StoreError):  # not every store lists them
            for upload in self._cleaner.uploads(folder):
                try:
                    self._cleaner.call("AbortMultipartUpload", Key=upload["Key"], UploadId=upload["UploadId"])
                except StoreError as error:
                    if not (isinstance(error, ErrorResponse) and error.code == "NoSuchUpload"):
                        left.append(f"{sanitize(upload['Key'])} (unfinished upload)")
        return left

    def _remaining(self, folder: str, keys: Iterable[str]) -> list[str]:
        listed = [folder, *(key for key in keys if not key.startswith(folder))]
        return [str(entry["Key"]) for prefix in listed for entry in self._cleaner.list(prefix).get("Contents", [])]

    def _remove_versions(self, folder: str, keys: Sequence[str]) -> list[str]:
        """Deletes the versions and the delete markers of our own keys."""
        try:
            if versions := self._versions(folder, keys):
                self._cleaner.delete(versions)
            left = self._versions(folder, keys)
        except StoreError:  # the key needs no permission for versions
            return [f"{sanitize(key)} (version)" for key in keys]
        return [f"{sanitize(each.key)} (version {sanitize(each.version_id, 60)})" for each in left]

    def _versions(self, folder: str, keys: Sequence[str]) -> list[Version]:
        prefixes = [folder, *(key for key in keys if not key.startswith(folder))]
        return [version for prefix in prefixes for version, _ in self._cleaner.versions(prefix)]
