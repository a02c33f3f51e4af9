"""The TOML file: its shape, read and written.

Unknown tables and keys of an existing file survive at every level. Its comments do not, since `tomllib` drops
them; the backup that `save` leaves beside the file keeps them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomli_w

from wizard import atomicfile
from wizard.finding import Value
from wizard.printable import printable
from wizard.secret import Secret, shortened
from wizard.settings import DECLARATIONS, Kind, Settings, format_value

HEADER = "# Where the registry keeps its images. Written by storage-wizard; the keys are the registry's own."
VERSION = 1

_LIMIT = 1 << 20  # bytes; what is larger was not meant to be a file of settings
_TYPES = ("s3", "filesystem")
_TOP = ("registry", "provider")
_ALWAYS = (
    *("bucket", "region", "accesskey", "secretkey", "regionendpoint", "rootdirectory"),
    *("secure", "v4auth", "skipverify"),
)
_FOLDED = tuple(name for name in DECLARATIONS if name not in {*_TOP, *_ALWAYS, "redirect"})
_NAMES = {"s3": _ALWAYS + _FOLDED, "filesystem": ("rootdirectory",)}


class ConfigError(Exception):
    """Why the file cannot be used or written, and what to do: one or two sentences for the admin."""


class NotFoundError(ConfigError):
    """There is no such file."""


class ConflictError(ConfigError):
    """The file is no longer the one that was read."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What the last validation said; `at` is kept in UTC and whole seconds; without a zone it is UTC."""

    passed: bool
    at: datetime
    failed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        at = self.at.astimezone(UTC) if self.at.tzinfo else self.at.replace(tzinfo=UTC)
        object.__setattr__(self, "at", at.replace(microsecond=0))


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file as it was read; `fingerprint` is the SHA-256 of its bytes, empty where there was no file."""

    settings: Settings
    validation: Validation | None = None
    document: dict[str, Any] = field(default_factory=dict, repr=False)
    loose_mode: bool = False  # group or others may read it
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """Where the settings are now, links resolved, and where the file that was there before has gone."""

    path: Path
    backup: Path | None


# Reading


def load(path: Path) -> ConfigFile:
    """The file at `path`; `NotFoundError` without one, `ConfigError` when it cannot be read or understood."""
    with _errors_about(path):
        content = atomicfile.read(path, _LIMIT)
        if content is None:
            raise NotFoundError(f"There is no file {printable(path)}. Check the path after -c.")
        document = _parse(content.data)
        settings, validation = _settings(document), _validation(document)
    loose = bool(content.mode & 0o044)
    return ConfigFile(settings, validation, document, loose, _fingerprint(content.data))


@contextlib.contextmanager
def _errors_about(path: Path) -> Iterator[None]:
    """Every error as a `ConfigError` that names the file."""
    try:
        yield
    except (NotFoundError, ConflictError):
        raise
    except atomicfile.FileError as error:
        raise ConfigError(str(error)) from None
    except ConfigError as error:
        raise ConfigError(f"{printable(path)}: {error}") from None


def _fingerprint(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _parse(data: bytes) -> dict[str, Any]:
    """The document, with its version, its tables and its type of storage checked."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError("not text in UTF-8. Check that it is the right file, or convert it.") from None
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(_syntax_problem(str(error), text)) from None
    version = document.get("version", VERSION)
    if isinstance(version, bool) or not isinstance(version, int):
        raise _wrong("version", f"the number {VERSION}", version)
    if version != VERSION:
        raise ConfigError(
            f"its `version` is {_described(version)}, and this storage-wizard knows only {VERSION}. "
            "Use the storage-wizard that wrote it."
        )
    _storage_type(document)
    return document


# How what tomllib says begins, and the same for the admin. Its own words can quote the file.
_SYNTAX = {
    "Invalid value": "text needs quotes around it, a switch is true or false",
    "Expected '='": "a key is followed by = and its value",
    "Expected newline": "something follows the value on its line",
    "Unescaped '\\'": "a backslash in quoted text is written twice",
    "Illegal character": "quoted text does not end on its line",
    "Unterminated string": "quoted text does not end",
    "Cannot ": "the same name is there twice",
    "Duplicate ": "the same name is there twice",
}


