"""What the sentences of findings about a store have in common."""

from __future__ import annotations

from wizard.model.endpoint import Endpoint, scheme_of, url_of
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize


def host_of(settings: Settings) -> str:
    """The host that is dialled, without the bucket."""
    return sanitize(Endpoint.parse(url_of(settings)).host, 80)


def port_of(settings: Settings) -> int:
    """The port that is dialled."""
    found = Endpoint.parse(url_of(settings))
    return int(found.port or (443 if scheme_of(settings) == "https" else 80))


def address_of(settings: Settings) -> str:
    """Host and port, as a sentence names them."""
    return f"{host_of(settings)}, port {port_of(settings)}"


def endpoint_finding(cause: Cause, text: str, fix: Fix | None = None) -> Finding:
    """A finding that stands below the region endpoint."""
    return Finding(cause, text, setting="regionendpoint", fix=fix)


def scheme_fix(settings: Settings, scheme: str) -> Fix:
    """The fix that moves to http or https, endpoint and HTTPS setting alike."""
    found = Endpoint.parse(settings.regionendpoint)
    endpoint = f"{scheme}://{str(found).removeprefix(found.scheme + '://')}" if settings.regionendpoint else ""
    text = f"Use {endpoint}." if endpoint else f"Turn HTTPS {'on' if scheme == 'https' else 'off'}."
    changes: dict[str, str | bool] = {"secure": scheme == "https"}
    if endpoint:
        changes["regionendpoint"] = endpoint
    return Fix(text, changes)


def not_s3_finding(settings: Settings, *, is_page: bool) -> Finding:
    """Something answers that is not S3."""
    page = "a web page" if is_page else "something that is not S3"
    return Finding(
        Cause.NOT_S3,
        f"{address_of(settings)} answers with {page}. Is this the port of the S3 API? A console or a load balancer "
        "often stands beside it (MinIO: 9000 is S3, 9001 the console).",
        setting="regionendpoint",
    )
