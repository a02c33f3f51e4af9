"""An alias of the MinIO client (https://min.io/docs/minio/linux/reference/minio-mc.html).

Sources: cmd/config.go and cmd/config-v10.go of minio/mc.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from wizard.catalog.endpoints import is_global, provider_by_host
from wizard.formats.format import FormatError
from wizard.formats.sources.program_file import config_path, errors_in, no_such_name, read_text
from wizard.formats.sources.source import PartialSettings, Source, bucket_path, half_pair_remark, key_pair
from wizard.model.settings import Value
from wizard.text.sanitize import sanitize

_VARIABLE = "MC_HOST_"
_VERSION = "10"
_PLACEHOLDERS = ("YOUR-ACCESS-KEY-HERE", "YOUR-SECRET-KEY-HERE")  # of the aliases that a new configuration has
# `hostKeyTokens` and `hostKeys` in cmd/config.go; the first has a session token.
_WITH_TOKEN = re.compile(r"(https?://)(.*?):(.*?):(.*)@(.*?)")
_WITH_KEYS = re.compile(r"(https?://)(.*?):(.*)@(.*?)")
_URL = re.compile(r"https?://[^/?#@\s]+/?")

_Alias = Mapping[str, str]


def read_alias(address: str) -> PartialSettings:
    """The settings of an alias, named as `alias` or `alias/bucket/path`; `FormatError` if there is none of that name.

    As with the client itself, the variable `MC_HOST_alias` takes precedence over the file.
    """
    name, _, path = address.partition("/")
    variable = f"{_VARIABLE}{name}"
    if name and variable in os.environ:
        with errors_in(f"The variable {sanitize(variable, 60)}"):
            return _read(_from_variable(os.environ[variable]), path)
    file, aliases = _read_config()
    if name not in aliases:
        raise no_such_name("mc alias", name, _names(aliases), "mc aliases", "{}/BUCKET")
    with errors_in(f"{sanitize(file)}, alias {sanitize(name, 60)}"):
        return _read(_checked(aliases[name]), path)


def list_aliases() -> list[str]:
    """The names of the aliases with keys; `FormatError` if the configuration is unreadable."""
    return _names(_read_config()[1])


def _config_path() -> Path:
    return config_path("MC_CONFIG_DIR", "~/.mc") / "config.json"


MC = Source("mc alias", read_alias, list_aliases, lambda: (_config_path(),))


def _names(aliases: Mapping[str, object]) -> list[str]:
    of_variables = {name.removeprefix(_VARIABLE) for name in os.environ if name.startswith(_VARIABLE)}
    names = of_variables | {name for name, alias in aliases.items() if _has_keys(alias)}
    return sorted(name for name in names if name and "/" not in name)  # a slash begins the bucket


def _has_keys(alias: object) -> bool:
    return isinstance(alias, Mapping) and bool(alias.get("accessKey")) and alias["accessKey"] not in _PLACEHOLDERS


def _read_config() -> tuple[Path, Mapping[str, object]]:
    """The path of the configuration, and its aliases as they are."""
    path = _config_path()
    if (text := read_text(path)) is None:
        return path, {}
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise FormatError(f"{sanitize(path)}, line {error.lineno}: invalid JSON.") from None
    except (RecursionError, ValueError):  # it nests too deeply, or has a number of thousands of digits
        raise FormatError(f"{sanitize(path)} is not an mc configuration. Check the path.") from None
    with errors_in(sanitize(path)):
        return path, _aliases(document)


def _aliases(document: object) -> Mapping[str, object]:
    if not isinstance(document, Mapping) or "version" not in document:
        raise FormatError("It is not an mc configuration. Check the path.")
    if document["version"] != _VERSION:
        raise FormatError(f'The configuration is not version {_VERSION}. Run "mc alias list" once to convert it.')
    aliases = document.get("aliases") or {}
    if not isinstance(aliases, Mapping):
        raise FormatError('"aliases" must be an object.')
    return aliases


def _checked(alias: object) -> _Alias:
    if not isinstance(alias, Mapping):
        raise FormatError("The alias must be an object.")
    for name in ("url", "accessKey", "secretKey", "sessionToken", "api", "path"):
        if not isinstance(alias.get(name, ""), str):
            raise FormatError(f'"{name}" must be a quoted string.')
    return alias


def _from_variable(text: str) -> _Alias:
    if match := _WITH_TOKEN.fullmatch(text):
        scheme, accesskey, secretkey, token, host = match.groups()
    elif match := _WITH_KEYS.fullmatch(text):
        scheme, accesskey, secretkey, host = match.groups()
        token = ""
    else:
        scheme, accesskey, secretkey, token, host = "", "", "", "", text
    return {"url": f"{scheme}{host}", "accessKey": accesskey, "secretKey": secretkey, "sessionToken": token}


def _read(alias: _Alias, path: str) -> PartialSettings:
    url = alias.get("url", "")
    if not _URL.fullmatch(url):
        raise FormatError("The URL must be https://HOST:PORT. Only a variable can contain keys before an @.")
    keys = _key(alias, "accessKey"), _key(alias, "secretKey")
    changes = key_pair(*keys) | _endpoint(url.removesuffix("/")) | bucket_path(path)
    changes["v4auth"] = alias.get("api", "").lower() != "s3v2"
    match alias.get("path", "").lower():  # `getLookupType` in cmd/utils.go: all else is found out by the host
        case "on":
            changes["forcepathstyle"] = True
        case "off":
            changes["forcepathstyle"] = False
    return PartialSettings(changes, (*half_pair_remark(*keys), *_remarks(alias)))


def _key(alias: _Alias, name: str) -> str:
    key = alias.get(name, "")
    return "" if key in _PLACEHOLDERS else key


def _endpoint(url: str) -> dict[str, Value]:
    """The endpoint; none for Amazon's global one, at which the client asks for the region of each bucket."""
    provider = provider_by_host(url)
    is_amazon = provider is not None and provider.id == "aws" and is_global(url)
    return {"secure": url.startswith("https:")} if is_amazon else {"regionendpoint": url}


def _remarks(alias: _Alias) -> Iterator[str]:
    if alias.get("sessionToken"):
        yield "The alias's keys are temporary, and registries do not support session tokens in their configuration."
