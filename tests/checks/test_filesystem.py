"""The checks of a folder, each seen to pass and to fail."""

from __future__ import annotations

import errno
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.reports import finding_of, is_sentence, report_of, result_of, statuses
from wizard.checks.check import GROUPS
from wizard.checks.filesystem import FILESYSTEM_CHECKS, STEPS, FolderContext, os_error_finding
from wizard.model.findings import Cause
from wizard.model.settings import GIB, Settings
from wizard.validation.results import Report, Status

IDS = [check.id for check in FILESYSTEM_CHECKS]


def report_of_folder(path: Path) -> Report:
    return report_of(Settings(provider="filesystem", rootdirectory=str(path)))


def test_each_check_but_the_rules_has_a_step() -> None:
    assert list(STEPS) == IDS[1:]
    assert {check.group for check in FILESYSTEM_CHECKS} <= set(GROUPS)


def test_a_good_folder_passes_and_is_left_empty(tmp_path: Path) -> None:
    report = report_of_folder(tmp_path)
    assert [result.check.id for result in report.results] == IDS
    assert report.passed
    assert set(statuses(report).values()) <= {"passed", "warning"}
    assert list(tmp_path.iterdir()) == []


# --- exists ---


def test_a_missing_folder_fails_with_the_command_that_creates_it(tmp_path: Path) -> None:
    report = report_of_folder(tmp_path / "missing")
    assert report.failed == ("exists",)
    assert finding_of(report, "exists").cause is Cause.NO_BUCKET
    assert finding_of(report, "exists").setting == "rootdirectory"
    assert f"mkdir -p {tmp_path / 'missing'}" in finding_of(report, "exists").text
    assert not (tmp_path / "missing").exists()


@pytest.mark.parametrize("name", ["my images; touch pwned", "it's", "$(touch pwned)", "a  b", "-p", "x" * 140])
def test_the_command_that_creates_a_folder_creates_exactly_that_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "new" / name
    command = finding_of(report_of_folder(folder), "exists").text.partition("Create it: ")[2]
    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True)
    assert folder.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    assert [path.name for path in folder.parent.iterdir()] == [name]


@pytest.mark.parametrize("name", ["\x1b[2J", "\u202egnp", "a\nb"])
def test_the_command_for_a_path_that_cannot_be_printed_has_its_escapes(tmp_path: Path, name: str) -> None:
    text = FolderContext.create(tmp_path / name).command("mkdir -p")
    assert text.startswith(f": mkdir -p $'{tmp_path}/")
    assert text.isprintable()


def test_a_file_instead_of_a_folder_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    report = report_of_folder(tmp_path / "file")
    assert report.failed == ("exists",)
    assert "is a file, not a folder" in finding_of(report, "exists").text
    assert (tmp_path / "file").read_text() == "kept"


def test_a_path_below_a_file_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    report = report_of_folder(tmp_path / "file" / "below")
    assert report.failed == ("exists",)
    assert is_sentence(finding_of(report, "exists").text + ".")


# --- write and later steps ---


def test_a_folder_that_cannot_be_written_fails_also_for_root() -> None:
    report = report_of_folder(Path("/proc/self"))
    assert report.failed == ("write",)
    finding = finding_of(report, "write")
    assert finding.setting == "rootdirectory"
    assert is_sentence(finding.text)
    assert "/proc/self" in finding.text
    assert result_of(report, "read").reason == "needs `write`"
    assert result_of(report, "rename").reason == "needs `write`"
    assert report.leftovers == ()


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), Cause.ACCESS_DENIED),
        (OSError(errno.EROFS, "Read-only file system"), Cause.STORE_ERROR),
    ],
)
def test_a_failed_system_call_suggests_to_change_the_owner(error: OSError, cause: Cause) -> None:
    write = next(check for check in FILESYSTEM_CHECKS if check.id == "write")
    finding = os_error_finding(FolderContext.create(Path("/srv/my images; rm -rf x")), write, error)
    assert finding.cause is cause
    assert is_sentence(finding.text)
    assert str(error.strerror) in finding.text
    assert finding.fix
    command = finding.fix.text.partition(": ")[2]
    assert shlex.split(command) == ["chown", "REGISTRY_USER", "/srv/my images; rm -rf x"]


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def _read_wrong_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda _: b"other")


def _rename_by_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "rename", shutil.copy)


def _delete_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rmtree = shutil.rmtree
    monkeypatch.setattr(
        shutil, "rmtree", lambda path, ignore_errors=False: rmtree(path, ignore_errors) if ignore_errors else None
    )


FAULTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "read": _read_wrong_bytes,
    "rename": _rename_by_copy,
    "delete": _delete_nothing,
}


@pytest.mark.parametrize("check", FAULTS)
def test_a_file_system_that_reports_success_and_does_something_else_fails(
    check: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FAULTS[check](monkeypatch)
    report = report_of_folder(tmp_path)
    assert report.failed == (check,)
    assert finding_of(report, check).cause is Cause.CORRUPTED
    assert is_sentence(finding_of(report, check).text)
    assert report.leftovers == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("free", "status"), [(5 * GIB - 1, Status.WARNING), (5 * GIB, Status.PASSED)])
def test_little_free_space_is_a_warning(
    free: int, status: Status, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(2 * free, free, free))
    report = report_of_folder(tmp_path)
    assert report.passed
    assert result_of(report, "space").status is status


def test_free_space_is_checked_even_if_the_folder_cannot_be_written() -> None:
    assert result_of(report_of_folder(Path("/proc/self")), "space").status is not Status.SKIPPED
