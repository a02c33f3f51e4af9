"""Colours and marks. Meaning is in the marks and words; colour only repeats it."""

from __future__ import annotations

from textual.theme import Theme

from wizard.store.report import Status

THEME = Theme(
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

DIM = "$dim"
FAINT = "$faint"

PASSED, FAILED, WARNING, SKIPPED, BUSY, HERE = "✓", "✗", "!", "·", "…", "▸"

MARK: dict[Status, tuple[str, str]] = {
    Status.PASSED: (PASSED, "$success"),
    Status.FAILED: (FAILED, "$error"),
    Status.WARNING: (WARNING, "$warning"),
    Status.SKIPPED: (SKIPPED, FAINT),
}
