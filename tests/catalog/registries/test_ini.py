"""The files of the AWS command line are parsed as the SDKs do it themselves.

`aws_files.json` has texts, and what the parsers of AWS SDK for Go 1.15.11, 1.55.5 and v2 (config v1.33.1) made of each:
the values by section and name, or null where they failed. An empty section `DEFAULT` of the first is left out.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wizard.catalog.registries.ini.go_ini import GO_INI
from wizard.catalog.registries.ini.lines import LINES
from wizard.catalog.registries.ini.sections import Dialect, IniError, Sections
from wizard.catalog.registries.ini.tokens import TOKENS

ROWS = json.loads(Path(__file__).with_name("aws_files.json").read_text(encoding="utf-8"))
DIALECTS = {"1.15": GO_INI, "1.55": TOKENS, "v2": LINES}


def parsed(dialect: Dialect, text: str) -> Sections | None:
    """The sections; None if the text cannot be parsed."""
    try:
        sections = dialect.parse(text)
    except IniError:
        return None
    return {name: values for name, values in sections.items() if values or name not in ("", "DEFAULT")}


@pytest.mark.parametrize("column", range(len(DIALECTS)), ids=DIALECTS)
@pytest.mark.parametrize("row", ROWS, ids=[repr(row[0]) for row in ROWS])
def test_a_text_has_the_values_that_the_sdk_finds(row: list[object], column: int) -> None:
    expected = row[1 + column]
    if isinstance(expected, dict):
        expected = {name: values for name, values in expected.items() if values or name}
    assert parsed([*DIALECTS.values()][column], str(row[0])) == expected


@pytest.mark.parametrize(
    ("dialect", "is_config", "found"),
    [
        (GO_INI, False, "exact"),
        (TOKENS, False, "exact"),
        (TOKENS, True, "exact"),
        (LINES, False, "exact"),
        (LINES, True, "prefixed"),
    ],
)
def test_a_profile_is_in_the_section_that_the_sdk_takes(dialect: Dialect, is_config: bool, found: str) -> None:
    text = "[default]\nk = exact\n[profile default]\nk = prefixed\n"
    assert dialect.profiles(text, is_config=is_config)["default"] == {"k": found}
