"""A line with a round trip of its own: a proxy on loopback that hands on each packet late."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator


@contextlib.contextmanager
def slow_line(port: int, round_trip: float) -> Iterator[int]:
    """Gives a port that leads to `port`; every packet takes half of `round_trip` (seconds) each way."""
    listener = socket.create_server(("127.0.0.1", 0))
    opened: list[socket.socket] = [listener]
    threading.Thread(target=_accept, args=(listener, port, round_trip / 2, opened), daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        for each in opened:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def _accept(listener: socket.socket, port: int, delay: float, opened: list[socket.socket]) -> None:
    with contextlib.suppress(OSError):
        while True:
            near, _ = listener.accept()
            opened.append(near)
            threading.Thread(target=_connect, args=(near, port, delay, opened), daemon=True).start()


def _connect(near: socket.socket, port: int, delay: float, opened: list[socket.socket]) -> None:
    time.sleep(2 * delay)  # the handshake is a round trip too
    far = socket.create_connection(("127.0.0.1", port))
    opened.append(far)
    for source, target in ((near, far), (far, near)):
        threading.Thread(target=_hand_on, args=(source, target, delay), daemon=True).start()


def _hand_on(source: socket.socket, target: socket.socket, delay: float) -> None:
    with contextlib.suppress(OSError):
        while packet := source.recv(1 << 16):
            time.sleep(delay)
            target.sendall(packet)
        target.shutdown(socket.SHUT_WR)
