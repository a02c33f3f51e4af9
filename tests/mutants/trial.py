"""Runs tests on a copy of the project in which one place was changed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from tests.mutants.sites import Mutant
from tests.support.paths import ROOT

_NO_TESTS_RAN = 5  # exit status of pytest


class Verdict(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"  # an endless loop: noticed, too
    SURVIVED = "survived"
    NOT_RUN = "no test runs the line"


class Copy:
    """A copy of the project in a folder of its own. Its tests import the program from there."""

    def __init__(self, root: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="mutant-")
        self.root = Path(self._folder.name) / "project"
        ignored = shutil.ignore_patterns(".*", "__pycache__", "screenshots", "node_modules")
        shutil.copytree(root, self.root, ignore=ignored)
        self.environment = _environment()

    def close(self) -> None:
        """Remove the copy."""
        self._folder.cleanup()

    def run(self, tests: Sequence[str], seconds: float) -> Verdict:
        """Whether the tests pass in `seconds`; the first that fails ends them."""
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", *tests]
        with subprocess.Popen(
            command,
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            try:
                status = process.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                return Verdict.TIMED_OUT
        if status == _NO_TESTS_RAN:
            return Verdict.NOT_RUN
        return Verdict.KILLED if status else Verdict.SURVIVED

    def try_out(self, mutant: Mutant, tests: Sequence[str], seconds: float) -> Verdict:
        """What the tests make of the mutant. The file is as before afterwards."""
        file = self.root / mutant.file
        source = file.read_bytes()
        try:
            file.write_bytes(mutant.applied_to(source))
            return self.run(tests, seconds)
        finally:
            file.write_bytes(source)


def _environment() -> Mapping[str, str]:
    """All rows of the tests run, as in CI; the compiled program is not kept, as it could be that of another mutant."""
    swift = {"STORAGE_WIZARD_SWIFT": str(ROOT / ".venv-swift")}  # it is not copied
    return swift | os.environ | {"CI": "true", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": ""}
