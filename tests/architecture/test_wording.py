"""Names, comments, docstrings and texts for users use the terms of the field, not a private vocabulary.

Texts for users are searched in the packages in `_PACKAGES`, for phrases of their own and for backticks as quotes.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

BANNED = (
    *("mend", "mends", "mended", "mending", "told", "rehearsal", "rehearsals", "unproven", "whoever"),
    *("for ever", "goes on", "is to be had", "somebody", "begun"),
)
_PATTERN = re.compile(rf"\b(?:{'|'.join(BANNED)})\b", re.IGNORECASE)
BANNED_IN_TEXTS = (
    *("for ever", "goes on", "told", "correct it there", "mend it there", "left aside", "taken over", "say it with"),
    *("name another", "name one of", "there is no file", "there is no folder", "check its path", "may not be read"),
    *("is to be had", "somebody", "nobody here", "all the same", "no text", "text in quotes", "in the host name"),
)
_PACKAGES = ("config", "console", "demo", "files", "formats", "prompts", "text")
_PHRASES = re.compile(rf"\b(?:{'|'.join(BANNED_IN_TEXTS)})\b", re.IGNORECASE)
_BACKTICKS = re.compile(r"`[\w.:/ {}-]+`")
_MARKDOWN = ("limits", "checked_by")  # arguments with texts of the documentation
_QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"")  # code and texts for users that a comment quotes


def banned_words(source: str) -> Iterator[tuple[int, str]]:
    """The lines and the banned words in them."""
    if not _PATTERN.search(_words(source)):
        return  # parsing takes long
    tree = ast.parse(source)
    for line, text in (*_names(tree), *_docstrings(tree), *_comments(source)):
        for match in _PATTERN.finditer(" ".join(text.split())):
            yield line, match[0]


def _names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name as separate words."""
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name", "asname", "module"):
            if isinstance(name := getattr(node, field, None), str):
                yield getattr(node, "lineno", 1), _words(name)


def _words(text: str) -> str:
    """Only words, separated by blanks: `mend_all` and `MendAll` become "mend all" and "Mend All"."""
    return re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text))


def _docstrings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every string that is a statement, as docstrings are."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, _QUOTED.sub(" ", node.value.value)


def unclear_texts(source: str) -> Iterator[tuple[int, str]]:
    """The lines and the banned phrases and the words in backticks in sentences for users; docstrings are none."""
    tree = ast.parse(source)
    others = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in _MARKDOWN:
            others.update(map(id, ast.walk(node)))
        if isinstance(node, ast.JoinedStr):
            others.update(map(id, node.values))  # they are a part of its text
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant | ast.JoinedStr)
            and id(node) not in others
            and " " in (text := _text_of(node))
        ):
            yield from ((node.lineno, match[0]) for match in (*_PHRASES.finditer(text), *_BACKTICKS.finditer(text)))


def _text_of(node: ast.AST) -> str:
    """The text of a string, with `x` for each value in it; empty for any other node."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text_of(part) or "x" for part in parts)
    return ""


def _comments(source: str) -> Iterator[tuple[int, str]]:
    """Every comment; those on consecutive lines are one."""
    start, text, last = 0, "", -1
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            line = token.start[0]
            if line != last + 1:
                yield start, _QUOTED.sub(" ", text)
                start, text = line, ""
            text, last = f"{text} {token.string.lstrip('#')}", line
    yield start, _QUOTED.sub(" ", text)


def paths() -> list[Path]:
    return [*sorted((ROOT / "wizard").rglob("*.py")), *sorted((ROOT / "tests").rglob("*.py")), ROOT / "hatch_build.py"]


def test_names_comments_and_docstrings_have_no_banned_words() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {word}"
        for path in paths()
        for line, word in banned_words(path.read_text(encoding="utf-8"))
    ]
    assert found == [], "\n" + "\n".join(found)


@pytest.mark.sample
@pytest.mark.parametrize("package", _PACKAGES)
def test_texts_for_users_are_plain(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {words}"
        for path in sorted((ROOT / "wizard" / package).rglob("*.py"))
        for line, words in unclear_texts(path.read_text(encoding="utf-8"))
    ]
    assert found == [], "\n" + "\n".join(found)


def test_file_names_have_no_banned_words() -> None:
    assert [path for path in paths() if _PATTERN.search(re.sub(r"[_./]+", " ", str(path.relative_to(ROOT))))] == []


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("told = 1", 1),
        ("def f():\n    x.told_by = 1", 2),
        ("f'{told}'", 1),
        ("class MendField: pass", 1),
        ("import a as told", 1),
        ("f(told=1)", 1),
        ("def f(told): pass", 1),
        ('"""Waits for\n    ever."""', 1),
        ("x = 1\n# waits for\n# ever", 2),
        ("x = 1  # Whoever asks", 1),
    ],
)
def test_a_banned_word_is_noticed(source: str, line: int) -> None:
    assert [found for found, _ in banned_words(source)] == [line]


@pytest.mark.parametrize("source", ["x = 'told'", '# prints "told"', "recommended = 1", '"""Prints `told`."""'])
def test_texts_for_users_are_not_searched(source: str) -> None:
    assert list(banned_words(source)) == []


@pytest.mark.parametrize(
    "source",
    ["x = f'{y} is odd. Name another file.'", "f('the name `a`')", "x = f'the name `{a}`'", "x = 'a (' 'told b)'"],
)
def test_an_unclear_text_for_users_is_noticed(source: str) -> None:
    assert [line for line, _ in unclear_texts(source)] == [1]


@pytest.mark.parametrize("source", ['"""Reads a `name`."""', "f(limits='no `name`')", "x = 'a `[^`]*` b'"])
def test_other_texts_are_not_noticed(source: str) -> None:
    assert list(unclear_texts(source)) == []
