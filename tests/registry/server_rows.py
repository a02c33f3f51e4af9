"""Rows of the matrix over the stores that .ci/run installs, each with every registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.registry.exercise import LAYERS, MIB
from tests.registry.registries import DEBIAN_2_8, DISTRIBUTION_3, OFFICIAL_2_8, REGISTRIES, RealRegistry
from tests.registry.rows import NO_KEYS, NO_REDIRECT, V2, Changes, Row
from tests.registry.stores import Installed, VersityKey
from tests.support.live_store import LiveStore
from tests.support.servers.gofakes3 import GoFakeS3
from tests.support.servers.s3mock import S3Mock
from tests.support.servers.s3proxy import S3Proxy
from tests.support.servers.s3rver import S3rver
from tests.support.servers.s3s import S3s
from tests.support.servers.seaweedfs import SeaweedFS
from tests.support.servers.server import InstalledServer
from tests.support.servers.versity import Versity, VersityUsers
from wizard.model.findings import Cause
from wizard.model.secret import Secret

SETTINGS: Mapping[str, Changes | Callable[[LiveStore], Changes]] = {
    "correct settings": {},
    "redirects off": NO_REDIRECT,
    "root directory": {"rootdirectory": "/a/b"},
    "a large layer": {"multipartcopythresholdsize": 32 * MIB},
    "layers copied whole": {"multipartcopythresholdsize": 5 << 30},
    "encrypted": {"encrypt": True},
    "reduced redundancy": {"storageclass": "REDUCED_REDUNDANCY"},
    "no storage class": {"storageclass": "NONE"},
    "owner has full control": {"objectacl": "bucket-owner-full-control"},
    "wrong secret": {"secretkey": Secret("wrong")},
    "unknown key": {"accesskey": "AKIAUNKNOWN"},
    "no credentials": NO_KEYS,
    "no region": {"region": ""},
    "storage class in small letters": {"storageclass": "standard"},
    "root directory with a blank and a plus sign": {"rootdirectory": "/a b+c"},
    "root directory with a question mark": {"rootdirectory": "/a?b"},
    "root directory with letters beyond ASCII": {"rootdirectory": "/größe"},
    "V2, root directory with a bar": V2 | NO_REDIRECT | {"rootdirectory": "/a|b"},
    "region that no host can have": {"region": "zone_1.a"},
    "missing bucket": lambda store: {"bucket": f"{store.bucket}-absent"},
    "wrong region": {"region": "eu-west-1"},
    "V2": V2,
    "V2, redirects off": V2 | NO_REDIRECT,
}
_LARGE_LAYER = (10, 45 * MIB)


def _rows(
    server: type[InstalledServer], *names: str, registries: Sequence[RealRegistry] = REGISTRIES, **expected: Any
) -> tuple[Row, ...]:
    """The named `SETTINGS` on a server. `expected` are fields of a row that all of them have in common."""
    return tuple(
        Row(
            f"{server.__name__}, {name}",
            Installed(server),
            SETTINGS[name],
            registry=registry,
            layers=_LARGE_LAYER if name == "a large layer" else LAYERS,
            **({"collects_garbage": True} if name == "correct settings" and "cause" not in expected else {}) | expected,
        )
        for registry in registries
        for name in names
    )


def _no_region(server: type[InstalledServer], **expected: Any) -> tuple[Row, ...]:
    """Distribution 2.8 does not start without a region; 3.1 starts, and every call fails."""
    expected |= {"cause": Cause.INVALID_SETTING, "check": "settings"}
    return (
        *_rows(server, "no region", registries=(DEBIAN_2_8, OFFICIAL_2_8), stage="start", **expected),
        *_rows(server, "no region", registries=(DISTRIBUTION_3,), stage="push", **expected),
    )


S3PROXY = (
    *_rows(
        S3Proxy,
        *("correct settings", "redirects off", "root directory", "wrong region", "V2", "V2, redirects off"),
        *("layers copied whole", "reduced redundancy"),
        cause=Cause.UNSUPPORTED,
        check="multipart",
    ),
    *_rows(S3Proxy, "encrypted", cause=Cause.UNSUPPORTED, check="write", next_cause=Cause.UNSUPPORTED),
    *_rows(
        S3Proxy,
        "owner has full control",
        cause=Cause.ACL_NOT_SUPPORTED,
        check="write",
        next_cause=Cause.UNSUPPORTED,
    ),
    *_no_region(S3Proxy, next_cause=Cause.UNSUPPORTED),
    *_rows(S3Proxy, "wrong secret", cause=Cause.WRONG_SECRET, check="list"),
    *_rows(S3Proxy, "unknown key", cause=Cause.UNKNOWN_ACCESS_KEY, check="list"),
    *_rows(S3Proxy, "no credentials", cause=Cause.NO_CREDENTIALS, check="list"),
    *_rows(S3Proxy, "missing bucket", cause=Cause.NO_BUCKET, check="list"),
)

S3RVER = (
    *_rows(
        S3rver,
        *("correct settings", "redirects off", "root directory", "wrong region", "layers copied whole", "encrypted"),
        *("wrong secret",),  # it is not noticed
        cause=Cause.UNSUPPORTED,
        check="multipart",
    ),
    *_rows(S3rver, "V2", "V2, redirects off", cause=Cause.V4_REQUIRED, check="list", next_cause=Cause.UNSUPPORTED),
    *_no_region(S3rver, next_cause=Cause.UNSUPPORTED),
    *_rows(S3rver, "unknown key", cause=Cause.UNKNOWN_ACCESS_KEY, check="list"),
    *_rows(S3rver, "no credentials", cause=Cause.NO_CREDENTIALS, check="list"),
    *_rows(S3rver, "missing bucket", cause=Cause.NO_BUCKET, check="list"),
)

VERSITY = (
    *_rows(
        Versity,
        *("correct settings", "redirects off", "root directory", "a large layer", "layers copied whole"),
        *("encrypted", "reduced redundancy", "no storage class", "owner has full control"),
    ),
    *_no_region(Versity, has_fix=True),
    *_rows(
        Versity,
        "root directory with a blank and a plus sign",
        cause=Cause.UNSUPPORTED,
        check="copy",
    ),
    *_rows(Versity, "wrong region", cause=Cause.WRONG_REGION, check="list", has_fix=True),
    *_rows(Versity, "wrong secret", cause=Cause.WRONG_SECRET, check="list"),
    *_rows(Versity, "storage class in small letters"),
    *_rows(Versity, "unknown key", cause=Cause.UNKNOWN_ACCESS_KEY, check="list"),
    *_rows(Versity, "V2", "V2, redirects off", cause=Cause.V4_REQUIRED, check="list", has_fix=True),
    *_rows(Versity, "no credentials", cause=Cause.NO_CREDENTIALS, check="list"),
    *_rows(Versity, "missing bucket", cause=Cause.NO_BUCKET, check="list"),
)


def _versity_key(name: str, store: VersityKey, **expected: Any) -> tuple[Row, ...]:
    """A key of Versity with a bucket policy."""
    return tuple(Row(f"Versity, {name}", store, registry=registry, **expected) for registry in REGISTRIES)


def _denied(action: str, check: str, **stages: str) -> tuple[Row, ...]:
    """A key of Versity without one of the required permissions. `stages` are those of each line of registries."""
    rows = _versity_key(f"{action} denied", VersityKey(denied=(action,)), cause=Cause.ACCESS_DENIED, check=check)
    return tuple(replace(row, stage=stages.get(_LINES[row.registry], "")) for row in rows)


_LINES = {DEBIAN_2_8: "line_2", OFFICIAL_2_8: "line_2", DISTRIBUTION_3: "line_3"}

VERSITY_KEYS = (
    *_rows(VersityUsers, "unknown key", cause=Cause.UNKNOWN_ACCESS_KEY, check="list"),
    *_versity_key("only the required permissions", VersityKey()),
    *_versity_key("only objects of the registry", VersityKey(keys="docker/*")),
    *_denied("s3:ListBucket", "list"),
    *_denied("s3:PutObject", "write"),
    *_denied("s3:GetObject", "read"),
    *_denied("s3:DeleteObject", "delete", line_2="delete"),
    *_denied("s3:ListMultipartUploadParts", "multipart"),
    *_denied("s3:ListBucketMultipartUploads", "multipart-list"),
    *_denied("s3:AbortMultipartUpload", "multipart-list", line_2="cancel", line_3="cancel"),
)

GOFAKES3 = (
    *_rows(GoFakeS3, "layers copied whole"),
    *_rows(
        GoFakeS3,
        *("correct settings", "redirects off", "root directory", "a large layer", "wrong region", "encrypted"),
        *("wrong secret", "unknown key"),  # they are not noticed
        cause=Cause.STORE_ERROR,
        check="multipart-copy",
        has_fix=True,
    ),
    *_rows(GoFakeS3, "V2", cause=Cause.STORE_ERROR, check="multipart-copy", next_cause=Cause.V4_REQUIRED),
    *_no_region(GoFakeS3, next_cause=Cause.STORE_ERROR),
    *_rows(GoFakeS3, "no credentials", cause=Cause.NO_CREDENTIALS, check="list"),
    *_rows(GoFakeS3, "missing bucket", cause=Cause.NO_BUCKET, check="list"),
)

S3S = (
    *_rows(
        S3s,
        *("correct settings", "redirects off", "root directory", "wrong region", "V2", "V2, redirects off"),
        *("layers copied whole", "encrypted", "reduced redundancy", "missing bucket"),
        cause=Cause.CORRUPTED,
        check="multipart",
    ),
    *_no_region(S3s, next_cause=Cause.CORRUPTED),
    *_rows(S3s, "wrong secret", cause=Cause.WRONG_SECRET, check="list"),
    *_rows(S3s, "unknown key", cause=Cause.UNKNOWN_ACCESS_KEY, check="list"),
    *_rows(S3s, "no credentials", cause=Cause.NO_CREDENTIALS, check="list"),
)

SEAWEEDFS = (
    *_rows(
        SeaweedFS,
        *("correct settings", "redirects off", "root directory", "a large layer", "layers copied whole"),
        *("reduced redundancy", "no storage class", "owner has full control", "V2, redirects off"),
        "wrong region",  # it is not noticed
        "missing bucket",  # it is created at the first write
    ),
    *_rows(SeaweedFS, "encrypted", cause=Cause.UNSUPPORTED, check="write", has_fix=True),  # it has no key for that
    *_rows(SeaweedFS, "V2", cause=Cause.V4_REQUIRED, check="presigned-read", has_fix=True),
    *_no_region(SeaweedFS, has_fix=True),
    *_rows(SeaweedFS, "wrong secret", cause=Cause.WRONG_SECRET, check="list"),
    *_rows(SeaweedFS, "unknown key", cause=Cause.UNKNOWN_ACCESS_KEY, check="list"),
    *_rows(SeaweedFS, "no credentials", cause=Cause.NO_CREDENTIALS, check="list"),
    *_rows(
        SeaweedFS,
        "root directory with a blank and a plus sign",
        "root directory with a question mark",
        "root directory with letters beyond ASCII",
        "region that no host can have",
    ),
    *_rows(SeaweedFS, "V2, root directory with a bar", cause=Cause.UNSUPPORTED, check="write"),
)

S3MOCK = (
    *_rows(S3Mock, "correct settings", registries=(DEBIAN_2_8, OFFICIAL_2_8), collects_garbage=False),
    *_rows(S3Mock, "correct settings", registries=(DISTRIBUTION_3,)),
    *_rows(
        S3Mock,
        *("redirects off", "root directory", "a large layer", "layers copied whole"),
        *("encrypted", "no storage class", "owner has full control", "wrong region", "V2, redirects off"),
        *("wrong secret", "unknown key"),  # they are not noticed
    ),
    *_rows(S3Mock, "V2", cause=Cause.V4_REQUIRED, check="presigned-read", has_fix=True),
    *_rows(S3Mock, "no credentials", cause=Cause.NO_CREDENTIALS, check="list"),
    *_rows(S3Mock, "missing bucket", cause=Cause.NO_BUCKET, check="list"),
)

SERVER_ROWS: tuple[Row, ...] = (*S3PROXY, *S3RVER, *VERSITY, *VERSITY_KEYS, *GOFAKES3, *S3S, *SEAWEEDFS, *S3MOCK)


# The verdict, the cause or the fix is wrong today. Each row says what is right, and a sentence says what is wrong.
KNOWN_DISAGREEMENTS: tuple[tuple[Row, str], ...] = ()
