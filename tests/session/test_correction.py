"""What was found is corrected by flags of `configure`, or by a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session.correction import correction_of, flags_of


@pytest.mark.parametrize(
    ("finding", "flags"),
    [
        (Finding(Cause.INVALID_SETTING, "Enter it.", setting="bucket"), "--bucket BUCKET"),
        (Finding(Cause.INVALID_SETTING, "Enter it.", setting="chunksize"), "--chunksize SIZE"),
        (Finding(Cause.INVALID_SETTING, "Enter it.", setting="secretkey"), "--secretkey-file PATH"),
        (Finding(Cause.INVALID_SETTING, "Turn it on.", setting="v4auth"), ""),
        (Finding(Cause.INVALID_SETTING, "It is unusual.", Severity.WARNING, "bucket"), ""),
        (Finding(Cause.INVALID_SETTING, "It is wrong."), ""),
        (Finding(Cause.INVALID_SETTING, "It is wrong.", setting="bucket", fix=Fix("Ask the owner.")), ""),
        (
            Finding(Cause.INVALID_SETTING, "It is wrong.", setting="region", fix=Fix("Use x.", {"region": "x"})),
            "--region x",
        ),
        (Finding(Cause.NO_BUCKET, "It is missing.", fix=Fix("Create it.", creates_bucket=True)), "--create-bucket"),
    ],
)
def test_the_flags_that_correct_a_finding(finding: Finding, flags: str) -> None:
    assert flags_of(finding) == flags
    command = f"storage-wizard configure -c 'a b' {flags}" if flags else ""
    assert correction_of(finding, Path("a b")) == command


def test_a_store_that_asks_for_something_else_than_an_address_names_it() -> None:
    finding = Finding(Cause.INVALID_SETTING, "Enter it.", setting="regionendpoint")
    assert flags_of(finding, Settings(provider="r2")) == "--regionendpoint ACCOUNT_ID"
    assert flags_of(finding, Settings(provider="minio")) == "--regionendpoint ENDPOINT"


def test_without_both_keys_both_flags_are_named() -> None:
    finding = Finding(Cause.NO_CREDENTIALS, "Enter keys.", setting="accesskey")
    assert flags_of(finding, Settings()) == "--accesskey KEY --secretkey-file PATH"
    assert flags_of(finding, Settings(secretkey=Secret("x"))) == "--accesskey KEY"


def test_the_flag_of_a_region_says_where_regions_are_listed() -> None:
    assert "storage-wizard providers STORE" in flags_of(Finding(Cause.WRONG_REGION, "Unknown.", setting="region"))
