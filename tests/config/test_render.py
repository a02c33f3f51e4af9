"""The text of a settings file, its display without secrets, and the remarks about what changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.config.complex_documents import LONG_NUMBER, NESTED
from tests.support.example_settings import AWKWARD_TEXTS, MINIO, MINIO_FILE, PASSED, SECRET
from wizard.config.render import HEADER, difference, render, render_redacted
from wizard.config.toml import ConfigError
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value
from wizard.text.sanitize import sanitize


def test_a_new_file_has_the_documented_text() -> None:
    assert render(MINIO, PASSED) == MINIO_FILE


def test_unknown_keys_of_an_existing_document_are_kept() -> None:
    assert render(MINIO, PASSED, {"extra": {"x": 1}}) == f"{MINIO_FILE}\n[extra]\nx = 1\n"


@pytest.mark.parametrize("text", AWKWARD_TEXTS)
def test_no_line_can_control_a_terminal(text: str) -> None:
    for whole in (render(Settings(bucket=text), None), render_redacted(Settings(bucket=text))):
        for line in whole.splitlines():
            assert "�" not in sanitize(line, 10_000)
            assert line.isprintable()


@pytest.mark.parametrize("shape", [render, render_redacted])
@pytest.mark.parametrize("document", [NESTED, LONG_NUMBER], ids=["nested", "long number"])
def test_a_document_that_is_too_complex_is_refused(
    shape: Callable[[Settings, None, dict[str, Any]], str], document: dict[str, Any]
) -> None:
    with pytest.raises(ConfigError) as caught:
        shape(Settings(), None, document)
    assert str(caught.value) == "a number is too long, or lists or tables are nested too deeply."


def test_the_display_has_no_secret_and_an_abbreviated_access_key() -> None:
    expected = MINIO_FILE.replace(f'"{SECRET}"', "(hidden, 40 characters)")
    assert render_redacted(MINIO, PASSED) == expected.replace("AKIAIOSFODNN7EXAMPLE", "AKIA…MPLE")


def test_the_display_shows_an_empty_secret_as_empty() -> None:
    assert '\nsecretkey = ""\n' in render_redacted(Settings())


def test_the_display_hides_texts_that_it_does_not_know() -> None:
    document = {"http": {"secret": SECRET, "port": 5000}}
    text = render_redacted(Settings(), None, document)
    assert text.startswith(f"{HEADER}\nversion = 1\n")
    assert text.endswith("\n[http]\nsecret = (hidden, 40 characters)\nport = 5000\n")


@pytest.mark.parametrize(
    ("before", "after", "remarks"),
    [
        ({}, {}, {}),
        ({"region": "us-east-1"}, {"region": "eu-west-1"}, {"region": 'was "us-east-1"'}),
        ({"v4auth": False}, {"v4auth": True}, {"v4auth": "was off"}),
        ({"redirect": True}, {"redirect": False}, {"redirect": "was on"}),
        ({"chunksize": 10 << 20}, {"chunksize": 20 << 20}, {"chunksize": "was 10 MiB"}),
        ({"bucket": ""}, {"bucket": "images"}, {"bucket": "new"}),
        ({"bucket": "images"}, {"bucket": ""}, {"bucket": 'was "images"'}),
        ({"bucket": "a\x1b[31m"}, {"bucket": "b"}, {"bucket": 'was "a�[31m"'}),
        ({"accesskey": "AKIAIOSFODNN7EXAMPLE"}, {"accesskey": ""}, {"accesskey": 'was "AKIA…MPLE"'}),
        ({"secretkey": Secret()}, {"secretkey": Secret(SECRET)}, {"secretkey": "new"}),
        ({"secretkey": Secret(SECRET)}, {"secretkey": Secret("x")}, {"secretkey": "changed"}),
        ({"secretkey": Secret(SECRET)}, {"secretkey": Secret()}, {"secretkey": "removed"}),
    ],
)
def test_each_change_has_a_remark(before: dict[str, Value], after: dict[str, Value], remarks: dict[str, str]) -> None:
    assert difference(Settings().replace(before), Settings().replace(after)) == remarks


def test_without_a_file_before_every_written_setting_is_new() -> None:
    assert difference(None, Settings(provider="filesystem")) == dict.fromkeys(
        ("registry", "provider", "rootdirectory"), "new"
    )
