"""Changing the values of a TOML document and keeping everything else: comments, order, spacing, quoting.

tomlkit parses the text without loss. The document becomes a list of statements whose texts, joined, are the document.
Every edit replaces, inserts or removes statements, so the bytes of all others stay as they are. The result is parsed
again with tomllib and compared with the intended document.

Import this module only to save over an existing file: other commands start faster without tomlkit.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, InlineTable, Item, Key, Table

_KeyPath = tuple[str, ...]

# tomlkit can raise these for valid TOML that it does not support or that nests too deeply.
_EDIT_ERRORS = (TOMLKitError, ValueError, LookupError, TypeError, AssertionError, RecursionError)


def edit_toml(text: str, replacement: str) -> str | None:
    """`text` with the values of `replacement` and its own comments, order and formatting; None if that is not safe.

    Both must be valid TOML. A value that is equal in both is left as `text` writes it, a new one is written as in
    `replacement`. A comment on a line of its own outside an array is always kept; a comment after a value, or in an
    array, is kept or removed with it.
    """
    if not text.strip():
        return replacement
    if _has_excess(text) or _has_excess(replacement):
        return None
    has_crlf = "\r\n" in text and "\n" not in text.replace("\r\n", "")
    newline = "\r\n" if has_crlf else "\n"
    try:
        edited = _edited(text.replace(newline, "\n"), replacement).replace("\n", newline)
        is_as_intended = _is_same(tomllib.loads(edited), tomllib.loads(replacement))
    except _EDIT_ERRORS:
        return None
    return edited if is_as_intended else None


def _edited(text: str, replacement: str) -> str:
    before, after = tomllib.loads(text), tomllib.loads(replacement)
    if _is_same(before, after):
        return text
    text = text if text.endswith("\n") else f"{text}\n"
    document = _Document(_parse(text), after, _parse(replacement))
    document.update(before, after, ())
    return "".join(statement.text for statement in document.statements)


def _is_same(one: object, other: object) -> bool:
    """Whether two values are equal and of the same types: 1, 1.0 and true differ, NaN equals itself."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return type(one) is type(other) and (one == other or (one != one and other != other))  # NaN differs from itself


# Statements


class _Kind(Enum):
    HEADER = auto()  # [table] or [[array of tables]]
    VALUE = auto()  # key = value
    COMMENT = auto()
    BLANK = auto()


@dataclass(slots=True)
class _Statement:
    """A statement, with its line end. Its text is `lead`, `value` and `trail`, joined."""

    kind: _Kind
    lead: str  # of a value: the indent, the key and the equals sign; else the entire text
    path: _KeyPath = ()  # of the value, or of the table of a header
    scope: _KeyPath = ()  # of a value: the path in the header above it; longer paths have dotted keys
    value: str = ""
    trail: str = ""
    item: Item | None = None

    @property
    def text(self) -> str:
        return f"{self.lead}{self.value}{self.trail}"

    def is_within(self, path: _KeyPath) -> bool:
        """Whether this defines the value or table at `path`, or a part of it."""
        return self.kind in (_Kind.HEADER, _Kind.VALUE) and self.path[: len(path)] == path


_MAX_VALUES = 20_000  # about; tomlkit needs up to 4 KiB and 80 µs for one
_MAX_STATEMENT_LINES = 500  # each line more is one more attempt to parse the statement
_MAX_ATTEMPTS = 1_000_000  # characters in all of these attempts


def _has_excess(text: str) -> bool:
    """Whether tomlkit could not parse the text in reasonable time and memory. Marks in texts and comments count too."""
    return sum(map(text.count, ",=[\n\\")) > _MAX_VALUES


# In inline tables tomlkit moves (0.13) or loses (0.15) some spaces beside a comma or a brace. Nothing else may differ.
_COMMAS_AND_SPACES = re.compile(r"[ \t,}]+")


def _without_inline_spaces(text: str) -> str:
    """The text without the spaces beside commas and closing braces."""
    return _COMMAS_AND_SPACES.sub(
        lambda match: re.sub(r"[ \t]+", "", match[0]) if match[0].strip(" \t") else match[0], text
    )


