"""No setting accepts an address with a user name or a password."""

from __future__ import annotations

import pytest

from wizard.model.settings import DECLARATIONS, Kind
from wizard.model.url_credentials import UrlCredentialsError, has_url_credentials

ENDPOINTS = [
    "https://user:canary@minio.example:9000",
    "http://canary@minio:9000",
    "user:canary@minio:9000",
    "canary@minio",
    "https://user:ca/na?ry#@minio",
    "https://user:p@canary@minio",
    "HTTPS:\\\\user:canary@minio",
    "https://:canary@minio",
    "https://user:canary@",
    "ftp://user:canary@minio",
]


@pytest.mark.parametrize("text", ENDPOINTS)
def test_an_endpoint_with_credentials_is_refused_without_repeating_them(text: str) -> None:
    with pytest.raises(UrlCredentialsError) as caught:
        DECLARATIONS["regionendpoint"].parse(text)
    assert str(caught.value) == "Keys do not belong in the endpoint: they have fields of their own."


@pytest.mark.parametrize(
    "name", [name for name, declaration in DECLARATIONS.items() if declaration.kind in (Kind.TEXT, Kind.CHOICE)]
)
def test_no_text_can_be_an_address_with_credentials(name: str) -> None:
    with pytest.raises(UrlCredentialsError):
        DECLARATIONS[name].parse("https://user:canary@minio/bucket")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("regionendpoint", "https://minio.example:9000"),
        ("regionendpoint", "http://[::1]:9000/path?query#fragment"),
        ("regionendpoint", ""),
        ("rootdirectory", "/team@example"),
        ("accesskey", "me@example.org"),
        ("bucket", "s3://bucket/path"),
    ],
)
def test_other_texts_are_accepted(name: str, text: str) -> None:
    assert not has_url_credentials(name, text)
    assert DECLARATIONS[name].parse(text) == text


def test_a_secret_key_can_be_any_text() -> None:
    assert DECLARATIONS["secretkey"].parse("https://a:b@c")
