"""How much the full-screen wizard writes to the terminal, in bytes; `tests.benchmarks` measures the same in detail."""

from __future__ import annotations

import statistics
from pathlib import Path

from tests.support.terminals import Terminal, terminal
from wizard.config import file as config_file
from wizard.model.settings import Settings


def go_to_bucket(screen: Terminal) -> int:
    """Go to the second step; returns the number of bytes of its first painting."""
    screen.wait_for("Quit")
    screen.read_until_quiet()
    screen.press(b"\r")
    screen.wait_for("Root directory")
    return screen.read_until_quiet()


def test_the_first_screen_is_painted_once(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Quit")
        assert screen.read_until_quiet() <= 5500


def test_the_next_screen_is_painted_once(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        assert go_to_bucket(screen) <= 8000


def test_a_key_in_a_field_repaints_little(tmp_path: Path) -> None:
    # Without its endpoint a MinIO is not asked anything: an answer would be painted between two keys.
    config_file.save(tmp_path / "storage.toml", Settings(provider="minio"), None)
    with terminal(tmp_path, "-m", "wizard") as screen:
        go_to_bucket(screen)
        sizes = []
        for key in b"my-images":
            screen.press(bytes([key]))
            sizes.append(screen.read_until_quiet(0.2))
        assert statistics.median(sizes) <= 170


def test_nothing_is_written_without_input(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Quit")
        screen.read_until_quiet()
        screen.mark()
        assert screen.read_until_quiet(2.0) == 0


def test_ctrl_l_repaints_everything(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Quit")
        screen.read_until_quiet()
        screen.press(b"\x0c")
        screen.wait_for("storage-wizard")
        screen.wait_for("Quit")


def test_a_new_size_repaints_everything_although_lines_and_columns_are_set(tmp_path: Path) -> None:
    exported = {"COLUMNS": "80", "LINES": "24"}  # some shells export them and never update them
    with terminal(tmp_path, "-m", "wizard", environment=exported) as screen:
        screen.wait_for("Quit")
        screen.read_until_quiet()
        screen.resize(100, 30)
        screen.wait_for("storage-wizard")
        screen.wait_for("Quit")


def test_the_size_is_that_of_the_terminal_and_not_that_of_old_variables(tmp_path: Path) -> None:
    exported = {"COLUMNS": "80", "LINES": "24"}
    with terminal(tmp_path, "-m", "wizard", environment=exported, size=(60, 18)) as screen:
        screen.wait_for("Quit")
        screen.press(b"\x11")
        assert screen.wait_for_exit() == 0
        assert b"\xe2\x94\x80" * 61 not in screen.stream  # the line below the header
