"""The parts of botocore and urllib3 that their documentation does not cover. No other module uses such parts.

tests/s3/test_botocore_internals.py names each of them and checks that it does what is expected here, so that a release
that changes one is noticed.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import io
import os
import re
import shlex
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import formatdate
from pathlib import Path
from traceback import walk_tb
from typing import Any, ClassVar, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit
from weakref import WeakKeyDictionary

import botocore.client
import botocore.endpoint
import botocore.httpsession
import botocore.regions
import botocore.session
from botocore import xform_name
from botocore.auth import AUTH_TYPE_MAPS, HmacV1Auth, S3SigV4Auth
from botocore.awsrequest import (
    AWSHTTPConnection,
    AWSHTTPConnectionPool,
    AWSHTTPSConnection,
    AWSHTTPSConnectionPool,
    AWSPreparedRequest,
    AWSRequest,
    AWSResponse,
)
from botocore.client import BaseClient, ClientCreator
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.credentials import (
    AssumeRoleProvider,
    CanonicalNameCredentialSourcer,
    ContainerMetadataFetcher,
    ContainerProvider,
    CredentialProvider,
    CredentialResolver,
    Credentials,
    EnvProvider,
    InstanceMetadataFetcher,
    InstanceMetadataProvider,
    ProcessProvider,
    ProfileProviderBuilder,
    create_credential_resolver,
)
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import ConfigParseError, HTTPClientError, PartialCredentialsError
from botocore.handlers import add_retry_headers, set_list_objects_encoding_type_url, validate_bucket_name
from botocore.hooks import EventAliaser, HierarchicalEmitter
from botocore.httpsession import URLLib3Session, get_cert_path
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.session import Session
from botocore.utils import parse_timestamp
from urllib3.util.ssl_match_hostname import CertificateError

from wizard.catalog.registries.aws_files import CREDENTIALS_FILE, profiles_at
from wizard.catalog.registries.ini.lines import LINES
from wizard.catalog.registries.ini.sections import Dialect, IniError, Sections
from wizard.s3.checksums import checksum, checksum_header, with_trailer
from wizard.s3.credential_process import CredentialProcess
from wizard.s3.strict_response import CompleteResponse

# Sessions and credentials


class _EventNames(EventAliaser):
    """botocore's table of event names, kept for all sessions: to fill it again took a tenth of a validation."""

    _names: ClassVar[dict[str, str]] = {}

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._alias_name_cache = self._names

    def _verify_accept_kwargs(self, func: object) -> None:
        """All handlers accept keyword arguments; to look at each again took a twentieth of a validation."""


class _Events(HierarchicalEmitter):
    def _verify_accept_kwargs(self, func: object) -> None:
        """As that of `_EventNames`."""


# Every new session uses them.
botocore.session.EventAliaser = _EventNames  # type: ignore[misc, assignment]
botocore.session.HierarchicalEmitter = _Events  # type: ignore[misc]


def administrator_session() -> Session:
    """A session that is configured like the AWS command line of the administrator."""
    session = Session()
    session.register_component("data_loader", _loader())
    return session


def isolated_session() -> Session:
    """A session without credentials, that reads no environment variable and no file of this machine."""
    session = _session()
    session.register_component("credential_provider", CredentialResolver([]))
    return session


def _session(session: Session | None = None, **variables: object) -> Session:
    """A session whose configuration is `variables` by botocore's name, and botocore's defaults."""
    session = session or Session()
    session.register_component("data_loader", _loader())
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_timestamp)
    configuration = session.get_component("config_store")
    for name, (_, _, default, _) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items():
        configuration.set_config_variable(name, default)
    fixed = {
        "config_file": os.devnull,
        "credentials_file": os.devnull,
        "ignore_configured_endpoint_urls": True,
        "s3": None,
        "proxies_config": None,
    }
    for name, value in {**fixed, **variables}.items():
        configuration.set_config_variable(name, value)
    return session


def _timestamp(value: Any) -> datetime:
    """A time in an answer. The dates of a thousand buckets took botocore's parser an eighth of a validation."""
    if isinstance(value, str) and value[4:5] == "-" and value.endswith("Z"):
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(value)
    time: datetime = parse_timestamp(value)
    return time


