"""Advice on a bucket: correct where there is any, and never a failure or a delay."""

from __future__ import annotations

import contextlib
import json
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.aws_clients import s3_client
from tests.support.enforcing_moto import EnforcingMoto
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.rclone import Rclone
from tests.support.reports import (
    REGISTRY_LINES,
    REQUIRED_ACTIONS,
    finding_of,
    is_sentence,
    report_of,
    result_of,
    statuses,
)
from tests.support.s3_requests import Environ, operation, query_of, signature_version
from tests.support.samples import sampled
from wizard.catalog.registries import registry_of
from wizard.checks.all_checks import S3_CHECKS
from wizard.checks.context import CheckContext
from wizard.model.findings import Cause, Severity
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3.connect import connect
from wizard.s3.operations import OPERATIONS
from wizard.s3.timeouts import Timeouts
from wizard.validation import runner, s3_runner
from wizard.validation.results import Report, Result, Status

ADVISORY = [check.id for check in S3_CHECKS if check.advisory and check.id != "contents"]
_REQUIRED_CALLS = {"ListMultipartUploads", "List", "GetObject"}
CALLS = sorted({call for check in S3_CHECKS if check.advisory for call in check.calls} - _REQUIRED_CALLS)
ACCESS_CALLS = next(check for check in S3_CHECKS if check.id == "public-access").calls[:4]
ABORT_AFTER_A_WEEK = {"DaysAfterInitiation": 7}
ALL_USERS = "uri=http://acs.amazonaws.com/groups/global/AllUsers"
ALL_ACCOUNTS = "uri=http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
NOT_CONFIGURED = {
    "NoSuchLifecycleConfiguration",
    "ObjectLockConfigurationNotFoundError",
    "NoSuchBucketPolicy",
    "NoSuchPublicAccessBlockConfiguration",
}
BLOCK_EVERYTHING = dict.fromkeys(
    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
)
BLOCK_NOTHING = dict.fromkeys(BLOCK_EVERYTHING, False)


def rule(**more: Any) -> dict[str, Any]:
    return {"ID": "tidy", "Status": "Enabled", "Filter": {"Prefix": ""}, **more}


def advice_of(store: LiveStore, check_id: str, **changes: Any) -> str:
    """The text of one check, run alone; empty if it has no finding."""
    settings = store.settings(**changes)
    check = next(check for check in S3_CHECKS if check.id == check_id)
    assert check.run
    context = CheckContext(settings, partial(connect, timeouts=Timeouts(connect=5.0, read=10.0)))
    context.has_written = True
    context.has_tried_to_write.set()
    try:
        finding = check.run(context)
    finally:
        context.close()
    if finding is None:
        return ""
    assert (finding.cause, finding.severity) == (Cause.ADVICE, Severity.WARNING)
    assert is_sentence(finding.text)
    return finding.text


# --- lifecycle ---


def set_rules(store: LiveStore, *rules: Mapping[str, Any]) -> LiveStore:
    s3_client(store).put_bucket_lifecycle_configuration(
        Bucket=store.bucket, LifecycleConfiguration={"Rules": [dict(each) for each in rules]}
    )
    return store


@pytest.mark.sample
@pytest.mark.parametrize(
    ("lifecycle_rule", "expected"),
    [
        (
            rule(Expiration={"Days": 30}, AbortIncompleteMultipartUpload=ABORT_AFTER_A_WEEK),
            "tidy deletes objects after 30 days",
        ),
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
        (rule(NoncurrentVersionExpiration={"NoncurrentDays": 9}), "No lifecycle rule cleans up incomplete uploads"),
    ],
)
def test_a_harmful_rule_is_named(store: LiveStore, lifecycle_rule: dict[str, Any], expected: str) -> None:
    assert expected in advice_of(set_rules(store, lifecycle_rule), "lifecycle", rootdirectory="/registry")


@pytest.mark.parametrize(
    "lifecycle_rule",
    [
        rule(AbortIncompleteMultipartUpload=ABORT_AFTER_A_WEEK),
        rule(Expiration={"Days": 1}, Status="Disabled"),
        rule(Expiration={"Days": 1}, Filter={"Prefix": "registry-of-others/"}),
        {"ID": "old", "Status": "Enabled", "Prefix": "logs/", "Expiration": {"Days": 1}},
        rule(
            Expiration={"Days": 1},
            Filter={"And": {"Prefix": "registry/", "Tags": [{"Key": "a", "Value": "b"}]}},
        ),
        rule(Expiration={"Days": 1}, Filter={"Prefix": "backups/"}, AbortIncompleteMultipartUpload=ABORT_AFTER_A_WEEK),
        rule(Expiration={"Days": 1}, Filter={"Tag": {"Key": "a", "Value": "b"}}),
        rule(Expiration={"ExpiredObjectDeleteMarker": True}, AbortIncompleteMultipartUpload=ABORT_AFTER_A_WEEK),
        rule(
            Transitions=[{"Days": 30, "StorageClass": "STANDARD_IA"}], AbortIncompleteMultipartUpload=ABORT_AFTER_A_WEEK
        ),
    ],
)
def test_a_harmless_rule_is_ignored(store: LiveStore, lifecycle_rule: dict[str, Any]) -> None:
    text = advice_of(set_rules(store, lifecycle_rule), "lifecycle", rootdirectory="/registry")
    assert text == "" or text.startswith("No lifecycle rule cleans up incomplete uploads")


