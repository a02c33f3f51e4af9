"""What the README shows is what happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.servers import LiveStore
from wizard import configfile

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
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


def session() -> list[tuple[str, str]]:
    """The commands of the session, each with what it says."""
    text = README.partition("<!-- session -->\n```console\n")[2].partition("```\n<!-- /session -->")[0]
    commands = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return [(command, said) for command, _, said in (each.partition("\n") for each in commands)]


def as_pattern(said: str) -> str:
    """A line `…` stands for any lines, a time for any time."""
    pattern = re.escape(said).replace("\\ \\ …\\\n", r"(?:.*\n)*?")
    return re.sub(r"(?:\\ )+\d+\\ ms", r" +\\d+ ms", re.sub(r"\d+\\\.\d+\\ s", r"[\\d.]+ s", pattern))


def test_the_session_goes_from_a_registry_to_a_proven_file_and_back(store: LiveStore, tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    etc.mkdir()
    before = CONFIG.format(store)
    (etc / "config.yml").write_text(before, encoding="utf-8")
    (etc / "config.yml").chmod(0o600)
    program = tmp_path / "bin" / "storage-wizard"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -W error -m wizard "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"}
    environment["PYTHONPATH"] = str(Path(__file__).parent.parent)
    commands = session()
    assert [command.split()[1] for command, _ in commands] == ["import", "check", "configure", "export"]
    for command, said in commands:
        here = command.replace("/etc/docker/registry", str(etc))
        done = subprocess.run(
            ["sh", "-c", here], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        spoken = (done.stdout + done.stderr).replace(str(etc), "/etc/docker/registry")
        assert re.fullmatch(as_pattern(said), spoken), spoken
    assert configfile.load(tmp_path / "storage.toml").settings.chunksize == 20 << 20
    after = (etc / "config.yml").read_text(encoding="utf-8").splitlines()
    lines = iter(after)
    assert all(any(line == other for other in lines) for line in before.splitlines())  # all there, in their order
    assert "    chunksize: 20971520" in after
