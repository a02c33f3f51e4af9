"""Programs on pseudo-terminals."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.support.terminals import terminal

_WAIT_FOR_SIGNALS = """
import signal, sys
def report(number, _):
    print(signal.Signals(number).name, flush=True)
for number in (signal.SIGINT, signal.SIGWINCH, signal.SIGCONT):
    signal.signal(number, report)
print("ready", flush=True)
for line in sys.stdin:
    print("line", line, flush=True)
"""


@pytest.mark.parametrize("job_control", [False, True])
def test_ctrl_c_is_a_signal(tmp_path: Path, job_control: bool) -> None:
    with terminal(tmp_path, "-c", _WAIT_FOR_SIGNALS, job_control=job_control) as screen:
        screen.wait_for("ready")
        screen.press(b"\x03")
        screen.wait_for("SIGINT")


@pytest.mark.parametrize("job_control", [False, True])
def test_a_new_size_is_a_signal(tmp_path: Path, job_control: bool) -> None:
    with terminal(tmp_path, "-c", _WAIT_FOR_SIGNALS, job_control=job_control) as screen:
        screen.wait_for("ready")
        screen.resize(100, 30)
        screen.wait_for("SIGWINCH")


@pytest.mark.parametrize("job_control", [False, True])
def test_the_exit_status_is_the_programs(tmp_path: Path, job_control: bool) -> None:
    with terminal(tmp_path, "-c", "import sys; sys.exit(7)", job_control=job_control) as screen:
        assert screen.wait_for_exit() == 7


_WAIT_FOR_THE_END = """
import signal
print("ready", flush=True)
signal.pause()
"""


@pytest.mark.parametrize(("job_control", "status"), [(False, -signal.SIGHUP), (True, 128 + signal.SIGHUP)])
def test_the_program_gets_sighup_when_the_terminal_is_closed(tmp_path: Path, job_control: bool, status: int) -> None:
    with terminal(tmp_path, "-c", _WAIT_FOR_THE_END, job_control=job_control) as screen:
        screen.wait_for("ready")
        assert screen.hang_up() == status


def test_ctrl_z_stops_a_job_of_a_shell_until_it_is_resumed(tmp_path: Path) -> None:
    with terminal(tmp_path, "-c", _WAIT_FOR_SIGNALS, job_control=True) as screen:
        screen.wait_for("ready")
        screen.press(b"\x1a")
        screen.wait_until_stopped()
        screen.resume()
        screen.wait_for("SIGCONT")
        screen.press(b"more\n")
        screen.wait_for("line more")


def test_ctrl_z_does_not_stop_a_program_without_a_shell(tmp_path: Path) -> None:
    """Linux discards the SIGTSTP of a terminal for an orphaned process group."""
    with terminal(tmp_path, "-c", _WAIT_FOR_SIGNALS) as screen:
        screen.wait_for("ready")
        screen.press(b"\x1a")
        screen.press(b"more\n")
        screen.wait_for("line more")


def test_output_before_a_mark_is_ignored(tmp_path: Path) -> None:
    with terminal(tmp_path, "-c", _WAIT_FOR_SIGNALS) as screen:
        screen.wait_for("ready")
        screen.mark()
        assert screen.read_until_quiet(0.0) == 0
        screen.press(b"\x04")
        with pytest.raises(AssertionError, match="ended before"):
            screen.wait_for("ready")


_WRITE_WITHOUT_END = """
import time
while True:
    print("tick", flush=True)
    time.sleep(0.001)
"""


def test_a_program_that_writes_without_end_does_not_prevent_a_timeout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.terminals.TIMEOUT", 0.2)
    with terminal(tmp_path, "-c", _WRITE_WITHOUT_END) as screen:
        with pytest.raises(AssertionError, match="timed out"):
            screen.wait_for("other")
        with pytest.raises(AssertionError, match="timed out"):
            screen.wait_for_exit()
        with pytest.raises(AssertionError, match="never paused"):
            screen.read_until_quiet()
