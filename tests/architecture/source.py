"""The source of the program, parsed."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys

from tests.support.paths import ROOT

SOURCE = ROOT / "wizard"
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(SOURCE.rglob("*.py"))
}


@functools.cache
def trees() -> dict[str, ast.Module]:
    """The syntax tree of each module."""
    return {module: ast.parse(path.read_text(encoding="utf-8"), str(path)) for module, path in FILES.items()}


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the root of the repository, with warnings as errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
