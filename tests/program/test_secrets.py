"""The secret key appears only in the settings file, and in an export that was requested with secrets.

Each test makes a part of the program produce as much output as possible, and searches all of it for a planted secret.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import io
import logging
import os
import threading
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.program.commands import run_command
from tests.support.canary import SECRET, files_with_leaks, leaks
from tests.support.faults import deny, error, reset_connection
from tests.support.faulty_store import FaultyStore
from tests.support.pilot import run_wizard
from tests.support.ports import closed_port
from tests.support.terminals import Terminal, terminal
from wizard.config import file as config_file
from wizard.formats import EXPORT_ONLY_NAMES, NAMES
from wizard.formats.lookup import format_of
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3.connect import connect
from wizard.s3.errors import StoreError
from wizard.s3.timeouts import Timeouts
from wizard.session.state import WizardState
from wizard.session.steps import STEPS
from wizard.validation import runner

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
    *(("export", "--to", name, "--redact") for name in (*NAMES, *EXPORT_ONLY_NAMES)),
    *(("export", "--to", name, "-o", f"{name}.redacted", "--redact") for name in (*NAMES, *EXPORT_ONLY_NAMES)),
]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any library logs, at every level."""
    text = io.StringIO()
    handler, root = logging.StreamHandler(text), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_command_prints_logs_or_writes_the_secret(
    settings: Settings,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    log: io.StringIO,
) -> None:
    config_file.save(folder / "storage.toml", settings, None)
    for arguments in COMMANDS:
        run_command(monkeypatch, arguments)
    output = capfd.readouterr()
    assert "Traceback" not in output.err
    assert len(output.out) > 5000
    assert "botocore" in log.getvalue() or "canonical" in log.getvalue().lower()
    assert leaks(output.out, output.err, log.getvalue()) == []
    assert set(files_with_leaks(folder)) == {"storage.toml", "storage.toml.bak"}


