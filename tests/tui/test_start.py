"""What stays in the terminal after the full-screen wizard."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.faults import hang
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.pilot import AMAZON
from tests.support.processes import wait_for
from tests.support.terminals import LEAVE_ALTERNATE_SCREEN, terminal
from wizard.config import file as config_file
from wizard.formats.lookup import format_of
from wizard.session.state import WizardState
from wizard.tui.start import _print_summary


def test_the_path_of_the_saved_file_is_sanitized(store: LiveStore, tmp_path: Path) -> None:
    path = tmp_path / "a\x1b]0;title\x07b.toml"
    config_file.save(path, store.settings(), None)
    with terminal(tmp_path, "-m", "wizard", "-c", str(path)) as screen:
        screen.wait_for("Amazon S3")
        screen.press(b"\x13")
        screen.wait_for("mode 0600")
        screen.press(b"\x11")
        assert screen.wait_for_exit() == 0
        summary = screen.stream.rpartition(LEAVE_ALTERNATE_SCREEN)[2].decode()
    assert f"Saved {tmp_path}/a\ufffd]0;title\ufffdb.toml." in summary
    assert "storage-wizard check" in summary
    assert "\x1b]0;" not in screen.stream.decode()


@pytest.mark.ci_only
def test_the_command_that_attaches_the_policy_is_printed_again_in_one_line(tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", AMAZON, None)
    with terminal(tmp_path, "-m", "wizard") as screen:
        for words in ("Amazon S3", "Choose the bucket for your images"):
            screen.wait_for(words)
            screen.press(b"\r")
        screen.wait_for("The access key and secret key that")
        screen.press(b"\x10")
        screen.wait_for("Esc")
        screen.press(b"\r")
        screen.wait_for("Saved ")
        screen.press(b"\x1b")
        screen.read_until_quiet()
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        after = screen.stream.rpartition(LEAVE_ALTERNATE_SCREEN)[2].decode()
    (line,) = [line for line in after.splitlines() if "put-user-policy" in line]
    assert line.removeprefix("\x1b[?25h").startswith("To attach the policy: aws iam put-user-policy --user-name USER ")
    assert line.endswith(".json")


def test_a_second_signal_does_not_keep_leftovers_from_being_named(tmp_path: Path) -> None:
    with FaultyStore(hang("DeleteObjects")) as store:
        config_file.save(tmp_path / "storage.toml", store.settings(), None)
        with terminal(tmp_path, "-m", "wizard") as screen:
            screen.wait_for("Amazon S3")
            screen.press(b"\x13")
            wait_for(lambda: "DeleteObjects" in store.calls or None)
            screen.send_signal(signal.SIGTERM)
            screen.wait_for(LEAVE_ALTERNATE_SCREEN.decode())
            while screen.process.poll() is None:  # the app still handles the first ones
                with contextlib.suppress(subprocess.TimeoutExpired, ProcessLookupError):
                    screen.send_signal(signal.SIGINT)
                    screen.process.wait(0.05)
            screen.read_until_quiet()
            assert screen.wait_for_exit() in (128 + signal.SIGTERM, 128 + signal.SIGINT)
            after = screen.stream.rpartition(LEAVE_ALTERNATE_SCREEN)[2].decode()
    assert f"Test objects may remain in {store.bucket}" in after
    assert "Traceback" not in after


@pytest.mark.ci_only
def test_the_command_that_restarts_the_registry_is_printed_again(store: LiveStore, tmp_path: Path) -> None:
    settings = store.settings()
    file = tmp_path / "config.yml"
    file.write_text(format_of("distribution-2").write(settings).text, encoding="utf-8")
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Press F5 to start from")
        screen.press(b"\x1b[15~")
        screen.wait_for("Start from a configuration")
        screen.press(b"\r")
        screen.wait_for("nothing is saved yet")
        screen.press(b"\x13")
        screen.wait_for("mode 0600")
        file.write_text(format_of("distribution-2").write(settings.replace({"bucket": "old"})).text, encoding="utf-8")
        screen.press(b"\x1b[19~")
        screen.wait_for("Write these changes?")
        screen.press(b"\r")
        screen.wait_for("Saved ")
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        after = screen.stream.rpartition(LEAVE_ALTERNATE_SCREEN)[2].decode()
        assert store.secret_key not in screen.stream.decode()
    assert f"Wrote {file}. Restart the registry" in after
    assert "sudo systemctl restart docker-registry" in after
    assert "--into" not in after  # it is done
    assert "Check again at any time" in after
    assert store.bucket in file.read_text(encoding="utf-8")


def test_images_that_are_not_moved_are_named_again_before_the_restart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config_file.save(path := tmp_path / "storage.toml", AMAZON, None)
    state = WizardState.open(path)
    state.enter_text("bucket", "others")
    assert state.save()
    _print_summary(state, "", (), "")
    printed = capsys.readouterr().err
    texts = (
        "Saved ",
        'Images in "images" are not moved to "others".',
        f"This prints the steps that move them:\nstorage-wizard migrate {path}.bak {path}\n",
        state.next_steps()[0].text,
    )
    positions = [printed.find(text) for text in texts]
    assert -1 not in positions
    assert positions == sorted(positions)
