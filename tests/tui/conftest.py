"""The settings files and states that tests of the full-screen wizard start with, and no store elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pilot import AMAZON
from tests.support.ports import closed_port
from wizard.model.endpoint import is_loopback
from wizard.model.settings import Settings
from wizard.session.state import WizardState
from wizard.validation import quick_check
from wizard.validation.reachability import ReachabilityStatus


@pytest.fixture(autouse=True)
def _only_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No quick check asks a store elsewhere, such as Amazon S3. What it finds would come at any moment of a test."""

    def on_loopback(settings: Settings) -> ReachabilityStatus:
        return ask(settings) if is_loopback(settings) else ReachabilityStatus()

    ask = quick_check.quick_check
    monkeypatch.setattr(quick_check, "quick_check", on_loopback)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The default settings file, in the current folder; it does not exist yet."""
    monkeypatch.chdir(tmp_path)
    return Path("storage.toml")


@pytest.fixture
def new_state(path: Path) -> WizardState:
    """The state of a wizard that was started without a settings file."""
    return WizardState.open(path)


@pytest.fixture
def unreachable() -> Iterator[Settings]:
    """Settings without errors, of a store that does not answer."""
    with closed_port() as port:
        yield AMAZON.replace(
            {"provider": "other", "regionendpoint": f"http://127.0.0.1:{port}", "secure": False, "forcepathstyle": True}
        )
