"""An error that only one kind of call meets is not blamed on what all calls have in common."""

from __future__ import annotations

import pytest

from tests.support import faults
from tests.support.faulty_store import FaultyStore
from tests.support.findings import only_failure
from tests.support.reports import NO_REDIRECT, is_sentence, report_of
from wizard.diagnosis.diagnose import diagnose
from wizard.diagnosis.one_call import finding_of_one_call, is_about_all_calls
from wizard.model.fields_to_correct import field_to_correct
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.s3.errors import ConnectionFailed

SETTINGS = Settings(bucket="images", regionendpoint="http://store.test", rootdirectory="/a", v4auth=True)
WRONG_SECRET = Finding(Cause.WRONG_SECRET, "")


@pytest.mark.sample
@pytest.mark.parametrize("operation", ["PutObject", "CopyObject", "UploadPart", "DeleteObjects", "ListObjects"])
def test_a_secret_is_right_that_other_calls_are_signed_with(operation: str) -> None:
    with FaultyStore(faults.error(operation, 403, "SignatureDoesNotMatch")) as store:
        report = report_of(store.settings())
    (finding,) = [each.finding for each in report.results if each.check.id in report.failed and each.finding]
    assert finding.cause is Cause.STORE_ERROR
    assert f"rejected the signature of {operation} but accepts others, so the secret key is right." in finding.text
    assert is_sentence(finding.text)


def test_a_secret_is_wrong_that_no_call_can_be_signed_with() -> None:
    with FaultyStore(faults.error("*", 403, "SignatureDoesNotMatch")) as store:
        only_failure(report_of(store.settings()), "list", Cause.WRONG_SECRET, "secretkey")


@pytest.mark.parametrize(("root", "char"), [("/a|b", "|"), ("/größe", "ö"), ("/a/b[", "[")])
def test_with_v2_the_root_directory_can_spoil_a_signature(root: str, char: str) -> None:
    settings = SETTINGS.replace({"rootdirectory": root, "v4auth": False})
    finding = finding_of_one_call(WRONG_SECRET, "PutObject", settings)
    assert (finding.cause, finding.setting) == (Cause.UNSUPPORTED, "rootdirectory")
    assert f'With V2 the registry doesn\'t escape "{char}" in the root directory' in finding.text
    assert is_sentence(finding.text)


@pytest.mark.parametrize("changes", [{"v4auth": False}, {"rootdirectory": "/a|b"}], ids=str)
def test_a_root_directory_that_is_sent_as_it_is_signed_is_not_blamed(changes: dict[str, str | bool]) -> None:
    assert finding_of_one_call(WRONG_SECRET, "PutObject", SETTINGS.replace(changes)).cause is Cause.STORE_ERROR


def test_a_bucket_that_other_calls_find_is_not_created() -> None:
    with FaultyStore(faults.error("CopyObject", 404, "NoSuchBucket")) as store:
        finding = only_failure(report_of(store.settings()), "copy", Cause.STORE_ERROR)
    assert "can't find the bucket" in finding.text
    assert finding.fix is None


@pytest.mark.parametrize("while_connecting", [False, True])
def test_the_address_is_right_where_other_calls_are_answered(while_connecting: bool) -> None:
    error = ConnectionFailed("PutObject", (), timed_out=True, while_connecting=while_connecting)
    silence = diagnose(error, SETTINGS)
    assert (silence.cause, silence.setting) == (Cause.TIMEOUT, "regionendpoint")
    assert is_about_all_calls(silence, error) is not while_connecting
    finding = finding_of_one_call(silence, error.operation, SETTINGS)
    assert finding.text.startswith("store.test answered other calls but not the call to write objects. Check the store")
    assert field_to_correct(finding, SETTINGS) == ""


def test_letters_that_a_store_cannot_read_in_the_source_of_a_copy_are_named() -> None:
    with FaultyStore() as store:  # moto takes the UTF-8 of a header for Latin-1; it crashes at UploadPartCopy
        report = report_of(store.settings(rootdirectory="/größe", **NO_REDIRECT))
    finding = only_failure(report, "copy", Cause.UNSUPPORTED, "rootdirectory")
    assert 'misreads "ö" in the root directory' in finding.text
