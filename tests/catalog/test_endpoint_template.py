"""Endpoint templates are filled in, and matched against endpoints by their host."""

from __future__ import annotations

import pytest

from wizard.catalog import endpoint_template

ORACLE = "https://<NAMESPACE>.compat.objectstorage.{region}.oci.customer-oci.com"


def test_a_region_is_filled_in_and_the_placeholder_stays() -> None:
    assert (
        endpoint_template.fill_region(ORACLE, "eu-paris-1")
        == "https://<NAMESPACE>.compat.objectstorage.eu-paris-1.oci.customer-oci.com"
    )


def test_a_placeholder_is_filled_in_literally() -> None:
    assert endpoint_template.fill_placeholder("http://<HOST>:9000", r"a\1") == r"http://a\1:9000"


@pytest.mark.parametrize(("template", "expected"), [("https://<HOST>", True), ("https://s3.{region}.x", False)])
def test_has_placeholder(template: str, expected: bool) -> None:
    assert endpoint_template.has_placeholder(template) is expected


def test_the_text_at_the_place_of_the_placeholder() -> None:
    assert endpoint_template.placeholder_in("https://<ID>.r2.example", "https://abc.r2.example") == "abc"


@pytest.mark.parametrize(
    "endpoint",
    ["https://S3.EU.example", " s3.eu.example:443/path ", "http://s3.eu.example?q", "s3.eu.example#f"],
)
def test_only_the_host_is_matched(endpoint: str) -> None:
    assert endpoint_template.matches("https://s3.{region}.example", endpoint)
    assert endpoint_template.region_in("https://s3.{region}.example", endpoint) == "eu"


@pytest.mark.parametrize(
    ("template", "endpoint"),
    [
        ("https://s3.{region}.example", "https://s3.eu.example.attacker.test"),
        ("https://s3.{region}.example", "https://s3xeu.example"),
        ("https://s3.{region}.example", "https://attacker.test/s3.eu.example"),
        ("https://s3.{region}.example", "https://s3.a.b.example"),
        ("https://s3.{region}.example", "https://s3.accelerate.example"),
        ("https://<ID>.example", "https://a.b.example"),
        ("", ""),
    ],
)
def test_another_host_does_not_match(template: str, endpoint: str) -> None:
    assert not endpoint_template.matches(template, endpoint)
    assert endpoint_template.region_in(template, endpoint) is None


def test_a_template_without_a_region_matches_and_has_none() -> None:
    assert endpoint_template.matches("https://storage.example", "https://storage.example")
    assert endpoint_template.region_in("https://storage.example", "https://storage.example") is None
