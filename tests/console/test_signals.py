"""Signals stop the checks; the handlers are restored afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from tests.support.command_line import environment
from tests.support.faults import hang
from tests.support.faulty_store import FaultyStore
from tests.support.late_signals import raise_and_read
from tests.support.processes import READY_SECONDS, wait_for
from tests.support.reports import keys_in_bucket
from tests.support.samples import sampled
from tests.support.terminals import terminal
from wizard.config import file as config_file
from wizard.console import signals
from wizard.console.signals import exit_on_signals, finish_before_signals, stop_on_signals
from wizard.files.errors import FileError
from wizard.files.signals import ENDING_SIGNALS
from wizard.model.settings import Settings
from wizard.validation import active_runs

NUMBERS = tuple(number for number in ENDING_SIGNALS if signal.getsignal(number) != signal.SIG_IGN)
by_number = pytest.mark.parametrize("number", NUMBERS)


class EndedAtOnce(BaseException):
    """Raised in place of the end of the test process."""


@pytest.fixture(autouse=True)
def _handlers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def end_at_once(status: int) -> NoReturn:
        raise EndedAtOnce(status)

    monkeypatch.setattr(os, "_exit", end_at_once)
    monkeypatch.setattr(signals, "GRACE", 1e6)  # no thread may outlive the patch and end pytest
    previous = {number: signal.getsignal(number) for number in NUMBERS}
    yield
    for number, handler in previous.items():
        signal.signal(number, handler)


@by_number
def test_a_signal_sets_the_event_and_says_so(number: int, capfd: pytest.CaptureFixture[str]) -> None:
    with stop_on_signals() as stop:
        assert not stop.is_set()
        signal.raise_signal(number)
        assert stop.is_set()
    assert capfd.readouterr().err == "Stopping and removing the test data from the store …\n"


def test_a_signal_sets_the_event_where_stderr_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> NoReturn:
        raise OSError

    monkeypatch.setattr(os, "write", fail)
    with stop_on_signals() as stop:
        signal.raise_signal(signal.SIGHUP)
        assert stop.is_set()


def test_a_signal_just_before_a_system_call_that_blocks_sets_the_event() -> None:
    with stop_on_signals() as stop:
        assert raise_and_read(signal.SIGTERM, stop.event) == b"handled"


@by_number
def test_the_exit_status_is_128_and_the_number_of_the_signal(number: int) -> None:
    with stop_on_signals() as stop:
        signal.raise_signal(number)
    assert stop.exit_status == 128 + number


@by_number
def test_a_second_signal_ends_the_program_at_once(number: int) -> None:
    second = signal.SIGTERM if number == signal.SIGHUP else number
    with stop_on_signals():
        signal.raise_signal(number)
        with pytest.raises(EndedAtOnce, match=str(128 + second)):
            signal.raise_signal(second)


def test_the_second_hangup_of_a_line_that_drops_does_not_end_the_clean_up() -> None:
    with stop_on_signals() as stop:
        signal.raise_signal(signal.SIGHUP)
        signal.raise_signal(signal.SIGHUP)
    assert stop.exit_status == 128 + signal.SIGHUP


def test_after_the_block_another_signal_ends_the_program_at_once() -> None:
    with stop_on_signals():
        signal.raise_signal(signal.SIGTERM)
    with pytest.raises(EndedAtOnce):
        signal.raise_signal(signal.SIGTERM)


def test_a_program_that_is_ended_at_once_names_what_may_be_left(capfd: pytest.CaptureFixture[str]) -> None:
    def describe() -> str:
        return "May be left: this."

    active_runs.register(describe)
    try:
        with stop_on_signals():
            signal.raise_signal(signal.SIGINT)
            with pytest.raises(EndedAtOnce):
                signal.raise_signal(signal.SIGINT)
    finally:
        active_runs.unregister(describe)
    assert capfd.readouterr().err.endswith("May be left: this.\n")


def test_the_handlers_are_restored() -> None:
    previous = [signal.getsignal(number) for number in NUMBERS]
    with stop_on_signals():
        assert [signal.getsignal(number) for number in NUMBERS] != previous
    assert [signal.getsignal(number) for number in NUMBERS] == previous


def test_the_handlers_are_restored_after_an_error() -> None:
    previous = [signal.getsignal(number) for number in NUMBERS]
    with pytest.raises(ZeroDivisionError), stop_on_signals():
        raise ZeroDivisionError
    assert [signal.getsignal(number) for number in NUMBERS] == previous


@by_number
def test_a_signal_that_is_ignored_stays_ignored(number: int) -> None:
    signal.signal(number, signal.SIG_IGN)
    with stop_on_signals() as stop:
        signal.raise_signal(number)
        assert not stop.is_set()
    assert signal.getsignal(number) == signal.SIG_IGN


@by_number
def test_a_signal_raises_an_exception_where_a_block_must_be_left_in_order(number: int) -> None:
    left: list[str] = []

    def wait() -> None:
        try:
            signal.raise_signal(number)
        finally:
            signal.raise_signal(number)  # ignored
            left.append("in order")

    def receive_signals() -> None:
        with exit_on_signals() as interruptible:
            try:
                interruptible.run(wait)
            finally:
                signal.raise_signal(number)  # ignored
                left.append("restored")

    with pytest.raises(_exception_of(number)) as raised:
        receive_signals()
    assert left == ["in order", "restored"]
    assert number == signal.SIGINT or raised.value.args == (128 + number,)


@by_number
def test_a_signal_before_a_wait_ends_it_and_one_after_it_ends_the_block(number: int) -> None:
    left: list[str] = []

    def receive_before() -> None:
        with exit_on_signals() as interruptible:
            signal.raise_signal(number)
            interruptible.run(lambda: left.append("wait"))

    def receive_after() -> None:
        with exit_on_signals() as interruptible:
            interruptible.run(lambda: None)
            signal.raise_signal(number)
            left.append("after")

    for receive in (receive_before, receive_after):
        with pytest.raises(_exception_of(number)):
            receive()
    assert left == ["after"]


@pytest.mark.parametrize("count", [1, 2])
def test_a_file_is_finished_before_a_signal_and_a_second_one_says_what_is_known(
    count: int, capfd: pytest.CaptureFixture[str]
) -> None:
    steps: list[int] = []

    def write() -> None:
        with finish_before_signals(Path("storage.toml")):
            for number in range(count):
                signal.raise_signal(signal.SIGTERM)
                steps.append(number)

    with pytest.raises(SystemExit if count == 1 else EndedAtOnce) as raised:
        write()
    assert steps == [0]
    assert raised.value.args == (128 + signal.SIGTERM,)
    known = "Ended while writing storage.toml. Check whether it has the old or the new content.\n"
    assert capfd.readouterr().err == ("" if count == 1 else known)


def test_a_file_that_cannot_be_written_is_reported_before_a_signal_ends_the_program(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def write() -> None:
        with finish_before_signals(Path("storage.toml")):
            signal.raise_signal(signal.SIGTERM)
            raise FileError("the disk is full.")

    with pytest.raises(SystemExit) as raised:
        write()
    assert raised.value.args == (128 + signal.SIGTERM,)
    assert capsys.readouterr().err == "storage-wizard: the disk is full.\n"


def _exception_of(number: int) -> type[BaseException]:
    return KeyboardInterrupt if number == signal.SIGINT else SystemExit


def test_a_signal_just_before_a_system_call_that_blocks_raises_the_exception() -> None:
    started = time.monotonic()
    with pytest.raises(SystemExit), exit_on_signals() as interruptible:
        interruptible.run(lambda: raise_and_read(signal.SIGTERM, threading.Event()))
    assert time.monotonic() - started < READY_SECONDS


def test_a_signal_that_is_ignored_raises_no_exception() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with exit_on_signals() as interruptible:
        interruptible.run(lambda: signal.raise_signal(signal.SIGTERM))


def test_a_signal_with_a_handler_of_its_own_calls_it() -> None:
    received: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: received.append(number))

    def wait() -> int:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        return len(received)

    with exit_on_signals() as interruptible:
        assert interruptible.run(wait) == 2
        signal.raise_signal(signal.SIGTERM)
    assert received == [signal.SIGTERM] * 3


_COMMANDS = (("check",), ("configure", "--bucket", "{bucket}"))
_SOME = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGUSR1, signal.SIGXCPU, signal.SIGRTMIN + 3)


@pytest.mark.ci_only
def test_the_signals_are_those_that_end_a_process_by_default() -> None:
    expected = {number for number in signal.valid_signals() if _ends_a_process(number)}
    python_ignores = {signal.SIGPIPE}
    faults = {signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGKILL}
    assert set(ENDING_SIGNALS) == expected - python_ignores - faults


def _ends_a_process(number: int) -> bool:
    if number in (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU):
        return False
    program = (
        "import os, signal, sys, resource; number = int(sys.argv[1]); resource.setrlimit(resource.RLIMIT_CORE, (0, 0))"
    )
    program += "; number == signal.SIGKILL or signal.signal(number, signal.SIG_DFL); os.kill(os.getpid(), number)"
    run = subprocess.run([sys.executable, "-I", "-S", "-c", program, str(number)], check=False)
    return run.returncode == -number


@pytest.mark.parametrize("number", sampled(_SOME, 6))
@pytest.mark.parametrize("arguments", sampled([(words,) for words in _COMMANDS], 2), ids=lambda words: words[0])
def test_a_signal_ends_the_program_also_where_the_terminal_takes_no_output(
    arguments: tuple[str, ...], number: int, tmp_path: Path
) -> None:
    with FaultyStore(hang("CopyObject")) as store:
        config_file.save(tmp_path / "storage.toml", store.settings(), None)
        words = [word.format(bucket=store.bucket) for word in arguments]
        with terminal(tmp_path, "-m", "tests.support.patient_wizard", *words) as screen:
            wait_for(lambda: "CopyObject" in store.calls or None)
            screen.stop_output()
            screen.process.send_signal(number)
            assert screen.process.wait(30) == 128 + number
        assert keys_in_bucket(store, store.bucket) == []


@pytest.mark.parametrize("command", sampled(["check", "configure"], 2))
def test_a_command_below_nohup_survives_a_hangup(command: str, tmp_path: Path) -> None:
    with FaultyStore(hang("CopyObject")) as store:
        config_file.save(tmp_path / "storage.toml", store.settings(), None)
        arguments = [command, "--timeout", "3"] + ["--bucket", store.bucket] * (command == "configure")
        with subprocess.Popen(
            ["nohup", sys.executable, "-m", "wizard", *arguments],
            cwd=tmp_path,
            env=environment({}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            wait_for(lambda: "CopyObject" in store.calls or None)
            os.kill(process.pid, signal.SIGHUP)
            out, err = process.communicate(timeout=30)
    assert process.returncode == 1  # the timeout has passed
    assert "FAILED" in out + err
    assert "Stopping" not in err


HANGING_FOLDER = """
import os, sys, threading
from wizard.cli.main import main
os.fsync = lambda _: (print("hangs", file=sys.stderr, flush=True), threading.Event().wait())
os.unlink = os.rmdir = lambda *_, **__: threading.Event().wait()
sys.exit(main(["check", "storage.toml"]))
"""


def test_a_second_signal_names_the_test_folder_on_a_file_system_that_hangs(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    settings = Settings(provider="filesystem", rootdirectory=str(tmp_path / "images"))
    config_file.save(tmp_path / "storage.toml", settings, None)
    with subprocess.Popen(
        [sys.executable, "-c", HANGING_FOLDER],
        cwd=tmp_path,
        env=environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        assert process.stderr.readline() == "hangs\n"
        process.send_signal(signal.SIGINT)
        assert process.stderr.readline().startswith("Stopping")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    (test_folder,) = (tmp_path / "images").rglob("*storage-wizard-*")
    assert process.returncode in (128 + signal.SIGTERM, 128 + signal.SIGINT)  # the first, if it was faster
    assert f"May remain: {test_folder}. Delete it manually." in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", sampled([(words,) for words in _COMMANDS], 2), ids=lambda words: words[0])
def test_a_dropped_connection_leaves_nothing_in_the_store(arguments: tuple[str, ...], tmp_path: Path) -> None:
    with FaultyStore(hang("CopyObject")) as store:
        config_file.save(tmp_path / "storage.toml", store.settings(), None)
        words = [word.format(bucket=store.bucket) for word in arguments]
        with terminal(tmp_path, "-m", "tests.support.patient_wizard", *words) as screen:
            wait_for(lambda: "CopyObject" in store.calls or None)
            assert screen.hang_up() == 128 + signal.SIGHUP
        assert keys_in_bucket(store, store.bucket) == []
