"""Programs that a test needs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.programs import require_program


def test_an_installed_program_is_found() -> None:
    python = Path(sys.executable)
    assert require_program(python.name, "", path=str(python.parent)) == str(python)


def test_a_missing_program_skips_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="frobnicate is not installed: apt install frobnicate"):
        require_program("frobnicate", "apt install frobnicate")


def test_a_missing_program_fails_the_test_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="frobnicate is not installed"):
        require_program("frobnicate", "apt install frobnicate")
