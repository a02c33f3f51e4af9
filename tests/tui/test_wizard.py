"""The screens, driven key by key: what they do with the walk, and what they show of it.

Stores are real servers on loopback. Nothing sleeps: `Face.until` waits for what must come to be.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import re
import signal
import string
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.binding import Binding
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tests.support.enforcing_moto import EnforcingMoto
from tests.support.faults import deny, error, hang, require_region
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.ports import closed_port
from wizard.catalog.registries import REGISTRIES
from wizard.config import file as config_file
from wizard.model.findings import Cause, Finding
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, GIB, MIB, Settings
from wizard.session.demo import demo_store
from wizard.session.state import WizardState
from wizard.session.steps import STEPS
from wizard.tui.app import WizardApp
from wizard.tui.screens.dialogs import ChoiceDialog, MessageDialog
from wizard.tui.screens.form import FoldToggle, FormScreen
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.screens.validate import ValidateScreen
from wizard.tui.widgets import check_rows
from wizard.tui.widgets.choices import Choice
from wizard.tui.widgets.field import Field
from wizard.tui.widgets.text_block import TextBlock
from wizard.validation.reachability import ReachabilityStatus

PATIENCE = 20.0  # seconds
FORMS = ("storage", "bucket", "keys", "endpoint", "advanced")
AMAZON = Settings(
    provider="aws",
    bucket="images",
    region="us-east-1",
    accesskey="AKIAIOSFODNN7EXAMPLE",
    secretkey=Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    v4auth=True,
)
SECRET = AMAZON.secretkey.reveal()

_ROWS = {
    "top": ("header", 0),
    "step": ("header", 1),
    "title": ("intro", 0),
    "live": ("footer", 0),
    "key": ("footer", 1),
}


class UiMode:
    """The wizard as somebody sits before it."""

    def __init__(self, app: WizardApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.state = app.state
        self._pilot = pilot

    # what there is to see

    @property
    def screen(self) -> Screen[object]:
        return self.app.screen

    @property
    def step(self) -> str:
        """The id of the step in view."""
        return self.app.step_screen.step.id

    @property
    def lines(self) -> list[str]:
        """The rows of the screen, as they are painted."""
        rows = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in rows]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def row(self, name: str) -> str:
        """What a row of the frame says: top, step, live, key; or title, intro, place, next, file."""
        id_, place = _ROWS.get(name, (name, None))
        text = str(self.app.step_screen.query_one(f"#{id_}", TextBlock).render())
        return text if place is None else text.split("\n")[place]

    def field(self, name: str) -> Field:
        return self.app.step_screen.query_one(f"#field-{name}", Field)

    def value(self, name: str) -> str:
        """What stands in a field."""
        control = self.field(name).control
        assert isinstance(control, Input | Choice)
        return control.value

    def line(self, name: str) -> str:
        """The line below a field."""
        return str(self.field(name).query_one(".message", TextBlock).render())

    @property
    def focused(self) -> str:
        """The name of the setting whose field has the focus; the id of what has it elsewhere."""
        here = self.app.step_screen
        field = here.focused_field() if isinstance(here, FormScreen) else None
        return field.declaration.name if field else str(self.screen.focused and self.screen.focused.id)

    # what there is to do

    async def press(self, *keys: str) -> None:
        """Presses keys one after the other, each once the one before has done all that it does."""
        for key in keys:
            self._post(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Types a text as fast as a terminal hands it over."""
        for char in text:
            self._post(char)
        await self.settle()

    def _post(self, key: str) -> None:
        name = _character_to_key(key) if len(key) == 1 else key
        char = key if len(key) == 1 else {"space": " "}.get(key)
        self.app.post_message(events.Key(name, char))

    async def settle(self) -> None:
        """Waits until all keys have had their turn, and lets messages go down to the widgets and up, a few times."""
        await self._let_pass()
        while self.app.key_queue.is_busy and not self._is_over:
            await asyncio.sleep(0.001)
        for _ in range(3):
            await self._let_pass()

    async def _let_pass(self) -> None:
        handled = asyncio.Event()
        self.app.call_later(handled.set)
        with contextlib.suppress(TimeoutError):
            while not (handled.is_set() or self._is_over):
                await asyncio.wait_for(handled.wait(), 0.05)
        if not self._is_over:
            await self._pilot.pause(0)

    @property
    def _is_over(self) -> bool:
        return self.app.is_ending

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Waits for what must come to be."""
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, f"it never came to be on this screen:\n{self.text}"
            await asyncio.sleep(0.01)

    async def until_text(self, *words: str) -> None:
        await self.until(lambda: all(word in self.text for word in words))

    async def until_step(self, id_: str) -> None:
        title = next(step.title for step in STEPS if step.id == id_)
        await self.until(lambda: self.step == id_ and self.screen is self.app.step_screen and f"▸ {title}" in self.text)
        await self.settle()

    async def go(self, id_: str) -> None:
        """Straight to a step, as if one had gone there."""
        self.app.show_step(next(step for step in STEPS if step.id == id_))
        await self.until_step(id_)

    async def enter(self, id_: str) -> None:
        """Enter, which must lead to this step."""
        await self.press("enter")
        await self.until_step(id_)

    async def focus(self, name: str) -> None:
        self.screen.set_focus(self.field(name).control)
        await self.until(lambda: self.focused == name)

    async def fill(self, name: str, text: str) -> None:
        """Types `text` in place of what stands in a field."""
        await self.focus(name)
        if isinstance(self.field(name).control, Choice):
            await self.press(*([text] if text in ("left", "right", "space") else []))
        else:
            await self.press("end", "ctrl+u")
            await self.type(text)

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        await self._pilot.resize_terminal(width, height)
        await self.settle()

    async def validated(self) -> None:
        """Waits for the end of a validation."""
        await self.until(lambda: self.app.context.progress.report is not None)
        await self.settle()

    async def ended(self) -> None:
        """Waits for the program's end."""
        await self.until(lambda: self._is_over)


