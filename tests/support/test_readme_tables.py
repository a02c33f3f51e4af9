"""The README's tables."""

from __future__ import annotations

import pytest

from tests.support.readme_tables import README, with_tables
from tests.support.servers.programs import Program
from tests.support.servers.readers import COMPOSE_READER, HELM_TEMPLATE, KUBERNETES_MANIFEST, ZOT_CONFIG
from tests.support.servers.registries import DISTRIBUTION_2_8, DISTRIBUTION_3
from wizard.formats.format import Format
from wizard.formats.lookup import all_formats, format_of


def test_the_readme_has_the_current_tables() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_tables(text) == text, "update them with: python -m tests.support.readme_tables"


def test_an_outdated_table_is_replaced() -> None:
    text = README.read_text(encoding="utf-8")
    outdated = text.replace("| setting | label |", "| setting |", 1)
    assert outdated != text
    assert with_tables(outdated) == text


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


def test_missing_marks_are_an_error() -> None:
    with pytest.raises(ValueError, match="formats"):
        with_tables("no marks")
