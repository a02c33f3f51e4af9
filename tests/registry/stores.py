"""The stores of the matrix, each a new bucket on a real server on loopback, or an address without a store."""

from __future__ import annotations

import contextlib
import dataclasses
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.aws_clients import s3_client
from tests.support.certificates import Certificate, Certificates
from tests.support.enforcing_moto import EnforcingMoto
from tests.support.faulty_store import Fault, FaultyStore
from tests.support.http_server import serve_wsgi
from tests.support.live_store import REGION, LiveStore
from tests.support.moto_server import Moto, moto_app
from tests.support.ports import closed_port, fixed_response_port, silent_port
from tests.support.proxy import http_proxy
from tests.support.rclone import Rclone
from tests.support.reports import REQUIRED_ACTIONS
from tests.support.s3_requests import Environ
from tests.support.servers.server import InstalledServer
from tests.support.servers.started import StartedServers
from tests.support.servers.versity import VersityUsers
from tests.support.swift import Swift
from tests.validation.ageing import enable_versioning

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of the session, each started when a row first needs it."""

    request: pytest.FixtureRequest

    @property
    def moto(self) -> Moto:
        server: Moto = self.request.getfixturevalue("moto")
        return server

    @property
    def enforcing_moto(self) -> EnforcingMoto:
        server: EnforcingMoto = self.request.getfixturevalue("enforcing_moto")
        return server

    @property
    def swift(self) -> Swift:
        server: Swift = self.request.getfixturevalue("swift")
        return server

    def installed(self, kind: type[InstalledServer]) -> InstalledServer:
        """A server that .ci/run installs. Without it the test is skipped or, in CI, fails."""
        servers: StartedServers = self.request.getfixturevalue("started_servers")
        return servers.start(kind)

    @property
    def certificates(self) -> Certificates:
        certificates: Certificates = self.request.getfixturevalue("certificates")
        return certificates


StoreFactory = Callable[[Servers], AbstractContextManager[LiveStore]]


# --- moto ---


def moto(servers: Servers) -> AbstractContextManager[LiveStore]:
    """moto on http, which accepts every signature."""
    return contextlib.nullcontext(servers.moto.store())


def moto_tls(
    choose: Callable[[Certificates], Certificate] = lambda certificates: certificates.good, plain_answer: bytes = b""
) -> StoreFactory:
    """moto on https with one of the test certificates. Plain http gets `plain_answer`, or is not answered."""

    @contextlib.contextmanager
    def opened(servers: Servers) -> Iterator[LiveStore]:
        with serve_wsgi(moto_app(), choose(servers.certificates), plain_answer=plain_answer) as endpoint:
            yield dataclasses.replace(servers.moto.store(), endpoint=endpoint)

    return opened


def enforcing_moto(*denied: str, allowed: Sequence[str] | None = None) -> StoreFactory:
    """moto that verifies V4 signatures and IAM policies, with a key without the `denied` actions."""

    def opened(servers: Servers) -> AbstractContextManager[LiveStore]:
        access_key, secret_key = servers.enforcing_moto.iam_key(*denied, allowed=allowed)
        store = servers.enforcing_moto.store()
        return contextlib.nullcontext(dataclasses.replace(store, access_key=access_key, secret_key=secret_key))

    return opened


def with_object_lock(servers: Servers) -> AbstractContextManager[LiveStore]:
    """A bucket on moto that locks every object for a day."""
    store = dataclasses.replace(servers.moto.store(), bucket=f"locked-{uuid.uuid4().hex[:16]}")
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
    with contextlib.closing(s3_client(store)) as client:
        client.create_bucket(Bucket=store.bucket, ObjectLockEnabledForBucket=True)
        client.put_object_lock_configuration(Bucket=store.bucket, ObjectLockConfiguration=lock)
    return contextlib.nullcontext(store)


def faulty(*injected: Fault, keeps_versions: bool = False) -> StoreFactory:
    """moto with faults."""

    @contextlib.contextmanager
    def opened(_: Servers) -> Iterator[LiveStore]:
        with FaultyStore(*injected) as store:
            if keeps_versions:
                enable_versioning(store.live)
            yield store.live

    return opened


# --- moto behind a proxy ---


@contextlib.contextmanager
def behind_proxy(servers: Servers) -> Iterator[LiveStore]:
    """moto behind a proxy that the validation and the registry use, but not the registry's clients."""
    store = servers.moto.store()
    with _used_proxy(store.endpoint):
        yield store


