"""What `check` prints about several files while they end, and the metrics that it writes."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.command_line import COMMAND, environment, run_here, running_wizard
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.files import OTHER_USER, as_root, mode_of, names_in
from tests.support.live_store import LiveStore
from tests.support.paths import ROOT
from tests.support.processes import wait_for
from tests.support.s3_requests import Environ
from tests.support.settings_files import write_settings
from wizard.cli.main import main

TIMEOUT = 30.0  # seconds


def run_on_terminal(*arguments: object) -> str:
    """What `check` writes on stderr if that is a terminal, and stdout is not."""
    controller, device = os.openpty()
    try:
        subprocess.run(
            [sys.executable, "-m", "wizard", "check", *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
            stdout=subprocess.DEVNULL,
            stderr=device,
            timeout=TIMEOUT,
            check=False,
        )
        os.write(device, b"end")  # so that there is something to read
        return os.read(controller, 1 << 16).decode().removesuffix("end")
    finally:
        os.close(controller)
        os.close(device)


@pytest.fixture
def files(tmp_path: Path, store: LiveStore) -> tuple[Path, Path]:
    """A file that passes, and one that fails without a call."""
    settings = store.settings()
    wrong = settings.replace({"bucket": ""})
    return write_settings(tmp_path / "valid.toml", settings), write_settings(tmp_path / "wrong.toml", wrong)


# --jsonl


def test_each_file_is_a_line_as_soon_as_it_has_ended(tmp_path: Path, files: tuple[Path, Path]) -> None:
    with FaultyStore(faults.hang("CopyObject")) as server:
        hanging = write_settings(tmp_path / "hanging.toml", server.settings())
        with running_wizard("check", "--jsonl", hanging, files[1]) as process:
            assert process.stdout is not None
            first = json.loads(process.stdout.readline())
            assert process.poll() is None
            process.terminate()
            rest, _ = process.communicate(timeout=TIMEOUT)
    assert (first["config"], first["passed"]) == (str(files[1]), False)
    assert [json.loads(line)["config"] for line in rest.splitlines()] == [str(hanging)]


def test_a_line_has_the_object_of_json(files: tuple[Path, Path]) -> None:
    lines = run_here("check", "--jsonl", "--offline", *files, folder=ROOT).stdout.splitlines()
    objects = json.loads(run_here("check", "--json", "--offline", *files, folder=ROOT).stdout)
    assert sorted(map(json.loads, lines), key=lambda each: str(each["config"])) == objects


def test_a_file_that_cannot_be_read_is_a_line_too(tmp_path: Path, files: tuple[Path, Path]) -> None:
    run = run_here("check", "--jsonl", "--quiet", tmp_path / "missing.toml", files[0], folder=ROOT)
    assert run.returncode == 2
    assert "not found" in json.loads(run.stdout)["error"]  # --quiet prints nothing about the other
    assert "missing.toml not found" in run.stderr


def test_json_and_jsonl_exclude_each_other() -> None:
    run = run_here("check", "--json", "--jsonl", folder=ROOT)
    assert run.returncode == 2
    assert "--jsonl cannot be combined with --json" in run.stderr


def test_if_the_reader_has_gone_the_other_runs_are_stopped_and_what_they_leave_is_named(
    tmp_path: Path,
) -> None:
    with FaultyStore(faults.deny("DeleteObjects"), faults.hang("CopyObject")) as server:
        hanging = write_settings(tmp_path / "hanging.toml", server.settings())
        with FaultyStore(faults.hang("ListObjects", released := threading.Event())) as slow:
            ending = write_settings(tmp_path / "ending.toml", slow.settings())
            with running_wizard("check", "--jsonl", hanging, ending) as process:
                assert process.stdout is not None
                assert process.stderr is not None
                process.stdout.close()
                wait_for(lambda: "CopyObject" in server.calls or None)
                released.set()
                err = process.stderr.read()
                assert process.wait(TIMEOUT) == 141
        assert server.contents()
        assert all(key in err for key in server.contents())
    assert "Traceback" not in err


def test_what_is_left_is_named_on_stderr_if_stdout_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    err = io.StringIO()
    with FaultyStore(faults.deny("DeleteObjects"), faults.deny("DeleteObject")) as server:
        path = write_settings(tmp_path / "storage.toml", server.settings())
        monkeypatch.setattr("sys.stdout", None)
        monkeypatch.setattr("sys.stderr", err)
        assert main(["check", str(path)]) == 1
        assert server.contents()
        assert all(f"left behind: {key}" in err.getvalue() for key in server.contents())


# Progress


def test_a_terminal_shows_how_many_files_have_ended(files: tuple[Path, Path]) -> None:
    drawn = run_on_terminal(*files).split("\r\x1b[K")
    assert drawn[-2:] == ["2 of 2 files done, 1 failed", ""]
    assert max(map(len, drawn)) <= 78


def test_no_progress_is_shown_with_quiet_and_for_a_single_file(files: tuple[Path, Path]) -> None:
    assert run_on_terminal("--quiet", *files) == ""
    assert run_on_terminal(files[0]) == ""


# --metrics


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where metrics are written, in a folder of their own."""
    folder = tmp_path / "collector"
    folder.mkdir()
    return folder / "registry.prom"


