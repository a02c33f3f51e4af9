"""A limit of the machine is named with what to do about it, and is no crash of the program."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from wizard.cli.machine_limits import reached_limit


def raised_for(error: BaseException) -> BaseException:
    """An error that was raised because of `error`."""
    wrapper = ValueError()
    wrapper.__cause__ = error
    return wrapper


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), "ulimit -n"),
        (OSError(errno.ENFILE, os.strerror(errno.ENFILE)), "ulimit -n"),
        (OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)), "memory"),
        (MemoryError(), "memory"),
        (RuntimeError("can't start new thread"), "ulimit -u"),
    ],
    ids=repr,
)
def test_a_limit_is_named_also_where_another_error_was_raised_for_it(error: BaseException, words: str) -> None:
    assert words in reached_limit(error)
    assert words in reached_limit(raised_for(error))


@pytest.mark.parametrize("error", [RuntimeError("x"), OSError(errno.EIO, ""), OSError("x"), ValueError()], ids=repr)
def test_another_error_is_none_of_a_limit(error: BaseException) -> None:
    assert reached_limit(error) == ""


def test_an_error_that_is_its_own_context_is_looked_at_once() -> None:
    error, other = ValueError(), KeyError()
    error.__context__, other.__context__ = other, error
    assert reached_limit(error) == ""


def test_a_command_without_free_descriptors_says_what_to_raise() -> None:
    program = "import os, resource; resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4)); " + (
        "import sys; from wizard.cli import main; from wizard.cli.commands import show; os.dup(2); "
        "sys.exit(main.main(['show', 'storage.toml']))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("\n") == 1
    assert "ulimit -n" in ended.stderr
