"""What Docker Compose makes of dollar signs and of its files of variables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fuzzing import TEXTS, assert_refused, fuzz
from wizard.formats.compose_syntax import Interpolated, interpolate, read_variables
from wizard.formats.format import FormatError

VALUES = {"A": "a", "EMPTY": "", "DOLLAR": "$A"}
# Template, result, and the variables that have no value.
INTERPOLATED = [
    ("x", "x", ()),
    ("", "", ()),
    ("$A", "a", ()),
    ("${A}", "a", ()),
    ("x${A}y$A-z", "xaya-z", ()),
    ("$$A $${A}", "$A ${A}", ()),
    ("$$$A", "$a", ()),
    ("$", "$", ()),
    ("a$ $1 $(id) $-", "a$ $1 $(id) $-", ()),
    ("$DOLLAR", "$A", ()),
    ("$NONE", "", ("NONE",)),
    ("a${NONE}b$NONE", "ab", ("NONE",)),
    ("${EMPTY}", "", ()),
    ("${NONE:-d}", "d", ()),
    ("${EMPTY:-d}", "d", ()),
    ("${A:-d}", "a", ()),
    ("${NONE-d}", "d", ()),
    ("${EMPTY-d}", "", ()),
    ("${NONE:-}", "", ()),
    ("${NONE:-https://x:1/?y-z}", "https://x:1/?y-z", ()),
    ("${NONE:-$A}", "a", ()),
    ("${NONE:-${ALSO_NONE:-$$d}}e", "$de", ()),
    ("${NONE:-${ALSO_NONE}}", "", ("ALSO_NONE",)),
    ("${A:?e}", "a", ()),
    ("${NONE:?e}", "", ("NONE",)),
    ("${EMPTY:?e}", "", ("EMPTY",)),
    ("${EMPTY?e}", "", ()),
    ("${NONE?e}", "", ("NONE",)),
    ("${A:+x}", "x", ()),
    ("${EMPTY:+x}", "", ()),
    ("${EMPTY+x}", "x", ()),
    ("${NONE+x}", "", ()),
]


@pytest.mark.parametrize(("template", "result", "missing"), INTERPOLATED)
def test_variables_are_replaced_as_compose_does(template: str, result: str, missing: tuple[str, ...]) -> None:
    assert interpolate(template, VALUES) == Interpolated(result, missing)


REFUSED = ["${", "${}", "${A", "${A!b}", "${ A}", "${A:x}", "a${1}"]


@pytest.mark.parametrize("template", REFUSED)
def test_what_compose_refuses_is_refused(template: str) -> None:
    with pytest.raises(FormatError, match='Write "\\$\\$" for a dollar sign'):
        interpolate(template, VALUES)


@fuzz
@given(st.lists(st.sampled_from(["$", "{", "}", "A", "NONE", ":-", "?", "+", " "]), max_size=30).map("".join))
def test_any_template_is_replaced_or_refused(template: str) -> None:
    try:
        interpolate(template, VALUES)
    except FormatError as error:
        assert_refused(error)


def test_variables_nested_too_deeply_are_refused() -> None:
    with pytest.raises(FormatError, match="nested too deeply"):
        interpolate("${N:-" * 30 + "}" * 30, {})


# Files of variables

# The text of a file, and its variables.
FILES = [
    ("A=1\nB=2\n", {"A": "1", "B": "2"}),
    ("\n# A=1\n  B=2  \n", {"B": "2"}),
    ("export A=1", {"A": "1"}),
    ("A = 1", {"A": "1"}),
    ("A: 1", {"A": "1"}),
    ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
    ("A=", {"A": ""}),
    ("A=x #y", {"A": "x"}),
    ("A=x#y", {"A": "x#y"}),
    ("A='x #y'", {"A": "x #y"}),
    ("A='x' # y\nB=1", {"A": "x", "B": "1"}),
    ("A='$OUT \\n'", {"A": "$OUT \\n"}),
    ("A='it\\'s'", {"A": "it's"}),
    ('A="$OUT\\n\\t\\"\\\\ \\$x $$y"', {"A": 'out\n\t"\\ $x $y'}),
    ('A="\\101\\0101"', {"A": "\\101A"}),
    ('A="x\ny"', {"A": "x\ny"}),
    ("A=$OUT/${OUT}", {"A": "out/out"}),
    ("A=1\nB=$A", {"A": "1", "B": "1"}),
    ("A=1\nA=2", {"A": "2"}),
    ("A=x\\ny", {"A": "x\\ny"}),
    ("A=a=b", {"A": "a=b"}),
    ("OUT\n", {"OUT": "out"}),
    ("A= # x", {"A": "# x"}),
    ("A='x' y\nB=1", {"A": "x", "B": "1"}),
    ("A='a'b=c", {"A": "a", "b": "c"}),
]


@pytest.mark.parametrize(("text", "variables"), FILES)
def test_a_file_is_read_as_by_compose(text: str, variables: dict[str, str]) -> None:
    assert read_variables(text, {"OUT": "out"}).values == variables


def test_a_variable_that_needs_an_unknown_one_has_no_value() -> None:
    found = read_variables("A=$NONE\nB=x$A\nC\nD=1\n", {})
    assert found.values == {"D": "1"}
    assert found.missing == {"A": ("NONE",), "B": ("A",), "C": ("C",)}


@pytest.mark.parametrize(
    "text", ["A=1\n-canary!=x", "A=1\ncanary word", "A=1\nB='canary", 'A=1\nB="canary', "A=1\nB=${canary"]
)
def test_a_line_that_cannot_be_read_is_named_without_its_text(text: str) -> None:
    with pytest.raises(FormatError, match=r"^Line 2") as refusal:
        read_variables(text, {})
    assert "canary" not in str(refusal.value)


def test_variables_that_multiply_are_refused() -> None:
    lines = ["A0=0123456789", *(f"A{n + 1}=" + f"$A{n}" * 10 for n in range(20))]
    with pytest.raises(FormatError, match="too long"):
        read_variables("\n".join(lines), {})


def test_too_many_variables_are_refused() -> None:
    with pytest.raises(FormatError, match="too many variables"):
        read_variables("".join(f"A{n}=1\n" for n in range(3000)), {})


@fuzz
@given(TEXTS)
def test_any_file_is_read_or_refused(text: str) -> None:
    try:
        read_variables(f"A={text}", {})
    except FormatError as error:
        assert_refused(error)


def test_no_representation_has_a_value() -> None:
    assert "canary" not in repr(read_variables("A=canary", {}))
    assert "canary" not in repr(interpolate("canary", {}))
