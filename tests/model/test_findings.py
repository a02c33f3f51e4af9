"""Findings as JSON, and the identifiers of their causes."""

from __future__ import annotations

import json

import pytest

from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.model.secret import Secret

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def test_a_finding_in_json_has_no_secret() -> None:
    fix = Fix(
        "Swap them.", {"accesskey": "AKIAIOSFODNN7EXAMPLE", "secretkey": Secret(SECRET), "v4auth": True, "chunksize": 5}
    )
    finding = Finding(Cause.MALFORMED_ACCESS_KEY, "Swapped.", Severity.WARNING, "accesskey", fix)
    hidden = {"accesskey": "AKIA…MPLE", "secretkey": "(hidden, 40 characters)", "v4auth": True, "chunksize": 5}
    assert json.loads(json.dumps(finding.as_json())) == {
        "cause": "malformed-access-key",
        "severity": "warning",
        "text": "Swapped.",
        "fix": {"text": "Swap them.", "set": hidden},
    }
    assert SECRET not in repr(finding)


@pytest.mark.parametrize(
    ("fix", "applies"),
    [
        (Fix("Ask the administrator of the store."), False),
        (Fix("Turn V4 auth on.", {"v4auth": True}), True),
        (Fix("Create the bucket.", creates_bucket=True), True),
    ],
)
def test_a_fix_is_applied_by_changing_settings_or_creating_the_bucket(fix: Fix, applies: bool) -> None:
    assert fix.applies is applies


def test_a_finding_in_json_can_have_no_fix_or_only_a_sentence() -> None:
    assert Finding(Cause.DNS, "No such host.").as_json() == {
        "cause": "dns",
        "severity": "error",
        "text": "No such host.",
        "fix": None,
    }
    assert Finding(Cause.DNS, "x", fix=Fix("Ask.")).as_json()["fix"] == {"text": "Ask.", "set": {}}


def test_the_identifiers_of_the_causes_are_fixed() -> None:
    identifiers = (
        "invalid-setting dns refused unreachable proxy timeout tls-untrusted tls-hostname tls-expired plain-http "
        "https-required not-s3 clock-skew no-credentials malformed-access-key unknown-access-key wrong-secret "
        "wrong-region no-bucket access-denied v4-required v2-required path-style-required "
        "virtual-host-required unsupported corrupted throttled store-error expired-token leftovers "
        "acl-not-supported quota encryption-required uneven-parts folder-objects advice too-large "
        "not-registry registry-auth registry-error read-only other-storage"
    )
    assert [cause.value for cause in Cause] == identifiers.split()
