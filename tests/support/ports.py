"""Ports on loopback without a store behind them."""

from __future__ import annotations

import contextlib
import socket
import socketserver
from collections.abc import Iterator

from tests.support.http_server import LOOPBACK, StoppableServer


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    """A port that accepts connections and never answers."""
    with socket.create_server((LOOPBACK, 0), backlog=128) as listener:
        yield listener.getsockname()[1]  # accept() is never called: the kernel completes the handshakes


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """A port that refuses connections, reserved so that no other program gets it meanwhile."""
    with socket.socket() as bound:
        bound.bind((LOOPBACK, 0))
        yield bound.getsockname()[1]


@contextlib.contextmanager
def fixed_response_port(response: bytes) -> Iterator[int]:
    """A port that answers every first request with `response` and closes the connection."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                self.request.recv(1 << 16)
                self.request.sendall(response)
                self.request.shutdown(socket.SHUT_WR)
                while self.request.recv(1 << 16):  # closing with unread data would discard the response
                    pass

    with StoppableServer((LOOPBACK, 0), Handler).running() as port:
        yield port
