"""A region endpoint: its parts, its kind of host, and the URL of the store."""

from __future__ import annotations

import pytest

from wizard.model.endpoint import Endpoint, host_of, is_loopback, port_of, scheme_of, url_of
from wizard.model.settings import Settings, Value


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
        ("minio_store", True, False, False),
        ("s3.eusc-de-east-1.amazonaws.eu", True, False, True),
        ("s3.us-iso-east-1.c2s.ic.gov", True, False, True),
        ("s3.us-isob-east-1.sc2s.sgov.gov", True, False, True),
        ("s3.eu-isoe-west-1.cloud.adc-e.uk", True, False, True),
        ("s3.us-isof-south-1.csp.hci.ic.gov", True, False, True),
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


@pytest.mark.parametrize(
    ("host", "cloud_internal"),
    [
        ("oss-cn-hangzhou-internal.aliyuncs.com", True),
        ("s3.oss-cn-beijing-internal.aliyuncs.com", True),
        ("s3.private.eu-de.cloud-object-storage.appdomain.cloud", True),
        ("s3.direct.us-south.cloud-object-storage.appdomain.cloud", True),
        ("bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com", True),
        ("oss-cn-hangzhou.aliyuncs.com", False),
        ("s3.eu-de.cloud-object-storage.appdomain.cloud", False),
        ("s3.us-east-1.amazonaws.com", False),
        ("minio.internal", False),
    ],
)
def test_an_address_inside_a_cloud_is_recognized(host: str, cloud_internal: bool) -> None:
    assert Endpoint.parse(f"https://{host}").is_cloud_internal() is cloud_internal


# Go's net.ParseIP and isDomainName refuse these; the C library resolves some of them.
@pytest.mark.parametrize(
    ("host", "usual"),
    [
        ("127.1", "127.0.0.1"),
        ("10.1.258", ""),
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0X7F.1", "127.0.0.1"),
        ("127.0.0.01", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("0177.0.0.1", ""),
        ("10.0.0.010", ""),
        ("10.0.0.08", ""),
        ("10.0.0.256", ""),
        ("1.2.3.4.5", ""),
        ("4294967296", ""),
        ("99999999999999999999", ""),
        ("9000", ""),
        ("0x" + "f" * 100, ""),
    ],
)
def test_a_number_that_is_no_address_for_the_registry_is_recognized(host: str, usual: str) -> None:
    endpoint = Endpoint.parse(f"http://{host}:9000")
    assert endpoint.is_malformed_address()
    assert endpoint.usual_address() == usual


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "minio", "1.example", "10-0-0-5", "0x7g", "a0x7f", "0_1"])
def test_names_and_addresses_are_no_malformed_addresses(host: str) -> None:
    assert not Endpoint.parse(f"http://{host}:9000").is_malformed_address()


def test_the_text_of_an_endpoint_has_no_password() -> None:
    endpoint = Endpoint.parse("https://key:s3cr3t@minio:9000/path?token=s3cr3t")
    assert str(endpoint) == "https://minio:9000/path"
    assert repr(endpoint) == "Endpoint(https://minio:9000/path)"
    assert str(endpoint.without_path()) == "https://minio:9000"


@pytest.mark.parametrize(
    ("changes", "url"),
    [
        ({}, "https://s3.us-east-1.amazonaws.com"),
        ({"secure": False, "region": "eu-west-1"}, "http://s3.eu-west-1.amazonaws.com"),
        ({"region": "cn-north-1"}, "https://s3.cn-north-1.amazonaws.com.cn"),
        ({"region": "us-gov-west-1"}, "https://s3.us-gov-west-1.amazonaws.com"),
        ({"region": "eusc-de-east-1"}, "https://s3.eusc-de-east-1.amazonaws.eu"),
        ({"region": "us-iso-east-1"}, "https://s3.us-iso-east-1.c2s.ic.gov"),
        ({"region": "us-isob-west-1"}, "https://s3.us-isob-west-1.sc2s.sgov.gov"),
        ({"region": "eu-isoe-west-1"}, "https://s3.eu-isoe-west-1.cloud.adc-e.uk"),
        ({"region": "us-isof-east-1"}, "https://s3.us-isof-east-1.csp.hci.ic.gov"),
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
        *(("http://minio_store:9000", "minio_store", 9000), ("https://my_store.example", "my_store.example", 443)),
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
