"""What one listing shows of a store while the user types."""

from __future__ import annotations

import pytest
from werkzeug.wrappers import Response

from tests.support import faults
from tests.support.enforcing_moto import EnforcingMoto
from tests.support.faulty_store import CallNext, FaultyStore
from tests.support.live_store import LiveStore
from tests.support.ports import closed_port
from tests.support.rclone import Rclone
from tests.support.s3_requests import Environ
from wizard.model.findings import Cause
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.validation.quick_check import quick_check


def status_of(settings: Settings) -> tuple[bool | None, bool | None, bool | None, Cause | None]:
    """Endpoint, keys, bucket and the cause of the finding."""
    status = quick_check(settings)
    return status.endpoint, status.keys, status.bucket, status.finding.cause if status.finding else None


def without_keys(store: LiveStore) -> Settings:
    return store.settings(accesskey="", secretkey=Secret())


def test_a_good_store_is_recognized_with_one_call_that_writes_nothing() -> None:
    with FaultyStore() as store:
        assert status_of(store.settings()) == (True, True, True, None)
        assert store.calls == ["ListObjects"]
        assert store.contents() == []


def test_wrong_keys_show_only_the_endpoint(rclone: Rclone, enforcing_moto: EnforcingMoto) -> None:
    for server in (rclone, enforcing_moto):
        settings = server.store().settings(secretkey=Secret("wrong"))
        assert status_of(settings) == (True, False, None, Cause.WRONG_SECRET)
        unknown = settings.replace({"accesskey": "unknown"})
        assert status_of(unknown) == (True, False, None, Cause.UNKNOWN_ACCESS_KEY)


def test_a_missing_bucket_shows_that_the_keys_are_accepted(enforcing_moto: EnforcingMoto) -> None:
    settings = enforcing_moto.store().settings(bucket="does-not-exist")
    assert status_of(settings) == (True, True, False, Cause.NO_BUCKET)


def test_a_denied_listing_shows_that_the_keys_are_accepted() -> None:
    with FaultyStore(faults.deny("ListObjects")) as store:
        assert status_of(store.settings()) == (True, True, None, Cause.ACCESS_DENIED)


def test_other_errors_show_only_the_endpoint() -> None:
    with FaultyStore(faults.slow_down()) as store:
        assert status_of(store.settings()) == (True, None, None, Cause.THROTTLED)


def test_a_closed_port_and_a_web_page_are_no_endpoint(store: LiveStore) -> None:
    with closed_port() as port:
        settings = store.settings(regionendpoint=f"http://127.0.0.1:{port}")
        assert status_of(settings) == (False, None, None, Cause.REFUSED)
    with FaultyStore(faults.console_page()) as page:
        assert status_of(page.settings()) == (False, None, None, Cause.NOT_S3)


# --- without keys in the settings ---


def test_without_keys_the_request_is_not_signed() -> None:
    signatures: list[str] = []

    def record_signature(environ: Environ, call_next: CallNext) -> Response:
        signatures.append(environ.get("HTTP_AUTHORIZATION", ""))
        return call_next(environ)

    with FaultyStore(record_signature) as store:
        assert status_of(without_keys(store.live)) == (True, None, True, None)
        assert signatures == [""]


def test_without_keys_a_denied_listing_shows_the_bucket() -> None:
    with FaultyStore(faults.deny("*")) as store:
        assert status_of(without_keys(store.live)) == (True, None, True, None)


def test_without_keys_a_missing_bucket_is_reported() -> None:
    with FaultyStore(faults.no_such_bucket()) as store:
        assert status_of(without_keys(store.live)) == (True, None, False, Cause.NO_BUCKET)


def test_without_keys_other_errors_show_only_the_endpoint() -> None:
    with FaultyStore(faults.slow_down()) as store:
        assert status_of(without_keys(store.live)) == (True, None, None, None)


def test_the_keys_of_the_environment_are_used(enforcing_moto: EnforcingMoto, monkeypatch: pytest.MonkeyPatch) -> None:
    store = enforcing_moto.store()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", store.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", store.secret_key)
    assert status_of(store.settings(accesskey="", secretkey=Secret(), redirect=False)) == (True, True, True, None)
