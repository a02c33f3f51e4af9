"""A profile of the AWS command line (https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.formats.format import FormatError
from wizard.formats.sources.ini import config_path, list_names, read_sections
from wizard.formats.sources.source import PartialSettings, rename_values
from wizard.model.findings import Value
from wizard.model.secret import Secret
from wizard.text.sanitize import sanitize


def read_profile(name: str) -> PartialSettings:
    """Keys, region, endpoint and addressing style of a profile; `FormatError` if there is none of that name."""
    credentials = read_sections(config_path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"))
    config = read_sections(config_path("AWS_CONFIG_FILE", "~/.aws/config"))
    section = name if name == "default" else f"profile {name}"
    if name not in credentials and section not in config:
        names = {*credentials, *(s.removeprefix("profile ") for s in config if not s.startswith("services"))}
        raise FormatError(f"There is no AWS profile {sanitize(name, 60)}. {list_names('profiles', sorted(names))}")
    profile = {**config.get(section, {}), **credentials.get(name, {})}
    profile["endpoint_url"] = _endpoint(profile, config)
    changes = rename_values(
        profile, {"aws_access_key_id": "accesskey", "region": "region", "endpoint_url": "regionendpoint"}
    )
    changes |= _path_style(profile)
    if profile.get("aws_secret_access_key"):
        changes["secretkey"] = Secret(profile["aws_secret_access_key"])
    return PartialSettings(changes, tuple(_remarks(profile)))


def _endpoint(profile: Mapping[str, str], config: Mapping[str, Mapping[str, str]]) -> str:
    services = config.get(f"services {profile.get('services', '')}", {})
    return _s3_value(services, "endpoint_url") or profile.get("endpoint_url", "")


def _path_style(profile: Mapping[str, str]) -> dict[str, Value]:
    style = _s3_value(profile, "addressing_style")
    return {"forcepathstyle": style == "path"} if style in ("path", "virtual") else {}


def _s3_value(section: Mapping[str, str], name: str) -> str:
    """A value of the nested section `s3`, whose lines are indented below `s3 =`."""
    pairs = (line.partition("=") for line in section.get("s3", "").splitlines())
    return next((value.strip() for key, _, value in pairs if key.strip() == name), "")


def _remarks(profile: Mapping[str, str]) -> Iterator[str]:
    if profile.get("aws_session_token"):
        yield "The profile's keys are temporary: no registry takes a session token from its configuration."
    if any(name.startswith(("role_", "sso_", "source_profile", "credential_process")) for name in profile):
        yield "The profile takes a role or signs in: a registry cannot. Give it a key pair, or a role of its own."
