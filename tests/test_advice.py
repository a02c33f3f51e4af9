"""Advice on a bucket: told where there is something to tell, and never in the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from werkzeug.wrappers import Response

from tests import broken_store as broken
from tests.broken_store import Break, BrokenStore, CallNext, Environ, operation
from tests.servers import EnforcingMoto, LiveStore, Rclone, s3_client
from tests.test_checks import ACTIONS, finding_of, is_sentence, report_of, result_of
from wizard.finding import Cause, Severity
from wizard.secret import Secret
from wizard.settings import Settings
from wizard.store import probe
from wizard.store.checks import S3_CHECKS
from wizard.store.report import Report, Status

ADVISORY = [check.id for check in S3_CHECKS if check.advisory]
CALLS = sorted({call for check in S3_CHECKS if check.advisory for call in check.calls} - {"ListMultipartUploads"})
ABORT = {"DaysAfterInitiation": 7}
ANYBODY = "uri=http://acs.amazonaws.com/groups/global/AllUsers"
CLOSED = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


def rule(**more: Any) -> dict[str, Any]:
    return {"ID": "tidy", "Status": "Enabled", "Filter": {"Prefix": ""}, **more}


def advised(store: LiveStore, check: str, **changes: Any) -> str:
    """What is said of a bucket that passes; empty when that is nothing."""
    report = report_of(store.settings(**changes))
    assert report.passed
    result = result_of(report, check)
    if result.finding is None:
        assert result.status is Status.PASSED
        return ""
    assert result.status is Status.WARNING
    assert (result.finding.cause, result.finding.severity) == (Cause.ADVICE, Severity.WARNING)
    assert is_sentence(result.finding.text)
    return result.finding.text


# --- lifecycle ---


def with_rules(store: LiveStore, *rules: Mapping[str, Any]) -> LiveStore:
    s3_client(store).put_bucket_lifecycle_configuration(
        Bucket=store.bucket, LifecycleConfiguration={"Rules": [dict(one) for one in rules]}
    )
    return store


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (rule(Expiration={"Days": 30}, AbortIncompleteMultipartUpload=ABORT), "tidy deletes objects after 30 days"),
        (rule(Expiration={"Date": "2030-01-01T00:00:00Z"}), "deletes objects on a date"),
        (rule(Transitions=[{"Days": 30, "StorageClass": "GLACIER"}]), "moves objects to GLACIER"),
        (rule(Expiration={"Days": 9}, Filter={"Prefix": "regi"}), "after 9 days"),
        (rule(Expiration={"Days": 9}, Filter={"Prefix": "registry/docker/"}), "after 9 days"),
        (rule(NoncurrentVersionExpiration={"NoncurrentDays": 9}), "No lifecycle rule aborts"),
    ],
)
def test_a_rule_that_harms_is_named(store: LiveStore, one: dict[str, Any], says: str) -> None:
    assert says in advised(with_rules(store, one), "lifecycle", rootdirectory="/registry")


@pytest.mark.parametrize(
    "one",
    [
        rule(AbortIncompleteMultipartUpload=ABORT),
        rule(Expiration={"Days": 1}, Status="Disabled"),
        rule(Expiration={"Days": 1}, Filter={"Prefix": "backups/"}, AbortIncompleteMultipartUpload=ABORT),
        rule(Expiration={"Days": 1}, Filter={"Tag": {"Key": "a", "Value": "b"}}),
        rule(Expiration={"ExpiredObjectDeleteMarker": True}, AbortIncompleteMultipartUpload=ABORT),
        rule(Transitions=[{"Days": 30, "StorageClass": "STANDARD_IA"}], AbortIncompleteMultipartUpload=ABORT),
    ],
)
def test_a_rule_that_harms_nobody_is_passed_over(store: LiveStore, one: dict[str, Any]) -> None:
    found = advised(with_rules(store, one), "lifecycle", rootdirectory="/registry")
    assert found == "" or found.startswith("No lifecycle rule aborts")


def test_a_bucket_without_rules_is_fine(store: LiveStore) -> None:
    assert advised(store, "lifecycle") == ""


def test_stale_uploads_are_counted_where_nothing_aborts_them(store: LiveStore) -> None:
    client = s3_client(store)
    for key in ("registry/a", "registry/b", "elsewhere"):  # moto dates each upload to 2010
        client.create_multipart_upload(Bucket=store.bucket, Key=key)
    assert advised(store, "lifecycle", rootdirectory="/registry").startswith("2 uploads were begun over a week ago")
    assert advised(store, "lifecycle").startswith("3 uploads")
    assert advised(with_rules(store, rule(AbortIncompleteMultipartUpload=ABORT)), "lifecycle") == ""


# --- versioning, object lock ---


def test_old_versions_that_nothing_expires_are_told(store: LiveStore) -> None:
    client = s3_client(store)
    assert advised(store, "versioning") == ""
    client.put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration={"Status": "Enabled"})
    assert "old versions" in advised(store, "versioning")
    expire = rule(NoncurrentVersionExpiration={"NoncurrentDays": 1})
    assert advised(with_rules(store, expire), "versioning") == ""
    client.put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration={"Status": "Suspended"})
    assert advised(store, "versioning") == ""


@pytest.mark.parametrize(("span", "says"), [({"Days": 30}, "30 days"), ({"Years": 2}, "2 years")])
def test_a_retention_is_told(store: LiveStore, span: dict[str, int], says: str) -> None:
    def locked(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) != "GetObjectLockConfiguration":
            return call_next(environ)
        (unit, count), *_ = span.items()
        retention = f"<DefaultRetention><Mode>COMPLIANCE</Mode><{unit}>{count}</{unit}></DefaultRetention>"
        body = f"<ObjectLockConfiguration><Rule>{retention}</Rule></ObjectLockConfiguration>"
        return Response(body, content_type="application/xml")

    with BrokenStore(locked) as locking:
        assert says in advised(locking.live, "object-lock")
    assert advised(store, "object-lock") == ""


# --- who may read, and who pays ---


def test_a_closed_bucket_is_fine(store: LiveStore) -> None:
    assert advised(store, "public-access") == ""


@pytest.mark.parametrize("grant", ["GrantRead", "GrantWrite", "GrantFullControl"])
def test_an_open_acl_is_told_unless_it_is_ignored(store: LiveStore, grant: str) -> None:
    client = s3_client(store)
    client.put_bucket_acl(Bucket=store.bucket, **{grant: ANYBODY})
    assert "grants anybody" in advised(store, "public-access")
    client.put_public_access_block(Bucket=store.bucket, PublicAccessBlockConfiguration=CLOSED)
    assert advised(store, "public-access") == ""


def test_a_public_policy_is_told() -> None:
    def public(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) != "GetBucketPolicyStatus":
            return call_next(environ)
        return Response("<PolicyStatus><IsPublic>true</IsPublic></PolicyStatus>", content_type="application/xml")

    with BrokenStore(public) as store:
        assert "images are public" in advised(store.live, "public-access")


def test_requester_pays_is_told(store: LiveStore) -> None:
    def pays(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) != "GetBucketRequestPayment":
            return call_next(environ)
        body = "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>"
        return Response(body, content_type="application/xml")

    with BrokenStore(pays) as paying:
        assert "Requester pays" in advised(paying.live, "public-access")
    assert store.bucket


# --- never in the way ---

BREAKS: dict[str, Callable[[str], Break]] = {
    "denied": broken.deny,
    "not implemented": broken.not_implemented,
    "a page": broken.html,
    "cut off": broken.reset,
    "busy": broken.slow_down,
    "another region": lambda op: broken.error(op, 301, "PermanentRedirect", "Elsewhere."),
    "nonsense": lambda op: broken.replace_text(op, "<", "<<"),
    "wrong secret": lambda op: broken.error(op, 403, "SignatureDoesNotMatch", "No."),
}


@pytest.mark.parametrize("a_break", BREAKS.values(), ids=BREAKS)
def test_what_cannot_be_asked_is_skipped_without_noise(a_break: Callable[[str], Break]) -> None:
    with BrokenStore(*(a_break(call) for call in CALLS)) as store:
        report = report_of(store.settings())
        assert report.passed
        for check in ADVISORY:
            result = result_of(report, check)
            assert result.status in (Status.SKIPPED, Status.PASSED)
            assert result.finding is None
            assert bool(result.reason) == (result.status is Status.SKIPPED)


@pytest.mark.parametrize("call", CALLS)
def test_a_store_that_never_answers_a_question_for_advice_holds_nobody_up(call: str) -> None:
    with BrokenStore(broken.hang(call)) as store:
        began = time.monotonic()
        report = report_of(store.settings())
        assert report.passed
        assert time.monotonic() - began < 6.0  # seconds, of which advice gets two
        assert "no answer in time" in {result.reason for result in report.results}


def test_the_deadline_fails_no_advice() -> None:
    with BrokenStore(broken.hang("GetBucketVersioning")) as store:
        *_, report = probe.run(store.settings(), deadline=1.0)
        assert isinstance(report, Report)
        assert report.passed


def denied(enforcing: EnforcingMoto, allowed: tuple[str, ...]) -> Settings:
    access, secret = enforcing.key(allowed=allowed)
    return enforcing.store().settings(accesskey=access, secretkey=Secret(secret), redirect=False)


def test_a_key_that_may_do_just_what_the_registry_does_is_all_green(enforcing_moto: EnforcingMoto) -> None:
    report = report_of(denied(enforcing_moto, ACTIONS))
    assert report.passed
    assert result_of(report, "lifecycle").reason == "not permitted"
    assert not [result for result in report.results if result.status is Status.WARNING]


def test_odd_answers_are_no_advice(rclone: Rclone) -> None:
    report = report_of(rclone.store().settings())
    assert not set(ADVISORY) & set(report.failed)
    assert {finding_of(report, check).cause for check in ADVISORY if result_of(report, check).finding} <= {Cause.ADVICE}
