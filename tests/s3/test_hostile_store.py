"""A store that means harm: nothing raw reaches a terminal, nothing signed another host; memory and time are bound."""

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
from collections.abc import Callable, Iterator
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
from tests.support.processes import wait_for
from tests.support.reports import is_sentence, result_of
from tests.support.s3_requests import Environ, operation
from wizard.console.check_output import report_lines
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings
from wizard.s3.timeouts import Timeouts
from wizard.session import buckets
from wizard.validation import fix_verifier, quick_check, runner
from wizard.validation.results import Report, Status

# Who gives a call up leaves its socket to the collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

DEADLINE = 0.5  # seconds; for what never ends
MOST_MEBIBYTES = 100  # more than what an honest answer takes

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
    "going on for ever": send_endlessly(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a status line that drips": send_slowly(b"", b"HTTP/1.1 200 OK"),
    "headers that drip": send_slowly(b"HTTP/1.1 200 OK\r\n", b"x-amz-meta-a: b\r\n"),
    "an answer that drips": send_slowly(BARE, OPEN_LIST),
    "an error that drips": send_slowly(b"HTTP/1.1 503 Slow Down\r\nRetry-After: 1\r\n\r\n", b"<Error>"),
}
GROWS: dict[str, Attack] = {
    f"{name}, {status}": send(http_response(body, status))
    for status in (200, 403)
    for name, body in {
        "a billion laughs": hostile_store.BILLION_LAUGHS,
        "quadratic growth": hostile_store.QUADRATIC,
        "a file of ours": hostile_store.EXTERNAL,
        "many tags": hostile_store.MANY_TAGS,
        "a deep tree": hostile_store.DEEP,
        "UTF-16": hostile_store.BILLION_LAUGHS.decode().encode("utf-16"),
    }.items()
}
ODD: dict[str, Attack] = {
    "megabytes of a message": send(http_response(ERROR.format("InternalError", "[/x]A\u202e" * 200_000).encode(), 500)),
    "megabytes of a code": send(http_response(ERROR.format("A" * 1_900_000, "").encode(), 400)),
    "a gigabyte to wait": send(http_response(ERROR.format("SlowDown", "").encode(), 503, f"Retry-After: {1 << 30}")),
    "a redirect to itself": send(http_response(b"", 307, "Location: /bucket")),
    "a redirect to nowhere": send(http_response(b"", 302, "Location: /\x1b]0;x\x07")),
    "a negative length": send_and_close(http_response(b"<a/>", length="-1")),
    "a length that is none": send_and_close(http_response(b"<a/>", length="1e3")),
    "a length of an exabyte": send_and_close(http_response(b"<a/>", length=str(1 << 60))),
    "two lengths": send(http_response(b"<a/>", 200, "Content-Length: 3")),
    "a length in more digits than fit": send_and_close(http_response(b"<a/>", length="9" * 5000)),
    "a chunk that is none": send_and_close(CHUNKED + b"zz\r\n<a/>"),
    "half of an answer": send_and_close(http_response(OPEN_LIST, length="2000")),
    "half of a header": send_and_close(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "nothing at all": send_and_close(b""),
    "a status that is none": send_and_close(b"HTTP/1.1 999999 \x1b[2J\r\n\r\n"),
    "a status of 0": send_and_close(http_response(b"", 0)),
    "bytes that are no text": send_and_close(bytes(range(256)) * 40),
}
TLS: dict[str, Attack] = {
    "plain text": send_and_close(b"\x1b[2J" * 5000),
    "a record that is none": send_and_close(b"\x16\x03\x03\xff\xff" + b"\0" * 70_000),
    "an alert": send_and_close(b"\x15\x03\x03\x00\x02\x02\x28"),
    "endless records": send_endlessly(b"", b"\x16\x03\x03\x00\x04\x02\x00\x00\x00"),
    "a handshake that drips": send_slowly(b"\x16\x03\x03\x40\x00\x02", b"\0"),
}


def report_of(settings: Settings, deadline: float = 30.0) -> Report:
    *_, report = runner.run_checks(settings, deadline=deadline)
    assert isinstance(report, Report)
    return report


@pytest.fixture(autouse=True, scope="module")
def _collected() -> Iterator[None]:
    yield
    wait_for(lambda: None if any(t.name.startswith(("check ", "clean-up")) for t in threading.enumerate()) else True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def assert_harmless(report: Report) -> None:
    """All that people read of a report is short sentences, without what could steer a terminal."""
    for result in report.results:
        if result.finding:
            assert is_sentence(result.finding.text), result.finding.text
    lines = list(report_lines("storage.toml", report))
    for line in (*lines, json.dumps(report.as_json("storage.toml"), ensure_ascii=False)):
        assert all(unicodedata.category(char) not in ("Cc", "Cf", "Zl", "Zp") for char in line), ascii(line)
    assert max(map(len, lines)) < 800


@pytest.mark.parametrize("trick", [*NEVER_ENDS.values(), *TLS.values()], ids=[*NEVER_ENDS, *TLS])
def test_what_never_ends_is_over_at_the_deadline(trick: Attack) -> None:
    began = time.monotonic()
    with HostileStore(trick, https=trick in TLS.values()).running() as store:
        report = report_of(store.settings(), DEADLINE)
        assert time.monotonic() - began < DEADLINE + 1.5  # seconds; for a busy machine
    assert not report.passed
    assert_harmless(report)


@pytest.mark.parametrize("trick", ODD.values(), ids=ODD)
def test_an_odd_answer_is_a_sentence_at_once(trick: Attack) -> None:
    with HostileStore(trick).running() as store:
        report = report_of(store.settings())
    assert not report.passed
    assert report.seconds < 5
    assert result_of(report, "list").status in (Status.FAILED, Status.SKIPPED)
    assert_harmless(report)
    assert len(store.requests) < 12


def test_memory_stays_within_a_bound() -> None:
    code = """
import resource, sys
from tests.support.hostile_store import HostileStore
from tests.s3 import test_hostile_store as these

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10

def meet(trick, deadline=these.DEADLINE):
    with HostileStore(trick).running() as store:
        report = these.report_of(store.settings(), deadline)
    assert not report.passed
    these.assert_harmless(report)

meet(these.ODD["a gigabyte to wait"])
before = peak()
for trick in these.GROWS.values():
    meet(trick)
for name in ("megabytes of a message", "megabytes of a code"):
    meet(these.ODD[name])
for name in ("an endless answer", "an endless error", "endless headers"):
    meet(these.NEVER_ENDS[name], 5.0)
meet(these.NEVER_ENDS["an endless answer in chunks"])
print(peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert int(done.stdout) < MOST_MEBIBYTES


# --- other hosts ---


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The hosts whose address was asked for; all that end in `.test` are this machine."""
    resolve, hosts = socket.getaddrinfo, set[str]()

    def resolve_here(host: str, *rest: Any, **more: Any) -> Any:
        hosts.add(host)
        return resolve("127.0.0.1" if host.endswith(".test") else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_here)
    return hosts


def offered(report: Report) -> dict[str, object]:
    fixes = [result.finding.fix for result in report.results if result.finding and result.finding.fix]
    return {name: value for fix in fixes for name, value in fix.set.items()}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(status: int, dialled: set[str]) -> None:
    with HostileStore(send(http_response(b""))).running() as other:
        there = f"Location: http://other.test:{other.port}/bucket"
        with HostileStore(send(http_response(b"", status, there))).running() as store:
            report = report_of(store.settings())
        with FaultyStore(faults.redirect("GetObject presigned", status, there.removeprefix("Location: "))) as links:
            by_link = report_of(links.settings())
    assert not report.passed
    assert by_link.failed == ("presigned-read",)
    assert other.requests == []
    assert dialled == {"127.0.0.1"}
    assert "regionendpoint" not in offered(report)


NO_REGIONS = (
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


@pytest.mark.parametrize("region", NO_REGIONS)
def test_a_region_that_could_be_more_than_a_word_is_none(region: str, dialled: set[str]) -> None:
    told = ERROR.format("AuthorizationHeaderMalformed", f"the region is wrong; expecting '{region}'")
    body = told.replace("</Error>", f"<Region>{region}</Region></Error>").encode()
    header = f"x-amz-bucket-region: {region}"
    with HostileStore(send(http_response(body, 400, header))).running() as store:
        for endpoint in (f"http://127.0.0.1:{store.port}", f"http://s3.eu-north-1.store.test:{store.port}"):
            report = report_of(store.settings(region="eu-north-1", regionendpoint=endpoint))
            assert report.failed == ("list",)
            assert offered(report) == {}
            assert_harmless(report)
    assert dialled == {"127.0.0.1", "s3.eu-north-1.store.test"}


def test_the_region_in_an_endpoints_name_is_tried_without_a_signature(dialled: set[str]) -> None:
    wrong = ERROR.format("AuthorizationHeaderMalformed", "the region is wrong; expecting 'eu-west-1'").encode()
    denied = ERROR.format("AccessDenied", "").encode()

    def by_host(connection: hostile_store.Connection) -> None:
        is_other = b"s3.eu-west-1.store.test" in store.requests[-1]
        connection.send(http_response(denied, 403) if is_other else http_response(wrong, 400))

    with HostileStore(by_host).running() as store:
        settings = store.settings(region="us-east-1", regionendpoint=f"http://s3.us-east-1.store.test:{store.port}")
        report = report_of(settings)
        assert offered(report) == {
            "region": "eu-west-1",
            "regionendpoint": f"http://s3.eu-west-1.store.test:{store.port}",
        }
    others = [request for request in store.requests if b"s3.us-east-1" not in request]
    assert others
    assert not any(b"authorization" in request.lower() or b"AKIA" in request for request in others)
    assert dialled == {"s3.us-east-1.store.test", "s3.eu-west-1.store.test"}


@pytest.mark.parametrize("endpoint", ["http://us-east-1.test", "http://us-east-1"])
def test_the_domain_of_an_endpoint_is_not_a_region_to_be_changed(endpoint: str, dialled: set[str]) -> None:
    wrong = ERROR.format("AuthorizationHeaderMalformed", "the region is wrong; expecting 'evil'").encode()
    with HostileStore(send(http_response(wrong, 400))).running() as store:
        report_of(store.settings(region="us-east-1", regionendpoint=f"{endpoint}:{store.port}"))
    assert {host.partition(":")[0] for host in dialled} == {endpoint.removeprefix("http://")}


# --- words ---

POISON = "\u202e\x9b31m[/x][bold]" + "A" * 5000


@pytest.mark.parametrize(
    "tags", ["Name|Prefix|Marker|DisplayName|ID|StorageClass", "ETag", "UploadId", "Key", "LastModified", "Size"]
)
def test_no_word_of_a_store_reaches_people_raw(tags: str) -> None:
    pattern = re.compile(rf"<({tags})>([^<]*)</".encode())

    def poison(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        if response.content_type and "xml" in response.content_type:
            response.set_data(pattern.sub(rb"<\1>\2" + POISON.encode() + rb"</", response.get_data()))
        return response

    with FaultyStore(poison) as store:
        assert_harmless(report_of(store.settings()))


@pytest.mark.parametrize(
    "date", ["Mon, 01 Jan 2026 00:00:00 +99999999999999", "Fri, 31 Dec 9999 23:59:59 -2359", "9" * 5000]
)
def test_a_date_that_is_none_tells_nothing_of_the_clock(date: str) -> None:
    with FaultyStore(faults.set_header("*", "Date", date)) as store:
        assert report_of(store.settings()).passed


@pytest.mark.parametrize("date", ["9" * 400, "inf", "0000-00-00T00:00:00Z"])
def test_a_date_in_a_listing_that_is_none_is_no_answer_of_s3(date: str) -> None:
    number = re.compile(rb"<LastModified>[^<]*<")

    def change(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        if operation(environ) == "ListObjects":
            response.set_data(number.sub(b"<LastModified>" + date.encode() + b"<", response.get_data()))
        return response

    with FaultyStore(change) as store:
        report = report_of(store.settings())
    assert result_of(report, "head").status in (Status.FAILED, Status.SKIPPED)
    assert not report.passed
    assert_harmless(report)


def test_a_number_of_thousands_of_digits_is_cut() -> None:
    many, rule = (
        "9" * 4000,
        "<Rule><Status>Enabled</Status><Prefix></Prefix><Expiration><Days>{}</Days></Expiration></Rule>",
    )
    rules = Response(f"<LifecycleConfiguration>{rule.format(many)}</LifecycleConfiguration>", content_type="text/xml")
    asked = "GetBucketLifecycleConfiguration"

    def answer_rules(environ: Environ, call_next: CallNext) -> Response:
        return rules if operation(environ) == asked else call_next(environ)

    with FaultyStore(answer_rules, faults.replace_text("ListObjects", "<Size>2048<", f"<Size>{many}<")) as store:
        report = report_of(store.settings())
    assert {result.check.id for result in report.results if result.finding and "999…" in result.finding.text} == {
        "head",
        "lifecycle",
    }
    assert_harmless(report)


# --- one look, one request ---

LOOKS: dict[str, Callable[[Settings], Finding | list[str] | None]] = {
    "a look while typing": lambda settings: quick_check.quick_check(settings).finding,
    "the names of buckets": buckets.list_buckets,
    "a new bucket": buckets.create_bucket,
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_store_that_drips_holds_up_no_look(
    look: Callable[[Settings], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in (quick_check, buckets):
        monkeypatch.setattr(room, "_TIMEOUTS", Timeouts(connect=0.1, read=0.1))
    with HostileStore(NEVER_ENDS["an answer that drips"]).running() as store:
        found = look(store.settings())
    assert isinstance(found, Finding)
    assert found.cause is Cause.TIMEOUT


def test_a_fix_that_drips_when_it_is_tried_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fix_verifier, "_TIMEOUTS", Timeouts(connect=0.1, read=0.1))
    wrong = ERROR.format("AuthorizationHeaderMalformed", "the region is wrong; expecting 'eu-west-1'").encode()

    def drip_when_mended(connection: hostile_store.Connection) -> None:
        if b"/eu-west-1/s3/" in store.requests[-1]:
            connection.send_slowly(http_response(OPEN_LIST))
        connection.send(http_response(wrong, 400))

    with HostileStore(drip_when_mended).running() as store:
        report = report_of(store.settings())
    finding = result_of(report, "list").finding
    assert finding
    assert (finding.cause, finding.fix) == (Cause.WRONG_REGION, None)
    assert report.seconds < 5


def test_a_bucket_whose_name_cannot_be_shown_cannot_be_chosen() -> None:
    names = ("good", "\u202egood", "a  b", "b" * 300, "", "\x9b2J")
    listed = "".join(f"<Bucket><Name>{name}</Name></Bucket>" for name in names)
    body = f"<ListAllMyBucketsResult><Buckets>{listed}</Buckets></ListAllMyBucketsResult>".encode()
    with HostileStore(send(http_response(body))).running() as store:
        assert buckets.list_buckets(store.settings()) == ["good"]