class _Description(dict[str, Any]):
    """A service description, or its rules for endpoints, with the one object that all clients make of it."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        super().__init__(content)
        self._object: Any = None
        self._lock = threading.Lock()

    def once(self, make: Callable[[], Any]) -> Any:
        """The result of the first `make`."""
        with self._lock:
            if self._object is None:
                self._object = make()
            return self._object


class _SharedDescriptions(Loader):
    def __init__(self, **keywords: Any) -> None:
        super().__init__(**keywords)
        self._descriptions: dict[tuple[Any, ...], _Description] = {}

    def load_service_model(self, *arguments: Any, **keywords: Any) -> Any:
        key = (*arguments, *sorted(keywords.items()))
        if key not in self._descriptions:
            content = super().load_service_model(*arguments, **keywords)
            self._descriptions.setdefault(key, _Description(content))
        return self._descriptions[key]


def _model_of(description: Mapping[str, Any], **keywords: Any) -> ServiceModel:
    """The model of a service. With one for each client, the shapes in it took a tenth of each validation."""
    model: ServiceModel = _shared(ServiceModel, description, **keywords)
    return model


def _endpoints_of(ruleset_data: Mapping[str, Any], **keywords: Any) -> EndpointProvider:
    provider: EndpointProvider = _shared(EndpointProvider, ruleset_data, **keywords)
    return provider


def _shared(kind: Callable[..., Any], description: Mapping[str, Any], **keywords: Any) -> Any:
    make = functools.partial(kind, description, **keywords)
    return description.once(make) if isinstance(description, _Description) else make()


class _Clients(ClientCreator):
    """Clients with the same model have the same methods. To make them anew took a twentieth of each validation."""

    _methods: ClassVar[WeakKeyDictionary[ServiceModel, dict[str, Any]]] = WeakKeyDictionary()

    def _create_methods(self, service_model: ServiceModel) -> dict[str, Any]:
        if service_model not in self._methods:
            self._methods[service_model] = super()._create_methods(service_model)  # type: ignore[misc]
        return dict(self._methods[service_model])


# Every new client uses them.
botocore.client.ClientCreator = _Clients  # type: ignore[misc]
botocore.client.ServiceModel = _model_of  # type: ignore[misc, assignment]
botocore.regions.EndpointProvider = _endpoints_of  # type: ignore[attr-defined]  # the stubs omit it


@functools.cache
def _loader() -> Loader:
    """The loader of botocore's own service descriptions, and of none in ~/.aws/models or AWS_DATA_PATH.

    Shared, because it reads them from disk once.
    """
    return _SharedDescriptions(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)


def load_descriptions() -> None:
    """Reads the descriptions of S3, which all sessions share."""
    for name in ("service-2", "endpoint-rule-set-1"):
        _loader().load_service_model("s3", name)


class CredentialSourceError(Exception):
    """A source of credentials that the environment names failed. `method` is botocore's name of it.

    `path`: the file that could not be parsed, if it was that.
    """

    def __init__(self, method: str, *, is_incomplete: bool, path: str = "") -> None:
        super().__init__(method)
        self.method = method
        self.is_incomplete = is_incomplete
        self.path = path


class FoundCredentials(NamedTuple):
    """Credentials as they are now, and botocore's name of their source."""

    accesskey: str
    secretkey: str
    token: str | None
    method: str

    def __repr__(self) -> str:
        return f"FoundCredentials(from {self.method})"


@dataclass(frozen=True, slots=True)
class AwsProfile:
    """The profile in the files of the AWS command line, and the paths of these.

    `credentials_file`: None for the usual one. `config_file`: None if it is not read. `dialect`: how both are read.
    `ca_bundle`: the certificates that are trusted in the calls for roles; None for those of botocore.
    """

    name: str = "default"
    credentials_file: Path | None = None
    config_file: Path | None = None
    dialect: Dialect = LINES
    ca_bundle: str | None = None

    def credentials(self) -> Sections:
        """The profiles in the credentials file. Raises `ConfigParseError`."""
        return self._profiles(self.credentials_file or CREDENTIALS_FILE.path_in({}), is_config=False)

    def config(self) -> Sections:
        """The profiles in the configuration file. Raises `ConfigParseError`."""
        return self._profiles(self.config_file, is_config=True) if self.config_file else {}

    def _profiles(self, path: Path, *, is_config: bool) -> Sections:
        try:
            return profiles_at(path, self.dialect, is_config=is_config)
        except IniError as error:
            raise ConfigParseError(path=str(path), error=error) from None


