"""Runs the command that `credential_process` in the user's own AWS configuration names, as the registry does.

No other module starts a program.
"""

from __future__ import annotations

import os
import signal
import subprocess
from typing import Any

TIMEOUT = 60.0  # seconds, as in the SDKs for Go


class CredentialProcess(subprocess.Popen[bytes]):
    """A command without input and without the terminal. After `TIMEOUT` it ends, with everything that it started."""

    def __init__(self, command: list[str], **options: Any) -> None:
        super().__init__(command, stdin=subprocess.DEVNULL, start_new_session=True, **options)

    def communicate(self, *_: Any, **__: Any) -> tuple[bytes, bytes]:
        """What the command has written to its output, and to its error output. Raises `subprocess.TimeoutExpired`."""
        try:
            return super().communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            super().communicate()
            raise
