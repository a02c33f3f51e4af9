"""`verify` and real registries: each way to sign in, each place of the images, each mistake in front of them."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.registry.exercise import FORMATS, KIB, MIB, configured_registry, run_skopeo
from tests.registry.image import make_image
from tests.registry.registries import DEBIAN_2_8, REGISTRIES, RealRegistry, require_client
from tests.registry.verify_rows import HTPASSWD, ROWS, Row
from tests.support.certificates import Certificates
from tests.support.moto_server import Moto
from tests.support.ports import closed_port
from tests.support.registry_front import front_of
from tests.support.token_server import TokenServer
from tests.support.verification import PASSWORD, USER, verified
from wizard.model.findings import Cause, Severity
from wizard.model.settings import Settings
from wizard.validation.results import Report, Status

_OURS = re.compile(r"storage-wizard-verify|[0-9a-f]{64}")  # folders, too
_MARKS = {True: [pytest.mark.ci_server], False: []}
_LAYERS = (10 * KIB, 2 * MIB)
_IN_SUITE = ("its images are in the bucket", "tokens", "another bucket")


def _cases() -> Iterator[Any]:
    for row in ROWS:
        for registry in REGISTRIES:
            marks = list(_MARKS[registry is not DEBIAN_2_8])
            if registry is not DEBIAN_2_8 or row.name not in _IN_SUITE:
                marks.append(pytest.mark.ci_only)
            yield pytest.param(row, registry, id=f"{row.name}-{registry.name}", marks=marks)


@pytest.mark.parametrize(("row", "registry"), [*_cases()])
def test_a_verification_says_of_a_registry_what_is_true(
    row: Row,
    registry: RealRegistry,
    moto: Moto,
    certificates: Certificates,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if row.tls:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    world = _World(row, registry, moto, tmp_path)
    with world.running(certificates) as url:
        report = verified(url, world.settings if row.settings else None, row.password)
    findings = {each.check.id: each.finding for each in report.results if each.finding}
    grave = {check: finding for check, finding in findings.items() if finding.severity is not Severity.HINT}
    assert {check: finding.cause for check, finding in grave.items()} == row.findings, findings
    for words in row.words:
        assert words in next(iter(grave.values())).text
    assert report.passed is not any(finding.severity is Severity.ERROR for finding in grave.values())
    left = world.contents()
    assert bool(left) is row.stays, left
    assert bool(report.leftovers) is row.stays, report.leftovers
    assert [path for path in left if not _is_named(path, report)] == []
    assert any("not in the bucket" in note for note in report.notes) is row.place.startswith("another")
    printed = json.dumps(report.as_json(""))
    assert PASSWORD not in printed
    assert "eyJ" not in printed


@pytest.mark.ci_only
@pytest.mark.parametrize("row", [row for row in ROWS if not row.client_differs], ids=lambda row: row.name)
def test_a_client_can_push_and_pull_if_the_verification_says_so(
    row: Row, moto: Moto, certificates: Certificates, tmp_path: Path
) -> None:
    image = make_image(tmp_path / "image", _LAYERS)
    with _World(row, DEBIAN_2_8, moto, tmp_path).running(certificates) as url:
        remote = f"docker://{url.partition('://')[2]}/test:1"
        user = f"{USER}:{row.password}" if row.password else ""
        push = [*_flags("dest", row, user), f"oci:{image.folder}:1", remote]
        pull = [*_flags("src", row, user), remote, f"oci:{tmp_path / 'copy'}:1"]
        works = all(_runs_skopeo(tmp_path, certificates, "copy", *arguments) for arguments in (push, pull))
    assert works is not any(check in row.findings for check in ("auth", "push", "pull"))


def _flags(side: str, row: Row, user: str) -> list[str]:
    return [f"--{side}-tls-verify={'true' if row.tls else 'false'}", *([f"--{side}-creds={user}"] if user else [])]


def _runs_skopeo(folder: Path, certificates: Certificates, *arguments: str) -> bool:
    trust = {"SSL_CERT_FILE": str(certificates.ca)}
    return run_skopeo(require_client(), folder, 30.0, *arguments, **trust).returncode == 0


def _is_named(path: str, report: Report) -> bool:
    """Whether what stays is among the leftovers, by itself or by its folder."""
    return any(path.endswith(name) or (name.endswith("/") and name in path) for name in report.leftovers)


class _World:
    """The registry of a row, and where it keeps its images."""

    def __init__(self, row: Row, registry: RealRegistry, moto: Moto, folder: Path) -> None:
        self._row, self._registry, self._moto, self._folder = row, registry, moto, folder
        self._root = folder / "images"
        self._root.mkdir()
        self._store = moto.store()
        self.settings = self._store.settings(**registry.settings, rootdirectory=row.rootdirectory)
        if row.place == "folder":
            self.settings = Settings(registry=registry.id, provider="filesystem", rootdirectory=str(self._root))
        self._used = moto.store() if row.place == "another" else self._store

    def contents(self) -> list[str]:
        """The files or objects in the place that the registry uses, and its unfinished uploads."""
        if self._row.place == "folder":
            return [str(path) for path in self._root.rglob("*") if path.is_file() or _OURS.search(path.name)]
        return [*self._moto.contents(self._used.bucket), *self._moto.uploads(self._used.bucket)]

    @contextlib.contextmanager
    def running(self, certificates: Certificates) -> Iterator[str]:
        """Runs the registry; yields the URL at which clients reach it."""
        with contextlib.ExitStack() as stack:
            auth: Mapping[str, Any] = {}
            if isinstance(self._row.auth, str):
                auth = self._htpasswd()
            elif self._row.auth is not None:
                server = TokenServer(certificates.self_signed, {USER: PASSWORD}, **self._row.auth)
                auth = stack.enter_context(server.running()).configuration()
            if self._row.place == "down":
                endpoint = f"http://127.0.0.1:{stack.enter_context(closed_port())}"
                self._used = dataclasses.replace(self._store, endpoint=endpoint)
            config = self._configuration(auth)
            address = stack.enter_context(configured_registry(self._registry.require(), config))
            if self._row.front is None:
                yield f"http://{address}"
            else:
                certificate = certificates.good if self._row.tls else None
                yield stack.enter_context(front_of(address, certificate=certificate, **self._row.front))

    def _htpasswd(self) -> Mapping[str, Any]:
        path = self._folder / "htpasswd"
        path.write_text(HTPASSWD, encoding="utf-8")
        return {"htpasswd": {"realm": "registry", "path": str(path)}}

    def _configuration(self, auth: Mapping[str, Any]) -> str:
        settings = self.settings
        if self._row.place in ("another", "another root", "down"):
            settings = self._used.settings(**self._registry.settings)
        if self._row.place == "folder":
            storage = {"filesystem": {"rootdirectory": str(self._root)}, "delete": {"enabled": True}}
            document: dict[str, Any] = {"version": 0.1, "storage": storage, "http": {}}
        else:
            document = yaml.safe_load(FORMATS[self._registry.id].write(settings).text)
        if auth:
            document["auth"] = dict(auth)
        for section in ("storage", "http"):
            document[section] |= self._row.configuration.get(section, {})
        return yaml.safe_dump(document)


@pytest.mark.ci_only
def test_a_registry_that_answers_slowly_ends_with_the_deadline(moto: Moto) -> None:
    """The deadline counts for all calls together."""
    store = moto.store()
    config = FORMATS["distribution-2"].write(store.settings(registry="distribution-2")).text
    with configured_registry(DEBIAN_2_8.require(), config) as address:
        report = verified(f"http://{address}", store.settings(), seconds=0.001)
    assert not report.passed
    assert [each.finding.cause for each in report.results if each.finding] == [Cause.TIMEOUT]
    assert {each.status for each in report.results[1:-1]} == {Status.SKIPPED}
