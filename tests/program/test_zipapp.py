"""The single file runs on each Python that the program supports, on a machine that has nothing else."""

from __future__ import annotations

import fcntl
import filecmp
import importlib.metadata
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import wizard
from tests.support.moto_server import Moto
from tests.support.paths import ROOT
from tests.support.programs import is_ci
from tests.support.terminals import Terminal
from tests.support.zipapp import installed_python, start, unpacked
from wizard.config import file as config_file

PYTHONS = ["python3.11", "python3.12", "python3.13", "python3.14"]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The single file, built once for all workers. The build downloads packages, so it belongs to CI."""
    if not is_ci():
        pytest.skip("the single file is built in CI only, as that downloads packages: CI=true")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    built = shared / "storage-wizard.pyz"
    with (shared / "storage-wizard.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.exists():
            partial = built.with_suffix(".partial")
            build(partial)
            contents_of(partial).rename(contents_of(built))
            partial.rename(built)
    return built


def build(target: Path) -> None:
    """Build the single file, and beside it the list of what is inside."""
    command = [str(ROOT / ".ci" / "zipapp"), str(target)]
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1764201600"}  # in place of the date of the last commit
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr


def contents_of(file: Path) -> Path:
    """The list of what is in a single file."""
    return file.with_name(f"{file.name}.cdx.json")


@pytest.fixture(params=PYTHONS)
def python(request: pytest.FixtureRequest) -> str:
    """A Python that the program supports, in an environment without packages."""
    path = installed_python(request.param)
    if path is None:
        pytest.skip(f"{request.param} is not installed")
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder, in which each Python unpacks the file once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def site(file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files as they are unpacked."""
    cache = tmp_path_factory.mktemp("cache")
    start(file, "--version", environment={"XDG_CACHE_HOME": cache})
    return unpacked(cache) / "site"


def test_the_file_starts_on_each_python(file: Path, python: str, home: Path) -> None:
    for arguments in (("--version",), ("--help",), ("providers",)):
        result = start(file, *arguments, python=python, environment={"HOME": home})
        assert (result.stderr, result.returncode) == ("", 0)
    version = start(file, "--version", python=python, environment={"HOME": home}).stdout
    assert version.startswith(f"storage-wizard {wizard.__version__}")


def test_an_untrusted_certificate_is_shown_on_each_python(
    file: Path, python: str, home: Path, moto: Moto, tmp_path: Path
) -> None:
    config_file.save(tmp_path / "storage.toml", moto.store(tls=True).settings(), None)
    environment = {"HOME": str(home), "NO_PROXY": "*", "AWS_EC2_METADATA_DISABLED": "true"}
    result = start(file, "check", "--json", python=python, folder=tmp_path, environment=environment)
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    (finding,) = [check["finding"] for check in json.loads(result.stdout)["checks"] if check["id"] == "tls"]
    assert finding["cause"] == "tls-untrusted"
    assert "SHA-256" in finding["text"]


def test_a_check_passes_on_each_python(file: Path, python: str, home: Path, moto: Moto, tmp_path: Path) -> None:
    config_file.save(tmp_path / "storage.toml", moto.store().settings(), None)
    environment = {"HOME": str(home), "NO_PROXY": "*", "AWS_EC2_METADATA_DISABLED": "true"}
    result = start(file, "check", python=python, folder=tmp_path, environment=environment)
    assert result.returncode == 0, result.stderr


def test_the_wizard_starts_on_each_python(file: Path, python: str, home: Path, tmp_path: Path) -> None:
    command = ["env", "-i", f"HOME={home}", "TERM=xterm-256color", "LANG=C.UTF-8", python, str(file)]
    opened = Terminal(command, tmp_path)
    try:
        opened.wait_for("Storage")
        opened.press(b"\x11")
        assert opened.wait_for_exit() == 0
        assert opened.is_restored()
    finally:
        opened.close()


def test_a_file_without_credentials_fails_its_check(file: Path, home: Path, tmp_path: Path) -> None:
    environment = {"HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true"}
    arguments = ("configure", "--bucket", "images", "--no-validate")
    assert start(file, *arguments, folder=tmp_path, environment=environment).returncode == 0
    result = start(file, "check", folder=tmp_path, environment=environment)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr


def test_nothing_of_the_build_machine_is_in_the_file(site: Path) -> None:
    texts = [path.read_bytes() for path in site.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert not [text for text in texts if str(ROOT).encode() in text]
    assert not list(site.rglob("direct_url.json"))


def test_the_file_has_its_packages_once_and_the_extension_modules_of_each_python(file: Path) -> None:
    with zipfile.ZipFile(file) as outer:
        abis = json.loads(outer.read("manifest.json"))["abis"]
        with outer.open("files.zip") as inner, zipfile.ZipFile(inner) as archive:
            names = archive.namelist()
    minors = [name.removeprefix("python3.") for name in PYTHONS]
    assert [abi.split("-")[1] for abi in abis] == [f"3{minor}" for minor in minors]
    distributions = [name.split("-")[0] for name in names if name.endswith(".dist-info/METADATA")]
    assert len(distributions) == len(set(distributions))


def test_the_same_source_gives_the_same_file(file: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.pyz"
    build(again)
    assert filecmp.cmp(again, file, shallow=False)
    assert contents_of(again).read_text(encoding="utf-8") == contents_of(file).read_text(encoding="utf-8")


def test_the_list_of_what_is_inside_has_each_package_with_its_version(file: Path, site: Path) -> None:
    listed = json.loads(contents_of(file).read_text(encoding="utf-8"))
    inside = {(each.name, each.version) for each in importlib.metadata.distributions(path=[str(site)])}
    itself = (listed["metadata"]["component"]["name"], wizard.__version__)
    assert listed["bomFormat"] == "CycloneDX"
    assert itself in inside
    assert {(each["name"], each["version"]) for each in listed["components"]} == inside - {itself}
    assert all(each.get("licenses") for each in listed["components"])


def test_a_start_is_quick(file: Path, home: Path) -> None:
    """To verify every file costs less than a few starts of Python itself."""

    def fastest(*command: str) -> float:
        script = (
            "import resource, subprocess, sys\n"
            "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
            "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
            "print(used.ru_utime + used.ru_stime)\n"
        )
        runs = [
            subprocess.run(
                [sys.executable, "-c", script, *command],
                env={"HOME": str(home), "PATH": os.defpath},
                capture_output=True,
                text=True,
                check=True,
                timeout=60,
            )
            for _ in range(5)
        ]
        return min(float(run.stdout) for run in runs)

    plain = sys.executable
    fastest(plain, str(file), "--version")  # unpacks it
    assert fastest(plain, str(file), "--version") < 12 * fastest(plain, "-c", "pass")


def test_the_size_is_bounded(file: Path, site: Path) -> None:
    assert file.stat().st_size < 12_000_000  # bytes
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    assert size < 80_000_000  # the free space that a message asks for
