"""Every link within the documentation leads somewhere: to a file, and to a heading if it names one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.documentation.pages import DOCS, PAGES, prose_of, text_of
from tests.support.paths import ROOT


def links(page: str) -> Iterator[tuple[Path, str]]:
    """The files and anchors that a page links to."""
    text = re.sub(r"`[^`\n]*`", "", prose_of(page))
    for target in re.findall(r"\]\(<?([^)\s>]+)>?\)", text):
        if not re.match(r"[a-z]+:", target):
            name, _, anchor = unquote(target).partition("#")
            yield (PAGES[page].parent / name).resolve() if name else PAGES[page], anchor


def anchors(text: str) -> Iterator[str]:
    """The anchors of the headings of a page, as code hosts make them."""
    seen: dict[str, int] = {}
    without_code = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    for heading in re.findall(r"^#+ +(.*?) *$", without_code, re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        seen[slug] = count = seen.get(slug, -1) + 1
        yield f"{slug}-{count}" if count else slug


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file_and_a_heading(page: str) -> None:
    for path, anchor in links(page):
        assert path.exists(), path
        assert path.is_relative_to(ROOT)
        if anchor:
            assert anchor in anchors(path.read_text(encoding="utf-8")), f"{path}#{anchor}"


def test_the_index_links_to_every_page() -> None:
    linked = {path for path, _ in links("docs/README.md")}
    assert {path for path in PAGES.values() if path.is_relative_to(DOCS)} - {DOCS / "README.md"} <= linked
    assert DOCS / "check.schema.json" in linked


def test_the_readme_links_to_the_index() -> None:
    assert DOCS / "README.md" in {path for path, _ in links("README.md")}


def test_the_readme_is_short() -> None:
    assert len(text_of("README.md").split()) <= 1200


def test_anchors_are_those_of_code_hosts() -> None:
    text = "# A b\n## `--flag` & more: x.y\n```sh\n# no heading\n```\n## A b\n### [Link](to) text\n"
    assert list(anchors(text)) == ["a-b", "--flag--more-xy", "a-b-1", "link-text"]
