"""The three standard streams: data on stdout, messages on stderr."""

from __future__ import annotations

import atexit
import contextlib
import errno
import io
import os
import select
import sys
from collections.abc import Iterable
from typing import TextIO

from wizard.console.exit_status import CommandError
from wizard.text.sanitize import escape_unsafe

_STDERR = 2
_LAYOUT = "\n\t"
_REDRAWING = f"{_LAYOUT}\b\r\x1b"
READER_IS_GONE = (errno.EPIPE, errno.EIO)  # of a pipe, as with `| head`, or of a terminal


def prepare_streams() -> None:
    """Opens standard streams that are closed, makes all of them blocking, and makes stdout accept any text."""
    for descriptor in range(3):  # a file that is opened later must not get the descriptor of a stream
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        _make_blocking(descriptor)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):  # programs that read our data expect UTF-8, whatever the locale
        sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="backslashreplace")


def _make_blocking(descriptor: int) -> None:
    """Another program can have made it non-blocking: a read would find no input, and a long output would be cut.

    The mode is shared with every process that has the stream open, so it is restored at the end.
    """
    with contextlib.suppress(OSError):
        if not os.get_blocking(descriptor):
            os.set_blocking(descriptor, True)
            atexit.register(_make_nonblocking, descriptor)


def _make_nonblocking(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        os.set_blocking(descriptor, False)


def redirect_to_devnull(stream: TextIO) -> None:
    """Discards the output of a stream that cannot be written, so that flushing it at exit does not fail again."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def is_stdout_closed() -> bool:
    """Whether the program was started without stdout (`>&-`), so that data is discarded."""
    return sys.stdout is None


def read_input(limit: int) -> bytes:
    """At most `limit` bytes of standard input. Raises `CommandError` if it cannot be read, as `nohup` leaves it."""
    try:
        return sys.stdin.buffer.read(limit)
    except OSError as error:
        raise CommandError(f"cannot read standard input: {error.strerror}. Check where it comes from.") from None


def print_message(text: str = "", end: str = "\n") -> None:
    """Prints a message on stderr, with unsafe characters escaped; discards it if stderr cannot be written."""
    _print_on_stderr(escape_unsafe(text, _LAYOUT), end)


def redraw(text: str) -> None:
    """Prints a part of a line on stderr, as `print_message`, with the control characters that redraw a line."""
    _print_on_stderr(escape_unsafe(text, _REDRAWING), "")


def _print_on_stderr(safe: str, end: str) -> None:
    try:
        print(_encodable(safe, sys.stderr), end=end, file=sys.stderr, flush=True)  # noqa: T201
    except OSError:
        redirect_to_devnull(sys.stderr)


def write_if_possible(text: str) -> None:
    """Writes on stderr, unless that would wait: a terminal can be suspended, or gone.

    For signal handlers, which may come while `print_message` is writing its buffer.
    """
    with contextlib.suppress(OSError, ValueError):
        if select.select([], [_STDERR], [], 0)[1]:
            os.write(_STDERR, text.encode())


def print_data(text: str) -> None:
    """Prints data on stdout. Raises `CommandError` if it cannot be written, and `OSError` if its reader is gone.

    On a terminal unsafe characters are escaped. A file or a pipe gets the data as they are.
    """
    try:
        safe = escape_unsafe(text) if sys.stdout and sys.stdout.isatty() else text
        print(_encodable(safe, sys.stdout), flush=True)  # noqa: T201
    except OSError as error:
        if error.errno in READER_IS_GONE:
            raise
        redirect_to_devnull(sys.stdout)
        raise CommandError(f"cannot write the output: {error.strerror}. Choose another destination.") from None


def _encodable(text: str, stream: TextIO | None) -> str:
    """The text, in ASCII for a terminal that is not UTF-8."""
    encoding = (stream and stream.encoding) or "utf-8"
    if encoding.lower().replace("-", "") == "utf8":
        return text
    from wizard.text.ascii import to_ascii  # imported here: most terminals are UTF-8

    return to_ascii(text)


def print_json(value: object) -> None:
    """Prints data on stdout as JSON that is safe to print: unsafe characters in its strings are escaped."""
    print_data(_json(value, indent=2))


def print_json_list(values: Iterable[object]) -> None:
    """Prints what `print_json` prints of the list of `values`, one after the other, so that few are in memory."""
    import textwrap  # imported here: only needed with --json

    previous = ""
    for value in values:
        print_data(f"{previous}," if previous else "[")
        previous = textwrap.indent(_json(value, indent=2), "  ")
    print_data(f"{previous}\n]" if previous else "[]")


def print_json_line(value: object) -> None:
    """Prints data on stdout as JSON on one line, at once."""
    print_data(_json(value))


def _json(value: object, indent: int | None = None) -> str:
    import json  # imported here: only needed with --json

    return escape_unsafe(json.dumps(value, indent=indent, ensure_ascii=False), "\n")
