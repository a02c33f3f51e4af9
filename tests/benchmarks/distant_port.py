"""A TCP proxy that adds a round-trip time to connections, as a distant store has."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Iterator

from tests.support.http_server import LOOPBACK


@contextlib.contextmanager
def distant_port(port: int, round_trip: float) -> Iterator[int]:
    """A port that forwards to `port`; each byte arrives half of `round_trip` (seconds) later, in both directions."""
    listener = socket.create_server((LOOPBACK, 0))
    sockets = [listener]
    threading.Thread(target=_accept, args=(listener, port, round_trip / 2, sockets), daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        for each in sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def _accept(listener: socket.socket, port: int, delay: float, sockets: list[socket.socket]) -> None:
    with contextlib.suppress(OSError):
        while True:
            client, _ = listener.accept()
            sockets.append(client)
            threading.Thread(target=_connect, args=(client, port, delay, sockets), daemon=True).start()


def _connect(client: socket.socket, port: int, delay: float, sockets: list[socket.socket]) -> None:
    time.sleep(2 * delay)  # the TCP handshake takes a round trip
    server = socket.create_connection((LOOPBACK, port))
    sockets.append(server)
    for connection in (client, server):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for source, target in ((client, server), (server, client)):
        packets: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        threading.Thread(target=_receive, args=(source, packets, delay), daemon=True).start()
        threading.Thread(target=_send, args=(target, packets), daemon=True).start()


def _receive(source: socket.socket, packets: queue.SimpleQueue[tuple[float, bytes]], delay: float) -> None:
    data = b""
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            packets.put((time.monotonic() + delay, data))
    packets.put((time.monotonic() + delay, b""))


def _send(target: socket.socket, packets: queue.SimpleQueue[tuple[float, bytes]]) -> None:
    with contextlib.suppress(OSError):
        while True:
            due, data = packets.get()
            time.sleep(max(0.0, due - time.monotonic()))
            if not data:
                target.shutdown(socket.SHUT_WR)
                return
            target.sendall(data)
