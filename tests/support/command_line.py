"""The program's command line, run in a child process."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from wizard.cli.main import main

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


def run_here(*arguments: object, folder: Path, stdin: str = "", **additions: str) -> subprocess.CompletedProcess[str]:
    """As `run_wizard`, but in this process, which takes a third of the time: for what no start of Python changes."""
    out, err = io.BytesIO(), io.BytesIO()
    with contextlib.ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        for name, value in additions.items():
            patch.setenv(name, value)
        stack.enter_context(contextlib.chdir(folder))
        for name, stream in (("stdout", out), ("stderr", err)):
            patch.setattr(f"sys.{name}", io.TextIOWrapper(stream, encoding="utf-8", write_through=True))
        words = list(map(str, arguments))
        try:
            status = main(words)
        except SystemExit as end:  # of argparse
            status = int(end.code or 0)
        return subprocess.CompletedProcess(words, status, out.getvalue().decode(), err.getvalue().decode())
