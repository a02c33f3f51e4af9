"""What a verification may have left is named, and nothing else."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from werkzeug.wrappers import Request, Response

from tests.support.http_server import serve_wsgi
from tests.support.moto_server import Moto
from tests.support.verification import verified
from wizard.model.findings import Cause, Finding, Severity
from wizard.model.settings import Settings
from wizard.oci.address import Address
from wizard.validation.results import Report, Status
from wizard.validation.time_limit import TimeLimit
from wizard.verification.image import OCI, REPOSITORIES, TAG
from wizard.verification.run import Target, verify
from wizard.verification.storage import blob_path, repository_path


class _Registry:
    """A registry in memory. It answers to the requests of a method in `refused` with that status.

    `ignores_deletion`: it accepts a deletion, and deletes nothing, as a proxy can. `after_deletion`: the status of what
    is not there. The data of an upload, or what
    `holds` is, is answered once `may_answer` is set: the data of the second `layer`, a `manifest` or its `deletion`.
    With `root` it keeps blobs there, too, as a registry with a local folder.
    """

    def __init__(
        self,
        refused: dict[str, int] | None = None,
        *,
        ignores_deletion: bool = False,
        after_deletion: int = 404,
        holds: str = "data",
        root: Path | None = None,
    ) -> None:
        self._refused = refused or {}
        self._ignores_deletion, self._holds, self._root = ignores_deletion, holds, root
        self._after_deletion = after_deletion
        self._contents: dict[str, bytes] = {}
        self.may_answer, self.has_received = threading.Event(), threading.Event()
        self.may_answer.set()

    @contextmanager
    def running(self) -> Iterator[str]:
        with serve_wsgi(Request.application(self._respond), stopping=self.may_answer) as url:
            yield url

    def _respond(self, request: Request) -> Response:
        place, _, name = request.path.rpartition("/")
        if request.method in self._refused and place.endswith(("uploads", "manifests")):
            return Response("{}", self._refused[request.method])
        match request.method:
            case "POST":
                self._keep(repository_path(place.removeprefix("/v2/").removesuffix("/blobs/uploads")) + "link", b"")
                return Response("", 202, {"Location": f"{request.path}1"})
            case "PATCH":
                self._hold("layer" if "upload" in self._contents else "data")
                self._contents["upload"] = request.data
                return Response("", 202, {"Location": request.path})
            case "PUT":
                if place.endswith("manifests"):
                    self._hold("manifest")
                data = request.data or self._contents["upload"]
                self._contents[request.args.get("digest", name)] = data
                self._keep(blob_path(hashlib.sha256(data).hexdigest()), data)
                return Response("", 201)
            case "DELETE":
                return self._delete(is_image=place.endswith("manifests"))
        found = self._contents.get(name, self._contents.get(TAG, b"") if place.endswith("manifests") else b"")
        if request.path == "/v2/":
            return Response("{}", 200, {"Docker-Distribution-Api-Version": "registry/2.0"})
        return Response(found, 200, content_type=OCI.manifest) if found else Response("{}", self._after_deletion)

    def _delete(self, *, is_image: bool) -> Response:
        if is_image:
            self._hold("deletion")
        if is_image and TAG not in self._contents:
            return Response("{}", 404)
        if not self._ignores_deletion:
            self._contents.clear()
        return Response("", 202)

    def _keep(self, path: str, data: bytes) -> None:
        if self._root is not None:
            (self._root / path).parent.mkdir(parents=True, exist_ok=True)
            (self._root / path).write_bytes(data)

    def _hold(self, kind: str) -> None:
        if kind == self._holds:
            self.has_received.set()
            self.may_answer.wait(30)


def test_an_image_that_is_only_said_to_be_deleted_is_named_by_its_tag() -> None:
    with _Registry(ignores_deletion=True).running() as url:
        report = verified(url)
    finding = report.results[-1].finding
    assert report.leftovers[0].endswith(f":{TAG}")
    assert finding is not None
    assert finding.text.startswith("The test image ")


def test_an_image_is_named_if_a_proxy_answers_its_deletion_with_404() -> None:
    with _Registry({"DELETE": 404}).running() as url:
        report = verified(url)
    finding = report.results[-1].finding
    assert report.leftovers[0].endswith(f":{TAG}")
    assert finding is not None
    assert finding.severity is Severity.WARNING


def test_an_image_is_named_if_nothing_says_that_it_is_gone() -> None:
    with _Registry(after_deletion=503).running() as url:
        report = verified(url)
    assert report.leftovers[0].endswith(f":{TAG}")
    assert {each.check.id: each.status for each in report.results}["delete"] is Status.FAILED


def test_a_blob_that_was_never_completed_is_not_named() -> None:
    with _Registry({"PATCH": 500}).running() as url:
        report = verified(url)
    assert [name for name in report.leftovers if "/blobs/" in name] == []


def test_a_manifest_that_was_refused_is_not_named() -> None:
    with _Registry({"PUT": 403}).running() as url:
        report = verified(url)
    assert [name for name in report.leftovers if "/blobs/" in name] == []


def test_nothing_is_named_where_no_upload_started_and_the_store_has_nothing(moto: Moto) -> None:
    with _Registry({"POST": 503}).running() as url:
        report = verified(url, moto.store().settings())
    assert report.leftovers == ()


def test_no_path_is_named_of_a_registry_with_folders_of_its_own(moto: Moto) -> None:
    with _Registry().running() as url:
        report = verified(url, moto.store().settings(registry="zot"))
    (name,) = report.leftovers
    assert name.startswith(f"{REPOSITORIES}/")
    assert report.notes == ()


def test_an_upload_that_may_have_started_is_named_where_the_store_says_nothing(moto: Moto) -> None:
    unknown = moto.store().settings().replace({"regionendpoint": "http://127.0.0.1:1"})
    with _Registry({"POST": 503}).running() as url:
        report = verified(url, unknown)
    (name,) = report.leftovers
    assert name.endswith("/")


def _cancelled_at(registry: _Registry, settings: Settings) -> Report:
    """The report of a run that is cancelled once the registry holds a request."""
    cancel = threading.Event()
    registry.may_answer.clear()

    def cancel_once_held() -> None:
        registry.has_received.wait(30)
        cancel.set()

    with registry.running() as url:
        threading.Thread(target=cancel_once_held).start()
        *_, report = verify(Target(Address.parse(url), settings), cancel, TimeLimit(60))
        registry.may_answer.set()
    assert isinstance(report, Report)
    assert report.cancelled
    return report


def _cancelled_beside(registry: _Registry, moto: Moto) -> tuple[Report, Finding]:
    """The same where the store has nothing of the image, and what the report says about leftovers."""
    report = _cancelled_at(registry, moto.store().settings())
    finding = report.results[-1].finding
    assert finding is not None
    assert finding.cause is Cause.LEFTOVERS
    return report, finding


def test_what_a_request_in_flight_may_still_make_is_named_after_a_cancel(moto: Moto) -> None:
    report, _ = _cancelled_beside(_Registry(), moto)
    assert any(name.endswith("/") for name in report.leftovers)


def test_what_a_request_in_flight_may_still_make_is_not_said_to_be_there(moto: Moto) -> None:
    _, finding = _cancelled_beside(_Registry(holds="layer"), moto)
    assert "may keep 1 test blob until its garbage collection, an unfinished upload until" in finding.text


def test_an_image_whose_push_may_still_be_completed_is_named_by_its_tag(moto: Moto) -> None:
    """No garbage collection removes it."""
    report, finding = _cancelled_beside(_Registry(holds="manifest"), moto)
    assert report.leftovers[0].endswith(f":{TAG}")
    assert (finding.severity, finding.text.partition(" of ")[0]) == (
        Severity.WARNING,
        "The registry may still complete the push",
    )


def test_after_a_cancel_only_what_the_request_in_flight_may_still_make_is_named(tmp_path: Path) -> None:
    """The first blob is there at the cancel, and its removal is known."""
    report = _cancelled_at(_Registry(holds="layer", root=tmp_path), _settings_of(tmp_path))
    (name,) = report.leftovers
    assert name.startswith(f"{tmp_path}/docker/registry/v2/repositories/")
    assert _files_in(tmp_path) == []


def test_the_store_is_cleaned_although_the_registry_does_not_answer_to_the_deletion(tmp_path: Path) -> None:
    report = _cancelled_at(_Registry(holds="deletion", root=tmp_path), _settings_of(tmp_path))
    assert _files_in(tmp_path) == []
    assert report.leftovers == ()


def _settings_of(root: Path) -> Settings:
    return Settings(registry="distribution-3", provider="filesystem", rootdirectory=str(root))


def _files_in(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_store_that_cannot_be_asked_gets_a_warning(moto: Moto) -> None:
    unknown = moto.store().settings().replace({"regionendpoint": "http://127.0.0.1:1"})
    with _Registry().running() as url:
        finding = verified(url, unknown).results[-1].finding
    assert finding is not None
    assert finding.severity is Severity.WARNING
    assert "which could not be read" in finding.text
