"""Advice on a bucket: told where there is something to tell, and never in the way."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from werkzeug.wrappers import Response

from tests.checks.test_checks import ACTIONS, finding_of, is_sentence, report_of, result_of, statuses
from tests.support import faults
from tests.support.aws_clients import s3_client
from tests.support.enforcing_moto import EnforcingMoto
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.rclone import Rclone
from tests.support.s3_requests import Environ, operation
from wizard.checks.all_checks import S3_CHECKS
from wizard.checks.context import CheckContext
from wizard.model.findings import Cause, Severity
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3.connect import connect
from wizard.s3.operations import OPERATIONS
from wizard.s3.timeouts import Timeouts
from wizard.tui.validation_progress import ValidationProgress
from wizard.tui.widgets import check_rows
from wizard.validation import runner
from wizard.validation.results import Report, Result, Status

ADVISORY = [check.id for check in S3_CHECKS if check.advisory]
CALLS = sorted({call for check in S3_CHECKS if check.advisory for call in check.calls} - {"ListMultipartUploads"})
ACCESS = next(check for check in S3_CHECKS if check.id == "public-access").calls
ABORT = {"DaysAfterInitiation": 7}
ALL_USERS = "uri=http://acs.amazonaws.com/groups/global/AllUsers"
ALL_ACCOUNTS = "uri=http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
NOTHING = {
    "NoSuchLifecycleConfiguration",
    "ObjectLockConfigurationNotFoundError",
    "NoSuchBucketPolicy",
    "NoSuchPublicAccessBlockConfiguration",
}
CLOSED = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


def rule(**more: Any) -> dict[str, Any]:
    return {"ID": "tidy", "Status": "Enabled", "Filter": {"Prefix": ""}, **more}


def advised(store: LiveStore, check_id: str, **changes: Any) -> str:
    """What one check says of a bucket, asked alone; empty when that is nothing."""
    settings = store.settings(**changes)
    check = next(check for check in S3_CHECKS if check.id == check_id)
    assert check.run
    context = CheckContext(settings, lambda: connect(settings, Timeouts(connect=5.0, read=10.0)))
    try:
        finding = check.run(context)
    finally:
        context.close()
    if finding is None:
        return ""
    assert (finding.cause, finding.severity) == (Cause.ADVICE, Severity.WARNING)
    assert is_sentence(finding.text)
    return finding.text


def answers(op: str, document: str) -> Fault:
    """Answers one operation with a document of our own."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) != op:
            return call_next(environ)
        return Response(document, content_type="application/xml")

    return act


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
        (rule(Expiration={"Days": 1}), "tidy deletes objects after 1 day,"),
        (rule(Transitions=[{"Days": 30, "StorageClass": "DEEP_ARCHIVE"}]), "moves objects to DEEP_ARCHIVE"),
        (rule(Expiration={"Days": 9}, Filter={"Prefix": "regi"}), "after 9 days"),
        (rule(Expiration={"Days": 9}, Filter={"ObjectSizeGreaterThan": 5}), "after 9 days"),
        (
            rule(Expiration={"Days": 9}, Filter={"And": {"Prefix": "regi", "ObjectSizeGreaterThan": 5}}),
            "after 9 days",
        ),
        ({"ID": "old", "Status": "Enabled", "Prefix": "registry/", "Expiration": {"Days": 9}}, "rule old deletes"),
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
        rule(Expiration={"Days": 1}, Filter={"Prefix": "registry-of-others/"}),
        {"ID": "old", "Status": "Enabled", "Prefix": "logs/", "Expiration": {"Days": 1}},
        rule(
            Expiration={"Days": 1},
            Filter={"And": {"Prefix": "registry/", "Tags": [{"Key": "a", "Value": "b"}]}},
        ),
        rule(Expiration={"Days": 1}, Filter={"Prefix": "backups/"}, AbortIncompleteMultipartUpload=ABORT),
        rule(Expiration={"Days": 1}, Filter={"Tag": {"Key": "a", "Value": "b"}}),
        rule(Expiration={"ExpiredObjectDeleteMarker": True}, AbortIncompleteMultipartUpload=ABORT),
        rule(Transitions=[{"Days": 30, "StorageClass": "STANDARD_IA"}], AbortIncompleteMultipartUpload=ABORT),
    ],
)
def test_a_rule_that_harms_nobody_is_passed_over(store: LiveStore, one: dict[str, Any]) -> None:
    found = advised(with_rules(store, one), "lifecycle", rootdirectory="/registry")
    assert found == "" or found.startswith("No lifecycle rule aborts")


