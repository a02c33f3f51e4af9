"""Whatever happens to its input and output, the program ends with a documented exit status and without a traceback."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import environment
from tests.support.paths import ROOT
from tests.support.samples import sampled
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings

COMMANDS = {  # with the status where nothing fails
    "--help": 0,
    "--version": 0,
    "check --help": 0,
    "completion bash": 0,
    "providers": 0,
    "policy": 0,
    "show": 0,
    "show --json": 0,
    "export --to env": 0,
    "check --offline": 1,
    "check --offline --json": 1,
    "configure --dry-run": 1,
    "import -": 2,
    "nonsense": 2,
    "": 2,
    "show -c missing.toml": 2,
    "export --to env -o /dev/full": 2,
    "policy -o missing/policy.json": 2,
}
OUTPUTS = {
    "file": ">output",
    "full": ">/dev/full",
    "closed": ">&-",
    "nothing open": "<&- >&- 2>&-",
    "all full": ">/dev/full 2>/dev/full",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    config_file.save(
        tmp_path / "storage.toml", Settings(bucket="images", accesskey="me", secretkey=Secret("you")), None
    )
    return tmp_path


def status_of(shell: str, folder: Path) -> int:
    run = subprocess.run(
        ["sh", "-c", shell],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in run.stderr
    assert "should not have happened" not in run.stderr
    assert "Exception ignored" not in run.stderr
    return run.returncode


@pytest.mark.sample(3)
@pytest.mark.parametrize(("command", "output"), sampled(itertools.product(COMMANDS, OUTPUTS), 7))
def test_the_status_is_documented_whatever_the_output_is(command: str, output: str, folder: Path) -> None:
    status = status_of(f"exec {sys.executable} -m wizard {command} {OUTPUTS[output]}", folder)
    can_be_written = output not in ("full", "all full") or command in ("import -", "")
    assert status == (COMMANDS[command] if can_be_written else 2)


@pytest.mark.sample(2)
@pytest.mark.parametrize("command", ["--help", "show", "completion bash", "check --offline"])
def test_a_reader_that_is_gone_is_a_documented_status(command: str, folder: Path) -> None:
    status_of(f"{{ {sys.executable} -m wizard {command}; echo $? >status; }} | true", folder)
    assert (folder / "status").read_text(encoding="ascii") in ("0\n", "1\n", "141\n")


_INTERRUPTED_WHILE_LOADING = """
import os, runpy, signal, sys
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "wizard.cli.main":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
runpy.run_module("wizard", run_name="__main__")
"""


_INTERRUPT_AT = {
    "the first line": "import wizard.cli.main; wizard.cli.main.prepare_streams = interrupt",
    "the end": "atexit.register(interrupt)",
}


@pytest.mark.parametrize(("moment", "status"), [("the first line", 130), ("the end", 0)])
def test_an_interrupt_at_any_moment_is_no_crash(moment: str, status: int) -> None:
    code = f"""
import atexit, os, signal, sys
from wizard.__main__ import main
def interrupt():
    os.kill(os.getpid(), signal.SIGINT)
{_INTERRUPT_AT[moment]}
sys.argv = ["storage-wizard", "--help"]
sys.exit(main())
"""
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, env=environment({}), capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stderr) == (status, "")


def test_an_interrupt_while_modules_are_loaded_is_no_crash() -> None:
    code = [sys.executable, "-c", _INTERRUPTED_WHILE_LOADING]
    result = subprocess.run(code, env=environment({}), capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (130, "", "")
