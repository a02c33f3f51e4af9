"""The settings: one frozen value, each field declared once for every user interface.

The names are the parameters of the registry's `s3` storage driver
(https://distribution.github.io/distribution/storage-drivers/s3/), so that TOML, YAML and environment variables use the
same word. Only `registry` and `provider` are not parameters of the driver.
"""

import re
from collections.abc import Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from wizard.model.further_parameters import FURTHER_PARAMETERS, FurtherParameters, Plain
from wizard.model.secret import Secret
from wizard.model.url_credentials import refuse_url_credentials

Value = str | bool | int | Secret  # of a setting
MIB = 1 << 20
GIB = 1 << 30
LARGEST = (1 << 63) - 1  # bytes; the largest integer that every TOML parser supports: https://toml.io/en/v1.0.0#integer


class Kind(Enum):
    """The kind of value of a setting. It determines the widget, the prompt and the flag."""

    CHOICE = auto()  # one of a fixed set of words
    TEXT = auto()
    SECRET = auto()
    SWITCH = auto()  # true or false
    SIZE = auto()  # a number of bytes


class Declaration(NamedTuple):
    """The description of one setting for every user interface.

    `help` is one line of at most 57 characters. `about` explains in at most 240 what the setting is and how the
    registry uses it; it explains each term where it first occurs. `where` says where to find the value, by the id of
    the store, with `""` for the others; `example` is a value. `help_of` has the line of help for one store, by its id,
    with `""` for all known ones without a line of their own. `minimum` and `maximum` bound a size, in bytes.
    """

    name: str
    label: str
    help: str
    about: str
    kind: Kind
    default: Value
    advanced: bool = False
    minimum: int = 0
    maximum: int = 0
    where: Mapping[str, str] = MappingProxyType({})
    help_of: Mapping[str, str] = MappingProxyType({})
    example: str = ""

    @property
    def placeholder(self) -> str:
        """A word for a value in a command: `BUCKET`."""
        return "SIZE" if self.kind is Kind.SIZE else self.label.split()[-1].upper()

    def parse(self, text: str) -> Value:
        """Convert `text` to a value. Raises `ValueError` with a sentence for the user, without the text."""
        match self.kind:
            case Kind.SWITCH:
                return _parse_switch(self.name, text)
            case Kind.SIZE:
                return _parse_size(self.name, text)
            case Kind.SECRET:
                return Secret(text)
            case _:
                refuse_url_credentials(self.name, text)
                return text


def _setting(label: str, kind: Kind, default: Value, short_help: str, about: str, **more: Any) -> Any:
    # The name of the declaration is the name of the field, which is known once the class exists.
    return Declaration("", label, short_help, about, kind, default, **more)


