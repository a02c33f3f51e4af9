"""Settings files as a person could write them: any order and style, with comments and unknown keys everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from hypothesis import strategies as st

_TEXT = st.text("aZ0 #[]=.,-é秘", max_size=8)  # no quotes, backslashes and line ends: valid in every kind of string
_VALUE = st.one_of(_TEXT, st.booleans(), st.integers(0, 1 << 40), st.lists(_TEXT, max_size=2))
_UNKNOWN = st.dictionaries(
    st.sampled_from(["color", "note", "by", "x-y", "1"]),
    st.one_of(_VALUE, st.dictionaries(st.sampled_from(["a", "b"]), _VALUE, max_size=2)),
    max_size=2,
)


@dataclass(frozen=True)
class Handwritten:
    """The text of a file, and the comments in it that are on a line of their own, in order."""

    text: str
    comments: tuple[str, ...]


@st.composite
def handwritten_files(draw: st.DrawFn) -> Handwritten:
    """Files that are valid TOML and valid settings files."""
    writer = _Writer(draw)
    text = writer.document(_document(draw))
    if draw(st.integers(1, 5)) == 1:
        text = text.replace("\n", "\r\n")
    return Handwritten(text, tuple(writer.comments))


def _document(draw: st.DrawFn) -> dict[str, object]:
    storage_type = draw(st.sampled_from(["s3", "filesystem"]))
    provider = draw(st.sampled_from(["minio", "garage"])) if storage_type == "s3" else "filesystem"
    document: dict[str, object] = {"version": 1, "registry": "harbor", "provider": provider, **draw(_UNKNOWN)}
    storage: dict[str, object] = {"type": storage_type, **draw(_UNKNOWN)}
    s3 = st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(("bucket", "region", "secretkey", "accesskey", "keyid"), _TEXT),
            **dict.fromkeys(("secure", "v4auth"), st.booleans()),
            "chunksize": st.integers(5 << 20, 1 << 30),
        },
    )
    redirect = st.fixed_dictionaries({}, optional={"disable": st.booleans()})
    validation = st.fixed_dictionaries(
        {"passed": st.booleans(), "at": st.just(datetime(2020, 1, 1, tzinfo=UTC))},
        optional={"failed": st.lists(st.sampled_from(["write", "delete"]), max_size=2)},
    )
    tables: tuple[tuple[str, st.SearchStrategy[dict[str, Any]]], ...] = (
        ("s3", s3),
        ("filesystem", st.just({"rootdirectory": "/srv"})),
        ("redirect", redirect),
    )
    for name, table in tables:
        if draw(st.booleans()):
            storage[name] = {**draw(table), **draw(_UNKNOWN)}
    document |= {"storage": storage, "validation": {**draw(validation), **draw(_UNKNOWN)}}
    for name in ("version", "registry", "provider", "storage", "validation"):
        if draw(st.integers(1, 4)) == 1:
            del document[name]
    return document


class _Writer:
    """Writes a document; `comments` are the comments on lines of their own."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.comments: list[str] = []
        self._draw = draw
        self._numbers = count()
        self._lines: list[str] = []

    def document(self, document: Mapping[str, object]) -> str:
        self._arrays = self._chance(20)
        pending = self._table(document, ())
        while pending:  # headers in any order
            path, table = pending.pop(self._draw(st.integers(0, len(pending) - 1)))
            pending += self._table(table, path)
            self._array_of_tables()
        self._trivia()
        return "\n".join(self._lines) + ("" if self._chance(20) else "\n")

    def _table(
        self, table: Mapping[str, object], path: tuple[str, ...]
    ) -> list[tuple[tuple[str, ...], Mapping[str, object]]]:
        """Write the header and the keys of a table. Returns the tables in it that get headers of their own."""
        own_headers = [name for name, value in table.items() if isinstance(value, dict) and self._chance(60)]
        names = self._draw(st.permutations([name for name in table if name not in own_headers]))
        if path and (names or not own_headers or self._chance(50)):
            self._line(f"[{self._key(path)}]")
        for name in names:
            self._assignment(name, table[name])
        return [((*path, name), value) for name in own_headers if isinstance(value := table[name], dict)]

    def _assignment(self, name: str, value: object) -> None:
        if isinstance(value, dict) and value and self._chance(50):
            for path, leaf in self._draw(st.permutations(list(_leaves(value)))):
                self._line(f"{self._key((name, *path))} = {self._value(leaf)}")
        else:
            self._line(f"{self._key((name,))} = {self._value(value)}")

    def _array_of_tables(self) -> None:
        if self._arrays:
            self._arrays = False
            for header in ("[[people]]", "[people.address]", "[[ people ]]"):
                self._line(header)
                self._line('street = "x"')

    def _line(self, text: str) -> None:
        self._trivia()
        indent = self._draw(st.sampled_from(["", "", "\t", "  "]))
        comment = f" {self._comment()}" if self._chance(30) else ""
        self._lines.append(f"{indent}{text}{comment}")

    def _trivia(self) -> None:
        for _ in range(self._draw(st.integers(0, 2))):
            if self._chance(60):
                self.comments.append(self._comment())
                self._lines.append(self._draw(st.sampled_from(["", "  "])) + self.comments[-1])
            else:
                self._lines.append(self._draw(st.sampled_from(["", "", "  "])))

    def _comment(self) -> str:
        end = self._draw(st.sampled_from(["", " [storage.s3]", ' key = "x"', " \u202e\x9b\u2028", " # \"'", "\t"]))
        return f"# comment {next(self._numbers)}.{end}"

    def _key(self, path: tuple[str, ...]) -> str:
        quotes = [self._draw(st.sampled_from(["", "", "", "'", '"'])) for _ in path]
        dot = self._draw(st.sampled_from([".", ".", " . "]))
        return dot.join(f"{quote}{name}{quote}" for quote, name in zip(quotes, path, strict=True))

    def _value(self, value: object) -> str:
        match value:
            case bool():
                return str(value).lower()
            case int():
                return self._draw(st.sampled_from([str(value), hex(value), f"{value:_}"]))
            case datetime():
                return self._draw(st.sampled_from([value.isoformat(), value.isoformat(" ").replace("+00:00", "z")]))
            case list():
                space = self._draw(st.sampled_from(["", " ", f"\n  {self._comment()}\n  "]))
                return f"[{space}{', '.join(map(self._value, value))}{space}]"
            case dict():
                space = self._draw(st.sampled_from(["", " "]))
                members = (f"{self._key((name,))} = {self._value(inner)}" for name, inner in value.items())
                return f"{{{space}{', '.join(members)}{space}}}"
            case _:
                quote = self._draw(st.sampled_from(['"', "'", '"""', "'''"]))
                return f"{quote}{value}{quote}"

    def _chance(self, percent: int) -> bool:
        return self._draw(st.integers(1, 100)) <= percent


def _leaves(table: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], object]]:
    """The values in a table and in the tables in it, by their paths; an empty table is a value."""
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from (((name, *path), leaf) for path, leaf in _leaves(value))
        else:
            yield (name,), value
