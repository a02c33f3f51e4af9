"""The warning and the error for two clocks that differ."""

from __future__ import annotations

import ctypes

import pytest

from tests.support import faults
from tests.support.faulty_store import FaultyStore
from tests.support.findings import only_failure
from tests.support.reports import finding_of, is_sentence, report_of, result_of
from wizard.diagnosis import clock
from wizard.model.findings import Cause, Finding, Severity
from wizard.validation.results import Status

REJECTED = Finding(Cause.CLOCK_SKEW, "The clocks differ.")


def warning_text(skew: float) -> str:
    """The text of the warning for a skew."""
    finding = clock.skew_warning(skew)
    assert finding is not None
    assert is_sentence(finding.text)
    return finding.text


# The store rejects requests


@pytest.mark.parametrize(("seconds", "direction"), [(3600, "behind"), (-3600, "ahead of")])
def test_a_store_that_rejects_the_clock_fails_with_the_difference(seconds: int, direction: str) -> None:
    with FaultyStore(faults.clock_skew(seconds)) as store:
        report = report_of(store.settings())
    text = only_failure(report, "clock", Cause.CLOCK_SKEW).text
    assert f"This machine's clock is 1 hour {direction} the store's" in text
    assert is_sentence(text)
    assert result_of(report, "resolve").status is Status.PASSED
    assert result_of(report, "tls").reason == "plain http has no certificate"


def test_a_rejection_without_a_date_stays_as_it_is() -> None:
    assert clock.skew_error(REJECTED, None) is REJECTED


@pytest.mark.parametrize("code", ["RequestExpired", "RequestTimeTooSkewed"])
def test_a_rejection_although_the_clocks_agree_is_not_about_the_clocks(code: str) -> None:
    with FaultyStore(faults.error("*", 403, code)) as store:
        finding = only_failure(report_of(store.settings()), "list", Cause.STORE_ERROR)
    assert "agrees with this machine's. A proxy in between delays requests" in finding.text
    assert is_sentence(finding.text)


def test_a_finding_about_something_else_stays_as_it_is() -> None:
    finding = Finding(Cause.DNS, "No address.")
    assert clock.skew_error(finding, 3600.0) is finding


# The store accepts requests


def test_a_clock_that_is_ten_minutes_off_is_a_warning() -> None:
    with FaultyStore(faults.clock_skew(600)) as store:
        report = report_of(store.settings())
    assert report.passed
    assert result_of(report, "clock").status is Status.WARNING
    finding = finding_of(report, "clock")
    assert finding.severity is Severity.WARNING
    assert "10 minutes behind the store's" in finding.text
    assert "Stores reject every request from 15 minutes on." in finding.text


@pytest.mark.parametrize("skew", [None, 0.0, 299.0, -299.0])
def test_a_clock_that_is_less_than_five_minutes_off_is_no_warning(skew: float | None) -> None:
    assert clock.skew_warning(skew) is None


@pytest.mark.parametrize(
    ("skew", "text"),
    [
        (300.0, "5 minutes behind"),
        (-300.4, "5 minutes ahead of"),
        (3569.0, "59 minutes behind"),
        (3599.0, "1 hour behind"),
        (5400.0, "1.5 hours behind"),
        (7201.0, "2 hours behind"),
        (86401.0, "1 day behind"),
        (-365 * 86400.0, "365 days ahead of"),
    ],
)
def test_a_warning_says_by_how_much_and_in_which_direction(skew: float, text: str) -> None:
    assert text in warning_text(skew)


# Which clock is probably wrong


@pytest.mark.parametrize(
    ("is_synchronised", "text"),
    [
        (True, ", but it is synchronised, so the store's is likely wrong."),
        (False, "10 minutes behind the store's and isn't synchronised."),
        (None, "Sync both clocks with NTP"),
    ],
)
def test_the_clock_that_is_probably_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, is_synchronised: bool | None, text: str
) -> None:
    monkeypatch.setattr(clock, "is_synchronised", lambda: is_synchronised)
    assert text in warning_text(600)
    assert text in clock.skew_error(REJECTED, 600).text


def test_a_clock_that_is_earlier_than_the_program_is_certainly_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not clock.predates_program()
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert clock.predates_program()
    assert "1 hour behind the store's and predates this program." in warning_text(3600)


def test_a_program_in_an_archive_has_no_time_of_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.__file__", "/nowhere/wizard.zip/wizard/__init__.py")
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert not clock.predates_program()


def test_this_kernel_reports_whether_the_clock_is_synchronised() -> None:
    assert clock.is_synchronised() in (True, False, None)


@pytest.mark.parametrize(
    ("state", "expected"), [(0, True), (1, True), (4, True), (5, False), (6, None), (-1, None)], ids=str
)
def test_the_state_of_adjtimex_is_read(monkeypatch: pytest.MonkeyPatch, state: int, expected: bool | None) -> None:
    arguments: list[bytes] = []

    class Libc:
        @staticmethod
        def adjtimex(timex: ctypes.Array[ctypes.c_char]) -> int:
            arguments.append(timex.raw)
            return state

    monkeypatch.setattr("ctypes.CDLL", lambda _: Libc)
    assert clock.is_synchronised() is expected
    assert arguments == [bytes(len(arguments[0]))]  # only zeros: nothing is set
    assert len(arguments[0]) >= 256


@pytest.mark.parametrize("error", [OSError, AttributeError])
def test_a_libc_without_adjtimex_reports_nothing(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr("ctypes.CDLL", fail)
    assert clock.is_synchronised() is None


def test_another_system_than_linux_reports_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert clock.is_synchronised() is None
