"""Settings without errors, and assertions about the findings of a rule."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.model.findings import Cause, Severity
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value
from wizard.rules import Rule

ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"  # from the documentation of AWS
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

AMAZON = Settings(bucket="images", accesskey=ACCESS_KEY, secretkey=Secret(SECRET_KEY), v4auth=True)
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
VALID = {"aws": AMAZON, "minio": MINIO, "other": OTHER, "wasabi": WASABI, "scaleway": SCALEWAY, "folder": FOLDER}


def assert_accepts(rule: Rule, settings: Settings, **changes: Value) -> None:
    """The rule finds nothing in the changed settings."""
    assert list(rule(settings.replace(changes))) == []


def assert_reports(
    rule: Rule,
    settings: Settings,
    setting: str,
    text: str,
    fix: Mapping[str, Value] | None = None,
    *,
    severity: Severity = Severity.ERROR,
    cause: Cause = Cause.INVALID_SETTING,
) -> None:
    """The rule has exactly one finding, about `setting`, which contains `text`; its fix makes the changes of `fix`."""
    (finding,) = rule(settings)
    assert text in finding.text
    assert (finding.setting, finding.cause, finding.severity) == (setting, cause, severity)
    assert dict(finding.fix.set if finding.fix else {}) == (fix or {})
