"""The reference of all commands and flags, from the parser."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from wizard.cli import arguments
from wizard.cli.parser import Parser


def commands() -> Iterator[str]:
    """A section for the wizard, and one for each command."""
    top = arguments.parser()
    (choices,) = (action.choices for action in top._actions if isinstance(action, argparse._SubParsersAction))
    yield from _section("storage-wizard", top)
    for name in (command.name for group in arguments.COMMANDS.values() for command in group):
        yield ""
        yield from _section(f"storage-wizard {name}", choices[name])


def _section(title: str, parser: Parser) -> Iterator[str]:
    actions = [each for each in parser._actions if each.dest not in ("help", "command") and each.help]
    words = " ".join(_positional(each) for each in actions if not each.option_strings)
    yield f"## {title}"
    yield ""
    yield parser.description or ""
    yield ""
    if words:
        yield from ("```text", f"{title} [FLAGS] {words}", "```", "")
    yield "| argument | what it does |"
    yield "|---|---|"
    for action in actions:
        yield f"| {_names(action)} | {_help(action)} |"


def _positional(action: argparse.Action) -> str:
    return {"?": f"[{action.metavar}]", "*": f"[{action.metavar} ...]"}.get(str(action.nargs), str(action.metavar))


def _names(action: argparse.Action) -> str:
    """The flags of one action as code, each with its value."""
    value = "" if action.nargs == 0 or action.metavar is None else f" {action.metavar}"
    return ", ".join(f"`{flag}{value}`" for flag in action.option_strings) or f"`{action.metavar}`"


def _help(action: argparse.Action) -> str:
    text = str(action.help).replace("%%", "%").replace("|", "\\|")
    if isinstance(action, argparse._VersionAction):
        return "print the version and exit"
    return text
