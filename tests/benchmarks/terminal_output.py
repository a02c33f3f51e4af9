"""How much the wizard writes to the terminal, and how soon it reacts to a key."""

from __future__ import annotations

import contextlib
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from werkzeug.wrappers import Response

from tests.benchmarks.measure import SMALLEST_APP, print_row
from tests.support.faults import hang
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.s3_requests import Environ, operation
from tests.support.terminals import LEAVE_ALTERNATE_SCREEN, Terminal, terminal
from wizard.config import file as config_file

_BETWEEN_BLINKS = 0.4  # seconds; Textual's cursor blinks every half second
_BUDGETS = {
    "first screen at 80x24, bytes": "≤ 5500",
    "a key in a field, ms to the first byte (median)": "≤ 10",
    "a key in a field, bytes (median)": "≤ 170",
    "idle for 3 s, bytes": "0",
}


def measure_output() -> None:
    """Print the bytes of the first screen, a key, an idle period and the complete wizard."""
    wizard, smallest = _measure_app("-m", "wizard"), _measure_app("-c", SMALLEST_APP)
    for (name, budget), value, compared in zip(_BUDGETS.items(), wizard, smallest, strict=True):
        print_row(name, f"{value:.4g}", budget, f"{compared:.4g}")
    moving, filtering = _bytes_of_store_keys()
    print_row("an arrow key among the stores, with its help, bytes (most)", str(moving), "≤ 700")
    print_row("a key in the filter of stores, bytes (most)", str(filtering), "≤ 1200")
    print_row("the complete wizard of seven screens, bytes", str(_bytes_of_demo()), "≤ 45000")


def _measure_app(*arguments: str) -> tuple[float, float, float, float]:
    """Measure an app in the order of `_BUDGETS`. Enter moves the focus of the wizard to the field Bucket."""
    with tempfile.TemporaryDirectory() as folder, terminal(Path(folder), *arguments) as screen:
        screen.wait_for("Quit")
        first = screen.read_until_quiet(_BETWEEN_BLINKS)
        screen.press(b"\r")
        screen.read_until_quiet(_BETWEEN_BLINKS)
        milliseconds, size = _measure_keys(screen, b"registry-images")
        screen.read_for(2.0)
        screen.mark()
        return first, milliseconds, size, screen.read_for(3.0)


def _measure_keys(screen: Terminal, keys: bytes) -> tuple[float, float]:
    """Medians of single keys: ms until the first byte, and the number of bytes."""
    sizes, waits = [], []
    for key in keys:
        screen.press(bytes([key]))
        started = time.perf_counter()
        screen.wait_for_output()
        waits.append(time.perf_counter() - started)
        sizes.append(screen.read_until_quiet(0.3))
    return 1000 * statistics.median(waits), statistics.median(sizes)


def _bytes_of_store_keys() -> tuple[int, int]:
    """The bytes of the costliest arrow key, and of the costliest key in the filter."""
    with tempfile.TemporaryDirectory() as folder, terminal(Path(folder), "-m", "wizard") as screen:
        screen.wait_for("Quit")
        screen.read_until_quiet(0.8)
        screen.press(b"\t")
        screen.read_until_quiet(0.3)
        sizes: list[list[int]] = []
        for keys in ((b"\x1b[C", b"\x1b[B", b"\x1b[B", b"\x1b[C"), (*map(chr, b"ocean"), "\x7f", "\x1b")):
            sizes.append([])
            for key in keys:
                screen.press(key if isinstance(key, bytes) else key.encode())
                sizes[-1].append(screen.read_until_quiet(0.3))
        return max(sizes[0]), max(sizes[1])


def _bytes_of_demo() -> int:
    with tempfile.TemporaryDirectory() as folder, terminal(Path(folder), "-m", "wizard", "--demo") as screen:
        for word in (
            *("Akamai", "Root directory", "Secret key", "Leave blank for Amazon S3", "Redirect pulls"),
            *("push, pull and delete", "Review the settings, then save", "mode 0600"),
        ):
            screen.wait_for(word)
            screen.read_until_quiet(0.8)
            screen.press(b"\r")
        screen.wait_for_exit()
        return len(screen.stream)


def measure_responsiveness() -> None:
    """Print how soon the wizard reacts with a store that lists very many buckets, or that hangs."""
    with _wizard_on(FaultyStore(_ten_thousand_buckets)) as screen:
        screen.press(b"\r")
        screen.wait_for("Root directory")
        screen.press(b"\x0f")
        screen.wait_for("10000 of 10000")
        milliseconds, size = _measure_keys(screen, b"images-0123")
        print_row("a key in a filter of 10,000 buckets, ms to the first byte", f"{milliseconds:.1f}", "≤ 10")
        print_row("a key in a filter of 10,000 buckets, bytes", f"{size:.4g}", "≤ 1200")
    with _wizard_on(FaultyStore(hang())) as screen:
        screen.press(b"\r")
        screen.wait_for("Root directory")
        screen.read_until_quiet(0.8)
        milliseconds, _ = _measure_keys(screen, b"registry-images")
        print_row("a key while the store hangs, ms to the first byte", f"{milliseconds:.1f}", "≤ 10")
    with _validation_that_hangs() as screen:
        print_row("Esc while the store hangs, ms until checks stop", _react(screen, b"\x1b", "Stopped."), "≤ 1000")
    with _validation_that_hangs() as screen:
        started = time.perf_counter()
        until_left = _react(screen, b"\x11", LEAVE_ALTERNATE_SCREEN.decode())
        print_row("Ctrl+Q while the store hangs, ms until the screen is restored", until_left, "≤ 1000")
        screen.wait_for_exit()
        print_row("  until the program ended, ms", f"{1000 * (time.perf_counter() - started):.0f}", "≤ 1000")


@contextlib.contextmanager
def _validation_that_hangs() -> Iterator[Terminal]:
    with _wizard_on(FaultyStore(hang())) as screen:
        screen.press(b"\x13")
        screen.wait_for("Stop")
        screen.read_until_quiet(0.8)
        yield screen


def _react(screen: Terminal, key: bytes, text: str) -> str:
    """Milliseconds from a key until a text was written."""
    started = time.perf_counter()
    screen.press(key)
    screen.wait_for(text)
    return f"{1000 * (time.perf_counter() - started):.0f}"


@contextlib.contextmanager
def _wizard_on(store: FaultyStore) -> Iterator[Terminal]:
    """The wizard with a settings file for a store."""
    with tempfile.TemporaryDirectory() as folder, store:
        config_file.save(Path(folder, "storage.toml"), store.settings(), None)
        with terminal(Path(folder), "-m", "wizard") as screen:
            screen.wait_for("Quit")
            yield screen


def _ten_thousand_buckets(environ: Environ, call_next: CallNext) -> Response:
    if operation(environ) != "ListBuckets":
        return call_next(environ)
    names = "".join(f"<Bucket><Name>images-{n:05}</Name></Bucket>" for n in range(10_000))
    return Response(
        f"<ListAllMyBucketsResult><Buckets>{names}</Buckets></ListAllMyBucketsResult>", mimetype="application/xml"
    )
