"""YAML from any source is read within limits, and no refusal quotes it."""

from __future__ import annotations

import pytest

from wizard.formats import yaml_reader
from wizard.formats.format import FormatError


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb: [canary\n", "at line 3, column 1"),
        ("a: 1\na: canary\n", "at line 2, column 1"),
        ("- x: {a: 1, a: canary}\n", "at line 1, column 13"),
        ("x: !!python/name:os.system canary\n", "at line 1"),
        ("--- canary\n---\n", "at line 2"),
        ("? [canary]\n: a key that is a list\n", "at line 1, column 3"),
        ("x: 2026-13-45\n", "Check that it is the right file"),
        ("x: \x07canary\n", "Check that it is the right file"),
        ("x: " + "[" * 5000, "nested too deep"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_a_text_that_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(FormatError) as refusal:
        yaml_reader.load(text)
    assert sentence in str(refusal.value)
    assert "canary" not in str(refusal.value)


def with_aliases(count: int) -> str:
    return "a: &a {x: 1}\nb: [" + ", ".join(["*a"] * count) + "]\n"


def test_a_few_aliases_are_read() -> None:
    assert yaml_reader.load(with_aliases(32))["b"] == [{"x": 1}] * 32


def test_more_aliases_are_refused() -> None:
    with pytest.raises(FormatError):
        yaml_reader.load(with_aliases(33))


def test_a_text_that_grows_through_aliases_is_refused() -> None:
    lines = ["a0: &a0 {x: 1}"] + [f"a{n}: &a{n} {{y: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 40)]
    with pytest.raises(FormatError):
        yaml_reader.load("\n".join(lines))


def test_several_merge_keys_are_no_duplicate_keys() -> None:
    assert yaml_reader.load("a: &a {x: 1}\nb: &b {y: 2}\nc:\n  <<: *a\n  <<: *b\n")["c"] == {"x": 1, "y": 2}


def test_nodes_know_their_position() -> None:
    root = yaml_reader.compose("a: b\nc: [1, 2]\n")
    assert root is not None
    key, value = root.value[1]
    assert (key.start_mark.index, value.end_mark.index) == (5, 14)
    assert yaml_reader.construct(value) == [1, 2]


def test_a_text_without_a_document_has_no_nodes() -> None:
    assert yaml_reader.compose("# comment\n") is None


def test_an_absent_value_is_an_empty_mapping() -> None:
    assert yaml_reader.require_mapping(None, "storage") == {}


@pytest.mark.parametrize("value", [5, "x", [], {1: 2}, {None: 1}])
def test_another_value_is_no_mapping(value: object) -> None:
    with pytest.raises(FormatError, match="`storage` should hold names with values"):
        yaml_reader.require_mapping(value, "storage")
