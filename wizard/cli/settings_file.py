"""Loading and saving the settings file in a command, with the messages about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wizard.config import file as config_file
from wizard.config.file import ConfigFile, Saved
from wizard.config.schema import unknown_settings
from wizard.console.stdio import print_message
from wizard.model.findings import Finding
from wizard.session import loading
from wizard.session.exposure import make_private_command
from wizard.session.texts import file_exposed
from wizard.text.correction import with_correction
from wizard.text.sanitize import sanitize

WILL_NOT_WORK = "The registry will not work with these settings."


def load(path: Path, deadline: float | None = None) -> ConfigFile:
    """Loads a settings file. Reports that other users can read it, and that a save was interrupted.

    A pipe is waited for until `deadline` (monotonic clock, seconds), if there is one.

    Raises `ConfigError`.
    """
    file = loading.load(path, deadline)
    if file.save_interrupted:
        print_message(f"note: an earlier save of {sanitize(path)} was interrupted. The file is complete and unchanged.")
    if file.exposure:
        print_message(
            f"note: {sanitize(path)}: {file_exposed(file.exposure)}. To fix this, run: {make_private_command(path)}"
        )
    report_doubts(path, file)
    for name, question in unknown_settings(file.document).items():
        print_message(f'note: {sanitize(path)}: unknown setting "{sanitize(name, 60)}" is ignored.{question}')
    return file


def report_doubts(path: Path, file: ConfigFile) -> None:
    """Reports which other users could have written the settings file."""
    for doubt in file.doubts:
        print_message(f"note: {sanitize(path)}: {doubt}")


def report_saved(path: Path, saved: Saved, addition: str = "") -> None:
    """Reports that the settings were saved, where the previous file is, and what there is to know about that one."""
    print_message(config_file.saved_sentence(path, saved.backup, addition))
    for remark in saved.remarks:
        print_message(f"note: {remark}")


def report_errors(texts: Sequence[str]) -> None:
    """Reports what is wrong with settings that a registry is about to read, or has read."""
    for text in texts:
        print_message(f"error: {text}")
    if texts:
        print_message(WILL_NOT_WORK)


def report_finding(finding: Finding, label: str, flags: str = "") -> None:
    """Reports what a rule has found in the settings, with the fix for it; `flags` are those that correct it."""
    print_message(f"{label}: {finding.text}")
    if fix := with_correction(finding.fix.text if finding.fix else "", flags):
        print_message(f"fix: {fix}")