def test_without_a_root_directory_a_rule_for_others_harms_nobody(store: LiveStore) -> None:
    abort = rule(AbortIncompleteMultipartUpload=ABORT)
    logs = rule(ID="logs", Expiration={"Days": 1}, Filter={"Prefix": "logs/"})
    assert advised(with_rules(store, abort, logs), "lifecycle") == ""
    all_of_it = rule(ID="all", Expiration={"Days": 2}, Filter={"Prefix": "docker/registry/v2/blobs/"})
    assert "rule all deletes objects after 2 days" in advised(with_rules(store, abort, logs, all_of_it), "lifecycle")


def test_many_rules_that_harm_are_one_short_sentence(store: LiveStore) -> None:
    rules = [rule(ID=f"rule-{number}", Expiration={"Days": 7}) for number in range(1, 31)]
    found = advised(with_rules(store, *rules), "lifecycle")
    assert found.startswith("The lifecycle rule rule-1 (one of 30) deletes objects after 7 days")
    assert len(found) < 400


def test_the_name_of_a_rule_cannot_steer_the_terminal() -> None:
    one = "<ID>\u202eevil</ID><Status>Enabled</Status><Prefix/><Expiration><Days>1</Days></Expiration>"
    document = f"<LifecycleConfiguration><Rule>{one}</Rule></LifecycleConfiguration>"
    with FaultyStore(answers("GetBucketLifecycleConfiguration", document)) as store:
        assert "rule \ufffdevil deletes" in advised(store.live, "lifecycle")


def test_a_rule_that_aborts_the_uploads_of_others_does_not_help(store: LiveStore) -> None:
    one = rule(Filter={"Prefix": "logs/"}, AbortIncompleteMultipartUpload=ABORT)
    assert "No lifecycle rule aborts" in advised(with_rules(store, one), "lifecycle", rootdirectory="/registry")


def test_a_bucket_without_rules_is_fine(store: LiveStore) -> None:
    assert advised(store, "lifecycle") == ""


def test_stale_uploads_are_counted_where_nothing_aborts_them(store: LiveStore) -> None:
    client = s3_client(store)
    for key in ("registry/a", "registry/b", "elsewhere"):  # moto dates each upload to 2010
        client.create_multipart_upload(Bucket=store.bucket, Key=key)
    assert advised(store, "lifecycle", rootdirectory="/registry").startswith("2 uploads were begun over a week ago")
    assert advised(store, "lifecycle", rootdirectory="/elsewhere/deep") == ""
    assert advised(store, "lifecycle").startswith("3 uploads")
    assert advised(with_rules(store, rule(AbortIncompleteMultipartUpload=ABORT)), "lifecycle") == ""


@pytest.mark.parametrize("a_break", [faults.deny, faults.not_implemented, faults.reset_connection])
def test_stale_uploads_are_told_where_the_rules_are_not(a_break: Callable[[str], Fault]) -> None:
    with FaultyStore(a_break("GetBucketLifecycleConfiguration")) as store:
        s3_client(store.live).create_multipart_upload(Bucket=store.bucket, Key="a")
        assert advised(store.live, "lifecycle").startswith("1 upload was begun over a week ago")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("Z</Initiated>", "</Initiated>"), "1 upload was begun"),  # no zone
        (("Z</Initiated>", "+05:00</Initiated>"), "1 upload was begun"),
        (("<IsTruncated>false", "<IsTruncated>true"), "More than 1 upload"),
        (("<Initiated>2010", "<Initiated>2999"), ""),
        (("<Initiated>2010", "<Initiated>none"), ""),
        (("Initiated>", "Begun>"), ""),
    ],
)
def test_the_age_of_an_upload_is_read_as_the_store_tells_it(change: tuple[str, str], says: str) -> None:
    def act(environ: Environ, call_next: CallNext) -> Response:
        # Not the answers to `multipart-list`, which is about uploads of its own.
        if "prefix=.storage-wizard" in environ.get("QUERY_STRING", ""):
            return call_next(environ)
        return changed(environ, call_next)

    changed = faults.replace_text("ListMultipartUploads", *change)
    with FaultyStore(act) as store:
        s3_client(store.live).create_multipart_upload(Bucket=store.bucket, Key="a")
        found = advised(store.live, "lifecycle")
        assert found.startswith(says)
        assert bool(found) == bool(says)


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


def test_a_run_that_is_given_advice_passes_and_tells_it_as_warnings(store: LiveStore) -> None:
    client = s3_client(store)
    client.put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration={"Status": "Enabled"})
    client.put_bucket_acl(Bucket=store.bucket, ACL="public-read")
    report = report_of(with_rules(store, rule(Expiration={"Days": 1})).settings())
    assert report.passed
    for check in ("lifecycle", "versioning", "public-access"):
        assert result_of(report, check).status is Status.WARNING
        assert finding_of(report, check).cause is Cause.ADVICE