def test_the_metrics_have_the_result_of_each_file_and_no_secret(
    tmp_path: Path, target: Path, store: LiveStore, files: tuple[Path, Path]
) -> None:
    missing = tmp_path / "missing.toml"
    run = run_here("check", "--metrics", target, *files, missing, folder=ROOT)
    text = target.read_text()
    assert run.returncode == 2
    assert f'storage_wizard_check_passed{{config="{files[0]}",registry="dtr"}} 1.0\n' in text
    assert f'storage_wizard_check_passed{{config="{files[1]}",registry="dtr"}} 0.0\n' in text
    assert f'storage_wizard_check_passed{{config="{missing}",registry=""}} 0.0\n' in text
    assert 'check="settings",config=' not in text.partition("storage_wizard_check_step_passed{")[0]
    assert not {store.secret_key, store.access_key, store.bucket} & set(text.replace('"', " ").split())
    assert (mode_of(target), names_in(target.parent)) == (0o644, [target.name])


def test_no_file_of_prometheus_own_values_is_made(tmp_path: Path, target: Path, files: tuple[Path, Path]) -> None:
    values = tmp_path / "values"
    values.mkdir()
    run_here("check", "--metrics", target, files[1], folder=ROOT, PROMETHEUS_MULTIPROC_DIR=str(values))
    assert target.exists()
    assert names_in(values) == []


def refusal(*arguments: object, folder: Path = ROOT) -> str:
    """The message of a `check` with metrics that must not call the store."""
    with FaultyStore() as server:
        config = write_settings(folder / "unused.toml", server.settings())
        run = run_here("check", *arguments, config, folder=folder)
        assert (run.returncode, run.stdout, server.calls) == (2, "", [])
    return run.stderr


def test_a_missing_folder_is_reported_before_the_store_is_called(tmp_path: Path) -> None:
    message = refusal("--metrics", tmp_path / "missing" / "registry.prom", folder=tmp_path)
    assert f"Folder {tmp_path}/missing not found, so nothing was saved. To create it, run: mkdir -p" in message


def test_without_prometheus_client_the_command_that_installs_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    message = refusal("--metrics", "registry.prom", folder=tmp_path)
    assert "--metrics needs an extra package. Install it with: pip install 'storage-wizard[metrics]'" in message


def test_there_are_no_metrics_offline(tmp_path: Path) -> None:
    assert "--metrics and --offline cannot be combined" in refusal("--offline", "--metrics", "a.prom", folder=tmp_path)


def test_the_report_is_printed_though_the_metrics_cannot_be_written(tmp_path: Path, target: Path) -> None:
    def remove_folder(environ: Environ, call_next: CallNext) -> Response:
        shutil.rmtree(target.parent, ignore_errors=True)
        return call_next(environ)

    with FaultyStore(remove_folder) as server:
        path = write_settings(tmp_path / "storage.toml", server.settings())
        run = run_here("check", "--metrics", target, path, folder=ROOT)
    assert run.returncode == 2
    assert f"{path}: passed" in run.stdout
    assert f"Folder {target.parent} not found" in run.stderr


