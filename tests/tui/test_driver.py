"""The driver: suspending where no shell could resume the program."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.support.terminals import Terminal, terminal
from wizard.console.job_control import CANNOT_SUSPEND

# `terminal` makes the program the leader of its session: its process group is orphaned, as under `ssh -t host
# storage-wizard`. With job control it is a job of a shell; tests.program.test_terminal suspends it there.


def send(screen: Terminal, how: str) -> None:
    if how == "Ctrl+Z":
        screen.press(b"\x1a")
    else:
        screen.send_signal(signal.SIGTSTP)


@pytest.mark.parametrize("how", ["Ctrl+Z", "SIGTSTP"])
def test_without_a_shell_a_request_to_suspend_is_refused_with_a_notice(tmp_path: Path, how: str) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Which registry reads the settings")
        screen.read_until_quiet()
        send(screen, how)
        screen.wait_for(CANNOT_SUSPEND)
        screen.press(b"\r")
        screen.wait_for("Which bucket holds the images")
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        assert screen.is_restored()


def test_the_notice_is_also_shown_while_a_dialog_is_open(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Which registry reads the settings")
        screen.press(b"\x07")
        screen.wait_for("validates again")
        screen.read_until_quiet()
        screen.press(b"\x1a")
        screen.wait_for(CANNOT_SUSPEND)


def test_with_a_shell_sigtstp_suspends_the_program(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", job_control=True) as screen:
        screen.wait_for("Which registry reads the settings")
        screen.send_signal(signal.SIGTSTP)
        screen.wait_until_stopped(press_ctrl_z=False)
        screen.resume()
        screen.wait_for("Which registry reads the settings")
        assert CANNOT_SUSPEND.encode() not in screen.stream
