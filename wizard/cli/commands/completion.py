"""`completion`: a script that completes the command line in a shell."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import shtab

from wizard.catalog.providers import provider_entries
from wizard.catalog.registries import ACLS, REGISTRIES
from wizard.catalog.store_search import store_named
from wizard.cli import arguments
from wizard.console.exit_status import ExitStatus
from wizard.console.stdio import print_data


def run(given: argparse.Namespace) -> ExitStatus:
    """Prints the script."""
    print_data(script(given.shell))
    return ExitStatus.DONE


def script(shell: str) -> str:
    """The completion script for `shell`, one of `flags.SHELLS`."""
    parser, choices = arguments.parser(), _choices()
    for action in _actions(parser):
        if action.metavar in ("FILE", "PATH", "OLD", "NEW"):
            vars(action)["complete"] = shtab.FILE
        elif action.dest in choices:
            action.choices = choices[action.dest]
    return shtab.complete(parser, shell).rstrip("\n")


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)


def _choices() -> dict[str, list[str]]:
    """The values of the settings that accept one of a few. The parser does not restrict them: `configure` does."""
    registries = list(REGISTRIES.values())
    classes = dict.fromkeys(name for registry in registries for name in registry.storage_classes)
    return {
        "registry": list(REGISTRIES),
        "provider": [*provider_entries(), *_other_names()],
        "storageclass": list(classes),
        "objectacl": list(ACLS),
    }


def _other_names() -> Iterator[str]:
    """The other names of stores that mean only one of them, and that a shell does not split."""
    names = dict.fromkeys(name for entry in provider_entries().values() for name in entry.also)
    return (name for name in names if name.isidentifier() and name not in provider_entries() and store_named(name))