def _syntax_problem(said: str, text: str) -> str:
    found = re.search(r"\(at (?:line (\d+), column (\d+)|end of document)\)$", said)
    if found is None:
        return "not TOML that can be read: a number is too long or lists nest too deeply. Correct it."
    line, column = found[1] or text.count("\n") + 1, found[2] or len(text) - text.rfind("\n")
    hint = next((f": {words}" for start, words in _SYNTAX.items() if said.startswith(start)), "")
    return f"not valid TOML at line {line}, column {column}{hint}. Correct it there."


def _storage_type(document: Mapping[str, Any]) -> str:
    """`s3` or `filesystem`: as written, else as the provider or the only table implies."""
    storage = _table(document, "storage")
    for name in (*_TYPES, "redirect"):
        _table(storage, name, "storage.")
    provider = document.get("provider")
    only_files = "filesystem" in storage and "s3" not in storage
    implied = "filesystem" if provider == "filesystem" or (provider is None and only_files) else "s3"
    written = storage.get("type", implied)
    if not isinstance(written, str):
        raise _wrong("storage.type", 'the text "s3" or "filesystem"', written)
    if written not in _TYPES:
        raise ConfigError(f'`storage.type` is "{printable(written, 40)}". Make it "s3" or "filesystem".')
    if isinstance(provider, str) and (provider == "filesystem") != (written == "filesystem"):
        shown = printable(provider, 40)
        raise ConfigError(f'`provider` is "{shown}" but `storage.type` is "{written}". Make the two agree.')
    return written


def _settings(document: Mapping[str, Any]) -> Settings:
    kind = _storage_type(document)
    storage = _table(document, "storage")
    own = _table(storage, kind)
    changes: dict[str, Value] = {"provider": "filesystem"} if kind == "filesystem" else {}
    changes |= {name: _checked(name, document[name]) for name in _TOP if name in document}
    changes |= {name: _checked(name, own[name], f"storage.{kind}.") for name in _NAMES[kind] if name in own}
    disable = _table(storage, "redirect").get("disable", False)
    if not isinstance(disable, bool):
        raise _wrong("storage.redirect.disable", _MUST_BE[Kind.SWITCH], disable)
    return Settings().replace({**changes, "redirect": not disable})


_MUST_BE = {
    Kind.CHOICE: "text in quotes",
    Kind.TEXT: "text in quotes",
    Kind.SECRET: "text in quotes",
    Kind.SWITCH: "true or false without quotes",
    Kind.SIZE: "a number of bytes without quotes",
}


def _checked(name: str, value: object, where: str = "") -> Value:
    """`value` as the setting `name` holds it; `ConfigError` when it is of another type."""
    kind = DECLARATIONS[name].kind
    match kind, value:
        case Kind.SECRET, str():
            return Secret(value)
        case ((Kind.TEXT | Kind.CHOICE), str()):
            return value
        case Kind.SWITCH, bool():
            return value
        case Kind.SIZE, int() if not isinstance(value, bool) and 0 <= value < 1 << 63:
            return value
    if kind is Kind.SECRET or name == "accesskey":
        raise ConfigError(f"`{where}{name}` must be {_MUST_BE[kind]}. Correct it there.")
    raise _wrong(where + name, _MUST_BE[kind], value)


def _wrong(key: str, must_be: str, value: object) -> ConfigError:
    return ConfigError(f"`{key}` must be {must_be}, but is {_described(value)}. Correct it there.")


def _described(value: object) -> str:
    # Lists and tables can hold secrets of any name, so only their kind is told.
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'the text "{printable(value, 40)}"'
        case int() | float():
            return f"the number {value}" if abs(value) < 1 << 63 else "a number out of all bounds"
        case dict():
            return "a table"
        case list():
            return "a list"
        case _:
            return "a date or a time"


