"""The store and the registry that the command line names: by id, by another name, or by a part of one."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

from wizard.catalog.providers import provider_titles
from wizard.catalog.store_search import FoundStores, find_stores, is_address, store_named
from wizard.console.exit_status import CommandError
from wizard.console.stdio import print_message
from wizard.model.endpoint import Endpoint
from wizard.text.name_search import names_like
from wizard.text.sanitize import sanitize

_LIST_STORES = "List them: storage-wizard providers"
_OTHER_FORMAT_NAMES = {
    "docker-compose": "compose",
    "k8s": "kubernetes",
    "harbor.yml": "harbor",
    "gitlab.rb": "gitlab",
}


def store_id(name: str, flag: str = "") -> str:
    """The id of the one store that the name finds, which `flag` takes. Without a flag an address finds one, too.

    Raises `CommandError` if it finds none, or several.
    """
    if name in provider_titles():
        return name
    if not name.strip():
        raise CommandError(f"{flag}: the name of the store is empty. {_LIST_STORES}".removeprefix(": "))
    nearest = find_stores(name)
    is_one = len(nearest.ids) == 1 and not nearest.remark and not (flag and nearest.endpoint)
    if found := store_named(name) or (nearest.ids[0] if is_one else ""):
        _note(flag, found, provider_titles()[found])
        return found
    is_no_endpoint = bool(nearest.remark) and is_address(name) and nearest.ids not in ((), ("other",))
    if flag and (nearest.endpoint or is_no_endpoint):
        remark = nearest.remark if is_no_endpoint else "that is an address."
        raise CommandError(f"{flag}: {remark} Use: {_flags_for(flag, nearest)}")
    if is_no_endpoint:
        print_message(f"note: {nearest.remark}")
        return nearest.ids[0]
    if not nearest.ids:
        raise CommandError(f"{flag}: {nearest.remark}".removeprefix(": "))
    similar = () if nearest.ids == ("other",) else nearest.ids[:3]
    hint = _did_you_mean(similar) or f'For a store that isn\'t listed, use "other". {_LIST_STORES}'
    raise _unknown(flag, "store", name, hint)


def registry_id(name: str, flag: str = "") -> str:
    """The id of the registry with that name, which `flag` takes. Raises `CommandError` if there is none."""
    from wizard.catalog.registries import (  # imported here: not for a store
        REGISTRIES,
        nearest_registry,
        registry_named,
        registry_names,
    )

    if name in REGISTRIES:
        return name
    if found := registry_named(name):
        _note(flag, found, REGISTRIES[found].label)
        return found
    offered = [registry.id for registry in REGISTRIES.values() if registry.is_offered]
    nearest = [nearest_registry(name)] if nearest_registry(name) else names_like(name, registry_names())
    hint = _did_you_mean(each for each in nearest if each in offered) or f"Choose from {', '.join(offered)}."
    raise _unknown(flag, "registry", name, hint)


def format_id(name: str, flag: str, ids: Sequence[str]) -> str:
    """The format with that name or of the registry with that name, which `flag` takes; the name if there is none.

    Raises `ArgumentTypeError` if that registry has several, or if the name can mean several registries.
    """
    if name in ids:
        return name
    from wizard.catalog.registries import REGISTRIES, registry_named, registry_names  # imported here: seldom needed

    registry = registry_named(name)
    found = _OTHER_FORMAT_NAMES.get(name.lower(), registry)
    if found in ids:
        _note(flag, found, REGISTRIES[found].label if found in REGISTRIES else name)
        return found
    family = registry.partition("-")[0]
    if several := [each for each in ids if family and each.startswith(f"{family}-")]:
        raise argparse.ArgumentTypeError(
            f"{REGISTRIES[registry].label} has several formats. Choose from {', '.join(several)}."
        )
    if hint := _did_you_mean(each for each in names_like(name, registry_names()) if each in ids):
        raise argparse.ArgumentTypeError(f'unknown format "{sanitize(name.rpartition("@")[2], 60)}". {hint}')
    return name


def _flags_for(flag: str, found: FoundStores) -> str:
    """The flags that say what an address says."""
    store = found.ids[0]
    host = str(Endpoint.parse(found.endpoint)._replace(path=""))  # the rest of an address can contain keys
    endpoint = "" if store == "aws" or not found.endpoint else host
    values = {flag: store, "--bucket": found.bucket, "--region": found.region, "--regionendpoint": endpoint}
    return sanitize(" ".join(f"{name} {value}" for name, value in values.items() if value), 300)


def _did_you_mean(ids: Iterable[str]) -> str:
    listed = " or ".join(f'"{name}"' for name in ids)
    return f"Did you mean {listed}?" if listed else ""


def _unknown(flag: str, kind: str, name: str, hint: str) -> CommandError:
    return CommandError(f'{flag}: unknown {kind} "{sanitize(name.rpartition("@")[2], 60)}". {hint}'.removeprefix(": "))


def _note(flag: str, found: str, title: str) -> None:
    if flag:
        print_message(f"note: {flag}: using {found} ({title}).")
