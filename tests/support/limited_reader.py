"""Reads a hostile text in a process of its own, and prints what that took.

Run as `python -m tests.support.limited_reader READER`, with the text on standard input. It prints the seconds of
processor time, the growth of the peak of memory in MiB, and the refusal, if there is one.
"""

from __future__ import annotations

import importlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from wizard.config.file import save
from wizard.config.toml import ConfigError, parse_toml
from wizard.formats import NAMES
from wizard.formats.detect import detect
from wizard.formats.format import FormatError
from wizard.formats.lookup import format_of
from wizard.formats.sources.ini import read_sections
from wizard.model.settings import Settings

_ADDRESS_SPACE = 2 << 30  # bytes; more is a failure, and not a danger to the machine that runs the tests
_SECONDS = 20


def _read_ini(text: str) -> object:
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_text(text, encoding="utf-8")
        return read_sections(Path(file.name))


def _save(text: str) -> object:
    """Changes the bucket in a file with this text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "storage.toml"
        path.write_text(text, encoding="utf-8")
        return save(path, Settings(bucket="new-one"), None)


def _reader(name: str) -> Callable[[str], object]:
    if name in NAMES:
        return format_of(name).read
    return {"toml": lambda text: parse_toml(text.encode()), "ini": _read_ini, "save": _save, "detect": detect}[name]


def main() -> None:
    """Reads the text."""
    text = sys.stdin.read()
    importlib.import_module("wizard.formats.yaml_loader")  # PyYAML, before the measurement
    importlib.import_module("wizard.config.toml_edit")  # tomlkit
    read = _reader(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    memory, started_at = _peak_memory(), time.process_time()
    try:
        read(text)
        refusal = ""
    except (FormatError, ConfigError) as error:
        refusal = str(error)
    seconds, growth = time.process_time() - started_at, (_peak_memory() - memory) / 1024
    sys.stdout.write(f"{seconds} {growth} {refusal}\n")


def _peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB on Linux


if __name__ == "__main__":
    main()
