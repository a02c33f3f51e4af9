"""A signal at any step of a prompt leaves the terminal and the handlers as they were."""

from __future__ import annotations

import gc
import itertools
import os
import pty
import signal
import sys
import termios
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from wizard.console import line_input
from wizard.files.signals import ENDING_SIGNALS
from wizard.prompts.console import Console

_WIZARD = str(Path(line_input.__file__).parents[1])
_STEPS = 50  # that a prompt has at least
_HANDLED = (*ENDING_SIGNALS, signal.SIGTSTP, signal.SIGCONT, signal.SIGURG)


class SignalAt:
    """Raises SIGTERM at one step of the code of the prompts and of the context managers that it uses."""

    def __init__(self, step: int) -> None:
        self._steps_left = step
        self.is_raised = False

    def trace(self, frame: Any, _event: str, _argument: object) -> Callable[..., Any] | None:
        """For `sys.settrace`."""
        name = frame.f_code.co_filename
        if not name.startswith(_WIZARD) and not name.endswith("contextlib.py"):
            return None
        self._steps_left -= 1
        if self._steps_left < 0 and not self.is_raised:
            self.is_raised = True
            signal.raise_signal(signal.SIGTERM)
        return self.trace


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The side of a terminal on which the keys are pressed. The program's side is standard input."""
    master, slave = pty.openpty()
    with os.fdopen(slave, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield master
    os.close(master)


@pytest.mark.parametrize("prompt", ["ask_secret", "ask_single_line"])
def test_a_signal_at_any_step_of_a_prompt_restores_the_terminal(
    prompt: str, keyboard: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_input, "_PASTE_GAP", 0)
    before = _state()
    for step in itertools.count():
        console = Console(is_ascii=True)
        signal.signal(signal.SIGTERM, console.on_signal)
        os.write(keyboard, b"text\n")
        is_raised, has_ended = _ask(getattr(console, prompt), step)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        assert has_ended or console.signal == (signal.SIGTERM if is_raised else 0)
        assert _state() == before
        if not is_raised:
            break
        termios.tcflush(sys.stdin, termios.TCIFLUSH)
    assert step > _STEPS


def _ask(ask: Callable[[str], str], step: int) -> tuple[bool, bool]:
    """Asks, and raises the signal at a step. Returns whether there was such a step, and whether it ended the prompt."""
    at, previous = SignalAt(step), sys.gettrace()
    sys.settrace(at.trace)
    try:
        assert ask("prompt> ") == "text"
    except SystemExit:
        return at.is_raised, True
    finally:
        sys.settrace(previous)
        gc.collect()
    return at.is_raised, False


def _state() -> tuple[object, ...]:
    modes = termios.tcgetattr(sys.stdin)
    wakeup = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(wakeup)
    return modes, wakeup, [signal.getsignal(number) for number in _HANDLED]
