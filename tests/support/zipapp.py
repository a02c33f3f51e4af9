"""A small program packed into a single file in the way of `.ci/zipapp`, and how a single file is started."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from tests.support.paths import ROOT

ABI = EXTENSION_SUFFIXES[0].strip(".").removesuffix(".so")
OTHER_ABIS = ("cpython-311-riscv64-linux-gnu", "cpython-314t-riscv64-linux-gnu")
_WHEEL = "Wheel-Version: 1.0\nTag: cp311-cp311-manylinux_2_17_x86_64\nTag: cp311-cp311-manylinux_2_28_x86_64\n"
_MAIN = '''"""What it does is its first argument."""
import sys
from pathlib import Path

from wizard import words


def main():
    text = Path(__file__).with_name("text.txt").read_text(encoding="utf-8")
    match sys.argv[1]:
        case "greet":
            print(words.GREETING, text)
        case "path":
            print(*sys.path, sep="\\n")
        case "modules":
            print(*(module.__file__ for module in sys.modules.values() if getattr(module, "__file__", "")), sep="\\n")
        case "wait":
            print(Path(__file__).parents[2], flush=True)
            sys.stdin.read()
    return 3
'''
STATUS = 3  # the exit status of the program


def write_program(folder: Path) -> None:
    """Write the files of a small program with a data file and extension modules, as pip would install them."""
    for name, text in {
        "wizard/__init__.py": "",
        "wizard/words.py": "GREETING = 'hello'\n",
        "wizard/template.py": "{% not Python %}\n",
        "wizard/cli/__init__.py": "",
        "wizard/cli/main.py": _MAIN,
        "wizard/cli/text.txt": "world",
        "fast-1.dist-info/WHEEL": _WHEEL,
        "stable.abi3.so": "for each Python",
        **{f"fast.{abi}.so": f"for {abi}" for abi in (ABI, *OTHER_ABIS)},
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def pack(folder: Path, file: Path) -> Path:
    """Pack the files of a folder into a single file."""
    script = ROOT / ".ci" / "zipapp_pack.py"
    subprocess.run([sys.executable, str(script), str(folder), str(file), "1764000000"], check=True, timeout=60)
    return file


def with_member(file: Path, changed: Path, member: str, change: Callable[[bytes], bytes]) -> Path:
    """A copy of a single file with other bytes in one of its members."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, change(data) if name == member else data)
    return changed


def start(
    file: Path,
    *arguments: str | Path,
    python: str = sys.executable,
    folder: Path | None = None,
    environment: Mapping[str, str] | Mapping[str, Path] | Mapping[str, str | Path] | None = None,
    before: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a single file to its end, with no other environment variables than these; `before` precedes the command."""
    return subprocess.run(
        [*before, python, str(file), *map(str, arguments)],
        cwd=folder or file.parent,
        env={"PATH": os.defpath} | {name: str(value) for name, value in (environment or {}).items()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def unpacked(cache: Path) -> Path:
    """The only folder that a single file has unpacked into a cache folder."""
    (folder,) = (path for path in (cache / "storage-wizard").iterdir() if path.name != "lock")
    return folder


def installed_python(name: str) -> str | None:
    """The path of the first Python such as `python3.12` on PATH that starts; pyenv has scripts that do not."""
    for folder in os.environ["PATH"].split(os.pathsep):
        if python := shutil.which(name, path=folder):
            command = [python, "-c", "import sys; sys.stdout.write(sys.executable)"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
            if done.returncode == 0:
                return done.stdout
    return None
