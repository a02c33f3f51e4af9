"""The servers of a test session, each started when a test first needs it."""

from __future__ import annotations

import contextlib
from types import TracebackType
from typing import Self

from tests.support.servers.server import InstalledServer


class StartedServers:
    """They run until the context ends."""

    def __init__(self) -> None:
        self._running: dict[type[InstalledServer], InstalledServer] = {}
        self._resources = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.close()

    def start(self, kind: type[InstalledServer]) -> InstalledServer:
        """The server of that kind. Without its program the test is skipped or, in CI, fails."""
        if kind not in self._running:
            self._running[kind] = self._resources.enter_context(kind())
        return self._running[kind]
