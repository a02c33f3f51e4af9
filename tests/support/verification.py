"""Reports of verifications."""

from __future__ import annotations

import threading

from wizard.model.findings import Finding
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.oci.address import Address
from wizard.oci.authentication import Credentials
from wizard.validation.results import Report, Status
from wizard.validation.time_limit import TimeLimit
from wizard.verification.run import Target, verify

USER, PASSWORD = "ci", "Pa55-Word-of-the-registry"


def verified(
    url: str,
    settings: Settings | None = None,
    password: str | None = None,
    *,
    seconds: float = 60.0,
    insecure: bool = False,
) -> Report:
    """The report on a registry; with a password the user signs in."""
    credentials = Credentials(USER, Secret(password)) if password else None
    target = Target(Address.parse(url), settings, credentials=credentials, insecure=insecure)
    *_, report = verify(target, threading.Event(), TimeLimit(seconds))
    assert isinstance(report, Report)
    return report


def failure_of(report: Report) -> tuple[str, Finding]:
    """The only check that has failed, and its finding."""
    ((check, finding),) = [(each.check.id, each.finding) for each in report.results if each.status is Status.FAILED]
    assert finding is not None
    return check, finding
