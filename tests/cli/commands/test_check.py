"""`check` validates settings files: exit status, JSON, lines for people, and signals."""

from __future__ import annotations

import json
import selectors
import signal
import time
from pathlib import Path
from typing import IO, Any

import pytest

from tests.support import faults
from tests.support.certificates import Certificates
from tests.support.command_line import run_here, running_wizard
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.paths import ROOT
from tests.support.ports import closed_port, silent_port
from tests.support.processes import load_factor, wait_for
from tests.support.rclone import Rclone
from tests.support.reports import keys_in_bucket
from tests.support.samples import sampled
from tests.support.settings_files import write_settings
from tests.validation.ageing import OLD, age_objects, prefix_of_run, put
from wizard.checks.all_checks import S3_CHECKS
from wizard.console.signals import GRACE
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value

CANARY = "canaryCANARYcanary/0123456789+canaryCANA"
TIMEOUT = 30.0  # seconds
NO_BUCKET = "nobody-made-this"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "storage.toml"


def check_json(*arguments: object, **environment: str) -> tuple[int, Any]:
    """The exit status and the JSON of `check --json`, which prints nothing else."""
    result = run_here("check", "--json", *arguments, folder=ROOT, **environment)
    assert result.stderr == ""
    assert CANARY not in result.stdout
    return result.returncode, json.loads(result.stdout)


def failures(*arguments: object) -> dict[str, str]:
    """The cause of each failed check of a validation that must fail."""
    status, report = check_json(*arguments)
    assert status == 1
    assert report["passed"] is False
    return {check["id"]: check["finding"]["cause"] for check in report["checks"] if check["status"] == "failed"}


