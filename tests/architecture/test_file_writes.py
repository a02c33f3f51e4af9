"""Only `wizard.files` writes files, so that every file is written with the same care."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import trees

_METHODS = {
    *("write_text", "write_bytes", "touch", "mkstemp", "NamedTemporaryFile", "TemporaryFile", "symlink_to"),
    *("hardlink_to", "rename", "copyfile", "copy2", "copytree", "makedirs", "mkdir"),
}
_OS_CALLS = {"open", "mkdir", "makedirs", "rename", "replace", "link", "symlink", "truncate", "chmod", "chown", "mknod"}
# Modules that have another reason.
_OTHERS = {
    "wizard.checks.filesystem": "writes as the registry does, in a folder that is tested",
    "wizard.s3.ca_bundle": "certificates, which OpenSSL reads from a temporary file",
    "wizard.console.core_dumps": "sets what a dump of this process has, in /proc",
    "wizard.console.stdio": "opens the standard streams",
    "wizard.validation.stale_folders": "opens folders, to remove what an earlier test left in them",
}


def writes(tree: ast.AST) -> Iterator[str]:
    """Calls that create or change files."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="os"), attr="open")) if _only_reads(node):
                continue
            case ast.Call(func=ast.Attribute(value=ast.Name(id="os"), attr=name)) if name in _OS_CALLS:
                yield f"os.{name} in line {node.lineno}"
            case ast.Call(func=ast.Attribute(attr=name)) if name in _METHODS:
                yield f"{name} in line {node.lineno}"
            case ast.Call(func=ast.Name(id="open") | ast.Attribute(attr="open" | "fdopen")) if _has_writing_mode(node):
                yield f"open in line {node.lineno}"
            case ast.ImportFrom(module="os" | "shutil", names=names):
                if found := {alias.name for alias in names} & (_OS_CALLS | _METHODS):
                    yield f"import of {found} in line {node.lineno}"


def _only_reads(call: ast.Call) -> bool:
    """Whether `os.open` opens /dev/null, or its flags are written out and none of them allows to write a file."""
    if ast.unparse(call.args[0]) == "os.devnull":
        return True
    flags = [node.attr for value in call.args[1:] for node in ast.walk(value) if isinstance(node, ast.Attribute)]
    return bool({"O_RDONLY", "O_DIRECTORY"} & set(flags)) and not {"O_WRONLY", "O_RDWR", "O_CREAT"} & set(flags)


def _has_writing_mode(call: ast.Call) -> bool:
    values = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "mode")]
    texts = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    return any(set(text) <= set("rwxabt+") and set(text) & set("wxa+") for text in texts)


def _all_writes() -> dict[str, list[str]]:
    return {
        module: found
        for module, tree in trees().items()
        if not module.startswith("wizard.files.") and (found := list(writes(tree)))
    }


def test_only_one_package_writes_files() -> None:
    assert {module: found for module, found in _all_writes().items() if module not in _OTHERS} == {}


def test_every_exception_is_needed() -> None:
    assert set(_OTHERS) <= set(_all_writes())


@pytest.mark.parametrize(
    "code",
    [
        *("path.write_text('x')", "path.write_bytes(b'')", "open(path, 'w')", "path.open('xb')", "os.fdopen(1, 'a')"),
        *("os.open(path, flags)", "os.replace(a, b)", "tempfile.mkstemp()", "open(path, mode='r+')", "path.touch()"),
        *("from os import replace", "path.open(mode='wb')", "path.mkdir()", "path.rename(x)"),
    ],
)
def test_a_write_is_noticed(code: str) -> None:
    assert list(writes(ast.parse(code))) != []


@pytest.mark.parametrize(
    "code",
    ["os.open(path, os.O_RDONLY)", "open(path)", "path.open('rb')", "text.replace('w', 'x')", "state.open(path)"],
)
def test_what_is_no_write_is_not_noticed(code: str) -> None:
    assert list(writes(ast.parse(code))) == []
