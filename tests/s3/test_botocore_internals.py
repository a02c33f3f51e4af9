"""The undocumented parts of botocore and urllib3 that `botocore_internals` uses exist, and do what it expects.

Runs with the oldest and the newest boto3 that is allowed. A failure names the part that has changed.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import hashlib
import hmac
import io
import pkgutil
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import urllib3
from botocore.auth import AUTH_TYPE_MAPS
from botocore.awsrequest import AWSHTTPConnection, AWSHTTPSConnection, AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES, DEFAULT_S3_CONFIG_VARS
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    HTTPClientError,
    ParamValidationError,
    ProfileNotFound,
    SSLError,
)
from botocore.httpsession import URLLib3Session
from botocore.session import Session
from botocore.utils import parse_timestamp

from tests.support.certificates import Certificates
from tests.support.hostile_store import HostileStore, http_response, send
from tests.support.http_server import serve_wsgi
from tests.support.moto_server import moto_app
from tests.support.paths import ROOT
from tests.support.ports import closed_port
from wizard.s3 import botocore_internals as internals
from wizard.s3 import credential_process
from wizard.s3.botocore_internals import AwsProfile
from wizard.s3.error_mapping import map_errors
from wizard.s3.errors import ConnectionFailed

ENDPOINT = "http://store.test:9000"
ACCESS_KEY, SECRET_KEY = "key", "secret"
EMPTY_LISTING = b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

PRIVATE_NAMES = (
    "botocore:xform_name",
    "botocore.auth:AUTH_TYPE_MAPS",
    "botocore.auth:HmacV1Auth._get_date",
    "botocore.auth:HmacV1Auth.canonical_resource",
    "botocore.auth:S3SigV4Auth._header_value",
    "botocore.awsrequest:AWSHTTPConnection._encode_request",
    "botocore.awsrequest:AWSHTTPConnection._validate_path",
    "botocore.awsrequest:AWSHTTPConnection._send_output",
    "botocore.awsrequest:AWSHTTPConnectionPool.ConnectionCls",
    "botocore.awsrequest:AWSHTTPSConnection._send_output",
    "botocore.awsrequest:AWSHTTPSConnectionPool.ConnectionCls",
    "botocore.awsrequest:AWSRequest.prepare",
    "botocore.regions:EndpointRulesetResolver.construct_endpoint",
    "botocore.client:ClientCreator._create_methods",
    "botocore.client:ServiceModel",
    "botocore.configprovider:BOTOCORE_DEFAUT_SESSION_VARIABLES",
    "botocore.configprovider:ConfigValueStore.set_config_variable",
    "botocore.credentials:AssumeRoleProvider",
    "botocore.credentials:CanonicalNameCredentialSourcer",
    "botocore.credentials:ContainerMetadataFetcher.RETRY_ATTEMPTS",
    "botocore.credentials:ContainerProvider",
    "botocore.credentials:CredentialResolver",
    "botocore.credentials:create_credential_resolver",
    "botocore.loaders:Loader.BUILTIN_DATA_PATH",
    "botocore.credentials:EnvProvider",
    "botocore.credentials:InstanceMetadataFetcher",
    "botocore.credentials:InstanceMetadataFetcher._fetch_metadata_token",
    "botocore.credentials:InstanceMetadataProvider",
    "botocore.credentials:ProcessProvider._retrieve_credentials_using",
    "botocore.credentials:ProfileProviderBuilder.providers",
    "botocore.credentials:CredentialProvider",
    "botocore.endpoint:is_valid_endpoint_url",
    "botocore.hooks:EventAliaser._alias_event_name",
    "botocore.hooks:EventAliaser._verify_accept_kwargs",
    "botocore.hooks:HierarchicalEmitter._verify_accept_kwargs",
    "botocore.hooks:HierarchicalEmitter.register_first",
    "botocore.handlers:set_list_objects_encoding_type_url",
    "botocore.httpsession:SSLContext",
    "botocore.httpsession:URLLib3Session",
    "botocore.httpsession:URLLib3Session._get_ssl_context",
    "botocore.httpsession:create_urllib3_context",
    "botocore.httpsession:get_cert_path",
    "botocore.loaders:Loader.load_service_model",
    "botocore.parsers:ResponseParserFactory.set_parser_defaults",
    "botocore.regions:EndpointProvider",
    "botocore.session:Session.full_config",
    "botocore.session:Session.register_component",
    "botocore.utils:parse_timestamp",
    "http.client:HTTPResponse._close_conn",
    "http.client:HTTPResponse._read_next_chunk_size",
    "http.client:HTTPResponse._read_status",
    "urllib3.util.ssl_match_hostname:CertificateError",
)


@pytest.mark.parametrize("name", PRIVATE_NAMES)
def test_a_private_name_exists(name: str) -> None:
    assert pkgutil.resolve_name(name)


@pytest.mark.parametrize("connection_class", [AWSHTTPConnection, AWSHTTPSConnection])
@pytest.mark.parametrize("attribute", ["_expect_header_set", "_response_received"])
def test_a_connection_has_a_private_attribute(connection_class: type[Any], attribute: str) -> None:
    assert getattr(connection_class("127.0.0.1"), attribute) is False


def test_no_other_module_uses_undocumented_parts() -> None:
    documented = {
        "botocore.UNSIGNED",
        "botocore.awsrequest.AWSPreparedRequest",
        "botocore.awsrequest.AWSResponse",
        "botocore.client.BaseClient",
        "botocore.config.Config",
        "botocore.exceptions",
        "botocore.response.StreamingBody",
        "botocore.session",
        "botocore.session.Session",
    }
    imported = {
        name
        for path in (ROOT / "wizard" / "s3").glob("*.py")
        if path.name != "botocore_internals.py"
        for name in botocore_imports(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert {name for name in imported if not name.startswith("botocore.exceptions")} <= documented


def botocore_imports(tree: ast.AST) -> list[str]:
    """The full names that a module imports from botocore."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return [name for name in names if name.partition(".")[0] == "botocore"]


