"""The user interface and the colours that suit a terminal."""

from __future__ import annotations

import curses
import itertools
import os
import time

import pytest

from wizard.console.terminal import Colours, Terminal, choose_colours, choose_ui_mode, is_light
from wizard.console.ui_mode import UiMode

TERMS = ("xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100")


def terminal(*, encoding: str = "utf-8", size: tuple[int, int] = (80, 24), **environment: str) -> Terminal:
    return Terminal({"TERM": "xterm", "LANG": "C.UTF-8"} | environment, encoding, *size)


def terminal_with(variables: dict[str, str]) -> Terminal:
    return Terminal({"TERM": "xterm", "LANG": "C.UTF-8"} | variables, "utf-8", 80, 24)


# The user interface


@pytest.mark.parametrize(
    ("locale", "encoding"), [("C.UTF-8", "utf-8"), ("C", "utf-8"), ("en_US.ISO-8859-1", "iso8859-1")]
)
@pytest.mark.parametrize("term", TERMS)
def test_full_screen_needs_utf_8_for_its_symbols(term: str, locale: str, encoding: str) -> None:
    mode, reason = choose_ui_mode(terminal(TERM=term, LANG=locale, encoding=encoding))
    if term == "linux":
        assert (mode, reason) == (UiMode.ASCII, "the Linux console does not support the Unicode symbols")
    elif locale == "C.UTF-8":
        assert (mode, reason) == (UiMode.RICH, "")
    else:
        assert (mode, reason) == (UiMode.ASCII, "the locale is not UTF-8")


@pytest.mark.parametrize(
    ("variables", "mode"),
    [
        ({"LANG": "C", "LC_CTYPE": "en_US.UTF-8"}, UiMode.RICH),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, UiMode.ASCII),  # as Python itself sets it in the C locale
        ({"LANG": "C.UTF-8", "LC_ALL": "C"}, UiMode.ASCII),
        ({"LANG": "C", "LC_ALL": "C.UTF-8", "LC_CTYPE": "C.UTF-8"}, UiMode.RICH),
    ],
)
def test_the_locale_is_the_one_that_libraries_use(variables: dict[str, str], mode: UiMode) -> None:
    assert choose_ui_mode(terminal_with(variables))[0] is mode


@pytest.mark.parametrize(
    ("term", "reason"), [("dumb", "TERM is dumb"), ("unknown", "TERM is unknown"), ("", "TERM is not set")]
)
def test_a_terminal_without_cursor_movement_gets_line_prompts(term: str, reason: str) -> None:
    assert choose_ui_mode(terminal(TERM=term)) == (UiMode.PLAIN, reason)


@pytest.mark.parametrize(
    ("columns", "rows", "reason"),
    [
        (0, 0, "the terminal does not report its size"),
        (59, 24, "the terminal is 59x24, but the full-screen wizard needs 60x18"),
        (80, 17, "the terminal is 80x17, but the full-screen wizard needs 60x18"),
    ],
)
def test_a_terminal_that_is_too_small_gets_line_prompts(columns: int, rows: int, reason: str) -> None:
    assert choose_ui_mode(terminal(size=(columns, rows))) == (UiMode.PLAIN, reason)


def test_the_smallest_size_for_full_screen_is_60_by_18() -> None:
    assert choose_ui_mode(terminal(size=(60, 18))) == (UiMode.RICH, "")


@pytest.mark.parametrize("term", ["linux-16color", "linux-m", "screen.linux", "screen.linux-16color"])
def test_each_name_of_the_linux_console_gets_ascii(term: str) -> None:
    assert choose_ui_mode(terminal(TERM=term))[0] is UiMode.ASCII


@pytest.mark.parametrize("term", ["xterm-linux", "linuxish", "screen.xterm-256color"])
def test_another_name_does_not(term: str) -> None:
    assert choose_ui_mode(terminal(TERM=term))[0] is UiMode.RICH


def test_a_size_that_is_set_a_moment_later_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = iter([(0, 0), (80, 0), (80, 24)])
    monkeypatch.setattr(os, "get_terminal_size", lambda _: next(sizes))
    monkeypatch.setattr(time, "sleep", lambda _: None)
    assert Terminal.current(wait=60)[2:] == (80, 24)


def test_a_size_that_is_never_set_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(os, "get_terminal_size", lambda _: (0, 0))
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    assert Terminal.current(wait=0.5)[2:] == (0, 0)
    assert now[0] == pytest.approx(0.5, abs=0.05)


def test_the_current_terminal_has_a_size_or_none() -> None:
    current = Terminal.current()
    assert (current.columns > 0) is (current.rows > 0)


# Colours


@pytest.mark.parametrize("term", TERMS)
def test_no_color_disables_colours(term: str) -> None:
    assert choose_colours(terminal(TERM=term, NO_COLOR="1", COLORTERM="truecolor")) is Colours.NONE


@pytest.mark.parametrize(
    "variables",
    [
        {"TERM": "vt100", "COLORTERM": "truecolor"},
        {"TERM": "vt100", "COLORTERM": "24bit"},
        {"TERM": "screen-256color"},
        {"TERM": "xterm-direct"},
        {"TERM": "xterm-256color", "NO_COLOR": ""},
    ],
)
def test_a_terminal_that_says_so_gets_many_colours(variables: dict[str, str]) -> None:
    assert choose_colours(terminal_with(variables)) is Colours.MANY


@pytest.mark.parametrize(
    ("count", "colours"),
    [(-1, Colours.NONE), (7, Colours.NONE), (8, Colours.SIXTEEN), (255, Colours.SIXTEEN), (256, Colours.MANY)],
)
def test_otherwise_terminfo_decides(count: int, colours: Colours, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curses, "setupterm", lambda _: None)
    monkeypatch.setattr(curses, "tigetnum", lambda _: count)
    assert choose_colours(terminal()) is colours


def test_a_terminal_without_a_terminfo_entry_gets_16_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> None:
        raise curses.error

    monkeypatch.setattr(curses, "setupterm", fail)
    assert choose_colours(terminal()) is Colours.SIXTEEN


# The background


@pytest.mark.parametrize(
    ("background", "colours"), list(itertools.product((7, *range(9, 16)), ("0;{}", "0;default;{}")))
)
def test_a_light_background_is_recognised(background: int, colours: str) -> None:
    assert is_light(terminal(COLORFGBG=colours.format(background)))


@pytest.mark.parametrize("colours", ["", "15;0", "0;8", "0;16", "x", "0;default"])
def test_any_other_background_is_dark(colours: str) -> None:
    assert not is_light(terminal(COLORFGBG=colours))
