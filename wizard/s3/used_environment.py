"""What of this machine a connection depends on, because the registry may not have it: variables, files, host names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from wizard.model.endpoint import Endpoint, is_loopback, scheme_of, url_of
from wizard.model.settings import Settings
from wizard.s3.ca_bundle import bundle_of_environment
from wizard.s3.proxies import proxy_of

_HOSTS = Path("/etc/hosts")
_REGION = ("AWS_REGION", "AWS_DEFAULT_REGION")
_TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_ENVIRONMENT = (
    ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"),
    ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"),
    ("AWS_SESSION_TOKEN",),
)
_SOURCES = {  # by botocore's names of the methods
    "shared-credentials-file": "~/.aws/credentials",
    "config-file": "~/.aws/config",
    "sso": "~/.aws/config",
    "custom-process": "~/.aws/config",
    "assume-role": "~/.aws/config",
    "assume-role-with-web-identity": "AWS_WEB_IDENTITY_TOKEN_FILE",
    "container-role": "the role of this container",
    "iam-role": "the role of this EC2 instance",
}


def used_environment(
    settings: Settings, credentials_method: str, environment: Mapping[str, str] = os.environ
) -> tuple[str, ...]:
    """The names of what is used, without any value.

    `credentials_method` is botocore's name of the source of the credentials; empty if they are in the settings.
    """
    return tuple(dict.fromkeys(_used(settings, credentials_method, environment)))


def _used(settings: Settings, credentials_method: str, environment: Mapping[str, str]) -> Iterator[str]:
    if proxy := proxy_of(settings):
        yield proxy.variable
    if credentials_method == "env":
        for names in _ENVIRONMENT:
            yield from [name for name in names if environment.get(name)][:1]
    elif credentials_method == "shared-credentials-file" and environment.get("AWS_SHARED_CREDENTIALS_FILE"):
        yield "AWS_SHARED_CREDENTIALS_FILE"
    elif credentials_method:
        yield _SOURCES.get(credentials_method, credentials_method)
    if credentials_method and credentials_method != "env" and environment.get("AWS_PROFILE"):
        yield "AWS_PROFILE"
    if not settings.region:
        yield from [name for name in _REGION if environment.get(name)][:1]
    if scheme_of(settings) == "https" and not settings.skipverify:
        names = ("AWS_CA_BUNDLE",) if bundle_of_environment(settings) else _TRUST
        yield from (name for name in names if environment.get(name))
    if not is_loopback(settings) and _is_in_hosts(Endpoint.parse(url_of(settings)).host):
        yield str(_HOSTS)


def _is_in_hosts(host: str) -> bool:
    """Whether the file of host names has a line for the host."""
    try:
        lines = _HOSTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    return any(host.lower() in line.partition("#")[0].lower().split()[1:] for line in lines)
