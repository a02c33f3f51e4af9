"""The progress of a validation is one redrawn line on a terminal, and a line per check elsewhere."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Iterator

import pytest

from tests.support.faults import deny
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from wizard.checks.all_checks import S3_CHECKS
from wizard.console.progress_line import validate_with_progress
from wizard.model.settings import Settings
from wizard.validation import runner
from wizard.validation.results import Event, Report
from wizard.validation.time_limit import TimeLimit

TIMEOUT = 30.0  # seconds


class FakeTerminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def progress_of(settings: Settings, stream: io.StringIO, patch: pytest.MonkeyPatch, *, by_line: bool = False) -> str:
    """What one validation writes to stderr."""
    patch.setattr(sys, "stderr", stream)
    report = validate_with_progress(settings, threading.Event(), TimeLimit(TIMEOUT), by_line=by_line)
    assert report.results
    return stream.getvalue()


def test_without_a_terminal_each_check_has_a_line(store: LiveStore, monkeypatch: pytest.MonkeyPatch) -> None:
    text = progress_of(store.settings(), io.StringIO(), monkeypatch)
    assert all(check.title in text for check in S3_CHECKS)
    assert text.splitlines()[-1].startswith("Validation passed in ")
    assert "\x1b" not in text


def test_the_lines_are_in_the_order_of_the_checks_however_they_end(
    store: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_backwards(_settings: Settings, **_options: object) -> Iterator[Event]:
        *_, report = run_checks(store.settings())
        assert isinstance(report, Report)
        yield from reversed(report.results)
        yield report

    run_checks = runner.run_checks
    monkeypatch.setattr(runner, "run_checks", run_backwards)
    text = progress_of(store.settings(), io.StringIO(), monkeypatch)
    titles = {check.title: text.index(f"  {check.title}") for check in S3_CHECKS}
    assert list(titles) == sorted(titles, key=titles.__getitem__)


@pytest.mark.sample
@pytest.mark.parametrize(("term", "by_line"), [("dumb", False), ("xterm", True)])
def test_a_terminal_that_cannot_redraw_gets_lines(
    term: str, by_line: bool, store: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    assert "\x1b" not in progress_of(store.settings(), FakeTerminal(), monkeypatch, by_line=by_line)


def test_a_terminal_gets_one_line_that_counts_the_checks(store: LiveStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    text = progress_of(store.settings(), FakeTerminal(), monkeypatch)
    drawn = text.split("\r\x1b[K")
    assert text.count("\n") == 1
    assert drawn[-1].startswith("Validation passed in ")
    assert f"{len(S3_CHECKS) - 1} of {len(S3_CHECKS)} done" in drawn  # plain http has no certificate to verify
    assert drawn[-1].endswith(" passed, 1 not run.\n")
    assert max(map(len, drawn)) <= 78


def test_problems_and_leftovers_get_lines_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with FaultyStore(deny("DeleteObjects")) as server:
        text = progress_of(server.settings(), FakeTerminal(), monkeypatch)
        assert "\r\x1b[K  FAIL  " in text
        assert "Validation FAILED in " in text
        assert all(f"  left behind: {key}\n" in text for key in server.contents())
