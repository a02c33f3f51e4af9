"""One image in and out of the real registry, which is the truth that our verdict is held against."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import http.client
import os
import re
import ssl
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.registry.image import MANIFEST, Image, blobs_in, make_image
from tests.support.processes import running_process, wait_for
from wizard.formats.lookup import all_formats
from wizard.model.settings import Settings

FORMATS = all_formats()

KIB, MIB = 1 << 10, 1 << 20
SMALL_THRESHOLD = 256 * KIB  # so that layers of half a megabyte are copied in parts as those of gigabytes are
LAYERS = (10 * KIB, 600 * KIB)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What could be done. `said` is the registry's or the client's word on the first thing that could not."""

    started: bool = False
    pushed: bool = False
    pulled: bool = False
    pushed_again: bool = False
    cancelled: bool = False
    deleted: bool = False
    collected: bool = False  # what was deleted is gone from the store; not a part of what a client asks for
    said: str = ""

    @property
    def works(self) -> bool:
        """Whether the registry can do its work, short of collecting garbage."""
        return self.started and self.pushed and self.pulled and self.pushed_again and self.cancelled and self.deleted


class _FailedError(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Programs:
    """Paths of the registry and of the client."""

    registry: str
    skopeo: str


def trip(
    programs: Programs,
    settings: Settings,
    environment: Mapping[str, str] | None = None,
    layers: Sequence[int] = LAYERS,
    patience: float = 8.0,
    *,
    collect: bool = False,
    config: str | None = None,
) -> Outcome:
    """Pushes an image, pulls and compares it, breaks a push off, deletes the image: with our own export.

    `environment` is the registry's, such as SSL_CERT_FILE; the client trusts everybody and uses no proxy. `config`
    is the registry's whole configuration, where that is not our export.
    """
    with tempfile.TemporaryDirectory(prefix="trip-") as name:
        folder = Path(name)
        text = FORMATS["distribution-2"].write(settings).text if config is None else config
        (folder / "config.yml").write_text(text, encoding="utf-8")
        with contextlib.ExitStack() as opened:
            try:
                address = opened.enter_context(_registry(programs.registry, folder, environment or {}))
            except _FailedError as failure:
                return Outcome(said=str(failure))
            outcome = _Client(programs.skopeo, folder, address, patience).goes(make_image(folder / "image", layers))
        if outcome.works and collect:
            outcome = dataclasses.replace(outcome, collected=_collects(programs.registry, folder, environment or {}))
        return outcome


def _collects(program: str, folder: Path, environment: Mapping[str, str]) -> bool:
    """Whether the registry takes away what no image needs any longer."""
    command = [program, "garbage-collect", "--delete-untagged", str(folder / "config.yml")]
    done = subprocess.run(command, env=_environment(folder, environment), capture_output=True, timeout=60, check=False)
    return done.returncode == 0 and re.search(rb"[1-9]\d* blobs and", done.stdout) is not None


_TRUSTING = ssl.create_default_context()
_TRUSTING.check_hostname = False
_TRUSTING.verify_mode = ssl.CERT_NONE
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=_TRUSTING))


