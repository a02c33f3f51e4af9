"""The file that a command is about, and what there is to say of it."""

from __future__ import annotations

from pathlib import Path

from wizard.config import file as config_file
from wizard.config.file import ConfigFile, Saved, saved_sentence
from wizard.console.stdio import print_message
from wizard.text.sanitize import sanitize


def load(path: Path) -> ConfigFile:
    """As `configfile.load`, and says who else may read the file, and that a save was broken off."""
    found = config_file.load(path)
    if found.save_interrupted:
        print_message(f"note: a save of {sanitize(path)} was broken off. The file is whole, and as it was before that.")
    if found.exposure:
        import shlex  # here, as few files are so

        command = f"chmod 600 {sanitize(shlex.quote(str(path)), 1000)}"
        print_message(f"note: {sanitize(path)}: others may {found.exposure}. To mend that: {command}")
    return found


def report_saved(path: Path, saved: Saved, more: str = "") -> None:
    """Says where the settings are now, and what has become of the file before."""
    print_message(saved_sentence(path, saved.backup, more))
    for remark in saved.remarks:
        print_message(f"note: {remark}")