_DEFAULT_PROFILE = AwsProfile()


def find_credentials(
    environment: Mapping[str, str], region: str, profile: AwsProfile = _DEFAULT_PROFILE, *, full_chain: bool
) -> FoundCredentials | None:
    """The credentials in the environment, in the files and of the EC2 role, in this order.

    With `full_chain` also those of a web identity and of a container, and the roles, SSO sessions and processes of the
    configuration file; `region` is for the calls that these need. Without it the EC2 role is asked for without a token.
    Raises `CredentialSourceError`, and `TokenRequiredError` if that is not enough.
    """
    incomplete = None
    for provider in _full_chain(environment, region, profile) if full_chain else _classic_chain(environment, profile):
        try:
            credentials = provider.load()
            found = credentials and credentials.get_frozen_credentials()
        except TokenRequiredError:
            raise
        except Exception as error:  # noqa: BLE001 - an address, a file or an answer that botocore does not check
            is_incomplete = isinstance(error, PartialCredentialsError)
            path = str(error.kwargs.get("path", "")) if isinstance(error, ConfigParseError) else ""
            failure = CredentialSourceError(provider.METHOD, is_incomplete=is_incomplete, path=path)
            if not (is_incomplete and isinstance(provider, _KeysProvider)):
                raise failure from None
            incomplete = failure  # the SDKs go on without half a pair
            continue
        if found:
            return FoundCredentials(found.access_key, found.secret_key, found.token, provider.METHOD)
    if incomplete:
        raise incomplete
    return None


def _classic_chain(environment: Mapping[str, str], profile: AwsProfile) -> list[Any]:
    shared = _KeysProvider(_CREDENTIALS_METHOD, profile.name, profile.credentials)
    return [_environment_provider(environment), shared, _TokenlessInstanceProvider()]


_CREDENTIALS_METHOD, _CONFIG_METHOD = "shared-credentials-file", "config-file"


class _KeysProvider(CredentialProvider):
    """The keys of a profile in one file."""

    def __init__(self, method: str, name: str, profiles: Callable[[], Sections]) -> None:
        self.METHOD = self.CANONICAL_NAME = method
        self._name = name
        self._profiles = profiles

    def load(self) -> Credentials | None:
        """The keys; None if there are none. Raises `PartialCredentialsError` and `ConfigParseError`."""
        values = self._profiles().get(self._name, {})
        access, secret = values.get("aws_access_key_id", ""), values.get("aws_secret_access_key", "")
        if access and secret:
            return Credentials(access, secret, values.get("aws_session_token") or None, method=self.METHOD)
        if access or secret:
            raise PartialCredentialsError(provider=str(self.METHOD), cred_var="key")
        return None


class _ProfileSession(Session):
    """A session that takes the profiles from the files as the SDK reads them."""

    def __init__(self, profile: AwsProfile) -> None:
        super().__init__()
        self._aws_profile = profile

    @functools.cached_property
    def full_config(self) -> dict[str, Any]:
        """The profiles of both files; those of the credentials file count for more. Raises `ConfigParseError`."""
        config, credentials = self._aws_profile.config(), self._aws_profile.credentials()
        profiles = {name: config.get(name, {}) | credentials.get(name, {}) for name in {**config, **credentials}}
        prefix = "sso-session "
        sessions = {name.removeprefix(prefix): values for name, values in profiles.items() if name.startswith(prefix)}
        return {"profiles": profiles, "sso_sessions": sessions}


class TokenRequiredError(Exception):
    """The EC2 instance gives its role only to those that ask for a token first (IMDSv2)."""


class _TokenlessFetcher(InstanceMetadataFetcher):
    """Asks for the role of the instance without a token, and notes whether it could have had one."""

    has_token = False

    def _fetch_metadata_token(self) -> None:
        self.has_token = super()._fetch_metadata_token() is not None  # type: ignore[misc]  # the stubs omit it


class _TokenlessInstanceProvider:
    """The EC2 role, as SDKs find it that are older than IMDSv2."""

    METHOD = InstanceMetadataProvider.METHOD

    def load(self) -> Any:
        """The credentials; None without a role. Raises `TokenRequiredError`."""
        agent = _session().user_agent()
        fetcher = _TokenlessFetcher(timeout=1, num_attempts=1, user_agent=agent)
        credentials = InstanceMetadataProvider(iam_role_fetcher=fetcher).load()
        if credentials is None and fetcher.has_token:
            raise TokenRequiredError
        return credentials


