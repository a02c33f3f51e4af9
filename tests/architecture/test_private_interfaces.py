"""Private parts of Textual and botocore are used in one module each, which has its own tests."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import textwrap
from collections.abc import Iterator

import pytest

from tests.architecture.source import FILES, trees

TEXTUAL_INTERNALS = "wizard.tui.terminal.textual_internals"
BOTOCORE_INTERNALS = "wizard.s3.botocore_internals"


# Documented names of namedtuple, Enum and os
PUBLIC = {"_replace", "_asdict", "_fields", "_field_defaults", "_make", "_value_", "_exit"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__") and name not in PUBLIC


def private_imports(tree: ast.AST, library: str) -> Iterator[str]:
    """The private names of `library` that a module imports."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == library:
            names = [*str(node.module).split("."), *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Import):
            modules = [alias.name.split(".") for alias in node.names]
            names = [name for parts in modules if parts[0] == library for name in parts]
        yield from (name for name in names if is_private(name))


@pytest.mark.sample
@pytest.mark.parametrize(("library", "module"), [("textual", TEXTUAL_INTERNALS), ("botocore", BOTOCORE_INTERNALS)])
def test_private_names_of_a_library_are_imported_in_one_module(library: str, module: str) -> None:
    assert {name for name, tree in trees().items() if [*private_imports(tree, library)]} <= {module}


@pytest.mark.parametrize("code", ["from textual import _x", "from textual._x import y", "import textual._x.y"])
def test_a_private_import_is_noticed(code: str) -> None:
    assert [*private_imports(ast.parse(code), "textual")] == ["_x"]


def foreign_private_attributes(tree: ast.AST) -> Iterator[str]:
    """Private attributes of other objects than `self` and `cls` that the module does not define itself."""
    nodes = [*ast.walk(tree)]
    own = {node.attr for node in nodes if isinstance(node, ast.Attribute) and is_own(node.value)}
    own |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    for node in nodes:
        if isinstance(node, ast.Attribute) and is_private(node.attr) and node.attr not in own:
            yield f"{ast.unparse(node)} in line {node.lineno}"


def is_own(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id in ("self", "cls")


def test_private_attributes_of_other_objects_are_used_only_for_the_libraries() -> None:
    found = {name: [*foreign_private_attributes(tree)] for name, tree in trees().items()}
    argparse_users = {name for name in found if name.startswith("wizard.cli.")}  # argparse cannot list its subcommands
    assert {name for name, uses in found.items() if uses} <= {TEXTUAL_INTERNALS, BOTOCORE_INTERNALS, *argparse_users}


@functools.cache
def private_members(cls: type) -> frozenset[str]:
    """The private methods and attributes that the source of a class defines."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(tree, ast.ClassDef)
    names = {
        node.id for line in tree.body for node in ast.walk(line) if isinstance(node, ast.Name) and is_class_level(line)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and is_own(node.value):
            names.add(node.attr)
    return frozenset(name for name in names if is_private(name))


def is_class_level(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Assign | ast.AnnAssign)


def inherited_private_members(module: str) -> Iterator[str]:
    """Private members of Textual's classes that a class of the module overrides or uses."""
    for _, cls in inspect.getmembers(importlib.import_module(module), inspect.isclass):
        bases = [base for base in cls.__mro__ if base.__module__.startswith("textual.")]
        if cls.__module__ == module and bases:
            private = frozenset[str]().union(*(private_members(base) for base in bases))
            for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(cls)))):
                match node:
                    case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.Attribute(attr=name):
                        if name in private:
                            yield f"{cls.__name__}.{name}"


@pytest.mark.parametrize("module", [name for name in FILES if name.startswith("wizard.tui.")])
def test_classes_neither_use_nor_override_private_members_of_textual(module: str) -> None:
    if module != TEXTUAL_INTERNALS:
        assert [*inherited_private_members(module)] == []


def test_the_use_of_a_private_member_of_textual_is_noticed() -> None:
    assert "AppAdapter._display" in [*inherited_private_members(TEXTUAL_INTERNALS)]
