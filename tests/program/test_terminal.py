"""The program as it is started, in a terminal of its own: what it writes, and what it leaves behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.faults import hang
from tests.support.faulty_store import FaultyStore
from tests.support.paths import ROOT
from tests.support.processes import wait_for
from tests.support.terminals import ENTER_ALTERNATE_SCREEN, LEAVE_ALTERNATE_SCREEN, TIMEOUT, terminal
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session import draft

MOUSE = (b"\x1b[?1000h", b"\x1b[?1002h", b"\x1b[?1003h", b"\x1b[?1015h", b"\x1b[?1006h")
_STEERING = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07|\x07")  # what steers a terminal, no text
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def test_enter_on_every_screen_of_a_rehearsal_saves_a_file_and_ends_well(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", "--demo") as screen:
        for words in (
            "A rehearsal: the store runs inside this program",
            "Which bucket holds the images",
            "How the registry proves who it is",
            "Where the store is reached.",
            "Right as they are for most.",
            "All checks passed: the registry can push, pull and delete here.",
            "readable by you alone (0600)",
            "What is left to do is below",
        ):
            screen.wait_for(words)
            screen.press(b"\r")
        assert screen.wait_for_exit() == 0
        path = tmp_path / "demo-storage.toml"
        assert path.stat().st_mode & 0o7777 == 0o600
        found = config_file.load(path)
        assert found.validation is not None
        assert found.validation.passed
        assert screen.is_restored()
        after = screen.stream.rpartition(LEAVE_ALTERNATE_SCREEN)[2].decode()
        assert "Saved demo-storage.toml." in after
        assert "For the real thing: storage-wizard" in after
        assert found.settings.secretkey.reveal().encode() not in screen.stream
        assert not [mode for mode in MOUSE if mode in screen.stream]
        assert [found.name for found in tmp_path.iterdir()] == ["demo-storage.toml"]


def test_the_mouse_is_taken_only_when_that_is_asked_for(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", "--mouse") as screen:
        screen.wait_for("Which registry reads the settings")
        screen.press(b"\x11")
        assert screen.wait_for_exit() == 0
        assert MOUSE[0] in screen.stream
        assert screen.is_restored()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_the_terminal_as_it_was(tmp_path: Path, number: signal.Signals) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Which registry reads the settings")
        screen.process.send_signal(number)
        assert screen.wait_for_exit() == 128 + number
        assert screen.is_restored()
        assert b"Traceback" not in screen.stream
        assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leads_out(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Which registry reads the settings")
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        assert screen.is_restored()


def test_leaving_waits_for_no_store_that_hangs_and_says_what_may_be_left(tmp_path: Path) -> None:
    with FaultyStore(hang()) as store:
        config_file.save(tmp_path / "storage.toml", store.settings(), None)
        with terminal(tmp_path, "-m", "wizard") as screen:
            screen.wait_for("Which registry reads the settings")
            screen.press(b"\x13")
            wait_for(lambda: "PutObject" in store.calls or None)
            screen.press(b"\x11")
            began = time.monotonic()
            screen.wait_for(LEAVE_ALTERNATE_SCREEN.decode())
            assert screen.wait_for_exit() == 0
            assert time.monotonic() - began < 1  # two fifths of it where nothing else runs
            assert screen.is_restored()
            assert b"May be left in " + store.bucket.encode() in screen.stream


def test_without_a_terminal_it_says_what_to_do_instead(tmp_path: Path) -> None:
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-m", "wizard"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        "storage-wizard: the wizard needs a terminal. Without one: storage-wizard configure --bucket NAME …, "
        "and to validate a file: storage-wizard check FILE\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("<&-", "storage-wizard: the wizard needs a terminal."),
        ("import - <&-", "storage-wizard: Nothing in it tells which format it is."),
        ("show 2>&-", ""),
        (">&- 2>&- <&-", ""),
    ],
)
def test_a_stream_that_is_closed_is_one_that_holds_nothing(words: str, said: str, tmp_path: Path) -> None:
    command = ["sh", "-c", f"exec {sys.executable} -m wizard {words}"]
    environment = dict(os.environ) | {"PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(said)
    assert "Traceback" not in run.stderr


def test_ctrl_z_gives_the_terminal_back_and_fg_takes_it_again(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Which registry reads the settings")
        screen.press(b"\x1a")
        screen.wait_until_stopped()
        assert screen.is_restored()
        screen.resume()
        screen.wait_for("Which registry reads the settings")
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        assert screen.is_restored()


@pytest.mark.parametrize("is_stopped", [True, False], ids=["stopped", "not stopped"])
def test_a_signal_to_go_on_is_met_whether_it_was_asked_to_stop_or_not(tmp_path: Path, is_stopped: bool) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Which registry reads the settings")
        screen.press(b"\r")
        screen.wait_for("Root directory")
        for _ in range(2):
            screen.press(b"")
            if is_stopped:
                screen.process.send_signal(signal.SIGSTOP)
                os.waitid(os.P_PID, screen.process.pid, os.WSTOPPED)
            screen.process.send_signal(signal.SIGCONT)
            screen.wait_for("Root directory")
        screen.press(b"images")
        screen.wait_for("images")
        screen.press(b"\x03")
        screen.wait_for("Leave without saving?")
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        assert screen.is_restored()


def test_a_session_that_is_ended_by_systemd_ends_it(tmp_path: Path) -> None:
    """Which sends SIGCONT after SIGTERM."""
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Which registry reads the settings")
        screen.process.send_signal(signal.SIGTERM)
        screen.process.send_signal(signal.SIGCONT)
        assert screen.wait_for_exit() == 128 + signal.SIGTERM
        assert screen.is_restored()


def test_a_line_that_is_gone_costs_nothing_that_was_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that are no text in the locale among it, as a terminal in Latin-1 sends them."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Which registry reads the settings")
        screen.press(b"\r")
        screen.wait_for("Which bucket holds the images")
        screen.press(b"im\xe9ages")
        screen.wait_for("cannot be in a bucket's name")
        screen.read_until_quiet()
        assert screen.hang_up() == 129
    found = draft.find(tmp_path / "storage.toml")
    assert found is not None
    assert (found.settings.bucket, found.current_step) == ("im\ufffdages", "bucket")


def test_a_file_that_cannot_be_read_is_told_in_one_sentence_before_any_screen(tmp_path: Path) -> None:
    (tmp_path / "storage.toml").write_text("bucket = [")
    with terminal(tmp_path, "-m", "wizard") as screen:
        assert screen.wait_for_exit() == 2
        assert screen.stream.startswith(b"storage-wizard: storage.toml: ")
        assert ENTER_ALTERNATE_SCREEN not in screen.stream
        assert b"Traceback" not in screen.stream


_CRASH = """
import asyncio
import sys
from pathlib import Path
from wizard.cli import main as cli
from wizard.tui import start as tui
from wizard.tui.app import WizardApp
from wizard.tui.background import run_in_thread

