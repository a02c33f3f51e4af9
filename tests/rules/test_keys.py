"""The rules about the access key and the secret key."""

from __future__ import annotations

import pytest

from tests.support.rules import ACCESS_KEY, AMAZON, MINIO, SECRET_KEY, assert_accepts, assert_reports
from wizard.model.findings import Cause, Severity
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value
from wizard.rules import Rule, keys

TEMPORARY = "ASIAIOSFODNN7EXAMPLE"
NO_KEYS: dict[str, Value] = {"accesskey": "", "secretkey": Secret()}
on_each_store = pytest.mark.parametrize("settings", [AMAZON, MINIO], ids=["aws", "minio"])


@on_each_store
@pytest.mark.parametrize("rule", [keys.both_or_neither, keys.access_key, keys.secret_key])
def test_a_key_pair_and_no_keys_at_all_are_accepted(rule: Rule, settings: Settings) -> None:
    assert_accepts(rule, settings)
    assert_accepts(rule, settings, **NO_KEYS)


@pytest.fixture(autouse=True)
def no_keys_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)


def test_an_access_key_without_a_secret_key_is_reported() -> None:
    text = "Enter the secret key too, or leave both blank to use an IAM role."
    settings = AMAZON.replace({"secretkey": Secret()})
    assert_reports(keys.both_or_neither, settings, "secretkey", text, cause=Cause.NO_CREDENTIALS)


def test_only_amazon_has_iam_roles_in_place_of_keys() -> None:
    text = "Enter the secret key too, or leave both blank to use keys from the registry's environment."
    settings = MINIO.replace({"secretkey": Secret()})
    assert_reports(keys.both_or_neither, settings, "secretkey", text, cause=Cause.NO_CREDENTIALS)


def test_a_secret_key_without_an_access_key_is_reported() -> None:
    text = "Enter the access key too, or leave both blank to use an IAM role."
    settings = AMAZON.replace({"accesskey": ""})
    assert_reports(keys.both_or_neither, settings, "accesskey", text, cause=Cause.NO_CREDENTIALS)


