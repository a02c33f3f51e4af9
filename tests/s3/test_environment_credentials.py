"""Credentials of the environment are those that the registry finds, or an error that names the variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.model.settings import Settings
from wizard.s3.environment_credentials import environment_credentials
from wizard.s3.errors import NoCredentials

CLASSIC = Settings(registry="dtr")
FULL = Settings(registry="distribution-3")
VALUE = "canary"


def refusal(settings: Settings) -> NoCredentials:
    """The error, which holds no value."""
    with pytest.raises(NoCredentials) as caught:
        environment_credentials(settings)
    assert VALUE not in caught.value.text
    return caught.value


@pytest.mark.parametrize(
    "time", ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00+02:00", "2020-01-01T00:00:00", "2020-01-01"]
)
@pytest.mark.parametrize("settings", [CLASSIC, FULL], ids=["classic", "full"])
def test_keys_whose_time_has_passed_have_expired(
    time: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", VALUE)
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", time)
    assert refusal(settings).has_expired


@pytest.mark.parametrize("time", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59", "", "x", "9" * 5000])
def test_another_time_has_no_effect(time: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", VALUE)
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", time)
    found = environment_credentials(CLASSIC)
    assert found
    assert found.accesskey == "ASIA"


def test_a_time_says_nothing_about_keys_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text(f"[default]\naws_access_key_id = A\naws_secret_access_key = {VALUE}\n", encoding="utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", "2020-01-01T00:00:00Z")
    assert environment_credentials(CLASSIC)


@pytest.mark.parametrize(
    ("variables", "place"),
    [
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{VALUE}.test/x"}, "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": VALUE}, "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/x"}, "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
        ({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": f":{VALUE}"}, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
        ({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": f"@[{VALUE}"}, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
        (
            {
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": VALUE,
            },
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        ),
        (
            {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "a\nb"},
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        ),
        ({"AWS_WEB_IDENTITY_TOKEN_FILE": VALUE, "AWS_ROLE_ARN": VALUE}, "AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN"),
        ({"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"{VALUE} []"}, "AWS_EC2_METADATA_SERVICE_ENDPOINT"),
        ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": VALUE}, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"),
    ],
)
def test_a_variable_that_leads_to_no_credentials_is_named(
    variables: dict[str, str], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert place in refusal(FULL).text
    assert environment_credentials(CLASSIC) is None  # the 2.x line does not read it


@pytest.mark.parametrize("settings", [CLASSIC, FULL], ids=["classic", "full"])
@pytest.mark.parametrize(
    ("text", "problem"), [("[[[", "could be read"), ("[default]\naws_access_key_id = canary\n", "are complete")]
)
def test_a_broken_file_is_named(text: str, problem: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path.home() / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(text, encoding="utf-8")
    assert refusal(settings).text == f"no credentials in ~/.aws/credentials that {problem}"
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
    assert "the file of AWS_SHARED_CREDENTIALS_FILE" in refusal(settings).text


@pytest.mark.parametrize("settings", [CLASSIC, FULL], ids=["classic", "full"])
@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("AWS_ACCESS_KEY_ID", "AKIA\udcff", "not printable ASCII"),
        ("AWS_ACCESS_KEY_ID", "AKIA\u00e9", "not printable ASCII"),
        ("AWS_ACCESS_KEY_ID", "AKIA\nx", "not printable ASCII"),
        ("AWS_SECRET_ACCESS_KEY", f"{VALUE}\udcff", "not text in UTF-8"),
        ("AWS_SESSION_TOKEN", f"{VALUE}\udcff", "not printable ASCII"),
        ("AWS_SESSION_TOKEN", f"{VALUE}\u20ac", "not printable ASCII"),
        ("AWS_SESSION_TOKEN", f"{VALUE}\r\nx", "not printable ASCII"),
    ],
)
def test_a_variable_that_cannot_be_sent_is_named(
    settings: Settings, variable: str, value: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", VALUE)
    monkeypatch.setenv(variable, value)
    assert refusal(settings).text == f"no credentials that can be used, because {variable} is {problem}"


def test_a_file_that_cannot_be_sent_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text(f"[default]\naws_access_key_id = \u00e9\naws_secret_access_key = {VALUE}\n", encoding="utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    assert refusal(CLASSIC).text == (
        "no credentials that can be used, because the access key of the source `shared-credentials-file` "
        "is not printable ASCII"
    )


@pytest.mark.parametrize("secret", ["schl\u00fcssel", "with a\ttab"])
def test_a_secret_key_of_other_characters_can_be_used(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    found = environment_credentials(CLASSIC)
    assert found
    assert found.secretkey == secret
