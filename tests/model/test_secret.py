"""A secret is in no text, log, traceback or pickle, and can still be recognized and compared."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import traceback

import pytest

from wizard.model.secret import Secret, abbreviate_key
from wizard.model.settings import Settings

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def test_a_secret_is_in_no_text_of_it() -> None:
    secret = Secret(SECRET)
    log = io.StringIO()
    logger = logging.getLogger("test_secret")
    logger.addHandler(logging.StreamHandler(log))
    logger.warning("%s %r", secret, [secret])
    settings = Settings(secretkey=secret)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r:>60}", "%s" % secret, log.getvalue()]  # noqa: UP031
    shown += [repr(settings), repr({"k": secret}), ascii(secret), format(secret, "s")]
    for text in shown:
        assert SECRET not in text
        assert "(hidden, 40 characters)" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("", "(empty)"), ("x", "(hidden, 1 character)"), ("xy", "(hidden, 2 characters)")],
)
def test_a_secret_is_displayed_by_its_length(text: str, shown: str) -> None:
    assert repr(Secret(text)) == str(Secret(text)) == shown


def test_a_secret_has_no_dictionary_of_attributes() -> None:
    assert not hasattr(Secret(SECRET), "__dict__")


def test_a_secret_is_not_serialized_to_json() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(Secret(SECRET))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_secret_is_not_pickled(protocol: int) -> None:
    for value in (Secret(SECRET), Settings(secretkey=Secret(SECRET))):
        with pytest.raises(TypeError) as caught:
            pickle.dumps(value, protocol)
        assert str(caught.value) == "a secret is not pickled"


def test_a_secret_is_not_copied() -> None:
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
def test_a_hint_is_the_length_and_the_end_of_a_long_secret(text: str, hint: str) -> None:
    assert Secret(text).hint() == hint


@pytest.mark.parametrize("text", ["", "x", SECRET])
def test_a_secret_has_the_length_and_truth_of_its_text(text: str) -> None:
    secret = Secret(text)
    assert (len(secret), bool(secret), secret.reveal()) == (len(text), bool(text), text)


def test_secrets_with_the_same_text_are_equal() -> None:
    assert Secret(SECRET) == Secret(SECRET)
    assert hash(Secret(SECRET)) == hash(Secret(SECRET))
    assert Secret(SECRET) != Secret(SECRET[:-1])
    assert Secret("ü\udcff") == Secret("ü\udcff")
    assert Secret(SECRET) != SECRET
    assert Secret() == Secret("")
    assert Settings(secretkey=Secret("a")) != Settings(secretkey=Secret("b"))


def test_a_traceback_with_local_variables_has_no_secret() -> None:
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
def test_a_long_access_key_is_abbreviated(key: str, shown: str) -> None:
    assert abbreviate_key(key) == shown
