"""TOML text: what is wrong with it has a sentence, and what is written cannot control a terminal."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, date, datetime, time

import pytest

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
            "not valid TOML at line 1, column 10: text needs quotes around it, a switch is true or false. "
            "Correct it there.",
        ),
        (
            "\n\nbucket = images\n",
            "not valid TOML at line 3, column 10: text needs quotes around it, a switch is true or false. "
            "Correct it there.",
        ),
        ("bucket 'x'", "not valid TOML at line 1, column 8: a key is followed by = and its value. Correct it there."),
        (
            "a = 'x' b = 'y'",
            "not valid TOML at line 1, column 9: something follows the value on its line. Correct it there.",
        ),
        (
            f'a = "{SECRET}\\d"',
            "not valid TOML at line 1, column 48: a backslash in quoted text is written twice. Correct it there.",
        ),
        (
            f'a = "{SECRET}\n',
            "not valid TOML at line 1, column 46: quoted text does not end on its line. Correct it there.",
        ),
        (f'a = "{SECRET}', "not valid TOML at line 1, column 46: quoted text does not end. Correct it there."),
        (
            f"{SECRET[:5]} = 1\n{SECRET[:5]} = 1",
            "not valid TOML at line 2, column 10: the same name is there twice. Correct it there.",
        ),
        (_TABLE + _TABLE, "not valid TOML at line 2, column 12: the same name is there twice. Correct it there."),
        ("%", "not valid TOML at line 1, column 1. Correct it there."),
        ("a = " + "[" * 5000, "not TOML that can be read: a number is too long or lists nest too deeply. Correct it."),
        ("a = " + "1" * 5000, "not TOML that can be read: a number is too long or lists nest too deeply. Correct it."),
        (b"a = '\xff'", "not text in UTF-8. Check that it is the right file, or convert it."),
        (MINIO_FILE.encode("utf-16"), "not text in UTF-8. Check that it is the right file, or convert it."),
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
    assert re.fullmatch(
        r"not valid TOML at line 1, column \d+: the same name is there twice\. Correct it there\.", str(caught.value)
    )
    assert_is_a_sentence(caught.value)


@pytest.mark.parametrize(
    ("value", "description"),
    [
        *((True, "true"), (False, "false"), ("a\x1b", 'the text "a�"'), (5, "the number 5"), (1.5, "the number 1.5")),
        *(
            (1 << 63, "a number out of all bounds"),
            (-1 << 63, "a number out of all bounds"),
            (1e300, "a number out of all bounds"),
        ),
        *((["a"], "a list"), ({"a": 1}, "a table"), (date(2026, 1, 1), "a date or a time")),
        *((time(1, 2), "a date or a time"), (datetime(2026, 1, 1, tzinfo=UTC), "a date or a time")),
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


@pytest.mark.parametrize("text", [f"[{'a.' * 5000}a]\nx = 'y'", f"a = 0x{'f' * 9000}"])
def test_a_document_that_is_too_complex_is_refused(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        dump_toml(tomllib.loads(text))
    assert str(caught.value) == "a number is too long, or lists or tables nest too deeply. Correct it."
