"""A run as its caller sees it: events, cancel, deadline, clean-up, calls, credentials, and what never shows."""

from __future__ import annotations

import base64
import contextlib
import hmac
import itertools
import logging
import os
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from tests.checks.test_checks import LINES, PASS_THROUGH, finding_of, report_of, what_is_there
from tests.support import faults
from tests.support.aws_clients import s3_client
from tests.support.certificates import Certificates
from tests.support.enforcing_moto import EnforcingMoto
from tests.support.faulty_store import CallNext, Fault, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.ports import closed_port, fixed_response_port
from tests.support.processes import wait_for
from tests.support.rclone import Rclone
from tests.support.s3_requests import Environ, operation
from wizard.catalog.registries import registry_of
from wizard.checks.all_checks import S3_CHECKS
from wizard.checks.prefix import KEY_PREFIX, process_tag
from wizard.checks.ledger import Ledger, LedgerClosedError
from wizard.model.findings import Cause, Value
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3.client import Store
from wizard.s3.errors import StoreError
from wizard.s3.timeouts import Timeouts
from wizard.validation import runner
from wizard.validation.quick_check import quick_check
from wizard.validation.results import Event, Report, Result, Started, Status

IDS = [check.id for check in S3_CHECKS]
CANARY = "canaryCANARYcanary/0123456789+canaryCANA"


def collect(settings: Settings) -> tuple[list[Started], list[Result], list[Report]]:
    events = list(runner.run_checks(settings))
    assert isinstance(events[-1], Report)
    return (
        [event for event in events if isinstance(event, Started)],
        [event for event in events if isinstance(event, Result)],
        [event for event in events if isinstance(event, Report)],
    )


def until(events: Iterator[Event], found: Callable[[Event], bool]) -> Event:
    return next(event for event in events if found(event))


def started(check: str) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, Started) and event.check.id == check


def rest_of(events: Iterator[Event]) -> Report:
    *_, report = events
    assert isinstance(report, Report)
    return report


def leftover_keys(report: Report) -> set[str]:
    return {left.partition(" (upload")[0] for left in report.leftovers}


def called(store: FaultyStore, op: str) -> Callable[[], bool | None]:
    return lambda: op in store.calls or None


# --- events ---

STORES: dict[str, tuple[Fault, ...]] = {
    "good": (),
    "deny list": (faults.deny("ListObjects"),),
    "deny write": (faults.deny("PutObject"),),
    "wrong byte": (faults.corrupt_body("GetObject"),),
    "a page": (faults.console_page(),),
    "no delete": (faults.ignore_delete(),),
    "cut off": (faults.reset_connection(),),
}


@pytest.mark.parametrize("breaks", STORES.values(), ids=STORES)
def test_every_check_has_one_result_after_its_start_and_one_report_ends_the_run(breaks: tuple[Fault, ...]) -> None:
    with FaultyStore(*breaks) as store:
        events = list(runner.run_checks(store.settings()))
        results = [event for event in events if isinstance(event, Result)]
        reports = [event for event in events if isinstance(event, Report)]
        assert reports == [events[-1]]
        assert [result.check.id for result in reports[0].results] == IDS
        assert sorted(result.check.id for result in results) == sorted(IDS)
        assert all(result in reports[0].results for result in results)
        begun: set[str] = set()
        for event in events:
            if isinstance(event, Started):
                assert event.check.id not in begun
                begun.add(event.check.id)
            elif isinstance(event, Result) and event.check.calls and event.status is not Status.SKIPPED:
                assert event.check.id in begun


def test_a_skipped_check_says_why() -> None:
    with FaultyStore(faults.deny("PutObject")) as store:
        skipped = [result for result in report_of(store.settings()).results if result.status is Status.SKIPPED]
        assert skipped
        assert all(result.reason for result in skipped)


def test_settings_that_make_no_sense_start_nothing() -> None:
    with FaultyStore() as store:
        begun, results, _ = collect(store.settings(bucket=""))
        assert begun == []
        assert [result.check.id for result in results] == IDS
        assert store.calls == []


def test_a_bug_of_ours_is_raised_to_the_caller_and_cleaned_up_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.checks.context.CheckContext.verify_content", lambda *_: 1 / 0)
    with FaultyStore() as store:
        with pytest.raises(ZeroDivisionError):
            list(runner.run_checks(store.settings()))
        assert what_is_there(store, store.bucket) == []


# --- cancel, deadline, closing ---


