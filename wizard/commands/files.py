"""The file that a command is about, and what there is to say of it."""

from __future__ import annotations

from pathlib import Path

from wizard import configfile
from wizard.commands.streams import say
from wizard.configfile import ConfigFile, Saved
from wizard.printable import printable


def load(path: Path) -> ConfigFile:
    """As `configfile.load`, and says who else may read the file, and that a save was broken off."""
    found = configfile.load(path)
    if found.broken_off:
        say(f"note: a save of {printable(path)} was broken off. The file is whole, and as it was before that.")
    if found.exposure:
        import shlex  # here, as few files are so

        command = f"chmod 600 {printable(shlex.quote(str(path)), 1000)}"
        say(f"note: {printable(path)}: others may {found.exposure}. To mend that: {command}")
    return found


def tell_saved(path: Path, saved: Saved, more: str = "") -> None:
    """Says where the settings are now, and what has become of the file before."""
    backup = f" What was there before: {printable(saved.backup.name)}." if saved.backup else ""
    say(f"{printable(path)} is written, readable by you alone (0600){more}.{backup}")
    for remark in saved.remarks:
        say(f"note: {remark}")