def test_rules_for_others_expire_none_of_our_versions(store: LiveStore) -> None:
    s3_client(store).put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration={"Status": "Enabled"})
    expire = rule(NoncurrentVersionExpiration={"NoncurrentDays": 1}, Filter={"Prefix": "logs/"})
    assert "old versions" in advised(with_rules(store, expire), "versioning")


def test_old_versions_are_told_with_care_where_the_rules_are_not() -> None:
    with FaultyStore(faults.deny("GetBucketLifecycleConfiguration")) as store:
        client = s3_client(store.live)
        client.put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration={"Status": "Enabled"})
        assert "unless a lifecycle rule takes those away" in advised(store.live, "versioning")


@pytest.mark.parametrize(
    ("mode", "span", "says"),
    [
        ("COMPLIANCE", {"Days": 30}, "for 30 days (compliance mode)"),
        ("GOVERNANCE", {"Days": 1}, "for 1 day (governance mode)"),
        ("COMPLIANCE", {"Years": 2}, "for 2 years (compliance mode)"),
    ],
)
def test_a_retention_is_told(moto: Moto, mode: str, span: dict[str, int], says: str) -> None:
    store = with_lock(moto)
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": mode, **span}}}
    s3_client(store).put_object_lock_configuration(Bucket=store.bucket, ObjectLockConfiguration=lock)
    found = finding_of(report_of(store.settings()), "object-lock")  # moto wants a checksum of what is written there
    assert says in found.text
    assert is_sentence(found.text)
    assert (found.cause, found.severity) == (Cause.ADVICE, Severity.WARNING)


def with_lock(moto: Moto) -> LiveStore:
    store = LiveStore(moto.endpoint, f"locked-{uuid.uuid4().hex[:16]}", moto.access_key, moto.secret_key)
    s3_client(store).create_bucket(Bucket=store.bucket, ObjectLockEnabledForBucket=True)
    return store


def test_a_lock_without_a_retention_is_fine(moto: Moto) -> None:
    assert advised(with_lock(moto), "object-lock") == ""


def test_a_bucket_without_a_lock_is_fine(store: LiveStore) -> None:
    assert advised(store, "object-lock") == ""


# --- who may read, and who pays ---


def test_a_closed_bucket_is_fine(store: LiveStore) -> None:
    assert advised(store, "public-access") == ""


@pytest.mark.parametrize(
    ("grants", "says"),
    [
        ({"GrantRead": ALL_USERS}, "lets anybody list it."),
        ({"GrantWrite": ALL_USERS}, "lets anybody write to it."),
        ({"GrantRead": ALL_USERS, "GrantWrite": ALL_USERS}, "lets anybody list it and write to it."),
        ({"GrantFullControl": ALL_USERS}, "lets anybody list it and write to it and change its ACL."),
        ({"GrantRead": ALL_ACCOUNTS}, "lets anybody with an AWS account list it."),
        ({"GrantReadACP": ALL_USERS}, ""),
    ],
)
def test_an_open_acl_is_told_unless_it_is_ignored(store: LiveStore, grants: dict[str, str], says: str) -> None:
    client = s3_client(store)
    client.put_bucket_acl(Bucket=store.bucket, **grants)
    found = advised(store, "public-access")
    assert says in found
    assert bool(found) == bool(says)
    client.put_public_access_block(Bucket=store.bucket, PublicAccessBlockConfiguration=CLOSED)
    assert advised(store, "public-access") == ""


def test_a_public_policy_is_told_unless_it_is_restricted(store: LiveStore) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    policy = {"Version": "2012-10-17", "Statement": [statement | {"Resource": f"arn:aws:s3:::{store.bucket}/*"}]}
    client = s3_client(store)
    client.put_bucket_policy(Bucket=store.bucket, Policy=json.dumps(policy))
    if client.get_bucket_policy_status(Bucket=store.bucket)["PolicyStatus"]["IsPublic"]:
        assert "policy is public" in advised(store, "public-access")
    public = answers("GetBucketPolicyStatus", "<PolicyStatus><IsPublic>true</IsPublic></PolicyStatus>")
    with FaultyStore(public) as open_to_all:
        assert "policy is public" in advised(open_to_all.live, "public-access")
        s3_client(open_to_all.live).put_public_access_block(
            Bucket=open_to_all.bucket, PublicAccessBlockConfiguration=CLOSED
        )
        assert advised(open_to_all.live, "public-access") == ""


