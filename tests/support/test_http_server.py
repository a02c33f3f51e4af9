"""Servers that never wait for their clients."""

from __future__ import annotations

import socket
import threading
import time
from urllib.parse import urlsplit

from tests.support.certificates import Certificates
from tests.support.faulty_store import FaultyStore
from tests.support.http_requests import http_get
from tests.support.ports import fixed_response_port
from tests.support.processes import load_factor


def test_a_silent_https_client_does_not_block_others(certificates: Certificates) -> None:
    with FaultyStore(certificate=certificates.good) as store:
        address = urlsplit(store.endpoint)
        with socket.create_connection((str(address.hostname), address.port or 0), timeout=5):
            assert b"AccessDenied" in http_get(f"{store.endpoint}/{store.bucket}", ca=certificates.ca).body


def test_stopping_does_not_wait_for_clients_and_ends_all_threads() -> None:
    threads = set(threading.enumerate())
    with FaultyStore() as store, fixed_response_port(b"hello") as port:
        address = urlsplit(store.endpoint)
        client = socket.create_connection((str(address.hostname), address.port or 0), timeout=5)
        other = socket.create_connection(("127.0.0.1", port), timeout=5)
        started = time.monotonic()
    with client, other:
        assert (
            time.monotonic() - started < 5 * load_factor()
        )  # both clients are still connected; a server that waits never ends
        assert set(threading.enumerate()) <= threads
