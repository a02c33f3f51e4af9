"""The message under a field."""

from enum import Enum, auto
from typing import NamedTuple, Self

from wizard.model.findings import Fix, Severity


class MessageKind(Enum):
    """What a message is about."""

    HELP = auto()
    REASON = auto()  # why the preset has set the value
    NOTE = auto()  # how the input was changed
    HINT = auto()
    WARNING = auto()
    ERROR = auto()

    @classmethod
    def from_severity(cls, severity: Severity) -> Self:
        """The kind of a finding's message."""
        return {Severity.ERROR: cls.ERROR, Severity.WARNING: cls.WARNING, Severity.HINT: cls.HINT}[severity]


class FieldMessage(NamedTuple):
    """A message, and the change of settings that would resolve its problem."""

    kind: MessageKind
    text: str
    fix: Fix | None = None
