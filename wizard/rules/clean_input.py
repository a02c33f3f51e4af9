"""Removes from an input what was pasted with it by mistake."""

from __future__ import annotations

from wizard.model.settings import Declaration, Kind

_QUOTES = {('"', '"'), ("'", "'"), ("`", "`"), ("“", "”"), ("‘", "’")}
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"


def clean_input(declaration: Declaration, text: str) -> tuple[str, str]:
    """The cleaned text, and a note on what was removed, which is empty if nothing was.

    Removes line breaks, blanks and a pair of quotes around the text, and invisible characters anywhere. Other
    characters inside the text stay: the rules report them.
    """
    if declaration.kind not in (Kind.TEXT, Kind.SECRET, Kind.SIZE):
        return text, ""
    removed: list[str] = []
    cleaned = text.translate({ord(char): None for char in _INVISIBLE})
    if cleaned != text:
        removed.append("invisible characters")
    if "\n" in cleaned.strip(" ") or "\r" in cleaned:
        lines = [line for line in cleaned.splitlines() if line.strip()]
        removed.append("line breaks" if len(lines) < 2 or declaration.kind is Kind.SECRET else "further lines")
        if any(line != line.strip() for line in lines):
            removed.append("spaces")
        # A secret key can be pasted from a wrapped line. Several lines in another field are several values: keep the
        # first.
        cleaned = "".join(line.strip() for line in lines) if declaration.kind is Kind.SECRET else next(iter(lines), "")
    if (stripped := cleaned.strip()) != cleaned:
        removed += ["spaces"] if "spaces" not in removed else []
        cleaned = stripped
    if len(cleaned) >= 2 and (cleaned[0], cleaned[-1]) in _QUOTES:
        removed.append("quotes")
        cleaned = cleaned[1:-1].strip()
    return cleaned, f"Removed {', '.join(removed)}." if removed else ""