@asynccontextmanager
async def wizard(
    state: WizardState, size: tuple[int, int] = (80, 24), *, app: WizardApp | None = None
) -> AsyncIterator[UiMode]:
    """The wizard on `walk`, its first screen shown."""
    app = app or WizardApp(state)
    async with app.run_test(size=size) as pilot:
        face = UiMode(app, pilot)
        await face.until_step("storage")
        yield face
    for thread in threading.enumerate():  # else it would ask a store that has gone
        if thread.name == "background":
            thread.join(PATIENCE)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The usual file, in the folder that one is in."""
    monkeypatch.chdir(tmp_path)
    return Path("storage.toml")


@pytest.fixture
def new(path: Path) -> WizardState:
    """A walk on a file that is not there."""
    return WizardState.open(path)


@pytest.fixture
def offline() -> Iterator[Settings]:
    """Settings that all rules like, of a store that nobody reaches."""
    with closed_port() as port:
        yield AMAZON.replace(
            {"provider": "other", "regionendpoint": f"http://127.0.0.1:{port}", "secure": False, "forcepathstyle": True}
        )


def walk_of(path: Path, settings: Settings, mode: int = 0o600) -> WizardState:
    """A walk on a file that holds `settings`."""
    config_file.save(path, settings, None)
    path.chmod(mode)
    return WizardState.open(path)


# --- whole walks ------------------------------------------------------------------------------------------


async def test_a_rehearsal_needs_nothing_but_enter(path: Path) -> None:
    with demo_store() as settings:
        state = WizardState.open(path)
        state.start_demo(settings)
        async with wizard(state) as face:
            assert "rehearsal" in face.row("top")
            assert "nothing else is touched" in face.row("intro")
            for step in ("bucket", "keys", "endpoint", "advanced", "validate"):
                await face.enter(step)
            await face.validated()
            assert "All checks passed" in face.text
            await face.enter("save")
            assert not path.exists()
            await face.press("enter")
            await face.until(lambda: state.has_saved)
            await face.until(lambda: "is written, readable by you alone (0600)" in face.row("file-status"))
            assert "Enter Finish" in face.row("key")
            assert "✓ Advanced  ✓ Validate  ▸ Save" in face.row("step")
            await face.press("enter")
            await face.ended()
            assert face.app.return_code == 0
    found = config_file.load(path)
    assert path.stat().st_mode & 0o7777 == 0o600
    assert found.settings == settings
    assert found.validation is not None
    assert found.validation.passed


async def test_a_complete_file_needs_nothing_but_enter(store: LiveStore, path: Path) -> None:
    async with wizard(walk_of(path, store.settings())) as face:
        for step in STEPS[1:6]:
            await face.enter(step.id)
        await face.validated()
        await face.enter("save")
        await face.press("enter")
        await face.until(lambda: face.state.has_saved)


async def test_every_value_of_a_file_is_shown_on_its_screen(offline: Settings, path: Path) -> None:
    settings = offline.replace(
        {
            "registry": "distribution-3",
            "rootdirectory": "/deep/down",
            "skipverify": False,
            "redirect": False,
            "encrypt": True,
            "keyid": "alias/images",
            "storageclass": "STANDARD_IA",
            "objectacl": "bucket-owner-full-control",
            "chunksize": 20 * MIB,
            "multipartcopythresholdsize": 5 * GIB,
        }
    )
    async with wizard(walk_of(path, settings)) as face:
        assert "● Distribution 3.x" in face.text
        assert "● Other S3-compatible" in face.text
        await face.enter("bucket")
        assert [face.value(name) for name in ("bucket", "region", "rootdirectory")] == [
            "images",
            "us-east-1",
            "/deep/down",
        ]
        assert all(f" {word}" in face.text for word in ("images", "us-east-1", "/deep/down"))
        await face.enter("keys")
        assert f" {settings.accesskey}" in face.text
        assert "•" * 40 in face.text
        assert "40 characters, ends in EKEY." in face.text
        await face.enter("endpoint")
        assert settings.regionendpoint in face.text
        await face.enter("advanced")
        shown = [line.split()[-5:] for line in face.lines if "●" in line]
        assert shown == [
            ["auth", "●", "on", "○", "off"],
            ["HTTPS", "○", "on", "●", "off"],
            ["verification", "○", "on", "●", "off"],
            ["pulls", "○", "on", "●", "off"],
        ]
        await face.press("f4")
        await face.until_text("Force path style   ● on   ○ off", "Encrypt            ● on   ○ off", "alias/images")
        await face.until_text("‹ STANDARD_IA ›", "‹ bucket-owner-full-control ›", "20 MiB", "5 GiB")


async def test_nothing_typed_is_lost_on_the_way_back_and_forth(new: WizardState) -> None:
    typed: Mapping[str, Mapping[str, str]] = {
        "bucket": {"bucket": "Images", "region": "eu-west-9", "rootdirectory": "/a//b"},
        "keys": {"accesskey": "half a key", "secretkey": "the other half"},
        "endpoint": {"regionendpoint": "http://"},
        "advanced": {"v4auth": "right", "skipverify": "left"},
    }
    async with wizard(new) as face:
        for step, values in typed.items():
            await face.go(step)
            for name, text in values.items():
                await face.fill(name, text)
        await face.press("f4")
        await face.fill("keyid", "alias/images")
        await face.fill("chunksize", "10 foo")
        settings, invalid_input = face.state.settings, dict(face.state.invalid_input)
        assert invalid_input == {"chunksize": "10 foo"}
        for step in reversed(FORMS[:-1]):
            await face.press("escape")
            await face.until_step(step)
        for step in FORMS[1:]:
            await face.press("enter")
            if face.step != step:  # something is not right there, and said once
                await face.press("enter")
            await face.until_step(step)
            for name, text in typed[step].items():
                assert face.value(name) == (
                    text if name not in ("v4auth", "skipverify") else face.state.field_text(name)
                )
        assert (face.value("v4auth"), face.value("skipverify")) == ("off", "on")
        assert (face.value("keyid"), face.value("chunksize")) == ("alias/images", "10 foo")
        assert (face.state.settings, face.state.invalid_input) == (settings, invalid_input)


async def test_a_change_made_elsewhere_is_shown_in_the_field_that_had_the_focus(new: WizardState) -> None:
    new.settings = AMAZON
    async with wizard(new) as face:
        await face.go("bucket")
        await face.focus("region")
        await face.enter("keys")
        face.state.enter_text("region", "eu-west-1")
        await face.press("escape")
        await face.until_step("bucket")
        assert face.value("region") == "eu-west-1"
        assert face.focused == "region"
        await face.press("1")
        assert face.state.settings.region == "eu-west-11"


# --- the room on the screen -------------------------------------------------------------------------------

_LONG: Mapping[str, Mapping[str, str]] = {
    "storage": {},
    "bucket": {"bucket": "s3://" + "images" * 9 + "/deep/" + "down" * 15, "region": "eu-north-1", "rootdirectory": "ä"},
    "keys": {"accesskey": SECRET, "secretkey": AMAZON.accesskey},
    "endpoint": {"regionendpoint": "https://images.example:99/" + "deep" * 20},
    "advanced": {},
}


def assert_all_fits(face: UiMode) -> None:
    """Nothing is cut, and nothing scrolls."""
    body = face.app.step_screen.query_one("#body")
    assert body.max_scroll_y == 0, face.text
    assert not body.show_vertical_scrollbar
    assert body.virtual_size.height <= body.size.height
    for line in face.app.step_screen.query(".message"):
        if line.region.height:
            needed = line.get_content_height(line.size, face.app.size, line.size.width)
            assert line.region.height >= needed, face.text
            assert body.region.contains_region(line.region), face.text


@pytest.mark.parametrize("long", [False, True], ids=["as they begin", "with long problems"])
async def test_the_form_steps_fit_80_by_24(new: WizardState, long: bool) -> None:
    if long:
        new.settings = AMAZON.replace({"v4auth": False, "skipverify": True, "secure": False})
        for values in _LONG.values():
            for name, text in values.items():
                new.enter_text(name, text)
    async with wizard(new) as face:
        for step in FORMS:
            await face.go(step)
            assert "Storage    Bucket" in face.row("step") or "Bucket" in face.lines[1]
            assert all(step.title in face.lines[1] for step in STEPS)
            assert_all_fits(face)
            assert not long or step == "storage" or "✗" in face.text


async def test_the_folded_settings_fit_80_by_24_with_long_problems_too(new: WizardState) -> None:
    async with wizard(new) as face:
        await face.go("advanced")
        await face.press("f4")
        await face.until_text("Part copy from", "Fewer settings")
        assert_all_fits(face)
        await face.fill("keyid", "alias/images")
        await face.fill("chunksize", "10 foo")
        assert face.line("keyid") == "✗ A KMS key does nothing without Encrypt.\n^F Turn Encrypt on."
        assert_all_fits(face)
        assert "Fewer settings" in face.text


async def test_a_long_word_of_the_store_is_shown_whole_on_the_keys_screen(new: WizardState) -> None:
    words = "The store takes neither this access key nor that one, " * 4
    new.settings = AMAZON
    new.reachability = ReachabilityStatus(
        True, False, None, Finding(Cause.UNKNOWN_ACCESS_KEY, words + "the end.", setting="secretkey")
    )
    new.reachability_settings = new.settings
    async with wizard(new) as face:
        await face.go("keys")
        assert "the end." in face.text
        assert_all_fits(face)


async def test_validate_and_save_fit_80_by_24(store: LiveStore, new: WizardState) -> None:
    new.settings = store.settings()
    async with wizard(new) as face:
        await face.go("validate")
        await face.validated()
        assert_all_fits(face)
        assert all(len(line) <= 80 for line in face.lines)
        assert face.app.step_screen.query_one("#checks").max_scroll_y == 0
        await face.enter("save")
        assert_all_fits(face)
        assert all(step.title in face.lines[1] for step in STEPS)


@pytest.mark.parametrize("size", [(60, 18), (120, 36)], ids=["60x18", "120x36"])
async def test_other_sizes_work_from_end_to_end(store: LiveStore, path: Path, size: tuple[int, int]) -> None:
    async with wizard(walk_of(path, store.settings()), size) as face:
        for number, step in enumerate(STEPS):
            title = f"▸ {step.title}  {number + 1} of 7" if size[0] == 60 else f"▸ {step.title}"
            await face.until(lambda title=title: title in face.lines[1])  # type: ignore[misc]
            if step.id == "validate":
                await face.validated()
                await face.until_text("21 of 21", "All checks passed")
                assert all(line.endswith("s") for line in face.lines if "✓ Read and" in line or "✓ Delete" in line)
            await face.press("enter")
        await face.until(lambda: face.state.has_saved)


@pytest.mark.parametrize("step", FORMS)
async def test_on_a_small_screen_every_field_can_be_brought_into_view(new: WizardState, step: str) -> None:
    new.settings = AMAZON
    async with wizard(new, (60, 18)) as face:
        await face.go(step)
        body = face.app.step_screen.query_one("#body")
        for name in [field.declaration.name for field in form(face).visible_fields()]:
            await face.focus(name)
            control = face.field(name).control
            await face.until(lambda control=control: body.region.contains_region(control.region))  # type: ignore[misc]


async def test_at_120_columns_the_file_stands_beside_the_form(new: WizardState) -> None:
    new.settings = AMAZON
    async with wizard(new, (120, 36)) as face:
        await face.go("bucket")
        await face.fill("bucket", "other")
        await face.until_text("storage.toml, as it will be", 'bucket = "other"', "(hidden, 40 characters)")
        assert 'accesskey = "AKIA…MPLE"' in face.text
        await face.resize(119, 36)
        await face.until(lambda: "as it will be" not in face.text)


async def test_resizing_in_between_loses_nothing(new: WizardState) -> None:
    async with wizard(new) as face:
        await face.go("bucket")
        await face.fill("bucket", "Ima")
        for size in ((60, 18), (120, 36), (40, 10), (80, 24)):
            await face.resize(*size)
            assert (face.step, face.focused, face.value("bucket")) == ("bucket", "bucket", "Ima")
        await face.press("g", "e", "s")
        assert face.state.settings.bucket == face.value("bucket") == "Images"
        assert face.line("bucket").startswith("✗ `I` cannot")


# --- rules, while one types -------------------------------------------------------------------------------


def form(face: UiMode) -> FormScreen:
    here = face.app.step_screen
    assert isinstance(here, FormScreen)
    return here


_MINIO: Mapping[str, str | bool] = {"provider": "minio", "regionendpoint": "http://minio.example:9000", "secure": False}

# What is typed into which field, on top of which settings; what is said then; what the fix makes of the field.
_PROBLEMS: Mapping[str, tuple[str, str, str, Mapping[str, str | bool], str, str | None]] = {
    "no bucket": ("bucket", "bucket", "", {}, "✗ Type the bucket's name; it must exist already.", None),
    "capitals": ("bucket", "bucket", "Images", {}, "✗ `I` cannot be in a bucket's name", "images"),
    "an address": ("bucket", "bucket", "s3://images", {}, "✗ Only the bucket's name belongs here", "images"),
    "a path": ("bucket", "bucket", "images/deep", {}, "✗ A bucket's name has no slash", "images"),
    "too short": ("bucket", "bucket", "im", {}, "✗ A bucket's name has 3 to 63 characters; this one has 2.", None),
    "no region": ("bucket", "region", "", {}, "✗ The registry does not start without a region.", "us-east-1"),
    "a zone": ("bucket", "region", "us-east-1a", {}, "✗ Amazon S3 has no region `us-east-1a`", "us-east-1"),
    "a young region": ("bucket", "region", "ca-west-1", {}, "✗ Docker Trusted Registry is older", "ca-west-1"),
    "two slashes": ("bucket", "rootdirectory", "/a//b", {}, "✗ Two slashes in a row", "/a/b"),
    "no access key": ("keys", "accesskey", "", {}, "✗ The access key is missing", None),
    "no secret key": ("keys", "secretkey", "", {}, "✗ The secret key is missing", None),
    "keys swapped": (
        "keys",
        "accesskey",
        SECRET,
        {"secretkey": AMAZON.accesskey},
        "✗ The two keys stand in each other's place.",
        AMAZON.accesskey,
    ),
    "a temporary key": ("keys", "accesskey", "ASIAIOSFODNN7EXAMPLE", {}, "✗ ASIA… is a temporary key", None),
    "an escaped secret": ("keys", "secretkey", "a\\/b", {}, "! `\\/` is a slash as JSON writes it", "a/b"),
    "no endpoint": ("endpoint", "regionendpoint", "", _MINIO, "✗ Type the server's address", None),
    "a bucket in the endpoint": (
        "endpoint",
        "regionendpoint",
        "http://minio.example:9000/images",
        _MINIO,
        "✗ The bucket does not belong in the endpoint",
        "http://minio.example:9000",
    ),
    "one slash": (
        "endpoint",
        "regionendpoint",
        "http:/minio.example:9000",
        _MINIO,
        "✗ Between scheme and host stand a colon and two slashes.",
        "http://minio.example:9000",
    ),
    "a console": (
        "endpoint",
        "regionendpoint",
        "http://minio.example:9001",
        _MINIO,
        "! Port 9001 is usually MinIO's console",
        "http://minio.example:9000",
    ),
    "no scheme": (
        "endpoint",
        "regionendpoint",
        "minio.example:9000",
        _MINIO,
        "Without a scheme the HTTPS setting decides",
        "http://minio.example:9000",
    ),
    "another's endpoint": (
        "endpoint",
        "regionendpoint",
        "https://minio.example:9000",
        {},
        "! This endpoint is not Amazon's",
        "https://minio.example:9000",
    ),
    "version 2": ("advanced", "v4auth", "right", {}, "✗ Amazon S3 accepts only signature version 4", "on"),
    "unverified": ("advanced", "skipverify", "left", {}, "! Unverified: anybody in between", "off"),
    "a lonely KMS key": ("advanced", "keyid", "alias/x", {}, "✗ A KMS key does nothing without Encrypt.", "alias/x"),
    "no size": ("advanced", "chunksize", "10 foo", {}, "✗ `chunksize` is a size such as 10 MiB", None),
    "a small size": ("advanced", "chunksize", "1 MiB", {}, "✗ Chunk size: 5 MiB to 5 GiB.", "10 MiB"),
}


@pytest.mark.parametrize(("step", "name", "typed", "given", "said", "fixed"), _PROBLEMS.values(), ids=_PROBLEMS)
async def test_a_problem_is_told_below_its_field_as_one_types_and_ctrl_f_mends_it(
    new: WizardState, step: str, name: str, typed: str, given: Mapping[str, str | bool], said: str, fixed: str | None
) -> None:
    new.settings = AMAZON
    for setting, value in given.items():
        new.enter_text(setting, value) if isinstance(value, str) else new.set_value(setting, value)
    async with wizard(new) as face:
        await face.go(step)
        if name in ("keyid", "chunksize"):
            await face.press("f4")
        assert said not in face.line(name)
        await face.fill(name, typed)
        await face.until(lambda: face.line(name).startswith(said))
        assert " ".join(said.split()[:4]) in face.text
        assert ("^F " in face.line(name)) == (fixed is not None)
        assert ("^F Fix" in face.row("key")) == (fixed is not None)
        await face.press("ctrl+f")
        if fixed is not None:
            await face.until(lambda: said not in face.line(name))
            assert "^F Fix" not in face.row("key") or "✗" not in face.line(name)
            assert face.value(name) == fixed
        assert face.focused == name


async def test_what_is_typed_as_the_pause_ends_is_not_asked_of_the_store(store: LiveStore, new: WizardState) -> None:
    new.settings = store.settings()
    async with wizard(new) as face:
        await face.until(lambda: new.is_reachability_current)
        new.forget_reachability()
        face.app.tasks.schedule_quick_check()
        new.settings = AMAZON.replace({"region": ""})  # which has no address
        await face.until(lambda: new.reachability_settings == store.settings())


async def test_an_unknown_store_in_a_file_is_shown_and_mended(path: Path) -> None:
    async with wizard(walk_of(path, AMAZON.replace({"provider": "minoi", "registry": "harbour"}))) as face:
        assert face.line("registry").startswith("✗ No registry is called `harbour`")
        assert "● harbour" in face.text
        await face.press("ctrl+f")
        await face.until(lambda: face.value("registry") == "harbor")
        await face.press("ctrl+f")
        await face.until(lambda: face.value("provider") == "minio")
        assert "● MinIO" in face.text


async def test_a_new_walk_does_not_complain_before_one_has_typed(new: WizardState) -> None:
    async with wizard(new) as face:
        for step in FORMS:
            await face.go(step)
            assert "✗" not in face.text.replace(face.row("step"), "")


async def test_the_reason_of_a_preset_stands_below_what_it_has_set(new: WizardState) -> None:
    async with wizard(new) as face:
        await face.go("advanced")
        assert "Amazon S3 accepts only signature version 4, so it is on." in face.text


async def test_enter_with_an_error_stays_on_its_field_and_enter_again_goes_on(new: WizardState) -> None:
    async with wizard(new) as face:
        await face.enter("bucket")
        await face.focus("rootdirectory")
        await face.press("enter")
        await face.until(lambda: face.focused == "bucket")
        assert face.step == "bucket"
        assert face.line("bucket").startswith("✗ Type the bucket's name")
        assert "Enter again goes on regardless." in face.text
        await face.press("i")
        await face.until(lambda: "Enter again" not in face.text)
        await face.press("enter")
        await face.until_text("Enter again goes on regardless.")
        await face.enter("keys")
        assert "✗ Bucket" in face.row("step")


async def test_enter_with_an_error_below_opens_what_is_folded_away(new: WizardState) -> None:
    new.settings = AMAZON
    new.enter_text("chunksize", "10 foo")
    async with wizard(new) as face:
        await face.go("advanced")
        assert "Chunk size" not in face.text
        await face.press("enter")
        await face.until(lambda: face.focused == "chunksize")
        assert "10 foo" in face.text


async def test_what_is_no_value_yet_is_neither_left_behind_nor_saved(new: WizardState) -> None:
    new.settings = AMAZON
    new.enter_text("chunksize", "10 foo")
    async with wizard(new) as face:
        await face.press("ctrl+s")
        await face.until(lambda: face.focused == "chunksize")
        await face.press("enter", "enter")
        assert (face.step, face.focused) == ("advanced", "chunksize")
        assert not new.path.exists()


async def test_another_registry_offers_its_own_storage_classes(new: WizardState) -> None:
    new.settings = AMAZON
    async with wizard(new) as face:
        await face.go("advanced")
        await face.press("f4")
        await face.until_text("STANDARD", "REDUCED_REDUNDANCY", "NONE")
        new.set_value("registry", "distribution-3")
        await face.go("bucket")
        await face.go("advanced")
        await face.until_text("STANDARD", "1 of 9")


async def test_the_endpoint_follows_the_region_on_the_screen(new: WizardState) -> None:
    new.set_value("provider", "wasabi")
    async with wizard(new) as face:
        await face.go("endpoint")
        assert face.value("regionendpoint") == "https://s3.us-east-1.wasabisys.com"
        await face.go("bucket")
        await face.fill("region", "eu-central-1")
        await face.go("endpoint")
        assert face.value("regionendpoint") == "https://s3.eu-central-1.wasabisys.com"


# --- the live line ----------------------------------------------------------------------------------------


async def test_once_typing_pauses_the_store_is_asked_and_its_answers_stand_in_view(
    store: LiveStore, new: WizardState
) -> None:
    new.settings = store.settings(bucket="")
    async with wizard(new) as face:
        await face.go("bucket")
        assert "answers" not in face.row("live")
        await face.fill("bucket", store.bucket)
        assert "…" in face.row("live")
        await face.until(lambda: "✓ 127.0.0.1 answers" in face.row("live"))
        assert "✓ keys accepted" in face.row("live")
        assert f"✓ bucket {store.bucket}"[:20] in face.row("live")
        await face.press("x")
        assert "✓" not in face.row("live")


async def test_a_wrong_secret_is_told_below_its_field(enforcing_moto: EnforcingMoto, new: WizardState) -> None:
    key, _ = enforcing_moto.iam_key()
    new.settings = enforcing_moto.store().settings(accesskey=key, secretkey=Secret("x" * 40))
    async with wizard(new) as face:
        await face.go("keys")
        await face.until(lambda: "✗ keys refused" in face.row("live"))
        assert "✓ 127.0.0.1 answers" in face.row("live")
        assert face.line("secretkey").startswith("✗ ")


async def test_a_missing_bucket_is_told_below_its_field(store: LiveStore, new: WizardState) -> None:
    new.settings = store.settings(bucket="nobody-made-it")
    async with wizard(new) as face:
        await face.go("bucket")
        await face.until(lambda: "✗ no bucket nobody-made-it" in face.row("live"))
        assert "✓ keys accepted" in face.row("live")
        assert face.line("bucket").startswith("✗ ")
        assert "nobody-made-it" in face.line("bucket")


async def test_an_endpoint_that_nobody_serves_is_told(offline: Settings, new: WizardState) -> None:
    new.settings = offline
    async with wizard(new) as face:
        await face.go("endpoint")
        await face.until(lambda: "✗ 127.0.0.1 does not answer" in face.row("live"))
        assert face.line("regionendpoint").startswith("✗ ")


async def test_an_answer_about_what_has_changed_since_is_dropped(new: WizardState) -> None:
    released = threading.Event()
    with FaultyStore(hang(released=released)) as store:
        new.settings = store.settings()
        async with wizard(new) as face:
            await face.go("bucket")
            await face.until(lambda: bool(store.calls))
            await face.fill("bucket", "")  # which is asked of no store
            released.set()
            for thread in threading.enumerate():
                if thread.name == "background":
                    thread.join(PATIENCE)
            await face.until(lambda: not face.app.context.is_checking_store)
            await face.press("tab")
            assert face.state.reachability is None
            assert "✓" not in face.row("live")


async def test_nothing_is_asked_while_a_rule_says_no(moto: Moto, new: WizardState) -> None:
    with FaultyStore() as store:
        new.settings = store.settings(bucket="no")
        async with wizard(new) as face:
            await face.go("bucket")
            assert not face.app.context.is_checking_store
            await face.fill("bucket", store.bucket)
            await face.until(lambda: "answers" in face.row("live"))
            assert len(store.calls) == 1
            await face.go("keys")
            await face.go("bucket")
            assert len(store.calls) == 1
    del moto


# --- validating -------------------------------------------------------------------------------------------


async def test_the_table_fills_in_and_says_that_all_passed(store: LiveStore, new: WizardState) -> None:
    new.settings = store.settings()
    async with wizard(new) as face:
        await face.go("validate")
        await face.until_text("Reach the store", "Read and write", "Large layers", "Redirects", "Clean up")
        await face.validated()
        assert "21 of 21" in face.row("title")
        assert sum("✓ " in line for line in face.lines[5:20]) == 7
        assert "comes back byte by byte" in face.text
        assert "Nothing of this try is left behind." in face.text
        assert "Enter Next" in face.row("key")
        assert "✗" not in face.text.replace(face.row("step"), "")
        await face.press("space")
        await face.until_text("Settings make sense", "Trust its certificate")
        await face.press("down", "space")
        await face.until_text("Write an object", "s3:PutObject")
        await face.press("space", "up", "space")
        await face.until(lambda: "Write an object" not in face.text and "Settings make sense" not in face.text)


async def test_a_failure_opens_its_row_with_its_sentence(new: WizardState) -> None:
    with FaultyStore(deny("DeleteObject*")) as store:
        new.settings = store.settings()
        async with wizard(new) as face:
            await face.go("validate")
            await face.validated()
            assert any(line.startswith(" ✗ Delete") for line in face.lines)
            assert "✗ delete  " in face.text
            assert "s3:DeleteObject" in face.text
            assert "Nothing has been saved." in face.row("live")
            assert "^S Save anyway…" in face.row("key")
            assert "Enter Next" not in face.row("key")
            screen = face.app.step_screen
            assert isinstance(screen, ValidateScreen)
            assert screen.highlighted == "delete"
            await face.press("enter")
            await face.until_text("Delete", "s3:DeleteObject")
            assert face.step == "validate"


async def test_ctrl_f_mends_what_failed_and_tries_again(new: WizardState) -> None:
    with FaultyStore(require_region("eu-west-1")) as store:
        new.settings = store.settings()
        async with wizard(new) as face:
            await face.go("bucket")
            await face.focus("region")
            await face.go("validate")
            await face.validated()
            assert "eu-west-1" in face.text
            assert "^F Fix" in face.row("key")
            await face.press("ctrl+f")
            await face.until(lambda: face.state.settings.region == "eu-west-1")
            await face.until(lambda: face.state.report is not None and face.state.report.passed)
            await face.until_text("All checks passed")
            await face.go("bucket")
            assert face.value("region") == "eu-west-1"


async def test_a_bucket_that_is_not_there_is_created_once_that_is_confirmed(store: LiveStore, new: WizardState) -> None:
    new.settings = store.settings(bucket="asked-for-first")
    async with wizard(new) as face:
        await face.go("validate")
        await face.validated()
        await face.until_text("There is no bucket asked-for-first", "^F  Create it in us-east-1.")
        await face.press("ctrl+f")
        await face.until_text("Create the bucket?", "asked-for-first, at 127.0.0.1, in the region us-east-1")
        await face.press("enter")  # the safe answer comes first
        assert "Create the bucket?" not in face.text
        await face.press("ctrl+f")
        await face.until_text("Create the bucket?")
        await face.press("down", "enter")
        await face.until(lambda: new.report is not None and new.report.passed)


async def test_a_bucket_that_is_not_there_can_be_created_from_its_field(store: LiveStore, new: WizardState) -> None:
    new.settings = store.settings(bucket="asked-for-in-its-field")
    async with wizard(new) as face:
        await face.go("bucket")
        await face.until(lambda: "^F Create it in us-east-1." in face.line("bucket"))
        await face.press("ctrl+f")
        await face.until_text("Create the bucket?")
        await face.press("down", "enter")
        await face.until(lambda: "✓ bucket" in face.row("live"))


async def test_why_a_bucket_was_not_created_is_told(enforcing_moto: EnforcingMoto, new: WizardState) -> None:
    access, secret = enforcing_moto.iam_key("s3:CreateBucket")
    store = enforcing_moto.store()
    new.settings = store.settings(bucket="not-for-you", accesskey=access, secretkey=Secret(secret), redirect=False)
    async with wizard(new) as face:
        await face.go("validate")
        await face.validated()
        await face.press("ctrl+f")
        await face.until_text("Create the bucket?")
        await face.press("down", "enter")
        await face.until_text("The bucket was not created", "s3:CreateBucket")


async def test_esc_stops_checks_that_hang_within_a_second(new: WizardState) -> None:
    with FaultyStore(hang("PutObject")) as store:
        new.settings = store.settings()
        async with wizard(new) as face:
            await face.go("validate")
            await face.until(lambda: "PutObject" in store.calls)
            assert "Esc Stop" in face.row("key")
            await face.press("enter", "ctrl+r", "ctrl+f")
            assert face.step == "validate"
            began = time.monotonic()
            await face.press("escape")
            await face.validated()
            assert time.monotonic() - began < 1
            assert "Stopped." in face.row("live")
            assert not face.state.report or not face.state.report.passed
            await face.press("escape")
            await face.until_step("advanced")


async def test_a_row_says_what_it_waits_for_once_that_takes_long(new: WizardState) -> None:
    with FaultyStore(hang("PutObject")) as store:
        new.settings = store.settings()
        async with wizard(new) as face:
            await face.go("validate")
            await face.until(lambda: "Waiting for the store in `write`" in face.row("live"))
            await face.press("escape")
            await face.validated()


async def test_the_row_that_keys_are_about_is_told_without_colour_and_by_the_cursor(new: WizardState) -> None:
    with FaultyStore(deny("DeleteObjects")) as store:
        new.settings = store.settings()
        async with wizard(new) as face:
            await face.go("validate")
            await face.validated()
            progress = face.app.context.progress
            here = face.app.validate_screen.highlighted
            assert progress.has_findings(here)
            for _ in range(2):
                rows = {
                    group: check_rows.row(progress, group, 78, highlighted=group == here) for group in progress.groups()
                }
                marked = [group for group, row in rows.items() if any("underline" in str(s.style) for s in row.spans)]
                assert marked == [here]
                head = rows[here].plain[:20]
                await face.until(lambda head=head: head in face.lines[face.app.cursor_position.y])  # type: ignore[misc]
                await face.press("up")
                here = face.app.validate_screen.highlighted


async def test_ctrl_r_tries_again(new: WizardState) -> None:
    with FaultyStore() as store:
        new.settings = store.settings()
        async with wizard(new) as face:
            await face.go("validate")
            await face.validated()
            first, calls = face.state.report, len(store.calls)
            await face.press("ctrl+r")
            await face.until(lambda: face.state.report is not first)
            assert len(store.calls) >= 2 * calls - 1
            assert face.state.report is not None
            assert face.state.report.passed


async def test_coming_back_with_the_same_settings_does_not_try_again(new: WizardState) -> None:
    with FaultyStore() as store:
        new.settings = store.settings()
        async with wizard(new) as face:
            await face.go("validate")
            await face.validated()
            await face.until(lambda: face.state.is_reachability_current)
            calls = len(store.calls)
            await face.go("advanced")
            await face.enter("validate")
            assert (len(store.calls), face.row("title").split()[1:4]) == (calls, ["21", "of", "21"])
            await face.go("bucket")
            await face.fill("rootdirectory", "/elsewhere")
            await face.go("validate")
            await face.until(lambda: face.state.report is not None)
            assert len(store.calls) > calls


# --- saving -----------------------------------------------------------------------------------------------


async def test_only_a_clear_word_saves_what_has_failed(new: WizardState, path: Path) -> None:
    with FaultyStore(deny("DeleteObject*")) as store:
        new.settings = store.settings()
        async with wizard(new) as face:
            await face.go("validate")
            await face.validated()
            for answer in ("escape", "enter"):
                await face.press("ctrl+s")
                await face.until(lambda: isinstance(face.screen, ChoiceDialog))
                assert "Save the settings unproven" in face.text
                assert "passed = false" in face.text
                await face.press(answer)
                await face.until(lambda: not isinstance(face.screen, ChoiceDialog))
                assert (face.step, path.exists()) == ("validate", False)
            await face.press("ctrl+s")
            await face.until(lambda: isinstance(face.screen, ChoiceDialog))
            await face.press("down", "enter")
            await face.until_step("save")
            assert "Saved unproven" in face.row("intro")
            assert face.row("file-status").startswith("! ")
    found = config_file.load(path)
    assert found.validation is not None
    assert found.validation.passed is False
    assert tuple(found.validation.failed) == ("delete",)
    assert path.stat().st_mode & 0o7777 == 0o600


async def test_what_was_saved_unproven_is_saved_again_once_it_has_passed(new: WizardState, path: Path) -> None:
    released = threading.Event()
    with FaultyStore(hang("PutObject", released)) as store:
        new.settings = store.settings()
        async with wizard(new) as face:
            await face.go("validate")
            await face.until(lambda: "PutObject" in store.calls)
            await face.press("escape")
            await face.validated()
            await face.press("ctrl+s")
            await face.until_text("Save anyway?", "Validation was stopped")
            await face.press("down", "enter")
            await face.until_step("save")
            assert face.state.has_saved
            released.set()
            await face.press("escape")
            await face.until_step("validate")
            await face.press("ctrl+r")
            await face.until(lambda: face.state.report is not None and face.state.report.passed)
            await face.enter("save")
            assert "Enter Save" in face.row("key")
            await face.press("enter")
            await face.until(lambda: "Enter Finish" in face.row("key"))
    found = config_file.load(path)
    assert found.validation is not None
    assert found.validation.passed


async def test_ctrl_s_on_the_first_screen_validates_and_saves_at_once_when_that_passes(
    store: LiveStore, new: WizardState, path: Path
) -> None:
    new.settings = store.settings()
    async with wizard(new) as face:
        await face.press("ctrl+s")
        await face.until(lambda: face.state.has_saved)
        await face.until_step("save")
        assert "Saved. What is left to do is below." in face.text
    found = config_file.load(path)
    assert found.validation is not None
    assert found.validation.passed


async def test_ctrl_s_on_the_first_screen_saves_nothing_when_that_fails(new: WizardState, path: Path) -> None:
    async with wizard(new) as face:
        await face.press("ctrl+s")
        await face.validated()
        await face.until_step("validate")
        assert "✗ settings" in face.text
        assert not path.exists()


async def test_ctrl_s_while_checks_run_saves_when_they_pass_and_starts_no_second_run(
    new: WizardState, path: Path
) -> None:
    released = threading.Event()
    with FaultyStore(hang("PutObject", released)) as store:
        new.settings = store.settings()
        async with wizard(new) as face:
            await face.go("validate")
            await face.until(lambda: "PutObject" in store.calls)
            await face.press("ctrl+s")
            await face.press("f1")
            await face.until(lambda: isinstance(face.screen, MessageDialog))
            released.set()
            await face.until(lambda: face.state.has_saved)
            await face.until_step("save")
            assert sum(call == "ListParts" for call in store.calls) == 1
            await face.press("escape")
            await face.until_step("validate")
            await face.press("escape")
            await face.until_step("advanced")
    assert path.exists()


async def test_the_save_screen_shows_the_file_with_its_secrets_hidden(store: LiveStore, new: WizardState) -> None:
    new.settings = store.settings()
    async with wizard(new, (80, 40)) as face:
        await face.go("validate")
        await face.validated()
        await face.enter("save")
        await face.until_text(
            "version = 1",
            'type = "s3"',
            f'bucket = "{store.bucket}"',
            'accesskey = "AKIA…MPLE"',
            "secretkey = (hidden, 40 characters)",
            "passed = true",
            "readable by you alone (0600)",
        )
        assert store.access_key not in face.text
        assert store.secret_key not in face.text
        assert "was " not in face.row("file-lines")


async def test_the_save_screen_tells_what_changes_and_names_the_backup(store: LiveStore, path: Path) -> None:
    state = walk_of(path, store.settings(secretkey=Secret("another secret"), region="eu-west-1"), mode=0o644)
    async with wizard(state, (80, 40)) as face:
        await face.go("bucket")
        await face.fill("region", "us-east-1")
        await face.go("keys")
        await face.fill("secretkey", store.secret_key)
        await face.go("validate")
        await face.validated()
        await face.enter("save")
        changed = [line.split("  ")[-1].strip() for line in face.row("file-lines").splitlines() if "  " in line]
        assert changed == ['was "eu-west-1"', "changed"]
        assert face.row("file-status").endswith("storage.toml  others may read it (mode 0644); saved, only you (0600)")
        await face.press("enter")
        await face.until(lambda: face.state.has_saved)
        await face.until_text("storage.toml.bak")
        assert "Until now others could read it (mode 0644)" in face.row("file-status")
        await face.go("bucket")
        await face.fill("rootdirectory", "/r")
        await face.go("validate")
        await face.until(lambda: face.state.report is not None)
        await face.go("save")
        changed = [line.split("  ")[-1].strip() for line in face.row("file-lines").splitlines() if "  " in line]
        assert changed == ["new"]
    assert config_file.load(path.with_name("storage.toml.bak")).settings.region == "eu-west-1"


async def test_a_file_that_others_may_read_is_tightened_once_that_was_told(store: LiveStore, path: Path) -> None:
    async with wizard(walk_of(path, store.settings(), mode=0o644)) as face:
        await face.press("ctrl+s")
        await face.until_step("save")
        assert "others may read it" in face.row("file-status")
        assert not face.state.has_saved
        assert path.stat().st_mode & 0o777 == 0o644
        await face.press("enter")
        await face.until(lambda: face.state.has_saved)
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("registry", REGISTRIES)
async def test_the_save_screen_says_what_to_do_next(offline: Settings, new: WizardState, registry: str) -> None:
    new.settings = offline.replace({"registry": registry})
    async with wizard(new) as face:
        await face.go("save")
        for step in REGISTRIES[registry].next_steps(new.settings, new.path):
            assert step.text in face.row("next-steps")
            assert step.command in face.row("next-steps")
            assert step.text in " ".join(face.text.split())
        assert "Not validated." in face.row("intro")


async def test_trouble_with_the_file_is_told_and_changes_nothing(
    store: LiveStore, new: WizardState, path: Path
) -> None:
    new.settings = store.settings()
    path.mkdir()
    async with wizard(new) as face:
        await face.press("ctrl+s")
        await face.until_step("save")
        assert face.row("file-status").startswith("✗ ")
        assert "Enter Save" in face.row("key")
        path.rmdir()
        await face.press("enter")
        await face.until(lambda: face.state.has_saved)
        assert face.row("file-status").startswith("✓ ")


async def test_a_file_that_somebody_else_wrote_meanwhile_is_not_written_over_unasked(
    store: LiveStore, path: Path
) -> None:
    state = walk_of(path, store.settings(rootdirectory="/a"))
    async with wizard(state) as face:
        config_file.save(path, store.settings(rootdirectory="/theirs"), None)
        await face.press("ctrl+s")
        await face.until_step("save")
        assert "changed by somebody else" in face.row("file-status")
        assert "Enter again writes over it" in " ".join(face.text.split())
        assert config_file.load(path).settings.rootdirectory == "/theirs"
        assert 'was "/theirs"' in face.row("file-lines")
        await face.press("enter")
        await face.until(lambda: face.state.has_saved)
    assert config_file.load(path).settings.rootdirectory == "/a"
    assert config_file.load(path.with_name("storage.toml.bak")).settings.rootdirectory == "/theirs"


# --- leaving ----------------------------------------------------------------------------------------------


async def test_memory_is_looked_after_from_the_first_screen_on(new: WizardState) -> None:
    """As the start goes without, for speed."""
    gc.disable()
    try:
        async with wizard(new) as face:
            await face.until(gc.isenabled)
    finally:
        gc.enable()


async def test_ctrl_q_leaves_at_once_while_nothing_would_be_lost(path: Path) -> None:
    async with wizard(walk_of(path, AMAZON)) as face:
        await face.press("ctrl+q")
        await face.ended()
        assert face.app.return_code == 0


async def test_ctrl_q_asks_once_while_something_would_be_lost(new: WizardState) -> None:
    async with wizard(new) as face:
        await face.go("bucket")
        await face.fill("bucket", "images")
        for answer in ("escape", "enter"):
            await face.press("ctrl+q")
            await face.until_text("Leave without saving?", "What you have entered is not saved yet.")
            await face.press(answer)
            await face.until(lambda: not isinstance(face.screen, ChoiceDialog))
            assert (face.step, face.value("bucket"), face.app._exit) == ("bucket", "images", False)
        await face.press("ctrl+q")
        await face.until(lambda: isinstance(face.screen, ChoiceDialog))
        await face.press("ctrl+q")
        await face.ended()
        assert face.app.return_code == 0


async def test_the_answer_to_leave_leaves(new: WizardState, path: Path) -> None:
    async with wizard(new) as face:
        await face.go("bucket")
        await face.fill("bucket", "images")
        await face.press("ctrl+q")
        await face.until(lambda: isinstance(face.screen, ChoiceDialog))
        await face.press("down", "enter")
        await face.ended()
    assert not path.exists()


@pytest.mark.parametrize(
    ("step", "dialog"),
    [
        *((step.id, "") for step in STEPS),
        ("bucket", "f1"),
        ("bucket", "ctrl+q"),
        ("validate", "f1"),
        ("save", "ctrl+q"),
    ],
)
async def test_ctrl_c_leads_out_from_everywhere(offline: Settings, new: WizardState, step: str, dialog: str) -> None:
    new.settings = offline
    async with wizard(new) as face:
        await face.go(step)
        if dialog:
            await face.press(dialog)
            await face.until(lambda: isinstance(face.screen, ChoiceDialog | MessageDialog))
        await face.press("ctrl+c")
        await face.press("ctrl+c")
        await face.ended()


async def test_leaving_from_the_question_of_saving_asks_first(new: WizardState) -> None:
    with FaultyStore(deny("DeleteObject*")) as store:
        new.settings = store.settings()
        async with wizard(new) as face:
            await face.go("validate")
            await face.validated()
            await face.press("ctrl+s")
            await face.until_text("Save anyway?")
            await face.press("ctrl+c")
            await face.until_text("Leave without saving?")
            assert not face.app._exit
            await face.press("ctrl+c")
            await face.ended()


async def test_leaving_while_a_step_comes_into_view_is_no_crash(
    new: WizardState, capsys: pytest.CaptureFixture[str]
) -> None:
    async with wizard(new) as face:
        face.app.show_step(STEPS[1])
        face.app.exit(0)
        await face.ended()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("how", ["by a key", "by a signal"])
async def test_leaving_stops_checks_that_run(new: WizardState, how: str) -> None:
    with FaultyStore(hang("PutObject")) as store:
        new.settings = new.initial_settings = store.settings()
        async with wizard(new) as face:
            await face.go("validate")
            await face.until(lambda: "PutObject" in store.calls)
            if how == "by a key":
                await face.press("ctrl+c")
            else:
                os.kill(os.getpid(), signal.SIGHUP)
            await face.ended()
        assert face.app.tasks.validation_thread is not None
        assert face.app.tasks.is_stopped
        assert store.contents() == []


# --- help, and keys that type -----------------------------------------------------------------------------


def test_f_keys_only_repeat_what_other_keys_do() -> None:
    """Not every terminal hands them over."""
    bound = [
        binding for one in (WizardApp, StepScreen, FormScreen, ValidateScreen, FoldToggle) for binding in one.BINDINGS
    ]
    keys: dict[str, set[str]] = {}
    for binding in bound:
        assert isinstance(binding, Binding)
        keys.setdefault(binding.action.removeprefix("screen."), set()).update(binding.key.split(","))
    folder_lock = {action for action, names in keys.items() if all(re.fullmatch(r"f\d+", name) for name in names)}
    assert folder_lock == set()
    assert "f1" in keys["help"]


@pytest.mark.parametrize(
    ("step", "name", "words"),
    [
        ("storage", "provider", "Storage  (provider)"),
        ("bucket", "region", "Region  (region)"),
        ("keys", "secretkey", "Secret key  (secretkey)"),
        ("endpoint", "regionendpoint", "Region endpoint  (regionendpoint)"),
        ("advanced", "redirect", "Redirect pulls  (redirect)"),
    ],
)
async def test_f1_explains_the_field_that_has_the_focus(new: WizardState, step: str, name: str, words: str) -> None:
    async with wizard(new) as face:
        await face.go(step)
        await face.focus(name)
        for closing in ("escape", "enter", "f1"):
            await face.press("f1")
            await face.until_text(words)
            assert " ".join(DECLARATIONS[name].about.split()[:4]) in face.text
            await face.press(closing)
            await face.until(lambda: not isinstance(face.screen, MessageDialog))
            assert (face.step, face.focused) == (step, name)


@pytest.mark.parametrize("step", ["validate", "save"])
async def test_f1_explains_a_step_without_fields(offline: Settings, new: WizardState, step: str) -> None:
    new.settings = offline
    async with wizard(new) as face:
        await face.go(step)
        await face.press("f1")
        await face.until(lambda: isinstance(face.screen, MessageDialog))
        assert ("Every call" if step == "validate" else "written in one step") in face.text


@pytest.mark.parametrize(("step", "name"), [("bucket", "bucket"), ("keys", "secretkey")])
async def test_a_printable_key_is_never_a_shortcut_while_a_field_has_the_focus(
    new: WizardState, step: str, name: str
) -> None:
    sanitize = string.digits + string.ascii_letters + string.punctuation + " " + "."
    async with wizard(new) as face:
        await face.go(step)
        await face.focus(name)
        await face.type(sanitize)
        await face.until(lambda: face.value(name) == sanitize)
        assert (face.step, face.focused) == (step, name)
        assert face.screen is face.app.step_screen
        assert face.state.field_text(name) == sanitize


async def test_blanks_around_a_value_stay_while_one_types_and_go_with_the_focus(new: WizardState) -> None:
    async with wizard(new) as face:
        await face.go("bucket")
        await face.focus("bucket")
        await face.press(" ", "i", "m", "g", " ")
        assert face.value("bucket") == " img "
        assert "cut off: blanks" in face.line("bucket")
        await face.press("tab")
        await face.until(lambda: face.value("bucket") == "img")
        assert face.state.settings.bucket == "img"


# --- moving -----------------------------------------------------------------------------------------------


def controls(face: UiMode) -> list[Widget]:
    """All that should take the focus, from the top."""
    shown: list[Widget] = [field.control for field in form(face).visible_fields()]
    return shown + list(face.app.step_screen.query("#fold-toggle"))


@pytest.mark.parametrize("step", [*FORMS, "advanced, unfolded"])
@pytest.mark.parametrize("keys", [("tab", "shift+tab"), ("down", "up")], ids=["tab", "arrows"])
async def test_every_control_is_reached_and_left(new: WizardState, step: str, keys: tuple[str, str]) -> None:
    async with wizard(new) as face:
        await face.go(step.partition(",")[0])
        if "unfolded" in step:
            await face.press("f4")
            await face.until_text("Fewer settings")
        expected = controls(face)
        for key, order in ((keys[0], expected), (keys[1], expected[::-1])):
            face.screen.set_focus(order[0])
            seen = [face.screen.focused]
            for _ in range(20 if len(order) > 1 else 2):
                await face.press(key)
                if face.screen.focused is not seen[-1]:
                    seen.append(face.screen.focused)
                if seen[-1] is order[0] and len(seen) > 1:
                    break
            assert seen == ([*order, order[0]] if len(order) > 1 else order)


async def test_up_and_down_leave_a_grid_only_at_its_edges(new: WizardState) -> None:
    async with wizard(new) as face:
        await face.focus("registry")
        await face.press("right")
        assert face.value("registry") == "distribution-2"
        await face.press("down")
        assert (face.focused, face.value("registry")) == ("registry", "gitlab")
        await face.press("down")
        assert (face.focused, face.value("registry")) == ("provider", "gitlab")
        await face.press("down", "end")
        assert face.value("provider") == "filesystem"
        await face.press("home")
        assert face.value("provider") == "aws"
        await face.press("up")
        assert (face.focused, face.value("provider")) == ("registry", "aws")


async def test_a_switch_is_turned_with_blank_and_arrows(new: WizardState) -> None:
    new.settings = AMAZON
    async with wizard(new) as face:
        await face.go("advanced")
        await face.focus("redirect")
        for key, state in (("space", False), ("space", True), ("right", False), ("right", False), ("left", True)):
            await face.press(key)
            assert face.state.settings.redirect is state
            assert f"Redirect pulls     {'● on   ○ off' if state else '○ on   ● off'}" in face.text


@pytest.mark.parametrize("key", ["f4", "space"])
async def test_what_is_folded_away_opens_and_closes_and_the_focus_stays_in_view(new: WizardState, key: str) -> None:
    async with wizard(new) as face:
        await face.go("advanced")
        if key == "space":
            face.screen.set_focus(face.app.step_screen.query_one("#fold-toggle"))
        await face.press(key)
        await face.until(lambda: face.focused == "forcepathstyle")
        assert "V4 auth" not in face.text
        if key == "space":
            face.screen.set_focus(face.app.step_screen.query_one("#fold-toggle"))
        await face.press(key)
        await face.until(lambda: face.focused == "v4auth")
        assert "Force path style" not in face.text


# --- the secret -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        (f"{SECRET}\n", "cut off: line breaks"),
        (f"\r\n{SECRET[:20]}\r\n{SECRET[20:]}\r\n", "cut off: line breaks"),
        (f'"{SECRET}"', "cut off: quotes"),
        (f"  {SECRET} ", "cut off: blanks"),
    ],
    ids=["line break", "wrapped", "quotes", "blanks"],
)
async def test_what_a_paste_of_a_secret_brings_along_is_trimmed_and_said(
    new: WizardState, pasted: str, said: str
) -> None:
    async with wizard(new) as face:
        await face.go("keys")
        await face.focus("secretkey")
        await face.paste(pasted)
        await face.until(lambda: said in face.line("secretkey"))
        assert "40 characters, ends in EKEY." in face.line("secretkey")
        assert face.state.settings.secretkey == Secret(SECRET)
        assert face.value("secretkey") == SECRET
        assert "•" * 40 in face.text
        assert SECRET not in face.text
        assert SECRET not in face.app.export_screenshot()


async def test_f3_shows_the_secret_for_three_seconds(new: WizardState) -> None:
    new.settings = AMAZON
    async with wizard(new) as face:
        await face.go("keys")
        await face.press("f3")
        await face.until_text(SECRET)
        began = time.monotonic()
        await face.until(lambda: SECRET not in face.text)
        assert 1.5 < time.monotonic() - began < 4.5
        assert "•" * 40 in face.text


async def test_a_secret_that_is_shown_is_hidden_when_its_screen_is_left(new: WizardState) -> None:
    new.settings = AMAZON
    async with wizard(new) as face:
        await face.go("keys")
        await face.press("f3")
        await face.until_text(SECRET)
        await face.enter("endpoint")
        await face.press("escape")
        await face.until_step("keys")
        assert SECRET not in face.text


async def test_copy_and_cut_put_nothing_into_the_clipboard(new: WizardState) -> None:
    new.settings = AMAZON
    async with wizard(new) as face:
        await face.go("keys")
        for name in ("secretkey", "accesskey"):
            await face.focus(name)
            control = face.field(name).control
            assert isinstance(control, Input)
            control.select_all()
            await face.press("super+c")
            assert control.value
            await face.press("ctrl+x")
            await face.until(lambda control=control: control.value == "")  # type: ignore[misc]
            assert face.app.clipboard == ""
        assert (face.state.settings.accesskey, face.state.settings.secretkey) == ("", Secret())


# --- a local folder ---------------------------------------------------------------------------------------


async def test_a_local_folder_skips_what_is_about_s3_and_is_saved_as_what_it_is(
    new: WizardState, path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "registry"
    folder.mkdir()
    async with wizard(new) as face:
        await face.focus("provider")
        await face.press("end")
        await face.until(lambda: face.state.settings.type == "filesystem")
        await face.enter("bucket")
        assert [field.declaration.name for field in form(face).visible_fields()] == ["rootdirectory"]
        await face.until(lambda: face.focused == "rootdirectory")
        assert face.value("rootdirectory") == "/var/lib/registry"
        assert "A folder on this machine" in face.row("live")
        await face.fill("rootdirectory", str(folder))
        await face.enter("validate")
        await face.validated()
        assert "All checks passed" in face.row("live")
        await face.press("escape")
        await face.until_step("bucket")
        await face.enter("validate")
        await face.enter("save")
        await face.press("enter")
        await face.until(lambda: face.state.has_saved)
    assert 'type = "filesystem"' in path.read_text()
    assert config_file.load(path).settings == new.settings
    assert list(folder.iterdir()) == []


async def test_the_focus_is_never_on_a_field_that_is_hidden(new: WizardState) -> None:
    async with wizard(new) as face:
        await face.enter("bucket")
        await face.fill("bucket", "images")
        await face.press("escape")
        await face.until_step("storage")
        await face.focus("provider")
        await face.press("end")
        await face.enter("bucket")
        await face.until(lambda: face.focused == "rootdirectory")
        await face.press("x")
        assert face.state.settings.bucket == "images"


# --- text that came from elsewhere ------------------------------------------------------------------------

_MARKUP = "[red]x[/x][/]$error"


async def test_markup_in_what_was_typed_is_shown_as_it_is(path: Path) -> None:
    settings = AMAZON.replace({"bucket": _MARKUP, "accesskey": _MARKUP, "rootdirectory": _MARKUP, "region": _MARKUP})
    state = walk_of(path.with_name("[b]o[x].toml"), settings)
    async with wizard(state, (120, 40)) as face:
        assert "[b]o[x].toml" in face.row("top")
        for step in ("bucket", "keys", "endpoint", "advanced", "validate", "save"):
            await face.go(step)
            if step == "validate":
                await face.validated()
            if step in ("bucket", "keys"):
                assert _MARKUP in face.text
            if step != "validate":
                assert f'"{_MARKUP}"' in face.text or step == "save"
        await face.press("f1")
        await face.until(lambda: isinstance(face.screen, MessageDialog))


async def test_markup_in_a_stores_message_is_shown_as_it_is(new: WizardState) -> None:
    message = "[red]No[/x] way[/]"
    with FaultyStore(error("*", 418, "[b]Odd[/b]", message)) as store:
        new.settings = store.settings()
        async with wizard(new) as face:
            await face.go("validate")
            await face.validated()
            assert "[red]No[/x]" in " ".join(face.text.split())
            assert "[b]Odd[/b]" in face.text
