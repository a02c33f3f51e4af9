"""A registry with forty images is moved by exactly the commands that `migrate` prints, and serves every image then."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.registry.exercise import FORMATS, MIB, running_registry
from tests.registry.image import MANIFEST, Image, make_image
from tests.registry.registries import DEBIAN_2_8
from tests.registry.stores import Servers, enforcing_moto
from tests.support.command_line import run_wizard, write_program, write_wizard
from tests.support.rclone import Rclone
from tests.support.reports import REQUIRED_ACTIONS
from tests.support.servers.versity import Versity
from wizard.config import file as config_file
from wizard.config.file import ImportedFrom
from wizard.model.settings import Settings

IMAGES = 40
LAYERS = (2_048, 40_960)  # bytes, of every image
LARGE = 11 * MIB  # the bytes of one more layer: the store gets it in parts, so it has no MD5 to compare

Sides = Callable[[Servers, Path], tuple[Settings, Settings]]


def folder_to_s3(servers: Servers, folder: Path) -> tuple[Settings, Settings]:
    """A folder, and a bucket."""
    old = Settings(registry=DEBIAN_2_8.id, provider="filesystem", rootdirectory=str(folder))
    return old, servers.installed(Versity).store().settings(registry=DEBIAN_2_8.id)


def s3_to_folder(servers: Servers, folder: Path) -> tuple[Settings, Settings]:
    """The other way round."""
    new, old = folder_to_s3(servers, folder)
    return old, new


def s3_to_s3(servers: Servers, folder: Path) -> tuple[Settings, Settings]:
    """Buckets on two stores, the new one with a root directory and a key that has only the registry's permissions."""
    del folder
    old = servers.installed(Versity).store().settings(registry=DEBIAN_2_8.id)
    with enforcing_moto(allowed=REQUIRED_ACTIONS)(servers) as store:
        return old, store.settings(registry=DEBIAN_2_8.id, rootdirectory="/prod/registry", redirect=False)


def root_to_root(servers: Servers, folder: Path) -> tuple[Settings, Settings]:
    """Two root directories of one bucket, between which the store copies on its own."""
    del folder
    old = servers.installed(Versity).store().settings(registry=DEBIAN_2_8.id)
    return old, old.replace({"rootdirectory": "/moved"})


