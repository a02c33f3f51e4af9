"""What is on this machine to start from: configurations of registries, and the stores of other programs.

Files are read, and nothing else is done: no program is run, no network is used, nothing is changed.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wizard.catalog.registries import registry_of
from wizard.formats import SOURCE_NAMES
from wizard.formats.format import FormatError
from wizard.formats.lookup import source_of
from wizard.model.redaction import displayed
from wizard.model.settings import Settings
from wizard.session import importing
from wizard.session.importing import TakenOver
from wizard.text.sanitize import sanitize

CURRENT_FOLDER = (
    *("config.yml", "harbor.yml"),
    *("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"),
)
SYSTEM = (
    "/etc/docker/registry/config.yml",  # Debian's docker-registry, and the image registry:2
    "/etc/distribution/config.yml",  # the image registry:3
    "/etc/gitlab/gitlab.rb",
)
_MAX_COMMAND = 300  # characters


class Found(NamedTuple):
    """Something to start from.

    `format_id` is a format or a source, `address` what `import` takes: a path, or a name in a program's configuration.
    `title` says what it is. `problem` is the sentence on why it cannot be imported; empty if it can.
    """

    format_id: str
    address: str
    title: str
    problem: str = ""

    @property
    def name(self) -> str:
        """How it is named in a list."""
        return sanitize(self.address or self.format_id, 60)

    def name_within(self, columns: int) -> str:
        """The name, or its end where it is longer."""
        return self.name if len(self.name) <= columns else f"…{self.name[1 - columns :]}"

    @property
    def label(self) -> str:
        """Its name and its title, or why it cannot be imported."""
        if self.problem.startswith(f"{self.name} "):  # an error of the file, which names it
            return self.problem
        return f"{self.name}: {self.problem or self.title}"

    def command(self, options: Sequence[str] = ()) -> str:
        """The command that imports it with these options; empty if a terminal could not show it as it is."""
        source = ["--from", self.format_id] if self.format_id in SOURCE_NAMES else []
        end_of_options = ["--"] if self.address.startswith("-") else []
        words = ["storage-wizard", "import", *options, *source, *end_of_options, *filter(None, [self.address])]
        command = shlex.join(words)
        return command if command.isprintable() and len(command) <= _MAX_COMMAND else ""


def search() -> list[Found]:
    """Everything, also what is unreadable: first in the current folder, then of the system, then of the user."""
    files = [found for path in (*CURRENT_FOLDER, *SYSTEM) if (found := _file(Path(path)))]
    return [*files, *(found for name in SOURCE_NAMES for found in _program(name))]


def in_programs(address: str) -> list[Found]:
    """What other programs have at an address: a name, with a bucket after it where the program allows that."""
    names = {address, re.split("[:/]", address, maxsplit=1)[0]}
    found = (each for program in SOURCE_NAMES for each in _program(program) if not each.problem and each.address)
    return [each._replace(address=address.removesuffix(":")) for each in found if each.address in names]


def importable(found: list[Found]) -> list[Found]:
    """Those that can be imported."""
    return [each for each in found if not each.problem]


def _file(path: Path) -> Found | None:
    """A configuration of a registry; None if there is none, or if it is another program's by a common name."""
    from wizard.formats.detect import UnknownFormatError  # imported here: most machines have none of these files

    if not os.path.lexists(path):
        return None
    if not importing.is_regular(path):
        problem = _why_hidden(path)
        return Found("", str(path), "", problem) if problem else None
    try:
        taken = importing.take_over_file(path, _ignore)
    except UnknownFormatError:
        return (
            None
            if not path.is_absolute()
            else Found("", str(path), "", "It has no storage section that the wizard supports.")
        )
    except FormatError as error:
        return Found("", str(path), "", sanitize(error))
    return Found(taken.format_id, str(path), f"{registry_of(taken.settings.registry).title}, {_place(taken.settings)}")


def _why_hidden(path: Path) -> str:
    """Why a file cannot be seen; empty if it is no file."""
    try:
        path.stat()
    except PermissionError:
        return "You are not allowed to read it."
    except OSError:
        return "It is a link to a file that does not exist."
    return ""


def _ignore(note: str) -> None:
    """Nothing is imported yet."""


def _place(settings: Settings) -> str:
    shown = displayed(settings)
    if settings.type == "filesystem":
        return f"folder {sanitize(shown.rootdirectory, 40)}"
    return f"bucket {sanitize(shown.bucket, 40)}" if settings.bucket else "no bucket"


def _program(name: str) -> Iterator[Found]:
    source = source_of(name)
    if stream := next(filter(importing.is_stream, source.files()), None):
        yield Found(name, "", "", f"{sanitize(stream)} is a pipe or a device, which is read only by import --from.")
        return
    try:
        names = source.names()
    except FormatError as error:
        yield Found(name, "", "", sanitize(error, 400))
        return
    yield from (Found(name, address, source.title) for address in names)


def take_over(found: Found, registry: str) -> TakenOver:
    """The settings of `found`. `registry` is the one that will use another program's store.

    The remarks also name other users who could have written the files. Raises `FormatError`.
    """
    notes: list[str] = []
    taken = importing.take_over(found.format_id, found.address, None, notes.append)
    if found.format_id in SOURCE_NAMES:
        taken = taken._replace(settings=taken.settings.replace({"registry": registry}))
    return taken._replace(remarks=(*taken.remarks, *notes))
