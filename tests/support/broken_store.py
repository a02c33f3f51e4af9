"""A store over real HTTP that breaks the promises it is told to, and keeps all others.

    with BrokenStore(deny("PutObject"), skew(3600)) as store:
        check(store.settings())
        assert store.calls == ["ListObjects", "PutObject"]

A break looks at a request before moto does and may answer in its place or change the answer. An `op` is an
operation as `operation` names it, or a pattern of them: `List*`, `GetObject*`, `*`.
"""

from __future__ import annotations

import hashlib
import io
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from email.utils import formatdate
from fnmatch import fnmatchcase
from time import gmtime, strftime, time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape, unescape

from werkzeug.wrappers import Response

from tests.support.certificates import Certificate
from tests.support.servers import LiveStore, Moto, Server, moto_app, serve_wsgi
from wizard.model.findings import Value
from wizard.model.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

Environ = dict[str, Any]
CallNext = Callable[[Environ], Response]
Break = Callable[[Environ, CallNext], Response]

_STOPPING = "tests.stopping"
_MAX_SKEW_SECONDS = 900


class BrokenStore(Server):
    """moto behind `breaks`, the first of them outermost; `calls` holds the operations asked for, in order."""

    access_key = Moto.access_key
    secret_key = Moto.secret_key

    def __init__(self, *breaks: Break, certificate: Certificate | None = None) -> None:
        super().__init__()
        self.calls: list[str] = []
        self._certificate = certificate
        self._stopping = threading.Event()
        self._answer: CallNext = _moto
        for step in reversed(breaks):
            self._answer = _chain(step, self._answer)

    def _start(self) -> None:
        self._unbroken = self._opened.enter_context(Moto())
        served = serve_wsgi(self._application, self._certificate, self._stopping)
        self.endpoint = self._opened.enter_context(served)
        self.live = LiveStore(self.endpoint, self.fresh_bucket(), self.access_key, self.secret_key)

    @property
    def bucket(self) -> str:
        """The bucket that `settings` names."""
        return self.live.bucket

    def settings(self, **changes: Value) -> Settings:
        """Settings that are right for this store, but for `changes` and the breaks."""
        return self.live.settings(**changes)

    def fresh_bucket(self) -> str:
        return self._unbroken.fresh_bucket()

    def contents(self, bucket: str = "") -> list[str]:
        """The keys that are really there."""
        return self._unbroken.contents(bucket or self.bucket)

    def uploads(self, bucket: str = "") -> list[str]:
        """The keys of the multipart uploads that are really open."""
        return self._unbroken.uploads(bucket or self.bucket)

    def _application(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        self.calls.append(operation(environ))
        return self._answer(environ | {_STOPPING: self._stopping})(environ, start_response)


def _chain(step: Break, call_next: CallNext) -> CallNext:
    return lambda environ: step(environ, call_next)


def _moto(environ: Environ) -> Response:
    return Response.from_app(moto_app(), environ, buffered=True)


def _with_body(environ: Environ, body: bytes) -> Environ:
    return environ | {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}


def _body(environ: Environ) -> bytes:
    stream = environ["wsgi.input"]
    body: bytes = stream.read()
    stream.seek(0)
    return body


# --- which operation is it? -------------------------------------------------------------------------------

_BUCKET_PARTS = {
    "uploads": "ListMultipartUploads",
    "versions": "ListObjectVersions",
    "location": "GetBucketLocation",
    "lifecycle": "GetBucketLifecycleConfiguration",
    "versioning": "GetBucketVersioning",
    "object-lock": "GetObjectLockConfiguration",
    "publicAccessBlock": "GetPublicAccessBlock",
    "policyStatus": "GetBucketPolicyStatus",
    "policy": "GetBucketPolicy",
    "acl": "GetBucketAcl",
    "encryption": "GetBucketEncryption",
    "requestPayment": "GetBucketRequestPayment",
}
_BUCKET_METHODS = {
    "PUT": "CreateBucket",
    "HEAD": "HeadBucket",
    "DELETE": "DeleteBucket",
    "POST": "PostObject",
}
_OBJECT_METHODS = {"HEAD": "HeadObject", "DELETE": "DeleteObject", "POST": "CreateMultipartUpload"}
_UPLOAD_METHODS = {
    "GET": "ListParts",
    "PUT": "UploadPart",
    "POST": "CompleteMultipartUpload",
    "DELETE": "AbortMultipartUpload",
}


def operation(environ: Environ) -> str:
    """The S3 operation that a request asks for, by its name in the S3 API.

    A GetObject is `GetObject presigned` when its query is signed, and `GetObject ranged` when it asks for less than
    everything (the registry asks for `bytes=0-`, which is everything), or both. So `HeadObject presigned`.
    """
    query = query_of(environ)
    bucket, key = resolve_target(environ)
    if key:
        return _object_operation(environ, query)
    if bucket:
        return _bucket_operation(environ["REQUEST_METHOD"], query)
    return "ListBuckets" if environ["REQUEST_METHOD"] == "GET" else query.get("Action", "unknown")


def _object_operation(environ: Environ, query: Mapping[str, str]) -> str:
    method: str = environ["REQUEST_METHOD"]
    copies = "HTTP_X_AMZ_COPY_SOURCE" in environ
    if "uploadId" in query:
        return _UPLOAD_METHODS.get(method, method) + ("Copy" if copies else "")
    if method == "PUT":
        return "CopyObject" if copies else "PutObject"
    is_presigned = "X-Amz-Signature" in query or "Signature" in query
    if method != "GET":
        return _OBJECT_METHODS.get(method, method) + (" presigned" if is_presigned else "")
    is_ranged = environ.get("HTTP_RANGE", "bytes=0-") != "bytes=0-"
    return "GetObject" + (" presigned" if is_presigned else "") + (" ranged" if is_ranged else "")


def _bucket_operation(method: str, query: Mapping[str, str]) -> str:
    part = next((_BUCKET_PARTS[name] for name in query if name in _BUCKET_PARTS), None)
    match method:
        case "GET":
            return part or ("ListObjectsV2" if query.get("list-type") == "2" else "ListObjects")
        case "POST" if "delete" in query:
            return "DeleteObjects"
        case "PUT" | "DELETE" if part:
            return part.replace("Get", method.capitalize(), 1)
        case _:
            return _BUCKET_METHODS.get(method, method)


def query_of(environ: Environ) -> dict[str, str]:
    return dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))


