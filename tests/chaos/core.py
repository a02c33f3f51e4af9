"""Runs of the commands: in children that are forked from a process that has imported them, and some as programs."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tests.chaos.execution import carry_out
from tests.chaos.outcome import Outcome
from tests.chaos.place import FILE_LIMIT, WARNINGS, Place, can_mount
from tests.chaos.schedule import Schedule
from tests.chaos.stores import Stores
from tests.support.canary import leaks
from tests.support.paths import ROOT

_LIMIT = 40.0  # seconds for a run
_PASSED = re.compile(r"^.*: passed|\"passed\": true", re.MULTILINE)


class Child:
    """A command that runs: `send` a signal to it, then `wait` for its status."""

    pid: int

    def wait(self) -> int | None:
        """The exit status, negative for the signal that has ended it; None if it does not end."""
        raise NotImplementedError


class _Forked(Child):
    def __init__(self, server: socket.socket) -> None:
        self._server = server
        self.pid = int(server.recv(64))

    def wait(self) -> int | None:
        self._server.settimeout(_LIMIT)
        try:
            return os.waitstatus_to_exitcode(int(self._server.recv(64)))
        except TimeoutError:
            os.kill(self.pid, signal.SIGKILL)
            self._server.settimeout(None)
            self._server.recv(64)
            return None
        finally:
            self._server.settimeout(None)


class _Started(Child):
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid

    def wait(self) -> int | None:
        try:
            return self._process.wait(_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return None


class ForkServer:
    """The process that children are forked from."""

    def __enter__(self) -> ForkServer:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.fork_server", str(theirs.fileno())],
                cwd=ROOT,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONWARNINGS": WARNINGS},
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._process.wait(_LIMIT)

    def start(self, place: Place, arguments: tuple[str, ...], streams: list[int], limit: int | None) -> Child:
        """Start a command in a child. `limit` is the size of files in bytes that it can write."""
        job = {
            "arguments": arguments,
            "folder": str(place.folder),
            "environment": place.environment,
            "file_size": limit,
        }
        socket.send_fds(self._socket, [json.dumps(job).encode()], streams)
        return _Forked(self._socket)


class CoreRuns:
    """Runs schedules of the kind `core`."""

    def __init__(self) -> None:
        self._resources = contextlib.ExitStack()

    def __enter__(self) -> CoreRuns:
        self._server = self._resources.enter_context(ForkServer())
        self._stores = self._resources.enter_context(Stores())
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()

    def run(self, plan: Schedule) -> list[str]:
        """What did not hold."""
        return carry_out(_CoreRun(plan, self._server), plan, self._stores, _CoreRun.execute)


class _CoreRun:
    place: Place

    def __init__(self, plan: Schedule, server: ForkServer) -> None:
        self._plan, self._server = plan, server
        self._pid = 0
        self._sent: set[int] = set()
        self._command_lines: list[bytes] = []
        self._ended = threading.Event()
        self.stdout = self.stderr = ""

    def on_request(self, number: int) -> None:
        """What happens when a request arrives."""
        if number == self._plan.writer:
            self.place.write_as_other()
        for each in self._plan.signals:
            if each.request == number:
                self._send(each.number)
        if number % 8 == 1:
            self._read_command_line()

    def _send(self, number: signal.Signals) -> None:
        if self._pid and not self._ended.is_set():
            self._sent.add(number)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, number)

    def _read_command_line(self) -> None:
        with contextlib.suppress(OSError):
            self._command_lines.append(Path(f"/proc/{self._pid}/cmdline").read_bytes())

    def execute(self) -> None:
        """Run the command until it ends."""
        if self._plan.is_disk_full and can_mount():
            self.place.fill_disk()
        with contextlib.ExitStack() as stack:
            readers = [stack.enter_context(_Reader()) for _ in range(2)]
            child = self._start([reader.write_end for reader in readers])
            self._pid = child.pid
            for reader in readers:
                reader.start()
            timers = list(self._timers())
            for timer in timers:
                timer.start()
            self.status = child.wait()
            self._ended.set()
            for timer in timers:
                timer.cancel()
                timer.join()
            self.stdout, self.stderr = (reader.text() for reader in readers)

    def _timers(self) -> Iterator[threading.Timer]:
        """What happens without a request."""
        for each in self._plan.signals:
            if not each.request:
                yield threading.Timer(each.delay, self._send, [each.number])
        if self._plan.writer and not self._plan.is_validating:
            yield threading.Timer(self._plan.writer / 500, self.place.write_as_other)

    @property
    def _arguments(self) -> tuple[str, ...]:
        arguments, settings = self._plan.arguments, self.place.settings
        if not (self._plan.is_fresh and arguments[0] == "configure"):
            return arguments
        values = ("registry", "provider", "bucket", "accesskey", "regionendpoint")
        flags = [text for name in values for text in (f"--{name}", str(settings.value(name)))]
        secret = () if "--secretkey-file" in arguments else ("--secretkey-file", "secret")
        return (*arguments, *flags, *secret, "--v4auth", "--no-secure")

    def _start(self, streams: list[int]) -> Child:
        limit = FILE_LIMIT if self._plan.is_disk_full and not can_mount() else None
        with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a device
            if self._plan.is_subprocess and limit is None:
                return _Started(
                    subprocess.Popen(
                        [sys.executable, "-m", "wizard", *self._arguments],
                        cwd=self.place.folder,
                        env=self.place.environment,
                        stdin=nothing,
                        stdout=streams[0],
                        stderr=streams[1],
                        start_new_session=True,
                    )
                )
            return self._server.start(self.place, self._arguments, [nothing.fileno(), *streams], limit)

    # --- what must hold ---

    @property
    def _is_killed(self) -> bool:
        return signal.SIGKILL in self._sent

    @property
    def _is_interrupted_by_python(self) -> bool:
        """Whether an interrupt came before the first line of the program, where Python itself prints a traceback."""
        is_one = "KeyboardInterrupt" in self.stderr and f"{ROOT}/wizard/" not in self.stderr
        return self._plan.is_subprocess and signal.SIGINT in self._sent and is_one

    def outcome(self) -> Outcome:
        stderr = "" if self._is_interrupted_by_python else self.stderr
        return Outcome(self.stdout + stderr, self._greens(), self._is_killed)

    def _greens(self) -> int:
        if not self._plan.is_validating:
            return 0
        if self.status == 0:
            return 2 if "second.toml" in self._plan.arguments else 1
        return len(_PASSED.findall(self.stdout)) if "--quiet" not in self._plan.arguments else 0

    def problems(self) -> Iterator[str]:
        """What does not hold of the exit status and the files."""
        if self.status is None:
            yield "it did not end"
        elif self.status not in self._documented():
            yield f"the exit status is {self.status}: {self.stderr[-500:]}"
        for line in self._command_lines:
            if leaks(line):
                yield f"the secret is in the command line {line!r}"
        yield from self.place.problems(is_killed=self._is_killed)
        if not self._is_killed:
            yield from self._problems_of_effect()

    def _documented(self) -> set[int]:
        ended = {128 + number for number in self._sent} | {-number for number in self._sent}
        return {0, 1, 2} | ended

    def _problems_of_effect(self) -> Iterator[str]:
        """What the exit status promises of the file that the command writes."""
        target = {"configure": "storage.toml", "import": "storage.toml", "export": self._plan.arguments[-1]}
        name = target.get(self._plan.arguments[0], "")
        if self.status in (1, 2) and name and not self.place.is_written_by_other and not self.place.is_unchanged(name):
            yield f"{name} has changed with the exit status {self.status}: {self.stderr[-500:]}"
        root = {"configure": "/new", "import": "/imported"}.get(self._plan.arguments[0])
        if self.status == 0 and root and not self.place.is_written_by_other and self.place.root_now() != root:
            yield f"the file has the root {self.place.root_now()!r} with the exit status 0"


class _Reader:
    """Reads a pipe in a thread, until every writer has closed it."""

    def __enter__(self) -> _Reader:
        self._read_end, self.write_end = os.pipe()
        self._data = b""
        self._thread = threading.Thread(target=self._read)
        return self

    def start(self) -> None:
        """Start reading: from now on only the child writes."""
        os.close(self.write_end)
        self._thread.start()

    def _read(self) -> None:
        stream: IO[bytes]
        with open(self._read_end, "rb") as stream:  # noqa: PTH123 - a descriptor
            self._data = stream.read()

    def text(self) -> str:
        """What was written."""
        self._thread.join()
        return self._data.decode(errors="replace")

    def __exit__(self, *_: object) -> None:
        """Nothing is left to close."""
