"""However the line prompts end, unsaved input is kept as a draft."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.prompts.conversation import CANARY, answer, line_prompts
from tests.support.samples import sampled
from wizard.session import draft


@pytest.fixture(autouse=True)
def state_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    return folder / "storage-wizard"


@pytest.mark.sample
@pytest.mark.parametrize(
    ("end", "status"),
    sampled(
        [
            (b"\x03", 130),
            (b"\x04", 130),
            (b"\x1c", 131),
            (signal.SIGHUP, 129),
            (signal.SIGTERM, 143),
            (signal.SIGQUIT, 131),
            (signal.SIGUSR2, 140),
            (signal.SIGXCPU, 152),
        ],
        3,
    ),
    ids=["Ctrl+C", "Ctrl+D", "Ctrl+backslash", "SIGHUP", "SIGTERM", "SIGQUIT", "SIGUSR2", "SIGXCPU"],
)
def test_an_interruption_keeps_a_draft_without_secrets(
    end: bytes | signal.Signals, status: int, tmp_path: Path, state_home: Path
) -> None:
    with line_prompts(tmp_path) as screen:
        answer(screen, "Registry [dtr]: ", "harbor")
        answer(screen, "Storage [aws]: ")
        answer(screen, "Bucket []: ", "images")
        answer(screen, "Region [us-east-1]: ")
        answer(screen, "Root directory []: ")
        answer(screen, "Access key []: ", "AKIAIOSFODNN7EXAMPLE")
        answer(screen, "Secret key", CANARY)
        screen.wait_for("ends in nary")
        screen.wait_for("Region endpoint []: ")
        if isinstance(end, bytes):
            screen.press(end)
        else:
            screen.process.send_signal(end)
        assert screen.wait_for_exit() == status
        assert b"\nYour entries (without keys) were saved" in screen.stream
        assert b"Traceback" not in screen.stream
    (file,) = state_home.iterdir()
    assert file.stat().st_mode & 0o7777 == 0o600
    assert CANARY not in file.read_text(encoding="utf-8")
    found = draft.find(tmp_path / "storage.toml")
    assert found is not None
    assert (found.settings.bucket, found.current_step) == ("images", "endpoint")


def test_bytes_that_the_locale_cannot_decode_are_refused_and_a_closed_terminal_keeps_a_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8:strict")  # the default of most locales
    with line_prompts(tmp_path) as screen:
        answer(screen, "Registry [dtr]: ")
        answer(screen, "Storage [aws]: ")
        screen.wait_for("Bucket []: ")
        screen.press(b"im\xe9ages\r")
        screen.wait_for("! The input contains bytes that are not UTF-8. Enter it again.")
        answer(screen, "Bucket []: ", "images")
        screen.wait_for("Region [")
        assert screen.hang_up() == 129
    found = draft.find(tmp_path / "storage.toml")
    assert found is not None
    assert found.settings.bucket == "images"


def test_a_closed_terminal_is_a_hangup_although_its_signal_does_not_come(tmp_path: Path) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # inherited by the program, as below nohup
    try:
        with line_prompts(tmp_path) as screen:
            answer(screen, "Registry [dtr]: ", "harbor")
            screen.wait_for("Storage [aws]: ")
            assert screen.hang_up() == 129
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    found = draft.find(tmp_path / "storage.toml")
    assert found is not None
    assert found.settings.registry == "harbor"


def test_a_settings_file_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "storage.toml").write_text("bucket = [")
    with line_prompts(tmp_path) as screen:
        assert screen.wait_for_exit() == 2
        assert screen.stream.startswith(b"storage-wizard: storage.toml: ")


@pytest.mark.sample
@pytest.mark.parametrize("prompt", ["Access key []: ", "Secret key"])
def test_a_signal_that_is_ignored_at_the_start_stays_ignored(prompt: str, tmp_path: Path) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # inherited by the program, as below nohup
    try:
        with line_prompts(tmp_path) as screen:
            for question in ("Registry [dtr]: ", "Storage [aws]: "):
                answer(screen, question)
            answer(screen, "Bucket []: ", "images")
            for question in ("Region [us-east-1]: ", "Root directory []: "):
                answer(screen, question)
            if prompt == "Secret key":
                answer(screen, "Access key []: ", "AKIAIOSFODNN7EXAMPLE")
            screen.wait_for(prompt)
            screen.process.send_signal(signal.SIGHUP)
            screen.press(b"\x04")
            assert screen.wait_for_exit() == 130
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def test_a_secret_in_the_second_line_of_a_paste_at_the_access_key_is_neither_shown_nor_used(tmp_path: Path) -> None:
    with line_prompts(tmp_path) as screen:
        answer(screen, "Registry [dtr]: ")
        answer(screen, "Storage [aws]: ")
        answer(screen, "Bucket []: ", "images")
        answer(screen, "Region [us-east-1]: ")
        answer(screen, "Root directory []: ")
        answer(screen, "Access key []: ", f"AKIAIOSFODNN7EXAMPLE\r{CANARY}")
        screen.wait_for("The input had more than one line, so it was ignored. Enter it again.")
        answer(screen, "Access key []: ", "AKIAIOSFODNN7EXAMPLE")
        screen.wait_for("Secret key (not shown) []: ")
        assert CANARY.encode() not in screen.stream
