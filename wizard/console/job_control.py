"""Job control: what Ctrl+Z does, which only helps where a shell can resume the program."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

from wizard.console.stdio import print_message

CANNOT_SUSPEND = "Cannot suspend: there is no shell to resume the program."
_PROC = Path("/proc")


def can_suspend() -> bool:
    """Whether a parent could resume this program once it has stopped.

    False in an orphaned process group, such as that of `ssh -t host storage-wizard` or `docker exec -it`: no parent of
    a process in the group is in another group of the same session, so nothing is notified of the stop, and the program
    would stay stopped indefinitely (POSIX, "Orphaned Process Group").
    """
    group, session = os.getpgrp(), os.getsid(0)
    process = os.getppid()
    while process > 0:
        try:
            if os.getsid(process) != session:
                return False
            if os.getpgid(process) != group:
                return True
        except OSError:  # it has ended
            return False
        process = _parent_of(process)
    return False


def _parent_of(process: int) -> int:
    """The id of a process's parent; 0 if it has none here, or if the system has no /proc."""
    try:
        status = (_PROC / str(process) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return int(status.rpartition(")")[2].split()[1])  # after the name, which can contain blanks and parentheses


def stop_process_group() -> None:
    """Stops this program until SIGCONT, with its process group: a script that has started it is part of the same job.

    SIGTSTP, unlike SIGSTOP, never stops an orphaned process group.
    """
    handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    try:
        os.killpg(os.getpgrp(), signal.SIGTSTP)
    finally:
        signal.signal(signal.SIGTSTP, handler)


@contextlib.contextmanager
def suspend_on_ctrl_z(before_stop: Callable[[], None], show_prompt: Callable[[], None]) -> Iterator[None]:
    """While a prompt waits for input: Ctrl+Z suspends the program if a shell can resume it, else prints why not.

    `before_stop` runs before the program stops, `show_prompt` after it was resumed and after the notice. If SIGTSTP is
    ignored already, it stays ignored.
    """
    if signal.getsignal(signal.SIGTSTP) == signal.SIG_IGN:
        yield
        return

    def suspend(_number: int, _frame: object) -> None:
        if not can_suspend():
            print_message(f"\n{CANNOT_SUSPEND}")
            show_prompt()
            return
        before_stop()
        stop_process_group()

    def resume(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGTSTP, suspend)  # before the prompt appears, at which Ctrl+Z can be pressed again
        show_prompt()

    handlers = {signal.SIGTSTP: suspend, signal.SIGCONT: resume}
    previous = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
