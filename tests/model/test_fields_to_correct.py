"""Each problem leads to the field that corrects it."""

from __future__ import annotations

import pytest

from wizard.model.fields_to_correct import FIELD_OF_CAUSE, field_of_message, field_to_correct, is_value_wrong
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.settings import DECLARATIONS, Settings

_REGION = Fix("Use eu-west-1.", {"region": "eu-west-1"})
_WITHOUT_FIELD = Fix("", {"checksum_disabled": True})
_SETTINGS = Settings(provider="minio", regionendpoint="https://minio.example:9000")


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
        (Finding(Cause.WRONG_REGION, "", setting="bucket", fix=_REGION), "region"),
        (Finding(Cause.UNSUPPORTED, "", fix=_WITHOUT_FIELD), ""),
        (Finding(Cause.UNSUPPORTED, "", setting="regionendpoint", fix=_WITHOUT_FIELD), ""),
        (Finding(Cause.TLS_UNTRUSTED, "", setting="regionendpoint", fix=Fix("", {"skipverify": True})), ""),
        (Finding(Cause.TLS_EXPIRED, "", setting="regionendpoint"), ""),
        (Finding(Cause.TLS_HOSTNAME, "", setting="regionendpoint"), "regionendpoint"),
        (Finding(Cause.TLS_HOSTNAME, ""), ""),
        (Finding(Cause.PROXY, "", setting="regionendpoint"), ""),
        (Finding(Cause.QUOTA, ""), ""),
        (Finding(Cause.STORE_ERROR, ""), ""),
        (Finding(Cause.THROTTLED, ""), ""),
    ],
)
def test_a_finding_leads_to_its_setting_or_that_of_its_fix_or_of_its_cause(finding: Finding, field: str) -> None:
    assert field_to_correct(finding, _SETTINGS) == field


@pytest.mark.parametrize("cause", [Cause.DNS, Cause.REFUSED, Cause.UNREACHABLE, Cause.TIMEOUT])
def test_an_address_where_nothing_answers_is_to_be_checked_but_not_wrong(cause: Cause) -> None:
    finding = Finding(cause, "", setting="regionendpoint")
    assert field_to_correct(finding, _SETTINGS) == "regionendpoint"
    assert not is_value_wrong(finding, _SETTINGS)


@pytest.mark.parametrize("cause", [Cause.DNS, Cause.REFUSED, Cause.NOT_S3])
def test_a_blank_endpoint_is_right(cause: Cause) -> None:
    assert field_to_correct(Finding(cause, "", setting="regionendpoint"), Settings()) == ""


def test_a_blank_endpoint_is_wrong_where_the_rules_ask_for_one() -> None:
    finding = Finding(Cause.INVALID_SETTING, "Enter the server's address.", setting="regionendpoint")
    assert field_to_correct(finding, Settings()) == "regionendpoint"


def test_a_blank_endpoint_can_have_the_wrong_scheme() -> None:
    finding = Finding(Cause.PLAIN_HTTP, "", setting="regionendpoint", fix=Fix("", {"secure": False}))
    assert field_to_correct(finding, Settings()) == "secure"


@pytest.mark.parametrize("cause", [Cause.TLS_UNTRUSTED, Cause.PROXY])
def test_what_is_outside_the_settings_is_shown_at_the_endpoint(cause: Cause) -> None:
    assert field_of_message(Finding(cause, "", setting="regionendpoint"), _SETTINGS) == "regionendpoint"


@pytest.mark.parametrize(("cause", "field"), [(Cause.ACCESS_DENIED, "rootdirectory"), (Cause.STORE_ERROR, "")])
def test_a_folder_has_only_its_path(cause: Cause, field: str) -> None:
    assert field_to_correct(Finding(cause, ""), Settings(provider="filesystem")) == field
