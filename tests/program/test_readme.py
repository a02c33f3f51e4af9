"""The sessions in the README are what happens."""

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

from tests.support.live_store import LiveStore
from tests.support.paths import ROOT
from wizard.config import file as config_file

README = (ROOT / "README.md").read_text(encoding="utf-8")
REGISTRY_CONFIG = """version: 0.1
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


def commands_of(session: str) -> list[tuple[str, str]]:
    """The commands of a session, each with its output."""
    text = README.partition(f"<!-- session: {session} -->\n```console\n")[2].partition("```\n<!-- /session -->")[0]
    commands = re.findall(r"^\$ ((?:.*\\\n)*.*\n)((?:(?!\$ ).*\n)*)", text, flags=re.MULTILINE)
    assert commands
    return commands


def output_pattern(output: str) -> str:
    """A pattern of the output, in which a line `…` matches any lines, and a duration any duration."""
    pattern = re.escape(output).replace("\\ \\ …\\\n", r"(?:.*\n)*?")
    return re.sub(r"(?:\\ )+\d+\\ ms", r" +\\d+ ms", re.sub(r"\d+\\\.\d+\\ s", r"[\\d.]+ s", pattern))


@pytest.fixture
def run_session(tmp_path: Path) -> Callable[..., None]:
    """Runs a session in an empty folder, with texts replaced in the commands and in their output."""
    program = tmp_path / "bin" / "storage-wizard"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -W error -m wizard "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    def replace(text: str, replacements: Mapping[str, str]) -> str:
        for old, new in replacements.items():
            text = text.replace(old, new)
        return text

    def run(session: str, replacements: Mapping[str, str] = MappingProxyType({})) -> None:
        for command, output in commands_of(session):
            done = subprocess.run(
                ["sh", "-c", replace(command, replacements)],
                cwd=tmp_path,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,  # as on a terminal
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, done.stdout
            assert re.fullmatch(output_pattern(replace(output, replacements)), done.stdout), done.stdout

    return run


def test_a_registrys_configuration_is_imported_validated_and_written_back(
    store: LiveStore, tmp_path: Path, run_session: Callable[..., None]
) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    config = folder / "config.yml"
    before = REGISTRY_CONFIG.format(store)
    config.write_text(before, encoding="utf-8")
    config.chmod(0o600)
    run_session("registry", {"/etc/docker/registry": str(folder)})
    assert config_file.load(tmp_path / "storage.toml").settings.chunksize == 20 << 20
    after = config.read_text(encoding="utf-8").splitlines()
    remaining = iter(after)
    assert all(line in remaining for line in before.splitlines())  # every line is kept, in the same order
    assert "    chunksize: 20971520" in after


def test_a_minio_server_is_configured(store: LiveStore, tmp_path: Path, run_session: Callable[..., None]) -> None:
    (tmp_path / "secret").write_text(store.secret_key, encoding="utf-8")
    bucket = f"{store.bucket}-new"
    run_session(
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


def test_the_policy_for_a_key_pair_is_written(tmp_path: Path, run_session: Callable[..., None]) -> None:
    run_session("keys")
    policy = json.loads((tmp_path / "TrustedRegistryUserPerms.json").read_text(encoding="utf-8"))
    assert "arn:aws:s3:::registry-images/*" in {part["Resource"] for part in policy["Statement"]}


def test_a_ci_job_gets_reports_in_json(store: LiveStore, tmp_path: Path, run_session: Callable[..., None]) -> None:
    config_file.save(tmp_path / "storage.toml", store.settings(), None)
    run_session("ci")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["passed"] is True
    assert store.secret_key not in (tmp_path / "settings.json").read_text(encoding="utf-8")


def test_every_picture_of_the_readme_exists() -> None:
    pictures = set(re.findall(r"\]\((screenshots/[^)]+)\)", README))
    assert pictures
    assert [name for name in pictures if not (ROOT / name).is_file()] == []
