"""The flags and the command of `configure` that correct what was found."""

from __future__ import annotations

import shlex
from pathlib import Path

from wizard.catalog.providers import provider_of
from wizard.catalog.registries.next_steps import config_flag
from wizard.model.findings import Finding, Severity
from wizard.model.settings import DECLARATIONS, Declaration, Kind, Settings
from wizard.session.equivalent_command import MAX_DISPLAY, flag_words
from wizard.text.sanitize import sanitize_command

_FILE = "--secretkey-file PATH"


def flags_of(finding: Finding, settings: Settings | None = None) -> str:
    """The flags of `configure` that correct what was found in the settings, to be shown; empty if none can.

    Without a fix that can be applied, an error has the flag of its setting, with a placeholder.
    """
    if finding.fix is None:
        is_error = finding.severity is Severity.ERROR and finding.setting
        return _flags_to_complete(DECLARATIONS[finding.setting], settings or Settings()) if is_error else ""
    if finding.fix.creates_bucket:
        return "--create-bucket"
    fixed = Settings().replace(finding.fix.set)
    return sanitize_command(
        shlex.join(word for name in finding.fix.set for word in flag_words(fixed, name)), MAX_DISPLAY
    )


def correction_of(finding: Finding, path: Path, settings: Settings | None = None) -> str:
    """The command that corrects the settings file at `path`, to be shown; empty if none can."""
    flags = flags_of(finding, settings)
    return sanitize_command(f"storage-wizard configure{config_flag(path)} {flags}", MAX_DISPLAY) if flags else ""


def _flags_to_complete(declaration: Declaration, settings: Settings) -> str:
    if declaration.kind is Kind.SWITCH:
        return ""
    if declaration.name == "secretkey":
        return _FILE
    if declaration.name == "accesskey" and not settings.secretkey:
        return f"--accesskey {declaration.placeholder} {_FILE}"
    variable = provider_of(settings).endpoint_variable if declaration.name == "regionendpoint" else None
    placeholder = variable.label.upper().replace(" ", "_") if variable else declaration.placeholder
    more = " (storage-wizard providers STORE lists them)" if declaration.name == "region" else ""
    return f"--{declaration.name} {placeholder}{more}"