@pytest.mark.parametrize(("payer", "says"), [("Requester", "Requester pays is on"), ("BucketOwner", "")])
def test_requester_pays_is_told(payer: str, says: str) -> None:
    document = f"<RequestPaymentConfiguration><Payer>{payer}</Payer></RequestPaymentConfiguration>"
    with FaultyStore(answers("GetBucketRequestPayment", document)) as store:
        found = advised(store.live, "public-access")
        assert says in found
        assert bool(found) == bool(says)


@pytest.mark.parametrize("call", ACCESS)
def test_who_may_read_is_told_of_what_can_be_learned(call: str) -> None:
    others = [faults.deny(other) for other in ACCESS if other not in (call, "GetBucketAcl")]
    with FaultyStore(*others) as store:
        s3_client(store.live).put_bucket_acl(Bucket=store.bucket, GrantRead=ALL_USERS)
        assert "lets anybody list it" in advised(store.live, "public-access")


# --- never in the way ---


def error(status: int, code: str) -> Callable[[str], Fault]:
    return lambda op: faults.error(op, status, code)


BREAKS: dict[str, tuple[Callable[[str], Fault], str]] = {
    "denied": (faults.deny, "not permitted"),
    "wrong secret": (error(403, "SignatureDoesNotMatch"), "not permitted"),
    "skewed": (error(403, "RequestTimeTooSkewed"), "not permitted"),
    "not implemented": (faults.not_implemented, "not known to the store"),
    "not allowed": (error(405, "MethodNotAllowed"), "not known to the store"),
    "bad": (error(400, "InvalidRequest"), "not known to the store"),
    "another region, by its header": (error(400, "AuthorizationHeaderMalformed"), "not known to the store"),
    "not found": (error(404, "NoSuchKey"), "not known to the store"),
    "no bucket": (faults.no_such_bucket, "not known to the store"),
    "another region": (error(301, "PermanentRedirect"), "the store does not say"),
    "busy": (faults.slow_down, "the store does not say"),
    "failing": (error(500, "InternalError"), "the store does not say"),
    "a page": (faults.console_page, "the store does not say"),
    "a page of a proxy": (faults.bad_gateway, "the store does not say"),
    "cut off": (faults.reset_connection, "the store does not say"),
    "no XML": (lambda op: answers(op, "<<"), "the store does not say"),
}


def quiet(report: Report) -> dict[str, Result]:
    """The results of advice in a run that passes without a warning."""
    assert report.passed
    assert Status.WARNING not in {result.status for result in report.results}
    return {check: result_of(report, check) for check in ADVISORY}


@pytest.mark.parametrize(("a_break", "reason"), BREAKS.values(), ids=BREAKS)
def test_what_cannot_be_asked_is_skipped_without_noise(a_break: Callable[[str], Fault], reason: str) -> None:
    with FaultyStore(*(a_break(call) for call in CALLS)) as store:
        report = report_of(store.settings())
        assert {result.reason for result in quiet(report).values()} == {reason}
        others = {check: status for check, status in statuses(report).items() if check not in ADVISORY}
        assert set(others.values()) - {"passed"} == {"skipped"}  # `tls`, which plain http has not
        assert [check for check, status in others.items() if status == "skipped"] == ["tls"]


@pytest.mark.parametrize(
    "document",
    ["", "<a/>", "<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated></ListBucketResult>"],
)
def test_an_answer_to_another_question_is_none(document: str) -> None:
    with FaultyStore(*(answers(call, document) for call in CALLS)) as store:
        assert {result.status for result in quiet(report_of(store.settings())).values()} == {Status.PASSED}


@pytest.mark.parametrize(
    "inner",
    [
        "<Rule/><Status/><Grant/><AccessControlList/><PolicyStatus/><IsPublic/><Payer/>",
        "<Rule><Status>Enabled</Status></Rule><Status>On</Status><Payer>Somebody</Payer>",
        "<Rule><Status>Enabled</Status><Filter/><Expiration/><Transition/><ID/></Rule>",
        "<Rule><DefaultRetention/></Rule><ObjectLockEnabled>?</ObjectLockEnabled>",
        "<Rule><DefaultRetention><Mode/><Days>0</Days></DefaultRetention></Rule>",
        "<AccessControlList><Grant/><Grant><Grantee/><Permission>READ</Permission></Grant></AccessControlList>",
    ],
)
def test_what_is_missing_in_an_answer_breaks_nothing(inner: str) -> None:
    with FaultyStore(*(answers(call, f"<Answer>{inner}</Answer>") for call in CALLS)) as store:
        report = report_of(store.settings())
        assert report.passed
        assert {result_of(report, check).status for check in ADVISORY} <= {Status.PASSED, Status.WARNING}