# Sessions and credentials


def test_an_isolated_session_has_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    write_credentials("default")
    assert internals.isolated_session().get_credentials() is None


@pytest.mark.parametrize("name", BOTOCORE_DEFAUT_SESSION_VARIABLES)
def test_an_isolated_session_reads_no_variable(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = internals.isolated_session().get_config_variable(name)
    variables = BOTOCORE_DEFAUT_SESSION_VARIABLES[name][1] or []
    for variable in [variables] if isinstance(variables, str) else variables:
        monkeypatch.setenv(variable, "nonsense")
    assert internals.isolated_session().get_config_variable(name) == before


@pytest.mark.parametrize("name", ["s3", "proxies_config"])
def test_an_isolated_session_reads_no_section(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for definition in DEFAULT_S3_CONFIG_VARS.values():
        if isinstance(definition[1], str):
            monkeypatch.setenv(definition[1], "nonsense")
    assert internals.isolated_session().get_config_variable(name) is None


def test_the_session_of_an_administrator_reads_aws_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "missing")
    with pytest.raises(ProfileNotFound):
        internals.administrator_session().get_credentials()


def test_sessions_share_the_service_descriptions() -> None:
    first, second = internals.isolated_session(), internals.administrator_session()
    assert first.get_component("data_loader") is second.get_component("data_loader")


def test_clients_share_the_model_of_the_service_and_the_rules_for_endpoints() -> None:
    first, second = (internals.isolated_session().create_client("s3", "us-east-1") for _ in range(2))
    with contextlib.closing(first), contextlib.closing(second):
        assert first.meta.service_model is second.meta.service_model
        assert first._ruleset_resolver._provider is second._ruleset_resolver._provider  # type: ignore[attr-defined]


def test_clients_share_their_methods() -> None:
    first, second = (internals.isolated_session().create_client("s3", "us-east-1") for _ in range(2))
    assert vars(type(first))["list_objects"] is vars(type(second))["list_objects"]


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, list[str]]]:
    """A client that nothing answers, and the buckets whose endpoints it has resolved."""
    config = Config(retries={"total_max_attempts": 1})
    session = internals.isolated_session()
    session.set_credentials(ACCESS_KEY, SECRET_KEY)
    with closed_port() as port:
        client: Any = session.create_client("s3", "us-east-1", endpoint_url=f"http://127.0.0.1:{port}", config=config)
    internals.resolve_endpoints_once(client)
    resolver = client._ruleset_resolver
    resolve, buckets = resolver._provider.resolve_endpoint, []

    def count(**parameters: Any) -> object:
        buckets.append(parameters["Bucket"])
        return resolve(**parameters)

    monkeypatch.setattr(resolver, "_provider", SimpleNamespace(resolve_endpoint=count))
    with contextlib.closing(client):
        yield client, buckets


def test_a_client_resolves_the_endpoint_of_a_bucket_once(resolved: tuple[Any, list[str]]) -> None:
    client, buckets = resolved
    for bucket, key in (("images", "a"), ("images", "b"), ("other", "a")):
        with pytest.raises(EndpointConnectionError):
            client.get_object(Bucket=bucket, Key=key)
        with pytest.raises(EndpointConnectionError):
            client.list_objects(Bucket=bucket)
    assert buckets == ["images", "other"]


