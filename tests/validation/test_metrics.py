"""The metrics of validations are what Prometheus' collector reads, and hold nothing that grows or that is secret."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.files import OTHER_USER, as_root, failing, mode_of, names_in
from tests.support.programs import require_program
from wizard.checks.check import SETTINGS_CHECK
from wizard.files.errors import FileError
from wizard.model.findings import Cause, Finding, Severity
from wizard.validation.metrics import Measured, render, write_metrics
from wizard.validation.results import Result, Status

FAILED = Result(SETTINGS_CHECK, Status.FAILED, finding=Finding(Cause.WRONG_REGION, "wrong"))
HINT = Result(SETTINGS_CHECK, Status.PASSED, finding=Finding(Cause.ADVICE, "hint", severity=Severity.HINT))
WARNING = Result(SETTINGS_CHECK, Status.WARNING, finding=Finding(Cause.ADVICE, "advice"))
RUN = Measured("storage.toml", "dtr", passed=True, seconds=1.25)


def samples(*runs: Measured) -> dict[str, list[tuple[dict[str, str], float]]]:
    """The labels and values by the names of the metrics, without their prefix."""
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(render("check", runs).decode()):
        for sample in family.samples:
            name = sample.name.removeprefix("storage_wizard_check_")
            found.setdefault(name, []).append((sample.labels, sample.value))
    return found


def test_a_run_has_a_result_a_duration_and_a_timestamp() -> None:
    found = samples(RUN)
    labels = {"config": "storage.toml", "registry": "dtr"}
    assert found["passed"] == [(labels, 1.0)]
    assert found["duration_seconds"] == [(labels, 1.25)]
    assert found["leftovers"] == [(labels, 0.0)]
    ((no_labels, timestamp),) = found["timestamp_seconds"]
    assert no_labels == {}
    assert timestamp > 1.7e9


@pytest.mark.parametrize(
    ("result", "cause", "value"), [(FAILED, "wrong-region", 0.0), (WARNING, "advice", 1.0), (HINT, "", 1.0)]
)
def test_a_check_has_its_result_and_the_cause_of_a_problem(result: Result, cause: str, value: float) -> None:
    labels = {"config": "storage.toml", "registry": "dtr", "check": "settings", "cause": cause}
    assert samples(RUN._replace(results=[result]))["step_passed"] == [(labels, value)]


def test_a_check_that_did_not_run_has_no_sample() -> None:
    run = RUN._replace(results=[Result(SETTINGS_CHECK, Status.SKIPPED, reason="cancelled")])
    assert "step_passed" not in samples(run)


def test_a_file_that_is_given_twice_is_one_series() -> None:
    assert len(samples(RUN, RUN)["passed"]) == 1


def test_files_whose_names_are_shown_alike_are_one_series_that_fails_with_one_of_them() -> None:
    """Prometheus refuses a file with the same series twice."""
    failed, passed = RUN._replace(config="a  b.toml", passed=False), RUN._replace(config="a b.toml", passed=True)
    ((labels, value),) = samples(failed, passed)["passed"]
    assert (labels["config"], value) == ("a b.toml", 0.0)


@pytest.mark.parametrize("config", ['a"b\\c.toml', "caf\udce9.toml", "a\x1b[31m\nb.toml"])
def test_any_path_can_be_a_label(config: str) -> None:
    ((labels, _),) = samples(RUN._replace(config=config))["passed"]
    assert labels["config"].isprintable()


@pytest.mark.parametrize("command", ["check", "verify"])
def test_promtool_accepts_the_metrics(command: str) -> None:
    promtool = require_program("promtool", "apt install prometheus")
    text = render(command, [RUN._replace(results=[FAILED]), RUN._replace(config="other.toml", registry="")])
    checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


def test_every_user_can_read_the_file_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "registry.prom"
    for _ in range(2):
        write_metrics(path, "check", [RUN], [])
    assert mode_of(path) == 0o644
    assert names_in(tmp_path) == ["registry.prom"]


def test_a_full_disk_leaves_the_previous_metrics(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "registry.prom"
    write_metrics(path, "check", [RUN], [])
    before = path.read_bytes()
    monkeypatch.setattr(os, "write", failing(os.write, errno.ENOSPC))
    with pytest.raises(FileError, match="was not saved: the disk is full"):
        write_metrics(path, "check", [RUN._replace(passed=False)], [])
    assert path.read_bytes() == before
    assert names_in(tmp_path) == ["registry.prom"]


def test_the_settings_file_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "storage.toml"
    path.write_text("settings")
    with pytest.raises(FileError, match="is the settings file itself"):
        write_metrics(path, "check", [RUN], [tmp_path / "other.toml", path])
    assert path.read_text() == "settings"


@as_root
def test_a_file_that_another_user_planted_is_not_used(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    path = tmp_path / "registry.prom"
    path.write_text("")
    os.chown(path, OTHER_USER, OTHER_USER)
    with pytest.raises(FileError, match="was created by another user in a folder that others can write to"):
        write_metrics(path, "check", [RUN], [])
