"""Whatever ends a process while it writes a file: the file is complete, and no temporary file stays beside it."""

from __future__ import annotations

import itertools
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.killed_writes import WRITERS
from tests.support.paths import ROOT
from tests.support.samples import sampled

_PLACES = ("nameless", "named")
_OTHER_SIGNALS = (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1)


def interrupted_writes(folder: Path, kind: str, number: int, place: str) -> list[dict[str, Any]]:
    """What is in the folder after a write got the signal, for each of its system calls."""
    command = [sys.executable, "-m", "tests.support.killed_writes", str(folder), kind, str(int(number)), place]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    results = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(results) > 20  # system calls, before and after each
    return results


def temporary_files(result: dict[str, Any]) -> list[str]:
    return [name for name in result["names"] if name.startswith(".storage-wizard-")]


@pytest.mark.sample
@pytest.mark.parametrize(("kind", "place"), sampled(itertools.product(WRITERS, _PLACES), 7))
def test_a_write_that_is_killed_at_any_call_loses_nothing(tmp_path: Path, kind: str, place: str) -> None:
    expected = ["600"] if kind != "public" else None
    for result in interrupted_writes(tmp_path, kind, signal.SIGKILL, place):
        old, new = result["before"]["content"], result["next"]["content"]
        if result["content"] not in (old, new):
            assert (kind, result["backup"]) == ("mounted", old)
            assert not result["interrupted"]  # that would say that the file is complete
            continue
        assert (result["backup"] is None) == (result["before"]["backup"] is None)
        if result["content"] == new != old and result["backup"] is not None:
            assert result["backup"] == old
        assert expected in (None, result["modes"])
        assert temporary_files(result["next"]) == []


@pytest.mark.ci_only
@pytest.mark.sample
@pytest.mark.parametrize(
    ("kind", "number", "place"),
    [
        *sampled([(kind, signal.SIGTERM, place) for kind in WRITERS for place in _PLACES], 11),
        *sampled([("settings", number, "named") for number in _OTHER_SIGNALS], 6),
        ("mounted", signal.SIGINT, "nameless"),
    ],
)
def test_no_temporary_file_stays_after_a_signal_at_any_call(tmp_path: Path, kind: str, number: int, place: str) -> None:
    statuses = set()
    for result in interrupted_writes(tmp_path, kind, number, place):
        statuses.add(result["status"] & 0xFF or result["status"] >> 8)
        assert temporary_files(result) == []
        assert not result["interrupted"]
        assert (result["content"], result["backup"]) in [
            (result[when]["content"], result[when]["backup"]) for when in ("before", "next")
        ] or result["content"] == result["before"]["content"] == result["backup"]
    assert statuses == {128 + signal.SIGINT if number == signal.SIGINT else number}


@pytest.mark.ci_only
def test_a_killed_save_is_recognized_where_its_temporary_file_stays(tmp_path: Path) -> None:
    results = interrupted_writes(tmp_path, "settings", signal.SIGKILL, "named")
    assert {result["interrupted"] for result in results if temporary_files(result)} == {True}
    assert {result["interrupted"] for result in results if not temporary_files(result)} == {False}
