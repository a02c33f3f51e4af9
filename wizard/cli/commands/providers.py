"""`providers`: lists the providers, or shows one with the settings that it requires."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping

from wizard.catalog.providers import Provider, providers
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.stdio import print_data, print_json
from wizard.model.settings import format_value
from wizard.text.sanitize import sanitize
from wizard.text.suggest import did_you_mean

_COLUMNS = 79


def run(given: argparse.Namespace) -> ExitStatus:
    """Prints all providers or one, as text or JSON."""
    known = providers()
    if given.provider and given.provider not in known:
        hint = did_you_mean(given.provider, known) or " See: storage-wizard providers"
        raise CommandError(f"there is no provider {sanitize(given.provider, 60)}.{hint}")
    if given.json:
        objects = [_as_json(provider) for provider in known.values() if given.provider in (None, provider.id)]
        print_json(objects[0] if given.provider else objects)
    else:
        print_data("\n".join(_page(known[given.provider]) if given.provider else _table(known)))
    return ExitStatus.DONE


def _as_json(provider: Provider) -> dict[str, object]:
    return {
        "id": provider.id,
        "title": provider.title,
        "summary": provider.summary,
        "endpoint": provider.endpoint,
        "region": provider.region,
        "regions": dict(provider.regions),
        "signatures": sorted(provider.signatures),
        "addressing": provider.addressing.value,
        "port": provider.port,
        "defaults": {n: {"value": d.value, "reason": d.reason} for n, d in provider.defaults.items()},
        "notes": [{"text": note.text, "source": note.source} for note in provider.notes],
    }


def _table(known: Mapping[str, Provider]) -> Iterator[str]:
    width = max(map(len, known))
    yield f"{'PROVIDER':<{width}}  {'STORE':<22}  ENDPOINT"
    for provider in known.values():
        row = f"{provider.id:<{width}}  {provider.title:<22}  "
        if len(row) + len(provider.endpoint) <= _COLUMNS:
            yield row + (provider.endpoint or "-")
        else:  # right-aligned on a line of its own
            yield row.rstrip()
            yield provider.endpoint.rjust(_COLUMNS)


def _page(provider: Provider) -> Iterator[str]:
    yield f"{provider.title} ({provider.id})"
    yield from _wrap(provider.summary)
    yield f"  endpoint    {provider.endpoint or 'none is needed'}"
    if provider.region:
        yield f"  region      {provider.region}"
    if provider.regions:
        yield from _wrap(", ".join(provider.regions), "  regions     ")
    if provider.id != "filesystem":
        yield f"  signatures  {', '.join(sorted(provider.signatures))}"
    for name, default in provider.defaults.items():
        yield from _wrap(f"{name} = {format_value(default.value)}: {default.reason}", "  demands     ")
    for note in provider.notes:
        yield from _wrap(f"{note.text} ({note.source})", "  note        ")


def _wrap(text: str, prefix: str = "  ") -> Iterator[str]:
    import textwrap  # imported here: the table needs no wrapping

    indent = " " * len(prefix)
    yield from textwrap.wrap(
        text, _COLUMNS, initial_indent=prefix, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
