"""Finds a store by its name, by another name that people know it by, by its id or by its address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from wizard.catalog.endpoint_template import host_of
from wizard.catalog.endpoints import detect_provider, provider_by_host
from wizard.catalog.providers import provider_entries, providers
from wizard.catalog.unsuitable import UNSUITABLE_STORES, unsuitable_store
from wizard.text.name_search import exactly_named, names_like, names_similar_to, nearest_named
from wizard.text.sanitize import sanitize

_OTHER = "For a store that isn't listed, choose Other S3-compatible."
_UNKNOWN_ADDRESS = "No store here has that address. Other S3-compatible uses it as the endpoint."
_ADDRESS = r"\w+://\S*|(?:\[[0-9a-fA-F:]+\]|[\w-]+(?:\.[\w-]+)+)(?::\d*)?(?:/\S*)?|[\w-]+:\d+(?:/\S*)?"


class FoundStores(NamedTuple):
    """The ids of the stores that a text means, best first, and a sentence where something must be said about it.

    `endpoint` is the text if it is an address, and `region` the region that the address names, else empty.
    """

    ids: tuple[str, ...]
    remark: str = ""
    endpoint: str = ""
    region: str = ""


@lru_cache(maxsize=8)
def find_stores(text: str) -> FoundStores:
    """What a text finds. A blank one finds every store; one that is like no name finds `other`.

    Nothing is found where the text names a store that works with no registry, such as Azure; the remark says why.
    """
    text = text.strip()
    if not text:
        return FoundStores(tuple(provider_entries()))
    if "://" not in text:
        if ids := names_like(text, _names()):
            return FoundStores(ids)
        if unsuitable := names_like(text, {each.id: (each.title,) for each in UNSUITABLE_STORES}):
            return FoundStores((), next(each.reason for each in UNSUITABLE_STORES if each.id == unsuitable[0]))
    if re.fullmatch(_ADDRESS, text):
        return _at_address(text)
    similar = names_similar_to(text, _names())
    unknown = f'No store is called "{sanitize(text, 60)}".'
    return FoundStores(similar or ("other",), f"{unknown} {'These are similar.' if similar else _OTHER}")


def store_named(text: str) -> str:
    """The id of the store that has `text` as its id, its title or another name; empty if none or several have."""
    return exactly_named(text, _names())


def nearest_store(text: str) -> str:
    """The id of the store that an unknown name most probably means; empty if it can mean several, or none."""
    return nearest_named(text, _names())


@cache
def _names() -> Mapping[str, Sequence[str]]:
    return {name: (each.title, *each.also) for name, each in provider_entries().items()}


def _at_address(address: str) -> FoundStores:
    if unsuitable := unsuitable_store(address):
        return FoundStores((), unsuitable.reason)
    provider = detect_provider(address)
    if provider != "other":
        return FoundStores((provider,), "", address, providers()[provider].region_in(address) or "")
    host = host_of(address).partition(".")[2]  # after the bucket, which can be before the host
    if "." in host and (owner := provider_by_host(host)):
        return FoundStores((owner.id,), "", address, owner.region_in(host) or "")
    if store := _with_hosts_below(host_of(address).lower()):
        return FoundStores((store,))
    return FoundStores(("other",), _UNKNOWN_ADDRESS, address)


def _with_hosts_below(domain: str) -> str:
    """The id of the store whose hosts are the domain after a name, such as an account id; empty if there is none.

    The domain alone is no endpoint: the name is missing.
    """
    hosts = {name: host_of(each.endpoint) for name, each in provider_entries().items()}
    return next((name for name, host in hosts.items() if host.startswith("<") and host.endswith(f">.{domain}")), "")
