"""Finds a store by its name, by another name that people know it by, by its id or by its address."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from wizard.catalog.endpoint_template import host_of
from wizard.catalog.endpoints import detect_provider, provider_by_host
from wizard.catalog.other_addresses import other_address
from wizard.catalog.providers import Group, Provider, provider_entries
from wizard.catalog.unsuitable import UNSUITABLE_STORES, unsuitable_store
from wizard.model.endpoint import Endpoint
from wizard.text.name_search import (
    are_similar,
    exactly_named,
    names_like,
    names_similar_to,
    names_within,
    nearest_named,
    without_words,
)
from wizard.text.sanitize import sanitize

_OTHER = "For a store that isn't listed, choose Other S3-compatible."
_UNKNOWN_ADDRESS = "No store in the list has this address. Other S3-compatible uses it as the endpoint."
_ADDRESS = r"(?i:arn):\S*|\w+://\S*|(?:\[[0-9a-fA-F:]+\]|[\w-]+(?:\.[\w-]+)+)(?::\d*)?(?:/\S*)?|[\w-]+:\d+(?:/\S*)?"
_GENERIC_WORDS = (  # beside the name of a store, they say nothing about which one it is
    "a account an bucket buckets cloud cluster compatible container data gateway infrastructure instance my object "
    "objects of on our s3 s3-compatible server service services storage store the with"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())


class FoundStores(NamedTuple):
    """The ids of the stores that a text means, best first, and a sentence where something must be said about it.

    `endpoint` is the text if it is an address, without a bucket and a path where it is one of a store's own hosts. For
    an address that is no endpoint, such as a console's, it is what the store's endpoint is, and the remark says so.
    `region` is the region that the address names, and `bucket` the bucket in it, else empty.
    """

    ids: tuple[str, ...]
    remark: str = ""
    endpoint: str = ""
    region: str = ""
    bucket: str = ""

    @property
    def is_one(self) -> bool:
        """Whether the text means one store for certain."""
        return len(self.ids) == 1 and bool(not self.remark or self.endpoint or self.bucket)

    @property
    def address(self) -> tuple[str, str, str]:
        """What the address says: the endpoint, the region and the bucket."""
        return self.endpoint, self.region, self.bucket


@lru_cache(maxsize=8)
def find_stores(text: str) -> FoundStores:
    """What a text finds. A blank one finds every store; one with no name in it and like none finds `other`.

    Nothing is found where the text names a store that works with no registry, such as Azure; the remark says why.
    """
    text = text.strip()
    if not text:
        return FoundStores(tuple(provider_entries()))
    if "://" not in text and not text.lower().startswith("arn:"):
        ids = names_like(text, _names())
        if ids and not (len(ids) == 1 and _is_vague(text)):
            return FoundStores(ids)
        if not _is_vague(text) and (unsuitable := names_like(text, _unsuitable_names())):
            return _unsuitable(unsuitable[0])
    if is_address(text):
        return _at_address(text)
    if ids := names_within(text, {**_names(), **_unsuitable_names()}, _GENERIC):
        return _unsuitable(ids[0]) if ids[0] in _unsuitable_names() else FoundStores(ids)
    similar = names_similar_to(text, _names()) or names_similar_to(without_words(text, _GENERIC), _names())
    unknown = f'No store is called "{sanitize(text.rpartition("@")[2], 60)}".'  # before an @ are credentials
    return FoundStores(similar or ("other",), f"{unknown} {are_similar(similar) if similar else _OTHER}")


def is_address(text: str) -> bool:
    """Whether a text is an address or an ARN, and not a name."""
    return re.fullmatch(_ADDRESS, text.strip()) is not None


def store_named(text: str) -> str:
    """The id of the store that has `text` as its id, its title or another name; empty if none or several have."""
    return exactly_named(text, _names())


def nearest_store(text: str) -> str:
    """The id of the store that an unknown name most probably means; empty if it can mean several, or none."""
    return nearest_named(text, _names())


def _is_vague(text: str) -> bool:
    """Whether a text is several words that name no store, such as "object storage"."""
    return len(text.split()) > 1 and not without_words(text, _GENERIC) and not store_named(text)


@cache
def _names() -> Mapping[str, Sequence[str]]:
    return {name: (each.title, *each.also) for name, each in provider_entries().items()}


@cache
def _unsuitable_names() -> Mapping[str, Sequence[str]]:
    return {each.id: (each.title,) for each in UNSUITABLE_STORES}


def _unsuitable(name: str) -> FoundStores:
    return FoundStores((), next(each.reason for each in UNSUITABLE_STORES if each.id == name))


def _at_address(address: str) -> FoundStores:
    if unsuitable := unsuitable_store(address):
        return FoundStores((), unsuitable.reason)
    if reason := _no_endpoint(address):
        return FoundStores((), reason)
    if other := other_address(address):
        return FoundStores((other.store,), other.text, other.endpoint, other.region, other.bucket)
    if owner := provider_by_host(address):
        return _without_bucket(owner, address)
    bucket, _, host = host_of(address).partition(".")
    if "." in host and (owner := provider_by_host(host)):
        return _without_bucket(owner, address, bucket)
    if store := _with_hosts_below(host_of(address).lower()):
        return FoundStores((store,))
    provider = _named_in_host(address) or detect_provider(address)
    return FoundStores((provider,), _UNKNOWN_ADDRESS if provider == "other" else "", address)


def _named_in_host(address: str) -> str:
    """The id of the self-hosted server whose name is a part of the host, such as a namespace of Kubernetes, or empty.

    Only a name with a hyphen or a dot counts, also as the start of a longer one: a host called `swift` can be anything.
    """
    host = f".{host_of(address).lower()}."
    names = (
        (each, name) for each, entry in provider_entries().items() if entry.group is Group.OWN for name in entry.also
    )
    return next(
        (each for each, name in names if re.search("[.-]", name) and re.search(rf"\.{re.escape(name)}[.-]", host)), ""
    )


def _with_hosts_below(domain: str) -> str:
    """The id of the one store whose hosts are the domain after a region or a name, such as an account id, or empty.

    The domain alone is no endpoint: the region or the name is missing.
    """
    hosts = {name: host_of(each.endpoint) for name, each in provider_entries().items()}
    below = [name for name, host in hosts.items() if re.search(rf"[>}}][.]{re.escape(domain)}$", host)]
    return below[0] if len(below) == 1 else ""


def _no_endpoint(address: str) -> str:
    """Why an address cannot be the endpoint of any store; empty if it can."""
    scheme = address.partition("://")[0].lower()
    if scheme not in ("s3", "gs"):
        return ""
    store = "the store" if scheme == "s3" else "Google Cloud Storage"
    return f"{scheme}:// is a bucket, not a server. Choose {store}, then enter the bucket."


def _without_bucket(owner: Provider, address: str, bucket: str = "") -> FoundStores:
    """The store of an address, and the bucket in that: the one before the host, or else the first part of the path."""
    parsed = Endpoint.parse(address)
    plain = parsed.without_path()._replace(host=parsed.host.removeprefix(f"{bucket}.") if bucket else parsed.host)
    bucket = bucket or parsed.path.strip("/").partition("/")[0]
    return FoundStores((owner.id,), "", str(plain) if bucket else address, owner.region_in(str(plain)) or "", bucket)
