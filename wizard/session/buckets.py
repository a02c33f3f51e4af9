"""Creates and lists buckets for the user interfaces: an error becomes a finding."""

from __future__ import annotations

from wizard.diagnosis.diagnose import diagnose
from wizard.model.findings import Finding
from wizard.model.settings import Settings
from wizard.s3 import buckets
from wizard.s3.errors import StoreError


def create_bucket(settings: Settings) -> Finding | None:
    """Creates the bucket of the settings; returns why that failed, or None. See `wizard.s3.buckets`."""
    try:
        buckets.create_bucket(settings)
    except StoreError as error:
        return diagnose(error, settings)
    return None


def list_buckets(settings: Settings) -> list[str] | Finding:
    """The names of the buckets that the keys can see, sorted; or why they cannot be listed."""
    try:
        return buckets.list_buckets(settings)
    except StoreError as error:
        return diagnose(error, settings)
