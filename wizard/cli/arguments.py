"""The command line: the global flags, and the commands with their help and examples."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from wizard.cli.parser import LazyParser, Parser
from wizard.cli.version import program_version
from wizard.config import DEFAULT_FILE
from wizard.console.ui_mode import SELECTION_RULES, UiMode

_EXAMPLES = (
    "storage-wizard --demo",
    "storage-wizard -c /etc/registry/storage.toml",
    "storage-wizard import /etc/docker/registry/config.yml && storage-wizard check",
)
_UI_MODES = {
    UiMode.PLAIN: "line prompts: for a screen reader, a serial line, a script",
    UiMode.ASCII: "screens in ASCII; Ctrl+T does the same at any time",
    UiMode.RICH: "screens with all glyphs",
}
_EXIT_STATUS = (
    "exit status: 0 done and passed, 1 validation failed, 2 usage or unreadable\n"
    "file, 128 + n ended by signal n (130 for Ctrl+C)"
)


def parser() -> Parser:
    """The complete command line, with the flags of all commands."""
    top = quick_parser()
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, lazy_parser in action.choices.items():
                action._name_parser_map[name] = lazy_parser.parser
    return top


def quick_parser() -> Parser:
    """The same command line. The flags of a command are declared when that command is parsed."""
    top = Parser(
        prog="storage-wizard",
        description="Tells a container registry which S3 storage keeps its images, and proves that the storage works "
        "before it saves a thing. Without a command it is a wizard on the screen.",
        epilog=f"{_examples(_EXAMPLES)}\n\n{_EXIT_STATUS}",
    )
    top.add_argument("--version", action="version", version=f"storage-wizard {program_version()}")
    top.add_argument(
        "-c", "--config", metavar="FILE", type=Path, default=DEFAULT_FILE, help=f"the file (default: {DEFAULT_FILE})"
    )
    top.add_argument("--demo", action="store_true", help="try it out with a built-in store")
    ui_modes = top.add_argument_group("faces", SELECTION_RULES).add_mutually_exclusive_group()
    for mode, text in _UI_MODES.items():
        ui_modes.add_argument(f"--{mode}", dest="ui_mode", action="store_const", const=mode, help=text)
    background = top.add_mutually_exclusive_group()
    background.add_argument("--light", action="store_true", default=None, help="dark on light")
    background.add_argument("--dark", dest="light", action="store_false", help="light on dark")
    top.add_argument("--mouse", action="store_true", help="let the mouse work; the terminal then selects no text")
    parser_class: Any = LazyParser  # not an ArgumentParser, but it has all attributes of one
    commands = top.add_subparsers(title="commands", metavar="COMMAND", dest="command", parser_class=parser_class)
    for heading, group in COMMANDS.items():
        for command in group:
            _add(commands, command, heading if command is group[0] else "")
    return top


class Command(NamedTuple):
    """A command: its name, its line in the list of commands, and its help page. Its flags are declared in `flags`."""

    name: str
    help: str
    description: str
    examples: tuple[str, ...]


def _add(commands: Any, command: Command, heading: str) -> None:
    added = commands.add_parser(
        command.name,
        help=command.help,
        description=command.description,
        epilog=_examples(command.examples),
    )
    added.declare = _declare
    vars(commands._choices_actions[-1])["heading"] = heading


def _declare(parser: Parser) -> None:
    from wizard.cli.flags import FLAGS  # imported here: it imports all settings and formats

    FLAGS[parser.prog.split()[-1]](parser)


def _examples(lines: Sequence[str]) -> str:
    return "\n  ".join(("examples:" if len(lines) > 1 else "example:", *lines))


COMMANDS: dict[str, tuple[Command, ...]] = {
    "settings": (
        Command(
            "configure",
            "set, validate and save the settings from flags",
            "Does what the wizard does, without a screen: takes the settings from flags, validates them, and saves "
            "them once that has passed. A secret never stands on the command line.",
            (
                "storage-wizard configure --provider aws --bucket images --region eu-west-1",
                "storage-wizard configure --provider minio --bucket images --accesskey me \\\n"
                "      --regionendpoint https://minio.example:9000 --secretkey-file - < secret",
            ),
        ),
        Command(
            "import",
            "take over the settings that a registry has already",
            "Reads the storage settings of a registry, or of another program, and writes them to the file. What "
            "cannot be taken over is said. Without SOURCE, it lists what is on this machine to import.",
            (
                "storage-wizard import",
                "storage-wizard import /etc/docker/registry/config.yml",
                "storage-wizard import --from aws default --bucket images",
                "storage-wizard import --from rclone minio:images",
                "storage-wizard import --from mc minio/images",
            ),
        ),
        Command(
            "show",
            "print the settings, secrets hidden",
            "Prints the settings of a file as a table, secrets hidden.",
            ("storage-wizard show", "storage-wizard show -c site.toml --json"),
        ),
    ),
    "the store": (
        Command(
            "check",
            "validate files that were saved, without a screen",
            "Tries each file's settings against its store, as the registry will use them.",
            ("storage-wizard check storage.toml", "storage-wizard check --json site-*.toml"),
        ),
        Command(
            "policy",
            "print the IAM policy that the registry needs",
            "Prints the least IAM policy with which the registry can push, pull and delete images in the bucket.",
            (
                "storage-wizard policy --bucket images",
                "storage-wizard policy --documented -o TrustedRegistryUserPerms.json",
                "storage-wizard policy --put-user registry",
            ),
        ),
        Command(
            "providers",
            "list the stores that are known, and what each demands",
            "Lists the stores that are known, with their endpoints; for one of them, what it demands of the settings "
            "and what the admin of a registry must know.",
            ("storage-wizard providers", "storage-wizard providers minio --json"),
        ),
    ),
    "the registry": (
        Command(
            "export",
            "write the settings in a registry's own format",
            "Writes the settings as the registry reads them, to stdout or to a file that only you can read. What the "
            "format cannot carry is said on stderr.",
            (
                "storage-wizard export --to distribution-2 -o config.yml",
                "storage-wizard export --to distribution-2 \\\n      --into /etc/docker/registry/config.yml",
                "storage-wizard export --to env --redact",
            ),
        ),
    ),
    "the shell": (
        Command(
            "completion",
            "print what the shell needs to complete commands and flags",
            "Prints a script that makes the shell complete commands, flags, formats and files.",
            (
                "storage-wizard completion bash > /etc/bash_completion.d/storage-wizard",
                'storage-wizard completion zsh > "${fpath[1]}/_storage-wizard"',
                "storage-wizard completion fish \\\n      > ~/.config/fish/completions/storage-wizard.fish",
            ),
        ),
    ),
}
