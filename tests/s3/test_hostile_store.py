"""A hostile store cannot control a terminal, redirect a signature, exhaust memory, or block a validation."""

from __future__ import annotations

import gc
import json
import re
import socket
import subprocess
import sys
import threading
import time
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Response

from tests.support import faults, hostile_store
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.hostile_store import (
    Attack,
    HostileStore,
    http_response,
    send,
    send_and_close,
    send_endlessly,
    send_slowly,
)
from tests.support.processes import load_factor, wait_for
from tests.support.reports import finding_of, is_sentence, report_of, result_of
from tests.support.s3_requests import Environ, operation
from tests.support.samples import sampled
from wizard.console.check_output import report_lines
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.s3.timeouts import Timeouts
from wizard.session import buckets
from wizard.validation import fix_verifier, quick_check
from wizard.validation.results import Report, Status

# The socket of an abandoned call is closed by the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

DEADLINE = 0.5  # seconds
PATIENCE = 9.0  # seconds that a busy machine can need; less than the read timeout of a call
MAX_MEMORY = 250  # MiB more than for a harmless answer: the C library keeps what each thread has freed

ERROR = "<Error><Code>{}</Code><Message>{}</Message></Error>"
OPEN_LIST = b"<?xml version='1.0'?><ListBucketResult>"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BARE = b"HTTP/1.1 200 OK\r\n\r\n"

