"""The schema of a settings file: settings and the result of a validation, read from a document and written into one.

A document is the file as nested dictionaries. Unknown tables and keys of an existing document are kept at every level.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

from wizard.config.toml import TOO_COMPLEX, ConfigError, describe_value, unquoted_literal
from wizard.model.further_parameters import FURTHER_PARAMETERS, Plain
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, LARGEST, Kind, Settings, Value
from wizard.model.url_credentials import has_url_credentials
from wizard.text.sanitize import sanitize

VERSION = 1

_STORAGE_TYPES = ("s3", "filesystem")
_TOP_LEVEL = ("registry", "provider")
_ALWAYS_WRITTEN = (
    *("bucket", "region", "accesskey", "secretkey", "regionendpoint", "rootdirectory"),
    *("secure", "v4auth", "skipverify"),
)
_WRITTEN_IF_CHANGED = tuple(name for name in DECLARATIONS if name not in {*_TOP_LEVEL, *_ALWAYS_WRITTEN, "redirect"})
_TYPE_SETTINGS = {"s3": _ALWAYS_WRITTEN + _WRITTEN_IF_CHANGED, "filesystem": ("rootdirectory",)}


class Validation(NamedTuple):
    """The result of the last validation, at a time in UTC; `failed` are the ids of the failed checks."""

    passed: bool
    at: datetime
    failed: tuple[str, ...] = ()

    @classmethod
    def ended(cls, at: datetime, failed: tuple[str, ...] = (), *, passed: bool) -> Self:
        """The result at a time, which is converted to UTC and whole seconds; without a zone it is taken as UTC."""
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        return cls(passed, at.replace(microsecond=0), failed)


class ImportedFrom(NamedTuple):
    """The file that the settings were imported from, by its absolute path, and the id of its format."""

    file: str
    format: str


# Reading


def validate_schema(document: Mapping[str, Any]) -> None:
    """Raise `ConfigError` if the version, a table or the storage type is not one that this program supports."""
    version = document.get("version", VERSION)
    if isinstance(version, bool) or not isinstance(version, int):
        raise _type_error("version", f"the number {VERSION}", version)
    if version != VERSION:
        raise ConfigError(
            f'its "version" is {describe_value(version)}, but this storage-wizard only supports version '
            f"{VERSION}. Use a newer storage-wizard."
        )
    _storage_type(document)


def _storage_type(document: Mapping[str, Any]) -> str:
    """`s3` or `filesystem`: as written, else as implied by the provider or by the only table."""
    storage = _table(document, "storage")
    for name in (*_STORAGE_TYPES, "redirect"):
        _table(storage, name, "storage.")
    provider = document.get("provider")
    has_only_filesystem = "filesystem" in storage and "s3" not in storage
    implied = "filesystem" if provider == "filesystem" or (provider is None and has_only_filesystem) else "s3"
    written = storage.get("type", implied)
    if not isinstance(written, str):
        raise _type_error("storage.type", 'the string "s3" or "filesystem"', written)
    if written not in _STORAGE_TYPES:
        raise ConfigError(f'"storage.type" is "{sanitize(written, 40)}". Make it "s3" or "filesystem".')
    if isinstance(provider, str) and (provider == "filesystem") != (written == "filesystem"):
        shown = sanitize(provider, 40)
        raise ConfigError(f'"provider" is "{shown}" but "storage.type" is "{written}". Change one of them.')
    return written


def read_settings(document: Mapping[str, Any]) -> Settings:
    """The settings in a document; a missing one has its default. Raises `ConfigError` if one has a wrong type."""
    storage_type = _storage_type(document)
    storage = _table(document, "storage")
    parameters = _table(storage, storage_type)
    changes: dict[str, Value] = {"provider": "filesystem"} if storage_type == "filesystem" else {}
    changes |= {name: _typed(name, document[name]) for name in _TOP_LEVEL if name in document}
    for name in _TYPE_SETTINGS[storage_type]:
        if name in parameters:
            changes[name] = _typed(name, parameters[name], f"storage.{storage_type}.")
    if storage_type == "s3":
        changes |= {name: _further(name, parameters[name]) for name in FURTHER_PARAMETERS if name in parameters}
    disable = _table(storage, "redirect").get("disable", False)
    if not isinstance(disable, bool):
        raise _type_error("storage.redirect.disable", _EXPECTED[Kind.SWITCH], disable)
    return Settings().replace({**changes, "redirect": not disable})


_EXPECTED = {
    Kind.CHOICE: "a quoted string",
    Kind.TEXT: "a quoted string",
    Kind.SECRET: "a quoted string",
    Kind.SWITCH: "true or false, without quotes",
    Kind.SIZE: "a number of bytes, without quotes",
}


def _typed(name: str, value: object, prefix: str = "") -> Value:
    """`value` as a value of the setting `name`; `ConfigError` if it has a wrong type. `prefix` is its table."""
    kind = DECLARATIONS[name].kind
    match kind, value:
        case Kind.SECRET, str():
            return Secret(value)
        case ((Kind.TEXT | Kind.CHOICE), str()):
            if has_url_credentials(name, value):
                raise _url_credentials(prefix + name)
            return value
        case Kind.SWITCH, bool():
            return value
        case Kind.SIZE, int() if not isinstance(value, bool) and 0 <= value <= LARGEST:
            return value
    if kind is Kind.SECRET or name == "accesskey":  # without the value
        raise ConfigError(f'"{prefix}{name}" must be {_EXPECTED[kind]}.')
    raise _type_error(prefix + name, _EXPECTED[kind], value)


def _further(name: str, value: object) -> Plain:
    """`value` as a value of the further parameter `name`; `ConfigError` if it has a wrong type."""
    match FURTHER_PARAMETERS[name].default, value:
        case bool(), bool():
            return value
        case str(), str():
            return value
        case int(), int() if not isinstance(value, bool) and 0 <= value <= LARGEST:
            return value
        case bool(), _:
            expected = _EXPECTED[Kind.SWITCH]
        case int(), _:
            expected = "a number, without quotes"
        case _:
            expected = _EXPECTED[Kind.TEXT]
    raise _type_error(f"storage.s3.{name}", expected, value)


def _url_credentials(key: str) -> ConfigError:
    return ConfigError(f'"{key}" contains a user name or password. Move them to accesskey and secretkey.')


def _type_error(key: str, expected: str, value: object) -> ConfigError:
    return ConfigError(f'"{key}" must be {expected}, but is {describe_value(value)}.')


def _table(parent: Mapping[str, Any], name: str, prefix: str = "") -> Mapping[str, Any]:
    """The table `name` of `parent`, empty if there is none; `ConfigError` if it is not a table."""
    table = parent.get(name, {})
    if not isinstance(table, Mapping):
        raise ConfigError(f'"{prefix}{name}" must be a table. Write it as [{prefix}{name}].')
    return table


def read_validation(document: Mapping[str, Any]) -> Validation | None:
    """The validation result in a document, None if it is missing or incomplete.

    Raises `ConfigError` if a part of it has a wrong type.
    """
    table = _table(document, "validation")
    if "passed" not in table or "at" not in table:
        return None
    passed, at, failed = table["passed"], table["at"], table.get("failed", [])
    if not isinstance(passed, bool):
        raise _type_error("validation.passed", _EXPECTED[Kind.SWITCH], passed)
    if not isinstance(failed, list) or not all(isinstance(check, str) for check in failed):
        raise ConfigError('"validation.failed" must be a list of quoted strings.')
    if not isinstance(at, datetime):
        raise _type_error("validation.at", "a date and time such as 2026-11-23T10:00:00Z, without quotes", at)
    try:
        return Validation.ended(at, tuple(failed), passed=passed)
    except OverflowError:
        raise ConfigError('"validation.at" is out of range.') from None


def read_source(document: Mapping[str, Any]) -> ImportedFrom | None:
    """The file that the settings were imported from, None if there is none.

    Raises `ConfigError` if a part of it is missing, or is no absolute path or no id. Whether there is such a file and
    such a format is found out when it is used.
    """
    table = _table(document, "source")
    if not table.keys() & set(ImportedFrom._fields):
        return None
    for name in ImportedFrom._fields:
        value = table.get(name)
        if not isinstance(value, str):
            raise _type_error(f"source.{name}", _EXPECTED[Kind.TEXT], value)
    source = ImportedFrom(table["file"], table["format"])
    if not source.file.startswith("/") or not source.file.isprintable():
        raise ConfigError('"source.file" must be an absolute path. Fix it, or remove [source].')
    if not re.fullmatch(_ID, source.format):
        raise ConfigError('"source.format" must be a format that "export --to" supports. Fix it, or remove [source].')
    return source


_ID = "[a-z0-9]+(-[a-z0-9]+)*"


# Writing


def build_document(
    settings: Settings,
    validation: Validation | None,
    existing: Mapping[str, Any],
    source: ImportedFrom | None = None,
) -> dict[str, Any]:
    """The document to write. Keeps what `existing` contains besides settings, a validation result and a source.

    Raises `ConfigError` if a setting is not valid Unicode.
    """
    _refuse_surrogates(settings)
    document = {
        "version": VERSION,
        "registry": settings.registry,
        "provider": settings.provider,
        "storage": _storage(settings, _table(existing, "storage")),
        "source": _merge(_source(source), _table(existing, "source")) or None,
        "validation": _validation(validation, _table(existing, "validation")) or None,
    }
    return _merge(document, existing)


def _merge(written: Mapping[str, Any], existing: Mapping[str, Any]) -> dict[str, Any]:
    """`written`, where None removes a key, followed by the other keys of `existing`."""
    kept = {name: value for name, value in written.items() if value is not None}
    return kept | {name: value for name, value in existing.items() if name not in written}


def _storage(settings: Settings, existing: Mapping[str, Any]) -> dict[str, Any]:
    storage_type = settings.type
    parameters = _table(existing, storage_type, "storage.")
    is_s3 = storage_type == "s3"
    written = _s3_parameters(settings, parameters) if is_s3 else {"rootdirectory": settings.rootdirectory}
    redirect = _table(existing, "redirect", "storage.")
    # A filesystem never redirects, so its file has the switch only if it was there before.
    is_disabled = not settings.redirect and (is_s3 or "disable" in redirect)
    storage = {
        "type": storage_type,
        **dict.fromkeys(_STORAGE_TYPES),  # a registry accepts exactly one storage type: remove the other one
        storage_type: _merge(written, parameters),
        "redirect": _merge({"disable": True if is_disabled else None}, redirect) or None,
    }
    return _merge(storage, existing)


def removed_tables(settings: Settings, document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The tables that `build_document` removes, with the keys in them that the wizard does not recognize.

    Left out are tables that contain nothing but the settings of the storage that is replaced.
    """
    storage, used = _table(document, "storage"), _storage_type(document)
    removed = {}
    for name in _STORAGE_TYPES:
        if name in storage and name != settings.type:
            unknown = tuple(key for key in storage[name] if key not in _known(name))
            if unknown or name != used:
                removed[f"storage.{name}"] = unknown
    return removed