def test_a_rule_for_other_objects_is_ignored_without_a_root_directory(store: LiveStore) -> None:
    abort = rule(AbortIncompleteMultipartUpload=ABORT_AFTER_A_WEEK)
    logs = rule(ID="logs", Expiration={"Days": 1}, Filter={"Prefix": "logs/"})
    assert advice_of(set_rules(store, abort, logs), "lifecycle") == ""
    blobs = rule(ID="blobs", Expiration={"Days": 2}, Filter={"Prefix": "docker/registry/v2/blobs/"})
    assert "rule blobs deletes objects after 2 days" in advice_of(set_rules(store, abort, logs, blobs), "lifecycle")


def test_many_harmful_rules_are_one_short_sentence(store: LiveStore) -> None:
    rules = [rule(ID=f"rule-{number}", Expiration={"Days": 7}) for number in range(1, 31)]
    text = advice_of(set_rules(store, *rules), "lifecycle")
    assert text.startswith("The lifecycle rule rule-1 (one of 30) deletes objects after 7 days")
    assert len(text) < 400


def test_the_name_of_a_rule_is_sanitized() -> None:
    rule_xml = "<ID>\u202eevil</ID><Status>Enabled</Status><Prefix/><Expiration><Days>1</Days></Expiration>"
    document = f"<LifecycleConfiguration><Rule>{rule_xml}</Rule></LifecycleConfiguration>"
    with FaultyStore(faults.respond_with("GetBucketLifecycleConfiguration", document)) as store:
        assert "rule \ufffdevil deletes" in advice_of(store.live, "lifecycle")


def test_a_rule_that_aborts_only_other_uploads_does_not_count(store: LiveStore) -> None:
    logs = rule(Filter={"Prefix": "logs/"}, AbortIncompleteMultipartUpload=ABORT_AFTER_A_WEEK)
    assert "No lifecycle rule cleans up incomplete uploads" in advice_of(
        set_rules(store, logs), "lifecycle", rootdirectory="/registry"
    )


def test_a_bucket_without_rules_gets_no_advice(store: LiveStore) -> None:
    assert advice_of(store, "lifecycle") == ""


def test_stale_uploads_are_counted_unless_a_rule_aborts_them(store: LiveStore) -> None:
    client = s3_client(store)
    for key in ("registry/a", "registry/b", "elsewhere"):  # moto dates each upload to 2010
        client.create_multipart_upload(Bucket=store.bucket, Key=key)
    assert advice_of(store, "lifecycle", rootdirectory="/registry").startswith("2 uploads were started over a week ago")
    assert advice_of(store, "lifecycle", rootdirectory="/elsewhere/deep") == ""
    assert advice_of(store, "lifecycle").startswith("3 uploads")
    assert advice_of(set_rules(store, rule(AbortIncompleteMultipartUpload=ABORT_AFTER_A_WEEK)), "lifecycle") == ""


@pytest.mark.parametrize(("hours", "is_stale"), [(7 * 24 - 1, False), (7 * 24 + 1, True)])
def test_an_upload_is_stale_after_a_week(hours: int, is_stale: bool) -> None:
    age = timedelta(hours=hours)
    listing = f"""<ListMultipartUploadsResult><Upload><Key>a</Key><UploadId>1</UploadId>
        <Initiated>{datetime.now(UTC) - age:%Y-%m-%dT%H:%M:%SZ}</Initiated></Upload></ListMultipartUploadsResult>"""
    with FaultyStore(faults.respond_with("ListMultipartUploads", listing)) as store:
        assert advice_of(store.live, "lifecycle").startswith("1 upload") is is_stale


@pytest.mark.parametrize("fault", [faults.deny, faults.not_implemented, faults.reset_connection])
def test_stale_uploads_are_reported_if_the_rules_cannot_be_read(fault: Callable[[str], Fault]) -> None:
    with FaultyStore(fault("GetBucketLifecycleConfiguration")) as store:
        s3_client(store.live).create_multipart_upload(Bucket=store.bucket, Key="a")
        assert advice_of(store.live, "lifecycle").startswith("1 upload was started over a week ago")


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("Z</Initiated>", "</Initiated>"), "1 upload was started"),  # without a time zone
        (("Z</Initiated>", "+05:00</Initiated>"), "1 upload was started"),
        (("<IsTruncated>false", "<IsTruncated>true"), "More than 1 upload"),
        (("<Initiated>2010", "<Initiated>2999"), ""),
        (("<Initiated>2010", "<Initiated>none"), ""),
        (("Initiated>", "Started>"), ""),
    ],
)
def test_the_age_of_an_upload_is_read_from_any_date_format(change: tuple[str, str], expected: str) -> None:
    with FaultyStore(faults.replace_text("ListMultipartUploads", *change)) as store:
        s3_client(store.live).create_multipart_upload(Bucket=store.bucket, Key="a")
        text = advice_of(store.live, "lifecycle", **REGISTRY_LINES["distribution-3"])
        assert text.startswith(expected)
        assert bool(text) == bool(expected)


