"""The program's command line, run in a child process."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support.paths import ROOT

TIMEOUT = 60.0  # seconds
COMMAND = (sys.executable, "-W", "error", "-m", "wizard")


def environment(additions: Mapping[str, str]) -> dict[str, str]:
    """This process's environment, so that the program finds the source, with `additions`."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **additions}


def run_wizard(*arguments: object, folder: Path, stdin: str = "", **additions: str) -> subprocess.CompletedProcess[str]:
    """Runs a command in `folder`; `additions` are environment variables."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=folder,
        env=environment(additions),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )


def write_program(folder: Path, name: str, command: str) -> None:
    """A program for shell scripts, which runs `command` with its arguments, in a `folder` that may not exist yet."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    program.chmod(0o700)


def write_wizard(folder: Path) -> None:
    """The program `storage-wizard` for shell scripts."""
    write_program(folder, "storage-wizard", f"env PYTHONPATH={shlex.quote(str(ROOT))} {shlex.join(COMMAND)}")


@contextlib.contextmanager
def running_wizard(*arguments: object, folder: Path = ROOT, **additions: str) -> Iterator[subprocess.Popen[str]]:
    """A command while it runs, in a session of its own; it is killed at the end. `additions` as in `run_wizard`."""
    with subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        cwd=folder,
        env=environment(additions),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
