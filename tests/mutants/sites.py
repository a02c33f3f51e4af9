"""The places of the program that can be changed, and what each one becomes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

_SWAPPED: dict[type[ast.AST], Callable[[], Any]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_UNTOUCHED = ("__all__", "__slots__")


class Mutant(NamedTuple):
    """One change: the part of the file from `start` to `end`, in bytes, becomes `new`."""

    file: Path  # below the project's root
    line: int
    start: int
    end: int
    old: str
    new: str

    @property
    def title(self) -> str:
        """The place and the change, on one line."""
        old, new = (" ".join(text.split())[:70] for text in (self.old, self.new))
        return f"{self.file}:{self.line}: {old} → {new}"

    def applied_to(self, source: bytes) -> bytes:
        """The file with the change."""
        return source[: self.start] + self.new.encode() + source[self.end :]


def mutants_of(root: Path, file: Path) -> Iterator[Mutant]:
    """Every change of a file, in the order of its lines."""
    source = (root / file).read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node, new in _changes(ast.parse(source)):
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        yield Mutant(file, node.lineno, start, end, source[start:end].decode(), new)


def _changes(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, str]]:  # noqa: C901 - a case for each kind
    for node in _code_of(tree):
        match node:
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                yield node, _unparsed(ast.Compare(left, [_swapped(operator)], [right]))
            case ast.BoolOp(op=operator, values=values):
                yield node, _unparsed(ast.BoolOp(_swapped(operator), values))
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _SWAPPED:
                yield node, _unparsed(ast.BinOp(left, _swapped(operator), right))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield node, _unparsed(operand)
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                yield test, _unparsed(ast.UnaryOp(ast.Not(), test))
            case ast.Constant(value=bool(value)):
                yield node, str(not value)
            case ast.Constant(value=int(value)):
                yield node, str(value + 1)
            case ast.Constant(value=str(value)) if value and " " not in value:
                yield node, repr(f"{value}x")
            case ast.Return(value=ast.expr() as value) if not _is_none(value):
                yield node, "return None"
            case ast.Expr(value=ast.Call()) | ast.Raise() | ast.AugAssign():
                yield node, "pass"
            case ast.Continue():
                yield node, "break"


def _code_of(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run: no docstrings, no annotations, and no parts of texts with values."""
    for name, value in ast.iter_fields(tree):
        children = value if isinstance(value, list) else [value]
        for child in children:
            if not isinstance(child, ast.AST) or name in ("annotation", "returns"):
                continue
            is_text = isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            is_if_checking = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
            is_name = isinstance(child, ast.Assign) and ast.unparse(child.targets[0]) in _UNTOUCHED
            if is_text or is_if_checking or is_name or isinstance(child, ast.JoinedStr | ast.Import | ast.ImportFrom):
                continue
            yield child
            yield from _code_of(child)


def _swapped(operator: ast.AST) -> Any:
    return _SWAPPED[type(operator)]()


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _unparsed(node: ast.AST) -> str:
    return f"({ast.unparse(ast.fix_missing_locations(node))})"
