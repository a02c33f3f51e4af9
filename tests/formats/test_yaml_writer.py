"""What is written as YAML is read as the same values, with the same types."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given

from tests.support.formats import SPECIAL_TEXTS, texts
from tests.support.fuzzing import fuzz
from wizard.formats import yaml_writer

RESERVED = "y n yes no on off true false null nan inf"


@pytest.mark.parametrize("word", RESERVED.split())
def test_a_word_that_a_reader_takes_for_another_type_is_quoted(word: str) -> None:
    """YAML 1.1 has these words in three spellings (https://yaml.org/type/bool.html); PyYAML knows only some."""
    for spelling in (word, word.capitalize(), word.upper()):
        assert yaml_writer.plain_or_quoted(spelling) == f'"{spelling}"'


@pytest.mark.parametrize("text", ["images", "us-east-1", "https://minio:9000", "/registry/a.b", "a+b/c=", "yesterday"])
def test_a_text_that_every_reader_takes_for_a_string_is_plain(text: str) -> None:
    assert yaml_writer.plain_or_quoted(text) == text


@pytest.mark.parametrize("text", ["0123", "a:", "a: b", "a #b", "-a", "", " a", "a ", "a\n", "é", ".inf", "1e3", "a,b"])
def test_any_other_text_is_quoted(text: str) -> None:
    assert yaml_writer.plain_or_quoted(text).startswith('"')


@fuzz
@given(texts)
def test_a_text_comes_back_as_it_was(text: str) -> None:
    assert yaml.safe_load(yaml_writer.scalar(text)) == text
    assert yaml.safe_load(yaml_writer.plain_or_quoted(text)) == text


@pytest.mark.parametrize(
    "text", ["\x07", "\x85", "\u2028", "\ufeff", "\uffff", "\U0001fffe", "\U000e0001", "a\r\n\tb", "\x00"]
)
def test_characters_that_are_not_printable_are_escaped(text: str) -> None:
    written = yaml_writer.scalar(text)
    assert written.isprintable()
    assert yaml.safe_load(written) == text


def test_usual_escapes_have_their_short_form() -> None:
    assert yaml_writer.scalar('"\\\n\r\t\b') == r'"\"\\\n\r\t\u0008"'


DOCUMENT = {
    "version": 0.1,
    "storage": {"s3": {"secure": True, "encrypt": False, "keyid": None, "chunksize": 5, "key": "yes"}, "empty": {}},
    "ports": ["5000:5000", 1],
}


def test_a_document_comes_back_from_block_style() -> None:
    expected = {**DOCUMENT, "storage": {"s3": DOCUMENT["storage"]["s3"], "empty": None}}  # type: ignore[index]
    assert yaml.safe_load(yaml_writer.dump(DOCUMENT)) == expected


def test_a_document_comes_back_from_flow_style() -> None:
    written = yaml_writer.flow(DOCUMENT)
    assert "\n" not in written
    assert yaml.safe_load(written) == DOCUMENT


@pytest.mark.parametrize("text", SPECIAL_TEXTS)
def test_a_quoted_text_is_json_too(text: str) -> None:
    """YAML 1.2 is a superset of JSON, so this is what readers of 1.2 see."""
    assert json.loads(yaml_writer.scalar(text)) == text
