"""What the rules share to report an invalid value."""

from __future__ import annotations

import re

from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.text.sanitize import sanitize


def invalid_setting(setting: str, text: str, fix: Fix | None = None, severity: Severity = Severity.ERROR) -> Finding:
    """A finding with the cause `invalid-setting`."""
    return Finding(Cause.INVALID_SETTING, text, severity, setting, fix)


def describe_invalid_character(text: str, allowed: str) -> str:
    """The first character that the regular expression `allowed` does not match, printable; empty if all match."""
    for char in text:
        if not re.fullmatch(allowed, char):
            return "A space" if char.isspace() else f'"{sanitize(char)}"'
    return ""
