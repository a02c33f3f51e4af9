"""What a paste brings along, taken off, and said."""

from __future__ import annotations

from wizard.model.settings import Declaration, Kind

_QUOTES = {('"', '"'), ("'", "'"), ("`", "`"), ("“", "”"), ("‘", "’")}
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"


def clean_input(declaration: Declaration, text: str) -> tuple[str, str]:
    """`text` as it was meant, and a note on what was cut (empty when nothing was).

    Takes off blanks, line breaks, invisible characters and a pair of quotes around the text. What stands inside
    stays: the rules speak about that.
    """
    if declaration.kind not in (Kind.TEXT, Kind.SECRET, Kind.SIZE):
        return text, ""
    cut: list[str] = []
    tidied = text.translate({ord(char): None for char in _INVISIBLE})
    if tidied != text:
        cut.append("invisible characters")
    if "\n" in tidied.strip(" ") or "\r" in tidied:
        lines = [line for line in tidied.splitlines() if line.strip()]
        cut.append("line breaks")
        # A wrapped paste of one word; two different lines would be two values, of which the first is meant.
        tidied = "".join(line.strip() for line in lines) if declaration.kind is Kind.SECRET else next(iter(lines), "")
    if (stripped := tidied.strip()) != tidied:
        cut.append("blanks")
        tidied = stripped
    if len(tidied) >= 2 and (tidied[0], tidied[-1]) in _QUOTES:
        cut.append("quotes")
        tidied = tidied[1:-1].strip()
    return tidied, f"cut off: {', '.join(cut)}" if cut else ""
