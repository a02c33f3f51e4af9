"""The TOML file: read, shown, and saved whole or not at all.

Unknown tables and keys of an existing file survive at every level. Its comments do not, since `tomllib` drops
them; the backup that `save` leaves beside the file keeps them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from wizard.config.schema import (
    VERSION,
    Validation,
    build,
    hide_secrets,
    read_settings,
    read_validation,
    validate_schema,
    written_settings,
)
from wizard.config.toml import ConfigError, dump, parse
from wizard.files.errors import FileError
from wizard.files.folder_lock import folder_lock, was_save_interrupted
from wizard.files.reading import FileContent, describe_exposure, foreign_owner, read_file
from wizard.files.replacing import replace_file, resolve_target
from wizard.model.findings import Value
from wizard.model.secret import Secret, abbreviate_key
from wizard.model.settings import DECLARATIONS, Settings, format_value
from wizard.text.sanitize import sanitize

__all__ = [
    "HEADER",
    "VERSION",
    "ConfigError",
    "ConfigFile",
    "ConflictError",
    "NotFoundError",
    "Saved",
    "Validation",
    "difference",
    "load",
    "render",
    "render_redacted",
    "save",
]

HEADER = "# Where the registry keeps its images. Written by storage-wizard; the keys are the registry's own."

_LIMIT = 1 << 20  # bytes; what is larger was not meant to be a file of settings


class NotFoundError(ConfigError):
    """There is no such file."""


class ConflictError(ConfigError):
    """The file is no longer the one that was read."""


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file as it was read."""

    settings: Settings
    validation: Validation | None = None
    document: dict[str, Any] = field(default_factory=dict, repr=False)
    data: bytes | None = field(default=None, repr=False)  # None where there was no file
    exposure: str = ""  # what others may do, as in `others may … it`
    save_interrupted: bool = False  # a save was killed, and this is what was there before

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of its bytes; empty where there was no file."""
        return "" if self.data is None else _fingerprint(self.data)


class Saved(NamedTuple):
    """Where the settings are now, links resolved, and where the file that was there before has gone.

    `remarks` say whose the old file was, and who else could read it.
    """

    path: Path
    backup: Path | None
    fingerprint: str
    remarks: tuple[str, ...] = ()


# Reading


def load(path: Path) -> ConfigFile:
    """The file at `path`; `NotFoundError` without one, `ConfigError` when it cannot be read or understood."""
    with _errors_about(path):
        content = read_file(path, _LIMIT)
        if content is None:
            raise NotFoundError(f"There is no file {sanitize(path)}. Check the path after -c.")
        document = _document(content.data)
        settings, validation = read_settings(document), read_validation(document)
        save_interrupted = was_save_interrupted(path)
    return ConfigFile(
        settings, validation, document, content.data, describe_exposure(content), save_interrupted
    )


@contextlib.contextmanager
def _errors_about(path: Path) -> Iterator[None]:
    """Every error as a `ConfigError` that names the file."""
    try:
        yield
    except (NotFoundError, ConflictError):
        raise
    except FileError as error:
        raise ConfigError(str(error)) from None
    except ConfigError as error:
        raise ConfigError(f"{sanitize(path)}: {error}") from None


def _fingerprint(data: bytes) -> str:
    import hashlib  # here, as OpenSSL comes with it and most only read

    return hashlib.sha256(data).hexdigest()


def _document(data: bytes) -> dict[str, Any]:
    document = parse(data)
    validate_schema(document)
    return document


# Writing


def render(settings: Settings, validation: Validation | None, document: Mapping[str, Any] | None = None) -> str:
    """The text of the file; what `document`, the file as it was parsed, holds beyond the settings is kept."""
    return _text(build(settings, validation, document or {}))


def render_redacted(
    settings: Settings, validation: Validation | None = None, document: Mapping[str, Any] | None = None
) -> str:
    """The same for the screen: no secret, a shortened access key, and no text whose meaning is unknown."""
    safe = settings.replace({"accesskey": abbreviate_key(settings.accesskey)})
    return _text(hide_secrets(build(safe, validation, document or {})))


def _text(document: Mapping[str, Any]) -> str:
    return f"{HEADER}\n{dump(document)}"


def difference(before: Settings | None, after: Settings) -> dict[str, str]:
    """What becomes of each setting that changes, as a remark such as `was "us-east-1"`, by setting name.

    Without a file `before`, every setting that will stand in the new one is `new`.
    """
    if before is None:
        return dict.fromkeys(written_settings(after), "new")
    changed = (name for name in DECLARATIONS if before[name] != after[name])
    return {name: _remark(name, before[name], after[name]) for name in changed}


def _remark(name: str, before: Value, after: Value) -> str:
    if before in ("", Secret()):
        return "new"
    if isinstance(before, Secret):
        return "changed" if after else "removed"
    if isinstance(before, str):
        return f'was "{sanitize(abbreviate_key(before) if name == "accesskey" else before, 60)}"'
    return f"was {format_value(before)}"


def save(path: Path, settings: Settings, validation: Validation | None, expected: str | None = None) -> Saved:
    """Write the file, mode 0600, whole or not at all, and keep the old one as `<name>.bak` when it differs.

    What is there now is read again, so that what somebody else added to it survives. With `expected`, the
    fingerprint of what was read before, a file that is another by now raises `ConflictError`.
    """
    with _errors_about(path):
        target = resolve_target(path)
        with folder_lock(target):
            content = read_file(target, _LIMIT)
            old = content.data if content else None
            if expected is not None:
                _refuse_conflict(path, old, expected)
            document = _document(old) if old is not None else {}
            new = render(settings, validation, document).encode()
            try:
                backup = _put(path, target, old, new)
            except FileError as error:
                as_it_was = f" {sanitize(path)} is as it was." if content else ""
                raise FileError(f"{error}{as_it_was}") from None
    return Saved(target, backup, _fingerprint(new), tuple(_remarks(content)))


def _remarks(before: FileContent | None) -> Iterator[str]:
    if before and (owner := foreign_owner(before)):
        yield f"It belonged to {owner}, who cannot read it any more."
    if before and (may := describe_exposure(before)):
        yield f"Until now others could {may}: a key in it may be known."


def _put(path: Path, target: Path, old: bytes | None, new: bytes) -> Path | None:
    """The new file in its place; where the old one has gone, if it was another."""
    seen = "" if old is None else _fingerprint(old)
    backup = target.with_name(target.name + ".bak") if old not in (None, new) else None
    if backup and old is not None:
        replace_file(backup, old)
    # An editor knows nothing of our lock, so there is one look more, right before.
    replace_file(target, new, before_replace=lambda: _refuse_conflict(path, _bytes_of(target), seen))
    return backup


def _bytes_of(target: Path) -> bytes | None:
    content = read_file(target, _LIMIT)
    return content.data if content else None


def _refuse_conflict(path: Path, now: bytes | None, expected: str) -> None:
    if expected != ("" if now is None else _fingerprint(now)):
        raise ConflictError(
            f"{sanitize(path)} was changed by somebody else since it was read, so nothing was saved. "
            "Load it again, or name another file with -c."
        )
