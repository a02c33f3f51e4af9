"""YAML from any source is read within limits, and no refusal quotes it."""

from __future__ import annotations

import pytest

from wizard.formats import yaml_reader
from wizard.formats.format import FormatError, Reread


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb: [canary\n", "at line 3, column 1"),
        ("a: 1\na: canary\n", "a duplicate name at line 2, column 1. Keep only one of them."),
        ("a: 1\n---\nb: canary\n", "a second document at line 2, column 1. Keep only"),
        ("a: 1\n\tb: canary\n", "at line 2, column 1"),
        ("- x: {a: 1, a: canary}\n", "at line 1, column 13"),
        ("x: !!python/name:os.system canary\n", "at line 1"),
        ("--- canary\n---\n", "at line 2"),
        ("? [canary]\n: a key that is a list\n", "at line 1, column 3"),
        ("x: 2026-13-45\n", "at line 1, column 4"),
        ("x: 1\ny: \x07canary\n", "at line 2"),
        ("x: " + "[" * 5000, "at line 1, column 53"),
        ("a:\n  b: &x [*x]\n", "an alias within its own anchor at line 2, column 10"),
        ("a: *missing\n", "an alias of an unknown anchor at line 1, column 4"),
        ("x: !canary y\n", "at line 1, column 4"),
        ("x: !!binary Y2FuYXJ5\n", "at line 1, column 4"),
        ("x: ! canary\n", "at line 1, column 4"),
        ("x: !!int '1'\n", "at line 1, column 4"),
        ("%TAG ! tag:canary,2026:\n---\nx: !y z\n", "at line 3, column 4"),
        ("x: " + "9" * 5000, "at line 1, column 4"),
        ("x: 0x" + "f" * 4000, "at line 1, column 4"),
        ("x: 9223372036854775808", "at line 1, column 4"),
        ("x: -0x8000000000000001", "at line 1, column 4"),
        ("x: 1:30", "at line 1, column 4"),
        *((f"x: {text}", "at line 1, column 4") for text in ("0b_", "0x_", "-0b_", "+0x__", "0b__")),
        ('x: "canary\\U00110000"', "at line 1"),
        ('x: "canary\\UFFFFFFFF"', "at line 1"),
        ('a: 1\n"\\U7FFFFFFF": canary', "at line 2"),
        (f"%YAML {'1' * 5000}.1\n--- canary", "at line 1"),
        ("x: 1:30.5", "at line 1, column 4"),
        ("x: 1." + "0" * 30, "at line 1, column 4"),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_a_text_that_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(FormatError) as refusal:
        yaml_reader.load(text)
    assert sentence in str(refusal.value)
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize("number", [9223372036854775807, -9223372036854775808])
def test_a_number_of_64_bits_is_read(number: int) -> None:
    assert yaml_reader.load(f"x: {number:_}\n") == {"x": number}


def test_a_text_stays_one() -> None:
    assert yaml_reader.load("a: !!str 1\nc: !!map {d: !!seq []}\n") == {"a": "1", "c": {"d": []}}


def test_fifty_levels_are_read_and_no_more() -> None:
    assert yaml_reader.load("[" * 50 + "]" * 50)
    with pytest.raises(FormatError, match="column 51"):
        yaml_reader.load("[" * 51 + "]" * 51)


def with_aliases(count: int) -> str:
    """A list of 100 values, and `count` aliases of it: (1 + count) * 101 + 4 nodes."""
    return "a: &a [" + "x, " * 100 + "]\nb: [" + "*a, " * count + "]\n"


def test_what_aliases_stand_for_counts() -> None:
    assert len(yaml_reader.load(with_aliases(97))["b"]) == 97
    with pytest.raises(FormatError, match="too large for a configuration"):
        yaml_reader.load(with_aliases(98))


def test_a_text_that_grows_through_aliases_is_refused() -> None:
    lines = ["a0: &a0 {x: 1}"] + [f"a{n}: &a{n} {{y: [*a{n - 1}, *a{n - 1}]}}" for n in range(1, 40)]
    with pytest.raises(FormatError):
        yaml_reader.load("\n".join(lines))


def test_several_merge_keys_are_no_duplicate_keys() -> None:
    assert yaml_reader.load("a: &a {x: 1}\nb: &b {y: 2}\nc:\n  <<: *a\n  <<: *b\n")["c"] == {"x": 1, "y": 2}


def test_the_documents_that_are_mappings_are_read() -> None:
    assert yaml_reader.load_mappings("---\na: 1\n---\n- x\n---\n# nothing\n---\nb: 2\n") == ({"a": 1}, {"b": 2})
    assert yaml_reader.load_mappings("") == ()


@pytest.mark.ci_only
def test_the_limits_hold_for_all_documents_together() -> None:
    assert len(yaml_reader.load_mappings("a: 1\n---\n" * 3333)) == 3333
    with pytest.raises(FormatError, match="too large for a configuration"):
        yaml_reader.load_mappings("a: 1\n---\n" * 3334)


def test_an_alias_does_not_reach_another_document() -> None:
    with pytest.raises(FormatError, match="at line 3, column 4"):
        yaml_reader.load_mappings("a: &a canary\n---\nb: *a\n")


def test_the_halves_of_a_character_in_json_are_one() -> None:
    assert yaml_reader.load(r'{"a": "x\ud83d\ude00"}') == {"a": "x😀"}


def test_half_a_character_is_refused() -> None:
    with pytest.raises(FormatError, match="at line 1, column 4"):
        yaml_reader.load(r'a: "\ud83d"')


def test_nodes_know_their_position() -> None:
    (root,) = yaml_reader.compose_all("a: b\nc: [1, 2]\n")
    key, value = root.value[1]
    assert (key.start_mark.index, value.end_mark.index) == (5, 14)
    assert yaml_reader.construct(value) == [1, 2]


def test_a_text_without_a_document_has_no_nodes() -> None:
    assert yaml_reader.compose_all("# comment\n") == []


def test_an_absent_value_is_an_empty_mapping() -> None:
    assert yaml_reader.require_mapping(None, "storage") == {}


@pytest.mark.parametrize("value", [5, "x", [], {1: 2}, {None: 1}])
def test_another_value_is_no_mapping(value: object) -> None:
    with pytest.raises(FormatError, match='"storage" must contain names with values'):
        yaml_reader.require_mapping(value, "storage")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("abc #def", True), ("abc\t#", True), ("abc#def", False), ("'abc #def'", False), ('"abc #def"', False)),
        *(("abc", False), ("# only", False), ("", False)),
    ],
)
def test_a_value_that_ends_at_a_comment_is_recognized(text: str, expected: bool) -> None:
    assert yaml_reader.has_comment(text) is expected


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("storage: {s3: {secretkey: abc}}", []),
        ("s3:\n  secretkey: abc #def\n  accesskey: 'a #b'\n", ["secretkey"]),
        ("a:\n- s3:\n    accesskey: abc # comment\n    bucket: b # comment\n", ["accesskey"]),
        ("environment:\n  REGISTRY_STORAGE_S3_SECRETKEY: abc #def\n", ["REGISTRY_STORAGE_S3_SECRETKEY"]),
        ("environment:\n- REGISTRY_STORAGE_S3_SECRETKEY=abc #def\n- A=b # c\n", ["REGISTRY_STORAGE_S3_SECRETKEY"]),
        ("env:\n- name: REGISTRY_STORAGE_S3_SECRETKEY\n  value: abc #def\n", ["REGISTRY_STORAGE_S3_SECRETKEY"]),
        ("a: 1\n---\nsecretkey: abc #def\n", ["secretkey"]),
        ("", []),
    ],
)
def test_a_key_that_ends_at_a_comment_has_a_remark(text: str, names: list[str]) -> None:
    assert list(yaml_reader.cut_key_remarks(text)) == [yaml_reader.cut_remark(name) for name in names]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a:\t# c\n  b: x\t# c\n  c: 'y'\t \t# c\n", {"a": {"b": "x", "c": "y"}}),
        ("a: {b: x,\t# c\n\tc: y}\n", {"a": {"b": "x", "c": "y"}}),
        ("a:\tx\n", {"a": "x"}),
    ],
)
def test_tabs_that_indent_nothing_are_blanks_as_in_go(text: str, value: object) -> None:
    assert yaml_reader.load(text) == value


@pytest.mark.parametrize(
    ("text", "is_reread"), [("2024", False), ("-1", False), ("0123", True), ("0x7E8", True), ("2_024", True)]
)
def test_a_number_knows_whether_it_is_written_with_its_digits(text: str, is_reread: bool) -> None:
    assert isinstance(yaml_reader.load(text), Reread) is is_reread
