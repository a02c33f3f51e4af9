"""Which provider an endpoint belongs to, and which region it is in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from wizard.catalog.endpoint_template import host_of, matches
from wizard.catalog.providers import Provider, provider_of, providers_with
from wizard.model.endpoint import amazon_host
from wizard.model.settings import Settings

_ANY_HOST = "<HOST>"  # the host of a template whose server can be anywhere


def detect_provider(endpoint: str) -> str:
    """The id of the provider of `endpoint`: `aws` for an empty one, `other` where no provider matches.

    A self-hosted server can have any host, so it is recognised by its usual port.
    """
    if not endpoint:
        return "aws"
    if provider := provider_by_host(endpoint):
        return provider.id
    port = endpoint.rstrip("/").rpartition(":")[2]
    self_hosted = (p for p in providers_with(f'{_ANY_HOST}:{port}"') if host_of(p.endpoint) == _ANY_HOST)
    return next((provider.id for provider in self_hosted), "other")


def provider_by_host(endpoint: str) -> Provider | None:
    """The provider whose own host `endpoint` has; None for any other host, as those of self-hosted servers."""
    return _provider_of_host(host_of(endpoint).lower().rstrip("."))


def store_of(settings: Settings) -> Provider:
    """The provider whose facts hold for the store: the one that the host belongs to, else the chosen one.

    An admin can choose another provider than the endpoint's, such as `other`: what the store accepts stays the same.
    """
    return provider_by_host(settings.regionendpoint) or provider_of(settings)


@lru_cache(maxsize=64)  # each key that is typed asks many times for the same host
def _provider_of_host(host: str) -> Provider | None:
    domain = ".".join(host.split(".")[-2:])  # each template and each host ends with one
    for provider in providers_with(domain) if host else ():
        if host in provider.hosts or any(matches(template, host) for template in _templates(provider)):
            return provider
    return None


def has_own_hosts(provider: Provider) -> bool:
    """Whether the provider is recognised by its hosts. Without that, its server can be anywhere."""
    return next(_templates(provider), None) is not None


def is_of_another_store(settings: Settings) -> bool:
    """Whether there is an endpoint, and it is none of the hosts that the chosen provider has."""
    chosen, endpoint = provider_of(settings), settings.regionendpoint
    return bool(endpoint) and has_own_hosts(chosen) and provider_by_host(endpoint) is not chosen


def region_of_endpoint(settings: Settings) -> str:
    """The region that the endpoint is in, in lower case; empty if it names none."""
    endpoint = settings.regionendpoint
    return (endpoint and store_of(settings).region_in(endpoint)) or ""


def is_global(endpoint: str) -> bool:
    """Whether the host names no region, but implies one, as `s3.amazonaws.com` does for us-east-1."""
    provider = provider_by_host(endpoint)
    return bool(provider and provider.region_in(endpoint) and not provider.region_word_in(endpoint))


def amazon_endpoint(settings: Settings, region: str) -> str:
    """The endpoint for a bucket of Amazon S3 in `region`: blank if the registry knows the region, else its address."""
    from wizard.catalog.registries import registry_of  # imported here: to find a store's provider, none is needed

    known = registry_of(settings.registry).regions
    return "" if known is None or region in known else f"https://{amazon_host(region)}"


def _templates(provider: Provider) -> Iterator[str]:
    """The templates that identify the provider, each also without its region: some providers have a global endpoint."""
    for template in (provider.endpoint, *provider.aliases, *provider.endpoints.values()):
        if template and host_of(template) != _ANY_HOST:
            yield template
            yield template.replace("{region}.", "")
