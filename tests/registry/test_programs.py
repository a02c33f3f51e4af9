"""Without the real registry the matrix is skipped, never passed; in CI it fails."""

from __future__ import annotations

import shutil

import pytest

from tests.registry.exercise import Programs


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)


@pytest.mark.usefixtures("missing")
def test_missing_programs_skip_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install docker-registry skopeo"):
        Programs.require()


@pytest.mark.usefixtures("missing")
def test_missing_programs_fail_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="docker-registry is not installed"):
        Programs.require()
