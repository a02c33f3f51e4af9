"""The secret key appears in no event, error, log line or traceback of a run."""

from __future__ import annotations

import itertools
import logging
import traceback
from pathlib import Path

import pytest

from tests.support import faults
from tests.support.canary import SECRET, leaks
from tests.support.faulty_store import Fault, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.ports import closed_port, fixed_response_port
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3.client import Store
from wizard.s3.errors import StoreError
from wizard.s3.timeouts import Timeouts
from wizard.validation import runner
from wizard.validation.results import Report

FAULTS: dict[str, tuple[Fault, ...]] = {
    "denied": (faults.deny("*"),),
    "web page": (faults.console_page(),),
    "connection reset": (faults.reset_connection(),),
    "throttled": (faults.slow_down(),),
    "incomplete body": (faults.incomplete_body("GetObject"),),
    "wrong signature": (faults.error("*", 403, "SignatureDoesNotMatch", "Check your key and signing method."),),
}
CALLS: dict[str, dict[str, object]] = {
    "ListObjects": {},
    "PutObject": {"Key": "key", "Body": b"body"},
    "GetObject": {"Key": "key"},
    "DeleteObjects": {"Delete": {"Objects": [{"Key": "key"}]}},
    "UploadPart": {"Key": "key", "UploadId": "id", "PartNumber": "not a number", "Body": b""},
}


def errors_of(settings: Settings) -> list[StoreError]:
    """The errors of all `CALLS`, and of following a presigned link."""
    store, errors = Store(settings, Timeouts(0.3, 0.3)), []
    for name, parameters in CALLS.items():
        try:
            store.call(name, Bucket=settings.bucket, **parameters)
        except StoreError as error:
            errors.append(error)
    try:
        store.fetch(store.presigned_url("GetObject", Bucket=settings.bucket, Key="key"), "GetObject")
    except StoreError as error:
        errors.append(error)
    store.close()
    return errors


def text_of(error: StoreError) -> str:
    """Everything that printing or logging an error could show."""
    chain: list[BaseException | None] = [error, error.__cause__, error.__context__, *getattr(error, "chain", list)()]
    texts = [f"{part!r} {part} {getattr(part, '__dict__', '')}" for part in chain if part is not None]
    return "\n".join([*texts, *traceback.format_exception(error)])


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("injected", "v4auth"), list(zip(FAULTS.values(), itertools.cycle([True, False]), strict=False)), ids=FAULTS
)
def test_no_error_of_a_call_contains_the_secret(injected: tuple[Fault, ...], v4auth: bool) -> None:
    with FaultyStore(*injected) as store:
        errors = errors_of(store.settings(secretkey=Secret(SECRET), v4auth=v4auth))
        assert errors
        assert leaks(*map(text_of, errors)) == []


@pytest.mark.sample
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_error_of_a_connection_contains_the_secret(store: LiveStore, scheme: str) -> None:
    with closed_port() as closed, fixed_response_port(b"nonsense\r\n") as not_http:
        for address in (f"127.0.0.1:{closed}", f"127.0.0.1:{not_http}", "store.invalid:9000"):
            errors = errors_of(store.settings(regionendpoint=f"{scheme}://{address}", secretkey=Secret(SECRET)))
            assert len(errors) == len(CALLS) + 1
            assert leaks(*map(text_of, errors)) == []


@pytest.mark.sample
@pytest.mark.parametrize("injected", FAULTS.values(), ids=FAULTS)
def test_no_event_and_no_log_line_contains_the_secret(
    injected: tuple[Fault, ...], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.WARNING)
    with FaultyStore(*injected) as store:
        events = list(runner.run_checks(store.settings(secretkey=Secret(SECRET))))
    report = events[-1]
    assert isinstance(report, Report)
    texts = [f"{event!r} {event}" for event in events]
    texts += [f"{result.finding!r} {result.finding}" for result in report.results]
    assert leaks(*texts, str(report.as_json("file")), caplog.text, *capfd.readouterr()) == []


def test_no_traceback_of_a_crash_contains_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.checks.context.CheckContext.verify_content", lambda *_: 1 / 0)
    with FaultyStore() as store:
        with pytest.raises(ZeroDivisionError) as caught:
            list(runner.run_checks(store.settings(secretkey=Secret(SECRET))))
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        assert leaks("".join(shown.format())) == []


ACCESS_KEY = "ASIAIOSFODNN7EXAMPLE"
TOKEN = "FwoGZXIvYXdzEJr//////////wEaDK7canary+token/of=a&session0123456789abcdefghij"


@pytest.mark.sample
@pytest.mark.parametrize("code", ["InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "Odd"])
@pytest.mark.parametrize("is_file", [False, True])
def test_credentials_of_the_environment_that_a_store_repeats_are_hidden(
    code: str, is_file: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    values = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET, "aws_session_token": TOKEN}
    if is_file:
        file = tmp_path / "credentials"
        file.write_text("[default]\n" + "".join(f"{name} = {value}\n" for name, value in values.items()))
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    else:
        for name, value in values.items():
            monkeypatch.setenv(name.upper(), value)
    message = f"Not valid: {ACCESS_KEY}, {SECRET} and {TOKEN}"
    with FaultyStore(faults.error("*", 400, code, message)) as store:
        events = list(runner.run_checks(store.settings(accesskey="", secretkey=Secret())))
        store_error = str(events[-1])
    report = events[-1]
    assert isinstance(report, Report)
    assert not report.passed
    text = "\n".join([store_error, *(f"{result.finding}" for result in report.results), str(report.as_json("file"))])
    assert leaks(text) == []
    assert ACCESS_KEY not in text
    assert TOKEN[10:26] not in text
