"""The stores that the matrix is made of, each a bucket on a real server on loopback."""

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
from tests.support.s3_requests import Environ
from tests.support.swift import Swift

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers that live as long as the session, started when first asked for."""

    request: pytest.FixtureRequest

    @property
    def moto(self) -> Moto:
        found: Moto = self.request.getfixturevalue("moto")
        return found

    @property
    def enforcing(self) -> EnforcingMoto:
        found: EnforcingMoto = self.request.getfixturevalue("enforcing_moto")
        return found

    @property
    def certificates(self) -> Certificates:
        found: Certificates = self.request.getfixturevalue("certificates")
        return found


Where = Callable[[Servers], AbstractContextManager[LiveStore]]


def moto(servers: Servers) -> AbstractContextManager[LiveStore]:
    """moto over http: lets every signature in."""
    return contextlib.nullcontext(servers.moto.store())


def locking(servers: Servers) -> AbstractContextManager[LiveStore]:
    """A bucket on moto that keeps each object for a day."""
    store = dataclasses.replace(servers.moto.store(), bucket=f"locking-{uuid.uuid4().hex[:16]}")
    client = s3_client(store)
    client.create_bucket(Bucket=store.bucket, ObjectLockEnabledForBucket=True)
    lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
    client.put_object_lock_configuration(Bucket=store.bucket, ObjectLockConfiguration=lock)
    return contextlib.nullcontext(store)


def moto_tls(apply_preset: Callable[[Certificates], Certificate] = lambda known: known.good) -> Where:
    """moto over https with a certificate of the tests."""

    @contextlib.contextmanager
    def opened(servers: Servers) -> Iterator[LiveStore]:
        with serve_wsgi(moto_app(), apply_preset(servers.certificates)) as endpoint:
            yield dataclasses.replace(servers.moto.store(), endpoint=endpoint)

    return opened


def enforcing(*denied: str, allowed: Sequence[str] | None = None) -> Where:
    """moto that verifies V4 signatures and policies, with a key that may do all but `denied`."""

    def opened(servers: Servers) -> AbstractContextManager[LiveStore]:
        access, secret = servers.enforcing.iam_key(*denied, allowed=allowed)
        store = servers.enforcing.store()
        return contextlib.nullcontext(dataclasses.replace(store, access_key=access, secret_key=secret))

    return opened


def rclone(servers: Servers) -> AbstractContextManager[LiveStore]:
    """rclone over http: verifies V4, panics the registry."""
    server: Rclone = servers.request.getfixturevalue("rclone")
    return contextlib.nullcontext(server.store())


def rclone_tls(servers: Servers) -> AbstractContextManager[LiveStore]:
    """The same over https, with the good certificate."""
    server: Rclone = servers.request.getfixturevalue("rclone_tls")
    return contextlib.nullcontext(server.store())


@contextlib.contextmanager
def behind_a_proxy(servers: Servers) -> Iterator[LiveStore]:
    """moto behind a proxy, which is in the environment of the registry and of us, not in its clients'."""
    store = servers.moto.store()
    with http_proxy(int(store.endpoint.rpartition(":")[2])) as proxy, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTP_PROXY", proxy.url)
        patch.setenv("http_proxy", proxy.url)
        patch.delenv("NO_PROXY")
        yield store


def swift(servers: Servers) -> AbstractContextManager[LiveStore]:
    """Swift over http: verifies V2, V4 and the region."""
    server: Swift = servers.request.getfixturevalue("swift")
    return contextlib.nullcontext(server.store())


def swift_tls(servers: Servers) -> AbstractContextManager[LiveStore]:
    """The same over https, with the good certificate."""
    server: Swift = servers.request.getfixturevalue("swift")
    return contextlib.nullcontext(server.store(tls=True))


def swift_to_read(servers: Servers) -> AbstractContextManager[LiveStore]:
    """A bucket on Swift, with the keys of somebody who may read it and no more."""
    server: Swift = servers.request.getfixturevalue("swift")
    store = server.store()
    server.allow_reading(store.bucket)
    limited = {"access_key": server.limited_access_key, "secret_key": server.limited_secret_key}
    return contextlib.nullcontext(dataclasses.replace(store, **limited))


def broken(*breaks: Fault) -> Where:
    """A store that breaks its promises."""

    @contextlib.contextmanager
    def opened(_: Servers) -> Iterator[LiveStore]:
        with FaultyStore(*breaks) as store:
            yield store.live

    return opened


def behind_a_limit(largest: int) -> Where:
    """moto behind what takes no body of more than `largest` bytes, as nginx does unless it is told."""

    @contextlib.contextmanager
    def opened(servers: Servers) -> Iterator[LiveStore]:
        with serve_wsgi(moto_app(), max_body_bytes=largest) as endpoint:
            yield dataclasses.replace(servers.moto.store(), endpoint=endpoint)

    return opened


@contextlib.contextmanager
def sent_on_to_https(servers: Servers) -> Iterator[LiveStore]:
    """moto over https, and before it what nginx and others do with everybody who comes over http."""
    with serve_wsgi(moto_app(), servers.certificates.good) as secure:

        def send_on(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            place = f"{secure}{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
            page = Response("<html>301</html>", 301, {"Location": place}, content_type="text/html")
            return page(environ, start_response)

        with serve_wsgi(send_on) as endpoint:
            yield dataclasses.replace(servers.moto.store(), endpoint=endpoint)


def nothing_at(port: Callable[[], AbstractContextManager[int]]) -> Where:
    """An address where there is no store."""

    @contextlib.contextmanager
    def opened(_: Servers) -> Iterator[LiveStore]:
        with port() as number:
            yield LiveStore(f"http://127.0.0.1:{number}", "bucket", "AKIAIOSFODNN7EXAMPLE", "secret", REGION)

    return opened


refusing = nothing_at(closed_port)
silent = nothing_at(silent_port)
garbage = nothing_at(lambda: fixed_response_port(b"SSH-2.0-OpenSSH_9.2p1\r\n"))