@pytest.mark.parametrize("registry", ["dtr", "distribution-3", "gitlab"])
@pytest.mark.parametrize(
    "names", [("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), ("AWS_ACCESS_KEY", "AWS_SECRET_KEY")]
)
def test_half_a_pair_beside_a_complete_one_in_the_environment_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, names: tuple[str, str], registry: str
) -> None:
    for name in names:
        monkeypatch.setenv(name, "x")
    text = f"The secret key is missing, so the registry uses {names[0]} from its environment, if set."
    settings = AMAZON.replace({"secretkey": Secret(), "registry": registry})
    severity = Severity.WARNING
    assert_reports(keys.both_or_neither, settings, "secretkey", text, severity=severity, cause=Cause.NO_CREDENTIALS)


def test_half_a_pair_in_the_environment_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    settings = AMAZON.replace({"secretkey": Secret()})
    assert_reports(keys.both_or_neither, settings, "secretkey", "Enter the secret key too", cause=Cause.NO_CREDENTIALS)


# Swapped keys


@on_each_store
@pytest.mark.parametrize("key", [ACCESS_KEY, TEMPORARY])
def test_the_fix_swaps_swapped_keys(settings: Settings, key: str) -> None:
    settings = settings.replace({"accesskey": SECRET_KEY, "secretkey": Secret(key)})
    fix: dict[str, Value] = {"accesskey": key, "secretkey": Secret(SECRET_KEY)}
    text = "The access key and secret key look swapped."
    assert_reports(keys.access_key, settings, "accesskey", text, fix, cause=Cause.MALFORMED_ACCESS_KEY)


@pytest.mark.parametrize(("length", "is_key"), [(11, False), (12, True), (28, True), (29, False)])
@pytest.mark.parametrize("prefix", ["AKIA", "ASIA"])
def test_an_access_key_has_16_to_32_characters(prefix: str, length: int, is_key: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html says 16 to 128; AWS issues 20."""
    settings = MINIO.replace({"accesskey": "x", "secretkey": Secret(prefix + "A" * length)})
    assert any("This looks like an access key" in finding.text for finding in keys.secret_key(settings)) is is_key


@pytest.mark.parametrize(("length", "is_swapped"), [(39, False), (40, True), (41, False)])
def test_a_secret_key_in_the_place_of_the_access_key_has_40_characters(length: int, is_swapped: bool) -> None:
    settings = MINIO.replace({"accesskey": "a" * length, "secretkey": Secret(ACCESS_KEY)})
    assert any("look swapped" in finding.text for finding in keys.access_key(settings)) is is_swapped


def test_swapped_keys_are_reported_once() -> None:
    assert_accepts(keys.secret_key, AMAZON, accesskey=SECRET_KEY, secretkey=Secret(ACCESS_KEY))


# The access key


@on_each_store
@pytest.mark.parametrize(
    "key",
    [f" {ACCESS_KEY}", f"{ACCESS_KEY}\n", "AKIA IOSFODNN7EXAMPLE", f"{ACCESS_KEY}\x1b", "clé-du-dépôt", "a\u200bkey"],
)
def test_an_access_key_that_no_header_can_hold_is_reported(settings: Settings, key: str) -> None:
    text = "Access keys can't contain spaces or special characters. Copy it again."
    settings = settings.replace({"accesskey": key})
    assert_reports(keys.access_key, settings, "accesskey", text, cause=Cause.MALFORMED_ACCESS_KEY)


@on_each_store
@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("https://minio.example:9000", "an address"),
        ("s3://images", "an address"),
        ("arn:aws:iam::123456789012:role/registry", "an ARN"),
    ],
)
def test_an_address_is_no_access_key(settings: Settings, key: str, kind: str) -> None:
    text = f"This is {kind}, not an access key."
    settings = settings.replace({"accesskey": key})
    assert_reports(keys.access_key, settings, "accesskey", text, cause=Cause.MALFORMED_ACCESS_KEY)


def test_an_address_as_a_secret_key_is_a_warning() -> None:
    settings = MINIO.replace({"secretkey": Secret("https://minio.example:9000")})
    text = "This looks like an address. Check that you copied the secret key."
    assert_reports(keys.secret_key, settings, "secretkey", text, severity=Severity.WARNING)


@pytest.mark.parametrize("key", ["root", "a/b", TEMPORARY, "GK31c2f218a2e44f485b94239e"])
def test_a_self_hosted_server_can_have_any_access_key(key: str) -> None:
    assert_accepts(keys.access_key, MINIO, accesskey=key)


def test_a_store_of_another_host_than_amazon_s_can_have_any_access_key() -> None:
    assert_accepts(keys.access_key, AMAZON, accesskey="a/b", regionendpoint="https://0123.r2.cloudflarestorage.com")


@pytest.mark.parametrize("settings", [AMAZON, MINIO.replace({"regionendpoint": "https://s3.eu-west-1.amazonaws.com"})])
def test_a_temporary_access_key_is_reported(settings: Settings) -> None:
    text = "ASIA… keys are temporary, and registries can't use their session token. Use an AKIA… key or a role."
    settings = settings.replace({"accesskey": TEMPORARY})
    assert_reports(keys.access_key, settings, "accesskey", text, cause=Cause.EXPIRED_TOKEN)


def test_a_part_of_a_secret_key_is_no_access_key() -> None:
    text = "Access keys don't contain slashes. Did you paste the secret key?"
    settings = AMAZON.replace({"accesskey": "wJalrXUtnFEMI/K7"})
    assert_reports(keys.access_key, settings, "accesskey", text, cause=Cause.MALFORMED_ACCESS_KEY)


@pytest.mark.parametrize("key", [ACCESS_KEY[:-1], ACCESS_KEY + "X", ACCESS_KEY.lower(), "registry"])
def test_an_access_key_in_another_form_than_amazon_s_is_a_warning(key: str) -> None:
    assert_reports(
        keys.access_key,
        AMAZON.replace({"accesskey": key}),
        "accesskey",
        "This doesn't look like an AWS access key (AKIA and 16 characters).",
        severity=Severity.WARNING,
        cause=Cause.MALFORMED_ACCESS_KEY,
    )


# The secret key


@on_each_store
def test_an_access_key_in_the_place_of_the_secret_key_is_reported(settings: Settings) -> None:
    text = "This looks like an access key. Enter the secret key here."
    assert_reports(keys.secret_key, settings.replace({"secretkey": Secret(ACCESS_KEY)}), "secretkey", text)


@on_each_store
def test_the_fix_removes_backslashes_that_json_put_before_slashes(settings: Settings) -> None:
    settings = settings.replace({"secretkey": Secret(SECRET_KEY.replace("/", "\\/"))})
    fix: dict[str, Value] = {"secretkey": Secret(SECRET_KEY)}
    text = 'This looks copied from JSON: "\\/" should be "/".'
    assert_reports(keys.secret_key, settings, "secretkey", text, fix, severity=Severity.WARNING)


UNUSUAL = [
    f"{SECRET_KEY} ",
    f"{SECRET_KEY[:20]}\n{SECRET_KEY[20:]}",
    "pass phrase of mine",
    "clé-secrète",
    "tab\tbed",
]


@pytest.mark.parametrize("text", UNUSUAL)
def test_a_secret_key_of_amazon_has_no_blanks_or_accents(text: str) -> None:
    settings = AMAZON.replace({"secretkey": Secret(text)})
    sentence = "Secret keys can't contain spaces or special characters. Copy it again."
    assert_reports(keys.secret_key, settings, "secretkey", sentence)


@pytest.mark.parametrize("text", UNUSUAL)
def test_blanks_and_accents_are_a_warning_on_a_self_hosted_server(text: str) -> None:
    settings = MINIO.replace({"secretkey": Secret(text)})
    sentence = "Contains a space or accent, which is unusual. Check that it was copied correctly."
    assert_reports(keys.secret_key, settings, "secretkey", sentence, severity=Severity.WARNING)


@pytest.mark.parametrize("text", ["short", "x" * 200, "p@ss:w0rd!", "back\\slash", SECRET_KEY])
def test_a_self_hosted_server_can_have_any_secret_key(text: str) -> None:
    assert_accepts(keys.secret_key, MINIO, secretkey=Secret(text))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (SECRET_KEY[:-1], "AWS secret keys have 40 characters (this has 39)."),
        (SECRET_KEY + "=", "AWS secret keys have 40 characters (this has 41)."),
        (SECRET_KEY[:-1] + "!", 'AWS secret keys contain only letters, digits, "/" and "+".'),
    ],
)
def test_a_secret_key_in_another_form_than_amazon_s_is_a_warning(text: str, sentence: str) -> None:
    settings = AMAZON.replace({"secretkey": Secret(text)})
    assert_reports(keys.secret_key, settings, "secretkey", sentence, severity=Severity.WARNING)
