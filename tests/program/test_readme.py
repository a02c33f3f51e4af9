"""What the README shows is what happens."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.support import readme_tables
from tests.support.live_store import LiveStore
from tests.support.paths import ROOT
from wizard.config import file as config_file

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONFIG = """version: 0.1
log:
  fields: {{service: registry}}   # for the dashboards
storage:
  cache:
    blobdescriptor: inmemory
  s3:
    # the registry's own user
    accesskey: {0.access_key}
    secretkey: {0.secret_key}
    region: us-east-1
    bucket: {0.bucket}
    regionendpoint: {0.endpoint}
http:
  addr: :5000
"""


def session(name: str) -> list[tuple[str, str]]:
    """The commands of a session, each with what it says."""
    text = README.partition(f"<!-- session: {name} -->\n```console\n")[2].partition("```\n<!-- /session -->")[0]
    found = re.findall(r"^\$ ((?:.*\\\n)*.*\n)((?:(?!\$ ).*\n)*)", text, flags=re.MULTILINE)
    assert found
    return found


def as_pattern(said: str) -> str:
    """A line `…` stands for any lines, a time for any time."""
    pattern = re.escape(said).replace("\\ \\ …\\\n", r"(?:.*\n)*?")
    return re.sub(r"(?:\\ )+\d+\\ ms", r" +\\d+ ms", re.sub(r"\d+\\\.\d+\\ s", r"[\\d.]+ s", pattern))


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., None]:
    """Runs a session in an empty folder, with words of the README replaced in what is typed and what is said."""
    program = tmp_path / "bin" / "storage-wizard"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -W error -m wizard "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"}
    environment["PYTHONPATH"] = str(ROOT)

    def run(name: str, replaced: Mapping[str, str] = MappingProxyType({})) -> None:
        for command, said in session(name):
            for shown, real in replaced.items():
                command, said = command.replace(shown, real), said.replace(shown, real)  # noqa: PLW2901
            done = subprocess.run(
                ["sh", "-c", command],
                cwd=tmp_path,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,  # as on a terminal
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, done.stdout
            assert re.fullmatch(as_pattern(said), done.stdout), done.stdout

    return run


def test_the_session_goes_from_a_registry_to_a_proven_file_and_back(
    store: LiveStore, tmp_path: Path, play: Callable[..., None]
) -> None:
    etc = tmp_path / "etc"
    etc.mkdir()
    before = CONFIG.format(store)
    (etc / "config.yml").write_text(before, encoding="utf-8")
    (etc / "config.yml").chmod(0o600)
    play("registry", {"/etc/docker/registry": str(etc)})
    assert config_file.load(tmp_path / "storage.toml").settings.chunksize == 20 << 20
    after = (etc / "config.yml").read_text(encoding="utf-8").splitlines()
    lines = iter(after)
    assert all(any(line == other for other in lines) for line in before.splitlines())  # all there, in their order
    assert "    chunksize: 20971520" in after


def test_a_server_of_ones_own_is_set_up_as_written(store: LiveStore, tmp_path: Path, play: Callable[..., None]) -> None:
    (tmp_path / "secret").write_text(store.secret_key, encoding="utf-8")
    bucket = f"{store.bucket}-new"
    play(
        "minio",
        {
            "http://minio.example:9000": store.endpoint,
            "registry-images": bucket,
            "--accesskey registry": f"--accesskey {store.access_key}",
        },
    )
    saved = config_file.load(tmp_path / "storage.toml")
    assert saved.settings.bucket == bucket
    assert saved.validation is not None
    assert saved.validation.passed
    assert bucket in (tmp_path / "compose.yml").read_text(encoding="utf-8")


def test_the_policy_for_keys_is_written_as_shown(tmp_path: Path, play: Callable[..., None]) -> None:
    play("keys")
    policy = json.loads((tmp_path / "TrustedRegistryUserPerms.json").read_text(encoding="utf-8"))
    assert "arn:aws:s3:::registry-images/*" in {part["Resource"] for part in policy["Statement"]}


def test_ci_gets_a_report_for_machines(store: LiveStore, tmp_path: Path, play: Callable[..., None]) -> None:
    config_file.save(tmp_path / "storage.toml", store.settings(), None)
    play("ci")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["passed"] is True
    assert store.secret_key not in (tmp_path / "settings.json").read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_declarations() -> None:
    assert readme_tables.with_tables(README) == README, "write them anew with: python -m tests.support.tables"


def test_every_picture_is_there() -> None:
    shown = set(re.findall(r"\]\((screenshots/[^)]+)\)", README))
    assert shown
    assert all((ROOT / name).is_file() for name in shown)
