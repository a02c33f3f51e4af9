"""The version names the commit of a build."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from wizard import __version__
from wizard.cli import version


def test_the_source_tree_has_no_commit() -> None:
    assert version.program_version() == f"{__version__} (from source)"


@pytest.mark.parametrize(("stamp", "text"), [("1a2b3c4 of 2026-01-02\n", " (1a2b3c4 of 2026-01-02)"), ("", "")])
def test_a_build_names_its_commit_if_it_has_one(stamp: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    loader = SimpleNamespace(get_data=lambda _: stamp.encode())
    monkeypatch.setattr(version, "__spec__", SimpleNamespace(loader=loader))
    assert version.program_version() == f"{__version__}{text}"
