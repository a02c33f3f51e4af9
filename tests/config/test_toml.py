"""TOML text: what is wrong with it has a sentence, and what is written cannot control a terminal."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from tests.config.complex_documents import LONG_NUMBER, NESTED
from tests.support.example_settings import AWKWARD_TEXTS, MINIO_FILE, SECRET, assert_is_a_sentence
from wizard.config.toml import ConfigError, describe_value, dump_toml, parse_toml, unquoted_literal
from wizard.text.sanitize import sanitize

# Parsing


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_file_from_another_system_is_parsed(mark: str, newline: str) -> None:
    assert parse_toml((mark + MINIO_FILE.replace("\n", newline)).encode()) == tomllib.loads(MINIO_FILE)


_TABLE = "[storage.s3]\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "bucket = ",
            'invalid TOML at line 1, column 10: the value after "=" is missing.',
        ),
        (
            "\n\nbucket = images\n",
            "invalid TOML at line 3, column 10: put strings in quotes; switches are true or false.",
        ),
        ("bucket 'x'", 'invalid TOML at line 1, column 8: expected "=" after a key.'),
        (
            "a = 'x' b = 'y'",
            "invalid TOML at line 1, column 9: unexpected text after the value.",
        ),
        (
            f'a = "{SECRET}\\d"',
            "invalid TOML at line 1, column 48: write each backslash twice in a quoted string.",
        ),
        (
            f'a = "{SECRET}\n',
            "invalid TOML at line 1, column 46: the closing quote is missing on this line.",
        ),
        (f'a = "{SECRET}', "invalid TOML at line 1, column 46: the closing quote is missing."),
        (
            f"{SECRET[:5]} = 1\n{SECRET[:5]} = 1",
            "invalid TOML at line 2, column 10: the same name appears twice.",
        ),
        (_TABLE + _TABLE, "invalid TOML at line 2, column 12: the same name appears twice."),
        ("a = # none\nb = 1", 'invalid TOML at line 1, column 5: the value after "=" is missing.'),
        ("%", 'invalid TOML at line 1, column 1: expected a line such as name = "value".'),
        ("[storage\n", 'invalid TOML at line 1, column 9: expected "]" after the name of a table.'),
        ("a = [1\n", 'invalid TOML at line 2, column 1: a list has no closing "]".'),
        ("a = {b = 1\n", 'invalid TOML at line 1, column 11: a table has no closing "}".'),
        ("a = 1979-02-30", "invalid TOML at line 1, column 5: a date or time is invalid; put strings in quotes."),
        ("a = 'x\n", "invalid TOML at line 2, column 1: the closing quote is missing."),
        ("a = " + "[" * 5000, "invalid TOML: a number is too long, or lists are nested too deeply."),
        ("a = " + "1" * 5000, "invalid TOML: a number is too long, or lists are nested too deeply."),
        (b"a = '\xff'", "not UTF-8. Check that it is the right file, or convert it."),
        (MINIO_FILE.encode("utf-16"), "not UTF-8. Check that it is the right file, or convert it."),
    ],
)
def test_each_syntax_error_has_a_sentence(content: str | bytes, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_toml(content if isinstance(content, bytes) else content.encode())
    assert str(caught.value) == sentence
    assert_is_a_sentence(caught.value)


_MANY_PARTS = ".".join("a" * 22)  # 21 dots


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (f"{_MANY_PARTS} = 1", 1),
        (f"\n[{_MANY_PARTS}]", 2),
        (" . ".join(["'a'", '"b"'] * 11) + " = 1", 1),
        (f"x = {{ y = 1, {_MANY_PARTS} = 1 }}", 1),
        (f'x = """\n"""\n{_MANY_PARTS} = 1', 3),
        (f'x = {{ y = """z"""", {_MANY_PARTS} = 1 }} # "', 1),
        (f"x = {{ y = '''z'''', {_MANY_PARTS} = 1 }} # '", 1),
        ("a.b.c = 1\n" * 2501, 2501),
    ],
)
def test_too_many_dotted_keys_are_refused_with_their_line(content: str, line: int) -> None:
    with pytest.raises(ConfigError, match=f"too many dotted keys at line {line}"):
        parse_toml(content.encode())


@pytest.mark.parametrize(
    "value",
    [
        '"{}"',
        "'{}'",
        '"""\n{}"""',
        "'''\n{}'''",
        '"""{}""""',
        '"""\\"""{}"""',
        '"\\"{}"',
        "1 # {}",
        "[1.5,\n" + "1.5, " * 30 + "]",
    ],
)
def test_dots_in_values_and_comments_do_not_count(value: str) -> None:
    assert parse_toml(f"x = {value.format(_MANY_PARTS * 300)}\n".encode()).keys() == {"x"}


def test_twenty_dots_in_a_key_are_read() -> None:
    assert parse_toml((".".join("a" * 21) + " = 1").encode())


def test_more_than_ten_thousand_lines_are_refused() -> None:
    assert parse_toml(b"\n" * 10_000) == {}
    with pytest.raises(ConfigError, match="more than 10,000 lines"):
        parse_toml(b"\n" * 10_001)


def test_a_duplicate_key_of_an_inline_table_is_not_quoted() -> None:
    with pytest.raises(ConfigError) as caught:
        parse_toml(f"a = {{ b = '{SECRET}', b = 1 }}".encode())
    # Python versions report different columns.
    assert re.fullmatch(r"invalid TOML at line 1, column \d+: the same name appears twice\.", str(caught.value))
    assert_is_a_sentence(caught.value)


@pytest.mark.parametrize(
    ("value", "description"),
    [
        *((True, "true"), (False, "false"), ("a\x1b", 'the string "a�"'), (5, "the number 5"), (1.5, "the number 1.5")),
        *(
            (1 << 63, "a number that is out of range"),
            (-1 << 63, "a number that is out of range"),
            (1e300, "a number that is out of range"),
        ),
        *((["a"], "a list"), ({"a": 1}, "a table"), (date(2026, 1, 1), "a date or time")),
        *((time(1, 2), "a date or time"), (datetime(2026, 1, 1, tzinfo=UTC), "a date or time")),
    ],
)
def test_a_value_is_described(value: object, description: str) -> None:
    assert describe_value(value) == description


# Writing


@pytest.mark.parametrize("text", AWKWARD_TEXTS)
def test_a_text_is_parsed_as_it_was_written(text: str) -> None:
    assert tomllib.loads(dump_toml({"key": text, "table": {"list": [text]}})) == {
        "key": text,
        "table": {"list": [text]},
    }


@pytest.mark.parametrize("text", AWKWARD_TEXTS)
def test_no_written_line_can_control_a_terminal(text: str) -> None:
    for line in dump_toml({"key": text}).splitlines():
        assert "�" not in sanitize(line, 10_000)
        assert line.isprintable()


def test_visible_characters_are_not_escaped() -> None:
    assert dump_toml({"key": "ünïcödé — 秘密 🔑"}) == 'key = "ünïcödé — 秘密 🔑"\n'


def test_a_literal_is_written_without_quotes() -> None:
    assert dump_toml({"at": unquoted_literal("2026-11-23T10:00:00Z"), "text": "x"}) == (
        'at = 2026-11-23T10:00:00Z\ntext = "x"\n'
    )


@pytest.mark.parametrize("document", [NESTED, LONG_NUMBER], ids=["nested", "long number"])
def test_a_document_that_is_too_complex_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ConfigError) as caught:
        dump_toml(document)
    assert str(caught.value) == "a number is too long, or lists or tables are nested too deeply."
