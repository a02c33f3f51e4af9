"""What the reader of an exported configuration will not accept."""

from __future__ import annotations

import pytest

from wizard.formats.lookup import format_of
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session.export_remarks import export_errors, export_remarks

SETTINGS = Settings(
    registry="distribution-3", bucket="images", accesskey="me", secretkey=Secret("canary"), v4auth=True
).replace({"storageclass": "GLACIER_IR"})


@pytest.mark.parametrize(("format_id", "expected"), [("distribution-3", False), ("distribution-2", True)])
def test_settings_that_have_passed_with_another_driver_are_examined_again(format_id: str, expected: bool) -> None:
    errors = export_errors(SETTINGS, format_of(format_id), has_passed=True)
    assert any('doesn\'t support "GLACIER_IR"' in error for error in errors) == expected


def test_what_the_format_cannot_hold_is_named() -> None:
    settings = SETTINGS.replace({"forcepathstyle": True})
    assert any("forcepathstyle" in remark for remark in export_remarks(settings, format_of("distribution-2")))


MINIO = {"provider": "minio", "regionendpoint": "https://minio.example:9000"}


@pytest.mark.parametrize(
    ("format_id", "words"),
    [
        ("harbor", 'set "ca_bundle" in storage_service of harbor.yml to the path of the CA file'),
        ("compose", "mount the CA file into the container"),
        ("kubernetes", "mount the CA file into the container"),
        ("distribution-2", ""),
        ("gitlab", ""),
    ],
)
def test_a_container_needs_the_ca_of_an_own_store(format_id: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    remarks = " ".join(export_remarks(SETTINGS.replace(MINIO), format_of(format_id)))
    assert ("a CA of your own" in remarks) == bool(words)
    assert words in remarks


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"regionendpoint": "https://s3.wasabisys.com"},
        {**MINIO, "regionendpoint": "http://minio.example:9000"},
        {**MINIO, "skipverify": True},
    ],
)
def test_a_store_with_a_public_certificate_or_none_needs_no_ca(
    changes: dict[str, str | bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    settings = SETTINGS.replace(changes)
    remarks = export_remarks(settings, format_of("harbor"))
    assert not any("CA" in remark for remark in remarks)


def test_the_ca_of_a_variable_is_named_for_every_format(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/own-ca.pem")
    remarks = export_remarks(SETTINGS.replace(MINIO), format_of("harbor"))
    assert any(remark.startswith("SSL_CERT_FILE is set here.") for remark in remarks)
