"""Why a registry would not start in the environment of this machine: its SDK stops at a variable or at a file.

Sources: `envConfigLoad`, `newSession` and `setFromIniFiles` in `aws/session` of aws-sdk-go 1.15.11 and 1.55.5. The
driver of the 2.x line first opens a session without the keys of its settings, and so reads files that it does not use.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from wizard.catalog.registries import registry_of
from wizard.catalog.registries.aws_files import CONFIG_FILE, CREDENTIALS_FILE, AwsFile
from wizard.catalog.registries.ini.sections import IniError
from wizard.catalog.registries.ini.tokens import TOKENS
from wizard.catalog.registries.sdk import LOAD_CONFIG, ConfigFile, Sdk, is_set
from wizard.model.settings import Settings
from wizard.s3.ca_bundle import bundle_problem

_SOURCES = ("source_profile", "credential_source", "credential_process", "web_identity_token_file")
_NEED_ROLE = ("source_profile", "credential_source", "web_identity_token_file")
_SSO = ("sso_session", "sso_region", "sso_account_id", "sso_start_url", "sso_role_name")
_READ_ALWAYS = ("credential_process", "web_identity_token_file", "aws_access_key_id", "aws_secret_access_key")
_REGIONAL = {"sts_regional_endpoints": ("legacy", "regional"), "s3_us_east_1_regional_endpoint": ("legacy", "regional")}
_STRICT_VALUES = {**_REGIONAL, "ec2_metadata_service_endpoint_mode": ("ipv4", "ipv6")}
_MAX_PORT = 65535
_Profiles = Mapping[str, Mapping[str, str]]


class ProfileProblem(NamedTuple):
    """`file`: the name that is displayed. `text`: what the profile in it is or has; empty if it cannot be parsed."""

    file: str
    text: str = ""


def startup_problem(settings: Settings, environment: Mapping[str, str] = os.environ) -> str:
    """A sentence on why the registry would not start in this environment; empty if it would.

    It may have another one, so that it is no failure. Files count here where the keys are elsewhere, in the settings or
    in variables: where they are read for keys, `environment_credentials` refuses them.
    """
    registry = registry_of(settings.registry)
    if problem := bundle_problem(settings):
        return problem
    if text := next(_in_variables(registry.sdk, environment), ""):
        return f"On this machine, {text}. {registry.title} won't start with that."
    has_pair = bool(settings.accesskey and settings.secretkey)
    if not (has_pair or registry.sdk.key_variables_in(environment)):
        return ""
    found = profile_problem(registry.sdk, environment, has_keys=True)
    if found is None:
        return ""
    text = f"the profile in {found.file} {found.text}" if found.text else f"{found.file} cannot be parsed"
    return f"On this machine, {text}. {registry.title} won't start with that."


def _in_variables(sdk: Sdk, environment: Mapping[str, str]) -> Iterator[str]:
    for name, accepted in sdk.strict_variables.items():
        value = environment.get(name, "").strip().lower()
        if value and value not in map(str.lower, accepted):
            yield f"{name} is not {' or '.join(accepted)}"
    files = [(name, environment.get(name, "")) for name in sdk.client_certificate_variables]
    for name, path in files:
        if path and not os.access(Path(path), os.R_OK):
            yield f"{name} names a file that cannot be read"
    if len({bool(path) for _, path in files}) > 1:
        yield f"only one of {' and '.join(name for name, _ in files)} is set"
    port = environment.get("AWS_CSM_PORT", "")
    if (
        files
        and is_set("AWS_CSM_ENABLED", environment)
        and port
        and not (port.isdecimal() and int(port[:6]) <= _MAX_PORT)
    ):
        yield "AWS_CSM_PORT is not a port"


def profile_problem(sdk: Sdk, environment: Mapping[str, str], *, has_keys: bool) -> ProfileProblem | None:
    """What the files of the environment have that keeps the registry from starting; None if nothing does.

    `has_keys`: whether the settings or variables have keys. A registry of the 3.x line then ignores an error, unless
    a variable names the profile or the configuration file is read.
    """
    is_loaded = is_set(LOAD_CONFIG, environment)
    is_classic = sdk.config_file is ConfigFile.NEVER
    if not is_classic and has_keys and not (is_loaded or sdk.profile_variable_in(environment)):
        return None
    dialect = sdk.dialect()._replace(headings=TOKENS.headings) if is_classic else sdk.dialect()  # as in the session
    files: dict[AwsFile, _Profiles] = {}
    has_config = is_loaded or sdk.reads_config_file(environment)
    for file in (CONFIG_FILE, CREDENTIALS_FILE) if has_config else (CREDENTIALS_FILE,):
        try:
            files[file] = file.profiles_in(environment, dialect)
        except IniError:
            return ProfileProblem(file.name_in(environment))
    variables = sdk.profile_variables if has_config else sdk.profile_variables[:1]
    profile = next(filter(None, map(environment.get, variables)), "default")
    names = [file.name_in(environment) for file, profiles in files.items() if profile in profiles]
    if not names or sdk.config_file is ConfigFile.ALWAYS:
        return None
    texts = (
        _classic_problems(profile, [*files.values()], may_need_code=is_loaded and not sdk.key_variables_in(environment))
        if is_classic
        else _problems(profile, [*files.values()], is_loaded=is_loaded)
    )
    return next((ProfileProblem(names[0], text) for text in texts), None)


def _classic_problems(profile: str, files: list[_Profiles], *, may_need_code: bool) -> Iterator[str]:
    """As 1.15 reads a profile: a role and its source count where they are in the same file."""
    sections = [profiles.get(profile, {}) for profiles in files]
    roles = [section for section in sections if section.get("role_arn") and section.get("source_profile")]
    if not roles:
        return
    source = roles[-1]["source_profile"]
    if not any(_has_pair(profiles.get(source, {})) for profiles in files):
        yield "has a role whose `source_profile` has no keys"
    if may_need_code and roles[-1].get("mfa_serial"):
        yield "has a role with `mfa_serial`"


def _problems(profile: str, files: list[_Profiles], *, is_loaded: bool) -> Iterator[str]:
    """As 1.55 reads a profile: the values of both files together, most of them only on request."""
    merged = {name: value for profiles in files for name, value in profiles.get(profile, {}).items()}
    values = merged if is_loaded else {name: merged[name] for name in _READ_ALWAYS if name in merged}
    for name, accepted in _STRICT_VALUES.items():
        if values.get(name) and values[name].strip().lower() not in accepted:
            yield f"has a `{name}` that is not {' or '.join(accepted)}"
    if any(map(values.get, _NEED_ROLE)) and not values.get("role_arn"):
        yield (
            "has a source of keys for a role, and no `role_arn`"
            if is_loaded
            else ("has a `web_identity_token_file`, whose `role_arn` is only read with AWS_SDK_LOAD_CONFIG")
        )
    if len([*filter(None, map(values.get, _SOURCES))]) > 1:
        yield f"has more than one of {', '.join(_SOURCES)}"
    if source := values.get("source_profile"):
        found = {name: value for profiles in files for name, value in profiles.get(source, {}).items()}
        own = ("source_profile",) if source == profile else ()
        has_source = any(found.get(name) for name in itertools.chain(_SOURCES, _SSO) if name not in own)
        if not has_source and not any(_has_pair(profiles.get(source, {})) for profiles in files):
            yield "has a role whose `source_profile` has no keys"
    if (session := values.get("sso_session")) and not any(f"sso-session {session}" in profiles for profiles in files):
        yield "has an `sso_session` that is missing"


def _has_pair(section: Mapping[str, str]) -> bool:
    return bool(section.get("aws_access_key_id") and section.get("aws_secret_access_key"))
