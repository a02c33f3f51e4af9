"""A path in a command that is shown is one word of it, whatever the path is."""

from __future__ import annotations

import os
import shlex
import subprocess

import pytest

from wizard.text.shell_path import path_word, shell_path


@pytest.mark.parametrize("path", ["storage.toml", "a b.toml", "$(id)`id`'.toml", "/srv/-x", "é.toml"])
def test_a_shell_reads_the_path(path: str) -> None:
    assert shlex.split(shell_path(path)) == [path]


@pytest.mark.parametrize("path", ["-c.toml", "--into=x", "-"])
def test_a_path_that_looks_like_a_flag_gets_its_folder(path: str) -> None:
    assert path_word(path) == f"./{path}"
    assert shlex.split(shell_path(path)) == [f"./{path}"]


@pytest.mark.parametrize("path", ["a\x1b[31m\nb\u202e", "it's\t\\n \x01", "n\udcfe.toml", "\u200b", "-\r"])
def test_a_path_that_is_not_safe_to_print_is_written_in_escapes(path: str) -> None:
    word = shell_path(path)
    assert word.isascii()
    assert word.isprintable()
    run = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True)
    assert run.stdout == os.fsencode(path_word(path))