# --- versioning, object lock ---


def test_old_versions_are_reported_unless_a_rule_expires_them(store: LiveStore) -> None:
    client = s3_client(store)
    assert advice_of(store, "versioning") == ""
    client.put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration={"Status": "Enabled"})
    assert "old versions" in advice_of(store, "versioning")
    expire = rule(NoncurrentVersionExpiration={"NoncurrentDays": 1})
    assert advice_of(set_rules(store, expire), "versioning") == ""
    client.put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration={"Status": "Suspended"})
    assert advice_of(store, "versioning") == ""


def test_a_run_with_advice_passes_with_warnings(store: LiveStore) -> None:
    client = s3_client(store)
    client.put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration={"Status": "Enabled"})
    client.put_bucket_acl(Bucket=store.bucket, ACL="public-read")
    report = report_of(set_rules(store, rule(Expiration={"Days": 1})).settings())
    assert report.passed
    for check in ("lifecycle", "versioning", "public-access"):
        assert result_of(report, check).status is Status.WARNING
        assert finding_of(report, check).cause is Cause.ADVICE


def test_a_rule_that_expires_only_other_versions_does_not_count(store: LiveStore) -> None:
    s3_client(store).put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration={"Status": "Enabled"})
    expire = rule(NoncurrentVersionExpiration={"NoncurrentDays": 1}, Filter={"Prefix": "logs/"})
    assert "old versions" in advice_of(set_rules(store, expire), "versioning")


def test_old_versions_are_reported_with_a_condition_if_the_rules_cannot_be_read() -> None:
    with FaultyStore(faults.deny("GetBucketLifecycleConfiguration")) as store:
        client = s3_client(store.live)
        client.put_bucket_versioning(Bucket=store.bucket, VersioningConfiguration={"Status": "Enabled"})
        assert "unless a lifecycle rule removes them" in advice_of(store.live, "versioning")


@pytest.mark.sample
@pytest.mark.parametrize(
    ("mode", "period", "expected"),
    [
        ("COMPLIANCE", {"Days": 30}, "for 30 days (compliance mode)"),
        ("GOVERNANCE", {"Days": 1}, "for 1 day (governance mode)"),
        ("COMPLIANCE", {"Years": 2}, "for 2 years (compliance mode)"),
    ],
)
def test_a_default_retention_is_reported(moto: Moto, mode: str, period: dict[str, int], expected: str) -> None:
    store = store_with_object_lock(moto)
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": mode, **period}}}
    s3_client(store).put_object_lock_configuration(Bucket=store.bucket, ObjectLockConfiguration=lock)
    finding = finding_of(report_of(store.settings()), "object-lock")  # not `advice_of`: moto requires Content-MD5 there
    assert expected in finding.text
    assert is_sentence(finding.text)
    assert (finding.cause, finding.severity) == (Cause.ADVICE, Severity.WARNING)


def test_a_default_retention_without_a_mode_is_reported() -> None:
    retention = "<Rule><DefaultRetention><Days>7</Days></DefaultRetention></Rule>"
    document = f"<ObjectLockConfiguration>{retention}</ObjectLockConfiguration>"
    with FaultyStore(faults.respond_with("GetObjectLockConfiguration", document)) as store:
        assert "locks each new object for 7 days. Until then" in advice_of(store.live, "object-lock")


def store_with_object_lock(moto: Moto) -> LiveStore:
    store = LiveStore(moto.endpoint, f"locked-{uuid.uuid4().hex[:16]}", moto.access_key, moto.secret_key)
    s3_client(store).create_bucket(Bucket=store.bucket, ObjectLockEnabledForBucket=True)
    return store


def test_an_object_lock_without_a_retention_gets_no_advice(moto: Moto) -> None:
    assert advice_of(store_with_object_lock(moto), "object-lock") == ""


def test_a_bucket_without_an_object_lock_gets_no_advice(store: LiveStore) -> None:
    assert advice_of(store, "object-lock") == ""


# --- what the bucket holds ---

V2 = "docker/registry/v2"


def contents_of(store: LiveStore, *keys: str, registry: str = "dtr", root: str = "") -> Result:
    """The result of `contents` for a bucket with these empty objects."""
    with contextlib.closing(s3_client(store)) as client:
        for key in keys:
            client.put_object(Bucket=store.bucket, Key=key, Body=b"")
    report = report_of(store.settings(**REGISTRY_LINES[registry], rootdirectory=root))
    assert report.passed
    return result_of(report, "contents")


