"""The committed screenshots are up to date."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.screenshots import draw

_REMEDY = "draw them again: python -m tests.screenshots"


@pytest.mark.ci_only
async def test_the_committed_screenshots_show_what_the_app_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    await draw.draw(tmp_path)
    drawn = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.svg")}
    committed = {path.name: path.read_text(encoding="utf-8") for path in draw.FOLDER.glob("*.svg")}
    assert drawn.keys() == committed.keys(), _REMEDY
    assert [name for name, svg in drawn.items() if committed[name] != svg] == [], _REMEDY
