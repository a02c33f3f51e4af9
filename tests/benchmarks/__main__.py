"""Measures what the budgets are about, each as a ratio to something measured in the same run."""

from __future__ import annotations

import compileall
import contextlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from werkzeug.wrappers import Response

from tests.benchmarks.line import slow_line
from tests.support.faults import hang
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.paths import ROOT
from tests.support.s3_requests import Environ, operation
from tests.support.terminals import LEAVE_ALTERNATE_SCREEN, Terminal
from wizard.checks.context import SIZE
from wizard.config import file as config_file
from wizard.config.file import Validation
from wizard.model.settings import Settings
from wizard.validation import runner
from wizard.validation.results import Report

_ROUND_TRIP = 0.1  # seconds
_SHORTER_THAN_A_BLINK = 0.4  # seconds; Textual's cursor blinks every half second
_PROGRAM = str(Path(sys.executable).with_name("storage-wizard"))
_LIGHT = ("--version", "--help", "show", "export --to env", "policy", "providers")
_SMALLEST_APP = """
from textual.app import App
from textual.widgets import Input
class Smallest(App):
    def compose(self):
        yield Input("Quit")
Smallest().run(mouse=False)
"""
_ONE_CLIENT = """
import sys, boto3
from botocore.config import Config
endpoint, bucket = sys.argv[1:]
client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="a",
                      aws_secret_access_key="b", config=Config(s3={"addressing_style": "path"}))
client.put_object(Bucket=bucket, Key="k", Body=b"x")
client.get_object(Bucket=bucket, Key="k")["Body"].read()
client.delete_object(Bucket=bucket, Key="k")
"""


def _row(what: str, figure: str, budget: str, beside: str = "") -> None:
    sys.stdout.write(f"{what:<64} {figure:>14}   {budget:<10} {beside}".rstrip() + "\n")
    sys.stdout.flush()


def _ratio(ours: Callable[[], float], theirs: Callable[[], float], pairs: int) -> float:
    """The median of the ratios of pairs that were measured in turn, after one pair that does not count."""
    ours(), theirs()
    return statistics.median(ours() / theirs() for _ in range(pairs))


def _seconds_of(*command: str) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def _until_painted(*arguments: str) -> float:
    """Seconds until the program has painted a word of its last line."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        terminal = Terminal([sys.executable, *arguments], Path(folder))
        try:
            terminal.wait_for("Quit")
            return time.perf_counter() - began
        finally:
            terminal.close()


def start() -> None:
    """How soon something is there, once the package is compiled, as it is when it is installed."""
    compileall.compile_dir(str(Path(config_file.__file__).parent), quiet=1)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        passed = Validation(passed=True, at=datetime.now(UTC))
        config_file.save(Path("storage.toml"), Settings(bucket="images", v4auth=True), passed)
        for words in _LIGHT:
            ratio = _ratio(
                lambda words=words: _seconds_of(_PROGRAM, *words.split()),  # type: ignore[misc]
                lambda: _seconds_of(sys.executable, "-c", "pass"),
                15,
            )
            _row(f"{words}, times python -c pass", f"{ratio:.1f}", "≤ 5")
    screen = _ratio(lambda: _until_painted("-m", "wizard"), lambda: _until_painted("-c", _SMALLEST_APP), 7)
    _row("first screen, times a smallest Textual app", f"{screen:.2f}", "≤ 1.3")


def frugality() -> None:
    """What goes over the line, and beside it what a smallest app sends."""
    ours, theirs = _line_costs("-m", "wizard"), _line_costs("-c", _SMALLEST_APP)
    budgets = ("≤ 8000", "≤ 10", "≤ 250", "0")
    for (what, our), their, budget in zip(ours.items(), theirs.values(), budgets, strict=True):
        _row(what, f"{our:.4g}", budget, f"{their:.4g}")
    with tempfile.TemporaryDirectory() as folder:
        terminal = Terminal([sys.executable, "-m", "wizard", "--demo"], Path(folder))
        try:
            for word in ("Akamai", "Root directory", "Secret key", "Blank for Amazon S3", "Redirect pulls"):
                terminal.wait_for(word)
                terminal.read_until_quiet(0.8)
                terminal.press(b"\r")
            for word in ("can push, pull and delete", "This is what will be written", "is written"):
                terminal.wait_for(word)
                terminal.read_until_quiet(0.8)
                terminal.press(b"\r")
            terminal.wait_for_exit()
            _row("the whole walk of seven screens, bytes", str(len(terminal.stream)), "≤ 60000")
        finally:
            terminal.close()


def _line_costs(*arguments: str) -> dict[str, float]:
    """What a program with a field costs; on the wizard's first screen the field is one step on."""
    with tempfile.TemporaryDirectory() as folder:
        terminal = Terminal([sys.executable, *arguments], Path(folder))
        try:
            terminal.wait_for("Quit")
            first = terminal.read_until_quiet(_SHORTER_THAN_A_BLINK)
            terminal.press(b"\r")
            terminal.read_until_quiet(_SHORTER_THAN_A_BLINK)
            wait, cost = _keys_in(terminal, b"registry-images")
            terminal.read_for(2.0)
            terminal.press(b"")
            idle = terminal.read_for(3.0)
        finally:
            terminal.close()
    return {
        "first screen at 80x24, bytes": first,
        "a key in a field, ms to the first byte (median)": wait,
        "a key in a field, bytes (median)": cost,
        "idle for 3 s, bytes": idle,
    }


