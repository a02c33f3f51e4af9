"""Every private part of Textual that the wizard relies on exists and behaves as expected, and no other is used.

Run it with each release of Textual that `pyproject.toml` allows.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import functools
import inspect
import io
import json
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.segment import Segment
from textual import _compositor, _xterm_parser, events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Offset, Region
from textual.keys import _character_to_key
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.strip import Strip

from tests.support.key_sequences import KNOWN_KEYS
from tests.support.paths import ROOT
from tests.support.terminals import LEAVE_ALTERNATE_SCREEN, terminal
from wizard.tui.terminal import textual_internals
from wizard.tui.terminal.textual_internals import AppAdapter, DriverAdapter, LegacyKeys, move_cursor

_INTERNALS = ROOT / "wizard/tui/terminal/textual_internals.py"


@functools.cache
def _trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "wizard/tui").rglob("*.py"))}


MODULES = {
    "textual._ansi_sequences",
    "textual._compositor",
    "textual._keyboard_protocol",
    "textual._xterm_parser",
}
METHODS: dict[Callable[..., Any], list[str]] = {  # with the names of their parameters
    App._display: ["self", "screen", "renderable"],
    App._fatal_error: ["self"],
    App._handle_exception: ["self", "error"],
    App._shutdown: ["self"],
    MessagePump._close_messages_no_wait: ["self"],
    Screen._on_resize: ["self", "event"],
    LinuxDriver._sigtstp_application: ["self", "_"],
    LinuxDriver._sigcont_application: ["self", "_"],
    LinuxDriver._run_input_thread: ["self"],
    LinuxDriver._get_terminal_size: ["self"],
    _compositor.LayoutUpdate.__init__: ["self", "strips", "region"],
    _compositor.ChopsUpdate.__init__: ["self", "chops", "spans", "chop_ends"],
    _compositor.CompositorUpdate.render_segments: ["self", "console"],
    _xterm_parser.XTermParser.__init__: ["self", "debug"],
    _xterm_parser.XTermParser._sequence_to_key_events: ["self", "sequence", "alt"],
    _xterm_parser.XTermParser.parse_mouse_code: ["self", "code"],
    _character_to_key: ["character"],
}
APP_ATTRIBUTES = {"_driver", "_exception", "_exit"}
DRIVER_ATTRIBUTES = {"_app", "_file", "_key_thread", "_mouse", "_must_signal_resume"}


# --- signals ---


async def test_the_event_loop_handles_a_signal_after_what_it_does_now() -> None:
    """In the middle of it, the lock of the queue of output may be held, which leaving application mode needs."""
    calls: list[str] = []
    textual_internals.call_in_event_loop(lambda: calls.append("handled"))
    assert calls == []
    await asyncio.sleep(0)
    assert calls == ["handled"]


def test_a_signal_after_the_end_of_the_app_is_ignored() -> None:
    textual_internals.call_in_event_loop(lambda: pytest.fail("called"))


# --- what is used ---


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def private_names(tree: ast.AST) -> Iterator[str]:
    """The private attributes and methods that a module uses or defines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            yield node.attr
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and is_private(node.name):
            yield node.name


def private_modules(tree: ast.AST) -> Iterator[str]:
    """The private modules that a module imports from."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(map(is_private, str(node.module).split("."))):
            yield str(node.module)


def test_every_private_part_that_is_used_is_named_here() -> None:
    tree = _trees()[_INTERNALS]
    methods = {method.__name__ for method in METHODS}
    named = {name for name in methods if is_private(name)} | APP_ATTRIBUTES | DRIVER_ATTRIBUTES
    named -= {"_character_to_key"}  # which is imported
    assert set(private_names(tree)) - {"_sequence", "_parser"} == named  # these two are our own
    assert set(private_modules(tree)) == MODULES


def test_only_one_module_imports_private_modules() -> None:
    assert {path for path, tree in _trees().items() if list(private_modules(tree))} == {_INTERNALS}


def test_only_one_module_uses_private_attributes_of_other_objects() -> None:
    """The others use private attributes of `self` alone, and the next test shows that these are not Textual's."""
    used = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"
        for path, tree in _trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and is_private(node.attr) and path != _INTERNALS
        if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))
    ]
    assert used == []


@cache
def private_names_of(cls: type) -> set[str]:
    """The private names that a class defines, or that its methods assign to `self`."""
    names = {name for name in vars(cls) if is_private(name)}
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(cls)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and is_private(node.attr):
            names.add(node.attr)
    return names


