"""The entry point imports only what the chosen command needs, and maps errors to exit statuses."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import NoReturn

import pytest

from tests.support.command_line import environment
from wizard.cli import main as cli
from wizard.cli.arguments import COMMANDS, quick_parser
from wizard.cli.commands import show
from wizard.config import file as config_file
from wizard.console.exit_status import CommandError
from wizard.model.settings import Settings

HEAVY = {"boto3", "botocore", "urllib3", "textual", "rich", "cryptography"}


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    "arguments", [("--version",), ("--help",), ("show",), ("providers",), ("policy",), ("export", "--to", "env")]
)
def test_a_light_command_imports_no_heavy_library(arguments: tuple[str, ...], tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", Settings(bucket="images"), None)
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "wizard", *arguments],
        cwd=tmp_path,
        env=environment({}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-500:]
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines()}
    assert imported & HEAVY == set()
    assert "argparse" in imported


@pytest.mark.parametrize("command", [command.name for group in COMMANDS.values() for command in group])
def test_every_command_runs_its_own_module(command: str) -> None:
    module = "import_" if command == "import" else command
    assert cli._load(command).__module__ == f"wizard.cli.commands.{module}"


def test_without_arguments_nothing_has_to_be_parsed() -> None:
    assert vars(cli._parse([])) == vars(quick_parser().parse_args([]))


def test_without_a_command_the_wizard_is_launched() -> None:
    assert cli._load(None).__module__ == "wizard.cli.launcher"


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (CommandError("a sentence."), 2, "storage-wizard: a sentence.\n"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), 141, ""),
        (OSError(errno.EIO, "Input/output error"), 129, ""),
    ],
)
def test_an_error_becomes_an_exit_status(
    error: BaseException,
    status: int,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(_: object) -> NoReturn:
        raise error

    monkeypatch.setattr(show, "run", fail)
    monkeypatch.setattr(cli, "redirect_to_devnull", lambda _: None)
    assert cli.main(["show"]) == status
    assert capsys.readouterr().err == message


def test_the_hook_for_thread_errors_is_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    previous = threading.excepthook
    monkeypatch.chdir("/")
    assert cli.main(["check", "--offline", "no-such-file.toml"]) == 2
    assert threading.excepthook is previous


def test_a_command_that_ctrl_c_ends_prints_no_traceback(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "wizard", "import", "-"],
        cwd=tmp_path,
        env=environment({}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b"#" * (1 << 16))  # a pipe holds no more, so this returns once the program reads
        process.stdin.write(b"#" * (1 << 16))
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, b"")


def test_the_demo_is_not_combined_with_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["--demo", "configure", "--bucket", "images", "--region", "us-east-1", "--no-validate"]) == 2
    assert capsys.readouterr().err == (
        "storage-wizard: --demo works only in the wizard, not in a command. Run: storage-wizard --demo\n"
    )
    assert list(tmp_path.iterdir()) == []
