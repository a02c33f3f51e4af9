"""The full-screen wizard on a terminal: how it starts, reacts to signals, and leaves the terminal."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.support.faults import hang
from tests.support.faulty_store import FaultyStore
from tests.support.processes import load_factor, wait_for
from tests.support.samples import sampled
from tests.support.terminals import ENTER_ALTERNATE_SCREEN, LEAVE_ALTERNATE_SCREEN, terminal
from wizard.config import file as config_file
from wizard.session import draft

FIRST_STEP = "Amazon S3"  # the line above the fields depends on what is found on the machine
MOUSE_MODES = (b"\x1b[?1000h", b"\x1b[?1002h", b"\x1b[?1003h", b"\x1b[?1015h", b"\x1b[?1006h")


def test_enter_on_every_screen_of_the_demo_saves_a_file_and_prints_the_next_command(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", "--demo") as screen:
        for words in (
            "Demo mode: uses a built-in store",
            "Choose the bucket for your images",
            "The access key and secret key that",
            "The address to which the registry sends its requests",
            "The defaults suit most setups.",
            "Everything the registry needs works: push, pull and delete.",
            "Review the settings, then save.",
            "That was a demo",
        ):
            screen.wait_for(words)
            screen.press(b"\r")
        assert screen.wait_for_exit() == 0
        assert screen.is_restored()
        output = screen.stream.rpartition(LEAVE_ALTERNATE_SCREEN)[2].decode().replace("\r\n", "\n")
        assert "Saved demo-storage.toml." in output
        assert "To configure a real store, run:\nstorage-wizard\n" in output
        path = tmp_path / "demo-storage.toml"
        assert list(tmp_path.iterdir()) == [path]
        assert path.stat().st_mode & 0o7777 == 0o600
        file = config_file.load(path)
        assert file.validation is not None
        assert file.validation.passed
        assert file.settings.secretkey.reveal().encode() not in screen.stream


@pytest.mark.sample
@pytest.mark.parametrize(("arguments", "is_enabled"), [((), False), (("--mouse",), True)])
def test_the_mouse_is_enabled_only_on_request(tmp_path: Path, arguments: tuple[str, ...], is_enabled: bool) -> None:
    with terminal(tmp_path, "-m", "wizard", *arguments) as screen:
        screen.wait_for(FIRST_STEP)
        screen.press(b"\x11")
        assert screen.wait_for_exit() == 0
        assert any(mode in screen.stream for mode in MOUSE_MODES) is is_enabled
        assert screen.is_restored()


def test_a_file_that_cannot_be_read_is_reported_before_the_first_screen(tmp_path: Path) -> None:
    (tmp_path / "storage.toml").write_text("bucket = [")
    with terminal(tmp_path, "-m", "wizard") as screen:
        assert screen.wait_for_exit() == 2
        assert screen.stream.startswith(b"storage-wizard: storage.toml: ")
        assert ENTER_ALTERNATE_SCREEN not in screen.stream
        assert b"Traceback" not in screen.stream


# --- the end ---


def test_ctrl_c_ends_the_wizard(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for(FIRST_STEP)
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        assert screen.is_restored()


@pytest.mark.sample
@pytest.mark.parametrize(
    "number",
    sampled(
        [
            *(signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT, signal.SIGUSR1, signal.SIGALRM),
            *(signal.SIGPWR, signal.SIGXCPU, signal.SIGRTMIN),
        ],
        3,
    ),
)
def test_a_signal_ends_the_wizard_and_restores_the_terminal(tmp_path: Path, number: signal.Signals) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for(FIRST_STEP)
        screen.send_signal(number)
        assert screen.wait_for_exit() == 128 + number
        assert screen.is_restored()
        assert b"Traceback" not in screen.stream
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_before_the_first_screen_restores_the_terminal(tmp_path: Path, number: signal.Signals) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for(ENTER_ALTERNATE_SCREEN.decode())
        screen.send_signal(number)
        assert screen.wait_for_exit() == 128 + number
        assert screen.is_restored()


@pytest.mark.sample
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT])
def test_a_signal_that_is_ignored_at_the_start_stays_ignored(tmp_path: Path, number: signal.Signals) -> None:
    previous = signal.signal(number, signal.SIG_IGN)  # inherited by the program, as below nohup and after `trap ''`
    try:
        with terminal(tmp_path, "-m", "wizard") as screen:
            screen.wait_for(FIRST_STEP)
            screen.send_signal(number)
            screen.press(b"\x11")
            assert screen.wait_for_exit() == 0
    finally:
        signal.signal(number, previous)


def test_sigcont_after_sigterm_does_not_keep_the_wizard_alive(tmp_path: Path) -> None:
    """systemd always sends SIGCONT right after SIGTERM (systemd.kill(5), KillSignal=)."""
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for(FIRST_STEP)
        screen.send_signal(signal.SIGTERM)
        screen.send_signal(signal.SIGCONT)
        assert screen.wait_for_exit() == 128 + signal.SIGTERM
        assert screen.is_restored()


def test_input_is_kept_as_a_draft_when_the_terminal_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The input includes a byte that is invalid in UTF-8, as a terminal in Latin-1 sends it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for(FIRST_STEP)
        screen.press(b"\r")
        screen.wait_for("Choose the bucket for your images")
        screen.press(b"im\xe9ages")
        screen.wait_for("isn't allowed in a bucket name")
        screen.read_until_quiet()
        assert screen.hang_up() == 129
    found = draft.find(tmp_path / "storage.toml")
    assert found is not None
    assert (found.left_out, found.current_step) == ((), "bucket")
    assert found.settings.bucket == "im\N{REPLACEMENT CHARACTER}ages"


def test_quitting_does_not_wait_for_a_store_that_hangs_and_names_what_may_be_left(tmp_path: Path) -> None:
    with FaultyStore(hang()) as store:
        config_file.save(tmp_path / "storage.toml", store.settings(), None)
        with terminal(tmp_path, "-m", "wizard") as screen:
            screen.wait_for(FIRST_STEP)
            screen.press(b"\x13")
            wait_for(lambda: "PutObject" in store.calls or None)
            screen.press(b"\x11")
            started = time.monotonic()
            screen.wait_for(LEAVE_ALTERNATE_SCREEN.decode())
            assert screen.wait_for_exit() == 0
            # Takes 0.4 s on an idle machine; the calls would hang for 10 s (s3.timeouts), and cleaning up for longer.
            assert time.monotonic() - started < 5 * load_factor()
            assert screen.is_restored()
            assert b"Test objects may remain in " + store.bucket.encode() in screen.stream


# --- job control ---


def test_ctrl_z_restores_the_terminal_and_fg_shows_the_wizard_again(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", job_control=True) as screen:
        screen.wait_for(FIRST_STEP)
        screen.press(b"\x1a")
        screen.wait_until_stopped()
        assert screen.is_restored()
        screen.resume()
        screen.wait_for_screen(FIRST_STEP)
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        assert screen.is_restored()


@pytest.mark.ci_only
def test_a_sigcont_at_any_moment_does_not_make_the_wizard_hang(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", job_control=True) as screen:
        screen.wait_for(FIRST_STEP)
        for number in range(200):
            screen.resume()
            screen.read_for(number % 20 / 1000)  # while it is painted, in different moments
        screen.read_until_quiet()
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        assert screen.is_restored()


@pytest.mark.sample
@pytest.mark.parametrize("is_stopped", [True, False], ids=["stopped", "not stopped"])
def test_sigcont_shows_the_wizard_again(tmp_path: Path, is_stopped: bool) -> None:
    with terminal(tmp_path, "-m", "wizard", job_control=True) as screen:
        screen.wait_for(FIRST_STEP)
        screen.press(b"\r")
        screen.wait_for("Root directory")
        for _ in range(2):
            if is_stopped:
                screen.send_signal(signal.SIGSTOP)
                screen.wait_until_stopped(press_ctrl_z=False)
            screen.resume()
            screen.wait_for_screen("Root directory")
        screen.press(b"images")
        screen.press(b"\x03")
        screen.wait_for("Quit without saving?")  # the keys were read: otherwise there is nothing to lose
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        assert screen.is_restored()
