"""Programs that some tests need and not every machine has."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def require_program(name: str, install_hint: str, path: str | None = None) -> str:
    """The full path of a program. Without it the test is skipped or, in CI, fails; `install_hint` says how to get it.

    It is searched in the folders of `path`, by default those of PATH.
    """
    program = shutil.which(name, path=path)
    if program is None:
        skip_or_fail(f"{name} is not installed: {install_hint}")
    return program


def is_ci() -> bool:
    """Whether this is CI, where every program is installed and every row of the matrix runs."""
    return os.environ.get("CI") == "true"


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test; with CI=true, where everything is installed, fail it."""
    if is_ci():
        pytest.fail(reason)
    pytest.skip(reason)
