"""Output and input on a terminal of which nothing is known."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator, Sequence

from wizard.console.exit_status import exit_status_of
from wizard.console.line_input import SEVERAL_LINES, SeveralLinesError, prompt_hidden, prompt_line, prompt_single_line
from wizard.console.typed_line import clean_line
from wizard.console.wrapping import columns, wrap
from wizard.text.ascii import to_ascii
from wizard.text.command_lines import command_lines
from wizard.text.sanitize import escape_unsafe

_STDIN = 0
NO_BREAK = "\N{NO-BREAK SPACE}"  # in a prompt: a space at which it is not wrapped


class InputEndedError(Exception):
    """There is no more input: the end of the file, or the terminal is gone."""


class Console:
    """Writes to stderr and reads from stdin; `is_ascii` restricts the output to ASCII."""

    def __init__(self, *, is_ascii: bool) -> None:
        self._is_ascii = is_ascii
        self._is_on_terminal = os.isatty(_STDIN)
        self._is_reading = False
        self._signal = 0
        self.is_ending = threading.Event()  # a signal has come, or the prompts have ended

    @property
    def signal(self) -> int:
        """The signal that ends the program, or 0."""
        return self._signal

    def say(self, text: str = "", indent: str = "") -> None:
        """Writes a paragraph, wrapped at the terminal's width, at most 79 columns."""
        self._write(wrap(self._encodable(text), indent) + "\n")

    def show(self, text: str) -> None:
        """Writes lines without wrapping them."""
        self._write(self._encodable(text) + "\n")

    def show_command(self, command: str) -> None:
        """Writes a shell command, broken between its words so that it can be copied."""
        self.show("\n".join(command_lines(command, columns())))

    def show_file(self, text: str) -> None:
        """Writes the content of a file. Only its comments are wrapped."""
        comment = "# "
        for line in text.split("\n"):
            self.show(wrap(line.removeprefix(comment), comment) if line.startswith(comment) else line)

    def ask(self, prompt: str) -> str:
        """Reads one line. Raises `InputEndedError`."""
        return self._read(prompt_line, prompt)

    def confirm_loss(self, lost: Sequence[str]) -> bool:
        """Asks before a change that lowers security; `lost` says what it gives up. Enter is no."""
        self.say(f"This lowers security. {' '.join(lost)}", "  ")
        explanation = "Yes makes the change in spite of that. No leaves the setting as it is."
        return bool(self.ask_yes_no("Apply it?", explanation))

    def ask_yes_no(
        self, question: str, explanation: str, *, default: bool = False, can_go_back: bool = False
    ) -> bool | None:
        """Asks until the answer is yes or no; Enter is the default. Returns None for `<`, if one can go back.

        `explanation` says what each answer does. It is shown on request.
        """
        hint = f"{'Y/n' if default else 'y/N'}{', < back' if can_go_back else ''}".replace(" ", NO_BREAK)
        while True:
            match self.ask(f"{question} [{hint}] ").strip().lower():
                case "":
                    return default
                case "y" | "yes":
                    return True
                case "n" | "no":
                    return False
                case "<" if can_go_back:
                    return None
                case "?" | "help":
                    self.say(explanation, "  ")
                case _:
                    back = ", < to go back" if can_go_back else ""
                    self.say(f"! Answer y for yes, n for no{back}, or ? for help.", "  ")

    def ask_single_line(self, prompt: str) -> str:
        """Reads one line as `ask`, and shows nothing that comes after it. Raises `InputEndedError`."""
        return self._read(prompt_single_line, prompt)

    def ask_secret(self, prompt: str) -> str:
        """Reads one line that is not shown while it is typed. Raises `InputEndedError`."""
        return self._read(prompt_hidden, prompt)

    def on_signal(self, number: int, _frame: object) -> None:
        """Handles a signal that ends the program: at once while a prompt waits, otherwise at the next prompt."""
        self._signal = number
        self.is_ending.set()
        if self._is_reading:
            self._is_reading = False  # the signal of a closing session often comes twice
            raise SystemExit(exit_status_of(number))

    def _read(self, read: Callable[[str], str], prompt: str) -> str:
        """Reads lines until one is text. What is not text is refused, and never repeated on the terminal."""
        end = prompt[len(prompt.rstrip(" ")) :]
        encodable = NO_BREAK.join(map(self._encodable, prompt.rstrip(" ").split(NO_BREAK)))
        prompt = wrap(encodable).replace(NO_BREAK, " ") + end
        while True:
            try:
                with self._reading():
                    line = read(prompt)
            except SeveralLinesError:
                self.say(f"! {SEVERAL_LINES} Enter it again.", "  ")
                continue
            text, problem = clean_line(line)
            if not problem:
                return text
            self.say(f"! {problem} Enter it again.", "  ")

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        self._is_reading = True
        if self._signal:
            self.on_signal(self._signal, None)
        try:
            yield
        except (EOFError, OSError, termios.error):
            if self._is_on_terminal and not os.isatty(_STDIN):  # its SIGHUP may come a moment later
                self.on_signal(signal.SIGHUP, None)
            raise InputEndedError from None
        finally:
            self._is_reading = False

    def say_if_possible(self, text: str) -> None:
        """Writes a paragraph, unless the terminal is gone."""
        with contextlib.suppress(OSError, ValueError):
            self.say(text)

    def _encodable(self, text: str) -> str:
        safe = escape_unsafe(text)
        return to_ascii(safe) if self._is_ascii else safe

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def list_index(answer: str, count: int) -> int | None:
    """The index of the list item that an answer from 1 to `count` stands for; None for any other answer."""
    number = int(answer) if answer.isdecimal() and len(answer) <= 4 else 0
    return number - 1 if 1 <= number <= count else None
