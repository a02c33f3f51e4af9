"""The faults of a `FaultyStore`, one function each.

A parameter `op` is an operation as `s3_requests.operation` names it, or a pattern: `List*`, `GetObject*`, `*`.
"""

from __future__ import annotations

import hashlib
import re
import socket
import struct
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from email.utils import formatdate
from fnmatch import filter as fnmatch_filter
from fnmatch import fnmatchcase
from time import gmtime, strftime, time
from urllib.parse import parse_qs, quote, unquote
from xml.sax.saxutils import escape, unescape

from werkzeug.wrappers import Response

from tests.support.faulty_store import STOPPING, CallNext, Fault, chain
from tests.support.moto_server import Moto
from tests.support.s3_requests import (
    Environ,
    access_key_of,
    body_of,
    bucket_and_key,
    is_virtual_hosted,
    operation,
    query_of,
    signature_version,
    signed_headers,
    signed_region,
    with_body,
)

ENCRYPTION = "x-amz-server-side-encryption"  # headers of new objects
KMS_KEY = "x-amz-server-side-encryption-aws-kms-key-id"
_MAX_SKEW_SECONDS = 900
_SMALL = 5 << 20  # bytes


def pass_through(environ: Environ, call_next: CallNext) -> Response:
    """No fault at all."""
    return call_next(environ)


def on(op: str, fault: Fault) -> Fault:
    """`fault` for requests that match `op` only."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        return (fault if fnmatchcase(operation(environ), op) else pass_through)(environ, call_next)

    return act


def _on_success(op: str, change: Callable[[Response], None]) -> Fault:
    """Change successful responses in place."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        if response.status_code < 300:
            change(response)
        return response

    return on(op, act)


def _reject(when: Callable[[Environ], bool], reject: Callable[[Environ], Response]) -> Fault:
    def act(environ: Environ, call_next: CallNext) -> Response:
        return reject(environ) if when(environ) else call_next(environ)

    return act


def _at(path: str) -> Environ:
    """What a request for another path has in its environment."""
    return {"PATH_INFO": path, "RAW_URI": quote(path, encoding="latin-1")}


# --- responses --------------------------------------------------------------------------------------------


