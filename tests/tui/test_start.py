"""What stays in the terminal after the full-screen wizard."""

from __future__ import annotations

from pathlib import Path

from tests.support.live_store import LiveStore
from tests.support.terminals import LEAVE_ALTERNATE_SCREEN, terminal
from wizard.config import file as config_file


def test_the_path_of_the_saved_file_is_sanitized(store: LiveStore, tmp_path: Path) -> None:
    path = tmp_path / "a\x1b]0;title\x07b.toml"
    config_file.save(path, store.settings(), None)
    with terminal(tmp_path, "-m", "wizard", "-c", str(path)) as screen:
        screen.wait_for("Which registry reads the settings")
        screen.press(b"\x13")
        screen.wait_for("is written")
        screen.press(b"\x11")
        assert screen.wait_for_exit() == 0
        summary = screen.stream.rpartition(LEAVE_ALTERNATE_SCREEN)[2].decode()
    assert f"Saved {tmp_path}/a\ufffd]0;title\ufffdb.toml." in summary
    assert "storage-wizard check" in summary
    assert "\x1b]0;" not in screen.stream.decode()
