"""The README's tables of formats, settings and causes: `python -m tests.support.readme_tables` updates them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from tests.support.paths import ROOT
from wizard.catalog.registries import REGISTRIES
from wizard.formats.format import no_writer
from wizard.formats.lookup import all_formats
from wizard.model.findings import Cause
from wizard.model.settings import DECLARATIONS, Declaration, Kind, format_value
from wizard.session.steps import step_of

README = ROOT / "README.md"


def settings() -> Iterator[str]:
    """A row for each setting."""
    yield "| setting | label | default | step | what it is |"
    yield "|---|---|---|---|---|"
    for declaration in DECLARATIONS.values():
        default = _default(declaration)
        step, text = step_of(declaration.name).title, f"{declaration.help}{_registries_without(declaration.name)}"
        yield f"| `{declaration.name}` | {declaration.label} | {default} | {step} | {text} |"


def _default(declaration: Declaration) -> str:
    if declaration.kind is Kind.SECRET or declaration.default == "":
        return ""
    default = format_value(declaration.default)
    return default if declaration.kind in (Kind.SIZE, Kind.SWITCH) else f"`{default}`"


def _registries_without(name: str) -> str:
    """A sentence that names the registries that ignore a setting."""
    without = [registry.title for registry in REGISTRIES.values() if not registry.supports(name)]
    return f" Not read by {', '.join(without)}." if without else ""


def causes() -> Iterator[str]:
    """A row for each cause."""
    yield "| cause | what it means | what fixes it |"
    yield "|---|---|---|"
    for cause in Cause:
        yield f"| `{cause.value}` | {cause.meaning} | {cause.fixed_by} |"


def formats() -> Iterator[str]:
    """A row for each format."""
    yield "| format | what it is | read | written | into a file | it cannot carry | tests compare it with |"
    yield "|---|---|---|---|---|---|---|"
    for each in all_formats().values():
        marks = (True, each.write is not no_writer, bool(each.sections))
        cells = " | ".join("yes" if mark else "no" for mark in marks)
        limits = each.limits + ("" if each.has_folders or not each.limits else ", ") + _FOLDERS[each.has_folders]
        yield f"| `{each.id}` | {each.title} | {cells} | {limits} | {each.checked_by} |"


_FOLDERS = {True: "", False: "a local folder"}

TABLES = {"formats": formats, "settings": settings, "causes": causes}


def with_tables(text: str) -> str:
    """`text` with the rows between each pair of table marks replaced."""
    for name, rows in TABLES.items():
        table = "\n".join(rows())
        marked = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- /table -->)", re.DOTALL)
        parts = marked.split(text)
        if len(parts) != 4:
            raise ValueError(f"expected one pair of marks for the table {name}, found {len(parts) // 3}")
        text = f"{parts[0]}{parts[1]}{table}\n{parts[2]}{parts[3]}"
    return text


def main() -> None:
    """Update the README."""
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{len(TABLES)} tables in {README.name}\n")


if __name__ == "__main__":
    main()
