"""The command line has help for every command, with examples."""

from __future__ import annotations

import re

import pytest

from wizard.catalog.providers import providers
from wizard.catalog.registries import ACLS, REGISTRIES
from wizard.cli import arguments
from wizard.cli.flags import FLAGS
from wizard.cli.parser import Parser

ALL_COMMANDS = [command.name for group in arguments.COMMANDS.values() for command in group]


def command_parsers() -> dict[str, Parser]:
    (commands,) = (action for action in arguments.parser()._actions if action.dest == "command")
    assert isinstance(commands.choices, dict)
    return commands.choices


def test_every_command_has_flags_and_help() -> None:
    assert set(command_parsers()) == set(ALL_COMMANDS) == set(FLAGS)


def test_the_help_lists_the_commands_in_groups() -> None:
    text = arguments.parser().format_help()
    positions = [text.index(f"\n  {heading}\n") for heading in arguments.COMMANDS]
    assert positions == sorted(positions)
    for command in ALL_COMMANDS:
        assert re.search(rf"^    {command} +\w", text, re.MULTILINE)


@pytest.mark.parametrize("command", ["", *ALL_COMMANDS])
def test_a_help_page_has_examples_and_fits_in_80_columns(command: str) -> None:
    parser = command_parsers()[command] if command else arguments.parser()
    text = parser.format_help()
    assert "example" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("command", ALL_COMMANDS)
def test_the_example_of_a_command_is_valid(command: str) -> None:
    (page,) = (page for group in arguments.COMMANDS.values() for page in group if page.name == command)
    for example in page.examples:
        words = re.sub(r" [<>&].*|\\\n", "", example, flags=re.DOTALL if "\\\n" not in example else 0).split()
        assert words[:2] == ["storage-wizard", command]
        assert arguments.parser().parse_args(words[1:]).command == command


def test_flags_of_a_command_are_declared_only_when_it_is_parsed() -> None:
    (commands,) = (action for action in arguments.quick_parser()._actions if action.dest == "command")
    assert isinstance(commands.choices, dict)
    assert all("parser" not in vars(lazy_parser) for lazy_parser in commands.choices.values())


def test_the_file_can_be_named_before_and_after_the_command() -> None:
    for words in (("-c", "a.toml", "show"), ("show", "-c", "a.toml")):
        assert str(arguments.quick_parser().parse_args(words).config) == "a.toml"


def test_the_help_of_configure_lists_the_values_of_each_choice() -> None:
    words = set(re.findall(r"[\w-]+", command_parsers()["configure"].format_help()))
    offered = [registry for registry in REGISTRIES.values() if registry.is_offered]
    classes = {word for registry in offered for word in registry.storage_classes}
    assert {*REGISTRIES, *providers(), *classes, *ACLS} <= words


def test_the_help_of_configure_says_of_which_registry_only_the_configuration_is_known() -> None:
    assert "quay: Quay (only its configuration is known)" in command_parsers()["configure"].format_help()


def test_the_help_of_configure_names_the_default_registry() -> None:
    assert "values of --registry (default: dtr)" in command_parsers()["configure"].format_help()
