"""The sentences and fixes that findings share."""

from __future__ import annotations

import pytest

from wizard.diagnosis.wording import display_address, display_host, not_s3_finding, scheme_fix
from wizard.model.endpoint import host_of, port_of
from wizard.model.findings import Cause
from wizard.model.secret import Secret
from wizard.model.settings import Settings

LONG_HOST = f"{'a' * 60}.{'b' * 60}.test"


def test_a_long_host_is_displayed_cut_and_used_complete() -> None:
    settings = Settings(regionendpoint=f"https://{LONG_HOST}:9000")
    assert host_of(settings) == LONG_HOST
    assert display_host(settings) == f"{LONG_HOST[:79]}…"


def test_a_host_is_displayed_sanitized() -> None:
    settings = Settings(regionendpoint="https://a\u202eb.test")
    assert display_host(settings) == "a�b.test"


def test_the_last_dot_of_a_complete_name_does_not_end_a_sentence_twice() -> None:
    assert display_host(Settings(regionendpoint="https://store.test.:9000")) == "store.test"


def test_a_key_that_was_typed_as_a_host_is_not_displayed() -> None:
    settings = Settings(regionendpoint="https://Kq7wYv3zLxX9TbR2mNfH:9000", secretkey=Secret("Kq7wYv3zLxX9TbR2mNfH"))
    assert display_address(settings) == "(hidden), port 9000"


@pytest.mark.parametrize(
    ("endpoint", "secure", "port"),
    [
        ("https://store.test", True, 443),
        ("store.test", True, 443),
        ("store.test", False, 80),
        ("http://store.test", True, 80),
        ("http://store.test:9000", True, 9000),
        ("http://[::1]:9000", True, 9000),
    ],
)
def test_the_port_is_that_of_the_endpoint_or_of_its_scheme(endpoint: str, secure: bool, port: int) -> None:
    assert port_of(Settings(regionendpoint=endpoint, secure=secure)) == port


def test_a_port_that_is_not_a_number_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        port_of(Settings(regionendpoint="http://store.test:port"))


def test_an_address_is_a_host_and_a_port() -> None:
    assert display_address(Settings(regionendpoint="https://store.test")) == "store.test, port 443"


@pytest.mark.parametrize(
    ("endpoint", "scheme", "text", "changes"),
    [
        ("", "https", "Turn HTTPS on.", {"secure": True}),
        ("", "http", "Turn HTTPS off.", {"secure": False}),
        ("store.test:9000", "http", "Use http://store.test:9000.", {"regionendpoint": "http://store.test:9000"}),
        ("http://store.test", "https", "Use https://store.test.", {"regionendpoint": "https://store.test"}),
    ],
)
def test_a_scheme_is_changed_in_the_endpoint_and_in_the_setting(
    endpoint: str, scheme: str, text: str, changes: dict[str, str | bool]
) -> None:
    fix = scheme_fix(Settings(regionendpoint=endpoint), scheme)
    assert fix.text == text
    assert fix.set == {"secure": scheme == "https"} | changes


@pytest.mark.parametrize(("is_html", "text"), [(True, "a web page"), (False, "something that isn't S3")])
def test_another_server_is_described(is_html: bool, text: str) -> None:
    finding = not_s3_finding(Settings(regionendpoint="http://store.test:9001"), is_html=is_html)
    assert (finding.cause, finding.setting) == (Cause.NOT_S3, "regionendpoint")
    assert finding.text.startswith(f"store.test, port 9001 returned {text}.")
