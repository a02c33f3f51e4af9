"""Whichever system call of a write fails: the file is the previous one or the new one, and the message says which."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.killed_writes import WRITERS
from tests.support.paths import ROOT
from tests.support.programs import require_program
from tests.support.samples import sampled

_ERRORS = ("EIO", "ENOSPC", "EINTR")
_NOT_WRITTEN = ("was not saved", "could not be read", "Nothing is stored")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that lets a call fail."""
    compiler = require_program("gcc", "apt install gcc libc6-dev")
    path = tmp_path_factory.mktemp("library") / "failing_calls.so"
    source = ROOT / "tests" / "support" / "failing_calls.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", path, source, "-ldl"], check=True)
    return path


def failed_writes(library: Path, folder: Path, kind: str, how: str) -> list[dict[str, Any]]:
    """What became of a write, for each of its system calls, of which that one fails."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.support.failing_calls", str(folder), kind, how],
        cwd=ROOT,
        env=os.environ | {"LD_PRELOAD": str(library)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    results = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(results) > 50  # system calls
    return results


def temporary_files(result: dict[str, Any]) -> list[str]:
    return [name for name in result["after"]["names"] if name.startswith(".storage-wizard-")]


@pytest.mark.sample
@pytest.mark.parametrize(("kind", "how"), sampled(itertools.product(WRITERS, (*_ERRORS, "short")), 24))
def test_a_call_that_fails_leaves_the_old_or_the_new_file(library: Path, tmp_path: Path, kind: str, how: str) -> None:
    for result in failed_writes(library, tmp_path, kind, how):
        before, after, new = result["before"], result["after"], result["next"]
        summary = f"{kind}, {how} of {result['call']}: {result['outcome']}: {result['message']}"
        assert result["outcome"] in ("written", "refused"), summary
        if result["outcome"] == "written":
            assert after["content"] == new["content"], summary
        else:
            assert (after["content"], after["backup"]) == (before["content"], before["backup"]), summary
            assert any(words in result["message"] for words in _NOT_WRITTEN), summary
        assert after["modes"] == before["modes"], summary
        assert all(name in result["message"] for name in temporary_files(result)), summary


@pytest.mark.ci_only
@pytest.mark.parametrize("kind", sampled(list(WRITERS), 6))
def test_a_kill_at_any_call_of_the_system_leaves_the_old_or_the_new_file(
    library: Path, tmp_path: Path, kind: str
) -> None:
    for result in failed_writes(library, tmp_path, kind, "kill"):
        contents = (result["before"]["content"], result["next"]["content"])
        if kind == "mounted" and result["after"]["content"] not in contents:
            assert result["after"]["backup"] == contents[0]  # a mount point is written in place
        else:
            assert result["after"]["content"] in contents
