"""What a write of a file has done, in sentences. Light, so that commands which only read need not load the writer."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from wizard.text.sanitize import sanitize

MAX_BYTES = 1 << 24  # of a file that is replaced; it is read completely


class Written(NamedTuple):
    """What was written: the path without links, and the backup of the previous file if there is one.

    `in_place`: the file is a mount point, so it could not be replaced. It is the same file with another content.
    `is_linked`: the previous file had a second name. `left`: temporary files that could not be removed. `access`:
    sentences about other users who can change or replace the file.
    """

    path: Path
    backup: Path | None = None
    in_place: bool = False
    is_linked: bool = False
    left: tuple[Path, ...] = ()
    access: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences about what was not done as usual, and about other users."""
        return tuple(self._remarks())

    def _remarks(self) -> Iterator[str]:
        if self.in_place:
            yield f"{sanitize(self.path)} is a mount point, so it was written in place. Its owner is unchanged."
        if self.is_linked:
            yield f"{sanitize(self.path)} had another hard link. That link still has the previous content."
        if self.left:
            yield left_sentence(self.left)
        yield from self.access


def backup_of(path: Path) -> Path:
    """The file that keeps the previous content of the one at `path`."""
    return path.with_name(f"{path.name}.bak")


def describe_backup(backup: Path) -> str:
    """The sentence that names the backup of a file that was replaced."""
    return f"Previous version saved as {sanitize(backup.name)}."


def left_sentence(left: Iterable[Path]) -> str:
    """The sentence that names temporary files which could not be removed."""
    return f"A temporary file could not be removed: {', '.join(map(sanitize, left))}. Remove it."
