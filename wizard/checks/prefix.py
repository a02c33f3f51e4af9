"""The prefix of all test data. It names the process that made the data, so that a later run can remove leftovers."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket

KEY_PREFIX = ".storage-wizard-"  # below the root directory


def new_prefix() -> str:
    """A prefix for one run: `.storage-wizard-<host hash>-<process id>-<random>`, without a slash."""
    return f"{KEY_PREFIX}{process_tag()}-{secrets.token_hex(4)}"


def process_tag() -> str:
    """This process and its host, as `<host hash>-<process id>`."""
    host = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:6]
    return f"{host}-{os.getpid()}"


def is_owner_alive(key: str) -> bool | None:
    """Whether the process that made the key is still running. None if it ran on another host."""
    host, _, rest = key.rpartition(KEY_PREFIX)[2].partition("-")
    pid = rest.partition("-")[0]
    if host != process_tag().partition("-")[0] or not pid.isdecimal():
        return None
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # it runs as another user
        return True
    return True


def prefix_in(key: str) -> str:
    """The part of a test key up to the end of its prefix, with the root directory: the prefix to delete by."""
    root, mark, rest = key.rpartition(KEY_PREFIX)
    return f"{root}{mark}{rest.partition('/')[0]}"
