"""What was entered and not saved, kept without secrets, so that a line that drops costs nothing.

One file for each file of settings, in the folder for state.
"""

from __future__ import annotations

import contextlib
import os
import signal
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wizard.config.schema import build, read_settings, validate_schema
from wizard.config.toml import ConfigError, dump, parse
from wizard.files import state_dir
from wizard.files.errors import FileError
from wizard.files.reading import read_file
from wizard.model.endpoint import Endpoint
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Kind, Settings
from wizard.session.state import WizardState
from wizard.session.steps import STEPS

KEPT = "What you have entered is kept as a draft, without secrets: start again to go on."
_LIMIT = 1 << 16  # bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """Settings without their secret, texts that stand for no value yet, and the step where somebody has left."""

    settings: Settings
    texts: dict[str, str]
    current_step: str
    lacks_secret: bool

    def resume(self, state: WizardState) -> None:
        """Goes on with it. A secret that the file holds serves where it was not changed."""
        settings, lacks = self.settings, self.lacks_secret
        if lacks and state.saved and state.saved.accesskey == settings.accesskey and state.saved.secretkey:
            settings, lacks = settings.replace({"secretkey": state.saved.secretkey}), False
        state.resume(settings, self.texts, self.current_step, lacks_secret=lacks)


def find(path: Path) -> Draft | None:
    """The draft of a file; None where there is none that can be read."""
    try:
        content = read_file(_place(path), _LIMIT)
        if content is None:
            return None
        document = parse(content.data)
        validate_schema(document)
        settings = read_settings(document)
    except (FileError, ConfigError):
        return None
    told = document.get("draft")
    if not isinstance(told, dict) or told.get("of") != os.path.realpath(path):
        return None
    return _draft(settings, told)


def _draft(settings: Settings, told: dict[str, Any]) -> Draft:
    current_step = told.get("step")
    texts = told.get("texts")
    return Draft(
        settings,
        {n: str(text) for n, text in texts.items() if n in DECLARATIONS} if isinstance(texts, dict) else {},
        current_step if current_step in {step.id for step in STEPS} else STEPS[0].id,
        told.get("lacks_secret") is True,
    )


def settle(state: WizardState) -> bool:
    """At the end: keeps what would be lost, and tells whether there was any; what is saved needs no draft."""
    if state.is_demo:
        return False
    with _undisturbed():
        if state.is_dirty:
            return _keep(state)
        if state.has_saved:
            drop(state.path)
        return False


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """A line that drops sends its signal twice: from the system, and from the shell."""
    signals = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def drop(path: Path) -> None:
    """There is no draft from now on."""
    with contextlib.suppress(OSError, FileError):
        _place(path).unlink()


def _keep(state: WizardState) -> bool:
    shown = state.settings.replace({"secretkey": Secret()})
    if Endpoint.parse(shown.regionendpoint).userinfo:  # which may be a password
        shown = shown.replace({"regionendpoint": ""})
    is_secret = {name for name, declaration in DECLARATIONS.items() if declaration.kind is Kind.SECRET}
    told = {
        "of": os.path.realpath(state.path),
        "step": state.current_step,
        "lacks_secret": bool(state.settings.secretkey),
        "texts": {name: text for name, text in state.invalid_input.items() if name not in is_secret},
    }
    try:
        state_dir.write_state_file(_name(state.path), dump(build(shown, None, {"draft": told})).encode())
    except (OSError, ValueError, FileError, ConfigError):
        return False
    return True


def _place(path: Path) -> Path:
    return state_dir.state_folder() / _name(path)


def _name(path: Path) -> str:
    number = zlib.crc32(os.fsencode(os.path.realpath(path)))  # two files of one number are told apart by `of`
    return f"draft-{number:08x}.toml"
