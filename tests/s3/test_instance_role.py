"""The role of an EC2 instance, as SDKs with and without tokens (IMDSv2) get it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.utils import IMDSFetcher

from tests.support.http_server import serve_wsgi
from tests.support.instance_metadata import InstanceMetadata
from tests.support.live_store import LiveStore
from tests.support.reports import finding_of, report_of
from wizard.model.findings import Cause
from wizard.model.secret import Secret
from wizard.s3 import botocore_internals as internals


@pytest.fixture
def instance(monkeypatch: pytest.MonkeyPatch) -> Iterator[InstanceMetadata]:
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED", raising=False)
    service = InstanceMetadata()
    with serve_wsgi(service) as endpoint:
        monkeypatch.setattr(IMDSFetcher, "_select_base_url", lambda *_: f"{endpoint}/")
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint)
        yield service


@pytest.mark.usefixtures("instance")
@pytest.mark.parametrize("full_chain", [False, True])
def test_the_role_is_found_where_a_token_is_optional(full_chain: bool) -> None:
    found = internals.find_credentials({}, "us-east-1", full_chain=full_chain)
    assert found
    assert (found.accesskey, found.token, found.method) == ("ASIA", "session", "iam-role")


def test_only_an_sdk_that_asks_for_a_token_finds_the_role_where_one_is_required(instance: InstanceMetadata) -> None:
    instance.requires_token = True
    assert internals.find_credentials({}, "us-east-1", full_chain=True)
    with pytest.raises(internals.TokenRequiredError):
        internals.find_credentials({}, "us-east-1", full_chain=False)


def test_a_2_x_registry_on_an_instance_that_requires_tokens_has_no_credentials(
    instance: InstanceMetadata, store: LiveStore
) -> None:
    instance.requires_token = True
    report = report_of(store.settings(registry="dtr", accesskey="", secretkey=Secret()))
    assert report.failed == ("list",)
    finding = finding_of(report, "list")
    assert finding.cause is Cause.NO_CREDENTIALS
    assert "--http-tokens optional" in finding.text
    report = report_of(store.settings(registry="distribution-3", forcepathstyle=True, accesskey="", secretkey=Secret()))
    assert report.passed
    assert report.environment == ("the role of this EC2 instance",)
