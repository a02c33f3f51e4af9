"""Commands that are broken into lines run as they did on one line."""

from __future__ import annotations

import shlex

import pytest

from wizard.text.command_lines import command_lines

_COMMAND = "storage-wizard configure -c 'my file.toml' --bucket images --regionendpoint https://minio.example:9000"


def _joined(text: str) -> str:
    """The text as a shell reads it, which joins lines after a backslash; shlex does not."""
    return text.replace("\\\n", "")


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
@pytest.mark.parametrize(
    "command",
    [_COMMAND, "echo \"a  b\" 'c  d'\\ e | cat", "first 'a b' \\\n  second and some more words to break", "x"],
)
def test_the_lines_are_the_same_command(command: str, width: int) -> None:
    lines = list(command_lines(command, width))
    assert shlex.split(_joined("\n".join(lines))) == shlex.split(_joined(command))


@pytest.mark.parametrize("width", [40, 60, 80])
def test_every_line_fits_and_all_but_the_last_continue(width: int) -> None:
    *lines, last = command_lines(_COMMAND, width)
    assert all(len(line) <= width for line in (*lines, last))
    assert all(line.endswith(" \\") for line in lines)
    assert not last.endswith("\\")


def test_a_flag_stays_with_its_value() -> None:
    lines = list(command_lines("storage-wizard export --no-secure --to dtr -o dtr-storage.json", 40))
    assert lines == ["storage-wizard export --no-secure \\", "    --to dtr -o dtr-storage.json"]


def test_what_fits_stays_on_its_line() -> None:
    assert list(command_lines(_COMMAND, len(_COMMAND))) == [_COMMAND]


def test_a_word_that_is_longer_has_a_line_of_its_own() -> None:
    assert list(command_lines("cat /a/long/path x", 10)) == ["cat \\", "    /a/long/path \\", "    x"]


def test_a_quote_that_is_not_closed_loses_nothing() -> None:
    assert " ".join(line.strip().removesuffix(" \\") for line in command_lines("echo 'a b c d e f g", 10)) == (
        "echo 'a b c d e f g"
    )
