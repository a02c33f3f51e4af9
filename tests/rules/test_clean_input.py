"""Pasted text is cleaned, and a note says what was removed."""

from __future__ import annotations

import pytest

from wizard.model.settings import DECLARATIONS
from wizard.rules.clean_input import clean_input

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize(
    ("name", "text", "cleaned", "note"),
    [
        ("bucket", "images", "images", ""),
        ("bucket", "", "", ""),
        ("bucket", "two words", "two words", ""),
        ("bucket", " images\t", "images", "Removed spaces."),
        ("bucket", "\u00a0images\u3000", "images", "Removed spaces."),
        ("bucket", "images\n", "images", "Removed line breaks."),
        ("bucket", "\nimages", "images", "Removed line breaks."),
        ("bucket", "\r\n  images  \r\n", "images", "Removed line breaks, spaces."),
        ("bucket", "first\nsecond", "first", "Removed further lines."),
        ("bucket", "first\rsecond", "first", "Removed further lines."),
        ("bucket", "\n \n", "", "Removed line breaks."),
        ("bucket", "\ufeffima\u200bges\u00ad", "images", "Removed invisible characters."),
        ("bucket", '"images"', "images", "Removed quotes."),
        ("bucket", "‘ images ’", "images", "Removed quotes."),
        ("bucket", " `images` ", "images", "Removed spaces, quotes."),
        ("bucket", '"images', '"images', ""),
        ("bucket", "'images\"", "'images\"", ""),
        ("bucket", '"', '"', ""),
        ("bucket", '""', "", "Removed quotes."),
        ("secretkey", f" {SECRET}\n", SECRET, "Removed line breaks, spaces."),
        ("secretkey", f"{SECRET[:20]}\n  {SECRET[20:]}\n", SECRET, "Removed line breaks, spaces."),
        ("secretkey", f"“{SECRET}”", SECRET, "Removed quotes."),
        ("secretkey", "pass phrase", "pass phrase", ""),
        ("chunksize", " 10 MiB ", "10 MiB", "Removed spaces."),
        ("secure", " true ", " true ", ""),
        ("storageclass", " STANDARD ", " STANDARD ", ""),
    ],
)
def test_a_pasted_text_is_cleaned(name: str, text: str, cleaned: str, note: str) -> None:
    assert clean_input(DECLARATIONS[name], text) == (cleaned, note)
    assert clean_input(DECLARATIONS[name], cleaned) == (cleaned, "")
