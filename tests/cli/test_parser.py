"""The parser suggests a correction for a typing error."""

from __future__ import annotations

import argparse

import pytest

from wizard.cli import arguments
from wizard.cli.parser import LazyParser


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("chek",), 'unknown command "chek". Did you mean "check"?'),
        (("check", "--jsn"), 'unknown option: --jsn. Did you mean "--json"?'),
        (("export", "--to", "harbour"), '--to: unknown format "harbour". Did you mean "harbor"?'),
        (("completion", "tcsh"), 'unknown shell "tcsh". Available: bash, zsh, fish.'),
        (("completion",), "SHELL is missing."),
        (("migrate",), "migrate: OLD and NEW are missing."),
        (("migrate", "old.toml"), "migrate: NEW is missing."),
        (
            ("check", "s3://images"),
            "FILE: a settings file is needed, not a URL. Run: storage-wizard check storage.toml ",
        ),
        (("check", "http://a.example"), "or: storage-wizard verify https://registry.example (to verify a running "),
        (("show", "-c", "http://a.example"), "a settings file is needed, not a URL. Use: -c storage.toml"),
        (("-c", "http://a.example"), "-c/--config: a settings file is needed, not a URL. Use: -c storage.toml"),
        (("migrate", "s3://a", "s3://b"), "not a URL. Run: storage-wizard migrate old.toml new.toml"),
        (("show", "http://a.example"), "To choose a settings file, use -c FILE."),
        (("show", "site.toml"), "unexpected argument: site.toml. To choose a settings file, use -c site.toml."),
        (
            ("configure", "images"),
            "each value needs its flag, such as --bucket NAME, and quotes if it has spaces.",
        ),
        (("import", "a", "b"), "too many arguments: only one SOURCE is accepted."),
        (("check", "--timeout", "-1"), "check: --timeout: enter a number of seconds above 0, such as 30"),
        (("configure", "--secretkey-file"), "--secretkey-file requires a value: --secretkey-file PATH."),
        (("export", "-o", "a", "--into", "b"), "--into cannot be combined with -o/--output."),
        (("configure", "--v4auth", "false"), "unexpected value false for a switch. Use --NAME or --no-NAME."),
        (("configure", "--secure=No"), "--secure takes no value. Use --secure or --no-secure."),
        (("configure", "--v4auth=maybe"), "--v4auth takes no value. Use --v4auth or --no-v4auth."),
    ],
)
def test_a_typing_error_is_a_usage_error_with_a_suggestion(
    words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as error:
        arguments.parser().parse_args(words)
    assert error.value.code == 2
    output = capsys.readouterr()
    assert message in output.err
    assert output.out == ""


def test_an_error_does_not_repeat_the_value_of_an_unknown_flag(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments.parser().parse_args(["configure", "--secretkey=canary"])
    assert "canary" not in capsys.readouterr().err


def test_help_is_printed_as_data(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        arguments.quick_parser().parse_args(["check", "--help"])
    assert end.value.code == 0
    output = capsys.readouterr()
    assert output.out.startswith("usage: storage-wizard check")
    assert output.err == ""


def test_flags_cannot_be_abbreviated(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments.quick_parser().parse_args(["check", "--off"])
    assert "unknown option: --off." in capsys.readouterr().err


def test_a_parser_is_created_on_its_first_use_also_where_argparse_checks_its_help() -> None:
    """Python 3.14 does that when a command is added, and says whether its help has colours."""
    parser = LazyParser(prog="check", color=True)
    parser._check_help(argparse.Action([], "check"))
    assert "parser" not in vars(parser)
    parser.declare = lambda _: None
    assert parser.format_help().startswith("usage: check")
