"""The folder of a run: the files before it, a disk that is full, another program that writes, and what must hold."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.chaos.schedule import Schedule
from tests.chaos.stores import ACCESS_KEY
from tests.support.canary import SECRET, leaks
from tests.support.files import mode_of
from tests.support.paths import ROOT
from wizard.config import file as config_file
from wizard.files.errors import FileError
from wizard.formats.lookup import format_of
from wizard.model.secret import Secret
from wizard.model.settings import Settings

_DISK_BYTES = 192 << 10
_PAGE = 4096
_TEMPORARY = re.compile(r"\.storage-wizard-[0-9a-f]{8}-[0-9a-f]{16}\.tmp")
_HOLDS_SECRET = re.compile(r"(storage\.toml|second\.toml|config\.yml|out)(\.bak)?|secret")
WARNINGS = "error,ignore::ResourceWarning"  # an interrupt while Python imports a module leaves its file open
FILE_LIMIT = 300  # bytes: less than a settings file


def can_mount() -> bool:
    """Whether a small disk can be made; otherwise the size of files is limited where a disk should be full."""
    return os.geteuid() == 0 and sys.platform == "linux" and shutil.which("mount") is not None


class Place:
    """The folder of a run."""

    def __init__(self, folder: Path, plan: Schedule, settings: Settings) -> None:
        self.folder, self._plan, self.settings = folder, plan, settings
        self.path = folder / "storage.toml"
        self.is_written_by_other = False
        self._names: set[str] = set()
        (folder / "home").mkdir()
        (folder / "secret").write_text(f"{SECRET}\n")
        config = format_of("distribution-2").write(settings.replace({"rootdirectory": "/imported"}))
        (folder / "config.yml").write_text(config.text)
        config_file.save(folder / "second.toml", settings, None)
        if not (plan.is_fresh and plan.kind == "core"):
            config_file.save(self.path, settings, None)
        for path in (folder / "secret", folder / "config.yml"):
            path.chmod(0o600)
        self.before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the program."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder / "home"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": WARNINGS,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "*",
        }

    def fill_disk(self) -> None:
        """Leave `room` pages."""
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(_PAGE)):
                pass
        os.truncate(filler, max(0, filler.stat().st_size - self._plan.room * _PAGE))

    def write_as_other(self) -> None:
        """Save other settings, as another program on this machine."""
        theirs = self.settings.replace({"rootdirectory": "/theirs"})
        with contextlib.suppress(config_file.ConfigError, FileError):
            config_file.save(self.path, theirs, None)
            self.is_written_by_other = True

    # --- what must hold ---

    def problems(self, *, is_killed: bool) -> Iterator[str]:
        """What does not hold of the files."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                yield from self._problems_of(path, is_killed=is_killed)
        for name in ("storage.toml", "storage.toml.bak"):
            if (self.folder / name).exists():
                yield from self._problems_of_settings(self.folder / name)
        if "storage.toml" in self.before and not self.path.exists():
            yield "storage.toml is gone"

    def _problems_of(self, path: Path, *, is_killed: bool) -> Iterator[str]:
        name = str(path.relative_to(self.folder))
        is_temporary = _TEMPORARY.fullmatch(name) is not None
        if is_temporary and not is_killed:
            yield f"{name} is left"
        if not leaks(path.read_bytes()):
            return
        if not (_HOLDS_SECRET.fullmatch(name) or is_temporary):
            yield f"{name} contains the secret"
        if mode_of(path) != 0o600:
            yield f"{name} has the mode {mode_of(path):o}"

    def _problems_of_settings(self, path: Path) -> Iterator[str]:
        try:
            settings = config_file.load(path).settings
        except config_file.ConfigError as error:
            yield f"{path.name} is not whole: {error}"
            return
        if self._plan.kind != "core":  # in the others, anything can be typed
            return
        expected = (self.settings.bucket, self.settings.accesskey, self.settings.secretkey)
        if (settings.bucket, settings.accesskey, settings.secretkey) != expected:
            yield f"{path.name} has other settings: {settings!r}"
        if settings.rootdirectory not in self.known_roots:
            yield f"{path.name} has the root {settings.rootdirectory!r}"

    @property
    def known_roots(self) -> set[str]:
        """The roots that a file can have, each of which stands for one content."""
        return {self.settings.rootdirectory, "/new", "/imported", "/theirs"}

    def root_now(self) -> str | None:
        """The root in the file; None if there is no file."""
        return config_file.load(self.path).settings.rootdirectory if self.path.exists() else None

    def is_unchanged(self, name: str) -> bool:
        """Whether a file is as it was before."""
        path = self.folder / name
        return (path.read_bytes() if path.exists() else None) == self.before.get(name)


@contextlib.contextmanager
def new_folder(plan: Schedule) -> Iterator[Path]:
    """A folder for one run, on a small disk if that is to be full."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        folder = Path(name) / "run"
        folder.mkdir(mode=0o700)
        if not (plan.is_disk_full and can_mount()):
            yield folder
            return
        options = f"size={_DISK_BYTES},mode=700"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "chaos", str(folder)], check=True)
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def settings_for(bucket: str, port: int, plan: Schedule) -> Settings:
    """Settings that are right if nothing breaks."""
    host = "store.invalid" if plan.is_unknown_host else "127.0.0.1"
    return Settings(
        registry="distribution-3",
        provider="other",
        bucket=bucket,
        rootdirectory=plan.root,
        accesskey=ACCESS_KEY,
        secretkey=Secret(SECRET),
        regionendpoint=f"http://{host}:{port}",
        secure=False,
        v4auth=True,
    )
