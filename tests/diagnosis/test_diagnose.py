"""Every cause, with its setting and its fix; and what a cause that makes every call fail does to other failures."""

from __future__ import annotations

import dataclasses

import pytest

from tests.support import faults
from tests.support.faulty_store import FaultyStore
from tests.support.findings import apply_fix, only_failure
from tests.support.http_server import serve_wsgi
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto, moto_app
from tests.support.paths import ROOT
from tests.support.reports import finding_of, report_of, result_of
from wizard.diagnosis.diagnose import STORE_WIDE, diagnose
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.secret import Secret
from wizard.model.settings import MIB, Settings, Value
from wizard.s3.errors import ContractViolation, NoCredentials, NotS3, NotSent, StoreError
from wizard.validation.results import Status

SETTINGS = Settings(regionendpoint="https://store.test:9000")


# Errors without a module of their own


def test_a_violation_of_the_contract_has_its_finding_already() -> None:
    finding = Finding(Cause.CORRUPTED, "Other bytes came back.")
    assert diagnose(ContractViolation("GetObject", finding), SETTINGS) == finding


def test_missing_credentials_are_described_safely() -> None:
    finding = diagnose(NoCredentials("ListObjects", "no credentials in \x1b[2J"), SETTINGS)
    assert (finding.cause, finding.setting) == (Cause.NO_CREDENTIALS, "accesskey")
    assert "there are no credentials in �[2J. Enter keys" in finding.text


def test_malformed_xml_was_corrupted_on_its_way() -> None:
    finding = diagnose(NotS3("ListObjects", "<a>", is_malformed_xml=True), SETTINGS)
    assert finding.cause is Cause.CORRUPTED
    assert finding.text.startswith("When asked to list the bucket, the store replies with corrupt XML")


def test_a_value_that_cannot_be_read_is_not_blamed_on_a_proxy() -> None:
    with FaultyStore(faults.replace_text("ListObjects", "<MaxKeys>", "<MaxKeys>x")) as store:
        finding = only_failure(report_of(store.settings()), "list", Cause.CORRUPTED)
    assert finding.text == "When asked to list the bucket, the store replies with a value that registries can't parse."


def test_a_request_that_cannot_be_made_names_the_reason() -> None:
    finding = diagnose(NotSent("ListObjects", "Invalid length."), SETTINGS)
    assert (finding.cause, finding.text) == (
        Cause.INVALID_SETTING,
        "No request can be made with these settings: Invalid length.",
    )


@pytest.mark.parametrize(("detail", "text"), [("<HTML>", "a web page"), ("hello", "something that isn't S3")])
def test_another_answer_is_not_s3(detail: str, text: str) -> None:
    finding = diagnose(NotS3("ListObjects", detail), SETTINGS)
    assert finding.cause is Cause.NOT_S3
    assert text in finding.text


def test_an_unknown_error_is_raised_again() -> None:
    error = StoreError("ListObjects")
    with pytest.raises(StoreError) as caught:
        diagnose(error, SETTINGS)
    assert caught.value is error


@pytest.mark.parametrize(
    "settings",
    [Settings(secretkey=Secret("canary-word/9")), Settings(regionendpoint="https://me:canary-word/9@store.test")],
)
def test_a_credential_that_a_store_or_a_library_repeats_is_hidden(settings: Settings) -> None:
    for error in (
        NoCredentials("ListObjects", "no credentials for canary-word/9 here"),
        ContractViolation("GetObject", Finding(Cause.CORRUPTED, "canary-word%2F9", fix=Fix("Use canary-word/9."))),
    ):
        finding = diagnose(error, settings)
        assert "(hidden)" in finding.text
        assert "canary" not in repr(finding)


# Causes that make every call fail


@pytest.mark.sample
@pytest.mark.parametrize(
    ("status", "code", "cause"),
    [
        (400, "ExpiredToken", Cause.EXPIRED_TOKEN),
        (403, "InvalidAccessKeyId", Cause.UNKNOWN_ACCESS_KEY),
        (403, "SignatureDoesNotMatch", Cause.WRONG_SECRET),
        (404, "NoSuchBucket", Cause.NO_BUCKET),
        (301, "PermanentRedirect", Cause.WRONG_REGION),
        (400, "UnsupportedAlgorithm", Cause.V4_REQUIRED),
        (403, "SecondLevelDomainForbidden", Cause.VIRTUAL_HOST_REQUIRED),
    ],
)
def test_beside_a_store_wide_cause_no_other_failure_is_reported(status: int, code: str, cause: Cause) -> None:
    """Its message differs for each call, and the other call fails with another error."""
    assert cause in STORE_WIDE
    with FaultyStore(faults.error("ListObjects", status, code), faults.deny("PutObject")) as store:
        report = report_of(store.settings())
    assert report.failed == ("list",)
    assert finding_of(report, "list").cause is cause
    write = result_of(report, "write")
    assert (write.status, write.reason) == (Status.SKIPPED, "the same cause as `list`")