def widget_classes() -> list[type]:
    """The classes of the full-screen wizard that derive from a class of Textual, without the adapters."""
    classes = []
    for path in _trees():
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        __import__(module)
        for cls in vars(sys.modules[module]).values():
            if isinstance(cls, type) and cls.__module__ == module and path != _INTERNALS:
                classes += [cls] if any(base.__module__.startswith("textual.") for base in cls.__mro__) else []
    return classes


@pytest.mark.sample
@pytest.mark.parametrize("cls", widget_classes(), ids=lambda cls: cls.__name__)
def test_no_private_name_of_a_class_hides_one_of_textual(cls: type) -> None:
    generated = {name for name in vars(type("Empty", cls.__bases__, {})) if is_private(name)}
    textual = set().union(
        *(private_names_of(base) for base in cls.__mro__ if base.__module__.startswith("textual.")),
        *(private_names_of(base) for base in cls.__mro__ if base in (AppAdapter, DriverAdapter)),
    )
    assert (private_names_of(cls) - generated) & textual == set()


# --- that it exists ---


@pytest.mark.parametrize(
    ("method", "parameters"), METHODS.items(), ids=lambda value: getattr(value, "__qualname__", "")
)
def test_a_private_method_has_the_expected_parameters(method: Callable[..., Any], parameters: list[str]) -> None:
    assert list(inspect.signature(method).parameters) == parameters


async def test_an_app_has_the_private_attributes() -> None:
    app = AppAdapter()
    assert vars(app).keys() >= APP_ATTRIBUTES
    assert (app._driver, app.first_error, app.is_ending) == (None, None, False)
    async with app.run_test():
        assert app._driver is not None
        app.exit()
        assert app.is_ending


@pytest.fixture
async def driver() -> AsyncIterator[DriverAdapter]:
    """A driver that has not started application mode; the test has its signal handlers back afterwards."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)}
    yield DriverAdapter(AppAdapter())
    for number, handler in handlers.items():
        signal.signal(number, handler)


async def test_a_driver_has_the_private_attributes(driver: DriverAdapter) -> None:
    assert vars(driver).keys() >= DRIVER_ATTRIBUTES
    assert isinstance(driver._app, AppAdapter)
    assert driver._file is sys.__stderr__
    assert (driver._key_thread, driver._must_signal_resume) == (None, False)
    assert driver.is_mouse_wanted
    assert not driver.is_reading
    assert not driver.is_app_ending


# --- that it behaves as expected ---


async def test_an_error_is_recorded_and_ends_the_app_without_output(capsys: pytest.CaptureFixture[str]) -> None:
    app = AppAdapter()
    first, second = ValueError("first"), ValueError("second")
    with contextlib.suppress(ValueError):  # `run_test` raises it again
        async with app.run_test():
            app.handle_error(first)
            app.handle_error(second)
    assert app.first_error is first
    assert app.is_ending
    assert app.return_code == 1
    assert capsys.readouterr() == ("", "")


async def test_the_cursor_is_where_it_was_moved() -> None:
    app = AppAdapter()
    async with app.run_test():
        move_cursor(app, Offset(3, 5))
        assert app.cursor_position == Offset(3, 5)


def test_updates_have_the_parts_that_the_diff_renderer_reads() -> None:
    console = Console(file=io.StringIO())
    line = Strip([Segment("ab")])
    layout = textual_internals.LayoutUpdate([[line]], Region(0, 1, 2, 1))
    assert ([list(strips) for strips in layout.strips], layout.region) == ([[line]], Region(0, 1, 2, 1))
    assert layout.render_segments(console) == "\x1b[2;1Hab"
    chops = textual_internals.ChopsUpdate([{0: line}], [(0, 0, 2)], [[2]])
    assert (chops.chops, chops.spans, chops.chop_ends) == ([{0: line}], [(0, 0, 2)], [[2]])
    assert chops.render_segments(console) == "\x1b[1;1Hab"
    assert issubclass(textual_internals.ChopsUpdate, textual_internals.CompositorUpdate)


def names(keys: Iterable[object]) -> list[str]:
    return [key.key for key in keys if isinstance(key, events.Key)]


def test_characters_and_sequences_have_names() -> None:
    keys = LegacyKeys()
    assert [names(keys.of_character(char)) for char in "aÄ\x03\x7f["] == [
        ["a"], ["Ä"], ["ctrl+c"], ["backspace"], ["left_square_bracket"],
    ]  # fmt: skip
    assert names(keys.of_character("a", alt=True)) == ["alt+a"]
    assert names(keys.of_sequence("\x1b[A")) == ["up"]
    assert [key.character for key in keys.of_sequence("\x1bOj")] == ["*"]
    assert [keys.of_sequence(sequence) for sequence in ("\x1b[E", "\x1b[999~", "", "\x1b[1114112u")] == [[]] * 4
    assert [keys.functional(code) for code in ("57414u", "1A", "15~", "1R", "97u", "")] == [
        "enter", "up", "f5", "f3", "", "",
    ]  # fmt: skip
    assert [keys.name_of(char) for char in "a [\u0441"] == ["a", "space", "left_square_bracket", "с"]


def test_mouse_reports_are_events() -> None:
    keys = LegacyKeys()
    (event,) = keys.mouse("\x1b[<0;3;4M")
    assert isinstance(event, events.MouseDown)
    assert (event.screen_x, event.screen_y) == (2, 3)
    assert [keys.mouse(report) for report in ("\x1b[<0;-3;4M", "\x1b[<0;0;0M", "\x1b[0;3;4M")] == [[]] * 3


# Releases of Textual differ in the reports of key protocols, and Alt with a key takes them some time.
LEGACY_ENCODINGS = [
    sequence
    for sequence, name in KNOWN_KEYS.items()
    if not (sequence.endswith("u") or sequence.startswith("\x1b[27;") or (name[:4] == "alt+" and len(sequence) == 2))
]


@pytest.mark.parametrize("sequence", LEGACY_ENCODINGS, ids=repr)
def test_the_parser_of_the_wizard_agrees_with_that_of_textual(sequence: str) -> None:
    assert names(_xterm_parser.XTermParser().feed(sequence)) == [KNOWN_KEYS[sequence]]


_PROGRAM = """
import json, os, signal, sys, threading
from textual.widgets import Input
from wizard.tui.terminal.textual_internals import AppAdapter, DriverAdapter

