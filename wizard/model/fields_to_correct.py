"""Where a problem is corrected: which field a finding leads to."""

from __future__ import annotations

from collections.abc import Mapping

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
    Cause.TLS_HOSTNAME: "regionendpoint",
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


def field_to_correct(finding: Finding, settings: Settings) -> str:
    """The name of the setting that is wrong, or that the fix changes; empty if no setting corrects the problem."""
    changed = finding.fix.set if finding.fix else ()
    named = next((name for name in (finding.setting, *changed) if name in DECLARATIONS), "")
    if named or settings.type == "s3":
        return named or FIELD_OF_CAUSE[finding.cause]
    return "rootdirectory" if finding.cause in _OF_A_FOLDER else ""
