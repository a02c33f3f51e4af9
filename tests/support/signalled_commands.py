"""Runs a command many times, and sends its process a signal each time at another system call.

Run as `python -m tests.support.signalled_commands FOLDER COMMAND SIGNAL`. COMMAND is a key of `COMMANDS`, SIGNAL a
number. It prints one JSON object for each run: what the command wrote, whether it said so, and how it ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path

from tests.support.killed_writes import send_at
from wizard.cli.main import main as run_command
from wizard.config.file import save
from wizard.model.secret import Secret
from wizard.model.settings import Settings

_REGISTRY = """\
version: 0.1
storage:
  s3:
    bucket: from-registry
    region: us-east-1
"""

_NOT_SENT = 77  # the exit status of a command that ended before the signal

# The arguments of each command, the file that it writes, and the words with which it says so.
COMMANDS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "configure": (("configure", "--no-validate", "--bucket", "new-bucket"), "storage.toml", "storage.toml saved "),
    "import": (("import", "config.yml"), "storage.toml", "storage.toml saved "),
    "policy": (("policy", "-o", "out"), "out", "out saved."),
    "export": (("export", "--to", "distribution-3", "-o", "out"), "out", "out saved."),
    "into": (("export", "--to", "distribution-3", "--into", "config.yml"), "config.yml", "config.yml updated."),
    "migrate": (("migrate", "storage.toml", "new.toml", "-o", "out"), "out", "out is written"),
}


def _prepare(folder: Path) -> None:
    folder.mkdir()
    os.chdir(folder)
    for name, bucket in (("storage.toml", "old-bucket"), ("new.toml", "other-bucket")):
        settings = Settings(
            bucket=bucket, region="us-east-1", accesskey="AKIAEXAMPLE", secretkey=Secret("example"), v4auth=True
        )
        save(Path(name), settings, None)
    Path("config.yml").write_text(_REGISTRY, encoding="utf-8")


def _run(command: str, number: int, code: int, *, after_call: bool) -> dict[str, object] | None:
    """What became of a command that gets the signal; None if it ended before that."""
    arguments, name, said = COMMANDS[command]
    path = Path(name)
    before = path.read_text() if path.exists() else None
    child = os.fork()
    if child == 0:
        with Path("messages").open("wb") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        was_sent = send_at(number, code, after_call=after_call)
        status = 1
        try:
            with contextlib.suppress(KeyboardInterrupt):
                status = run_command(arguments)
        except SystemExit as error:
            status = int(error.code or 0)
        os._exit(status if was_sent() else _NOT_SENT)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    messages = Path("messages").read_text(encoding="utf-8")
    after = path.read_text() if path.exists() else None
    if status == _NOT_SENT:
        return None
    return {"is_changed": after != before, "is_said": said in messages, "status": status, "messages": messages}


def main(folder: Path, command: str, code: int) -> None:
    """Interrupt a command before and after each of its system calls."""
    _prepare(folder / "first")
    with contextlib.redirect_stdout(None):
        run_command(COMMANDS[command][0])  # imports the modules, which each child would import otherwise
    for after_call in (False, True):
        for number in range(1, 1000):
            _prepare(folder / f"{number}-{after_call}")
            result = _run(command, number, code, after_call=after_call)
            if result is None:
                break
            sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
