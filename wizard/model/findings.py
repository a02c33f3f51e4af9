"""Findings: what is wrong with a configuration, why, and how to fix it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Self

from wizard.model.secret import Secret, abbreviate_key

Value = str | bool | int | Secret


class Cause(StrEnum):
    """The reason for a failure. The value is an identifier for scripts.

    `meaning` and `fixed_by` are the columns of the table of causes in the README.
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
        "a setting cannot be as it is, or two do not go together",
        "change it as the line below its field says",
    )
    DNS = (
        "dns",
        "no address is known for the store's name",
        "correct the endpoint, or this machine's name server; path style where only the bucket's name fails",
    )
    REFUSED = ("refused", "nothing listens at that port", "correct the port, or start the store")
    UNREACHABLE = (
        "unreachable",
        "no way leads to the store: a route, a firewall or a proxy",
        "open the way, or set or unset the proxy",
    )
    PROXY = (
        "proxy",
        "the proxy fails, not the store",
        "correct the proxy variable in the environment, or name the store in NO_PROXY",
    )
    TIMEOUT = (
        "timeout",
        "the store, or whatever listens there, does not answer in time",
        "correct the port, or look at the store's load and at firewalls that drop silently",
    )
    TLS_UNTRUSTED = (
        "tls-untrusted",
        "nobody here vouches for the store's certificate",
        "trust its CA on this machine (`SSL_CERT_FILE` or the system's store); to skip verification is the last resort",
    )
    TLS_HOSTNAME = (
        "tls-hostname",
        "the certificate is for another name",
        "use a name that it was issued for, or issue it again",
    )
    TLS_EXPIRED = ("tls-expired", "the certificate is not valid now", "renew it; or set this machine's clock")
    PLAIN_HTTP = (
        "plain-http",
        "https was spoken, and the port speaks plain http",
        "another port, or http:// with HTTPS off",
    )
    HTTPS_REQUIRED = ("https-required", "http was spoken, and the port speaks TLS", "https:// in the endpoint")
    NOT_S3 = (
        "not-s3",
        "something answers that is not S3: a console, a load balancer, a proxy",
        "the port and address of the S3 API",
    )
    CLOCK_SKEW = (
        "clock-skew",
        "this machine's clock and the store's are too far apart",
        "set the clock that is wrong, by NTP",
    )
    NO_CREDENTIALS = (
        "no-credentials",
        "both keys are blank, and nothing here gives others",
        "type a key pair, or run this where the registry's role or environment is",
    )
    MALFORMED_ACCESS_KEY = (
        "malformed-access-key",
        "the access key cannot be one",
        "copy it again, without blanks, quotes or slashes",
    )
    UNKNOWN_ACCESS_KEY = (
        "unknown-access-key",
        "the store does not know the access key",
        "another key, or the endpoint of the store that it belongs to",
    )
    WRONG_SECRET = (
        "wrong-secret",
        "the secret key does not belong to the access key",
        "copy it again, or make a new pair",
    )
    WRONG_REGION = ("wrong-region", "the bucket or the store is in another region", "the region that the store names")
    NO_BUCKET = (
        "no-bucket",
        "there is no such bucket",
        "create it (Ctrl+F, or `--create-bucket`), or correct its name",
    )
    ACCESS_DENIED = (
        "access-denied",
        "the key may not do what the registry has to do",
        "the policy that `storage-wizard policy` writes",
    )
    V4_REQUIRED = ("v4-required", "the store takes only signature version 4", "V4 auth on")
    V2_REQUIRED = ("v2-required", "the store takes only signature version 2", "V4 auth and redirects off")
    PATH_STYLE_REQUIRED = ("path-style-required", "the bucket cannot stand in the host name", "Force path style on")
    VIRTUAL_HOST_REQUIRED = (
        "virtual-host-required",
        "the bucket has to stand in the host name",
        "Force path style off, which takes a 3.x registry",
    )
    UNSUPPORTED = (
        "unsupported",
        "the store lacks a call, or a value that is sent with one",
        "the setting that does without it, or another store",
    )
    CORRUPTED = (
        "corrupted",
        "what came back is not what went in",
        "nothing that a setting could mend: look at the store, and at proxies before it",
    )
    THROTTLED = ("throttled", "the store asks to slow down", "try again later; raise the account's limits")
    STORE_ERROR = ("store-error", "the store failed, or refused for a reason of its own", "its log")
    EXPIRED_TOKEN = (
        "expired-token",
        "the credentials were temporary, and have run out",
        "new ones; a registry's configuration cannot hold temporary ones",
    )
    LEFTOVERS = (
        "leftovers",
        "not all that was made could be taken away again",
        "delete what is named by hand, and allow `s3:DeleteObject`",
    )
    ACL_NOT_SUPPORTED = (
        "acl-not-supported",
        "the bucket takes no ACL, and the registry sends one with each object",
        "Object ACL `bucket-owner-full-control`",
    )
    QUOTA = (
        "quota",
        "the account's quota or the store's disk is full",
        "more space, or a higher quota",
    )
    ENCRYPTION_REQUIRED = (
        "encryption-required",
        "the bucket's policy refuses objects that are not encrypted",
        "encryption on",
    )
    UNEVEN_PARTS = (
        "uneven-parts",
        "the store takes only uploads whose parts have one size, and the registry's last part is larger",
        "a chunk size above the largest layer; Distribution 3",
    )
    FOLDER_OBJECTS = (
        "folder-objects",
        "an empty object marks a folder below the repositories, and the registry crashes on it",
        "delete the object that is named",
    )
    ADVICE = (
        "advice",
        "nothing is wrong with the settings; the bucket is set up so that it will cost or surprise",
        "as the finding says",
    )
    TOO_LARGE = (
        "too-large",
        "the parts in which the registry sends layers are larger than the store, or a proxy before it, takes",
        "the proxy's limit (nginx: `client_max_body_size 0`); a smaller chunk size where that is enough",
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
