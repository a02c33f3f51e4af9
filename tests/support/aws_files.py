"""Variables and files of the AWS command line with which registries start, or do not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

KEYS = "aws_access_key_id = AKIAFILE\naws_secret_access_key = secret\n"
ROLE = "role_arn = arn:aws:iam::123456789012:role/x\nsource_profile = base\n"
LOADED = {"AWS_SDK_LOAD_CONFIG": "1"}
NAMED = {"AWS_PROFILE": "default"}
DIRTY = f"[default]\n{KEYS}a line\n"
OPEN = f"[default\n{KEYS}"
NO_VALUE = f"[default]\n{KEYS}region = # none\n"

_2, _3 = "distribution-2", "distribution-3"
# The registries that do not start, with keys in the settings. The files are `credentials` and, after it, `config`.
STARTS: Mapping[str, tuple[Mapping[str, str], tuple[str, ...], tuple[str, ...]]] = {
    "endpoint of S3": ({"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "x"}, (), (_3,)),
    "endpoint of STS": ({"AWS_STS_REGIONAL_ENDPOINTS": "x"}, (), (_3,)),
    "endpoint in capitals": ({"AWS_STS_REGIONAL_ENDPOINTS": "REGIONAL"}, (), ()),
    "ARN region": ({"AWS_S3_USE_ARN_REGION": "1"}, (), (_3,)),
    "dual stack": ({"AWS_USE_DUALSTACK_ENDPOINT": "1"}, (), (_3,)),
    "FIPS": ({"AWS_USE_FIPS_ENDPOINT": "1"}, (), (_3,)),
    "metadata mode": ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "x"}, (), (_3,)),
    "client certificate": ({"AWS_SDK_GO_CLIENT_TLS_CERT": "/missing"}, (), (_3,)),
    "client certificate without key": ({"AWS_SDK_GO_CLIENT_TLS_CERT": __file__}, (), (_3,)),
    "monitoring": ({"AWS_CSM_ENABLED": "true", "AWS_CSM_PORT": "70000"}, (), (_3,)),
    "monitoring off": ({"AWS_CSM_ENABLED": "x", "AWS_CSM_PORT": "70000"}, (), ()),
    "no matter": ({"AWS_RETRY_MODE": "x", "AWS_MAX_ATTEMPTS": "x", "AWS_ENABLE_ENDPOINT_DISCOVERY": "x"}, (), ()),
    "absent profile": ({"AWS_PROFILE": "absent", **LOADED}, (f"[default]\n{KEYS}",), ()),
    "a line": ({}, (DIRTY,), (_2,)),
    "open section": ({}, (OPEN,), (_2,)),
    "open section, profile": (NAMED, (OPEN,), (_2, _3)),
    "open section, config": (LOADED, ("", OPEN), (_2, _3)),
    "open section, unread config": ({}, ("", OPEN), ()),
    "no value, profile": (NAMED, (NO_VALUE,), (_3,)),
    "role without keys": ({}, (f"[default]\n{ROLE}",), (_2,)),
    "role without keys, config": (LOADED, ("", f"[default]\n{ROLE}"), (_2, _3)),
    "role of another profile": (
        {**LOADED, "AWS_DEFAULT_PROFILE": "p"},
        ("", f"[profile p]\n{ROLE}"),
        (_2, _3),
    ),
    "role": (LOADED, ("", f"[default]\n{ROLE}[profile base]\n{KEYS}"), ()),
    "role with code": (LOADED, ("", f"[default]\n{ROLE}mfa_serial = x\n[profile base]\n{KEYS}"), (_2,)),
    "web identity": (NAMED, ("[default]\nrole_arn = x\nweb_identity_token_file = /x\n",), (_3,)),
    "two sources": (LOADED, ("", f"[default]\n{ROLE}credential_process = x\n"), (_2, _3)),
    "no role": (LOADED, ("", "[default]\nsource_profile = base\n"), (_3,)),
    "SSO session": (LOADED, ("", "[default]\nsso_session = missing\n"), (_3,)),
    "endpoint in config": (LOADED, ("", "[default]\nsts_regional_endpoints = x\n"), (_3,)),
    "CA bundle in config": (LOADED, ("", "[default]\nca_bundle = /missing\n"), (_3,)),
    "FIPS in config": (LOADED, ("", "[default]\nuse_fips_endpoint = x\n"), ()),
}


def write_aws_files(
    home: Path, variables: Mapping[str, str], files: tuple[str, ...], patch: pytest.MonkeyPatch
) -> None:
    """Writes `credentials` and `config`, and sets the variables for this process."""
    (home / ".aws").mkdir(exist_ok=True)
    for name, text in zip(("credentials", "config"), files, strict=False):
        (home / ".aws" / name).write_bytes(text.encode())
    for name, value in {**variables, "HOME": str(home)}.items():
        patch.setenv(name, value)
