"""`migrate`: how to move the images from one storage to another, with a configuration for rclone."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

from wizard.catalog.registries import Instruction
from wizard.cli import output_file, settings_file
from wizard.config.toml import ConfigError
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.signals import finish_before_signals
from wizard.console.stdio import print_data, print_message
from wizard.console.wrapping import wrap
from wizard.files.errors import FileError
from wizard.files.output import open_output
from wizard.files.written import MAX_BYTES, describe_backup
from wizard.formats.format import FormatError
from wizard.model.settings import Settings
from wizard.session import migration
from wizard.session.exposure import secret_exposure
from wizard.session.importing import is_stream
from wizard.session.migration import MigrationError, Side
from wizard.text.sanitize import sanitize


def run(given: argparse.Namespace) -> ExitStatus:
    """Writes the configuration of rclone, and prints the steps as a shell script with comments. It runs none."""
    try:
        old, new = _load(given.old), _load(given.new)
        _write(given.output, migration.remotes(old, new), old, new)
    except (ConfigError, FileError, FormatError, MigrationError) as error:
        raise CommandError(str(error)) from None
    comment = wrap(f"{migration.introduction(old, new)} Nothing has been run.", "# ")
    print_data("\n\n".join((comment, *_script(migration.steps(old, new, given.output)))))
    return ExitStatus.DONE


def _load(path: Path) -> Side:
    if is_stream(path):
        raise CommandError(f"{sanitize(path)} is a pipe or a device. The steps name it, so enter a file that stays.")
    file = settings_file.load(path)
    return Side(path, file.settings, file.source)


def _write(path: Path, text: str, old: Side, new: Side) -> None:
    if path == Path("-"):
        raise CommandError("-o takes a file, as rclone reads it and it contains the keys. Enter the name of one.")
    output_file.require(path, "rclone.conf")
    with finish_before_signals(path):
        with open_output(path, MAX_BYTES, old.path, new.path) as target:
            written = target.replace(text.encode())  # private, also where another file was not
        backup = f" {describe_backup(written.backup)}" if written.backup else ""
        print_message(f"{sanitize(path)} is written, with the keys of both stores.{backup}")
    for remark in written.remarks:
        print_message(f"note: {remark}")
    if exposure := secret_exposure(written, path, _with_secret(old, new)):
        print_message(f"note: {exposure}")


def _with_secret(old: Side, new: Side) -> Settings:
    """The settings of a side with a secret key, if one has it."""
    return old.settings if old.settings.secretkey else new.settings


def _script(steps: Iterable[Instruction]) -> Iterator[str]:
    for number, (text, command) in enumerate(steps, 1):
        yield "\n".join(filter(None, (wrap(f"{number}. {text}", "# "), command)))
