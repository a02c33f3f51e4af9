"""A document is edited without loss: comments, order and formatting stay, and the values become the intended ones."""

from __future__ import annotations

import re
import tomllib

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.example_settings import AT, PASSED
from tests.support.handwritten_toml import Handwritten, handwritten_files
from wizard.config.render import render
from wizard.config.schema import Validation, read_settings, read_validation
from wizard.config.toml_edit import edit_toml
from wizard.model.secret import Secret
from wizard.model.settings import Settings, Value

# Every kind of edit


def edited(text: str, replacement: str) -> str:
    """The result of an edit that must succeed, and must change nothing when it is repeated."""
    result = edit_toml(text, replacement)
    assert result is not None
    assert edit_toml(result, replacement) == result
    return result


@pytest.mark.parametrize(
    ("text", "replacement", "result"),
    [
        pytest.param("a = 1 # one\nb = 2\n", "a = 3\nb = 2\n", "a = 3 # one\nb = 2\n", id="a value"),
        pytest.param("a   =   'x'\t# x\n", 'a = "y"\n', 'a   =   "y"\t# x\n', id="spaces around a value"),
        pytest.param("'a' = 1\n\"\\u0062\" = 2\n", "a = 3\nb = 4\n", "'a' = 3\n\"\\u0062\" = 4\n", id="quoted keys"),
        pytest.param("a = 0x10\nb = 1_000\n", "a = 16\nb = 1000\n", "a = 0x10\nb = 1_000\n", id="an equal value"),
        pytest.param("a = nan\nb = 1\n", "a = nan\nb = 2\n", "a = nan\nb = 2\n", id="not a number"),
        pytest.param("a = 1\nb = 1\n", "a = 1\nb = true\n", "a = 1\nb = true\n", id="another type that is equal"),
        pytest.param(
            "a = [ # list\n  1,\n]\nb = 1\n", "a = [1]\nb = 2\n", "a = [ # list\n  1,\n]\nb = 2\n", id="an equal list"
        ),
        pytest.param("a = [\n  1, # one\n] # list\n", "a = [2]\n", "a = [2] # list\n", id="a list"),
        pytest.param("a = '''\nx\n'''\n", 'a = "y"\n', 'a = "y"\n', id="a text of several lines"),
        pytest.param("a = 1", "a = 2\nb = 3\n", "a = 2\nb = 3\n", id="no line end at the end"),
        pytest.param("a = 1", "a = 1\n", "a = 1", id="nothing"),
        pytest.param("", "a = 1\n", "a = 1\n", id="an empty document"),
        pytest.param("\n\n", "a = 1\n", "a = 1\n", id="blank lines"),
        pytest.param("# comment", "a = 1\n", "# comment\na = 1\n", id="only a comment"),
        pytest.param("a = 1\r\n# c\r\n", "a = 2\nb = 3\n", "a = 2\r\nb = 3\r\n# c\r\n", id="line ends of Windows"),
        pytest.param("a = 1\r\nb = 2\n", "a = 2\nb = 2\nc = 3\n", "a = 2\r\nb = 2\nc = 3\n", id="mixed line ends"),
        pytest.param(
            "a = '''x\r\ny'''\r\n", 'a = "x\\ny"\nb = 1\n', "a = '''x\r\ny'''\r\nb = 1\r\n", id="CRLF in a text"
        ),
        pytest.param("a = 1 #\u2028\x9bc\n", "a = 2\n", "a = 2 #\u2028\x9bc\n", id="a comment that is not printable"),
        pytest.param(
            "a = [[1, 2], {b = 1}]\n", "a = [[1, 2], {b = 2}]\n", "a = [[1, 2], {b = 2}]\n", id="a nested list"
        ),
        # New keys
        pytest.param("b = 2\n", "a = 1\nb = 2\n", "a = 1\nb = 2\n", id="a first key"),
        pytest.param(
            "a = 1\n\n# about c\nc = 3\n",
            "a = 1\nb = 2\nc = 3\n",
            "a = 1\nb = 2\n\n# about c\nc = 3\n",
            id="a middle key",
        ),
        pytest.param("# file\n\n# b\nb = 2\n", "a = 1\nb = 2\n", "# file\n\na = 1\n# b\nb = 2\n", id="above a comment"),
        pytest.param("# file\nb = 2\n", "a = 1\nb = 2\n", "# file\na = 1\nb = 2\n", id="below the comment of the file"),
        pytest.param("[t]\nx = 1\n", "a = 1\n[t]\nx = 1\n", "a = 1\n\n[t]\nx = 1\n", id="above the first table"),
        pytest.param(
            "# file\n\n# t\n[t]\nx = 1\n",
            "a = 1\n[t]\nx = 1\n",
            "# file\n\na = 1\n\n# t\n[t]\nx = 1\n",
            id="above the comment of the first table",
        ),
        pytest.param(
            "[t]\nx = 1\n\n# u\n[u]\n", "[t]\nx = 1\ny = 2\n[u]\n", "[t]\nx = 1\ny = 2\n\n# u\n[u]\n", id="in a table"
        ),
        pytest.param("[t]\n# y\ny = 2\n", "[t]\nx = 1\ny = 2\n", "[t]\nx = 1\n# y\ny = 2\n", id="first in a table"),
        pytest.param("  [t]\n\tx = 1\n", "[t]\nx = 1\ny = 2\n", "  [t]\n\tx = 1\n\ty = 2\n", id="indented"),
        # New tables
        pytest.param("a = 1\n", "a = 1\n[t]\nx = 1\n", "a = 1\n\n[t]\nx = 1\n", id="a first table"),
        pytest.param(
            "[t]\nx = 1\n# end of t\n\n# v\n[v]\n",
            "[t]\nx = 1\n[u]\ny = 1\n[v]\n",
            "[t]\nx = 1\n# end of t\n\n[u]\ny = 1\n\n# v\n[v]\n",
            id="a middle table",
        ),
        pytest.param(
            "[t]\nx = 1\n# end\n", "[t]\nx = 1\n[u]\ny = 1\n", "[t]\nx = 1\n# end\n\n[u]\ny = 1\n", id="a last table"
        ),
        pytest.param(
            "[t.u]\nx = 1\n",
            "[t]\na = 1\n[t.u]\nx = 1\n",
            "[t]\na = 1\n\n[t.u]\nx = 1\n",
            id="a key of an implicit table",
        ),
        pytest.param(
            "[t]\nx = 1\n",
            "[t]\nx = 1\n[u]\na = 1\n[u.v]\nb = 1\n",
            "[t]\nx = 1\n\n[u]\na = 1\n\n[u.v]\nb = 1\n",
            id="a table in a new table",
        ),
        pytest.param(
            "[[t]]\nx = 1\n[[t]]\nx = 2\n[t.u]\n",
            "[[t]]\nx = 1\n[[t]]\nx = 2\n[t.u]\n[v]\ny = 1\n",
            "[[t]]\nx = 1\n[[t]]\nx = 2\n[t.u]\n\n[v]\ny = 1\n",
            id="after an array of tables",
        ),
        pytest.param(
            "[t.u]\na = 1\n[x]\n[t.v]\nb = 1\n",
            "[t]\n[t.u]\na = 2\n[t.v]\nb = 2\n[x]\n",
            "[t.u]\na = 2\n[x]\n[t.v]\nb = 2\n",
            id="tables in another order",
        ),
        pytest.param(
            "[z]\nx = 1\n", "[t]\na = 1\n[z]\nx = 1\n", "[z]\nx = 1\n\n[t]\na = 1\n", id="a table without predecessor"
        ),
        # Dotted keys
        pytest.param("t.u.a = 1 # one\n", "[t.u]\na = 2\n", "t.u.a = 2 # one\n", id="a dotted key"),
        pytest.param("t . 'u' . a = 1\n", "[t.u]\na = 2\n", "t . 'u' . a = 2\n", id="a dotted key with spaces"),
        pytest.param(
            "t.a = 1\nb = 1\n", "b = 1\n[t]\na = 1\nc = 1\n", "t.a = 1\nt.c = 1\nb = 1\n", id="beside a dotted key"
        ),
        pytest.param("t.u.b = 1\n", "[t]\na = 1\n[t.u]\nb = 1\n", "t.a = 1\nt.u.b = 1\n", id="above a dotted key"),
        pytest.param(
            "t.u.b = 1\nc = 1\n",
            "c = 1\n[t.u]\nb = 1\n[t.v]\nd = 1\n",
            "t.u.b = 1\nt.v.d = 1\nc = 1\n",
            id="a table beside a dotted key",
        ),
        pytest.param(
            "[t]\nu.b = 1\n", "[t]\n[t.u]\na = 0\nb = 1\n", "[t]\nu.a = 0\nu.b = 1\n", id="a dotted key in a table"
        ),
        pytest.param(
            "t.a = 1\n[t.u]\nb = 1\n",
            "[t]\na = 1\n[t.u]\nb = 1\n[t.v]\nc = 1\n",
            "t.a = 1\nt.v.c = 1\n[t.u]\nb = 1\n",
            id="a dotted key and a header of one table",
        ),
        # Inline tables
        pytest.param(
            "t = { a = 1, b = 'x' } # t\n", "[t]\na = 2\nb = 'x'\n", "t = { a = 2, b = 'x' } # t\n", id="inline"
        ),
        pytest.param(
            "t = {u = {a = 1}}\n",
            "[t.u]\na = 1\nb = 2\n[t.v]\nc = 3\n",
            "t = {u = {a = 1, b = 2}, v = {c = 3}}\n",
            id="keys of inline tables",
        ),
        pytest.param("t = {a = 1, b = 2}\n", "[t]\na = 1\n", "t = {a = 1}\n", id="a removed key of an inline table"),
        pytest.param(
            "t = { b = 2, u = {'x y'=[ # x\n  1] } , z.z = 3 } # t\n",
            "[t]\na = 1\nb = 2\n[t.u]\n'x y' = [1]\n[t.z]\nz = 3\n",
            "t = { a = 1, b = 2, u = {'x y'=[ # x\n  1] }, z = { z = 3 } } # t\n",
            id="other keys of an inline table",
        ),
        pytest.param(
            "t = { a = 1 }\n",
            "[t]\nb = 2\n[t.a]\nc = 3\n",
            "t = { b = 2, a = { c = 3 } }\n",
            id="a table in place of an inline value",
        ),
        pytest.param(
            "t = { a = 2020-01-01 00:00:00Z } # t\nb = 1\n",
            "b = 2\n[t]\na = 2020-01-01T00:00:00Z\n",
            "t = { a = 2020-01-01 00:00:00Z} # t\nb = 2\n",
            id="a date in an inline table",
        ),
        # Removals
        pytest.param(
            "a = 1\n# about b\nb = 2 # two\nc = 3\n", "a = 1\nc = 3\n", "a = 1\n# about b\nc = 3\n", id="a removed key"
        ),
        pytest.param(
            "a = 1\nb = 2\n\nc = 3\n", "a = 1\nc = 3\n", "a = 1\n\nc = 3\n", id="a removed key above a blank line"
        ),
        pytest.param(
            "a = 1\n\n# t\n[t] # t\n# x\nx = 1\n\n# u\n[u]\n",
            "a = 1\n[u]\n",
            "a = 1\n\n# t\n# x\n\n# u\n[u]\n",
            id="a removed table",
        ),
        pytest.param("a = 1\n\n[t]\nx = 1\n\n[t.u]\n\n[v]\n", "a = 1\n[v]\n", "a = 1\n\n[v]\n", id="removed tables"),
        pytest.param("a = 1\n\n[t]\nx = 1\n", "a = 1\n", "a = 1\n", id="a removed last table"),
        pytest.param("t.a = 1\nt.b = 2\nc = 3\n", "c = 3\n", "c = 3\n", id="removed dotted keys"),
        pytest.param("a = 1\n\n[[t]]\nx = 1\n[[t]]\n", "a = 1\n", "a = 1\n", id="a removed array of tables"),
        pytest.param("[t]\na = 1\n\n[u]\n", "[t]\n[u]\n", "[t]\n\n[u]\n", id="a removed only key of a table"),
        pytest.param(
            "t = 1\nz = 1\n", "z = 1\n[t]\na = 1\n", "z = 1\n\n[t]\na = 1\n", id="a table in place of a value"
        ),
        pytest.param("z = 1\n[t]\na = 1\n", "z = 1\nt = 1\n", "z = 1\nt = 1\n", id="a value in place of a table"),
        # Arrays of tables with other tables between theirs
        pytest.param(
            "# top\n[[t]] # one\nx = 1\n\n# about z\n[z]\na = 1 # z\n[[t]] # two\nx = [\n 2,\n]\n",
            "[z]\na = 2\n[[t]]\nx = 1\n[[t]]\nx = [2]\n",
            "# top\n[[t]] # one\nx = 1\n\n# about z\n[z]\na = 2 # z\n[[t]] # two\nx = [\n 2,\n]\n",
            id="an array of tables around a table",
        ),
        pytest.param(
            "[[t]]\n# one\n[z]\na = 1\n[t.u]\nx = '''\n[x]\n'''\n",
            '[z]\na = 2\n[[t]]\n[t.u]\nx = "[x]\\n"\n',
            "[[t]]\n# one\n[z]\na = 2\n[t.u]\nx = '''\n[x]\n'''\n",
            id="a table of an array behind another table",
        ),
        pytest.param(
            "[[t]]\n[z]\na = 1\n[[t.u]]\n# end\n",
            "[z]\na = 2\nb = 3\n[[t]]\n[[t.u]]\n",
            "[[t]]\n[z]\na = 2\nb = 3\n[[t.u]]\n# end\n",
            id="an array in an array behind another table",
        ),
    ],
)
def test_an_edit_changes_only_what_differs(text: str, replacement: str, result: str) -> None:
    assert edited(text, replacement) == result