@pytest.mark.parametrize("code", sorted(NOTHING))
def test_where_nothing_is_configured_there_is_nothing_to_say(code: str) -> None:
    with FaultyStore(*(faults.error(call, 404, code) for call in CALLS)) as store:
        assert {result.status for result in quiet(report_of(store.settings())).values()} == {Status.PASSED}


def test_a_store_that_never_answers_a_question_for_advice_holds_nobody_up() -> None:
    with ExitStack() as opened, ThreadPoolExecutor(len(CALLS)) as side_by_side:
        stores = [opened.enter_context(FaultyStore(faults.hang(call))) for call in CALLS]
        began = time.monotonic()
        reports = list(side_by_side.map(lambda store: report_of(store.settings()), stores))
        assert time.monotonic() - began < 8.0  # seconds, of which advice gets two
    for report in reports:
        assert report.passed
        assert "the store does not answer" in {result.reason for result in report.results}


def test_the_deadline_fails_no_advice() -> None:
    with FaultyStore(faults.hang("GetBucketVersioning")) as store:
        *_, report = runner.run_checks(store.settings(), deadline=1.5)
        assert isinstance(report, Report)
        assert report.passed
        assert result_of(report, "versioning").reason == "no time left"
        assert report.leftovers == ()


def test_a_cancel_while_only_advice_runs_fails_no_check_and_leaves_nothing() -> None:
    cancel = threading.Event()
    with FaultyStore(faults.hang("GetBucketVersioning")) as store:
        for event in runner.run_checks(store.settings(), cancel=cancel):
            if isinstance(event, Result) and event.check.id == "delete":
                cancel.set()
        assert isinstance(event, Report)
        assert event.cancelled
        assert (event.failed, event.leftovers) == ((), ())
        assert result_of(event, "versioning").reason == "cancelled"
        assert store.contents() + store.uploads() == []


def test_advice_is_not_asked_for_where_the_bucket_cannot_be_listed() -> None:
    with FaultyStore(faults.deny("ListObjects")) as store:
        report = report_of(store.settings())
        assert report.failed == ("list",)
        assert {result_of(report, check).reason for check in ADVISORY} == {"needs `list`"}
        assert not set(CALLS) & set(store.calls)


def denied(enforcing: EnforcingMoto, *actions: str, allowed: tuple[str, ...] | None = None) -> Settings:
    access, secret = enforcing.iam_key(*actions, allowed=allowed)
    return enforcing.store().settings(accesskey=access, secretkey=Secret(secret), redirect=False)


# moto enforces nothing for the others.
ENFORCED = {"GetBucketLifecycleConfiguration": "lifecycle", "GetBucketVersioning": "versioning"}


def test_a_key_that_may_do_just_what_the_registry_does_is_all_green(enforcing_moto: EnforcingMoto) -> None:
    found = quiet(report_of(denied(enforcing_moto, allowed=ACTIONS)))
    assert {check for check, result in found.items() if result.reason == "not permitted"} >= set(ENFORCED.values())


@pytest.mark.parametrize("call", CALLS)
def test_a_key_that_may_not_make_one_call_of_advice_passes(enforcing_moto: EnforcingMoto, call: str) -> None:
    found = quiet(report_of(denied(enforcing_moto, OPERATIONS[call].action)))
    skipped = [check for check, result in found.items() if result.status is Status.SKIPPED]
    assert skipped == ([ENFORCED[call]] if call in ENFORCED else [])


def test_odd_answers_are_no_advice(rclone: Rclone) -> None:
    report = report_of(rclone.store().settings())
    assert not set(ADVISORY) & set(report.failed)
    assert {finding_of(report, check).cause for check in ADVISORY if result_of(report, check).finding} <= {Cause.ADVICE}


# --- what the screen says at the end ---


def verdict(settings: Settings) -> str:
    progress = ValidationProgress.start(settings)
    for event in runner.run_checks(settings):
        progress.record(event)
    return check_rows.verdict(progress)[0]


def test_the_verdict_claims_no_more_than_what_was_found(store: LiveStore) -> None:
    assert verdict(store.settings()).startswith("All checks passed:")
    with_rules(store, rule(Expiration={"Days": 9}))
    assert verdict(store.settings()).startswith("Passed, with 1 warning:")
    with FaultyStore(*(faults.deny(call) for call in CALLS)) as denying:
        assert verdict(denying.settings()).startswith("All that the registry needs passed:")