def test_an_empty_bucket_is_said_to_hold_no_images(store: LiveStore) -> None:
    result = contents_of(store, "elsewhere/docker", f"{V2}/blobs/sha256/ab/abc/data", f"{V2}/repositories-of-others/a")
    assert result.status is Status.PASSED
    assert result.finding
    assert result.finding.severity is Severity.HINT
    assert "contains no images" in result.finding.text


@pytest.mark.sample
@pytest.mark.parametrize("root", ["", "/deep/er"])
def test_the_repositories_in_the_bucket_are_counted_and_named(store: LiveStore, root: str) -> None:
    below = f"{root}/{V2}/repositories".strip("/")
    keys = [f"{below}/{name}/_layers/sha256/abc/link" for name in ("app", "library/base", "team/a/b", "zz")]
    keys += [f"{below}/app/_manifests/tags/latest/current/link", f"{below}/app/_uploads/1/startedat"]
    finding = contents_of(store, *keys, root=root).finding
    assert finding
    assert "already contains 4 repositories (app, library/base, team/a/b, …)" in finding.text
    assert is_sentence(finding.text)


def test_one_repository_is_named_in_the_singular(store: LiveStore) -> None:
    finding = contents_of(store, f"{V2}/repositories/app/_layers/sha256/abc/link").finding
    assert finding
    assert "already contains 1 repository (app)" in finding.text


LOOKED_AT = f"Only the first 2 objects below {V2}/repositories/ were looked at."


@pytest.mark.sample
@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("app/_layers/sha256/abc/link", "The bucket already contains at least 1 repository (app). "),
        ("README", "No repository was found. "),
        ("app/", f"The empty object {V2}/repositories/app/ marks a folder"),
    ],
    ids=["repository", "none", "folder"],
)
def test_what_a_part_of_a_listing_shows_is_said_of_that_part_only(key: str, text: str) -> None:
    with FaultyStore(_shorten_listing_of_repositories) as store:
        finding = contents_of(store.live, *(f"{V2}/repositories/{each}" for each in (key, "zz"))).finding
        assert finding
        assert finding.text.startswith(text)
        assert LOOKED_AT in finding.text


def _shorten_listing_of_repositories(environ: Environ, call_next: CallNext) -> Response:
    is_of_repositories = query_of(environ).get("prefix", "").endswith("/repositories/")
    shorten = faults.replace_text("ListObjects", ">false</IsTruncated>", ">true</IsTruncated>")
    return (shorten if is_of_repositories else faults.pass_through)(environ, call_next)


@pytest.mark.ci_only
def test_the_first_thousand_objects_are_looked_at(store: LiveStore) -> None:
    keys = [f"{V2}/repositories/app{number % 3}/_layers/sha256/{number}/link" for number in range(1001)]
    finding = contents_of(store, *keys).finding
    assert finding
    assert "Only the first 1,000 objects below" in finding.text
    assert is_sentence(finding.text)


@pytest.mark.sample
@pytest.mark.parametrize("key", ["", "app/", "library/app/", "app/_uploads/", "app/_uploads/1/"])
def test_an_object_that_stands_for_a_folder_is_named_with_the_command_that_deletes_it(
    store: LiveStore, key: str
) -> None:
    folder = f"{V2}/repositories/{key}"
    result = contents_of(store, folder, f"{V2}/repositories/base/_layers/sha256/abc/link")
    assert result.status is Status.WARNING
    assert result.finding
    assert result.finding.cause is Cause.FOLDER_OBJECTS
    assert f"aws s3api delete-object --bucket {store.bucket} --key {folder} --endpoint-url" in result.finding.text


def test_a_folder_elsewhere_and_one_of_distribution_3_are_no_problem(store: LiveStore) -> None:
    assert contents_of(store, "docker/", "docker/registry/", f"{V2}/blobs/").status is Status.PASSED
    assert contents_of(store, f"{V2}/repositories/app/", registry="distribution-3").status is Status.PASSED


@pytest.mark.sample
@pytest.mark.parametrize("key", ["app/_layers/", "app/_manifests/tags/"])
def test_a_folder_where_no_uploads_are_looked_for_is_no_problem(store: LiveStore, key: str) -> None:
    assert contents_of(store, f"{V2}/repositories/{key}").status is Status.PASSED


def test_a_name_in_the_bucket_is_sanitized(store: LiveStore) -> None:
    finding = contents_of(store, f"{V2}/repositories/a\u202eb/_layers/sha256/abc/link").finding
    assert finding
    assert "\u202e" not in finding.text


# --- public access, requester pays ---

IS_PUBLIC = faults.respond_with("GetBucketPolicyStatus", "<PolicyStatus><IsPublic>true</IsPublic></PolicyStatus>")


