"""How fast the program starts: as its script does it, with modules that are compiled, as they are once installed."""

from __future__ import annotations

import compileall
import contextlib
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.benchmarks.measure import SMALLEST_APP, median_ratio, print_row, seconds_of
from tests.support.paths import ROOT
from tests.support.terminals import terminal
from wizard.config import file as config_file
from wizard.config.schema import Validation
from wizard.model.settings import Settings

_PROGRAM = (sys.executable, "-c", "import sys; from wizard.cli.main import main; sys.exit(main())")
_LIGHT_COMMANDS = ("--version", "--help", "show", "export --to env", "policy", "providers")


def measure_startup() -> None:
    """Print the duration of the light commands and the time until the first screen."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "SSL_CERT_"))]:
        del os.environ[name]  # each has a remark that takes time
    compileall.compile_dir(str(ROOT / "wizard"), quiet=1)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        validation = Validation.ended(datetime.now(UTC), passed=True)
        config_file.save(Path("storage.toml"), Settings(bucket="images", v4auth=True), validation)
        for arguments in _LIGHT_COMMANDS:
            command = partial(seconds_of, *_PROGRAM, *arguments.split())
            ratio = median_ratio(command, partial(seconds_of, sys.executable, "-c", "pass"), 15)
            print_row(f"{arguments}, times python -c pass", f"{ratio:.2f}", "≤ 4.5")
    wizard = partial(_seconds_until_painted, *_PROGRAM[1:])
    screen = median_ratio(wizard, partial(_seconds_until_painted, "-c", SMALLEST_APP), 7)
    print_row("first screen, times a smallest Textual app", f"{screen:.2f}", "≤ 1.15")


def _seconds_until_painted(*arguments: str) -> float:
    """The time until a word of the last line is painted."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with terminal(Path(folder), *arguments) as screen:
            screen.wait_for("Quit")
            return time.perf_counter() - started