@contextlib.contextmanager
def own_domain(_: Servers) -> Iterator[LiveStore]:
    """moto as MinIO with the domain `store.test`, which only a proxy resolves."""
    with FaultyStore(faults.bucket_in_host("store.test")) as store, _used_proxy(store.endpoint, passes_host=True):
        yield store.live


@contextlib.contextmanager
def _used_proxy(endpoint: str, *, passes_host: bool = False) -> Iterator[None]:
    """A proxy that sends everything to `endpoint`."""
    port = int(endpoint.rpartition(":")[2])
    with http_proxy(port, passes_host=passes_host) as proxy, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTP_PROXY", proxy.url)
        patch.setenv("http_proxy", proxy.url)
        patch.delenv("NO_PROXY")
        yield


def with_body_limit(max_bytes: int) -> StoreFactory:
    """moto behind a proxy that rejects bodies of more than `max_bytes`, as nginx does by default."""

    @contextlib.contextmanager
    def opened(servers: Servers) -> Iterator[LiveStore]:
        with serve_wsgi(moto_app(), max_body_bytes=max_bytes) as endpoint:
            yield dataclasses.replace(servers.moto.store(), endpoint=endpoint)

    return opened


@contextlib.contextmanager
def redirected_to_https(servers: Servers) -> Iterator[LiveStore]:
    """An http port that redirects every request to moto on https, as nginx and others do."""
    with serve_wsgi(moto_app(), servers.certificates.good) as secure:

        def redirect(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            location = f"{secure}{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
            page = Response("<html>301</html>", 301, {"Location": location}, content_type="text/html")
            return page(environ, start_response)

        with serve_wsgi(redirect) as endpoint:
            yield dataclasses.replace(servers.moto.store(), endpoint=endpoint)


# --- other stores ---


def rclone(servers: Servers) -> AbstractContextManager[LiveStore]:
    """rclone on http, which verifies V4. The registry panics on its ListParts."""
    server: Rclone = servers.request.getfixturevalue("rclone")
    return contextlib.nullcontext(server.store())


def rclone_tls(servers: Servers) -> AbstractContextManager[LiveStore]:
    """rclone on https with the valid certificate."""
    server: Rclone = servers.request.getfixturevalue("rclone_tls")
    return contextlib.nullcontext(server.store())


def swift(servers: Servers) -> AbstractContextManager[LiveStore]:
    """Swift on http, which verifies V2, V4 and the region."""
    return contextlib.nullcontext(servers.swift.store())


def swift_tls(servers: Servers) -> AbstractContextManager[LiveStore]:
    """Swift on https with the valid certificate."""
    return contextlib.nullcontext(servers.swift.store(tls=True))


def swift_read_only(servers: Servers) -> AbstractContextManager[LiveStore]:
    """A bucket on Swift, with a key that has only read access."""
    server = servers.swift
    store = server.store()
    server.allow_reading(store.bucket)
    limited = {"access_key": server.limited_access_key, "secret_key": server.limited_secret_key}
    return contextlib.nullcontext(dataclasses.replace(store, **limited))


@dataclass(frozen=True, slots=True)
class Installed:
    """A new bucket on a server that .ci/run installs."""

    kind: type[InstalledServer]

    def __call__(self, servers: Servers) -> AbstractContextManager[LiveStore]:
        return contextlib.nullcontext(servers.installed(self.kind).store())


@dataclass(frozen=True, slots=True)
class VersityKey(Installed):
    """A new bucket on Versity, and a key without the `denied` actions, on objects that match `keys`."""

    kind: type[InstalledServer] = VersityUsers
    denied: tuple[str, ...] = ()
    keys: str = "*"

    def __call__(self, servers: Servers) -> AbstractContextManager[LiveStore]:
        server = servers.installed(VersityUsers)
        assert isinstance(server, VersityUsers)
        store = server.store()
        allowed = [action for action in REQUIRED_ACTIONS if action not in self.denied]
        access_key, secret_key = server.create_user(store.bucket, allowed, self.keys)
        return contextlib.nullcontext(dataclasses.replace(store, access_key=access_key, secret_key=secret_key))


# --- no store ---


def _port_without_store(open_port: Callable[[], AbstractContextManager[int]]) -> StoreFactory:
    @contextlib.contextmanager
    def opened(_: Servers) -> Iterator[LiveStore]:
        with open_port() as port:
            yield LiveStore(f"http://127.0.0.1:{port}", "bucket", "AKIAIOSFODNN7EXAMPLE", "secret", REGION)

    return opened


closed = _port_without_store(closed_port)
silent = _port_without_store(silent_port)
not_http = _port_without_store(lambda: fixed_response_port(b"SSH-2.0-OpenSSH_9.2p1\r\n"))
