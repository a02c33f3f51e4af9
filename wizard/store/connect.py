"""The way to the door, which opens only once a store is asked something: boto3 takes its time to be imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.settings import Settings
from wizard.store.deadlines import Deadlines

if TYPE_CHECKING:
    from wizard.store.client import Store


def connect(settings: Settings, deadlines: Deadlines, *, anonymous: bool = False) -> Store:
    """A connected store; nothing is sent yet."""
    from wizard.store.client import Store

    return Store(settings, deadlines, anonymous=anonymous)