def resolve_target(environ: Environ) -> tuple[str, str]:
    # The bucket and the key, in path style and in virtual-hosted style (BUCKET.localhost).
    path = environ["PATH_INFO"].lstrip("/")
    if _is_virtual_hosted(environ):
        return environ["HTTP_HOST"].split(".")[0], path
    bucket, _, key = path.partition("/")
    return bucket, key


def _is_virtual_hosted(environ: Environ) -> bool:
    host: str = environ.get("HTTP_HOST", "")
    return host.rsplit(":", 1)[0].endswith(".localhost")


def _signature(environ: Environ) -> str:
    # The version of the signature, "v2", "v4" or "" for none.
    authorization, query = environ.get("HTTP_AUTHORIZATION", ""), query_of(environ)
    if authorization.startswith("AWS4-") or "X-Amz-Signature" in query:
        return "v4"
    return "v2" if authorization.startswith("AWS ") or "Signature" in query else ""


def _signed_region(environ: Environ) -> str:
    scope = query_of(environ).get("X-Amz-Credential") or environ.get("HTTP_AUTHORIZATION", "")
    found = re.search(r"[^/\s=]+/\d{8}/([^/]*)/s3/aws4_request", scope)
    return found[1] if found else ""


# --- answers ----------------------------------------------------------------------------------------------