def _full_chain(environment: Mapping[str, str], region: str, profile: AwsProfile) -> list[Any]:
    """The providers in the order of the SDKs for Go: `resolveCredentials` in aws/session, and in `config` of v2."""
    session = _session(_ProfileSession(profile), profile=profile.name, region=region, ca_bundle=profile.ca_bundle)
    fetcher: Any = ContainerMetadataFetcher()
    fetcher.RETRY_ATTEMPTS = 1
    variables = _environment_provider(environment)
    remote: list[Any] = [ContainerProvider(fetcher=fetcher), _InstanceProvider(environment)]
    builder = _ProfileProviders(session, region, profile)
    web_identity, *of_profile = builder.providers(profile.name)
    role: Any = AssumeRoleProvider(
        load_config=lambda: session.full_config,
        client_creator=functools.partial(session.create_client, region_name=region),
        cache={},
        profile_name=profile.name,
        prompter=_refuse_to_ask,
        credential_sourcer=CanonicalNameCredentialSourcer([variables, *remote]),
        profile_provider_builder=builder,
    )
    chain = [variables, web_identity, role, *of_profile, *remote]
    ignored = () if profile.config_file else _OF_CONFIG_FILE
    return [provider for provider in chain if provider.METHOD not in ignored]


_OF_CONFIG_FILE = ("assume-role", "sso")  # without that file they are ignored in the credentials file, too


def _refuse_to_ask(prompt: str) -> str:
    """Instead of the terminal, which a registry does not have, for the code of an MFA device."""
    raise EOFError(prompt)


class _ProfileProviders(ProfileProviderBuilder):
    """The providers of a profile in the order of the SDKs for Go, where keys count for more than SSO and a process."""

    def __init__(self, session: Session, region: str, profile: AwsProfile) -> None:
        super().__init__(session, region_name=region)
        self._full_config = lambda: session.full_config
        self._aws_profile = profile

    def providers(self, profile_name: str, disable_env_vars: bool = False) -> list[Any]:
        """Also called by botocore, for the source profile of a role."""
        found = {each.METHOD: each for each in super().providers(profile_name, disable_env_vars)}
        found[ProcessProvider.METHOD] = _ProcessProvider(profile_name, self._full_config)
        found[_CREDENTIALS_METHOD] = _KeysProvider(_CREDENTIALS_METHOD, profile_name, self._aws_profile.credentials)
        found[_CONFIG_METHOD] = _KeysProvider(_CONFIG_METHOD, profile_name, self._aws_profile.config)
        return [found[name] for name in _PROFILE_METHODS]


_PROFILE_METHODS = ("assume-role-with-web-identity", _CREDENTIALS_METHOD, _CONFIG_METHOD, "sso", "custom-process")


class _ProcessProvider(ProcessProvider):
    """Runs the command of `credential_process` by a shell, as the SDKs for Go do; it gets no input."""

    def __init__(self, profile_name: str, load_config: Callable[[], Any]) -> None:
        popen: Any = CredentialProcess
        super().__init__(profile_name, load_config, popen)

    def _retrieve_credentials_using(self, credential_process: str) -> Any:
        shell = shlex.join(("sh", "-c", credential_process))
        return super()._retrieve_credentials_using(shell)  # type: ignore[misc]  # the stubs omit it


class _InstanceProvider:
    """The EC2 role, at the address that the environment names. A wrong one matters only if it is needed."""

    METHOD = InstanceMetadataProvider.METHOD
    CANONICAL_NAME = InstanceMetadataProvider.CANONICAL_NAME

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def load(self) -> Any:
        """The credentials; None without a role."""
        session = _session(
            ec2_metadata_service_endpoint=self._environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT") or None,
            ec2_metadata_service_endpoint_mode=self._environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE") or None,
            ec2_metadata_v1_disabled=self._environment.get("AWS_EC2_METADATA_V1_DISABLED", "").lower() == "true",
        )
        chain = {provider.METHOD: provider for provider in create_credential_resolver(session).providers}
        return chain[self.METHOD].load()


