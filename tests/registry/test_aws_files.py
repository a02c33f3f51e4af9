"""What a real registry makes of the variables and files of the AWS command line, and what a validation says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from werkzeug.wrappers import Response

from tests.registry.exercise import Programs, ask_registry, start_registry
from tests.registry.registries import DISTRIBUTION_3, OFFICIAL_2_8, RealRegistry
from tests.support.aws_files import DIRTY, KEYS, NO_VALUE, STARTS, write_aws_files
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.s3_requests import Environ, access_key_of
from wizard.model.secret import Secret
from wizard.s3.client import Store
from wizard.s3.errors import NoCredentials
from wizard.s3.startup import startup_problem

pytestmark = pytest.mark.ci_server
each_registry = pytest.mark.parametrize("registry", [OFFICIAL_2_8, DISTRIBUTION_3], ids=lambda each: each.name)


def environment_with(
    tmp_path: Path, variables: Mapping[str, str], files: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The variables of the registry, which are set for the validation, too."""
    write_aws_files(tmp_path, variables, files, monkeypatch)
    return {"HOME": str(tmp_path), **variables}


@each_registry
@pytest.mark.parametrize("name", STARTS)
def test_a_registry_starts_unless_the_validation_says_that_it_does_not(
    registry: RealRegistry, name: str, tmp_path: Path, store: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables, files, failing = STARTS[name]
    environment = environment_with(tmp_path, variables, files, monkeypatch)
    settings = store.settings(**registry.settings)
    outcome = start_registry(Programs.require(registry), settings, environment)
    assert (outcome.failed_stage == "start") is (registry.id in failing), outcome.message
    assert bool(startup_problem(settings)) is (registry.id in failing)


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
    tmp_path: Path,
    seen: tuple[FaultyStore, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text, *expected = FOUND[name]
    store, keys = seen
    environment = environment_with(tmp_path, {}, (text,), monkeypatch)
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
    registry: RealRegistry, tmp_path: Path, seen: tuple[FaultyStore, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, keys = seen
    variables = {"AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials"}
    environment = environment_with(tmp_path, variables, (f"[default]\n{KEYS}",), monkeypatch)
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
