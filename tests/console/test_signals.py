"""Signals stop the checks; the handlers are restored afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from tests.support.command_line import environment
from tests.support.faults import hang
from tests.support.faulty_store import FaultyStore
from tests.support.processes import wait_for
from tests.support.reports import keys_in_bucket
from tests.support.terminals import terminal
from wizard.config import file as config_file
from wizard.console.signals import stop_on_signals

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    previous = {number: signal.getsignal(number) for number in NUMBERS}
    yield
    for number, handler in previous.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_signal_sets_the_event_and_says_so(number: signal.Signals, capfd: pytest.CaptureFixture[str]) -> None:
    with stop_on_signals() as stop:
        assert not stop.is_set()
        signal.raise_signal(number)
        assert stop.is_set()
    assert capfd.readouterr().err == "Stopping, and taking away what was made in the store …\n"


def test_a_signal_sets_the_event_where_stderr_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> NoReturn:
        raise OSError

    monkeypatch.setattr(os, "write", fail)
    with stop_on_signals() as stop:
        signal.raise_signal(signal.SIGHUP)
        assert stop.is_set()


@pytest.mark.parametrize("number", NUMBERS)
def test_the_same_signal_again_has_its_default_effect(number: signal.Signals) -> None:
    with stop_on_signals():
        signal.raise_signal(number)
        assert signal.getsignal(number) == signal.SIG_DFL


def test_after_a_signal_another_one_ends_the_program_at_once() -> None:
    with stop_on_signals():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


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


@pytest.mark.parametrize("number", NUMBERS)
def test_a_signal_that_is_ignored_stays_ignored(number: signal.Signals) -> None:
    signal.signal(number, signal.SIG_IGN)
    with stop_on_signals() as stop:
        signal.raise_signal(number)
        assert not stop.is_set()
    assert signal.getsignal(number) == signal.SIG_IGN


def test_a_check_below_nohup_survives_a_hangup(tmp_path: Path) -> None:
    with FaultyStore(hang("CopyObject")) as store:
        config_file.save(tmp_path / "storage.toml", store.settings(), None)
        with subprocess.Popen(
            ["nohup", sys.executable, "-m", "wizard", "check", "--timeout", "3"],
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
    assert "FAILED" in out
    assert "Stopping" not in err


@pytest.mark.parametrize("arguments", [("check",), ("configure", "--bucket", "{bucket}")], ids=lambda words: words[0])
def test_a_dropped_connection_leaves_nothing_in_the_store(arguments: tuple[str, ...], tmp_path: Path) -> None:
    with FaultyStore(hang("CopyObject")) as store:
        config_file.save(tmp_path / "storage.toml", store.settings(), None)
        words = [word.format(bucket=store.bucket) for word in arguments]
        with terminal(tmp_path, "-m", "wizard", *words) as screen:
            wait_for(lambda: "CopyObject" in store.calls or None)
            assert screen.hang_up() == 130
        assert keys_in_bucket(store, store.bucket) == []
