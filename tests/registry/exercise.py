"""Exercises the real registry with one image, and reports at which stage it fails."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import http
import http.client
import json
import os
import re
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.registry.image import MANIFEST, Image, blobs_in, make_image
from tests.registry.registries import DEBIAN_2_8, RealRegistry, require_client
from tests.support.processes import running_process, wait_for
from wizard.formats.lookup import all_formats
from wizard.model.settings import Settings

FORMATS = all_formats()

KIB, MIB = 1 << 10, 1 << 20
SMALL_THRESHOLD = 256 * KIB  # so that layers of half a megabyte are copied in parts, like those of gigabytes
LAYERS = (10 * KIB, 600 * KIB)


@dataclass(frozen=True, slots=True)
class Programs:
    """The paths of the registry and of the client."""

    registry: str
    skopeo: str
    purges_uploads: bool = False  # whether the registry has a command for it

    @classmethod
    def require(cls, registry: RealRegistry = DEBIAN_2_8) -> Programs:
        """The installed programs. Without them the test is skipped or, in CI, fails."""
        return cls(registry.require(), require_client(), purges_uploads=registry.source is not None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`failed_stage`: the first stage that failed, or '' if the registry works.

    The stages in their order: `start`, `push`, `pull`, `resume`, `cancel`, `delete`. Resuming covers interrupted pulls
    and pushes, cancelling covers pushes. The names are those of `Check.needed_for`.
    `message`: the error of the client and of the registry. `lists_repositories`: the catalogue has the
    repository, and no other.
    `collects_garbage`: deleted layers are removed from the store; `purges_uploads`: unfinished uploads are. None if
    that was not tried.
    """

    failed_stage: str = ""
    message: str = ""
    lists_repositories: bool = False
    collects_garbage: bool | None = None
    purges_uploads: bool | None = None


class _StageFailedError(Exception):
    pass


def exercise_registry(
    programs: Programs,
    settings: Settings,
    environment: Mapping[str, str] | None = None,
    layers: Sequence[int] = LAYERS,
    timeout: float = 30.0,
    *,
    maintain: bool = False,
    config: str | None = None,
) -> Outcome:
    """Starts the registry with the exported settings, and runs every stage until one fails.

    `environment` is the registry's, such as SSL_CERT_FILE; the client trusts every certificate and uses no proxy.
    `maintain`: run garbage collection afterwards and, if the program can, the purge of unfinished uploads.
    `layers` are sizes in bytes, `timeout` is for each command of the client, in seconds. `config` is a configuration
    file to use instead of the exported one.
    """
    with _folder_with_config(settings, config) as folder:
        with contextlib.ExitStack() as stack:
            try:
                address = stack.enter_context(running_registry(programs.registry, folder, environment or {}))
            except _StageFailedError as failure:
                return Outcome("start", str(failure))
            outcome = _Client(programs.skopeo, folder, address, timeout).run(make_image(folder / "image", layers))
        if maintain and not outcome.failed_stage:
            outcome = dataclasses.replace(outcome, **_maintain(programs, folder, environment or {}))
        return outcome


def start_registry(programs: Programs, settings: Settings, environment: Mapping[str, str] | None = None) -> Outcome:
    """Only starts the registry, and stops it."""
    with _folder_with_config(settings) as folder:
        try:
            with running_registry(programs.registry, folder, environment or {}):
                return Outcome()
        except _StageFailedError as failure:
            return Outcome("start", str(failure))


def ask_registry(programs: Programs, settings: Settings, environment: Mapping[str, str] | None = None) -> Outcome:
    """Starts the registry, and asks it for the tags of a repository that it does not have, so that it calls its store.

    The stage `pull` fails unless it answers that there are none.
    """
    with _folder_with_config(settings) as folder:
        try:
            with running_registry(programs.registry, folder, environment or {}) as address:
                request = f"http://{address}/v2/test/tags/list"
                try:
                    _OPENER.open(request, timeout=30).close()
                except urllib.error.HTTPError as error:
                    log = (folder / "registry.log").read_text(errors="replace")
                    return Outcome() if error.code == http.HTTPStatus.NOT_FOUND else Outcome("pull", _first_error(log))
                return Outcome()
        except _StageFailedError as failure:
            return Outcome("start", str(failure))


@contextlib.contextmanager
def configured_registry(program: str, config: str) -> Iterator[str]:
    """A registry with this configuration, in a folder of its own; its address, such as `127.0.0.1:5000`."""
    with tempfile.TemporaryDirectory(prefix="registry-") as name:
        (Path(name) / "config.yml").write_text(config, encoding="utf-8")
        with running_registry(program, Path(name), {}) as address:
            yield address