def usage_error(*arguments: object, folder: Path = ROOT) -> str:
    """The message of a command line or a file that must be refused."""
    result = run_here("check", *arguments, folder=folder)
    assert (result.returncode, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    assert CANARY not in result.stderr
    return result.stderr


# A store without problems


def test_the_json_of_a_passed_validation_has_the_documented_shape(moto: Moto, config: Path) -> None:
    store = moto.store()
    status, report = check_json(write_settings(config, store.settings()))
    assert status == 0
    assert set(report) == {"config", "passed", "seconds", "checks", "leftovers", "removed", "notes", "environment"}
    assert (report["config"], report["passed"], report["leftovers"]) == (str(config), True, [])
    assert report["removed"] == []
    assert isinstance(report["seconds"], float)
    assert [check["id"] for check in report["checks"]] == [check.id for check in S3_CHECKS]
    for check in report["checks"]:
        keys = {"id", "title", "status", "seconds", "calls", "actions", "needed_for", "finding"}
        assert set(check) == keys | ({"reason"} if check["status"] == "skipped" else set())
        assert (check["finding"] is None) is (check["id"] not in ("contents", "presigned-read"))
    write = next(check for check in report["checks"] if check["id"] == "write")
    assert write["calls"] == ["PutObject"]
    assert write["actions"] == ["s3:PutObject"]
    assert write["needed_for"] == ["push"]
    assert keys_in_bucket(moto, store.bucket) == []


def test_the_json_of_a_finding_has_the_documented_shape(config: Path, store: LiveStore) -> None:
    settings = store.settings(regionendpoint=store.endpoint.replace("http:", "https:"), secure=True)
    status, report = check_json(write_settings(config, settings))
    finding = next(check for check in report["checks"] if check["status"] == "failed")["finding"]
    assert status == 1
    assert set(finding) == {"cause", "severity", "text", "fix"}
    assert finding["severity"] == "error"
    assert set(finding["fix"]) == {"text", "set"}
    assert finding["fix"]["set"] == {"secure": False, "regionendpoint": store.endpoint}


def test_without_json_each_check_is_a_line(config: Path, store: LiveStore) -> None:
    result = run_here("check", write_settings(config, store.settings()), folder=ROOT)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{config}: passed in ")
    assert all(check.title in result.stdout for check in S3_CHECKS)


def test_the_default_file_is_storage_toml_in_the_current_folder(tmp_path: Path, store: LiveStore) -> None:
    write_settings(tmp_path / "storage.toml", store.settings())
    result = run_here("check", "--json", folder=tmp_path)
    assert result.returncode == 0
    assert json.loads(result.stdout)["config"] == "storage.toml"


def test_the_file_can_be_named_with_c(config: Path, store: LiveStore) -> None:
    assert check_json("-c", write_settings(config, store.settings()))[1]["passed"]


def test_several_files_are_a_list_in_the_order_of_the_arguments(tmp_path: Path, store: LiveStore) -> None:
    valid = write_settings(tmp_path / "valid.toml", store.settings())
    invalid = write_settings(tmp_path / "invalid.toml", store.settings(bucket=NO_BUCKET))
    status, reports = check_json(invalid, valid)
    assert status == 1
    assert [report["config"] for report in reports] == [str(invalid), str(valid)]
    assert [report["passed"] for report in reports] == [False, True]
    assert check_json(valid, valid)[0] == 0


def test_control_characters_in_a_path_are_not_printed(tmp_path: Path) -> None:
    path = write_settings(tmp_path / "\x1b[31mred\x9b.toml", Settings())
    result = run_here("check", "--offline", path, folder=ROOT)
    assert result.returncode == 1
    assert "red" in result.stdout
    assert not {"\x1b", "\x9b"} & set(result.stdout + result.stderr)


# Exit status 1


def test_a_wrong_secret_fails(rclone: Rclone, config: Path) -> None:
    settings = rclone.store().settings(secretkey=Secret(CANARY))
    assert failures(write_settings(config, settings)) == {"list": "wrong-secret"}


def test_a_missing_bucket_fails(store: LiveStore, config: Path) -> None:
    assert failures(write_settings(config, store.settings(bucket=NO_BUCKET))) == {"list": "no-bucket"}


def test_a_closed_port_fails(store: LiveStore, config: Path) -> None:
    with closed_port() as port:
        settings = store.settings(regionendpoint=f"http://127.0.0.1:{port}", secretkey=Secret(CANARY))
        assert failures(write_settings(config, settings)) == {"connect": "refused"}


def test_https_to_a_plain_http_port_fails(store: LiveStore, config: Path) -> None:
    settings = store.settings(regionendpoint=store.endpoint.replace("http:", "https:"), secure=True)
    assert failures(write_settings(config, settings)) == {"tls": "plain-http"}


def test_a_self_signed_certificate_fails_until_it_is_trusted_or_verification_is_off(
    certificates: Certificates, config: Path, tmp_path: Path
) -> None:
    with FaultyStore(certificate=certificates.self_signed) as server:
        assert failures(write_settings(config, server.settings())) == {"tls": "tls-untrusted"}
        assert check_json(config, SSL_CERT_FILE=str(certificates.self_signed.ca))[0] == 0
        assert check_json(write_settings(tmp_path / "skip.toml", server.settings(skipverify=True)))[0] == 0


def test_half_a_key_pair_fails_before_anything_is_sent(config: Path) -> None:
    with FaultyStore() as server:
        settings = server.settings(accesskey="")
        assert failures(write_settings(config, settings)) == {"settings": "no-credentials"}
        assert server.calls == []


def test_a_silent_store_fails_after_the_timeout(store: LiveStore, config: Path) -> None:
    with silent_port() as port:
        settings = store.settings(regionendpoint=f"http://127.0.0.1:{port}", secretkey=Secret(CANARY))
        assert failures("--timeout", "0.3", write_settings(config, settings)) == {"list": "timeout"}


def test_the_lines_name_the_cause_the_fix_and_the_leftovers(config: Path) -> None:
    with FaultyStore(faults.deny("DeleteObjects")) as server:
        settings = server.settings(secretkey=Secret(CANARY))
        result = run_here("check", write_settings(config, settings), folder=ROOT)
        assert result.returncode == 1
        assert f"{config}: FAILED" in result.stdout
        assert "These keys aren't allowed to delete objects" in result.stdout
        assert "fix: Allow s3:DeleteObject" in result.stdout
        assert all(f"left behind: {key}" in result.stdout for key in server.contents())
        assert CANARY not in result.stdout + result.stderr


# --offline


@pytest.mark.sample
@pytest.mark.parametrize(("changes", "status"), [({}, 0), ({"bucket": ""}, 1)])
def test_offline_applies_the_rules_and_connects_to_nothing(
    config: Path, changes: dict[str, Value], status: int
) -> None:
    with FaultyStore() as server:
        actual, report = check_json("--offline", write_settings(config, server.settings(**changes)))
        assert actual == status
        assert [check["id"] for check in report["checks"]] == ["settings"]
        assert server.calls == []


def test_offline_shows_every_finding_the_gravest_first(config: Path) -> None:
    changes: dict[str, Value] = {
        "regionendpoint": "https://localhost:9000",
        "skipverify": True,
        "region": "",
        "bucket": "",
        "v4auth": True,
        "provider": "other",
    }
    path = write_settings(config, Settings().replace(changes))
    _, report = check_json("--offline", path)
    (check,) = report["checks"]
    assert [finding["severity"] for finding in check["findings"]] == ["error", "error", "warning", "hint"]
    assert check["findings"][0] == check["finding"]
    assert {tuple(finding) for finding in check["findings"]} == {("cause", "severity", "text", "fix")}
    printed = run_here("check", "--offline", path, folder=ROOT).stdout
    texts = [finding["text"] for finding in check["findings"]]
    assert sorted(texts, key=printed.index) == texts
    assert f"        fix: Use us-east-1: storage-wizard configure -c {path} --region us-east-1\n" in printed
    assert f"        fix: storage-wizard configure -c {path} --bucket BUCKET\n" in printed


def test_only_offline_lists_findings(config: Path, store: LiveStore) -> None:
    _, report = check_json(write_settings(config, store.settings()))
    assert not any("findings" in check for check in report["checks"])


# Exit status 2


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    assert "storage.toml" in usage_error(folder=tmp_path)
    assert "missing.toml" in usage_error(tmp_path / "missing.toml")
    assert str(tmp_path) in usage_error(tmp_path)


def test_invalid_toml_is_a_usage_error_with_its_line_and_column(config: Path) -> None:
    config.write_text(f'version = 1\n[storage.s3]\nsecretkey = "{CANARY}\n')
    message = usage_error(config)
    assert "line 3" in message
    assert "column" in message


def test_a_value_of_a_wrong_type_is_a_usage_error_that_names_the_key(config: Path, store: LiveStore) -> None:
    write_settings(config, store.settings(secretkey=Secret(CANARY)))
    config.write_text(config.read_text().replace("v4auth = true", 'v4auth = "maybe"'))
    assert "v4auth" in usage_error(config)


@pytest.mark.parametrize("flags", [("--nonsense",), ("--timeout", "0"), ("--timeout", "soon"), ("--timeout", "nan")])
def test_an_invalid_flag_is_a_usage_error(flags: tuple[str, ...]) -> None:
    assert "Try: storage-wizard check --help" in usage_error(*flags)


def test_a_file_that_cannot_be_read_is_reported_and_the_others_are_validated(tmp_path: Path, store: LiveStore) -> None:
    valid, missing = write_settings(tmp_path / "valid.toml", store.settings()), tmp_path / "missing.toml"
    run = run_here("check", missing, valid, folder=tmp_path)
    assert (run.returncode, run.stderr) == (2, f"{missing} not found. Check the path.\n")
    assert f"{valid}: passed" in run.stdout
    run = run_here("check", "--json", missing, valid, folder=tmp_path)
    first, second = json.loads(run.stdout)
    assert (run.returncode, second["passed"]) == (2, True)
    assert first == {
        "config": str(missing),
        "passed": False,
        "error": f"{missing} not found. Check the path.",
        "checks": [],
    }


def test_a_single_file_that_cannot_be_read_has_an_object_too(tmp_path: Path) -> None:
    run = run_here("check", "--json", tmp_path / "missing.toml", folder=tmp_path)
    assert (run.returncode, json.loads(run.stdout)["passed"]) == (2, False)
    assert "missing.toml not found" in run.stderr


def test_quiet_prints_only_files_that_fail(tmp_path: Path, store: LiveStore) -> None:
    valid = write_settings(tmp_path / "valid.toml", store.settings())
    wrong = write_settings(tmp_path / "wrong.toml", store.settings(bucket=NO_BUCKET))
    assert run_here("check", "--quiet", valid, folder=tmp_path).stdout == ""
    run = run_here("check", "--quiet", valid, wrong, folder=tmp_path)
    assert run.returncode == 1
    assert run.stdout.startswith(f"{wrong}: FAILED")
    assert "valid.toml" not in run.stdout


def test_quiet_leaves_files_that_pass_out_of_the_json(tmp_path: Path, store: LiveStore) -> None:
    settings = store.settings()
    valid = write_settings(tmp_path / "valid.toml", settings)
    wrong = write_settings(tmp_path / "wrong.toml", settings.replace({"bucket": ""}))

    def printed(*files: Path) -> str:
        return run_here("check", "--json", "--quiet", "--offline", *files, folder=tmp_path).stdout

    assert [each["config"] for each in json.loads(printed(valid, wrong))] == [str(wrong)]
    assert json.loads(printed(valid, valid)) == []
    assert printed(valid) == ""
    assert json.loads(printed(wrong))["config"] == str(wrong)


# Signals: exit status 128 + the signal

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1)
each_signal = pytest.mark.parametrize("number", sampled(SIGNALS, 2), ids=lambda number: number.name)
RUNS = 16  # that run at the same time
# of each run, at the same time
FIRST_CALLS = {"ListObjects": 2, "GetObject": 1, "PutObject": 2, "CreateMultipartUpload": 3}
CLEAN_UP = {"ListMultipartUploads", "AbortMultipartUpload", "DeleteObjects", "ListObjects"}


