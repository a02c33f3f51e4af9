"""What of `docs/` is generated from the declarations: `python -m tests.documentation` updates it.

A page names a generated part by a pair of marks, `<!-- generated: NAME -->` and `<!-- /generated -->`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.documentation import commands, schema, tables
from tests.documentation.pages import DOCS

SCHEMA = DOCS / "check.schema.json"
PARTS: Mapping[str, Callable[[], Iterator[str]]] = {
    "causes": tables.causes,
    "checks": tables.checks,
    "commands": commands.commands,
    "formats": tables.formats,
    "keys": tables.keys,
    "permissions": tables.permissions,
    "registries": tables.registries,
    "settings": tables.settings,
    "settings-in-detail": tables.settings_in_detail,
    "trust": tables.trust,
    "verify-checks": tables.verify_checks,
}
_MARKED = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n).*?(<!-- /generated -->)", re.DOTALL)


def with_parts(text: str) -> str:
    """`text` with everything between each pair of marks generated again."""

    def generate(match: re.Match[str]) -> str:
        lines = (match[1].rstrip("\n"), *PARTS[match["name"]](), match[3])
        return "\n".join(lines)

    return _MARKED.sub(generate, text)


def names_of_parts(text: str) -> list[str]:
    """The names of the generated parts of a page."""
    return [match["name"] for match in _MARKED.finditer(text)]


def generated_files() -> dict[Path, str]:
    """The content that each file should have."""
    pages = {path: with_parts(path.read_text(encoding="utf-8")) for path in sorted(DOCS.rglob("*.md"))}
    return pages | {SCHEMA: json.dumps(schema.report_schema(), indent=2) + "\n"}


def main() -> None:
    """Write what is not up to date."""
    for path, text in generated_files().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"updated {path.relative_to(DOCS.parent)}\n")
