"""The text of a settings file: to be written, to be displayed without secrets, and what changes in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.config.schema import ImportedFrom, Validation, build_document, hide_secrets, written_settings
from wizard.config.toml import dump_toml
from wizard.model.further_parameters import FURTHER_PARAMETERS
from wizard.model.redaction import displayed
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Settings, Value, format_value
from wizard.text.sanitize import sanitize

HEADER = "# Where the registry keeps its images. Written by storage-wizard; the keys are the registry's own."


def render(
    settings: Settings,
    validation: Validation | None,
    document: Mapping[str, Any] | None = None,
    source: ImportedFrom | None = None,
) -> str:
    """The text of a new file. Keeps the unknown tables and keys of `document`, an existing file as parsed."""
    return _with_header(build_document(settings, validation, document or {}, source))


def render_redacted(
    settings: Settings,
    validation: Validation | None = None,
    document: Mapping[str, Any] | None = None,
    source: ImportedFrom | None = None,
) -> str:
    """Like `render`, but for display: without secrets and unknown texts, and with an abbreviated access key."""
    return _with_header(hide_secrets(build_document(displayed(settings), validation, document or {}, source)))


def _with_header(document: Mapping[str, Any]) -> str:
    return f"{HEADER}\n{dump_toml(document)}"


def difference(before: Settings | None, after: Settings) -> dict[str, str]:
    """A remark such as `was "us-east-1"` for each setting that changes, by the name of the setting.

    If there was no file before, every setting that the new file contains is `new`.
    """
    if before is None:
        return dict.fromkeys(written_settings(after), "new")
    changed = (name for name in (*DECLARATIONS, *FURTHER_PARAMETERS) if before.value(name) != after.value(name))
    shown = displayed(before)
    return {name: _remark(shown.value(name), after.value(name)) for name in changed}


def _remark(before: Value, after: Value) -> str:
    if before in ("", Secret()):
        return "new"
    if isinstance(before, Secret):
        return "changed" if after else "removed"
    if isinstance(before, str):
        return f'was "{sanitize(before, 60)}"'
    return f"was {format_value(before)}"