def wait_for_output(stream: IO[str]) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        assert selector.select(TIMEOUT)


@pytest.mark.sample
@each_signal
def test_a_signal_ends_a_hanging_check_within_a_second_and_cleans_up(config: Path, number: signal.Signals) -> None:
    with FaultyStore(faults.hang("CopyObject")) as server:
        path = write_settings(config, server.settings(secretkey=Secret(CANARY)))
        with running_wizard("check", "--json", path) as process:
            wait_for(lambda: "CopyObject" in server.calls or None)
            start = time.monotonic()
            process.send_signal(number)
            out, err = process.communicate(timeout=TIMEOUT)
            assert time.monotonic() - start < 1.5 * load_factor()  # half a second for Python to end
        assert process.returncode == 128 + number
        assert "Stopping" in err
        report = json.loads(out)
        assert report["passed"] is False
        assert CANARY not in out + err
        leftovers = {leftover.partition(" (upload")[0] for leftover in report["leftovers"]}
        assert set(keys_in_bucket(server, server.bucket)) <= leftovers


def test_a_second_signal_ends_it_at_once(config: Path) -> None:
    with (
        FaultyStore(faults.hang("*")) as server,
        running_wizard("check", write_settings(config, server.settings())) as process,
    ):
        wait_for(lambda: "PutObject" in server.calls or None)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        wait_for_output(process.stderr)
        process.send_signal(signal.SIGINT)
        assert process.wait(TIMEOUT) == 128 + signal.SIGINT
        err = process.stderr.read()
        assert f"Test objects may remain in {server.bucket}" in err
        assert "Traceback" not in err