def test_a_private_bucket_gets_no_advice(store: LiveStore) -> None:
    assert advice_of(store, "public-access") == ""


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        ({"GrantRead": ALL_USERS}, "lets anyone list it."),
        ({"GrantWrite": ALL_USERS}, "lets anyone write to it."),
        ({"GrantRead": ALL_USERS, "GrantWrite": ALL_USERS}, "lets anyone list it and write to it."),
        ({"GrantFullControl": ALL_USERS}, "lets anyone list it and write to it and change its ACL."),
        ({"GrantRead": ALL_ACCOUNTS}, "lets anyone with an AWS account list it."),
        ({"GrantReadACP": ALL_USERS}, ""),
    ],
)
def test_a_public_acl_is_reported_unless_it_is_ignored(store: LiveStore, grants: dict[str, str], expected: str) -> None:
    client = s3_client(store)
    client.put_bucket_acl(Bucket=store.bucket, **grants)
    text = advice_of(store, "public-access")
    assert expected in text
    assert bool(text) == bool(expected)
    # A block of new ACLs says nothing about those that are there.
    client.put_public_access_block(
        Bucket=store.bucket, PublicAccessBlockConfiguration=BLOCK_EVERYTHING | {"IgnorePublicAcls": False}
    )
    assert advice_of(store, "public-access") == text
    client.put_public_access_block(
        Bucket=store.bucket, PublicAccessBlockConfiguration=BLOCK_NOTHING | {"IgnorePublicAcls": True}
    )
    assert advice_of(store, "public-access") == ""


def test_a_public_policy_is_reported_unless_it_is_restricted(store: LiveStore) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    policy = {"Version": "2012-10-17", "Statement": [statement | {"Resource": f"arn:aws:s3:::{store.bucket}/*"}]}
    client = s3_client(store)
    client.put_bucket_policy(Bucket=store.bucket, Policy=json.dumps(policy))
    if client.get_bucket_policy_status(Bucket=store.bucket)["PolicyStatus"]["IsPublic"]:
        assert "public bucket policy" in advice_of(store, "public-access")
    with FaultyStore(IS_PUBLIC) as public_store:
        assert "public bucket policy" in advice_of(public_store.live, "public-access")
        # A block of new policies says nothing about the one that is there.
        s3_client(public_store.live).put_public_access_block(
            Bucket=public_store.bucket,
            PublicAccessBlockConfiguration=BLOCK_EVERYTHING | {"RestrictPublicBuckets": False},
        )
        assert "public bucket policy" in advice_of(public_store.live, "public-access")
        s3_client(public_store.live).put_public_access_block(
            Bucket=public_store.bucket, PublicAccessBlockConfiguration=BLOCK_NOTHING | {"RestrictPublicBuckets": True}
        )
        assert advice_of(public_store.live, "public-access") == ""


def _public_access_of(*injected: Fault, registry: str = "dtr") -> str:
    """The text of the check in a complete run; empty if it has no finding."""
    with FaultyStore(*injected) as store:
        result = result_of(report_of(store.settings(**REGISTRY_LINES[registry])), "public-access")
    if not result.finding:
        return ""
    assert result.status is Status.WARNING
    assert is_sentence(result.finding.text)
    return result.finding.text


@pytest.mark.sample
@pytest.mark.parametrize("policy", [IS_PUBLIC, faults.pass_through], ids=["public", "none"])
def test_images_that_anybody_can_read_are_reported_whatever_the_store_says_of_its_policy(policy: Fault) -> None:
    text = _public_access_of(faults.answer_unsigned("GetObject"), policy)
    assert text.startswith("Anyone can read the images: ")


@pytest.mark.sample
@pytest.mark.parametrize("registry", REGISTRY_LINES)
def test_a_bucket_that_anybody_can_list_is_reported(registry: str) -> None:
    text = _public_access_of(faults.answer_unsigned("ListObjects", "ListObjectsV2"), registry=registry)
    assert text.startswith("Anyone can list the bucket: ")


def test_reading_and_listing_by_anybody_are_one_sentence() -> None:
    text = _public_access_of(faults.answer_unsigned("GetObject", "ListObjects"), IS_PUBLIC)
    assert text.startswith("Anyone can read the images and list the bucket: ")
    assert "policy" not in text


@pytest.mark.sample
@pytest.mark.parametrize(("op", "words"), [("GetObject", "read the images"), ("ListObjects", "list the bucket")])
def test_public_access_is_reported_although_the_key_may_not_ask(op: str, words: str) -> None:
    denied = [faults.deny(call) for call in ACCESS_CALLS]
    assert _public_access_of(faults.answer_unsigned(op), *denied).startswith(f"Anyone can {words}")


def test_a_public_policy_that_lets_nobody_read_or_list_is_reported_as_the_store_says_it() -> None:
    text = _public_access_of(IS_PUBLIC)
    assert text.startswith("The store reports a public bucket policy.")
    assert "can't read the images or list the bucket. Check that they can't write" in text