def _keys_in(terminal: Terminal, keys: bytes) -> tuple[float, float]:
    """Medians of a key: ms until the first byte comes, and all bytes that come."""
    costs, waits = [], []
    for key in keys:
        terminal.press(bytes([key]))
        began = time.perf_counter()
        terminal.wait_for_output()
        waits.append(time.perf_counter() - began)
        costs.append(terminal.read_until_quiet(0.3))
    return 1000 * statistics.median(waits), statistics.median(costs)


def never_blocked() -> None:
    """What a store does that has too much to say, or says nothing."""
    with _wizard_on(FaultyStore(_ten_thousand_buckets)) as terminal:
        terminal.press(b"\r")
        terminal.wait_for("Root directory")
        terminal.press(b"\x0f")
        terminal.wait_for("10000 of 10000")
        wait, _ = _keys_in(terminal, b"images-0123")
        _row("a key among ten thousand buckets, ms to the first byte", f"{wait:.1f}", "≤ 10")
    for key, words, what, budget in (
        (b"\x1b", "Stopped.", "Esc while a store hangs, ms until the checks have stopped", "≤ 1000"),
        (
            b"\x11",
            LEAVE_ALTERNATE_SCREEN.decode(),
            "leaving while a store hangs, ms until the screens are gone",
            "at once",
        ),
    ):
        with _wizard_on(FaultyStore(hang())) as terminal:
            terminal.press(b"\x13")
            terminal.wait_for("Stop")
            terminal.read_until_quiet(0.8)
            began = time.perf_counter()
            terminal.press(key)
            terminal.wait_for(words)
            _row(what, f"{1000 * (time.perf_counter() - began):.0f}", budget)
            if words == LEAVE_ALTERNATE_SCREEN.decode():
                terminal.wait_for_exit()
                _row("  until the program has ended", f"{1000 * (time.perf_counter() - began):.0f}", "at once")


@contextlib.contextmanager
def _wizard_on(store: FaultyStore) -> Iterator[Terminal]:
    """The wizard on a file of a store's settings."""
    with tempfile.TemporaryDirectory() as folder, store:
        config_file.save(Path(folder, "storage.toml"), store.settings(), None)
        terminal = Terminal([sys.executable, "-m", "wizard"], Path(folder))
        try:
            terminal.wait_for("Quit")
            yield terminal
        finally:
            terminal.close()


def _ten_thousand_buckets(environ: Environ, call_next: CallNext) -> Response:
    if operation(environ) != "ListBuckets":
        return call_next(environ)
    names = "".join(f"<Bucket><Name>images-{n:05}</Name></Bucket>" for n in range(10_000))
    return Response(
        f"<ListAllMyBucketsResult><Buckets>{names}</Buckets></ListAllMyBucketsResult>", mimetype="application/xml"
    )


def _side_by_side(store: LiveStore) -> float:
    began = time.perf_counter()
    *_, report = runner.run_checks(store.settings())
    if not (isinstance(report, Report) and report.passed):
        raise RuntimeError("the benchmark's store should pass")
    return time.perf_counter() - began


def _one_after_the_other(store: LiveStore) -> float:
    """The calls of a validation, one after the other with plain boto3, its client made anew as ours is."""
    began = time.perf_counter()
    client = boto3.client(
        "s3",
        endpoint_url=store.endpoint,
        region_name=store.region,
        aws_access_key_id=store.access_key,
        aws_secret_access_key=store.secret_key,
        config=Config(s3={"addressing_style": "path"}),
    )
    calls = _PlainCalls(client, store.bucket)
    calls.objects()
    calls.upload()
    calls.upload_by_copy()
    calls.links()
    calls.end()
    client.close()
    return time.perf_counter() - began


