"""What of this machine a connection depends on, because the registry may not have it: variables, files, host names."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from wizard.catalog.registries import registry_of
from wizard.catalog.registries.aws_files import CONFIG_FILE, CREDENTIALS_FILE, value_of_profile
from wizard.catalog.registries.sdk import LOAD_CONFIG, ConfigFile, Sdk
from wizard.model.endpoint import Endpoint, is_loopback, scheme_of, url_of
from wizard.model.settings import Settings
from wizard.s3.ca_bundle import bundle_source
from wizard.s3.proxies import proxy_of

_HOSTS = Path("/etc/hosts")
_TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_ENVIRONMENT = (
    ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"),
    ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"),
    ("AWS_SESSION_TOKEN",),
)
# By botocore's names of the methods.
_SOURCES = {
    "container-role": "the role of this container",
    "iam-role": "the role of this EC2 instance",
}
_IN_FILES = {  # what they read there
    "shared-credentials-file": "aws_access_key_id",
    "config-file": "aws_access_key_id",
    "sso": "sso_role_name",
    "custom-process": "credential_process",
    "assume-role": "role_arn",
    "assume-role-with-web-identity": "web_identity_token_file",
}
_WEB_IDENTITY = "AWS_WEB_IDENTITY_TOKEN_FILE"


def used_environment(
    settings: Settings, credentials_method: str, environment: Mapping[str, str] = os.environ
) -> tuple[str, ...]:
    """The names of what is used, without any value.

    `credentials_method` is botocore's name of the source of the credentials; empty if they are in the settings.
    """
    return tuple(dict.fromkeys(_used(settings, credentials_method, environment)))


def credential_source(settings: Settings, method: str, environment: Mapping[str, str] = os.environ) -> str:
    """The name of what the credentials come from; empty if they are in the settings, or if there are none."""
    sdk = registry_of(settings.registry).sdk
    return next(_credential_sources(method, sdk, environment), "")


def _used(settings: Settings, credentials_method: str, environment: Mapping[str, str]) -> Iterator[str]:
    sdk = registry_of(settings.registry).sdk
    if proxy := proxy_of(settings):
        yield proxy.variable
    sources = [*_credential_sources(credentials_method, sdk, environment)]
    if not settings.region:
        sources += filter(None, [sdk.region_source_in(environment)])
    yield from sources
    needs_trust = scheme_of(settings) == "https" and not settings.skipverify
    bundle = bundle_source(settings) if needs_trust else ""
    yield from filter(None, [bundle])
    is_on_request = sdk.config_file is ConfigFile.ON_REQUEST
    if is_on_request and (CONFIG_FILE.name_in(environment) in (*sources, bundle) or "AWS_DEFAULT_REGION" in sources):
        yield LOAD_CONFIG
    if needs_trust and not bundle:
        yield from (name for name in _TRUST if environment.get(name))
    if not is_loopback(settings) and _is_in_hosts(Endpoint.parse(url_of(settings)).host):
        yield str(_HOSTS)


def _credential_sources(method: str, sdk: Sdk, environment: Mapping[str, str]) -> Iterator[str]:
    """Where the credentials come from, by botocore's name of the method."""
    if method == "env":
        for names in _ENVIRONMENT:
            yield from [name for name in names if environment.get(name)][:1]
        return
    if method == "assume-role-with-web-identity" and environment.get(_WEB_IDENTITY):
        yield _WEB_IDENTITY
    elif method in _IN_FILES:
        yield from _files(method, sdk, environment)
    elif method:
        yield _SOURCES.get(method, method)
    if method and (variable := sdk.profile_variable_in(environment)):
        yield variable


def _files(method: str, sdk: Sdk, environment: Mapping[str, str]) -> Iterator[str]:
    """The file that has what the method reads, and the one that has the credentials for a role."""
    files = (CREDENTIALS_FILE, CONFIG_FILE) if sdk.reads_config_file(environment) else (CREDENTIALS_FILE,)
    if method == "config-file":
        files = (CONFIG_FILE,)
    profile = sdk.profile_in(environment)
    yield value_of_profile(_IN_FILES[method], profile, environment, sdk.dialect(), files)[1] or files[0].name_in(
        environment
    )
    if method == "assume-role" and (
        source := value_of_profile("source_profile", profile, environment, sdk.dialect(), files)[0]
    ):
        found = (value_of_profile(name, source, environment, sdk.dialect(), files)[1] for name in _IN_FILES.values())
        yield from itertools.islice(filter(None, found), 1)


def _is_in_hosts(host: str) -> bool:
    """Whether the file of host names has a line for the host."""
    try:
        lines = _HOSTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    return any(host.lower() in line.partition("#")[0].lower().split()[1:] for line in lines)