class _Fields(NamedTuple):
    """The fields of `Settings`. No dataclass, because importing `dataclasses` takes a tenth of a light command."""

    registry: str = _setting(
        "Registry",
        Kind.CHOICE,
        "dtr",
        "The registry software you are configuring.",
        "The registry software that will use the storage. Each registry supports different settings and uses S3 "
        "slightly differently. Validation behaves like the one you choose.",
    )
    provider: str = _setting(
        "Storage",
        Kind.CHOICE,
        "aws",
        "The service or server that stores the images.",
        "The service or server that stores the images (the store). A preset fills in the settings that it needs and "
        'explains why. Choose "Other S3-compatible" for anything else that speaks S3.',
    )
    bucket: str = _setting(
        "Bucket",
        Kind.TEXT,
        "",
        "Bucket name only, without s3:// or a path.",
        "The bucket that holds the images: a named container of the store. The registry won't create it, but this "
        "wizard can. Choose one in a region close to the registry.",
        where={
            "aws": "AWS console: S3 > Buckets. Command: aws s3api list-buckets",
            "minio": "MinIO console: Object Browser. Command: mc ls ALIAS",
        },
        example="registry-images",
    )
    region: str = _setting(
        "Region",
        Kind.TEXT,
        "us-east-1",
        "The bucket's region. On most other stores: us-east-1.",
        "The place where the store keeps the bucket. It is part of every signature, so a wrong region fails every "
        "push.",
        where={
            "aws": 'AWS console: S3 > Buckets, the column "AWS Region".',
            "minio": "MinIO: us-east-1, unless the server sets MINIO_SITE_REGION.",
            "": "Most S3-compatible servers accept us-east-1; Garage needs the s3_region of its configuration, "
            "Cloudflare R2 needs auto.",
        },
        help_of={"aws": "The bucket's region, such as eu-west-1."},
        example="eu-west-1",
    )
    rootdirectory: str = _setting(
        "Root directory",
        Kind.TEXT,
        "",
        "Optional. Folder in the bucket to store everything under.",
        "A prefix for everything the registry writes. Leave blank to use the top of the bucket. Two registries can "
        "share a bucket if their root directories differ. Images below another root directory are not found.",
        example="/registry",
        help_of={"filesystem": "The folder on this machine that holds the images."},
    )
    accesskey: str = _setting(
        "Access key",
        Kind.TEXT,
        "",
        "Blank to use an IAM role. On MinIO: the user name.",
        "The ID of the key pair that signs every request; it is not secret. Leave both keys blank if an IAM role (the "
        "permissions that AWS gives to a machine, without keys) or environment variables provide credentials.",
        where={
            "aws": "AWS console: IAM > Users > Security credentials > Create access key.",
            "minio": "MinIO: a user name, or a key of mc admin accesskey create ALIAS.",
            "ceph": "Ceph: radosgw-admin user create --uid=registry --display-name=registry prints both keys.",
            "r2": "Cloudflare dashboard: R2 > Manage API tokens. Allow Object Read & Write on the bucket.",
            "wasabi": "Wasabi console: Access Keys > Create Access Key.",
        },
        help_of={
            "aws": "Blank to use an IAM role.",
            "minio": "A user name, or an access key that a user has created.",
            "": "The ID of the key pair that your store has issued.",
        },
    )
    secretkey: Secret = _setting(
        "Secret key",
        Kind.SECRET,
        Secret(),
        "Blank to use an IAM role. On MinIO: the password.",
        "The secret half of the key pair. Most stores show it only once, when the key is created. It stays hidden "
        "here; the length and last four characters let you check that it was pasted completely.",
        where={
            "aws": "AWS console: shown once, by Create access key. Lost? Create a new access key.",
            "minio": "MinIO: the password of the user, or the secret key of mc admin accesskey create ALIAS.",
            "ceph": "Ceph: radosgw-admin user info --uid=registry shows it again.",
            "r2": "Cloudflare dashboard: shown once, when the API token is created.",
            "wasabi": "Wasabi console: shown once, when the access key is created.",
        },
        help_of={
            "aws": "Blank to use an IAM role.",
            "minio": "The user's password, or the secret of the access key.",
            "": "The secret that belongs to the access key.",
        },
    )
    regionendpoint: str = _setting(
        "Region endpoint",
        Kind.TEXT,
        "",
        "Blank for Amazon S3. E.g. https://minio.example:9000",
        "The address of the store's S3 API: scheme, host and port, but not the bucket or a path. Leave blank for "
        "Amazon S3.",
        where={
            "aws": "Amazon S3: blank. The registry builds the address from the region.",
            "minio": "MinIO: the S3 API, usually port 9000. Port 9001 is the console.",
            # https://docs.ceph.com/en/latest/cephadm/services/rgw/, https://docs.ceph.com/en/latest/radosgw/frontends/
            "ceph": "Ceph: host and port of a RADOS Gateway. With cephadm: ceph orch ps --daemon-type rgw. With Rook: "
            "the service rook-ceph-rgw-STORE. Otherwise rgw_frontends in ceph.conf names the port.",
            "": "The store's documentation calls it the S3 endpoint. It is not the address of the web console.",
        },
        help_of={
            "aws": "Blank: the registry builds it from the region.",
            "minio": "Your server's S3 API, e.g. https://minio.example:9000",
            "": "The address of the store's S3 API.",
        },
        example="https://minio.example:9000",
    )
    v4auth: bool = _setting(
        "V4 auth",
        Kind.SWITCH,
        False,
        "Recommended: on. Off uses the obsolete Signature V2.",
        "Signature V4 is how Amazon S3 and nearly every other store expect requests to be signed with the keys. "
        "Version 2 is obsolete, and with it redirected pulls fail.",
        advanced=True,
    )
    secure: bool = _setting(
        "HTTPS",
        Kind.SWITCH,
        True,
        "Recommended: on. Off sends keys and images unencrypted.",
        "Used only if the endpoint has no http:// or https:// prefix; a prefix takes precedence.",
        advanced=True,
    )
    skipverify: bool = _setting(
        "Skip verification",
        Kind.SWITCH,
        False,
        "Recommended: off. Install the store's CA certificate.",
        "Skips the verification of the store's TLS certificate. Traffic stays encrypted, but anyone on the network "
        "path can impersonate the store. Redirected clients still verify its certificate.",
        advanced=True,
    )
    forcepathstyle: bool = _setting(
        "Force path style",
        Kind.SWITCH,
        False,
        "Put the bucket in the path, not in the host name.",
        "Path style is https://host/bucket; virtual-hosted style is https://bucket.host. Most S3-compatible servers "
        "need path style. Distribution 2 and Harbor don't have this setting: they use path style with any endpoint.",
        advanced=True,
    )
    encrypt: bool = _setting(
        "Encryption",
        Kind.SWITCH,
        False,
        "Off, unless your policy requires encryption at rest.",
        "Server-side encryption: the store encrypts each object that it keeps. AES256, or aws:kms with a KMS key. "
        "Amazon S3 encrypts everything by default, also with this off.",
        advanced=True,
    )
    keyid: str = _setting(
        "KMS key",
        Kind.TEXT,
        "",
        "Optional. The KMS key to use; requires encryption on.",
        "The id or ARN of a key in AWS KMS, Amazon's key management service. The registry's key pair then also needs "
        "kms:GenerateDataKey and kms:Decrypt.",
        advanced=True,
        where={"aws": "AWS console: KMS > Customer managed keys."},
        example="alias/registry",
    )
    storageclass: str = _setting(
        "Storage class",
        Kind.CHOICE,
        "STANDARD",
        "Usually STANDARD. NONE omits the header.",
        "The price class of each object that the registry writes. Archive classes do not work: images there cannot be "
        "pulled.",
        advanced=True,
    )
    objectacl: str = _setting(
        "Object ACL",
        Kind.CHOICE,
        "private",
        "Who can read the objects. Usually private.",
        "The canned ACL (a ready-made access control list) that is sent with every object that the registry writes.",
        advanced=True,
    )
    chunksize: int = _setting(
        "Chunk size",
        Kind.SIZE,
        10 * MIB,
        "Upload part size, 5 MiB to 5 GiB. 10 MiB suits most.",
        "S3 allows at most 10,000 parts per object (Scaleway: 1,000), so the largest possible layer is that many "
        "chunks.",
        advanced=True,
        minimum=5 * MIB,
        maximum=5 * GIB,
        example="20 MiB",
    )
    multipartcopythresholdsize: int = _setting(
        "Part copy above",
        Kind.SIZE,
        32 * MIB,
        "Layers larger than this are copied in parts (max. 5 GiB).",
        "Each pushed layer is copied to its final place. Above this size the registry uses UploadPartCopy. If your "
        "store doesn't support that, set 5 GiB so that objects are copied whole.",
        advanced=True,
        minimum=0,
        maximum=5 * GIB,
        example="5 GiB",
    )
    redirect: bool = _setting(
        "Redirect pulls",
        Kind.SWITCH,
        True,
        "On, unless your clients cannot reach the store directly.",
        "On: the registry answers a pull with a signed link to the store, so every client must reach the store and "
        "trust its certificate. Off: the registry streams the data itself.",
        advanced=True,
    )

    further: FurtherParameters = FurtherParameters()


