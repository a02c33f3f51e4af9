"""Ctrl+Z suspends the program only where a shell could resume it: real processes below real shells."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from tests.support.terminals import Terminal, terminal
from wizard.console import job_control

PROBE = """
import os, sys, time
from wizard.console.job_control import can_suspend
while os.getppid() in map(int, sys.argv[1:]):  # until that parent has ended
    time.sleep(0.01)
print("can suspend:", can_suspend(), flush=True)
"""
JOB_CONTROL_SHELLS = {"bash -i": ["bash", "--norc", "--noprofile", "-i"], "sh -m": ["sh", "-m", "-i"]}


@pytest.fixture
def probe(tmp_path: Path) -> str:
    """A shell command that prints whether it could be suspended."""
    path = tmp_path / "probe.py"
    path.write_text(PROBE, encoding="utf-8")
    return f"{sys.executable} {path}"


def answer_below(shell: list[str], command: str, folder: Path) -> bool:
    """What a probe prints that is started from an interactive shell."""
    program = Terminal(shell, folder, {"PS1": "ready> "})
    try:
        program.wait_for("ready> ")
        program.press(f"{command}\r".encode())
        program.wait_for("can suspend: ")
        program.wait_for("e\r\n")
        return b"can suspend: True" in program.stream
    finally:
        program.close()


@pytest.mark.parametrize("shell", JOB_CONTROL_SHELLS)
def test_a_job_of_a_shell_can_be_suspended(shell: str, probe: str, tmp_path: Path) -> None:
    assert answer_below(JOB_CONTROL_SHELLS[shell], probe, tmp_path)


def test_a_program_in_a_pipeline_can_be_suspended(probe: str, tmp_path: Path) -> None:
    assert answer_below(JOB_CONTROL_SHELLS["bash -i"], f"echo | {probe}", tmp_path)


def test_a_program_below_a_wrapper_script_can_be_suspended(probe: str, tmp_path: Path) -> None:
    assert answer_below(JOB_CONTROL_SHELLS["bash -i"], f"sh -c '{probe}; :'", tmp_path)


def test_a_program_below_two_wrapper_scripts_can_be_suspended(probe: str, tmp_path: Path) -> None:
    assert answer_below(JOB_CONTROL_SHELLS["bash -i"], f"""sh -c 'sh -c "{probe}; :"; :'""", tmp_path)


def test_the_name_of_a_wrapper_can_contain_parentheses(probe: str, tmp_path: Path) -> None:
    shell = shutil.which("sh")
    assert shell
    shutil.copy(shell, tmp_path / "a) S 1 (b")
    assert answer_below(JOB_CONTROL_SHELLS["bash -i"], f"'./a) S 1 (b' -c '{probe}; :'", tmp_path)


def test_a_program_whose_parent_has_ended_cannot_be_suspended(probe: str, tmp_path: Path) -> None:
    assert not answer_below(JOB_CONTROL_SHELLS["bash -i"], f"sh -c '{probe} $$ &'", tmp_path)


def test_a_session_leader_cannot_be_suspended(probe: str, tmp_path: Path) -> None:
    with terminal(tmp_path, probe.split()[1]) as program:
        program.wait_for("can suspend: False")


def test_a_program_below_a_session_leader_without_job_control_cannot_be_suspended(probe: str, tmp_path: Path) -> None:
    program = Terminal(["sh", "-c", f"{probe}; :"], tmp_path)  # as `ssh -t host 'storage-wizard; …'`
    try:
        program.wait_for("can suspend: False")
    finally:
        program.close()


def test_the_parent_of_a_process_is_read_from_proc() -> None:
    assert job_control._parent_of(os.getpid()) == os.getppid()


def test_without_proc_only_a_direct_parent_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_control, "_PROC", tmp_path)
    assert job_control._parent_of(os.getpid()) == 0
    monkeypatch.setattr(os, "getppid", lambda: 4321)
    monkeypatch.setattr(os, "getsid", lambda _: 1)
    monkeypatch.setattr(os, "getpgrp", lambda: 2)
    monkeypatch.setattr(os, "getpgid", lambda _: 2)
    assert not job_control.can_suspend()  # the parent is in the same group, and its own parent is unknown
    monkeypatch.setattr(os, "getpgid", lambda _: 3)
    assert job_control.can_suspend()


def test_a_parent_outside_the_process_namespace_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getppid", lambda: 0)  # as in a container
    assert not job_control.can_suspend()


# The handlers


def test_the_handlers_are_restored() -> None:
    numbers = (signal.SIGTSTP, signal.SIGCONT)
    previous = [signal.getsignal(number) for number in numbers]
    with job_control.suspend_on_ctrl_z(lambda: None, lambda: None):
        assert all(callable(signal.getsignal(number)) for number in numbers)
    assert [signal.getsignal(number) for number in numbers] == previous


def test_an_ignored_sigtstp_stays_ignored() -> None:
    previous = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    try:
        with job_control.suspend_on_ctrl_z(lambda: None, lambda: None):
            assert signal.getsignal(signal.SIGTSTP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTSTP, previous)


def test_where_it_cannot_be_suspended_a_notice_is_shown_and_the_prompt_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(job_control, "can_suspend", lambda: False)
    shown: list[str] = []
    with job_control.suspend_on_ctrl_z(lambda: shown.append("stop"), lambda: shown.append("prompt")):
        signal.raise_signal(signal.SIGTSTP)
    assert shown == ["prompt"]
    assert capsys.readouterr().err == f"\n{job_control.CANNOT_SUSPEND}\n"
