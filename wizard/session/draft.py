"""Drafts: unsaved input, kept without keys, so that a dropped connection loses nothing else.

There is at most one draft per settings file. It is stored in the state folder.
"""

import contextlib
import os
import signal
import threading
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from wizard.config.render import render_redacted
from wizard.config.schema import ImportedFrom, build_document, read_settings, read_source, validate_schema
from wizard.config.toml import ConfigError, dump_toml, parse_toml
from wizard.files import state_dir
from wizard.files.errors import FileError
from wizard.files.signals import ENDING_SIGNALS
from wizard.model.settings import DECLARATIONS, Settings
from wizard.session.state import KEYS, WizardState, absolute_path
from wizard.session.steps import STEPS, step_of

SAVED_NOTICE = "Your entries (without keys) were saved as a draft. Run storage-wizard again to resume."
_MAX_BYTES = 1 << 16
_PATIENCE = 1.0  # seconds


class _NotKeptError(Exception):
    """A draft cannot be kept. The message is a sentence: the reason, and what to do."""


class Draft(NamedTuple):
    """`settings` are without both keys. `left_out` are the settings with a text that is not kept.

    `current_step` is the id of the step that was in view. `typed_keys` are the keys that were typed, and `file_keys`
    those that were the ones in the settings file. `source` is the file that the settings were imported from.
    `base` identifies what the settings file contained then, without its secrets; None if that is not known.
    """

    settings: Settings
    left_out: tuple[str, ...]
    current_step: str
    typed_keys: tuple[str, ...] = ()
    file_keys: tuple[str, ...] = ()
    source: ImportedFrom | None = None
    base: int | None = None

    def change_of_file(self, saved: Settings | None) -> str:
        """A sentence if the settings file, which holds `saved`, is not what it was when the draft was kept."""
        if self.base is None or self.base == _checksum(saved):
            return ""
        return "The settings file was changed since then: the draft replaces what it holds now, and Save shows how."

    def missing_keys(self, saved: Settings | None) -> tuple[str, ...]:
        """The keys that must be entered again, if the settings file holds `saved`.

        A secret key of the file is not used with another access key.
        """
        missing = {*self.typed_keys, *(name for name in self.file_keys if not (saved and saved.value(name)))}
        if "accesskey" in missing and "secretkey" in self.file_keys:
            missing.add("secretkey")
        return tuple(name for name in KEYS if name in missing)

    def step_to_resume(self, saved: Settings | None) -> str:
        """The id of the step to continue at: where the draft was left, but not after what must be entered again."""
        return self._step_before(*self.missing_keys(saved), *self.left_out)

    @property
    def step_once_keys_are_entered(self) -> str:
        """As `step_to_resume`, where the keys were entered before any step."""
        return self._step_before(*self.left_out)

    def _step_before(self, *names: str) -> str:
        ids = [step.id for step in STEPS]
        return min([self.current_step, *(step_of(name).id for name in names)], key=ids.index)

    def resume(self, state: WizardState) -> None:
        """Replaces the input of `state`. Keys of the settings file are read from it again."""
        missing = self.missing_keys(state.saved)
        keys = {name: state.saved.value(name) for name in self.file_keys if state.saved and name not in missing}
        state.source = self.source or state.source
        state.resume(self.settings.replace(keys), self.step_to_resume(state.saved), missing, self.left_out)


