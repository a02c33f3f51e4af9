"""What of this machine a result depends on is named, and no value of it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.support.faulty_store import FaultyStore
from tests.support.live_store import LiveStore
from tests.support.proxy import http_proxy
from tests.support.reports import report_of
from wizard.model.endpoint import Endpoint
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.s3 import used_environment as module
from wizard.s3.used_environment import used_environment
from wizard.validation.results import Report

REMOTE = Settings(regionendpoint="https://minio.example:9000", accesskey="a", secretkey=Secret("b"))


def test_settings_with_keys_and_an_endpoint_use_nothing_else() -> None:
    assert used_environment(REMOTE, "", {}) == ()


@pytest.mark.parametrize(
    ("method", "environment", "names"),
    [
        (
            "env",
            {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
            ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        ),
        (
            "env",
            {"AWS_ACCESS_KEY": "a", "AWS_SECRET_KEY": "b", "AWS_SESSION_TOKEN": "c"},
            ("AWS_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_SESSION_TOKEN"),
        ),
        ("shared-credentials-file", {}, ("~/.aws/credentials",)),
        ("shared-credentials-file", {"AWS_PROFILE": "me"}, ("~/.aws/credentials", "AWS_PROFILE")),
        ("shared-credentials-file", {"AWS_SHARED_CREDENTIALS_FILE": "/k"}, ("AWS_SHARED_CREDENTIALS_FILE",)),
        ("iam-role", {}, ("the role of this EC2 instance",)),
        ("container-role", {}, ("the role of this container",)),
        ("another", {}, ("another",)),
        ("", {"AWS_ACCESS_KEY_ID": "a", "AWS_PROFILE": "me"}, ()),
    ],
)
def test_the_source_of_the_credentials_is_named(
    method: str, environment: dict[str, str], names: tuple[str, ...]
) -> None:
    assert used_environment(REMOTE, method, environment) == names


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_certificates_are_named_where_they_are_used(name: str) -> None:
    assert used_environment(REMOTE, "", {name: "/ca"}) == (name,)
    assert used_environment(REMOTE.replace({"skipverify": True}), "", {name: "/ca"}) == ()
    plain = REMOTE.replace({"regionendpoint": "http://minio.example:9000", "secure": False})
    assert used_environment(plain, "", {name: "/ca"}) == ()


def test_a_line_of_etc_hosts_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost\n# 10.0.0.1 other.example\n10.0.0.2 db MinIO.example # it\n")
    monkeypatch.setattr(module, "_HOSTS", hosts)
    assert used_environment(REMOTE, "", {}) == (str(hosts),)
    assert used_environment(REMOTE.replace({"regionendpoint": "https://other.example"}), "", {}) == ()
    assert used_environment(REMOTE.replace({"regionendpoint": "http://localhost:9000", "secure": False}), "", {}) == ()
    monkeypatch.setattr(module, "_HOSTS", tmp_path / "none")
    assert used_environment(REMOTE, "", {}) == ()


def test_the_report_names_the_proxy_and_the_credentials_that_were_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultyStore() as store, http_proxy(int(Endpoint.parse(store.endpoint).port)) as proxy:
        monkeypatch.delenv("NO_PROXY")
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "canary-key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-secret")
        settings = store.settings(
            regionendpoint="http://store.example", accesskey="", secretkey=Secret(), redirect=False
        )
        report = report_of(settings)
    assert report.passed, [result.finding for result in report.results if result.finding]
    assert report.environment == ("HTTP_PROXY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    assert report.environment_sentence == (
        "Used from this machine: HTTP_PROXY, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY. "
        "The registry's environment needs the same."
    )
    assert report.as_json("a")["environment"] == list(report.environment)
    assert "canary" not in repr(report.as_json("a"))


def test_a_report_without_them_names_nothing(store: LiveStore) -> None:
    assert (report_of(store.settings()).environment, report_of(store.settings()).environment_sentence) == ((), "")


@pytest.mark.sample
@pytest.mark.parametrize("host", ["minio_store", "project_minio_1"])
def test_a_host_name_with_an_underscore_works(store: LiveStore, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, *rest, **more: resolve("127.0.0.1", *rest, **more))
    report = report_of(store.settings(regionendpoint=store.endpoint.replace("127.0.0.1", host), redirect=False))
    assert report.passed, [result.finding for result in report.results if result.finding]


@pytest.mark.parametrize(
    ("registry", "used", "is_noted"),
    [("harbor", "HTTP_PROXY", True), ("harbor", "AWS_ACCESS_KEY_ID", False), ("distribution-2", "https_proxy", False)],
)
def test_a_registry_that_gets_no_proxy_is_noted(registry: str, used: str, is_noted: bool) -> None:
    report = Report(Settings(registry=registry), (), 0.0, environment=(used,))
    assert ("Harbor before 2.16 gives its registry no proxy." in report.environment_sentence) is is_noted
