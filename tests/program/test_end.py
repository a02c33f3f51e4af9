"""The end of the program, where a thread still waits for a store."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.paths import ROOT

_PROGRAM = """
import atexit, sys, threading
from wizard import __main__ as program
from wizard.cli import main as cli

class Last:
    def __del__(self, write=sys.stderr.write):
        write("the interpreter has ended\\n")

def run():
    atexit.register(print, "restored", end="")
    if sys.argv[1] == "thread":
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    print("output", end=" ")
    sys.exit(7)

last = Last()
cli.main = run
sys.exit(program.main())
"""


@pytest.mark.parametrize("left", ["thread", "nothing"])
def test_the_interpreter_does_not_end_beside_a_thread(left: str) -> None:
    command = [sys.executable, "-c", _PROGRAM, left]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (7, "output restored")
    assert run.stderr == ("" if left == "thread" else "the interpreter has ended\n")
