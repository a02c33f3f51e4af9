"""Packs the program into one file that Python runs: `zipapp_pack.py FOLDER FILE [TIME]`.

FOLDER has the program and all packages that it needs, as `pip install --target` writes them. TIME is the time of all
files, in seconds since 1970. The same files give the same bytes. `zipapp_start.py` describes what happens at a start.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import sys
import time
import zipfile
from collections import defaultdict
from pathlib import Path

_HERE = Path(__file__).parent
_EARLIEST = 315532800  # 1980, the first year that a zip file knows


def pack(site: Path, target: Path, modified: int) -> None:
    """Writes the file. Raises `ValueError` if the extension modules are for no Python in common."""
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in sorted(site.rglob("*")) if path.is_file()}
    when = time.gmtime(modified)[:6]
    archive = _zip(files, when, zipfile.ZIP_DEFLATED)
    manifest = {
        "abis": _abis(files),
        "glibc": _glibc(files),
        "time": modified,
        "archive": hashlib.sha256(archive).hexdigest(),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    outer = {
        "__main__.py": (_HERE / "zipapp_main.py").read_bytes(),
        "zipapp_start.py": (_HERE / "zipapp_start.py").read_bytes(),
        "manifest.json": json.dumps(manifest, indent=0).encode(),
        "files.zip": archive,
    }
    target.write_bytes(b"#!/usr/bin/env python3\n" + _zip(outer, when, zipfile.ZIP_STORED))
    target.chmod(0o755)


def _zip(files: dict[str, bytes], when: tuple[int, ...], compression: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, when)  # type: ignore[arg-type]
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, compression, 9)
    return buffer.getvalue()


def _abis(files: dict[str, bytes]) -> list[str]:
    """The Pythons that all extension modules exist for: `cpython-313-x86_64-linux-gnu`. `abi3` is for each of them."""
    modules: defaultdict[str, set[str]] = defaultdict(set)
    for name in files:
        if found := re.fullmatch(r"(.+?)\.(cpython-\d+[a-z]*-.+|abi3)\.so", name):
            modules[found[1]].add(found[2])
    lists = [abis for abis in modules.values() if "abi3" not in abis]
    if not lists or not (common := set.intersection(*lists)):
        raise ValueError("there is no Python that all extension modules are for")
    return sorted(common)


def _glibc(files: dict[str, bytes]) -> list[int]:
    """The oldest version of glibc that all wheels accept."""
    needed = [0, 0]
    for name, data in files.items():
        if name.endswith(".dist-info/WHEEL"):
            tags = re.findall(r"^Tag: .*-manylinux_(\d+)_(\d+)_", data.decode(), re.MULTILINE)
            needed = max(needed, min(([int(major), int(minor)] for major, minor in tags), default=needed))
    return needed


if __name__ == "__main__":
    folder, file, *rest = sys.argv[1:]
    pack(Path(folder), Path(file), max(int(rest[0]) if rest else 0, _EARLIEST))
