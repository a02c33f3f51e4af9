"""`providers`: lists the stores in their groups, or shows one with the settings that it requires."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date

from wizard.catalog.providers import Provider, provider_entries, providers, stale_providers
from wizard.catalog.store_pages import GROUP_HEADINGS, groups
from wizard.catalog.store_search import FoundStores, find_stores
from wizard.cli.store_names import store_id
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.stdio import print_data, print_json
from wizard.model.settings import format_value
from wizard.text.sanitize import sanitize

_COLUMNS = 79


def run(given: argparse.Namespace) -> ExitStatus:
    """Prints all stores, those whose facts are old, or one, as text or JSON."""
    name = " ".join(given.provider)  # without quotes, each word of a name is an argument
    if name and given.stale:
        raise CommandError("Use either --stale or the name of a store.")
    if name:
        provider = providers()[store_id(name)]
        address = find_stores(name)
        print_json(_as_json(provider)) if given.json else print_data("\n".join(_page(provider, address)))
        return ExitStatus.DONE
    listed = stale_providers(date.today()) if given.stale else list(provider_entries())
    if given.json:
        print_json([_as_json(providers()[name]) for name in listed])
    elif given.stale:
        print_data("\n".join(_stale(listed)))
    else:
        print_data("\n".join(_table()))
    return ExitStatus.DONE


def _as_json(provider: Provider) -> dict[str, object]:
    return {
        "id": provider.id,
        "title": provider.title,
        "also": list(provider.also),
        "group": provider.group.value,
        "common": provider.common,
        "summary": provider.summary,
        "endpoint": provider.endpoint,
        "endpoint_variable": variable._asdict() if (variable := provider.endpoint_variable) else None,
        "aliases": list(provider.aliases),
        "addressing_of_aliases": {alias: style.value for alias, style in provider.addressing_of_aliases.items()},
        "endpoints": dict(provider.endpoints),
        "hosts": dict(provider.hosts),
        "region": provider.region,
        "regions": dict(provider.regions),
        "signatures": sorted(provider.signatures),
        "addressing": provider.addressing.value,
        "port": provider.port,
        "equal_parts": provider.equal_parts,
        "largest_copy": provider.largest_copy,
        "bucket_names": provider.bucket_names.value,
        "rclone": provider.rclone,
        "access": access._asdict() if (access := provider.access) else None,
        "defaults": {n: {"value": d.value, "reason": d.reason} for n, d in provider.defaults.items()},
        "notes": [{"text": note.text, "source": note.source} for note in provider.notes],
        "read": provider.read.isoformat(),
        "sources": {url: list(names) for url, names in provider.sources.items()},
        "unverified": sorted(provider.unverified),
    }


def _table() -> Iterator[str]:
    entries = provider_entries()
    width = max(map(len, entries))
    for number, (heading, names) in enumerate(groups().items()):
        if number:
            yield ""
        yield heading.upper()
        for name in names:
            title, endpoint = entries[name].title, entries[name].endpoint
            row = f"{name:<{width}}  {title:<22}  "
            if len(row) + len(endpoint) <= _COLUMNS:
                yield row + (endpoint or "-")
            else:  # right-aligned on a line of its own
                yield row.rstrip()
                yield endpoint.rjust(_COLUMNS)


def _stale(names: list[str]) -> Iterator[str]:
    if not names:
        yield "The facts of every store were compared with their sources within the last year."
    for provider in (providers()[name] for name in names):
        yield f"{provider.read}  {provider.id}"
        yield from (f"    {url}" for url in provider.sources)


def _page(provider: Provider, found: FoundStores) -> Iterator[str]:
    """A store's facts; `found` is what the text that named it says, which can be an address with its region."""
    yield f"{provider.title} ({provider.id})"
    yield from _wrap(provider.summary)
    if provider.also:
        yield from _wrap(", ".join(provider.also), "  also        ")
    yield f"  group       {GROUP_HEADINGS[provider.group]}"
    yield f"  endpoint    {provider.endpoint or 'none is needed'}"
    yield from _place(provider, found)
    if provider.regions:
        yield from _wrap(", ".join(provider.regions), "  regions     ")
    if provider.id != "filesystem":
        yield f"  signatures  {', '.join(sorted(provider.signatures))}"
    for name, default in provider.defaults.items():
        yield from _wrap(f"{name} = {format_value(default.value)} ({default.reason})", "  preset      ")
    if access := provider.access:
        yield from _wrap(f"{access.text} ({access.source})", "  access      ")
    for note in provider.notes:
        yield from _wrap(f"{note.text} ({note.source})", "  note        ")
    yield f"  checked     {provider.read}"
    for url in provider.sources:
        yield f"  source      {url}"


def _place(provider: Provider, found: FoundStores) -> Iterator[str]:
    """The region, and the bucket where an address names one."""
    if found.region:
        yield f"  region      {sanitize(found.region, 40)} (from the address)"
    elif provider.region:
        yield f"  region      {provider.region}"
    if found.bucket:
        yield f"  bucket      {sanitize(found.bucket, 63)} (from the address)"


def _wrap(text: str, prefix: str = "  ") -> Iterator[str]:
    import textwrap  # imported here: the table needs no wrapping

    indent = " " * len(prefix)
    yield from textwrap.wrap(
        text, _COLUMNS, initial_indent=prefix, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
