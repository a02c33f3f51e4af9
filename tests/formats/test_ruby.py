"""Literals of Ruby are read and written; anything else is refused."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.formats import texts
from tests.support.fuzzing import fuzz
from tests.support.programs import require_program
from wizard.formats import ruby
from wizard.formats.format import FormatError


def load(literal: str) -> object:
    return ruby.load_assignment(f"registry['storage'] = {literal}\n", "registry", "storage")


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("'a'", "a"),
        (r"'it\'s \\ \n'", r"it's \ \n"),
        (r'"it\"s \\ \n\t\e\q"', 'it"s \\ \n\t\x1bq'),
        ('"a # b"', "a # b"),
        ("true", True),
        ("false", False),
        ("nil", None),
        ("5_242_880", 5242880),
        ("{}", {}),
        ("{ 'a' => 1, \"b\" => 'x', :c => true, d: nil }", {"a": 1, "b": "x", "c": True, "d": None}),
        ("{ 'a' => { 'b' => {}, }, # comment\n }", {"a": {"b": {}}}),
    ],
)
def test_a_literal_is_read(literal: str, value: object) -> None:
    assert load(literal) == value


@pytest.mark.parametrize(
    "literal",
    [
        "ENV['X']",
        '"#{`id`}"',
        "`id`",
        "[1]",
        "{ 'a' => 1.5 }",
        "9" * 19,
        ";",
        "{ 'a' }",
        "{ 'a' => }",
        "{ => 1 }",
        "{ 'a' => 1 'b' => 2 }",
        "{ 'a' => 1;",
        "'open",
        "{'a' => " * 21 + "1" + "}" * 21,
    ],
)
def test_anything_else_is_refused(literal: str) -> None:
    with pytest.raises(FormatError, match="Line 1 is more Ruby than can be read here"):
        load(literal)


def test_twenty_nested_hashes_are_read() -> None:
    assert load("{'a' => " * 20 + "1" + "}" * 20)


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(FormatError, match="Line 3"):
        load("{\n  'a' => 1,\n  'b' => ENV['X'],\n}")


def test_the_last_assignment_counts() -> None:
    text = "registry['storage'] = 'one'\n  registry[\"storage\"] = 'two'\n# registry['storage'] = 'three'\n"
    assert ruby.load_assignment(text, "registry", "storage") == "two"


@pytest.mark.parametrize("text", ["", "registry['storage'] == 'x'\n", "registry['storage_x'] = 'x'\n"])
def test_without_an_assignment_there_is_no_value(text: str) -> None:
    assert ruby.load_assignment(text, "registry", "storage") is None


@fuzz
@given(st.dictionaries(st.sampled_from("abc"), texts | st.booleans() | st.integers(0, 10**18 - 1)))
def test_a_written_hash_is_read_as_it_was(value: dict[str, object]) -> None:
    assert load(ruby.dump(value)) == value


def test_ruby_reads_what_is_written(tmp_path: Path) -> None:
    program = require_program("ruby", "apt-get install ruby")
    value = {"secretkey": "a'b\\c\\\\'#{1}\"\n$x", "nested": {"secure": True, "size": 5}}
    script = tmp_path / "script.rb"
    script.write_text(f"require 'json'\nputs({ruby.dump(value)}.to_json)\n", encoding="utf-8")
    result = subprocess.run([program, script], capture_output=True, text=True, check=True)
    assert json.loads(result.stdout) == value
