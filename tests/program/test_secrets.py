"""A secret stays where it belongs: the file of settings, and an export that was asked for with it.

Each test lets a part of the program say all that it can say, and looks for the secret in every byte of it.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gc
import io
import json
import logging
import os
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

import pytest

from tests.support.canary import SECRET, files_with_leaks, leaks, raise_with_secret
from tests.support.faults import deny, error, reset_connection
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.ports import closed_port
from tests.support.terminals import Terminal, terminal
from tests.tui.test_wizard import wizard
from wizard.cli import crash_report
from wizard.cli import main as cli
from wizard.cli.commands import completion, import_, providers
from wizard.cli.parser import Parser
from wizard.config import file as config_file
from wizard.formats import NAMES
from wizard.formats.lookup import format_of
from wizard.model.findings import Value
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3.connect import connect
from wizard.s3.errors import StoreError
from wizard.s3.timeouts import Timeouts
from wizard.session import draft
from wizard.session.state import WizardState
from wizard.session.steps import STEPS
from wizard.tui import start as tui
from wizard.tui.app import WizardApp
from wizard.validation import runner

CHANGED: dict[str, Value] = {"secretkey": Secret(SECRET)}


@pytest.fixture
def settings(store: LiveStore) -> Settings:
    """Settings that pass, with the secret."""
    return store.settings(**CHANGED)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that one is in, and that all state is kept below."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


@pytest.mark.parametrize(
    "form",
    [
        SECRET[11:20],
        SECRET[::-1][4:14],
        quote(SECRET, safe=""),
        SECRET.encode()[3:13].hex(),
        SECRET.encode()[3:13].hex().upper(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"me:{SECRET}".encode()).decode(),
        base64.urlsafe_b64encode(f"a{SECRET}z".encode()).decode(),
        f"\x1b[1m{SECRET[:7]}\x1b[22m\x1b[3;4H{SECRET[7:20]}",
        json.dumps({"secretkey": SECRET}),
    ],
)
def test_the_secret_would_be_found(form: str) -> None:
    assert leaks(f"something {form} and more")
    assert leaks(f"{len(SECRET)} characters, ends in {SECRET[-4:]}") == []


# --- the commands -----------------------------------------------------------------------------------------

COMMANDS = [
    ("show",),
    ("show", "--json"),
    ("check",),
    ("check", "--json"),
    ("check", "--offline"),
    ("check", "--timeout", "0.001"),
    ("configure", "--secretkey-file", "-", "--dry-run"),
    ("configure", "--secretkey-file", "-", "--json"),
    ("configure", "--bucket", "not-there", "--json"),
    ("configure", f"--secretkey={SECRET}"),
    ("policy",),
    ("policy", "-o", "policy.json"),
    ("policy", "--documented"),
    *(("export", "--to", name, "--redact") for name in NAMES),
    *(("export", "--to", name, "-o", f"{name}.redacted", "--redact") for name in NAMES),
]


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """All that anybody logs at the level of debugging."""
    text = io.StringIO()
    handler, root = logging.StreamHandler(text), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(before)


def run(monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> int:
    """The program, with the secret on its standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{SECRET}\n".encode())))
    try:
        return cli.main(words)
    except SystemExit as end:
        return int(end.code or 0)


def test_no_command_tells_it(
    settings: Settings,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    logged: io.StringIO,
) -> None:
    config_file.save(folder / "storage.toml", settings, None)
    for words in COMMANDS:
        run(monkeypatch, words)
    said = capfd.readouterr()
    assert "Traceback" not in said.err
    assert len(said.out) > 5000
    assert "botocore" in logged.getvalue() or "canonical" in logged.getvalue().lower()
    assert leaks(said.out, said.err, logged.getvalue()) == []
    assert set(files_with_leaks(folder)) == {"storage.toml", "storage.toml.bak"}


