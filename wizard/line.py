"""The one line under a field."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

from wizard.finding import Fix, Severity


class Tone(Enum):
    """What sort of line it is."""

    HELP = auto()
    REASON = auto()  # why the preset set it
    NOTE = auto()  # what was done to the input
    HINT = auto()
    WARNING = auto()
    ERROR = auto()

    @classmethod
    def of(cls, severity: Severity) -> Tone:
        """The tone of a finding."""
        return {Severity.ERROR: cls.ERROR, Severity.WARNING: cls.WARNING, Severity.HINT: cls.HINT}[severity]


class Line(NamedTuple):
    """The words, and the change of settings that would mend what they say."""

    tone: Tone
    text: str
    fix: Fix | None = None