class Move:
    """A registry whose configuration and settings files are in `folder`, and the commands that move its images."""

    def __init__(self, folder: Path, old: Settings, new: Settings) -> None:
        self._folder, self._program = folder, DEBIAN_2_8.require()
        self._old, self._resources, self.address = old, contextlib.ExitStack(), ""
        config = folder / "config.yml"
        config.write_text(FORMATS[old.registry].write(old).text, encoding="utf-8")
        source = ImportedFrom(str(config), old.registry)
        for name, settings in (("old.toml", old), ("new.toml", new)):
            config_file.save(folder / name, settings, None, source=source)
        write_wizard(folder / "bin")
        write_program(folder / "bin", "sudo", "env")
        write_program(folder / "bin", "rclone", Rclone.require())
        done = run_wizard("migrate", "old.toml", "new.toml", folder=folder)
        assert done.returncode == 0, done.stderr
        self.output = done.stdout + done.stderr
        steps = ([line for line in step.split("\n") if not line.startswith("# ")] for step in done.stdout.split("\n\n"))
        self.commands = list(filter(None, map("\n".join, steps)))

    def __enter__(self) -> Move:
        self.restart()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def restart(self) -> None:
        """Starts the registry, with its configuration as it is now."""
        self.stop()
        self.address = self._resources.enter_context(running_registry(self._program, self._folder, {}))

    def stop(self) -> None:
        """Stops the registry."""
        self._resources.close()

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Runs a printed command; the two that stop and restart a service do so with the registry of the test."""
        if command.startswith("sudo systemctl "):
            self.stop() if " stop " in command else self.restart()
            command = "true"
        environment = {**os.environ, "PATH": f"{self._folder / 'bin'}:{os.environ['PATH']}"}
        return subprocess.run(
            ["sh", "-eu", "-c", command],
            cwd=self._folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def follow(self, commands: Iterable[str]) -> None:
        """Runs commands that must succeed."""
        for command in commands:
            done = self.run(command)
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"

    def position(self, words: str) -> int:
        """Where the only command is that has these words."""
        (found,) = (index for index, command in enumerate(self.commands) if words in command)
        return found

    def remote(self, name: str) -> str:
        """The path of the images in a remote, as the commands have it."""
        (found,) = {word for command in self.commands for word in command.split() if word.startswith(f"{name}:")}
        return found

    def push(self, name: str, image: Image) -> None:
        """Pushes an image as `name:1`."""
        base = f"http://{self.address}/v2/{name}"
        blobs = image.blobs()
        manifest = blobs.pop(image.digest.removeprefix("sha256:"))
        for digest, data in blobs.items():
            location = _ask("POST", f"{base}/blobs/uploads/")[0]
            _ask("PUT", f"{location}&digest=sha256:{digest}", data, "application/octet-stream")
        _ask("PUT", f"{base}/manifests/1", manifest, MANIFEST)

    def pull(self, name: str) -> set[str]:
        """The hashes of what the registry serves for `name:1`."""
        base = f"http://{self.address}/v2/{name}"
        manifest = _ask("GET", f"{base}/manifests/1")[1]
        parts = json.loads(manifest)
        blobs = [_ask("GET", f"{base}/blobs/{part['digest']}")[1] for part in (parts["config"], *parts["layers"])]
        return {hashlib.sha256(data).hexdigest() for data in (manifest, *blobs)}


def _ask(method: str, url: str, data: bytes | None = None, media_type: str = MANIFEST) -> tuple[str, bytes]:
    """The `Location` and the body of a response that is no error."""
    request = urllib.request.Request(url, data, {"Content-Type": media_type, "Accept": MANIFEST}, method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.headers.get("Location", ""), response.read()


def _images(folder: Path, count: int) -> dict[str, Image]:
    layers = {0: (*LAYERS, LARGE)}
    return {f"team/app-{n}": make_image(folder / f"image-{n}", layers.get(n, LAYERS)) for n in range(count)}


@pytest.mark.ci_only
@pytest.mark.ci_server
@pytest.mark.parametrize("sides", [folder_to_s3, s3_to_folder, s3_to_s3, root_to_root])
def test_a_registry_is_moved_by_the_printed_commands(
    sides: Sides, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    (tmp_path / "storage").mkdir()
    old, new = sides(Servers(request), tmp_path / "storage")
    images = _images(tmp_path, IMAGES)
    with Move(tmp_path, old, new) as move:
        for name, image in images.items():
            move.push(name, image)
        first_copy, verify = move.position("rclone copy"), move.position("storage-wizard verify")
        move.follow(move.commands[: first_copy + 1])
        images["team/app-1"] = make_image(tmp_path / "meanwhile", LAYERS)  # its tag has the same size as before
        move.push("team/app-1", images["team/app-1"])
        move.follow(move.commands[first_copy + 1 : verify])
        move.follow([f"rclone purge --config rclone.conf {move.remote('old')}"])
        move.follow([move.commands[verify].replace("http://REGISTRY-HOST:5000", f"http://{move.address}")])
        assert {name: move.pull(name) for name in images} == {name: set(images[name].blobs()) for name in images}


@pytest.mark.ci_only
@pytest.mark.ci_server
@pytest.mark.parametrize(
    "damage", ["rclone deletefile --config rclone.conf", "head -c 2048 /dev/zero | rclone rcat --config rclone.conf"]
)
def test_the_printed_check_finds_a_blob_that_is_missing_or_different(
    damage: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    (tmp_path / "storage").mkdir()
    old, new = folder_to_s3(Servers(request), tmp_path / "storage")
    ((name, image),) = _images(tmp_path, 1).items()
    with Move(tmp_path, old, new) as move:
        move.push(name, image)
        check = move.position("rclone check")
        move.follow(move.commands[: check + 1])
        blob = min(image.blobs(), key=lambda digest: len(image.blobs()[digest]))
        move.follow([f"{damage} {move.remote('new')}/registry/v2/blobs/sha256/{blob[:2]}/{blob}/data"])
        found = move.run(move.commands[check])
    assert found.returncode == 1
    assert blob in found.stderr


@pytest.mark.ci_only
@pytest.mark.ci_server
def test_no_image_in_the_new_storage_is_deleted(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    (tmp_path / "storage").mkdir()
    old, new = folder_to_s3(Servers(request), tmp_path / "storage")
    with Move(tmp_path, old, new) as move:
        move.push("app", make_image(tmp_path / "image", LAYERS))
        another = f"{move.remote('new')}/registry/v2/repositories/another/link"
        move.follow([f"echo x | rclone rcat --config rclone.conf {another}"])
        done = move.run(move.commands[move.position("rclone sync")])
        assert done.returncode != 0
        move.follow([f"rclone cat --config rclone.conf {another}"])
