"""The wizard starts with the user interface that suits the terminal, or that a flag names."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.samples import sampled
from tests.support.terminals import ENTER_ALTERNATE_SCREEN, terminal
from wizard.cli import main as cli
from wizard.console.ui_mode import UiMode

FIRST_PROMPT, FIRST_SCREEN = "Registry [dtr]: ", "Amazon S3"
TERMS = ("xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100", "dumb")
LOCALES = ("C.UTF-8", "C", "en_US.ISO-8859-1")
COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")


def expected_mode(term: str, locale: str) -> UiMode:
    if term == "dumb":
        return UiMode.PLAIN
    return UiMode.RICH if locale == "C.UTF-8" and term != "linux" else UiMode.ASCII


@pytest.mark.sample
@pytest.mark.parametrize(("term", "locale", "no_color"), sampled(itertools.product(TERMS, LOCALES, ("", "1")), 7))
def test_a_terminal_gets_only_what_it_can_show(term: str, locale: str, no_color: str, tmp_path: Path) -> None:
    mode = expected_mode(term, locale)
    variables = {"TERM": term, "LANG": locale, "NO_COLOR": no_color}
    with terminal(tmp_path, "-m", "wizard", environment=variables) as screen:
        if mode is UiMode.PLAIN:
            screen.wait_for(FIRST_PROMPT)
            assert b"\x1b" not in screen.stream
        else:
            screen.wait_for(FIRST_SCREEN)
            screen.press(b"\x11")
        screen.press(b"\x04")
        screen.wait_for_exit()
        assert (ENTER_ALTERNATE_SCREEN in screen.stream) is (mode is not UiMode.PLAIN)
        assert b"Traceback" not in screen.stream
        assert screen.stream.isascii() is (mode is not UiMode.RICH)
        if no_color or term in ("vt100", "dumb"):
            assert not COLOUR.search(screen.stream)
        else:
            assert COLOUR.search(screen.stream)
            assert (b"38;5" in screen.stream or b"38;2" in screen.stream) is (term != "linux")


@pytest.mark.sample
@pytest.mark.parametrize(("flag", "text"), [("--plain", FIRST_PROMPT), ("--ascii", FIRST_SCREEN)])
def test_a_flag_overrides_the_choice(flag: str, text: str, tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", flag) as screen:
        screen.wait_for(text)
        assert screen.stream.isascii()


def test_rich_overrides_the_choice(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", "--rich", environment={"TERM": "linux"}) as screen:
        screen.wait_for(FIRST_SCREEN)
        assert "▸" in screen.stream.decode()


def test_a_small_terminal_gets_line_prompts_and_the_reason(tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", size=(50, 20)) as screen:
        screen.wait_for("the terminal is 50x20, but the full-screen wizard needs 60x18")
        screen.wait_for(FIRST_PROMPT)


@pytest.mark.sample
@pytest.mark.parametrize(
    ("flags", "variables", "background"),
    [
        (("--light",), {}, "48;2;250;250;248"),
        ((), {}, "48;2;20;23;28"),
        ((), {"COLORFGBG": "0;15"}, "48;2;250;250;248"),
        (("--dark",), {"COLORFGBG": "0;15"}, "48;2;20;23;28"),
    ],
)
def test_the_background_is_light_on_request_or_if_the_terminal_says_so(
    flags: tuple[str, ...], variables: dict[str, str], background: str, tmp_path: Path
) -> None:
    environment = {"COLORTERM": "truecolor"} | variables
    with terminal(tmp_path, "-m", "wizard", *flags, environment=environment) as screen:
        screen.wait_for("Quit")
        assert background.encode() in screen.stream


def test_textual_does_not_log_what_is_typed(tmp_path: Path) -> None:
    variables = {"TEXTUAL": "debug", "TEXTUAL_LOG": str(tmp_path / "log"), "TEXTUAL_DEBUG": "1"}
    with terminal(tmp_path, "-m", "wizard", environment=variables) as screen:
        screen.wait_for(FIRST_SCREEN)
        screen.press(b"\x11")
        screen.wait_for_exit()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.sample
@pytest.mark.parametrize(
    "variables",
    sampled(
        [
            {"TEXTUAL_COLOR_SYSTEM": "no such system"},
            {"TEXTUAL_PRESS": "ctrl+q,ctrl+q"},
            {"TEXTUAL_DRIVER": "no.such:Driver"},
            {"TEXTUAL_SCREENSHOT": "1", "TEXTUAL_SCREENSHOT_LOCATION": "."},
            {"TEXTUAL_ALLOW_SIGNALS": "1"},
            {"TEXTUAL_FPS": "x", "TEXTUAL_DEVTOOLS_PORT": "x"},
        ],
        3,
    ),
    ids=lambda variables: next(iter(variables)),
)
def test_no_variable_of_textual_has_an_effect(variables: dict[str, str], tmp_path: Path) -> None:
    with terminal(tmp_path, "-m", "wizard", environment=variables) as screen:
        screen.wait_for(FIRST_SCREEN)
        screen.press(b"\r")
        screen.wait_for("Choose the bucket for your images")
        screen.press(b"\x03")
        assert screen.wait_for_exit() == 0
        assert screen.is_restored()
    assert list(tmp_path.iterdir()) == []


def test_a_size_that_is_set_a_moment_later_gets_the_screens(tmp_path: Path) -> None:
    """As below `docker exec -it`."""
    with terminal(tmp_path, "-X", "importtime", "-m", "wizard", size=(0, 0)) as screen:
        screen.wait_for("wizard.cli.launcher")  # the last import before it looks at the size
        screen.set_size(80, 24)
        screen.wait_for(FIRST_SCREEN)


def test_without_a_terminal_it_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert capsys.readouterr().err == (
        'storage-wizard: the wizard needs a terminal. Use "ssh -t", "docker exec -it" or "kubectl exec -it" to '
        'get one. In scripts, use "storage-wizard configure" or "storage-wizard check".\n'
    )


def test_the_event_loop_is_imported_without_tls_which_everything_else_has() -> None:
    code = (
        "from wizard.cli import launcher; launcher._import_event_loop(); import asyncio, sys; "
        "assert 'ssl' not in sys.modules; asyncio.run(asyncio.sleep(0)); import ssl; ssl.create_default_context()"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60).returncode == 0