@pytest.mark.ci_only
def test_no_command_prints_logs_or_writes_a_secret_in_the_field_of_the_access_key(
    settings: Settings,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    changed = settings.replace({"accesskey": SECRET, "secretkey": Secret(SECRET[::-1])})
    config_file.save(folder / "storage.toml", changed, None)
    for arguments in COMMANDS:
        run_command(monkeypatch, arguments)
    output = capfd.readouterr()
    assert len(output.out) > 5000
    assert leaks(output.out, output.err) == []
    assert set(files_with_leaks(folder)) == {"storage.toml", "storage.toml.bak"}


ENDPOINTS = (
    f"http://user:{SECRET}@127.0.0.1:9",
    f"http://{SECRET}@127.0.0.1:9",
    f"user:{SECRET}@127.0.0.1",
    f"http://user:{quote(SECRET, safe='')}@127.0.0.1:9",
    f"http://user:{SECRET}@{SECRET}@127.0.0.1:9",
)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_no_command_prints_or_writes_a_password_in_the_endpoint(
    endpoint: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    document = f'[storage.s3]\nbucket = "images"\nregionendpoint = "{endpoint}"\n'
    (folder / "storage.toml").write_text(document, encoding="utf-8")
    for arguments in COMMANDS:
        assert run_command(monkeypatch, arguments) == 2
    (folder / "storage.toml").unlink()
    for flags in ((), ("--json",), ("--dry-run",), ("--dry-run", "--json"), ("--no-validate",)):
        arguments = ("configure", "--bucket", "images", "--regionendpoint", endpoint, *flags)
        assert run_command(monkeypatch, arguments) == 2
    output = capfd.readouterr()
    assert "contains a user name or password" in output.err
    assert "--regionendpoint: Remove the keys from the endpoint" in output.err
    assert leaks(output.out, output.err) == []
    assert files_with_leaks(folder) == []


@pytest.mark.sample
@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("name", NAMES)
def test_a_password_in_the_endpoint_of_a_source_is_neither_printed_nor_saved(
    name: str, endpoint: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(
        provider="other", bucket="images", regionendpoint=endpoint, accesskey="me", secretkey=Secret("you")
    )
    (folder / "source").write_text(format_of(name).write(settings).text, encoding="utf-8")
    run_command(monkeypatch, ("import", "source", "--from", name))
    run_command(monkeypatch, ("import", "source", "--from", name, "--dry-run"))
    output = capfd.readouterr()
    assert "Traceback" not in output.err
    assert leaks(output.out, output.err) == []
    assert set(files_with_leaks(folder)) <= {"source"}


@pytest.mark.parametrize("query", ["?X-Amz-Signature=", "#", ":"])
def test_no_command_prints_what_looks_like_a_credential_in_the_endpoint(
    query: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    document = (
        f'provider = "other"\n[storage.s3]\nbucket = "images"\nregionendpoint = "http://127.0.0.1{query}{SECRET}"\n'
    )
    (folder / "storage.toml").write_text(document, encoding="utf-8")
    for arguments in (("show",), ("show", "--json"), ("check", "--json"), ("check",), ("configure", "--dry-run")):
        run_command(monkeypatch, arguments)
    output = capfd.readouterr()
    assert "(hidden)" in output.out
    assert leaks(output.out, output.err) == []


@pytest.mark.sample(3)
@pytest.mark.parametrize("name", NAMES)
def test_errors_in_a_source_do_not_quote_the_secret(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    text = format_of(name).write(Settings(bucket="images", accesskey="me", secretkey=Secret(SECRET))).text
    at = text.index(SECRET[:7])
    truncated = text[: at + 20]
    invalid_before = text[:at] + "\t: [" + text[at:]
    invalid_inside = text[: at + 40] + '": ]\n\t}' + text[at + 40 :]
    for source in (truncated, invalid_before, invalid_inside):
        (folder / "source").write_text(source, encoding="utf-8")
        run_command(monkeypatch, ("import", "source"))
        run_command(monkeypatch, ("import", "source", "--from", name))
        run_command(monkeypatch, ("import", "source", "--dry-run"))
    output = capfd.readouterr()
    assert "Traceback" not in output.err
    assert leaks(output.out, output.err) == []
    assert set(files_with_leaks(folder)) <= {"source", "storage.toml", "storage.toml.bak"}


@pytest.mark.parametrize("text", [f'secretkey = "{SECRET}', f"secretkey = {SECRET}", f'[storage]\n"{SECRET}" = ['])
def test_errors_in_the_settings_file_do_not_quote_the_secret(
    text: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "storage.toml").write_text(text, encoding="utf-8")
    for arguments in (("show",), ("check", "--json"), ("export", "--to", "env"), ("configure", "--bucket", "x")):
        assert run_command(monkeypatch, arguments) == 2
    output = capfd.readouterr()
    assert leaks(output.out, output.err) == []


# --- the wizard -------------------------------------------------------------------------------------------


def _reprs_of_objects(earlier: Iterable[object]) -> set[str]:
    """The `repr` of every live object whose class is the program's or Textual's, without those of `earlier` tests."""
    reprs = set()
    ignored = {id(instance) for instance in earlier}
    for instance in gc.get_objects():
        if id(instance) in ignored:
            continue
        module = str(getattr(type(instance), "__module__", ""))
        if module.startswith(("wizard", "textual")):
            with contextlib.suppress(Exception):  # an object that is not initialized yet has no repr
                reprs.add(repr(instance))
    return reprs


async def test_no_screen_object_worker_or_clipboard_contains_the_secret(settings: Settings, folder: Path) -> None:
    """The secret is typed, pasted, copied, cut, validated and saved, with the preview of the file shown."""
    earlier = gc.get_objects()
    state = WizardState(Path("storage.toml"), settings.replace({"secretkey": Secret()}), Settings())
    outputs: list[str] = []
    async with run_wizard(state, (130, 24)) as pilot:
        for step in STEPS:
            await pilot.until_step(step.id)
            if step.id == "keys":
                await pilot.fill("secretkey", SECRET)
                await pilot.press("end", "ctrl+u")
                await pilot.paste(f"  {SECRET}\n")
                for key in ("shift+home", "super+c", "ctrl+x", "ctrl+v", "home", "ctrl+k"):
                    await pilot.press(key)
                    outputs.append(pilot.app.clipboard)
                await pilot.fill("secretkey", SECRET)
            if step.id == "validate":
                outputs += [repr(thread) for thread in threading.enumerate()]
                await pilot.until_validated()
                await pilot.press("space")
            outputs += [pilot.text, pilot.app.export_screenshot()]
            await pilot.press("f1")
            outputs += [pilot.text]
            await pilot.press("escape", "enter")
        await pilot.until(lambda: state.has_saved)
        outputs += [pilot.text, repr(pilot.app.workers), repr(list(pilot.app.workers))]
        outputs += [repr(task) for task in asyncio.all_tasks()]
        outputs += _reprs_of_objects(earlier)
    assert state.settings.secretkey == Secret(SECRET)
    assert sum("Secret" in text or "hidden, 40" in text for text in outputs) > 0
    assert leaks("\n".join(outputs)) == []
    assert files_with_leaks(folder) == ["storage.toml"]


def _arguments_and_environments(screen: Terminal) -> Iterator[bytes]:
    """What other users of the machine can see of the processes on a terminal."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getsid(int(process.name)) == screen.process.pid:
                yield (process / "cmdline").read_bytes() + b"\n" + (process / "environ").read_bytes()


DEBUGGING = {"TEXTUAL": "debug,devtools", "TEXTUAL_DEBUG": "1", "TEXTUAL_LOG": "textual.log"}


def test_the_terminal_never_receives_the_secret(folder: Path) -> None:
    """Validation fails and the wizard is left with a draft, with all of Textual's logging enabled."""
    with FaultyStore(deny("PutObject")) as store:
        settings = store.settings(secretkey=Secret(), accesskey="")
        config_file.save(folder / "storage.toml", settings, None)
        with terminal(folder, "-m", "wizard", environment=DEBUGGING) as screen:
            for words in ("Amazon S3", "Choose the bucket for your images"):
                screen.wait_for(words)
                screen.press(b"\r")
            screen.wait_for("The access key and secret key that")
            screen.press(f"AKIAIOSFODNN7EXAMPLE\t\x1b[200~ {SECRET}\n\x1b[201~".encode())
            screen.wait_for(f"ends in {SECRET[-4:]}")
            screen.press(b"\x1b[1;2H\x18")  # Shift+Home and Ctrl+X: select and cut everything
            screen.wait_for("Enter the secret key too")
            screen.press(SECRET.encode())
            screen.wait_for(f"ends in {SECRET[-4:]}")
            processes = [*_arguments_and_environments(screen)]
            for words in (
                "The address to which the registry sends its requests",
                "The defaults suit most setups",
                "Nothing was saved",
            ):
                screen.press(b"\r")
                screen.wait_for(words)
            screen.press(b"\x03")
            screen.wait_for("Quit without saving?")
            processes += _arguments_and_environments(screen)
            screen.press(b"\x03")
            assert screen.wait_for_exit() == 0
            assert b"saved as a draft" in screen.stream
            assert b"]52;" not in screen.stream  # OSC 52 sets the terminal's clipboard
            assert len(processes) >= 2
            assert leaks(screen.stream, *processes) == []
    assert files_with_leaks(folder) == []
    assert {path.name for path in folder.iterdir()} == {"storage.toml", "state"}


def test_the_line_prompts_never_print_the_secret(folder: Path) -> None:
    with FaultyStore(deny("PutObject")) as store:
        config_file.save(folder / "storage.toml", store.settings(secretkey=Secret(), accesskey=""), None)
        with terminal(folder, "-m", "wizard", "--plain", environment=DEBUGGING) as screen:
            answers = {"Access key [": "AKIAIOSFODNN7EXAMPLE", "Secret key": f" {SECRET} "}
            for prompt in (
                *("Registry [", "Storage [", "Bucket [", "Region [", "Root directory [", "Access key [", "Secret key"),
                *(
                    "Region endpoint [",
                    "V4 auth [",
                    "HTTPS [",
                    "Skip verification [",
                    "Redirect pulls [",
                    "Show 7 more settings",
                ),
            ):
                screen.wait_for(prompt)
                screen.press(f"{answers.get(prompt, '')}\r".encode())
            screen.wait_for("Validation FAILED")
            screen.wait_for("[q] quit")
            processes = [*_arguments_and_environments(screen)]
            screen.press(b"q\r")
            assert screen.wait_for_exit() == 130
            assert f"ends in {SECRET[-4:]}".encode() in screen.stream
            assert leaks(screen.stream, *processes) == []
    assert files_with_leaks(folder) == []
    assert len([*(folder / "state" / "storage-wizard").glob("draft-*")]) == 1


# --- the core ---------------------------------------------------------------------------------------------


def test_no_error_or_object_of_the_client_contains_the_secret(settings: Settings, log: io.StringIO) -> None:
    """Each error is formatted with its causes, and each object with its attributes."""
    outputs: list[str] = []
    with (
        closed_port() as port,
        FaultyStore(error("*", 418, "Odd", "odd")) as failing,
        FaultyStore(reset_connection()) as resetting,
    ):
        for changed in (
            settings.replace({"regionendpoint": f"http://127.0.0.1:{port}"}),
            settings.replace({"bucket": "not-there"}),
            failing.settings(secretkey=Secret(SECRET)),
            resetting.settings(secretkey=Secret(SECRET)),
            settings.replace({"region": "bad region"}),
            settings.replace({"v4auth": False}),
        ):
            try:
                with contextlib.closing(connect(changed, Timeouts(connect=1.0, read=1.0))) as store:
                    outputs += [repr(store), repr(vars(store))]
                    store.call("PutObject", Bucket=changed.bucket, Key="a", Body=b"a")
            except StoreError as met:
                outputs += ["".join(traceback.format_exception(met)), repr(met), repr(vars(met))]
            outputs += [repr(event) for event in runner.run_checks(changed)]
    assert len(outputs) > 60
    assert leaks("\n".join(outputs), log.getvalue()) == []
