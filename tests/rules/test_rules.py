"""Each rule: what it is silent about, what it says, and that its fix mends what it said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from wizard import rules
from wizard.catalog.presets import apply_preset
from wizard.catalog.providers import BucketNames, providers
from wizard.catalog.registries import ACLS, REGISTRIES
from wizard.model.findings import Cause, Finding, Severity, Value
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, GIB, MIB, Kind, Settings
from wizard.rules import Rule, advanced, endpoint, keys, names
from wizard.text.sanitize import sanitize

KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
LONGEST = 110  # characters of a sentence

AMAZON = Settings(bucket="images", accesskey=KEY, secretkey=Secret(SECRET), v4auth=True)
MINIO = Settings(
    provider="minio",
    bucket="images",
    accesskey="registry",
    secretkey=Secret("minio-password-1"),
    regionendpoint="https://minio.example:9000",
    v4auth=True,
    forcepathstyle=True,
)
OTHER = MINIO.replace({"provider": "other"})
WASABI = MINIO.replace({"provider": "wasabi", "regionendpoint": "https://s3.us-east-1.wasabisys.com"})
SCALEWAY = WASABI.replace({"provider": "scaleway", "region": "fr-par", "regionendpoint": "https://s3.fr-par.scw.cloud"})
FOLDER = Settings(provider="filesystem", rootdirectory="/var/lib/registry")
BASES = {"aws": AMAZON, "minio": MINIO, "other": OTHER, "wasabi": WASABI, "scaleway": SCALEWAY, "folder": FOLDER}


@dataclass(frozen=True)
class Good:
    """Settings that a rule says nothing about."""

    rule: Rule
    settings: Settings
    id: str


@dataclass(frozen=True)
class Bad(Good):
    """Settings that a rule says one thing about; `creates` names settings that its fix leaves to be mended."""

    setting: str
    says: str
    fix: Mapping[str, Value]
    severity: Severity
    cause: Cause
    creates: frozenset[str]


def good(rule: Rule, base: Settings, **changes: Value) -> Good:
    """A row of the table of silence."""
    return Good(rule, base.replace(changes), id_of(rule, base, changes))


def bad(
    rule: Rule,
    base: Settings,
    changes: Mapping[str, Value],
    says: str,
    fix: Mapping[str, Value] | None = None,
    *,
    severity: Severity = Severity.ERROR,
    cause: Cause = Cause.INVALID_SETTING,
    setting: str = "",
    creates: str = "",
) -> Bad:
    """A row of the table of findings; one belongs to the first setting of `changes` where `setting` is not given."""
    named = setting or next(iter(changes))
    row = good(rule, base, **changes)
    return Bad(rule, row.settings, row.id, named, says, fix or {}, severity, cause, frozenset(creates.split()))


def id_of(rule: Rule, base: Settings, changes: Mapping[str, Value]) -> str:
    """What a row is called in pytest's output."""
    values = (value.hint() if isinstance(value, Secret) else ascii(value)[:40] for value in changes.values())
    return "-".join([rule.__name__, base.registry, base.provider, ",".join(values)])


def named(setting: str, value: str) -> dict[str, Value]:
    """A fix of one setting; none where the value is empty."""
    return {setting: value} if value else {}


WARNING, HINT = Severity.WARNING, Severity.HINT
ON_2 = [AMAZON.replace({"registry": name}) for name in ("dtr", "distribution-2", "harbor")]
ON_3 = AMAZON.replace({"registry": "distribution-3"})
ON_GITLAB = AMAZON.replace({"registry": "gitlab"})
MINIO_3 = MINIO.replace({"registry": "distribution-3"})

LISTS = [
    *(good(names.registry_and_provider, AMAZON, registry=name) for name in REGISTRIES),
    *(good(names.registry_and_provider, AMAZON, provider=name) for name in providers()),
    *(
        bad(
            names.registry_and_provider,
            AMAZON,
            {"registry": name},
            f"`{name}`; choose from dtr,",
            named("registry", fix),
        )
        for name, fix in (("distribution3", "distribution-3"), ("Harbor", "harbor"), ("quay", ""), ("", ""))
    ),
    *(
        bad(names.registry_and_provider, MINIO, {"provider": name}, f"is called `{name}`;", named("provider", fix))
        for name, fix in (("minoi", "minio"), ("wasabi2", "wasabi"), ("dropbox", ""))
    ),
]

