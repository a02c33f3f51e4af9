"""What follows from a choice of provider: its preset of settings, and how its endpoint follows an edit."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.catalog.endpoints import amazon_endpoint, has_own_hosts, store_of
from wizard.catalog.providers import Provider, provider_of, providers
from wizard.model.endpoint import Endpoint, amazon_host
from wizard.model.settings import DECLARATIONS, Settings, Value

_AMAZON_GLOBAL_HOST = "s3.amazonaws.com"


def apply_preset(settings: Settings, provider_id: str) -> Settings:
    """`settings` for another provider: drops the values of the old preset and fills in those of the new one.

    Keeps values that the admin entered. A value that equals the declared default counts as not entered, so call this
    when a provider is chosen, not on each visit to the screen. Between a local folder and a store the root directory is
    dropped, as it means another thing there. Raises `KeyError` for an unknown id.
    """
    new = providers()[provider_id]
    before, after = _without_preset(settings), settings.replace({"provider": new.id})
    if before.type != after.type:  # a path on this machine is not one in a bucket
        before = before.replace({"rootdirectory": DECLARATIONS["rootdirectory"].default})
    return _with_preset(before.replace({"provider": new.id}), new)


def store_address(registry: str, provider_id: str, address: str, region: str, bucket: str = "") -> Mapping[str, Value]:
    """The settings for a store at an address, without what it has of keys.

    `region` and `bucket` are those in it, or empty. An address of Amazon S3 that the registry
    derives from the region by itself is left out.
    """
    parsed = Endpoint.parse(address)
    changes: dict[str, Value] = {"regionendpoint": str(parsed) if parsed.userinfo else address} if address else {}
    changes |= {name: value for name, value in (("region", region), ("bucket", bucket)) if value}
    if provider_id == "aws" and region and parsed.host.lower() in (amazon_host(region), _AMAZON_GLOBAL_HOST):
        changes["regionendpoint"] = amazon_endpoint(Settings(registry=registry), region)
    return changes


def preset_reasons(settings: Settings) -> Mapping[str, str]:
    """The preset's reason by setting, for each setting that has the value of the chosen provider's preset."""
    defaults = provider_of(settings).defaults
    return {name: default.reason for name, default in defaults.items() if settings.value(name) == default.value}


def apply_edit(before: Settings, changes: Mapping[str, Value]) -> Settings:
    """`before` with `changes`, and with the settings that follow from them.

    - An endpoint that the provider's template produces for the old region follows the new region. An empty region
      counts too, so that the endpoint keeps up while a region is typed. An endpoint among the changes stays.
    - Where the provider has an `endpoint_variable`, a value for it becomes a complete endpoint.
    - A new endpoint with https://, and none after one with http://, turns HTTPS on. One with http:// turns it off for a
      store that can have any host. For those with hosts of their own that is a finding, and the admin decides.
    """
    after = before.replace(changes)
    provider, endpoint = provider_of(after), after.regionendpoint
    if provider.endpoint_variable and provider.endpoint_variable.accepts(endpoint):
        after = after.replace({"regionendpoint": provider.complete_endpoint(endpoint, after.region)})
    elif before.region != after.region and "regionendpoint" not in changes:
        after = after.replace({"regionendpoint": _in_region(provider, endpoint, before.region, after.region)})
    if endpoint != before.regionendpoint and "secure" not in changes:
        if endpoint.startswith("https://") or (not endpoint and before.regionendpoint.startswith("http://")):
            after = after.replace({"secure": True})
        elif endpoint.startswith("http://") and not has_own_hosts(store_of(after)):
            after = after.replace({"secure": False})
    return after


def _in_region(provider: Provider, endpoint: str, old: str, new: str) -> str:
    """The endpoint in the new region, if the provider's template produces it for the old one; else unchanged."""
    if endpoint == provider.endpoint_for(old):
        return provider.endpoint_for(new)
    value = provider.endpoint_variable_in(endpoint, old)
    return endpoint if value is None else provider.complete_endpoint(value, new)


def _without_preset(settings: Settings) -> Settings:
    old = provider_of(settings)
    preset: dict[str, Value] = {name: default.value for name, default in old.defaults.items()}
    preset |= {"region": old.region, "regionendpoint": old.endpoint_for(settings.region)}
    return settings.replace(
        {name: DECLARATIONS[name].default for name, value in preset.items() if settings.value(name) == value}
    )


def _with_preset(settings: Settings, new: Provider) -> Settings:
    preset: dict[str, Value] = {name: default.value for name, default in new.defaults.items()}
    if new.region:
        preset["region"] = new.region
    changed = _replace_defaults(settings, preset)
    if new.has_placeholder:
        return changed
    return _replace_defaults(changed, {"regionendpoint": new.endpoint_for(changed.region)})


def _replace_defaults(settings: Settings, changes: Mapping[str, Value]) -> Settings:
    """`settings` with those of `changes` whose setting still has its declared default."""
    return settings.replace(
        {name: value for name, value in changes.items() if settings.value(name) == DECLARATIONS[name].default}
    )