@contextlib.contextmanager
def cancelled_once_called(store: FaultyStore, op: str, cancel: threading.Event) -> Iterator[list[float]]:
    """Sets `cancel` as soon as the store has been asked for `op`; the moment, once it has come."""
    at: list[float] = []

    def stop() -> None:
        wait_for(called(store, op))
        at.append(time.monotonic())
        cancel.set()

    stop_on_signals = threading.Thread(target=stop)
    stop_on_signals.start()
    yield at
    stop_on_signals.join()


def wait_for_the_last_check() -> None:
    def over() -> bool | None:
        return None if any(t.name.startswith(("check ", "clean-up")) for t in threading.enumerate()) else True

    wait_for(over)


HANGING = ("PutObject", "CreateMultipartUpload", "DeleteObjects", "*")


@pytest.mark.parametrize("op", HANGING)
def test_a_cancelled_run_is_over_within_a_second_and_names_what_may_come_late(op: str) -> None:
    released, cancel = threading.Event(), threading.Event()
    with FaultyStore(faults.hang(op, released)) as store:
        with cancelled_once_called(store, "PutObject" if op == "*" else op, cancel) as at:
            report = rest_of(runner.run_checks(store.settings(), cancel=cancel))
            assert time.monotonic() - at[0] < 0.7  # sooner than the time for cleaning up where the store answers
        assert report.cancelled
        assert not report.passed
        assert [result.check.id for result in report.results] == IDS
        released.set()
        assert set(what_is_there(store, store.bucket)) <= leftover_keys(report)
        wait_for_the_last_check()
        assert what_is_there(store, store.bucket) == []


def test_a_late_thread_makes_nothing_once_the_run_is_cleaned_up() -> None:
    ledger = Ledger()
    ledger.close()
    for under_way in (ledger.creating_object("key"), ledger.starting_upload("key")):
        with pytest.raises(LedgerClosedError), under_way:
            pytest.fail("the call is made")
    assert ledger.keys() == ledger.unconfirmed_uploads() == []


def test_a_run_that_was_cancelled_before_it_began_leaves_nothing(moto: Moto) -> None:
    cancel = threading.Event()
    cancel.set()
    store = moto.store()
    assert rest_of(runner.run_checks(store.settings(), cancel=cancel)).cancelled
    assert what_is_there(moto, store.bucket) == []


@pytest.mark.parametrize(
    ("op", "check"), [("PutObject", "write"), ("CopyObject", "copy"), ("GetObject presigned", "presigned-read")]
)
def test_the_deadline_is_one_timeout_and_cleaned_up(op: str, check: str) -> None:
    with FaultyStore(faults.hang(op)) as store:
        report = rest_of(runner.run_checks(store.settings(), deadline=2.0))
        assert report.failed == (check,)
        assert finding_of(report, check).cause is Cause.TIMEOUT
        assert not report.cancelled
        assert report.seconds < 3
        assert set(what_is_there(store, store.bucket)) <= leftover_keys(report)


def test_a_failure_that_waits_for_a_hanging_check_is_told_when_the_time_is_up() -> None:
    with FaultyStore(faults.hang("ListObjects"), faults.deny("CopyObject")) as store:
        report = rest_of(runner.run_checks(store.settings(), deadline=1.0))
        assert report.failed == ("list", "copy")
        assert finding_of(report, "copy").cause is Cause.ACCESS_DENIED


@pytest.mark.parametrize("check", ["list", "write", "read", "multipart", "delete"])
def test_closing_the_run_early_cleans_up(check: str) -> None:
    with FaultyStore() as store:
        events = runner.run_checks(store.settings())
        until(events, started(check))
        events.close()  # type: ignore[attr-defined]
        wait_for_the_last_check()
        assert what_is_there(store, store.bucket) == []


def test_the_end_of_one_run_does_not_cancel_others_with_the_same_event(store: LiveStore) -> None:
    cancel = threading.Event()
    with FaultyStore(faults.deny("PutObject")) as other:
        rest_of(runner.run_checks(other.settings(), cancel=cancel))
    events = runner.run_checks(store.settings(), cancel=cancel)
    until(events, started("write"))
    events.close()  # type: ignore[attr-defined]
    assert not cancel.is_set()
    assert rest_of(runner.run_checks(store.settings(), cancel=cancel)).passed


def test_a_run_that_nobody_reads_sends_nothing() -> None:
    with FaultyStore() as store:
        runner.run_checks(store.settings())
        assert store.calls == []


