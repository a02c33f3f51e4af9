"""Sentences that several user interfaces show. They are defined once, so that their words stay the same."""

from __future__ import annotations

from pathlib import Path

from wizard.text.sanitize import sanitize

BUCKETS_NOT_LISTED = "Can't list buckets yet"
BUCKET_CREATED = "The bucket was created"
BUCKET_EXISTS = "The bucket exists already, and belongs to this account"
BUCKET_NOT_CREATED = "The bucket was not created"
BUCKET_CREATION_UNKNOWN = "It is unknown whether the bucket was created"
MORE_SETTINGS = "Show 7 more settings (path style, encryption, storage class, sizes)"
ASKS_FIRST = " (asks first)"  # after a fix that is applied only after a question
KEYS_REMOVED = "Removed the user name and password from the address. Enter them on the Keys screen."
CONTINUE_ANYWAY = "Press Enter again to continue anyway."


def demo_notice(path: Path) -> str:
    """What the demo does; `path` is the file that saving writes."""
    here = " here" if path.parent == Path() else ""
    return f"Demo mode: uses a built-in store. Saving writes {sanitize(path, 50)}{here}, and nothing else."


def file_exposed(exposure: str) -> str:
    """Says what other users can do to a file; `exposure` comes from `files.reading.describe_exposure`."""
    return f"other users can {exposure}"
