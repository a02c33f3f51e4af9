"""Lazy import of the S3 client: importing boto3 takes about 200 ms, and most commands do not need it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.model.settings import Settings
from wizard.s3.timeouts import Timeouts

if TYPE_CHECKING:
    from wizard.s3.client import Store


def connect(settings: Settings, timeouts: Timeouts, *, anonymous: bool = False) -> Store:
    """A client for the store of `settings`; with `anonymous` it does not sign. Sends nothing yet."""
    from wizard.s3.client import Store

    return Store(settings, timeouts, anonymous=anonymous)


def load_client() -> None:
    """Imports the client, and reads what all clients share."""
    from wizard.s3 import client  # noqa: F401
    from wizard.s3.botocore_internals import load_descriptions

    load_descriptions()
