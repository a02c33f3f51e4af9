"""The servers that tests start are not reachable from other machines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

LISTENING = {"bind", "create_server", "start_server", "listen", "run_simple"}
ALL_ADDRESSES = re.compile(r"(?<!\d)0\.0\.0\.0|\[::\]")
_MAY_LISTEN = re.compile(rf"(?:{'|'.join(sorted(LISTENING))}|Server)\(")
LOOPBACK = {"LOOPBACK", "'127.0.0.1'", "'::1'", "'localhost'"}


def addresses(tree: ast.AST) -> Iterator[str]:
    """The hosts on which calls listen, as source text: of sockets, and of classes whose name ends with `Server`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Tuple) and node.args[0].elts:
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in LISTENING or name.endswith("Server"):
                yield ast.unparse(node.args[0].elts[0])


def test_tests_listen_only_on_loopback() -> None:
    found = {
        (str(path.relative_to(ROOT)), address)
        for path in (ROOT / "tests").rglob("*.py")
        if _MAY_LISTEN.search(source := path.read_text(encoding="utf-8"))  # parsing takes long
        for address in addresses(ast.parse(source))
    }
    assert found
    assert {(path, address) for path, address in found if address not in LOOPBACK} == set()


@pytest.mark.parametrize(
    "code", ["socket.create_server(('', 0))", "s.bind(('0.0.0.0', 80))", "ThreadingHTTPServer(('', 0), Handler)"]
)
def test_another_address_is_noticed(code: str) -> None:
    assert set(addresses(ast.parse(code))) - LOOPBACK


def test_no_program_listens_on_all_addresses() -> None:
    paths = (path for path in (ROOT / "tests").rglob("*.py") if path.name != Path(__file__).name)
    assert [path for path in paths if ALL_ADDRESSES.search(path.read_text(encoding="utf-8"))] == []
