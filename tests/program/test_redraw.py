"""The full-screen wizard is drawn again after Ctrl+T and after a change of the terminal's size."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.terminals import terminal


def test_ctrl_t_switches_between_ascii_and_unicode(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("▸ Storage")
        screen.press(b"\x14")
        screen.wait_for("> Storage")
        screen.press(b"\x14")
        screen.wait_for("▸ Storage")


@pytest.mark.ci_only
def test_input_survives_a_terminal_that_shrinks_and_grows(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Amazon S3")
        screen.press(b"\r")
        screen.wait_for("Choose the bucket")
        screen.press(b"images")
        screen.wait_for("s")
        screen.read_until_quiet()
        screen.resize(40, 12)
        screen.wait_for("images")
        screen.resize(80, 24)
        screen.wait_for("images")
        screen.wait_for("Choose the bucket")
        assert b"Traceback" not in screen.stream
