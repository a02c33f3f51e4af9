"""Proxies as Go finds them. The cases are those of golang.org/x/net/http/httpproxy/proxy_test.go, and more."""

from __future__ import annotations

import pytest

from wizard.s3.proxies import Proxy, proxy_for

PROXY = "http://proxy.corp.example:3128"


@pytest.mark.parametrize(
    ("no_proxy", "url", "is_direct"),
    [
        ("", "http://example.com", False),
        ("", "http://localhost", True),
        ("", "http://127.0.0.1:9000", True),
        ("", "http://127.0.0.2", True),
        ("", "http://[::1]:9000", True),
        ("", "http://[::ffff:127.0.0.1]", True),
        ("*", "http://example.com", True),
        ("a.b, *", "http://example.com", True),
        ("example.com", "http://example.com", True),
        ("example.com", "http://EXAMPLE.com:9000", True),
        ("example.com", "http://s3.example.com", True),
        ("example.com", "http://notexample.com", False),
        (".example.com", "http://s3.example.com", True),
        (".example.com", "http://example.com", False),
        ("*.example.com", "http://s3.example.com", True),
        ("*.example.com", "http://example.com", False),
        ("*example.com", "http://example.com", False),
        ("example.com:80", "http://example.com", True),
        ("example.com:80", "http://example.com:8080", False),
        ("example.com:443", "https://example.com", True),
        (" Example.com , x", "http://example.com", True),
        ("10.0.0.0/8", "http://10.1.2.3:9000", True),
        ("10.1.2.3/8", "http://10.9.9.9", True),
        ("10.0.0.0/8", "http://11.1.2.3", False),
        ("10.0.0.0/8", "http://ten.example", False),
        ("192.168.1.1", "http://192.168.1.1", True),
        ("192.168.1.1:80", "http://192.168.1.1:81", False),
        ("192.168.1.1:81", "http://192.168.1.1:81", True),
        ("192.168.1", "http://192.168.1.1", False),
        ("192.168.1.*", "http://192.168.1.1", False),
        ("2001:db8::/32", "http://[2001:db8::1]:9000", True),
        ("[2001:db8::1]:9000", "http://[2001:db8::1]:9000", True),
        ("[2001:db8::1]:9001", "http://[2001:db8::1]:9000", False),
        ("2001:db8::1", "http://[2001:db8::1]", True),
        ("::ffff:10.0.0.1", "http://10.0.0.1", True),
        (":80", "http://example.com", False),
        ("[", "http://example.com", False),
        ("10.0.0.0/99", "http://10.1.2.3", False),
        ("bücher.example", "http://xn--bcher-kva.example", True),
        (",,", "http://example.com", False),
        ("http://example.com", "http://example.com", False),
    ],
)
def test_no_proxy_is_read_as_go_reads_it(no_proxy: str, url: str, is_direct: bool) -> None:
    environment = {"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY, "NO_PROXY": no_proxy}
    assert (proxy_for(url, environment) is None) is is_direct


@pytest.mark.parametrize(
    ("environment", "url", "expected"),
    [
        ({}, "http://s3.example", None),
        ({"HTTP_PROXY": PROXY}, "http://s3.example", Proxy(PROXY, "HTTP_PROXY")),
        ({"HTTP_PROXY": PROXY}, "https://s3.example", None),
        ({"HTTPS_PROXY": PROXY}, "https://s3.example", Proxy(PROXY, "HTTPS_PROXY")),
        ({"https_proxy": PROXY}, "https://s3.example", Proxy(PROXY, "https_proxy")),
        ({"HTTPS_PROXY": "", "https_proxy": PROXY}, "https://s3.example", Proxy(PROXY, "https_proxy")),
        ({"HTTPS_PROXY": PROXY, "https_proxy": "http://b"}, "https://s3.example", Proxy(PROXY, "HTTPS_PROXY")),
        ({"HTTP_PROXY": "proxy:3128"}, "http://s3.example", Proxy("http://proxy:3128", "HTTP_PROXY")),
        ({"HTTP_PROXY": "proxy"}, "http://s3.example", Proxy("http://proxy", "HTTP_PROXY")),
        ({"HTTP_PROXY": "socks5://proxy:1080"}, "http://s3.example", Proxy("socks5://proxy:1080", "HTTP_PROXY")),
        ({"ALL_PROXY": PROXY}, "http://s3.example", None),
        ({"HTTP_PROXY": PROXY, "no_proxy": "s3.example"}, "http://s3.example", None),
        ({"HTTP_PROXY": PROXY, "NO_PROXY": "x", "no_proxy": "*"}, "http://s3.example", Proxy(PROXY, "HTTP_PROXY")),
        ({"HTTP_PROXY": PROXY, "REQUEST_METHOD": "GET"}, "http://s3.example", None),
        ({"HTTPS_PROXY": PROXY, "REQUEST_METHOD": "GET"}, "https://s3.example", Proxy(PROXY, "HTTPS_PROXY")),
    ],
)
def test_the_proxy_is_named_with_its_variable(environment: dict[str, str], url: str, expected: Proxy | None) -> None:
    assert proxy_for(url, environment) == expected


def test_the_password_of_a_proxy_is_not_shown() -> None:
    proxy = Proxy("http://user:pa@ss@proxy:3128", "HTTP_PROXY")
    assert proxy.address == "proxy:3128"
    assert "pa@ss" not in f"{proxy!r} {proxy.address} {proxy.scheme}"


def test_the_scheme_of_a_proxy_is_known() -> None:
    assert Proxy("SOCKS5://proxy:1080", "HTTP_PROXY").scheme == "socks5"