def test_a_document_that_nests_too_deeply_is_not_edited() -> None:
    assert edit_toml(f"[{'a.' * 5000}a]\nx = 1\n", "a = 1\n") is None


@pytest.mark.parametrize("error", [tomlkit.exceptions.InternalParserError(1, 1), KeyError(), AssertionError()])
def test_a_document_that_tomlkit_does_not_parse_is_not_edited(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(_text: str) -> None:
        raise error

    monkeypatch.setattr("tomlkit.parse", fail)
    assert edit_toml("a = 1\n", "a = 2\n") is None


def test_a_document_that_is_not_rendered_as_it_was_is_not_edited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tomlkit.parse", lambda _text: tomlkit.document())
    assert edit_toml("a = 1\n", "a = 2\n") is None


@pytest.mark.parametrize("lines", ["x\n" * 600, f"{'x' * 10_000}\n" * 20], ids=["many", "long"])
def test_a_statement_of_many_or_long_lines_between_tables_of_an_array_is_not_edited(lines: str) -> None:
    text = f'a = 1\n[[t]]\n[z]\n[[t]]\nx = """{lines}"""\n'
    assert edit_toml(text, text.replace("a = 1", "a = 2")) is None


def test_a_result_that_is_not_as_intended_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.config.toml_edit._Document.update", lambda *_: None)
    assert edit_toml("a = 1\n", "a = 2\n") is None


# Settings files

_CHOICES: dict[str, st.SearchStrategy[Value]] = {
    "provider": st.sampled_from(["minio", "aws", "filesystem"]),
    "bucket": st.sampled_from(["images", "é秘", ""]),
    "rootdirectory": st.sampled_from(["", "/srv"]),
    "secretkey": st.sampled_from(["s3cr3t", ""]).map(Secret),
    "v4auth": st.booleans(),
    "keyid": st.sampled_from(["", "key"]),
    "redirect": st.booleans(),
}
_SETTINGS = st.fixed_dictionaries(_CHOICES).map(Settings().replace)
_VALIDATIONS = st.sampled_from([None, PASSED, Validation(False, AT, ("write", "delete"))])


@given(handwritten_files(), _SETTINGS, _VALIDATIONS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_handwritten_file_keeps_its_comments_and_unknown_keys(
    file: Handwritten, saved: Settings, validation: Validation | None
) -> None:
    replacement = render(saved, validation, tomllib.loads(file.text))
    result = edited(file.text, replacement)
    document = tomllib.loads(result)
    assert document == tomllib.loads(replacement)
    assert read_validation(document) == validation
    assert read_settings(document) == read_settings(tomllib.loads(replacement))
    lines = [line.lstrip(" \t") for line in re.split("\r?\n", result)]
    assert [line for line in lines if line in file.comments] == list(file.comments)


def lines_of(text: str) -> list[str]:
    """The lines that are not blank."""
    return [line for line in text.split("\n") if line.strip()]


@pytest.mark.ci_only
@given(handwritten_files(), _SETTINGS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_validation_that_is_added_and_removed_leaves_the_file_as_it_was(file: Handwritten, saved: Settings) -> None:
    without = edited(file.text, render(saved, None, tomllib.loads(file.text)))
    validated = edited(without, render(saved, PASSED, tomllib.loads(without)))
    again = edited(validated, render(saved, None, tomllib.loads(validated)))
    assert [line for line in again.splitlines() if line.strip()] == [
        line for line in without.splitlines() if line.strip()
    ]


# Limits


@pytest.mark.parametrize("value", ["[1, 2]", "{a = 1, b = 2}", '"a, \\\\b"'])
def test_a_document_with_too_many_values_is_not_edited(value: str) -> None:
    few, many = (f"z = 1\nb = {value}\n" + f"# {',' * count}\n" for count in (19_000, 21_000))
    replacement = f"z = 2\nb = {value}\n"
    assert edit_toml(few, replacement) == few.replace("z = 1", "z = 2")
    assert edit_toml(many, replacement) is None


def test_spaces_beside_commas_and_braces_are_compared_without_them() -> None:
    text = "a = { b = 1 ,  c = [ 1 ,2\t, 3 ] , d = { } }  # x , y\nb = 1\n"
    result = edit_toml(text, "a = {b = 1, c = [1, 2, 3], d = {}}\nb = 2\n")
    assert result is not None
    assert tomllib.loads(result)["b"] == 2