DECLARATIONS: dict[str, Declaration] = {
    name: declared._replace(name=name)
    for name, declared in _Fields._field_defaults.items()
    if isinstance(declared, Declaration)
}
_Fields.__new__.__defaults__ = (*(each.default for each in DECLARATIONS.values()), FurtherParameters())


class Settings(_Fields):
    """All settings. The defaults are those that Docker Trusted Registry documents.

    `further` has the parameters of the driver that are no settings here. `replace` and `value` accept their names too.
    """

    __slots__ = ()

    if not TYPE_CHECKING:  # the signature is that of `_Fields`

        def __new__(cls, *values: object, **named: object) -> Self:
            """Settings with the storage class in capitals.

            The driver does the same: strings.ToUpper in registry/storage/driver/s3-aws/s3.go of CNCF Distribution.
            """
            given = super().__new__(cls, *values, **named)
            return given._replace(storageclass=given.storageclass.upper())

    def replace(self, changes: Mapping[str, Value]) -> Self:
        """A copy with `changes`, a value by the name of its setting or further parameter."""
        of_settings = {name: value for name, value in changes.items() if name not in FURTHER_PARAMETERS}
        if len(of_settings) < len(changes):
            further = {name: value for name, value in changes.items() if name in FURTHER_PARAMETERS}
            of_settings["further"] = FurtherParameters({**self.further, **further})  # type: ignore[assignment,dict-item]
        return type(self)(**{**self._asdict(), **of_settings})

    def with_further(self, values: Mapping[str, Plain]) -> Self:
        """A copy with these further parameters and no others."""
        return self._replace(further=FurtherParameters(values))

    def value(self, name: str) -> Value:
        """The value of a setting or further parameter. KeyError for another name."""
        if name in FURTHER_PARAMETERS:
            return self.further.get(name, FURTHER_PARAMETERS[name].default)
        value: Value = getattr(self, DECLARATIONS[name].name)
        return value

    @property
    def type(self) -> str:
        """The storage type in the registry's configuration: `s3` (also for a compatible server) or `filesystem`."""
        return "filesystem" if self.provider == "filesystem" else "s3"


