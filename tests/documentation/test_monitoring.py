"""The units, the manifest and the alert rules of `docs/monitoring.md` are valid for the programs that read them."""

from __future__ import annotations

import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from tests.documentation.pages import blocks_of
from tests.support.programs import require_program
from wizard.checks.check import SETTINGS_CHECK
from wizard.cli import arguments
from wizard.model.findings import Cause, Finding
from wizard.validation.metrics import Measured, render
from wizard.validation.results import Result, Status

_BLOCKS = [textwrap.dedent(block.text) for block in blocks_of("docs/monitoring.md")]
_PROGRAM = "/opt/storage-wizard/.venv/bin/storage-wizard"


def block_with(text: str) -> str:
    """The only block of the page that contains `text`."""
    (block,) = (block for block in _BLOCKS if text in block)
    return block


def check_arguments(words: list[str]) -> list[str]:
    """The names of the files in a command line of `check`, which must be valid."""
    return [str(path) for path in arguments.parser().parse_args(words).files]


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    analyze = require_program("systemd-analyze", "apt install systemd")
    service = block_with("[Service]").replace(_PROGRAM, sys.executable)  # it must exist
    (tmp_path / "registry-storage.service").write_text(service)
    (tmp_path / "registry-storage.timer").write_text(block_with("[Timer]"))
    units = (tmp_path / "registry-storage.service", tmp_path / "registry-storage.timer")
    run = subprocess.run([analyze, "verify", "--man=no", *units], capture_output=True, text=True, check=False)
    assert (run.returncode, [line for line in run.stderr.splitlines() if "registry-storage" in line]) == (0, [])


def test_the_service_and_the_cron_job_run_commands_that_exist() -> None:
    (line,) = (line for line in block_with("[Service]").splitlines() if line.startswith("ExecStart="))
    program, *words = shlex.split(line.removeprefix("ExecStart="))
    assert program == _PROGRAM
    assert check_arguments(words) == ["/etc/registry/storage.toml"]
    (container,) = _pod()["containers"]
    assert check_arguments(container["args"][1:]) == ["/etc/registry/storage.toml"]


def _pod() -> dict[str, list[dict[str, list[str]]]]:
    manifest = yaml.safe_load(block_with("kind: CronJob"))
    pod: dict[str, list[dict[str, list[str]]]] = manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return pod


def test_kubernetes_accepts_the_manifest() -> None:
    manifest = yaml.safe_load(block_with("kind: CronJob"))
    kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize("text", [block for block in _BLOCKS if block.startswith("groups:")])
def test_prometheus_accepts_the_rules(text: str, tmp_path: Path) -> None:
    promtool = require_program("promtool", "apt install prometheus")
    path = tmp_path / "rules.yml"
    path.write_text(text)
    subprocess.run([promtool, "check", "rules", "--lint-fatal", path], capture_output=True, check=True)


def test_prometheus_alerts_on_the_metrics_of_a_failed_check(tmp_path: Path) -> None:
    promtool = require_program("promtool", "apt install prometheus")
    (tmp_path / "rules.yml").write_text(block_with("alert: RegistryStorageFails\n"))
    failed = Result(SETTINGS_CHECK, Status.FAILED, finding=Finding(Cause.WRONG_REGION, "wrong"))
    metrics = render("check", [Measured("storage.toml", "dtr", passed=False, results=[failed])]).decode()
    samples = [line.rpartition(" ") for line in metrics.splitlines() if not line.startswith("#")]
    labels = {"severity": "critical", "config": "storage.toml", "registry": "dtr"}
    summaries = {
        "RegistryStorageFails": "The storage in storage.toml does not work for the registry.",
        "RegistryStorageCheckFails": "storage.toml: the check settings fails (wrong-region).",
    }
    further = {"RegistryStorageFails": {}, "RegistryStorageCheckFails": {"check": "settings", "cause": "wrong-region"}}
    expected = [
        {
            "alertname": name,
            "eval_time": "1m",
            "exp_alerts": [{"exp_labels": labels | further[name], "exp_annotations": {"summary": summary}}],
        }
        for name, summary in summaries.items()
    ]
    series = [{"series": name, "values": f"{value}x5"} for name, _, value in samples]
    tests = [{"interval": "1m", "input_series": series, "alert_rule_test": expected}]
    (tmp_path / "test.yml").write_text(yaml.safe_dump({"rule_files": ["rules.yml"], "tests": tests}))
    run = subprocess.run([promtool, "test", "rules", "test.yml"], cwd=tmp_path, capture_output=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