_CAPITALS = "`I` cannot be in a bucket's name: small letters, digits, hyphens and dots only."
_ENDS = "A bucket's name begins and ends with a letter or a digit."
_RESERVED = "Amazon reserves bucket names with "
AMAZON_NAMES = [
    ("", "Type the bucket's name; it must exist already.", ""),
    ("ab", "A bucket's name has 3 to 63 characters; this one has 2.", ""),
    ("a" * 64, "A bucket's name has 3 to 63 characters; this one has 64.", ""),
    ("Images", _CAPITALS, "images"),
    ("IMAGES-2", _CAPITALS, "images-2"),
    ("Images_2", _CAPITALS, ""),
    ("my_images", "`_` cannot be in a bucket's name", ""),
    ("my images", "A blank cannot be in a bucket's name", ""),
    ("my\u00a0images", "A blank cannot be in a bucket's name", ""),
    ("images\n", "A blank cannot be in a bucket's name", ""),
    ("imagés", "`é` cannot be in a bucket's name", ""),
    ("images\x1b[31m", "`�` cannot be in a bucket's name", ""),
    ("https://images.s3.amazonaws.com", "`:` cannot be in a bucket's name", ""),
    ("arn:aws:s3:eu-west-1:123456789012:accesspoint/images", "`:` cannot be in a bucket's name", ""),
    ("/images", "`/` cannot be in a bucket's name", ""),
    *((name, _ENDS, "") for name in ("-images", "images-", ".images", "images.")),
    ("my..images", "A bucket's name has no two dots in a row.", ""),
    ("192.168.5.4", "A bucket's name must not look like an IP address.", ""),
    ("xn--images", _RESERVED + "`xn--`.", ""),
    ("sthree-images", _RESERVED + "`sthree-`.", ""),
    ("amzn-s3-demo-images", _RESERVED + "`amzn-s3-demo-`.", ""),
    ("images-s3alias", _RESERVED + "`-s3alias`.", ""),
    ("images--ol-s3", _RESERVED + "`--ol-s3`.", ""),
    ("images.mrap", _RESERVED + "`.mrap`.", ""),
    ("images--use1-az4--x-s3", _RESERVED + "`--x-s3`.", ""),
    ("images--table-s3", _RESERVED + "`--table-s3`.", ""),
]
COMPATIBLE_NAMES = [
    ("", "Type the bucket's name; it must exist already."),
    ("ab", "A bucket's name has 3 to 255 characters; this one has 2."),
    ("a" * 256, "A bucket's name has 3 to 255 characters; this one has 256."),
    ("my images", "A blank cannot be in a bucket's name: letters, digits, hyphens, dots and underscores only."),
    ("a:bc", "`:` cannot be in a bucket's name"),
    ("-images", "A bucket's name begins with a letter or a digit."),
    ("_images", "A bucket's name begins with a letter or a digit."),
]
_ONLY_THE_NAME = "Only the bucket's name belongs here, not its address."
_NO_SLASH = "A bucket's name has no slash; a path in the bucket is the root directory."
PASTED = [
    ("s3://images", _ONLY_THE_NAME, ""),
    ("S3://images/", _ONLY_THE_NAME, ""),
    ("images/", _ONLY_THE_NAME, ""),
    ("arn:aws:s3:::images", _ONLY_THE_NAME, ""),
    ("arn:aws-us-gov:s3:::images", _ONLY_THE_NAME, ""),
    ("arn:aws:s3:::images/*", _ONLY_THE_NAME, ""),
    ("s3://images/registry", _NO_SLASH, "/registry"),
    ("images/a/b/", _NO_SLASH, "/a/b"),
    ("arn:aws:s3:::images/registry/*", _NO_SLASH, "/registry"),
]
BUCKETS = [
    *(good(names.bucket, AMAZON, bucket=name) for name in ("abc", "a" * 63, "1images", "my-images", "a--b")),
    *(good(names.bucket, MINIO, bucket=name) for name in ("abc", "Images", "my_images", "a" * 255, "a..b", "a.b-")),
    good(names.bucket, SCALEWAY, bucket="my.images"),  # path style: no certificate has to match the name
    *(
        bad(names.bucket, base, {"bucket": name}, says, named("bucket", mended))
        for base in (AMAZON, SCALEWAY)
        for name, says, mended in AMAZON_NAMES
    ),
    *(bad(names.bucket, MINIO, {"bucket": name}, says) for name, says in COMPATIBLE_NAMES),
    *(
        bad(names.bucket, base, {"bucket": text}, says, {"bucket": "images", **named("rootdirectory", folder)})
        for base in (AMAZON, MINIO)
        for text, says, folder in PASTED
    ),
    bad(
        names.bucket,
        AMAZON,
        {"bucket": "s3://images/my folder"},
        _NO_SLASH,
        {"bucket": "images", "rootdirectory": "/my folder"},
        creates="rootdirectory",
    ),
    *(
        bad(names.bucket, base, {"bucket": "my.images"}, "A dot in the name keeps certificates", severity=WARNING)
        for base in (AMAZON, ON_3, SCALEWAY.replace({"registry": "gitlab", "forcepathstyle": False}))
    ),
]

_START = "The registry does not start without a region."
_REFUSED = "that we know; Docker Trusted Registry refuses it without an endpoint."
AMAZON_REGIONS = [
    ("", _START, "us-east-1"),
    ("us-eas-1", _REFUSED, "us-east-1"),
    ("eu-wset-1", _REFUSED, "eu-west-1"),
    ("eu-frankfurt-1", _REFUSED, "eu-central-1"),
    ("us-east1", "Amazon S3 has no region `us-east1` that we know.", "us-east-1"),
    ("useast1", "that we know.", "us-east-1"),
    ("EU-WEST-1", "that we know.", "eu-west-1"),
    ("us-east-1a", "that we know.", "us-east-1"),
    ("eu-west-1c", "that we know.", "eu-west-1"),
    ("Ireland", "that we know.", "eu-west-1"),
    ("frankfurt", "that we know.", "eu-central-1"),
    ("Virginia", "that we know.", "us-east-1"),
    ("nowhere", "that we know.", ""),
    ("N. Virginia", "A blank cannot be in a region's name.", "us-east-1"),
    ("EU (Ireland)", "A blank cannot be in a region's name.", "eu-west-1"),
    ("US East (Ohio)", "A blank cannot be in a region's name.", "us-east-2"),
    ("Europe (Ireland) eu-west-1", "A blank cannot be in a region's name.", "eu-west-1"),
    ("São Paulo", "`ã` cannot be in a region's name.", "sa-east-1"),
    ("Sao Paulo", "A blank cannot be in a region's name.", "sa-east-1"),
    ("eu-west-1/", "`/` cannot be in a region's name.", "eu-west-1"),
    ("!", "`!` cannot be in a region's name.", ""),
]
# A region that Amazon might open: what no list of ours can hold.
TOMORROW = {"region": "eu-central-9"}
REGIONS = [
    *(good(names.region, AMAZON, region=name) for name in providers()["aws"].regions),
    *(good(names.region, MINIO, region=name) for name in ("us-east-1", "home", "Lab_1.x", "garage")),
    *(good(names.region, WASABI, region=name) for name in ("us-east-1", "eu-central-2")),
    *(bad(names.region, AMAZON, {"region": name}, says, named("region", near)) for name, says, near in AMAZON_REGIONS),
    *(
        bad(names.region, base, TOMORROW, "refuses it without an endpoint.", {"region": "eu-central-2"})
        for base in (*ON_2, ON_3)
    ),
    *(
        bad(names.region, base, TOMORROW, "that we know.", {"region": "eu-central-2"}, severity=WARNING)
        for base in (ON_GITLAB, AMAZON.replace({"regionendpoint": "https://s3.eu-central-9.amazonaws.com"}))
    ),
    bad(names.region, ON_3, {"region": "us-iso-east-1"}, "we know.", {"region": "us-gov-east-1"}, severity=WARNING),
    *(
        bad(names.region, ON_GITLAB, {"region": name}, "we know.", {"region": "us-east-1"})
        for name in ("us-east1", "US-EAST-1")
    ),
    bad(names.region, MINIO, {"region": ""}, _START, {"region": "us-east-1"}),
    bad(names.region, SCALEWAY, {"region": ""}, _START, {"region": "fr-par"}),
    bad(names.region, MINIO, {"region": "my lab"}, "A blank cannot be in a region's name."),
    *(
        bad(names.region, base, {"region": name}, f"has no region `{name}`", named("region", near), severity=WARNING)
        for base, name, near in (
            (WASABI, "eu-central1", "eu-central-1"),
            (WASABI, "Paris", "eu-west-2"),
            (WASABI, "N.Virginia", "us-east-1"),  # two are there: the first
            (SCALEWAY, "Warsaw", "pl-waw"),
            (SCALEWAY, "moon", ""),
        )
    ),
]