def test_what_could_not_be_tried_without_a_signature_is_not_called_refused() -> None:
    def fail_unsigned(environ: Environ, call_next: CallNext) -> Response:
        is_unsigned_read = operation(environ) == "GetObject" and "HTTP_AUTHORIZATION" not in environ
        return (faults.bad_gateway() if is_unsigned_read else faults.pass_through)(environ, call_next)

    assert "Unsigned requests can't list the bucket." in _public_access_of(fail_unsigned, IS_PUBLIC)


def test_a_web_page_without_a_signature_is_no_listing() -> None:
    def sign_in(environ: Environ, call_next: CallNext) -> Response:
        is_signed = signature_version(environ)
        return (faults.pass_through if is_signed else faults.console_page())(environ, call_next)

    assert _public_access_of(sign_in) == ""


def test_a_store_that_answers_each_question_with_a_listing_does_not_know_them() -> None:
    """As old versions of MinIO, which ignore what they do not know in a query."""
    with FaultyStore(*(faults.ignore_question(call) for call in ACCESS_CALLS)) as store:
        result = result_of(report_of(store.settings()), "public-access")
    assert (result.status, result.reason) == (Status.SKIPPED, "not supported by the store")


def test_a_bucket_that_anybody_can_list_is_reported_where_the_store_answers_with_a_listing() -> None:
    answers = [faults.ignore_question(call) for call in ACCESS_CALLS]
    assert _public_access_of(faults.answer_unsigned("ListObjects"), *answers).startswith("Anyone can list the bucket")


@pytest.mark.parametrize(("payer", "expected"), [("Requester", "Requester Pays is on"), ("BucketOwner", "")])
def test_requester_pays_is_reported(payer: str, expected: str) -> None:
    document = f"<RequestPaymentConfiguration><Payer>{payer}</Payer></RequestPaymentConfiguration>"
    with FaultyStore(faults.respond_with("GetBucketRequestPayment", document)) as store:
        text = advice_of(store.live, "public-access")
        assert expected in text
        assert bool(text) == bool(expected)


@pytest.mark.sample
@pytest.mark.parametrize("call", ACCESS_CALLS)
def test_public_access_is_reported_from_the_calls_that_work(call: str) -> None:
    others = [faults.deny(other) for other in ACCESS_CALLS if other not in (call, "GetBucketAcl")]
    with FaultyStore(*others) as store:
        s3_client(store.live).put_bucket_acl(Bucket=store.bucket, GrantRead=ALL_USERS)
        assert "lets anyone list it" in advice_of(store.live, "public-access")


# --- never a failure ---


def error(status: int, code: str) -> Callable[[str], Fault]:
    return lambda op: faults.error(op, status, code)


UNANSWERED: dict[str, tuple[Callable[[str], Fault], str]] = {
    "denied": (faults.deny, "not permitted"),
    "wrong secret": (error(403, "SignatureDoesNotMatch"), "not permitted"),
    "clock skew": (error(403, "RequestTimeTooSkewed"), "not permitted"),
    "not signed in": (error(401, "Unauthorized"), "not permitted"),
    "not implemented": (faults.not_implemented, "not supported by the store"),
    "method not allowed": (error(405, "MethodNotAllowed"), "not supported by the store"),
    "bad request": (error(400, "InvalidRequest"), "not supported by the store"),
    "malformed header": (error(400, "AuthorizationHeaderMalformed"), "not supported by the store"),
    "not text": (error(404, "NoSuchKey"), "not supported by the store"),
    "no bucket": (faults.no_such_bucket, "not supported by the store"),
    "permanent redirect": (error(301, "PermanentRedirect"), "the store doesn't say"),
    "throttled": (faults.slow_down, "the store doesn't say"),
    "internal error": (error(500, "InternalError"), "the store doesn't say"),
    "a web page": (faults.console_page, "the store doesn't say"),
    "a web page of a proxy": (faults.bad_gateway, "the store doesn't say"),
    "connection reset": (faults.reset_connection, "the store doesn't say"),
    "invalid XML": (lambda op: faults.respond_with(op, "<<"), "the store doesn't say"),
}


def advisory_results(report: Report) -> dict[str, Result]:
    """The results of the advisory checks, in a run that passes without a warning."""
    assert report.passed
    assert Status.WARNING not in {result.status for result in report.results}
    return {check: result_of(report, check) for check in ADVISORY}


@pytest.mark.sample
@pytest.mark.parametrize(("fault", "reason"), sampled(UNANSWERED.values(), 3), ids=UNANSWERED)
def test_a_check_that_gets_no_answer_is_skipped(fault: Callable[[str], Fault], reason: str) -> None:
    with FaultyStore(*(fault(call) for call in CALLS)) as store:
        report = report_of(store.settings())
        assert {result.reason for result in advisory_results(report).values()} == {reason}
        others = {check: status for check, status in statuses(report).items() if check not in ADVISORY}
        assert set(others.values()) - {"passed"} == {"skipped"}  # `tls`, as the store speaks plain http
        assert [check for check, status in others.items() if status == "skipped"] == ["tls"]