@pytest.mark.parametrize("number", sampled(SIGNALS, 5), ids=lambda number: number.name)
def test_after_a_signal_no_call_starts_but_to_clean_up_however_many_files_wait(
    tmp_path: Path, number: signal.Signals
) -> None:
    files = max(50, int(300 / load_factor()))  # a busy machine prints fewer reports before the program must end
    with FaultyStore(faults.hang("PutObject"), faults.hang("CreateMultipartUpload")) as server:
        paths = [write_settings(tmp_path / f"{index}.toml", server.settings()) for index in range(files)]
        with running_wizard("check", "--json", *paths) as process:
            wait_for(lambda: all(server.calls.count(call) >= n * RUNS for call, n in FIRST_CALLS.items()) or None)
            before, started_at = len(server.calls), time.monotonic()
            process.send_signal(number)
            out, err = process.communicate(timeout=TIMEOUT)
            assert time.monotonic() - started_at < (GRACE + 1.0) * load_factor()
        assert process.returncode == 128 + number
        assert set(server.calls[before:]) <= CLEAN_UP
        reports = json.loads(out)
        assert [report["passed"] for report in reports] == [False] * files
        assert server.calls.count("PutObject") == 2 * RUNS
        assert err.count(f"Test objects may remain in {server.bucket}") == RUNS


def test_the_timeout_is_for_all_files_together(tmp_path: Path) -> None:
    with FaultyStore(faults.hang("PutObject")) as server:
        paths = [write_settings(tmp_path / f"{index}.toml", server.settings()) for index in range(100)]
        started_at = time.monotonic()
        status, reports = check_json("--timeout", "1", *paths)
        assert time.monotonic() - started_at < 7.0 * load_factor()  # one after another, they would take twice as long
        assert status == 1
        assert not any(report["passed"] for report in reports)
        assert server.calls.count("PutObject") < 100
        findings = [
            check["finding"]
            for report in reports
            for check in report["checks"]
            if check["finding"] and check["status"] != "passed"
        ]
        assert {finding["cause"] for finding in findings} <= {"timeout", "leftovers"}
        assert findings[-1]["text"].startswith("Not validated: the limit of 1 second for all files together passed.")


def test_what_an_earlier_validation_had_left_is_reported_when_it_is_removed(moto: Moto, config: Path) -> None:
    store = moto.store()
    key = f"{prefix_of_run(OLD)}/write"
    write_settings(config, store.settings())
    put(store, key)
    age_objects(store.bucket)
    assert check_json(config)[1]["removed"] == [key]
    put(store, key)
    age_objects(store.bucket)
    assert f"  removed, left by an earlier validation: {key}\n" in run_here("check", config, folder=ROOT).stdout


def test_a_closed_stdout_ends_it_without_a_traceback(config: Path, store: LiveStore) -> None:
    with running_wizard("check", write_settings(config, store.settings())) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        assert process.wait(TIMEOUT) == 141
    assert "Traceback" not in err
    assert "BrokenPipeError" not in err
