"""The colours follow the terminal."""

from __future__ import annotations

import pytest

from wizard.console.terminal import Appearance, Colours
from wizard.tui.theme import theme_of


@pytest.mark.parametrize(
    ("appearance", "name"),
    [
        (Appearance(), "storage-wizard"),
        (Appearance(is_light=True), "storage-wizard-light"),
        (Appearance(Colours.SIXTEEN), "storage-wizard-ansi"),
        (Appearance(Colours.SIXTEEN, is_light=True), "storage-wizard-ansi"),
        (Appearance(Colours.NONE), "storage-wizard-ansi"),
    ],
)
def test_a_terminal_with_few_colours_keeps_its_own(appearance: Appearance, name: str) -> None:
    assert theme_of(appearance).name == name
