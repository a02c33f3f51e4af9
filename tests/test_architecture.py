"""The house stays clean: who may import whom, what is never done, and what every room says of itself."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import wizard
from tests.support.paths import ROOT

SOURCE = ROOT / "wizard"

# From the roof down, as in the docstring of wizard/__init__.py. A package stands for all that is in it.
FLOORS: list[tuple[str, set[str]]] = [
    ("roof", {"cli", "__main__", "arguments", "flags", "parser"}),
    ("faces", {"tui", "plain", "commands", "terminal", "face"}),
    ("the walk", {"steps", "line", "walk", "draft", "options", "demo"}),
    ("the store", {"store"}),
    (
        "knowledge",
        {"rules", "registries", "providers", "formats", "configfile", "document", "tomltext", "policy", "equivalent"},
    ),
    (
        "ground",
        {
            "settings",
            "finding",
            "endpoint",
            "secret",
            "printable",
            "transliterate",
            "atomicfile",
            "links",
            "statefolder",
            "crash",
            "build",
        },
    ),
]
FACES = FLOORS[0][1] | FLOORS[1][1]
PLANNED: set[str] = set()  # rooms with a place, for which nobody has broken ground

# What is not of the standard library, and the rooms that may open the box. A package stands for all that is in it.
BOXES = {
    "boto3": {"wizard.s3.client_config", "wizard.s3.iam"},
    "botocore": {f"wizard.s3.client.{room}" for room in ("connection", "session", "store", "translation", "users")},
    "urllib3": {"wizard.s3.client", "wizard.s3.error_mapping"},
    "textual": {"wizard.tui.start"},
    "rich": {"wizard.tui.start"},
    "moto": {"wizard.session.demo"},
    "tomli_w": {"wizard.config.toml"},
    "shtab": {"wizard.cli.commands.completion"},
    "cryptography": {"wizard.diagnosis.tls"},
    "yaml": {"wizard.formats.yaml"},
}

LONGEST_FILE = 300


def name_of(path: Path) -> str:
    """The module's name: `wizard.rules` for wizard/rules/__init__.py."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FILES = {name_of(path): path for path in sorted(SOURCE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8"), str(path)) for name, path in FILES.items()}

each_module = pytest.mark.parametrize("module", FILES)


def imported(module: str) -> Iterator[str]:
    """Full names of all modules that `module` imports anywhere in it; ours as exactly as files tell them apart."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: a relative import, line {node.lineno}"
            whole = str(node.module)
            for alias in node.names:
                inner = f"{whole}.{alias.name}"
                yield inner if inner in FILES else whole


IMPORTS = {module: set(imported(module)) for module in FILES}
OURS = {module: {name for name in names if name in FILES} - {module} for module, names in IMPORTS.items()}


def room_of(module: str) -> str:
    """The room below `wizard`; empty for the package itself, which everybody may ask for the version."""
    return module.partition(".")[2].partition(".")[0]


def floor_of(module: str) -> int:
    """0 for the roof; the package itself lies below the ground."""
    room = room_of(module)
    return next((number for number, (_, rooms) in enumerate(FLOORS) if room in rooms), len(FLOORS))


def is_core(module: str) -> bool:
    return room_of(module) not in FACES


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Python on the source tree, without the site's own surprises being warnings only."""
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )


# Who imports whom


def test_every_room_stands_on_one_floor_and_in_the_plan() -> None:
    rooms = {room_of(module) for module in FILES} - {""}
    placed = [room for _, floor in FLOORS for room in floor]
    assert len(placed) == len(set(placed))
    assert rooms <= set(placed)
    assert set(placed) - rooms <= PLANNED
    plan = str(wizard.__doc__)
    for name, floor in FLOORS:
        assert f"\n    {name}  " in plan
        for room in floor & rooms:
            assert re.search(rf"\b{room}\b", plan), f"{room} is not in the plan in wizard/__init__.py"


def test_every_import_of_ours_is_there() -> None:
    missing = {(module, name) for module, names in IMPORTS.items() for name in names if name.startswith("wizard")}
    assert {(module, name) for module, name in missing if name not in FILES} == set()


@each_module
def test_imports_run_downwards_only(module: str) -> None:
    up = {name for name in OURS[module] if floor_of(name) < floor_of(module)}
    assert up == set()


def test_no_imports_run_in_a_circle() -> None:
    """Neither between floors nor in a room, nor hidden in functions: modules without imports can be taken off."""
    left = {module: set(names) for module, names in OURS.items()}
    while free := {module for module, names in left.items() if not names}:
        left = {module: names - free for module, names in left.items() if module not in free}
    assert left == {}


@each_module
def test_only_the_rooms_that_may_open_a_box_do(module: str) -> None:
    for name in IMPORTS[module]:
        top = name.partition(".")[0]
        if top == "wizard" or top in sys.stdlib_module_names:
            continue
        assert top in BOXES, f"{module} imports {top}, which no room may"
        assert any(module == room or module.startswith(f"{room}.") for room in BOXES[top])


def test_each_box_is_a_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [line for extra in project["optional-dependencies"].values() for line in extra]
    names = {re.split(r"[^A-Za-z0-9-]", line)[0].replace("-", "_") for line in wanted}
    boxes = {"pyyaml" if box == "yaml" else box for box in BOXES}
    assert boxes - {"botocore", "urllib3"} <= names  # these come with boto3, which speaks through them


