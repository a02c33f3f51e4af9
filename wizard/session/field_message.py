"""The one line under a field."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

from wizard.model.findings import Fix, Severity


class MessageKind(Enum):
    """What sort of line it is."""

    HELP = auto()
    REASON = auto()  # why the preset set it
    NOTE = auto()  # what was done to the input
    HINT = auto()
    WARNING = auto()
    ERROR = auto()

    @classmethod
    def of(cls, severity: Severity) -> MessageKind:
        """The tone of a finding."""
        return {Severity.ERROR: cls.ERROR, Severity.WARNING: cls.WARNING, Severity.HINT: cls.HINT}[severity]


class FieldMessage(NamedTuple):
    """The words, and the change of settings that would mend what they say."""

    tone: MessageKind
    text: str
    fix: Fix | None = None
