"""The driver: what it reads and writes, and suspending where no shell could resume the program."""

from __future__ import annotations

import contextlib
import re
import signal
import sys
from pathlib import Path

import pytest

from tests.support.samples import sampled
from tests.support.terminals import Terminal, terminal
from wizard.console.job_control import CANNOT_SUSPEND
from wizard.tui.terminal.driver import escape_delay

# `terminal` makes the program the leader of its session: its process group is orphaned, as under `ssh -t host
# storage-wizard`. With job control it is a job of a shell; tests.program.test_terminal suspends it there.


def send(screen: Terminal, how: str) -> None:
    if how == "Ctrl+Z":
        screen.press(b"\x1a")
    else:
        screen.send_signal(signal.SIGTSTP)


@pytest.mark.sample
@pytest.mark.parametrize("how", ["Ctrl+Z", "SIGTSTP"])
def test_without_a_shell_a_request_to_suspend_is_refused_with_a_notice(tmp_path: Path, how: str) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Amazon S3")
        screen.read_until_quiet()
        send(screen, how)
        screen.wait_for(CANNOT_SUSPEND)
        screen.press(b"\r")
        screen.wait_for("Choose the bucket for your images")
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        assert screen.is_restored()


def test_the_notice_is_also_shown_while_a_dialog_is_open(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Amazon S3")
        screen.press(b"\x07")
        screen.wait_for("run validation again")
        screen.read_until_quiet()
        screen.press(b"\x1a")
        screen.wait_for(CANNOT_SUSPEND)


def test_with_a_shell_sigtstp_suspends_the_program(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", job_control=True) as screen:
        screen.wait_for("Amazon S3")
        screen.send_signal(signal.SIGTSTP)
        screen.wait_until_stopped(press_ctrl_z=False)
        screen.resume()
        screen.wait_for_screen("Amazon S3")
        assert CANNOT_SUSPEND.encode() not in screen.stream


def test_ctrl_z_also_stops_the_script_that_has_started_the_program(tmp_path: Path) -> None:
    command = ["sh", "-c", '"$0" -m wizard; true', sys.executable]
    with contextlib.closing(Terminal(command, tmp_path, job_control=True)) as screen:
        screen.wait_for("Amazon S3")
        screen.press(b"\x1a")
        screen.wait_until_stopped()  # of the script, which the shell has started
        screen.resume()
        screen.wait_for_screen("Amazon S3")
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0


# --- output ---


NEEDED_MODES = {b"1049", b"25", b"7", b"2004"}  # the alternate screen, the cursor, line wrap, bracketed pastes


@pytest.mark.sample
@pytest.mark.parametrize("arguments", [(), ("--mouse",)])
def test_no_protocol_is_switched_on_and_nothing_is_asked_that_the_wizard_does_not_need(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    with terminal(tmp_path, "-m", "wizard", *arguments) as screen:
        screen.wait_for("Amazon S3")
        screen.press(b"\x1b[?2026;2$y\x1b[?2048;2$y")  # a terminal that offers synchronized output and size reports
        screen.press(b"\r")
        screen.wait_for("Choose the bucket for your images")
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        mouse = {b"1000", b"1003", b"1006", b"1015"} if arguments else set()
        assert set(re.findall(rb"\x1b\[\?([\d;]+)[hl]", screen.stream)) <= NEEDED_MODES | mouse
        finals = set(re.findall(rb"\x1b\[[\d;:<=>?]*[ -/]*([@-~])", screen.stream))
        assert finals <= {b"H", b"m", b"h", b"l"}
        assert not re.search(rb"\x1b[]PX^_]", screen.stream)


# --- input ---


def go_to_bucket(screen: Terminal) -> None:
    screen.wait_for("Amazon S3")
    screen.press(b"\n")  # Enter on some serial lines
    screen.wait_for("Choose the bucket for your images")
    screen.read_until_quiet()


@pytest.mark.sample
@pytest.mark.parametrize(
    "answer",
    sampled(
        [
            b"\x1b[?62;22c",
            b"\x1b]11;rgb:1e1e/1e1e/2e2e\x07",
            b"\x1bP>|XTerm(380)\x1b\\",
            b"\x1b[97;5:3u",
            b"\x1b[1114112u",
            b"\x1b[M !!",
        ],
        3,
    ),
)
def test_an_answer_of_the_terminal_is_not_typed(tmp_path: Path, answer: bytes) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        go_to_bucket(screen)
        screen.press(answer)
        assert screen.read_until_quiet() == 0
        screen.type("images")
        screen.press(b"\x03\x03")
        assert screen.wait_for_exit() == 0


def test_ctrl_c_leads_out_of_a_paste_without_an_end(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Amazon S3")
        screen.press(b"\x1b[200~")
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        assert screen.is_restored()


def test_a_paste_without_an_end_is_inserted_after_a_silence(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        go_to_bucket(screen)
        screen.press(b"\x1b[200~images")
        screen.wait_for("images")


def test_the_escape_key_waits_as_long_as_escdelay_says(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", environment={"ESCDELAY": "5000"}) as screen:
        go_to_bucket(screen)
        screen.press(b"\x1b")
        screen.read_for(0.5)  # longer than the usual delay
        screen.press(b"[B")
        screen.type("images")
        assert screen.stream.count(b"Choose your registry") == 1  # Esc has not led back


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("", 0.1), ("25", 0.025), ("0", 0.001), ("99999", 5.0), ("-1", 0.1), ("x", 0.1), ("1" * 5000, 0.1), ("²", 0.1)],
)
def test_escdelay_is_in_milliseconds(value: str, seconds: float) -> None:
    assert escape_delay(value) == seconds
