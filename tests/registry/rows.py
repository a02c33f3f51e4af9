"""The matrix: stores and settings, what is wrong with each, and what the wizard should say of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.registry import stores
from tests.registry.stores import (
    Where,
    behind_a_limit,
    behind_a_proxy,
    broken,
    enforcing,
    locking,
    moto,
    moto_tls,
    rclone,
    rclone_tls,
    sent_on_to_https,
    swift,
    swift_tls,
    swift_to_read,
)
from tests.registry.trip import LAYERS, MIB
from tests.support import faults
from tests.support.live_store import LiveStore
from wizard.model.findings import Cause, Value
from wizard.model.secret import Secret

Changes = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Row:
    """One case. Without a `cause` both sides are green; else `check` is the first that fails, for that cause.

    `mended`: the finding offers a change of settings, and with it both sides are green. `then`: with it, the next
    cause shows. `trusting`: SSL_CERT_FILE names the tests' CA. `environment`: more of the kind, for both sides.
    """

    name: str
    store: Where
    changes: Changes | Callable[[LiveStore], Changes] = field(default_factory=dict)
    cause: Cause | None = None
    check: str = ""
    mended: bool = False
    then: Cause | None = None
    trusting: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    layers: tuple[int, ...] = LAYERS
    collects: bool | None = None  # whether garbage can be collected too; None where that is not tried
    patience: float = 8.0  # seconds for a whole check of ours, and for each thing that a client does


THROUGH: dict[str, Value] = {"redirect": False}  # enforcing moto answers 500 to presigned links
V2: dict[str, Value] = {"v4auth": False}
NO_KEYS: dict[str, Value] = {"accesskey": "", "secretkey": Secret()}


def scheme(wanted: str) -> Callable[[LiveStore], Changes]:
    """The endpoint with another scheme, or with none."""

    def changes(store: LiveStore) -> Changes:
        address = store.endpoint.partition("://")[2]
        return {"regionendpoint": f"{wanted}://{address}" if wanted else address, "secure": wanted == "https"}

    return changes


def endpoint(template: str) -> Callable[[LiveStore], Changes]:
    """The endpoint as in `template`, of {endpoint}, {bucket} and {port}."""

    def changes(store: LiveStore) -> Changes:
        port = store.endpoint.rpartition(":")[2]
        return {"regionendpoint": template.format(endpoint=store.endpoint, bucket=store.bucket, port=port)}

    return changes


_ACTIONS = ("s3:ListBucket", "s3:PutObject", "s3:GetObject", "s3:DeleteObject")
_UPLOADS = ("s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload")

GREEN = (
    Row("right settings", moto, collects=True),
    Row(
        "right settings, the layer above the usual threshold",
        moto,
        {"multipartcopythresholdsize": 32 * MIB},
        layers=(10, 33 * MIB),
    ),
    Row("redirects off", moto, THROUGH),
    Row("V2, redirects off", moto, V2 | THROUGH),
    Row("root directory", moto, {"rootdirectory": "/a/b"}, collects=True),
    Row("root directory with a slash at its end", moto, {"rootdirectory": "a/b/"}),
    Row("endpoint with a slash at its end", moto, endpoint("{endpoint}/")),
    Row("endpoint without a scheme, HTTPS off", moto, scheme("")),
    Row("encrypted", moto, {"encrypt": True}),
    Row("no storage class", moto, {"storageclass": "NONE"}),
    Row(
        "reduced redundancy, owner reads",
        moto,
        {"storageclass": "REDUCED_REDUNDANCY", "objectacl": "bucket-owner-read"},
    ),
    Row("another region than us-east-1 where none is checked", moto, {"region": "eu-west-1"}),
    Row("https, trusted", moto_tls(), trusting=True),
    Row("https, not trusted, verification skipped", moto_tls(), {"skipverify": True}),
    Row(
        "self-signed, trusted", moto_tls(lambda known: known.self_signed), environment={"SSL_CERT_FILE": "self-signed"}
    ),
    Row("self-signed, verification skipped", moto_tls(lambda known: known.self_signed), {"skipverify": True}),
    Row(
        "wrong host in the certificate, verification skipped",
        moto_tls(lambda known: known.other_host),
        {"skipverify": True},
    ),
    Row("signatures and policies verified", enforcing(), THROUGH),
    Row("a key with just what the registry needs", enforcing(allowed=[*_ACTIONS, *_UPLOADS]), THROUGH),
)

WRONG_SETTINGS = (
    Row("half a pair: no secret", moto, {"secretkey": Secret()}, Cause.NO_CREDENTIALS, "settings"),
    Row("half a pair: no access key", moto, {"accesskey": ""}, Cause.NO_CREDENTIALS, "settings"),
    Row("no credentials", moto, NO_KEYS, Cause.NO_CREDENTIALS, "list"),
    Row("no region", moto, {"region": ""}, Cause.INVALID_SETTING, "settings", mended=True),
    Row("endpoint with a path", moto, endpoint("{endpoint}/path"), Cause.INVALID_SETTING, "settings", mended=True),
    Row(
        "endpoint with the bucket as its path",
        moto,
        endpoint("{endpoint}/{bucket}"),
        Cause.INVALID_SETTING,
        "settings",
        mended=True,
    ),
    Row(
        "endpoint with the bucket in its host", moto, endpoint("http://{bucket}.localhost:{port}"), Cause.DNS, "resolve"
    ),
    Row("V2, redirects on", moto, V2, Cause.V4_REQUIRED, "presigned-read", mended=True),
    Row("missing bucket", moto, {"bucket": "nobody-made-this"}, Cause.NO_BUCKET, "list"),
)

ADDRESS = (
    Row("https to a plain port", moto, scheme("https"), Cause.PLAIN_HTTP, "tls", mended=True),
    Row(
        "no scheme, HTTPS on, to a plain port",
        moto,
        lambda store: {**scheme("")(store), "secure": True},
        Cause.PLAIN_HTTP,
        "tls",
        mended=True,
    ),
    Row("http that is sent on to https", sent_on_to_https, {}, Cause.HTTPS_REQUIRED, "tls", mended=True, trusting=True),
    Row("http to a TLS port", moto_tls(), scheme("http"), Cause.HTTPS_REQUIRED, "tls", mended=True, trusting=True),
    Row(
        "no scheme, HTTPS off, to a TLS port",
        moto_tls(),
        scheme(""),
        Cause.HTTPS_REQUIRED,
        "tls",
        mended=True,
        trusting=True,
    ),
    Row(
        "http to a TLS port that is not trusted",
        moto_tls(),
        scheme("http"),
        Cause.HTTPS_REQUIRED,
        "tls",
        then=Cause.TLS_UNTRUSTED,
    ),
    Row("https, not trusted", moto_tls(), {}, Cause.TLS_UNTRUSTED, "tls", mended=True),
    Row("self-signed", moto_tls(lambda known: known.self_signed), {}, Cause.TLS_UNTRUSTED, "tls", mended=True),
    Row(
        "wrong host in the certificate",
        moto_tls(lambda known: known.other_host),
        {},
        Cause.TLS_HOSTNAME,
        "tls",
        trusting=True,
    ),
    Row("expired", moto_tls(lambda known: known.expired), {}, Cause.TLS_EXPIRED, "tls", trusting=True),
    Row("dead port", stores.refusing, {}, Cause.REFUSED, "connect"),
    Row("hanging port", stores.silent, {}, Cause.TIMEOUT, "list", patience=2.0),
    Row("no such name", moto, {"regionendpoint": "http://store.invalid:9000"}, Cause.DNS, "resolve"),
    Row("a port that is not S3", stores.garbage, {}, Cause.NOT_S3, "list"),
)

KEYS = (
    Row("wrong secret", enforcing(), THROUGH | {"secretkey": Secret("wrong")}, Cause.WRONG_SECRET, "list"),
    Row("unknown key", enforcing(), THROUGH | {"accesskey": "AKIAUNKNOWN"}, Cause.UNKNOWN_ACCESS_KEY, "list"),
    Row("may not list", enforcing("s3:ListBucket"), THROUGH, Cause.ACCESS_DENIED, "list"),
    Row("may not put", enforcing("s3:PutObject"), THROUGH, Cause.ACCESS_DENIED, "write"),
    Row("may not get", enforcing("s3:GetObject"), THROUGH, Cause.ACCESS_DENIED, "read"),
    Row("may not delete", enforcing("s3:DeleteObject"), THROUGH, Cause.ACCESS_DENIED, "delete"),
    Row(
        "may not list uploads",
        enforcing("s3:ListBucketMultipartUploads"),
        THROUGH,
        Cause.ACCESS_DENIED,
        "multipart-list",
    ),
    Row("may not list parts", enforcing("s3:ListMultipartUploadParts"), THROUGH, Cause.ACCESS_DENIED, "multipart"),
    Row("may not abort", enforcing("s3:AbortMultipartUpload"), THROUGH, Cause.ACCESS_DENIED, "multipart-list"),
    Row("presigned links refused", enforcing(), {}, Cause.UNSUPPORTED, "presigned-read", mended=True),
)

RCLONE = (
    Row("rclone", rclone, {}, Cause.UNSUPPORTED, "multipart"),
    Row("rclone over https", rclone_tls, {}, Cause.UNSUPPORTED, "multipart", trusting=True),
    Row("rclone over https, verification skipped", rclone_tls, {"skipverify": True}, Cause.UNSUPPORTED, "multipart"),
    Row("rclone over https, not trusted", rclone_tls, {}, Cause.TLS_UNTRUSTED, "tls", then=Cause.UNSUPPORTED),
    Row(
        "rclone, http to https",
        rclone_tls,
        scheme("http"),
        Cause.HTTPS_REQUIRED,
        "tls",
        then=Cause.UNSUPPORTED,
        trusting=True,
    ),
    Row("rclone, https to http", rclone, scheme("https"), Cause.PLAIN_HTTP, "tls", then=Cause.UNSUPPORTED),
    Row("rclone, V2", rclone, V2 | THROUGH, Cause.V4_REQUIRED, "list", then=Cause.UNSUPPORTED),
    Row("rclone, wrong secret", rclone, {"secretkey": Secret("wrong")}, Cause.WRONG_SECRET, "list"),
    Row("rclone, unknown key", rclone, {"accesskey": "UNKNOWN"}, Cause.UNKNOWN_ACCESS_KEY, "list"),
    Row("rclone, missing bucket", rclone, {"bucket": "nobody-made-this"}, Cause.NO_BUCKET, "list"),
)

CLIENTS = (
    Row(
        "a name that only the registry's proxy knows",
        behind_a_proxy,
        endpoint("http://minio:9000"),
        Cause.UNREACHABLE,
        "presigned-read",
        mended=True,
    ),
    Row("the same, redirects off", behind_a_proxy, lambda store: {**endpoint("http://minio:9000")(store), **THROUGH}),
)

_SWIFT = (
    Row("Swift", swift, collects=True),
    Row("Swift, redirects off", swift, THROUGH),
    Row("Swift over https, trusted", swift_tls, trusting=True),
    Row("Swift over https, not trusted", swift_tls, {}, Cause.TLS_UNTRUSTED, "tls", mended=True),
    Row("Swift, V2 and redirects off", swift, V2 | THROUGH),
    Row("Swift, V2", swift, V2, Cause.V4_REQUIRED, "presigned-read", mended=True),
    Row("Swift, wrong region", swift, {"region": "eu-west-1"}, Cause.WRONG_REGION, "list", mended=True),
    Row("Swift, wrong region that V2 does not sign", swift, {"region": "eu-west-1", **V2, **THROUGH}),
    Row("Swift, wrong secret", swift, {"secretkey": Secret("wrong")}, Cause.WRONG_SECRET, "list"),
    Row(
        "Swift, wrong secret with V2", swift, V2 | THROUGH | {"secretkey": Secret("wrong")}, Cause.WRONG_SECRET, "list"
    ),
    Row("Swift, unknown key", swift, {"accesskey": "test:nobody"}, Cause.WRONG_SECRET, "list"),
    Row("Swift, no credentials", swift, NO_KEYS, Cause.NO_CREDENTIALS, "list"),
    Row("Swift, missing bucket", swift, {"bucket": "nobody-made-this"}, Cause.NO_BUCKET, "list"),
    Row("Swift, a key that may only read", swift_to_read, {}, Cause.ACCESS_DENIED, "write"),
)
SWIFT = tuple(dataclasses.replace(row, layers=LAYERS[1:]) for row in _SWIFT)  # each call takes it a while

BROKEN = (
    Row("locks objects, and wants an MD5 of copies", locking, {}, Cause.STORE_ERROR, "copy"),
    Row("truncates what is read", broken(faults.truncate_body("GetObject*")), {}, Cause.CORRUPTED, "read"),
    Row("loses a write", broken(faults.discard_write("PutObject")), {}, Cause.CORRUPTED, "head"),
    Row("loses a copy", broken(faults.discard_write("CopyObject")), {}, Cause.CORRUPTED, "copy"),
    Row("loses an upload", broken(faults.discard_write("CompleteMultipartUpload")), {}, Cause.CORRUPTED, "multipart"),
    Row("hides uploads", broken(faults.empty_listing("ListMultipartUploads")), {}, Cause.CORRUPTED, "multipart-list"),
    Row("lists late", broken(faults.delayed_listing(1.0)), {}, Cause.CORRUPTED, "head"),
    Row(
        "lists objects without their dates",
        broken(faults.remove_element("ListObjects", "LastModified")),
        {},
        Cause.CORRUPTED,
        "head",
    ),
    Row("lists more than was asked for", broken(faults.ignore_prefix()), {}, Cause.CORRUPTED, "head"),
    Row(
        "lists parts without their ETags",
        broken(faults.remove_element("ListParts", "ETag")),
        {},
        Cause.CORRUPTED,
        "multipart",
    ),
    Row("answers an upload of a part without its ETag", broken(faults.remove_header("UploadPart", "ETag"))),
    Row("ignores ranges", broken(faults.ignore_range()), {}, Cause.CORRUPTED, "presigned-read"),
    Row("ignores ranges, redirects off", broken(faults.ignore_range()), THROUGH, Cause.CORRUPTED, "range-read"),
    Row(
        "ignores ranges of links",
        broken(faults.ignore_range("GetObject presigned ranged")),
        {},
        Cause.UNSUPPORTED,
        "presigned-read",
        mended=True,
    ),
    Row("refuses ranges, of links it does not", broken(faults.deny("GetObject ranged"))),
    Row("ignores aborts", broken(faults.ignore_abort())),
    Row("blanks before its XML", broken(faults.whitespace_before_xml())),
    Row("answers a copy with nothing", broken(faults.empty_body("CopyObject")), {}, Cause.CORRUPTED, "copy"),
    Row(
        "answers the end of an upload with nothing",
        broken(faults.empty_body("CompleteMultipartUpload")),
        {},
        Cause.CORRUPTED,
        "multipart",
    ),
    Row(
        "no CopyObject, and every layer copied in parts",
        broken(faults.not_implemented("CopyObject")),
        {"multipartcopythresholdsize": 0},
    ),
    Row("compresses", broken(faults.set_header("GetObject*", "Content-Encoding", "gzip")), {}, Cause.CORRUPTED, "read"),
    Row("no DeleteObjects", broken(faults.not_implemented("DeleteObjects")), {}, Cause.UNSUPPORTED, "delete"),
    Row(
        "no ListObjects of version 2: no garbage collection",
        broken(faults.not_implemented("ListObjectsV2")),
        collects=False,
    ),
    Row("no ListObjects of version 1", broken(faults.not_implemented("ListObjects")), {}, Cause.UNSUPPORTED, "list"),
    Row("no multipart", broken(faults.not_implemented("CreateMultipartUpload")), {}, Cause.UNSUPPORTED, "multipart"),
    Row(
        "no part copies",
        broken(faults.not_implemented("UploadPartCopy")),
        {},
        Cause.UNSUPPORTED,
        "multipart-copy",
        mended=True,
    ),
    Row(
        "empty part copies",
        broken(faults.empty_part_copy(etag=True)),
        {},
        Cause.CORRUPTED,
        "multipart-copy",
        mended=True,
    ),
    Row(
        "parts without IsTruncated",
        broken(faults.remove_element("ListParts", "IsTruncated")),
        {},
        Cause.UNSUPPORTED,
        "multipart",
    ),
    Row(
        "a proxy that takes a megabyte, as nginx does",
        behind_a_limit(MIB),
        {},
        Cause.TOO_LARGE,
        "multipart-list",
        layers=(*LAYERS, 3 * MIB),
    ),
    Row(
        "a proxy that takes one part, and not two that are joined",
        behind_a_limit(10 * MIB),
        {},
        Cause.TOO_LARGE,
        "multipart-list",
        mended=True,
        layers=(*LAYERS, 11 * MIB),
    ),
    Row("keeps what is deleted", broken(faults.deny_each_delete()), {}, Cause.ACCESS_DENIED, "delete"),
    Row("a page", broken(faults.console_page()), {}, Cause.NOT_S3, "list"),
    Row("only V4", broken(faults.require_v4()), V2 | THROUGH, Cause.V4_REQUIRED, "list", mended=True),
    Row("only V2", broken(faults.require_v2()), THROUGH, Cause.V2_REQUIRED, "list", mended=True),
    Row(
        "another region, told by a header",
        broken(faults.permanent_redirect("eu-west-1")),
        {},
        Cause.WRONG_REGION,
        "list",
        mended=True,
    ),
    Row(
        "another region, told in the error",
        broken(faults.require_region("eu-west-1")),
        {},
        Cause.WRONG_REGION,
        "list",
        mended=True,
    ),
    Row("only the bucket in the host", broken(faults.require_virtual_host()), {}, Cause.VIRTUAL_HOST_REQUIRED, "list"),
    Row("asks to slow down", broken(faults.slow_down()), {}, Cause.THROTTLED, "list", patience=3.0),
    Row("its clock is an hour off", broken(faults.clock_skew(3600)), {}, Cause.CLOCK_SKEW, "clock"),
    Row(
        "presigned HEAD refused",
        broken(faults.deny("HeadObject presigned")),
        {},
        Cause.UNSUPPORTED,
        "presigned-read",
        mended=True,
    ),
    Row(
        "presigned GET refused",
        broken(faults.error("GetObject presigned", 403, "AccessDenied")),
        {},
        Cause.UNSUPPORTED,
        "presigned-read",
        mended=True,
    ),
)

ROWS: tuple[Row, ...] = (*GREEN, *WRONG_SETTINGS, *ADDRESS, *KEYS, *RCLONE, *CLIENTS, *SWIFT, *BROKEN)
