"""Servers that never wait for their clients."""

from __future__ import annotations

import socket
import threading
import time
from urllib.parse import urlsplit

from tests.support.certificates import Certificates
from tests.support.faulty_store import FaultyStore
from tests.support.http_requests import http_get
from tests.support.http_server import MINIO_PLAIN_ANSWER, serve_wsgi
from tests.support.moto_server import moto_app
from tests.support.ports import fixed_response_port
from tests.support.processes import load_factor


def test_a_silent_https_client_does_not_block_others(certificates: Certificates) -> None:
    with FaultyStore(certificate=certificates.good) as store:
        address = urlsplit(store.endpoint)
        with socket.create_connection((str(address.hostname), address.port or 0), timeout=5):
            assert b"AccessDenied" in http_get(f"{store.endpoint}/{store.bucket}", ca=certificates.ca).body


def test_a_tls_port_answers_plain_http_with_a_sentence(certificates: Certificates) -> None:
    with serve_wsgi(moto_app(), certificates.good, plain_answer=MINIO_PLAIN_ANSWER) as endpoint:
        response = http_get(endpoint.replace("https:", "http:"))
        assert (response.status, response.body) == (403, b"SSL required")
        assert http_get(endpoint, ca=certificates.ca).status == 200


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
