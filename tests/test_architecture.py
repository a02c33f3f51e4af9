"""The structure of the source: imports, forbidden calls, documentation, dependencies, and what the linters say.

Which package may import which is declared in `pyproject.toml` and checked by import-linter.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest

import wizard
from tests.support.paths import ROOT

SOURCE = ROOT / "wizard"
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(SOURCE.rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8"), str(path)) for name, path in FILES.items()}
HEAVY = {"textual", "rich", "boto3", "botocore", "urllib3", "moto", "yaml", "tomli_w", "tomlkit", "cryptography"}


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Python in the source tree, with warnings as errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


# Layout


def test_nothing_lies_flat_in_the_package() -> None:
    flat = {path.name for path in SOURCE.iterdir() if path.is_file()}
    assert flat == {"__init__.py", "__main__.py", "py.typed"}


def test_every_package_says_in_a_few_sentences_what_belongs_in_it() -> None:
    for path in SOURCE.rglob("__init__.py"):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert text, path
        if path.parent != SOURCE:
            assert 1 <= len(re.findall(r"\.(?:\s|$)", text)) <= 6, path


@pytest.mark.parametrize("package", [path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()])
def test_the_tests_mirror_the_layout(package: str) -> None:
    assert (ROOT / "tests" / package / "__init__.py").exists()


# What an import brings


def modules_after(code: str) -> set[str]:
    """The top-level names of all modules that are loaded once `code` has run in its own interpreter."""
    run = python("-c", f"{code}\nimport sys\nprint(*sys.modules)")
    assert run.returncode == 0, run.stderr
    return {name.partition(".")[0] for name in run.stdout.split()}


def test_light_commands_load_neither_textual_nor_boto3() -> None:
    for command in ("export", "policy", "providers", "show"):
        assert {"textual", "rich", "boto3", "botocore", "urllib3"}.isdisjoint(
            modules_after(f"import wizard.cli.main, wizard.cli.commands.{command}")
        )


def test_commands_that_validate_do_not_load_textual() -> None:
    assert {"textual", "rich"}.isdisjoint(
        modules_after("import wizard.cli.commands.check, wizard.cli.commands.configure")
    )


def test_the_line_prompts_do_not_load_textual() -> None:
    assert {"textual", "rich"}.isdisjoint(modules_after("import wizard.prompts.start"))


def test_what_is_loaded_is_noticed() -> None:
    assert "textual" in modules_after("import textual")


def test_the_entry_points_load_nothing_heavy() -> None:
    for code in ("import wizard.cli.main", "import wizard.__main__"):
        assert HEAVY.isdisjoint(modules_after(code))


def test_printing_the_version_loads_nothing_heavy() -> None:
    run = python("-X", "importtime", "-m", "wizard", "--version")
    assert (run.returncode, run.stdout) == (0, f"storage-wizard {wizard.__version__} (from source)\n")
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in run.stderr.splitlines()}
    assert "argparse" in loaded
    assert HEAVY.isdisjoint(loaded)


# Private interfaces


def private_imports(tree: ast.AST, library: str) -> list[str]:
    """The private names of `library` that a module imports."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).partition(".")[0] == library:
            names = [*str(node.module).split("."), *(alias.name for alias in node.names)]
            found += [name for name in names if name.startswith("_")]
    return found


@pytest.mark.parametrize(
    ("library", "module"),
    [("textual", "wizard.tui.terminal.textual_internals"), ("botocore", "wizard.s3.botocore_internals")],
)
def test_private_parts_of_a_library_are_imported_in_one_module(library: str, module: str) -> None:
    assert {name for name, tree in TREES.items() if private_imports(tree, library)} <= {module}


# Forbidden calls

FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "breakpoint"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "importlib.util", "subprocess", "multiprocessing"}
FORBIDDEN_ATTRIBUTES = {
    *(("os", name) for name in ("system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp")),
    *(("os", f"{verb}{how}") for verb in ("exec", "spawn") for how in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
    *(("yaml", name) for name in ("load", "unsafe_load", "full_load", "Loader", "FullLoader", "UnsafeLoader")),
    *(("importlib", "import_module"), ("tempfile", "mktemp"), ("ssl", "_create_unverified_context")),
}


def forbidden(tree: ast.AST) -> Iterator[str]:
    """Calls and imports that run text as code, start programs, or write where all users can write."""
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
                yield f"a name in a shared folder, in line {node.lineno}"
            case ast.Import(names=names) if {alias.name for alias in names} & FORBIDDEN_MODULES:
                yield f"import in line {node.lineno}"
            case ast.ImportFrom(module=whole, names=names):
                if whole in FORBIDDEN_MODULES or {(whole, alias.name) for alias in names} & FORBIDDEN_ATTRIBUTES:
                    yield f"import in line {node.lineno}"


def test_no_module_makes_a_forbidden_call() -> None:
    assert {name: found for name, tree in TREES.items() if (found := list(forbidden(tree)))} == {}


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
    assert list(forbidden(ast.parse(code))) != []


def skips_verification(tree: ast.AST) -> bool:
    """Whether a module makes TLS connections without verifying the certificate."""
    names = {"CERT_NONE", "check_hostname", "verify_mode"}
    return any(isinstance(node, ast.Attribute) and node.attr in names for node in ast.walk(tree))


def test_only_modules_that_send_nothing_connect_without_verification() -> None:
    unverified = {module for module, tree in TREES.items() if skips_verification(tree)}
    assert unverified == {"wizard.diagnosis.certificate", "wizard.diagnosis.connection_errors"}
    calls = {"request", "putrequest", "endheaders", "sendall", "send", "write"}
    for module in unverified:
        sent = {node.attr for node in ast.walk(TREES[module]) if isinstance(node, ast.Attribute)} & calls
        assert sent == set(), f"{module} sends something"


# Documentation

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def public(module: str, tree: ast.Module) -> Iterator[tuple[str, Documented]]:
    """The module, its public classes and functions, and their methods; not those of a screen, which Textual names."""
    yield module, tree
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield f"{module}.{node.name}", node
            is_screen = module.startswith("wizard.tui.")
            for method in node.body if isinstance(node, ast.ClassDef) and not is_screen else ():
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and not method.name.startswith("_"):
                    yield f"{module}.{node.name}.{method.name}", method


def test_everything_public_has_a_docstring() -> None:
    documented = (public(module, tree) for module, tree in TREES.items())
    assert [name for found in documented for name, node in found if not (ast.get_docstring(node) or "").strip()] == []


# Dependencies


def test_each_dependency_is_bounded_and_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    wanted = project["dependencies"] + [line for extra in project["optional-dependencies"].values() for line in extra]
    assert wanted
    for requirement in wanted:
        assert re.search(rf'^ *"{re.escape(requirement)}", +# \w.{{10,}}$', text, re.MULTILINE), requirement
        assert re.search(r">=[\d.]+,<\d+", requirement), requirement


# Linters


@pytest.mark.parametrize("tool", ["ruff check", "ruff format --check", "mypy"])
def test_the_linters_find_nothing(tool: str) -> None:
    run = python("-m", *tool.split(), *(["."] if tool.startswith("ruff") else []))
    assert run.returncode == 0, run.stdout + run.stderr


def test_imports_keep_their_contracts() -> None:
    lint = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    run = python("-c", lint)
    assert run.returncode == 0, run.stdout + run.stderr
