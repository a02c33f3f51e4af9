"""The summary below the checks."""

from __future__ import annotations

from tests.support import faults
from tests.support.aws_clients import s3_client
from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from wizard.checks.all_checks import S3_CHECKS
from wizard.model.settings import Settings
from wizard.tui.validation_progress import ValidationProgress
from wizard.tui.widgets import check_rows
from wizard.validation import runner


def verdict(settings: Settings) -> str:
    progress = ValidationProgress.start(settings)
    for event in runner.run_checks(settings):
        progress.record(event)
    return check_rows.verdict(progress)[0]


def test_the_verdict_claims_only_what_the_run_has_shown(store: LiveStore) -> None:
    assert verdict(store.settings()).startswith("All checks passed:")
    s3_client(store).put_bucket_lifecycle_configuration(
        Bucket=store.bucket,
        LifecycleConfiguration={
            "Rules": [{"ID": "tidy", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 9}}]
        },
    )
    assert verdict(store.settings()).startswith("Passed, with 1 warning:")
    advisory = {call for check in S3_CHECKS if check.advisory for call in check.calls} - {"ListMultipartUploads"}
    with FaultyStore(*(faults.deny(call) for call in sorted(advisory))) as denying:
        assert verdict(denying.settings()).startswith("All that the registry needs passed:")
