"""The ground floor: values in and out of text, endpoints taken apart, secrets kept, texts made safe."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import traceback

import pytest

from wizard.catalog.registries import REGISTRIES
from wizard.model.endpoint import Endpoint, scheme_of, url_of
from wizard.model.findings import Cause, Finding, Fix, Severity, Value
from wizard.model.secret import Secret, abbreviate_key
from wizard.model.settings import DECLARATIONS, GIB, MIB, Kind, Settings, format_size, format_value
from wizard.rules.clean_input import clean_input
from wizard.text.sanitize import sanitize

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

# Declarations


@pytest.mark.parametrize("name", DECLARATIONS)
def test_a_default_comes_back_from_its_text(name: str) -> None:
    declaration = DECLARATIONS[name]
    if declaration.kind is not Kind.SECRET:
        assert declaration.parse(format_value(declaration.default)) == declaration.default
    assert declaration.name == name
    assert Settings()[name] == declaration.default


@pytest.mark.parametrize(
    "size", [0, 1, 999, 1 << 10, 1000, 1025, 5 * MIB, 10 * MIB, 10 * MIB + 1, GIB, 5 * GIB, 1 << 40]
)
def test_a_size_comes_back_from_its_text(size: int) -> None:
    assert DECLARATIONS["chunksize"].parse(format_size(size)) == size
    assert DECLARATIONS["chunksize"].parse(str(size)) == size


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        *(("secure", text, True) for text in ("true", "on", "yes", "1", " TRUE ", "On")),
        *(("secure", text, False) for text in ("false", "off", "no", "0", "False\n")),
        *(
            ("chunksize", text, 10 * MIB)
            for text in ("10 MiB", "10MiB", "10 mb", "10M", "10240k", " 10485760 ", "10485760 B")
        ),
        ("chunksize", "5g", 5 * GIB),
        ("bucket", " as it is ", " as it is "),
        ("storageclass", "any word", "any word"),
        ("secretkey", SECRET, Secret(SECRET)),
        ("secretkey", "", Secret()),
    ],
)
def test_a_text_stands_for_a_value(name: str, text: str, value: Value) -> None:
    assert DECLARATIONS[name].parse(text) == value


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("secure", "`secure` is true or false."),
        ("chunksize", "`chunksize` is a size such as 10 MiB, or a number of bytes."),
    ],
)
@pytest.mark.parametrize(
    "text", ["", "maybe", "-1", "1.5 GiB", "10 TiB", "MiB", "10 MiB 5", "9" * 19, "9" * 12 + "G", "0x10"]
)
def test_a_text_that_stands_for_nothing(name: str, sentence: str, text: str) -> None:
    with pytest.raises(ValueError) as caught:
        DECLARATIONS[name].parse(text)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((True, "on"), (False, "off"), (10 * MIB, "10 MiB"), (0, "0 B"), (1000, "1000 B"), (3 << 10, "3 KiB")),
        *((5 * GIB, "5 GiB"), ("images", "images"), (Secret(SECRET), "(hidden, 40 characters)"), (Secret(), "(empty)")),
    ],
)
def test_a_value_as_a_person_reads_it(value: Value, text: str) -> None:
    assert format_value(value) == text


# Endpoints


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
def test_an_endpoint_is_taken_apart(text: str, parts: tuple[str, ...]) -> None:
    found = Endpoint.parse(text)
    assert (found.scheme, found.userinfo, found.host, found.port, found.path, found.rest) == parts


@pytest.mark.parametrize("text", ["minio", "http://minio", "https://minio:9000", "[::1]:9000", "https://a.b.c.:1"])
def test_an_endpoint_is_put_together_again(text: str) -> None:
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
def test_what_a_host_is(host: str, valid: bool, address: bool, amazon: bool) -> None:
    found = Endpoint.parse(f"https://{host}")
    assert (found.has_valid_host(), found.is_address(), found.is_amazon()) == (valid, address, amazon)
    assert found.lacks_brackets() is (host == "::1")


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
def test_the_address_that_is_dialled(changes: dict[str, Value], url: str) -> None:
    settings = Settings().replace(changes)
    assert url_of(settings) == url
    assert scheme_of(settings) == url.partition(":")[0]


# What a paste brings along


@pytest.mark.parametrize(
    ("name", "text", "tidied", "note"),
    [
        ("bucket", "images", "images", ""),
        ("bucket", "", "", ""),
        ("bucket", "two words", "two words", ""),
        ("bucket", " images\t", "images", "cut off: blanks"),
        ("bucket", "\u00a0images\u3000", "images", "cut off: blanks"),
        ("bucket", "images\n", "images", "cut off: line breaks"),
        ("bucket", "\nimages", "images", "cut off: line breaks"),
        ("bucket", "\r\n  images  \r\n", "images", "cut off: line breaks, blanks"),
        ("bucket", "first\nsecond", "first", "cut off: line breaks"),
        ("bucket", "first\rsecond", "first", "cut off: line breaks"),
        ("bucket", "\n \n", "", "cut off: line breaks"),
        ("bucket", "\ufeffima\u200bges\u00ad", "images", "cut off: invisible characters"),
        ("bucket", '"images"', "images", "cut off: quotes"),
        ("bucket", "‘ images ’", "images", "cut off: quotes"),
        ("bucket", " `images` ", "images", "cut off: blanks, quotes"),
        ("bucket", '"images', '"images', ""),
        ("bucket", "'images\"", "'images\"", ""),
        ("bucket", '"', '"', ""),
        ("bucket", '""', "", "cut off: quotes"),
        ("secretkey", f" {SECRET}\n", SECRET, "cut off: line breaks"),
        ("secretkey", f"{SECRET[:20]}\n  {SECRET[20:]}\n", SECRET, "cut off: line breaks"),
        ("secretkey", f"“{SECRET}”", SECRET, "cut off: quotes"),
        ("secretkey", "pass phrase", "pass phrase", ""),
        ("chunksize", " 10 MiB ", "10 MiB", "cut off: blanks"),
        ("secure", " true ", " true ", ""),
        ("storageclass", " STANDARD ", " STANDARD ", ""),
    ],
)
def test_a_paste_is_tidied_and_that_is_said(name: str, text: str, tidied: str, note: str) -> None:
    assert clean_input(DECLARATIONS[name], text) == (tidied, note)
    assert clean_input(DECLARATIONS[name], tidied) == (tidied, "")


# Text from outside


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain — ünïcödé 秘密 🔑", "plain — ünïcödé 秘密 🔑"),
        ("a\x1b[31mb", "a�[31mb"),
        ("c1\x9b31m del\x7f nul\0", "c1�31m del� nul�"),
        ("left\u202eright\u2066\u200f", "left�right��"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen", "zero�width� soft�hyphen"),
        ("lone\udcff private\ue000 tag\U000e0041", "lone� private� tag�"),
        ("two\r\nlines\tand \u2028 more\x0b\x85", "two lines and more"),
        ("  around  ", "around"),
        ("", ""),
    ],
)
def test_text_is_made_safe_to_print(text: str, safe: str) -> None:
    assert sanitize(text) == safe
    assert sanitize(sanitize(text)) == safe


@pytest.mark.parametrize(("length", "shown"), [(199, 199), (200, 200), (201, 200), (10_000_000, 200)])
def test_text_is_cut_to_a_sane_length(length: int, shown: int) -> None:
    cut = sanitize("x" * length)
    assert len(cut) == shown
    assert cut.endswith("…") is (length > 200)
    assert sanitize("abcdef", 4) == "abc…"
    assert sanitize(ValueError("any\nobject")) == "any object"


# Secrets


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret(SECRET)
    log = io.StringIO()
    logger = logging.getLogger("test_ground")
    logger.addHandler(logging.StreamHandler(log))
    logger.warning("%s %r", secret, [secret])
    settings = Settings(secretkey=secret)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r:>60}", "%s" % secret, log.getvalue()]  # noqa: UP031
    shown += [repr(settings), repr({"k": secret}), ascii(secret), format(secret, "s")]
    for text in shown:
        assert SECRET not in text
        assert "(hidden, 40 characters)" in text
    assert str(Secret()) == "(empty)"
    assert not hasattr(secret, "__dict__")
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(secret)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_secret_is_not_pickled(protocol: int) -> None:
    for value in (Secret(SECRET), Settings(secretkey=Secret(SECRET))):
        with pytest.raises(TypeError) as caught:
            pickle.dumps(value, protocol)
        assert str(caught.value) == "a secret is not pickled"
    with pytest.raises(TypeError):
        copy.deepcopy(Secret(SECRET))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "0 characters"),
        ("x", "1 character"),
        ("elevenchars", "11 characters"),
        ("twelve chars", "12 characters, ends in hars"),
        (SECRET, "40 characters, ends in EKEY"),
        ("twelve char\x1b", "12 characters, ends in har�"),
    ],
)
def test_a_hint_lets_a_secret_be_checked(text: str, hint: str) -> None:
    secret = Secret(text)
    assert secret.hint() == hint
    assert (len(secret), bool(secret), secret.reveal()) == (len(text), bool(text), text)


def test_secrets_are_equal_by_their_text() -> None:
    assert Secret(SECRET) == Secret(SECRET)
    assert hash(Secret(SECRET)) == hash(Secret(SECRET))
    assert Secret(SECRET) != Secret(SECRET[:-1])
    assert Secret("ü\udcff") == Secret("ü\udcff")
    assert Secret(SECRET) != SECRET
    assert Secret() == Secret("")
    assert Settings(secretkey=Secret("a")) != Settings(secretkey=Secret("b"))


def test_a_traceback_with_its_locals_shows_no_secret() -> None:
    def fail(settings: Settings, secret: Secret) -> None:
        raise RuntimeError(f"{settings.bucket} {secret}")

    with pytest.raises(RuntimeError) as caught:
        fail(Settings(secretkey=Secret(SECRET)), Secret(SECRET))
    frames = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "secretkey=(hidden, 40 characters)" in frames
    assert SECRET not in frames


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        *(("", ""), ("registry", "registry"), ("elevenchars", "elevenchars"), ("twelve-chars", "twel…hars")),
        ("AKIAIOSFODNN7EXAMPLE", "AKIA…MPLE"),
    ],
)
def test_an_access_key_is_shortened(key: str, shown: str) -> None:
    assert abbreviate_key(key) == shown


# Findings


def test_a_finding_as_json() -> None:
    fix = Fix("Swap them.", {"accesskey": "AKIA", "secretkey": Secret(SECRET), "v4auth": True, "chunksize": 5})
    finding = Finding(Cause.MALFORMED_ACCESS_KEY, "Swapped.", Severity.WARNING, "accesskey", fix)
    hidden = {"accesskey": "AKIA", "secretkey": "(hidden, 40 characters)", "v4auth": True, "chunksize": 5}
    assert json.loads(json.dumps(finding.as_json())) == {
        "cause": "malformed-access-key",
        "severity": "warning",
        "text": "Swapped.",
        "fix": {"text": "Swap them.", "set": hidden},
    }
    assert SECRET not in repr(finding)
    assert SECRET not in repr(fix)


def test_a_finding_without_a_fix() -> None:
    assert Finding(Cause.DNS, "No such host.").as_json() == {
        "cause": "dns",
        "severity": "error",
        "text": "No such host.",
        "fix": None,
    }
    assert Finding(Cause.DNS, "x", fix=Fix("Ask.")).as_json()["fix"] == {"text": "Ask.", "set": {}}


def test_the_causes_are_those_of_the_contract() -> None:
    promised = (
        "invalid-setting dns refused unreachable timeout tls-untrusted tls-hostname tls-expired plain-http "
        "https-required not-s3 clock-skew no-credentials malformed-access-key unknown-access-key wrong-secret "
        "wrong-region no-bucket access-denied v4-required v2-required path-style-required "
        "virtual-host-required unsupported corrupted throttled store-error expired-token leftovers advice too-large"
    )
    assert [cause.value for cause in Cause] == promised.split()


def test_registries_with_the_same_driver_are_known() -> None:
    alike = {(one.id, other.id) for one in REGISTRIES.values() for other in REGISTRIES.values() if one.drives_as(other)}
    line = ("dtr", "distribution-2", "harbor")
    assert alike == {(one, other) for one in line for other in line} | {(i, i) for i in ("distribution-3", "gitlab")}
