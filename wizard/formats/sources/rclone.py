"""A remote of rclone (https://rclone.org/s3/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.formats.format import FormatError
from wizard.formats.sources.ini import config_path, list_names, plain_value, read_sections
from wizard.formats.sources.source import PartialSettings, half_pair_remark, key_pair, rename_values
from wizard.text.sanitize import sanitize

_NAMES = {
    "region": "region",
    "endpoint": "regionendpoint",
    "acl": "objectacl",
    "storage_class": "storageclass",
    "sse_kms_key_id": "keyid",
}


def read_remote(address: str) -> PartialSettings:
    """The settings of a remote, named as `remote` or `remote:bucket/path`.

    Raises `FormatError` if there is no remote of that name, or it is not of type s3.
    """
    name, _, path = address.partition(":")
    config = read_sections(config_path("RCLONE_CONFIG", "~/.config/rclone/rclone.conf"))
    if name not in config:
        raise FormatError(f"There is no rclone remote {sanitize(name, 60)}. {list_names('remotes', sorted(config))}")
    remote = config[name]
    if remote.get("type") != "s3":
        raise FormatError(f"The rclone remote {sanitize(name, 60)} is of another type than s3. Name one of type s3.")
    keys = plain_value(remote, "access_key_id"), plain_value(remote, "secret_access_key")
    changes = key_pair(*keys) | rename_values(remote, _NAMES)
    if remote.get("server_side_encryption"):
        changes["encrypt"] = True
    if (force_path_style := remote.get("force_path_style")) in ("true", "false"):
        changes["forcepathstyle"] = force_path_style == "true"
    changes["v4auth"] = remote.get("v2_auth") != "true"
    if "regionendpoint" in changes and "://" not in str(changes["regionendpoint"]):
        changes["regionendpoint"] = f"https://{changes['regionendpoint']}"
    bucket, _, root = path.strip("/").partition("/")
    if bucket:
        changes["bucket"] = bucket
    if root:
        changes["rootdirectory"] = f"/{root}"
    return PartialSettings(changes, (*half_pair_remark(*keys), *_remarks(remote)))


def _remarks(remote: Mapping[str, str]) -> Iterator[str]:
    if remote.get("session_token"):
        yield "The remote's keys are temporary: no registry takes a session token from its configuration."
    if remote.get("env_auth") == "true":
        yield "The remote takes its keys from the environment: the registry needs them in its own, or a key pair here."