@contextlib.contextmanager
def _folder_with_config(settings: Settings, config: str | None = None) -> Iterator[Path]:
    """A temporary folder with the configuration file of a registry."""
    with tempfile.TemporaryDirectory(prefix="registry-") as name:
        text = FORMATS[settings.registry].write(settings).text if config is None else config
        (Path(name) / "config.yml").write_text(text, encoding="utf-8")
        yield Path(name)


def _maintain(programs: Programs, folder: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Whether garbage collection removes the layers of the deleted image, and the purge the unfinished upload."""

    def output_has(pattern: bytes, *arguments: str) -> bool:
        done = _run_command(programs.registry, folder, environment, *arguments)
        return done.returncode == 0 and re.search(pattern, done.stdout) is not None

    collects = output_has(rb"[1-9]\d* blobs and", "garbage-collect", "--delete-untagged")
    if not programs.purges_uploads:
        return {"collects_garbage": collects}
    purges = output_has(rb"\b1 uploads deleted, errors: \[\]", "purge-uploads")
    return {"collects_garbage": collects, "purges_uploads": purges}


def purge_uploads(registry: RealRegistry, settings: Settings) -> str:
    """What the registry prints while it purges unfinished uploads, as it does within an hour after its start."""
    with tempfile.TemporaryDirectory(prefix="registry-") as name:
        folder = Path(name)
        (folder / "config.yml").write_text(FORMATS[settings.registry].write(settings).text, encoding="utf-8")
        done = _run_command(registry.require(), folder, {}, "purge-uploads")
    return (done.stdout + done.stderr).decode(errors="replace")


# --- the registry ---


def _run_command(
    program: str, folder: Path, environment: Mapping[str, str], *arguments: str
) -> subprocess.CompletedProcess[bytes]:
    command = [program, *arguments, str(folder / "config.yml")]
    variables = _environment(folder, environment)
    return subprocess.run(command, env=variables, capture_output=True, timeout=60, check=False)


@contextlib.contextmanager
def running_registry(program: str, folder: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """The registry with the configuration of the folder, without this process's environment; its address."""
    config, log = folder / "config.yml", folder / "registry.log"
    command = [program, "serve", str(config)]
    with (
        log.open("wb") as stderr,
        running_process(command, stderr=stderr, environment=_environment(folder, environment)) as process,
    ):
        yield wait_for(functools.partial(_address_in, log, process))


def _environment(folder: Path, additions: Mapping[str, str]) -> dict[str, str]:
    minimal = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "AWS_EC2_METADATA_DISABLED": "true",
        "OTEL_TRACES_EXPORTER": "none",
        "REGISTRY_HTTP_ADDR": "127.0.0.1:0",
        "HTTP_PROXY": os.environ.get("HTTP_PROXY", ""),
    }
    return {**minimal, **additions}


def _address_in(log: Path, process: subprocess.Popen[bytes]) -> str | None:
    text = log.read_text(errors="replace")
    if process.poll() is not None:
        raise _StageFailedError(_first_error(text) or "the registry ended")
    found = re.search(r"listening on (127\.0\.0\.1:\d+)", text)
    return found and found[1]


def _first_error(log: str) -> str:
    """The registry's first error, except for blobs that do not exist yet."""
    found = re.search(
        r"panic: .*|panic serving .*|err.detail=\"(?!sha256|map).*?[^\\]\"|level=fatal.*|^configuration.*",
        log,
        re.MULTILINE,
    )
    return found[0][:600] if found else ""


# --- the client ---

_TRUST_EVERYTHING = ssl.create_default_context()
_TRUST_EVERYTHING.check_hostname = False
_TRUST_EVERYTHING.verify_mode = ssl.CERT_NONE
_OPENER = urllib.request.build_opener(
    urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=_TRUST_EVERYTHING)
)


def run_skopeo(
    program: str, folder: Path, timeout: float, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[bytes]:
    """Runs the client, which keeps everything in `folder`. `timeout` is in seconds."""
    environment = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_RUNTIME_DIR": str(folder),
        "TMPDIR": str(folder),
        "_CONTAINERS_ROOTLESS_UID": "1",  # keeps the cache of layers in the folder, also for root
        **variables,
    }
    command = [program, "--insecure-policy", "--command-timeout", f"{timeout}s", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, timeout=4 * timeout, check=False)


