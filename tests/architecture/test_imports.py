"""What is imported, and what a command loads at its start."""

from __future__ import annotations

import pytest

import wizard
from tests.architecture.source import run_python

TEXTUAL = {"textual", "rich"}
BOTO3 = {"boto3", "botocore", "urllib3"}
HEAVY = TEXTUAL | BOTO3 | {"moto", "yaml", "tomli_w", "tomlkit", "cryptography"}


def test_imports_keep_the_contracts_in_pyproject() -> None:
    lint = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    run = run_python("-c", lint)
    assert run.returncode == 0, run.stdout + run.stderr


def modules_loaded_by(code: str) -> set[str]:
    """The top-level names of all modules that are loaded after `code` in a new interpreter."""
    run = run_python("-c", f"{code}\nimport sys\nprint(*sys.modules)")
    assert run.returncode == 0, run.stderr
    return {name.partition(".")[0] for name in run.stdout.split()}


def test_a_loaded_module_is_noticed() -> None:
    assert "textual" in modules_loaded_by("import textual")


@pytest.mark.sample
@pytest.mark.parametrize("command", ["export", "migrate", "policy", "providers", "show"])
def test_light_commands_load_neither_textual_nor_boto3(command: str) -> None:
    loaded = modules_loaded_by(f"import wizard.cli.main, wizard.cli.commands.{command}")
    assert loaded & (TEXTUAL | BOTO3) == set()


def test_commands_that_validate_do_not_load_textual() -> None:
    loaded = modules_loaded_by("import wizard.cli.commands.check, wizard.cli.commands.configure")
    assert loaded & TEXTUAL == set()


def test_the_line_prompts_do_not_load_textual() -> None:
    assert modules_loaded_by("import wizard.prompts.start") & TEXTUAL == set()


@pytest.mark.parametrize("module", ["wizard.cli.main", "wizard.__main__"])
def test_the_entry_points_load_nothing_heavy(module: str) -> None:
    assert modules_loaded_by(f"import {module}") & HEAVY == set()


def test_printing_the_version_loads_nothing_heavy() -> None:
    run = run_python("-X", "importtime", "-m", "wizard", "--version")
    assert (run.returncode, run.stdout) == (0, f"storage-wizard {wizard.__version__} (from source)\n")
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in run.stderr.splitlines()}
    assert "argparse" in loaded
    assert loaded & HEAVY == set()
