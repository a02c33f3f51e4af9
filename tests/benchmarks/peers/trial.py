"""Lets a program do its job on a store, and says what it noticed."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.peers.programs import COPY, SIZES, Peer
from tests.support.live_store import LiveStore
from wizard.text.sanitize import sanitize

_TIME_LIMIT = 60.0  # seconds for one program on one store
_LONGEST = 240  # characters of a message
_DIFFERENT = "(every command succeeded, but what was read is not what was sent)"
_NO_END = "(it had not ended after a minute)"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program made of a store. `message` is what it said; empty if it noticed nothing."""

    has_noticed: bool
    seconds: float
    message: str = ""


def try_out(peer: Peer, store: LiveStore) -> Outcome:
    """The outcome. A program that does not end within a minute has noticed something, but says nothing."""
    with tempfile.TemporaryDirectory(prefix="peer-") as name:
        folder = Path(name)
        sent = _write_objects(folder)
        # Nothing of this user's own configuration counts.
        environment = {"PATH": os.environ["PATH"], "HOME": name, "LANG": "C.UTF-8", **peer.environment(store, folder)}
        started_at = time.monotonic()
        for command in peer.commands(store, folder):
            remaining = _TIME_LIMIT - (time.monotonic() - started_at)
            try:
                run = subprocess.run(
                    command,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    text=True,
                    errors="replace",
                    timeout=max(0.1, remaining),
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return Outcome(True, time.monotonic() - started_at, _NO_END)
            if run.returncode:
                message = sanitize(peer.message(run.stdout, run.stderr), _LONGEST)
                return Outcome(True, time.monotonic() - started_at, message or f"(exit status {run.returncode})")
        seconds = time.monotonic() - started_at
        if peer.is_compared and _received(folder / "received") != sent:
            return Outcome(True, seconds, _DIFFERENT)
        return Outcome(False, seconds)


def _write_objects(folder: Path) -> dict[str, bytes]:
    """The content that is expected to be read, by name."""
    content = {name: random.Random(name).randbytes(size) for name, size in SIZES.items()}
    for name in ("sent", "received"):
        (folder / name).mkdir()
    for name, body in content.items():
        (folder / "sent" / name).write_bytes(body)
    return {**content, COPY: content["small"]}


def _received(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