def _parse(text: str) -> list[_Statement]:
    """The statements of a document; `ValueError` if their texts, joined, are not `text`.

    tomlkit moves or refuses tables that stand between those of one array, so that such a document is parsed header by
    header.
    """
    for parts in ((text,), _sections(text)):
        try:
            statements = [each for part in parts for each in _statements(tomlkit.parse(part), (), (), "")]
        except TOMLKitError:
            continue
        rendered = "".join(statement.text for statement in statements)
        if _without_inline_spaces(rendered) == _without_inline_spaces(text):
            return statements
    raise ValueError("tomlkit does not render the document unchanged")


def _sections(text: str) -> Iterator[str]:
    """The parts of a document that each start with a header; the first one may have none."""
    section, statement, attempts = "", "", 0
    for line in _lines(text):
        statement += line
        attempts += len(statement)
        if attempts > _MAX_ATTEMPTS:
            raise ValueError("the statements are too long")
        if not _is_complete(statement):
            continue
        if statement.lstrip().startswith("["):
            yield section
            section = ""
        section, statement = section + statement, ""
    yield section + statement


def _is_complete(statement: str) -> bool:
    """Whether this is a whole statement, and not the first lines of one."""
    if statement.count("\n") > _MAX_STATEMENT_LINES:
        raise ValueError("a statement is too long")
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _lines(text: str) -> Iterator[str]:
    for line in re.finditer(r"[^\n]*\n|[^\n]+", text):  # `splitlines` would also split at U+2028
        yield line[0]


def _statements(container: Container, table: _KeyPath, scope: _KeyPath, prefix: str) -> Iterator[_Statement]:
    """The statements in the body of `table`; `prefix` is the text of a dotted key before the keys in it."""
    for key, item in container.body:
        if key is None:
            yield from _trivia(item.as_string())
            continue
        path = (*table, _name(key))
        if isinstance(item, AoT):
            for element in item.body:
                yield _header(element, path, "[[{}]]")
                yield from _statements(element.value, path, path, "")
        elif isinstance(item, Table) and not item.is_super_table():
            yield _header(item, path, "[{}]")
            yield from _statements(item.value, path, path, "")
        elif isinstance(item, Table):  # defined by longer headers or by dotted keys
            dotted = f"{prefix}{key.as_string()}." if key.is_dotted() else ""
            yield from _statements(item.value, path, scope, dotted)
        else:
            lead = f"{item.trivia.indent}{prefix}{key.as_string()}{key.sep}"
            yield _Statement(_Kind.VALUE, lead, path, scope, item.as_string(), _trail(item), item)


def _trivia(text: str) -> Iterator[_Statement]:
    for line in _lines(text):
        yield _Statement(_Kind.BLANK if not line.strip() else _Kind.COMMENT, line)


def _header(table: Table, path: _KeyPath, brackets: str) -> _Statement:
    name = brackets.format(table.display_name)
    return _Statement(_Kind.HEADER, f"{table.trivia.indent}{name}{_trail(table)}", path, path)


def _trail(item: Item) -> str:
    return f"{item.trivia.comment_ws}{item.trivia.comment}{item.trivia.trail}"


def _name(key: Key) -> str:
    """The key without quotes; tomlkit keeps the escapes of a quoted one."""
    return next(iter(tomllib.loads(f"{key.as_string()} = 0")))


# Edits


