"""Words of a command line, as a shell splits them."""

from __future__ import annotations

import shlex
import subprocess
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fuzzing import fuzz
from wizard.formats.format import FormatError
from wizard.formats.shell_words import read_line

VALUES = {"A": "a b"}


def words(text: str) -> list[str]:
    return [word.value(VALUES).text for word in read_line(text, 0).words]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a  b\tc", ["a", "b", "c"]),
        ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
        ("a'b'\"c\"d", ["abcd"]),
        ("a \\\n  b\\\nc \\\r\n d", ["a", "bc", "d"]),
        ("a # b", ["a"]),
        ("a#b", ["a#b"]),
        ("a; b", ["a"]),
        ("a && b", ["a"]),
        ("a\nb", ["a"]),
        ("'' a", ["", "a"]),
        ("a\\ b\\'", ["a b'"]),
        ("'a\\n$A'", ["a\\n$A"]),
        ('"a\\n\\"\\$A\\\\"', ['a\\n"$A\\']),
        ("$A", ["a b"]),
        ("$A/x ${A}x \"$A\"'b' $A'c'", ["a b/x", "a bx", "a bb", "a bc"]),
        ("${B:-x}", ["x"]),
        ("$(pwd)/x `pwd`/x $PWD/x", ["./x", "./x", "./x"]),
        ("a$ $", ["a$", "$"]),
        ("é=ü", ["é=ü"]),
    ],
)
def test_words_are_those_of_a_shell(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("x$B", ["B"]),
        ("${B}", ["B"]),
        ('"${A%b}"', ["${…}"]),
        ("$(cat secret)", ["$(…)"]),
        ('"$(cat "x (y)")"', ["$(…)"]),
        ("`cat secret`", ["$(…)"]),
        ("$1", ["$1"]),
        ("$?", ["$?"]),
    ],
)
def test_what_has_no_value_in_the_text_is_named(text: str, missing: list[str]) -> None:
    assert [name for word in read_line(text, 0).words for name in word.value(VALUES).missing][:1] == missing


@pytest.mark.parametrize("text", ["a\n'canary", 'a\n"canary', "a\n`canary"])
def test_a_quote_that_is_not_closed_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(FormatError, match=r"^Line 2 has no closing quote") as refusal:
        read_line(text, 2)
    assert "canary" not in str(refusal.value)


@fuzz
@given(st.lists(st.text(st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=8), max_size=5))
def test_quoted_words_come_back(texts: list[str]) -> None:
    assert words(" ".join(map(shlex.quote, texts))) == texts


_pieces = st.lists(
    st.sampled_from(["a", "é", "$A", "${A}", "'", '"', "\\a", "\\ ", " ", "\n", " \\\n", "#", "$ ", "="]), max_size=12
)


@fuzz
@given(_pieces.map("".join))
def test_words_are_those_of_the_shell_of_this_machine(text: str) -> None:
    script = f"printf '<%s>' x {text}\nexit\n"
    shell = subprocess.run(["sh", "-c", script], capture_output=True, text=True, env={"A": "1"}, check=False)
    try:
        found = [word.value({"A": "1"}).text for word in read_line(script, 0).words]
    except FormatError:
        assert shell.returncode == 2
    else:
        # A variable without a value is no word for the shell.
        assert shell.stdout.replace("<>", "") == "".join(f"<{word}>" for word in found[2:] if word)


@pytest.mark.sample
@pytest.mark.parametrize("text", ["${", "$(", "$((", "\\", "$A", '"$("'])
def test_a_long_line_is_read_in_little_time(text: str) -> None:
    start = time.process_time()
    read_line(text * (200_000 // len(text)), 0)
    assert time.process_time() - start < 5


def test_a_command_with_too_many_words_is_refused() -> None:
    with pytest.raises(FormatError, match="too long"):
        read_line("a " * 10_000, 0)


def test_no_representation_has_a_value() -> None:
    assert "canary" not in repr(read_line("canary 'canary'", 0))
