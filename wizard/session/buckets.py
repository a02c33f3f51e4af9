"""Creates and lists buckets for the user interfaces: an error becomes a finding."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from wizard.diagnosis.diagnose import diagnose
from wizard.model.endpoint import Endpoint, url_of
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.s3 import buckets
from wizard.s3.errors import Abandoned, ErrorResponse, NotStarted, StoreError
from wizard.session import texts
from wizard.text.sanitize import sanitize
from wizard.validation import active_runs


@dataclass(frozen=True, slots=True)
class BucketCreation:
    """What was done to create a bucket, and what was not."""

    heading: str  # whether the bucket was created; has no full stop
    text: str = ""  # sentences on why not, or on what is missing
    problem: Finding | None = None  # why it was not created, or may not have been

    @property
    def sentences(self) -> str:
        """The heading and the text."""
        return f"{self.heading}. {self.text}".rstrip()

    @property
    def may_exist(self) -> bool:
        """Whether the bucket is worth another validation."""
        return self.heading != texts.BUCKET_NOT_CREATED


def create_bucket(settings: Settings, stop: threading.Event) -> BucketCreation:
    """Creates the bucket of the settings. See `wizard.s3.buckets`.

    Until it returns, a program that is ended at once says that it is unknown whether the bucket was created.
    """

    def describe() -> str:
        return f"{texts.BUCKET_CREATION_UNKNOWN}: {sanitize(settings.bucket, 63)}."

    active_runs.register(describe)
    try:
        return _create_bucket(settings, stop)
    finally:
        active_runs.unregister(describe)


def _create_bucket(settings: Settings, stop: threading.Event) -> BucketCreation:
    try:
        created = buckets.create_bucket(settings, stop)
    except (Abandoned, NotStarted) as error:
        return BucketCreation(texts.BUCKET_NOT_CREATED if error.had_no_effect else texts.BUCKET_CREATION_UNKNOWN)
    except StoreError as error:
        finding = diagnose(error, settings)
        is_certain = error.had_no_effect or finding.cause is Cause.UNSUPPORTED
        heading = texts.BUCKET_NOT_CREATED if is_certain else texts.BUCKET_CREATION_UNKNOWN
        return BucketCreation(heading, finding.text, finding)
    if created.existed:
        return BucketCreation(texts.BUCKET_EXISTS, "Its settings were not changed.")
    public_access = created.public_access
    return BucketCreation(texts.BUCKET_CREATED, _public_access(public_access, settings) if public_access else "")


def _public_access(error: StoreError, settings: Settings) -> str:
    """Says why public access to a new bucket may not be blocked."""
    if isinstance(error, NotStarted):
        return "Public access was not blocked: the program was stopped first."
    if isinstance(error, Abandoned):
        return "It is unknown whether public access is blocked: the program was stopped first."
    finding = diagnose(error, settings)
    if finding.cause is Cause.UNSUPPORTED or _is_foreign_call(error, settings):
        return "This store can't block public access. Check that the bucket is private."
    if not error.had_no_effect:
        return f"It is unknown whether public access is blocked. {finding.text}"
    return f"Public access was not blocked. {finding.text}"


def _is_foreign_call(error: StoreError, settings: Settings) -> bool:
    """Whether a store answers as one that does not know the call: compatible servers take it for another one."""
    is_refusal = isinstance(error, ErrorResponse) and error.had_no_effect and error.status not in (401, 403)
    return is_refusal and not Endpoint.parse(url_of(settings)).is_amazon()


def list_buckets(settings: Settings) -> list[str] | Finding:
    """The names of the buckets that the keys can see, sorted; or why they cannot be listed."""
    try:
        return buckets.list_buckets(settings)
    except StoreError as error:
        return diagnose(error, settings)
