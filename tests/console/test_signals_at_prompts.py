"""A signal at any step of a prompt leaves the terminal and the handlers as they were."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.paths import ROOT


@pytest.mark.parametrize("prompt", ["ask", "ask_secret", "ask_single_line"])
def test_a_signal_at_any_step_of_a_prompt_restores_the_terminal(prompt: str) -> None:
    program = [sys.executable, "-W", "error", "-m", "tests.support.signalled_prompts", prompt]
    run = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    assert int(run.stdout) > 50  # steps
