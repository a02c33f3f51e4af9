"""`verify` on the command line: the settings file, the password, the report, the exit status and signals."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.documentation.generated import SCHEMA
from tests.registry.exercise import FORMATS, configured_registry
from tests.registry.registries import DEBIAN_2_8
from tests.support.command_line import COMMAND, environment, run_here, running_wizard
from tests.support.files import mode_of
from tests.support.http_server import serve_wsgi
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.ports import closed_port, silent_port
from tests.support.processes import load_factor, wait_for
from tests.support.registry_front import front_of
from tests.support.verification import PASSWORD, silent_at_data
from wizard.cli import main as cli
from wizard.config import file as config_file

NOWHERE = "http://127.0.0.1:1"


def saved(folder: Path, store: LiveStore) -> Path:
    """A settings file for the store, where it is found without -c."""
    path = folder / "storage.toml"
    config_file.save(path, store.settings(registry=DEBIAN_2_8.id), None)
    return path


def configuration(store: LiveStore) -> str:
    return FORMATS[DEBIAN_2_8.id].write(store.settings(registry=DEBIAN_2_8.id)).text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("https://me:pass@registry.example",),
            "Enter a user name separately (in a command: --username).",
        ),
        (("site.toml",), "verify needs the URL of a registry, and site.toml is a file. Run: storage-wizard verify -c"),
        (("x" * 300 + ":a",), "Write it as https://registry.example:5000."),
        (("ftp://registry.example",), "Write it as https://registry.example:5000."),
        ((NOWHERE, "--username", "ci"), "--username and --password-file belong together."),
        ((NOWHERE, "--password-file", "-"), "--username and --password-file belong together."),
        ((NOWHERE, "--username", "a:b", "--password-file", "-"), "cannot contain a colon"),
        ((NOWHERE, "--username", "ci", "--password-file", "absent"), "--password-file not found: absent"),
        ((NOWHERE, "--username", "ci", "--password-file", "/dev/null"), "of --password-file is empty"),
        ((NOWHERE, "--username", "ci", "--password-file", "/dev/zero"), "/dev/zero is too large. Check the path."),
        ((NOWHERE, "--metrics", "-"), "--metrics takes a file"),
        ((NOWHERE, "-c", "/etc/hostname", "--metrics", "/etc/../etc/hostname"), "--metrics names the settings file"),
        ((NOWHERE, "-c", "absent.toml"), "absent.toml"),
        ((NOWHERE, "-c", "storage.toml"), "storage.toml"),
        ((NOWHERE, "--timeout", "0"), "a number of seconds above 0"),
    ],
)
def test_wrong_usage_is_explained(
    arguments: tuple[str, ...],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = cli.main(["verify", *arguments])
    except SystemExit as end:  # of argparse
        status = int(str(end.code))
    printed = capsys.readouterr()
    assert (status, printed.out) == (2, "")
    assert words in printed.err
    assert "pass@" not in printed.err


def test_a_registry_that_is_not_there_fails_with_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with closed_port() as port:
        assert cli.main(["verify", f"http://127.0.0.1:{port}"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"http://127.0.0.1:{port}: FAILED in ")
    assert lines[1].startswith("  FAIL  Find the registry")
    assert lines[-2] == "  -     Clean up                         not run: nothing was pushed"
    assert lines[-1] == "  note: No settings file was used, so the store was not looked into. Name one with -c FILE."


def test_the_settings_file_of_the_folder_is_used_and_the_report_says_so(store: LiveStore, tmp_path: Path) -> None:
    saved(tmp_path, store)
    with configured_registry(DEBIAN_2_8.require(), configuration(store)) as address:
        run = run_here("verify", f"http://{address}", "--json", folder=tmp_path)
    report = json.loads(run.stdout)
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(report)
    assert (run.returncode, report["passed"]) == (0, True)
    assert (report["registry"], report["config"]) == (f"http://{address}", "storage.toml")
    assert {each["id"]: each["status"] for each in report["checks"]} == dict.fromkeys(
        ("registry", "auth", "push", "storage", "pull", "resume", "delete", "cleanup"), "passed"
    )
    assert report["notes"] == ["Used the settings in storage.toml in the current folder."]
    assert report["leftovers"] == []


def test_the_metrics_have_the_result_of_each_check_and_no_secret(tmp_path: Path) -> None:
    target = tmp_path / "registry.prom"
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    (tmp_path / "password").chmod(0o600)
    user = ("--username", "ci", "--password-file", "password")
    with closed_port() as port:
        url = f"http://127.0.0.1:{port}"
        run = run_here("verify", url, *user, "--metrics", target, folder=tmp_path)
    text = target.read_text(encoding="utf-8")
    labels = f'config="",registry="{url}"'
    assert (run.returncode, run.stderr, mode_of(target)) == (1, "", 0o644)
    assert f"storage_wizard_verify_passed{{{labels}}} 0.0\n" in text
    assert f'storage_wizard_verify_step_passed{{cause="refused",check="registry",{labels}}} 0.0\n' in text
    assert f"storage_wizard_verify_leftovers{{{labels}}} 0.0\n" in text
    assert "storage_wizard_verify_timestamp_seconds " in text
    assert not {PASSWORD, "ci"} & set(text.replace('"', " ").split())


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("absent/registry.prom", "absent not found"),
        ("password", "contains something other than metrics"),
        (".", "folder"),
    ],
)
def test_a_file_that_cannot_have_the_metrics_is_left_alone(target: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    user = ("--username", "ci", "--password-file", "password")
    with closed_port() as port:
        run = run_here("verify", f"http://127.0.0.1:{port}", *user, "--metrics", target, folder=tmp_path)
    assert run.returncode == 2
    assert message in run.stderr
    assert (tmp_path / "password").read_text(encoding="utf-8") == PASSWORD


def test_a_verification_that_is_stopped_leaves_the_metrics_as_they_were(tmp_path: Path) -> None:
    target = tmp_path / "registry.prom"
    target.write_text(before := "# HELP storage_wizard_before\n", encoding="utf-8")
    arguments = ("--metrics", target)
    with silent_port() as port, running_wizard("verify", f"http://127.0.0.1:{port}", *arguments) as process:
        wait_for(lambda: _is_connected(process.pid, port) or None)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert target.read_text(encoding="utf-8") == before


def test_the_metrics_are_written_although_the_report_cannot_be_printed(tmp_path: Path) -> None:
    target = tmp_path / "registry.prom"
    with closed_port() as port, Path("/dev/full").open("wb") as full:
        arguments = ("verify", f"http://127.0.0.1:{port}", "--metrics", str(target))
        run = subprocess.run([*COMMAND, *arguments], stdout=full, env=environment({}), cwd=tmp_path, check=False)
    assert run.returncode == 2
    assert "storage_wizard_verify_passed" in target.read_text(encoding="utf-8")


def test_a_password_file_that_is_a_pipe_is_waited_for_no_longer_than_the_time_limit(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe", 0o600)
    run = run_here("verify", NOWHERE, "--timeout", "0.1", "--username", "ci", "--password-file", pipe, folder=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert f"{pipe} did not end in time." in run.stderr


def test_a_password_from_standard_input_is_in_no_output(tmp_path: Path) -> None:
    """The server repeats everything that it gets."""

    def respond(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        sent = environ.get("HTTP_AUTHORIZATION", "")
        start_response("401 Unauthorized", [("WWW-Authenticate", "Basic realm=x")])
        message = f"not {sent}, {PASSWORD}"
        return [json.dumps({"errors": [{"code": "UNAUTHORIZED", "message": message}]}).encode()]

    with serve_wsgi(respond) as url:
        for flags in ((), ("--json",)):
            arguments = ("verify", url, "--username", "ci", "--password-file", "-", *flags)
            run = run_here(*arguments, folder=tmp_path, stdin=f"{PASSWORD}\n")
            assert run.returncode == 1
            assert "(hidden)" in run.stdout
            assert PASSWORD not in run.stdout + run.stderr
            assert "Y2k6" not in run.stdout + run.stderr  # the header begins so


def test_a_signal_ends_it_within_a_second(tmp_path: Path) -> None:
    with silent_port() as port, running_wizard("verify", f"http://127.0.0.1:{port}", folder=tmp_path) as process:
        wait_for(lambda: _is_connected(process.pid, port) or None)
        started_at = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert time.monotonic() - started_at < 1.5 * load_factor()
    assert process.returncode == 130
    assert "stopped after" in out.splitlines()[0]
    assert "Stopping" in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_after_a_signal_each_name_is_printed_once_and_in_the_report(number: signal.Signals, tmp_path: Path) -> None:
    with silent_at_data() as (url, has_received), running_wizard("verify", url, folder=tmp_path) as process:
        assert has_received.wait(30)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert out.startswith(f"{url}: stopped after ")
    named = [line for line in (out + err).splitlines() if "left behind: " in line]
    assert len(named) == 1
    assert named[0] in out.splitlines()


def test_a_second_signal_names_what_may_be_left(tmp_path: Path) -> None:
    with silent_at_data() as (url, has_received), running_wizard("verify", url, folder=tmp_path) as process:
        assert has_received.wait(30)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert "Stopping" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert "\ndocker/registry/v2/repositories/storage-wizard-verify/" in err


def test_what_is_left_is_named_on_stderr_if_the_report_cannot_be_printed(tmp_path: Path) -> None:
    with silent_at_data() as (url, has_received), running_wizard("verify", url, folder=tmp_path) as process:
        assert has_received.wait(30)
        assert process.stdout is not None
        process.stdout.close()
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        assert process.stderr is not None
        assert "left behind: docker/registry/v2/repositories/storage-wizard-verify/" in process.stderr.read()


def _is_connected(process: int, port: int) -> bool:
    table = Path(f"/proc/{process}/net/tcp").read_text(encoding="ascii")
    return f"0100007F:{port:04X} 01" in table


@pytest.mark.ci_only
def test_after_a_signal_in_the_middle_of_a_pull_what_is_left_is_named(
    store: LiveStore, tmp_path: Path, moto: Moto
) -> None:
    """Cleaning up has less than a second here: a busy machine can need more, and then the rest is named."""
    saved(tmp_path, store)
    named: list[str] = []
    for _ in range(5):
        left = _leftovers_of_an_interrupted_pull(store, tmp_path)
        named += left
        assert [key for key in moto.contents(store.bucket) if not key.startswith(tuple(named))] == []
        if not left:
            return
    pytest.fail("not everything was removed in any of five runs")


def _leftovers_of_an_interrupted_pull(store: LiveStore, folder: Path) -> list[str]:
    has_pulled, may_answer = threading.Event(), threading.Event()

    def wait(request: Any, response: Any) -> Any:
        if request.method == "GET" and "/manifests/" in request.path:
            has_pulled.set()
            may_answer.wait(30)
        return response

    with (
        configured_registry(DEBIAN_2_8.require(), configuration(store)) as address,
        front_of(address, change=wait) as url,
        running_wizard("verify", url, "--json", folder=folder) as process,
    ):
        assert has_pulled.wait(30)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
        may_answer.set()
    assert process.returncode == 128 + signal.SIGTERM
    return list(json.loads(out)["leftovers"])


def test_what_is_left_is_named_on_stderr_if_stdout_is_closed(tmp_path: Path) -> None:
    with silent_at_data() as (url, _):
        command = shlex.join([*COMMAND, "verify", url, "--timeout", "1"])
        run = subprocess.run(
            ["sh", "-c", f"exec {command} >&-"],
            cwd=tmp_path,
            env=environment({}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert run.returncode == 1
    assert "left behind: docker/registry/v2/repositories/storage-wizard-verify/" in run.stderr
