"""`storage-wizard check` as a script meets it: exit status, stdout, stderr and signals."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from tests.checks.test_checks import what_is_there
from tests.support import faults
from tests.support.certificates import Certificates
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.paths import ROOT
from tests.support.ports import closed_port, silent_port
from tests.support.processes import wait_for
from tests.support.rclone import Rclone
from wizard.checks.all_checks import S3_CHECKS
from wizard.model.findings import Value
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Settings

CANARY = "canaryCANARYcanary/0123456789+canaryCANA"
TIMEOUT = 30.0
_NOT_IN_S3 = ("registry", "provider", "redirect")


def text_of(settings: Settings) -> str:
    """The file of `settings`, written by hand: the command must understand what the design shows."""
    values = {name: settings[name] for name in DECLARATIONS if name not in _NOT_IN_S3}
    lines = [f"{name} = {_toml(value)}" for name, value in values.items()]
    redirect = "" if settings.redirect else "\n[storage.redirect]\ndisable = true\n"
    head = (
        f'version = 1\nregistry = "{settings.registry}"\nprovider = "{settings.provider}"\n\n[storage]\ntype = "s3"\n'
    )
    return f"{head}\n[storage.s3]\n" + "\n".join(lines) + f"\n{redirect}"


def _toml(value: Value) -> str:
    return json.dumps(value.reveal() if isinstance(value, Secret) else value)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "storage.toml"


def saved(path: Path, settings: Settings) -> Path:
    path.write_text(text_of(settings))
    path.chmod(0o600)
    return path


@contextlib.contextmanager
def check(*arguments: object, folder: Path = ROOT, **environment: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-W", "error", "-m", "wizard", "check", *map(str, arguments)]
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "NO_PROXY", "AWS_EC2_METADATA_DISABLED")}
    paths = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        command,
        cwd=folder,
        env=clean | paths | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ran(*arguments: object, folder: Path = ROOT, **environment: str) -> tuple[int, str, str]:
    """The exit status, stdout and stderr."""
    with check(*arguments, folder=folder, **environment) as process:
        out, err = process.communicate(timeout=TIMEOUT)
        return process.returncode, out, err


def reported(*arguments: object, **environment: str) -> tuple[int, Any]:
    """The exit status and what `--json` printed, with nothing beside it on stdout and stderr."""
    status, out, err = ran("--json", *arguments, folder=ROOT, **environment)
    assert err == ""
    assert CANARY not in out
    return status, json.loads(out)


def red(report: Any) -> dict[str, str]:
    return {check["id"]: check["finding"]["cause"] for check in report["checks"] if check["status"] == "failed"}


# --- a good store ---


def test_a_good_file_passes_with_the_documented_json(moto: Moto, config: Path) -> None:
    store = moto.store()
    status, report = reported(saved(config, store.settings()))
    assert status == 0
    assert set(report) == {"config", "passed", "seconds", "checks", "leftovers"}
    assert (report["config"], report["passed"], report["leftovers"]) == (str(config), True, [])
    assert isinstance(report["seconds"], float)
    assert [check["id"] for check in report["checks"]] == [check.id for check in S3_CHECKS]
    for one in report["checks"]:
        keys = {"id", "title", "status", "seconds", "calls", "actions", "needed_for", "finding"}
        assert set(one) == keys | ({"reason"} if one["status"] == "skipped" else set())
        assert one["finding"] is None
    write = next(check for check in report["checks"] if check["id"] == "write")
    assert write["calls"] == ["PutObject"]
    assert write["actions"] == ["s3:PutObject"]
    assert write["needed_for"] == ["push"]
    assert what_is_there(moto, store.bucket) == []


def test_a_finding_in_json_has_the_documented_shape(config: Path, store: LiveStore) -> None:
    settings = store.settings(regionendpoint=store.endpoint.replace("http:", "https:"), secure=True)
    status, report = reported(saved(config, settings))
    finding = next(check for check in report["checks"] if check["status"] == "failed")["finding"]
    assert status == 1
    assert set(finding) == {"cause", "severity", "text", "fix"}
    assert finding["severity"] == "error"
    assert set(finding["fix"]) == {"text", "set"}
    assert finding["fix"]["set"] == {"secure": False, "regionendpoint": store.endpoint}


def test_without_json_each_check_is_a_line_for_people(config: Path, store: LiveStore) -> None:
    status, out, err = ran(saved(config, store.settings()))
    assert status == 0
    assert err == ""
    assert out.startswith(f"{config}: passed in ")
    assert all(check.title in out for check in S3_CHECKS)


def test_the_default_file_is_in_the_folder_where_one_is(tmp_path: Path, store: LiveStore) -> None:
    saved(tmp_path / "storage.toml", store.settings())
    status, out, _ = ran("--json", folder=tmp_path)
    assert status == 0
    assert json.loads(out)["config"] == "storage.toml"


def test_the_file_can_be_named_with_c_too(config: Path, store: LiveStore) -> None:
    assert reported("-c", saved(config, store.settings()))[1]["passed"]


def test_several_files_are_a_list_in_their_order(tmp_path: Path, store: LiveStore) -> None:
    good = saved(tmp_path / "good.toml", store.settings())
    bad = saved(tmp_path / "bad.toml", store.settings(bucket="nobody-made-this"))
    status, reports = reported(bad, good)
    assert status == 1
    assert [report["config"] for report in reports] == [str(bad), str(good)]
    assert [report["passed"] for report in reports] == [False, True]
    assert reported(good, good)[0] == 0


# --- validation fails: 1 ---


def failed(*arguments: object, **environment: str) -> dict[str, str]:
    status, report = reported(*arguments, **environment)
    assert status == 1
    assert report["passed"] is False
    return red(report)


def test_a_wrong_secret_fails(rclone: Rclone, config: Path) -> None:
    assert failed(saved(config, rclone.store().settings(secretkey=Secret(CANARY)))) == {"list": "wrong-secret"}


def test_a_missing_bucket_fails(store: LiveStore, config: Path) -> None:
    assert failed(saved(config, store.settings(bucket="nobody-made-this"))) == {"list": "no-bucket"}


def test_a_dead_port_fails(store: LiveStore, config: Path) -> None:
    with closed_port() as port:
        settings = store.settings(regionendpoint=f"http://127.0.0.1:{port}", secretkey=Secret(CANARY))
        assert failed(saved(config, settings)) == {"connect": "refused"}


def test_https_to_a_plain_port_fails(store: LiveStore, config: Path) -> None:
    settings = store.settings(regionendpoint=store.endpoint.replace("http:", "https:"), secure=True)
    assert failed(saved(config, settings)) == {"tls": "plain-http"}


def test_a_self_signed_certificate_fails_until_it_is_trusted_or_skipped(
    certificates: Certificates, config: Path, tmp_path: Path
) -> None:
    with FaultyStore(certificate=certificates.self_signed) as server:
        assert failed(saved(config, server.settings())) == {"tls": "tls-untrusted"}
        assert reported(config, SSL_CERT_FILE=str(certificates.self_signed.ca))[0] == 0
        assert reported(saved(tmp_path / "skip.toml", server.settings(skipverify=True)))[0] == 0


def test_half_a_key_pair_fails_before_anything_is_sent(config: Path) -> None:
    with FaultyStore() as server:
        assert failed(saved(config, server.settings(accesskey=""))) == {"settings": "no-credentials"}
        assert server.calls == []


def test_a_silent_store_fails_once_the_time_is_up(store: LiveStore, config: Path) -> None:
    with silent_port() as port:
        settings = store.settings(regionendpoint=f"http://127.0.0.1:{port}", secretkey=Secret(CANARY))
        assert failed("--timeout", "0.3", saved(config, settings)) == {"list": "timeout"}


def test_the_lines_for_people_name_the_cause_the_fix_and_what_is_left(config: Path) -> None:
    with FaultyStore(faults.deny("DeleteObjects")) as server:
        status, out, err = ran(saved(config, server.settings(secretkey=Secret(CANARY))))
        assert status == 1
        assert f"{config}: FAILED" in out
        assert "access-denied: The key may not delete objects" in out
        assert "fix: Allow s3:DeleteObject" in out
        assert all(f"left behind: {key}" in out for key in server.contents())
        assert CANARY not in out + err


# --- offline ---


@pytest.mark.parametrize(("changes", "status"), [({}, 0), ({"bucket": ""}, 1)])
def test_offline_applies_the_rules_and_connects_to_nothing(
    config: Path, changes: dict[str, Value], status: int
) -> None:
    with FaultyStore() as server:
        found, report = reported("--offline", saved(config, server.settings(**changes)))
        assert found == status
        assert [check["id"] for check in report["checks"]] == ["settings"]
        assert server.calls == []


# --- usage: 2 ---


def refused(*arguments: object, folder: Path = ROOT) -> str:
    status, out, err = ran("--json", *arguments, folder=folder)
    assert status == 2
    assert out == ""
    assert "Traceback" not in err
    assert CANARY not in err
    return err


def test_no_file_is_usage(tmp_path: Path) -> None:
    assert "storage.toml" in refused(folder=tmp_path)
    assert "missing.toml" in refused(tmp_path / "missing.toml")
    assert str(tmp_path) in refused(tmp_path)


def test_broken_toml_is_usage_with_its_line_and_column(config: Path) -> None:
    config.write_text(f'version = 1\n[storage.s3]\nsecretkey = "{CANARY}\n')
    err = refused(config)
    assert "line 3" in err
    assert "column" in err


def test_a_wrong_type_is_usage_that_names_the_key(config: Path, store: LiveStore) -> None:
    config.write_text(text_of(store.settings(secretkey=Secret(CANARY))).replace("v4auth = true", 'v4auth = "maybe"'))
    assert "v4auth" in refused(config)


@pytest.mark.parametrize("flags", [("--nonsense",), ("--timeout", "0"), ("--timeout", "soon"), ("--timeout", "nan")])
def test_a_bad_flag_is_usage(flags: tuple[str, ...]) -> None:
    assert "Try: storage-wizard check --help" in refused(*flags)


def test_one_unreadable_file_of_several_is_usage_and_nothing_is_tried(tmp_path: Path) -> None:
    with FaultyStore() as server:
        good = saved(tmp_path / "good.toml", server.settings())
        assert "missing.toml" in refused(good, tmp_path / "missing.toml")
        assert server.calls == []


# --- signals: 130 ---


def first_bytes(stream: IO[str]) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        assert selector.select(TIMEOUT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_ends_a_hanging_check_within_a_second_and_cleans_up(config: Path, number: signal.Signals) -> None:
    with FaultyStore(faults.hang("CopyObject")) as server:
        settings = server.settings(secretkey=Secret(CANARY))
        with check("--json", saved(config, settings)) as process:
            wait_for(lambda: "CopyObject" in server.calls or None)
            began = time.monotonic()
            process.send_signal(number)
            out, err = process.communicate(timeout=TIMEOUT)
            assert time.monotonic() - began < 1.5  # seconds; the half is for Python to end
        assert process.returncode == 130
        assert "Stopping" in err
        report = json.loads(out)
        assert report["passed"] is False
        assert CANARY not in out + err
        left = {left.partition(" (upload")[0] for left in report["leftovers"]}
        assert set(what_is_there(server, server.bucket)) <= left


def test_a_second_signal_ends_it_at_once(config: Path) -> None:
    with FaultyStore(faults.hang("*")) as server, check(saved(config, server.settings())) as process:
        wait_for(lambda: "PutObject" in server.calls or None)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        first_bytes(process.stderr)
        process.send_signal(signal.SIGINT)
        assert process.wait(TIMEOUT) in (-signal.SIGINT, 130)


def test_a_reader_that_has_gone_is_no_crash(config: Path, store: LiveStore) -> None:
    with check(saved(config, store.settings())) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        assert process.wait(TIMEOUT) == 130
    assert "Traceback" not in err
    assert "BrokenPipeError" not in err