@pytest.mark.sample
@pytest.mark.parametrize(
    "document",
    ["", "<a/>", "<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated></ListBucketResult>"],
)
def test_a_response_to_another_call_is_ignored(document: str) -> None:
    with FaultyStore(*(faults.respond_with(call, document) for call in CALLS)) as store:
        results = advisory_results(report_of(store.settings()))
        assert results.pop("public-access").reason == "not supported by the store"
        assert {result.status for result in results.values()} == {Status.PASSED}


@pytest.mark.sample
@pytest.mark.parametrize(
    "inner",
    sampled(
        [
            "<Rule/><Status/><Grant/><AccessControlList/><PolicyStatus/><IsPublic/><Payer/>",
            "<Rule><Status>Enabled</Status></Rule><Status>On</Status><Payer>Other</Payer>",
            "<Rule><Status>Enabled</Status><Filter/><Expiration/><Transition/><ID/></Rule>",
            "<Rule><DefaultRetention/></Rule><ObjectLockEnabled>?</ObjectLockEnabled>",
            "<Rule><DefaultRetention><Mode/><Days>0</Days></DefaultRetention></Rule>",
            "<AccessControlList><Grant/><Grant><Grantee/><Permission>READ</Permission></Grant></AccessControlList>",
        ],
        3,
    ),
)
def test_missing_elements_of_a_response_cause_no_error(inner: str) -> None:
    with FaultyStore(*(faults.respond_with(call, f"<Answer>{inner}</Answer>") for call in CALLS)) as store:
        report = report_of(store.settings())
        assert report.passed
        assert {result_of(report, check).reason for check in ADVISORY} <= {"", "not supported by the store"}


@pytest.mark.sample
@pytest.mark.parametrize("code", sorted(NOT_CONFIGURED))
def test_an_error_code_for_no_configuration_is_no_advice(code: str) -> None:
    with FaultyStore(*(faults.error(call, 404, code) for call in CALLS)) as store:
        assert {result.status for result in advisory_results(report_of(store.settings())).values()} == {Status.PASSED}


@pytest.mark.ci_only
def test_an_advisory_call_without_a_response_does_not_delay_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_runner, "_ADVICE", 0.5)
    with ExitStack() as opened, ThreadPoolExecutor(len(CALLS)) as pool:
        stores = [opened.enter_context(FaultyStore(faults.hang(call))) for call in CALLS]
        reports = list(pool.map(lambda store: report_of(store.settings()), stores))
    for report in reports:
        assert report.passed
        # Not "the store doesn't say", as after the timeout of the call, and not "no time left".
        assert "the store doesn't answer" in {result.reason for result in report.results}


def test_a_public_policy_is_reported_if_the_store_answers_no_request_without_a_signature() -> None:
    broken = faults.error("*", 500, "InternalError")

    def fail_unsigned(environ: Environ, call_next: CallNext) -> Response:
        return (faults.pass_through if signature_version(environ) else broken)(environ, call_next)

    with FaultyStore(IS_PUBLIC, fail_unsigned) as store:
        assert "anyone can read or write what it names" in advice_of(store.live, "public-access")


def test_a_request_without_a_signature_that_gets_no_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    never = faults.hang()

    def hang_unsigned(environ: Environ, call_next: CallNext) -> Response:
        return (faults.pass_through if signature_version(environ) else never)(environ, call_next)

    monkeypatch.setattr(s3_runner, "_ADVICE", 0.5)
    with FaultyStore(hang_unsigned) as store:
        report = report_of(store.settings())
        assert report.passed
        assert result_of(report, "public-access").reason == "the store doesn't answer"
        assert report.leftovers == ()


def test_a_cancel_while_only_advice_runs_fails_no_check_and_leaves_nothing_behind() -> None:
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


def test_advisory_calls_are_not_made_if_the_bucket_cannot_be_listed() -> None:
    with FaultyStore(faults.deny("ListObjects")) as store:
        report = report_of(store.settings())
        assert report.failed == ("list",)
        assert {result_of(report, check).reason for check in ADVISORY} == {"needs `list`"}
        assert not set(CALLS) & set(store.calls)


def settings_of_key(enforcing: EnforcingMoto, *actions: str, allowed: tuple[str, ...] | None = None) -> Settings:
    access, secret = enforcing.iam_key(*actions, allowed=allowed)
    return enforcing.store().settings(accesskey=access, secretkey=Secret(secret), redirect=False)


# moto does not enforce the permissions of the other calls.
ENFORCED = {"GetBucketLifecycleConfiguration": "lifecycle", "GetBucketVersioning": "versioning"}


def test_a_key_with_only_the_required_actions_gets_no_advice(enforcing_moto: EnforcingMoto) -> None:
    results = advisory_results(report_of(settings_of_key(enforcing_moto, allowed=REQUIRED_ACTIONS)))
    assert {check for check, result in results.items() if result.reason == "not permitted"} >= set(ENFORCED.values())


