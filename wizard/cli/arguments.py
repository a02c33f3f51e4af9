"""The command line: the global flags, and the commands with their help and examples."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NamedTuple

from wizard.cli.parser import LazyParser, Parser, config_path
from wizard.cli.version import program_version
from wizard.config import DEFAULT_FILE
from wizard.console.ui_mode import SELECTION_RULES, UiMode

_EXAMPLES = (
    "storage-wizard --demo",
    "storage-wizard -c /etc/registry/storage.toml",
    "storage-wizard import /etc/docker/registry/config.yml && storage-wizard check",
)
_UI_MODES = {
    UiMode.PLAIN: "line prompts, for a screen reader, a serial line or an expect script",
    UiMode.ASCII: "full-screen UI in ASCII; Ctrl+T switches at any time",
    UiMode.RICH: "full-screen UI with Unicode symbols",
}
_EXIT_STATUS = (
    "exit status: 0 done and passed, 1 validation failed, 2 wrong usage, or a file\n"
    "that cannot be read or written, 128 + n ended by signal n (130 for Ctrl+C)"
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
        description="Configures S3 storage for a container registry, and tests it with the registry's own calls before "
        "it saves anything. Run it without a command to start the wizard.",
        epilog=f"{_examples(_EXAMPLES)}\n\n{_EXIT_STATUS}",
    )
    top.add_argument("--version", action="version", version=f"storage-wizard {program_version()}")
    top.add_argument(
        "-c",
        "--config",
        metavar="FILE",
        type=config_path,
        default=DEFAULT_FILE,
        help=f"settings file (default: {DEFAULT_FILE})",
    )
    top.add_argument("--demo", action="store_true", help="try it out with a built-in store")
    ui_modes = top.add_argument_group("display options", SELECTION_RULES).add_mutually_exclusive_group()
    for mode, text in _UI_MODES.items():
        ui_modes.add_argument(f"--{mode}", dest="ui_mode", action="store_const", const=mode, help=text)
    background = top.add_mutually_exclusive_group()
    background.add_argument("--light", action="store_true", default=None, help="colours for a light background")
    background.add_argument("--dark", dest="light", action="store_false", help="colours for a dark background")
    top.add_argument("--mouse", action="store_true", help="enable the mouse (disables text selection in the terminal)")
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
            "configure without the wizard, using flags",
            "Non-interactive setup: reads the settings from flags, validates them, and saves them if they pass. "
            "Secrets are never accepted as flags.",
            (
                "storage-wizard configure --provider aws --bucket images --region eu-west-1",
                "storage-wizard configure --provider minio --bucket images --accesskey me \\\n"
                "      --regionendpoint https://minio.example:9000 --secretkey-file - < secret",
            ),
        ),
        Command(
            "import",
            "import settings from an existing registry",
            "Reads the storage settings of a registry or of another program, and writes them to the settings file. "
            "Unsupported settings are reported. Without SOURCE, lists what can be imported on this machine.",
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
            "print the settings, with secrets hidden",
            "Prints the settings of a file as a table, with secrets hidden.",
            ("storage-wizard show", "storage-wizard show -c site.toml --json"),
        ),
    ),
    "the store": (
        Command(
            "check",
            "validate saved settings",
            "Validates the settings of each file against its store, with the calls that the registry makes.",
            (
                "storage-wizard check storage.toml",
                "storage-wizard check --json site-*.toml",
                "storage-wizard check --quiet --metrics registry.prom",
            ),
        ),
        Command(
            "policy",
            "print the IAM policy that the registry needs",
            "Prints the least-privilege IAM policy that lets the registry push, pull and delete images in the bucket.",
            (
                "storage-wizard policy --bucket images",
                "storage-wizard policy --documented -o TrustedRegistryUserPerms.json",
                "storage-wizard policy --put-user registry",
            ),
        ),
        Command(
            "providers",
            "list supported stores and their requirements",
            "Lists the supported stores with their endpoints. For one store, prints which settings it requires and "
            "what to know about it.",
            ("storage-wizard providers", "storage-wizard providers minio --json"),
        ),
    ),
    "the registry": (
        Command(
            "export",
            "write the settings in a registry's own format",
            "Writes the settings as the registry reads them, to stdout or to a file. Only you can read a new file. "
            "Anything the format can't express is reported on stderr.",
            (
                "storage-wizard export --to distribution-2 -o config.yml",
                "storage-wizard export --to distribution-2 \\\n      --into /etc/docker/registry/config.yml",
                "storage-wizard export --to env --redact",
            ),
        ),
        Command(
            "migrate",
            "print how to move the images to new storage",
            "Writes an rclone configuration with the storage of two settings files, and prints the commands that copy "
            "the images, prove the copy and switch the registry, in the order that the registry needs. Runs nothing.",
            (
                "storage-wizard migrate old.toml storage.toml",
                "storage-wizard migrate old.toml new.toml -o move.conf > move.txt",
            ),
        ),
        Command(
            "verify",
            "verify a running registry",
            "Pushes a tiny image to a running registry, pulls it, and deletes it. With a settings file, also looks for "
            "the image in its store: only then is it certain that the registry uses this storage. The password is "
            "never accepted as a flag.",
            (
                "storage-wizard verify https://registry.example",
                "storage-wizard verify https://registry.example -c /etc/registry/storage.toml \\\n"
                "      --username ci --password-file - < password",
            ),
        ),
    ),
    "the shell": (
        Command(
            "completion",
            "generate a shell completion script",
            "Prints a script with which the shell completes commands, flags, formats and files.",
            (
                "storage-wizard completion bash > /etc/bash_completion.d/storage-wizard",
                'storage-wizard completion zsh > "${fpath[1]}/_storage-wizard"',
                "storage-wizard completion fish \\\n      > ~/.config/fish/completions/storage-wizard.fish",
            ),
        ),
    ),
}
