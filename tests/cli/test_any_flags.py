"""Whatever the flags and standard input are, a command ends with an exit status and a sentence."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fuzzing import SECRET, TEXTS, encoded, fuzz
from tests.support.samples import sampled
from wizard.cli import main as cli
from wizard.cli.flags import FLAGS
from wizard.config import file as config_file
from wizard.config.file import ConfigError
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Settings

_OTHER_FLAGS = """
--secretkey-file --json --offline --timeout --to --from --into --output -o --redact --documented --bucket --dry-run
--no-v4auth --config -c --help --version --plain
"""
ANY_FLAG = st.sampled_from([*_OTHER_FLAGS.split(), *(f"--{name}" for name in DECLARATIONS)])
LOCAL_ARGUMENTS = {  # with these, a command connects to nothing
    **dict.fromkeys(FLAGS, ()),
    "configure": ("--dry-run",),
    "check": ("--offline",),
    "import": ("-", "--dry-run"),
    "export": ("--to", "env"),
    "verify": ("http://127.0.0.1:1",),  # nothing listens there
}


@pytest.fixture(autouse=True)
def _no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


@contextlib.contextmanager
def streams(stdin: str) -> Iterator[tuple[io.StringIO, io.StringIO]]:
    """Replaces the standard streams; yields stdout and stderr."""
    out, err, previous = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(encoded(stdin)), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield out, err
    finally:
        sys.stdin = previous


def as_argument(text: str) -> str:
    """The text as a shell can pass it: any bytes but NUL. A path stays in the current folder."""
    return encoded(text).replace(b"\x00", b"").decode("utf-8", "surrogateescape").lstrip("/")


@pytest.mark.ci_only
@pytest.mark.sample
@pytest.mark.parametrize("command", sampled(LOCAL_ARGUMENTS, 3))
def test_a_command_ends_with_an_exit_status_and_a_sentence(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    @fuzz
    @given(st.lists(st.one_of(ANY_FLAG, TEXTS.map(as_argument)), max_size=4), TEXTS)
    def check(words: list[str], stdin: str) -> None:
        with contextlib.suppress(ConfigError):  # an earlier example may have written this file
            config_file.save(Path("storage.toml"), Settings(bucket="images", secretkey=Secret(SECRET)), None)
        with streams(stdin) as (out, err):
            try:
                status: int | str | None = cli.main([command, *LOCAL_ARGUMENTS[command], *words])
            except SystemExit as end:  # of argparse
                status = end.code
        assert status in (0, 1, 2)
        assert status == 0 or out.getvalue() or err.getvalue().strip()
        assert status != 2 or err.getvalue().startswith(("storage-wizard", "note: "))
        if command != "export":
            assert SECRET not in out.getvalue() + err.getvalue()

    check()


def test_a_missing_home_folder_is_an_ordinary_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", fail)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["import", "--from", "aws", "default"]) == 2
    assert "No AWS profiles are configured here." in capsys.readouterr().err
