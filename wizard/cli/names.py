"""The registry and the format that the command line names: by id, by another name, or by a part of one."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

from wizard.console.exit_status import CommandError
from wizard.console.stdio import print_message
from wizard.text.name_search import names_like
from wizard.text.sanitize import sanitize

_OTHER_FORMAT_NAMES = {
    "docker-compose": "compose",
    "k8s": "kubernetes",
    "harbor.yml": "harbor",
    "gitlab.rb": "gitlab",
}


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
        note_found(flag, found, REGISTRIES[found].label)
        return found
    nearest = [nearest_registry(name)] if nearest_registry(name) else names_like(name, registry_names())
    hint = did_you_mean(nearest) or f"Choose from {', '.join(REGISTRIES)}."
    raise unknown_name(flag, "registry", name, hint)


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
        note_found(flag, found, REGISTRIES[found].label if found in REGISTRIES else name)
        return found
    family = registry.partition("-")[0]
    if several := [each for each in ids if family and each.startswith(f"{family}-")]:
        raise argparse.ArgumentTypeError(
            f"{REGISTRIES[registry].label} has several formats. Choose from {', '.join(several)}."
        )
    if hint := did_you_mean(each for each in names_like(name, registry_names()) if each in ids):
        raise argparse.ArgumentTypeError(f'unknown format "{sanitize(name.rpartition("@")[2], 60)}". {hint}')
    return name


def did_you_mean(ids: Iterable[str]) -> str:
    """The question that names these ids; empty without any."""
    listed = " or ".join(f'"{name}"' for name in ids)
    return f"Did you mean {listed}?" if listed else ""


def unknown_name(flag: str, kind: str, name: str, hint: str) -> CommandError:
    """The error for a name that finds nothing. Text before an @ is left out: it can contain a password."""
    return CommandError(f'{flag}: unknown {kind} "{sanitize(name.rpartition("@")[2], 60)}". {hint}'.removeprefix(": "))


def note_found(flag: str, found: str, title: str) -> None:
    """Says which one another name has found."""
    if flag:
        print_message(f"note: {flag}: using {found} ({title}).")
