"""A prompt that gets a signal, each time at another step of its code: `python -m tests.support.signalled_prompts NAME`.

NAME is a method of `Console`. Prints the number of steps. It needs a process of its own, as an exception that a trace
function raises stays the context of all later ones.
"""

from __future__ import annotations

import gc
import itertools
import os
import pty
import signal
import sys
import termios
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wizard.console import line_input
from wizard.files.signals import ENDING_SIGNALS
from wizard.prompts.console import Console

_WIZARD = str(Path(line_input.__file__).parents[1])
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


def _ask(ask: Callable[[str], str], step: int) -> tuple[bool, bool]:
    """Asks, and raises the signal at a step. Returns whether there was such a step, and whether it ended the prompt."""
    at = SignalAt(step)
    sys.settrace(at.trace)
    try:
        assert ask("prompt> ") == "text"
    except SystemExit:
        return at.is_raised, True
    finally:
        sys.settrace(None)
        gc.collect()
    return at.is_raised, False


def _state() -> tuple[object, ...]:
    modes = termios.tcgetattr(sys.stdin)
    wakeup = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(wakeup)
    return modes, wakeup, [signal.getsignal(number) for number in _HANDLED]


def main(prompt: str) -> None:
    """Asks with a signal at the first step, then at the second one, and so on, and checks what is left."""
    setattr(line_input, "_PASTE_GAP", 0)  # noqa: B010 - nothing is pasted
    master, slave = pty.openpty()
    sys.stdin = os.fdopen(slave, encoding="utf-8")
    before = _state()
    for step in itertools.count():
        console = Console(is_ascii=True)
        signal.signal(signal.SIGTERM, console.on_signal)
        os.write(master, b"text\n")
        is_raised, has_ended = _ask(getattr(console, prompt), step)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        assert has_ended or console.signal == (signal.SIGTERM if is_raised else 0), step
        assert _state() == before, step
        if not is_raised:
            sys.stdout.write(f"{step}\n")
            return
        termios.tcflush(sys.stdin, termios.TCIFLUSH)


if __name__ == "__main__":
    main(sys.argv[1])