NEWER = [
    *(good(names.region_of_registry, AMAZON, region=name) for name in ("us-east-1", "cn-north-1", "eu-central-9", "")),
    *(good(names.region_of_registry, ON_3, region=name) for name in ("eu-north-1", "ca-west-1")),
    *(good(names.region_of_registry, ON_GITLAB, region=name) for name in providers()["aws"].regions),
    good(names.region_of_registry, AMAZON, region="eu-north-1", regionendpoint="https://s3.eu-north-1.amazonaws.com"),
    good(names.region_of_registry, WASABI, region="eu-south-1", regionendpoint=""),
    *(
        bad(
            names.region_of_registry,
            base,
            {"region": region},
            f"is older than {region} and refuses it without an endpoint.",
            {"regionendpoint": f"https://s3.{region}.amazonaws.com"},
        )
        for base, region in (
            *((base, "eu-north-1") for base in ON_2),
            (AMAZON, "us-gov-east-1"),
            (ON_3, "mx-central-1"),
            (ON_3, "ap-southeast-7"),
        )
    ),
]

_PATHS = ("", "/", "/registry", "registry", "/registry/", "/a/b.c/d_e-f", "/...")
_SLASHES = "Two slashes in a row name an empty folder."
_DOTS = "`.` and `..` mean nothing in a bucket; give the path itself."
PATHS = [
    *(good(names.root_directory, AMAZON, rootdirectory=path) for path in _PATHS),
    *(
        bad(names.root_directory, base, {"rootdirectory": path}, says, named("rootdirectory", mended))
        for base in (AMAZON, MINIO)
        for path, says, mended in (
            ("/a//b", _SLASHES, "/a/b"),
            ("a///b//c/", _SLASHES, "/a/b/c"),
            ("/my images", "A blank cannot be in a path: letters, digits, `.`, `_`, `-` and `/` only.", ""),
            ("/images*", "`*` cannot be in a path", ""),
            ("C:\\images", "`:` cannot be in a path", ""),
            ("/größe", "`ö` cannot be in a path", ""),
            ("/a/../b", _DOTS, ""),
            ("./images", _DOTS, ""),
        )
    ),
    *(good(names.folder, FOLDER, rootdirectory=path) for path in ("/var/lib/registry", "/", "/my images", "/größe")),
    *(
        bad(names.folder, FOLDER, {"rootdirectory": path}, says, named("rootdirectory", mended))
        for path, says, mended in (
            ("", "Type the folder that keeps the images.", "/var/lib/registry"),
            ("srv/images", "The folder must be an absolute path.", "/srv/images"),
            *((f"/srv{char}", "A path has no control characters; type it again.", "") for char in "\0\n\x1b\x7f"),
        )
    ),
]

