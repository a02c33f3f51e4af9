"""Addresses of registries, as people type them and as servers name them."""

from __future__ import annotations

import pytest

from wizard.oci.address import Address, AddressError, Origin, joined_url, origin_of


@pytest.mark.parametrize(
    ("text", "ping"),
    [
        ("registry.example", "https://registry.example/v2/"),
        ("https://registry.example/", "https://registry.example/v2/"),
        ("https://registry.example:443", "https://registry.example/v2/"),
        ("http://localhost:5000", "http://localhost:5000/v2/"),
        ("http://[::1]:5000", "http://[::1]:5000/v2/"),
        ("https://registry.example/v2/", "https://registry.example/v2/"),
        ("https://registry.example/v2/_catalog", "https://registry.example/v2/"),
        ("https://proxy.example/registry", "https://proxy.example/registry/v2/"),
        ("HTTPS://Registry.example", "https://registry.example/v2/"),
    ],
)
def test_the_url_of_the_api_follows_from_what_is_typed(text: str, ping: str) -> None:
    assert Address.parse(text).url("/v2/") == ping


@pytest.mark.parametrize(
    "text",
    [
        *("", "https://", "ftp://registry.example", "https://registry.example:port", "https://registry example"),
        *("https://registry.example/?a=b", "https://registry.example/#a", "https://registry.example:99999"),
        *(
            "https://registry.example/é",
            "http://127.0.0.1:5000/é",
            "https://registry.example/a b",
            "https://[::1",
            "https://registry.example/\r\nX: y",
        ),
        *("registry..example", ".registry.example", "a..b", f"{'a' * 64}.example"),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError, match="Write it as https://"):
        Address.parse(text)


def test_the_form_of_a_host_name_that_is_not_ascii_is_named() -> None:
    with pytest.raises(AddressError, match=r"Write it as xn--bcher-kva\.example\."):
        Address.parse("https://bücher.example:5000")


@pytest.mark.parametrize(
    "text",
    ["https://me:pass@registry.example", "me:pass@registry.example", "me%40x@r.example", "https://r.example/me:pass@x"],
)
def test_credentials_in_an_address_are_refused_and_not_shown(text: str) -> None:
    with pytest.raises(AddressError, match="--username") as refused:
        Address.parse(text)
    assert "pass@" not in str(refused.value)


def test_the_port_of_the_scheme_makes_no_other_origin() -> None:
    assert origin_of("https://registry.example/v2/") == origin_of("https://registry.example:443/")
    assert origin_of("https://registry.example") != origin_of("http://registry.example")


@pytest.mark.parametrize(
    "url", ["/v2/", "", "javascript:alert(1)", "https://u:p@registry.example", "file:///etc", "http://a..b"]
)
def test_what_cannot_be_called_has_no_origin(url: str) -> None:
    assert origin_of(url) is None


@pytest.mark.parametrize("reference", ["http://[::1/v2/", "//[", "https://[x]/"])
def test_what_a_server_names_and_is_no_url_is_empty(reference: str) -> None:
    assert joined_url("https://registry.example/v2/", reference) == ""


def test_an_origin_is_safe_to_print() -> None:
    assert str(Origin("https", "a\x1b[31m", 443)) == "https://a�[31m"
