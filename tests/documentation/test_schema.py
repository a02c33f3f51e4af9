"""What `check --json` prints fits `docs/check.schema.json`."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.documentation.generated import SCHEMA
from tests.support.faults import deny, hang, require_region
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from wizard.cli import main as cli
from wizard.config import file as config_file
from wizard.model.settings import Settings

Check = Callable[..., Any]


def closed(schema: Any) -> Any:
    """The schema without room for members that it does not name: here every member has to be in it."""
    schema = copy.deepcopy(schema)
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["additionalProperties"] = False
    return schema


VALIDATOR = jsonschema.Draft202012Validator(closed(json.loads(SCHEMA.read_text(encoding="utf-8"))))


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """Runs `check --json` for settings, compares what it prints with the schema, and returns it."""

    def run(*settings: Settings, flags: tuple[str, ...] = ()) -> Any:
        paths = [tmp_path / f"{number}.toml" for number in range(len(settings))]
        for path, each in zip(paths, settings, strict=True):
            config_file.save(path, each, None)
        cli.main(["check", "--json", *flags, *map(str, paths)])
        printed = json.loads(capsys.readouterr().out)
        VALIDATOR.validate(printed)
        return printed

    return run


def test_the_schema_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_a_report_that_has_passed_fits(check: Check, store: LiveStore) -> None:
    assert check(store.settings())["passed"]


def test_a_report_with_a_failure_and_a_fix_fits(check: Check) -> None:
    with FaultyStore(require_region("eu-west-1")) as store:
        report = check(store.store().settings())
    fixes = [each["finding"]["fix"] for each in report["checks"] if each["status"] == "failed"]
    assert fixes[0]["set"] == {"region": "eu-west-1"}


def test_a_report_with_leftovers_and_skipped_checks_fits(check: Check) -> None:
    with FaultyStore(deny("DeleteObjects"), deny("DeleteObject")) as store:
        report = check(store.store().settings())
    assert report["leftovers"]
    assert {each["status"] for each in report["checks"]} >= {"passed", "failed", "skipped"}


def test_the_report_of_a_store_that_hangs_fits(check: Check) -> None:
    with FaultyStore(hang("PutObject")) as store:
        report = check(store.store().settings(), flags=("--timeout", "0.3"))
    assert not report["passed"]


def test_a_list_of_reports_fits(check: Check, store: LiveStore, tmp_path: Path) -> None:
    folder = Settings(provider="filesystem", rootdirectory=str(tmp_path))
    reports = check(store.settings(bucket="absent-bucket"), folder)
    assert [report["passed"] for report in reports] == [False, True]


def test_all_findings_without_network_fit(check: Check, store: LiveStore) -> None:
    report = check(store.settings(bucket="My_Bucket", accesskey="two words"), flags=("--offline",))
    assert len(report["checks"][0]["findings"]) > 1


def test_a_file_that_cannot_be_read_fits(check: Check, store: LiveStore) -> None:
    missing, valid = check(store.settings(), flags=("missing.toml",))
    assert missing["error"]
    assert valid["passed"]


def test_a_member_that_the_schema_does_not_name_is_noticed(check: Check, store: LiveStore) -> None:
    report = check(store.settings(), flags=("--offline",))
    assert VALIDATOR.is_valid(report)
    assert not VALIDATOR.is_valid(report | {"new": 1})
    assert not VALIDATOR.is_valid(report | {"passed": "yes"})