def _environment_provider(environment: Mapping[str, str]) -> EnvProvider:
    """The variables that the SDK of the registry reads: both keys or neither, and no time of expiry.

    https://github.com/aws/aws-sdk-go/blob/main/aws/session/env_config.go
    """
    keys = {
        "AWS_ACCESS_KEY_ID": environment.get("AWS_ACCESS_KEY_ID") or environment.get("AWS_ACCESS_KEY", ""),
        "AWS_SECRET_ACCESS_KEY": environment.get("AWS_SECRET_ACCESS_KEY") or environment.get("AWS_SECRET_KEY", ""),
    }
    token = {"AWS_SESSION_TOKEN": environment.get("AWS_SESSION_TOKEN", "")}
    return EnvProvider(environ={**keys, **token} if all(keys.values()) else {})


# Sending requests


def accept_any_host() -> None:
    """Lets an endpoint have any host name. botocore refuses some that resolve, such as those with an underscore."""
    botocore.endpoint.is_valid_endpoint_url = _has_host


def _has_host(endpoint_url: str) -> bool:
    return bool(urlsplit(endpoint_url).hostname)


class DeclaredBody(io.BytesIO):
    """A body of `size` bytes that is announced and never sent.

    botocore asks for permission to send a body with a `read` method (`Expect: 100-continue`), and takes its length from
    `__len__`.
    """

    def __init__(self, size: int) -> None:
        super().__init__(b"\0")  # what the signature covers
        self._size = size

    def __len__(self) -> int:
        return self._size


class ContinueReceivedError(Exception):
    """The server accepts the body that was announced, or did not object within a second."""


class _Sending(threading.local):
    """Whether this thread has sent any of a request, by a session of `new_http_session`, since it was set to False."""

    has_sent = False


THIS_THREAD = _Sending()


class _SendingMixin:
    """A connection that notes in `THIS_THREAD` that it sends a request.

    It raises `ContinueReceivedError` in place of sending a body after `Expect: 100-continue`.
    """

    response_class = CompleteResponse
    _expect_header_set: bool
    _response_received: bool  # a final status came, and not 100

    def _send_output(self, *arguments: Any, **keywords: Any) -> None:
        is_asking = self._expect_header_set
        THIS_THREAD.has_sent = True
        super()._send_output(*arguments, **keywords)  # type: ignore[misc]  # the stubs omit it
        if is_asking and not self._response_received:
            raise ContinueReceivedError


class _Connection(_SendingMixin, AWSHTTPConnection):  # type: ignore[misc]  # as in the stubs themselves
    pass


class _SecureConnection(_SendingMixin, AWSHTTPSConnection):  # type: ignore[misc]  # as in the stubs themselves
    pass


class _RawPathMixin:
    """A connection that sends a path without percent-encoding, and to a proxy too without scheme and host.

    So do registries that sign with V2: `setv2Handlers` in s3_v2_signer.go makes the decoded path the `Opaque` of the
    URL, which Go sends as it is.
    """

    def putrequest(self, method: str, url: str, *arguments: Any, **keywords: Any) -> None:
        target = urlsplit(url)
        keywords["skip_host"] = keywords.get("skip_host", False) or bool(target.netloc)
        query = f"?{target.query}" if target.query else ""
        super().putrequest(method, unquote(target.path) + query, *arguments, **keywords)  # type: ignore[misc]  # mixin
        if target.netloc:  # of an address for a proxy, whose own host would be named
            self.putheader("Host", target.netloc)  # type: ignore[attr-defined]  # of the other base

    def _validate_path(self, url: str) -> None:
        """Accepts what the registry sends, too."""

    def _encode_request(self, request: str) -> bytes:
        return request.encode()


class _RawPathConnection(_RawPathMixin, _Connection):  # type: ignore[misc]  # as in the stubs themselves
    pass


class _SecureRawPathConnection(_RawPathMixin, _SecureConnection):  # type: ignore[misc]  # as in the stubs themselves
    pass


class _NoRedirectMixin:
    """A connection pool that returns redirects. botocore asks urllib3 not to retry; a status 303 fails with that."""

    def urlopen(self, *arguments: Any, **keywords: Any) -> Any:
        return super().urlopen(*arguments, **keywords | {"redirect": False})  # type: ignore[misc]  # of the other base


