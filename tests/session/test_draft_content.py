"""A draft keeps no text that can be a key, in whatever field it was typed, and keeps what is a value of its field."""

from __future__ import annotations

import secrets
import uuid
from pathlib import Path

import pytest

from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.session.draft_content import looks_like_credential, settings_for_draft
from wizard.session.state import WizardState

# Keys as their stores create them, none of which is known to the wizard.
KEYS = [
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "wJalrXUtnFEMI%2FK7MDENG%2FbPxRfiCYEXAMPLEKEY",
    "AKIAIOSFODNN7EXAMPLE",
    "GOOG1EXAMPLE2EXAMPLE3EXAMPLE4",
    "0123456789abcdef0123456789abcdef01234567",
    "GK31c2f218a2e44f485b94239e",
    "K0023bXyKqd9JzP0vT4mWnE1rAsYhUc",
    "11111111-2222-4333-8444-555555555555",
    "DO00ABCDEFGHJKMNPQRS",
]
FIELDS = ["bucket", "region", "rootdirectory", "regionendpoint", "keyid", "storageclass", "objectacl"]


def state_of(settings: Settings) -> WizardState:
    return WizardState(Path("storage.toml"), settings, Settings())


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("name", FIELDS)
def test_a_key_is_left_out(name: str, key: str) -> None:
    if (name, key) == ("keyid", str(uuid.UUID(KEYS[-2]))):
        pytest.skip("a KMS key has such an id")
    state = state_of(Settings(provider="other"))
    state.enter_text(name, key)
    kept, left_out = settings_for_draft(state)
    assert (left_out, kept.value(name)) == ((name,), Settings().value(name))


def test_further_parameters_are_kept_unless_they_look_like_a_key() -> None:
    kept, _ = settings_for_draft(state_of(Settings().replace({"accelerate": True, "useragent": "my-registry"})))
    assert dict(kept.further) == {"useragent": "my-registry", "accelerate": True}
    kept, _ = settings_for_draft(state_of(Settings().replace({"useragent": secrets.token_hex(20)})))
    assert dict(kept.further) == {}


def test_random_secrets_are_recognized() -> None:
    missed = [key for _ in range(2000) if not looks_like_credential(key := secrets.token_urlsafe(30))]
    assert len(missed) <= 20, missed


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bucket", "registry-images-production-eu-west-1"),
        ("bucket", "123456789012-images"),
        ("region", "ap-southeast-2"),
        ("region", "garage"),
        ("rootdirectory", "/registry/team-a/Images2024"),
        ("regionendpoint", "https://minio.example:9000"),
        ("regionendpoint", "http://127.0.0.1:9000"),
        ("regionendpoint", "minio:9000"),
        ("regionendpoint", "http://[::1]:9000"),
        ("regionendpoint", "localhost"),
        ("regionendpoint", "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com"),
        ("keyid", "11111111-2222-4333-8444-555555555555"),
        ("keyid", "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555"),
        ("keyid", "mrk-0123456789abcdef0123456789abcdef"),
        ("chunksize", "20 MiB"),
    ],
)
def test_a_value_is_kept(name: str, text: str) -> None:
    keys = Settings(provider="other", encrypt=True, accesskey="minio", secretkey=Secret("minio-secret-key"))
    state = state_of(keys)
    state.enter_text(name, text)
    kept, left_out = settings_for_draft(state)
    assert (kept.value(name), left_out) == (state.settings.value(name), ())


@pytest.mark.parametrize("text", ["hunter2pass", "xhunter2pass", "HUNTER2PASS", "http://hunter2pass:9000"])
def test_the_secret_that_was_typed_is_left_out_whatever_its_form(text: str) -> None:
    state = state_of(Settings(provider="other"))
    state.enter_text("secretkey", text.strip("x").removeprefix("http://").removesuffix(":9000"))
    state.enter_text("regionendpoint", text)
    assert settings_for_draft(state)[1] == ("regionendpoint",)


def test_a_number_that_is_the_secret_is_left_out() -> None:
    state = state_of(Settings())
    state.enter_text("secretkey", "12345678")
    state.enter_text("chunksize", "12345678")
    assert settings_for_draft(state)[1] == ("chunksize",)


def test_a_word_in_the_field_of_the_endpoint_is_no_address() -> None:
    """Two lines that are pasted at once can put the second key into the next field."""
    state = state_of(Settings(provider="other"))
    state.enter_text("regionendpoint", "correcthorse")
    assert settings_for_draft(state)[1] == ("regionendpoint",)


def test_a_text_of_the_settings_file_is_kept() -> None:
    settings = Settings(bucket=KEYS[0], regionendpoint="correcthorse")
    state = WizardState(Path("storage.toml"), settings, settings)
    assert settings_for_draft(state)[0].bucket == KEYS[0]


@pytest.mark.parametrize("name", ["region", "keyid"])
def test_credentials_in_an_address_are_left_out_of_any_field(name: str) -> None:
    state = state_of(Settings(provider="other", encrypt=True).replace({name: "https://me:pw@h"}))
    assert settings_for_draft(state)[1] == (name,)
