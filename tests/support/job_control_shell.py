"""A minimal shell with job control: it runs one program as a foreground job and waits for its end.

A program that a terminal's session leader starts in this way can be stopped and resumed; a program that is the session
leader itself, as under `ssh -t` or `docker exec -it`, cannot. Run as a script: `python job_control_shell.py COMMAND…`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys


def main(command: list[str]) -> int:
    """Run `command`; returns its exit status, 128 + n if signal n ended it."""
    program = os.fork()
    if program == 0:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # sent to a background process that changes the terminal
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execvp(command[0], command)
    # When the terminal is closed, only the session leader gets SIGHUP; shells pass it on to their jobs.
    signal.signal(signal.SIGHUP, lambda *_: _hang_up(program))
    _, status = os.waitpid(program, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _hang_up(program: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has ended
        os.killpg(program, signal.SIGHUP)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