@pytest.mark.sample
@pytest.mark.parametrize("call", sampled(CALLS, 3))
def test_a_key_without_the_permission_for_an_advisory_call_passes(enforcing_moto: EnforcingMoto, call: str) -> None:
    results = advisory_results(report_of(settings_of_key(enforcing_moto, OPERATIONS[call].action)))
    skipped = [check for check, result in results.items() if result.status is Status.SKIPPED]
    assert skipped == ([ENFORCED[call]] if call in ENFORCED else [])


def test_unusual_responses_of_a_real_store_are_no_advice(rclone: Rclone) -> None:
    report = report_of(rclone.store().settings())
    assert not set(ADVISORY) & set(report.failed)
    assert {finding_of(report, check).cause for check in ADVISORY if result_of(report, check).finding} <= {Cause.ADVICE}


# --- contents: a bucket that the store creates ---


def report_of_absent_bucket(first: str, then: str) -> tuple[str, Report]:
    """The validation of a bucket that the store creates at the first write; call `then` is answered after `first`.

    Of the listings, that is the one of the whole bucket.
    """
    is_done = threading.Event()

    def act(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) == then:
            is_done.wait()
        if operation(environ) == "PutObject":
            with contextlib.suppress(ClientError):
                owner.create_bucket(Bucket=name)
        response = call_next(environ)
        if operation(environ) == first and (first != "ListObjects" or "prefix=&" in environ["QUERY_STRING"]):
            is_done.set()
        return response

    with FaultyStore(act) as store, contextlib.closing(s3_client(store.live)) as owner:
        name = f"{store.bucket}-absent"
        return name, report_of(store.settings(bucket=name))


def test_a_bucket_that_the_store_creates_at_the_first_write_is_named() -> None:
    name, report = report_of_absent_bucket("ListObjects", "PutObject")
    assert report.passed
    assert result_of(report, "contents").status is Status.WARNING
    text = finding_of(report, "contents").text
    assert f"The bucket {name} didn't exist, so the store created it" in text
    assert f"aws s3api delete-bucket --bucket {name} --endpoint-url http://127.0.0.1:" in text


def test_a_new_bucket_is_said_to_be_new() -> None:
    _, report = report_of_absent_bucket("PutObject", "ListObjects")
    assert report.passed
    assert (
        "and may be new. If you didn't create it, check its name: some stores create a mistyped bucket."
        in finding_of(report, "contents").text
    )


@pytest.mark.sample
@pytest.mark.parametrize("is_new", [True, False])
def test_the_age_of_the_bucket_is_that_of_its_own_date(is_new: bool) -> None:
    dates = ("2100-01-01T00:00:00Z", "2001-01-01T00:00:00Z")
    own, other = dates if is_new else dates[::-1]

    def answer(environ: Environ, call_next: CallNext) -> Response:
        buckets = "".join(
            f"<Bucket><Name>{name}</Name><CreationDate>{date}</CreationDate></Bucket>"
            for name, date in (("other", other), (store.bucket, own))
        )
        text = f"<ListAllMyBucketsResult><Buckets>{buckets}</Buckets></ListAllMyBucketsResult>"
        return (
            Response(text, content_type="application/xml")
            if operation(environ) == "ListBuckets"
            else call_next(environ)
        )

    with FaultyStore(answer) as store:
        text = finding_of(report_of(store.settings()), "contents").text
    assert text.startswith(f"The bucket contains no images yet{', and may be new' if is_new else '.'}")


def test_a_bucket_that_was_just_created_is_called_new(store: LiveStore) -> None:
    *_, report = runner.run_checks(store.settings(), is_new_bucket=True)
    assert isinstance(report, Report)
    text = finding_of(report, "contents").text
    assert text == "The bucket is new and contains no images yet. Images in other storage are not copied."


def test_an_absent_bucket_is_reported_after_the_write_has_failed(store: LiveStore) -> None:
    report = report_of(store.settings(bucket=f"{store.bucket}-absent"))
    assert report.failed[0] == "list"
    assert finding_of(report, "list").cause is Cause.NO_BUCKET


@pytest.mark.sample
@pytest.mark.parametrize("fault", [faults.deny("ListBuckets"), faults.error("ListBuckets", 501, "NotImplemented")])
def test_a_store_that_does_not_list_buckets_gets_no_advice_on_them(fault: Fault) -> None:
    with FaultyStore(fault) as store:
        finding = finding_of(report_of(store.settings()), "contents")
    assert finding.text == "The bucket contains no images yet. Images in other storage are not copied."


@pytest.mark.sample
@pytest.mark.parametrize("registry", REGISTRY_LINES)
def test_repositories_in_the_bucket_mean_what_the_registry_makes_of_them(registry: str, store: LiveStore) -> None:
    finding = contents_of(store, f"{V2}/repositories/app/_layers/sha256/abc/link", registry=registry).finding
    assert finding
    assert finding.text.endswith(registry_of(str(REGISTRY_LINES[registry]["registry"])).images.found)