TEMPORARY = "ASIAIOSFODNN7EXAMPLE"
ESCAPED = SECRET.replace("/", "\\/")
NO_KEYS: dict[str, Value] = {"accesskey": "", "secretkey": Secret()}
SWAPPED: dict[str, Value] = {"accesskey": SECRET, "secretkey": Secret(KEY)}
_IN_PLACE = "The two keys stand in each other's place."
_UNSENDABLE = (f" {KEY}", f"{KEY}\n", "AKIA IOSFODNN7EXAMPLE", f"{KEY}\x1b", "clé-du-dépôt", "a\u200bkey")
_ODD_SECRETS = (f"{SECRET} ", f"{SECRET[:20]}\n{SECRET[20:]}", "pass phrase of mine", "clé-secrète", "tab\tbed")
ON_ANY_STORE = [
    row
    for base in (AMAZON, MINIO)
    for row in (
        *(good(rule, base, **pair) for rule in (keys.both_or_neither, keys.access_key) for pair in (NO_KEYS, {})),
        *(good(keys.secret_key, base, **pair) for pair in (NO_KEYS, SWAPPED, {})),
        bad(
            keys.both_or_neither,
            base,
            {"secretkey": Secret()},
            "The secret key is missing: give both keys, or leave both blank for an IAM role.",
            cause=Cause.NO_CREDENTIALS,
        ),
        bad(
            keys.both_or_neither,
            base,
            {"accesskey": ""},
            "The access key is missing: give both keys, or leave both blank for an IAM role.",
            cause=Cause.NO_CREDENTIALS,
        ),
        bad(
            keys.access_key,
            base,
            SWAPPED,
            _IN_PLACE,
            {"accesskey": KEY, "secretkey": Secret(SECRET)},
            cause=Cause.MALFORMED_ACCESS_KEY,
        ),
        *(
            bad(keys.access_key, base, {"accesskey": key}, "An access key has no", cause=Cause.MALFORMED_ACCESS_KEY)
            for key in _UNSENDABLE
        ),
        bad(keys.secret_key, base, {"secretkey": Secret(KEY)}, "This is an access key; the secret key belongs here."),
        bad(
            keys.secret_key,
            base,
            {"secretkey": Secret(ESCAPED)},
            "`\\/` is a slash as JSON writes it; the key itself has plain slashes.",
            {"secretkey": Secret(SECRET)},
            severity=WARNING,
        ),
    )
]
KEYS = [
    *ON_ANY_STORE,
    *(good(keys.access_key, MINIO, accesskey=key) for key in ("root", "a/b", TEMPORARY, "GK31c2f218a2e44f485b94239e")),
    bad(
        keys.access_key,
        AMAZON,
        {"accesskey": SECRET, "secretkey": Secret(TEMPORARY)},
        _IN_PLACE,
        {"accesskey": TEMPORARY, "secretkey": Secret(SECRET)},
        cause=Cause.MALFORMED_ACCESS_KEY,
        creates="accesskey",
    ),
    bad(
        keys.access_key,
        AMAZON,
        {"accesskey": TEMPORARY},
        "ASIA… is a temporary key; the registry cannot send its session token. Use an AKIA… key or a role.",
        cause=Cause.EXPIRED_TOKEN,
    ),
    bad(
        keys.access_key,
        AMAZON,
        {"accesskey": "wJalrXUtnFEMI/K7"},
        "An access key has no slash; this looks like a part of a secret key.",
        cause=Cause.MALFORMED_ACCESS_KEY,
    ),
    *(
        bad(
            keys.access_key,
            AMAZON,
            {"accesskey": key},
            "Amazon's access keys are AKIA and 16 capitals or digits; this one is not.",
            severity=WARNING,
            cause=Cause.MALFORMED_ACCESS_KEY,
        )
        for key in (KEY[:-1], KEY + "X", KEY.lower(), "registry")
    ),
    *(
        good(keys.secret_key, MINIO, secretkey=Secret(text))
        for text in ("short", "x" * 200, "p@ss:w0rd!", "back\\slash", SECRET)
    ),
    *(
        bad(keys.secret_key, AMAZON, {"secretkey": Secret(text)}, "A secret key has no blanks, control characters")
        for text in _ODD_SECRETS
    ),
    *(
        bad(keys.secret_key, MINIO, {"secretkey": Secret(text)}, "Few secret keys have blanks", severity=WARNING)
        for text in _ODD_SECRETS
    ),
    *(
        bad(keys.secret_key, AMAZON, {"secretkey": Secret(text)}, says, severity=WARNING)
        for text, says in (
            (SECRET[:-1], "Amazon's secret keys have 40 characters; this one has 39."),
            (SECRET + "=", "Amazon's secret keys have 40 characters; this one has 41."),
            (SECRET[:-1] + "!", "Amazon's secret keys have only letters, digits, `/` and `+`."),
        )
    ),
]