def unknown_settings(document: Mapping[str, Any]) -> dict[str, str]:
    """The keys of the storage's table that are no settings, each with a question for a similar one, or nothing."""
    storage_type = _storage_type(document)
    known = _known(storage_type)
    unknown = [name for name in _table(_table(document, "storage"), storage_type) if name not in known]
    if not unknown:
        return {}
    from wizard.text.suggest import did_you_mean  # imported here: only needed after a mistake

    return {name: did_you_mean(name, known) for name in unknown}


def _known(storage_type: str) -> tuple[str, ...]:
    """The keys of the storage's table that are part of the settings."""
    return (*_TYPE_SETTINGS[storage_type], *(FURTHER_PARAMETERS if storage_type == "s3" else ()))


def _s3_parameters(settings: Settings, existing: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of [storage.s3]; None for one that is removed."""
    changed = (
        name for name in _WRITTEN_IF_CHANGED if name in existing or settings.value(name) != DECLARATIONS[name].default
    )
    written: dict[str, Any] = {name: _plain(settings.value(name)) for name in (*_ALWAYS_WRITTEN, *changed)}
    removed = dict.fromkeys(name for name in FURTHER_PARAMETERS if name in existing)
    return written | removed | dict(settings.further)


def written_settings(settings: Settings) -> tuple[str, ...]:
    """The names of the settings that a new file contains."""
    if settings.type == "filesystem":
        return (*_TOP_LEVEL, "rootdirectory")
    return (*_TOP_LEVEL, *_s3_parameters(settings, {}), *(() if settings.redirect else ("redirect",)))


def _source(source: ImportedFrom | None) -> dict[str, Any]:
    return source._asdict() if source else dict.fromkeys(ImportedFrom._fields)


def _validation(validation: Validation | None, existing: Mapping[str, Any]) -> dict[str, Any]:
    # Without a new result the existing one is removed: it was about other settings.
    written: dict[str, Any] = {"passed": None, "at": None, "failed": None}
    if validation is not None:
        at = validation.at.replace(tzinfo=None).isoformat() + "Z"
        failed = None if validation.passed else list(validation.failed)
        written = {"passed": validation.passed, "at": unquoted_literal(at), "failed": failed}
    return _merge(written, existing)


def _plain(value: Value) -> str | bool | int:
    return value.reveal() if isinstance(value, Secret) else value


def refuse_url_credentials(settings: Settings) -> None:
    """Raise `ConfigError` for a setting with an address that contains a user name or a password."""
    for name, declaration in DECLARATIONS.items():
        if declaration.kind in (Kind.TEXT, Kind.CHOICE) and has_url_credentials(name, str(settings.value(name))):
            raise _url_credentials(name)


def _refuse_surrogates(settings: Settings) -> None:
    # Command-line arguments that are not UTF-8 contain them. A file in UTF-8 cannot.
    for name in (*DECLARATIONS, *settings.further):
        if re.search("[\ud800-\udfff]", str(_plain(settings.value(name)))):
            raise ConfigError(f'"{name}" contains bytes that are not UTF-8. Enter it again.')


# Texts that are displayed. Any other text in an existing file may be a secret.
_DISPLAYED = {
    *(("version",), ("registry",), ("provider",), ("validation", "failed"), ("validation", "at")),
    *(("source", name) for name in ImportedFrom._fields),
    *(("storage", "type"), ("storage", "filesystem", "rootdirectory")),
    *(("storage", "s3", name) for name in _TYPE_SETTINGS["s3"] if DECLARATIONS[name].kind is not Kind.SECRET),
    *(("storage", "s3", name) for name in FURTHER_PARAMETERS if name != "useragent"),  # it can be any text
}


def hide_secrets(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document for display: secrets and unknown texts are replaced by their length.

    Raises `ConfigError` if it nests too deeply.
    """
    try:
        return {name: _hidden(value, (name,)) for name, value in document.items()}
    except RecursionError:
        raise ConfigError(TOO_COMPLEX) from None


def _hidden(value: Any, path: tuple[str, ...]) -> Any:
    if path in _DISPLAYED:
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
