"""What is wrong with a configuration, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from wizard.secret import Secret

Value = str | bool | int | Secret


class Cause(StrEnum):
    """Why something does not work: one word for scripts, the same in every face."""

    INVALID_SETTING = "invalid-setting"
    DNS = "dns"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS_UNTRUSTED = "tls-untrusted"
    TLS_HOSTNAME = "tls-hostname"
    TLS_EXPIRED = "tls-expired"
    PLAIN_HTTP = "plain-http"
    HTTPS_REQUIRED = "https-required"
    NOT_S3 = "not-s3"
    CLOCK_SKEW = "clock-skew"
    NO_CREDENTIALS = "no-credentials"
    MALFORMED_ACCESS_KEY = "malformed-access-key"
    UNKNOWN_ACCESS_KEY = "unknown-access-key"
    WRONG_SECRET = "wrong-secret"  # noqa: S105 - the name of a cause
    WRONG_REGION = "wrong-region"
    NO_BUCKET = "no-bucket"
    ACCESS_DENIED = "access-denied"
    V4_REQUIRED = "v4-required"
    V2_REQUIRED = "v2-required"
    PATH_STYLE_REQUIRED = "path-style-required"
    VIRTUAL_HOST_REQUIRED = "virtual-host-required"
    UNSUPPORTED = "unsupported"
    CORRUPTED = "corrupted"
    THROTTLED = "throttled"
    STORE_ERROR = "store-error"
    EXPIRED_TOKEN = "expired-token"  # noqa: S105 - the name of a cause
    LEFTOVERS = "leftovers"
    ADVICE = "advice"  # nothing is wrong with the settings; the bucket is set up so that it will cost or surprise


class Severity(StrEnum):
    """How bad: an error fails validation, a warning does not, a hint is only advice while one types."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Fix(NamedTuple):
    """How to mend it: a sentence, and where a setting can do it the change of settings by name.

    `creates_bucket`: not a setting mends it, but a bucket that is made; a face asks before it does that.
    """

    text: str
    set: Mapping[str, Value] = MappingProxyType({})
    creates_bucket: bool = False

    @property
    def applies(self) -> bool:
        """Whether one key can apply it."""
        return bool(self.set) or self.creates_bucket


class Finding(NamedTuple):
    """One thing that is wrong or worth knowing; `setting` names the field that it belongs to."""

    cause: Cause
    text: str
    severity: Severity = Severity.ERROR
    setting: str = ""
    fix: Fix | None = None

    def as_json(self) -> dict[str, object]:
        """The shape that `check --json` prints; a secret in a fix stays hidden."""
        fix = self.fix and {
            "text": self.fix.text,
            "set": {name: str(v) if isinstance(v, Secret) else v for name, v in self.fix.set.items()},
        }
        return {"cause": self.cause.value, "severity": self.severity.value, "text": self.text, "fix": fix}