_SWITCH_WORDS = dict.fromkeys(("true", "on", "yes", "1"), True) | dict.fromkeys(("false", "off", "no", "0"), False)


def _parse_switch(name: str, text: str) -> bool:
    try:
        return _SWITCH_WORDS[text.strip().lower()]
    except KeyError:
        raise ValueError(f'"{name}" must be true or false.') from None


_SIZE = r"(?i:(\d+)\s*(?:([kmg])i?b?|b)?)"
_UNITS = {"": 1, "k": 1 << 10, "m": MIB, "g": GIB}


def _parse_size(name: str, text: str) -> int:
    match = re.fullmatch(_SIZE, text.strip())
    size = int(match[1]) * _UNITS[(match[2] or "").lower()] if match and len(match[1]) <= 18 else LARGEST + 1
    if size > LARGEST:
        raise ValueError(f'"{name}" must be a size, such as 10 MiB or 10485760.')
    return size


def format_size(count: int) -> str:
    """`count` bytes in the largest unit that divides it without a remainder: `10 MiB`, `1000 B`."""
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (1 << 10, "KiB")):
        if count and count % unit == 0:
            return f"{count // unit} {name}"
    return f"{count} B"


def format_value(value: Value) -> str:
    """A value as it is displayed and typed; a secret stays hidden."""
    match value:
        case bool():
            return "on" if value else "off"
        case int():
            return format_size(value)
        case _:
            return str(value)
