"""Where the files are. Which package may import which is declared in `pyproject.toml` and checked by import-linter."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source import FILES, SOURCE, trees
from tests.support.paths import ROOT

PACKAGES = {name: path for name, path in FILES.items() if path.name == "__init__.py"}


def test_the_top_level_contains_only_packages_and_the_entry_point() -> None:
    files = {path.name for path in SOURCE.iterdir() if path.is_file()}
    assert files == {"__init__.py", "__main__.py", "py.typed"}


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_has_a_docstring_of_a_few_sentences(package: str) -> None:
    docstring = ast.get_docstring(trees()[package]) or ""
    assert 1 <= len(re.findall(r"\.(?:\s|$)", docstring)) <= 5


def test_the_docstring_of_the_program_names_every_package_once() -> None:
    table = (ast.get_docstring(trees()["wizard"]) or "").partition("\n\n")[2]
    named = [
        name
        for row in re.findall(r"^    ([a-z0-9]+(?:, [a-z0-9]+)*)  ", table, re.MULTILINE)
        for name in row.split(", ")
    ]
    assert sorted(named) == sorted(name.removeprefix("wizard.") for name in PACKAGES if name.count(".") == 1)


@pytest.mark.parametrize("package", [name for name in PACKAGES if name.count(".") == 1])
def test_each_top_level_package_has_a_folder_of_tests(package: str) -> None:
    folder = ROOT / "tests" / package.removeprefix("wizard.")
    assert (folder / "__init__.py").is_file()
    assert list(folder.glob("test_*.py"))
