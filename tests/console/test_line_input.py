"""A prompt reads a line, hides a secret, and survives Ctrl+Z."""

from __future__ import annotations

import io
import os
import pty
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command_line import environment
from tests.support.processes import wait_for
from tests.support.terminals import Terminal, terminal
from wizard.console.echoed_line import EchoedLine
from wizard.console.job_control import CANNOT_SUSPEND
from wizard.console.line_input import prompt_line

PROGRAM = """
import sys
from wizard.console import line_input
print("read:", getattr(line_input, sys.argv[1])("prompt> ")[::-1])
"""
# The signal of Ctrl+Z, and then the read, without a step of Python in between.
LATE_CTRL_Z = """
import ctypes, functools, operator, signal, sys

class Input:
    def __getattr__(self, name):
        return getattr(sys.__stdin__, name)

    def readline(self):
        press = functools.partial(ctypes.CDLL(None)["raise"], signal.SIGTSTP)
        return list(map(operator.call, [press, sys.__stdin__.readline]))[1]

sys.stdin = Input()
"""
PROMPTS = ("prompt_line", "prompt_single_line", "prompt_hidden")


@contextmanager
def prompt(function: str, folder: Path, *, job_control: bool) -> Iterator[Terminal]:
    """A program that prompts for a line and prints it reversed; the prompt is shown."""
    (folder / "program.py").write_text(PROGRAM, encoding="utf-8")
    with terminal(folder, "program.py", function, job_control=job_control) as screen:
        screen.wait_for("prompt> ")
        yield screen


@pytest.mark.parametrize("function", PROMPTS)
def test_a_line_is_read_without_its_end(function: str, tmp_path: Path) -> None:
    with prompt(function, tmp_path, job_control=False) as screen:
        screen.press(b"canary\r")
        assert screen.wait_for_exit() == 0
        assert b"read: yranac\r\n" in screen.stream
        assert (b"canary" in screen.stream) is (function != "prompt_hidden")


@pytest.mark.parametrize("function", PROMPTS)
def test_an_interrupt_ends_the_line(function: str, tmp_path: Path) -> None:
    with prompt(function, tmp_path, job_control=False) as screen:
        screen.press(b"\x03")
        assert screen.wait_for_exit() == -signal.SIGINT
        shown = b"^C" if function == "prompt_line" else b""
        assert b"prompt> %s\r\nTraceback" % shown in screen.stream


@pytest.mark.parametrize("function", PROMPTS)
def test_the_rest_of_a_paste_does_not_reach_the_shell_after_a_signal(function: str, tmp_path: Path) -> None:
    with prompt(function, tmp_path, job_control=False) as screen:
        screen.process.send_signal(signal.SIGSTOP)  # so that the paste is complete when the signal comes
        screen.press(b"canary-one\rcanary-two\rcanary-three")
        screen.process.send_signal(signal.SIGINT)
        screen.process.send_signal(signal.SIGCONT)
        assert screen.wait_for_exit() == -signal.SIGINT
        assert screen.has_initial_modes()
        assert screen.waiting_input() == 0


RESTS = [b"canary-two\r", b"canary-two", b"\r", b"canary-two\r\ncanary-three\r\n", b"canary-two\r" * 300]


@pytest.mark.parametrize("rest", RESTS)
def test_what_follows_a_single_line_is_discarded_and_never_shown(rest: bytes, tmp_path: Path) -> None:
    with prompt("prompt_single_line", tmp_path, job_control=False) as screen:
        screen.press(b"first\r" + rest)
        assert screen.wait_for_exit() == 1
        assert b"SeveralLinesError" in screen.stream
        assert b"prompt> first\r\n" in screen.stream
        assert b"canary" not in screen.stream
        assert screen.has_initial_modes()


def test_a_character_is_erased_on_the_terminal(tmp_path: Path) -> None:
    with prompt("prompt_single_line", tmp_path, job_control=False) as screen:
        screen.press(b"ab\x7fc\r")
        assert screen.wait_for_exit() == 0
        assert b"prompt> ab\b \bc\r\nread: ca\r\n" in screen.stream


@pytest.mark.parametrize(
    ("typed", "text", "shown"),
    [
        ("ab\x7fc", "ac", "ab\b \bc"),
        ("ab\x08c", "ac", "ab\b \bc"),
        ("\x7fa", "a", "a"),
        ("ab\x15c", "c", "ab\b \b\b \bc"),
        ("ab cd \x17e", "ab e", "ab cd " + "\b \b" * 3 + "e"),
        ("a\u4e2d\x7fb", "ab", "a\u4e2d\b \b\b \bb"),
        ("\x1b[Aa", "\x1b[Aa", "[Aa"),
        ("a\x04b", "ab", "ab"),
    ],
)
def test_a_line_is_shown_and_edited_as_a_terminal_does_it(typed: str, text: str, shown: str) -> None:
    output: list[str] = []
    master, slave = pty.openpty()
    line = EchoedLine(output.append, termios.tcgetattr(slave), "utf-8")
    os.close(master)
    os.close(slave)
    assert not any(line.accept(bytes([byte])) for byte in typed.encode())
    assert (line.text, "".join(output)) == (text, shown)
    assert line.accept(b"\n")


def test_the_end_of_input_on_an_empty_line_ends_it() -> None:
    master, slave = pty.openpty()
    line = EchoedLine(lambda _: None, termios.tcgetattr(slave), "utf-8")
    os.close(master)
    os.close(slave)
    with pytest.raises(EOFError):
        line.accept(b"\x04")