@contextlib.contextmanager
def _registry(program: str, folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """The registry on the folder's configuration, without what the environment of the tests has; its address."""
    config, log = folder / "config.yml", folder / "registry.log"
    with (
        log.open("wb") as out,
        running_process(
            [program, "serve", str(config)], stderr=out, environment=_environment(folder, environment)
        ) as running,
    ):
        yield wait_for(functools.partial(_address, log, running))


def _environment(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    usual = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "AWS_EC2_METADATA_DISABLED": "true",
        "OTEL_TRACES_EXPORTER": "none",
        "REGISTRY_HTTP_ADDR": "127.0.0.1:0",
        "HTTP_PROXY": os.environ.get("HTTP_PROXY", ""),
    }
    return {**usual, **more}


def _address(log: Path, running: subprocess.Popen[bytes]) -> str | None:
    text = log.read_text(errors="replace")
    if running.poll() is not None:
        raise _FailedError(_first_cause(text) or "the registry ended")
    found = re.search(r"listening on (127\.0\.0\.1:\d+)", text)
    return found and found[1]


def _first_cause(log: str) -> str:
    """What the registry says of the first thing that went wrong, but for blobs that were only asked for."""
    said = re.search(
        r"panic: .*|panic serving .*|err.detail=\"(?!sha256|map).*?[^\\]\"|level=fatal.*|^configuration.*",
        log,
        re.MULTILINE,
    )
    return said[0][:600] if said else ""


class _Client:
    def __init__(self, skopeo: str, folder: Path, address: str, patience: float) -> None:
        self.skopeo, self.folder, self.address, self.patience = skopeo, folder, address, patience
        self.there = f"docker://{address}/test:1"

    def goes(self, image: Image) -> Outcome:
        """The trip, as far as it goes."""
        done = Outcome(started=True)
        steps = {
            "pushed": self._push,
            "pulled": self._pull,
            "pushed_again": self._push_again,
            "cancelled": self._cancel,
            "deleted": self._delete,
        }
        for name, step in steps.items():
            try:
                step(image)
            except _FailedError as failure:
                return dataclasses.replace(done, said=f"not {name}: {failure} | {_first_cause(self._log())}")
            done = dataclasses.replace(done, **{name: True})  # type: ignore[arg-type]  # the names are the fields'
        return done

    def _log(self) -> str:
        return (self.folder / "registry.log").read_text(errors="replace")

    def _run(self, *arguments: str) -> bytes:
        command = [self.skopeo, "--insecure-policy", "--command-timeout", f"{self.patience}s", *arguments]
        environment = {
            "PATH": os.defpath,
            "HOME": str(self.folder),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_RUNTIME_DIR": str(self.folder),
            "TMPDIR": str(self.folder),
            "_CONTAINERS_ROOTLESS_UID": "1",  # its cache of layers then stays in the folder, for root too
        }
        done = subprocess.run(command, env=environment, capture_output=True, timeout=4 * self.patience, check=False)
        if done.returncode:
            raise _FailedError(done.stderr.decode(errors="replace").strip()[-600:])
        return done.stdout

    def _push(self, image: Image) -> None:
        self._run("copy", "--dest-tls-verify=false", f"oci:{image.folder}:1", self.there)

    def _pull(self, image: Image) -> None:
        back = self.folder / "back"
        self._run("copy", "--src-tls-verify=false", self.there, f"oci:{back}:1")
        if blobs_in(back) != image.blobs():
            raise _FailedError("other content than was pushed")
        self._go_on_with_a_pull(image)

    def _go_on_with_a_pull(self, image: Image) -> None:
        """The rest of a layer, as after a break: from wherever the registry sends its clients."""
        digest, layer = max(image.blobs().items(), key=lambda blob: len(blob[1]))
        half = len(layer) // 2
        url = f"http://{self.address}/v2/test/blobs/sha256:{digest}"
        request = urllib.request.Request(url, headers={"Range": f"bytes={half}-"})
        try:
            with _OPENER.open(request, timeout=self.patience) as answer:
                status, rest = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise _FailedError(f"the rest of a layer: {error!r}") from error
        if (status, rest) != (206, layer[half:]):
            raise _FailedError(f"the rest of a layer: {status}, {len(rest)} bytes")

    def _push_again(self, image: Image) -> None:
        """The same layers, which the client asks for before it sends them."""
        self._run("copy", "--dest-tls-verify=false", f"oci:{image.folder}:1", f"docker://{self.address}/test:2")

    def _cancel(self, _: Image) -> None:
        """An upload that goes on after a break, and is given up."""
        with contextlib.closing(http.client.HTTPConnection(self.address, timeout=self.patience)) as connection:
            place = self._ask(connection, "POST", "/v2/test/blobs/uploads/", 202)
            place = self._ask(connection, "PATCH", place, 202, os.urandom(100))
            place = self._ask(connection, "PATCH", place, 202, os.urandom(100))
            self._ask(connection, "DELETE", place, 204)
        if refused := re.search(r"error encountered canceling upload: [^\"]*", self._log()):
            raise _FailedError(refused[0])  # which the registry keeps to itself: it answers 204 all the same

    def _ask(
        self, connection: http.client.HTTPConnection, method: str, url: str, status: int, body: bytes = b""
    ) -> str:
        try:
            connection.request(method, url, body, {"Accept": MANIFEST})
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise _FailedError(f"{method}: {error!r}") from error
        if answer.status != status:
            raise _FailedError(f"{method}: {answer.status}")
        return answer.headers.get("Location", "")

    def _delete(self, image: Image) -> None:
        self._run("delete", "--tls-verify=false", self.there)
        with contextlib.closing(http.client.HTTPConnection(self.address, timeout=self.patience)) as connection:
            self._ask(connection, "HEAD", f"/v2/test/manifests/{image.digest}", 404)
