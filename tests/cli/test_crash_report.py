"""A crash report names errors and lines of code, and contains no message and no value."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import NoReturn

import pytest

from wizard.cli import crash_report
from wizard.model.settings import DECLARATIONS

CANARY = "canary-secret"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class FixedClock(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        del tz
        return NOW


def raise_key_error() -> NoReturn:
    raise KeyError(CANARY)


def caught(*, in_program: bool = False) -> BaseException:
    """An error with a cause, a context and a group in it, each with a value in its message."""
    try:
        try:
            raise_key_error()
        except KeyError as context:
            group = ExceptionGroup(CANARY, [TypeError(CANARY)])
            if in_program:
                DECLARATIONS["chunksize"].parse(CANARY)
            raise ValueError(CANARY) from ExceptionGroup(CANARY, [context, group])
    except ValueError as error:
        return error


def lines_of(error: BaseException) -> list[str]:
    return list(crash_report.report(error, NOW))


def test_the_report_names_versions_and_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm\x1b[31m")
    monkeypatch.delenv("NO_COLOR", raising=False)
    lines = lines_of(caught())
    assert lines[1] == "2026-01-02 03:04:05 UTC"
    assert "storage-wizard" in lines[2]
    assert f"Python {sys.version.split()[0]}" in lines[2]
    assert "boto3 " in lines[3]
    assert "TERM=xterm�[31m" in lines[4]
    assert "NO_COLOR" not in lines[4]


def test_a_library_that_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash_report, "_LIBRARIES", ("no-such-library", "boto3"))
    assert lines_of(caught())[3].startswith("boto3 ")


def test_related_errors_are_named_once_with_their_relation() -> None:
    errors = [line for line in lines_of(caught()) if line.count("builtins.")]
    assert errors == [
        "builtins.ValueError",
        "caused by builtins.ExceptionGroup",
        "contains: builtins.KeyError",
        "contains: builtins.ExceptionGroup",
        "contains: builtins.TypeError",
    ]


def test_a_context_is_named_unless_it_is_suppressed() -> None:
    def raise_in_handler(*, suppress: bool) -> BaseException:
        try:
            try:
                raise_key_error()
            except KeyError:
                raise ValueError(CANARY)  # noqa: B904 - the context is what is tested
        except ValueError as error:
            error.__suppress_context__ = suppress
            return error

    relation = "while handling builtins.KeyError"
    assert relation in lines_of(raise_in_handler(suppress=False))
    assert relation not in lines_of(raise_in_handler(suppress=True))


def test_the_number_of_errors_is_limited() -> None:
    group = ExceptionGroup("", [ValueError() for _ in range(100)])
    assert len([line for line in lines_of(group) if "builtins." in line]) == 10


def test_lines_of_code_are_named_below_the_folder_of_their_package() -> None:
    lines = lines_of(caught())
    frame = next(line for line in lines if "in caught" in line)
    assert frame.startswith("  tests/cli/test_crash_report.py:")


def test_a_file_outside_of_all_packages_is_named_without_its_folder() -> None:
    assert crash_report._short("/home/jane/script.py") == "script.py"


def test_no_value_is_in_the_report_or_the_message() -> None:
    error = caught(in_program=True)
    message = crash_report.write(error)
    (file,) = Path("~/.local/state/storage-wizard").expanduser().iterdir()
    assert CANARY not in message + file.read_text(encoding="utf-8")
    assert message.endswith(f" and attach this file. It contains no values that you entered:\n{file}")
    assert file.stat().st_mode & 0o7777 == 0o600


def test_the_message_names_the_last_line_of_the_program() -> None:
    assert crash_report.write(caught(in_program=True)).startswith(
        "something went wrong (ValueError in wizard/model/settings.py, line "
    )
    assert crash_report.write(caught()).startswith("something went wrong (ValueError). Please report it")


def test_a_report_that_cannot_be_written_is_not_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/dev/null")
    assert crash_report.write(caught()) == "something went wrong (ValueError). Please report it."


def test_a_planted_link_in_place_of_the_report_is_not_followed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    target, state = tmp_path / "target", tmp_path / "state"
    target.mkdir()
    victim = target / "victim"
    victim.write_text("kept", encoding="utf-8")
    folder = state / "storage-wizard"
    folder.mkdir(parents=True, mode=0o700)
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    (folder / f"crash-{NOW:%Y%m%dT%H%M%S}-{os.getpid()}.txt").symlink_to(victim)
    monkeypatch.setattr(crash_report, "datetime", FixedClock)
    crash_report.write(caught())
    assert victim.read_text(encoding="utf-8") == "kept"
    assert list(target.iterdir()) == [victim]
