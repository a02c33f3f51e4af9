"""Sentences and fixes that several findings about a store share."""

from __future__ import annotations

from wizard.model.endpoint import Endpoint, host_of, port_of
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.redaction import hide_credentials
from wizard.model.settings import Settings
from wizard.s3.operations import OPERATIONS
from wizard.text.sanitize import sanitize

_MAX_HOST_LENGTH = 80  # characters


def display_host(settings: Settings) -> str:
    """The host of the endpoint, to be displayed: without credentials, sanitized and cut. Connect to `host_of`."""
    return sanitize(hide_credentials(host_of(settings), settings), _MAX_HOST_LENGTH)


def display_address(settings: Settings) -> str:
    """Host and port of the endpoint, as sentences name them."""
    return f"{display_host(settings)}, port {port_of(settings)}"


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
    page = "a web page" if is_html else "something that is not S3"
    return endpoint_finding(
        Cause.NOT_S3,
        f"{display_address(settings)} answers with {page}. Is this the port of the S3 API? A console or a load "
        "balancer often stands beside it (MinIO: 9000 is S3, 9001 the console).",
    )


def blocked_call(operation: str, settings: Settings) -> Finding:
    """The finding for an answer that is not one of S3, where other calls have succeeded at the same address."""
    known = OPERATIONS.get(operation)
    return Finding(
        Cause.STORE_ERROR,
        f"When asked to {known.purpose if known else 'answer'}, {display_address(settings)} answers with something "
        f"that is not S3, and other calls succeed there: a proxy before the store blocks {sanitize(operation, 40)}.",
    )
