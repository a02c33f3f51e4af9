"""Job control: whether a shell could continue this program after Ctrl+Z."""

from __future__ import annotations

import os
from pathlib import Path

CANNOT_SUSPEND = "Suspending is not possible here: no shell could resume the program."


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
    """The parent's process ID; 0 where the system does not tell it."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return int(status.rpartition(")")[2].split()[1])  # after the name, which may hold blanks and parentheses
