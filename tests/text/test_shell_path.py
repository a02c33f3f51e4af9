"""A path in a command that is shown is one word of it, whatever the path is."""

from __future__ import annotations

import shlex

import pytest

from wizard.text.shell_path import path_word, shell_path


@pytest.mark.parametrize("path", ["storage.toml", "a b.toml", "$(id)`id`'.toml", "/srv/-x", "é.toml"])
def test_a_shell_reads_the_path(path: str) -> None:
    assert shlex.split(shell_path(path)) == [path]


@pytest.mark.parametrize("path", ["-c.toml", "--into=x", "-"])
def test_a_path_that_looks_like_a_flag_gets_its_folder(path: str) -> None:
    assert path_word(path) == f"./{path}"
    assert shlex.split(shell_path(path)) == [f"./{path}"]


def test_characters_that_control_a_terminal_are_replaced() -> None:
    assert shell_path("a\x1b[31m\nb\u202e") == "'a�[31m�b�'"
