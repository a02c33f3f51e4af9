"""The role of an EC2 instance, as SDKs with and without tokens (IMDSv2) get it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from botocore.utils import IMDSFetcher
from werkzeug.wrappers import Request, Response

from tests.support.http_server import serve_wsgi
from tests.support.live_store import LiveStore
from tests.support.reports import finding_of, report_of
from wizard.model.findings import Cause
from wizard.model.secret import Secret
from wizard.s3 import botocore_internals as internals

ROLE = "/latest/meta-data/iam/security-credentials/"


class Instance:
    """The metadata service; with `requires_token` it answers only requests with a token."""

    requires_token = False

    def __call__(self, environ: dict[str, object], start_response: object) -> object:
        request = Request(environ)
        return self.answer(request)(environ, start_response)  # type: ignore[arg-type]

    def answer(self, request: Request) -> Response:
        if request.path == "/latest/api/token":
            return Response("a-token")
        if self.requires_token and request.headers.get("X-aws-ec2-metadata-token") != "a-token":
            return Response(status=401)
        if request.path == ROLE:
            return Response("registry")
        expiration = (datetime.now(UTC) + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ")
        keys = {"AccessKeyId": "ASIA", "SecretAccessKey": "secret", "Token": "session", "Expiration": expiration}
        return Response(json.dumps(keys | {"Code": "Success"}))


@pytest.fixture
def instance(monkeypatch: pytest.MonkeyPatch) -> Iterator[Instance]:
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED", raising=False)
    service = Instance()
    with serve_wsgi(service) as endpoint:  # type: ignore[arg-type]
        monkeypatch.setattr(IMDSFetcher, "_select_base_url", lambda *_: f"{endpoint}/")
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint)
        yield service


@pytest.mark.usefixtures("instance")
@pytest.mark.parametrize("full_chain", [False, True])
def test_the_role_is_found_where_a_token_is_optional(full_chain: bool) -> None:
    found = internals.find_credentials({}, "us-east-1", full_chain=full_chain)
    assert found
    assert (found.accesskey, found.token, found.method) == ("ASIA", "session", "iam-role")


def test_only_an_sdk_that_asks_for_a_token_finds_the_role_where_one_is_required(instance: Instance) -> None:
    instance.requires_token = True
    assert internals.find_credentials({}, "us-east-1", full_chain=True)
    with pytest.raises(internals.TokenRequiredError):
        internals.find_credentials({}, "us-east-1", full_chain=False)


def test_a_2_x_registry_on_an_instance_that_requires_tokens_has_no_credentials(
    instance: Instance, store: LiveStore
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
