"""The store's host, as sentences and screens name it."""

from __future__ import annotations

from wizard.model.endpoint import host_of, port_of
from wizard.model.redaction import hide_credentials
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_MAX_HOST_LENGTH = 80  # characters


def display_host(settings: Settings) -> str:
    """The host of the endpoint, to be displayed: without credentials, sanitized and cut. Connect to `host_of`."""
    return sanitize(hide_credentials(host_of(settings), settings), _MAX_HOST_LENGTH).rstrip(".")


def display_address(settings: Settings) -> str:
    """Host and port of the endpoint, as sentences name them."""
    return f"{display_host(settings)}, port {port_of(settings)}"
