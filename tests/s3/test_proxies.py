"""Proxies as Go finds them. The cases are those of golang.org/x/net/http/httpproxy/proxy_test.go, and more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wizard.model.settings import Settings
from wizard.s3.proxies import Proxy, proxy_for, proxy_of

PROXY = "http://proxy.corp.example:3128"


@pytest.mark.parametrize(
    ("no_proxy", "url", "is_direct"),
    [
        ("", "http://example.com", False),
        ("", "http://localhost", True),
        ("", "http://LOCALHOST:9000", False),
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


# What http.ProxyFromEnvironment of Go 1.26 does with a value of NO_PROXY and some URLs.
WITH_GO: dict[str, dict[str, list[str]]] = json.loads((Path(__file__).parent / "no_proxy.json").read_text("ascii"))


@pytest.mark.parametrize("no_proxy", WITH_GO)
def test_no_proxy_has_the_same_effect_as_in_go(no_proxy: str) -> None:
    environment = {"HTTP_PROXY": PROXY, "HTTPS_PROXY": PROXY, "NO_PROXY": no_proxy}
    urls = sorted(url for group in WITH_GO[no_proxy].values() for url in group)
    direct = [url for url in urls if proxy_for(url, environment) is None]
    assert direct == sorted(WITH_GO[no_proxy]["direct"])


def test_the_table_has_some_hundred_cases_of_each_kind() -> None:
    for kind in ("direct", "proxy"):
        assert sum(len(row[kind]) for row in WITH_GO.values()) >= 250


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
        (
            {"HTTP_PROXY": PROXY, "REQUEST_METHOD": "GET"},
            "http://127.0.0.1",
            Proxy(PROXY, "HTTP_PROXY", is_refused=True),
        ),
        ({"HTTPS_PROXY": PROXY, "REQUEST_METHOD": "GET"}, "https://s3.example", Proxy(PROXY, "HTTPS_PROXY")),
    ],
)
def test_the_proxy_is_named_with_its_variable(environment: dict[str, str], url: str, expected: Proxy | None) -> None:
    assert proxy_for(url, environment) == expected


@pytest.mark.parametrize(
    "password", ["pa@ss", "pa#ss", "pa/ss", "pa?ss", "pa:ss", "pa ss", "p/a?s#s@x", "[pass", "pass]", "p%23ss", "päss"]
)
@pytest.mark.parametrize("mark", ["@", "%40", "\uff20", "\ufe6b"])
@pytest.mark.parametrize("scheme", ["http://", "HTTPS://", "socks5://", ""])
def test_the_password_of_a_proxy_is_not_shown(password: str, mark: str, scheme: str) -> None:
    value = f"{scheme}user:{password}{mark}proxy:3128"
    proxy = proxy_for("http://s3.example", {"HTTP_PROXY": value})
    assert proxy
    assert proxy.address == "proxy:3128"
    assert password not in f"{proxy!r} {proxy.address} {proxy.scheme}"


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("http://proxy", "proxy"),
        ("http://proxy:3128/path?query#fragment", "proxy:3128"),
        ("http://[2001:db8::1]:3128", "[2001:db8::1]:3128"),
        ("http://user:password", "user"),  # what is no port can be a password
        ("user:password", "user"),
        ("http://[::1", "["),
    ],
)
def test_the_address_of_a_proxy_is_its_host_and_port(value: str, address: str) -> None:
    proxy = proxy_for("http://s3.example", {"HTTP_PROXY": value})
    assert proxy
    assert proxy.address == address


@pytest.mark.parametrize(
    "value",
    [
        *("http://[::1", "http://::1]", "http://h\u2100i:1", "http://h:99999", "http://h:x", "http://h:-1", "http://"),
        *("http://user:pa#ss@proxy:3128", "http://user:pa/ss@proxy:3128", "http://user:pa?ss@proxy:3128", "://", ":"),
        *("http://:3128", "http://a b", "http://a\x00b", "http://\udcff", "http://[x]:1", "http://[::1]x", "@", "?"),
        *("http://bücher.example", "http://ü:ü@proxy", "http://h:\u0663", f"http://h:{'9' * 5000}", "http://h%zz"),
        *("http:///path", "http://user:pa ss@proxy", "#", "\\proxy", "http://[::1%25]", "http://h:\u00b2"),
        *("http://user:password%40proxy", "http://user:password\uff20proxy"),
    ],
)
def test_a_value_that_is_no_address_is_not_used(value: str) -> None:
    proxy = proxy_for("http://s3.example", {"HTTP_PROXY": value})
    assert proxy
    assert (proxy.is_valid, proxy.is_supported) == (False, False)
    assert isinstance(f"{proxy!r} {proxy.address} {proxy.scheme}", str)


@pytest.mark.parametrize(
    "value",
    [
        *("http://proxy", "proxy", "proxy:3128", "http://proxy:3128/", "https://user:pa%23ss@proxy.example:65535"),
        *("http://[::1]:3128", "http://10.0.0.1", "HTTP://Proxy_1.example.", "http://us%40er:p@proxy", "proxy/path"),
    ],
)
def test_a_value_that_is_an_address_is_used(value: str) -> None:
    proxy = proxy_for("http://s3.example", {"HTTP_PROXY": value})
    assert proxy
    assert proxy.is_supported


@pytest.mark.parametrize("url", ["http://[::1", "http://h\u2100i", "http://[x]/", "", "http://"])
def test_what_is_no_url_has_no_crash(url: str) -> None:
    proxy_for(url, {"HTTP_PROXY": PROXY, "NO_PROXY": "10.0.0.0/8"})


def test_the_scheme_of_a_proxy_is_known() -> None:
    assert Proxy("SOCKS5://proxy:1080", "HTTP_PROXY").scheme == "socks5"


@pytest.mark.parametrize(("host", "is_direct"), [("localhost", True), ("LocalHost", False), ("127.0.0.1", True)])
def test_the_registry_of_the_settings_takes_only_some_names_for_this_machine(
    host: str, is_direct: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", PROXY)
    monkeypatch.delenv("NO_PROXY", raising=False)
    settings = Settings(provider="other", regionendpoint=f"http://{host}:9000", secure=False)
    assert (proxy_of(settings) is None) is is_direct
