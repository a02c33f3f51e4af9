"""An argument parser that suggests corrections for typing errors, and groups the commands in its help."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from wizard.config import DEFAULT_FILE
from wizard.console.stdio import print_data, print_message
from wizard.text.sanitize import sanitize
from wizard.text.suggest import did_you_mean

_SWITCH_VALUES = ("true", "false", "on", "off", "yes", "no")
_CREDENTIALS = r'(?<=")[^"]*:[^"]*@|[^\s"\'/]*:[^\s"\']*@'  # before the host of an address
_VALUE = r"unrecognized arguments: (?P<value>\S+)|argument (?P<flag>--\S+)/--no-\S+: ignored explicit argument"
_UNKNOWN = r"unrecognized arguments: (\S+)"
# What argparse says, and the same in our words.
_WORDS = (
    (r"argument (\S+): not allowed with argument (\S+)", r"\1 cannot be combined with \2."),
    (r"the following arguments are required: ([^,]+)\Z", r"\1 is missing."),
    (r"the following arguments are required: (.+), (.+)", r"\1 and \2 are missing."),
    (r"argument (\S+): ", r"\1: "),
)


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Help for 80 columns. An action with a `heading` begins a group."""

    def __init__(self, prog: str, **more: Any) -> None:
        super().__init__(prog, **({"max_help_position": 26, "width": 78} | more))

    def _format_action(self, action: argparse.Action) -> str:
        heading = getattr(action, "heading", "")
        return (f"\n  {heading}\n" if heading else "") + super()._format_action(action)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Wraps each line of a description, and indents what it wraps. Examples stay as they are."""
        if text.startswith("example"):
            return super()._fill_text(text, width, indent)
        import textwrap  # imported here: only needed for help

        lines = text.split("\n")
        inner = indent + ("  " if len(lines) > 1 else "")
        return "\n".join(
            textwrap.fill(line, width, initial_indent=indent, subsequent_indent=inner, break_on_hyphens=False)
            for line in lines
        )

    def _split_lines(self, text: str, width: int) -> list[str]:
        import textwrap

        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)


class Parser(argparse.ArgumentParser):
    """Reports an error in a sentence, with the flag, command or choice that is spelled most similarly."""

    def __init__(self, **more: Any) -> None:
        more.pop("color", None)  # of Python 3.14
        super().__init__(formatter_class=HelpFormatter, allow_abbrev=False, **more)
        self.color = False  # help has no colours, as before 3.14

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As in argparse, but a command refuses unknown arguments itself, so that it suggests its own flags."""
        known, unknown = super().parse_known_args(args, namespace)
        if unknown and not self._subparsers:
            self.error(f"unrecognized arguments: {unknown[0]}")
        return known, unknown

    def error(self, message: str) -> NoReturn:
        """Prints what is wrong and how to get help; exits with status 2."""
        if (match := re.match(_UNKNOWN, message)) and match[1].lower() not in _SWITCH_VALUES:
            message = self._unknown(match[1])
        elif match := re.search(_VALUE, message):
            message = self._with_value(match)
        elif match := re.match(r"argument (\S+): expected one argument", message):
            message = self._without_value(match[1])
        for pattern, words in _WORDS:
            message = re.sub(rf"\A{pattern}", words, message)
        message = re.sub(_CREDENTIALS, "(hidden)@", message)
        self.exit(2, f"{self.prog}: {sanitize(message, 400)}\nTry: {self.prog} --help\n")

    def _print_message(self, message: str, file: Any = None) -> None:
        """Prints help and the version as data, and errors as messages."""
        if message:
            (print_data if file is sys.stdout else print_message)(message.removesuffix("\n"))

    def _unknown(self, argument: str) -> str:
        """The sentence on a flag that does not exist, or on an argument too many."""
        if argument.startswith("-"):
            word = argument.partition("=")[0]  # the value may be a secret
            return f"unknown option: {sanitize(word, 60)}.{did_you_mean(word, self._flags())}"
        positional = next((str(action.metavar) for action in self._actions if not action.option_strings), "")
        if positional:
            return f"too many arguments: only one {positional} is accepted."
        if "--bucket" in self._flags():  # it may be a secret
            return "too many arguments: each value needs its flag, such as --bucket NAME, and quotes if it has spaces."
        given = sanitize(argument, 60)
        file = "FILE" if "://" in argument else given
        return f"unexpected argument: {given}. To choose a settings file, use -c {file}."

    def _with_value(self, match: re.Match[str]) -> str:
        """The sentence on a switch with a value; argparse names the switch if the value follows an equals sign."""
        if flag := match["flag"]:
            return f"{flag} takes no value. Use {flag} or --no-{flag.removeprefix('--')}."
        return f"unexpected value {sanitize(match['value'], 60)} for a switch. Use --NAME or --no-NAME."

    def _without_value(self, flags: str) -> str:
        """The sentence on a flag without its value; `flags` is how argparse names it, such as `-o/--output`."""
        flag = flags.rpartition("/")[2]
        action = next(action for action in self._actions if flag in action.option_strings)
        return f"{flag} requires a value: {flag} {action.metavar}."

    def _flags(self) -> list[str]:
        return [flag for action in self._actions for flag in action.option_strings]

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            is_command = isinstance(action, argparse._SubParsersAction)
            problem = "unknown command" if is_command else f"unknown {str(action.metavar).lower()}"
            choices = [str(choice) for choice in action.choices]
            hint = did_you_mean(str(value), choices) or f" Available: {', '.join(choices)}."
            raise argparse.ArgumentError(None if is_command else action, f'{problem} "{value}".{hint}')


class LazyParser:
    """The parser of one command. It is created on first use, and `declare` then adds the flags."""

    declare: Callable[[Parser], None]

    def __init__(self, **more: Any) -> None:
        self._more = more

    @cached_property
    def parser(self) -> Parser:
        """The parser itself."""
        parser = Parser(**self._more)
        self.declare(parser)
        return parser

    def _check_help(self, action: argparse.Action) -> None:
        """Python 3.14 calls this when a command is added; the parser itself is not needed for it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.parser, name)


def settings_path(use: str, text: str) -> Path:
    """The path of a settings file. Raises `ArgumentTypeError` for a URL; `use` is what to enter instead."""
    if "://" in text:
        raise argparse.ArgumentTypeError(f"a settings file is needed, not a URL. {use}")
    return Path(text)


def config_path(text: str) -> Path:
    """The path that `-c` takes. Raises as `settings_path`."""
    return settings_path(f"Use: -c {DEFAULT_FILE}", text)