def _table(parent: Mapping[str, Any], name: str, where: str = "") -> Mapping[str, Any]:
    """The table `name` of `parent`, empty when there is none."""
    table = parent.get(name, {})
    if not isinstance(table, Mapping):
        raise ConfigError(f"`{where}{name}` must be a table: write it as [{where}{name}].")
    return table


def _validation(document: Mapping[str, Any]) -> Validation | None:
    table = _table(document, "validation")
    if "passed" not in table or "at" not in table:
        return None
    passed, at, failed = table["passed"], table["at"], table.get("failed", [])
    if not isinstance(passed, bool):
        raise _wrong("validation.passed", _MUST_BE[Kind.SWITCH], passed)
    if not isinstance(failed, list) or not all(isinstance(check, str) for check in failed):
        raise ConfigError("`validation.failed` must be a list of texts in quotes. Correct it there.")
    if not isinstance(at, datetime):
        raise _wrong("validation.at", "a date and time such as 2026-11-23T10:00:00Z without quotes", at)
    try:
        return Validation(passed, at, tuple(failed))
    except OverflowError:
        raise ConfigError("`validation.at` is out of all bounds. Correct it there.") from None


# Writing


def render(settings: Settings, validation: Validation | None, document: Mapping[str, Any] | None = None) -> str:
    """The text of the file; what `document`, the file as it was parsed, holds beyond the settings is kept."""
    return _dump(_tree(settings, validation, document or {}))


def redacted(
    settings: Settings, validation: Validation | None = None, document: Mapping[str, Any] | None = None
) -> str:
    """The same for the screen: no secret, a shortened access key, and no text whose meaning is unknown."""
    safe = settings.replace({"accesskey": shortened(settings.accesskey)})
    return _dump(_tree(safe, validation, document or {}), hide=True)


def difference(before: Settings | None, after: Settings) -> dict[str, str]:
    """What becomes of each setting that changes, as a remark such as `was "us-east-1"`, by setting name.

    Without a file `before`, every setting that will stand in the new one is `new`.
    """
    if before is None:
        table = _s3_table(after, {}) if after.type == "s3" else {"rootdirectory": ""}
        off = () if after.redirect or after.type != "s3" else ("redirect",)
        return dict.fromkeys((*_TOP, *table, *off), "new")
    changed = (name for name in DECLARATIONS if before[name] != after[name])
    return {name: _remark(name, before[name], after[name]) for name in changed}


def _remark(name: str, before: Value, after: Value) -> str:
    if before in ("", Secret()):
        return "new"
    if isinstance(before, Secret):
        return "changed" if after else "removed"
    if isinstance(before, str):
        return f'was "{printable(shortened(before) if name == "accesskey" else before, 60)}"'
    return f"was {format_value(before)}"


