"""Sentences and fixes that several findings about a store share."""

from __future__ import annotations

import re

from wizard.model.displayed_host import display_address
from wizard.model.endpoint import Endpoint
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_SPECIAL_IN_SOURCES = re.compile(r"[+#?%]|[^\x00-\x7f]")


def endpoint_finding(cause: Cause, text: str, fix: Fix | None = None) -> Finding:
    """An error that is displayed at the field of the region endpoint."""
    return Finding(cause, text, setting="regionendpoint", fix=fix)


def scheme_fix(settings: Settings, scheme: str) -> Fix:
    """The fix that changes to `http` or `https`, in the region endpoint and in the HTTPS setting."""
    changes: dict[str, str | bool] = {"secure": scheme == "https"}
    if not settings.regionendpoint:
        return Fix(f"Turn HTTPS {'on' if scheme == 'https' else 'off'}.", changes)
    endpoint = changes["regionendpoint"] = str(Endpoint.parse(settings.regionendpoint)._replace(scheme=scheme))
    return Fix(f"Use {endpoint}.", changes)


def not_s3_finding(settings: Settings, *, is_html: bool) -> Finding:
    """The finding for a server that does not speak S3."""
    page = "a web page" if is_html else "something that isn't S3"
    return endpoint_finding(
        Cause.NOT_S3,
        f"{display_address(settings)} returned {page}. Is this the S3 API port? "
        "On MinIO, 9000 is the API and 9001 the web console.",
    )


def unreadable_source(settings: Settings) -> Finding | None:
    """The finding for a store that cannot read the source of a copy; None if the root directory has only plain signs.

    The registry names the source without percent-encoding, and the store decodes it nevertheless.
    """
    special = _SPECIAL_IN_SOURCES.search(settings.rootdirectory)
    if not special:
        return None
    return Finding(
        Cause.UNSUPPORTED,
        f'The store can\'t find the object to copy: it misreads "{sanitize(special[0])}" in the root directory. '
        "Use a root directory without it.",
        setting="rootdirectory",
    )
