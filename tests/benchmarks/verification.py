"""How long a verification of a registry takes, next to the same requests in a plain loop. Both are in this process."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import yaml

from tests.benchmarks.measure import median_ratio, print_row
from tests.registry.exercise import configured_registry
from tests.registry.registries import DISTRIBUTION_3
from wizard.model.settings import Settings
from wizard.oci.address import Address
from wizard.validation.results import Report
from wizard.validation.time_limit import TimeLimit
from wizard.verification.image import OCI, TAG, Image
from wizard.verification.run import Target, verify
from wizard.verification.storage import blob_path, repository_path

_PAIRS = 31
_LARGE = 100 << 20  # bytes that are announced
_BINARY = {"Content-Type": "application/octet-stream"}
_MANIFEST = {"Content-Type": OCI.manifest, "Accept": OCI.manifest}


def measure_verification() -> None:
    """Print the ratio of both durations."""
    with tempfile.TemporaryDirectory() as folder:
        storage = {"filesystem": {"rootdirectory": folder}, "delete": {"enabled": True}}
        config = yaml.safe_dump({"version": 0.1, "storage": storage, "http": {}})
        with configured_registry(DISTRIBUTION_3.require(), config) as address:
            settings = Settings(registry=DISTRIBUTION_3.id, provider="filesystem", rootdirectory=folder)
            ratio = median_ratio(
                partial(_duration, partial(_verify, address, settings)),
                partial(_duration, partial(_by_hand, address, Path(folder))),
                _PAIRS,
            )
    print_row("verify, times the same requests in a plain loop", f"{ratio:.2f}", "≤ 1.3")


def _duration(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _verify(address: str, settings: Settings) -> None:
    target = Target(Address.parse(f"http://{address}"), settings)
    *_, report = verify(target, threading.Event(), TimeLimit(60))
    if not (isinstance(report, Report) and report.passed):
        raise RuntimeError("the verification of the benchmark's registry failed")


def _by_hand(address: str, root: Path) -> None:
    image = Image.create()
    name = f"/v2/{image.repository}"
    with contextlib.closing(http.client.HTTPConnection(address, timeout=20)) as connection:
        ask = partial(_ask, connection)
        for _ in range(2):
            ask("GET", "/v2/", 200)
        for blob in (image.config, image.layer):
            location = ask("POST", f"{name}/blobs/uploads/", 202)
            location = ask("PATCH", location, 202, blob.data, _BINARY)
            ask("PUT", f"{location}&digest={blob.digest}", 201, b"", _BINARY)
        location = ask("POST", f"{name}/blobs/uploads/", 202)
        _announce(address, location)
        ask("DELETE", location, 204)
        manifest = image.manifest(OCI)
        ask("PUT", f"{name}/manifests/{TAG}", 201, manifest.data, _MANIFEST)
        (root / blob_path(image.layer.hash)).read_bytes()
        for reference in (TAG, manifest.digest):
            ask("GET", f"{name}/manifests/{reference}", 200, None, _MANIFEST)
        for blob in (image.config, image.layer):
            ask("GET", f"{name}/blobs/{blob.digest}", 200)
        layer = f"{name}/blobs/{image.layer.digest}"
        ask("HEAD", layer, 200)
        ask("GET", layer, 206, None, {"Range": "bytes=20-"})
        ask("DELETE", f"{name}/manifests/{manifest.digest}", 202)
        ask("GET", f"{name}/manifests/{manifest.digest}", 404, None, _MANIFEST)
    for place in (repository_path(image.repository), *(blob_path(each.hash) for each in (*image[1:], manifest))):
        shutil.rmtree((root / place).parent if place.endswith("/data") else root / place)


def _ask(
    connection: http.client.HTTPConnection,
    method: str,
    target: str,
    expected: int,
    body: bytes | None = None,
    headers: Mapping[str, str] = {},
) -> str:
    """The path that the answer names in `Location`."""
    connection.request(method, target, body, dict(headers))
    answer = connection.getresponse()
    answer.read()
    if answer.status != expected:
        raise RuntimeError(f"{method} {target} ended with {answer.status}")
    return answer.getheader("Location", "").partition(f"{connection.host}:{connection.port}")[2]


def _announce(address: str, location: str) -> None:
    with contextlib.closing(http.client.HTTPConnection(address, timeout=20)) as connection:
        connection.putrequest("PATCH", location)
        for header, value in {**_BINARY, "Content-Length": str(_LARGE), "Expect": "100-continue"}.items():
            connection.putheader(header, value)
        connection.endheaders()
        with connection.sock.makefile("rb") as stream:
            stream.readline()
