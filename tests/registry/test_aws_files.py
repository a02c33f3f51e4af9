"""What a real registry makes of the variables and files of the AWS command line, and what a validation says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from tests.registry.exercise import Programs, ask_registry, start_registry
from tests.registry.registries import DISTRIBUTION_3, OFFICIAL_2_8, RealRegistry
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.s3_requests import Environ, access_key_of
from wizard.model.secret import Secret
from wizard.s3.client import Store
from wizard.s3.errors import NoCredentials
from wizard.s3.startup import startup_problem

pytestmark = pytest.mark.ci_server
each_registry = pytest.mark.parametrize("registry", [OFFICIAL_2_8, DISTRIBUTION_3], ids=lambda each: each.name)

KEYS = "aws_access_key_id = AKIAFILE\naws_secret_access_key = secret\n"
ROLE = "role_arn = arn:aws:iam::123456789012:role/x\nsource_profile = base\n"
LOADED = {"AWS_SDK_LOAD_CONFIG": "1"}
NAMED = {"AWS_PROFILE": "default"}
DIRTY = f"[default]\n{KEYS}a line\n"
OPEN = f"[default\n{KEYS}"
NO_VALUE = f"[default]\n{KEYS}region = # none\n"

# The registries that do not start, with keys in the settings. The files are `credentials` and, after it, `config`.
STARTS: Mapping[str, tuple[Mapping[str, str], tuple[str, ...], tuple[RealRegistry, ...]]] = {
    "endpoint of S3": ({"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "x"}, (), (DISTRIBUTION_3,)),
    "endpoint of STS": ({"AWS_STS_REGIONAL_ENDPOINTS": "x"}, (), (DISTRIBUTION_3,)),
    "endpoint in capitals": ({"AWS_STS_REGIONAL_ENDPOINTS": "REGIONAL"}, (), ()),
    "ARN region": ({"AWS_S3_USE_ARN_REGION": "1"}, (), (DISTRIBUTION_3,)),
    "dual stack": ({"AWS_USE_DUALSTACK_ENDPOINT": "1"}, (), (DISTRIBUTION_3,)),
    "FIPS": ({"AWS_USE_FIPS_ENDPOINT": "1"}, (), (DISTRIBUTION_3,)),
    "metadata mode": ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "x"}, (), (DISTRIBUTION_3,)),
    "client certificate": ({"AWS_SDK_GO_CLIENT_TLS_CERT": "/missing"}, (), (DISTRIBUTION_3,)),
    "client certificate without key": ({"AWS_SDK_GO_CLIENT_TLS_CERT": __file__}, (), (DISTRIBUTION_3,)),
    "monitoring": ({"AWS_CSM_ENABLED": "true", "AWS_CSM_PORT": "70000"}, (), (DISTRIBUTION_3,)),
    "monitoring off": ({"AWS_CSM_ENABLED": "x", "AWS_CSM_PORT": "70000"}, (), ()),
    "no matter": ({"AWS_RETRY_MODE": "x", "AWS_MAX_ATTEMPTS": "x", "AWS_ENABLE_ENDPOINT_DISCOVERY": "x"}, (), ()),
    "absent profile": ({"AWS_PROFILE": "absent", **LOADED}, (f"[default]\n{KEYS}",), ()),
    "a line": ({}, (DIRTY,), (OFFICIAL_2_8,)),
    "open section": ({}, (OPEN,), (OFFICIAL_2_8,)),
    "open section, profile": (NAMED, (OPEN,), (OFFICIAL_2_8, DISTRIBUTION_3)),
    "open section, config": (LOADED, ("", OPEN), (OFFICIAL_2_8, DISTRIBUTION_3)),
    "open section, unread config": ({}, ("", OPEN), ()),
    "no value, profile": (NAMED, (NO_VALUE,), (DISTRIBUTION_3,)),
    "role without keys": ({}, (f"[default]\n{ROLE}",), (OFFICIAL_2_8,)),
    "role without keys, config": (LOADED, ("", f"[default]\n{ROLE}"), (OFFICIAL_2_8, DISTRIBUTION_3)),
    "role": (LOADED, ("", f"[default]\n{ROLE}[profile base]\n{KEYS}"), ()),
    "role with code": (LOADED, ("", f"[default]\n{ROLE}mfa_serial = x\n[profile base]\n{KEYS}"), (OFFICIAL_2_8,)),
    "web identity": (NAMED, ("[default]\nrole_arn = x\nweb_identity_token_file = /x\n",), (DISTRIBUTION_3,)),
    "two sources": (LOADED, ("", f"[default]\n{ROLE}credential_process = x\n"), (OFFICIAL_2_8, DISTRIBUTION_3)),
    "no role": (LOADED, ("", "[default]\nsource_profile = base\n"), (DISTRIBUTION_3,)),
    "SSO session": (LOADED, ("", "[default]\nsso_session = missing\n"), (DISTRIBUTION_3,)),
    "endpoint in config": (LOADED, ("", "[default]\nsts_regional_endpoints = x\n"), (DISTRIBUTION_3,)),
    "CA bundle in config": (LOADED, ("", "[default]\nca_bundle = /missing\n"), (DISTRIBUTION_3,)),
    "FIPS in config": (LOADED, ("", "[default]\nuse_fips_endpoint = x\n"), ()),
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for the validation and for the registry."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".aws").mkdir()
    return tmp_path


def environment_with(
    home: Path, variables: Mapping[str, str], files: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The variables of the registry, which are set for the validation, too."""
    for name, text in zip(("credentials", "config"), files, strict=False):
        (home / ".aws" / name).write_bytes(text.encode())
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return {"HOME": str(home), **variables}


