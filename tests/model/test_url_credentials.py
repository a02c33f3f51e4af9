"""No setting accepts an address with a user name or a password."""

from __future__ import annotations

import pytest

from wizard.model.settings import DECLARATIONS, Kind
from wizard.model.url_credentials import UrlCredentialsError, has_url_credentials, split_userinfo

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
    "https://user:canary%40minio",
    "https://user:canary%2540minio",
    "https://user:canary%252540minio:9000/x",
    "user:canary%40minio",
    "https://user:canary\uff20minio",
    "https://user:canary\ufe6bminio",
    "https://user:canary%EF%BC%A0minio",
    "https://user:canary%ef%b9%abminio",
    "https://user:canary\uff0540minio",
    "https://user:canary%\uff14\uff10minio",
    "https://user:canary%25%34%30minio",
    "https\uff1a//user:canary\uff20minio",
]


@pytest.mark.parametrize("text", ENDPOINTS)
def test_an_endpoint_with_credentials_is_refused_without_repeating_them(text: str) -> None:
    with pytest.raises(UrlCredentialsError) as caught:
        DECLARATIONS["regionendpoint"].parse(text)
    assert str(caught.value) == "Remove the keys from the endpoint. Enter them as the access key and the secret key."


@pytest.mark.parametrize(
    "name", [name for name, declaration in DECLARATIONS.items() if declaration.kind in (Kind.TEXT, Kind.CHOICE)]
)
def test_no_text_can_be_an_address_with_credentials(name: str) -> None:
    with pytest.raises(UrlCredentialsError):
        DECLARATIONS[name].parse("https://user:canary@minio/bucket")


@pytest.mark.parametrize(
    "text",
    [
        *("https://user:canary%40minio/bucket", "https://user:canary\uff20minio", "https%3A//user:canary%2540minio"),
        *("https\uff1a\uff0f\uff0fuser:canary\ufe6bminio", "x https://user:canary%40minio"),
    ],
)
def test_no_text_can_be_an_address_with_encoded_credentials(text: str) -> None:
    with pytest.raises(UrlCredentialsError):
        DECLARATIONS["rootdirectory"].parse(text)


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("minio:9000", ("", "minio:9000")),
        ("a:b@c@minio", ("a:b@c", "minio")),
        ("a:b%40minio", ("a:b", "minio")),
        ("a@b%2540minio", ("a@b", "minio")),
        ("a:b\uff20minio/x", ("a:b", "minio/x")),
        ("a:b%ef%bc%a0minio", ("a:b", "minio")),
        ("a:b\uff0540minio", ("a:b\uff0540minio", "")),
    ],
)
def test_the_user_name_and_password_are_split_off(address: str, parts: tuple[str, str]) -> None:
    assert split_userinfo(address) == parts


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("regionendpoint", "https://minio.example:9000"),
        ("regionendpoint", "http://[::1]:9000/path?query#fragment"),
        ("regionendpoint", ""),
        ("rootdirectory", "/team@example"),
        ("accesskey", "me@example.org"),
        ("bucket", "s3://bucket/path"),
        ("bucket", "s3://bucket/100%"),
        ("rootdirectory", "/team%40example"),
        ("regionendpoint", "https://minio.example/a%20b%zz"),
    ],
)
def test_other_texts_are_accepted(name: str, text: str) -> None:
    assert not has_url_credentials(name, text)
    assert DECLARATIONS[name].parse(text) == text


def test_a_secret_key_can_be_any_text() -> None:
    assert DECLARATIONS["secretkey"].parse("https://a:b@c")
