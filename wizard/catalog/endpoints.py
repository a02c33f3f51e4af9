"""Which provider an endpoint belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.catalog.endpoint_template import host_of, matches
from wizard.catalog.providers import Provider, providers

_ANY_HOST = "<HOST>"  # the host of a template whose server can be anywhere


def detect_provider(endpoint: str) -> str:
    """The id of the provider of `endpoint`: `aws` for an empty one, `other` where no provider matches.

    A self-hosted server can have any host, so it is recognised by its usual port.
    """
    if not endpoint:
        return "aws"
    for provider in providers().values():
        if any(matches(template, endpoint) for template in _templates(provider)):
            return provider.id
    port = endpoint.rstrip("/").rpartition(":")[2]
    self_hosted = (p for p in providers().values() if p.port and host_of(p.endpoint) == _ANY_HOST)
    return next((provider.id for provider in self_hosted if str(provider.port) == port), "other")


def _templates(provider: Provider) -> Iterator[str]:
    """The templates that identify the provider, each also without its region: some providers have a global endpoint."""
    for template in (provider.endpoint, *provider.aliases):
        if host_of(template) != _ANY_HOST:
            yield template
            yield template.replace("{region}.", "")
