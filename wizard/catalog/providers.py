"""The stores: what each is known to demand, with reasons, and how a choice among them moves the settings.

The data is `providers.toml`, whose head explains each key. Nothing here asks the network.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from wizard.model.findings import Value
from wizard.model.settings import DECLARATIONS, Settings

_PLACEHOLDER = re.compile(r"<[A-Z_]+>")
_HEAD = re.compile(r"^\[(\w+)\]$", re.MULTILINE)
_TITLE = re.compile(r'^title = "([^"\\]+)"$', re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9-]{1,63}")
_GAP = re.compile(r"(\{region\}|<[A-Z_]+>)")
_SCHEME = re.compile(r"^[^:/]+://")
# The accelerated addresses of OSS and COS have a word where others have the region.
_REGION = r"(?!accelerate)([a-z0-9-]+)"


class Addressing(StrEnum):
    """Where the bucket stands in the address of a store as it is usually set up."""

    PATH = "path"
    VIRTUAL = "virtual"  # in the host name
    BOTH = "both"


class BucketNames(StrEnum):
    """Whose rules a bucket's name obeys: Amazon's in full, or only those that all S3 servers share."""

    AWS = "aws"
    COMPATIBLE = "compatible"


class Default(NamedTuple):
    """A value that the store demands of a setting, a size in bytes; why, in at most 72 characters."""

    value: Value
    reason: str


class Note(NamedTuple):
    """What a registry's admin must know: one sentence of at most 150 characters.

    `source` is a URL or an issue such as `distribution/distribution#3873`.
    """

    text: str
    source: str


class EndpointVariable(NamedTuple):
    """The one name in an endpoint that only the admin knows: what it is called, and where to find it."""

    label: str
    help: str


class Provider(NamedTuple):
    """A store that the wizard knows.

    `title` has at most 22 characters, `summary` is a sentence of at most 72. `endpoint` is a URL template:
    `{region}` is filled in, a `<PLACEHOLDER>` only the admin knows, empty where no endpoint is needed;
    `aliases` are further templates of the same store. `region` is the suggested region, empty where none
    applies; `regions` maps the ids of known regions to their places. `signatures` holds `v2`, `v4` or both.
    `defaults` maps names of settings to what the store demands of them. `ask` says what the placeholder stands for,
    where it is not the whole host.
    """

    id: str
    title: str
    summary: str
    endpoint: str
    region: str
    regions: Mapping[str, str]
    signatures: frozenset[str]
    addressing: Addressing
    port: int | None
    bucket_names: BucketNames
    defaults: Mapping[str, Default]
    notes: tuple[Note, ...]
    aliases: tuple[str, ...] = ()
    endpoint_variable: EndpointVariable | None = None

    def endpoint_for(self, region: str) -> str:
        """The endpoint in `region`; placeholders such as `<HOST>` stay."""
        return self.endpoint.replace("{region}", region)

    def is_open(self) -> bool:
        """Whether the endpoint needs something that only the admin knows."""
        return _PLACEHOLDER.search(self.endpoint) is not None

    def endpoint_with(self, name: str, region: str) -> str:
        """The endpoint in `region` with the admin's own name in its place."""
        return _PLACEHOLDER.sub(name, self.endpoint_for(region))

    def name_in(self, endpoint: str, region: str) -> str | None:
        """The admin's own name in an endpoint that `endpoint_with` made; None when it did not make it."""
        before, _, after = _PLACEHOLDER.sub("\n", self.endpoint_for(region)).partition("\n")
        name = endpoint.removeprefix(before).removesuffix(after)
        return (
            name
            if self.endpoint_variable and _NAME.fullmatch(name) and self.endpoint_with(name, region) == endpoint
            else None
        )

    def region_in(self, endpoint: str) -> str | None:
        """The region that an endpoint of this store names, in lower case; None when it names none.

        Only the host counts: scheme, port, path and letter case make no difference.
        """
        host = _host(endpoint).lower()
        # The longest first, so that an alias with more text around the region wins over one that takes it in.
        for template in sorted((self.endpoint, *self.aliases), key=len, reverse=True):
            pattern = _host_pattern(template)
            if pattern and "{region}" in template and (found := pattern.fullmatch(host)):
                return found[1]
        return None


@cache
def _texts() -> Mapping[str, str]:
    """The table of each store by id, unread: most ask for one store only."""
    loader: Any = __spec__.loader  # also inside of a zip file; importlib.resources takes longer to import than to read
    text = loader.get_data(str(Path(__file__).with_name("providers.toml"))).decode()
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    return {head[1]: text[head.start() : end] for head, end in zip(heads, ends, strict=True)}


@cache
def _read(provider_id: str) -> Provider:
    return _provider(provider_id, tomllib.loads(_texts()[provider_id])[provider_id])


def provider_ids() -> tuple[str, ...]:
    """The ids of all stores, in the order of the grid on the screen."""
    return tuple(_texts())


@cache
def provider_titles() -> Mapping[str, str]:
    """The title of each store by id, read without the rest of its table."""
    return MappingProxyType({provider_id: _TITLE.findall(text)[0] for provider_id, text in _texts().items()})


@cache
def providers() -> Mapping[str, Provider]:
    """All stores by id, in the same order."""
    return MappingProxyType({provider_id: _read(provider_id) for provider_id in provider_ids()})


