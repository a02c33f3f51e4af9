"""Findings about error responses of a store."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from tests.support import faults
from tests.support.faulty_store import Fault, FaultyStore
from tests.support.findings import apply_fix, only_failure
from tests.support.live_store import LiveStore
from tests.support.rclone import Rclone
from tests.support.reports import finding_of, report_of, result_of
from tests.support.samples import sampled
from wizard.diagnosis import error_responses
from wizard.diagnosis.error_responses import diagnose_error_response
from wizard.model import fixes
from wizard.model.findings import Cause, Finding
from wizard.model.secret import Secret
from wizard.model.settings import MIB, Settings, Value
from wizard.s3.errors import ErrorResponse

LONG_HOST = f"{'a' * 60}.{'b' * 60}.test"
HTTPS = Settings(bucket="images", region="eu-west-1", regionendpoint="https://store.test", v4auth=True)
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


def finding_for(
    code: str = "",
    status: int = 400,
    message: str = "",
    *,
    operation: str = "ListObjects",
    headers: Mapping[str, str] = NO_HEADERS,
    region: str = "",
    settings: Settings = HTTPS,
) -> Finding:
    """The finding for a response."""
    error = ErrorResponse(operation, status, code or str(status), message, headers, region)
    return diagnose_error_response(error, settings)


# Codes


CODES: dict[str, tuple[Cause, str]] = {
    "AccessDenied": (Cause.ACCESS_DENIED, ""),
    "AllAccessDisabled": (Cause.STORE_ERROR, ""),
    "Forbidden": (Cause.ACCESS_DENIED, ""),
    "InvalidAccessKeyId": (Cause.UNKNOWN_ACCESS_KEY, "accesskey"),
    "SignatureDoesNotMatch": (Cause.WRONG_SECRET, "secretkey"),
    "AuthorizationHeaderMalformed": (Cause.WRONG_REGION, "region"),
    "AuthorizationQueryParametersError": (Cause.WRONG_REGION, "region"),
    "PermanentRedirect": (Cause.WRONG_REGION, "region"),
    "TemporaryRedirect": (Cause.WRONG_REGION, "region"),
    "IllegalLocationConstraintException": (Cause.WRONG_REGION, "region"),
    "NoSuchBucket": (Cause.NO_BUCKET, "bucket"),
    "InvalidBucketName": (Cause.NO_BUCKET, "bucket"),
    "NoSuchKey": (Cause.STORE_ERROR, ""),
    "BucketAlreadyExists": (Cause.INVALID_SETTING, "bucket"),
    "RequestTimeTooSkewed": (Cause.CLOCK_SKEW, ""),
    "RequestExpired": (Cause.CLOCK_SKEW, ""),
    "UnsupportedAlgorithm": (Cause.V4_REQUIRED, "v4auth"),
    "SecondLevelDomainForbidden": (Cause.VIRTUAL_HOST_REQUIRED, "registry"),
    "PathStyleDomainForbidden": (Cause.VIRTUAL_HOST_REQUIRED, "registry"),
    "VirtualHostDomainRequired": (Cause.VIRTUAL_HOST_REQUIRED, "registry"),
    "PublicEndpointForbidden": (Cause.STORE_ERROR, "regionendpoint"),
    "NotImplemented": (Cause.UNSUPPORTED, ""),
    "MethodNotAllowed": (Cause.UNSUPPORTED, ""),
    "SlowDown": (Cause.THROTTLED, ""),
    "Throttling": (Cause.THROTTLED, ""),
    "TooManyRequests": (Cause.THROTTLED, ""),
    "RequestLimitExceeded": (Cause.THROTTLED, ""),
    "ExpiredToken": (Cause.EXPIRED_TOKEN, "accesskey"),
    "InvalidToken": (Cause.EXPIRED_TOKEN, "accesskey"),
    "EntityTooLarge": (Cause.TOO_LARGE, ""),
    "InvalidStorageClass": (Cause.UNSUPPORTED, "storageclass"),
    "AccessControlListNotSupported": (Cause.ACL_NOT_SUPPORTED, "objectacl"),
    "QuotaExceeded": (Cause.QUOTA, ""),
    "XMinioStorageFull": (Cause.QUOTA, ""),
    "WriteOnce": (Cause.UNSUPPORTED, ""),
    "ObjectLocked": (Cause.UNSUPPORTED, ""),
    "NotSignedUp": (Cause.UNKNOWN_ACCESS_KEY, "accesskey"),
    "XAdminUserNotFound": (Cause.UNKNOWN_ACCESS_KEY, "accesskey"),
    "InvalidTokenId": (Cause.EXPIRED_TOKEN, "accesskey"),
    "SomethingElse": (Cause.STORE_ERROR, ""),
}


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_cause(code: str) -> None:
    finding = finding_for(code)
    assert (finding.cause, finding.setting) == CODES[code]


STATUSES: dict[int, Cause] = {
    301: Cause.WRONG_REGION,
    403: Cause.ACCESS_DENIED,
    405: Cause.UNSUPPORTED,
    413: Cause.TOO_LARGE,
    429: Cause.THROTTLED,
    500: Cause.STORE_ERROR,
    501: Cause.UNSUPPORTED,
    507: Cause.QUOTA,
}


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_without_a_code_has_a_cause(status: int) -> None:
    assert finding_for(status=status).cause is STATUSES[status]


def test_a_refusal_with_an_unknown_code_is_quoted_and_is_no_missing_permission() -> None:
    finding = finding_for("AccountProblem", 403, "Pay first.", operation="PutObject")
    assert finding.cause is Cause.STORE_ERROR
    assert "AccountProblem: Pay first." in finding.text
    assert "missing" not in finding.text


@pytest.mark.parametrize("code", ["AccessDenied", "Forbidden", "AllAccessDisabled"])
def test_a_refusal_in_words_that_are_not_understood_is_quoted(code: str) -> None:
    finding = finding_for(code, 403, "Your account is suspended.", operation="PutObject")
    assert "Your account is suspended" in finding.text
    assert "is missing" not in finding.text


@pytest.mark.parametrize(
    "message", ["", "Access Denied", "Access Denied.", "AccessDenied", "Forbidden", "access denied!"]
)
def test_a_refusal_without_a_reason_is_a_missing_permission(message: str) -> None:
    finding = finding_for("AccessDenied", 403, message, operation="PutObject")
    assert "s3:PutObject is missing on images/*" in finding.text


def test_a_refusal_without_a_code_may_come_from_a_proxy() -> None:
    text = finding_for(status=403, operation="PutObject").text
    assert "s3:PutObject may be missing on images/*, or a proxy in front of the store blocks PutObject." in text
    assert "is missing" in finding_for(status=403, operation="HeadObject").text  # whose answer has no body


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("NotImplemented", 501, "DeleteObjects: not implemented"),
        ("MethodNotAllowed", 405, "DeleteObjects: MethodNotAllowed"),
        ("", 405, "DeleteObjects: 405"),
    ],
)
def test_without_the_call_that_deletes_pushes_fail(code: str, status: int, words: str) -> None:
    text = finding_for(code, status, operation="DeleteObjects").text
    assert words in text
    assert "Pushes fail" in text
    assert ("Write-once" in text) is (status == 405)


@pytest.mark.parametrize("status", [301, 429, 501])
def test_the_status_counts_if_the_code_is_unknown(status: int) -> None:
    assert finding_for("SomethingElse", status).cause is STATUSES[status]


def test_each_code_is_tested() -> None:
    by_message = {"V4Required", "V2Required", "HttpsRequired", "ChangedRequest", "ExplicitDeny", "EncryptionRefused"}
    by_status = {name for status in STATUSES for name in (str(status), f"status {status}")}
    assert set(error_responses._DIAGNOSES) <= CODES.keys() | by_message | by_status


# Messages


@pytest.mark.parametrize(
    ("message", "v4auth", "cause"),
    [
        ("Client sent an HTTP request to an HTTPS server.", True, Cause.HTTPS_REQUIRED),
        ("The plain HTTP request was sent to HTTPS port", True, Cause.HTTPS_REQUIRED),
        ("Please use AWS4-HMAC-SHA256.", False, Cause.V4_REQUIRED),
        ("UnsupportedAlgorithm", False, Cause.V4_REQUIRED),
        ("Signature Version 2 is disabled.", False, Cause.V4_REQUIRED),
        ("AWS4-HMAC-SHA256 is not supported.", True, Cause.V2_REQUIRED),
        ("This is not supported. Use signature version 2.", True, Cause.V2_REQUIRED),
        ("Please use AWS4-HMAC-SHA256.", True, Cause.STORE_ERROR),
        ("The time is skewed.", True, Cause.CLOCK_SKEW),
        ("It took a long time.", True, Cause.STORE_ERROR),
    ],
)
def test_a_message_has_a_cause_if_the_code_has_none(message: str, v4auth: bool, cause: Cause) -> None:
    settings = HTTPS.replace({"v4auth": v4auth})
    assert finding_for("InvalidRequest", message=message, settings=settings).cause is cause


VAGUE: dict[str, tuple[str, int, str, Cause]] = {
    "Garage, wrong secret": ("AccessDenied", 403, "Forbidden: Invalid signature", Cause.WRONG_SECRET),
    "Garage, unknown key": ("AccessDenied", 403, "Forbidden: No such key: GK1", Cause.UNKNOWN_ACCESS_KEY),
    "s3s-fs, unknown key": ("AccessDenied", 403, "Your account is not signed up", Cause.UNKNOWN_ACCESS_KEY),
    "an unknown user": ("Forbidden", 403, "The user does not exist.", Cause.UNKNOWN_ACCESS_KEY),
    "MinIO, plain http": ("AccessDenied", 403, "SSL required", Cause.HTTPS_REQUIRED),
    "a clock": ("AccessDenied", 403, "The difference in time is too skewed.", Cause.CLOCK_SKEW),
    "MinIO, a changed header": (
        "AccessDenied",
        400,
        "There were headers present in the request which were not signed",
        Cause.STORE_ERROR,
    ),
    "a token": ("AccessDenied", 403, "The security token included in the request is invalid", Cause.EXPIRED_TOKEN),
    "a full disk": ("InternalError", 500, "no space left on device", Cause.QUOTA),
    "a full bucket": ("AccessDenied", 403, "Bucket quota exceeded", Cause.QUOTA),
    "write once": ("InvalidRequest", 400, "Object is WORM protected and cannot be overwritten", Cause.UNSUPPORTED),
    "no ACLs": ("InvalidRequest", 400, "The bucket does not allow ACLs", Cause.ACL_NOT_SUPPORTED),
    "a storage class": ("InvalidArgument", 400, "The storage class is not valid", Cause.UNSUPPORTED),
    "nothing more": ("AccessDenied", 403, "Access Denied.", Cause.ACCESS_DENIED),
    "a key of an object": ("NoSuchKey", 404, "No such key: docker", Cause.STORE_ERROR),
}


@pytest.mark.parametrize("name", VAGUE)
def test_a_message_says_more_than_a_vague_code(name: str) -> None:
    code, status, message, cause = VAGUE[name]
    assert finding_for(code, status, message, operation="PutObject").cause is cause


@pytest.mark.parametrize(
    ("message", "v4auth", "cause"),
    [
        ("Plain HTTP request", True, Cause.HTTPS_REQUIRED),
        ("Please use AWS4-HMAC-SHA256.", False, Cause.V4_REQUIRED),
        ("AWS4-HMAC-SHA256 is not supported.", True, Cause.V2_REQUIRED),
        ("The time is skewed.", True, Cause.CLOCK_SKEW),
        ("There were headers which were not signed", True, Cause.STORE_ERROR),
        ("The token has expired.", True, Cause.WRONG_SECRET),
    ],
)
def test_only_some_messages_say_more_than_a_code_that_is_not_vague(message: str, v4auth: bool, cause: Cause) -> None:
    settings = HTTPS.replace({"v4auth": v4auth})
    assert finding_for("SignatureDoesNotMatch", 403, message, settings=settings).cause is cause


def test_version_2_is_named_where_the_code_is_that_of_a_missing_permission() -> None:
    settings = HTTPS.replace({"v4auth": False})
    message = "The signature version is not supported"
    assert finding_for("AccessDenied", 403, message, settings=settings).cause is Cause.V4_REQUIRED


def test_a_proxy_that_changes_headers_should_pass_them_on() -> None:
    code, status, message, _ = VAGUE["MinIO, a changed header"]
    assert "Make it pass all headers unchanged" in finding_for(code, status, message).text


def test_a_store_that_requires_https_with_a_denial_gets_https() -> None:
    code, status, message, _ = VAGUE["MinIO, plain http"]
    settings = HTTPS.replace({"regionendpoint": "http://store.test", "secure": False})
    finding = finding_for(code, status, message, settings=settings)
    assert finding.fix
    assert finding.fix.set == {"secure": True, "regionendpoint": "https://store.test"}


def test_a_proxy_can_take_the_path_out_of_what_is_signed() -> None:
    with FaultyStore(faults.strip_path("/minio")) as store:
        report = report_of(store.settings(regionendpoint=f"{store.endpoint}/minio"))
    finding = only_failure(report, "list", Cause.WRONG_SECRET, "secretkey")
    assert "or a proxy removes /minio from the signed address" in finding.text


@pytest.mark.sample
@pytest.mark.parametrize("code", ["KMS.DisabledException", "KMS.NotFoundException", "KMSNotConfigured"])
def test_a_key_of_the_bucket_is_not_one_of_the_settings(code: str) -> None:
    with FaultyStore(faults.error("PutObject", 400, code)) as store:
        finding = only_failure(report_of(store.settings()), "write", Cause.STORE_ERROR)
    assert f"The bucket's default encryption uses a key that the store can't use: {code}" in finding.text
    assert finding.fix is None


@pytest.mark.parametrize("action", ["kms:GenerateDataKey", "s3:PutObjectAcl", "s3:ListBucket"])
def test_an_action_that_the_message_names_wins(action: str) -> None:
    message = f"User: arn:aws:iam::1:user/r is not authorized to perform: {action} on resource: x"
    settings = HTTPS.replace({"encrypt": True, "keyid": "k"})
    finding = finding_for("AccessDenied", 403, message, operation="PutObject", settings=settings)
    assert finding.cause is Cause.ACCESS_DENIED
    assert f"{action} is missing" in finding.text
    assert finding.fix
    assert action in finding.fix.text


def test_an_explicit_deny_is_not_answered_with_allow_it() -> None:
    message = "is not authorized to perform: s3:PutObject with an explicit deny in a resource-based policy"
    finding = finding_for("AccessDenied", 403, message, operation="PutObject")
    assert finding.cause is Cause.ACCESS_DENIED
    assert "denies" in finding.text
    assert finding.fix is None


@pytest.mark.parametrize(
    ("registry", "words"), [("distribution-2", "leaves its upload"), ("distribution-3", "every push fails")]
)
def test_what_fails_without_the_permission_to_delete_depends_on_the_registry(registry: str, words: str) -> None:
    settings = HTTPS.replace({"registry": registry})
    assert words in finding_for("AccessDenied", 403, operation="DeleteObjects", settings=settings).text


# Values that are sent with each object: the fix is offered only if a write with it succeeds


SENT: dict[str, tuple[Fault, dict[str, Value], Cause, dict[str, Value]]] = {
    "encryption is refused": (
        faults.refuse_header(faults.ENCRYPTION, "InvalidArgument", "Server side encryption is not configured"),
        {"encrypt": True},
        Cause.UNSUPPORTED,
        {"encrypt": False, "keyid": ""},
    ),
    "encryption is refused without a word": (
        faults.refuse_header(faults.ENCRYPTION, "InvalidArgument"),
        {"encrypt": True},
        Cause.UNSUPPORTED,
        {"encrypt": False, "keyid": ""},
    ),
    "encryption is refused in the words of any missing call": (
        faults.refuse_header(faults.ENCRYPTION, "NotImplemented", "A header you provided is not implemented"),
        {"encrypt": True},
        Cause.UNSUPPORTED,
        {"encrypt": False, "keyid": ""},
    ),
    "encryption is refused with a bare status": (
        faults.refuse_header(faults.ENCRYPTION, ""),
        {"encrypt": True},
        Cause.UNSUPPORTED,
        {"encrypt": False, "keyid": ""},
    ),
    "a KMS key is refused": (
        faults.refuse_header(faults.ENCRYPTION, "NotImplemented", "A header is not implemented", value="aws:kms"),
        {"encrypt": True, "keyid": "k"},
        Cause.UNSUPPORTED,
        {"keyid": ""},
    ),
    "a KMS key is refused by its name": (
        faults.refuse_header(faults.ENCRYPTION, "KMS.NotFoundException", value="aws:kms"),
        {"encrypt": True, "keyid": "k"},
        Cause.UNSUPPORTED,
        {"keyid": ""},
    ),
    "encryption is required": (
        faults.require_header(faults.ENCRYPTION, "AccessDenied", "Access Denied"),
        {},
        Cause.ENCRYPTION_REQUIRED,
        {"encrypt": True},
    ),
    "encryption with a KMS key is required": (
        faults.require_header(faults.ENCRYPTION, "AccessDenied", "Access Denied", value="aws:kms"),
        {},
        Cause.ENCRYPTION_REQUIRED,
        {"keyid": "alias/aws/s3", "encrypt": True},
    ),
    "a storage class is refused": (
        faults.refuse_header("x-amz-storage-class", "InvalidStorageClass", value="REDUCED_REDUNDANCY"),
        {"storageclass": "REDUCED_REDUNDANCY"},
        Cause.UNSUPPORTED,
        {"storageclass": "STANDARD"},
    ),
    "a public ACL is refused": (
        faults.refuse_header("x-amz-acl", "AccessDenied", "The BlockPublicAcls setting prevents it", value="public*"),
        {"objectacl": "public-read"},
        Cause.ACL_NOT_SUPPORTED,
        {"objectacl": "private"},
    ),
    "another ACL is required": (
        faults.refuse_header("x-amz-acl", "AccessDenied", "Access Denied", value="private", status=403),
        {},
        Cause.ACL_NOT_SUPPORTED,
        {"objectacl": "bucket-owner-full-control"},
    ),
    "any storage class is refused": (
        faults.refuse_header("x-amz-storage-class", "NotImplemented", "A header is not implemented", status=501),
        {},
        Cause.UNSUPPORTED,
        {"storageclass": "NONE"},
    ),
    "ACLs are refused": (
        faults.refuse_header("x-amz-acl", "AccessControlListNotSupported", value="private"),
        {},
        Cause.ACL_NOT_SUPPORTED,
        {"objectacl": "bucket-owner-full-control"},
    ),
}


@pytest.mark.sample
@pytest.mark.parametrize("name", sampled(SENT, 2))
def test_a_refused_value_has_a_fix_that_turns_the_report_green(name: str) -> None:
    fault, changes, cause, fix = SENT[name]
    with FaultyStore(fault) as store:
        settings = store.settings(**changes)
        report = report_of(settings)
        finding = only_failure(report, "write", cause, next(iter(fix)))
        assert finding.fix
        assert finding.fix.set == fix
        assert store.contents() == []
        assert report_of(apply_fix(settings, finding)).passed


@pytest.mark.parametrize("changes", [{"encrypt": True, "keyid": "k"}, {}])
def test_a_missing_permission_for_a_kms_key_is_not_avoided_by_another_encryption(changes: dict[str, Value]) -> None:
    message = "is not authorized to perform: kms:GenerateDataKey on resource: k"
    refused = faults.refuse_header(faults.ENCRYPTION, "AccessDenied", message, value="aws:kms", status=403)
    required = faults.require_header(faults.ENCRYPTION, "AccessDenied", message)
    with FaultyStore(refused if changes else required) as store:
        finding = only_failure(report_of(store.settings(**changes)), "write", Cause.ACCESS_DENIED)
    assert "kms:GenerateDataKey is missing" in finding.text
    assert finding.fix
    assert not finding.fix.set


def test_an_upload_in_parts_that_must_be_encrypted_has_a_fix() -> None:
    required = faults.require_header(faults.ENCRYPTION, "AccessDenied", "Access Denied", calls="CreateMultipartUpload")
    with FaultyStore(required) as store:
        settings = store.settings()
        report = report_of(settings)
        finding = finding_of(report, "multipart")
        assert (finding.cause, finding.setting) == (Cause.ENCRYPTION_REQUIRED, "encrypt")
        assert (store.contents(), store.uploads(), report.leftovers) == ([], [], ())
        assert report_of(apply_fix(settings, finding)).passed


def test_a_fix_that_does_not_help_is_not_offered() -> None:
    with FaultyStore(faults.error("PutObject", 400, "InvalidStorageClass")) as store:
        finding = only_failure(
            report_of(store.settings(storageclass="REDUCED_REDUNDANCY")), "write", Cause.UNSUPPORTED, "storageclass"
        )
        assert finding.fix is None


def test_a_source_that_the_store_decodes_wrongly_is_a_matter_of_the_root_directory() -> None:
    settings = HTTPS.replace({"rootdirectory": "/a+b"})
    finding = finding_for("NoSuchKey", 404, operation="CopyObject", settings=settings)
    assert (finding.cause, finding.setting) == (Cause.UNSUPPORTED, "rootdirectory")
    assert finding_for("NoSuchKey", 404, operation="CopyObject").cause is Cause.STORE_ERROR
    assert finding_for("NoSuchKey", 404, operation="GetObject", settings=settings).cause is Cause.STORE_ERROR


def test_an_amazon_endpoint_in_another_region_than_the_bucket_is_replaced() -> None:
    for endpoint in ("http://s3.amazonaws.com", "https://s3.us-west-2.amazonaws.com", "s3-us-west-2.amazonaws.com"):
        settings = HTTPS.replace({"regionendpoint": endpoint})
        finding = finding_for("AuthorizationHeaderMalformed", region="eu-west-1", settings=settings)
        assert (finding.cause, finding.setting) == (Cause.WRONG_REGION, "regionendpoint")
        assert finding.fix
        assert finding.fix.set == {"region": "eu-west-1", "regionendpoint": ""}


@pytest.mark.parametrize(
    ("region", "endpoint"),
    [
        ("af-south-1", "https://s3.af-south-1.amazonaws.com"),
        ("eusc-de-east-1", "https://s3.eusc-de-east-1.amazonaws.eu"),
        ("us-iso-east-1", "https://s3.us-iso-east-1.c2s.ic.gov"),
    ],
)
def test_a_region_that_the_registry_does_not_know_gets_its_own_endpoint(region: str, endpoint: str) -> None:
    settings = HTTPS.replace({"regionendpoint": "https://s3.amazonaws.com", "registry": "distribution-2"})
    finding = finding_for("PermanentRedirect", 301, region=region, settings=settings)
    assert finding.fix
    assert finding.fix.set == {"region": region, "regionendpoint": endpoint}


def test_an_unknown_error_is_quoted_with_its_code_and_message() -> None:
    text = finding_for("Odd", message="We are \u202esorry.").text
    assert text == "The store failed to list the bucket: Odd: We are �sorry. Check the store's log."


@pytest.mark.parametrize(
    ("message", "quoted"), [("No suffix", "No suffix"), ("No suffix.", "No suffix"), ("No suffix...", "No suffix")]
)
def test_the_words_of_a_store_end_with_one_full_stop(message: str, quoted: str) -> None:
    assert finding_for("Odd", message=message).text == (
        f"The store failed to list the bucket: Odd: {quoted}. Check the store's log."
    )


def test_an_unknown_error_without_a_code_is_quoted_with_its_status() -> None:
    error = ErrorResponse("ListObjects", 418, "", "")
    assert "The store failed to list the bucket: 418 I'm a Teapot." in diagnose_error_response(error, HTTPS).text


def test_an_unknown_operation_is_an_answer() -> None:
    assert finding_for("Odd", operation="GetSomething").text.startswith("The store returned an error: Odd.")


# Access


def test_a_denied_call_names_the_action_and_the_resource() -> None:
    finding = finding_for("AccessDenied", 403, operation="PutObject")
    assert "aren't allowed to write objects: s3:PutObject is missing on images/*." in finding.text
    assert finding.fix
    assert (finding.fix.text, finding.fix.set) == ("Allow s3:PutObject for these keys in the store's policy.", {})


@pytest.mark.parametrize("operation", ["CopyObject", "UploadPartCopy"])
def test_a_denied_copy_can_lack_either_action(operation: str) -> None:
    text = finding_for("AccessDenied", 403, operation=operation).text
    assert "s3:GetObject or s3:PutObject is missing on images/*." in text


def test_a_denied_call_fails_only_its_check() -> None:
    with FaultyStore(faults.deny("PutObject")) as store:
        only_failure(report_of(store.settings()), "write", Cause.ACCESS_DENIED)


def test_a_wrong_secret_and_an_unknown_key_are_different_causes(rclone: Rclone) -> None:
    store = rclone.store()
    only_failure(report_of(store.settings(secretkey=Secret("wrong"))), "list", Cause.WRONG_SECRET, "secretkey")
    report = report_of(store.settings(accesskey="unknown"))
    only_failure(report, "list", Cause.UNKNOWN_ACCESS_KEY, "accesskey")
    layers = [result_of(report, layer).status.value for layer in ("resolve", "connect", "tls", "clock")]
    assert layers == ["passed", "passed", "skipped", "passed"]


@pytest.mark.parametrize(
    ("code", "message", "cause"),
    [
        ("ExpiredToken", "The provided token has expired.", Cause.EXPIRED_TOKEN),
        (
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; the Credential is mal-formed; expecting ...",
            Cause.MALFORMED_ACCESS_KEY,
        ),
    ],
)
def test_an_access_key_that_the_store_rejects_fails_at_the_access_key(code: str, message: str, cause: Cause) -> None:
    with FaultyStore(faults.error("*", 400, code, message)) as store:
        only_failure(report_of(store.settings()), "list", cause, "accesskey")


# Bucket and region


def test_a_missing_bucket_is_named_and_can_be_created(store: LiveStore) -> None:
    finding = only_failure(report_of(store.settings(bucket="missing-bucket")), "list", Cause.NO_BUCKET, "bucket")
    assert "missing-bucket" in finding.text
    assert finding.fix
    assert finding.fix.creates_bucket


def test_a_bucket_in_the_host_name_is_taken_out_where_the_store_reads_it_there() -> None:
    settings = HTTPS.replace({"regionendpoint": "https://images.store.test:9000"})
    finding = finding_for("NoSuchKey", 404, settings=settings)
    assert (finding.cause, finding.setting) == (Cause.INVALID_SETTING, "regionendpoint")
    assert finding.fix
    assert finding.fix.set == {"regionendpoint": "https://store.test:9000"}
    assert finding_for("NoSuchKey", 404, operation="GetObject", settings=settings).cause is Cause.STORE_ERROR


@pytest.mark.parametrize("region", ["", "eu-west-1"])
def test_a_rejected_region_without_another_has_no_fix(region: str) -> None:
    finding = finding_for("PermanentRedirect", 301, region=region)
    assert finding.fix is None
    assert "rejected the region eu-west-1" in finding.text


@pytest.mark.parametrize(
    ("endpoint", "changed"),
    [
        ("https://s3.eu-west-1.store.test:9000", "https://s3.us-east-2.store.test:9000"),
        ("https://eu-west-1.s3.store.test", "https://us-east-2.s3.store.test"),
        ("s3-eu-west-1.store.test", "s3-us-east-2.store.test"),
        ("https://s3.eu-west-1.store.test/path", "https://s3.us-east-2.store.test/path"),
        (f"https://s3.eu-west-1.{LONG_HOST}", f"https://s3.us-east-2.{LONG_HOST}"),
        ("https://store.test/eu-west-1", None),
        ("https://neu-west-1.store.test", None),
        ("https://eu-west-1.test", None),
        ("https://eu-west-1", None),
        ("https://10.0.0.5", None),
        ("", None),
    ],
)
def test_the_region_in_an_endpoint_changes_with_the_region(endpoint: str, changed: str | None) -> None:
    settings = HTTPS.replace({"regionendpoint": endpoint})
    finding = finding_for("PermanentRedirect", 301, region="us-east-2", settings=settings)
    assert finding.fix
    assert finding.fix.set == {"region": "us-east-2"} | ({"regionendpoint": changed} if changed else {})


@pytest.mark.sample
@pytest.mark.parametrize("fault", [faults.require_region("eu-west-1"), faults.permanent_redirect("eu-west-1")])
@pytest.mark.parametrize("changes", [{"registry": "dtr"}, {"registry": "distribution-3", "forcepathstyle": True}])
def test_a_wrong_region_is_fixed_by_the_one_that_the_store_names(fault: Fault, changes: dict[str, Value]) -> None:
    with FaultyStore(fault) as store:
        settings = store.settings(**changes)
        finding = only_failure(report_of(settings), "list", Cause.WRONG_REGION, "region")
        listing = "ListObjects" if settings.registry == "dtr" else "ListObjectsV2"
        # The check's listing, that of an absent object, one without the fix and one with it.
        assert store.calls.count(listing) <= 5
        assert store.calls.count("PutObject") == 1
        assert report_of(apply_fix(settings, finding)).passed


# Protocol


@pytest.mark.sample
@pytest.mark.parametrize("redirect", [True, False])
def test_a_store_that_requires_v4_is_fixed_by_v4(redirect: bool) -> None:
    with FaultyStore(faults.require_v4()) as store:
        settings = store.settings(v4auth=False, redirect=redirect)
        finding = only_failure(report_of(settings), "list", Cause.V4_REQUIRED, "v4auth")
        assert report_of(apply_fix(settings, finding)).passed


def test_a_store_that_requires_v2_is_fixed_by_v2() -> None:
    with FaultyStore(faults.require_v2()) as store:
        finding = only_failure(report_of(store.settings()), "list", Cause.V2_REQUIRED, "v4auth")
        assert report_of(apply_fix(store.settings(), finding)).passed


@pytest.fixture
def localhost_with_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """BUCKET.localhost is this machine; not every machine resolves that."""
    resolve = socket.getaddrinfo

    def resolve_here(host: str, *rest: Any, **more: Any) -> Any:
        return resolve("127.0.0.1" if host.endswith(".localhost") else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_here)


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ({}, "Amazon S3 accepts only bucket-owner-full-control then: set that, or enable ACLs on the bucket."),
        ({"objectacl": "bucket-owner-full-control"}, "Enable ACLs on the bucket."),
        ({"registry": "gitlab"}, "Turn objectownership on, or enable ACLs on the bucket."),
    ],
)
def test_disabled_acls_have_a_remedy_where_no_fix_works(changes: dict[str, Value], remedy: str) -> None:
    settings = HTTPS.replace(changes)
    text = finding_for("AccessControlListNotSupported", 400, operation="PutObject", settings=settings).text
    assert f'the registry sends the ACL "{settings.objectacl}" with each object. {remedy}' in text


@pytest.mark.usefixtures("localhost_with_buckets")
def test_virtual_hosted_style_is_a_fix_for_registries_that_support_it() -> None:
    with FaultyStore(faults.require_virtual_host()) as store:
        by_name = store.live.endpoint.replace("127.0.0.1", "localhost")
        settings = store.settings(registry="distribution-3", forcepathstyle=True, regionendpoint=by_name)
        finding = only_failure(report_of(settings), "list", Cause.VIRTUAL_HOST_REQUIRED, "forcepathstyle")
        assert not apply_fix(settings, finding).forcepathstyle
        assert report_of(apply_fix(settings, finding)).passed


def test_virtual_hosted_style_is_no_fix_for_other_registries() -> None:
    with FaultyStore(faults.require_virtual_host()) as store:
        finding = only_failure(report_of(store.settings()), "list", Cause.VIRTUAL_HOST_REQUIRED, "registry")
    assert finding.fix is None
    assert "Use Distribution 3." in finding.text


@pytest.mark.parametrize("registry", ["distribution-3", "gitlab", "zot"])
def test_a_registry_with_virtual_hosted_style_gets_that_as_the_fix(registry: str) -> None:
    settings = HTTPS.replace({"registry": registry, "forcepathstyle": True})
    finding = finding_for("SecondLevelDomainForbidden", 403, settings=settings)
    assert "2.x" not in finding.text
    assert "With path style off, DNS must resolve that name." in finding.text
    assert finding.fix == fixes.PATH_STYLE_OFF


# The store itself


def test_a_call_that_the_store_does_not_support_is_named() -> None:
    finding = finding_for("NotImplemented", 501, operation="PutObject")
    assert "doesn't support the call to write objects (PutObject: not implemented)." in finding.text
    assert finding.fix is None


def test_a_store_without_part_copies_is_fixed_by_whole_copies() -> None:
    with FaultyStore(faults.not_implemented("UploadPartCopy")) as store:
        finding = only_failure(report_of(store.settings()), "multipart-copy", Cause.UNSUPPORTED)
        assert report_of(apply_fix(store.settings(), finding)).passed


@pytest.mark.parametrize(
    "fault", [faults.slow_down(), faults.error("*", 429, "TooManyRequests"), faults.error("*", 503, "SlowDown", None)]
)
def test_a_busy_store_is_reported_once(fault: Fault) -> None:
    with FaultyStore(fault) as store:
        assert "is rate limiting requests" in only_failure(report_of(store.settings()), "list", Cause.THROTTLED).text
        # The check, the look-up of an absent object, a repetition of both, and two searches for leftovers.
        assert store.calls.count("ListObjects") <= 6


def test_a_store_that_fails_is_a_store_error() -> None:
    with FaultyStore(faults.error("PutObject", 500, "InternalError", "We are \u202esorry.")) as store:
        text = only_failure(report_of(store.settings()), "write", Cause.STORE_ERROR).text
    assert "InternalError: We are" in text
    assert "\u202e" not in text


@pytest.mark.parametrize(("chunksize", "size"), [(10 * MIB, "up to 20 MiB"), (5 * MIB, "up to 10 MiB")])
def test_a_size_limit_names_the_largest_part(chunksize: int, size: str) -> None:
    text = finding_for("EntityTooLarge", 413, settings=HTTPS.replace({"chunksize": chunksize})).text
    assert size in text
    assert "client_max_body_size" in text


# Other servers


@pytest.mark.parametrize("status", [400, 404])
def test_an_error_without_a_code_is_not_s3(status: int) -> None:
    assert finding_for(status=status).cause is Cause.NOT_S3


def test_an_html_page_is_not_s3() -> None:
    finding = finding_for(status=403, headers={"content-type": "text/html"})
    assert finding.cause is Cause.NOT_S3
    assert "a web page" in finding.text


def test_an_html_page_of_a_proxy_whose_store_is_down_is_a_store_error() -> None:
    assert finding_for(status=502, headers={"content-type": "text/html"}).cause is Cause.STORE_ERROR


def test_a_code_counts_also_if_it_is_declared_as_html() -> None:
    assert finding_for("AccessDenied", 403, headers={"content-type": "text/html"}).cause is Cause.ACCESS_DENIED


def test_the_answer_to_a_head_has_no_code() -> None:
    assert finding_for(status=404, operation="HeadObject").cause is Cause.STORE_ERROR


def test_a_web_console_is_not_s3() -> None:
    with FaultyStore(faults.console_page()) as store:
        report = report_of(store.settings())
    assert "a web page" in only_failure(report, "list", Cause.NOT_S3, "regionendpoint").text


def test_a_bad_gateway_is_a_store_error() -> None:
    with FaultyStore(faults.bad_gateway("PutObject")) as store:
        text = only_failure(report_of(store.settings()), "write", Cause.STORE_ERROR).text
    assert "502: Bad Gateway" in text


# Redirects of a proxy


def redirect_to(location: str, endpoint: str) -> Finding:
    """The finding for a redirect."""
    settings = HTTPS.replace({"regionendpoint": endpoint})
    return finding_for(status=308, headers={"location": location}, settings=settings)


@pytest.mark.sample
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["http://sso.example:8443", "https://sso.example"])
def test_a_redirect_to_another_host_is_not_s3(status: int, target: str) -> None:
    with FaultyStore(faults.redirect("*", status, f"{target}/login?next=\u202e")) as store:
        finding = only_failure(report_of(store.settings()), "list", Cause.NOT_S3, "regionendpoint")
    assert f"redirects all requests to {target}, which breaks pushes." in finding.text
    assert finding.fix is None


@pytest.mark.parametrize(
    ("location", "endpoint"),
    [
        ("https://store.test/images", "https://store.test"),
        ("https://store.test:443/", "https://store.test"),
        ("https://STORE.test:8443/", "https://store.test:8443"),
        ("https://images.store.test/", "https://store.test"),
    ],
)
def test_a_redirect_to_https_on_the_same_host_has_a_fix(location: str, endpoint: str) -> None:
    finding = redirect_to(location, "http://store.test:9000")
    assert (finding.cause, finding.setting) == (Cause.HTTPS_REQUIRED, "regionendpoint")
    assert finding.fix
    assert finding.fix.set == {"regionendpoint": endpoint, "secure": True}


def test_a_fix_for_a_redirect_has_the_complete_host() -> None:
    finding = redirect_to(f"https://{LONG_HOST}/", f"http://{LONG_HOST}")
    assert finding.fix
    assert finding.fix.set["regionendpoint"] == f"https://{LONG_HOST}"


def test_two_long_hosts_with_the_same_beginning_are_two_hosts() -> None:
    finding = redirect_to(f"https://{LONG_HOST.replace('.test', '.other')}/", f"http://{LONG_HOST}")
    assert (finding.cause, finding.fix) == (Cause.NOT_S3, None)


@pytest.mark.parametrize(
    ("location", "endpoint"),
    [
        ("https://store.test:port/", "http://store.test"),
        ("https://store.test/", "https://store.test"),
        ("http://store.test/", "http://store.test"),
    ],
    ids=["not a port", "already https", "not https"],
)
def test_a_redirect_on_the_same_host_can_be_useless(location: str, endpoint: str) -> None:
    finding = redirect_to(location, endpoint)
    assert (finding.cause, finding.fix) == (Cause.NOT_S3, None)


@pytest.mark.parametrize("location", ["/images", "https://\x1b]0;x\x07/", ""])
def test_a_redirect_without_a_valid_host_is_not_quoted(location: str) -> None:
    assert "redirects all requests, which breaks pushes." in redirect_to(location, "https://store.test").text
