"""moto offers the tests what they need, and nothing that could do more."""

from __future__ import annotations

import contextlib
import urllib.error
import urllib.request

import pytest

from tests.support.aws_clients import create_client
from tests.support.moto_overlaps import most_writes_at_once
from tests.support.moto_server import Moto


@pytest.mark.parametrize("path", ["/moto-api/", "/moto-api/data.json", "/moto-api/state-manager/set-transition"])
def test_the_control_api_is_not_reachable(path: str, moto: Moto) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{moto.endpoint}{path}")
    refused.value.close()
    assert refused.value.code == 404


@pytest.mark.parametrize("service", ["ec2", "lambda", "batch", "iam", "sts", "moto_api"])
def test_other_services_are_not_offered(service: str, moto: Moto) -> None:
    scope = f"{moto.access_key}/20260101/us-east-1/{service}/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(f"{moto.endpoint}/", b"Action=ListUsers", headers))
    refused.value.close()
    assert refused.value.code == 404


def test_iam_is_offered_where_a_test_asks_for_it(moto_with_iam: Moto) -> None:
    with contextlib.closing(moto_with_iam.iam_client()) as client:
        client.list_users()


def test_requests_never_overlap_in_moto(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.closing(create_client("s3", moto.endpoint, moto.access_key, moto.secret_key)) as client:
        assert most_writes_at_once(client, moto.create_bucket(), monkeypatch) == 1