ADDRESSES = [
    *("https://minio.example:9000", "http://minio", "https://10.0.0.5:443", "http://[2001:db8::1]:9000", "minio:9000"),
    *("HTTPS://Minio.Example", "https://minio.example/", "localhost:9000", "https://a_b.example.", "https.example"),
    *("https://s3.us-east-1.amazonaws.com", "[::1]", "http://x:65535"),
]
_PUT_YOUR_OWN = "Put your own value in place of the part in brackets."
_USERINFO = "Keys do not belong in the endpoint: they have fields of their own."
_NO_HOST = "This is no host name or address; it should look like https://minio.example:9000."
_BRACKETS = "An IPv6 address stands in brackets, and a port after them."
_COLON = "Between scheme and host stand a colon and two slashes."
_IS_BUCKET = "The bucket does not belong in the endpoint: it has a field of its own."
_IN_FRONT = "The bucket does not belong in front of the host: the registry puts it there."
_BEGINS = "The host begins with the bucket's name; if that is the bucket, leave it out"
FORMS = [
    ("http://<HOST>:9000", _PUT_YOUR_OWN, ""),
    ("https://s3.{region}.wasabisys.com", _PUT_YOUR_OWN, ""),
    ("https://key:secret@minio.example:9000/images", _USERINFO, "https://minio.example:9000"),
    ("key@minio.example", _USERINFO, "minio.example"),
    (f"https://{KEY}:{SECRET}@minio.example", _USERINFO, "https://minio.example"),
    ("https://key:secret@", _USERINFO, ""),
    ("s3://images", "`s3://` names a bucket, not a server; an endpoint begins with https:// or http://.", ""),
    ("tcp://minio.example:9000", "`tcp://` is not spoken here: https:// or http://.", "https://minio.example:9000"),
    ("htps://minio.example", "`htps://` is not spoken here", "https://minio.example"),
    ("ftp://", "`ftp://` is not spoken here", ""),
    ("https:/minio.example:9000", _COLON, "https://minio.example:9000"),
    ("http//minio.example", _COLON, "http://minio.example"),
    ("HTTP:\\\\minio.example", _COLON, "http://minio.example"),
    ("https:/", _COLON, ""),
    ("https://2001:db8::1", _BRACKETS, "https://[2001:db8::1]"),
    ("::1", _BRACKETS, "[::1]"),
    *((f"https://{host}", _NO_HOST, "") for host in ("", ":9000", "a..b", "-a", "my minio", "münchen.example", "ſ3.x")),
    *((f"https://{host}", _NO_HOST, "") for host in ("a" * 64, "[::1", "[10.0.0.5]", "[minio]:9000", "minio:90:91")),
    (":9000", _NO_HOST, ""),
    ("https://minio:0", "`0` is no port: a number from 1 to 65535.", ""),
    ("https://minio:65536", "`65536` is no port", ""),
    ("https://minio:99999999999999999999", "is no port", ""),
    ("https://minio:\u0669\u0660", "is no port", ""),
    ("https://minio:api", "`api` is no port", ""),
    ("https://[::1]9000x", "`9000x` is no port", ""),
    ("https://minio.example/s3/v1", "An endpoint has no path", "https://minio.example"),
    ("https://minio.example?x=1", "An endpoint ends with its host and port.", "https://minio.example"),
    ("https://minio.example/#top", "An endpoint ends with its host and port.", "https://minio.example"),
]
ENDPOINTS = [
    good(endpoint.present, AMAZON, regionendpoint=""),
    *(good(endpoint.present, MINIO, regionendpoint=text) for text in ("https://minio.example:9000", "nonsense")),
    *(
        bad(endpoint.present, base, {"regionendpoint": ""}, says, named("regionendpoint", fix))
        for base, says, fix in (
            (MINIO, "Type the server's address, such as http://<HOST>:9000; blank would mean Amazon S3.", ""),
            (OTHER, "Type the server's address, such as https://<HOST>; blank would mean Amazon S3.", ""),
            (MINIO.replace({"provider": "r2"}), "Cloudflare R2 needs your account id. 32 digits, in the", ""),
            (WASABI, "Wasabi needs its endpoint; blank would mean Amazon S3.", "https://s3.us-east-1.wasabisys.com"),
            (SCALEWAY.replace({"region": ""}), "Scaleway needs its endpoint", "https://s3.fr-par.scw.cloud"),
            (SCALEWAY.replace({"region": "fr par"}), "Scaleway needs its endpoint", ""),
            (MINIO.replace({"provider": "gcs"}), "needs its endpoint", "https://storage.googleapis.com"),
        )
    ),
    *(good(endpoint.form, MINIO, regionendpoint=text) for text in ("", *ADDRESSES)),
    good(endpoint.form, MINIO, bucket="10", regionendpoint="http://10.0.0.5"),
    good(endpoint.form, MINIO, bucket="minio", regionendpoint="http://minio:9000"),
    good(endpoint.form, MINIO, bucket="", regionendpoint="http://images.minio.example"),
    *(
        bad(endpoint.form, MINIO, {"regionendpoint": text}, says, named("regionendpoint", mended))
        for text, says, mended in FORMS
    ),
    *(
        bad(
            endpoint.form,
            MINIO,
            {"regionendpoint": text, "bucket": bucket},
            _IS_BUCKET,
            {"regionendpoint": "https://minio.example", "bucket": "images"},
        )
        for text, bucket in (("https://minio.example/images/", "images"), ("https://minio.example/images/more", ""))
    ),
    *(
        bad(endpoint.form, base, {"regionendpoint": text}, _IN_FRONT, {"regionendpoint": mended})
        for base, text, mended in (
            (AMAZON, "https://images.s3.us-east-1.amazonaws.com", "https://s3.us-east-1.amazonaws.com"),
            (OTHER, "https://Images.s3.amazonaws.com", "https://s3.amazonaws.com"),
            (SCALEWAY, "https://images.s3.fr-par.scw.cloud", "https://s3.fr-par.scw.cloud"),
            (MINIO.replace({"provider": "storj"}), "images.gateway.storjshare.io", "gateway.storjshare.io"),
        )
    ),
    *(
        bad(endpoint.form, MINIO, {"regionendpoint": text}, _BEGINS, {"regionendpoint": mended}, severity=WARNING)
        for text, mended in (
            ("https://images.minio.example:9000", "https://minio.example:9000"),
            ("images.local", "local"),
        )
    ),
]