def test_the_metrics_are_written_though_the_report_cannot_be_printed(target: Path, files: tuple[Path, Path]) -> None:
    for flags in ((), ("--json",), ("--jsonl",)):
        target.unlink(missing_ok=True)
        with Path("/dev/full").open("wb") as full:
            command = [*COMMAND, "check", *flags, "--metrics", str(target), str(files[0])]
            run = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment({}), check=False)
        assert run.returncode == 2, run.stderr
        assert f'storage_wizard_check_passed{{config="{files[0]}",registry="dtr"}} 1.0\n' in target.read_text()


def test_a_name_that_is_too_long_is_reported_before_the_store_is_called(tmp_path: Path) -> None:
    assert "the name of the file is too long" in refusal("--metrics", "x" * 256, folder=tmp_path)


def test_metrics_do_not_replace_a_folder_or_a_settings_file(tmp_path: Path, files: tuple[Path, Path]) -> None:
    message = refusal("--metrics", ".", files[0], folder=tmp_path)
    assert ". is a folder. Choose a file in it: --metrics registry.prom" in message
    message = refusal("--metrics", files[1], files[0], folder=tmp_path)
    assert f"{files[1]} is a settings file of storage-wizard, so nothing was written." in message


def test_metrics_replace_nothing_but_metrics(tmp_path: Path, files: tuple[Path, Path]) -> None:
    (other := tmp_path / "config.yml").write_text("version: 0.1\n", encoding="utf-8")
    message = refusal("--metrics", other, files[0], folder=tmp_path)
    assert f"{other} contains something other than metrics of storage-wizard, which would be lost." in message
    os.mkfifo(pipe := tmp_path / "pipe")
    assert f"{pipe} is not a regular file." in refusal("--metrics", pipe, files[0], folder=tmp_path)


@as_root
def test_a_file_of_another_user_is_replaced_by_one_that_others_can_read(target: Path, files: tuple[Path, Path]) -> None:
    target.write_text("# HELP storage_wizard_check_passed old\n")
    target.chmod(0o600)
    os.chown(target, OTHER_USER, OTHER_USER)
    assert run_here("check", "--metrics", target, files[0], folder=ROOT).stderr == ""
    assert (mode_of(target), target.stat().st_uid) == (0o644, 0)


def test_a_pipe_that_nobody_writes_to_does_not_keep_others_from_being_validated(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    os.mkfifo(pipe := tmp_path / "pipe.toml", 0o600)
    run = run_here("check", "--offline", "--timeout", "0.1", pipe, files[0], folder=ROOT)
    assert run.returncode == 2
    assert f"{pipe} did not end in time." in run.stdout + run.stderr
    assert f"{files[0]}: passed" in run.stdout


def test_a_pipe_with_another_format_is_read_only_once(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe.toml", 0o600)
    with running_wizard("check", pipe) as process:
        pipe.write_text("version: 0.1\n", encoding="utf-8")  # waits until it is read
        process.communicate(timeout=TIMEOUT)
    assert process.returncode == 2


SIGNAL_WHILE_WRITING = """
import os, signal, sys
from wizard.cli.main import main

def flush(descriptor, fsync=os.fsync):
    signal.raise_signal(signal.SIGTERM)
    fsync(descriptor)

os.fsync = flush
sys.exit(main(sys.argv[1:]))
"""


def test_a_signal_while_the_metrics_are_written_ends_the_program_after_that(
    target: Path, files: tuple[Path, Path]
) -> None:
    target.write_text("# HELP storage_wizard_before\n")
    command = [sys.executable, "-c", SIGNAL_WHILE_WRITING, "check", "--metrics", str(target), str(files[0])]
    run = subprocess.run(command, capture_output=True, env=environment({}), check=False)
    assert run.returncode == 128 + signal.SIGTERM, run.stderr
    assert "storage_wizard_check_passed" in target.read_text()


def test_a_stopped_validation_leaves_the_metrics_as_they_were(tmp_path: Path, target: Path) -> None:
    target.write_text("# HELP storage_wizard_before\n")
    with FaultyStore(faults.hang("CopyObject")) as server:
        path = write_settings(tmp_path / "storage.toml", server.settings())
        with running_wizard("check", "--metrics", target, path) as process:
            wait_for(lambda: "CopyObject" in server.calls or None)
            process.terminate()
            process.communicate(timeout=TIMEOUT)
    assert target.read_text() == "# HELP storage_wizard_before\n"
