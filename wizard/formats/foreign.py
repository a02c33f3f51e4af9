"""Settings that other programs hold: a profile of the AWS command line, and a remote of rclone.

Neither knows all that a registry needs; what they do not tell stays as it was.
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from wizard.formats.format import FormatError
from wizard.model.findings import Value
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS
from wizard.text.sanitize import sanitize


@dataclass(frozen=True, slots=True)
class ForeignSettings:
    """Changes of settings by name, and what was left aside."""

    changes: Mapping[str, Value]
    remarks: tuple[str, ...] = ()


# The AWS command line (https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html)


def from_aws(profile: str) -> ForeignSettings:
    """What the profile says; `FormatError` when there is none of that name."""
    keys, config = (
        _ini(_place("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")),
        _ini(_place("AWS_CONFIG_FILE", "~/.aws/config")),
    )
    head = profile if profile == "default" else f"profile {profile}"
    if profile not in keys and head not in config:
        names = sorted({*keys, *(name.removeprefix("profile ") for name in config if not name.startswith("services"))})
        raise FormatError(f"There is no AWS profile {sanitize(profile, 60)}. {_there_are('profiles', names)}")
    told = {**config.get(head, {}), **keys.get(profile, {})}
    told |= {"endpoint_url": _aws_endpoint(told, config)}
    changes = _texts(told, {"aws_access_key_id": "accesskey", "region": "region", "endpoint_url": "regionendpoint"})
    changes |= _aws_addressing(told)
    if told.get("aws_secret_access_key"):
        changes["secretkey"] = Secret(told["aws_secret_access_key"])
    return ForeignSettings(changes, tuple(_aws_remarks(told)))


def _aws_endpoint(told: Mapping[str, str], config: Mapping[str, Mapping[str, str]]) -> str:
    services = config.get(f"services {told.get('services', '')}", {})
    return _of_s3(services, "endpoint_url") or told.get("endpoint_url", "")


def _aws_addressing(told: Mapping[str, str]) -> dict[str, Value]:
    style = _of_s3(told, "addressing_style")
    return {"forcepathstyle": style == "path"} if style in ("path", "virtual") else {}


def _of_s3(section: Mapping[str, str], name: str) -> str:
    """A value of the section's own `s3`, whose lines are indented."""
    parted = (line.partition("=") for line in section.get("s3", "").splitlines())
    return next((value.strip() for key, _, value in parted if key.strip() == name), "")


def _aws_remarks(told: Mapping[str, str]) -> Iterator[str]:
    if told.get("aws_session_token"):
        yield "The profile's keys are temporary: no registry takes a session token from its configuration."
    if any(name.startswith(("role_", "sso_", "source_profile", "credential_process")) for name in told):
        yield "The profile takes a role or signs in: a registry cannot. Give it a key pair, or a role of its own."


# rclone (https://rclone.org/s3/)


def from_rclone(remote: str) -> ForeignSettings:
    """What the remote says, as `remote` or `remote:bucket/path`; `FormatError` when there is none of that name."""
    name, _, path = remote.partition(":")
    config = _ini(_place("RCLONE_CONFIG", "~/.config/rclone/rclone.conf"))
    if name not in config:
        raise FormatError(f"There is no rclone remote {sanitize(name, 60)}. {_there_are('remotes', sorted(config))}")
    told = config[name]
    if told.get("type") != "s3":
        raise FormatError(f"The rclone remote {sanitize(name, 60)} is of another type than s3. Name one of type s3.")
    changes = _texts(
        told,
        {
            "access_key_id": "accesskey",
            "region": "region",
            "endpoint": "regionendpoint",
            "acl": "objectacl",
            "storage_class": "storageclass",
            "sse_kms_key_id": "keyid",
        },
    )
    if told.get("secret_access_key"):
        changes["secretkey"] = Secret(told["secret_access_key"])
    if told.get("server_side_encryption"):
        changes["encrypt"] = True
    changes |= _switches(told, {"force_path_style": "forcepathstyle"})
    changes["v4auth"] = told.get("v2_auth") != "true"
    bucket, _, root = path.strip("/").partition("/")
    changes |= {"bucket": bucket} if bucket else {}
    changes |= {"rootdirectory": f"/{root}"} if root else {}
    if changes.get("regionendpoint") and "://" not in str(changes["regionendpoint"]):
        changes["regionendpoint"] = f"https://{changes['regionendpoint']}"
    return ForeignSettings(changes, tuple(_rclone_remarks(told)))


def _rclone_remarks(told: Mapping[str, str]) -> Iterator[str]:
    if told.get("session_token"):
        yield "The remote's keys are temporary: no registry takes a session token from its configuration."
    if told.get("env_auth") == "true":
        yield "The remote takes its keys from the environment: the registry needs them in its own, or a key pair here."


SOURCES: dict[str, Callable[[str], ForeignSettings]] = {"aws": from_aws, "rclone": from_rclone}


# Both


def _place(variable: str, usual: str) -> Path:
    return Path(os.path.expanduser(os.environ.get(variable) or usual))  # noqa: PTH111 - also for a user without home


def _ini(path: Path) -> dict[str, dict[str, str]]:
    """The sections of a file, none where there is no file."""
    parser = configparser.RawConfigParser(strict=False, default_section="", comment_prefixes=("#", ";"))
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, configparser.Error):  # whose text may hold a line with a secret
        raise FormatError(f"{sanitize(path)} could not be read as a file of sections. Look at it there.") from None
    return {name: dict(parser[name]) for name in parser.sections()}


def _there_are(what: str, names: list[str]) -> str:
    return f"There are: {sanitize(', '.join(names), 300)}." if names else f"There are no {what} here at all."


def _texts(told: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Value]:
    return {ours: told[theirs] for theirs, ours in names.items() if told.get(theirs)}


def _switches(told: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Value]:
    return {ours: DECLARATIONS[ours].parse(told[t]) for t, ours in names.items() if told.get(t) in ("true", "false")}
