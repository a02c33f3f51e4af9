from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.screenshots import draw


async def test_the_committed_pictures_show_what_the_app_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    await draw.draw(tmp_path)
    drawn = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*.svg")}
    committed = {path.name: path.read_text(encoding="utf-8") for path in draw.FOLDER.glob("*.svg")}
    assert drawn.keys() == committed.keys(), "draw them anew with: python -m tests.screenshots"
    stale = [name for name, svg in drawn.items() if committed[name] != svg]
    assert not stale, "draw them anew with: python -m tests.screenshots"
