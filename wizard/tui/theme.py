"""The colours of the screens. A colour only repeats what symbols and words say."""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

from wizard.console.terminal import Appearance, Colours

_DARK = Theme(
    name="storage-wizard",
    dark=True,
    primary="#7cb7d8",
    accent="#7cb7d8",
    foreground="#d3d7de",
    background="#14171c",
    surface="#1d2129",
    panel="#262b35",
    success="#8cbf7c",
    warning="#dcab63",
    error="#e5757f",
    variables={"dim": "#8b94a5", "faint": "#586070"},
)

_LIGHT = Theme(
    name="storage-wizard-light",
    dark=False,
    primary="#1d6a96",
    accent="#1d6a96",
    foreground="#2a2f38",
    background="#fafaf8",
    surface="#eef0f2",
    panel="#dfe3e8",
    success="#3b7a2a",
    warning="#8f5d00",
    error="#b02a37",
    variables={"dim": "#596273", "faint": "#8a92a0"},
)

_ANSI = Theme(
    name="storage-wizard-ansi",
    ansi=True,
    dark=True,
    primary="ansi_cyan",
    accent="ansi_cyan",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    variables={**BUILTIN_THEMES["ansi-dark"].variables, "dim": "ansi_default", "faint": "ansi_default"},
)


def theme_of(appearance: Appearance) -> Theme:
    """A theme with our own colours, or one with the terminal's own, where it has few."""
    if appearance.colours is not Colours.MANY:
        return _ANSI
    return _LIGHT if appearance.is_light else _DARK


# Styles of secondary text, as style sheet variables
DIM = "$dim"
FAINT = "$faint"
