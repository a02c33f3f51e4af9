"""Runs commands of the program, each in a child of its own that does not have to import anything.

Run as `python -m tests.chaos.fork_server DESCRIPTOR`, the descriptor of a socket. Each message on it is a job as JSON,
with the descriptors of its standard streams. The answers are the id of the child and, when it has ended, its status as
from `os.waitpid`. One thread and one job at a time, so that the process can fork.
"""

from __future__ import annotations

import array
import importlib
import json
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Iterable
from typing import Any

import wizard.cli.arguments
from wizard import __main__ as program
from wizard.console.exit_status import ExitStatus
from wizard.files.signals import ENDING_SIGNALS
from wizard.s3.connect import load_client

_MODULES = ("check", "configure", "export", "import_", "show")
_MAX_JOB = 1 << 16


def _become(job: dict[str, Any], descriptors: list[int]) -> None:
    """Make this process the one of a job."""
    os.setsid()
    for target, descriptor in enumerate(descriptors):
        os.dup2(descriptor, target)
        os.close(descriptor)
    for target, (name, mode, buffering) in enumerate((("stdin", "r", -1), ("stdout", "w", -1), ("stderr", "w", 1))):
        stream = os.fdopen(target, mode, buffering, closefd=False)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    os.chdir(job["folder"])
    os.environ.clear()
    os.environ.update(job["environment"])
    sys.argv = ["storage-wizard", *job["arguments"]]
    if job["file_size"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job["file_size"], job["file_size"]))


def run_program(signals: Iterable[int]) -> int:
    """Run the program as Python starts it: signals that came before that come now."""
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, signals)
        return program.main()
    except KeyboardInterrupt:  # before its first statement
        return ExitStatus.INTERRUPTED


def main(server: socket.socket) -> int:
    """Answer jobs until the socket is closed. In a child, returns the exit status of the command."""
    for name in _MODULES:
        importlib.import_module(f"wizard.cli.commands.{name}")
    load_client()
    wizard.cli.arguments.quick_parser()
    assert threading.active_count() == 1
    while True:
        data, descriptors, _, _ = socket.recv_fds(server, _MAX_JOB, 3)
        if not data:
            return 0
        signals = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING_SIGNALS)
        child = os.fork()
        if child == 0:
            server.close()
            _become(json.loads(data), descriptors)
            return run_program(signals)
        signal.pthread_sigmask(signal.SIG_SETMASK, signals)
        for descriptor in array.array("i", descriptors):
            os.close(descriptor)
        server.send(str(child).encode())
        server.send(str(os.waitpid(child, 0)[1]).encode())


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as jobs:
        sys.exit(main(jobs))
