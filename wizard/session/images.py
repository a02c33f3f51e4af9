"""What a change of settings means for images that exist already, in the words of the registry."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from wizard.catalog.registries import registry_of
from wizard.model.endpoint import Endpoint, url_of
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

if TYPE_CHECKING:
    from wizard.validation.results import Report

_CONTENTS = "contents"  # the id of the check that looks for repositories
_OCCUPIED = (
    "That storage already contains images. To copy yours, choose an empty bucket or another root directory: a copy "
    "over the images of another registry mixes the two."
)
_MAX_COMMAND = 500  # characters
_USUAL_PORTS = {"https": "443", "http": "80"}


class Place(NamedTuple):
    """Where images are. `host` is empty for a folder; for Amazon S3 it is the same in all regions."""

    host: str
    bucket: str
    root: str

    @property
    def name(self) -> str:
        """How a sentence names it."""
        shown = "/".join(filter(None, (self.bucket, self.root))) if self.host else f"/{self.root}"
        return sanitize(shown, 80)


def place_of(settings: Settings) -> Place:
    """Where the registry keeps its images with these settings."""
    root = settings.rootdirectory.strip("/")
    if settings.type == "filesystem":
        return Place("", "", root)
    endpoint = Endpoint.parse(url_of(settings))
    port = endpoint.port or _USUAL_PORTS.get(endpoint.scheme, "")
    host = "amazonaws.com" if endpoint.is_amazon() else f"{endpoint.host.lower().rstrip('.')}:{port}"
    return Place(host, settings.bucket, root)


def image_remarks(
    before: Settings | None, after: Settings, report: Report | None, *, with_found: bool = True
) -> tuple[str, ...]:
    """Sentences on images in the storage of `before` and in that of `after`; none if nothing is to be said.

    `before` are the settings that the registry has now, None if they are not known. `report` is a validation of
    `after`, which knows what that storage contains; `with_found` says that, too.
    """
    return (*_left_behind(before, after, report), *(_found(after, report) if with_found else ()))


def are_images_concerned(before: Settings | None, after: Settings, report: Report | None) -> bool:
    """Whether images stay behind in the storage of `before`, or that of `after` has some."""
    return any(_left_behind(before, after, report)) or _has_images(after, report)


def _left_behind(before: Settings | None, after: Settings, report: Report | None) -> Iterator[str]:
    if before is None or (before.type == "s3" and not before.bucket):
        return
    old, new = place_of(before), place_of(after)
    if old != new:
        other = " at another store" if old.name == new.name else ""
        meaning = _OCCUPIED if _has_images(after, report) else registry_of(after.registry).images.left_behind
        yield f"Images in {old.name} are not moved to {new.name}{other}. {meaning}"


def _has_images(settings: Settings, report: Report | None) -> bool:
    """Whether the validation has found repositories in the storage."""
    return any(registry_of(settings.registry).images.found in text for text in _found(settings, report))


def _found(settings: Settings, report: Report | None) -> Iterator[str]:
    """What the validation has found in the bucket."""
    if report is not None and report.settings == settings:
        yield from (result.finding.text for result in report.results if result.check.id == _CONTENTS and result.finding)


def copy_command(before: Settings | None, after: Settings, report: Report | None) -> str:
    """The command that copies the images; empty if they need not be, or cannot be without harm. Safe to print.

    One client can copy between two buckets of one store, and between a folder and a store. Between two stores it is
    rclone, with a remote for each.
    """
    if before is None or not any(_left_behind(before, after, report)) or _has_images(after, report):
        return ""
    old, new, folder = place_of(before), place_of(after), registry_of(after.registry).images.folder
    if not (old.host or new.host):
        words = ["sudo", "cp", "-a", f"/{old.root}/{folder or '.'}", f"/{new.root}/"]
    elif old.host and new.host and old.host != new.host:
        words = ["rclone", "sync", *(f"{name}:{_path(place, folder)}" for name, place in (("OLD", old), ("NEW", new)))]
    else:
        store = after if new.host else before
        address = ["--endpoint-url", url_of(store)] if store.regionendpoint else []
        words = ["aws", "s3", "sync", _address(old, folder), _address(new, folder), *address]
    return sanitize(shlex.join(words), _MAX_COMMAND)


def _path(place: Place, folder: str) -> str:
    return "/".join(filter(None, (place.bucket, place.root, folder)))


def _address(place: Place, folder: str) -> str:
    return f"s3://{_path(place, folder)}" if place.host else f"/{_path(place, folder)}"
