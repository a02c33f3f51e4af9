"""A parser of arguments that says what may have been meant, and whose help is grouped."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from functools import cached_property
from typing import Any, NoReturn

from wizard.console.stdio import print_data, print_message
from wizard.text.sanitize import did_you_mean, sanitize

_SWITCHED = ("true", "false", "on", "off", "yes", "no")
_VALUE = re.compile(r"unrecognized arguments: (\S+)|argument --\S+/--no-\S+: ignored explicit argument '(.*)'")
_UNKNOWN = re.compile(r"unrecognized arguments: (\S+)")


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Help at 80 columns; an action with a `head` begins a group."""

    def __init__(self, prog: str, **more: Any) -> None:
        super().__init__(prog, **({"max_help_position": 26, "width": 78} | more))

    def _format_action(self, action: argparse.Action) -> str:
        head = getattr(action, "head", "")
        return (f"\n  {head}\n" if head else "") + super()._format_action(action)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """A description in lines that fit; examples as they are."""
        if text.startswith("example"):
            return super()._fill_text(text, width, indent)
        import textwrap  # here, as only help asks for it

        return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent)

    def _split_lines(self, text: str, width: int) -> list[str]:
        import textwrap

        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)


class Parser(argparse.ArgumentParser):
    """Errors are a sentence that names the nearest flag, command or choice."""

    def __init__(self, **more: Any) -> None:
        super().__init__(formatter_class=HelpFormatter, allow_abbrev=False, **more)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As argparse has it, but a command refuses itself what it does not know, and so suggests its own flags."""
        known, unknown = super().parse_known_args(args, namespace)
        if unknown and not self._subparsers:
            self.error(f"unrecognized arguments: {unknown[0]}")
        return known, unknown

    def error(self, message: str) -> NoReturn:
        """Says what is wrong and what may have been meant; exit status 2."""
        if (found := _UNKNOWN.match(message)) and found[1].lower() not in _SWITCHED:
            word = found[1].partition("=")[0]  # what follows may be a secret
            message = f"there is no {sanitize(word, 60)} here.{did_you_mean(word, self._flags())}"
        if found := _VALUE.search(message):
            message = f"a switch takes no value such as {sanitize(found[1] or found[2], 60)}: say --NAME or --no-NAME."
        self.exit(2, f"{self.prog}: {sanitize(message, 400)}\nTry: {self.prog} --help\n")

    def _print_message(self, message: str, file: Any = None) -> None:
        """Help and version go where data goes, and what is wrong where words go."""
        if message:
            (print_data if file is sys.stdout else print_message)(message.removesuffix("\n"))

    def _flags(self) -> list[str]:
        return [flag for action in self._actions for flag in action.option_strings]

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            what = "command" if isinstance(action, argparse._SubParsersAction) else "choice"
            words = [str(choice) for choice in action.choices]
            hint = did_you_mean(str(value), words) or f" There are: {', '.join(words)}."
            raise argparse.ArgumentError(action if what == "choice" else None, f"there is no {what} {value}.{hint}")


class Later:
    """The parser of one command, made and given its arguments once it is asked for anything."""

    declare: Callable[[Parser], None]

    def __init__(self, **more: Any) -> None:
        self._more = more

    @cached_property
    def parser(self) -> Parser:
        """The parser itself."""
        made = Parser(**self._more)
        self.declare(made)
        return made

    def __getattr__(self, name: str) -> Any:
        return getattr(self.parser, name)
