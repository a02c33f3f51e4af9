"""moto in this process: S3, and IAM where a test needs it, that accept every key and signature. No other service.

All instances of `Moto` in one process share one store. `python -m tests.support.moto_server` runs it as a program: it
prints its endpoint, verifies signatures and policies after a line on its standard input, and ends with that.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from tests.support.aws_clients import create_client
from tests.support.certificates import Certificate
from tests.support.http_server import serve_wsgi
from tests.support.live_store import LiveStore
from tests.support.s3_requests import Environ, bucket_and_key, operation, signature_version
from tests.support.store_server import StoreServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

_MOTO_LOCK = threading.Lock()  # one for all applications, as they share one store
_DENIED = Response("<Error><Code>AccessDenied</Code></Error>", 403, content_type="application/xml")


class Moto(StoreServer):
    """moto on http at `endpoint` and, given a certificate, on https at `endpoint_tls`."""

    access_key = "AKIAIOSFODNN7EXAMPLE"
    secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    endpoint_tls: str

    def __init__(self, certificate: Certificate | None = None, *, has_iam: bool = False) -> None:
        super().__init__()
        self._certificate = certificate
        self._app = moto_app(has_iam=has_iam)

    def _start(self) -> None:
        self.endpoint = self._resources.enter_context(serve_wsgi(self._app))
        if self._certificate:
            self.endpoint_tls = self._resources.enter_context(serve_wsgi(self._app, self._certificate))

    def store(self, *, tls: bool = False) -> LiveStore:
        endpoint = self.endpoint_tls if tls else self.endpoint
        return LiveStore(endpoint, self.create_bucket(), self.access_key, self.secret_key)

    def iam_client(self) -> Any:
        """A plain client of IAM."""
        return create_client("iam", self.endpoint, self.access_key, self.secret_key)


@functools.cache
def moto_app(*, has_iam: bool = False) -> WSGIApplication:
    """moto's WSGI application; it is imported here, because importing it takes long and few tests need it.

    It offers only S3 and, on request, IAM with STS: other services could start containers or read files. moto gets one
    request at a time, because it is not thread-safe: it computes an ETag while another thread reads the object's file.
    """
    from moto.core.utils import service_name_from_moto_package_name
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.exceptions import NotFound

    service_name_from_moto_package_name("s3")  # cached: for the first error it would read ~/.aws of the test
    offered = ("s3", "iam", "sts") if has_iam else ("s3",)

    def app_of(service: Any) -> Any:
        return create_backend_app(service) if service in offered else NotFound()

    moto = DomainDispatcherApplication(app_of)
    # Uncached, this lists moto's folder for each request.
    moto.get_backend_for_host = functools.cache(moto.get_backend_for_host)  # type: ignore[method-assign]

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if _is_unsigned_listing(environ):  # which moto answers
            return _DENIED(environ, start_response)
        # moto mistakes a V2 signature whose base64 happens to have four slashes for a V4 scope, and looks for a service
        # of that name. It does not verify signatures here, so the slashes are replaced.
        if (signature := environ.get("HTTP_AUTHORIZATION", "")).startswith("AWS "):
            environ["HTTP_AUTHORIZATION"] = signature.replace("/", "-")
        with _MOTO_LOCK:
            response: Iterable[bytes] = moto(environ, start_response)
        return response

    return application


def _is_unsigned_listing(environ: Environ) -> bool:
    is_bucket = bucket_and_key(environ)[0] != "moto-api"
    return is_bucket and operation(environ).startswith("ListObjects") and not signature_version(environ)


def reset_moto() -> None:
    """Delete everything that moto stores in this process, and close its temporary files."""
    from moto.core.base_backend import BackendDict
    from moto.core.model_instances import reset_model_data

    BackendDict.reset()
    reset_model_data()


@contextlib.contextmanager
def only_buckets_of_before() -> Iterator[None]:
    """Delete at the end the buckets that were created meanwhile: with thousands, each list of buckets takes long."""
    before = _bucket_names()
    yield
    for name in _bucket_names() - before:  # a request may still use what is stored in it: `reset_moto` closes it
        from moto.s3.models import s3_backends

        partition, account = s3_backends.bucket_accounts.pop(name)
        del s3_backends[account][partition].buckets[name]


def _bucket_names() -> set[str]:
    """The buckets that moto holds in this process; none if it has not been imported."""
    models = sys.modules.get("moto.s3.models")
    return set(models.s3_backends.bucket_accounts) if models else set()


def enforce_policies() -> None:
    """From now on verify signatures and IAM policies, in the whole process."""
    from moto import settings

    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0.0


def main() -> None:
    """Run moto until the standard input is closed. After a line there it enforces policies, and says so in a line."""
    with Moto(has_iam=True) as moto:
        _print_line(moto.endpoint)
        for _ in sys.stdin:
            enforce_policies()
            _print_line("enforcing")


def _print_line(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
