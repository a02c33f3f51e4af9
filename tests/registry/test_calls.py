"""A validation makes the registry's calls, with the same headers and parameters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from urllib.parse import parse_qsl

import pytest
from werkzeug.wrappers import Response

from tests.registry.exercise import SMALL_THRESHOLD, Programs, exercise_registry
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.reports import report_of
from tests.support.s3_requests import Environ, operation
from wizard.model.findings import Value

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
