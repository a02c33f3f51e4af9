"""Serves moto's S3, and nothing else of moto, on loopback to clients that sign with the key pair of this run."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from wizard.demo.errors import DemoNotInstalledError
from wizard.demo.operations import copies_from_the_store, operation_of
from wizard.demo.signature import KeyPair, Request, SignatureError, verify

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ACCOUNT = "123456789012"  # moto's, where no account is named
_SERVICE_NAME = "service_name_from_moto_package_name"
_MAX_BODY = 64 << 20  # bytes
_TIMEOUT = 30.0  # seconds between two packets of a request


@contextmanager
def serve(keys: KeyPair, bucket: str) -> Iterator[str]:
    """A store with one bucket on a free loopback port; gives its endpoint. Its content is lost at the end."""
    try:
        from werkzeug.serving import WSGIRequestHandler, make_server
    except ImportError:
        raise _not_installed() from None

    class Handler(WSGIRequestHandler):
        """Answers without logging: its lines would be drawn over the screen."""

        timeout = _TIMEOUT

        def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
            """Logs nothing."""

    server = make_server("127.0.0.1", 0, _only_signed(_moto(bucket), keys), threaded=True, request_handler=Handler)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, name="demo store", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _moto(bucket: str) -> WSGIApplication:
    """moto's application for S3 alone, with an empty bucket."""
    for name in [name for name in os.environ if name.startswith("MOTO_")]:
        del os.environ[name]  # they change what moto does, such as recording requests to a file
    try:
        from moto.core import utils
        from moto.moto_server.werkzeug_app import create_backend_app
        from moto.s3.models import s3_backends
    except ImportError:
        raise _not_installed() from None
    logging.getLogger("werkzeug").disabled = True
    setattr(utils, _SERVICE_NAME, str)  # moto's own reads ~/.aws, and fails where that is broken
    backend = s3_backends[_ACCOUNT]["aws"]
    if bucket not in backend.buckets:
        backend.create_bucket(bucket, "us-east-1")
    return create_backend_app("s3")


def _not_installed() -> DemoNotInstalledError:
    return DemoNotInstalledError("the demo needs an extra package. Install it with: pip install 'storage-wizard[demo]'")


def _only_signed(app: WSGIApplication, keys: KeyPair) -> WSGIApplication:
    """`app` for the operations that the store offers, and only for requests that `keys` have signed.

    `app` gets one request at a time: moto computes an ETag while another thread reads the object's file.
    """
    one_at_a_time = threading.Lock()

    def guarded(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = _request(environ)
        try:
            body_hash = verify(request, keys)
        except SignatureError as error:
            return _refuse(start_response, HTTPStatus.FORBIDDEN, error.code, str(error))
        if operation_of(request.method, request.path, request.query) is None or not copies_from_the_store(
            request.headers
        ):
            return _refuse(
                start_response, HTTPStatus.NOT_IMPLEMENTED, "NotImplemented", "The demo does not offer this."
            )
        body = _body(environ)
        if body is None or (body_hash is not None and hashlib.sha256(body).hexdigest() != body_hash):
            return _refuse(
                start_response, HTTPStatus.BAD_REQUEST, "XAmzContentSHA256Mismatch", "The body is not the one signed."
            )
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        try:
            with one_at_a_time:
                return list(app(environ, start_response))
        except Exception:  # noqa: BLE001 - a bug of moto must not print a traceback over the screen
            return _refuse(start_response, HTTPStatus.INTERNAL_SERVER_ERROR, "InternalError", "The demo failed.")

    return guarded


def _request(environ: WSGIEnvironment) -> Request:
    path, _, query = str(environ["RAW_URI"]).partition("?")
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")
    }
    return Request(environ["REQUEST_METHOD"], path, query, headers)


def _body(environ: WSGIEnvironment) -> bytes | None:
    """The body of a request; None where it is too large, or ends before its announced length."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > 9 or int(length) > _MAX_BODY:
        return None
    try:
        body: bytes = environ["wsgi.input"].read(int(length))
    except OSError:
        return None
    return body if len(body) == int(length) else None


def _refuse(start_response: StartResponse, status: HTTPStatus, code: str, message: str) -> list[bytes]:
    error = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    body = f'<?xml version="1.0"?>\n{error}'.encode()
    headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(body))), ("Connection", "close")]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
