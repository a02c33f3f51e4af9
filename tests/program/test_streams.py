"""The program without a terminal, and with closed standard streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT


def run_in_shell(arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m wizard {arguments}"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_a_terminal_the_wizard_names_the_commands_to_use_instead(tmp_path: Path) -> None:
    run = run_in_shell("</dev/null", tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        'storage-wizard: the wizard needs a terminal. Use "ssh -t", "docker exec -it" or "kubectl exec -it" to '
        'get one. In scripts, use "storage-wizard configure" or "storage-wizard check".\n'
    )


@pytest.mark.sample
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ("<&-", "storage-wizard: the wizard needs a terminal."),
        ("import - <&-", "storage-wizard: No registry's storage section was found."),
        ("show 2>&-", ""),
        (">&- 2>&- <&-", ""),
    ],
)
def test_a_closed_stream_is_treated_as_empty(arguments: str, error: str, tmp_path: Path) -> None:
    run = run_in_shell(arguments, tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(error)
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        "import - --from env",
        "configure --secretkey-file - --no-validate",
        "verify http://127.0.0.1:1 --username ci --password-file -",
    ],
)
def test_standard_input_that_cannot_be_read_is_no_crash(arguments: str, tmp_path: Path) -> None:
    run = run_in_shell(f"{arguments} 0>{os.devnull}", tmp_path)  # as `nohup` leaves it
    assert run.returncode == 2
    assert run.stderr.startswith("storage-wizard: cannot read standard input: Bad file descriptor."), run.stderr
    assert list(tmp_path.iterdir()) == []
