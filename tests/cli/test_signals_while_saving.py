"""At whatever call of a command a signal comes: the command says that it has written a file exactly if it has."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.samples import sampled
from tests.support.signalled_commands import COMMANDS

_ROWS = [("policy", signal.SIGTERM), ("configure", signal.SIGINT), *((each, signal.SIGTERM) for each in COMMANDS)]


@pytest.mark.sample
@pytest.mark.parametrize(("command", "number"), sampled(dict.fromkeys(_ROWS), 5))
def test_a_signal_at_any_call_of_a_command_says_if_the_file_was_written(
    tmp_path: Path, command: str, number: int
) -> None:
    program = [sys.executable, "-m", "tests.support.signalled_commands", str(tmp_path), command, str(int(number))]
    run = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    results = [json.loads(line) for line in run.stdout.splitlines()]
    assert {result["is_changed"] for result in results} == {True, False}
    for result in results:
        assert result["is_said"] is result["is_changed"], result
        assert result["status"] in (-number, 128 + number), result