def _tree(settings: Settings, validation: Validation | None, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document to be written."""
    _refuse_surrogates(settings)
    ours = {
        "version": VERSION,
        "registry": settings.registry,
        "provider": settings.provider,
        "storage": _storage(settings, _table(document, "storage")),
        "validation": _verdict(validation, _table(document, "validation")) or None,
    }
    return _merged(ours, document)


def _merged(ours: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """`ours`, where None takes a key out, and after it what else there is in `old`."""
    kept = {name: value for name, value in ours.items() if value is not None}
    return kept | {name: value for name, value in old.items() if name not in ours}


def _storage(settings: Settings, old: Mapping[str, Any]) -> dict[str, Any]:
    kind = settings.type
    own = _table(old, kind, "storage.")
    table = {"rootdirectory": settings.rootdirectory} if kind == "filesystem" else _s3_table(settings, own)
    redirect = _table(old, "redirect", "storage.")
    # A file system never redirects: for one, the switch is not written unless it stood there.
    off = not settings.redirect and (kind == "s3" or "disable" in redirect)
    ours = {
        "type": kind,
        **dict.fromkeys(_TYPES),  # a registry takes exactly one type, so the other one goes
        kind: _merged(table, own),
        "redirect": _merged({"disable": True if off else None}, redirect) or None,
    }
    return _merged(ours, old)


def _s3_table(settings: Settings, old: Mapping[str, Any]) -> dict[str, Any]:
    folded = (name for name in _FOLDED if name in old or settings[name] != DECLARATIONS[name].default)
    return {name: _plain(settings[name]) for name in (*_ALWAYS, *folded)}


def _verdict(validation: Validation | None, old: Mapping[str, Any]) -> dict[str, Any]:
    # Without a verdict the old one goes: it was about other settings.
    ours: dict[str, Any] = {"passed": None, "at": None, "failed": None}
    if validation is not None:
        at = validation.at.replace(tzinfo=None).isoformat() + "Z"
        failed = None if validation.passed else list(validation.failed)
        ours = {"passed": validation.passed, "at": _BARE + at, "failed": failed}
    return _merged(ours, old)


def _plain(value: Value) -> str | bool | int:
    return value.reveal() if isinstance(value, Secret) else value


def _refuse_surrogates(settings: Settings) -> None:
    # They come from arguments that are not UTF-8, and no file in UTF-8 can hold them.
    for name in DECLARATIONS:
        if re.search("[\ud800-\udfff]", str(_plain(settings[name]))):
            raise ConfigError(f"`{name}` holds bytes that are not text in UTF-8. Enter it anew.")


# What is shown as it is; any other text in an existing file may be a secret that we do not know of.
_SHOWN = {
    *(("version",), ("registry",), ("provider",), ("validation", "failed"), ("validation", "at")),
    *(("storage", "type"), ("storage", "filesystem", "rootdirectory")),
    *(("storage", "s3", name) for name in _NAMES["s3"] if DECLARATIONS[name].kind is not Kind.SECRET),
}


def _without_secrets(value: Any, path: tuple[str, ...] = ()) -> Any:
    if path in _SHOWN:
        return value
    match value:
        case dict():
            return {key: _without_secrets(inner, (*path, key)) for key, inner in value.items()}
        case list():
            return [_without_secrets(inner, (*path, "")) for inner in value]
        case str() if value:
            return _BARE + str(Secret(value))
        case _:
            return value


_BARE = secrets.token_hex(16)  # goes before text that is to stand without quotes; nobody can guess it
_ODD = re.compile(r"[^\n\x20-\x7e]")


def _dump(tree: Mapping[str, Any], hide: bool = False) -> str:
    try:
        text = tomli_w.dumps(_without_secrets(tree) if hide else tree)
    except (ValueError, RecursionError):
        raise ConfigError("a number is too long, or lists or tables nest too deeply. Correct it.") from None
    text = re.sub(f'"{_BARE}([^"]*)"', r"\1", text)
    return HEADER + "\n" + _ODD.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    """The character, or its TOML escape when it could steer a terminal or hide in a line."""
    char = found[0]
    if printable(char) == char:
        return char
    return f"\\u{ord(char):04X}" if ord(char) < 1 << 16 else f"\\U{ord(char):08X}"


def save(path: Path, settings: Settings, validation: Validation | None, expected: str | None = None) -> Saved:
    """Write the file, mode 0600, whole or not at all, and keep the old one as `<name>.bak` when it differs.

    What is there now is read again, so that what somebody else added to it survives. With `expected`, the
    fingerprint of what was read before, a file that is another by now raises `ConflictError`.
    """
    target = Path(os.path.realpath(path))
    with _errors_about(path):
        atomicfile.check_place(target)
        content = atomicfile.read(target, _LIMIT)
        old = content.data if content else None
        _refuse_conflict(path, old, expected)
        document = _parse(old) if old is not None else {}
        new = render(settings, validation, document).encode()
        backup = None
        if old is not None and old != new:
            backup = target.with_name(target.name + ".bak")
            atomicfile.replace(backup, old)
        atomicfile.replace(target, new)
    return Saved(target, backup)


def _refuse_conflict(path: Path, old: bytes | None, expected: str | None) -> None:
    if expected is not None and expected != ("" if old is None else _fingerprint(old)):
        raise ConflictError(
            f"{printable(path)} was changed by somebody else since it was read, so nothing was saved. "
            "Load it again, or name another file with -c."
        )
