"""Which fixes are guessed for which cause."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.support.live_store import LiveStore
from tests.support.ports import closed_port
from tests.support.reports import finding_of, report_of
from wizard.model.findings import Cause, Finding
from wizard.model.settings import Settings, Value
from wizard.s3.errors import ErrorResponse
from wizard.validation import fix_candidates
from wizard.validation.fix_candidates import candidates

Changes = Mapping[str, Value]
SETTINGS = Settings(registry="distribution-3", provider="other", regionendpoint="http://store:9001", secure=False)
PATH_STYLE: Changes = {"forcepathstyle": True}


def changes_for(cause: Cause, settings: Settings = SETTINGS, status: int = 403) -> list[Changes]:
    error = ErrorResponse("ListObjects", status, "", "")
    return [dict(each.fix.set) for each in candidates(Finding(cause, ""), error, settings) if each.fix]


@pytest.mark.parametrize("cause", [Cause.DNS, Cause.TLS_HOSTNAME, Cause.NO_BUCKET, Cause.VIRTUAL_HOST_REQUIRED])
def test_the_other_address_style_is_guessed(cause: Cause) -> None:
    assert changes_for(cause) == [PATH_STYLE]
    assert changes_for(cause, SETTINGS.replace(PATH_STYLE)) == [{"forcepathstyle": False}]


@pytest.mark.parametrize("changes", [{"registry": "dtr"}, {"regionendpoint": ""}])
def test_no_address_style_is_guessed_if_the_registry_has_no_choice(changes: Changes) -> None:
    assert changes_for(Cause.NO_BUCKET, SETTINGS.replace(changes)) == []


@pytest.mark.parametrize("cause", [Cause.REFUSED, Cause.PLAIN_HTTP, Cause.HTTPS_REQUIRED])
def test_usual_ports_are_guessed_with_both_schemes(cause: Cause, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fix_candidates, "usual_port", lambda _: 9000)
    assert changes_for(cause) == [
        {"regionendpoint": "http://store:9000", "secure": False},
        {"regionendpoint": "https://store:9000", "secure": True},
        {"regionendpoint": "http://store", "secure": False},
        {"regionendpoint": "https://store", "secure": True},
    ]


def test_no_port_of_a_self_hosted_server_is_guessed_for_a_known_host() -> None:
    settings = SETTINGS.replace({"provider": "minio", "regionendpoint": "http://s3.wasabisys.com:1"})
    guessed = ["http://s3.wasabisys.com", "https://s3.wasabisys.com"]
    assert [changes["regionendpoint"] for changes in changes_for(Cause.REFUSED, settings)] == guessed


def test_plain_http_is_never_guessed_for_https() -> None:
    https = SETTINGS.replace({"regionendpoint": "https://store:9001", "secure": True})
    assert changes_for(Cause.REFUSED, https) == [{"regionendpoint": "https://store", "secure": True}]


def test_no_port_is_guessed_for_amazon() -> None:
    assert changes_for(Cause.REFUSED, Settings()) == []


def test_address_style_and_ports_are_guessed_if_something_else_answers() -> None:
    first, *others = changes_for(Cause.NOT_S3)
    assert first == PATH_STYLE
    assert {"regionendpoint": "https://store", "secure": True} in others


@pytest.mark.parametrize("cause", [Cause.WRONG_SECRET, Cause.STORE_ERROR])
@pytest.mark.parametrize(
    ("v4auth", "expected"), [(True, {"v4auth": False, "redirect": False}), (False, {"v4auth": True})]
)
def test_the_other_signature_version_is_guessed_for_a_rejected_call(
    cause: Cause, v4auth: bool, expected: Changes
) -> None:
    settings = SETTINGS.replace({"v4auth": v4auth})
    assert changes_for(cause, settings) == [expected]
    assert changes_for(cause, settings, status=500) == []  # an internal error says nothing about the signature


@pytest.mark.parametrize("provider", ["aws", "minio", "storagegrid", "r2", "wasabi", "tencent", "other", "filesystem"])
@pytest.mark.parametrize("endpoint", ["http://store", "https://store", "http://store:9000", "https://store:443", ""])
def test_no_fix_is_guessed_twice(provider: str, endpoint: str) -> None:
    settings = SETTINGS.replace({"provider": provider, "regionendpoint": endpoint, "region": "eu-west-1"})
    for guessed in (changes_for(cause, settings) for cause in Cause):
        assert [change for number, change in enumerate(guessed) if change in guessed[:number]] == []


def test_known_regions_are_guessed_without_the_current_one() -> None:
    assert changes_for(Cause.WRONG_REGION, SETTINGS.replace({"region": "eu-west-1"})) == [{"region": "us-east-1"}]
    assert changes_for(Cause.WRONG_REGION, SETTINGS.replace({"region": "us-east-1"})) == []


def test_nothing_is_guessed_for_other_causes() -> None:
    assert changes_for(Cause.ACCESS_DENIED) == []


def test_a_port_where_the_provider_listens_is_offered(monkeypatch: pytest.MonkeyPatch, store: LiveStore) -> None:
    port = int(store.endpoint.rpartition(":")[2])
    monkeypatch.setattr(fix_candidates, "usual_port", lambda _: port)
    with closed_port() as closed:
        report = report_of(store.settings(regionendpoint=f"http://127.0.0.1:{closed}"))
        finding = finding_of(report, "connect")
        assert finding.cause is Cause.REFUSED
        assert finding.fix
        assert finding.fix.set == {"regionendpoint": store.endpoint, "secure": False}
