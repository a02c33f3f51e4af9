"""Calls that the program never makes, because they would weaken its security."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import trees

FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "breakpoint"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "importlib.util", "subprocess", "multiprocessing"}
FORBIDDEN_ATTRIBUTES = {
    *(("os", name) for name in ("system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp")),
    *(("os", f"{verb}{how}") for verb in ("exec", "spawn") for how in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
    *(("yaml", name) for name in ("load", "unsafe_load", "full_load", "Loader", "FullLoader", "UnsafeLoader")),
    *(("importlib", "import_module"), ("tempfile", "mktemp"), ("ssl", "_create_unverified_context")),
}


ALLOWED = {
    "wizard.s3.credential_process": 1,  # imports `subprocess` for a command of the user's AWS configuration
    "wizard.tui.screens": 1,  # imports its own modules when they are needed, by a list of their names
}


def forbidden_calls(tree: ast.AST) -> Iterator[str]:
    """Calls and imports that run text as code, start programs, skip verification, or write to shared folders."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN_CALLS:
                yield f"{name}() in line {node.lineno}"
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if (owner, name) in FORBIDDEN_ATTRIBUTES:
                yield f"{owner}.{name} in line {node.lineno}"
            case ast.keyword(arg="shell", value=value) if not (
                isinstance(value, ast.Constant) and value.value is False
            ):
                yield f"shell= in line {node.lineno}"
            case ast.keyword(arg="verify", value=ast.Constant(value=False)):
                yield f"verify=False in line {node.lineno}"
            case ast.Constant(value=str(text)) if text.startswith(("/tmp", "/var/tmp", "/dev/shm")):
                yield f"path in a shared folder in line {node.lineno}"
            case ast.Import(names=names) if {alias.name for alias in names} & FORBIDDEN_MODULES:
                yield f"import in line {node.lineno}"
            case ast.ImportFrom(module=module, names=names):
                if module in FORBIDDEN_MODULES or {(module, alias.name) for alias in names} & FORBIDDEN_ATTRIBUTES:
                    yield f"import in line {node.lineno}"


def test_no_module_makes_a_forbidden_call() -> None:
    found = {name: calls for name, tree in trees().items() if (calls := list(forbidden_calls(tree)))}
    assert {name: len(calls) for name, calls in found.items()} == ALLOWED, found


@pytest.mark.parametrize(
    "code",
    [
        *("eval('1')", "exec('1')", "compile('1', '', 'eval')", "import pickle", "from pickle import loads"),
        *("import os\nos.system('ls')", "from os import system", "run('ls', shell=True)", "run('ls', shell=x)"),
        *("__import__('x')", "importlib.import_module('x')", "import os, marshal"),
        *("import subprocess", "os.execvp('ls', [])", "os.spawnl(0, 'ls')", "yaml.load(text, yaml.Loader)"),
        *("tempfile.mktemp()", "open('/tmp/storage-wizard')", "request(verify=False)", "from yaml import load"),
    ],
)
def test_a_forbidden_call_is_noticed(code: str) -> None:
    assert list(forbidden_calls(ast.parse(code))) != []


def skips_verification(tree: ast.AST) -> bool:
    """Whether a module makes TLS connections without verifying the certificate."""
    names = {"CERT_NONE", "check_hostname", "verify_mode"}
    return any(isinstance(node, ast.Attribute) and node.attr in names for node in ast.walk(tree))


def test_modules_that_connect_without_verification_send_nothing() -> None:
    unverified = {module for module, tree in trees().items() if skips_verification(tree)}
    assert unverified == {
        *("wizard.diagnosis.certificate", "wizard.diagnosis.connection_errors"),
        "wizard.oci.trust",  # for `verify --insecure`, which the transport gets only if the user asks for it
    }
    calls = {"request", "putrequest", "endheaders", "sendall", "send", "write"}
    for module in unverified:
        sent = {node.attr for node in ast.walk(trees()[module]) if isinstance(node, ast.Attribute)} & calls
        assert sent == set(), f"{module} sends something"


def test_only_one_module_asks_what_a_path_is() -> None:
    """`Path.is_dir` and the like raise for a name that is too long, and where this user cannot look."""
    methods = {"is_file", "is_dir", "exists", "is_symlink", "is_mount"}
    asking = {
        module
        for module, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in methods
    }
    assert asking == {"wizard.files.reading"}