class DraftKeeper:
    """Keeps the draft while the wizard runs, so that a process that is killed loses at most what was typed last.

    Files are written in a background thread: no key waits for a disk.
    """

    def __init__(self, state: WizardState) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._kept: bytes | None = None  # what was last passed on; empty for no draft
        self._pending: bytes | None = None
        self._thread: threading.Thread | None = None

    def keep(self) -> None:
        """Keeps what is entered now, unless that is kept already. Deletes the draft if there is no unsaved input."""
        state = self._state
        if state.is_demo:
            return
        try:
            data = _content(state) if state.is_dirty else b""
        except _NotKeptError:
            return  # the exit says so
        is_own = self._kept is not None or state.has_saved or state.has_resumed
        if data == self._kept or not (data or is_own):
            return
        self._kept = data
        with self._lock:
            self._pending = data
            if self._thread is None:
                thread = threading.Thread(target=self._write, name="draft", daemon=True)
                thread.start()  # an interrupt can come here
                self._thread = thread

    def _write(self) -> None:
        while True:
            with self._lock:
                data, self._pending = self._pending, None
                if data is None:
                    self._thread = None
                    return
            with contextlib.suppress(FileError):  # the exit says so
                if data:
                    state_dir.write_state_file(_file_name(self._state.real_path), data)
                else:
                    state_dir.remove_state_file(_file_name(self._state.real_path))

    def end(self) -> None:
        """Waits until the last draft is written, but not for a disk that hangs."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(_PATIENCE)


def find(path: Path) -> Draft | None:
    """The draft of a settings file; None if there is none, or if it cannot be read."""
    path = absolute_path(path)
    try:
        data = state_dir.read_state_file(_file_name(path), _MAX_BYTES)
        if data is None:
            return None
        document = parse_toml(data)
        validate_schema(document)
        settings, source = read_settings(document), read_source(document)
    except (FileError, ConfigError):
        return None
    table = document.get("draft")
    if not isinstance(table, dict) or table.get("of") != str(path):
        return None
    return _read(settings, table)._replace(source=source)


def _read(settings: Settings, table: dict[str, Any]) -> Draft:
    step = table.get("step")
    return Draft(
        settings.replace({name: DECLARATIONS[name].default for name in KEYS}),
        _names(table, "left_out", tuple(DECLARATIONS)),
        step if step in {step.id for step in STEPS} else STEPS[0].id,
        _names(table, "typed_keys", KEYS) if "typed_keys" in table else KEYS,  # without it, both are asked for
        _names(table, "file_keys", KEYS),
        base=base if isinstance(base := table.get("base"), int) else None,
    )


def _names(table: dict[str, Any], key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    names = table.get(key)
    return tuple(name for name in known if name in names) if isinstance(names, list) else ()


def update_on_exit(state: WizardState) -> str:
    """On exit: saves unsaved input as a draft. Returns what to print: that it is kept, or why it is lost.

    Without unsaved input, a draft that was resumed is deleted: its content was saved, or was changed back by hand. A
    draft that was offered and neither resumed nor discarded stays. The result is empty if there is nothing to print.
    """
    if state.is_demo:
        return ""
    with _ignored_signals():
        if state.is_dirty:
            try:
                _save(state)
            except _NotKeptError as error:
                return f"Your entries are lost: no draft could be saved. {error}"
            return " ".join(filter(None, (SAVED_NOTICE, _left_out_notice(state))))
        if state.has_saved or state.has_resumed:
            delete(state.real_path)
        return ""


def _left_out_notice(state: WizardState) -> str:
    """A sentence on the fields whose texts a draft does not keep; empty if there are none."""
    return left_out_sentence(left_out(state))


def left_out(state: WizardState) -> tuple[str, ...]:
    """The settings, other than the keys, whose texts a draft does not keep."""
    from wizard.session.draft_content import settings_for_draft  # imported here, as below

    return settings_for_draft(state)[1]


def left_out_sentence(names: Iterable[str]) -> str:
    """Names the settings whose texts a draft does not keep; empty if there are none."""
    labels = [DECLARATIONS[name].label for name in names]
    return f"Not in the draft, because it is not valid or looks like a key: {', '.join(labels)}." if labels else ""


@contextlib.contextmanager
def _ignored_signals() -> Iterator[None]:
    """Ignores the signals of a closing session, which often come twice: from the system and from the shell."""
    is_main = threading.current_thread() is threading.main_thread()  # only this one can
    previous = {number: signal.signal(number, signal.SIG_IGN) for number in (ENDING_SIGNALS if is_main else ())}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def obstacle(state: WizardState) -> str:
    """Why no draft could be kept now, in one or two sentences; empty if one could."""
    if state.is_demo:
        return "The demo saves no draft."
    try:
        _content(state)
    except _NotKeptError as error:
        return str(error)
    return state_dir.state_dir_problem()


def delete(path: Path) -> None:
    """Deletes the draft of a settings file, if there is one."""
    with contextlib.suppress(FileError):
        state_dir.remove_state_file(_file_name(absolute_path(path)))


def _save(state: WizardState) -> None:
    data = _content(state)
    try:
        state_dir.write_state_file(_file_name(state.real_path), data)
    except FileError as error:
        raise _NotKeptError(str(error)) from None


def _content(state: WizardState) -> bytes:
    """The bytes of the draft. Raises `_NotKeptError` if they could not be read again."""
    from wizard.session.draft_content import settings_for_draft  # imported here: most runs end without a draft

    settings, left_out = settings_for_draft(state)
    typed = [name for name in KEYS if name in state.invalid_input or _is_unsaved(state, name)]
    saved = [name for name in KEYS if name not in typed and state.settings.value(name)]
    table = {
        "of": str(state.real_path),
        "step": state.current_step,
        "left_out": list(left_out),
        "typed_keys": typed,
        "file_keys": saved,
        "base": _checksum(state.saved),
    }
    try:
        data = dump_toml(build_document(settings, None, {"draft": table}, state.source)).encode()
    except (ValueError, ConfigError):
        raise _NotKeptError("The path of the settings file is not text in UTF-8.") from None
    if len(data) > _MAX_BYTES:
        raise _NotKeptError("The draft would be larger than 64 KiB. Shorten your entries.")
    return data


def _checksum(saved: Settings | None) -> int:
    """A number that is another one for other settings. Secrets do not count: the draft says nothing about them."""
    return zlib.crc32(render_redacted(saved).encode()) if saved else 0


def _is_unsaved(state: WizardState, name: str) -> bool:
    value = state.settings.value(name)
    return bool(value) and (state.saved is None or value != state.saved.value(name))


def _file_name(path: Path) -> str:
    checksum = zlib.crc32(os.fsencode(path))  # files with the same one differ in `of`
    return f"draft-{checksum:08x}.toml"