@pytest.mark.parametrize("name", NAMES)
def test_a_source_that_cannot_be_read_is_told_without_it(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Cut off, or broken, at every line that holds it."""
    text = format_of(name).write(Settings(bucket="images", accesskey="me", secretkey=Secret(SECRET))).text
    at = text.index(SECRET[:7])
    for half in (text[: at + 20], text[:at] + "\t: [" + text[at:], text[: at + 40] + '": ]\n\t}' + text[at + 40 :]):
        (folder / "source").write_text(half, encoding="utf-8")
        for words in (("import", "source"), ("import", "source", "--from", name), ("import", "source", "--dry-run")):
            run(monkeypatch, words)
    said = capfd.readouterr()
    assert "Traceback" not in said.err
    assert leaks(said.out, said.err) == []
    assert set(files_with_leaks(folder)) <= {"source", "storage.toml", "storage.toml.bak"}


@pytest.mark.parametrize("text", [f'secretkey = "{SECRET}', f"secretkey = {SECRET}", f'[storage]\n"{SECRET}" = ['])
def test_a_file_that_is_no_toml_is_told_without_it(
    text: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "storage.toml").write_text(text, encoding="utf-8")
    for words in (("show",), ("check", "--json"), ("export", "--to", "env"), ("configure", "--bucket", "x")):
        assert run(monkeypatch, words) == 2
    said = capfd.readouterr()
    assert leaks(said.out, said.err) == []


# --- what should never happen -----------------------------------------------------------------------------


def reported(said: str, folder: Path) -> None:
    """One sentence, and a report that only its owner can read; in neither of them a value."""
    (place,) = (folder / "state" / "storage-wizard").glob("crash-*.txt")
    assert said.count("this should not have happened") == 1
    assert f"holds no value of yours:\n{place}" in said.replace("\r", "")
    assert "Traceback" not in said
    assert place.stat().st_mode & 0o7777 == 0o600
    text = place.read_text(encoding="utf-8")
    for words in (
        "RuntimeError",
        "because of builtins.ExceptionGroup",
        "in it: builtins.KeyError",
        "ClientError",
    ):
        assert words in text
    assert leaks(said, text) == []
    assert "secret_in_local" not in text
    place.unlink()


@pytest.mark.parametrize(
    ("words", "room", "name"),
    [
        (("show",), config_file, "load"),
        (("check",), runner, "run"),
        (("check", "--json"), runner, "connect"),  # in the threads of the checks
        (("export", "--to", "env"), config_file, "load"),
        (("policy",), config_file, "load"),
        (("configure", "--secretkey-file", "-"), config_file, "save"),
        (("import", "storage.toml", "--from", "env"), import_, "read_text"),
        (("providers",), providers, "put"),
        (("completion", "bash"), completion, "put"),
        (("check", "--no-such-flag"), Parser, "error"),
    ],
)
def test_a_crash_of_a_command_is_a_sentence_and_a_report(
    words: tuple[str, ...],
    room: Any,
    name: str,
    settings: Settings,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    config_file.save(folder / "storage.toml", settings, None)
    monkeypatch.setattr(room, name, raise_with_secret)
    assert run(monkeypatch, words) == 1
    said = capfd.readouterr()
    reported(said.err, folder)
    assert leaks(said.out) == []


def test_a_crash_where_nobody_waits_for_it_is_told_in_the_same_way(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def load(path: Path) -> NoReturn:
        thread = threading.Thread(target=raise_with_secret)
        thread.start()
        thread.join()
        raise config_file.NotFoundError(str(path))

    monkeypatch.setattr(config_file, "load", load)
    assert run(monkeypatch, ("check",)) == 2
    reported(capfd.readouterr().err, folder)


@pytest.mark.usefixtures("folder")
def test_a_crash_without_a_place_for_its_report_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", os.devnull)
    monkeypatch.setattr(config_file, "load", raise_with_secret)
    assert run(monkeypatch, ("show",)) == 1
    said = capfd.readouterr().err
    assert said.startswith("storage-wizard: this should not have happened (RuntimeError")
    assert len(said.splitlines()) == 1
    assert leaks(said) == []


class Breaking(WizardApp):
    """F1 breaks."""

    CSS_PATH = str(Path(tui.__file__).with_name("wizard.tcss"))
    action_help = raise_with_secret


@pytest.mark.parametrize("step", [step.id for step in STEPS])
async def test_a_crash_at_each_screen_leaves_a_draft_and_a_report(step: str, settings: Settings, folder: Path) -> None:
    state = WizardState(Path("storage.toml"), settings, Settings())
    app = Breaking(state)

    async def until_it_is() -> None:
        async with wizard(state, app=app) as face:
            await face.go(step)
            await face.press("f1")
            await face.ended()

    with pytest.raises(RuntimeError):
        await until_it_is()
    assert app.first_error is not None
    assert app._exit_renderables == []
    reported(crash_report.told(app.first_error), folder)
    assert draft.update_on_exit(state)
    assert files_with_leaks(folder) == []


_BROKEN_PLAIN = """
import sys
from tests.support.canary import raise_with_secret
from wizard.cli import main as cli
from wizard.prompts import question
from wizard.session import state
from wizard.validation import runner

owner, name = {
    "ask": (question.Question, "_read"), "validate": (runner, "run"), "save": (state.WizardState, "save")
}[sys.argv[1]]
setattr(owner, name, raise_with_secret)
sys.exit(cli.main(["--plain"]))
"""


@pytest.mark.parametrize("where", ["ask", "validate", "save"])
def test_a_crash_of_the_line_prompts_is_a_sentence_and_a_report(where: str, settings: Settings, folder: Path) -> None:
    config_file.save(folder / "storage.toml", settings, None)
    with terminal(folder, "-c", _BROKEN_PLAIN, where, environment={"PYTHONWARNINGS": ""}) as screen:
        if where != "ask":
            for _ in range(12):
                screen.wait_for("]: ")
                screen.press(b"\r")
            screen.wait_for("More: ")
            screen.press(b"\r")
        if where == "save":
            screen.wait_for("Save it as")
            screen.press(b"\r")
        assert screen.wait_for_exit() == 1
        reported(screen.stream.decode(), folder)
    assert files_with_leaks(folder) == ["storage.toml"]


# --- the faces --------------------------------------------------------------------------------------------


def _reprs() -> set[str]:
    """All objects of ours and of the screens' that there are, as they show themselves."""
    found = set()
    for thing in gc.get_objects():
        module = str(getattr(type(thing), "__module__", ""))
        if module.startswith(("wizard", "textual")):
            with contextlib.suppress(Exception):  # what is half made cannot show itself
                found.add(repr(thing))
    return found


async def test_no_screen_picture_object_or_worker_tells_it(settings: Settings, folder: Path) -> None:
    """Typed, pasted, copied, cut, tried, refused, saved; the file stands beside the form."""
    state = WizardState(Path("storage.toml"), settings.replace({"secretkey": Secret()}), Settings())
    told: list[str] = []
    async with wizard(state, (130, 24)) as face:
        for step in STEPS:
            await face.until_step(step.id)
            if step.id == "keys":
                await face.fill("secretkey", SECRET)
                await face.press("end", "ctrl+u")
                await face.paste(f"  {SECRET}\n")
                for key in ("shift+home", "super+c", "ctrl+x", "ctrl+v", "home", "ctrl+k"):
                    await face.press(key)
                    told.append(face.app.clipboard)
                await face.fill("secretkey", SECRET)
            if step.id == "validate":
                told += [repr(thread) for thread in threading.enumerate()]
                await face.validated()
                await face.press("space")
            told += [face.text, face.app.export_screenshot()]
            await face.press("f1")
            told += [face.text]
            await face.press("escape", "enter")
        await face.until(lambda: state.has_saved)
        told += [face.text, repr(face.app.workers), repr(list(face.app.workers))]
        told += [repr(task) for task in asyncio.all_tasks()]
        told += _reprs()
    assert state.settings.secretkey == Secret(SECRET)
    assert sum("Secret" in text or "hidden, 40" in text for text in told) > 0
    assert leaks("\n".join(told)) == []
    assert files_with_leaks(folder) == ["storage.toml"]


def _of_processes(screen: Terminal) -> Iterator[bytes]:
    """What anybody on the machine sees of the program and of what it has started."""
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getsid(int(place.name)) == screen.process.pid:
                yield (place / "cmdline").read_bytes() + b"\n" + (place / "environ").read_bytes()


LOUD = {"TEXTUAL": "debug,devtools", "TEXTUAL_DEBUG": "1", "TEXTUAL_LOG": "textual.log"}


def test_nothing_that_goes_over_the_line_tells_it(folder: Path) -> None:
    """The screens on a store that refuses, with all that would log turned on, left with a draft."""
    with FaultyStore(deny("PutObject")) as store:
        settings = store.settings(secretkey=Secret(), accesskey="")
        config_file.save(folder / "storage.toml", settings, None)
        with terminal(folder, "-m", "wizard", environment=LOUD) as screen:
            for words in ("Which registry reads the settings", "Which bucket holds the images"):
                screen.wait_for(words)
                screen.press(b"\r")
            screen.wait_for("How the registry proves")
            screen.press(f"AKIAIOSFODNN7EXAMPLE\t\x1b[200~ {SECRET}\n\x1b[201~".encode())
            screen.wait_for(f"ends in {SECRET[-4:]}")
            screen.press(b"\x1b[1;2H\x18")  # all of it selected, and cut
            screen.wait_for("The secret key is missing")
            screen.press(SECRET.encode())
            screen.wait_for(f"ends in {SECRET[-4:]}")
            seen = [*_of_processes(screen)]
            for words in ("Where the store is reached", "Right as they are for most", "checks failed"):
                screen.press(b"\r")
                screen.wait_for(words)
            screen.press(b"\x03")
            screen.wait_for("Leave without saving?")
            seen += _of_processes(screen)
            screen.press(b"\x03")
            assert screen.wait_for_exit() == 0
            assert b"kept as a draft" in screen.stream
            assert b"]52;" not in screen.stream
            assert len(seen) >= 2
            assert leaks(screen.stream, *seen) == []
    assert files_with_leaks(folder) == []
    assert {path.name for path in folder.iterdir()} == {"storage.toml", "state"}


def test_no_line_prompt_tells_it(folder: Path) -> None:
    with FaultyStore(deny("PutObject")) as store:
        config_file.save(folder / "storage.toml", store.settings(secretkey=Secret(), accesskey=""), None)
        with terminal(folder, "-m", "wizard", "--plain", environment=LOUD) as screen:
            typed = {"Access key [": "AKIAIOSFODNN7EXAMPLE", "Secret key": f" {SECRET} "}
            for prompt in (
                *("Registry [", "Storage [", "Bucket [", "Region [", "Root directory [", "Access key [", "Secret key"),
                *("Region endpoint [", "V4 auth [", "HTTPS [", "Skip verification [", "Redirect pulls [", "More: "),
            ):
                screen.wait_for(prompt)
                screen.press(f"{typed.get(prompt, '')}\r".encode())
            screen.wait_for("Validation FAILED")
            screen.wait_for("q leaves")
            seen = [*_of_processes(screen)]
            screen.press(b"q\r")
            assert screen.wait_for_exit() == 130
            assert f"ends in {SECRET[-4:]}".encode() in screen.stream
            assert leaks(screen.stream, *seen) == []
    assert files_with_leaks(folder) == []
    assert len([*(folder / "state" / "storage-wizard").glob("draft-*")]) == 1


# --- below the faces --------------------------------------------------------------------------------------


def test_no_error_of_a_store_tells_it(settings: Settings, logged: io.StringIO) -> None:
    """With the whole chain that it came from, and the objects that it went through."""
    told: list[str] = []
    with (
        closed_port() as port,
        FaultyStore(error("*", 418, "Odd", "odd")) as odd,
        FaultyStore(reset_connection()) as closing,
    ):
        for other in (
            settings.replace({"regionendpoint": f"http://127.0.0.1:{port}"}),
            settings.replace({"bucket": "not-there"}),
            odd.settings(**CHANGED),
            closing.settings(**CHANGED),
            settings.replace({"region": "bad region"}),
            settings.replace({"v4auth": False}),
        ):
            try:
                with contextlib.closing(connect(other, Timeouts(connect=1.0, read=1.0))) as store:
                    told += [repr(store), repr(vars(store))]
                    store.call("PutObject", Bucket=other.bucket, Key="a", Body=b"a")
            except StoreError as met:
                told += ["".join(traceback.format_exception(met)), repr(met), repr(vars(met))]
            told += [repr(event) for event in runner.run(other, deadline=5.0)]
    assert len(told) > 60
    assert leaks("\n".join(told), logged.getvalue()) == []
