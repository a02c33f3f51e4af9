"""Findings: what is wrong with a configuration, why, and how to fix it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Self

from wizard.model.secret import Secret, abbreviate_key
from wizard.model.settings import Value


class Cause(StrEnum):
    """The reason for a failure. The value is an identifier for scripts.

    `meaning` and `fixed_by` are the columns of the table of causes in the documentation.
    """

    meaning: str
    fixed_by: str

    def __new__(cls, word: str, meaning: str, fixed_by: str) -> Self:
        """Create a member whose value is `word`."""
        cause = str.__new__(cls, word)
        cause._value_, cause.meaning, cause.fixed_by = word, meaning, fixed_by
        return cause

    INVALID_SETTING = (
        "invalid-setting",
        "a setting is invalid, or two settings contradict each other",
        "change it as the finding says",
    )
    DNS = (
        "dns",
        "the store's name has no address",
        "correct the endpoint, or this machine's name server; use path style if only the bucket's name fails",
    )
    REFUSED = ("refused", "nothing listens at this port", "correct the port, or start the store")
    UNREACHABLE = (
        "unreachable",
        "there is no route to the store: check routes, firewalls and proxies",
        "open the route, or set or unset the proxy",
    )
    PROXY = (
        "proxy",
        "the proxy fails, not the store",
        "correct the proxy variable in the environment, or name the store in NO_PROXY",
    )
    TIMEOUT = (
        "timeout",
        "the store, or whatever listens there, does not answer in time",
        "correct the port, or check the store's load and firewalls that drop packets",
    )
    TLS_UNTRUSTED = (
        "tls-untrusted",
        "this machine does not trust the store's certificate",
        "trust its CA on this machine (`SSL_CERT_FILE` or the system's CAs); skip verification only as a last resort",
    )
    TLS_HOSTNAME = (
        "tls-hostname",
        "the certificate is for another name",
        "use a name that it was issued for, or issue a new one",
    )
    TLS_EXPIRED = (
        "tls-expired",
        "the certificate has expired or is not valid yet",
        "renew it, or set this machine's clock",
    )
    PLAIN_HTTP = (
        "plain-http",
        "the endpoint is https, and the port answers plain http",
        "use another port, or http:// with HTTPS off",
    )
    HTTPS_REQUIRED = (
        "https-required",
        "the endpoint is http, and the port requires TLS",
        "write https:// in the endpoint",
    )
    NOT_S3 = (
        "not-s3",
        "what answers is not S3, but a console, a load balancer or a proxy",
        "use the port and address of the S3 API",
    )
    CLOCK_SKEW = (
        "clock-skew",
        "this machine's clock and the store's are too far apart",
        "set the wrong clock, ideally with NTP",
    )
    NO_CREDENTIALS = (
        "no-credentials",
        "both keys are blank, and this machine provides no others",
        "enter a key pair, or run this where the registry has its role or environment",
    )
    MALFORMED_ACCESS_KEY = (
        "malformed-access-key",
        "the access key is malformed",
        "copy it again, without spaces, quotes or slashes",
    )
    UNKNOWN_ACCESS_KEY = (
        "unknown-access-key",
        "the store does not know the access key",
        "use another key, or the endpoint of the store that it belongs to",
    )
    WRONG_SECRET = (
        "wrong-secret",
        "the secret key does not belong to the access key",
        "copy it again, or create a new pair",
    )
    WRONG_REGION = (
        "wrong-region",
        "the bucket or the store is in another region",
        "use the region that the store has named",
    )
    NO_BUCKET = (
        "no-bucket",
        "the bucket does not exist",
        "create it (Ctrl+F, or `--create-bucket`), or correct its name",
    )
    ACCESS_DENIED = (
        "access-denied",
        "the key is not allowed to do what the registry does",
        "attach the policy that `storage-wizard policy` writes",
    )
    V4_REQUIRED = ("v4-required", "the store accepts only Signature V4", "turn V4 auth on")
    V2_REQUIRED = ("v2-required", "the store accepts only Signature V2", "turn V4 auth and redirects off")
    PATH_STYLE_REQUIRED = (
        "path-style-required",
        "the bucket cannot be part of the host name",
        "turn Force path style on",
    )
    VIRTUAL_HOST_REQUIRED = (
        "virtual-host-required",
        "the bucket must be part of the host name",
        "turn Force path style off, which requires Distribution 3",
    )
    UNSUPPORTED = (
        "unsupported",
        "the store does not support a call, or a value that is sent with it",
        "change the setting that the fix names, which avoids the call, or use another store",
    )
    CORRUPTED = (
        "corrupted",
        "the data that came back is not the data that was written",
        "no setting fixes it: check the store, and proxies in front of it",
    )
    THROTTLED = ("throttled", "the store is rate limiting", "try again later, or raise the account's limits")
    STORE_ERROR = ("store-error", "the store returned another error", "check the store's log")
    EXPIRED_TOKEN = (
        "expired-token",
        "the credentials are temporary, or have expired",
        "use permanent credentials or a role",
    )
    LEFTOVERS = (
        "leftovers",
        "some test objects could not be deleted",
        "delete the objects that are named, and allow `s3:DeleteObject`",
    )
    ACL_NOT_SUPPORTED = (
        "acl-not-supported",
        "the bucket accepts no ACLs, and the registry sends one with each object",
        "set Object ACL to `bucket-owner-full-control`",
    )
    QUOTA = (
        "quota",
        "the account's quota or the store's disk is full",
        "add space, or raise the quota",
    )
    ENCRYPTION_REQUIRED = (
        "encryption-required",
        "the bucket's policy refuses objects that are not encrypted",
        "turn Encryption on",
    )
    UNEVEN_PARTS = (
        "uneven-parts",
        "all parts of an upload must have the same size, and the registry's last part is larger",
        "set a chunk size above the largest layer, or use Distribution 3",
    )
    FOLDER_OBJECTS = (
        "folder-objects",
        "an empty object marks a folder below the repositories, which crashes the registry",
        "delete the object that is named",
    )
    ADVICE = (
        "advice",
        "the settings are right; the bucket's own settings may cause extra cost or surprises",
        "follow the finding",
    )
    TOO_LARGE = (
        "too-large",
        "the registry sends larger parts than the store, or a proxy in front of it, accepts",
        "raise the proxy's limit (nginx: `client_max_body_size 0`), or set a smaller chunk size",
    )
    NOT_REGISTRY = (
        "not-registry",
        "what answers is not a registry, but a web page, a store or a proxy",
        "use the URL that images are pushed to; let proxies pass everything under `/v2/`",
    )
    REGISTRY_AUTH = (
        "registry-auth",
        "the registry, or its token server, does not accept the user, or does not allow the call",
        "use the right user name and password, or correct `auth` in the registry's configuration",
    )
    REGISTRY_ERROR = (
        "registry-error",
        "the registry fails",
        "look into the registry's log, and validate its store with `storage-wizard check`",
    )
    READ_ONLY = (
        "read-only",
        "the registry accepts no pushes",
        "turn `storage.maintenance.readonly` off; a mirror (`proxy.remoteurl`) is always read-only",
    )
    OTHER_STORAGE = (
        "other-storage",
        "the registry works, but keeps its images elsewhere than the settings say",
        "write the settings into the registry's configuration, and restart it",
    )


class Severity(StrEnum):
    """An error fails the validation, a warning does not; a hint is advice, or what there is to know."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Fix(NamedTuple):
    """How to fix a problem: a sentence, and the new value of each setting to change, by name.

    With `creates_bucket` the fix is to create the bucket instead; a user interface asks before it does that.
    """

    text: str
    set: Mapping[str, Value] = MappingProxyType({})
    creates_bucket: bool = False

    @property
    def applies(self) -> bool:
        """Whether the program can apply the fix."""
        return bool(self.set) or self.creates_bucket


class Finding(NamedTuple):
    """A problem or a piece of advice; `setting` is the name of the field that it is shown at, if any."""

    cause: Cause
    text: str
    severity: Severity = Severity.ERROR
    setting: str = ""
    fix: Fix | None = None

    def as_json(self) -> dict[str, object]:
        """The `finding` object of `check --json`; in a fix the secret key is hidden and the access key abbreviated."""
        fix = self.fix and {
            "text": self.fix.text,
            "set": {name: _as_json(name, value) for name, value in self.fix.set.items()},
        }
        return {"cause": self.cause.value, "severity": self.severity.value, "text": self.text, "fix": fix}


def _as_json(name: str, value: Value) -> Value:
    if isinstance(value, Secret):
        return str(value)
    return abbreviate_key(str(value)) if name == "accesskey" else value
