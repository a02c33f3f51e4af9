"""Draws the screenshots in `screenshots/`: `python -m tests.screenshots`.

The app is the real one, and its store is a real server, to which the host name minio.example resolves. Only times are
replaced, because they differ from run to run.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import re
import socket
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from textual.pilot import Pilot
from werkzeug.wrappers import Response

from tests.screenshots.animation import Frame, animate
from tests.support.aws_clients import s3_client
from tests.support.faults import hang, require_region
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.moto_server import Moto
from tests.support.paths import ROOT
from tests.support.s3_requests import Environ
from wizard.catalog.presets import apply_preset
from wizard.config import file as config_file
from wizard.console.terminal import Appearance
from wizard.files.target import write_file
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session.demo import demo_store
from wizard.session.state import WizardState
from wizard.tui.app import WizardApp
from wizard.validation.results import Report

FOLDER = ROOT / "screenshots"
SMALL, WIDE = (80, 24), (120, 36)
DARK, LIGHT = Appearance(), Appearance(is_light=True)
_NOW = datetime(2026, 11, 23, 10, 4, 12, tzinfo=UTC)
_TIMEOUT = 20.0  # seconds
_TITLE = "storage-wizard"
_BUCKET = "registry-images"
_SETTINGS = apply_preset(Settings(bucket=_BUCKET), "minio").replace(
    {
        "regionendpoint": "http://minio.example:9000",
        "accesskey": "AKIAIOSFODNN7EXAMPLE",
        "secretkey": Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    }
)


class Album:
    """A folder of screenshots."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    async def take(self, name: str, app: WizardApp, pilot: Pilot[int]) -> None:
        """Writes a screenshot of what the app shows."""
        await pilot.pause()
        self.add(name, app.export_screenshot(title=_TITLE))

    def add(self, name: str, svg: str) -> None:
        """Writes a picture."""
        write_file(self.folder / f"{name}.svg", svg.encode(), mode=0o644)


async def draw(folder: Path) -> None:
    """Draws all screenshots into `folder`."""
    album = Album(folder)
    with Moto() as moto:
        client = s3_client(moto.store())
        client.create_bucket(Bucket=_BUCKET)
        client.close()
    with tempfile.TemporaryDirectory() as current_folder, contextlib.chdir(current_folder):
        await _first_steps(album)
        await _all_steps(album)
        await _running(album)
        await _failure(album)
        await _preview(album)
        await _light(album)
        await _demo(album)


@asynccontextmanager
async def _app(
    state: WizardState, size: tuple[int, int] = SMALL, appearance: Appearance = DARK
) -> AsyncIterator[tuple[WizardApp, Pilot[int]]]:
    app = WizardApp(state, appearance)
    async with app.run_test(size=size) as pilot:
        yield app, pilot


async def _until(pilot: Pilot[int], condition: Callable[[], bool]) -> None:
    """Waits until a condition is true."""
    end = time.monotonic() + _TIMEOUT
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the condition did not become true")
        await pilot.pause(0.01)


@contextmanager
def _store(*faults: Fault) -> Iterator[None]:
    """A store at minio.example, at any port."""
    with FaultyStore(_use_path_style, *faults) as store, pytest.MonkeyPatch.context() as patch:
        port, resolve = int(store.endpoint.rpartition(":")[2]), socket.getaddrinfo

        def getaddrinfo(host: str, *arguments: Any, **keywords: Any) -> Any:
            if host != "minio.example":
                return resolve(host, *arguments, **keywords)
            return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]

        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield


# --- the screenshots ---


async def _first_steps(album: Album) -> None:
    """A new file for Amazon S3, and an invalid bucket name."""
    async with _app(WizardState.open(Path("storage.toml"))) as (app, pilot):
        await album.take("1-storage", app, pilot)
        await pilot.press("enter", *"s3://my-images")
        await album.take("2-bucket-problem", app, pilot)


async def _all_steps(album: Album) -> None:
    """A file whose settings are changed, validated and saved."""
    path = Path("storage.toml")
    config_file.save(path, _SETTINGS.replace({"bucket": "old-images", "v4auth": False}), None)
    state = WizardState.open(path)
    state.settings = _SETTINGS
    with _store():
        async with _app(state) as (app, pilot):
            await _until(pilot, lambda: state.is_reachability_current)
            await pilot.press("enter", "enter", "tab")
            await album.take("3-keys", app, pilot)
            await pilot.press("f1")
            await album.take("3-keys-help", app, pilot)
            await pilot.press("escape", "enter")
            await album.take("4-endpoint", app, pilot)
            await pilot.press("enter")
            await album.take("5-advanced", app, pilot)
            await pilot.press("f4")
            await album.take("5-advanced-more", app, pilot)
            await pilot.press("f4", "enter")
            await _until(pilot, lambda: state.report is not None)
            _fix_times(app)
            await album.take("6-validate-passed", app, pilot)
            await pilot.press("enter")
            await album.take("7-save", app, pilot)
            await pilot.press("enter")
            await _until(pilot, lambda: state.has_saved)
            await album.take("7-saved", app, pilot)


