"""The linters and the type checker find nothing."""

from __future__ import annotations

import pytest

from tests.architecture.source import run_python


@pytest.mark.parametrize("command", [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)])
def test_a_linter_finds_nothing(command: tuple[str, ...]) -> None:
    run = run_python("-m", *command)
    assert run.returncode == 0, run.stdout + run.stderr
