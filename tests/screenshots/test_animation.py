"""The moving picture of the demo."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from tests.screenshots.animation import Frame, animate
from tests.screenshots.draw import FOLDER
from wizard.session.steps import STEPS

_PICTURE = (FOLDER / "demo.svg").read_text(encoding="utf-8")
_FRAMES = {
    frame.get("id"): "".join(frame.itertext()).replace("\xa0", " ")
    for frame in ET.fromstring(_PICTURE).iterfind("{*}g[@class='frame']")
}


def test_the_frames_show_every_step_in_order() -> None:
    shown = [match[1] for text in _FRAMES.values() if (match := re.search(r"▸ (\w+)", text))]
    assert len(shown) == len(_FRAMES)
    assert list(dict.fromkeys(shown)) == [step.title for step in STEPS]


def test_the_frames_show_a_problem_its_fix_and_the_saved_file() -> None:
    texts = "\n".join(_FRAMES.values())
    assert "✗" in texts
    assert "demo-storage.toml" in list(_FRAMES.values())[-1]


def test_the_frames_take_turns_without_a_gap() -> None:
    turn = r"@keyframes turn-\d+ \{ (?:0% \{ visibility: hidden \} )?([\d.]+)%[^%]*?(?:([\d.]+)%|\} \}$)"
    turns = re.findall(turn, _PICTURE, re.MULTILINE)
    starts, ends = ([float(each[side] or 100) for each in turns] for side in (0, 1))
    assert len(turns) == len(_FRAMES)
    assert [0.0, *ends] == [*starts, 100.0]


def test_the_picture_is_small_and_loads_nothing() -> None:
    assert len(_PICTURE) < 400_000
    assert re.findall(r"<script|@import|@font-face|href=|url\((?!#)", _PICTURE) == []


def test_a_picture_that_textual_has_not_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="Textual"):
        animate([Frame("<svg/>", 1.0)], "", still=0)
