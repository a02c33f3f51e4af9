"""The URL of a registry, from the configuration that its settings were imported from."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.config.schema import ImportedFrom
from wizard.session.registry_url import registry_url_in


@pytest.mark.parametrize(
    ("format_id", "text", "url"),
    [
        ("distribution-2", "http: {addr: ':5000'}", "http://localhost:5000"),
        (
            "distribution-3",
            "http: {addr: '10.0.0.1:5001', host: 'https://registry.example'}",
            "https://registry.example",
        ),
        ("distribution-2", "http: {addr: ':5000', tls: {certificate: a, key: b}}", ""),
        ("distribution-2", "http: {host: 'https://me:secret@registry.example'}", ""),
        ("distribution-2", "http: [", ""),
        ("distribution-2", "version: 0.1", ""),
        ("harbor", "hostname: h.example\nhttp: {port: 80}\nhttps: {port: 443}", "https://h.example"),
        ("harbor", "hostname: h.example\nhttp: {port: 8080}", "http://h.example:8080"),
        ("harbor", "hostname: h.example\nexternal_url: https://p.example:8433", "https://p.example:8433"),
        ("harbor", "harbor_admin_password: x", ""),
        ("gitlab", "registry_external_url 'https://g.example'", ""),
    ],
)
def test_the_url_is_what_the_configuration_says(format_id: str, text: str, url: str, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(text, encoding="utf-8")
    assert registry_url_in(ImportedFrom(str(path), format_id)) == url


def test_a_configuration_that_is_gone_says_no_url(tmp_path: Path) -> None:
    assert registry_url_in(ImportedFrom(str(tmp_path / "absent"), "harbor")) == ""
