"""Child processes: started, waited for, and ended."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from typing import IO, TypeVar

from tests.support.paths import ROOT

READY_SECONDS = 30.0
_POLL_SECONDS = 0.02
_T = TypeVar("_T")


@contextlib.contextmanager
def running_process(
    command: list[str],
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
    stderr: IO[bytes] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A program in a session of its own; it and its children are killed at the end."""
    minimal = {"PATH": os.environ.get("PATH", os.defpath), "HOME": tempfile.gettempdir()}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=minimal if environment is None else environment,
        start_new_session=True,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
    ) as process:
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def read_first_line(stream: IO[bytes]) -> str:
    """The first line that a server prints, in which it names its address."""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        assert selector.select(READY_SECONDS), "the server did not print its address in time"
    line = stream.readline().decode().strip()
    assert line, "the server ended before it was ready"
    return line


def wait_for(poll: Callable[[], _T | None], seconds: float = READY_SECONDS) -> _T:
    """Call `poll` until it returns something other than None, and return that; fail after `seconds`."""
    deadline = time.monotonic() + seconds
    while (result := poll()) is None:
        assert time.monotonic() < deadline, "timed out"
        time.sleep(_POLL_SECONDS)
    return result


def load_factor() -> float:
    """How much longer than on an idle machine a program takes here: the processes that want to run, for each core."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def stop_ignoring_signals() -> None:
    """Let child processes start with default signal handling, also where this process is a background job.

    A shell makes background jobs ignore SIGINT and SIGQUIT, and `nohup` makes them ignore SIGHUP; children inherit
    that. A signal that has a handler is reset to its default in a child instead.
    """
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else _ignore)


def _ignore(*_: object) -> None:
    """Ignore a signal in this process only."""
