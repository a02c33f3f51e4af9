"""What a change of settings means for images that exist already, in the words of the registry."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from wizard.catalog.registries import Instruction, registry_of
from wizard.files.written import backup_of
from wizard.model.endpoint import Endpoint, url_of
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize, sanitize_command
from wizard.text.shell_path import path_word, shell_word

if TYPE_CHECKING:
    from wizard.validation.results import Report

_CONTENTS = "contents"  # the id of the check that looks for repositories
_OCCUPIED = (
    "That storage already contains images. To copy yours, choose an empty bucket or another root directory: a copy "
    "over the images of another registry mixes the two."
)
_MAX_COMMAND = 500  # characters
_IMPORTED = Path("old.toml")  # the settings file to make of a registry's own
_LOOPBACK = ("127.0.0.1", "[::1]")
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
        return f'"{sanitize(shown, 80)}"'


def place_of(settings: Settings) -> Place:
    """Where the registry keeps its images with these settings."""
    root = settings.rootdirectory.strip("/")
    if settings.type == "filesystem":
        return Place("", "", root)
    endpoint = Endpoint.parse(url_of(settings))
    port = endpoint.port or _USUAL_PORTS.get(endpoint.scheme, "")
    host = "amazonaws.com" if endpoint.is_amazon() else f"{_one_name(endpoint.host.lower().rstrip('.'))}:{port}"
    return Place(host, settings.bucket, root)


def _one_name(host: str) -> str:
    """The same name for each way to write an IPv6 address, and for this machine."""
    if ":" in host:
        import ipaddress  # imported here: slow to import, and seldom needed

        with contextlib.suppress(ValueError):
            host = f"[{ipaddress.IPv6Address(host.strip('[]'))}]"
    return "localhost" if host in _LOOPBACK else host


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


def are_images_to_move(before: Settings | None, after: Settings, report: Report | None) -> bool:
    """Whether images stay behind that can be moved: the storage of `after` has none of another registry."""
    return any(_left_behind(before, after, report)) and not _has_images(after, report)


def move_instruction(config: Path, registry_file: Path | None, *, is_saved: bool) -> Instruction:
    """The commands that print how to move the images, once the settings are saved at `config`. Safe to print.

    What the registry has now is in its own file, or else in the backup of `config`.
    """
    old = _IMPORTED if registry_file else backup_of(config)
    words = [["storage-wizard", "migrate", path_word(old), path_word(config)]]
    if registry_file:
        words.insert(0, ["storage-wizard", "import", path_word(registry_file), "-c", path_word(old)])
    text = (
        "This prints the steps that move them:" if is_saved else "After saving, this prints the steps that move them:"
    )
    commands = (" ".join(map(shell_word, each)) for each in words)
    return Instruction(text, "\n".join(sanitize_command(command, _MAX_COMMAND) for command in commands))