@pytest.mark.parametrize("rest", RESTS)
def test_what_follows_the_line_at_a_hidden_prompt_is_discarded_and_never_shown(rest: bytes, tmp_path: Path) -> None:
    with prompt("prompt_hidden", tmp_path, job_control=False) as screen:
        screen.press(b"canary-one\r" + rest)
        assert screen.wait_for_exit() == 1
        assert b"SeveralLinesError" in screen.stream
        assert b"canary" not in screen.stream
        assert b"yranac" not in screen.stream
        assert screen.has_initial_modes()
        assert screen.waiting_input() == 0


@pytest.mark.parametrize("function", PROMPTS)
def test_ctrl_z_in_a_job_suspends_it_and_fg_shows_the_prompt_again(function: str, tmp_path: Path) -> None:
    with prompt(function, tmp_path, job_control=True) as screen:
        screen.press(b"\x1a")
        screen.wait_until_stopped()
        screen.resume()
        screen.wait_for("prompt> ")
        screen.press(b"canary\r")
        screen.wait_for("read: yranac")
        assert (b"canary" in screen.stream) is (function != "prompt_hidden")


@pytest.mark.parametrize("function", PROMPTS)
def test_ctrl_z_without_a_shell_shows_a_notice_and_continues(function: str, tmp_path: Path) -> None:
    with prompt(function, tmp_path, job_control=False) as screen:
        screen.press(b"\x1a")
        screen.wait_for(CANNOT_SUSPEND)
        screen.wait_for("prompt> ")
        screen.press(b"canary\r")
        screen.wait_for("read: yranac")
        assert (b"canary" in screen.stream) is (function != "prompt_hidden")


@pytest.mark.parametrize("function", ["prompt_line", "prompt_hidden"])
def test_ctrl_z_just_before_the_prompt_waits_is_handled(function: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(LATE_CTRL_Z + PROGRAM, encoding="utf-8")
    with terminal(tmp_path, "program.py", function) as screen:
        screen.wait_for(CANNOT_SUSPEND)
        screen.press(b"canary\r")
        screen.wait_for("read: yranac")


@pytest.mark.parametrize("function", PROMPTS)
def test_ctrl_z_works_more_than_once(function: str, tmp_path: Path) -> None:
    with prompt(function, tmp_path, job_control=True) as screen:
        for _ in range(2):
            screen.press(b"\x1a")
            screen.wait_until_stopped()
            screen.resume()
            screen.wait_for("prompt> ")


@pytest.mark.parametrize("function", PROMPTS)
def test_ctrl_c_restores_the_terminal(function: str, tmp_path: Path) -> None:
    with prompt(function, tmp_path, job_control=False) as screen:
        screen.press(b"\x03")
        screen.wait_for_exit()
        assert screen.has_initial_modes()


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    "number",
    [
        *(signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM),
        *(signal.SIGXCPU, signal.SIGVTALRM, signal.SIGPROF, signal.SIGRTMAX),
    ],
)
def test_a_signal_at_a_hidden_prompt_restores_the_terminal(number: signal.Signals, tmp_path: Path) -> None:
    with prompt("prompt_hidden", tmp_path, job_control=False) as screen:
        assert not screen.has_initial_modes()
        screen.process.send_signal(number)
        status = screen.wait_for_exit()
        assert screen.has_initial_modes()
        assert number == signal.SIGINT or status == 128 + number  # Ctrl+C is an exception, and `main` makes it a status


def test_ctrl_backslash_at_a_hidden_prompt_restores_the_terminal_and_dumps_no_core(tmp_path: Path) -> None:
    with prompt("prompt_hidden", tmp_path, job_control=False) as screen:
        screen.press(b"\x1c")
        assert screen.wait_for_exit() == 128 + signal.SIGQUIT
        assert screen.has_initial_modes()


def test_two_signals_at_a_hidden_prompt_restore_the_terminal(tmp_path: Path) -> None:
    with prompt("prompt_hidden", tmp_path, job_control=False) as screen:
        screen.process.send_signal(signal.SIGHUP)
        screen.process.send_signal(signal.SIGTERM)
        screen.wait_for_exit()
        assert screen.has_initial_modes()


def test_a_signal_that_is_ignored_does_not_end_a_hidden_prompt(tmp_path: Path) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # inherited by the program, as below nohup
    try:
        with prompt("prompt_hidden", tmp_path, job_control=False) as screen:
            screen.process.send_signal(signal.SIGHUP)
            screen.press(b"canary\r")
            assert screen.wait_for_exit() == 0
            assert b"read: yranac" in screen.stream
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def test_an_error_at_a_hidden_prompt_restores_the_terminal(tmp_path: Path) -> None:
    with prompt("prompt_hidden", tmp_path, job_control=False) as screen:
        screen.press(b"\x04")  # the end of the input
        assert screen.wait_for_exit() == 1
        assert screen.has_initial_modes()


def test_echo_is_off_also_where_the_terminal_is_not_that_of_the_session(tmp_path: Path) -> None:
    controller, device = pty.openpty()
    try:
        (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
        with subprocess.Popen(
            [sys.executable, "program.py", "prompt_hidden"],
            cwd=tmp_path,
            env=environment({}),
            stdin=device,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            wait_for(lambda: True if not termios.tcgetattr(device)[3] & termios.ECHO else None)
            os.write(controller, b"canary\n")
            out, _ = process.communicate(timeout=30)
        assert b"yranac" in out
        assert termios.tcgetattr(device)[3] & termios.ECHO
    finally:
        os.close(controller)
        os.close(device)


def test_the_end_of_the_input_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(EOFError):
        prompt_line("prompt> ")
