"""How long a command may take, which several runs can share."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

DEFAULT_SECONDS = 60.0  # of a complete validation or verification


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """`seconds` from `started_at` on (monotonic clock), by default from now on."""

    seconds: float = DEFAULT_SECONDS
    started_at: float = field(default_factory=time.monotonic)

    @property
    def has_passed(self) -> bool:
        """Whether no time is left."""
        return self.remaining <= 0

    @property
    def remaining(self) -> float:
        """The seconds that are left; negative after the end."""
        return self.started_at + self.seconds - time.monotonic()

    def __str__(self) -> str:
        return f"{self.seconds:g} second{'' if self.seconds == 1 else 's'}"