NEVER_ENDS: dict[str, Attack] = {
    "an endless answer": send_endlessly(BARE, OPEN_LIST),
    "an endless error": send_endlessly(b"HTTP/1.1 403 Forbidden\r\n\r\n", b"<Error>"),
    "an endless answer in chunks": send_endlessly(CHUNKED, b"4\r\n<a/>\r\n"),
    "an endless chunk": send_endlessly(CHUNKED + b"ffffffffffff\r\n", b"<a/>"),
    "an endless header": send_endlessly(b"HTTP/1.1 200 OK\r\nx-amz-id-2: ", b"x"),
    "endless headers": send_endlessly(b"HTTP/1.1 200 OK\r\n", b"x-amz-meta-a: b\r\n"),
    "an endless status line": send_endlessly(b"HTTP/1.1 200 ", b"O"),
    "endless 100 Continue": send_endlessly(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a slow status line": send_slowly(b"", b"HTTP/1.1 200 OK"),
    "slow headers": send_slowly(b"HTTP/1.1 200 OK\r\n", b"x-amz-meta-a: b\r\n"),
    "a slow answer": send_slowly(BARE, OPEN_LIST),
    "a slow error": send_slowly(b"HTTP/1.1 503 Slow Down\r\nRetry-After: 1\r\n\r\n", b"<Error>"),
}
EXPANDING: dict[str, Attack] = {
    f"{name}, {status}": send(http_response(body, status))
    for status in (200, 403)
    for name, body in {
        "a billion laughs": hostile_store.BILLION_LAUGHS,
        "quadratic growth": hostile_store.QUADRATIC,
        "a local file": hostile_store.EXTERNAL,
        "many tags": hostile_store.MANY_TAGS,
        "a deep tree": hostile_store.DEEP,
        "UTF-16": hostile_store.BILLION_LAUGHS.decode().encode("utf-16"),
    }.items()
}
ODD: dict[str, Attack] = {
    "megabytes of a message": send(http_response(ERROR.format("InternalError", "[/x]A\u202e" * 200_000).encode(), 500)),
    "megabytes of a code": send(http_response(ERROR.format("A" * 1_900_000, "").encode(), 400)),
    "a long Retry-After": send(http_response(ERROR.format("SlowDown", "").encode(), 503, f"Retry-After: {1 << 30}")),
    "a redirect to itself": send(http_response(b"", 307, "Location: /bucket")),
    "a redirect to an invalid host": send(http_response(b"", 302, "Location: /\x1b]0;x\x07")),
    "a negative length": send_and_close(http_response(b"<a/>", length="-1")),
    "a length that is not a number": send_and_close(http_response(b"<a/>", length="1e3")),
    "a length of an exabyte": send_and_close(http_response(b"<a/>", length=str(1 << 60))),
    "two lengths": send(http_response(b"<a/>", 200, "Content-Length: 3")),
    "a length of 5000 digits": send_and_close(http_response(b"<a/>", length="9" * 5000)),
    "an invalid chunk": send_and_close(CHUNKED + b"zz\r\n<a/>"),
    "half of an answer": send_and_close(http_response(OPEN_LIST, length="2000")),
    "half of a header": send_and_close(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "nothing": send_and_close(b""),
    "an invalid status": send_and_close(b"HTTP/1.1 999999 \x1b[2J\r\n\r\n"),
    "a status of 0": send_and_close(http_response(b"", 0)),
    "bytes": send_and_close(bytes(range(256)) * 40),
}
TLS: dict[str, Attack] = {
    "plain text": send_and_close(b"\x1b[2J" * 5000),
    "an invalid record": send_and_close(b"\x16\x03\x03\xff\xff" + b"\0" * 70_000),
    "an alert": send_and_close(b"\x15\x03\x03\x00\x02\x02\x28"),
    "endless records": send_endlessly(b"", b"\x16\x03\x03\x00\x04\x02\x00\x00\x00"),
    "a slow handshake": send_slowly(b"\x16\x03\x03\x40\x00\x02", b"\0"),
}


@pytest.fixture(autouse=True, scope="module")
def _collect_sockets() -> Iterator[None]:
    yield
    wait_for(lambda: None if any(t.name.startswith(("check ", "clean-up")) for t in threading.enumerate()) else True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def assert_harmless(report: Report) -> None:
    """A report consists of short sentences without characters that control a terminal."""
    for result in report.results:
        if result.finding:
            assert is_sentence(result.finding.text), result.finding.text
    lines = list(report_lines(Path("storage.toml"), report))
    for line in (*lines, json.dumps(report.as_json("storage.toml"), ensure_ascii=False)):
        assert all(unicodedata.category(char) not in ("Cc", "Cf", "Zl", "Zp") for char in line), ascii(line)
    assert max(map(len, lines)) < 800


@pytest.mark.sample
@pytest.mark.parametrize("attack", sampled([*NEVER_ENDS.values(), *TLS.values()], 3), ids=[*NEVER_ENDS, *TLS])
def test_an_answer_that_never_ends_is_abandoned_at_the_deadline(attack: Attack) -> None:
    started_at = time.monotonic()
    with HostileStore(attack, https=attack in TLS.values()).running() as store:
        report = report_of(store.settings(), deadline=DEADLINE)
        assert time.monotonic() - started_at < PATIENCE * load_factor()
    assert not report.passed
    assert_harmless(report)


@pytest.mark.sample
@pytest.mark.parametrize("attack", sampled(ODD.values(), 3), ids=ODD)
def test_an_invalid_answer_is_reported_at_once(attack: Attack) -> None:
    with HostileStore(attack).running() as store:
        report = report_of(store.settings())
    assert not report.passed
    assert report.seconds < PATIENCE * load_factor()
    assert result_of(report, "list").status in (Status.FAILED, Status.SKIPPED)
    assert_harmless(report)
    assert len(store.requests) < 24


@pytest.mark.ci_only
def test_memory_is_limited() -> None:
    code = """
import resource
from tests.s3 import test_hostile_store as tests
from tests.support.hostile_store import HostileStore

def peak_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10  # MiB

def validate(attack, deadline=tests.DEADLINE):
    with HostileStore(attack).running() as store:
        report = tests.report_of(store.settings(), deadline=deadline)
    assert not report.passed
    tests.assert_harmless(report)

validate(tests.ODD["a long Retry-After"])
before = peak_memory()
for attack in tests.EXPANDING.values():
    validate(attack)
for name in ("megabytes of a message", "megabytes of a code"):
    validate(tests.ODD[name])
for name in ("an endless answer", "an endless error", "endless headers"):
    validate(tests.NEVER_ENDS[name], 5.0)
validate(tests.NEVER_ENDS["an endless answer in chunks"])
print(peak_memory() - before)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert int(run.stdout) < MAX_MEMORY


# Other hosts


@pytest.fixture
def resolved_hosts(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The hosts whose addresses were looked up; each name in `.test` is this machine."""
    resolve, hosts = socket.getaddrinfo, set[str]()

    def resolve_here(host: str, *rest: Any, **more: Any) -> Any:
        hosts.add(host)
        return resolve("127.0.0.1" if host.endswith(".test") else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_here)
    return hosts


def offered_changes(report: Report) -> dict[str, object]:
    """The changes of all fixes."""
    fixes = [result.finding.fix for result in report.results if result.finding and result.finding.fix]
    return {name: value for fix in fixes for name, value in fix.set.items()}


@pytest.mark.sample
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(status: int, resolved_hosts: set[str]) -> None:
    with HostileStore(send(http_response(b""))).running() as other:
        location = f"http://other.test:{other.port}/bucket"
        with HostileStore(send(http_response(b"", status, f"Location: {location}"))).running() as store:
            report = report_of(store.settings())
        with FaultyStore(faults.redirect("GetObject presigned", status, location)) as redirecting:
            by_url = report_of(redirecting.settings())
    assert not report.passed
    assert by_url.failed == ("presigned-read",)
    assert other.requests == []
    assert resolved_hosts == {"127.0.0.1"}
    assert "regionendpoint" not in offered_changes(report)


def wrong_region(region: str) -> bytes:
    """The error for a signature that is not for `region`."""
    return ERROR.format("AuthorizationHeaderMalformed", f"the region is wrong; expecting '{region}'").encode()


INVALID_REGIONS = (
    "eu-west-1.evil.test/",
    "evil.test",
    "evil.test:80",
    "x@evil.test",
    "../..",
    "a b",
    "\u202ea",
    "a" * 41,
    "é",
)


@pytest.mark.sample
@pytest.mark.parametrize("region", INVALID_REGIONS)
def test_a_region_that_is_not_a_word_changes_no_endpoint(region: str, resolved_hosts: set[str]) -> None:
    body = wrong_region(region).replace(b"</Error>", f"<Region>{region}</Region></Error>".encode())
    header = f"x-amz-bucket-region: {region}"
    with HostileStore(send(http_response(body, 400, header))).running() as store:
        for endpoint in (f"http://127.0.0.1:{store.port}", f"http://s3.eu-north-1.store.test:{store.port}"):
            report = report_of(store.settings(region="eu-north-1", regionendpoint=endpoint))
            assert report.failed == ("list",)
            assert offered_changes(report) == {}
            assert_harmless(report)
    assert resolved_hosts == {"127.0.0.1", "s3.eu-north-1.store.test"}


def test_a_region_is_tried_at_another_host_without_a_signature(resolved_hosts: set[str]) -> None:
    denied = ERROR.format("AccessDenied", "").encode()

    def answer_by_host(connection: hostile_store.Connection) -> None:
        is_other = b"s3.eu-west-1.store.test" in store.requests[-1]
        connection.send(http_response(denied, 403) if is_other else http_response(wrong_region("eu-west-1"), 400))

    with HostileStore(answer_by_host).running() as store:
        settings = store.settings(region="us-east-1", regionendpoint=f"http://s3.us-east-1.store.test:{store.port}")
        report = report_of(settings)
        assert offered_changes(report) == {
            "region": "eu-west-1",
            "regionendpoint": f"http://s3.eu-west-1.store.test:{store.port}",
        }
    assert not is_any_signed(request for request in store.requests if b"s3.us-east-1" not in request)
    assert resolved_hosts == {"s3.us-east-1.store.test", "s3.eu-west-1.store.test"}


def is_any_signed(requests: Iterable[bytes]) -> bool:
    """Whether one of the requests, of which there must be some, has a signature or an access key."""
    requests = list(requests)
    assert requests
    return any(b"authorization" in request.lower() or b"AKIA" in request for request in requests)


def test_two_long_hosts_with_the_same_beginning_are_two_hosts(resolved_hosts: set[str]) -> None:
    """The region is behind the first 80 characters of the host, to which displayed hosts are cut."""
    beginning = f"{'a' * 60}.{'b' * 30}"
    with HostileStore(send(http_response(wrong_region("eu-west-1"), 400))).running() as store:
        endpoint = f"http://{beginning}.us-east-1.store.test:{store.port}"
        report_of(store.settings(region="us-east-1", regionendpoint=endpoint))
    assert resolved_hosts == {f"{beginning}.{region}.store.test" for region in ("us-east-1", "eu-west-1")}
    assert not is_any_signed(request for request in store.requests if b".us-east-1.store" not in request)


@pytest.mark.parametrize("endpoint", ["http://us-east-1.test", "http://us-east-1"])
def test_the_domain_of_an_endpoint_is_not_changed(endpoint: str, resolved_hosts: set[str]) -> None:
    with HostileStore(send(http_response(wrong_region("evil"), 400))).running() as store:
        report_of(store.settings(region="us-east-1", regionendpoint=f"{endpoint}:{store.port}"))
    assert {host.partition(":")[0] for host in resolved_hosts} == {endpoint.removeprefix("http://")}


# Text

POISON = "\u202e\x9b31m[/x][bold]" + "A" * 5000


@pytest.mark.sample
@pytest.mark.parametrize(
    "tags", ["Name|Prefix|Marker|DisplayName|ID|StorageClass", "ETag", "UploadId", "Key", "LastModified", "Size"]
)
def test_text_of_a_store_is_sanitized(tags: str) -> None:
    pattern = re.compile(rf"<({tags})>([^<]*)</".encode())

    def poison(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        if response.content_type and "xml" in response.content_type:
            response.set_data(pattern.sub(rb"<\1>\2" + POISON.encode() + rb"</", response.get_data()))
        return response

    with FaultyStore(poison) as store:
        assert_harmless(report_of(store.settings()))


@pytest.mark.sample
@pytest.mark.parametrize(
    "date", ["Mon, 01 Jan 2026 00:00:00 +99999999999999", "Fri, 31 Dec 9999 23:59:59 -2359", "9" * 5000]
)
def test_an_invalid_date_is_not_a_finding_about_the_clock(date: str) -> None:
    with FaultyStore(faults.set_header("*", "Date", date)) as store:
        assert report_of(store.settings()).passed


@pytest.mark.sample
@pytest.mark.parametrize("date", ["9" * 400, "inf", "0000-00-00T00:00:00Z"])
def test_an_invalid_date_in_a_listing_fails(date: str) -> None:
    element = re.compile(rb"<LastModified>[^<]*<")

    def change(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        if operation(environ) == "ListObjects":
            response.set_data(element.sub(b"<LastModified>" + date.encode() + b"<", response.get_data()))
        return response

    with FaultyStore(change) as store:
        report = report_of(store.settings())
    assert result_of(report, "head").status in (Status.FAILED, Status.SKIPPED)
    assert not report.passed
    assert_harmless(report)


def test_a_number_of_thousands_of_digits_is_cut() -> None:
    number = "9" * 4000
    rule = "<Rule><Status>Enabled</Status><Prefix></Prefix><Expiration><Days>{}</Days></Expiration></Rule>"
    rules = f"<LifecycleConfiguration>{rule.format(number)}</LifecycleConfiguration>"

    def answer_rules(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) == "GetBucketLifecycleConfiguration":
            return Response(rules, content_type="text/xml")
        return call_next(environ)

    with FaultyStore(answer_rules, faults.replace_text("ListObjects", "<Size>2048<", f"<Size>{number}<")) as store:
        report = report_of(store.settings())
    cut = {result.check.id for result in report.results if result.finding and "999…" in result.finding.text}
    assert cut == {"head", "lifecycle"}
    assert_harmless(report)


# Single requests


REQUESTS: dict[str, Callable[[Settings], Finding | list[str] | None]] = {
    "quick check": lambda settings: quick_check.quick_check(settings).finding,
    "listing buckets": buckets.list_buckets,
    "creating a bucket": lambda settings: buckets.create_bucket(settings, threading.Event()).problem,
}


@pytest.mark.parametrize("request_of", REQUESTS.values(), ids=REQUESTS)
def test_a_slow_answer_to_a_single_request_is_a_timeout(
    request_of: Callable[[Settings], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("wizard.validation.quick_check", "wizard.s3.buckets"):
        monkeypatch.setattr(f"{module}._TIMEOUTS", Timeouts(connect=0.1, read=0.1))
    with HostileStore(NEVER_ENDS["a slow answer"]).running() as store:
        finding = request_of(store.settings())
    assert isinstance(finding, Finding)
    assert finding.cause is Cause.TIMEOUT


def test_a_fix_is_not_offered_if_its_answer_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fix_verifier, "_TIMEOUTS", Timeouts(connect=0.1, read=0.1))

    def answer_the_fix_slowly(connection: hostile_store.Connection) -> None:
        if b"/eu-west-1/s3/" in store.requests[-1]:
            connection.send_slowly(http_response(OPEN_LIST))
        connection.send(http_response(wrong_region("eu-west-1"), 400))

    with HostileStore(answer_the_fix_slowly).running() as store:
        report = report_of(store.settings())
    finding = finding_of(report, "list")
    assert (finding.cause, finding.fix) == (Cause.WRONG_REGION, None)
    assert report.seconds < PATIENCE * load_factor()
