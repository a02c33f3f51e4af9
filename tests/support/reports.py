"""Complete validations for tests: the report of a run, parts of it, and what the run left in the bucket."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping

from tests.support.store_server import StoreServer
from wizard.model.findings import Finding
from wizard.model.settings import Settings, Value
from wizard.validation import runner
from wizard.validation.results import Report, Result
from wizard.validation.time_limit import DEFAULT_SECONDS, TimeLimit

# Settings for one registry of each line: 2.x and 3.x make different calls.
REGISTRY_LINES: Mapping[str, dict[str, Value]] = {
    "dtr": {"registry": "dtr"},
    "distribution-3": {"registry": "distribution-3", "forcepathstyle": True},
}
NO_REDIRECT: Mapping[str, Value] = {"redirect": False}
REQUIRED_ACTIONS = (  # of every registry
    "s3:ListBucket",
    "s3:PutObject",
    "s3:GetObject",
    "s3:DeleteObject",
    "s3:ListMultipartUploadParts",
    "s3:ListBucketMultipartUploads",
    "s3:AbortMultipartUpload",
)


def report_of(
    settings: Settings, *, cancel: threading.Event | None = None, deadline: float = DEFAULT_SECONDS
) -> Report:
    """The report of one complete run."""
    *_, report = runner.run_checks(settings, cancel=cancel, limit=TimeLimit(deadline))
    assert isinstance(report, Report)
    return report


def result_of(report: Report, check_id: str) -> Result:
    return next(result for result in report.results if result.check.id == check_id)


def finding_of(report: Report, check_id: str) -> Finding:
    """The finding of a check that has one."""
    finding = result_of(report, check_id).finding
    assert finding is not None
    return finding


def statuses(report: Report) -> dict[str, str]:
    """The status of each check."""
    return {result.check.id: result.status.value for result in report.results}


def leftover_keys(report: Report) -> list[str]:
    """The keys that the report names as leftovers, without the ids of uploads."""
    return sorted(left.partition(" (upload")[0] for left in report.leftovers)


def keys_in_bucket(server: StoreServer, bucket: str) -> list[str]:
    """The keys of all objects and open uploads."""
    return sorted(server.contents(bucket) + server.uploads(bucket))


def is_sentence(text: str) -> bool:
    """Whether a text for users is on one line, starts with a capital letter and ends with a full stop."""
    return bool(re.fullmatch(r"[A-Z0-9`][^\n\r\t]*[A-Za-z0-9)*][.?]", text)) and ".." not in text and "None" not in text