class Broken(WizardApp):
    CSS_PATH = Path(tui.__file__).with_name("wizard.tcss")
    async def break_down(self, in_the_task):
        raise ValueError(in_the_task)
    def on_mount(self):
        secret = self.state.settings.secretkey.reveal()
        def work():
            in_the_thread = secret
            raise ValueError(in_the_thread)
            yield
        if sys.argv[1] == "thread":
            run_in_thread(self, work)
        elif sys.argv[1] == "task":
            asyncio.get_running_loop().create_task(self.break_down(secret))
        elif sys.argv[1] == "input":
            self._driver.process_message = lambda message: work().__next__()
        elif sys.argv[1] == "rich":
            error = ValueError(secret)
            error.__rich__ = lambda: secret
            raise error
        elif sys.argv[1] == "two threads":
            run_in_thread(self, work)
            run_in_thread(self, work)
        else:
            raise ValueError(secret)

tui.WizardApp = Broken
sys.exit(cli.main([]))
"""


@pytest.mark.parametrize("where", ["handler", "rich", "thread", "two threads", "task", "input"])
def test_a_crash_is_one_sentence_without_traceback_or_secret(
    tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    config_file.save(tmp_path / "storage.toml", Settings(secretkey=Secret(SECRET)), None)
    program = tmp_path / "program.py"  # a file, as Textual looks at the source of an app
    program.write_text(_CRASH)
    with terminal(tmp_path, str(program), where) as screen:
        if where == "input":
            screen.wait_for("Which registry reads the settings")
            screen.press(b"x")
        assert screen.wait_for_exit() == 1
        after = _STEERING.sub("", screen.stream.rpartition(LEAVE_ALTERNATE_SCREEN)[2].decode()).split()
        (place,) = (tmp_path / "state" / "storage-wizard").iterdir()
        assert " ".join(after[:7]) == "storage-wizard: this should not have happened (ValueError"
        assert " ".join(after[-9:]) == f"this file, which holds no value of yours: {place}"
        assert "program.py" in place.read_text(encoding="utf-8")
        assert SECRET[:8] not in place.read_text(encoding="utf-8")
        assert screen.is_restored()
        assert b"Traceback" not in screen.stream
        assert SECRET.encode() not in screen.stream
        assert SECRET[:12].encode() not in screen.stream


def test_a_screen_is_painted_once_and_a_key_costs_little(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Quit")
        assert screen.read_until_quiet() <= 8000
        screen.press(b"\r")
        screen.wait_for("Root directory")
        assert screen.read_until_quiet() <= 8000
        costs = []
        for key in b"registry-images":
            screen.press(bytes([key]))
            costs.append(screen.read_until_quiet())
        assert sorted(costs)[len(costs) // 2] <= 250


def test_ctrl_l_and_another_size_paint_all_again(tmp_path: Path) -> None:
    exported = {"COLUMNS": "80", "LINES": "24"}  # as some shells do, and never change
    with terminal(tmp_path, "-m", "wizard", environment=exported) as screen:
        screen.wait_for("Quit")
        screen.read_until_quiet()
        screen.press(b"\x0c")
        screen.wait_for("storage-wizard")
        screen.wait_for("Quit")
        screen.read_until_quiet()
        screen.resize(100, 30)
        screen.wait_for("storage-wizard")
        screen.wait_for("Quit")


def test_nothing_is_written_while_nothing_happens(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Quit")
        screen.read_until_quiet()
        screen.press(b"")
        assert screen.read_until_quiet(2.0) == 0
