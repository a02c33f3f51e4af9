"""Literals of Ruby are read and written; anything else is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.formats import texts
from tests.support.fuzzing import fuzz
from tests.support.ruby import Ruby
from wizard.formats import ruby
from wizard.formats.format import FormatError


def load(literal: str) -> object:
    scanner = ruby.Scanner(literal)
    value = scanner.value()
    if not scanner.is_at_end:
        scanner.refuse()
    return value


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("'a'", "a"),
        (r"'it\'s \\ \n'", r"it's \ \n"),
        ("'a\nb'", "a\nb"),
        ('"a\nb"', "a\nb"),
        (r'"it\"s \\ \n\t\e\q\u0041\0"', 'it"s \\ \n\t\x1bqA\0'),
        (r'"\n\t\r\e\s\0\a\b\f\v"', "\n\t\r\x1b \0\a\b\f\v"),
        (r'"a # b \#{c}"', "a # b #{c}"),
        ("true", True),
        ("false", False),
        ("nil", None),
        ("0", 0),
        ("5_242_880", 5242880),
        ("-1", -1),
        ("1.5", 1.5),
        ("{}", {}),
        ("[]", []),
        ("[ ]", []),
        ("[1, 'a', [nil],]", [1, "a", [None]]),
        ("{ 'a' => 1, \"b\" => 'x', :c => true, d: nil }", {"a": 1, "b": "x", "c": True, "d": None}),
        ("{ 'e': 2, \"f\":'x', :g=>3 }", {"e": 2, "f": "x", "g": 3}),
        ("{ 'a' => { 'b' => {}, }, # comment\n }", {"a": {"b": {}}}),
        ("{\n  'a' =>\n    1\n}", {"a": 1}),
    ],
)
def test_a_literal_is_read(literal: str, value: object) -> None:
    assert load(literal) == value
    assert type(load(literal)) is type(value)


@pytest.mark.parametrize(
    "literal",
    [
        "ENV['X']",
        '"#{`id`}"',
        '"#@x"',
        '"#$x"',
        '"##{x}"',
        r'"abc\x2bdef"',
        r'"\101"',
        r'"\01"',
        r'"\u{41}"',
        r'"\uD800"',
        r'"\cA"',
        r'"\C-a"',
        r'"\M-a"',
        '"a\\\nb"',
        "`id`",
        "0644",
        "0x10",
        "1e3",
        "1_",
        "1r",
        "5.megabytes",
        "trueish",
        "?a",
        ":a",
        "%w(a)",
        "%q(a)",
        "<<~A\nA",
        "{ 'a' => 1.upto(2) }",
        "9" * 19,
        ";",
        "{ 'a' }",
        "{ 'a' => }",
        "{ => 1 }",
        "{ a => 1 }",
        "{ 'a' :1 }",
        "{ 'a'\n => 1 }",
        "{ 'a' => 1\n, 'b' => 2 }",
        "{ 'a' => 1 'b' => 2 }",
        "{ 'a' => 'b' 'c' }",
        "{ 'a' => 'b' + 'c' }",
        "{ 'a' => 'b'.upcase }",
        "{ , }",
        "{ 'a' => 1,, }",
        "{ **x }",
        "{ 'a' => 1;",
        "{ 'a' => \u00a01 }",
        "'open",
        "'a' 'b'",
        "'a'.freeze",
        "[1 2]",
        "{'a' => " * 21 + "1" + "}" * 21,
        "[" * 22 + "]" * 22,
    ],
)
def test_anything_else_is_refused(literal: str) -> None:
    with pytest.raises(FormatError, match=r"Line \d+ contains Ruby code that cannot be imported"):
        load(literal)


@pytest.mark.parametrize("literal", ["{'a' => " * 20 + "1" + "}" * 20, "[" * 21 + "]" * 21])
def test_twenty_nested_values_are_read(literal: str) -> None:
    load(literal)


def test_a_name_twice_is_refused_with_its_line() -> None:
    with pytest.raises(FormatError, match="Line 2 repeats a name"):
        load("{ 'a' => 'canary',\n a: 'canary' }")


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(FormatError, match="Line 3"):
        load("{\n  'a' => 1,\n  'b' => ENV['X'],\n}")


def test_an_interpolation_is_refused_with_its_line() -> None:
    with pytest.raises(FormatError, match="Line 2"):
        load('"a\n#{b}\n"')


values = st.recursive(
    texts | st.booleans() | st.integers(0, 10**18 - 1) | st.text(max_size=5),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=5,
)


@fuzz
@given(st.dictionaries(st.sampled_from("abc"), values))
def test_a_written_hash_is_read_as_it_was(value: dict[str, object]) -> None:
    assert load(ruby.dump(value)) == value


def test_ruby_reads_what_is_written() -> None:
    value = {"secretkey": "a'b\\c\\\\'#{1}\"\n$x#@y\r\n\x00\x7f\u2028", "nested": {"secure": True, "size": 5}}
    with Ruby() as program:
        assert program.storage(f"registry['storage'] = {ruby.dump(value)}\n") == (True, value)
