"""Runs a command of the program in this process."""

from __future__ import annotations

import io
import sys

import pytest

from tests.support.canary import SECRET
from wizard.cli import main as cli


def run_command(monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> int:
    """Run with the planted secret on the standard input; returns the exit status."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{SECRET}\n".encode())))
    try:
        return cli.main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
