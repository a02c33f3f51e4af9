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
        ("bucket", " images\t", "images", "cut off: blanks"),
        ("bucket", "\u00a0images\u3000", "images", "cut off: blanks"),
        ("bucket", "images\n", "images", "cut off: line breaks"),
        ("bucket", "\nimages", "images", "cut off: line breaks"),
        ("bucket", "\r\n  images  \r\n", "images", "cut off: line breaks, blanks"),
        ("bucket", "first\nsecond", "first", "cut off: line breaks"),
        ("bucket", "first\rsecond", "first", "cut off: line breaks"),
        ("bucket", "\n \n", "", "cut off: line breaks"),
        ("bucket", "\ufeffima\u200bges\u00ad", "images", "cut off: invisible characters"),
        ("bucket", '"images"', "images", "cut off: quotes"),
        ("bucket", "‘ images ’", "images", "cut off: quotes"),
        ("bucket", " `images` ", "images", "cut off: blanks, quotes"),
        ("bucket", '"images', '"images', ""),
        ("bucket", "'images\"", "'images\"", ""),
        ("bucket", '"', '"', ""),
        ("bucket", '""', "", "cut off: quotes"),
        ("secretkey", f" {SECRET}\n", SECRET, "cut off: line breaks"),
        ("secretkey", f"{SECRET[:20]}\n  {SECRET[20:]}\n", SECRET, "cut off: line breaks"),
        ("secretkey", f"“{SECRET}”", SECRET, "cut off: quotes"),
        ("secretkey", "pass phrase", "pass phrase", ""),
        ("chunksize", " 10 MiB ", "10 MiB", "cut off: blanks"),
        ("secure", " true ", " true ", ""),
        ("storageclass", " STANDARD ", " STANDARD ", ""),
    ],
)
def test_a_pasted_text_is_cleaned(name: str, text: str, cleaned: str, note: str) -> None:
    assert clean_input(DECLARATIONS[name], text) == (cleaned, note)
    assert clean_input(DECLARATIONS[name], cleaned) == (cleaned, "")