class _Pool(_NoRedirectMixin, AWSHTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(_NoRedirectMixin, AWSHTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _RawPathPool(_Pool):
    ConnectionCls = _RawPathConnection


class _SecureRawPathPool(_SecurePool):
    ConnectionCls = _SecureRawPathConnection


class _TrustingContext(ssl.SSLContext):
    """Loads a file of CA certificates once. urllib3 loads it for each connection, which took most of a validation."""

    def __init__(self, *_: object, **__: object) -> None:
        self._loaded: set[object] = set()
        self._lock = threading.Lock()

    def load_verify_locations(self, cafile: Any = None, capath: Any = None, cadata: Any = None) -> None:
        with self._lock:
            if (cafile, capath, cadata) not in self._loaded:
                super().load_verify_locations(cafile, capath, cadata)
                self._loaded.add((cafile, capath, cadata))


botocore.httpsession.SSLContext = _TrustingContext  # type: ignore[attr-defined]  # the stubs omit it


class _HttpSession(URLLib3Session):
    """A session that shares its TLS context with all that verify by the same file."""

    _verify: str | bool

    def _get_ssl_context(self) -> ssl.SSLContext:
        return _ssl_context(self._verify, _version_of(self._verify))


@functools.lru_cache(maxsize=8)
def _ssl_context(verify: str | bool, version: tuple[int, ...]) -> ssl.SSLContext:
    del verify, version  # parts of the cache key only: a file that has changed is read again
    context: ssl.SSLContext = botocore.httpsession.create_urllib3_context()
    return context


def _version_of(verify: str | bool) -> tuple[int, ...]:
    """What changes when the file of CA certificates does; empty if there is none."""
    if not verify:
        return ()
    try:
        status = Path(str(get_cert_path(True)) if verify is True else verify).stat()
    except OSError:  # found again, and reported, when it is loaded
        return ()
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def new_http_session(
    verify: str | bool,  # the path of a CA bundle, or whether to verify with the one that botocore finds
    timeouts: tuple[float, float],  # seconds: to connect, and to read
    proxies: Mapping[str, str],
    max_connections: int,
    *,
    raw_paths: bool = False,  # whether paths are sent without percent-encoding
) -> URLLib3Session:
    """An HTTP session that follows no redirect and never sends a `DeclaredBody`."""
    options: dict[str, Any] = {  # the stubs are narrower than what is accepted
        "verify": verify,
        "timeout": timeouts,
        "proxies": dict(proxies),
        "max_pool_connections": max_connections,
        "socket_options": [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],  # as botocore's own sessions
    }
    session = _HttpSession(**options)
    # The pool manager and those of proxies hold the same mapping, so it is changed in place.
    pools = (_RawPathPool, _SecureRawPathPool) if raw_paths else (_Pool, _SecurePool)
    session._pool_classes_by_scheme.update(zip(("http", "https"), pools, strict=True))  # type: ignore[attr-defined]
    return session


def send_unread(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
    """Sends a request and leaves the body of the response unread.

    Raises `ContinueReceivedError` and the exceptions of botocore.
    """
    request.stream_output = True
    try:
        return session.send(request)
    except HTTPClientError as error:  # botocore wraps exceptions that it does not know
        if isinstance(wrapped := wrapped_error(error), ContinueReceivedError):
            raise wrapped from None
        raise


def prepared_request(method: str, url: str, headers: Mapping[str, str]) -> AWSPreparedRequest:
    """An unsigned request without a body."""
    return AWSRequest(method=method, url=url, headers=headers).prepare()


# The steps of a client between a method and the parsed response


def method_name(operation: str) -> str:
    """The name of a client's method for an S3 operation: `put_object` for `PutObject`."""
    return xform_name(operation)


def send_by(client: BaseClient, send: Callable[[AWSPreparedRequest], AWSResponse]) -> None:
    """Sends the requests of `client` with `send`."""

    def answer(request: AWSPreparedRequest, **_: object) -> Any:  # the stubs do not expect a result
        return send(request)

    client.meta.events.register("before-send.s3", answer)


def filter_bodies(client: BaseClient, check: Callable[[str, int, Mapping[str, str], bytes], bytes]) -> None:
    """Replaces the body of each response by `check(operation, status, headers, body)`, unless the body is streamed.

    Of a streamed one `check` gets nothing. Empty headers are removed: the SDKs of the registries ignore them.

    `check` runs before the handlers of botocore, one of which turns a 200 with an unexpected body into a 500: handlers
    of the widest pattern come first.
    """

    def replace_body(operation_model: OperationModel, response_dict: dict[str, Any], **_: object) -> None:
        body, headers = response_dict["body"], response_dict["headers"]
        for name in [name for name, value in headers.items() if not value]:
            del headers[name]
        arguments = operation_model.name, response_dict["status_code"], headers
        if isinstance(body, bytes):
            response_dict["body"] = check(*arguments, body)
            return
        try:
            check(*arguments, b"")
        except BaseException:
            body.close()  # the caller does not get it
            raise

    client.meta.events.register_first("before-parse.*.*", replace_body)


def accept_any_bucket(client: BaseClient) -> None:
    """Lets a bucket have any name. botocore refuses those with the tenant of Ceph, such as `tenant:bucket`."""
    client.meta.events.unregister("before-parameter-build.s3", validate_bucket_name)


def keep_keys_unencoded(client: BaseClient) -> None:
    """Lists objects without `encoding-type=url`, which botocore adds."""
    for operation in ("ListObjects", "ListObjectsV2"):
        event = f"before-parameter-build.s3.{operation}"
        client.meta.events.unregister(event, set_list_objects_encoding_type_url)


_MOST_RESOLVED = 200  # endpoints; of each bucket there are a few


def resolve_endpoints_once(client: BaseClient) -> None:
    """The endpoint of a bucket stays, as the client follows no redirect to another region.

    It is the same for all operations with the same fixed parameters for the rules, of which most have none. To resolve
    it for each call took a tenth of a validation.
    """
    resolver = client._ruleset_resolver  # type: ignore[attr-defined]
    construct, resolved = resolver.construct_endpoint, dict[tuple[object, ...], Any]()

    def construct_once(operation_model: OperationModel, call_args: Any, request_context: Any) -> Any:
        is_presigned = (request_context or {}).get("is_presign_request")
        fixed = [(each.name, each.value) for each in operation_model.static_context_parameters]
        key = (*fixed, (call_args or {}).get("Bucket"), is_presigned)
        endpoint = resolved.get(key)
        if endpoint is None:
            if len(resolved) >= _MOST_RESOLVED:
                resolved.clear()
            endpoint = resolved[key] = construct(
                operation_model=operation_model, call_args=call_args, request_context=request_context
            )
        return endpoint

    resolver.construct_endpoint = construct_once


def send_no_retry_headers(client: BaseClient) -> None:
    """Leaves out `amz-sdk-invocation-id` and `amz-sdk-request`: no request is repeated by botocore.

    Each header takes some steps of signing and sending: with both, a request took a thirtieth more.
    """
    client.meta.events.unregister("request-created", add_retry_headers)


def disable_region_redirects(client: BaseClient) -> None:
    """Keeps botocore from repeating a request in the region that an error names: marks it as repeated already."""

    def mark(params: dict[str, Any], **_: object) -> None:
        params["context"].setdefault("s3_redirect", {})["redirected"] = True

    client.meta.events.register("before-call.s3", mark)


def send_bodies_at_once(client: BaseClient) -> None:
    """Sends bodies without `Expect: 100-continue`, except a `DeclaredBody`."""

    def remove_header(params: dict[str, Any], **_: object) -> None:
        if not isinstance(params["body"], DeclaredBody):
            params["headers"].pop("Expect", None)

    client.meta.events.register("before-call.s3", remove_header)


def send_copy_source_unencoded(client: BaseClient, operation: str) -> None:
    """Names the source of a copy without percent-encoding, as the driver of the registry does.

    Stores decode it nevertheless, so that a plus sign becomes a blank. botocore sends and signs headers in UTF-8.
    """

    def decode(params: dict[str, Any], **_: object) -> None:
        if source := params["headers"].get("x-amz-copy-source"):
            params["headers"]["x-amz-copy-source"] = unquote(source)

    client.meta.events.register(f"before-call.s3.{operation}", decode)


def send_content_md5(client: BaseClient, operation: str) -> None:
    """Sends `Content-MD5` with the body of `operation`, and none of the checksums that botocore adds."""

    def replace_checksum(params: dict[str, Any], **_: object) -> None:
        params["context"].pop("checksum", None)  # what botocore would add after this event
        body = params["body"]
        content = body if isinstance(body, bytes) else body.getvalue()  # botocore makes a file of an object's bytes
        digest = hashlib.md5(content, usedforsecurity=False).digest()
        params["headers"]["Content-MD5"] = base64.b64encode(digest).decode()

    client.meta.events.register(f"before-call.s3.{operation}", replace_checksum)


def send_checksum(client: BaseClient, operation: str, algorithm: str) -> None:
    """Sends a checksum with the body of `operation`, as a header, or with https after an object or part.

    `algorithm` is one of `checksums.CHECKSUMS`. Nothing is sent with a `DeclaredBody`.
    """
    name = checksum_header(algorithm)

    def add_checksum(params: dict[str, Any], model: OperationModel, **_: object) -> None:
        params["context"].pop("checksum", None)  # what botocore would add after this event
        body = params["body"]
        if isinstance(body, DeclaredBody):
            return
        content = body if isinstance(body, bytes) else body.getvalue()
        headers = {"x-amz-sdk-checksum-algorithm": algorithm, name: checksum(algorithm, content)}
        if model.has_streaming_input and params["url"].startswith("https:"):
            del headers[name]
            headers |= {"Content-Encoding": "aws-chunked", "X-Amz-Trailer": name}
            headers["X-Amz-Decoded-Content-Length"] = str(len(content))
            params["body"] = with_trailer(algorithm, content)
        params["headers"].update(headers)

    def sign_trailer(request: AWSRequest, **_: object) -> None:
        if "X-Amz-Trailer" in request.headers:
            request.context["checksum"] = {"request_algorithm": {"in": "trailer"}}

    client.meta.events.register(f"before-call.s3.{operation}", add_checksum)
    client.meta.events.register_first(f"request-created.s3.{operation}", sign_trailer)


def name_checksum(client: BaseClient, operation: str, algorithm: str) -> None:
    """Names the checksum that the object of `operation`, which has no body, is to have."""

    def add_header(params: dict[str, Any], **_: object) -> None:
        params["headers"]["x-amz-checksum-algorithm"] = algorithm

    client.meta.events.register(f"before-call.s3.{operation}", add_header)


class _GoV2Auth(HmacV1Auth):
    """Signs with V2 as the driver of CNCF Distribution: registry/storage/driver/s3-aws/s3_v2_signer.go.

    It covers the decoded path that is sent, so without a bucket in the host name, and names the time zone UTC.
    """

    def _get_date(self) -> str:
        return formatdate(usegmt=True).replace("GMT", "UTC")

    def canonical_resource(self, split: SplitResult, auth_path: str | None = None) -> str:
        del auth_path  # botocore's has `/bucket/` for `/bucket`, and a bucket that is in the host name
        return super().canonical_resource(split, unquote(split.path))


class _GoV4Auth(S3SigV4Auth):
    """Signs with V4 as the SDKs for Go, which join only blanks of ASCII: `stripExcessSpaces` in their v4 signer."""

    def _header_value(self, value: str) -> str:
        return re.sub(" +", " ", value.strip(" "))


AUTH_TYPE_MAPS["s3-go"] = _GoV2Auth
AUTH_TYPE_MAPS["s3v4-go"] = _GoV4Auth


def sign_as_registries(client: BaseClient) -> None:
    """Signs the headers of requests as the SDK or the driver of the registry."""

    def choose(signature_version: str, **_: object) -> Any:  # the stubs do not expect a result
        return f"{signature_version}-go" if signature_version in ("s3", "s3v4") else None

    client.meta.events.register("choose-signer.s3", choose)


def sign_in_region(client: BaseClient, region: str) -> None:
    """Signs for `region`, whatever its name. botocore makes no client for one that is not the label of a host."""

    def set_region(context: dict[str, Any], **_: object) -> None:
        context["signing"] = {**context.get("signing", {}), "region": region}

    client.meta.events.register_first("choose-signer.s3", set_region)  # the first that chooses is the last one called


# Exceptions


def wrapped_error(error: BaseException) -> object:
    """The exception that one of botocore wraps; None if there is none."""
    return getattr(error, "kwargs", {}).get("error")


def is_parser_error(error: Exception) -> bool:
    """Whether botocore could not parse a response: its parsers raise ValueError, KeyError and others."""
    frames = (frame for frame, _ in walk_tb(error.__traceback__))
    return any(frame.f_globals.get("__name__") == "botocore.parsers" for frame in frames)


def is_hostname_mismatch(error: BaseException) -> bool:
    """Whether a certificate is for another host. urllib3 compares the names: botocore does not let OpenSSL do it."""
    return isinstance(error, CertificateError)