# --- what earlier runs left behind ---


@pytest.fixture(scope="module")
def dead_pid() -> int:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        process.wait()
    return process.pid


HOST = process_tag().partition("-")[0]


@pytest.mark.parametrize("root", ["", "a/b/"])
def test_what_a_dead_process_left_is_removed_and_all_else_is_left_alone(moto: Moto, dead_pid: int, root: str) -> None:
    store = moto.store()
    client = s3_client(store)
    dead, alive = (
        f"{root}{KEY_PREFIX}{HOST}-{dead_pid}-00000000/write",
        f"{root}{KEY_PREFIX}{HOST}-{os.getppid()}-00000000/write",
    )
    elsewhere = f"{root}{KEY_PREFIX}ffffff-{dead_pid}-00000000/write"
    odd = f"{root}{KEY_PREFIX}{HOST}-none-00000000/write"
    for key in (dead, alive, elsewhere, odd):
        client.put_object(Bucket=store.bucket, Key=key, Body=b"left")
        client.create_multipart_upload(Bucket=store.bucket, Key=key)
    client.close()
    assert report_of(store.settings(rootdirectory=root)).passed
    assert sorted(moto.contents(store.bucket)) == sorted([alive, elsewhere, odd])
    assert moto.uploads(store.bucket) == [alive]  # moto dates each upload to 2010: of other hosts, long dead


def test_uploads_that_a_store_lists_unasked_are_left_alone(dead_pid: int) -> None:
    # moto dates each upload to 2010: they look long dead. The second run fails, and looks for uploads of its own.
    for more in (), (faults.error("UploadPart", 500, "InternalError"),):
        with FaultyStore(faults.ignore_prefix("ListMultipartUploads"), *more) as store:
            theirs = ["docker/registry/v2/layer", f"elsewhere/{KEY_PREFIX}{HOST}-{dead_pid}-00000000/write"]
            with contextlib.closing(s3_client(store.live)) as client:
                for key in theirs:
                    client.create_multipart_upload(Bucket=store.bucket, Key=key)
            assert report_of(store.settings(rootdirectory="/a/b")).passed is not bool(more)
            assert store.uploads() == theirs


def test_a_sweep_that_is_not_permitted_is_no_failure_of_its_own() -> None:
    with FaultyStore(faults.deny("ListMultipartUploads")) as store:
        assert report_of(store.settings()).failed == ("multipart-list",)


# --- calls ---

CALLS = {
    "list": 1,
    "write": 1,
    "head": 3,  # one that is there, one that is not, and by version 2; or by HeadObject
    "read": 1,
    "range-read": 1,
    "copy": 2,
    "multipart": 5,
    "multipart-list": 4,  # the list is asked twice: after the begin, and after the abort
    "multipart-copy": 4,
    "presigned-read": 3,
    "delete": 2,
    "cleanup": 2,  # two looks at what earlier runs left
    "lifecycle": 2,
    "versioning": 1,
    "object-lock": 1,
    "public-access": 4,
}


@pytest.mark.parametrize("registry", LINES)
def test_a_good_run_makes_the_declared_calls_and_none_behind_our_back(registry: str) -> None:
    with FaultyStore() as store:
        assert report_of(store.settings(**LINES[registry])).passed
        made = [call.partition(" ")[0] for call in store.calls]
        declared = [call for check in S3_CHECKS for call in check.calls_of(registry_of(registry))]
        assert len(made) == sum(CALLS.values())
        assert set(made) == set(declared)
        assert Counter(made)["PutObject"] == 1
        assert set(made).isdisjoint({"ListBuckets", "HeadBucket", "GetBucketLocation", "CreateBucket"})


@pytest.mark.parametrize("registry", LINES)
def test_each_check_declares_the_calls_that_it_makes(registry: str) -> None:
    assert set(CALLS) == {check.id for check in S3_CHECKS if check.calls}
    for check in S3_CHECKS:
        calls = check.calls_of(registry_of(registry))
        assert len(set(calls)) == len(calls) <= CALLS.get(check.id, 0) + 2


# --- nothing seeps in ---


def config_of_aws(text: str, name: str = "config") -> None:
    folder = Path(os.environ["HOME"], ".aws")
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)