class _PlainCalls:
    """What a validation asks of a store, as anybody would write it with boto3."""

    def __init__(self, client: Any, bucket: str) -> None:
        self.client = client
        self.bucket = {"Bucket": bucket}
        self.body = os.urandom(SIZE)

    def objects(self) -> None:
        self.client.list_objects(**self.bucket, MaxKeys=1)
        self.client.put_object(**self.bucket, Key="write", Body=self.body)
        self.client.list_objects(**self.bucket, Prefix="write", MaxKeys=1)
        self.client.list_objects(**self.bucket, Prefix="none", MaxKeys=1)
        self._read("write", "bytes=0-")
        self._read("write", "bytes=1024-")
        self.client.copy_object(**self.bucket, Key="copy", CopySource={**self.bucket, "Key": "write"})
        self._read("copy", "bytes=0-")

    def upload(self) -> None:
        part = {**self._begin("multipart"), "PartNumber": 1}
        etag = self.client.upload_part(**part, Body=self.body)["ETag"]
        self.client.list_parts(**self._without_number(part))
        self._complete(part, etag)
        other = self._begin("resume")
        self.client.list_multipart_uploads(**self.bucket, Prefix="resume")
        self.client.abort_multipart_upload(**other)
        self.client.list_multipart_uploads(**self.bucket, Prefix="resume")

    def upload_by_copy(self) -> None:
        part = {**self._begin("part-copy"), "PartNumber": 1}
        source = {**self.bucket, "Key": "write"}
        etag = self.client.upload_part_copy(**part, CopySource=source)["CopyPartResult"]["ETag"]
        self._complete(part, etag)

    def links(self) -> None:
        for call, method in (("get_object", "GET"), ("head_object", "HEAD")):
            url = self.client.generate_presigned_url(call, {**self.bucket, "Key": "write"}, HttpMethod=method)
            with urllib.request.urlopen(urllib.request.Request(url, method=method)) as answer:
                answer.read()

    def end(self) -> None:
        keys = [{"Key": key} for key in ("write", "copy", "multipart", "part-copy")]
        self.client.delete_objects(**self.bucket, Delete={"Objects": keys})
        self.client.list_objects(**self.bucket)
        self.client.list_multipart_uploads(**self.bucket)  # what an earlier run may have left
        self.client.list_objects(**self.bucket)

    def _begin(self, key: str) -> dict[str, Any]:
        upload = self.client.create_multipart_upload(**self.bucket, Key=key)["UploadId"]
        return {**self.bucket, "Key": key, "UploadId": upload}

    def _complete(self, part: dict[str, Any], etag: str) -> None:
        whole = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
        self.client.complete_multipart_upload(**self._without_number(part), MultipartUpload=whole)
        self._read(part["Key"], "bytes=0-")

    def _without_number(self, part: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in part.items() if name != "PartNumber"}

    def _read(self, key: str, part: str) -> None:
        self.client.get_object(**self.bucket, Key=key, Range=part)["Body"].read()


def _files(count: int, store: LiveStore, folder: Path) -> float:
    """Seconds for one `check` of so many files, all of the same store."""
    paths = [folder / f"{number}.toml" for number in range(count)]
    for path in paths:
        config_file.save(path, store.settings(), None)
    return _seconds_of(sys.executable, "-m", "wizard", "check", *map(str, paths))


def validation() -> None:
    """How long a validation takes on a long line, and what it takes of the machine."""
    with Moto() as moto:
        store = moto.store()
        port = int(moto.endpoint.rpartition(":")[2])
        with slow_line(port, _ROUND_TRIP) as far:
            away = LiveStore(f"http://127.0.0.1:{far}", store.bucket, store.access_key, store.secret_key)
            ratio = _ratio(lambda: _side_by_side(away), lambda: _one_after_the_other(away), 3)
            _row("check at 100 ms round trip, times the same calls in turn with boto3", f"{ratio:.2f}", "≤ 0.5")
            _row("  round trips (of 100 ms) that it takes", f"{_side_by_side(away) / _ROUND_TRIP:.1f}", "")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "storage.toml"
            config_file.save(path, store.settings(), None)
            ours = _peak(sys.executable, "-m", "wizard", "check", str(path))
            theirs = _peak(sys.executable, "-c", _ONE_CLIENT, store.endpoint, store.bucket)
            one, hundred = (min(_files(count, store, Path(folder)) for _ in range(2)) for count in (1, 100))
            _row("check of 100 files, times one file", f"{hundred / one:.1f}", "< 100")
            _row("memory of check, times boto3 with one client", f"{ours / theirs:.2f}", "≤ 1.3")


def _peak(*command: str) -> int:
    """Peak memory of a program in KiB, from the system's own accounting."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[1:4]} ended with {process.returncode}")
    used: resource.struct_rusage = usage
    return used.ru_maxrss


def main() -> None:
    """All of it."""
    os.environ |= {"AWS_EC2_METADATA_DISABLED": "true", "PYTHONPATH": str(ROOT)}
    _row("what", "measured", "budget", "a smallest Textual app")
    start()
    frugality()
    never_blocked()
    validation()


if __name__ == "__main__":
    main()
