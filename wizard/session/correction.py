"""The flags and the command of `configure` that correct what was found."""

from __future__ import annotations

import shlex
from pathlib import Path

from wizard.config import DEFAULT_FILE
from wizard.model.findings import Finding, Severity
from wizard.model.settings import DECLARATIONS, Declaration, Kind, Settings
from wizard.session.equivalent_command import MAX_DISPLAY, flag_words
from wizard.text.sanitize import sanitize_command


def flags_of(finding: Finding) -> str:
    """The flags of `configure` that correct what was found, to be shown; empty if none can.

    Without a fix that can be applied, an error has the flag of its setting, with a placeholder.
    """
    if finding.fix is None:
        is_error = finding.severity is Severity.ERROR and finding.setting
        return _flag_to_complete(DECLARATIONS[finding.setting]) if is_error else ""
    if finding.fix.creates_bucket:
        return "--create-bucket"
    fixed = Settings().replace(finding.fix.set)
    return sanitize_command(
        shlex.join(word for name in finding.fix.set for word in flag_words(fixed, name)), MAX_DISPLAY
    )


def correction_of(finding: Finding, path: Path) -> str:
    """The command that corrects the settings file at `path`, to be shown; empty if none can."""
    flags, file = flags_of(finding), "" if path == DEFAULT_FILE else f" -c {shlex.quote(str(path))}"
    return sanitize_command(f"storage-wizard configure{file} {flags}", MAX_DISPLAY) if flags else ""


def _flag_to_complete(declaration: Declaration) -> str:
    match declaration.kind:
        case Kind.SECRET:
            return f"--{declaration.name}-file PATH"
        case Kind.SWITCH:
            return ""
        case _:
            more = " (storage-wizard providers STORE lists them)" if declaration.name == "region" else ""
            return f"--{declaration.name} {declaration.placeholder}{more}"
