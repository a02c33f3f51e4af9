"""Pipes, devices and sockets in place of files: those of this user are read, those of others block nothing."""

from __future__ import annotations

import itertools
import os
import shlex
import shutil
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from tests.support.command_line import COMMAND, TIMEOUT, environment, run_wizard
from tests.support.files import OTHER_USER, as_root
from tests.support.samples import sampled
from wizard.config.file import load, save
from wizard.model.settings import Settings

_YAML = "storage: {s3: {bucket: from-a-pipe, region: us-east-1}}\n"
_READERS = [
    ("show", "-c", "odd"),
    ("configure", "-c", "odd", "--bucket", "x", "--no-validate"),
    ("check", "--offline", "--timeout", "1", "odd"),
    ("configure", "--secretkey-file", "odd", "--no-validate"),
    ("import", "odd"),
    ("import", "--from", "gitlab", "odd"),
    ("export", "--to", "distribution-2", "--into", "odd"),
    ("export", "--to", "env", "-o", "odd"),
    ("policy", "-o", "odd"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a settings file."""
    save(tmp_path / "storage.toml", Settings(bucket="images"), None)
    return tmp_path


@pytest.mark.sample(3)
@as_root
@pytest.mark.parametrize(("arguments", "kind"), sampled(itertools.product(_READERS, [stat.S_IFIFO, stat.S_IFCHR]), 3))
def test_a_pipe_or_a_device_of_another_user_is_refused_at_once(
    folder: Path, arguments: tuple[str, ...], kind: int
) -> None:
    os.mknod(folder / "odd", kind | 0o666, os.makedev(1, 3))
    os.chown(folder / "odd", OTHER_USER, OTHER_USER)
    run = run_wizard(*arguments, folder=folder)
    assert run.returncode == 2, run.stderr
    is_foreign = "owned by" in run.stderr and "so it was not used" in run.stderr
    assert is_foreign or "is not a regular file" in run.stderr


@pytest.mark.sample
@pytest.mark.parametrize("arguments", _READERS)
def test_a_socket_is_refused_at_once(folder: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("odd")
        run = run_wizard(*arguments, folder=folder)
    assert run.returncode == 2, run.stderr
    assert "No such device or address" in run.stderr or "is not a regular file" in run.stderr


@pytest.mark.sample
@pytest.mark.parametrize(
    ("arguments", "content"),
    [(("import", "odd"), _YAML), (("configure", "--secretkey-file", "odd", "--no-validate"), "from-a-pipe")],
)
def test_a_pipe_of_this_user_is_read_to_its_end(folder: Path, arguments: tuple[str, ...], content: str) -> None:
    os.mkfifo(folder / "odd", 0o600)
    command = [*COMMAND, *arguments]
    with subprocess.Popen(command, cwd=folder, env=environment({}), stderr=subprocess.PIPE, text=True) as process:
        with (folder / "odd").open("w") as pipe:  # waits for the program to open it
            pipe.write(content[:4])
            pipe.flush()
            pipe.write(content[4:])
        _, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0, errors
    settings = load(folder / "storage.toml").settings
    assert "from-a-pipe" in (settings.bucket, settings.secretkey.reveal())


@pytest.mark.sample
@pytest.mark.parametrize(
    ("command", "content"),
    [
        ("{} import <(printf %s {})", _YAML),
        ("printf %s {1} | {0} import /dev/stdin", _YAML),
        ("printf %s {1} > content; {0} import /dev/fd/7 7< content", _YAML),
        ("{} configure --no-validate --secretkey-file <(printf %s {})", "from-a-pipe"),
        ("printf %s {1} | {0} configure --no-validate --secretkey-file /dev/stdin", "from-a-pipe"),
    ],
)
def test_a_descriptor_that_the_shell_opened_is_read(folder: Path, command: str, content: str) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    text = command.format(shlex.join(COMMAND), shlex.quote(content))
    subprocess.run([bash, "-c", text], cwd=folder, env=environment({}), check=True, timeout=TIMEOUT)
    settings = load(folder / "storage.toml").settings
    assert "from-a-pipe" in (settings.bucket, settings.secretkey.reveal())
