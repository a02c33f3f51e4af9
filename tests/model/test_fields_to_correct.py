"""Each problem leads to the field that corrects it."""

from __future__ import annotations

import pytest

from wizard.model.fields_to_correct import FIELD_OF_CAUSE, field_to_correct
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.settings import DECLARATIONS, Settings

_REGION = Fix("Use eu-west-1.", {"region": "eu-west-1"})


def test_every_cause_has_a_field_or_is_corrected_elsewhere() -> None:
    assert set(FIELD_OF_CAUSE) == set(Cause)
    assert set(FIELD_OF_CAUSE.values()) <= {"", *DECLARATIONS}


@pytest.mark.parametrize(
    ("finding", "field"),
    [
        (Finding(Cause.WRONG_SECRET, ""), "secretkey"),
        (Finding(Cause.DNS, ""), "regionendpoint"),
        (Finding(Cause.CLOCK_SKEW, ""), ""),
        (Finding(Cause.ACCESS_DENIED, "", fix=Fix("Allow it.")), "accesskey"),
        (Finding(Cause.STORE_ERROR, "", fix=_REGION), "region"),
        (Finding(Cause.STORE_ERROR, "", setting="bucket", fix=_REGION), "bucket"),
        (Finding(Cause.UNSUPPORTED, "", fix=Fix("", {"checksum_disabled": True})), ""),  # has no field
    ],
)
def test_a_finding_leads_to_its_setting_or_that_of_its_fix_or_of_its_cause(finding: Finding, field: str) -> None:
    assert field_to_correct(finding, Settings(provider="minio")) == field


@pytest.mark.parametrize(("cause", "field"), [(Cause.ACCESS_DENIED, "rootdirectory"), (Cause.STORE_ERROR, "")])
def test_a_folder_has_only_its_path(cause: Cause, field: str) -> None:
    assert field_to_correct(Finding(cause, ""), Settings(provider="filesystem")) == field
