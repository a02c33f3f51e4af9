"""A store on real HTTP with faults that a test chooses; otherwise it behaves like moto.

with FaultyStore(faults.deny("PutObject"), faults.clock_skew(3600)) as store:
    check(store.settings())
    assert store.calls == ["ListObjects", "PutObject"]
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from tests.support.certificates import Certificate
from tests.support.http_server import serve_wsgi
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto, moto_app
from tests.support.s3_requests import Environ, operation
from tests.support.store_server import StoreServer
from wizard.model.settings import Settings, Value

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

CallNext = Callable[[Environ], Response]
Fault = Callable[[Environ, CallNext], Response]  # answers a request itself, or changes it or its response

STOPPING = "tests.stopping"  # in the environment of each request: an event that is set when the store stops


class FaultyStore(StoreServer):
    """moto behind `faults`, the first of which sees a request first. `calls` are the operations requested, in order."""

    access_key = Moto.access_key
    secret_key = Moto.secret_key

    def __init__(self, *faults: Fault, certificate: Certificate | None = None) -> None:
        super().__init__()
        self.calls: list[str] = []
        self._certificate = certificate
        self._stopping = threading.Event()
        self._respond: CallNext = _respond_with_moto
        for fault in reversed(faults):
            self._respond = chain(fault, self._respond)

    def _start(self) -> None:
        self._moto = self._resources.enter_context(Moto())
        server = serve_wsgi(self._application, self._certificate, self._stopping)
        self.endpoint = self._resources.enter_context(server)
        self.live = LiveStore(self.endpoint, self.create_bucket(), self.access_key, self.secret_key)

    @property
    def bucket(self) -> str:
        """The bucket that `settings` names."""
        return self.live.bucket

    def settings(self, **changes: Value) -> Settings:
        """Settings that are correct for this store, except for `changes` and the faults."""
        return self.live.settings(**changes)

    def create_bucket(self) -> str:
        return self._moto.create_bucket()

    def contents(self, bucket: str = "") -> list[str]:
        """The keys that are stored, whatever the faults hide."""
        return self._moto.contents(bucket or self.bucket)

    def uploads(self, bucket: str = "") -> list[str]:
        """The keys of the multipart uploads that are open, whatever the faults hide."""
        return self._moto.uploads(bucket or self.bucket)

    def versions(self, bucket: str = "") -> list[str]:
        """The keys of the versions and delete markers that are kept, whatever the faults hide."""
        return self._moto.versions(bucket or self.bucket)

    def _application(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.calls.append(operation(environ))
        return self._respond(environ | {STOPPING: self._stopping})(environ, start_response)


def chain(fault: Fault, call_next: CallNext) -> CallNext:
    """A handler that passes requests through `fault`."""
    return lambda environ: fault(environ, call_next)


def _respond_with_moto(environ: Environ) -> Response:
    return Response.from_app(moto_app(), environ, buffered=True)
