"""A step of a run that can block: in a thread of its own, which neither a cancel nor the end of the program awaits."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from wizard.model.findings import Finding

_TICK = 0.02  # seconds between two looks whether the run was stopped


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended: passed if everything is empty; `crash` is a bug in this program."""

    finding: Finding | None = None
    skip_reason: str = ""
    crash: BaseException | None = None


class Step:
    """Starts `work`, which raises nothing. `thread` may still be running after a wait without an outcome."""

    def __init__(self, work: Callable[[], Outcome], name: str) -> None:
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self.thread = threading.Thread(target=lambda: self._outcomes.put(work()), name=name, daemon=True)
        self.thread.start()

    def wait(self, is_stopped: Callable[[], bool]) -> Outcome | None:
        """The outcome, or None once the run is stopped. Raises the crash, if it has crashed."""
        while True:
            try:
                outcome = self._outcomes.get(timeout=_TICK)
            except queue.Empty:
                if is_stopped():
                    return None
                continue
            if outcome.crash is not None:
                raise outcome.crash
            return outcome
