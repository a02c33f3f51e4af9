"""Fixtures for tests of the whole program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.canary import SECRET
from tests.support.live_store import LiveStore
from wizard.model.secret import Secret
from wizard.model.settings import Settings


@pytest.fixture
def settings(store: LiveStore) -> Settings:
    """Settings that pass validation, with the planted secret as the secret key; moto accepts any."""
    return store.settings(secretkey=Secret(SECRET))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, which also contains the program's folder for state."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path