def test_a_client_keeps_the_endpoints_of_a_limited_number_of_buckets(
    resolved: tuple[Any, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(internals, "_MOST_RESOLVED", 2)
    client, buckets = resolved
    for bucket in ("first", "second", "first", "third", "first"):
        with pytest.raises(EndpointConnectionError):
            client.list_objects(Bucket=bucket)
    assert buckets == ["first", "second", "third", "first"]


@pytest.mark.parametrize(
    "text", ["2026-11-27T10:20:30.123Z", "2026-11-27T10:20:30Z", "2026-11-27T10:20:30+01:00", "1764238830", "2026-1-2"]
)
def test_times_are_those_of_botocore(text: str) -> None:
    assert internals._timestamp(text) == parse_timestamp(text)


def test_a_time_that_is_none_is_refused_as_by_botocore() -> None:
    for text in ("2026-99-99T10:20:30Z", "no time"):
        with pytest.raises(ValueError, match="Invalid timestamp"):
            internals._timestamp(text)


def test_a_client_of_another_session_shares_nothing() -> None:
    ours, other = (session.create_client("s3", "us-east-1") for session in (internals.isolated_session(), Session()))
    with contextlib.closing(ours), contextlib.closing(other):
        assert other.meta.service_model is not ours.meta.service_model


def test_sessions_share_the_names_of_events() -> None:
    first, second = (internals.isolated_session().get_component("event_emitter") for _ in range(2))
    first.emit("a.new.name")
    assert second._alias_name_cache["a.new.name"] == "a.new.name"


def test_service_descriptions_are_read_from_botocore_only() -> None:
    folder = Path.home() / ".aws" / "models" / "s3" / "2006-03-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text("nonsense", encoding="utf-8")
    loader = internals.isolated_session().get_component("data_loader")
    assert str(Path.home()) not in loader.search_paths
    assert loader.load_service_model("s3", "service-2")


def write_credentials(profile: str) -> None:
    """Keys in ~/.aws/credentials."""
    folder = Path.home() / ".aws"
    folder.mkdir()
    keys = "aws_access_key_id = SHARED\naws_secret_access_key = secret\n"
    (folder / "credentials").write_text(f"[{profile}]\n{keys}", encoding="utf-8")


KEYS = {"AWS_ACCESS_KEY_ID": "ENVIRONMENT", "AWS_SECRET_ACCESS_KEY": "secret"}


@pytest.mark.parametrize("full_chain", [False, True])
@pytest.mark.parametrize(
    ("environment", "accesskey", "token"),
    [
        (KEYS, "ENVIRONMENT", None),
        (KEYS | {"AWS_SESSION_TOKEN": "token"}, "ENVIRONMENT", "token"),
        (KEYS | {"AWS_SECURITY_TOKEN": "token"}, "ENVIRONMENT", None),
        (KEYS | {"AWS_CREDENTIAL_EXPIRATION": "nonsense"}, "ENVIRONMENT", None),
        ({"AWS_ACCESS_KEY": "OLDER", "AWS_SECRET_KEY": "secret"}, "OLDER", None),
        ({"AWS_ACCESS_KEY_ID": "HALF"}, "SHARED", None),
        ({"AWS_SECRET_ACCESS_KEY": "half"}, "SHARED", None),
        ({}, "SHARED", None),
    ],
)
def test_the_chain_reads_the_environment_first_and_then_the_file(
    environment: dict[str, str], accesskey: str | None, token: str | None, full_chain: bool
) -> None:
    write_credentials("default")
    found = internals.find_credentials(environment, "us-east-1", full_chain=full_chain)
    assert (found and found.accesskey, found and found.token) == (accesskey, token)


@pytest.mark.parametrize("full_chain", [False, True])
def test_the_chain_reads_the_profile_in_the_file(full_chain: bool) -> None:
    write_credentials("registry")
    found = internals.find_credentials({}, "us-east-1", AwsProfile("registry"), full_chain=full_chain)
    assert found
    assert (found.accesskey, repr(found)) == ("SHARED", "FoundCredentials(from shared-credentials-file)")


@pytest.mark.parametrize("full_chain", [False, True])
@pytest.mark.parametrize("profile", [AwsProfile("missing"), AwsProfile(credentials_file=Path("/missing"))])
def test_a_missing_profile_or_file_has_no_credentials(profile: AwsProfile, full_chain: bool) -> None:
    write_credentials("default")
    assert internals.find_credentials({}, "us-east-1", profile, full_chain=full_chain) is None


def test_the_classic_chain_ends_with_the_instance_role() -> None:
    methods = [provider.METHOD for provider in internals._classic_chain({}, AwsProfile())]
    assert methods == ["env", "shared-credentials-file", "iam-role"]


@pytest.mark.parametrize(
    ("config_file", "expected"),
    [
        (
            "/missing",
            "env assume-role-with-web-identity assume-role shared-credentials-file config-file sso custom-process "
            "container-role iam-role",
        ),
        (
            None,
            "env assume-role-with-web-identity shared-credentials-file config-file custom-process container-role "
            "iam-role",
        ),
    ],
)
def test_the_full_chain_has_the_order_of_the_sdks_for_go(config_file: str | None, expected: str) -> None:
    chain = internals._full_chain({}, "us-east-1", AwsProfile(config_file=Path(config_file) if config_file else None))
    assert [provider.METHOD for provider in chain] == expected.split()


PROCESS_OUTPUT = """{"Version": 1, "AccessKeyId": "$NAME", "SecretAccessKey": "$(cat)x"}"""


def found_by_process(folder: Path, command: str) -> internals.FoundCredentials | None:
    """What the chain finds in a configuration file with this `credential_process`."""
    file = folder / "config"
    file.write_text(f"[default]\ncredential_process = {command}\n", encoding="utf-8")
    return internals.find_credentials({}, "us-east-1", AwsProfile(config_file=file), full_chain=True)


def test_a_process_is_run_by_a_shell_and_gets_no_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAME", "PROCESS")
    script = tmp_path / "keys"
    script.write_text(f"cat <<END\n{PROCESS_OUTPUT}\nEND\n", encoding="utf-8")
    found = found_by_process(tmp_path, f". {script} | cat")
    assert found
    assert (found.accesskey, found.secretkey, found.method) == ("PROCESS", "x", "custom-process")


@pytest.mark.parametrize("command", ["false", "echo '{}'", "echo nonsense", "/missing/command"])
def test_a_process_that_fails_is_named(command: str, tmp_path: Path) -> None:
    with pytest.raises(internals.CredentialSourceError) as caught:
        found_by_process(tmp_path, command)
    assert caught.value.method == "custom-process"


def test_a_process_that_does_not_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credential_process, "TIMEOUT", 0.1)
    with pytest.raises(internals.CredentialSourceError):
        found_by_process(tmp_path, "sleep 600 | cat")


def test_nobody_is_asked_for_the_code_of_an_mfa_device(tmp_path: Path) -> None:
    file = tmp_path / "config"
    role = "role_arn = arn:aws:iam::1:role/x\nsource_profile = keys\nmfa_serial = arn:aws:iam::1:mfa/x\n"
    keys = "aws_access_key_id = A\naws_secret_access_key = b\n"
    file.write_text(f"[default]\n{role}[profile keys]\n{keys}", encoding="utf-8")
    with pytest.raises(internals.CredentialSourceError) as caught:
        internals.find_credentials({}, "us-east-1", AwsProfile(config_file=file), full_chain=True)
    assert caught.value.method == "assume-role"


def create_client(endpoint: str, signature: str = "s3v4") -> Any:
    """A client of botocore in its own configuration, except for the checksums that it adds by default."""
    session = internals.isolated_session()
    return session.create_client(
        "s3",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=Config(
            signature_version=signature,
            s3={"addressing_style": "path"},
            retries={"total_max_attempts": 1},
            request_checksum_calculation="when_required",
        ),
    )


# Sending requests


def http_session(proxies: dict[str, str] | None = None) -> URLLib3Session:
    return internals.new_http_session(True, (2.0, 5.0), proxies or {}, 2)


def announce(server: HostileStore) -> None:
    """Announces a body of 1 MiB to `server`."""
    client = create_client(f"http://127.0.0.1:{server.port}")
    session = http_session()
    internals.send_by(client, lambda request: internals.send_unread(session, request))
    try:
        client.put_object(Bucket="bucket", Key="key", Body=internals.DeclaredBody(1 << 20))
    finally:
        session.close()


@pytest.mark.parametrize("answer", [CONTINUE, b""], ids=["100 Continue", "no answer for a second"])
def test_a_declared_body_is_never_sent(answer: bytes) -> None:
    with HostileStore(send(answer)).running() as server, pytest.raises(internals.ContinueReceivedError):
        announce(server)
    ((head, body),) = (request.split(b"\r\n\r\n") for request in server.requests)
    assert b"\r\nExpect: 100-continue" in head
    assert b"\r\nContent-Length: 1048576" in head
    assert body == b""


def test_a_final_status_for_a_declared_body_is_a_response() -> None:
    with HostileStore(send(http_response(b"", 413))).running() as server, pytest.raises(ClientError, match="413"):
        announce(server)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("is_proxied", [False, True], ids=["directly", "through a proxy"])
def test_a_redirect_is_returned(status: int, is_proxied: bool) -> None:
    with HostileStore(send(http_response(b"", status, "Location: /elsewhere"))).running() as server:
        address = f"http://127.0.0.1:{server.port}"
        session = http_session({"http": address} if is_proxied else {})
        url = ENDPOINT if is_proxied else address
        response = internals.send_unread(session, internals.prepared_request("GET", url, {}))
        session.close()
    assert response.status_code == status
    assert len(server.requests) == 1


def context_of(verify: str | bool) -> Any:
    """The TLS context of a new session."""
    session = internals.new_http_session(verify, (1.0, 1.0), {}, 1)
    return session._manager.connection_pool_kw["ssl_context"]  # type: ignore[attr-defined]


def test_sessions_that_verify_by_the_same_file_load_it_once(certificates: Certificates) -> None:
    first, second = (context_of(str(certificates.ca)) for _ in range(2))
    assert first is second
    first.load_verify_locations(str(certificates.ca))
    second.load_verify_locations(str(certificates.ca))
    assert second._loaded == {(str(certificates.ca), None, None)}
    assert len({context_of(True), context_of(False), first}) == 3


def test_a_file_of_certificates_that_has_changed_is_loaded_again(certificates: Certificates, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(certificates.ca.read_bytes())
    before = context_of(str(path))
    path.write_bytes(certificates.ca.read_bytes() * 2)
    assert context_of(str(path)) is not before


def test_a_file_without_certificates_is_refused_each_time(tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("nothing")
    for _ in range(2):
        with pytest.raises(ssl.SSLError):
            context_of(str(path)).load_verify_locations(str(path))


def test_a_prepared_request_keeps_its_headers() -> None:
    request = internals.prepared_request("HEAD", ENDPOINT, {"Range": "bytes=1-"})
    assert (request.method, request.headers["Range"]) == ("HEAD", "bytes=1-")


# The steps of a client


@dataclass
class RecordedClient:
    """A client whose requests are recorded and answered with `status` and `body`."""

    patch: Callable[[Any], None] = lambda _: None
    status: int = 200
    body: bytes = EMPTY_LISTING
    signature: str = "s3v4"
    endpoint: str = ENDPOINT
    requests: list[AWSPreparedRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = create_client(self.endpoint, self.signature)
        internals.send_by(self.client, self._answer)
        self.patch(self.client)

    def _answer(self, request: AWSPreparedRequest) -> AWSResponse:
        self.requests.append(request)
        headers: Any = {"x-amz-bucket-region": "eu-west-1"} if self.status >= 300 else {}
        raw = urllib3.HTTPResponse(io.BytesIO(self.body), headers, self.status, preload_content=False)
        return AWSResponse(request.url, self.status, headers, raw)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the last request, by their names in lower case."""
        headers: Any = self.requests[-1].headers
        return {name.lower(): value.decode() if isinstance(value, bytes) else value for name, value in headers.items()}


def test_a_client_sends_by_the_given_function() -> None:
    recorded = RecordedClient()
    recorded.client.list_objects(Bucket="bucket")
    assert recorded.requests[0].url.startswith(f"{ENDPOINT}/bucket")


@pytest.mark.parametrize(("is_patched", "is_encoded"), [(False, True), (True, False)])
@pytest.mark.parametrize("method", ["list_objects", "list_objects_v2"])
def test_keys_are_listed_unencoded(method: str, is_patched: bool, is_encoded: bool) -> None:
    recorded = RecordedClient(internals.keep_keys_unencoded if is_patched else lambda _: None)
    getattr(recorded.client, method)(Bucket="bucket")
    assert ("encoding-type=url" in recorded.requests[0].url) is is_encoded


@pytest.mark.parametrize("is_patched", [False, True])
def test_a_request_is_not_repeated_in_another_region(is_patched: bool) -> None:
    error = b"<Error><Code>PermanentRedirect</Code><Endpoint>s3.eu-west-1.amazonaws.com</Endpoint></Error>"
    recorded = RecordedClient(internals.disable_region_redirects if is_patched else lambda _: None, 301, error)
    with pytest.raises(recorded.client.exceptions.ClientError):
        recorded.client.list_objects(Bucket="bucket")
    assert (len(recorded.requests) == 1) is is_patched


@pytest.mark.parametrize(("is_patched", "is_asking"), [(False, True), (True, False)])
def test_a_body_is_sent_without_expect(is_patched: bool, is_asking: bool) -> None:
    recorded = RecordedClient(internals.send_bodies_at_once if is_patched else lambda _: None)
    recorded.client.put_object(Bucket="bucket", Key="key", Body=b"body")
    assert ("expect" in recorded.headers) is is_asking


def test_a_declared_body_is_announced_by_a_client() -> None:
    recorded = RecordedClient(internals.send_bodies_at_once)
    recorded.client.put_object(Bucket="bucket", Key="key", Body=internals.DeclaredBody(1 << 20))
    assert recorded.headers["expect"] == "100-continue"
    assert recorded.headers["content-length"] == str(1 << 20)


def send_md5(client: Any) -> None:
    for operation in ("DeleteObjects", "PutObject"):
        internals.send_content_md5(client, operation)


def test_a_body_of_bytes_has_a_content_md5() -> None:
    recorded = RecordedClient(send_md5)
    recorded.client.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "key"}]})
    body = recorded.requests[0].body
    assert isinstance(body, bytes)
    assert recorded.headers["content-md5"] == base64.b64encode(hashlib.md5(body).digest()).decode()


def test_an_object_has_a_content_md5() -> None:
    recorded = RecordedClient(send_md5)
    recorded.client.put_object(Bucket="bucket", Key="key", Body=b"body")
    assert recorded.headers["content-md5"] == base64.b64encode(hashlib.md5(b"body").digest()).decode()


@pytest.mark.parametrize("is_patched", [False, True])
def test_a_content_md5_replaces_the_checksum_of_botocore(is_patched: bool) -> None:
    recorded = RecordedClient(send_md5 if is_patched else lambda _: None)
    recorded.client.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "key"}]})
    checksums = [name for name in recorded.headers if name.startswith(("x-amz-checksum", "x-amz-sdk-checksum"))]
    assert bool(checksums) is not is_patched


def send_crc32(client: Any) -> None:
    for operation in ("DeleteObjects", "PutObject"):
        internals.send_checksum(client, operation, "CRC32")
    internals.name_checksum(client, "CopyObject", "CRC32")


def test_with_http_a_checksum_is_a_header() -> None:
    recorded = RecordedClient(send_crc32)
    recorded.client.put_object(Bucket="bucket", Key="key", Body=b"hello")
    assert recorded.headers["x-amz-checksum-crc32"] == "NhCmhg=="
    assert recorded.headers["x-amz-sdk-checksum-algorithm"] == "CRC32"


def test_with_https_a_checksum_follows_the_body_and_the_body_is_not_signed() -> None:
    recorded = RecordedClient(send_crc32, endpoint="https://store.test")
    recorded.client.put_object(Bucket="bucket", Key="key", Body=b"hello")
    assert recorded.requests[0].body == b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
    expected = {
        "content-encoding": "aws-chunked",
        "content-length": "46",
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": "5",
        "x-amz-trailer": "x-amz-checksum-crc32",
    }
    assert {name: recorded.headers.get(name) for name in expected} == expected
    assert "transfer-encoding" not in recorded.headers


def test_a_call_without_an_object_has_its_checksum_in_a_header_with_https_too() -> None:
    recorded = RecordedClient(send_crc32, endpoint="https://store.test")
    recorded.client.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "key"}]})
    assert "x-amz-checksum-crc32" in recorded.headers
    assert "x-amz-trailer" not in recorded.headers


def test_a_copy_names_the_checksum_that_it_is_to_have() -> None:
    recorded = RecordedClient(send_crc32, body=b"<CopyObjectResult><ETag>e</ETag></CopyObjectResult>")
    recorded.client.copy_object(Bucket="bucket", Key="key", CopySource="bucket/other")
    assert recorded.headers["x-amz-checksum-algorithm"] == "CRC32"


def test_a_declared_body_has_no_checksum() -> None:
    recorded = RecordedClient(send_crc32, endpoint="https://store.test")
    recorded.client.put_object(Bucket="bucket", Key="key", Body=internals.DeclaredBody(1 << 20))
    assert not [name for name in recorded.headers if "checksum" in name or name == "x-amz-trailer"]


@pytest.mark.parametrize(
    ("url", "path"), [("/bucket/%C3%A4%7Cb?prefix=%C3%A4", "/bucket/ä|b?prefix=%C3%A4"), ("", "/"), ("/a%20b", "/a b")]
)
@pytest.mark.parametrize("is_proxied", [False, True], ids=["directly", "through a proxy"])
def test_a_raw_path_is_sent_without_encoding_scheme_and_host(url: str, path: str, is_proxied: bool) -> None:
    with HostileStore(send(http_response(b""))).running() as server:
        address = f"http://127.0.0.1:{server.port}"
        host = "store.test" if is_proxied else address.removeprefix("http://")
        proxies = {"http": address} if is_proxied else {}
        session = internals.new_http_session(True, (2.0, 5.0), proxies, 2, raw_paths=True)
        internals.send_unread(session, internals.prepared_request("GET", f"http://{host}{url}", {}))
        session.close()
    head = server.requests[0].decode()
    assert head.startswith(f"GET {path} HTTP/1.1\r\n")
    assert head.count("\r\nHost: ") == head.count(f"\r\nHost: {host}\r\n") == 1


@pytest.mark.parametrize(("is_patched", "sent"), [(False, "b/a%20%2B%C3%A4"), (True, "b/a +ä")])
def test_the_source_of_a_copy_is_not_encoded(is_patched: bool, sent: str) -> None:
    answer = b"<CopyObjectResult><ETag>e</ETag></CopyObjectResult>"
    patch = partial(internals.send_copy_source_unencoded, operation="CopyObject") if is_patched else lambda _: None
    recorded = RecordedClient(patch, body=answer)
    recorded.client.copy_object(Bucket="bucket", Key="key", CopySource="b/a +ä")
    assert recorded.headers["x-amz-copy-source"] == sent


@pytest.mark.parametrize(("is_patched", "zone", "path"), [(False, "GMT", "/bucket/"), (True, "UTC", "/bucket")])
def test_a_v2_signature_covers_what_the_registry_sends(is_patched: bool, zone: str, path: str) -> None:
    recorded = RecordedClient(internals.sign_as_registries if is_patched else lambda _: None, signature="s3")
    recorded.client.list_objects(Bucket="bucket")
    assert recorded.headers["date"].endswith(zone)
    assert recorded.headers["authorization"] == v2_signature(f"GET\n\n\n{recorded.headers['date']}\n{path}")


def v2_signature(text: str) -> str:
    digest = hmac.digest(SECRET_KEY.encode(), text.encode(), "sha1")
    return f"AWS {ACCESS_KEY}:{base64.b64encode(digest).decode()}"


def test_a_v2_signature_covers_the_path_without_encoding() -> None:
    recorded = RecordedClient(internals.sign_as_registries, signature="s3", body=b"<ListPartsResult/>")
    recorded.client.list_parts(Bucket="bucket", Key="ä|b", UploadId="a/b=")
    expected = f"GET\n\n\n{recorded.headers['date']}\n/bucket/ä|b?uploadId=a/b="
    assert recorded.headers["authorization"] == v2_signature(expected)


@pytest.mark.parametrize(("signer", "signed"), [("s3v4", "b/a c d"), ("s3v4-go", "b/a c\xa0d")])
def test_a_v4_signature_of_go_covers_other_blanks_than_those_of_ascii(signer: str, signed: str) -> None:
    new_signer: Any = AUTH_TYPE_MAPS[signer]
    headers = HTTPHeaders.from_dict({"x-amz-copy-source": " b/a  c\xa0d"})
    assert new_signer(None, "s3", "us-east-1").canonical_headers(headers) == f"x-amz-copy-source:{signed}"


def test_a_client_signs_with_v4_of_go() -> None:
    recorded = RecordedClient(internals.sign_as_registries)
    chosen: list[str] = []
    recorded.client.meta.events.register(
        "before-sign.s3", lambda signature_version, **_: chosen.append(signature_version)
    )
    recorded.client.list_objects(Bucket="bucket")
    assert chosen == ["s3v4-go"]


@pytest.mark.parametrize("is_patched", [False, True])
def test_a_bucket_can_have_any_name(is_patched: bool) -> None:
    recorded = RecordedClient(internals.accept_any_bucket if is_patched else lambda _: None)
    with contextlib.suppress(ParamValidationError):
        recorded.client.list_objects(Bucket="tenant:bucket")
    assert [request.url.partition("?")[0] for request in recorded.requests] == [
        f"{ENDPOINT}/tenant%3Abucket"
    ] * is_patched


@pytest.mark.parametrize("region", ["us_east_1", "a.b", "1", "eu-west-1"])
def test_any_region_can_be_signed_for(region: str) -> None:
    recorded = RecordedClient(internals.sign_as_registries)
    internals.sign_in_region(recorded.client, region)
    recorded.client.list_objects(Bucket="bucket")
    assert f"/{region}/s3/aws4_request" in recorded.headers["authorization"]
    url = recorded.client.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "key"})
    assert f"%2F{region}%2Fs3%2Faws4_request" in url


def test_a_thread_notes_that_it_sends() -> None:
    session = http_session()
    with HostileStore(send(http_response(b""))).running() as server:
        for headers, has_sent in (({"a": "b\r\nc: d"}, False), ({}, True)):
            internals.THIS_THREAD.has_sent = False
            request = internals.prepared_request("GET", f"http://127.0.0.1:{server.port}", headers)
            with contextlib.suppress(HTTPClientError):
                internals.send_unread(session, request)
            assert internals.THIS_THREAD.has_sent is has_sent
    session.close()


def filtered(seen: list[tuple[str, int, bytes]], replacement: bytes | None = None) -> Callable[[Any], None]:
    """A patch that records the bodies that a filter is called with."""

    def check(operation: str, status: int, headers: Mapping[str, str], body: bytes) -> bytes:
        assert all(headers.values())
        seen.append((operation, status, body))
        return body if replacement is None else replacement

    return lambda client: internals.filter_bodies(client, check)


def test_a_filter_sees_a_body_before_botocore_changes_its_status() -> None:
    seen: list[tuple[str, int, bytes]] = []
    error = b"<Error><Code>InternalError</Code></Error>"
    recorded = RecordedClient(filtered(seen), 200, error)
    with pytest.raises(recorded.client.exceptions.ClientError):
        recorded.client.copy_object(Bucket="bucket", Key="key", CopySource="bucket/other")
    assert seen == [("CopyObject", 200, error)]


def test_a_filter_replaces_the_body() -> None:
    recorded = RecordedClient(filtered([], b"<ListBucketResult><Name>other</Name></ListBucketResult>"))
    assert recorded.client.list_objects(Bucket="bucket")["Name"] == "other"


def test_a_filter_does_not_read_a_streamed_body() -> None:
    seen: list[tuple[str, int, bytes]] = []
    recorded = RecordedClient(filtered(seen))
    recorded.client.get_object(Bucket="bucket", Key="key")
    assert seen == [("GetObject", 200, b"")]


@pytest.mark.parametrize(
    ("operation", "method"), [("ListObjectsV2", "list_objects_v2"), ("GetBucketAcl", "get_bucket_acl")]
)
def test_the_method_of_an_operation_is_in_snake_case(operation: str, method: str) -> None:
    assert internals.method_name(operation) == method
    assert hasattr(RecordedClient().client, method)


# Exceptions


def test_the_wrapped_error_of_an_exception_is_found() -> None:
    cause = ValueError()
    assert internals.wrapped_error(HTTPClientError(error=cause)) is cause
    assert internals.wrapped_error(SSLError(endpoint_url=ENDPOINT, error=cause)) is cause
    assert internals.wrapped_error(cause) is None


@pytest.mark.parametrize(
    "body",
    [
        b"<ListBucketResult><MaxKeys>many</MaxKeys></ListBucketResult>",
        b"<ListBucketResult><Contents><LastModified>never</LastModified></Contents></ListBucketResult>",
    ],
    ids=["not a number", "not a date"],
)
def test_an_error_of_the_parsers_is_recognised(body: bytes) -> None:
    recorded = RecordedClient(body=body)
    with pytest.raises(Exception, match=r".") as caught:
        recorded.client.list_objects(Bucket="bucket")
    assert internals.is_parser_error(caught.value)


def test_an_error_of_this_program_is_not_one_of_the_parsers() -> None:
    with pytest.raises(ValueError, match="our own") as caught:
        raise ValueError("our own")
    assert not internals.is_parser_error(caught.value)


def test_a_certificate_for_another_host_is_a_hostname_mismatch(certificates: Certificates) -> None:
    session = internals.new_http_session(str(certificates.ca), (2.0, 5.0), {}, 1)
    with (
        serve_wsgi(moto_app(), certificates.other_host) as endpoint,
        pytest.raises(ConnectionFailed) as caught,
        map_errors("GetObject"),
    ):
        internals.send_unread(session, internals.prepared_request("GET", endpoint, {}))
    session.close()
    assert any(map(internals.is_hostname_mismatch, caught.value.causes))


def test_another_exception_is_no_hostname_mismatch() -> None:
    assert not internals.is_hostname_mismatch(ValueError())
