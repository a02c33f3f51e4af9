"""A profile of the AWS command line (https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html)."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

from wizard.formats.format import FormatError
from wizard.formats.sources.ini import plain_value, read_sections
from wizard.formats.sources.program_file import config_path, errors_in, no_such_name
from wizard.formats.sources.source import PartialSettings, Source, half_pair_remark, key_pair, rename_values
from wizard.model.settings import Value
from wizard.text.sanitize import sanitize


def read_profile(name: str) -> PartialSettings:
    """Keys, region, endpoint and addressing style of a profile; `FormatError` if there is none of that name."""
    credentials, config = _read_files()
    profiles = _profiles(config)
    if name not in credentials and name not in profiles:
        raise no_such_name("AWS profile", name, sorted({*credentials, *profiles}), "AWS profiles", "{} --bucket BUCKET")
    with errors_in(f"AWS profile {sanitize(name, 60)}"):
        return _read(name, credentials, config, profiles)


def list_profiles() -> list[str]:
    """The names of the profiles; `FormatError` if a file is unreadable."""
    credentials, config = _read_files()
    return sorted({*credentials, *_profiles(config)})


def _files() -> tuple[Path, Path]:
    """The paths of the credentials and of the configuration."""
    return (
        config_path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        config_path("AWS_CONFIG_FILE", "~/.aws/config"),
    )


AWS = Source("AWS profile", read_profile, list_profiles, _files)

_Sections = Mapping[str, dict[str, str]]


def _read_files() -> tuple[_Sections, _Sections]:
    """The sections of the credentials and of the configuration."""
    credentials, config = _files()
    return read_sections(credentials), read_sections(config)


def _read(name: str, credentials: _Sections, config: _Sections, profiles: _Sections) -> PartialSettings:
    profile = {**profiles.get(name, {}), **credentials.get(name, {})}
    profile["endpoint_url"] = _endpoint(profile, config)
    keys = _keys(credentials.get(name, {})) or _keys(profiles.get(name, {})) or ("", "")
    changes = key_pair(*keys) | rename_values(profile, {"region": "region", "endpoint_url": "regionendpoint"})
    changes |= _path_style(profile)
    return PartialSettings(changes, (*half_pair_remark(*keys), *_remarks(profile)))


def _profiles(config: Mapping[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The profiles in `~/.aws/config` by name; `FormatError` if the default one is there under both of its names."""
    profiles = {}
    for section, values in config.items():
        name = section if section == "default" else _quoted_name(section, "profile")
        if name and name in profiles:
            raise FormatError(f"The profile {sanitize(name, 60)} has two sections. Remove one of them.")
        if name:
            profiles[name] = values
    return profiles


def _quoted_name(section: str, kind: str) -> str:
    """The name in `profile name` or `profile "a name"`; empty for other sections, as botocore.configloader has it."""
    try:
        parts = shlex.split(section)
    except ValueError:
        return ""
    return parts[1] if len(parts) == 2 and parts[0] == kind else ""


def _keys(section: Mapping[str, str]) -> tuple[str, str] | None:
    """Both keys of a section, of which one can be empty; None if it has neither. Those of two files are not mixed."""
    keys = plain_value(section, "aws_access_key_id"), plain_value(section, "aws_secret_access_key")
    return keys if any(keys) else None


def _endpoint(profile: Mapping[str, str], config: Mapping[str, Mapping[str, str]]) -> str:
    if profile.get("ignore_configured_endpoint_urls", "").lower() == "true":
        return ""
    services = {_quoted_name(section, "services"): values for section, values in config.items()}
    section = services.get(profile.get("services", ""), {}) if profile.get("services") else {}
    return _s3_value(section, "endpoint_url") or profile.get("endpoint_url", "")


def _path_style(profile: Mapping[str, str]) -> dict[str, Value]:
    style = _s3_value(profile, "addressing_style")
    return {"forcepathstyle": style == "path"} if style in ("path", "virtual") else {}


def _s3_value(section: Mapping[str, str], name: str) -> str:
    """A value of the nested section `s3`, whose lines are indented below `s3 =`."""
    pairs = (line.partition("=") for line in section.get("s3", "").split("\n"))
    return plain_value({key.strip(): value.strip() for key, _, value in pairs}, name)


def _remarks(profile: Mapping[str, str]) -> Iterator[str]:
    if profile.get("aws_session_token"):
        yield "The profile's keys are temporary, and registries do not support session tokens in their configuration."
    if any(name.startswith(("role_", "sso_", "source_profile", "credential_process")) for name in profile):
        yield (
            "This profile uses a role or SSO, which registries do not support. Use a key pair, or give the registry "
            "its own role."
        )
