"""The way to the door, which opens only once a store is asked something: boto3 takes its time to be imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.model.settings import Settings
from wizard.s3.timeouts import Timeouts

if TYPE_CHECKING:
    from wizard.s3.client import Store


def connect(settings: Settings, timeouts: Timeouts, *, anonymous: bool = False) -> Store:
    """A connected store; nothing is sent yet."""
    from wizard.s3.client import Store

    return Store(settings, timeouts, anonymous=anonymous)