def test_beside_another_cause_each_failure_is_reported() -> None:
    assert Cause.STORE_ERROR not in STORE_WIDE
    with FaultyStore(faults.error("ListObjects", 500, "InternalError"), faults.deny("PutObject")) as store:
        assert report_of(store.settings()).failed == ("list", "write")


# Causes that the rules and the checks find


def test_an_invalid_setting_fails_before_the_first_call() -> None:
    with FaultyStore() as store:
        settings = store.settings(chunksize=1)
        finding = only_failure(report := report_of(settings), "settings", Cause.INVALID_SETTING, "chunksize")
        assert store.calls == []
        assert {result.status for result in report.results[1:]} == {Status.SKIPPED}
        assert apply_fix(settings, finding).chunksize == 10 * MIB


def test_a_key_without_its_secret_is_no_credentials(store: LiveStore) -> None:
    only_failure(report_of(store.settings(secretkey=Secret())), "settings", Cause.NO_CREDENTIALS, "secretkey")


@pytest.mark.parametrize("changes", [{"registry": "dtr"}, {"registry": "distribution-3", "forcepathstyle": True}])
def test_blank_keys_without_another_source_are_no_credentials(changes: dict[str, Value]) -> None:
    with FaultyStore() as store:
        report = report_of(store.settings(accesskey="", secretkey=Secret(), **changes))
        only_failure(report, "list", Cause.NO_CREDENTIALS, "accesskey")
        assert store.calls == []
    layers = [result_of(report, layer).status.value for layer in ("resolve", "connect", "tls", "clock")]
    assert layers == ["skipped"] * 4
    assert report.leftovers == ()


def test_an_address_requires_path_style(store: LiveStore) -> None:
    settings = store.settings(registry="distribution-3")
    finding = only_failure(report_of(settings), "settings", Cause.PATH_STYLE_REQUIRED, "forcepathstyle")
    assert report_of(apply_fix(settings, finding)).passed


def test_redirects_without_v4_require_v4(store: LiveStore) -> None:
    settings = store.settings(v4auth=False)
    finding = only_failure(report_of(settings), "presigned-read", Cause.V4_REQUIRED, "v4auth")
    assert report_of(apply_fix(settings, finding)).passed


def test_other_bytes_are_corrupted() -> None:
    with FaultyStore(faults.corrupt_body("GetObject")) as store:
        only_failure(report_of(store.settings()), "read", Cause.CORRUPTED)


def test_objects_that_cannot_be_deleted_are_leftovers() -> None:
    with FaultyStore(faults.deny("DeleteObjects")) as store:
        finding = finding_of(report_of(store.settings()), "cleanup")
    assert (finding.cause, finding.setting) == (Cause.LEFTOVERS, "")


@pytest.mark.sample
@pytest.mark.parametrize(
    ("limit", "fix"), [(MIB, {}), (10 * MIB - 1, {"chunksize": 5 * MIB}), (20 * MIB - 2, {"chunksize": 5 * MIB})]
)
def test_a_size_limit_below_the_largest_part_is_too_large(moto: Moto, limit: int, fix: dict[str, Value]) -> None:
    with serve_wsgi(moto_app(), max_body_bytes=limit) as endpoint:
        store = dataclasses.replace(moto.store(), endpoint=endpoint)
        finding = only_failure(report_of(store.settings()), "multipart-list", Cause.TOO_LARGE)
        assert "Parts are up to 20 MiB" in finding.text
        assert (finding.fix.set if finding.fix else {}) == fix
        assert not fix or report_of(store.settings(**fix)).passed


def test_no_smaller_parts_are_a_fix_for_a_provider_that_requires_large_ones(moto: Moto) -> None:
    with serve_wsgi(moto_app(), max_body_bytes=150 * MIB) as endpoint:
        store = dataclasses.replace(moto.store(), endpoint=endpoint)
        report = report_of(store.settings(provider="scaleway", chunksize=100 * MIB))
    finding = finding_of(report, "multipart-list")
    assert (finding.cause, finding.fix) == (Cause.TOO_LARGE, None)


def test_a_size_limit_of_the_largest_part_passes(moto: Moto) -> None:
    with serve_wsgi(moto_app(), max_body_bytes=20 * MIB - 1) as endpoint:
        store = dataclasses.replace(moto.store(), endpoint=endpoint)
        assert report_of(store.settings()).passed


def test_every_cause_except_those_of_advice_is_tested() -> None:
    """Those of a store in this folder; those of a running registry with its verification."""
    tests = ROOT / "tests"
    files = (
        *tests.glob("diagnosis/test_*.py"),
        *tests.glob("verification/test_*.py"),
        tests / "registry/verify_rows.py",
    )
    sources = "".join(path.read_text(encoding="utf-8") for path in files)
    assert [cause.value for cause in Cause if f"Cause.{cause.name}" not in sources] == [
        "uneven-parts",
        "folder-objects",
        "advice",
    ]