def modules_after(code: str) -> set[str]:
    """The top names of all modules that are there once `code` has run in a Python of its own."""
    run = python("-c", f"{code}\nimport sys\nprint(*sys.modules)")
    assert run.returncode == 0, run.stderr
    return {name.partition(".")[0] for name in run.stdout.split()}


def test_the_commands_do_not_bring_the_screens() -> None:
    assert {"textual", "rich"} & modules_after(
        "import wizard.cli.commands.check, wizard.cli.commands.configure"
    ) == set()
    assert "textual" in modules_after("import textual")


def test_the_core_does_not_bring_the_screens() -> None:
    core = ", ".join(module for module in FILES if is_core(module))
    assert {"textual", "rich"} & modules_after(f"import {core}") == set()


def test_the_floors_below_the_store_do_not_bring_boto() -> None:
    store = next(number for number, (_, rooms) in enumerate(FLOORS) if "store" in rooms)
    below = ", ".join(module for module in FILES if floor_of(module) > store)
    assert {"textual", "rich", "boto3", "botocore", "urllib3"} & modules_after(f"import {below}") == set()


def test_the_roof_brings_nothing_heavy() -> None:
    for code in ("import wizard.cli.main", "import wizard.__main__"):
        assert set(BOXES) & modules_after(code) == set()


def test_a_version_costs_nothing_heavy() -> None:
    run = python("-X", "importtime", "-m", "wizard", "--version")
    assert (run.returncode, run.stdout) == (0, f"storage-wizard {wizard.__version__} (from source)\n")
    brought = {line.rpartition("|")[2].strip().partition(".")[0] for line in run.stderr.splitlines()}
    assert "argparse" in brought
    assert set(BOXES) & brought == set()


# What is never done

FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "breakpoint"}
FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "importlib.util", "subprocess", "multiprocessing"}
FORBIDDEN_ATTRIBUTES = {
    *(("os", name) for name in ("system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp")),
    *(("os", f"{verb}{how}") for verb in ("exec", "spawn") for how in ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")),
    *(("yaml", name) for name in ("load", "unsafe_load", "full_load", "Loader", "FullLoader", "UnsafeLoader")),
    *(("importlib", "import_module"), ("tempfile", "mktemp"), ("ssl", "_create_unverified_context")),
}
# These look at a certificate that nobody trusts yet, or only whether TLS is spoken, and send nothing.
UNVERIFIED = {"wizard.diagnosis.tls", "wizard.diagnosis.connection_errors"}


def sins(tree: ast.AST) -> Iterator[str]:
    """What in a module is never done, each with its line."""
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
                yield f"a name in a folder that all write to, in line {node.lineno}"
            case ast.Import(names=names) if {alias.name for alias in names} & FORBIDDEN_MODULES:
                yield f"import in line {node.lineno}"
            case ast.ImportFrom(module=whole, names=names):
                if whole in FORBIDDEN_MODULES or {(whole, alias.name) for alias in names} & FORBIDDEN_ATTRIBUTES:
                    yield f"import in line {node.lineno}"


@each_module
def test_nothing_is_run_that_came_as_text(module: str) -> None:
    assert list(sins(TREES[module])) == []


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
def test_what_is_never_done_would_be_seen(code: str) -> None:
    assert list(sins(ast.parse(code))) != []


def trusts_anybody(tree: ast.AST) -> bool:
    """Whether a module makes connections that ask no certificate for its trust."""
    told = {"CERT_NONE", "check_hostname", "verify_mode"}
    return any(isinstance(node, ast.Attribute) and node.attr in told for node in ast.walk(tree))


def test_only_what_sends_nothing_trusts_a_certificate_unasked() -> None:
    assert {module for module, tree in TREES.items() if trusts_anybody(tree)} == UNVERIFIED
    calls = {"request", "putrequest", "endheaders", "sendall", "send", "write"}
    for module in UNVERIFIED:
        sent = {node.attr for node in ast.walk(TREES[module]) if isinstance(node, ast.Attribute)} & calls
        assert sent == set(), f"{module} sends something"


# What every room says of itself

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def public(module: str, tree: ast.Module) -> Iterator[tuple[str, Documented]]:
    """The module, and its public classes and functions; methods too, but on a screen Textual names those."""
    yield module, tree
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield f"{module}.{node.name}", node
            for method in node.body if isinstance(node, ast.ClassDef) and is_core(module) else ():
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and not method.name.startswith("_"):
                    yield f"{module}.{node.name}.{method.name}", method


@each_module
def test_what_is_public_says_what_it_is(module: str) -> None:
    silent = [name for name, node in public(module, TREES[module]) if not (ast.get_docstring(node) or "").strip()]
    assert silent == []


@each_module
def test_a_file_can_be_read_at_a_sitting(module: str) -> None:
    count = len(FILES[module].read_text(encoding="utf-8").splitlines())
    assert count <= LONGEST_FILE


def test_each_dependency_is_bounded_and_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    wanted = project["dependencies"] + [line for extra in project["optional-dependencies"].values() for line in extra]
    assert wanted
    for requirement in wanted:
        assert re.search(rf'^ *"{re.escape(requirement)}", +# \w.{{10,}}$', text, re.MULTILINE), requirement
        assert "==" in requirement or re.search(r">=[\d.]+,<\d+", requirement), requirement


# What other tools say


@pytest.mark.parametrize("tool", ["ruff check", "ruff format --check", "mypy"])
def test_the_tools_find_nothing(tool: str) -> None:
    run = python("-m", *tool.split(), *([] if tool == "mypy" else ["."]))
    assert run.returncode == 0, run.stdout + run.stderr
