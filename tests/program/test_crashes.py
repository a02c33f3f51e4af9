"""An unexpected error becomes one sentence and a report without any values of the user."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.program.commands import run_command
from tests.support.canary import SECRET, files_with_leaks, leaks, raise_with_secret
from tests.support.pilot import run_wizard
from tests.support.samples import sampled
from tests.support.terminals import LEAVE_ALTERNATE_SCREEN, terminal
from wizard.cli import crash_report
from wizard.cli.commands import completion, providers, verify
from wizard.cli.parser import Parser
from wizard.config import file as config_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session import draft, importing
from wizard.session.state import WizardState
from wizard.session.steps import STEPS
from wizard.tui import start as tui
from wizard.tui.app import WizardApp
from wizard.validation import runner, s3_runner

_CONTROL_SEQUENCES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07|\x07")


def assert_reported(output: str, folder: Path) -> None:
    """The output is one sentence that names a report, which only its owner can read; neither contains a value."""
    (report,) = (folder / "state" / "storage-wizard").glob("crash-*.txt")
    assert output.count("something went wrong") == 1
    assert f"no values that you entered:\n{report}" in output.replace("\r", "")
    assert "Traceback" not in output
    assert report.stat().st_mode & 0o7777 == 0o600
    text = report.read_text(encoding="utf-8")
    for words in ("RuntimeError", "caused by builtins.ExceptionGroup", "contains: builtins.KeyError", "ClientError"):
        assert words in text
    assert leaks(output, text) == []
    assert "secret_in_local" not in text
    report.unlink()


# --- commands ---


@pytest.mark.sample
@pytest.mark.parametrize(
    ("arguments", "owner", "function"),
    [
        (("show",), config_file, "load"),
        (("check",), runner, "run_checks"),
        (("check", "--json"), s3_runner, "connect"),  # in the threads of the checks
        (("export", "--to", "env"), config_file, "load"),
        (("policy",), config_file, "load"),
        (("configure", "--secretkey-file", "-"), config_file, "save"),
        (("import", "storage.toml", "--from", "env"), importing, "take_over"),
        (("providers",), providers, "print_data"),
        (("completion", "bash"), completion, "print_data"),
        (("verify", "http://127.0.0.1:1"), verify, "verify"),
        (("check", "--no-such-flag"), Parser, "error"),
    ],
)
def test_a_crash_of_a_command_is_reported(
    arguments: tuple[str, ...],
    owner: Any,
    function: str,
    settings: Settings,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    config_file.save(folder / "storage.toml", settings, None)
    monkeypatch.setattr(owner, function, raise_with_secret)
    assert run_command(monkeypatch, arguments) == 1
    output = capfd.readouterr()
    assert_reported(output.err, folder)
    assert leaks(output.out) == []


def test_a_crash_of_a_thread_is_reported_and_does_not_change_the_exit_status(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def load(path: Path, _deadline: float) -> NoReturn:
        thread = threading.Thread(target=raise_with_secret)
        thread.start()
        thread.join()
        raise config_file.NotFoundError(str(path))

    monkeypatch.setattr(config_file, "load", load)
    assert run_command(monkeypatch, ("check",)) == 2
    assert_reported(capfd.readouterr().err, folder)


@pytest.mark.usefixtures("folder")
def test_a_crash_is_one_sentence_if_the_report_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", os.devnull)
    monkeypatch.setattr(config_file, "load", raise_with_secret)
    assert run_command(monkeypatch, ("show",)) == 1
    error = capfd.readouterr().err
    assert error.startswith("storage-wizard: something went wrong (RuntimeError")
    assert len(error.splitlines()) == 1
    assert leaks(error) == []


def test_a_crash_is_one_sentence_if_nothing_can_be_loaded_any_more(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def crash(*_: object) -> NoReturn:
        with contextlib.suppress(OSError):
            while True:
                taken.append(os.dup(2))
        raise_with_secret()

    taken: list[int] = []
    config_file.save(folder / "storage.toml", settings, None)
    monkeypatch.setattr(config_file, "load", crash)
    monkeypatch.delitem(sys.modules, "wizard.cli.crash_report")
    monkeypatch.delattr("wizard.cli.crash_report")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, limits[1]))
    try:
        assert run_command(monkeypatch, ("show",)) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        for descriptor in taken:
            os.close(descriptor)
    assert capfd.readouterr().err == "storage-wizard: something went wrong (RuntimeError). Please report it.\n"


# --- the full-screen wizard ---


class WizardWithoutHelp(WizardApp):
    """F1 crashes."""

    CSS_PATH = str(Path(tui.__file__).with_name("wizard.tcss"))
    action_help = raise_with_secret


@pytest.mark.sample
@pytest.mark.parametrize("step", sampled([step.id for step in STEPS], 3))
async def test_a_crash_on_a_screen_leaves_a_draft_and_a_report(step: str, settings: Settings, folder: Path) -> None:
    state = WizardState(Path("storage.toml"), settings, Settings())
    app = WizardWithoutHelp(state)

    async def press_f1() -> None:
        async with run_wizard(state, app=app) as pilot:
            await pilot.go(step)
            await pilot.press("f1")
            await pilot.until_ended()

    with pytest.raises(RuntimeError):
        await press_f1()
    assert app.first_error is not None
    assert app._exit_renderables == []  # Textual would print these tracebacks
    assert_reported(crash_report.write(app.first_error), folder)
    assert draft.update_on_exit(state).startswith(draft.SAVED_NOTICE)
    assert files_with_leaks(folder) == []


@pytest.mark.sample
@pytest.mark.parametrize("where", sampled(["handler", "rich", "thread", "two threads", "task", "input"], 2))
def test_a_crash_of_the_wizard_restores_the_terminal_and_prints_one_sentence(where: str, folder: Path) -> None:
    config_file.save(folder / "storage.toml", Settings(secretkey=Secret(SECRET)), None)
    with terminal(folder, "-m", "tests.program.crashing_wizard", where) as screen:
        if where == "input":
            screen.wait_for("Amazon S3")
            screen.press(b"x")
        assert screen.wait_for_exit() == 1
        assert screen.is_restored()
        output = screen.stream.rpartition(LEAVE_ALTERNATE_SCREEN)[2].decode()
        words = _CONTROL_SEQUENCES.sub("", output).split()
        (report,) = (folder / "state" / "storage-wizard").glob("crash-*.txt")
        assert " ".join(words[:5]) == "storage-wizard: something went wrong (ValueError"
        assert " ".join(words[-8:]) == f"It contains no values that you entered: {report}"
        assert "crashing_wizard.py" in report.read_text(encoding="utf-8")
        assert b"Traceback" not in screen.stream
        assert leaks(screen.stream, report.read_bytes()) == []


# --- the line prompts ---


@pytest.mark.sample
@pytest.mark.parametrize("where", ["ask", "validate", "save"])
def test_a_crash_of_the_line_prompts_is_reported(where: str, settings: Settings, folder: Path) -> None:
    config_file.save(folder / "storage.toml", settings, None)
    with terminal(folder, "-m", "tests.program.crashing_prompts", where) as screen:
        if where != "ask":
            for _ in range(12):
                screen.wait_for("]: ")
                screen.press(b"\r")
            screen.wait_for("Show 7 more settings")
            screen.press(b"\r")
        if where == "save":
            screen.wait_for("Save as")
            screen.press(b"\r")
        assert screen.wait_for_exit() == 1
        assert_reported(screen.stream.decode(), folder)
    assert files_with_leaks(folder) == ["storage.toml"]