def _xml_response(root: str, content: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>{content}</{root}>'
    return Response(text, status, headers, content_type="application/xml")


def _error_response(
    environ: Environ,
    status: int,
    code: str,
    message: str | None,
    headers: Mapping[str, str] | None = None,
    extra_xml: str = "",
) -> Response:
    message_xml = "" if message is None else f"<Message>{escape(message)}</Message>"
    resource_xml = f"<Resource>{escape(environ['PATH_INFO'])}</Resource>"
    content = f"<Code>{code}</Code>{message_xml}{resource_xml}{extra_xml}<RequestId>4442587FB7D0A2F9</RequestId>"
    return _xml_response("Error", content, status, headers)


def _etag(body: bytes) -> str:
    return f'"{hashlib.md5(body).hexdigest()}"'


# --- errors -----------------------------------------------------------------------------------------------


def error(
    op: str,
    status: int,
    code: str,
    message: str | None = "Meant to fail.",
    headers: Mapping[str, str] | None = None,
    extra_xml: str = "",
) -> Fault:
    """An S3 error; with `message=None` it has no Message element, as on some stores."""
    return on(op, lambda environ, _: _error_response(environ, status, code, message, headers, extra_xml))


def deny(op: str) -> Fault:
    """The error for an action that no policy allows."""
    return error(op, 403, "AccessDenied", "Access Denied")


def slow_down(op: str = "*") -> Fault:
    return error(op, 503, "SlowDown", "Please reduce your request rate.")


def not_implemented(op: str) -> Fault:
    return error(op, 501, "NotImplemented", "A header you provided implies functionality that is not implemented")


def no_such_bucket(op: str = "*") -> Fault:
    return error(op, 404, "NoSuchBucket", "The specified bucket does not exist")


def console_page(op: str = "*") -> Fault:
    """The HTML page of a web console, as on MinIO's port 9001."""
    page = "<!doctype html><html><head><title>Console</title></head><body>Sign in</body></html>"
    return on(op, lambda *_: Response(page, 200, content_type="text/html; charset=utf-8"))


def bad_gateway(op: str = "*") -> Fault:
    """The HTML page of a load balancer that cannot reach the store."""
    page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
    return on(op, lambda *_: Response(page, 502, content_type="text/html"))


def redirect(op: str, status: int, location: str) -> Fault:
    return on(op, lambda *_: Response("", status, {"Location": location}))


# --- proxies ----------------------------------------------------------------------------------------------


def block_method(method: str, status: int = 403) -> Fault:
    """A proxy answers requests with an HTTP method by a web page, and does not pass them on."""
    return _reject(lambda environ: environ["REQUEST_METHOD"] == method, lambda _: _blocked(status))


def block_dot_names() -> Fault:
    """A proxy passes no names on that begin with a dot, as web servers that hide such files."""
    return _reject(lambda environ: "/." in environ["PATH_INFO"], lambda _: _blocked(403))


def block_reserved_names() -> Fault:
    """A proxy that refuses each name that begins with an underscore."""
    return _reject(lambda environ: "/_" in environ["PATH_INFO"], lambda _: _blocked(403))


def block_other_keys(prefix: str) -> Fault:
    """A proxy passes only keys below `prefix` on, and everything that names no key."""
    return _reject(
        lambda environ: not f"{bucket_and_key(environ)[1] or prefix}/".startswith(prefix), lambda _: _blocked(403)
    )


def _blocked(status: int) -> Response:
    return Response("<html><body>Blocked by policy</body></html>", status, content_type="text/html")


def strip_path(prefix: str) -> Fault:
    """A proxy passes on what is below `prefix`, without it, so that no signature is right. Elsewhere is a web page."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        path = environ["PATH_INFO"]
        if not path.startswith(f"{prefix}/"):
            return console_page()(environ, call_next)
        if version := signature_version(environ):
            return mismatch_signature(version)(environ, call_next)
        path = path.removeprefix(prefix)
        return call_next(environ | _at(path))

    return act


def drop_signed_header(name: str) -> Fault:
    """A proxy drops a header. Where it is signed, the answer is MinIO's."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        if not _has_header(environ, name):
            return call_next(environ)
        if signature_version(environ) == "v4" and name.lower() in signed_headers(environ):
            return _error_response(environ, 400, "AccessDenied", _NOT_SIGNED)
        return call_next({key: value for key, value in environ.items() if key != _environ_name(name)})

    return act


def add_unsigned_header() -> Fault:
    """A proxy adds a header that begins with `x-amz-`. S3 requires that all of these are signed."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        version = signature_version(environ)
        if version == "v4":
            extra_xml = "<HeadersNotSigned>x-amz-request-id</HeadersNotSigned>"
            return _error_response(environ, 403, "AccessDenied", _NOT_SIGNED, extra_xml=extra_xml)
        return mismatch_signature("v2")(environ, call_next)

    return act


_NOT_SIGNED = "There were headers present in the request which were not signed"


# --- connections ------------------------------------------------------------------------------------------


def _reset(environ: Environ) -> ConnectionAbortedError:
    """Make the connection's end a reset (RST); the caller raises the returned error, which closes it."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return ConnectionAbortedError("meant to fail")


def hang(op: str = "*", released: threading.Event | None = None) -> Fault:
    """No response until `released` is set; when the store stops before that, the connection is reset."""
    event = released or threading.Event()

    def act(environ: Environ, call_next: CallNext) -> Response:
        while not event.is_set():
            if environ[STOPPING].wait(0.02):
                raise _reset(environ)
        return call_next(environ)

    return on(op, act)


def reset_connection(op: str = "*") -> Fault:
    """The connection is reset instead of a response; the request has no effect."""

    def act(environ: Environ, _: CallNext) -> Response:
        raise _reset(environ)

    return on(op, act)


def reset_mid_response(op: str = "*") -> Fault:
    """The request has its effect; the connection is reset after half of the response body, or before an empty one."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        if body := response.get_data():
            environ["werkzeug.socket"].sendall(_raw(response)[: -(len(body) + 1) // 2])
        raise _reset(environ)

    return on(op, act)


def cut_head(op: str = "*", size: int = 12) -> Fault:
    """The request has its effect; the connection ends after `size` bytes of the answer, by default `HTTP/1.1 200`."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        environ["werkzeug.socket"].sendall(_raw(call_next(environ))[:size])
        raise ConnectionAbortedError("meant to fail")

    return on(op, act)


def reset_after_response(op: str = "*") -> Fault:
    """The connection is reset after a complete response with `Connection: close`."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        response.headers["Connection"] = "close"
        environ["werkzeug.socket"].sendall(_raw(response))
        raise _reset(environ)

    return on(op, act)


def _raw(response: Response) -> bytes:
    body = response.get_data()
    headers = "".join(f"{name}: {value}\r\n" for name, value in response.headers if name.lower() != "content-length")
    return f"HTTP/1.1 {response.status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode("latin-1") + body


def go_down(op: str = "*") -> Fault:
    """The store goes down instead of a response: further connections are refused."""

    def act(environ: Environ, _: CallNext) -> Response:
        environ["tests.server"].refuse_connections()
        raise _reset(environ)

    return on(op, act)


# --- demands on requests ----------------------------------------------------------------------------------


def clock_skew(seconds: float) -> Fault:
    """The store's clock is `seconds` ahead; beyond 15 minutes it rejects signed requests, as S3 does."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        is_rejected = abs(seconds) > _MAX_SKEW_SECONDS and signature_version(environ)
        response = _too_skewed(environ, seconds) if is_rejected else call_next(environ)
        response.headers["Date"] = formatdate(time() + seconds, usegmt=True)
        return response

    return act


def _too_skewed(environ: Environ, seconds: float) -> Response:
    times = (
        f"<RequestTime>{environ.get('HTTP_X_AMZ_DATE', '')}</RequestTime>"
        f"<ServerTime>{strftime('%Y-%m-%dT%H:%M:%SZ', gmtime(time() + seconds))}</ServerTime>"
        f"<MaxAllowedSkewMilliseconds>{_MAX_SKEW_SECONDS * 1000}</MaxAllowedSkewMilliseconds>"
    )
    message = "The difference between the request time and the current time is too large."
    return _error_response(environ, 403, "RequestTimeTooSkewed", message, extra_xml=times)


def require_region(region: str, message: str = "") -> Fault:
    """Reject V4 signatures for a region other than `region`, with Amazon S3's message or another one."""

    def reject(environ: Environ) -> Response:
        in_header = "HTTP_AUTHORIZATION" in environ
        code = "AuthorizationHeaderMalformed" if in_header else "AuthorizationQueryParametersError"
        message_of_s3 = (
            f"The authorization header is malformed; the region '{signed_region(environ)}' is wrong; "
            f"expecting '{region}'"
        )
        # The response to a HEAD has no body, so its region is in a header.
        headers = {"x-amz-bucket-region": region} if environ["REQUEST_METHOD"] == "HEAD" else {}
        return _error_response(environ, 400, code, message or message_of_s3, headers, f"<Region>{region}</Region>")

    return _reject(lambda environ: signed_region(environ) not in ("", region), reject)


def permanent_redirect(region: str) -> Fault:
    """Redirect, as Amazon S3 does, requests that are not signed for `region`, where the bucket is."""

    def reject(environ: Environ) -> Response:
        bucket, _ = bucket_and_key(environ)
        message = (
            "The bucket you are attempting to access must be addressed using the specified endpoint. "
            "Please send all future requests to this endpoint."
        )
        extra_xml = f"<Endpoint>s3.{region}.amazonaws.com</Endpoint><Bucket>{bucket}</Bucket>"
        headers = {"x-amz-bucket-region": region}
        return _error_response(environ, 301, "PermanentRedirect", message, headers, extra_xml)

    return _reject(lambda environ: signed_region(environ) != region, reject)


def require_virtual_host() -> Fault:
    """Reject path style, as Alibaba OSS does."""
    return _reject(
        lambda environ: not is_virtual_hosted(environ),
        lambda environ: _error_response(
            environ, 403, "SecondLevelDomainForbidden", "Please use virtual hosted style to access."
        ),
    )


def bucket_in_host(domain: str) -> Fault:
    """A bucket in front of the store's own domain counts, and the path is the key, whatever else it begins with.

    As MinIO with MINIO_DOMAIN: only its DeleteObjects does not look at the path (cmd/api-router.go).
    """

    def act(environ: Environ, call_next: CallNext) -> Response:
        bucket, _, rest = environ["HTTP_HOST"].partition(":")[0].partition(".")
        if f"{bucket}.{rest}" == domain:
            return call_next(environ | {"HTTP_HOST": "localhost"})
        if rest != domain:
            return call_next(environ)
        is_delete = environ["REQUEST_METHOD"] == "POST" and "delete" in query_of(environ)
        path = f"/{bucket}" + ("" if is_delete else environ["PATH_INFO"])
        changes = {"HTTP_HOST": "localhost", **_at(path)}
        if environ["REQUEST_METHOD"] == "GET" and "uploadId" not in query_of(environ):
            changes["QUERY_STRING"] = ""  # all others are of buckets
        return call_next(environ | changes)

    return act


def below_path(path: str) -> Fault:
    """The store serves S3 below `path`; other paths are those of a web server."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        if not environ["PATH_INFO"].startswith(f"{path}/"):
            return console_page()(environ, call_next)
        return call_next(environ | _at(environ["PATH_INFO"].removeprefix(path)))

    return act


def require_v4() -> Fault:
    """Reject V2 signatures with Amazon S3's message."""
    return _reject_signature("v2", "AWS4-HMAC-SHA256")


def require_v2() -> Fault:
    """Reject V4 signatures."""
    return _reject_signature("v4", "AWS signature version 2")


def _reject_signature(version: str, required: str) -> Fault:
    message = f"The authorization mechanism you have provided is not supported. Please use {required}."
    return _reject(
        lambda environ: signature_version(environ) == version,
        lambda environ: _error_response(environ, 400, "InvalidRequest", message),
    )


def mismatch_signature(version: str) -> Fault:
    """Answer signatures of version "v2" or "v4" as if the secret key was wrong.

    As behind a proxy that changes the `Host` header, which only V4 signs.
    """
    message = "The request signature we calculated does not match the signature you provided. Check your key."
    return _reject(
        lambda environ: signature_version(environ) == version,
        lambda environ: _error_response(environ, 403, "SignatureDoesNotMatch", message),
    )


def refuse_other_keys(access_key: str) -> Fault:
    """Reject all access keys but one, as Garage does."""
    return _reject(
        lambda environ: access_key_of(environ) not in ("", access_key),
        lambda environ: _error_response(
            environ, 403, "AccessDenied", f"Forbidden: No such key: {access_key_of(environ)}"
        ),
    )


def refuse_signatures() -> Fault:
    """Reject every signature, as Garage does with a wrong secret key."""
    return _reject(
        lambda environ: bool(signature_version(environ)),
        lambda environ: _error_response(environ, 403, "AccessDenied", "Forbidden: Invalid signature"),
    )


def refuse_session_tokens() -> Fault:
    """Reject every session token, as MinIO does with one that it has not issued."""
    message = "The security token included in the request is invalid"
    return _reject(
        lambda environ: _has_header(environ, "x-amz-security-token") or "X-Amz-Security-Token" in query_of(environ),
        lambda environ: _error_response(environ, 403, "InvalidTokenId", message),
    )


def refuse_header(header: str, code: str, message: str = "", *, value: str = "*", status: int = 400) -> Fault:
    """Reject requests with a header whose value matches the pattern `value`: an encryption, a storage class or an ACL.

    Without a code the response is nothing but a status, as Ceph's.
    """
    return _reject(
        lambda environ: fnmatchcase(_header(environ, header), value) and _has_header(environ, header),
        lambda environ: _error_response(environ, status, code, message) if code else Response(status=status),
    )


def require_header(
    header: str, code: str, message: str = "", *, value: str = "?*", status: int = 403, calls: str = "*"
) -> Fault:
    """Reject new objects without a header that matches the pattern `value`, as a policy that requires encryption.

    `calls` is a pattern of the operations.
    """
    return _reject(
        lambda environ: (
            operation(environ) in fnmatch_filter(_WITH_OBJECT_HEADERS, calls)
            and not fnmatchcase(_header(environ, header), value)
        ),
        lambda environ: _error_response(environ, status, code, message),
    )


_WITH_OBJECT_HEADERS = ("PutObject", "CreateMultipartUpload", "CopyObject")


def _has_header(environ: Environ, name: str) -> bool:
    return _environ_name(name) in environ


def _header(environ: Environ, name: str) -> str:
    value: str = environ.get(_environ_name(name), "")
    return value


def _environ_name(header: str) -> str:
    return f"HTTP_{header.upper().replace('-', '_')}"


def refuse_larger_last_parts(status: int = 400, code: str = "InvalidPart") -> Fault:
    """Reject uploads of two parts whose last one is the larger one, as Cloudflare R2 does."""
    sizes: dict[str, int] = {}

    def act(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) == "UploadPart":
            sizes[query_of(environ)["partNumber"]] = int(environ["CONTENT_LENGTH"])
        has_two = operation(environ) == "CompleteMultipartUpload" and b"<PartNumber>2<" in body_of(environ)
        if has_two and sizes["2"] > sizes["1"]:
            message = "All non-trailing parts must have the same length."
            return _error_response(environ, status, code, message)
        return call_next(environ)

    return act


# --- public access ----------------------------------------------------------------------------------------


def answer_unsigned(*ops: str) -> Fault:
    """Lets anybody make these calls, as a store with a public policy."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        if operation(environ) in ops and "HTTP_AUTHORIZATION" not in environ:
            environ = environ | {"HTTP_AUTHORIZATION": f"AWS {Moto.access_key}:c2lnbmF0dXJl"}
        return call_next(environ)

    return act


# --- listings ---------------------------------------------------------------------------------------------

_LISTING_ELEMENTS = {
    "ListObjects": ("Contents", "CommonPrefixes"),
    "ListObjectsV2": ("Contents", "CommonPrefixes"),
    "ListMultipartUploads": ("Upload",),
    "ListParts": ("Part",),
}


def empty_listing(op: str) -> Fault:
    """A listing without any entries."""
    return _on_success(op, _remove_elements(*_LISTING_ELEMENTS[op]))


def delayed_listing(seconds: float) -> Fault:
    """Listings lack objects written in the last `seconds`; reading those objects works."""
    written_at: dict[str, float] = {}

    def act(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        if operation(environ) in ("PutObject", "CopyObject", "CompleteMultipartUpload"):
            written_at[bucket_and_key(environ)[1]] = time()
        elif operation(environ).startswith("ListObjects"):
            recent = {key for key, at in written_at.items() if time() - at < seconds}
            entries = re.compile(rb"<Contents>.*?<Key>(.*?)</Key>.*?</Contents>", re.DOTALL)
            response.set_data(
                entries.sub(lambda e: b"" if unescape(e[1].decode()) in recent else e[0], response.get_data())
            )
        return response

    return act


def error_below_prefix(op: str, code: str) -> Fault:
    """An error for each listing with a prefix."""
    has_prefix = _reject(
        lambda environ: bool(query_of(environ).get("prefix")),
        lambda environ: _error_response(environ, 403, code, None),
    )
    return on(op, has_prefix)


def list_only_folders(op: str) -> Fault:
    """Lists only prefixes that end in a slash, as Storj does for some projects."""

    def is_of_object(environ: Environ) -> bool:
        prefix = parse_qs(environ["QUERY_STRING"]).get("prefix", [""])[0]
        return bool(prefix) and not prefix.endswith("/")

    return on(op, _reject(is_of_object, lambda environ: _error_response(environ, 501, "NotImplemented", None)))


def ignore_prefix(op: str = "ListObjects*") -> Fault:
    """Listings of the whole bucket, whatever prefix was requested."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        parameters = [part for part in environ["QUERY_STRING"].split("&") if not part.startswith("prefix=")]
        return call_next(environ | {"QUERY_STRING": "&".join(parameters)})

    return on(op, act)


def ignore_question(op: str) -> Fault:
    """The store ignores what it does not know in the query of a call on the bucket, and lists the bucket instead."""
    return on(op, lambda environ, call_next: call_next(environ | {"QUERY_STRING": ""}))


# --- changed responses ------------------------------------------------------------------------------------


def respond_with(op: str, document: str) -> Fault:
    """An XML document instead of the response; the request has no effect."""
    return on(op, lambda *_: Response(document, content_type="application/xml"))


def replace_response(op: str, status: int) -> Fault:
    """The request has its effect; a proxy answers with a web page in place of the store."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        call_next(environ)
        return _blocked(status)

    return on(op, act)


def deny_afterwards(op: str) -> Fault:
    """The request has its effect; a filter denies it in the words of S3."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        call_next(environ)
        return _error_response(environ, 403, "AccessDenied", "Access Denied")

    return on(op, act)


def replace_absent(
    status: int, body: str = "", code: str = "", *, op: str = "*", content_type: str = "text/html"
) -> Fault:
    """A proxy replaces 404 responses: by a page, a redirect, or an error of its own with `code`.

    As nginx with `proxy_intercept_errors on` and `error_page 404`.
    """

    def act(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(environ)
        if response.status_code != 404:
            return response
        if code:
            return _error_response(environ, status, code, "Meant to fail.")
        headers = {"Location": "http://127.0.0.1:9/login"} if status == 302 else {}
        return Response(body, status, headers, content_type=content_type)

    return on(op, act)


def remove_element(op: str, xml_tag: str) -> Fault:
    """Responses without an XML element, such as `IsTruncated`."""
    return _on_success(op, _remove_elements(xml_tag))


def _remove_elements(*tags: str) -> Callable[[Response], None]:
    pattern = re.compile(
        b"|".join(rf"<{tag}(?:\s[^>]*)?>.*?</{tag}>|<{tag}(?:\s[^>]*)?/>".encode() for tag in tags), re.DOTALL
    )

    def change(response: Response) -> None:
        response.set_data(pattern.sub(b"", response.get_data()))

    return change


def remove_header(op: str, name: str) -> Fault:
    """Responses without a header, such as `ETag`."""
    return _on_success(op, lambda response: response.headers.remove(name))


def set_header(op: str, name: str, value: str) -> Fault:
    """Responses with an additional or changed header."""
    return _on_success(op, lambda response: response.headers.set(name, value))


def replace_text(op: str, old: str, new: str) -> Fault:
    """Responses with `old` replaced by `new` in the body."""
    return _on_success(op, lambda response: response.set_data(response.get_data().replace(old.encode(), new.encode())))


def whitespace_before_xml(op: str = "*") -> Fault:
    """XML after white space, which some stores send to keep a connection open while they work."""

    def change(response: Response) -> None:
        # The random bytes of an object, which is an octet-stream, may start with "<" too.
        if response.mimetype != "application/octet-stream" and response.get_data().startswith(b"<"):
            response.set_data(b"\n  " + response.get_data())

    return _on_success(op, change)


def empty_body(op: str) -> Fault:
    """The request has its effect; the response has no body."""
    return _on_success(op, lambda response: response.set_data(b""))


def truncate_body(op: str) -> Fault:
    """Half of the body, with a matching Content-Length."""
    return _on_success(op, lambda response: response.set_data(first_half(response.get_data())))


def incomplete_body(op: str) -> Fault:
    """Half of the body with the Content-Length of all of it; then the connection is closed."""

    def change(response: Response) -> None:
        full_length = len(response.get_data())
        response.set_data(first_half(response.get_data()))
        response.content_length = full_length

    return _on_success(op, change)


def corrupt_body(op: str) -> Fault:
    """A body of the correct length with one wrong byte in the middle."""
    return _on_success(op, lambda response: response.set_data(flip_middle_byte(response.get_data())))


def ignore_range(op: str = "GetObject*") -> Fault:
    """A ranged GET is answered with 200 and the whole object."""
    return on(
        op,
        lambda environ, call_next: call_next({k: v for k, v in environ.items() if k != "HTTP_RANGE"}),
    )


def first_half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def flip_middle_byte(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 0xFF]) + body[middle + 1 :] if body else body


# --- writes -----------------------------------------------------------------------------------------------


def discard_write(op: str) -> Fault:
    """Success without an effect, for PutObject, CopyObject, UploadPart or CompleteMultipartUpload."""
    return on(op, lambda environ, _: _WRITE_RESPONSES[op](environ))


def _upload_response(environ: Environ) -> Response:
    return Response("", 200, {"ETag": _etag(body_of(environ))})


def _copy_response(_: Environ) -> Response:
    now = strftime("%Y-%m-%dT%H:%M:%S.000Z", gmtime())
    return _xml_response("CopyObjectResult", f"<ETag>{_etag(b'')}</ETag><LastModified>{now}</LastModified>")


def _completion_response(environ: Environ) -> Response:
    bucket, key = bucket_and_key(environ)
    content = f'<Bucket>{bucket}</Bucket><Key>{escape(key)}</Key><ETag>{_etag(b"")[:-1]}-1"</ETag>'
    return _xml_response("CompleteMultipartUploadResult", content)


_WRITE_RESPONSES: dict[str, Callable[[Environ], Response]] = {
    "PutObject": _upload_response,
    "UploadPart": _upload_response,
    "CopyObject": _copy_response,
    "CompleteMultipartUpload": _completion_response,
}


def corrupt_write(op: str, change: Callable[[bytes], bytes]) -> Fault:
    """PutObject or UploadPart stores `change(body)` instead of the body."""
    return on(op, lambda environ, call_next: call_next(with_body(environ, change(body_of(environ)))))


def empty_part_copy(*, etag: bool = False) -> Fault:
    """UploadPartCopy stores an empty part; its response is empty, as rclone's, or with `etag` looks correct."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(with_body(_without_copy_headers(environ), b""))
        if response.status_code >= 300 or not etag:
            return response
        return _xml_response("CopyPartResult", f"<ETag>{response.headers['ETag']}</ETag>")

    return on("UploadPartCopy", act)


def refuse_small(op: str, code: str = "EntityTooSmall") -> Fault:
    """`op` is refused for what is smaller than 5 MiB: a copy for its source, anything else for what it writes.

    As UploadPartCopy on Garage, with the code InvalidRequest.
    """
    sizes: dict[str, int] = defaultdict(int)  # of each object, also while it is being uploaded

    def act(environ: Environ, call_next: CallNext) -> Response:
        name, key = operation(environ), bucket_and_key(environ)[1]
        source = unquote(environ.get("HTTP_X_AMZ_COPY_SOURCE", "")).lstrip("/").partition("/")[2]
        if name in ("PutObject", "UploadPart"):
            sizes[key] += int(environ["CONTENT_LENGTH"])
        elif name == "UploadPartCopy":
            first, _, last = environ["HTTP_X_AMZ_COPY_SOURCE_RANGE"].removeprefix("bytes=").partition("-")
            sizes[key] += int(last) - int(first) + 1
        if name == op and sizes[source or key] < _SMALL:
            message = "Your proposed upload is smaller than the minimum allowed object size."
            return _error_response(environ, 400, code, message)
        return call_next(environ)

    return act


def empty_copy() -> Fault:
    """CopyObject stores an empty object; its response looks correct."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        response = call_next(with_body(_without_copy_headers(environ), b""))
        if response.status_code >= 300:
            return response
        date = "<LastModified>2026-01-01T00:00:00.000Z</LastModified>"
        return _xml_response("CopyObjectResult", f"<ETag>{response.headers['ETag']}</ETag>{date}")

    return on("CopyObject", act)


def _without_copy_headers(environ: Environ) -> Environ:
    return {name: value for name, value in environ.items() if not name.startswith("HTTP_X_AMZ_COPY_")}


def _head(path: str, environ: Environ, call_next: CallNext) -> Response:
    """The response to a HeadObject instead of the request."""
    head = {"REQUEST_METHOD": "HEAD", "QUERY_STRING": "", **_at(path)}
    return call_next(with_body(_without_copy_headers(environ), b"") | head)


_COPY_RANGE = "HTTP_X_AMZ_COPY_SOURCE_RANGE"


def ignore_copy_range() -> Fault:
    """UploadPartCopy always copies from the start of the source."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        if span := environ.get(_COPY_RANGE):
            first, _, last = span.removeprefix("bytes=").partition("-")
            environ = environ | {_COPY_RANGE: f"bytes=0-{int(last) - int(first)}"}
        return call_next(environ)

    return on("UploadPartCopy", act)


def refuse_copy_offsets() -> Fault:
    """UploadPartCopy only copies from the start of the source.

    Old releases of MinIO refuse with these words what lies beyond the compressed size of a source that they have
    compressed; new ones know its actual size (CopyObjectPartHandler).
    """
    message = "Range specified is not valid for source object"
    return on(
        "UploadPartCopy",
        _reject(
            lambda environ: not environ.get(_COPY_RANGE, "bytes=0-").startswith("bytes=0-"),
            lambda environ: _error_response(environ, 400, "InvalidArgument", message),
        ),
    )


# --- deletes ----------------------------------------------------------------------------------------------


def deny_each_delete() -> Fault:
    """DeleteObjects answers 200 with an error for each key, and deletes nothing."""
    denied = "<Error>{}<Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    return on("DeleteObjects", lambda environ, _: _delete_response(environ, denied))


def deny_deleting_versions(code: str = "AccessDenied", message: str = "Access Denied") -> Fault:
    """Rejects a DeleteObjects that names versions."""
    return on(
        "DeleteObjects",
        _reject(
            lambda environ: b"<VersionId>" in body_of(environ),
            lambda environ: _error_response(environ, 403, code, message),
        ),
    )


def write_once() -> Fault:
    """Nothing is deleted or overwritten, as on MinIO with MINIO_WORM (before 2020)."""
    message = "The specified method is not allowed against this resource."

    def act(environ: Environ, call_next: CallNext) -> Response:
        is_delete = operation(environ) in ("DeleteObject", "DeleteObjects")
        is_write = operation(environ) in ("PutObject", "CopyObject", "CompleteMultipartUpload")
        if is_delete or (is_write and _head(environ["PATH_INFO"], environ, call_next).status_code == 200):
            return _error_response(environ, 405, "MethodNotAllowed", message)
        return call_next(environ)

    return act


def refuse_overwrite(status: int = 403, code: str = "AccessDenied") -> Fault:
    """No object is written twice, and deleting works: a policy that lets objects be made only."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        if _head(environ["PATH_INFO"], environ, call_next).status_code == 200:
            return _error_response(environ, status, code, "Object exists and cannot be overwritten")
        return call_next(environ)

    return on("PutObject", act)


def keep_old_object() -> Fault:
    """An object that exists is not written again, although the store says so."""

    def act(environ: Environ, call_next: CallNext) -> Response:
        exists = _head(environ["PATH_INFO"], environ, call_next).status_code == 200
        return _upload_response(environ) if exists else call_next(environ)

    return on("PutObject", act)


def remember_absence(op: str) -> Fault:
    """A cache keeps each answer of `op` that says that an object is absent."""
    absent: dict[str, Response] = {}

    def act(environ: Environ, call_next: CallNext) -> Response:
        name = environ["PATH_INFO"] + query_of(environ).get("prefix", "")
        if name in absent:
            return absent[name]
        response = call_next(environ)
        if response.status_code == 404 or (b"<Contents>" not in response.get_data() and "prefix" in query_of(environ)):
            absent[name] = response
        return response

    return on(op, act)


def lock_versions() -> Fault:
    """No version is deleted, as on MinIO with a retention; without versions, objects are."""
    locked = (
        "<Error>{}<Code>InvalidRequest</Code>"
        "<Message>Object is WORM protected and cannot be overwritten</Message></Error>"
    )
    return on(
        "DeleteObjects",
        _reject(lambda environ: b"<VersionId>" in body_of(environ), lambda environ: _delete_response(environ, locked)),
    )


def ignore_abort() -> Fault:
    """AbortMultipartUpload succeeds without an effect."""
    return on("AbortMultipartUpload", lambda *_: Response(status=204))


def ignore_delete() -> Fault:
    """DeleteObjects and DeleteObject succeed without an effect."""
    bulk = on("DeleteObjects", lambda environ, _: _successful_delete_response(environ))
    single = on("DeleteObject", lambda *_: Response(status=204))
    return lambda environ, call_next: bulk(environ, chain(single, call_next))


def _successful_delete_response(environ: Environ) -> Response:
    is_quiet = re.search(rb"<Quiet>\s*true\s*</Quiet>", body_of(environ), re.IGNORECASE)
    return _delete_response(environ, "" if is_quiet else "<Deleted>{}</Deleted>")


def _delete_response(environ: Environ, result_xml: str) -> Response:
    """A response with `result_xml` for each object in the request, with its key and the id of its version."""
    objects = re.findall(rb"<Object>(.*?)</Object>", body_of(environ), re.DOTALL)
    named = ("".join(re.findall(r"<(?:Key|VersionId)>.*?</.*?>", each.decode(), re.DOTALL)) for each in objects)
    return _xml_response("DeleteResult", "".join(result_xml.format(name) for name in named))
