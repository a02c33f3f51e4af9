"""A region endpoint: its parts, its kind of host, and the URL of the store."""

from __future__ import annotations

import pytest

from wizard.model.endpoint import Endpoint, host_of, is_loopback, port_of, scheme_of, url_of
from wizard.model.findings import Value
from wizard.model.settings import Settings


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ("", "", "", "", "", "")),
        ("minio:9000", ("", "", "minio", "9000", "", "")),
        ("https://minio.example:9000/", ("https", "", "minio.example", "9000", "", "")),
        ("HTTP://Minio", ("http", "", "Minio", "", "", "")),
        ("https://user:pa/ss?w@h:1/p/q/?x=1#y", ("https", "user:pa/ss?w", "h", "1", "/p/q", "?x=1#y")),
        ("h#frag?no", ("", "", "h", "", "", "#frag?no")),
        ("https://?x", ("https", "", "", "", "", "?x")),
        ("http://[2001:db8::1]:9000", ("http", "", "[2001:db8::1]", "9000", "", "")),
        ("[::1]", ("", "", "[::1]", "", "", "")),
        ("2001:db8::1", ("", "", "2001:db8::1", "", "", "")),
        ("https:/one", ("", "", "https", "", "/one", "")),
        ("a:b://c", ("", "", "a:b:", "", "//c", "")),
        ("://c", ("", "", "", "", "//c", "")),
    ],
)
def test_an_endpoint_is_split_into_its_parts(text: str, parts: tuple[str, ...]) -> None:
    assert Endpoint.parse(text) == parts


@pytest.mark.parametrize("text", ["minio", "http://minio", "https://minio:9000", "[::1]:9000", "https://a.b.c.:1"])
def test_scheme_host_and_port_are_joined_again(text: str) -> None:
    assert str(Endpoint.parse(text)) == text


@pytest.mark.parametrize(
    ("host", "valid", "address", "amazon"),
    [
        ("minio", True, False, False),
        ("a_b.example.", True, False, False),
        ("10.0.0.5", True, True, False),
        ("[::1]", True, True, False),
        ("::1", False, False, False),
        ("[::1", False, False, False),
        ("[10.0.0.5]", False, False, False),
        ("", False, False, False),
        ("a" * 63, True, False, False),
        ("a" * 64, False, False, False),
        ("-a", False, False, False),
        ("a b", False, False, False),
        ("S3.eu-west-1.AmazonAWS.com", True, False, True),
        ("s3.cn-north-1.amazonaws.com.cn", True, False, True),
        ("amazonaws.com.example", True, False, False),
        ("notamazonaws.com", True, False, False),
    ],
)
def test_the_kind_of_a_host_is_recognized(host: str, valid: bool, address: bool, amazon: bool) -> None:
    endpoint = Endpoint.parse(f"https://{host}")
    assert (endpoint.has_valid_host(), endpoint.is_address(), endpoint.is_amazon()) == (valid, address, amazon)
    assert endpoint.lacks_brackets() is (host == "::1")


@pytest.mark.parametrize(
    ("host", "internal"),
    [
        *(("minio", True), ("minio.local", True), ("minio.internal.", True), ("MINIO.svc", True), ("nas.lan", True)),
        *(("nas.home.arpa", True), ("localhost", False), ("10.0.0.5", False), ("[::1]", False)),
        *(("minio.example", False), ("local.example", False)),
    ],
)
def test_a_name_that_resolves_in_one_network_only_is_internal(host: str, internal: bool) -> None:
    assert Endpoint.parse(f"https://{host}").is_internal() is internal


def test_the_text_of_an_endpoint_has_no_password() -> None:
    endpoint = Endpoint.parse("https://key:s3cr3t@minio:9000/path?token=s3cr3t")
    assert str(endpoint) == "https://minio:9000"
    assert repr(endpoint) == "Endpoint(https://minio:9000)"


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({}, "https://s3.us-east-1.amazonaws.com"),
        ({"secure": False, "region": "eu-west-1"}, "http://s3.eu-west-1.amazonaws.com"),
        ({"region": "cn-north-1"}, "https://s3.cn-north-1.amazonaws.com.cn"),
        ({"regionendpoint": "minio:9000"}, "https://minio:9000"),
        ({"regionendpoint": "minio:9000", "secure": False}, "http://minio:9000"),
        ({"regionendpoint": "http://minio:9000"}, "http://minio:9000"),
        ({"regionendpoint": "HTTPS://minio", "secure": False}, "https://minio"),
        ({"regionendpoint": "https://k:s@minio/p?q"}, "https://minio/p"),
    ],
)
def test_the_url_of_the_store_has_a_scheme_and_no_password(changes: dict[str, Value], url: str) -> None:
    settings = Settings().replace(changes)
    assert url_of(settings) == url
    assert scheme_of(settings) == url.partition(":")[0]


@pytest.mark.parametrize(
    ("endpoint", "host", "port"),
    [
        *(("minio:9000", "minio", 9000), ("https://minio", "minio", 443), ("http://minio", "minio", 80)),
        *(("[::1]:9000", "[::1]", 9000), ("", "s3.us-east-1.amazonaws.com", 443)),
        (f"https://{'a' * 60}.{'b' * 60}.example", f"{'a' * 60}.{'b' * 60}.example", 443),  # not cut for display
    ],
)
def test_the_host_and_port_of_the_store_are_exact(endpoint: str, host: str, port: int) -> None:
    settings = Settings(regionendpoint=endpoint)
    assert (host_of(settings), port_of(settings)) == (host, port)


def test_a_port_that_is_not_a_number_is_an_error() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        port_of(Settings(regionendpoint="minio:api"))


@pytest.mark.parametrize(
    ("endpoint", "loopback"),
    [
        *(("localhost:9000", True), ("127.0.0.2", True), ("[::1]:9000", True), ("http://LOCALHOST", True)),
        *(("", False), ("10.0.0.5", False), ("localhost.example", False)),
    ],
)
def test_a_store_on_this_machine_is_recognized(endpoint: str, loopback: bool) -> None:
    assert is_loopback(Settings(regionendpoint=endpoint)) is loopback
