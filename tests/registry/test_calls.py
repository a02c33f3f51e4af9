"""Our calls are the registry's, down to the headers that a store may refuse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from urllib.parse import parse_qsl

import pytest
from werkzeug.wrappers import Response

from tests.checks.test_checks import report_of
from tests.registry.trip import SMALL_THRESHOLD, Programs, trip
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.s3_requests import Environ, operation
from wizard.model.findings import Value

_HEADERS = ("content-type", "range", "x-amz-acl", "x-amz-storage-class", "x-amz-server-side-encryption")
_MEANT_OTHERWISE = {"continuation-token", "encoding-type", "key-marker", "marker", "upload-id-marker", "delimiter"}
_ADVICE = ("GetBucket", "GetObjectLock", "GetPublicAccessBlock")


class Recorded:
    """Notes what of each call a store sees, apart from keys, bodies and signatures."""

    def __init__(self) -> None:
        self.calls: dict[str, set[tuple[str, ...]]] = defaultdict(set)

    def __call__(self, environ: Environ, call_next: CallNext) -> Response:
        self.calls[operation(environ)].add(self._shape(environ))
        return call_next(environ)

    @staticmethod
    def _shape(environ: Environ) -> tuple[str, ...]:
        def header(name: str) -> str:
            plain = name.upper().replace("-", "_")
            value: str = environ.get("CONTENT_TYPE" if name == "content-type" else f"HTTP_{plain}", "")
            return "bytes=N-" if name == "range" and value.startswith("bytes=") else value

        query = {name.lower() for name, _ in parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)}
        shown = [f"{name}: {header(name)}" for name in _HEADERS if header(name)]
        shown += ["content-md5"] if header("content-md5") else []
        shown += sorted(name for name in environ if "CHECKSUM" in name or name == "HTTP_X_AMZ_TRAILER")
        return (*shown, *sorted(query - _MEANT_OTHERWISE))


@pytest.mark.parametrize(
    "changes", [{}, {"encrypt": True}, {"storageclass": "NONE"}, {"objectacl": "bucket-owner-full-control"}], ids=str
)
def test_we_make_every_call_of_the_registrys_and_no_other(
    programs: Programs | None, changes: Mapping[str, Value]
) -> None:
    if programs is None:
        pytest.skip("docker-registry and skopeo are not installed")
    theirs, ours = Recorded(), Recorded()
    settings: dict[str, Value] = {
        "registry": "distribution-2",
        "multipartcopythresholdsize": SMALL_THRESHOLD,
        **changes,
    }
    with FaultyStore(theirs) as store:
        assert trip(programs, store.settings(**settings), collect=True).works
    with FaultyStore(ours) as store:
        assert report_of(store.settings(**settings)).passed
    made = {name: shapes for name, shapes in ours.calls.items() if not name.startswith(_ADVICE)}
    assert {name.removesuffix(" ranged") for name in made} == {name.removesuffix(" ranged") for name in theirs.calls}
    for name, shapes in made.items():
        assert shapes <= theirs.calls[name] | theirs.calls[name.removesuffix(" ranged")], name
