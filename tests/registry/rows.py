"""The matrix: stores and settings, what is wrong with each, and what a validation must report."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.registry import stores
from tests.registry.exercise import LAYERS, MIB
from tests.registry.registries import DEBIAN_2_8, RealRegistry
from tests.registry.stores import (
    StoreFactory,
    behind_proxy,
    enforcing_moto,
    faulty,
    moto,
    moto_tls,
    rclone,
    rclone_tls,
    redirected_to_https,
    swift,
    swift_read_only,
    swift_tls,
    with_body_limit,
    with_object_lock,
)
from tests.support import faults
from tests.support.faulty_store import Fault
from tests.support.http_server import GO_PLAIN_ANSWER, MINIO_PLAIN_ANSWER
from tests.support.live_store import LiveStore
from tests.support.moto_server import Moto
from tests.support.reports import REQUIRED_ACTIONS
from wizard.checks.all_checks import S3_CHECKS
from wizard.model.findings import Cause
from wizard.model.secret import Secret
from wizard.model.settings import Value

Changes = Mapping[str, Value]
_CHECKS = {check.id: check for check in S3_CHECKS}


@dataclass(frozen=True, slots=True)
class Row:
    """One store, one set of settings, and one registry.

    Without a `cause` everything works; otherwise `check` is the first that fails, for that cause.
    `stage`: where the registry fails, if it is not the first stage that the check is needed for. The check `settings`
    is needed for none, so its rows name one.
    `has_fix`: the finding offers a change of settings, and with it everything works.
    `next_cause`: with the offered change, validation and registry fail for this cause.
    `warning`: the validation passes with a warning that contains this text, because this build of the registry fails,
    at `stage`, and the released one works.
    `trusts_ca`: SSL_CERT_FILE names the CA of the test certificates. `environment`: other variables; both are set for
    the validation and the registry.
    """

    name: str
    store: StoreFactory
    changes: Changes | Callable[[LiveStore], Changes] = field(default_factory=dict)
    cause: Cause | None = None
    check: str = ""
    stage: str = ""
    warning: str = ""
    has_fix: bool = False
    next_cause: Cause | None = None
    trusts_ca: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    layers: tuple[int, ...] = LAYERS  # sizes in bytes
    collects_garbage: bool | None = None  # whether garbage collection works; None if it and the purge are not tried
    purges_uploads: bool = True
    catalogue_fails: bool = False
    deadline: float = 30.0  # seconds for the validation
    timeout: float = 30.0  # seconds for each command of the client; short if the registry retries or waits
    registry: RealRegistry = DEBIAN_2_8

    @property
    def id(self) -> str:
        """The name of the test."""
        return self.name if self.registry is DEBIAN_2_8 else f"{self.name} ({self.registry.name})"

    @property
    def expected_stage(self) -> str:
        """The stage at which the registry fails, or '' if it works."""
        if self.stage or not self.check:
            return self.stage
        return _CHECKS[self.check].needed_for[0]


_TREE = "docker/registry/v2/"
_DEBIAN = "Debian's build of Distribution 2 doesn't"
NO_REDIRECT: dict[str, Value] = {"redirect": False}  # moto with IAM enforced answers 500 to presigned links
V2: dict[str, Value] = {"v4auth": False}
NO_KEYS: dict[str, Value] = {"accesskey": "", "secretkey": Secret()}


def with_scheme(scheme: str) -> Callable[[LiveStore], Changes]:
    """The endpoint with another scheme, or with none if `scheme` is empty."""

    def changes(store: LiveStore) -> Changes:
        address = store.endpoint.partition("://")[2]
        return {"regionendpoint": f"{scheme}://{address}" if scheme else address, "secure": scheme == "https"}

    return changes


def with_endpoint(template: str) -> Callable[[LiveStore], Changes]:
    """`template` with {endpoint}, {bucket} and {port} replaced."""

    def changes(store: LiveStore) -> Changes:
        port = store.endpoint.rpartition(":")[2]
        return {"regionendpoint": template.format(endpoint=store.endpoint, bucket=store.bucket, port=port)}

    return changes


_NO_KMS = [faults.refuse_header(header, "NotImplemented", status=501) for header in (faults.ENCRYPTION, faults.KMS_KEY)]

WORKING = (
    Row("correct settings", moto, collects_garbage=True),
    Row(
        "correct settings, a layer above the default threshold",
        moto,
        {"multipartcopythresholdsize": 32 * MIB},
        layers=(10, 33 * MIB),
    ),
    Row("redirects off", moto, NO_REDIRECT),
    Row("V2, redirects off", moto, V2 | NO_REDIRECT),
    Row("root directory", moto, {"rootdirectory": "/a/b"}, collects_garbage=True),
    Row("S3 below a path", faulty(faults.below_path("/s3")), with_endpoint("{endpoint}/s3")),
    Row("root directory with a trailing slash", moto, {"rootdirectory": "a/b/"}),
    Row("endpoint with a trailing slash", moto, with_endpoint("{endpoint}/")),
    Row("endpoint without a scheme, HTTPS off", moto, with_scheme("")),
    Row("encrypted", moto, {"encrypt": True}),
    Row("no storage class", moto, {"storageclass": "NONE"}),
    Row(
        "reduced redundancy, owner reads",
        moto,
        {"storageclass": "REDUCED_REDUNDANCY", "objectacl": "bucket-owner-read"},
    ),
    Row("another region on a store that does not check it", moto, {"region": "eu-west-1"}),
    Row("https, trusted", moto_tls(), trusts_ca=True),
    Row("https, not trusted, verification skipped", moto_tls(), {"skipverify": True}),
    Row(
        "self-signed, trusted",
        moto_tls(lambda certificates: certificates.self_signed),
        environment={"SSL_CERT_FILE": "self-signed"},
    ),
    Row(
        "self-signed, verification skipped",
        moto_tls(lambda certificates: certificates.self_signed),
        {"skipverify": True},
    ),
    Row(
        "wrong host in the certificate, verification skipped",
        moto_tls(lambda certificates: certificates.other_host),
        {"skipverify": True},
    ),
    Row("signatures and policies verified", enforcing_moto(), NO_REDIRECT),
    Row("a key with only the required permissions", enforcing_moto(allowed=REQUIRED_ACTIONS), NO_REDIRECT),
)

WRONG_SETTINGS = (
    Row("no secret key", moto, {"secretkey": Secret()}, Cause.NO_CREDENTIALS, "settings", stage="push"),
    Row("no access key", moto, {"accesskey": ""}, Cause.NO_CREDENTIALS, "settings", stage="push"),
    Row("no credentials", moto, NO_KEYS, Cause.NO_CREDENTIALS, "list"),
    Row("no region", moto, {"region": ""}, Cause.INVALID_SETTING, "settings", stage="start", has_fix=True),
    Row(
        "endpoint with a path",
        moto,
        with_endpoint("{endpoint}/path"),
        Cause.INVALID_SETTING,
        "list",
        stage="push",
        has_fix=True,
    ),
    Row(
        "S3 below a path that a proxy takes away, a web page at the root",
        faulty(faults.strip_path("/minio")),
        with_endpoint("{endpoint}/minio"),
        Cause.WRONG_SECRET,
        "list",
        stage="push",
    ),
    Row(
        "a KMS key without encryption, on a store without KMS",
        faulty(*_NO_KMS),
        {"keyid": "alias/images"},
        Cause.INVALID_SETTING,
        "settings",
        stage="push",
        has_fix=True,
    ),
    Row(
        "endpoint with the bucket as path",
        moto,
        with_endpoint("{endpoint}/{bucket}"),
        Cause.INVALID_SETTING,
        "settings",
        stage="push",
        has_fix=True,
    ),
    Row(
        "endpoint with the bucket in the host name",
        moto,
        with_endpoint("http://{bucket}.localhost:{port}"),
        Cause.DNS,
        "resolve",
    ),
    Row("V2, redirects on", moto, V2, Cause.V4_REQUIRED, "presigned-read", has_fix=True),
    Row("missing bucket", moto, {"bucket": "does-not-exist"}, Cause.NO_BUCKET, "list"),
)

ADDRESS = (
    Row("https to a plain http port", moto, with_scheme("https"), Cause.PLAIN_HTTP, "tls", has_fix=True),
    Row(
        "no scheme, HTTPS on, to a plain http port",
        moto,
        lambda store: {**with_scheme("")(store), "secure": True},
        Cause.PLAIN_HTTP,
        "tls",
        has_fix=True,
    ),
    Row(
        "http that is redirected to https",
        redirected_to_https,
        {},
        Cause.HTTPS_REQUIRED,
        "tls",
        has_fix=True,
        trusts_ca=True,
    ),
    Row(
        "http to a TLS port", moto_tls(), with_scheme("http"), Cause.HTTPS_REQUIRED, "tls", has_fix=True, trusts_ca=True
    ),
    Row(
        "no scheme, HTTPS off, to a TLS port",
        moto_tls(),
        with_scheme(""),
        Cause.HTTPS_REQUIRED,
        "tls",
        has_fix=True,
        trusts_ca=True,
    ),
    Row(
        "http to a TLS port that is not trusted",
        moto_tls(),
        with_scheme("http"),
        Cause.HTTPS_REQUIRED,
        "tls",
        next_cause=Cause.TLS_UNTRUSTED,
    ),
    Row("https, not trusted", moto_tls(), {}, Cause.TLS_UNTRUSTED, "tls", has_fix=True),
    Row(
        "self-signed",
        moto_tls(lambda certificates: certificates.self_signed),
        {},
        Cause.TLS_UNTRUSTED,
        "tls",
        has_fix=True,
    ),
    Row(
        "wrong host in the certificate",
        moto_tls(lambda certificates: certificates.other_host),
        {},
        Cause.TLS_HOSTNAME,
        "tls",
        trusts_ca=True,
    ),
    Row("expired", moto_tls(lambda certificates: certificates.expired), {}, Cause.TLS_EXPIRED, "tls", trusts_ca=True),
    Row("closed port", stores.closed, {}, Cause.REFUSED, "connect"),
    Row("silent port", stores.silent, {}, Cause.TIMEOUT, "list", deadline=2.0, timeout=2.0),
    Row("unknown host name", moto, {"regionendpoint": "http://store.invalid:9000"}, Cause.DNS, "resolve"),
    Row("a port that is not S3", stores.not_http, {}, Cause.NOT_S3, "list"),
)

KEYS = (
    Row("wrong secret", enforcing_moto(), NO_REDIRECT | {"secretkey": Secret("wrong")}, Cause.WRONG_SECRET, "list"),
    Row("unknown key", enforcing_moto(), NO_REDIRECT | {"accesskey": "AKIAUNKNOWN"}, Cause.UNKNOWN_ACCESS_KEY, "list"),
    Row("listing denied", enforcing_moto("s3:ListBucket"), NO_REDIRECT, Cause.ACCESS_DENIED, "list"),
    Row("writing denied", enforcing_moto("s3:PutObject"), NO_REDIRECT, Cause.ACCESS_DENIED, "write"),
    Row("reading denied", enforcing_moto("s3:GetObject"), NO_REDIRECT, Cause.ACCESS_DENIED, "read"),
    Row(
        "deleting denied", enforcing_moto("s3:DeleteObject"), NO_REDIRECT, Cause.ACCESS_DENIED, "delete", stage="delete"
    ),
    Row(
        "listing uploads denied",
        enforcing_moto("s3:ListBucketMultipartUploads"),
        NO_REDIRECT,
        Cause.ACCESS_DENIED,
        "multipart-list",
    ),
    Row(
        "listing parts denied",
        enforcing_moto("s3:ListMultipartUploadParts"),
        NO_REDIRECT,
        Cause.ACCESS_DENIED,
        "multipart",
    ),
    Row(
        "aborting denied",
        enforcing_moto("s3:AbortMultipartUpload"),
        NO_REDIRECT,
        Cause.ACCESS_DENIED,
        "multipart-list",
        stage="cancel",
    ),
    Row("presigned links rejected", enforcing_moto(), {}, Cause.UNSUPPORTED, "presigned-read", has_fix=True),
)

RCLONE = (
    Row("rclone", rclone, {}, Cause.UNSUPPORTED, "multipart"),
    Row("rclone over https", rclone_tls, {}, Cause.UNSUPPORTED, "multipart", trusts_ca=True),
    Row("rclone over https, verification skipped", rclone_tls, {"skipverify": True}, Cause.UNSUPPORTED, "multipart"),
    Row("rclone over https, not trusted", rclone_tls, {}, Cause.TLS_UNTRUSTED, "tls", next_cause=Cause.UNSUPPORTED),
    Row(
        "rclone, http to https",
        rclone_tls,
        with_scheme("http"),
        Cause.HTTPS_REQUIRED,
        "tls",
        next_cause=Cause.UNSUPPORTED,
        trusts_ca=True,
    ),
    Row("rclone, https to http", rclone, with_scheme("https"), Cause.PLAIN_HTTP, "tls", next_cause=Cause.UNSUPPORTED),
    Row("rclone, V2", rclone, V2 | NO_REDIRECT, Cause.V4_REQUIRED, "list", next_cause=Cause.UNSUPPORTED),
    Row("rclone, wrong secret", rclone, {"secretkey": Secret("wrong")}, Cause.WRONG_SECRET, "list"),
    Row("rclone, unknown key", rclone, {"accesskey": "UNKNOWN"}, Cause.UNKNOWN_ACCESS_KEY, "list"),
    Row("rclone, missing bucket", rclone, {"bucket": "does-not-exist"}, Cause.NO_BUCKET, "list"),
)

PROXY = (
    Row(
        "host name that only a proxy resolves",
        behind_proxy,
        with_endpoint("http://minio:9000"),
        Cause.UNREACHABLE,
        "presigned-read",
        has_fix=True,
    ),
    Row(
        "host name that only a proxy resolves, redirects off",
        behind_proxy,
        lambda store: {**with_endpoint("http://minio:9000")(store), **NO_REDIRECT},
    ),
    Row(
        "host name with an underscore, as of Docker Compose, redirects off",
        behind_proxy,
        lambda store: {**with_endpoint("http://minio_store:9000")(store), **NO_REDIRECT},
    ),
)

_SWIFT = (
    Row("Swift", swift, collects_garbage=True),
    Row("Swift, redirects off", swift, NO_REDIRECT),
    Row("Swift over https, trusted", swift_tls, trusts_ca=True),
    Row("Swift over https, not trusted", swift_tls, {}, Cause.TLS_UNTRUSTED, "tls", has_fix=True),
    Row("Swift, V2 and redirects off", swift, V2 | NO_REDIRECT),
    Row("Swift, V2 and a root directory with signs", swift, V2 | NO_REDIRECT | {"rootdirectory": "/a|b"}),
    Row("Swift, V2", swift, V2, Cause.V4_REQUIRED, "presigned-read", has_fix=True),
    Row("Swift, wrong region", swift, {"region": "eu-west-1"}, Cause.WRONG_REGION, "list", has_fix=True),
    Row("Swift, wrong region with V2, which does not sign it", swift, {"region": "eu-west-1", **V2, **NO_REDIRECT}),
    Row("Swift, a number sign in the root directory", swift, {"rootdirectory": "/a#b"}),
    Row("Swift, letters beyond ASCII", swift, {"rootdirectory": "/größe"}, Cause.UNSUPPORTED, "copy"),
    Row("Swift, wrong secret", swift, {"secretkey": Secret("wrong")}, Cause.WRONG_SECRET, "list"),
    Row(
        "Swift, wrong secret with V2",
        swift,
        V2 | NO_REDIRECT | {"secretkey": Secret("wrong")},
        Cause.WRONG_SECRET,
        "list",
    ),
    Row("Swift, unknown key", swift, {"accesskey": "test:unknown"}, Cause.WRONG_SECRET, "list"),
    Row("Swift, no credentials", swift, NO_KEYS, Cause.NO_CREDENTIALS, "list"),
    Row("Swift, missing bucket", swift, {"bucket": "does-not-exist"}, Cause.NO_BUCKET, "list"),
    Row("Swift, a key with read access only", swift_read_only, {}, Cause.ACCESS_DENIED, "write"),
)
SWIFT = tuple(dataclasses.replace(row, layers=LAYERS[1:]) for row in _SWIFT)  # one large layer: every call is slow

FAULTY = (
    Row("object lock, with MD5 required for copies", with_object_lock, {}, Cause.STORE_ERROR, "copy"),
    Row("truncated reads", faulty(faults.truncate_body("GetObject*")), {}, Cause.CORRUPTED, "read"),
    Row("writes with half an answer", faulty(faults.cut_head("PutObject")), {}, Cause.STORE_ERROR, "write"),
    Row("discarded write", faulty(faults.discard_write("PutObject")), {}, Cause.CORRUPTED, "head"),
    Row("empty copies", faulty(faults.empty_copy()), {}, Cause.CORRUPTED, "copy", stage="pull"),
    Row(
        "a wrong byte in every part",
        faulty(faults.corrupt_write("UploadPart", faults.flip_middle_byte)),
        {},
        Cause.CORRUPTED,
        "multipart",
        stage="pull",
    ),
    Row(
        "a wrong byte in every object",
        faulty(faults.corrupt_write("PutObject", faults.flip_middle_byte)),
        {},
        Cause.CORRUPTED,
        "read",
    ),
    Row("discarded copy", faulty(faults.discard_write("CopyObject")), {}, Cause.CORRUPTED, "copy"),
    Row("discarded upload", faulty(faults.discard_write("CompleteMultipartUpload")), {}, Cause.CORRUPTED, "multipart"),
    Row(
        "uploads not listed",
        faulty(faults.empty_listing("ListMultipartUploads")),
        {},
        Cause.CORRUPTED,
        "multipart-list",
    ),
    Row("overwriting refused", faulty(faults.refuse_overwrite()), {}, Cause.UNSUPPORTED, "head"),
    Row("a cache of absent objects", faulty(faults.remember_absence("GetObject")), {}, Cause.CORRUPTED, "head"),
    Row("a proxy blocks reserved names", faulty(faults.block_reserved_names()), {}, Cause.STORE_ERROR, "write"),
    Row(
        "reads with a date in another zone",
        faulty(faults.set_header("GetObject*", "Last-Modified", "Thu, 26 Nov 2026 19:00:00 +0000")),
        {},
        Cause.UNSUPPORTED,
        "read",
        stage="push",
    ),
    Row(
        "listing in Latin-1",
        faulty(faults.replace_text("ListObjects*", "utf-8", "ISO-8859-1")),
        {},
        Cause.UNSUPPORTED,
        "list",
    ),
    Row(
        "parts listed as incomplete forever",
        faulty(faults.replace_text("ListParts", "<IsTruncated>false", "<IsTruncated>true")),
        {},
        Cause.CORRUPTED,
        "multipart",
        timeout=8.0,
    ),
    Row("delayed listing", faulty(faults.delayed_listing(5.0)), {}, Cause.CORRUPTED, "head"),
    Row(
        "listing without dates",
        faulty(faults.remove_element("ListObjects", "LastModified")),
        {},
        Cause.CORRUPTED,
        "head",
    ),
    Row("listing ignores the prefix", faulty(faults.ignore_prefix()), {}, Cause.CORRUPTED, "head"),
    Row(
        "list of parts without ETags",
        faulty(faults.remove_element("ListParts", "ETag")),
        {},
        Cause.CORRUPTED,
        "multipart",
    ),
    Row("part uploaded without an ETag in the response", faulty(faults.remove_header("UploadPart", "ETag"))),
    Row("ranges ignored", faulty(faults.ignore_range()), {}, Cause.CORRUPTED, "presigned-read", stage="resume"),
    Row("ranges ignored, redirects off", faulty(faults.ignore_range()), NO_REDIRECT, Cause.CORRUPTED, "range-read"),
    Row(
        "ranges of presigned links ignored",
        faulty(faults.ignore_range("GetObject presigned ranged")),
        {},
        Cause.UNSUPPORTED,
        "presigned-read",
        stage="resume",
        has_fix=True,
    ),
    Row("ranges denied except of presigned links", faulty(faults.deny("GetObject ranged"))),
    Row("aborts ignored", faulty(faults.ignore_abort())),
    Row("whitespace before XML", faulty(faults.whitespace_before_xml())),
    Row("copy with an empty response", faulty(faults.empty_body("CopyObject")), stage="push", warning=_DEBIAN),
    Row(
        "completion with an empty response",
        faulty(faults.empty_body("CompleteMultipartUpload")),
        stage="push",
        warning=_DEBIAN,
    ),
    Row(
        "no CopyObject, but every layer copied in parts",
        faulty(faults.not_implemented("CopyObject")),
        {"multipartcopythresholdsize": 0},
    ),
    Row(
        "compressed reads",
        faulty(faults.set_header("GetObject*", "Content-Encoding", "gzip")),
        {},
        Cause.CORRUPTED,
        "read",
        stage="pull",
    ),
    Row("no DeleteObjects", faulty(faults.not_implemented("DeleteObjects")), {}, Cause.UNSUPPORTED, "delete"),
    Row(
        "no ListObjectsV2, which only garbage collection and the catalogue use",
        faulty(faults.not_implemented("ListObjectsV2")),
        collects_garbage=False,
        purges_uploads=False,
        catalogue_fails=True,
    ),
    Row("no ListObjects", faulty(faults.not_implemented("ListObjects")), {}, Cause.UNSUPPORTED, "list"),
    Row("no multipart", faulty(faults.not_implemented("CreateMultipartUpload")), {}, Cause.UNSUPPORTED, "multipart"),
    Row(
        "no part copies",
        faulty(faults.not_implemented("UploadPartCopy")),
        {},
        Cause.UNSUPPORTED,
        "multipart-copy",
        has_fix=True,
    ),
    Row(
        "empty part copies",
        faulty(faults.empty_part_copy(etag=True)),
        {},
        Cause.CORRUPTED,
        "multipart-copy",
        stage="pull",
        has_fix=True,
    ),
    Row("no small parts", faulty(faults.refuse_small("UploadPart")), {}, Cause.STORE_ERROR, "multipart"),
    Row("no small uploads", faulty(faults.refuse_small("CompleteMultipartUpload")), {}, Cause.STORE_ERROR, "multipart"),
    Row("no copies of small objects", faulty(faults.refuse_small("CopyObject")), {}, Cause.STORE_ERROR, "copy"),
    Row(
        "no part copies of small objects",
        faulty(faults.refuse_small("UploadPartCopy")),
        {},
        Cause.STORE_ERROR,
        "multipart-copy",
        has_fix=True,
    ),
    Row(
        "no part copies of small objects, a layer above the default threshold",
        faulty(faults.refuse_small("UploadPartCopy")),
        {"multipartcopythresholdsize": 32 * MIB},
        layers=(10, 33 * MIB),
    ),
    Row(
        "parts without IsTruncated",
        faulty(faults.remove_element("ListParts", "IsTruncated")),
        {},
        Cause.UNSUPPORTED,
        "multipart",
    ),
    Row(
        "a proxy with a limit of one megabyte, the default of nginx",
        with_body_limit(MIB),
        {},
        Cause.TOO_LARGE,
        "multipart-list",
        layers=(*LAYERS, 3 * MIB),
    ),
    Row(
        "a proxy with a limit that fits one part, but not two merged ones",
        with_body_limit(10 * MIB),
        {},
        Cause.TOO_LARGE,
        "multipart-list",
        has_fix=True,
        layers=(*LAYERS, 11 * MIB),
    ),
    Row(
        "deletion denied for each key",
        faulty(faults.deny_each_delete()),
        {},
        Cause.ACCESS_DENIED,
        "delete",
        stage="delete",
    ),
    Row("a web page", faulty(faults.console_page()), {}, Cause.NOT_S3, "list"),
    Row("V4 required", faulty(faults.require_v4()), V2 | NO_REDIRECT, Cause.V4_REQUIRED, "list", has_fix=True),
    Row("V2 required", faulty(faults.require_v2()), NO_REDIRECT, Cause.V2_REQUIRED, "list", has_fix=True),
    Row(
        "another region, named in a header",
        faulty(faults.permanent_redirect("eu-west-1")),
        {},
        Cause.WRONG_REGION,
        "list",
        has_fix=True,
    ),
    Row(
        "another region, named in the error",
        faulty(faults.require_region("eu-west-1")),
        {},
        Cause.WRONG_REGION,
        "list",
        has_fix=True,
    ),
    Row(
        "virtual-hosted style required", faulty(faults.require_virtual_host()), {}, Cause.VIRTUAL_HOST_REQUIRED, "list"
    ),
    Row("throttled", faulty(faults.slow_down()), {}, Cause.THROTTLED, "list", timeout=3.0),
    Row("a clock skew of an hour", faulty(faults.clock_skew(3600)), {}, Cause.CLOCK_SKEW, "clock"),
    Row(
        "presigned HEAD rejected",
        faulty(faults.deny("HeadObject presigned")),
        {},
        Cause.UNSUPPORTED,
        "presigned-read",
        stage="push",
        has_fix=True,
    ),
    Row(
        "presigned GET rejected",
        faulty(faults.error("GetObject presigned", 403, "AccessDenied")),
        {},
        Cause.UNSUPPORTED,
        "presigned-read",
        has_fix=True,
    ),
)

_TWO_COPIED_PARTS: Mapping[str, Any] = {  # the second one starts at 32 MiB
    "changes": {"multipartcopythresholdsize": 32 * MIB},
    "layers": (10, 33 * MIB),
}
_KMS_KEY: dict[str, Value] = {"encrypt": True, "keyid": "images"}
_NOT_IMPLEMENTED = "A header you provided implies functionality that is not implemented"
_REFUSED_HTTP: Mapping[str, Any] = {
    "changes": with_scheme("http"),
    "cause": Cause.HTTPS_REQUIRED,
    "check": "tls",
    "has_fix": True,
    "trusts_ca": True,
}

# What real stores and proxies have answered: the docstring of each fault says which.
MINIO = (
    Row("MinIO before 2020, http to its TLS port", moto_tls(plain_answer=MINIO_PLAIN_ANSWER), **_REFUSED_HTTP),
    Row("MinIO, http to its TLS port", moto_tls(plain_answer=GO_PLAIN_ANSWER), **_REFUSED_HTTP),
    Row(
        "an old MinIO with compression, which refuses ranges past the compressed size",
        faulty(faults.refuse_copy_offsets()),
        cause=Cause.STORE_ERROR,
        check="multipart-copy",
        has_fix=True,
        **_TWO_COPIED_PARTS,
    ),
    Row(
        "MinIO without a KMS, encrypted",
        faulty(
            faults.refuse_header(
                faults.ENCRYPTION,
                "NotImplemented",
                "Server side encryption specified but KMS is not configured",
                status=501,
            )
        ),
        {"encrypt": True},
        Cause.UNSUPPORTED,
        "write",
        has_fix=True,
    ),
    Row(
        "MinIO with a key of its own only, a KMS key",
        faulty(
            faults.refuse_header(faults.ENCRYPTION, "NotImplemented", _NOT_IMPLEMENTED, value="aws:kms", status=501)
        ),
        _KMS_KEY,
        Cause.UNSUPPORTED,
        "write",
        has_fix=True,
    ),
    Row(
        "MinIO without a KMS, a KMS key",
        faulty(faults.refuse_header(faults.ENCRYPTION, "NotImplemented", _NOT_IMPLEMENTED, status=501)),
        _KMS_KEY,
        Cause.UNSUPPORTED,
        "write",
        has_fix=True,
    ),
    Row("MinIO before 2020, write-once", faulty(faults.write_once()), {}, Cause.UNSUPPORTED, "head"),
    Row(
        "MinIO with a retention, which keeps each version",
        faulty(faults.lock_versions(), keeps_versions=True),
        collects_garbage=True,
    ),
    Row(
        "MinIO, an unknown session token",
        faulty(faults.refuse_session_tokens()),
        NO_KEYS,
        Cause.EXPIRED_TOKEN,
        "list",
        environment={
            "AWS_ACCESS_KEY_ID": Moto.access_key,
            "AWS_SECRET_ACCESS_KEY": Moto.secret_key,
            "AWS_SESSION_TOKEN": "unknown",
        },
    ),
    Row(
        "MinIO with its own domain, the bucket in the host name and in the path",
        stores.own_domain,
        lambda store: {**with_endpoint("http://{bucket}.store.test:9000")(store), **NO_REDIRECT},
        Cause.INVALID_SETTING,
        "list",
        has_fix=True,
    ),
)

GARAGE = (
    Row("Garage, wrong secret", faulty(faults.refuse_signatures()), {}, Cause.WRONG_SECRET, "list"),
    Row(
        "Garage, unknown key",
        faulty(faults.refuse_other_keys(Moto.access_key)),
        {"accesskey": "GK31c2f218a2e44f485b94239e"},
        Cause.UNKNOWN_ACCESS_KEY,
        "list",
    ),
    Row(
        "Garage, wrong region",
        faulty(faults.require_region("garage", "Authorization header malformed, unexpected scope")),
        {},
        Cause.WRONG_REGION,
        "list",
        has_fix=True,
    ),
)

OTHER_STORES = (
    Row(
        "Ceph without encryption, encrypted",
        faulty(faults.refuse_header(faults.ENCRYPTION, "")),
        {"encrypt": True},
        Cause.UNSUPPORTED,
        "write",
        has_fix=True,
    ),
    Row(
        "Cloudflare R2, which refuses a larger last part",
        faulty(faults.refuse_larger_last_parts()),
        {"provider": "r2", "region": "auto", "chunksize": 5 * MIB},
        Cause.UNEVEN_PARTS,
        "multipart",
        has_fix=True,
        layers=(*LAYERS, 12 * MIB),
    ),
    Row(
        "encryption required",
        faulty(faults.require_header(faults.ENCRYPTION, "AccessDenied", "Access Denied")),
        {},
        Cause.ENCRYPTION_REQUIRED,
        "write",
        has_fix=True,
    ),
    Row(
        "encryption with a KMS key required",
        faulty(faults.require_header(faults.ENCRYPTION, "AccessDenied", "Access Denied", value="aws:kms")),
        {},
        Cause.ENCRYPTION_REQUIRED,
        "write",
        has_fix=True,
    ),
    Row(
        "encryption of uploads in parts required",
        faulty(
            faults.require_header(faults.ENCRYPTION, "AccessDenied", "Access Denied", calls="CreateMultipartUpload")
        ),
        {},
        Cause.ENCRYPTION_REQUIRED,
        "multipart",
        has_fix=True,
    ),
    Row(
        "storage class refused",
        faulty(faults.refuse_header("x-amz-storage-class", "InvalidStorageClass", value="REDUCED_REDUNDANCY")),
        {"storageclass": "REDUCED_REDUNDANCY"},
        Cause.UNSUPPORTED,
        "write",
        has_fix=True,
    ),
    Row(
        "ACLs refused",
        faulty(faults.refuse_header("x-amz-acl", "AccessControlListNotSupported", value="private")),
        {},
        Cause.ACL_NOT_SUPPORTED,
        "write",
        has_fix=True,
    ),
    Row(
        "V2 answered as a wrong secret",
        faulty(faults.mismatch_signature("v2")),
        V2 | NO_REDIRECT,
        Cause.V4_REQUIRED,
        "list",
        has_fix=True,
    ),
    Row(
        "ranges of part copies ignored",
        faulty(faults.ignore_copy_range()),
        cause=Cause.CORRUPTED,
        check="multipart-copy",
        stage="pull",
        has_fix=True,
        **_TWO_COPIED_PARTS,
    ),
    Row(
        "no copies of objects or parts",
        faulty(faults.not_implemented("UploadPartCopy"), faults.not_implemented("CopyObject")),
        {},
        Cause.UNSUPPORTED,
        "copy",
    ),
)


def _absent(name: str, fault: Fault) -> Row:
    """A proxy that answers a look-up of an absent object in its own way, as each push makes them."""
    return Row(f"a proxy that answers for absent objects with {name}", faulty(fault), {}, Cause.UNSUPPORTED, "head")


def _blocked(method: str, status: int, cause: Cause, check: str, **expected: Any) -> Row:
    """A proxy that passes one HTTP method not on."""
    store = faulty(faults.block_method(method, status))
    return Row(f"a proxy that answers {method} with a page and {status}", store, {}, cause, check, **expected)


_PAGE = "<html><body>nginx</body></html>"

PROXY_OF_STORE = (
    _absent("a page", faults.replace_absent(404, _PAGE)),
    _absent("a page and the status 200", faults.replace_absent(200, _PAGE)),
    _absent("a page and the status 403", faults.replace_absent(403, _PAGE)),
    _absent("a redirect", faults.replace_absent(302)),
    _absent("an error of its own", faults.replace_absent(404, code="NotFound")),
    Row(
        "a proxy that drops the header Range",
        faulty(faults.drop_signed_header("Range")),
        {},
        Cause.STORE_ERROR,
        "read",
    ),
    Row(
        "a proxy that drops the header Content-MD5",
        faulty(faults.drop_signed_header("Content-MD5")),
        {},
        Cause.STORE_ERROR,
        "write",
    ),
    Row("a proxy that adds a header", faulty(faults.add_unsigned_header()), {}, Cause.STORE_ERROR, "list"),
    Row(
        "a proxy that changes the Host header",
        faulty(faults.mismatch_signature("v4")),
        {},
        Cause.V2_REQUIRED,
        "list",
        has_fix=True,
    ),
    Row("a proxy that hides names with a leading dot", faulty(faults.block_dot_names())),
    Row("a proxy that passes only the registry's keys on", faulty(faults.block_other_keys("docker/"))),
    *(_blocked("PUT", status, Cause.STORE_ERROR, "write") for status in (403, 405)),
    *(_blocked("POST", status, Cause.STORE_ERROR, "multipart") for status in (403, 405)),
    *(_blocked("DELETE", status, Cause.STORE_ERROR, "multipart-list", stage="cancel") for status in (403, 405)),
    *(
        _blocked("HEAD", status, Cause.UNSUPPORTED, "presigned-read", stage="push", has_fix=True)
        for status in (403, 405)
    ),
)

ROWS: tuple[Row, ...] = (
    *WORKING,
    *WRONG_SETTINGS,
    *ADDRESS,
    *KEYS,
    *RCLONE,
    *PROXY,
    *SWIFT,
    *FAULTY,
    *MINIO,
    *GARAGE,
    *OTHER_STORES,
    *PROXY_OF_STORE,
)
