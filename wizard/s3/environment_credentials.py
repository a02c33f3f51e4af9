"""The credentials that a registry without keys in its configuration finds in its environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime

from wizard.catalog.registries import registry_of
from wizard.catalog.registries.aws_files import CONFIG_FILE, CREDENTIALS_FILE, AwsFile
from wizard.catalog.registries.sdk import Sdk
from wizard.model.redaction import register_credentials
from wizard.model.settings import Settings
from wizard.s3.botocore_internals import (
    AwsProfile,
    CredentialSourceError,
    FoundCredentials,
    TokenRequiredError,
    find_credentials,
)
from wizard.s3.ca_bundle import bundle_of_environment, ca_bundle_path
from wizard.s3.errors import NoCredentials
from wizard.s3.startup import profile_problem

_OPERATION = "connect"
_CONTAINER = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
_EC2 = ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")
_WEB_IDENTITY = "AWS_WEB_IDENTITY_TOKEN_FILE"


def environment_credentials(settings: Settings) -> FoundCredentials | None:
    """The credentials that the registry of `settings` finds; None if there are none.

    They are hidden from then on in everything that is displayed. Raises `NoCredentials` that names the variable or file
    if it leads to none that can be used.
    """
    environment, registry = os.environ, registry_of(settings.registry)
    if not registry.sdk.key_variables_in(environment):
        _refuse_profile(registry.sdk, environment)
    region, profile = registry.region(settings, environment), _profile(settings, registry.sdk, environment)
    try:
        found = find_credentials(environment, region, profile, full_chain=registry.full_credential_chain)
    except TokenRequiredError:
        raise NoCredentials(
            _OPERATION,
            "no credentials for it: this EC2 instance requires tokens (IMDSv2). Allow requests without one (aws ec2 "
            "modify-instance-metadata-options --http-tokens optional), or use Distribution 3",
        ) from None
    except CredentialSourceError as error:
        raise NoCredentials(_OPERATION, f"no credentials {_place(error, registry.sdk, environment)}") from None
    if found:
        register_credentials(found.accesskey, found.secretkey, found.token or "")
        _refuse_unusable(found, environment)
    if found is None and (variable := registry.sdk.profile_variable_in(environment)):
        raise NoCredentials(_OPERATION, f"no credentials of the profile that {variable} names")
    if found and found.method == "env" and _has_expired(environment.get("AWS_CREDENTIAL_EXPIRATION", "")):
        raise NoCredentials(_OPERATION, "no credentials that are still valid", has_expired=True)
    return found


def _refuse_profile(sdk: Sdk, environment: Mapping[str, str]) -> None:
    """Raise `NoCredentials` for a profile with which the registry does not start."""
    problem = profile_problem(sdk, environment, has_keys=False)
    if problem is None:
        return
    what = f"with which the registry starts: the profile in it {problem.text}" if problem.text else "that could be read"
    raise NoCredentials(_OPERATION, f"no credentials in {_named(problem.file)} {what}")


def _profile(settings: Settings, sdk: Sdk, environment: Mapping[str, str]) -> AwsProfile:
    return AwsProfile(
        sdk.profile_in(environment),
        CREDENTIALS_FILE.path_in(environment),
        CONFIG_FILE.path_in(environment) if sdk.reads_config_file(environment) else None,
        sdk.dialect(),
        bundle_of_environment(settings) or ca_bundle_path(),
    )


def _refuse_unusable(found: FoundCredentials, environment: Mapping[str, str]) -> None:
    """Raise `NoCredentials` for text that cannot be signed with, or sent in a header."""
    parts = (
        (found.accesskey, "access key", _is_header, ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY")),
        (found.secretkey, "secret key", _is_utf8, ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY")),
        (found.token or "", "session token", _is_header, ("AWS_SESSION_TOKEN",)),
    )
    for text, label, is_usable, variables in parts:
        if not is_usable(text):
            variable = _first_set(variables, environment) if found.method == "env" else ""
            place = variable or f"the {label} of the source `{found.method}`"
            problem = "not text in UTF-8" if is_usable is _is_utf8 else "not printable ASCII"
            raise NoCredentials(_OPERATION, f"no credentials that can be used, because {place} is {problem}")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_header(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _has_expired(time: str) -> bool:
    """Whether a time, which aws-vault sets, has passed. A wrong one is ignored: the registry does not read it."""
    try:
        expiry = datetime.fromisoformat(time)
        return expiry.replace(tzinfo=expiry.tzinfo or UTC) <= datetime.now(UTC)
    except (ValueError, OverflowError):
        return False


def _place(error: CredentialSourceError, sdk: Sdk, environment: Mapping[str, str]) -> str:
    """Where the credentials were looked for, by the name of a variable and never its value."""
    if error.path:
        is_config = error.path == str(CONFIG_FILE.path_in(environment))
        return _in_file(CONFIG_FILE if is_config else CREDENTIALS_FILE, "could be read", environment)
    match error.method:
        case "container-role":
            return f"at the address in {_first_set(_CONTAINER, environment)}"
        case "iam-role":
            variable = _first_set(_EC2, environment)
            return f"at the address in {variable}" if variable else "of an IAM role that could be read"
        case "assume-role-with-web-identity" if environment.get(_WEB_IDENTITY):
            return f"for the web identity in {_WEB_IDENTITY} and AWS_ROLE_ARN"
    problem = "are complete" if error.is_incomplete else "could be read"
    if error.method == "shared-credentials-file" or not sdk.reads_config_file(environment):
        return _in_file(CREDENTIALS_FILE, problem, environment)
    source = {
        "assume-role": "of the role ",
        "assume-role-with-web-identity": "for the web identity ",
        "sso": "of the SSO session ",
        "custom-process": "of the `credential_process` ",
    }
    return source.get(error.method, "") + _in_file(CONFIG_FILE, problem, environment)


def _in_file(file: AwsFile, problem: str, environment: Mapping[str, str]) -> str:
    return f"in {_named(file.name_in(environment))} that {problem}"


def _named(file: str) -> str:
    """The name of a file, of which it may be the variable."""
    return file if file.startswith("~") else f"the file of {file}"


def _first_set(names: tuple[str, ...], environment: Mapping[str, str]) -> str:
    return next((name for name in names if name in environment), "")