async def _running(album: Album) -> None:
    """Running checks; the multipart upload is slow."""
    state, end = WizardState(Path("storage.toml"), _SETTINGS), threading.Event()
    hanging = ("CompleteMultipartUpload", "AbortMultipartUpload", "DeleteObjects")
    with _store(*(hang(operation, end) for operation in hanging)):
        async with _app(state) as (app, pilot):
            await pilot.press("ctrl+s")
            waiting = {"multipart", "multipart-list", "multipart-copy"}
            await _until(
                pilot,
                lambda: app.context.progress.started.keys() - app.context.progress.results.keys() == waiting,
            )
            _fix_times(app, seconds_so_far=3.0)
            await album.take("6-validate-running", app, pilot)
            end.set()


async def _failure(album: Album) -> None:
    """A failure with a fix."""
    state = WizardState(Path("storage.toml"), _SETTINGS)
    with _store(require_region("eu-west-1")):
        async with _app(state) as (app, pilot):
            await pilot.press("ctrl+s")
            await _until(pilot, lambda: state.report is not None)
            _fix_times(app)
            await album.take("6-validate-failed", app, pilot)


async def _preview(album: Album) -> None:
    """A wide terminal, with a preview of the file beside the form."""
    state = WizardState(Path("storage.toml"), _SETTINGS)
    with _store(require_region("eu-west-1")):
        async with _app(state, WIDE) as (app, pilot):
            await _until(pilot, lambda: state.is_reachability_current)
            await pilot.press("enter", "tab", "tab", *"registry")
            await pilot.press("shift+tab")
            await _until(pilot, lambda: state.is_reachability_current)
            await album.take("2-bucket-wide", app, pilot)


async def _light(album: Album) -> None:
    """The light theme, and a provider of whose endpoint only one part is entered."""
    settings = apply_preset(Settings(bucket=_BUCKET), "r2").replace(
        {"accesskey": "4f2a1c9be07d4b6f", "secretkey": Secret("x" * 64)}
    )
    state = WizardState(Path("storage.toml"), settings)
    async with _app(state, appearance=LIGHT) as (app, pilot):
        await pilot.press("enter", "enter", "enter", *"0123456789abcdef0123456789abcdef")
        await album.take("4-endpoint-light", app, pilot)


async def _demo(album: Album) -> None:
    """The demo from the first step to the last, as one moving picture: a wrong bucket name is fixed on the way."""
    frames = []
    with _fixed_demo_keys(), demo_store() as settings:
        state = WizardState.open(Path("demo-storage.toml"))
        state.start_demo(settings)
        async with _app(state) as (app, pilot):

            async def show(*keys: str, seconds: float = 2.5, is_valid: bool = True) -> None:
                """Presses the keys, and takes a frame; the store is only asked while the settings are valid."""
                await pilot.press(*keys)
                if is_valid:
                    await _until(pilot, lambda: state.is_reachability_current)
                await pilot.pause()
                svg = re.sub(r"(?<=127\.0\.0\.1:)\d+", "50123", app.export_screenshot(title=_TITLE))
                frames.append(Frame(svg, seconds))

            await show()
            await show("enter")
            await show(*"/hub", seconds=3.5, is_valid=False)
            await show("ctrl+f", seconds=2)
            await show("enter")
            await show("enter")
            await show("enter")
            await pilot.press("enter")
            await _until(pilot, lambda: state.report is not None)
            _fix_times(app)
            await show(seconds=4)
            await show("enter", seconds=4)
            await pilot.press("enter")
            await _until(pilot, lambda: state.has_saved)
            await show(seconds=5)
    album.add("demo", animate(frames, "The demo of storage-wizard, from the first screen to the last", still=7))


@contextmanager
def _fixed_demo_keys() -> Iterator[None]:
    """The demo's keys, otherwise random, are always the same."""
    fixed = SimpleNamespace(token_hex=lambda size: "0" * 2 * size, token_urlsafe=lambda size: "k" * size)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("wizard.session.demo.secrets", fixed)
        yield


def _use_path_style(environ: Environ, call_next: CallNext) -> Response:
    """Replaces the host name: moto would take its first part for a bucket."""
    environ["HTTP_HOST"] = "localhost"
    return call_next(environ)


# --- times ---


def _fix_times(app: WizardApp, seconds_so_far: float = 0.0) -> None:
    """Stops the clock, and replaces the time of every check by one that is always the same."""
    progress, state = app.context.progress, app.state
    progress.clock = lambda: progress.started_at + seconds_so_far
    progress.started = dict.fromkeys(progress.started, progress.started_at + 0.1)
    for index, check in enumerate(progress.checks):
        if (result := progress.results.get(check.id)) and result.seconds:
            progress.results[check.id] = dataclasses.replace(result, seconds=0.011 + index * 0.007)
    if isinstance(progress.report, Report):
        results = tuple(progress.results[check.id] for check in progress.checks)
        progress.report = dataclasses.replace(progress.report, seconds=0.42, results=results)
        state.last_report, state.reported_at = progress.report, _NOW
    app.step_screen.update_view()


def main() -> None:
    """Draws the committed screenshots again."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    for name in list(os.environ):
        if name.startswith(("AWS_", "SSL_CERT_")) or name.upper().endswith("_PROXY"):
            del os.environ[name]  # the report would name it
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    asyncio.run(draw(FOLDER))
    sys.stdout.write(f"{len(list(FOLDER.glob('*.svg')))} screenshots in {FOLDER}\n")
