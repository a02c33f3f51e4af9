"""The generated parts of the documentation are up to date."""

from __future__ import annotations

import pytest

from tests.documentation.generated import PARTS, generated_files, names_of_parts, with_parts
from tests.documentation.pages import DOCS
from tests.support.servers.programs import Program
from tests.support.servers.readers import COMPOSE_READER, HELM_TEMPLATE, KUBERNETES_MANIFEST, ZOT_CONFIG
from tests.support.servers.registries import DISTRIBUTION_2_8, DISTRIBUTION_3
from wizard.formats.format import Format
from wizard.formats.lookup import all_formats, format_of


def test_the_generated_parts_are_up_to_date() -> None:
    stale = [str(path) for path, text in generated_files().items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "update them with: python -m tests.documentation"


def test_every_part_is_on_one_page() -> None:
    names = [name for path in DOCS.rglob("*.md") for name in names_of_parts(path.read_text(encoding="utf-8"))]
    assert sorted(names) == sorted(PARTS)


def test_an_outdated_part_is_replaced() -> None:
    text = "before\n<!-- generated: permissions -->\nold\n<!-- /generated -->\nafter\n"
    assert with_parts(text).splitlines()[2] == "| on | actions |"
    assert "old" not in with_parts(text)


@pytest.mark.parametrize("each", all_formats().values(), ids=lambda each: each.id)
def test_a_format_says_what_the_tests_compare_it_with(each: Format) -> None:
    assert each.checked_by


@pytest.mark.parametrize(
    ("name", "program"),
    [
        ("distribution-2", DISTRIBUTION_2_8),
        ("distribution-3", DISTRIBUTION_3),
        ("compose", COMPOSE_READER),
        ("kubernetes", KUBERNETES_MANIFEST),
        ("zot", ZOT_CONFIG),
        ("env", COMPOSE_READER),
        ("harbor-helm", HELM_TEMPLATE),
        *((name, DISTRIBUTION_2_8) for name in ("env", "gitlab", "gitlab-helm", "harbor", "harbor-helm")),
        *((name, DISTRIBUTION_3) for name in ("env", "kubernetes")),
    ],
)
def test_the_version_of_a_real_reader_is_the_one_of_the_tests(name: str, program: Program) -> None:
    assert program.version.removeprefix("v").partition("-")[0] in format_of(name).checked_by
