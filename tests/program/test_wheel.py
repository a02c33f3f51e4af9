"""The wheel contains everything that the program needs, and runs when it is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import wizard
from tests.support.paths import ROOT

SOURCES = ["wizard", "hatch_build.py", "pyproject.toml", "README.md", "LICENSE"]


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """The output of a command that must succeed; it inherits no environment variables."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "HOME": str(cwd), "PIP_DISABLE_PIP_VERSION_CHECK": "1", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline from a copy of the source."""
    return build(tmp_path_factory.mktemp("source"))


def build(source: Path) -> Path:
    """Copy the source to a folder, and build the wheel there."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    run(*git, "init", "-q", cwd=source)
    dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2026-11-23T10:00:00Z")
    run(*git, "commit", "-q", "--allow-empty", "-m", "all", cwd=source, **dates)
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source)
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", source / "dist", cwd=source)
    (built,) = (source / "dist").iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the wheel is installed, without its dependencies."""
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--no-compile", "--target"]
    run(*pip, target, wheel, cwd=wheel.parent)
    return target


def test_the_wheel_contains_every_file_of_the_program(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name and ".data/" not in name}
    files = {path for path in (ROOT / "wizard").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert names == {str(path.relative_to(ROOT)) for path in files} | {"wizard/cli/build.txt"}
    assert "wizard/catalog/providers.toml" in names
    assert {path.suffix for path in files} <= {".py", ".toml", ".tcss", ".typed"}


@pytest.mark.ci_only
def test_the_same_source_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    assert build(tmp_path).read_bytes() == wheel.read_bytes()


def test_the_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < 800_000  # bytes


def test_the_wheel_has_its_name_entry_point_and_licence(wheel: Path) -> None:
    assert wheel.name == f"storage_wizard-{wizard.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        folder = f"storage_wizard-{wizard.__version__}.dist-info"
        entries = archive.read(f"{folder}/entry_points.txt").decode()
        licence = archive.read(f"{folder}/licenses/LICENSE").decode()
    assert entries.split() == ["[console_scripts]", "storage-wizard", "=", "wizard.__main__:main"]
    assert "Apache License" in licence


def test_the_wheel_installs_a_manual_page_and_completions(installed: Path) -> None:
    manual = (installed / "share/man/man1/storage-wizard.1").read_text(encoding="utf-8")
    assert manual.startswith(".TH STORAGE")
    for command in ("configure", "export", "policy"):
        assert f"storage\\-wizard {command}" in manual
    bash = installed / "share/bash-completion/completions/storage-wizard"
    run("/bin/bash", "-n", bash, cwd=installed)
    for path in ("share/zsh/site-functions/_storage-wizard", "share/fish/vendor_completions.d/storage-wizard.fish"):
        assert "distribution-3" in (installed / path).read_text(encoding="utf-8")


def test_the_installed_program_starts_and_prints_the_commit_it_was_built_from(installed: Path) -> None:
    for start in (["-P", "-m", "wizard"], ["-P", installed / "bin" / "storage-wizard"]):
        output = run(sys.executable, *start, "--version", cwd=installed, PYTHONPATH=str(installed))
        assert re.fullmatch(rf"storage-wizard {wizard.__version__} \([0-9a-f]{{7,}} of 2026-11-23\)\n", output)


def test_the_installed_program_finds_its_data(installed: Path) -> None:
    code = "import wizard.catalog.providers as p; print(p.__file__, len(p.providers()))"
    output = run(sys.executable, "-P", "-c", code, cwd=installed, PYTHONPATH=str(installed))
    path, count = output.split()
    assert Path(path) == installed / "wizard" / "catalog" / "providers.py"
    assert int(count) >= 20
