"""Output never blocks: a thread writes it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.processes import wait_for
from wizard.tui.terminal.output import FarewellStream, TerminalOutput

SECONDS = 20.0
FILLING = 1 << 20  # bytes, more than a pipe holds


class Pipe:
    """A pipe in place of a terminal."""

    def __init__(self) -> None:
        self.reader, self.writer = os.pipe()
        self.outputs: list[TerminalOutput] = []

    def output(self, encoding: str = "utf-8", on_dropped: Callable[[], None] = lambda: None) -> TerminalOutput:
        """An output that writes to the pipe."""
        self.outputs.append(TerminalOutput(self.writer, encoding, on_dropped=on_dropped))
        return self.outputs[-1]

    def read(self, size: int) -> bytes:
        """Read exactly so many bytes."""
        data = b""
        while len(data) < size:
            data += os.read(self.reader, size - len(data))
        return data

    def fill(self) -> int:
        """Write until the pipe accepts no more; returns how many bytes it holds."""
        os.set_blocking(self.writer, False)
        size = 0
        try:
            while True:
                size += os.write(self.writer, b"x" * 512)
        except BlockingIOError:
            os.set_blocking(self.writer, True)
        return size


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    """A pipe. Its reader is closed at the end, so that a thread that still writes fails.

    The writer is closed after that: the next test may get the same descriptor.
    """
    opened = Pipe()
    yield opened
    os.close(opened.reader)
    for output in opened.outputs:
        output.wait(SECONDS)
    os.close(opened.writer)


def test_text_is_written_in_order(pipe: Pipe) -> None:
    output = pipe.output()
    for text in ("a", "", "é", "\x1b[H"):
        output.write(text)
    assert output.wait(SECONDS)
    assert pipe.read(6) == "aé\x1b[H".encode()
    assert output.fileno() == pipe.writer


def test_a_character_that_the_encoding_does_not_have_is_replaced(pipe: Pipe) -> None:
    output = pipe.output("ascii")
    output.write("é\ud800")
    assert output.wait(SECONDS)
    assert pipe.read(2) == b"??"


def test_nothing_waits_for_a_terminal_that_accepts_no_output(pipe: Pipe) -> None:
    pipe.fill()
    output = pipe.output()
    output.write("a" * FILLING)
    output.flush()
    assert not output.wait(0.0)


def test_what_is_too_much_is_dropped_except_changes_of_modes(pipe: Pipe) -> None:
    held = pipe.fill()
    dropped = threading.Event()
    output = pipe.output(on_dropped=dropped.set)
    output.write("first")
    wait_for(lambda: output._is_writing or None)
    output.write("\x1b[?1049h")
    for _ in range(2):
        output.write("a" * (200 << 10))
    output.write("last")
    assert not dropped.is_set()
    assert pipe.read(held) == b"x" * held
    assert output.wait(SECONDS)
    assert dropped.wait(SECONDS)
    assert pipe.read(len("first\x1b[?1049hlast")) == b"first\x1b[?1049hlast"


def test_a_terminal_that_has_disconnected_is_reported_and_takes_no_more() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    lost = threading.Event()
    output = TerminalOutput(writer, "utf-8", on_lost=lost.set)
    output.write("a")
    assert lost.wait(SECONDS)
    output.write("b")
    assert not output.wait(0.0)
    os.close(writer)


def test_a_terminal_that_is_set_non_blocking_meanwhile_gets_everything(pipe: Pipe) -> None:
    held = pipe.fill()
    os.set_blocking(pipe.writer, False)
    output = pipe.output()
    output.write("abc")
    assert not output.wait(0.0)
    assert pipe.read(held + 3).endswith(b"abc")
    assert output.wait(SECONDS)


def test_a_farewell_is_printed(pipe: Pipe) -> None:
    stream = FarewellStream(pipe.writer, "utf-8", SECONDS)
    print("é", file=stream, flush=True)
    assert pipe.read(3) == "é\n".encode()
    assert (stream.encoding, stream.isatty(), stream.writable()) == ("utf-8", False, True)


def test_a_farewell_that_is_not_accepted_is_abandoned_with_all_later_output(pipe: Pipe) -> None:
    pipe.fill()
    stream = FarewellStream(pipe.writer, "utf-8", 0.0)
    print("a", file=stream, flush=True)
    assert os.path.samestat(os.fstat(pipe.writer), Path(os.devnull).stat())
    assert os.write(pipe.writer, b"b" * FILLING) == FILLING
