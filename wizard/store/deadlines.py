"""How long a store may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long one call may take, in seconds: to connect, and between two packets of an answer."""

    connect: float = 5.0
    read: float = 10.0
