"""A terminal that accepts no output: XOFF, a silent serial console, a connection that hangs."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.processes import load_factor
from tests.support.samples import sampled
from tests.support.terminals import Terminal, terminal
from wizard.console.signals import GRACE
from wizard.session import draft

SECONDS = 2.0  # in which every way to end the program has ended it


def do_not_read(screen: Terminal) -> None:
    """Fill the buffers of the terminal: nobody reads it."""
    screen.press(b"\x0c" * 1000)


def stop_output(screen: Terminal) -> None:
    screen.stop_output()


def press_ctrl_c_twice(screen: Terminal) -> None:
    screen.press(b"\x03")
    screen.press(b"\x03")


def type_bucket(screen: Terminal) -> None:
    screen.wait_for("Amazon S3")
    screen.press(b"\r")
    screen.wait_for("Choose the bucket for your images")
    screen.type("images")
    screen.read_until_quiet()


STUCK = pytest.mark.parametrize("stuck", [stop_output, do_not_read])


@pytest.mark.sample
@STUCK
@pytest.mark.parametrize(
    ("end", "status"),
    sampled(
        [
            (lambda screen: screen.send_signal(signal.SIGTERM), 128 + signal.SIGTERM),
            (lambda screen: screen.send_signal(signal.SIGHUP), 128 + signal.SIGHUP),
            (press_ctrl_c_twice, 0),
        ],
        2,
    ),
    ids=["SIGTERM", "SIGHUP", "Ctrl+C twice"],
)
def test_the_program_ends_in_time_and_keeps_a_draft(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stuck: Callable[[Terminal], None],
    end: Callable[[Terminal], None],
    status: int,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with terminal(tmp_path, "-m", "wizard") as screen:
        type_bucket(screen)
        stuck(screen)
        for _ in range(100):  # the screen is painted after each
            screen.press(b"\x0c")
        screen.wait_until_keys_are_read()
        started = time.monotonic()
        end(screen)
        assert screen.process.wait(30) == status
        assert time.monotonic() - started < SECONDS * load_factor()
        assert screen.has_initial_modes()
    found = draft.find(tmp_path / "storage.toml")
    assert found is not None
    assert found.settings.bucket == "images"
    assert not any(path.name.startswith("crash") for path in (tmp_path / "state").rglob("*"))


@pytest.mark.ci_only
def test_the_program_ends_when_a_stuck_terminal_disconnects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with terminal(tmp_path, "-m", "wizard") as screen:
        type_bucket(screen)
        screen.stop_output()
        for _ in range(100):
            screen.press(b"\x0c")
        screen.wait_until_keys_are_read()
        assert screen.hang_up() == 128 + signal.SIGHUP
    found = draft.find(tmp_path / "storage.toml")
    assert found is not None
    assert found.settings.bucket == "images"


@pytest.mark.ci_only
def test_the_screen_is_complete_once_the_terminal_accepts_output_again(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        type_bucket(screen)
        screen.stop_output()
        for _ in range(100):
            screen.press(b"\x0c")
        screen.press(b"-and-more")
        screen.wait_until_keys_are_read()
        screen.start_output()
        screen.mark()
        screen.wait_for("and-more")
        screen.read_until_quiet()
        assert len(screen.stream) < 600_000
        screen.press(b"\x03\x03")
        assert screen.wait_for_exit() == 0
        assert screen.is_restored()


def test_a_terminal_that_was_left_non_blocking_works_and_is_non_blocking_afterwards(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", is_blocking=False) as screen:
        screen.wait_for("Amazon S3")
        assert screen.is_blocking()
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        assert screen.is_restored()
        assert not screen.is_blocking()


@pytest.mark.parametrize(
    ("end", "status"),
    sampled(
        [
            (lambda screen: screen.send_signal(signal.SIGTERM), 128 + signal.SIGTERM),
            (lambda screen: screen.press(b"\x03"), 128 + signal.SIGINT),
        ],
        2,
    ),
    ids=["SIGTERM", "Ctrl+C"],
)
def test_the_line_prompts_end_in_time_and_keep_a_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: Callable[[Terminal], None], status: int
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with terminal(tmp_path, "-m", "wizard", "--plain") as screen:
        for prompt, text in (("Registry [", b"\r"), ("Storage [", b"\r"), ("Bucket []: ", b"images\r")):
            screen.wait_for(prompt)
            screen.press(text)
        screen.wait_for("Region [")
        screen.stop_output()
        started = time.monotonic()
        end(screen)
        assert screen.process.wait(30) == status
        assert time.monotonic() - started < (GRACE + 1.5) * load_factor()
    found = draft.find(tmp_path / "storage.toml")
    assert found is not None
    assert found.settings.bucket == "images"


def test_the_line_prompts_make_the_terminal_blocking_and_restore_it(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", "--plain", is_blocking=False) as screen:
        screen.wait_for("Registry [dtr]: ")
        assert screen.is_blocking()
        screen.press(b"harbor\r")
        screen.wait_for("Storage [aws]: ")
        screen.press(b"\x04")
        screen.wait_for_exit()
        assert not screen.is_blocking()


def test_a_hidden_prompt_waits_where_another_program_left_the_terminal_non_blocking(tmp_path: Path) -> None:
    arguments = ("configure", "--bucket", "images", "--accesskey", "AKIAIOSFODNN7EXAMPLE", "--secretkey-file", "-")
    with terminal(tmp_path, "-m", "wizard", *arguments, "--no-validate", is_blocking=False) as screen:
        screen.wait_for("Secret key (not shown): ")
        screen.press(b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\r")
        assert screen.wait_for_exit() == 0
        assert not screen.is_blocking()
