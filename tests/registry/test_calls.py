"""A validation makes the registry's calls, with the same headers and parameters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote

import pytest
from werkzeug.wrappers import Response

from tests.registry.exercise import SMALL_THRESHOLD, Programs, exercise_registry
from tests.registry.registries import DEBIAN_2_8, DISTRIBUTION_3, RealRegistry
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.reports import report_of
from tests.support.s3_requests import Environ, operation
from wizard.model.settings import Value

_HEADERS = ("content-type", "range", "x-amz-acl", "x-amz-storage-class", "x-amz-server-side-encryption")
_PAGING = {"continuation-token", "encoding-type", "key-marker", "marker", "upload-id-marker", "delimiter"}
_ADVISORY = ("GetBucket", "GetObjectLock", "GetPublicAccessBlock", "ListBuckets")


class CallRecorder:
    """Records the shape of each call, without keys, bodies and signatures."""

    def __init__(self) -> None:
        self.shapes: dict[str, set[tuple[str, ...]]] = defaultdict(set)  # operation -> shapes

    def __call__(self, environ: Environ, call_next: CallNext) -> Response:
        self.shapes[operation(environ)].add(_shape_of(environ))
        return call_next(environ)


def _shape_of(environ: Environ) -> tuple[str, ...]:
    """The headers that a store may reject, and the names of the query parameters."""
    parameters = {name.lower() for name, _ in parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)}
    headers = [f"{name}: {_header(environ, name)}" for name in _HEADERS if _header(environ, name)]
    headers += ["content-md5"] if _header(environ, "content-md5") else []
    headers += sorted(name for name in environ if "CHECKSUM" in name or name == "HTTP_X_AMZ_TRAILER")
    return (*headers, *sorted(parameters - _PAGING))


def _header(environ: Environ, name: str) -> str:
    variable = "CONTENT_TYPE" if name == "content-type" else f"HTTP_{name.upper().replace('-', '_')}"
    value: str = environ.get(variable, "")
    return "bytes=N-" if name == "range" and value.startswith("bytes=") else value


def _without_range(name: str) -> str:
    return name.removesuffix(" ranged")


@pytest.mark.parametrize(
    "changes", [{}, {"encrypt": True}, {"storageclass": "NONE"}, {"objectacl": "bucket-owner-full-control"}], ids=str
)
def test_a_validation_makes_every_call_of_the_registry_and_no_other(
    programs: Programs, changes: Mapping[str, Value]
) -> None:
    of_registry, of_validation = CallRecorder(), CallRecorder()
    settings: dict[str, Value] = {
        "registry": "distribution-2",
        "multipartcopythresholdsize": SMALL_THRESHOLD,
        **changes,
    }
    with FaultyStore(of_registry) as store:
        assert exercise_registry(programs, store.settings(**settings), maintain=True).failed_stage == ""
    with FaultyStore(of_validation) as store:
        assert report_of(store.settings(**settings)).passed
    made = {name: shapes for name, shapes in of_validation.shapes.items() if not name.startswith(_ADVISORY)}
    assert set(map(_without_range, made)) == set(map(_without_range, of_registry.shapes))
    for name, shapes in made.items():
        assert shapes <= of_registry.shapes[name] | of_registry.shapes[_without_range(name)], name


class PathRecorder:
    """Records the bytes that are sent of paths and sources of copies, up to the key in the root directory."""

    def __init__(self) -> None:
        self.sources: set[bytes] = set()
        self.paths: set[bytes] = set()

    def __call__(self, environ: Environ, call_next: CallNext) -> Response:
        path, _, key = environ["RAW_URI"].encode("latin-1").partition(b"/docker/")
        is_signed = "HTTP_AUTHORIZATION" in environ  # not the look whether the bucket is public
        self.paths |= {path} if key and is_signed else set()
        if source := environ.get("HTTP_X_AMZ_COPY_SOURCE"):
            self.sources.add(source.encode("latin-1").partition(b"/docker/")[0])
            source = quote(source, encoding="latin-1")  # moto does not read the bytes as UTF-8
            environ = environ | {"HTTP_X_AMZ_COPY_SOURCE": source}
        return call_next(environ)


@pytest.mark.parametrize(
    ("root", "v4auth"),
    [("/a b+c", True), ("/ä/画 \u3000", True), ("/a#b?c\\d", True), ("/a+b|<>^", False)],
)
@pytest.mark.parametrize(
    "registry", [DEBIAN_2_8, pytest.param(DISTRIBUTION_3, marks=pytest.mark.ci_server)], ids=lambda each: each.id
)
def test_a_validation_sends_the_bytes_of_a_root_directory_as_the_registry(
    registry: RealRegistry, root: str, v4auth: bool
) -> None:
    of_registry, of_validation = PathRecorder(), PathRecorder()
    changes: dict[str, Value] = {**registry.settings, "redirect": False, "rootdirectory": root, "v4auth": v4auth}
    with FaultyStore(of_registry) as store:
        settings = store.settings(**changes)
        exercise_registry(Programs.require(registry), settings, layers=(600,))
        bucket = store.bucket.encode()
    with FaultyStore(of_validation) as store:
        report_of(store.settings(**changes))
        of_validation.sources = {source.replace(store.bucket.encode(), bucket) for source in of_validation.sources}
        of_validation.paths = {path.replace(store.bucket.encode(), bucket) for path in of_validation.paths}
    assert of_validation.sources == of_registry.sources == {bucket + root.encode()}
    assert of_validation.paths == of_registry.paths
