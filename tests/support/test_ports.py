"""Ports without a store."""

from __future__ import annotations

import socket

import pytest

from tests.support.ports import closed_port, fixed_response_port, silent_port


def test_a_closed_port_refuses_connections() -> None:
    with closed_port() as port, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_silent_port_accepts_connections_and_never_answers() -> None:
    with silent_port() as port, socket.create_connection(("127.0.0.1", port), timeout=0.1) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with pytest.raises(TimeoutError):
            connection.recv(1)


def test_a_fixed_response_port_answers_every_connection_and_closes_it() -> None:
    with fixed_response_port(b"SSH-2.0-test\r\n") as port:
        for _ in range(2):
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
                assert connection.makefile("rb").read() == b"SSH-2.0-test\r\n"
