"""AWS variables and files of this machine do not change a validation: the registry may not have them."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import botocore
import pytest
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES, DEFAULT_S3_CONFIG_VARS
from botocore.credentials import Credentials
from botocore.session import Session
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.certificates import Certificate, Certificates
from tests.support.enforcing_moto import EnforcingMoto
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.http_server import serve_wsgi
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.reports import NO_REDIRECT, REGISTRY_LINES, finding_of, report_of, result_of
from tests.support.s3_requests import Environ, body_of
from tests.support.samples import sampled
from wizard.model.findings import Cause
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value
from wizard.s3 import botocore_internals as internals

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse


def write_aws_file(name: str, text: str) -> None:
    """Writes `~/.aws/NAME`."""
    folder = Path(os.environ["HOME"], ".aws")
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def keys_of(store: LiveStore) -> str:
    """The lines of a profile with the store's keys."""
    return f"aws_access_key_id = {store.access_key}\naws_secret_access_key = {store.secret_key}\n"


# --- with keys in the settings ---

ENVIRONMENTS: dict[str, Mapping[str, str]] = {
    "endpoint": {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"},
    "attempts": {"AWS_MAX_ATTEMPTS": "5", "AWS_RETRY_MODE": "adaptive"},
    "checksums": {
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_supported",
        "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_supported",
    },
    "CA bundle": {
        "AWS_CA_BUNDLE": "/missing.pem",
        "REQUESTS_CA_BUNDLE": "/missing.pem",
        "CURL_CA_BUNDLE": "/missing.pem",
    },
    "profile": {"AWS_PROFILE": "missing", "AWS_DEFAULT_PROFILE": "missing"},
    "keys": {"AWS_ACCESS_KEY_ID": "AKIAWRONG", "AWS_SECRET_ACCESS_KEY": "wrong", "AWS_SESSION_TOKEN": "wrong"},
    "region": {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"},
    "host names": {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"},
    "defaults": {"AWS_DEFAULTS_MODE": "mobile", "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "legacy"},
}


@pytest.mark.sample
@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_variables_change_nothing(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]
) -> None:
    store = enforcing_moto.store()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert report_of(store.settings(**REGISTRY_LINES["distribution-3"], **NO_REDIRECT)).passed


def test_a_ca_bundle_of_the_environment_is_used_by_3_x_and_named_as_what_keeps_2_x_from_starting(
    moto: Moto, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = moto.store(tls=True)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificates.ca))
    report = report_of(store.settings(**REGISTRY_LINES["distribution-3"]))
    assert report.passed, finding_of(report, report.failed[0])
    assert (report.environment, report.notes) == (("AWS_CA_BUNDLE",), ())
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    report = report_of(store.settings(registry="dtr"))
    assert report.passed
    assert report.environment == ("SSL_CERT_FILE",)
    assert "Docker Trusted Registry won't start where it is set." in report.notes[0]


@pytest.mark.sample
@pytest.mark.parametrize("registry", REGISTRY_LINES)
def test_a_missing_ca_bundle_is_named(store: LiveStore, registry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/missing.pem")
    report = report_of(store.settings(**REGISTRY_LINES[registry]))
    assert report.passed
    assert "AWS_CA_BUNDLE" in report.notes[0]


def test_variables_add_no_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    for environment in ENVIRONMENTS.values():
        for name, value in environment.items():
            if "PROFILE" not in name:  # the clients of the test servers would look for it
                monkeypatch.setenv(name, value)
    with FaultyStore(faults.error("PutObject", 500, "InternalError")) as store:
        assert report_of(store.settings()).failed == ("write",)
        assert store.calls.count("PutObject") <= 2  # one of each object; the run may end before the second


def test_variables_add_no_checksums(monkeypatch: pytest.MonkeyPatch, certificates: Certificates) -> None:
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported")
    headers: list[str] = []

    def record_checksums(environ: Environ, call_next: CallNext) -> Response:
        chunked = ("HTTP_X_AMZ_TRAILER", "HTTP_TRANSFER_ENCODING")
        headers.extend(name for name in environ if "CHECKSUM" in name or name in chunked)
        return call_next(environ)

    with FaultyStore(record_checksums, certificate=certificates.good) as store:
        assert report_of(store.settings(skipverify=True)).passed
        assert headers == []


def test_files_change_nothing(enforcing_moto: EnforcingMoto) -> None:
    text = (
        "endpoint_url = http://127.0.0.1:1\nregion = eu-west-1\nmax_attempts = 9\ns3 =\n  addressing_style = virtual\n"
    )
    services = "services = here\n[services here]\ns3 =\n  endpoint_url = http://127.0.0.1:1\n"
    write_aws_file("config", f"[default]\n{text}{services}")
    write_aws_file("credentials", f"[default]\naws_access_key_id = wrong\naws_secret_access_key = wrong\n{text}")
    assert report_of(enforcing_moto.store().settings(**NO_REDIRECT)).passed


# Every variable that botocore reads, from its own tables and from its source.
def known_variables() -> list[str]:
    tables = (BOTOCORE_DEFAUT_SESSION_VARIABLES, DEFAULT_S3_CONFIG_VARS)
    names = [definition[1] for table in tables for definition in table.values() if definition[1]]
    flat = {name for entry in names for name in ([entry] if isinstance(entry, str) else entry)}
    for module in Path(botocore.__file__).parent.glob("*.py"):
        flat |= set(re.findall(r"['\"]((?:AWS|BOTO|BOTOCORE)_[A-Z0-9_]*[A-Z0-9])['\"]", module.read_text("utf-8")))
    return sorted(flat | {"AWS_ENDPOINT_URL_S3", "AWS_DATA_PATH", "BOTO_CONFIG", "AWS_EC2_METADATA_DISABLED"})


KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
NONSENSE = "nonsense [%"


def test_the_variables_of_botocore_are_found() -> None:
    expected = {*KEYS, "AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE", "AWS_DEFAULTS_MODE", "AWS_CREDENTIAL_EXPIRATION"}
    expected |= {"AWS_STS_REGIONAL_ENDPOINTS", "AWS_METADATA_SERVICE_TIMEOUT", "AWS_CONTAINER_CREDENTIALS_FULL_URI"}
    assert expected < set(known_variables())


@pytest.mark.sample
@pytest.mark.parametrize("registry", REGISTRY_LINES)
def test_nonsense_in_all_variables_changes_nothing_with_keys_in_the_settings(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, registry: str
) -> None:
    store = enforcing_moto.store()
    for name in known_variables():
        monkeypatch.setenv(name, NONSENSE)
    assert report_of(store.settings(**REGISTRY_LINES[registry], **NO_REDIRECT)).passed


@pytest.mark.sample
@pytest.mark.parametrize("registry", REGISTRY_LINES)
def test_nonsense_in_other_variables_changes_nothing_with_keys_in_the_environment(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, registry: str
) -> None:
    store = enforcing_moto.store()
    for name in set(known_variables()) - set(KEYS):
        monkeypatch.setenv(name, NONSENSE)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", store.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", store.secret_key)
    assert report_of(without_keys(store, **REGISTRY_LINES[registry])).passed


# Those in which a registry of the 3.x line looks for credentials. Files that do not exist are no error.
READ_WITHOUT_KEYS = {
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_PROFILE",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
}


@pytest.mark.sample
@pytest.mark.parametrize(("name", "registry"), sampled(itertools.product(known_variables(), REGISTRY_LINES), 3))
def test_nonsense_in_a_variable_without_keys_is_named_or_has_no_effect(
    monkeypatch: pytest.MonkeyPatch, registry: str, name: str
) -> None:
    monkeypatch.setenv(name, NONSENSE)
    settings = Settings(provider="other", bucket="images", regionendpoint="http://127.0.0.1:1", v4auth=True)
    finding = finding_of(report_of(settings.replace(REGISTRY_LINES[registry])), "list")
    assert finding.cause is Cause.NO_CREDENTIALS
    assert NONSENSE not in finding.text
    is_read = name in READ_WITHOUT_KEYS and (registry == "distribution-3" or name == "AWS_PROFILE")
    assert bool(re.search(rf"\b{name}\b", finding.text)) is is_read


def test_service_descriptions_of_this_machine_change_nothing(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for folder in (Path(os.environ["HOME"], ".aws", "models"), tmp_path):
        (folder / "s3" / "2006-03-01").mkdir(parents=True)
        (folder / "s3" / "2006-03-01" / "service-2.json").write_text("nonsense")
        (folder / "endpoints.json").write_text("nonsense")
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    assert report_of(enforcing_moto.store().settings(**NO_REDIRECT)).passed


def test_expired_keys_of_the_environment_are_reported(store: LiveStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z")
    assert finding_of(report_of(without_keys(store)), "list").cause is Cause.EXPIRED_TOKEN


# --- without keys in the settings ---


def without_keys(store: LiveStore, **changes: Value) -> Settings:
    return store.settings(accesskey="", secretkey=Secret(), **NO_REDIRECT, **changes)


@pytest.mark.sample
@pytest.mark.parametrize("registry", REGISTRY_LINES)
def test_keys_are_read_from_variables(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, registry: str
) -> None:
    store = enforcing_moto.store()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", store.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", store.secret_key)
    assert report_of(without_keys(store, **REGISTRY_LINES[registry])).passed


@pytest.mark.sample
@pytest.mark.parametrize("registry", REGISTRY_LINES)
@pytest.mark.parametrize("profile", ["default", "work"])
def test_keys_are_read_from_the_credentials_file(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, profile: str, registry: str
) -> None:
    store = enforcing_moto.store()
    write_aws_file("credentials", f"[{profile}]\n{keys_of(store)}")
    if profile != "default":
        monkeypatch.setenv("AWS_PROFILE", profile)
    assert report_of(without_keys(store, **REGISTRY_LINES[registry])).passed


@pytest.mark.parametrize("registry", REGISTRY_LINES)
def test_keys_are_not_read_from_the_config_file(enforcing_moto: EnforcingMoto, registry: str) -> None:
    store = enforcing_moto.store()
    write_aws_file("config", f"[default]\n{keys_of(store)}credential_process = echo no\n")
    report = report_of(without_keys(store, **REGISTRY_LINES[registry]))
    assert finding_of(report, "list").cause is Cause.NO_CREDENTIALS


# --- the configuration file, for the registries that read it ---

# registry -> the variables that make it read the file, and its settings
READERS: Mapping[str, tuple[Mapping[str, str], dict[str, Value]]] = {
    "distribution-3": ({"AWS_SDK_LOAD_CONFIG": "1"}, REGISTRY_LINES["distribution-3"]),
    "gitlab": ({}, {"registry": "gitlab", "forcepathstyle": True}),
}
each_reader = pytest.mark.parametrize("reader", READERS)


def settings_of_reader(reader: str, store: LiveStore, monkeypatch: pytest.MonkeyPatch, **changes: Value) -> Settings:
    """Settings without keys, in an environment in which the registry reads the configuration file."""
    environment, settings = READERS[reader]
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return without_keys(store, **settings, **changes)


@pytest.mark.sample
@each_reader
def test_keys_are_read_from_the_config_file(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    store = enforcing_moto.store()
    write_aws_file("config", f"[default]\n{keys_of(store)}")
    report = report_of(settings_of_reader(reader, store, monkeypatch))
    assert report.passed
    assert report.environment == ("~/.aws/config", *READERS[reader][0])


def test_the_2_x_line_never_reads_the_config_file(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = enforcing_moto.store()
    write_aws_file("config", f"[default]\n{keys_of(store)}")
    monkeypatch.setenv("AWS_SDK_LOAD_CONFIG", "1")
    report = report_of(without_keys(store, registry="dtr"))
    assert finding_of(report, "list").cause is Cause.NO_CREDENTIALS


@each_reader
def test_the_config_file_can_be_elsewhere(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, reader: str, tmp_path: Path
) -> None:
    store = enforcing_moto.store()
    (tmp_path / "config").write_text(f"[profile work]\n{keys_of(store)}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_DEFAULT_PROFILE", "work")
    report = report_of(settings_of_reader(reader, store, monkeypatch))
    assert report.passed
    assert report.environment == ("AWS_CONFIG_FILE", "AWS_DEFAULT_PROFILE", *READERS[reader][0])


@each_reader
def test_keys_of_the_credentials_file_count_for_more(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    store = enforcing_moto.store()
    write_aws_file("credentials", f"[default]\n{keys_of(store)}")
    write_aws_file("config", "[default]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = other\n")
    report = report_of(settings_of_reader(reader, store, monkeypatch))
    assert report.passed
    assert report.environment == ("~/.aws/credentials",)


@each_reader
def test_keys_come_from_a_process(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, reader: str, tmp_path: Path
) -> None:
    store = enforcing_moto.store()
    keys = {"Version": 1, "AccessKeyId": store.access_key, "SecretAccessKey": store.secret_key}
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    write_aws_file("config", f"[default]\ncredential_process = cat {tmp_path}/keys.json\n")
    report = report_of(settings_of_reader(reader, store, monkeypatch))
    assert report.passed
    assert report.environment == ("~/.aws/config", *READERS[reader][0])


ROLE = "role_arn = arn:aws:iam::123456789012:role/registry\n"


@contextlib.contextmanager
def running_sts(monkeypatch: pytest.MonkeyPatch, certificate: Certificate | None = None) -> Iterator[list[str]]:
    """The service that gives roles, which has its own host; operation, key and region of each request."""
    requests: list[str] = []
    create_client = Session.create_client

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        operation = parse_qs(body_of(environ).decode())["Action"][0]
        scope = re.search(r"Credential=(\w+)/\d+/([\w-]+)", environ.get("HTTP_AUTHORIZATION", ""))
        requests.append(f"{operation} {scope[1]} {scope[2]}" if scope else f"{operation} unsigned")
        expiration = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        keys = "<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>t</SessionToken>"
        credentials = f"<Credentials>{keys}<Expiration>{expiration}</Expiration></Credentials>"
        body = f"<{operation}Response><{operation}Result>{credentials}</{operation}Result></{operation}Response>"
        return Response(body, content_type="text/xml")(environ, start_response)

    with serve_wsgi(answer, certificate) as endpoint:

        def create(self: Session, service: str, *arguments: Any, **options: Any) -> Any:
            more = {"endpoint_url": endpoint} if service == "sts" else {}
            return create_client(self, service, *arguments, **options | more)

        monkeypatch.setattr(Session, "create_client", create)
        yield requests


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """See `running_sts`."""
    with running_sts(monkeypatch) as requests:
        yield requests


@pytest.mark.sample
@each_reader
def test_a_role_has_the_keys_of_its_source_profile(
    sts: list[str], store: LiveStore, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    write_aws_file("config", f"[default]\n{ROLE}source_profile = base\n")
    write_aws_file("credentials", "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = x\n")
    report = report_of(settings_of_reader(reader, store, monkeypatch))
    assert report.passed
    assert set(sts) == {"AssumeRole AKIABASE us-east-1"}
    assert report.environment == ("~/.aws/config", "~/.aws/credentials", *READERS[reader][0])


def test_a_role_is_asked_for_in_the_region_of_the_settings(
    sts: list[str], store: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    write_aws_file("config", f"[default]\n{ROLE}source_profile = default\n{keys_of(store)}")
    report_of(settings_of_reader("gitlab", store, monkeypatch))
    assert set(sts) == {f"AssumeRole {store.access_key} us-east-1"}


def test_the_service_for_roles_is_trusted_as_the_store_is(
    certificates: Certificates, store: LiveStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.ca))
    write_aws_file("config", f"[default]\n{ROLE}source_profile = default\n{keys_of(store)}")
    with running_sts(monkeypatch, certificates.good):
        assert report_of(settings_of_reader("gitlab", store, monkeypatch)).passed


def test_a_role_is_not_read_without_the_config_file(sts: list[str], store: LiveStore) -> None:
    write_aws_file("credentials", f"[default]\n{ROLE}source_profile = default\n{keys_of(store)}")
    assert report_of(without_keys(store, **REGISTRY_LINES["distribution-3"])).passed
    assert sts == []


@pytest.mark.sample
@each_reader
def test_a_role_can_have_keys_of_the_instance(
    sts: list[str], store: LiveStore, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    write_aws_file("config", f"[default]\n{ROLE}credential_source = Ec2InstanceMetadata\n")
    monkeypatch.setattr(
        internals._InstanceProvider, "load", lambda _: Credentials("ASIAINSTANCE", "x", "t", method="iam-role")
    )
    assert report_of(settings_of_reader(reader, store, monkeypatch)).passed
    assert set(sts) == {"AssumeRole ASIAINSTANCE us-east-1"}


@pytest.mark.sample
@each_reader
def test_a_role_can_have_a_web_identity(
    sts: list[str], store: LiveStore, monkeypatch: pytest.MonkeyPatch, reader: str, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("token")
    write_aws_file("config", f"[default]\n{ROLE}web_identity_token_file = {tmp_path}/token\n")
    report = report_of(settings_of_reader(reader, store, monkeypatch))
    assert report.passed
    assert set(sts) == {"AssumeRoleWithWebIdentity unsigned"}
    assert report.environment == ("~/.aws/config", *READERS[reader][0])


@pytest.mark.sample(3)
@each_reader
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[default]\naws_access_key_id = AKIA\n", "in ~/.aws/config that are complete"),
        (f"[default]\n{ROLE}source_profile = missing\n", "in ~/.aws/config"),
        ("[default]\ncredential_process = false\n", "of the `credential_process` in ~/.aws/config"),
        (f"[default]\n{ROLE}web_identity_token_file = /missing\n", "for the web identity in ~/.aws/config"),
        (
            "[default]\nsso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = r\n",
            "of the SSO session in ~/.aws/config",
        ),
    ],
)
def test_what_the_config_file_lacks_is_named(
    store: LiveStore, monkeypatch: pytest.MonkeyPatch, reader: str, text: str, place: str
) -> None:
    write_aws_file("config", text)
    finding = finding_of(report_of(settings_of_reader(reader, store, monkeypatch)), "list")
    assert finding.cause is Cause.NO_CREDENTIALS
    assert place in finding.text


@each_reader
def test_nothing_else_of_the_config_file_is_used(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    store = enforcing_moto.store()
    s3 = "s3 =\n  addressing_style = virtual\n  endpoint_url = http://127.0.0.1:1\n"
    others = "endpoint_url = http://127.0.0.1:1\nregion = eu-west-1\nca_bundle = /missing\nuse_fips_endpoint = true\n"
    services = f"services = here\n[services here]\n{s3}"
    write_aws_file("config", f"[default]\n{keys_of(store)}{others}{s3}{services}")
    assert report_of(settings_of_reader(reader, store, monkeypatch)).passed


def test_a_blank_region_of_a_3_x_registry_comes_from_the_profile(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = enforcing_moto.store()
    write_aws_file("config", "[default]\nregion = us-east-1  # as in the console\n")
    settings = store.settings(**REGISTRY_LINES["distribution-3"], **NO_REDIRECT, region="")
    assert report_of(settings).failed == ("settings",)
    monkeypatch.setenv("AWS_SDK_LOAD_CONFIG", "1")
    report = report_of(settings)
    assert report.passed
    assert report.environment == ("~/.aws/config", "AWS_SDK_LOAD_CONFIG")
    assert "the region us-east-1 of ~/.aws/config" in finding_of(report, "settings").text


@pytest.mark.parametrize("registry", REGISTRY_LINES)
def test_a_missing_profile_is_no_credentials(store: LiveStore, monkeypatch: pytest.MonkeyPatch, registry: str) -> None:
    monkeypatch.setenv("AWS_PROFILE", "missing")
    report = report_of(without_keys(store, **REGISTRY_LINES[registry]))
    assert report.failed == ("list",)
    assert finding_of(report, "list").cause is Cause.NO_CREDENTIALS
    assert result_of(report, "cleanup").reason == "nothing was created"


def test_an_invalid_credentials_file_matters_only_without_keys_in_the_settings(store: LiveStore) -> None:
    write_aws_file("credentials", "[[[")
    report = report_of(store.settings())
    assert report.passed
    assert report.notes[0].startswith("On this machine, ~/.aws/credentials cannot be parsed. ")
    report = report_of(without_keys(store))
    assert finding_of(report, "list").cause is Cause.NO_CREDENTIALS
    assert "could be read" in finding_of(report, "list").text


@each_reader
def test_a_profile_with_which_the_registry_does_not_start_is_refused(
    store: LiveStore, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    write_aws_file("config", f"[default]\nsts_regional_endpoints = nonsense\n{keys_of(store)}")
    report = report_of(settings_of_reader(reader, store, monkeypatch))
    if reader == "gitlab":
        assert report.passed
    else:
        assert "a `sts_regional_endpoints` that is not legacy or regional" in finding_of(report, "list").text


@pytest.mark.sample
@each_reader
def test_the_ca_bundle_of_the_config_file_is_trusted(
    moto: Moto, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    store = moto.store(tls=True)
    write_aws_file("config", f"[default]\nca_bundle = {certificates.ca}\n{keys_of(store)}")
    report = report_of(settings_of_reader(reader, store, monkeypatch))
    assert report.passed, finding_of(report, report.failed[0])
    assert report.environment == ("~/.aws/config", *READERS[reader][0])


def test_a_proxy_that_go_refuses_is_named(store: LiveStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUEST_METHOD", "GET")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    finding = finding_of(report_of(store.settings()), "connect")
    assert finding.cause is Cause.PROXY
    assert "REQUEST_METHOD and HTTP_PROXY are both set" in finding.text


# --- what the settings leave to the environment ---


@pytest.mark.sample(2)
@pytest.mark.parametrize("registry", REGISTRY_LINES)
@pytest.mark.parametrize("kept", ["accesskey", "secretkey"])
def test_half_a_pair_in_the_settings_gives_way_to_a_complete_one_in_the_environment(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch, registry: str, kept: str
) -> None:
    store = enforcing_moto.store()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", store.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", store.secret_key)
    half: dict[str, Value] = {"accesskey": "", "secretkey": Secret("wrong")}
    if kept == "accesskey":
        half = {"accesskey": "AKIAWRONG", "secretkey": Secret()}
    report = report_of(store.settings(**REGISTRY_LINES[registry], **NO_REDIRECT, **half))
    assert report.passed
    assert report.environment == ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def test_a_blank_region_of_a_3_x_registry_comes_from_the_environment(
    enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = enforcing_moto.store()
    settings = store.settings(**REGISTRY_LINES["distribution-3"], **NO_REDIRECT, region="")
    assert report_of(settings).failed == ("settings",)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    report = report_of(settings)
    assert report.passed
    assert report.environment == ("AWS_REGION",)
