"""A remote of rclone (https://rclone.org/s3/)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from wizard.catalog.endpoints import provider_by_host
from wizard.catalog.providers import Provider, providers_with
from wizard.formats.format import FormatError
from wizard.formats.sources.ini import parse_sections, plain_value
from wizard.formats.sources.program_file import config_path, errors_in, no_such_name, read_text
from wizard.formats.sources.source import (
    PartialSettings,
    Source,
    bucket_path,
    half_pair_remark,
    key_pair,
    rename_values,
)
from wizard.model.settings import Value
from wizard.text.sanitize import sanitize

_NAMES = {
    "region": "region",
    "endpoint": "regionendpoint",
    "acl": "objectacl",
    "storage_class": "storageclass",
    "sse_kms_key_id": "keyid",
}
_ENCRYPTED = re.compile(r"(\s*([#;][^\n]*)?\n)*\s*RCLONE_ENCRYPT_V\d+:")  # fs/config/crypt.go
# The providers for which rclone puts the bucket into the host name, of those whose preset does not force a style. Found
# out with rclone 1.75.2, by a listing of each provider on a server on loopback. All others get it in the path.
_BUCKET_IN_HOST = frozenset(
    (
        *("Cubbit", "Dreamhost", "HuaweiOBS", "ImpossibleCloud", "Intercolo", "Leviia", "LyveCloud", "Netease"),
        *("Petabox", "Rabata", "RackCorp", "Selectel", "Servercore", "Synology", "Zata"),
    )
)


def read_remote(address: str) -> PartialSettings:
    """The settings of a remote, named as `remote` or `remote:bucket/path`.

    Raises `FormatError` if there is no remote of that name, or it is not of type s3.
    """
    name, _, path = address.partition(":")
    file, config = _read_config()
    if name not in config:
        raise no_such_name("rclone remote", name, _of_type_s3(config), "rclone remotes", "{}:BUCKET")
    remote = config[name]
    if remote.get("type") != "s3":
        raise FormatError(f"The rclone remote {sanitize(name, 60)} is not of type s3. Choose a remote of type s3.")
    with errors_in(f"{sanitize(file)}, section [{sanitize(name, 60)}]"):
        return _read(remote, path)


def list_remotes() -> list[str]:
    """The names of the remotes of type s3; `FormatError` if the configuration is unreadable."""
    return _of_type_s3(_read_config()[1])


RCLONE = Source("rclone remote", read_remote, list_remotes, lambda: (_config_path(),))


def _config_path() -> Path:
    """Where rclone looks for its configuration (https://rclone.org/docs/#config-string)."""
    folder = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    path = config_path("RCLONE_CONFIG", f"{folder}/rclone/rclone.conf")
    old = config_path("RCLONE_CONFIG", "~/.rclone.conf")
    return old if not os.path.lexists(path) and os.path.lexists(old) else path


def _read_config() -> tuple[Path, dict[str, dict[str, str]]]:
    """The path of the configuration, and its sections."""
    path = _config_path()
    text = read_text(path) or ""
    if _ENCRYPTED.match(text):
        raise FormatError(
            f'{sanitize(path)} is encrypted by rclone. Write a decrypted copy with "rclone config show > '
            'FILE", and set RCLONE_CONFIG to that file.'
        )
    return path, parse_sections(path, text)


def _of_type_s3(config: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The remotes that can be named: a colon ends the name of a remote."""
    of_type = (name for name, remote in config.items() if remote.get("type") == "s3")
    return sorted(name for name in of_type if name and ":" not in name)


def _read(remote: Mapping[str, str], path: str) -> PartialSettings:
    keys = plain_value(remote, "access_key_id"), plain_value(remote, "secret_access_key")
    changes = key_pair(*keys) | rename_values(remote, _NAMES)
    if remote.get("server_side_encryption"):
        changes["encrypt"] = True
    changes["v4auth"] = remote.get("v2_auth") != "true"
    if "regionendpoint" in changes and "://" not in str(changes["regionendpoint"]):
        changes["regionendpoint"] = f"https://{changes['regionendpoint']}"
    provider = _provider(remote, str(changes.get("regionendpoint", "")))
    changes |= _path_style(remote) | _endpoint(changes, provider) | bucket_path(path)
    return PartialSettings(changes, (*half_pair_remark(*keys), *_remarks(remote)), provider.id if provider else "")


def _provider(remote: Mapping[str, str], endpoint: str) -> Provider | None:
    """The preset of the store that rclone's `provider` names. None if the endpoint shows more, or rclone shows nothing.

    Amazon's name with another endpoint says little: many use it for any server.
    """
    name = remote.get("provider", "")
    found = next((provider for provider in providers_with(name) if provider.rclone == name), None) if name else None
    is_clear_from_endpoint = endpoint and (provider_by_host(endpoint) or (found and found.id == "aws"))
    return None if is_clear_from_endpoint else found


def _path_style(remote: Mapping[str, str]) -> dict[str, Value]:
    if (force_path_style := remote.get("force_path_style")) in ("true", "false"):
        return {"forcepathstyle": force_path_style == "true"}
    return {"forcepathstyle": False} if remote.get("provider") in _BUCKET_IN_HOST else {}


def _endpoint(changes: Mapping[str, Value], provider: Provider | None) -> dict[str, Value]:
    """The provider's own endpoint if the remote has none: without one, the store would be Amazon S3."""
    if "regionendpoint" in changes or provider is None or provider.has_placeholder or not provider.endpoint:
        return {}
    return {"regionendpoint": provider.endpoint_for(str(changes.get("region", provider.region)))}


def _remarks(remote: Mapping[str, str]) -> Iterator[str]:
    if remote.get("session_token"):
        yield "The remote's keys are temporary, and registries do not support session tokens in their configuration."
    if remote.get("env_auth") == "true":
        yield (
            "The remote reads its keys from environment variables. Set them for the registry too, or enter a key "
            "pair here."
        )
