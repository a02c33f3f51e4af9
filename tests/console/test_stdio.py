"""Data goes to stdout and messages to stderr, whatever the streams are."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import environment
from wizard.config import file as config_file
from wizard.console import stdio
from wizard.console.exit_status import CommandError
from wizard.model.settings import Settings


class LatinTerminal(io.TextIOWrapper):
    """A terminal that is not UTF-8."""

    def __init__(self) -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding="latin-1", errors="strict")

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_a_terminal_that_is_not_utf_8_gets_ascii(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = LatinTerminal()
    monkeypatch.setattr(sys, name, terminal)
    stdio.prepare_streams()
    (stdio.print_data if name == "stdout" else stdio.print_message)("AKIA…MPLE ✓")
    assert terminal.bytes.getvalue() == b"AKIA...MPLE ok\n"


def test_data_that_is_not_for_a_terminal_is_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    data = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(data, encoding="latin-1"))
    stdio.prepare_streams()
    stdio.print_data("AKIA…\udcff")
    assert data.getvalue() == "AKIA…\\udcff\n".encode()


def test_json_is_indented_and_not_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    stdio.print_json({"path": "é"})
    output = capsys.readouterr().out
    assert output == '{\n  "path": "é"\n}\n'
    assert json.loads(output) == {"path": "é"}


def test_a_message_ends_with_a_line_end_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    stdio.print_message("one")
    stdio.print_message("prompt> ", end="")
    assert capsys.readouterr().err == "one\nprompt> "


def test_a_message_is_discarded_if_it_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        monkeypatch.setattr(sys, "stderr", full)
        stdio.print_message("one")
        stdio.print_message("two")


def test_data_that_cannot_be_written_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(CommandError, match=r"cannot write the output: No space left on device\."):
            stdio.print_data("data")


@pytest.mark.parametrize(
    ("command", "status", "output"),
    [
        ("show > /dev/full", 2, b"cannot write the output: No space left on device."),
        ("--help > /dev/full", 2, b"cannot write the output: No space left on device."),
        ("chek 2> /dev/full", 2, b""),
        ("show >&- 2>&-", 0, b""),
        ("import - <&-", 2, b"with --from"),
        ("show", 0, "AKIA…MPLE".encode()),
    ],
)
def test_the_program_runs_with_full_and_closed_streams(
    command: str, status: int, output: bytes, tmp_path: Path
) -> None:
    config_file.save(tmp_path / "storage.toml", Settings(bucket="images", accesskey="AKIAIOSFODNN7EXAMPLE"), None)
    result = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -W error -m wizard {command}"],
        cwd=tmp_path,
        env=environment({"PYTHONIOENCODING": "latin-1"}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert (result.returncode, b"Traceback" in result.stderr) == (status, False), result.stderr
    assert output in result.stdout + result.stderr
    assert not output or result.stderr.count(b"\n") <= 1  # Python prints nothing more at exit


HOSTILE = "a\x9bb\u202ec\x1bd\U000e0041e"


def test_json_is_safe_to_print_and_means_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    stdio.print_json({HOSTILE: [HOSTILE, "\udcff"]})
    output = capsys.readouterr().out
    assert all(line.isprintable() for line in output.splitlines())
    assert json.loads(output) == {HOSTILE: [HOSTILE, "\udcff"]}


@pytest.mark.parametrize("is_terminal", [True, False])
def test_data_is_escaped_for_a_terminal_only(
    is_terminal: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    stdio.print_data(f"{HOSTILE}\n\tb")
    escaped = "a\\u009bb\\u202ec\\u001bd\\udb40\\udc41e"
    assert capsys.readouterr().out == f"{escaped if is_terminal else HOSTILE}\n\tb\n"


def test_a_message_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    stdio.print_message("\r\x1b[Ka\b\x9b\u202e\n\tb")
    assert capsys.readouterr().err == "\\u000d\\u001b[Ka\\u0008\\u009b\\u202e\n\tb\n"


def test_a_line_that_is_redrawn_is_escaped_except_for_that(capsys: pytest.CaptureFixture[str]) -> None:
    stdio.redraw("\r\x1b[K1 of 2\x9b\u202e")
    assert capsys.readouterr().err == "\r\x1b[K1 of 2\\u009b\\u202e"


def test_data_without_a_stream_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    stdio.print_data("text")
