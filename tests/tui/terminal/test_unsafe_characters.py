"""Control characters in values never reach the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.control import Control
from rich.segment import Segment
from textual.color import Color

from tests.support.pilot import AMAZON, run_wizard, state_of_file
from wizard.tui.terminal.unsafe_characters import UnsafeCharacterFilter

_CLEAR_SCREEN = "\x1b[2J\x9b2J\x07"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb", "a[2Jb"),
        ("a\x9b2Jb", "a2Jb"),
        ("a\u202eb", "ab"),
        ("a\u200bb", "ab"),
        ("a\ue000b", "a\ufffdb"),
        ("a\udc80b", "a\ufffdb"),
        ("ä 漢\u00a0😀 ─●", "ä 漢\u00a0😀 ─●"),
    ],
)
def test_unsafe_characters_are_removed_or_replaced_by_text_of_the_same_width(text: str, shown: str) -> None:
    before = [Segment("x"), Segment(text)]
    after = UnsafeCharacterFilter().apply(before, Color(0, 0, 0))
    assert [segment.text for segment in after] == ["x", shown]
    assert Segment.get_line_length(after) == Segment.get_line_length(before)


def test_control_segments_are_kept() -> None:
    segment = Control.move_to(1, 2).segment
    assert UnsafeCharacterFilter().apply([segment], Color(0, 0, 0)) == [segment]


async def test_control_characters_of_a_file_are_not_painted(path: Path) -> None:
    value = f"images{_CLEAR_SCREEN}"
    changes = dict.fromkeys(("bucket", "region", "rootdirectory", "accesskey", "regionendpoint", "storageclass"), value)
    state = state_of_file(path.with_name(f"{value}.toml"), AMAZON.replace(changes))
    async with run_wizard(state, (130, 40)) as pilot:
        for step in ("storage", "bucket", "keys", "endpoint", "advanced", "save"):
            await pilot.go(step)
            if step == "advanced":
                await pilot.press("f4")
            assert "images" in pilot.text
            assert not set("\x1b\x9b\x07") & set(pilot.text), step
