"""The search for a leaked secret."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.canary import SECRET, files_with_leaks, leaks


@pytest.mark.parametrize(
    "form",
    [
        SECRET[11:20],
        SECRET[::-1][4:14],
        quote(SECRET, safe=""),
        SECRET.encode()[3:13].hex(),
        SECRET.encode()[3:13].hex().upper(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"me:{SECRET}".encode()).decode(),
        base64.urlsafe_b64encode(f"a{SECRET}z".encode()).decode(),
        f"\x1b[1m{SECRET[:7]}\x1b[22m\x1b[3;4H{SECRET[7:20]}",
        json.dumps({"secretkey": SECRET}),
    ],
    ids=["piece", "reversed", "URL", "hex", "HEX", "base64", "base64 with a prefix", "base64url", "styled", "JSON"],
)
def test_a_leak_is_found_in_every_form(form: str) -> None:
    assert leaks(f"something {form} and more")


def test_the_length_and_the_last_four_characters_are_not_a_leak() -> None:
    assert leaks(f"{len(SECRET)} characters, ends in {SECRET[-4:]}") == []


def test_files_with_a_leak_are_named(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "leak").write_text(SECRET)
    (tmp_path / "other").write_text("nothing")
    assert files_with_leaks(tmp_path) == ["folder/leak"]