class _Document:
    """The statements of a document while its values are changed to those of another one, the intended document."""

    def __init__(
        self, statements: list[_Statement], intended: Mapping[str, Any], replacement: list[_Statement]
    ) -> None:
        self.statements = statements
        self._intended = intended  # its order determines where new keys are inserted
        self._replacement = replacement  # the statements of the intended document, with the text of new values

    def update(self, before: Mapping[str, Any], after: Mapping[str, Any], table: _KeyPath) -> None:
        """Change the values of `table` from `before` to `after`."""
        for name, value in after.items():
            path = (*table, name)
            if name not in before:
                self._add(path)
            elif _is_same(before[name], value):
                continue
            elif isinstance(value, dict) and isinstance(before[name], dict):
                self._update_table(before[name], value, path)
            else:
                self._replace(path)
        for name in before:  # last, so that new keys get the position and the style of those that are removed
            if name not in after:
                self._remove((*table, name))

    def _update_table(self, before: Mapping[str, Any], after: Mapping[str, Any], path: _KeyPath) -> None:
        statement = self._statement_of(path)
        if statement and isinstance(statement.item, InlineTable):
            statement.value = self._inline_table(_InlineTexts(statement.item, path), before, after, path)
        else:
            self.update(before, after, path)

    def _replace(self, path: _KeyPath) -> None:
        statement = self._statement_of(path)
        if statement and self._is_value(path):
            statement.value = self._value_text(path)
        else:
            self._remove(path)
            self._add(path)

    def _statement_of(self, path: _KeyPath) -> _Statement | None:
        return next((each for each in self.statements if each.kind is _Kind.VALUE and each.path == path), None)

    def _remove(self, path: _KeyPath) -> None:
        kept: list[_Statement] = []
        follows_removed = False
        for statement in self.statements:
            if statement.is_within(path):
                follows_removed = True
            elif follows_removed and statement.kind is _Kind.BLANK and (not kept or kept[-1].kind is _Kind.BLANK):
                continue  # one blank line is enough where there were two
            else:
                follows_removed = False
                kept.append(statement)
        while follows_removed and kept and kept[-1].kind is _Kind.BLANK:
            kept.pop()
        self.statements = kept

    def _add(self, path: _KeyPath) -> None:
        scope = self._scope_of(path[:-1])
        if self._is_value(path) and scope is None:
            header = _Statement(_Kind.HEADER, f"[{'.'.join(path[:-1])}]\n", path[:-1], path[:-1])
            self._insert_section(path[:-1], [header, self._new_value(path, path[:-1])])
        elif self._is_value(path) and scope is not None:
            self._insert_value(path, scope)
        elif scope is not None and len(scope) < len(path) - 1:  # the table around it is written with dotted keys
            for statement in self._new_values(path):
                self._insert_value(statement.path, scope)
        else:
            self._insert_section(path, [each for each in self._replacement if each.is_within(path)])

    # New values

    def _is_value(self, path: _KeyPath) -> bool:
        return any(each.kind is _Kind.VALUE and each.path == path for each in self._replacement)

    def _new_values(self, path: _KeyPath) -> list[_Statement]:
        return [each for each in self._replacement if each.kind is _Kind.VALUE and each.is_within(path)]

    def _value_text(self, path: _KeyPath) -> str:
        (statement,) = self._new_values(path)
        return statement.value

    def _new_value(self, path: _KeyPath, scope: _KeyPath, indent: str = "") -> _Statement:
        key = ".".join(path[len(scope) :])
        return _Statement(_Kind.VALUE, f"{indent}{key} = ", path, scope, self._value_text(path), "\n")

    def _predecessors(self, path: _KeyPath) -> Iterator[_KeyPath]:
        """The keys before `path` in its table of the intended document, the nearest one first."""
        table = self._intended
        for name in path[:-1]:
            table = table[name]
        names = list(table)
        for name in reversed(names[: names.index(path[-1])]):
            yield (*path[:-1], name)

    # Where new statements go

    def _scope_of(self, table: _KeyPath) -> _KeyPath | None:
        """The header under which the keys of `table` are written, itself or one above it; None if it has none."""
        if not table or any(each.kind is _Kind.HEADER and each.path == table for each in self.statements):
            return table
        dotted = (each.scope for each in self.statements if each.kind is _Kind.VALUE and each.is_within(table))
        return next((scope for scope in dotted if len(scope) < len(table)), None)

    def _insert_value(self, path: _KeyPath, scope: _KeyPath) -> None:
        index = self._index_for_value(path, scope)
        neighbours = self.statements[index - 1 : index] + self.statements[index : index + 1]
        indents = (each.lead for each in neighbours if each.kind is _Kind.VALUE and each.scope == scope)
        indent = next((lead[: len(lead) - len(lead.lstrip())] for lead in indents), "")
        self.statements.insert(index, self._new_value(path, scope, indent))

    def _index_for_value(self, path: _KeyPath, scope: _KeyPath) -> int:
        """The index after the nearest predecessor in the same scope, else before all other keys of the scope."""
        in_scope = [
            index for index, each in enumerate(self.statements) if each.kind is _Kind.VALUE and each.scope == scope
        ]
        for depth in range(len(path), len(scope), -1):
            for predecessor in self._predecessors(path[:depth]):
                if found := [index for index in in_scope if self.statements[index].is_within(predecessor)]:
                    return found[-1] + 1
            table = path[: depth - 1]
            if len(table) > len(scope) and (found := [i for i in in_scope if self.statements[i].is_within(table)]):
                return self._before_comments(found[0])
        if scope:
            return 1 + self._first(each.kind is _Kind.HEADER and each.path == scope for each in self.statements)
        return self._index_at_top(in_scope)

    def _index_at_top(self, values: list[int]) -> int:
        """The index for a first key of the document that is in no table; `values` are the indices of the others."""
        if values:
            return self._before_comments(values[0])
        index = self._before_comments(self._first(each.kind is _Kind.HEADER for each in self.statements))
        if index < len(self.statements):
            self.statements.insert(index, _Statement(_Kind.BLANK, "\n"))
        return index

    def _insert_section(self, path: _KeyPath, section: Iterable[_Statement]) -> None:
        """Insert a header and its values: before the tables in it, else after its predecessor."""
        new = list(section)
        inner = self._first(each.kind is _Kind.HEADER and each.is_within(path) for each in self.statements)
        index = self._before_comments(inner) if inner < len(self.statements) else self._end_of_predecessor(path)
        for place in range(len(new) - 1, 0, -1):
            if new[place].kind is _Kind.HEADER:
                new.insert(place, _Statement(_Kind.BLANK, "\n"))
        if index > 0 and self.statements[index - 1].kind is not _Kind.BLANK:
            new.insert(0, _Statement(_Kind.BLANK, "\n"))
        if index < len(self.statements) and self.statements[index].kind is not _Kind.BLANK:
            new.append(_Statement(_Kind.BLANK, "\n"))
        self.statements[index:index] = new

    def _end_of_predecessor(self, path: _KeyPath) -> int:
        """The end of the section with the key before `path`; comments above the next header belong to that header."""
        predecessor = next(self._predecessors(path), None)
        if predecessor is None:
            return len(self.statements)
        found = [index for index, each in enumerate(self.statements) if each.is_within(predecessor)]
        rest = self.statements[found[-1] + 1 :]
        headers = [index for index, each in enumerate(rest) if each.kind is _Kind.HEADER]
        end = found[-1] + 1 + (headers[0] if headers else len(rest))
        end = self._skip_back(end, _Kind.COMMENT) if headers else end
        return self._skip_back(end, _Kind.BLANK)

    def _before_comments(self, index: int) -> int:
        """The index of the comments directly above a statement, unless they start the file and describe it."""
        return self._skip_back(index, _Kind.COMMENT) or index

    def _skip_back(self, index: int, kind: _Kind) -> int:
        while index > 0 and self.statements[index - 1].kind is kind:
            index -= 1
        return index

    def _first(self, matches: Iterable[bool]) -> int:
        """The index of the first statement that matches; the number of statements if none does."""
        return next((index for index, match in enumerate(matches) if match), len(self.statements))

    # Inline tables

    def _inline_table(
        self, texts: _InlineTexts, before: Mapping[str, Any], after: Mapping[str, Any], path: _KeyPath
    ) -> str:
        """The text of an inline table: its keys in their existing order, each new one after its predecessor."""
        names = [name for name in before if name in after]
        for index, name in enumerate(after):
            if name not in before:
                predecessors = [names.index(each) for each in list(after)[:index]]
                names.insert(predecessors[-1] + 1 if predecessors else 0, name)
        members = []
        for name in names:
            inner, value = (*path, name), after[name]
            if name in before and _is_same(before[name], value) and inner in texts.values:
                text = texts.values[inner]
            elif isinstance(value, dict):
                existing = before.get(name)
                text = self._inline_table(texts, existing if isinstance(existing, dict) else {}, value, inner)
            else:
                text = self._value_text(inner)
            members.append(f"{texts.keys.get(inner, name)} = {text}")
        return f"{{{texts.padding}{', '.join(members)}{texts.padding}}}"


class _InlineTexts:
    """The texts of the keys and values in an inline table, by their paths, and the space inside its braces."""

    def __init__(self, table: InlineTable, path: _KeyPath) -> None:
        self.keys: dict[_KeyPath, str] = {}
        self.values: dict[_KeyPath, str] = {}
        self.padding = " " if table.as_string().startswith("{ ") else ""
        self._collect(table.value, path)

    def _collect(self, container: Container, path: _KeyPath) -> None:
        for key, item in container.body:
            if key is None:
                continue
            inner = (*path, _name(key))
            self.keys[inner] = key.as_string().strip()
            if isinstance(item, Table | InlineTable):
                self._collect(item.value, inner)
            if not isinstance(item, Table):  # such a table has a dotted key, and no text of its own
                self.values[inner] = item.as_string()
