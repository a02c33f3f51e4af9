"""The file that --metrics names."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from pathlib import Path

from wizard.cli import output_file
from wizard.console.exit_status import CommandError
from wizard.console.signals import finish_before_signals
from wizard.console.stdio import print_message
from wizard.files.errors import FileError
from wizard.files.reading import exists, is_regular_file
from wizard.files.target import resolve_target
from wizard.text.sanitize import sanitize
from wizard.validation import metrics


def require(path: Path, settings_files: Iterable[Path]) -> None:
    """Raises `CommandError` if --metrics cannot work: to be called before a server is."""
    if path == Path("-"):
        raise CommandError("--metrics takes a file, which is replaced in one step. Enter the name of one.")
    if named := next((each for each in settings_files if is_same_file(path, each)), None):
        raise CommandError(f"--metrics names the settings file {sanitize(named)}. Choose another file for the metrics.")
    output_file.require(path, "registry.prom", "--metrics")
    try:
        metrics.require_metrics()
        _require_metrics_file(resolve_target(path))
    except (metrics.MetricsNotInstalledError, FileError) as error:
        raise CommandError(str(error)) from None


def _require_metrics_file(path: Path) -> None:
    """Raises `CommandError` if there is a file that has no metrics of this program, or something that is no file."""
    try:
        if not exists(path):
            return
        if not is_regular_file(path):
            raise CommandError(f"--metrics: {sanitize(path)} is not a regular file. Choose another file.")
        with path.open("rb") as file:
            start = file.read(len(metrics.FIRST_LINE))
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise CommandError("--metrics: the name of the file is too long. Choose a shorter one.") from None
        return  # writing explains it
    if start and start != metrics.FIRST_LINE:
        raise CommandError(
            f"--metrics: {sanitize(path)} contains something other than metrics of storage-wizard, which would be "
            "lost. Choose another file."
        )


def is_same_file(path: Path, other: Path) -> bool:
    """Whether both exist and are the same file, by whatever path."""
    try:
        return path.samefile(other)
    except (OSError, ValueError):  # one of them does not exist, for example
        return False


def write(path: Path, command: str, runs: Iterable[metrics.Measured], settings_files: Sequence[Path]) -> None:
    """Writes the metrics of `runs`, and says what there is to know about the file. Raises `CommandError`."""
    try:
        with finish_before_signals(path):
            written = metrics.write_metrics(path, command, runs, settings_files)
            for remark in written._replace(access=()).remarks:  # who else can write there is no news: it is no secret
                print_message(f"note: {remark}")
    except FileError as error:
        raise CommandError(str(error)) from None