@each_registry
@pytest.mark.parametrize("name", STARTS)
def test_a_registry_starts_unless_the_validation_says_that_it_does_not(
    registry: RealRegistry, name: str, home: Path, store: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables, files, failing = STARTS[name]
    environment = environment_with(home, variables, files, monkeypatch)
    settings = store.settings(**registry.settings)
    outcome = start_registry(Programs.require(registry), settings, environment)
    assert (outcome.failed_stage == "start") is (registry in failing), outcome.message
    assert bool(startup_problem(settings)) is (registry in failing)


# The access keys that the registries sign with, without keys in the settings; None for none, also where they stop.
FOUND: Mapping[str, tuple[str, str | None, str | None]] = {
    "plain": (f"[default]\n{KEYS}", "AKIAFILE", "AKIAFILE"),
    "a line": (DIRTY, None, "AKIAFILE"),
    "no value": (NO_VALUE, "AKIAFILE", None),
    "capitals": (f"[default]\n{KEYS.upper()}", None, None),
    "section in capitals": (f"[DEFAULT]\n{KEYS}", None, None),
    "byte order mark": (f"\ufeff[default]\n{KEYS}", "AKIAFILE", None),
    "key twice": (f"[default]\naws_access_key_id = AKIAFIRST\n{KEYS}", "AKIAFILE", "AKIAFILE"),
    "section twice": (
        "[default]\naws_access_key_id = AKIAFILE\n[default]\naws_secret_access_key = x\n",
        "AKIAFILE",
        None,
    ),
    "both names": (f"[profile default]\n{KEYS.replace('FILE', 'OTHER')}[default]\n{KEYS}", "AKIAFILE", "AKIAFILE"),
    "other name": (f"[profile default]\n{KEYS}", None, "AKIAFILE"),
    "comment": (f"[default]\n{KEYS.replace('FILE', 'FILE # mine')}", "AKIAFILE", "AKIAFILE"),
    "no blank before": (f"[default]\n{KEYS.replace('FILE', 'FILE#mine')}", "AKIAFILE", "AKIAFILE#mine"),
    "continued": (f"[default]\n{KEYS.replace('FILE', chr(10) + '  FILE')}", None, "AKIA"),
    "backslash": (f"[default]\n{KEYS.replace('FILE', chr(92) + chr(10) + 'FILE')}", "AKIAFILE", "AKIA\\"),
    "half": ("[default]\naws_access_key_id = AKIAFILE\n", None, None),
    "CRLF": (f"[default]\n{KEYS}".replace("\n", "\r\n"), "AKIAFILE", "AKIAFILE"),
    "colons": (f"[default]\n{KEYS.replace('=', ':')}", "AKIAFILE", "AKIAFILE"),
    "quotes": ('[default]\naws_access_key_id = "AKIAFILE"\naws_secret_access_key = "x"\n', "AKIAFILE", "AKIAFILE"),
    "one quote": (f"[default]\n{KEYS.replace('AKIA', chr(34) + 'AKIA')}", '"AKIAFILE', None),
    "blanks in section": (f"[ default ]\n{KEYS}", None, "AKIAFILE"),
    "process": ("[default]\ncredential_process = cat /missing\n", None, None),
    "web identity": ("[default]\nrole_arn = x\nweb_identity_token_file = /x\n", None, None),
}


@pytest.fixture
def seen() -> Iterator[tuple[FaultyStore, list[str]]]:
    """A store, and the access keys of its calls."""
    keys: list[str] = []

    def record(environ: Environ, call_next: CallNext) -> Response:
        keys.append(access_key_of(environ) or "")
        return call_next(environ)

    with FaultyStore(record) as store:
        yield store, keys


@each_registry
@pytest.mark.parametrize("name", FOUND)
def test_a_validation_signs_with_the_key_that_the_registry_finds(
    registry: RealRegistry,
    name: str,
    home: Path,
    seen: tuple[FaultyStore, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text, *expected = FOUND[name]
    store, keys = seen
    environment = environment_with(home, {}, (text,), monkeypatch)
    settings = store.settings(**registry.settings, accesskey="", secretkey=Secret())
    key = expected[registry is DISTRIBUTION_3]
    outcome = ask_registry(Programs.require(registry), settings, environment)
    assert set(keys) == ({key} if key else set()), outcome.message
    keys.clear()
    try:
        Store(settings).call("HeadBucket", Bucket=settings.bucket)
    except NoCredentials:
        assert key is None
    assert set(keys) == ({key} if key else set())


@each_registry
def test_a_tilde_in_a_variable_is_no_home(
    registry: RealRegistry, home: Path, seen: tuple[FaultyStore, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, keys = seen
    variables = {"AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials"}
    environment = environment_with(home, variables, (f"[default]\n{KEYS}",), monkeypatch)
    settings = store.settings(**registry.settings, accesskey="", secretkey=Secret())
    assert ask_registry(Programs.require(registry), settings, environment).failed_stage == "pull"
    with pytest.raises(NoCredentials):
        Store(settings).call("HeadBucket", Bucket=settings.bucket)
    assert keys == []


@each_registry
def test_a_registry_makes_no_call_over_http_with_a_proxy_in_a_cgi_program(
    registry: RealRegistry, store: LiveStore
) -> None:
    environment = {"REQUEST_METHOD": "GET", "HTTP_PROXY": "http://127.0.0.1:1"}
    outcome = ask_registry(Programs.require(registry), store.settings(**registry.settings), environment)
    assert "refusing to use HTTP_PROXY value in CGI environment" in outcome.message