_OF_AMAZON = ("", "https://s3.us-east-1.amazonaws.com", "https://s3.dualstack.eu-west-1.amazonaws.com", "ftp://minio")
SAME_STORE = [
    *(good(endpoint.belongs_to_provider, MINIO, regionendpoint=text) for text in ("", *ADDRESSES, "https://k:s@x")),
    *(good(endpoint.belongs_to_provider, AMAZON, regionendpoint=text) for text in _OF_AMAZON),
    *(
        bad(
            endpoint.belongs_to_provider,
            base,
            {"regionendpoint": text, "region": "us-east-1"},
            f"The endpoint is in {region}, the region says us-east-1.",
            {"region": region},
            severity=WARNING,
            cause=Cause.WRONG_REGION,
        )
        for base, text, region in (
            (AMAZON, "https://s3.eu-west-1.amazonaws.com", "eu-west-1"),
            (AMAZON, "https://s3.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            (WASABI, "https://s3.EU-central-1.wasabisys.com", "eu-central-1"),
            (SCALEWAY, "https://s3.nl-ams.scw.cloud", "nl-ams"),
        )
    ),
    bad(
        endpoint.belongs_to_provider,
        AMAZON,
        {"regionendpoint": "https://minio.example:9000"},
        "This endpoint is not Amazon's; for another server choose its own entry on the first screen.",
        {"provider": "other"},
        severity=WARNING,
    ),
]

SCHEMES = [
    *(good(endpoint.scheme, MINIO, regionendpoint=text) for text in ("", "https://x", "HTTPS://x", "ftp://x")),
    good(endpoint.scheme, MINIO, regionendpoint="http://x", secure=False),
    *(
        bad(
            endpoint.scheme,
            MINIO,
            {"regionendpoint": "minio.example:9000", "secure": secure},
            f"Without a scheme the HTTPS setting decides: {scheme}://.",
            {"regionendpoint": f"{scheme}://minio.example:9000"},
            severity=HINT,
        )
        for secure, scheme in ((True, "https"), (False, "http"))
    ),
    *(
        bad(endpoint.scheme, MINIO, {"regionendpoint": text, "secure": on}, says, {"secure": not on}, severity=WARNING)
        for text, on, says in (
            ("http://minio", True, "http:// wins over HTTPS on: traffic is unencrypted."),
            ("HTTPS://minio", False, "https:// wins over HTTPS off: traffic is encrypted."),
        )
    ),
]
GARAGE = MINIO.replace({"provider": "garage"})
PORTS = [
    *(
        good(endpoint.port, MINIO, regionendpoint=text)
        for text in ("", "https://m:9000", "https://m:443", "https://m:0")
    ),
    *(good(endpoint.port, OTHER, regionendpoint=text) for text in ("https://m", "https://m:9001")),
    *(
        bad(endpoint.port, base, {"regionendpoint": text}, says, {"regionendpoint": mended}, severity=severity)
        for base, text, says, mended, severity in (
            (MINIO, "https://m", "No port; MinIO usually listens on 9000.", "https://m:9000", HINT),
            (MINIO, "http://[::1]", "No port; MinIO usually listens on 9000.", "http://[::1]:9000", HINT),
            (GARAGE, "http://m", "No port; Garage usually listens on 3900.", "http://m:3900", HINT),
            (MINIO, "http://m:9001", "Port 9001 is usually MinIO's console; S3 is on 9000.", "http://m:9000", WARNING),
            (MINIO, "9001.x:9001", "Port 9001 is usually MinIO's console", "9001.x:9000", WARNING),
        )
    ),
]

SIGNATURES = [
    *(good(advanced.signature, base, v4auth=True) for base in (AMAZON, MINIO, WASABI, ON_GITLAB)),
    good(advanced.signature, MINIO, v4auth=False, redirect=False),
    *(
        bad(
            advanced.signature,
            base,
            {"v4auth": False, **changes},
            says,
            {"v4auth": True},
            severity=severity,
            cause=Cause.V4_REQUIRED,
        )
        for base, changes, says, severity in (
            (AMAZON, {}, "Amazon S3 accepts only signature version 4", Severity.ERROR),
            (AMAZON, {"regionendpoint": "https://minio.example"}, "Amazon S3 accepts", Severity.ERROR),
            (OTHER, {"regionendpoint": "https://s3.eu-west-1.amazonaws.com"}, "Amazon S3 accepts", Severity.ERROR),
            (OTHER, {"regionendpoint": "s3.cn-north-1.amazonaws.com.cn:443"}, "Amazon S3 accepts", Severity.ERROR),
            (MINIO, {"registry": "gitlab"}, "GitLab signs with version 4 only.", Severity.ERROR),
            (WASABI, {}, "Wasabi accepts only signature version 4.", Severity.ERROR),
            (MINIO, {}, "With version 2 pushes work and pulls fail", WARNING),
        )
    ),
]

ALIBABA = MINIO_3.replace({"provider": "alibaba", "regionendpoint": "https://s3.oss-cn-hangzhou.aliyuncs.com"})
STYLES = [
    *(
        good(advanced.path_style, base, registry=registry, forcepathstyle=on)
        for base in (MINIO, OTHER, WASABI)
        for registry, on in (("dtr", False), ("harbor", True), ("distribution-3", True), ("gitlab", True))
    ),
    *(good(advanced.path_style, ON_3, forcepathstyle=on) for on in (True, False)),
    good(advanced.path_style, MINIO, regionendpoint="http://10.0.0.5", forcepathstyle=False),
    good(advanced.path_style, MINIO_3, regionendpoint="", forcepathstyle=False),
    good(advanced.path_style, OTHER, registry="distribution-3", forcepathstyle=False),
    good(advanced.path_style, ALIBABA, forcepathstyle=False),
    *(
        bad(
            advanced.path_style,
            MINIO_3,
            {"forcepathstyle": False, "regionendpoint": text},
            "A bucket cannot stand in front of an IP address: Distribution 3.x needs path style here.",
            {"forcepathstyle": True},
            cause=Cause.PATH_STYLE_REQUIRED,
        )
        for text in ("http://10.0.0.5:9000", "http://[::1]:9000", "10.0.0.5")
    ),
    bad(
        advanced.path_style,
        MINIO_3,
        {"forcepathstyle": False},
        "MinIO is reached with the bucket in the path.",
        {"forcepathstyle": True},
        severity=WARNING,
        cause=Cause.PATH_STYLE_REQUIRED,
    ),
    bad(
        advanced.path_style,
        ALIBABA,
        {"forcepathstyle": True},
        "Alibaba OSS refuses path style.",
        {"forcepathstyle": False},
        severity=WARNING,
        cause=Cause.VIRTUAL_HOST_REQUIRED,
    ),
    bad(
        advanced.path_style,
        ALIBABA,
        {"registry": "dtr"},
        "Alibaba OSS refuses path style, the only style of Docker Trusted Registry with an endpoint.",
        severity=WARNING,
        cause=Cause.VIRTUAL_HOST_REQUIRED,
        setting="forcepathstyle",
    ),
]

REST = [
    good(advanced.redirects, AMAZON),
    good(advanced.redirects, OTHER, redirect=False, regionendpoint="http://minio:9000"),
    *(
        good(advanced.redirects, OTHER, regionendpoint=text)
        for text in (
            "https://minio.example",
            "http://10.0.0.5:9000",
            "https://[fd00::5]:9000",
            "https://s3.lan.example",
        )
    ),
    *(
        bad(
            advanced.redirects,
            OTHER,
            {"regionendpoint": text},
            says,
            {"redirect": False},
            severity=severity,
            cause=Cause.UNREACHABLE,
            setting="redirect",
        )
        for text, severity, says in (
            ("https://minio:9000", WARNING, "minio, a name that clients elsewhere do not know"),
            ("https://minio.storage.svc.cluster.local", WARNING, "a name that clients elsewhere do not know"),
            ("https://S3.Corp.Internal.", WARNING, "a name that clients elsewhere do not know"),
            ("https://127.0.0.1:9000", Severity.HINT, "only clients on this machine can follow"),
            ("https://localhost:9000", Severity.HINT, "only clients on this machine can follow"),
        )
    ),
    good(advanced.verification, AMAZON, skipverify=False),
    *(
        bad(
            advanced.verification,
            MINIO,
            {"skipverify": True, "regionendpoint": text, "secure": secure},
            says,
            {"skipverify": False},
            severity=WARNING,
        )
        for text, secure, says in (
            ("https://minio", True, "Unverified: anybody in between can pretend to be the store."),
            ("http://minio", True, "Nothing to skip: the traffic is plain http, without TLS."),
            ("minio:9000", False, "Nothing to skip: the traffic is plain http, without TLS."),
        )
    ),
    *(
        good(advanced.encryption, AMAZON, encrypt=encrypt, keyid=keyid)
        for encrypt, keyid in ((False, ""), (True, ""), (True, "alias/registry"))
    ),
    bad(
        advanced.encryption,
        AMAZON,
        {"keyid": "alias/registry"},
        "A KMS key does nothing without Encrypt.",
        {"encrypt": True},
    ),
    *(
        good(advanced.words, AMAZON, registry=registry.id, storageclass=word)
        for registry in REGISTRIES.values()
        for word in registry.storage_classes
    ),
    *(good(advanced.words, AMAZON, objectacl=word) for word in ACLS),
    *(
        bad(advanced.words, base, {name: word}, f"knows no `{word}` here; ", {name: meant})
        for base in (*ON_2, ON_3, ON_GITLAB)
        for name, word, meant in (
            ("storageclass", "", "STANDARD"),
            ("storageclass", "DEEP_ARCHIVE", "STANDARD"),
            ("storageclass", "reduced_redundancy", "REDUCED_REDUNDANCY"),
            ("objectacl", "none", "private"),
            ("objectacl", "Public-Read", "public-read"),
        )
    ),
    *(
        bad(
            advanced.words,
            base,
            {"storageclass": word},
            f"{REGISTRIES[base.registry].title} knows no `{word}` here; STANDARD is right for most.",
            {"storageclass": "STANDARD"},
        )
        for base in ON_2
        for word in ("STANDARD_IA", "GLACIER_IR")
    ),
    *(good(advanced.sizes, AMAZON, chunksize=size) for size in (5 * MIB, 10 * MIB, 5 * GIB)),
    *(good(advanced.sizes, AMAZON, multipartcopythresholdsize=size) for size in (0, 32 * MIB, 5 * GIB)),
    *(
        bad(advanced.sizes, AMAZON, {"chunksize": size}, "Chunk size: 5 MiB to 5 GiB.", {"chunksize": 10 * MIB})
        for size in (0, 1, 5 * MIB - 1, 5 * GIB + 1)
    ),
    bad(
        advanced.sizes,
        AMAZON,
        {"multipartcopythresholdsize": 5 * GIB + 1},
        f"{DECLARATIONS['multipartcopythresholdsize'].label}: 0 B to 5 GiB.",
        {"multipartcopythresholdsize": 32 * MIB},
    ),
]

ROWS = [
    *(*LISTS, *BUCKETS, *REGIONS, *NEWER, *PATHS, *KEYS, *ENDPOINTS, *SAME_STORE, *SCHEMES, *PORTS, *SIGNATURES),
    *(*STYLES, *REST),
]
BAD = [row for row in ROWS if isinstance(row, Bad)]
GOOD = [row for row in ROWS if not isinstance(row, Bad)]

each_good = pytest.mark.parametrize("row", GOOD, ids=lambda row: row.id)
each_bad = pytest.mark.parametrize("row", BAD, ids=lambda row: row.id)
each_fix = pytest.mark.parametrize("row", [row for row in BAD if row.fix], ids=lambda row: row.id)


def findings_on(settings: Settings) -> Counter[tuple[Cause, str, str]]:
    return Counter((finding.cause, finding.setting, finding.text) for finding in rules.findings(settings))


def wrong(settings: Settings) -> set[tuple[Cause, str]]:
    return {(finding.cause, finding.setting) for finding in rules.errors(settings)}


@pytest.mark.parametrize("rule", [*rules.S3_RULES, *rules.FILESYSTEM_RULES], ids=lambda rule: rule.__name__)
def test_each_rule_is_seen_silent_and_seen_to_speak(rule: Rule) -> None:
    assert any(row.rule is rule for row in GOOD)
    assert any(row.rule is rule for row in BAD)


@each_good
def test_good_settings_are_passed_over(row: Good) -> None:
    assert list(row.rule(row.settings)) == []


@each_bad
def test_bad_settings_are_named(row: Bad) -> None:
    (finding,) = row.rule(row.settings)
    assert (finding.setting, finding.cause, finding.severity) == (row.setting, row.cause, row.severity)
    assert row.says in finding.text
    assert dict(finding.fix.set if finding.fix else {}) == row.fix
    assert finding in rules.findings(row.settings)
    assert (finding in rules.errors(row.settings)) is (row.severity is Severity.ERROR)


@each_fix
def test_a_fix_mends_what_it_stands_beside(row: Bad) -> None:
    (finding,) = row.rule(row.settings)
    assert finding.fix is not None
    before, after = row.settings, row.settings.replace(finding.fix.set)
    assert before != after
    assert not findings_on(after)[finding.cause, finding.setting, finding.text]
    assert {setting for _, setting in wrong(after) - wrong(before)} == row.creates


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (AMAZON.replace({"bucket": "Images"}), "Use images: bucket names have no capitals."),
        (AMAZON.replace({"bucket": "s3://images"}), "Use images."),
        (AMAZON.replace({"bucket": "images/a/b"}), "Use images with root directory /a/b."),
        (AMAZON.replace({"region": "Ireland"}), "Use eu-west-1 (Ireland)."),
        (AMAZON.replace({"region": ""}), "Use us-east-1."),
        (AMAZON.replace({"region": "eu-north-1"}), "Set the endpoint to https://s3.eu-north-1.amazonaws.com."),
        (FOLDER.replace({"rootdirectory": "srv"}), "Use /srv."),
        (OTHER.replace({"regionendpoint": "minio.example"}), "Use https://minio.example."),
        (OTHER.replace({"regionendpoint": "http://minio.example"}), "Turn HTTPS off, as the endpoint says."),
        (OTHER.replace({"secure": False}), "Turn HTTPS on, as the endpoint says."),
        (
            OTHER.replace({"regionendpoint": "https://minio.example/images"}),
            "Use https://minio.example with bucket images.",
        ),
        (SCALEWAY.replace({"region": "nl-ams"}), "Set the region to fr-par."),
        (AMAZON.replace({"storageclass": "x"}), "Use STANDARD."),
        (AMAZON.replace({"chunksize": 1}), "Use 10 MiB."),
    ],
)
def test_a_fix_says_what_it_does(settings: Settings, says: str) -> None:
    (finding,) = rules.findings(settings)
    assert finding.fix is not None
    assert finding.fix.text == says


