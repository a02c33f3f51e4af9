"""The shape of the file: settings and a verdict, read from a document and written into one.

A document is the file as nested tables. Unknown tables and keys of an existing one survive at every level.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from wizard.config.toml import TOO_COMPLEX, ConfigError, describe_value, unquoted_literal
from wizard.model.findings import Value
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, LARGEST, Kind, Settings
from wizard.text.sanitize import sanitize

VERSION = 1

_TYPES = ("s3", "filesystem")
_TOP = ("registry", "provider")
_ALWAYS = (
    *("bucket", "region", "accesskey", "secretkey", "regionendpoint", "rootdirectory"),
    *("secure", "v4auth", "skipverify"),
)
_FOLDED = tuple(name for name in DECLARATIONS if name not in {*_TOP, *_ALWAYS, "redirect"})
_NAMES = {"s3": _ALWAYS + _FOLDED, "filesystem": ("rootdirectory",)}


@dataclass(frozen=True, slots=True)
class Validation:
    """What the last validation said; `at` is kept in UTC and whole seconds; without a zone it is UTC."""

    passed: bool
    at: datetime
    failed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        at = self.at.astimezone(UTC) if self.at.tzinfo else self.at.replace(tzinfo=UTC)
        object.__setattr__(self, "at", at.replace(microsecond=0))


# Reading


def validate_schema(document: Mapping[str, Any]) -> None:
    """`ConfigError` when the version, the tables or the type of storage are not what this program knows."""
    version = document.get("version", VERSION)
    if isinstance(version, bool) or not isinstance(version, int):
        raise _wrong("version", f"the number {VERSION}", version)
    if version != VERSION:
        raise ConfigError(
            f"its `version` is {describe_value(version)}, and this storage-wizard knows only {VERSION}. "
            "Use the storage-wizard that wrote it."
        )
    _storage_type(document)


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
        raise ConfigError(f'`storage.type` is "{sanitize(written, 40)}". Make it "s3" or "filesystem".')
    if isinstance(provider, str) and (provider == "filesystem") != (written == "filesystem"):
        shown = sanitize(provider, 40)
        raise ConfigError(f'`provider` is "{shown}" but `storage.type` is "{written}". Make the two agree.')
    return written


def read_settings(document: Mapping[str, Any]) -> Settings:
    """The settings of a document, defaults where it is silent; `ConfigError` where one is of a wrong type."""
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
        case Kind.SIZE, int() if not isinstance(value, bool) and 0 <= value <= LARGEST:
            return value
    if kind is Kind.SECRET or name == "accesskey":
        raise ConfigError(f"`{where}{name}` must be {_MUST_BE[kind]}. Correct it there.")
    raise _wrong(where + name, _MUST_BE[kind], value)


def _wrong(key: str, must_be: str, value: object) -> ConfigError:
    return ConfigError(f"`{key}` must be {must_be}, but is {describe_value(value)}. Correct it there.")


def _table(parent: Mapping[str, Any], name: str, where: str = "") -> Mapping[str, Any]:
    """The table `name` of `parent`, empty when there is none."""
    table = parent.get(name, {})
    if not isinstance(table, Mapping):
        raise ConfigError(f"`{where}{name}` must be a table: write it as [{where}{name}].")
    return table


def read_validation(document: Mapping[str, Any]) -> Validation | None:
    """The verdict of a document; None when there is no whole one, `ConfigError` where a part is of a wrong type."""
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


def build(settings: Settings, validation: Validation | None, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document to be written; what `document`, the one that is there, holds beyond the settings is kept."""
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


def written_settings(settings: Settings) -> tuple[str, ...]:
    """The settings that stand in a new file."""
    if settings.type == "filesystem":
        return (*_TOP, "rootdirectory")
    return (*_TOP, *_s3_table(settings, {}), *(() if settings.redirect else ("redirect",)))


def _verdict(validation: Validation | None, old: Mapping[str, Any]) -> dict[str, Any]:
    # Without a verdict the old one goes: it was about other settings.
    ours: dict[str, Any] = {"passed": None, "at": None, "failed": None}
    if validation is not None:
        at = validation.at.replace(tzinfo=None).isoformat() + "Z"
        failed = None if validation.passed else list(validation.failed)
        ours = {"passed": validation.passed, "at": unquoted_literal(at), "failed": failed}
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


def hide_secrets(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document for the screen: no secret, and no text whose meaning is unknown."""
    try:
        return {name: _hidden(value, (name,)) for name, value in document.items()}
    except RecursionError:
        raise ConfigError(TOO_COMPLEX) from None


def _hidden(value: Any, path: tuple[str, ...]) -> Any:
    if path in _SHOWN:
        return value
    match value:
        case dict():
            return {key: _hidden(inner, (*path, key)) for key, inner in value.items()}
        case list():
            return [_hidden(inner, (*path, "")) for inner in value]
        case str() if value:
            return unquoted_literal(str(Secret(value)))
        case _:
            return value
