"""The store that the command line names: by id, by another name, by a part of one, or by its address."""

from __future__ import annotations

from wizard.catalog.providers import provider_titles
from wizard.catalog.store_search import FoundStores, find_stores, is_address, store_named
from wizard.cli.names import did_you_mean, note_found, unknown_name
from wizard.console.exit_status import CommandError
from wizard.console.stdio import print_message
from wizard.model.endpoint import Endpoint
from wizard.text.sanitize import sanitize

_LIST_STORES = "List them: storage-wizard providers"


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
        note_found(flag, found, provider_titles()[found])
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
    hint = did_you_mean(similar) or f'For a store that isn\'t listed, use "other". {_LIST_STORES}'
    raise unknown_name(flag, "store", name, hint)


def _flags_for(flag: str, found: FoundStores) -> str:
    """The flags that say what an address says."""
    store = found.ids[0]
    host = str(Endpoint.parse(found.endpoint)._replace(path=""))  # the rest of an address can contain keys
    endpoint = "" if store == "aws" or not found.endpoint else host
    values = {flag: store, "--bucket": found.bucket, "--region": found.region, "--regionendpoint": endpoint}
    return sanitize(" ".join(f"{name} {value}" for name, value in values.items() if value), 300)