log = {"updates": [], "signals": []}


class Driver(DriverAdapter):
    def read_input(self):
        log["reading thread"] = threading.current_thread() is not threading.main_thread()
        super().read_input()

    def handle_sigtstp(self):
        log["signals"].append("SIGTSTP")

    def handle_sigcont(self):
        log["signals"].append("SIGCONT")


class Program(AppAdapter):
    def compose(self):
        field = Input("Quit", select_on_focus=False)
        field.cursor_blink = False
        yield field

    def filter_update(self, update):
        log["updates"].append(type(update).__name__)
        return update

    def on_mount(self):
        self.app_resume_signal.subscribe(self, lambda _: self.resumed(), immediate=True)

    async def on_input_changed(self, event):
        if event.value == "Quitab":
            log["is reading"] = self._driver.is_reading
            log["size"] = self._driver._get_terminal_size()
            os.kill(os.getpid(), signal.SIGTSTP)
            os.kill(os.getpid(), signal.SIGCONT)
            self._driver.leave_application_mode()
            log["is reading afterwards"] = self._driver.is_reading
            self._driver.start_application_mode()

    def resumed(self):
        log["resumed"] = True
        self._driver.exit_app(7)


status = Program(driver_class=Driver).run(mouse=False)
json.dump({**log, "status": status}, open("log.json", "w"))
"""


def test_a_program_on_a_terminal_uses_the_adapters(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(_PROGRAM, encoding="utf-8")
    environment = {"COLUMNS": "11", "LINES": "12"}  # not the size of the terminal
    with terminal(tmp_path, "program.py", size=(70, 20), environment=environment) as screen:
        screen.wait_for("Quit")
        screen.read_until_quiet()
        screen.press(b"a")
        screen.wait_for("Quita")
        screen.press(b"b")
        screen.wait_for(LEAVE_ALTERNATE_SCREEN.decode())
        assert screen.wait_for_exit() == 0
    log = json.loads((tmp_path / "log.json").read_text(encoding="utf-8"))
    updates = log.pop("updates")
    assert updates[0] == "LayoutUpdate"
    assert set(updates) == {"LayoutUpdate", "ChopsUpdate"}
    assert log == {
        "reading thread": True,
        "signals": ["SIGTSTP", "SIGCONT"],
        "is reading": True,
        "size": [70, 20],
        "is reading afterwards": False,
        "resumed": True,
        "status": 7,
    }
