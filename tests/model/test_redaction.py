"""Credentials in settings are hidden in every text, in whatever form they are in it."""

from __future__ import annotations

import base64
import html
import json
import shlex
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.canary import SECRET, leaks
from tests.support.fuzzing import fuzz
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.redaction import (
    contains_secret,
    displayed,
    has_visible_credentials,
    hide_credentials,
    hide_in_finding,
    register_credentials,
)
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Kind, Settings

ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SETTINGS = Settings(accesskey=ACCESS_KEY, secretkey=Secret(SECRET))
FORMS = {
    "plain": SECRET,
    "percent-encoded": quote(SECRET, safe=""),
    "percent-encoded path": quote(SECRET),
    "percent-encoded form": quote_plus(SECRET),
    "lower-case percent": quote(SECRET, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
    "percent-encoded twice": quote(quote(SECRET, safe=""), safe=""),
    "JSON": json.dumps(SECRET),
    "JSON of PHP": json.dumps(SECRET).replace("/", "\\/"),
    "JSON of Go": json.dumps(SECRET).replace("+", "\\u002b"),
    "HTML": html.escape(SECRET),
    "shell": shlex.quote(SECRET),
    "repr of bytes": repr(SECRET.encode()),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 after a user": base64.b64encode(f"user:{SECRET}".encode()).decode(),
    "base64 in the middle": base64.b64encode(f"ab{SECRET}cd".encode()).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(f"a{SECRET}".encode()).decode(),
    "hexadecimal": SECRET.encode().hex(),
    "capital hexadecimal": SECRET.encode().hex().upper(),
    "cut at the end": SECRET[:20],
    "cut at the start": SECRET[-20:],
    "a short piece": SECRET[10:19],
    "twice": SECRET + SECRET,
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_secret_key_is_hidden(form: str) -> None:
    text = f"The store said: <{form}>."
    assert "(hidden)" in hide_credentials(text, SETTINGS)
    assert leaks(hide_credentials(text, SETTINGS)) == []
    assert hide_credentials(text, SETTINGS).startswith("The store said: ")
    assert contains_secret(text, [SETTINGS.secretkey])


SECRETS = [
    'pass"word\\with/all',
    "it's a pass word & <more>",
    "schlüssel-straße",
    "hunter2",
    "p%40ss w+rd",
    "密码密码密码密码",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "encode",
    [
        str,
        quote,
        quote_plus,
        json.dumps,
        lambda text: json.dumps(text, ensure_ascii=False),
        html.escape,
        shlex.quote,
        repr,
    ],
)
def test_a_secret_of_other_characters_is_hidden(secret: str, encode: object) -> None:
    assert callable(encode)
    shown = hide_credentials(f"a {encode(secret)} b", Settings(secretkey=Secret(secret)))
    assert "(hidden)" in shown
    assert not any(secret[start : start + 5] in shown for start in range(len(secret) - 4))


@pytest.mark.parametrize("secret", ["", "abc", "registry-password", "storage"])
def test_words_that_are_in_a_secret_by_chance_stay(secret: str) -> None:
    text = "The registry and storage-wizard say: abcd, storages."
    assert hide_credentials(text, Settings(secretkey=Secret(secret))) == text


def test_a_short_secret_is_hidden_as_a_word() -> None:
    settings = Settings(secretkey=Secret("hush"))
    assert hide_credentials("hush, hushed and 'hush'", settings) == "(hidden), hushed and '(hidden)'"


def test_the_access_key_is_abbreviated() -> None:
    assert hide_credentials(f"{ACCESS_KEY} is unknown", SETTINGS) == "AKIA…MPLE is unknown"
    assert displayed(SETTINGS).accesskey == "AKIA…MPLE"


@pytest.mark.parametrize(
    ("endpoint", "shown"),
    [
        ("https://minio:9000/path", "https://minio:9000/path"),
        ("https://user:pa/ss?w@h:1/p", "https://(hidden)@h:1/p"),
        ("user:password@h", "(hidden)@h"),
        ("https://canary@h", "https://(hidden)@h"),
        ("https://h/p?X-Amz-Signature=canary", "https://h/p?(hidden)"),
        ("https://h#canary", "https://h#(hidden)"),
        ("https://user:password%40h", "https://(hidden)@h"),
        ("https://user:pass/word", "https://user:(hidden)"),
        ("https://h:api", "https://h:api"),
        ("https://h:9000/path", "https://h:9000/path"),
        (f"https://{SECRET}", "https://(hidden)"),
    ],
)
def test_credentials_in_an_endpoint_are_hidden(endpoint: str, shown: str) -> None:
    assert displayed(SETTINGS.replace({"regionendpoint": endpoint})).regionendpoint == shown


@pytest.mark.parametrize("form", [str, quote, json.dumps, lambda text: base64.b64encode(text.encode()).decode()])
def test_the_password_of_an_endpoint_is_hidden_in_texts(form: object) -> None:
    assert callable(form)
    settings = Settings(regionendpoint="https://user:canary/pass@minio:9000")
    assert "canary" not in hide_credentials(f"proxy says {form('canary/pass')}", settings)
    assert "(hidden)" in hide_credentials(f"proxy says {form('canary/pass')}", settings)


@pytest.mark.parametrize(
    "name", [name for name, declaration in DECLARATIONS.items() if declaration.kind in (Kind.TEXT, Kind.CHOICE)]
)
def test_a_credential_is_hidden_in_whatever_field_it_is(name: str) -> None:
    for text in (SECRET, f"/a/{SECRET}", f"https://user:{SECRET}@host/bucket", "https://user:pw@host/bucket"):
        shown = displayed(SETTINGS.replace({name: text}))
        assert leaks(str(shown.value(name))) == []
        assert "pw" not in str(shown.value(name))


def test_other_settings_are_displayed_unchanged() -> None:
    settings = Settings(provider="minio", bucket="images", regionendpoint="https://minio:9000", accesskey="me")
    assert displayed(settings) == settings
    assert displayed(SETTINGS).secretkey == SETTINGS.secretkey


def test_whether_a_sentence_can_show_a_credential_is_known_before() -> None:
    assert not has_visible_credentials(SETTINGS)
    assert has_visible_credentials(SETTINGS.replace({"bucket": SECRET}))
    assert has_visible_credentials(SETTINGS.replace({"regionendpoint": "http://a:b@c"}))


def test_the_texts_of_a_finding_are_hidden_and_its_fix_still_works() -> None:
    fix = Fix(f"Use {SECRET}.", {"bucket": SECRET})
    hidden = hide_in_finding(Finding(Cause.INVALID_SETTING, f"{SECRET} is wrong.", fix=fix), SETTINGS)
    assert hidden.text == "(hidden) is wrong."
    assert hidden.fix == Fix("Use (hidden).", {"bucket": SECRET})
    assert hide_in_finding(Finding(Cause.INVALID_SETTING, "x"), SETTINGS) == Finding(Cause.INVALID_SETTING, "x")


@fuzz
@given(st.text(max_size=60), st.text(max_size=300))
def test_any_text_is_accepted(secret: str, text: str) -> None:
    settings = Settings(secretkey=Secret(secret), regionendpoint=text)
    shown = hide_credentials(f"{text}{secret}{text}", settings)
    assert len(secret) < 8 or secret not in shown
    displayed(settings)


@pytest.mark.parametrize("name", ["regionendpoint", "rootdirectory"])
@pytest.mark.parametrize("mark", ["@", "%40", "%2540", "\uff20", "\ufe6b", "%EF%BC%A0", "\uff0540", "%\uff14\uff10"])
def test_credentials_in_an_address_are_hidden_however_their_end_is_written(name: str, mark: str) -> None:
    settings = Settings().replace({name: f"https://user:{quote(SECRET)}{mark}minio.example"})
    assert leaks(str(displayed(settings).value(name))) == []
    assert has_visible_credentials(settings)
    assert leaks(hide_credentials(f"cannot reach {settings.value(name)}, {SECRET}", settings)) == []


TOKEN = "FwoGZXIvYXdzEJr//////////wEaDK7canary+token/of=a&session0123456789abcdefghij"


@pytest.mark.parametrize("form", [str, quote, quote_plus, json.dumps, html.escape, lambda text: text[5:40]])
def test_registered_credentials_are_hidden(form: object) -> None:
    assert callable(form)
    settings = Settings(bucket="images")
    text = f"Not {ACCESS_KEY}: {form(SECRET)} {form(TOKEN)}"
    assert hide_credentials(text, settings) == text
    assert not has_visible_credentials(settings.replace({"region": SECRET}))
    register_credentials(ACCESS_KEY, SECRET, TOKEN)
    shown = hide_credentials(text, settings)
    assert ("AKIA…MPLE" in shown, ACCESS_KEY in shown, leaks(shown)) == (True, False, [])
    assert TOKEN[8:24] not in shown
    assert has_visible_credentials(settings.replace({"region": SECRET}))


def test_absent_credentials_hide_nothing() -> None:
    register_credentials("", "")
    assert hide_credentials("a text", Settings()) == "a text"
