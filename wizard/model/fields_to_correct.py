"""Where a problem is shown and corrected: which field a finding leads to, and whether the value there is wrong."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from wizard.model.findings import Cause, Finding
from wizard.model.settings import DECLARATIONS, Settings

_ELSEWHERE = ""  # not in the settings, but in the store, the registry, the bucket's configuration, or this machine

FIELD_OF_CAUSE: Mapping[Cause, str] = {
    Cause.INVALID_SETTING: _ELSEWHERE,  # its findings name their setting
    Cause.DNS: "regionendpoint",
    Cause.REFUSED: "regionendpoint",
    Cause.UNREACHABLE: "regionendpoint",
    Cause.PROXY: _ELSEWHERE,
    Cause.TIMEOUT: _ELSEWHERE,  # a finding about the address names its setting
    Cause.TLS_UNTRUSTED: "regionendpoint",
    Cause.TLS_HOSTNAME: _ELSEWHERE,  # a finding about a name that the certificate has names the endpoint
    Cause.TLS_EXPIRED: "regionendpoint",
    Cause.PLAIN_HTTP: "regionendpoint",
    Cause.HTTPS_REQUIRED: "regionendpoint",
    Cause.NOT_S3: "regionendpoint",
    Cause.CLOCK_SKEW: _ELSEWHERE,
    Cause.NO_CREDENTIALS: "accesskey",
    Cause.MALFORMED_ACCESS_KEY: "accesskey",
    Cause.UNKNOWN_ACCESS_KEY: "accesskey",
    Cause.WRONG_SECRET: "secretkey",
    Cause.WRONG_REGION: "region",
    Cause.NO_BUCKET: "bucket",
    Cause.ACCESS_DENIED: "accesskey",
    Cause.V4_REQUIRED: "v4auth",
    Cause.V2_REQUIRED: "v4auth",
    Cause.PATH_STYLE_REQUIRED: "forcepathstyle",
    Cause.VIRTUAL_HOST_REQUIRED: "forcepathstyle",
    Cause.UNSUPPORTED: _ELSEWHERE,
    Cause.CORRUPTED: _ELSEWHERE,
    Cause.THROTTLED: _ELSEWHERE,
    Cause.STORE_ERROR: _ELSEWHERE,
    Cause.EXPIRED_TOKEN: "accesskey",
    Cause.LEFTOVERS: _ELSEWHERE,
    Cause.ACL_NOT_SUPPORTED: "objectacl",
    Cause.QUOTA: _ELSEWHERE,
    Cause.ENCRYPTION_REQUIRED: "encrypt",
    Cause.UNEVEN_PARTS: "chunksize",
    Cause.FOLDER_OBJECTS: _ELSEWHERE,
    Cause.ADVICE: _ELSEWHERE,
    Cause.TOO_LARGE: "chunksize",
    Cause.NOT_REGISTRY: _ELSEWHERE,
    Cause.REGISTRY_AUTH: _ELSEWHERE,
    Cause.REGISTRY_ERROR: _ELSEWHERE,
    Cause.READ_ONLY: _ELSEWHERE,
    Cause.OTHER_STORAGE: _ELSEWHERE,
}
_OF_A_FOLDER = {Cause.ACCESS_DENIED, Cause.NO_BUCKET}
# What they are about is outside the settings, also where they are shown at a field.
_OUTSIDE = {Cause.TLS_UNTRUSTED, Cause.TLS_EXPIRED, Cause.PROXY}
# The value can be right: the store can be down, and a permission can be missing.
_UNCERTAIN = {Cause.DNS, Cause.REFUSED, Cause.UNREACHABLE, Cause.TIMEOUT, Cause.ACCESS_DENIED}


def field_of_message(finding: Finding, settings: Settings) -> str:
    """The name of the setting at whose field a finding is shown; empty if there is none."""
    named = next((name for name in (finding.setting, *_changed_by_fix(finding)) if name in DECLARATIONS), "")
    if named or settings.type == "s3":
        return named or FIELD_OF_CAUSE[finding.cause]
    return "rootdirectory" if finding.cause in _OF_A_FOLDER else ""


def field_to_correct(finding: Finding, settings: Settings) -> str:
    """The name of the setting to correct or to check; empty if no setting corrects the problem.

    A fix names it: what it does not change is right. A blank endpoint is right, too, as it means Amazon S3, unless the
    rules ask for one.
    """
    shown_at, changed = field_of_message(finding, settings), _changed_by_fix(finding)
    if finding.cause in _OUTSIDE:
        return ""
    if changed and shown_at not in changed:
        return next((name for name in changed if name in DECLARATIONS), "")
    is_blank_endpoint = shown_at == "regionendpoint" and not settings.regionendpoint
    is_right = is_blank_endpoint and finding.cause is not Cause.INVALID_SETTING
    return "" if is_right and not changed else shown_at


def is_value_wrong(finding: Finding, settings: Settings) -> bool:
    """Whether the value of the setting to correct is certainly wrong, and not only to be checked."""
    return bool(field_to_correct(finding, settings)) and finding.cause not in _UNCERTAIN


def _changed_by_fix(finding: Finding) -> Collection[str]:
    return finding.fix.set if finding.fix else ()
