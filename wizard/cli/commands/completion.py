"""`completion`: what the shell needs to complete our command line."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import shtab

from wizard.catalog.providers import providers
from wizard.catalog.registries import ACLS, REGISTRIES
from wizard.console.exit_status import ExitStatus
from wizard.console.stdio import print_data


def run(parser: argparse.ArgumentParser, shell: str) -> ExitStatus:
    """Prints the script for `shell`."""
    words = _words()
    for action in _actions(parser):
        if action.metavar in ("FILE", "PATH"):
            vars(action)["complete"] = shtab.FILE
        elif action.dest in words:
            action.choices = words[action.dest]
    print_data(shtab.complete(parser, shell).rstrip("\n"))
    return ExitStatus.DONE


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _actions(below)


def _words() -> dict[str, list[str]]:
    """What each setting of fixed words may be."""
    classes = dict.fromkeys(word for registry in REGISTRIES.values() for word in registry.storage_classes)
    return {
        "registry": list(REGISTRIES),
        "provider": list(providers()),
        "storageclass": list(classes),
        "objectacl": list(ACLS),
    }
