"""The pages of the documentation, and their code blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.support.paths import ROOT

DOCS = ROOT / "docs"
PAGES = {
    str(path.relative_to(ROOT)): path
    for path in (
        *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY", "CHANGELOG")),
        *sorted(DOCS.rglob("*.md")),
    )
}
_FENCED = re.compile(
    r"(?:^ *<!-- (?P<mark>[^\n]*?) -->\n)?^ *```(?P<language>\w*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL
)


class Block(NamedTuple):
    """A fenced code block. `mark` is the HTML comment right above it, such as `not run: needs a cluster`."""

    page: str
    line: int
    language: str
    mark: str
    text: str


def text_of(page: str) -> str:
    return PAGES[page].read_text(encoding="utf-8")


def blocks_of(page: str) -> Iterator[Block]:
    """All code blocks of a page, in their order."""
    text = text_of(page)
    for match in _FENCED.finditer(text):
        line = text.count("\n", 0, match.start("language")) + 1
        yield Block(page, line, match["language"], match["mark"] or "", match["text"])


def prose_of(page: str) -> str:
    """A page without code blocks and comments; code in sentences is kept."""
    return re.sub(r"<!--.*?-->", "", _FENCED.sub("", text_of(page)), flags=re.DOTALL)
