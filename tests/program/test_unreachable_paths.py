"""A path that no file can have, or that this user cannot look at, is an error of the command, never a crash."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command_line import run_here
from tests.support.files import OTHER_USER, as_root
from wizard.catalog.registries.next_steps import Target, export_instruction
from wizard.config import file as config_file
from wizard.model.settings import Settings

TOO_LONG = "x" * 300
COMMANDS = {
    "check": ("check", "PATH"),
    "check --metrics": ("check", "--metrics", "PATH"),
    "configure": ("configure", "-c", "PATH", "--no-validate", "--region", "us-east-1"),
    "configure --secretkey-file": ("configure", "--no-validate", "--accesskey", "a", "--secretkey-file", "PATH"),
    "export": ("export", "-c", "PATH", "--to", "harbor"),
    "export --into": ("export", "--to", "distribution-2", "--into", "PATH"),
    "export -o": ("export", "--to", "distribution-2", "-o", "PATH"),
    "import": ("import", "PATH"),
    "import --from": ("import", "--from", "distribution-2", "PATH"),
    "import -c": ("import", "--from", "distribution-2", "source.yml", "-c", "PATH"),
    "migrate from": ("migrate", "PATH", "storage.toml"),
    "migrate to": ("migrate", "storage.toml", "PATH"),
    "migrate -o": ("migrate", "storage.toml", "other.toml", "-o", "PATH"),
    "policy": ("policy", "-c", "PATH"),
    "policy -o": ("policy", "-o", "PATH"),
    "show": ("show", "-c", "PATH"),
    "verify": ("verify", "http://127.0.0.1:1", "-c", "PATH"),
    "verify --metrics": ("verify", "http://127.0.0.1:1", "--metrics", "PATH"),
    "verify --password-file": ("verify", "http://127.0.0.1:1", "--username", "ci", "--password-file", "PATH"),
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users can reach, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    for name, bucket in (("storage.toml", "images"), ("other.toml", "others")):
        config_file.save(folder / name, Settings(bucket=bucket, registry="distribution-2", v4auth=True), None)
    source = "storage:\n  s3:\n    bucket: images\n    region: us-east-1\n"
    (folder / "source.yml").write_text(source, encoding="utf-8")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def closed(folder: Path) -> Path:
    """A folder that only root can enter."""
    (closed := folder / "closed").mkdir(0o700)
    return closed


@contextlib.contextmanager
def _as_other_user(folder: Path) -> Iterator[None]:
    """What this process does is done as another user, to whom all of `folder` belongs but `closed`."""
    for path in (folder, *folder.iterdir()):
        if path.name != "closed":
            os.chown(path, OTHER_USER, OTHER_USER)
    os.seteuid(OTHER_USER)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_a_name_that_is_too_long_is_an_error(arguments: tuple[str, ...], folder: Path) -> None:
    run = run_here(*(TOO_LONG if each == "PATH" else each for each in arguments), folder=folder)
    assert (run.returncode, "went wrong" in run.stderr) == (2, False), run.stderr
    assert "too long" in run.stderr, run.stderr


@as_root
@pytest.mark.parametrize("arguments", COMMANDS.values(), ids=COMMANDS)
def test_a_path_in_a_closed_folder_is_an_error(arguments: tuple[str, ...], closed: Path) -> None:
    folder = closed.parent
    words = [closed / "file" if each == "PATH" else each for each in arguments]
    run_here(*words, folder=folder)  # imports what the other user cannot read
    with _as_other_user(folder):
        run = run_here(*words, folder=folder)
    assert (run.returncode, "went wrong" in run.stderr) == (2, False), run.stderr
    assert "by this user" in run.stderr or "this user cannot" in run.stderr, run.stderr


@as_root
def test_a_usual_place_that_cannot_be_looked_at_is_written_anew(closed: Path) -> None:
    (closed / "config.yml").touch()
    target = Target((TOO_LONG, str(closed / "config.yml")), "new.yml")
    with _as_other_user(closed.parent):
        instruction = export_instruction(Path("s.toml"), "distribution-2", target, "Add:", "Write:")
    assert instruction == ("Write:", "storage-wizard export -c s.toml --to distribution-2 -o new.yml")
