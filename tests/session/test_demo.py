"""The demo passes whatever is on the machine: it reads none of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from wizard.session.demo import demo_store

_PROGRAM = """
import json
from tests.support.reports import report_of
from wizard.session.demo import demo_store

with demo_store() as settings:
    report = report_of(settings)
print(json.dumps([[result.check.id, result.finding.text] for result in report.results if result.status == "failed"]))
"""


@pytest.mark.ci_only
def test_broken_files_and_variables_of_aws_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    for name in ("config", "credentials"):
        (tmp_path / ".aws" / name).write_text("[[[", encoding="utf-8")
    environment = os.environ | {"HOME": str(tmp_path), "AWS_PROFILE": "missing", "AWS_CA_BUNDLE": "/missing.pem"}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == []


def test_each_demo_has_a_key_pair_of_its_own() -> None:
    pairs = []
    for _ in range(2):
        with demo_store() as settings:
            pairs.append((settings.accesskey, settings.secretkey.reveal()))
    (access, secret), (other_access, other_secret) = pairs
    assert access != other_access
    assert secret != other_secret
    assert len(access) >= 20
    assert len(secret) >= 40
