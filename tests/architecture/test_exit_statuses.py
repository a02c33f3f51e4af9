"""Every place that ends the program names a documented exit status: 0, 1, 2, or 128 plus the number of a signal."""

from __future__ import annotations

import ast

from tests.architecture.source import trees
from wizard.console.exit_status import ExitStatus, exit_status_of
from wizard.files.signals import ENDING_SIGNALS

_ALLOWED = {"", "0", "2", "main()", "exit_status_of(number)", "stop.exit_status", "statuses[0]"}


def _ends() -> set[str]:
    """The arguments of all calls that end the program."""
    return {
        ast.unparse(node.args[0]) if node.args else ""
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).rpartition(".")[2] in ("exit", "_exit", "SystemExit", "quit")
    }


def _returned_numbers() -> set[object]:
    """Numbers that the functions return that compute an exit status."""
    return {
        node.value.value
        for module, tree in trees().items()
        if module.startswith(("wizard.cli", "wizard.tui.start", "wizard.prompts"))
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name in ("main", "run", "start", "launch")
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant)
    }


def test_every_end_of_the_program_has_a_documented_status() -> None:
    assert _ends() <= _ALLOWED
    assert _returned_numbers() <= {0, 1, 2}
    assert {int(status) for status in ExitStatus} == {0, 1, 2, 130}
    assert [exit_status_of(number) for number in ENDING_SIGNALS] == [128 + number for number in ENDING_SIGNALS]
