"""Who else can read a secret that was written to a file."""

from __future__ import annotations

from pathlib import Path

from wizard.files.reading import describe_exposure, read_file
from wizard.files.written import MAX_BYTES, Written
from wizard.model.settings import Settings
from wizard.session.texts import file_exposed
from wizard.text.sanitize import sanitize
from wizard.text.shell_path import shell_path


def make_private_command(path: Path) -> str:
    """The command that lets only the owner read and write a file."""
    return f"chmod 600 {shell_path(path)}"


def secret_exposure(written: Written, path: Path, settings: Settings) -> str:
    """A sentence if others can read the secret key in what was written; `path` is how the user names the file.

    Empty if they cannot. Raises `FileError` if the file cannot be read again.
    """
    content = read_file(written.path, MAX_BYTES)
    if not settings.secretkey or content is None or not (exposure := describe_exposure(content)):
        return ""
    access = exposure.partition(" ")[0]
    name = sanitize(path.name, 200)
    return f"{file_exposed(access)} {name}, which contains the secret key. Run: {make_private_command(path)}"
