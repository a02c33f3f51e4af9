"""Which face a terminal gets: every TERM with every locale, with and without colours, tried for real."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from tests.support.terminals import ENTER_ALTERNATE_SCREEN, terminal
from wizard.console.terminal import Colours, Terminal, choose_colours, choose_ui_mode, is_light
from wizard.console.ui_mode import UiMode

TERMS = ("xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100", "dumb")
LOCALES = ("C.UTF-8", "C", "en_US.ISO-8859-1")
ALL = list(itertools.product(TERMS, LOCALES, ("", "1")))
COUNT = {"linux": Colours.SIXTEEN, "vt100": Colours.NONE, "dumb": Colours.NONE}
COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")


def face_of(term: str, locale: str) -> UiMode:
    """What the rule says."""
    if term == "dumb":
        return UiMode.PLAIN
    return UiMode.RICH if locale == "C.UTF-8" and term != "linux" else UiMode.ASCII


@pytest.mark.parametrize(("term", "locale", "no_color"), ALL)
def test_the_rule_is_the_one_that_is_printed(term: str, locale: str, no_color: str) -> None:
    encoding = "utf-8" if locale in ("C.UTF-8", "C") else "iso8859-1"  # Python makes UTF-8 of a plain C
    found = Terminal({"TERM": term, "LANG": locale, "NO_COLOR": no_color}, encoding, 80, 24)
    assert choose_ui_mode(found)[0] is face_of(term, locale)
    if no_color or term not in COUNT:  # terminfo is asked only once in a process, so those are tried below
        assert choose_colours(found) is (Colours.NONE if no_color else Colours.MANY)


@pytest.mark.parametrize(
    ("columns", "rows", "face"),
    [(0, 0, UiMode.PLAIN), (59, 24, UiMode.PLAIN), (80, 17, UiMode.PLAIN), (60, 18, UiMode.RICH)],
)
def test_a_small_screen_gets_line_prompts(columns: int, rows: int, face: UiMode) -> None:
    assert choose_ui_mode(Terminal({"TERM": "xterm", "LANG": "C.UTF-8"}, "utf-8", columns, rows))[0] is face


@pytest.mark.parametrize(("term", "locale", "no_color"), ALL)
def test_each_terminal_gets_what_it_can_show(term: str, locale: str, no_color: str, tmp_path: Path) -> None:
    variables = {"TERM": term, "LANG": locale, "NO_COLOR": no_color}
    with terminal(tmp_path, "-m", "wizard", environment=variables) as screen:
        if face_of(term, locale) is UiMode.PLAIN:
            screen.wait_for("Registry [dtr]: ")
            assert b"\x1b" not in screen.stream
        else:
            screen.wait_for("Which registry reads the settings")
            screen.press(b"\x11")
        screen.press(b"\x04")
        screen.wait_for_exit()
        assert (ENTER_ALTERNATE_SCREEN in screen.stream) is (face_of(term, locale) is not UiMode.PLAIN)
        assert b"Traceback" not in screen.stream
        if face_of(term, locale) is not UiMode.RICH:
            assert screen.stream.isascii()
        else:
            assert "▸" in screen.stream.decode()
        if no_color or COUNT.get(term) is Colours.NONE:
            assert not COLOUR.search(screen.stream)
        else:
            assert COLOUR.search(screen.stream)
            assert (b"38;5" in screen.stream or b"38;2" in screen.stream) is (term != "linux")


@pytest.mark.parametrize(("flag", "words"), [("--plain", "Registry [dtr]: "), ("--ascii", "Which registry")])
def test_a_flag_forces_a_face(flag: str, words: str, tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", flag) as screen:
        screen.wait_for(words)
        assert screen.stream.isascii()


def test_a_small_terminal_is_told_why_it_gets_line_prompts(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", size=(50, 20)) as screen:
        screen.wait_for("the terminal has 50x20, and the screens take 60x18")
        screen.wait_for("Registry [dtr]: ")


def test_ctrl_t_takes_the_glyphs_away_and_gives_them_back(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("▸ Storage")
        screen.press(b"\x14")
        screen.wait_for("> Storage")
        screen.press(b"\x14")
        screen.wait_for("▸ Storage")


def test_a_terminal_that_shrinks_and_grows_loses_nothing(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard") as screen:
        screen.wait_for("Which registry reads the settings")
        screen.press(b"\r")
        screen.wait_for("Which bucket holds")
        screen.press(b"images")
        screen.wait_for("s")
        screen.read_until_quiet()
        screen.resize(40, 12)
        screen.wait_for("images")
        screen.resize(80, 24)
        screen.wait_for("images")
        screen.wait_for("Which bucket holds")
        assert b"Traceback" not in screen.stream


@pytest.mark.parametrize(
    ("said", "light"),
    [("", False), ("15;0", False), ("0;15", True), ("0;default;7", True), ("0;8", False), ("x", False)],
)
def test_a_terminal_that_says_so_gets_light_screens(said: str, light: bool) -> None:
    assert is_light(Terminal({"COLORFGBG": said}, "utf-8", 80, 24)) is light


@pytest.mark.parametrize(("words", "background"), [(("--light",), "48;2;250;250;248"), ((), "48;2;20;23;28")])
def test_light_screens_come_on_request(tmp_path: Path, words: tuple[str, ...], background: str) -> None:
    with terminal(tmp_path, "-m", "wizard", *words, environment={"COLORTERM": "truecolor"}) as screen:
        screen.wait_for("Quit")
        assert background.encode() in screen.stream
