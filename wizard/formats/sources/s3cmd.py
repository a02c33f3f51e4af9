"""The configuration of s3cmd (https://s3tools.org/kb/item14.htm), which has one store.

Its lines are read as S3/Config.py of s3tools/s3cmd 2.4 reads them: sections do not matter, the last line of a name
counts, quotes around a value are no part of it, and `$NAME` is the value of an environment variable.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from wizard.formats.format import FormatError
from wizard.formats.sources.program_file import config_path, read_text
from wizard.formats.sources.source import PartialSettings, Source, bucket_path, half_pair_remark, key_pair
from wizard.model.settings import Value
from wizard.text.sanitize import sanitize

_LINE = re.compile(r"\s*(\w+)\s*=\s*(.*)")
_QUOTED = re.compile(r'"(.*)"\s*')
_AMAZON = "s3.amazonaws.com"  # the default of `host_base`
_BUCKET = "%(bucket)s"
_SWITCH = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


def read_config(address: str) -> PartialSettings:
    """The settings of the configuration, with the bucket and the path of an address such as `s3://bucket/path`.

    Raises `FormatError` if there is no configuration, or it is unreadable.
    """
    path = _config_path()
    if address and not address.startswith("s3://"):
        raise FormatError(
            "s3cmd has one store without a name. Leave the name blank, or enter a bucket as s3://BUCKET/path."
        )
    if (text := read_text(path)) is None:
        raise FormatError(f"{sanitize(path)} not found. To create it, run: s3cmd --configure")
    return _read(_Config(path, dict(_values(text))), address.removeprefix("s3://"))


def list_configs() -> list[str]:
    """An empty name if there is a configuration; `FormatError` if it is unreadable."""
    return [] if read_text(_config_path()) is None else [""]


S3CMD = Source("s3cmd configuration", read_config, list_configs, lambda: (_config_path(),))


def _config_path() -> Path:
    return config_path("S3CMD_CONFIG", "~/.s3cfg")


class _Value(NamedTuple):
    text: str
    line: int

    def __repr__(self) -> str:
        return f"_Value(line {self.line})"  # the text can be secret


def _values(text: str) -> Iterator[tuple[str, _Value]]:
    for number, line in enumerate(text.splitlines(), 1):
        if match := _LINE.match(line):  # neither a comment nor the header of a section matches
            value = _QUOTED.fullmatch(match[2])
            yield match[1], _Value(value[1] if value else match[2].strip(), number)


class _Config(NamedTuple):
    """The values of a file, by name."""

    path: Path
    values: Mapping[str, _Value]

    def __repr__(self) -> str:
        return f"_Config({self.path})"  # the values are secret

    def text(self, name: str, default: str = "") -> str:
        """A text. A variable that is not set leaves the default."""
        value = self.values.get(name)
        if value is None:
            return default
        return os.environ.get(value.text[1:], default) if value.text.startswith("$") else value.text

    def switch(self, name: str, *, default: bool) -> bool:
        """A switch. Raises `FormatError` for any other value."""
        text = self.text(name).lower()
        if text and text not in _SWITCH:
            place = f"{sanitize(self.path)}, line {self.values[name].line}"
            raise FormatError(f'{place}: "{name}" must be True or False.')
        return _SWITCH[text] if text else default


def _read(config: _Config, path: str) -> PartialSettings:
    keys = config.text("access_key"), config.text("secret_key")
    changes = key_pair(*keys) | _store(config) | _region(config) | bucket_path(path)
    changes["v4auth"] = not config.switch("signature_v2", default=False)
    if not config.switch("check_ssl_certificate", default=True):
        changes["skipverify"] = True
    if storage_class := config.text("storage_class"):
        changes["storageclass"] = storage_class
    elif config.switch("reduced_redundancy", default=False):
        changes["storageclass"] = "REDUCED_REDUNDANCY"
    kms_key = config.text("kms_key")
    if kms_key or config.switch("server_side_encryption", default=False):
        changes |= {"encrypt": True} | ({"keyid": kms_key} if kms_key else {})
    return PartialSettings(changes, (*half_pair_remark(*keys), *_remarks(config)))


def _store(config: _Config) -> dict[str, Value]:
    """The endpoint, none for Amazon S3, and whether the bucket is in the path."""
    secure = config.switch("use_https", default=True)
    host = _host(config, "host_base", _AMAZON)
    changes: dict[str, Value] = {"secure": secure}
    if host != _AMAZON:
        changes["regionendpoint"] = f"http{'s' if secure else ''}://{host}"
    if "host_bucket" in config.values:
        changes["forcepathstyle"] = _BUCKET not in _host(config, "host_bucket")
    return changes


def _host(config: _Config, name: str, default: str = "") -> str:
    """A host with its port, in lower case as s3cmd sends it; `use_https` decides on the scheme, not a scheme here."""
    return re.sub("^https?://", "", config.text(name, default).lower()).rstrip("/") or default


def _region(config: _Config) -> dict[str, Value]:
    """The region; the older names of Amazon's locations have no meaning to other stores, to which s3cmd sends them."""
    location = config.text("bucket_location")
    match location.upper():
        case "" | "US":
            return {}
        case "EU":
            return {"region": "eu-west-1"}
    return {"region": location}


def _remarks(config: _Config) -> Iterator[str]:
    if config.text("access_token"):
        yield "The s3cmd keys are temporary, and registries do not support session tokens in their configuration."
    host, bucket_host = _host(config, "host_base", _AMAZON), _host(config, "host_bucket", f"{_BUCKET}.{_AMAZON}")
    if _BUCKET in bucket_host and bucket_host != f"{_BUCKET}.{host}":
        yield '"host_bucket" and "host_base" have different hosts. The endpoint is set to "host_base". Check it.'
