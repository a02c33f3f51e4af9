"""Public names and dependencies are documented."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator

from tests.architecture.source import trees
from tests.support.paths import ROOT

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def public(module: str, tree: ast.Module) -> Iterator[tuple[str, Documented]]:
    """The module, its public classes and functions, and their methods except in `tui`, where Textual names many."""
    yield module, tree
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield f"{module}.{node.name}", node
            is_tui = module.startswith("wizard.tui.")
            for method in node.body if isinstance(node, ast.ClassDef) and not is_tui else ():
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and not method.name.startswith("_"):
                    yield f"{module}.{node.name}.{method.name}", method


def test_everything_public_has_a_docstring() -> None:
    documented = (public(module, tree) for module, tree in trees().items())
    assert [name for found in documented for name, node in found if not (ast.get_docstring(node) or "").strip()] == []


def test_each_dependency_is_bounded_and_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    wanted = project["dependencies"] + [line for extra in project["optional-dependencies"].values() for line in extra]
    assert wanted
    for requirement in wanted:
        assert re.search(rf'^ *"{re.escape(requirement)}", +# \w.{{10,}}$', text, re.MULTILINE), requirement
        assert re.search(r">=[\d.]+,<\d+", requirement), requirement