def provider_of(settings: Settings) -> Provider:
    """The chosen store; `other` when the id is unknown."""
    return _read(settings.provider if settings.provider in _texts() else "other")


def detect_provider(endpoint: str) -> str:
    """The id of the store that an endpoint belongs to: `aws` for none, `other` where no store of ours has it.

    A server that may stand anywhere is told by its usual port.
    """
    if not endpoint:
        return "aws"
    host, port = _host(endpoint).lower(), endpoint.rstrip("/").rpartition(":")[2]
    for provider in providers().values():
        templates = [template for template in (provider.endpoint, *provider.aliases) if _host(template) != "<HOST>"]
        templates += [template.replace("{region}.", "") for template in templates]  # without one: its first region
        if any((pattern := _host_pattern(template)) and pattern.fullmatch(host) for template in templates):
            return provider.id
    own = (p.id for p in providers().values() if _host(p.endpoint) == "<HOST>" and p.port and str(p.port) == port)
    return next(own, "other")


def apply_preset(settings: Settings, provider_id: str) -> Settings:
    """`settings` for another store: what the old preset had set goes, what the new one demands comes.

    Values that the admin typed are kept. A value that equals the declared default counts as not typed, so
    this is for the moment of choosing, not for every visit to the screen. `KeyError` when the id is unknown.
    """
    new = _read(provider_id)
    return _preset(_without_preset(settings).replace({"provider": new.id}), new)


def apply_edit(before: Settings, changes: Mapping[str, Value]) -> Settings:
    """`before` with what was typed, and with what follows from that.

    An endpoint that the template made of the old region is made again of the new one, also of an empty region, so that
    it keeps up while a region is being retyped. Where the store asks for a name, that name alone is made an endpoint.
    An endpoint with https:// turns HTTPS on; one with http:// turns nothing off by itself.
    """
    after = before.replace(changes)
    provider, endpoint = provider_of(after), after.regionendpoint
    if provider.endpoint_variable and _NAME.fullmatch(endpoint):
        after = after.replace({"regionendpoint": provider.endpoint_with(endpoint, after.region)})
    elif before.region != after.region:
        after = after.replace({"regionendpoint": _moved(provider, endpoint, before.region, after.region)})
    if endpoint.startswith("https://") and endpoint != before.regionendpoint and "secure" not in changes:
        after = after.replace({"secure": True})
    return after


def _moved(provider: Provider, endpoint: str, old: str, new: str) -> str:
    """An endpoint in another region, where the template made it."""
    if endpoint == provider.endpoint_for(old):
        return provider.endpoint_for(new)
    name = provider.name_in(endpoint, old)
    return endpoint if name is None else provider.endpoint_with(name, new)


def preset_reasons(settings: Settings) -> Mapping[str, str]:
    """Why settings are as they are, by name: those whose value is the chosen preset's own right now."""
    defaults = provider_of(settings).defaults
    return {name: default.reason for name, default in defaults.items() if settings[name] == default.value}


def _without_preset(settings: Settings) -> Settings:
    old = provider_of(settings)
    preset: dict[str, Value] = {name: default.value for name, default in old.defaults.items()}
    preset |= {"region": old.region, "regionendpoint": old.endpoint_for(settings.region)}
    return settings.replace(
        {name: DECLARATIONS[name].default for name, value in preset.items() if settings[name] == value}
    )


def _preset(settings: Settings, new: Provider) -> Settings:
    preset: dict[str, Value] = {name: default.value for name, default in new.defaults.items()}
    if new.region:
        preset["region"] = new.region
    chosen = _where_untouched(settings, preset)
    if new.is_open():
        return chosen
    return _where_untouched(chosen, {"regionendpoint": new.endpoint_for(chosen.region)})


def _where_untouched(settings: Settings, changes: Mapping[str, Value]) -> Settings:
    return settings.replace(
        {name: value for name, value in changes.items() if settings[name] == DECLARATIONS[name].default}
    )


def _provider(name: str, table: Mapping[str, Any]) -> Provider:
    return Provider(
        id=name,
        title=table["title"],
        summary=table["summary"],
        endpoint=table["endpoint"],
        region=table["region"],
        regions=MappingProxyType(table["regions"]),
        signatures=frozenset(table["signatures"]),
        addressing=Addressing(table["addressing"]),
        port=table.get("port"),
        bucket_names=BucketNames(table["bucket_names"]),
        defaults=MappingProxyType({key: Default(**default) for key, default in table["defaults"].items()}),
        notes=tuple(Note(**note) for note in table["notes"]),
        aliases=tuple(table.get("aliases", ())),
        endpoint_variable=EndpointVariable(**table["asks"]) if "asks" in table else None,
    )


def _host(endpoint: str) -> str:
    """The host of an endpoint or of a template, whose placeholders would trouble a URL parser."""
    authority = re.split(r"[/?#]", _SCHEME.sub("", endpoint.strip()), maxsplit=1)[0]
    return re.sub(r":\d*$", "", authority)


@cache
def _host_pattern(template: str) -> re.Pattern[str] | None:
    if not template:
        return None
    return re.compile("".join(_host_part(part) for part in _GAP.split(_host(template))))


def _host_part(part: str) -> str:
    if part == "{region}":
        return _REGION
    return "[^.]+" if _PLACEHOLDER.fullmatch(part) else re.escape(part)