class _Client:
    def __init__(self, skopeo: str, folder: Path, address: str, timeout: float) -> None:
        self._skopeo, self._folder, self._address, self._timeout = skopeo, folder, address, timeout
        self._lists_repositories = False
        self._upload = ""  # the URL of the upload that was resumed

    def run(self, image: Image) -> Outcome:
        """Runs the stages until one fails."""
        stages = (
            ("push", self._push),
            ("pull", self._pull),
            ("pull", self._list_names),
            ("resume", self._resume_pull),
            ("push", self._push_again),
            ("push", self._mount),
            ("resume", self._resume_push),
            ("cancel", self._cancel_push),
            ("delete", self._delete),
        )
        for name, run_stage in stages:
            try:
                run_stage(image)
            except _StageFailedError as failure:
                return Outcome(name, f"{name}: {failure} | {_first_error(self._log())}")
        return Outcome(lists_repositories=self._lists_repositories)

    def _push(self, image: Image) -> None:
        self._run("copy", "--dest-tls-verify=false", f"oci:{image.folder}:1", self._image_url(1))

    def _pull(self, image: Image) -> None:
        copy = self._folder / "copy"
        self._run("copy", "--src-tls-verify=false", self._image_url(1), f"oci:{copy}:1")
        if blobs_in(copy) != image.blobs():
            raise _StageFailedError("other content than was pushed")

    def _list_names(self, _: Image) -> None:
        if (tags := self._get_json("test/tags/list")) != {"name": "test", "tags": ["1"]}:
            raise _StageFailedError(f"tags: {tags}")
        with contextlib.suppress(_StageFailedError):
            self._lists_repositories = self._get_json("_catalog")["repositories"] == ["test"]

    def _get_json(self, path: str) -> Any:
        try:
            with _OPENER.open(f"http://{self._address}/v2/{path}", timeout=self._timeout) as response:
                return json.load(response)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _StageFailedError(f"{path}: {error!r}") from error

    def _resume_pull(self, image: Image) -> None:
        """Reads the second half of a layer, from wherever the registry redirects to."""
        digest, layer = max(image.blobs().items(), key=lambda blob: len(blob[1]))
        half = len(layer) // 2
        url = f"http://{self._address}/v2/test/blobs/sha256:{digest}"
        request = urllib.request.Request(url, headers={"Range": f"bytes={half}-"})
        try:
            with _OPENER.open(request, timeout=self._timeout) as response:
                status, rest = response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise _StageFailedError(f"the rest of a layer: {error!r}") from error
        if (status, rest) != (206, layer[half:]):
            raise _StageFailedError(f"the rest of a layer: {status}, {len(rest)} bytes")

    def _push_again(self, image: Image) -> None:
        """Pushes the same layers. The client asks whether they exist before it sends them."""
        self._run("copy", "--dest-tls-verify=false", f"oci:{image.folder}:1", self._image_url(2))

    def _mount(self, image: Image) -> None:
        """Uses the layers of one repository in another one."""
        with self._connection() as connection:
            for digest in {f"sha256:{name}" for name in image.blobs()} - {image.digest}:  # that is the manifest
                self._request(connection, "POST", f"/v2/other/blobs/uploads/?mount={digest}&from=test", 201)

    def _resume_push(self, _: Image) -> None:
        """Starts an upload and sends it in two requests. Another one is left unfinished."""
        with self._connection() as connection:
            url = self._request(connection, "POST", "/v2/test/blobs/uploads/", 202)
            url = self._request(connection, "PATCH", url, 202, os.urandom(100))
            self._upload = self._request(connection, "PATCH", url, 202, os.urandom(100))
            unfinished = self._request(connection, "POST", "/v2/test/blobs/uploads/", 202)
            self._request(connection, "PATCH", unfinished, 202, os.urandom(100))

    def _cancel_push(self, _: Image) -> None:
        with self._connection() as connection:
            self._request(connection, "DELETE", self._upload, 204)
        if error := re.search(r"error encountered canceling upload: [^\"]*", self._log()):
            raise _StageFailedError(error[0])  # the registry only logs it, and answers 204

    def _delete(self, image: Image) -> None:
        self._run("delete", "--tls-verify=false", self._image_url(1))
        with self._connection() as connection:
            self._request(connection, "HEAD", f"/v2/test/manifests/{image.digest}", 404)

    def _image_url(self, tag: int) -> str:
        return f"docker://{self._address}/test:{tag}"

    def _run(self, *arguments: str) -> None:
        done = run_skopeo(self._skopeo, self._folder, self._timeout, *arguments)
        if done.returncode:
            raise _StageFailedError(done.stderr.decode(errors="replace").strip()[-600:])

    def _connection(self) -> contextlib.closing[http.client.HTTPConnection]:
        return contextlib.closing(http.client.HTTPConnection(self._address, timeout=self._timeout))

    def _request(
        self, connection: http.client.HTTPConnection, method: str, url: str, status: int, body: bytes = b""
    ) -> str:
        """The `Location` of the response, which must have that status."""
        try:
            connection.request(method, url, body, {"Accept": MANIFEST})
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            raise _StageFailedError(f"{method}: {error!r}") from error
        if response.status != status:
            raise _StageFailedError(f"{method}: {response.status}")
        return response.headers.get("Location", "")

    def _log(self) -> str:
        return (self._folder / "registry.log").read_text(errors="replace")