def _xml(root: str, content: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>{content}</{root}>'
    return Response(text, status, headers, content_type="application/xml")


def _error(
    environ: Environ,
    status: int,
    code: str,
    message: str | None,
    headers: Mapping[str, str] | None = None,
    extra_xml: str = "",
) -> Response:
    text = "" if message is None else f"<Message>{escape(message)}</Message>"
    place = f"<Resource>{escape(environ['PATH_INFO'])}</Resource>"
    content = f"<Code>{code}</Code>{text}{place}{extra_xml}<RequestId>4442587FB7D0A2F9</RequestId>"
    return _xml("Error", content, status, headers)


def _etag(body: bytes) -> str:
    return f'"{hashlib.md5(body).hexdigest()}"'


def _on(op: str, act: Break) -> Break:
    def step(environ: Environ, call_next: CallNext) -> Response:
        return (act if fnmatchcase(operation(environ), op) else pass_on)(environ, call_next)

    return step


def pass_on(environ: Environ, call_next: CallNext) -> Response:
    return call_next(environ)


def _changed(op: str, change: Callable[[Response], None]) -> Break:
    # A break that changes what moto answers, unless moto answers an error.
    def act(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        if response.status_code < 300:
            change(response)
        return response

    return _on(op, act)


def _without_elements(*tags: str) -> Callable[[Response], None]:
    pattern = re.compile(
        b"|".join(rf"<{tag}(?:\s[^>]*)?>.*?</{tag}>|<{tag}(?:\s[^>]*)?/>".encode() for tag in tags), re.DOTALL
    )

    def change(response: Response) -> None:
        response.set_data(pattern.sub(b"", response.get_data()))

    return change


def _hang_up(environ: Environ) -> ConnectionAbortedError:
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return ConnectionAbortedError("meant")


# --- errors -----------------------------------------------------------------------------------------------


def error(
    op: str,
    status: int,
    code: str,
    message: str | None = "Meant to fail.",
    headers: Mapping[str, str] | None = None,
    extra_xml: str = "",
) -> Break:
    """An S3 error; `message=None` leaves the element out, as some stores do."""
    return _on(op, lambda environ, _: _error(environ, status, code, message, headers, extra_xml))


def deny(op: str) -> Break:
    """What a policy that lacks the action answers."""
    return error(op, 403, "AccessDenied", "Access Denied")


def slow_down(op: str = "*") -> Break:
    return error(op, 503, "SlowDown", "Please reduce your request rate.")


def not_implemented(op: str) -> Break:
    return error(
        op,
        501,
        "NotImplemented",
        "A header you provided implies functionality that is not implemented",
    )


def no_such_bucket(op: str = "*") -> Break:
    return error(op, 404, "NoSuchBucket", "The specified bucket does not exist")


def html(op: str = "*") -> Break:
    """The page of a web console, as on MinIO's port 9001."""
    page = "<!doctype html><html><head><title>Console</title></head><body>Sign in</body></html>"
    return _on(op, lambda *_: Response(page, 200, content_type="text/html; charset=utf-8"))


def html_error(op: str = "*") -> Break:
    """What a load balancer answers when the store behind it is gone."""
    page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
    return _on(op, lambda *_: Response(page, 502, content_type="text/html"))


def redirect(op: str, status: int, location: str) -> Break:
    """Sent on to another place."""
    return _on(op, lambda *_: Response("", status, {"Location": location}))


def hang(op: str = "*", event: threading.Event | None = None) -> Break:
    """No answer until `event` is set, and none at all when the store stops before that."""
    released = event or threading.Event()

    def act(environ: Environ, call_next: CallNext) -> Response:
        while not released.is_set():
            if environ[_STOPPING].wait(0.02):
                raise _hang_up(environ)
        return call_next(environ)

    return _on(op, act)


def reset(op: str = "*") -> Break:
    """The connection is closed in place of an answer."""

    def act(environ: Environ, _: CallNext) -> Response:
        raise _hang_up(environ)

    return _on(op, act)


def go_down(op: str = "*") -> Break:
    """The store ends in place of an answer: from then on connections are refused."""

    def act(environ: Environ, _: CallNext) -> Response:
        environ["tests.server"].go_down()
        raise _hang_up(environ)

    return _on(op, act)


def reset_midway(op: str = "*") -> Break:
    """What is asked for is done; the connection is reset after half of the answer's body, or before one without."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        if body := response.get_data():
            environ["werkzeug.socket"].sendall(_raw(response)[: -(len(body) + 1) // 2])
        raise _hang_up(environ)

    return _on(op, act)


def reset_after(op: str = "*") -> Break:
    """The connection is reset after the answer, which says that it ends there."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        response.headers["Connection"] = "close"
        environ["werkzeug.socket"].sendall(_raw(response))
        raise _hang_up(environ)

    return _on(op, act)


def _raw(response: Response) -> bytes:
    body = response.get_data()
    headers = "".join(f"{name}: {value}\r\n" for name, value in response.headers if name.lower() != "content-length")
    return f"HTTP/1.1 {response.status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode("latin-1") + body


# --- who asks, and how ------------------------------------------------------------------------------------


def skew(seconds: float) -> Break:
    """The store's clock is `seconds` ahead; from 15 minutes on it refuses what is signed, as S3 does."""

    def step(environ: Environ, call_next: CallNext) -> Response:
        refused = abs(seconds) > _MAX_SKEW_SECONDS and _signature(environ)
        response = _too_skewed(environ, seconds) if refused else call_next(environ)
        response.headers["Date"] = formatdate(time() + seconds, usegmt=True)
        return response

    return step


def _too_skewed(environ: Environ, seconds: float) -> Response:
    times = (
        f"<RequestTime>{environ.get('HTTP_X_AMZ_DATE', '')}</RequestTime>"
        f"<ServerTime>{strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time() + seconds))}</ServerTime>"
        f"<MaxAllowedSkewMilliseconds>{_MAX_SKEW_SECONDS * 1000}</MaxAllowedSkewMilliseconds>"
    )
    message = "The difference between the request time and the current time is too large."
    return _error(environ, 403, "RequestTimeTooSkewed", message, extra_xml=times)


def _refuse(when: Callable[[Environ], bool], refuse: Callable[[Environ], Response]) -> Break:
    def step(environ: Environ, call_next: CallNext) -> Response:
        return refuse(environ) if when(environ) else call_next(environ)

    return step


def wrong_region(expecting: str) -> Break:
    """Refuses, as Amazon S3 does, what is signed (V4) for a region other than `expecting`."""

    def diagnose_error_response(environ: Environ) -> Response:
        code = "AuthorizationHeaderMalformed" if "HTTP_AUTHORIZATION" in environ else _QUERY_MALFORMED
        message = (
            f"The authorization header is malformed; the region '{_signed_region(environ)}' is wrong; "
            f"expecting '{expecting}'"
        )
        # A HEAD's answer has no body: there the region is in the header alone.
        headers = {"x-amz-bucket-region": expecting} if environ["REQUEST_METHOD"] == "HEAD" else {}
        return _error(environ, 400, code, message, headers, f"<Region>{expecting}</Region>")

    return _refuse(lambda environ: _signed_region(environ) not in ("", expecting), diagnose_error_response)


_QUERY_MALFORMED = "AuthorizationQueryParametersError"


def permanent_redirect(region: str) -> Break:
    """Redirects, as Amazon S3 does, what is not signed for `region`, where the bucket is."""

    def redirect(environ: Environ) -> Response:
        bucket = resolve_target(environ)[0]
        message = (
            "The bucket you are attempting to access must be addressed using the specified endpoint. "
            "Please send all future requests to this endpoint."
        )
        extra = f"<Endpoint>s3.{region}.amazonaws.com</Endpoint><Bucket>{bucket}</Bucket>"
        return _error(environ, 301, "PermanentRedirect", message, {"x-amz-bucket-region": region}, extra)

    return _refuse(lambda environ: _signed_region(environ) != region, redirect)


def virtual_host_only() -> Break:
    """Refuses path style, as Alibaba OSS does."""
    return _refuse(
        lambda environ: not _is_virtual_hosted(environ),
        lambda environ: _error(
            environ, 403, "SecondLevelDomainForbidden", "Please use virtual hosted style to access."
        ),
    )


def demand_v4() -> Break:
    """Refuses V2 signatures in the words of Amazon S3."""
    return _demand("v2", "AWS4-HMAC-SHA256")


def demand_v2() -> Break:
    """Refuses V4 signatures."""
    return _demand("v4", "AWS signature version 2")


def _demand(refused: str, wanted: str) -> Break:
    message = f"The authorization mechanism you have provided is not supported. Please use {wanted}."
    return _refuse(
        lambda environ: _signature(environ) == refused,
        lambda environ: _error(environ, 400, "InvalidRequest", message),
    )


# --- lies -------------------------------------------------------------------------------------------------

_LISTED = {
    "ListObjects": ("Contents", "CommonPrefixes"),
    "ListObjectsV2": ("Contents", "CommonPrefixes"),
    "ListMultipartUploads": ("Upload",),
    "ListParts": ("Part",),
}


def empty_list(op: str) -> Break:
    """A listing that lacks everything that is there."""
    return _changed(op, _without_elements(*_LISTED[op]))


def lists_late(seconds: float) -> Break:
    """What was written in the last `seconds` is missing from listings, and there when it is read."""
    written: dict[str, float] = {}

    def act(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        if operation(environ) in ("PutObject", "CopyObject", "CompleteMultipartUpload"):
            written[resolve_target(environ)[1]] = time()
        elif operation(environ).startswith("ListObjects"):
            young = {key for key, at in written.items() if time() - at < seconds}
            entries = re.compile(rb"<Contents>.*?<Key>(.*?)</Key>.*?</Contents>", re.DOTALL)
            response.set_data(
                entries.sub(lambda e: b"" if unescape(e[1].decode()) in young else e[0], response.get_data())
            )
        return response

    return act


def without(op: str, xml_tag: str) -> Break:
    """An answer that lacks an element, such as `IsTruncated`."""
    return _changed(op, _without_elements(xml_tag))


def without_header(op: str, name: str) -> Break:
    """An answer that lacks a header, such as `ETag`."""
    return _changed(op, lambda response: response.headers.remove(name))


def lose(op: str) -> Break:
    """Success, and nothing stored: PutObject, CopyObject, UploadPart or CompleteMultipartUpload."""
    return _on(op, lambda environ, _: _LOST[op](environ))


def _lost_upload(environ: Environ) -> Response:
    return Response("", 200, {"ETag": _etag(_body(environ))})


def _lost_copy(_: Environ) -> Response:
    now = strftime("%Y-%m-%dT%H:%M:%S.000Z", gmtime())
    return _xml("CopyObjectResult", f"<ETag>{_etag(b'')}</ETag><LastModified>{now}</LastModified>")


def _lost_completion(environ: Environ) -> Response:
    bucket, key = resolve_target(environ)
    content = f'<Bucket>{bucket}</Bucket><Key>{escape(key)}</Key><ETag>{_etag(b"")[:-1]}-1"</ETag>'
    return _xml("CompleteMultipartUploadResult", content)


_LOST: dict[str, Callable[[Environ], Response]] = {
    "PutObject": _lost_upload,
    "UploadPart": _lost_upload,
    "CopyObject": _lost_copy,
    "CompleteMultipartUpload": _lost_completion,
}


def store_other(op: str, change: Callable[[bytes], bytes]) -> Break:
    """Something else is stored than was sent: of PutObject or UploadPart."""
    return _on(op, lambda environ, call_next: call_next(_with_body(environ, change(_body(environ)))))


def half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def flipped(body: bytes) -> bytes:
    """One wrong byte in the middle."""
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 0xFF]) + body[middle + 1 :] if body else body


def empty_part_copy(*, etag: bool = False) -> Break:
    """UploadPartCopy stores an empty part; its body is empty, as rclone's, or with `etag` one that looks right."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        plain = {name: value for name, value in environ.items() if not name.startswith("HTTP_X_AMZ_COPY_")}
        stored = call_next(_with_body(plain, b""))
        if stored.status_code >= 300 or not etag:
            return stored
        return _xml("CopyPartResult", f"<ETag>{stored.headers['ETag']}</ETag>")

    return _on("UploadPartCopy", act)


def truncate(op: str) -> Break:
    """Half of the body, and a Content-Length that agrees."""
    return _changed(op, lambda response: response.set_data(half(response.get_data())))


def short(op: str) -> Break:
    """Half of the body, though Content-Length promises all of it; then the connection is closed."""

    def change(response: Response) -> None:
        promised = len(response.get_data())
        response.set_data(half(response.get_data()))
        response.content_length = promised

    return _changed(op, change)


def flip(op: str) -> Break:
    """A body of the right length with one wrong byte in the middle."""
    return _changed(op, lambda response: response.set_data(flipped(response.get_data())))


def blanks_before_xml(op: str = "*") -> Break:
    """As of a store that keeps a connection open while it works."""
    return _changed(op, lambda response: _put_before(b"\n  ", response) if _is_xml(response) else None)


def _is_xml(response: Response) -> bool:
    # The random bytes of an object, which is an octet-stream, may begin like that too.
    return response.mimetype != "application/octet-stream" and response.get_data().startswith(b"<")


def _put_before(text: bytes, response: Response) -> None:
    response.set_data(text + response.get_data())


def nothing(op: str) -> Break:
    """It is done, and the answer has no body."""
    return _changed(op, lambda response: response.set_data(b""))


def ignore_range(op: str = "GetObject*") -> Break:
    """A ranged GET is answered with 200 and everything."""
    return _on(
        op,
        lambda environ, call_next: call_next({k: v for k, v in environ.items() if k != "HTTP_RANGE"}),
    )


def ignore_prefix(op: str = "ListObjects*") -> Break:
    """A listing of the whole bucket, whatever part of it was asked for."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        asked = [part for part in environ["QUERY_STRING"].split("&") if not part.startswith("prefix=")]
        return call_next(environ | {"QUERY_STRING": "&".join(asked)})

    return _on(op, act)


def with_header(op: str, name: str, value: str) -> Break:
    """An answer with a header of our own."""
    return _changed(op, lambda response: response.headers.set(name, value))


def replace_text(op: str, text: str, by: str) -> Break:
    """An answer in which `text` is another."""
    return _changed(op, lambda response: response.set_data(response.get_data().replace(text.encode(), by.encode())))


def keep_on_delete() -> Break:
    """DeleteObjects is 200 with an error for each key, and deletes nothing."""
    denied = "<Error><Key>{}</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    return _on("DeleteObjects", lambda environ, _: _deleted(environ, denied))


def ignore_abort() -> Break:
    """AbortMultipartUpload succeeds, and aborts nothing."""
    return _on("AbortMultipartUpload", lambda *_: Response(status=204))


def ignore_delete() -> Break:
    """DeleteObjects and DeleteObject succeed, and delete nothing."""
    several = _on("DeleteObjects", lambda environ, _: _ignored_deletes(environ))
    single = _on("DeleteObject", lambda *_: Response(status=204))
    return lambda environ, call_next: several(environ, _chain(single, call_next))


def _ignored_deletes(environ: Environ) -> Response:
    quiet = re.search(rb"<Quiet>\s*true\s*</Quiet>", _body(environ), re.IGNORECASE)
    return _deleted(environ, "" if quiet else "<Deleted><Key>{}</Key></Deleted>")


def _deleted(environ: Environ, result: str) -> Response:
    keys = [unescape(key.decode()) for key in re.findall(rb"<Key>(.*?)</Key>", _body(environ), re.DOTALL)]
    return _xml("DeleteResult", "".join(result.format(escape(key)) for key in keys))