ENVIRONMENTS: dict[str, Mapping[str, str]] = {
    "endpoint": {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"},
    "attempts": {"AWS_MAX_ATTEMPTS": "5", "AWS_RETRY_MODE": "adaptive"},
    "checksums": {
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_supported",
        "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_supported",
    },
    "bundle": {"AWS_CA_BUNDLE": "/nowhere.pem", "REQUESTS_CA_BUNDLE": "/nowhere.pem", "CURL_CA_BUNDLE": "/nowhere.pem"},
    "profile": {"AWS_PROFILE": "nobody", "AWS_DEFAULT_PROFILE": "nobody"},
    "keys": {"AWS_ACCESS_KEY_ID": "AKIAWRONG", "AWS_SECRET_ACCESS_KEY": "wrong", "AWS_SESSION_TOKEN": "wrong"},
    "region": {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"},
    "hosts": {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"},
    "mode": {"AWS_DEFAULTS_MODE": "mobile", "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "legacy"},
}


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_the_environment_of_aws_changes_nothing_for_typed_keys(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]
) -> None:
    store = enforcing_moto.store()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert report_of(store.settings(**LINES["distribution-3"], **PASS_THROUGH)).passed


def test_the_environment_of_aws_adds_no_call(monkeypatch: pytest.MonkeyPatch) -> None:
    for environment in ENVIRONMENTS.values():
        for name, value in environment.items():
            if "PROFILE" not in name:  # the clients of the tests themselves would look for it
                monkeypatch.setenv(name, value)
    with FaultyStore(faults.error("PutObject", 500, "InternalError")) as store:
        assert report_of(store.settings()).failed == ("write",)
        assert store.calls.count("PutObject") == 1


def test_the_configuration_of_aws_changes_nothing(enforcing_moto: EnforcingMoto) -> None:
    text = (
        "endpoint_url = http://127.0.0.1:1\nregion = eu-west-1\nmax_attempts = 9\ns3 =\n  addressing_style = virtual\n"
    )
    config_of_aws(f"[default]\n{text}services = here\n[services here]\ns3 =\n  endpoint_url = http://127.0.0.1:1\n")
    config_of_aws(f"[default]\naws_access_key_id = wrong\naws_secret_access_key = wrong\n{text}", "credentials")
    assert report_of(enforcing_moto.store().settings(**PASS_THROUGH)).passed


def test_a_broken_file_of_credentials_is_none_of_our_business_with_typed_keys(store: LiveStore) -> None:
    config_of_aws("[[[", "credentials")
    assert report_of(store.settings()).passed
    report = report_of(store.settings(accesskey="", secretkey=Secret()))
    assert finding_of(report, "list").cause is Cause.NO_CREDENTIALS
    assert "could be read" in finding_of(report, "list").text


def test_checksums_that_nobody_asked_for_are_not_sent(
    monkeypatch: pytest.MonkeyPatch, certificates: Certificates
) -> None:
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported")
    seen: list[str] = []

    def look(environ: Environ, call_next: CallNext) -> Response:
        seen.extend(
            name for name in environ if "CHECKSUM" in name or name in ("HTTP_X_AMZ_TRAILER", "HTTP_TRANSFER_ENCODING")
        )
        return call_next(environ)

    with FaultyStore(look, certificate=certificates.good) as store:
        assert report_of(store.settings(skipverify=True)).passed
        assert seen == []


_SUBRESOURCES = {
    *("acl", "delete", "lifecycle", "object-lock", "partNumber", "requestPayment", "uploadId", "uploads", "versioning"),
}


def v2_signature(environ: Environ, secret: str) -> str:
    """What signature version 2 must be for the path that was really sent (RESTAuthentication in Amazon's guide)."""
    names = sorted(name for name in environ if name.startswith("HTTP_X_AMZ_"))
    amz = [f"{name[5:].lower().replace('_', '-')}:{environ[name]}" for name in names]
    date = "" if "HTTP_X_AMZ_DATE" in environ else environ.get("HTTP_DATE", "")
    signed = [part for part in environ["QUERY_STRING"].split("&") if part.partition("=")[0] in _SUBRESOURCES]
    resource = environ["RAW_URI"].partition("?")[0] + ("?" + "&".join(sorted(signed)) if signed else "")
    head = [environ["REQUEST_METHOD"], environ.get("HTTP_CONTENT_MD5", ""), environ.get("CONTENT_TYPE", ""), date]
    text = "\n".join([*head, *amz, resource])
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha1")).decode()


def test_v2_signs_the_path_that_is_sent() -> None:
    wrong: list[str] = []

    def verify(environ: Environ, call_next: CallNext) -> Response:
        expected = f"AWS {FaultyStore.access_key}:{v2_signature(environ, FaultyStore.secret_key)}"
        if environ.get("HTTP_AUTHORIZATION") != expected:
            wrong.append(operation(environ))
        return call_next(environ)

    with FaultyStore(verify) as store:
        assert report_of(store.settings(v4auth=False, **PASS_THROUGH)).passed
        assert wrong == []
        assert "ListMultipartUploads" in store.calls


# --- where the keys come from ---


def blank(store: LiveStore, **changes: Value) -> Settings:
    return store.settings(accesskey="", secretkey=Secret(), **PASS_THROUGH, **changes)


@pytest.mark.parametrize("registry", LINES)
def test_blank_keys_are_served_by_the_environment(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, registry: str
) -> None:
    store = enforcing_moto.store()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", store.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", store.secret_key)
    assert report_of(blank(store, **LINES[registry])).passed


@pytest.mark.parametrize("registry", LINES)
@pytest.mark.parametrize("profile", ["default", "work"])
def test_blank_keys_are_served_by_the_file_of_credentials(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, profile: str, registry: str
) -> None:
    store = enforcing_moto.store()
    keys = f"aws_access_key_id = {store.access_key}\naws_secret_access_key = {store.secret_key}\n"
    config_of_aws(f"[{profile}]\n{keys}", "credentials")
    if profile != "default":
        monkeypatch.setenv("AWS_PROFILE", profile)
    assert report_of(blank(store, **LINES[registry])).passed


@pytest.mark.parametrize("registry", LINES)
def test_a_profile_that_nobody_has_is_no_credentials(
    store: LiveStore, monkeypatch: pytest.MonkeyPatch, registry: str
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    report = report_of(blank(store, **LINES[registry]))
    assert report.failed == ("list",)
    assert finding_of(report, "list").cause is Cause.NO_CREDENTIALS


@pytest.mark.parametrize("registry", LINES)
def test_the_configuration_of_aws_serves_no_keys(enforcing_moto: EnforcingMoto, registry: str) -> None:
    store = enforcing_moto.store()
    keys = f"aws_access_key_id = {store.access_key}\naws_secret_access_key = {store.secret_key}\n"
    config_of_aws(f"[default]\n{keys}credential_process = echo no\n")
    assert finding_of(report_of(blank(store, **LINES[registry])), "list").cause is Cause.NO_CREDENTIALS


# --- secrets ---

ANSWERS: dict[str, tuple[Fault, ...]] = {
    "denied": (faults.deny("*"),),
    "page": (faults.console_page(),),
    "cut off": (faults.reset_connection(),),
    "busy": (faults.slow_down(),),
    "short": (faults.incomplete_body("GetObject"),),
    "echo": (faults.error("*", 403, "SignatureDoesNotMatch", "Check your key and signing method."),),
}
_CALLS: dict[str, dict[str, object]] = {
    "ListObjects": {},
    "PutObject": {"Key": "key", "Body": b"body"},
    "GetObject": {"Key": "key"},
    "DeleteObjects": {"Delete": {"Objects": [{"Key": "key"}]}},
    "UploadPart": {"Key": "key", "UploadId": "id", "PartNumber": "not a number", "Body": b""},
}


def errors_of(settings: Settings) -> list[StoreError]:
    store, found = Store(settings, Timeouts(0.3, 0.3)), []
    for name, more in _CALLS.items():
        try:
            store.call(name, Bucket=settings.bucket, **more)
        except StoreError as error:
            found.append(error)
    try:
        store.fetch(store.presigned_url("GetObject", Bucket=settings.bucket, Key="key"), "GetObject")
    except StoreError as error:
        found.append(error)
    store.close()
    return found


def everything_said_of(error: StoreError) -> str:
    chain: list[BaseException | None] = [error, error.__cause__, error.__context__, *getattr(error, "chain", list)()]
    texts = [f"{part!r} {part} {getattr(part, '__dict__', '')}" for part in chain if part is not None]
    return "\n".join([*texts, *traceback.format_exception(error)])


@pytest.mark.parametrize(("breaks", "v4auth"), list(zip(ANSWERS.values(), itertools.cycle([True, False]))), ids=ANSWERS)
def test_no_error_of_a_call_says_the_secret(breaks: tuple[Fault, ...], v4auth: bool) -> None:
    with FaultyStore(*breaks) as store:
        errors = errors_of(store.settings(secretkey=Secret(CANARY), v4auth=v4auth))
        assert errors
        assert not [error for error in errors if CANARY in everything_said_of(error)]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_error_without_an_answer_says_the_secret(store: LiveStore, scheme: str) -> None:
    with closed_port() as closed, fixed_response_port(b"nonsense\r\n") as garbage:
        for address in (f"127.0.0.1:{closed}", f"127.0.0.1:{garbage}", "store.invalid:9000"):
            errors = errors_of(store.settings(regionendpoint=f"{scheme}://{address}", secretkey=Secret(CANARY)))
            assert len(errors) == len(_CALLS) + 1
            assert not [error for error in errors if CANARY in everything_said_of(error)]


@pytest.mark.parametrize("breaks", ANSWERS.values(), ids=ANSWERS)
def test_no_event_and_no_log_line_says_the_secret(
    breaks: tuple[Fault, ...], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.WARNING)
    with FaultyStore(*breaks) as store:
        events = list(runner.run_checks(store.settings(secretkey=Secret(CANARY))))
        report = events[-1]
        assert isinstance(report, Report)
        said = [f"{event!r} {event}" for event in events]
        said += [f"{result.finding!r} {result.finding}" for result in report.results]
        assert CANARY not in "\n".join(said) + str(report.as_json("file")) + caplog.text + "".join(capfd.readouterr())


def test_a_crash_of_a_run_does_not_say_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.checks.context.CheckContext.verify_content", lambda *_: 1 / 0)
    with FaultyStore() as store:
        with pytest.raises(ZeroDivisionError) as caught:
            list(runner.run_checks(store.settings(secretkey=Secret(CANARY))))
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        assert CANARY not in "".join(shown.format())


# --- one look ---


def look(settings: Settings) -> tuple[bool | None, bool | None, bool | None, Cause | None]:
    seen = quick_check(settings)
    return seen.endpoint, seen.keys, seen.bucket, seen.finding.cause if seen.finding else None


def test_a_look_at_a_good_store_sees_all_three_with_one_call() -> None:
    with FaultyStore() as store:
        assert look(store.settings()) == (True, True, True, None)
        assert store.calls == ["ListObjects"]
        assert store.contents() == []


def test_a_look_with_wrong_keys_sees_the_endpoint_alone(rclone: Rclone, enforcing_moto: EnforcingMoto) -> None:
    for server in (rclone, enforcing_moto):
        settings = server.store().settings(secretkey=Secret("wrong"))
        assert look(settings) == (True, False, None, Cause.WRONG_SECRET)
        unknown = settings.replace({"accesskey": "unknown"})
        assert look(unknown) == (True, False, None, Cause.UNKNOWN_ACCESS_KEY)


def test_a_look_at_a_missing_bucket_sees_that_the_keys_are_good(enforcing_moto: EnforcingMoto) -> None:
    settings = enforcing_moto.store().settings(bucket="nobody-made-this")
    assert look(settings) == (True, True, False, Cause.NO_BUCKET)


def test_a_look_that_may_not_list_says_that_the_keys_are_good() -> None:
    with FaultyStore(faults.deny("ListObjects")) as store:
        assert look(store.settings()) == (True, True, None, Cause.ACCESS_DENIED)


def test_a_look_at_nothing_says_that_the_endpoint_does_not_answer(store: LiveStore) -> None:
    with closed_port() as port:
        settings = store.settings(regionendpoint=f"http://127.0.0.1:{port}")
        assert look(settings) == (False, None, None, Cause.REFUSED)
    with FaultyStore(faults.console_page()) as page:
        assert look(page.settings()) == (False, None, None, Cause.NOT_S3)


def test_a_look_with_blank_keys_asks_without_a_signature() -> None:
    signatures: list[str] = []

    def note(environ: Environ, call_next: CallNext) -> Response:
        signatures.append(environ.get("HTTP_AUTHORIZATION", ""))
        return call_next(environ)

    with FaultyStore(note) as store:
        assert look(blank(store.live)) == (True, None, True, None)
        assert signatures == [""]
    with FaultyStore(faults.deny("*")) as store:
        assert look(blank(store.live)) == (True, None, True, None)
    with FaultyStore(faults.no_such_bucket()) as store:
        assert look(blank(store.live)) == (True, None, False, Cause.NO_BUCKET)


def test_a_look_with_blank_keys_uses_those_of_the_environment(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = enforcing_moto.store()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", store.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", store.secret_key)
    assert look(blank(store)) == (True, True, True, None)
