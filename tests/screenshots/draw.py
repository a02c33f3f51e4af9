"""The pictures in `screenshots/`, drawn by the real app against a real store: `python -m tests.screenshots`.

The store answers under the name minio.example, which is this machine here. Only what differs from run to run is
pinned: the times of the checks and the clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from werkzeug.wrappers import Response

from tests.support.aws_clients import s3_client
from tests.support.faults import hang, require_region
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.moto_server import Moto
from tests.support.paths import ROOT
from tests.support.s3_requests import Environ
from wizard.catalog.presets import apply_preset
from wizard.config import file as config_file
from wizard.console.terminal import Appearance
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session.state import WizardState
from wizard.tui.app import WizardApp
from wizard.validation.results import Report

FOLDER = ROOT / "screenshots"
SMALL, WIDE = (80, 24), (120, 36)
DARK, LIGHT = Appearance(), Appearance(is_light=True)
_NOW = datetime(2026, 11, 23, 10, 4, 12, tzinfo=UTC)
_PATIENCE = 20.0  # seconds
_BUCKET = "registry-images"
_SETTINGS = apply_preset(Settings(bucket=_BUCKET), "minio").replace(
    {
        "regionendpoint": "http://minio.example:9000",
        "accesskey": "AKIAIOSFODNN7EXAMPLE",
        "secretkey": Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    }
)


class Album:
    """Takes pictures into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    async def take(self, name: str, app: WizardApp, pilot: Pilot[int]) -> None:
        """One picture of the app as it stands."""
        await pilot.pause()
        svg = app.export_screenshot(title="storage-wizard")
        (self.folder / f"{name}.svg").write_text(svg, encoding="utf-8")


async def draw(folder: Path) -> None:
    """Draws all pictures into `folder`."""
    album = Album(folder)
    with Moto() as moto:
        client = s3_client(moto.store())
        client.create_bucket(Bucket=_BUCKET)
        client.close()
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        await _first_steps(album)
        await _whole_walk(album)
        await _running(album)
        await _failure(album)
        await _beside(album)
        await _light(album)


@asynccontextmanager
async def _app(
    state: WizardState, size: tuple[int, int] = SMALL, look: Appearance = DARK
) -> AsyncIterator[tuple[WizardApp, Pilot[int]]]:
    app = WizardApp(state, look)
    async with app.run_test(size=size) as pilot:
        yield app, pilot


async def _until(pilot: Pilot[int], condition: Callable[[], bool]) -> None:
    """Waits for something to become true on the screen."""
    ends = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > ends:
            raise TimeoutError("the screen did not get there")
        await pilot.pause(0.01)


@contextmanager
def _store(*breaks: Fault) -> Iterator[None]:
    """A store at minio.example, whatever port it is asked at."""
    with FaultyStore(_by_path, *breaks) as store, pytest.MonkeyPatch.context() as patch:
        port, resolve = int(store.endpoint.rpartition(":")[2]), socket.getaddrinfo

        def here(host: str, *rest: Any, **more: Any) -> Any:
            if host != "minio.example":
                return resolve(host, *rest, **more)
            return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]

        patch.setattr(socket, "getaddrinfo", here)
        yield


# --- the walks --------------------------------------------------------------------------------------------


async def _first_steps(album: Album) -> None:
    """A new file, Amazon S3, and a bucket's name that cannot be."""
    async with _app(WizardState.open(Path("storage.toml"))) as (app, pilot):
        await album.take("1-storage", app, pilot)
        await pilot.press("enter", *"My-Images")
        await album.take("2-bucket-problem", app, pilot)


async def _whole_walk(album: Album) -> None:
    """A file that is changed, validated and saved."""
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
            _pin(app)
            await album.take("6-validate-passed", app, pilot)
            await pilot.press("enter")
            await album.take("7-save", app, pilot)
            await pilot.press("enter")
            await _until(pilot, lambda: state.has_saved)
            await album.take("7-saved", app, pilot)


async def _running(album: Album) -> None:
    """Checks under way, one of them slow."""
    state = WizardState(Path("storage.toml"), _SETTINGS)
    with _store(hang("CompleteMultipartUpload"), hang("AbortMultipartUpload"), hang("DeleteObjects")):
        async with _app(state) as (app, pilot):
            await pilot.press("ctrl+s")
            waiting = {"multipart", "multipart-list", "multipart-copy"}
            await _until(
                pilot,
                lambda: app.context.progress.started.keys() - app.context.progress.results.keys() == waiting,
            )
            _pin(app, began_ago=3.0)
            await album.take("6-validate-running", app, pilot)


async def _failure(album: Album) -> None:
    """A failure, with the fix that one key applies."""
    state = WizardState(Path("storage.toml"), _SETTINGS)
    with _store(require_region("eu-west-1")):
        async with _app(state) as (app, pilot):
            await pilot.press("ctrl+s")
            await _until(pilot, lambda: state.report is not None)
            _pin(app)
            await album.take("6-validate-failed", app, pilot)


async def _beside(album: Album) -> None:
    """A wide terminal: the file as it will be stands beside the form."""
    state = WizardState(Path("storage.toml"), _SETTINGS)
    with _store(require_region("eu-west-1")):
        async with _app(state, WIDE) as (app, pilot):
            await _until(pilot, lambda: state.is_reachability_current)
            await pilot.press("enter", "tab", "tab", *"registry")
            await pilot.press("shift+tab")
            await _until(pilot, lambda: state.is_reachability_current)
            await album.take("2-bucket-wide", app, pilot)


async def _light(album: Album) -> None:
    """The light screens, with a store that asks for a name in its endpoint."""
    settings = apply_preset(Settings(bucket=_BUCKET), "r2").replace(
        {"accesskey": "4f2a1c9be07d4b6f", "secretkey": Secret("x" * 64)}
    )
    state = WizardState(Path("storage.toml"), settings)
    async with _app(state, look=LIGHT) as (app, pilot):
        await pilot.press("enter", "enter", "enter", *"0123456789abcdef0123456789abcdef")
        await album.take("4-endpoint-light", app, pilot)


def _by_path(environ: Environ, call_next: CallNext) -> Response:
    """moto takes the first part of a host name for a bucket."""
    environ["HTTP_HOST"] = "localhost"
    return call_next(environ)


# --- what differs from run to run -------------------------------------------------------------------------


def _pin(app: WizardApp, began_ago: float = 0.0) -> None:
    """Gives every check a time of its own, and stops the clock."""
    progress, state = app.context.progress, app.state
    progress.clock = lambda: progress.started_at + began_ago
    progress.started = dict.fromkeys(progress.started, progress.started_at + 0.1)
    for place, check in enumerate(progress.checks):
        if (result := progress.results.get(check.id)) and result.seconds:
            progress.results[check.id] = dataclasses.replace(result, seconds=0.011 + place * 0.007)
    if isinstance(progress.report, Report):
        results = tuple(progress.results[check.id] for check in progress.checks)
        progress.report = dataclasses.replace(progress.report, seconds=0.42, results=results)
        state.last_report, state.reported_at = progress.report, _NOW
    app.step_screen.update_view()


def main() -> None:
    """Draws the committed pictures anew."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    asyncio.run(draw(FOLDER))
    sys.stdout.write(f"{len(list(FOLDER.glob('*.svg')))} pictures in {FOLDER}\n")
