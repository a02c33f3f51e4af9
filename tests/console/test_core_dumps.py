"""No core dump of a process with secrets is written, and what the program reads in /proc still works."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.support.command_line import environment
from tests.support.files import OTHER_USER

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc and PR_SET_DUMPABLE are of Linux")
PROGRAM = """
# Before this user can no longer read them:
import ctypes, encodings.utf_8_sig, fcntl, os, pwd, resource, signal, threading
from pathlib import Path
from wizard.console import job_control
from wizard.console.core_dumps import disable_core_dumps, refuse_debuggers
from wizard.files.state_dir import write_state_file
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(USER)
    os.setuid(USER)
disable_core_dumps()
refuse_debuggers()
print(resource.getrlimit(resource.RLIMIT_CORE))
print("own files", os.stat("/proc/self/environ").st_uid == os.geteuid())
print("parent", job_control._parent_of(os.getppid()) > 0)
print(write_state_file("draft.toml", b"data").read_bytes())
print(Path(f"/dev/fd/{os.open('/dev/null', os.O_RDONLY)}").resolve())
""".replace("USER", str(OTHER_USER))


def test_core_dumps_are_disabled_and_files_still_work() -> None:
    with tempfile.TemporaryDirectory() as state:  # other users cannot enter the folder of a test
        if os.geteuid() == 0:
            os.chown(state, OTHER_USER, OTHER_USER)
        result = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=environment({"XDG_STATE_HOME": state}),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert result.stderr == ""
    assert result.stdout.splitlines() == [
        "(0, 0)",
        "own files False",
        "parent True",
        "b'data'",
        "/dev/null",
    ]


LOADED = """
import ctypes, resource, sys
from wizard.cli import main as cli
status = cli.main(sys.argv[1:])
kept = int(open('/proc/self/coredump_filter').read(), 16)
is_dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)  # PR_GET_DUMPABLE
print(resource.getrlimit(resource.RLIMIT_CORE)[0], kept, is_dumpable, file=sys.stderr)
sys.exit(status)
"""


@pytest.mark.sample(3)
@pytest.mark.parametrize("command", ["show", "check", "export", "import", "policy", "put-user", "configure", ""])
def test_commands_that_load_secrets_disable_core_dumps_and_long_ones_refuse_debuggers(
    command: str, tmp_path: Path
) -> None:
    words = {
        "export": ["export", "--to", "env"],
        "import": ["import", "-"],
        "put-user": ["policy", "--bucket", "images", "--put-user", "bob"],
        "": [],
    }.get(command, [command])
    limit = 'ulimit -S -c unlimited 2>/dev/null || ulimit -S -c 1; exec "$@"'
    result = subprocess.run(
        ["sh", "-c", limit, "sh", sys.executable, "-c", LOADED, *words],
        cwd=tmp_path,
        env=environment({}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert result.stderr.splitlines()[-1] == ("0 0 1" if command in ("show", "export", "policy") else "0 0 0")
