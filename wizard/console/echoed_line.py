"""A line that is typed at a terminal whose echo is off: it is shown and edited as a terminal would do it.

A terminal with echo shows whatever comes, also the second line of a paste. With this, nothing after the line is shown.
"""

from __future__ import annotations

import codecs
import termios
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

_CHARACTERS = 6  # the index of the control characters in the list of `tcgetattr`
_BACKSPACES = b"\x08\x7f"  # some terminals send the one that the settings do not name
_ERASE = "\b \b"  # back, over it, and back: every terminal can do that


class EchoedLine:
    """The text so far. `show` prints text as it is, and `modes` are those of the terminal, as of `tcgetattr`."""

    def __init__(self, show: Callable[[str], None], modes: list[Any], encoding: str) -> None:
        self.text = ""
        self._show = show
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
        self._keys = _editing_keys(modes)

    def accept(self, byte: bytes) -> bool:
        """Takes the next byte. Returns whether the line has ended; raises `EOFError` for Ctrl+D on an empty line."""
        if byte in b"\r\n":
            return True
        match self._keys.get(byte, ""):
            case "end":
                if not self.text:
                    raise EOFError
            case "erase":
                self._keep(len(self.text) - 1)
            case "word":
                before, blank, _ = self.text.rstrip().rpartition(" ")
                self._keep(len(before + blank))
            case "line":
                self._keep(0)
            case _:
                typed = self._decoder.decode(byte)
                self.text += typed
                self.show(typed)
        return False

    def show(self, text: str) -> None:
        """Shows text without its control characters, which would move the cursor."""
        self._show("".join(char for char in text if _columns_of(char)))

    def _keep(self, length: int) -> None:
        """Removes all characters but the first `length`, also on the screen."""
        removed, self.text = self.text[max(length, 0) :], self.text[: max(length, 0)]
        self._show(_ERASE * sum(map(_columns_of, removed)))


def _editing_keys(modes: list[Any]) -> Mapping[bytes, str]:
    characters: list[bytes] = modes[_CHARACTERS]
    keys = {bytes([byte]): "erase" for byte in _BACKSPACES}
    names = {termios.VERASE: "erase", termios.VWERASE: "word", termios.VKILL: "line", termios.VEOF: "end"}
    keys |= {characters[index]: name for index, name in names.items() if characters[index] != b"\x00"}
    return keys


def _columns_of(char: str) -> int:
    """The columns that a character needs: none for a control character, a combining one and a byte that is no text."""
    if unicodedata.category(char) in ("Cc", "Cs", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
