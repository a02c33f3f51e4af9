"""Drafts: unsaved input, kept without secrets, so that a dropped connection loses nothing.

There is at most one draft per settings file. It is stored in the state folder.
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

from wizard.config.schema import build_document, read_settings, validate_schema
from wizard.config.toml import ConfigError, dump_toml, parse_toml
from wizard.files import state_dir
from wizard.files.errors import FileError
from wizard.model.endpoint import Endpoint
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Kind, Settings
from wizard.session.state import WizardState
from wizard.session.steps import STEPS

SAVED_NOTICE = "What you have entered is kept as a draft, without secrets: start again to go on."
_MAX_BYTES = 1 << 16
_SECRETS = {name for name, declaration in DECLARATIONS.items() if declaration.kind is Kind.SECRET}


@dataclass(frozen=True, slots=True)
class Draft:
    """`settings` are without their secret, `invalid_input` is the text of fields that holds no value, by setting.

    `current_step` is the id of the step that was in view. `lacks_secret` says that a secret key was entered;
    `is_secret_in_file` that it was the one in the settings file.
    """

    settings: Settings
    invalid_input: dict[str, str]
    current_step: str
    lacks_secret: bool
    is_secret_in_file: bool = False

    def resume(self, state: WizardState) -> None:
        """Replaces the input of `state`. The secret key is read from the settings file again if it came from there."""
        settings, lacks_secret = self.settings, self.lacks_secret
        saved = state.saved
        if self.is_secret_in_file and saved and saved.secretkey and saved.accesskey == settings.accesskey:
            settings, lacks_secret = settings.replace({"secretkey": saved.secretkey}), False
        state.resume(settings, self.invalid_input, self.current_step, lacks_secret=lacks_secret)


def find(path: Path) -> Draft | None:
    """The draft of a settings file; None if there is none, or if it cannot be read."""
    try:
        data = state_dir.read_state_file(_file_name(path), _MAX_BYTES)
        if data is None:
            return None
        document = parse_toml(data)
        validate_schema(document)
        settings = read_settings(document)
    except (FileError, ConfigError):
        return None
    table = document.get("draft")
    if not isinstance(table, dict) or table.get("of") != os.path.realpath(path):
        return None
    return _read(settings, table)


def _read(settings: Settings, table: dict[str, Any]) -> Draft:
    step = table.get("step")
    texts = table.get("texts")
    return Draft(
        settings,
        {name: str(text) for name, text in texts.items() if name in DECLARATIONS} if isinstance(texts, dict) else {},
        step if step in {step.id for step in STEPS} else STEPS[0].id,
        lacks_secret=table.get("lacks_secret") is True,
        is_secret_in_file=table.get("secret_in_file") is True,
    )


def update_on_exit(state: WizardState) -> bool:
    """On exit: saves unsaved input as a draft. Returns True if a draft was written.

    Without unsaved input, a draft that was resumed is deleted: its content was saved, or was changed back by hand. A
    draft that was offered and neither resumed nor discarded stays.
    """
    if state.is_demo:
        return False
    with _ignored_signals():
        if state.is_dirty:
            return _save(state)
        if state.has_saved or state.has_resumed:
            delete(state.path)
        return False


@contextlib.contextmanager
def _ignored_signals() -> Iterator[None]:
    """Ignores the signals of a closing session, which often come twice: from the system and from the shell."""
    signals = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
    previous = {number: signal.signal(number, signal.SIG_IGN) for number in signals}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def delete(path: Path) -> None:
    """Deletes the draft of a settings file, if there is one."""
    with contextlib.suppress(FileError):
        state_dir.remove_state_file(_file_name(path))


def _save(state: WizardState) -> bool:
    secret = state.settings.secretkey
    settings = state.settings.replace({"secretkey": Secret()})
    if Endpoint.parse(settings.regionendpoint).userinfo:  # it can be a password
        settings = settings.replace({"regionendpoint": ""})
    table = {
        "of": os.path.realpath(state.path),
        "step": state.current_step,
        "lacks_secret": bool(secret),
        "secret_in_file": bool(secret) and state.saved is not None and secret == state.saved.secretkey,
        "texts": {name: text for name, text in state.invalid_input.items() if name not in _SECRETS},
    }
    try:
        state_dir.write_state_file(
            _file_name(state.path), dump_toml(build_document(settings, None, {"draft": table})).encode()
        )
    except (ValueError, FileError, ConfigError):
        return False
    return True


def _file_name(path: Path) -> str:
    checksum = zlib.crc32(os.fsencode(os.path.realpath(path)))  # files with the same one differ in `of`
    return f"draft-{checksum:08x}.toml"
