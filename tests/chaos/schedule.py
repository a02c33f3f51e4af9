"""What happens in a run: everything that is random follows from the seed."""

from __future__ import annotations

import random
import signal
import sys
from dataclasses import dataclass
from typing import Literal

Kind = Literal["core", "pilot", "pty"]
KINDS: tuple[Kind, ...] = ("core", "pilot", "pty")

FOREVER = sys.maxsize
_BROKEN = ("refused", "reset", "unheard", "stall", "late", "truncated", "500", "503", "denied", "expired")
HARMLESS = ("clock", "drip")  # every answer arrives, complete
_OPERATIONS = (
    *("ListObjects", "PutObject", "HeadObject", "GetObject", "GetObject ranged", "GetObject presigned", "CopyObject"),
    *("CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload", "ListMultipartUploads"),
    *("ListParts", "AbortMultipartUpload", "DeleteObjects", "ListObjectsV2", "HeadObject presigned"),
)
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL)

_CHECKS = (("check",), ("check", "--json"), ("check", "--jsonl", "storage.toml", "second.toml"), ("check", "--quiet"))
_CONFIGURES = (
    ("configure", "--rootdirectory", "/new"),
    ("configure", "--rootdirectory", "/new", "--json"),
    ("configure", "--rootdirectory", "/new", "--create-bucket", "--secretkey-file", "secret"),
)
_FILE_COMMANDS = (
    ("configure", "--rootdirectory", "/new", "--no-validate"),
    ("import", "config.yml"),
    ("export", "--to", "distribution-3", "-o", "out"),
    ("export", "--to", "compose", "-o", "out"),
    ("export", "--to", "distribution-2", "--into", "config.yml"),
    ("show", "--json"),
)
_KEYS = {  # with the bytes that a terminal sends
    "enter": b"\r",
    "escape": b"\x1b",
    "tab": b"\t",
    "down": b"\x1b[B",
    "up": b"\x1b[A",
    "space": b" ",
    "ctrl+s": b"\x13",
    "ctrl+r": b"\x12",
    "ctrl+f": b"\x06",
    "ctrl+l": b"\x0c",
    "f1": b"\x1bOP",
    "f5": b"\x1b[15~",
    "f6": b"\x1b[17~",
    "a": b"a",
    "/": b"/",
    "backspace": b"\x7f",
}
_WEIGHTS = {"enter": 24, "ctrl+s": 5, "ctrl+r": 3, "tab": 3, "down": 2}
_SIZES = ((80, 24), (40, 12), (20, 5), (1, 1), (130, 40))
_ANSWERS = (*(b"\r",) * 10, b"<\r", b"?\r", b"y\r", b"s\r", b"=\r", b"-\r", b"n\r", b"abc\r")


@dataclass(frozen=True, slots=True)
class Fault:
    """Hits the requests `first` to `last`, counted from 1, or only those of one operation. `cut` is 0 to 1."""

    what: str
    first: int
    last: int
    operation: str
    cut: float

    def hits(self, number: int, operation: str) -> bool:
        return self.first <= number <= self.last and self.operation in ("", operation)


@dataclass(frozen=True, slots=True)
class Signal:
    """Sent when the request `request` arrives; if that is 0, `delay` seconds after the start."""

    number: signal.Signals
    request: int
    delay: float


@dataclass(frozen=True, slots=True)
class Press:
    """A key by its name and its bytes, an answer of the prompts, or a new size of the terminal.

    `patience` are the seconds that the user waits then for what it may cause.
    """

    key: str = ""
    data: bytes = b""
    size: tuple[int, int] | None = None
    patience: float = 0.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """`arguments` are of the command; `writer` is the request with which another program saves the file, or 0."""

    kind: Kind
    seed: int
    store: str
    arguments: tuple[str, ...]
    is_fresh: bool
    faults: tuple[Fault, ...]
    signals: tuple[Signal, ...]
    is_unknown_host: bool
    is_disk_full: bool
    room: int
    writer: int
    presses: tuple[Press, ...]
    ending: str
    is_subprocess: bool
    root: str

    @property
    def signal_numbers(self) -> set[int]:
        return {each.number for each in self.signals}

    @property
    def is_validating(self) -> bool:
        """Whether the command asks the store."""
        return _is_validating(self.arguments)


def schedule(kind: Kind, seed: int) -> Schedule:
    """The schedule of a seed."""
    choose = random.Random(f"{kind} {seed}")
    arguments = _arguments(kind, choose)
    return Schedule(
        kind=kind,
        seed=seed,
        store=choose.choice(("moto", "moto", "moto", "demo", "demo", "rclone")),
        arguments=arguments,
        is_fresh=choose.random() < 0.15,
        faults=tuple(_fault(choose) for _ in range(choose.choice((0, 1, 1, 1, 2, 3)))),
        signals=_signals(kind, choose, has_requests=kind == "pty" or _is_validating(arguments)),
        is_unknown_host=choose.random() < 0.03,
        is_disk_full=choose.random() < 0.15,
        room=choose.choice((0, 0, 1, 2)),
        writer=choose.randrange(1, 25) if choose.random() < 0.15 else 0,
        presses=tuple(_press(choose, is_plain="--plain" in arguments) for _ in range(choose.randrange(3, 30))),
        ending=choose.choice(("ctrl+c", "ctrl+c", "SIGTERM", "SIGHUP", "SIGINT", "SIGKILL", "hang up")),
        is_subprocess=choose.random() < 0.08,
        root=choose.choice(("", "/images", "/a/b c/ü")),
    )


def _is_validating(arguments: tuple[str, ...]) -> bool:
    return arguments[:1] in (("check",), ("configure",)) and "--no-validate" not in arguments


def _arguments(kind: Kind, choose: random.Random) -> tuple[str, ...]:
    if kind == "pilot":
        return ()
    if kind == "pty":
        return choose.choice((("--rich",), ("--rich",), ("--ascii",), ("--plain",), ("--plain",), ("check",)))
    group = choose.choice((_CHECKS, _CHECKS, _CONFIGURES, _CONFIGURES, _FILE_COMMANDS))
    command = choose.choice(group)
    return command if group is _FILE_COMMANDS else (*command, "--timeout", choose.choice(("0.4", "1.5", "3", "3")))


def _fault(choose: random.Random) -> Fault:
    what = choose.choice((*_BROKEN, *_BROKEN, *HARMLESS))
    operation = choose.choice(("", choose.choice(_OPERATIONS)))
    first = 1 if operation and choose.random() < 0.7 else choose.randrange(1, 40)
    last = FOREVER if choose.random() < 0.6 else first + choose.randrange(3)
    return Fault(what, first, last, operation, choose.random())


def _signals(kind: Kind, choose: random.Random, *, has_requests: bool) -> tuple[Signal, ...]:
    if kind == "pilot":
        return ()
    return tuple(
        Signal(
            choose.choice(_SIGNALS),
            choose.choice((0, choose.randrange(1, 40))) if has_requests else 0,
            choose.random() ** 2 * (0.6 if has_requests else 0.06),
        )
        for _ in range(choose.choice((0, 0, 0, 1, 1, 2)))
    )


def _press(choose: random.Random, *, is_plain: bool) -> Press:
    if choose.random() < 0.06:
        return Press(size=choose.choice(_SIZES))
    patience = choose.choice((0.0, 0.0, 0.1, 1.5))
    if is_plain:
        return Press(data=choose.choice(_ANSWERS), patience=patience)
    key = choose.choices(list(_KEYS), [_WEIGHTS.get(key, 1) for key in _KEYS])[0]
    return Press(key, _KEYS[key], patience=patience)