def assert_fit_to_print(finding: Finding, longest: int) -> None:
    for text in (finding.text, *([finding.fix.text] if finding.fix else [])):
        assert text == sanitize(text, longest)
        assert text.endswith((".", "…"))


@each_bad
def test_what_is_said_is_a_sentence_and_tells_no_secret(row: Bad) -> None:
    for finding in rules.findings(row.settings):
        assert_fit_to_print(finding, LONGEST)
        shown = finding.text + repr(finding) + json.dumps(finding.as_json())
        assert not [secret for secret in secrets_of(row.settings) if secret in shown or repr(secret)[1:-1] in shown]


def secrets_of(settings: Settings) -> set[str]:
    """What must not be seen of these settings: the secret, also in the wrong field or in a part."""
    return {settings.secretkey.reveal(), SECRET, SECRET[:12], SECRET[-12:], ESCAPED} - {"", KEY, TEMPORARY}


HOSTILE = [
    *(
        "\x1b[31mred",
        "a\nb",
        "\u202eabc",
        "s3://a\x1b[2J/b\x1b[2J",
        "https://h\x1b[A:9\x9b/p\x1b[B?q",
        "[/x]",
        "x" * 5000,
    ),
    *(
        "s3://" + "y" * 3000 + "/" + "z" * 3000,
        "https://k:s@h\x1b",
        "h\x1b://host",
        "\udcff",
        "https:/\x1b",
        "//",
        "@",
        ".",
    ),
    *("http://[", "https://" + "h" * 3000 + "/" + "p" * 3000, "https://host/a\x1b[Ab", "https://host:\u0661"),
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
@pytest.mark.parametrize(
    "name", [d.name for d in DECLARATIONS.values() if d.kind in (Kind.TEXT, Kind.CHOICE, Kind.SECRET)]
)
def test_whatever_stands_in_a_file_is_safe_to_print(name: str, text: str) -> None:
    for base in BASES.values():
        for settings in (base, base.replace({"bucket": "", "regionendpoint": ""})):
            changed = settings.replace({name: Secret(text) if name == "secretkey" else text})
            for finding in rules.findings(changed):
                assert_fit_to_print(finding, 200)
                if finding.fix:
                    rules.findings(changed.replace(finding.fix.set))


def ready(provider: str, registry: str) -> Settings:
    """Settings as the preset makes them, with what only the admin knows filled in."""
    settings = apply_preset(AMAZON.replace({"registry": registry, "v4auth": False, "bucket": "my-images"}), provider)
    if providers()[provider].is_open():
        template = providers()[provider].endpoint_for(settings.region)
        filled = template.replace("<HOST>", "host.example").replace("<", "").replace(">", "").replace("_", "").lower()
        settings = settings.replace({"regionendpoint": filled})
    return settings


@pytest.mark.parametrize("registry", REGISTRIES)
@pytest.mark.parametrize("provider", [name for name in providers() if name != "filesystem"])
def test_a_preset_is_right_as_it_is(provider: str, registry: str) -> None:
    found = [(finding.setting, finding.cause) for finding in rules.findings(ready(provider, registry))]
    expected = []
    if provider == "other":  # nothing is known of its signatures
        expected.append(("v4auth", Cause.V4_REQUIRED))
    if provider in ("alibaba", "tencent") and not REGISTRIES[registry].path_style_setting:
        expected.append(("forcepathstyle", Cause.VIRTUAL_HOST_REQUIRED))
    assert found == expected


def test_the_bases_have_no_errors_and_come_from_both_families_of_names() -> None:
    assert {name: rules.errors(base) for name, base in BASES.items()} == {name: [] for name in BASES}
    assert {providers()[base.provider].bucket_names for base in BASES.values()} == set(BucketNames)


def test_a_folder_is_asked_nothing_about_s3() -> None:
    wild = FOLDER.replace(
        {"bucket": "?", "region": "", "accesskey": "x", "chunksize": 0, "keyid": "y", "v4auth": False}
    )
    assert rules.findings(wild) == []
    assert [finding.setting for finding in rules.findings(wild.replace({"rootdirectory": ""}))] == ["rootdirectory"]


def test_findings_come_in_the_order_of_the_rules() -> None:
    settings = Settings(bucket="", region="", regionendpoint="ftp://x", accesskey="a b", chunksize=1)
    found = [finding.setting for finding in rules.findings(settings)]
    assert found == [
        *("bucket", "region", "secretkey", "accesskey", "regionendpoint", "v4auth", "redirect", "chunksize"),
    ]
