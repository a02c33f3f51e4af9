"""Turns what the terminal sends into keys and pastes, by the grammar of control sequences (ECMA-48).

What a terminal sends is data from outside: nothing here raises, and no part of a control sequence is ever typed into a
field. A sequence that is not a key, such as a late answer to a query of another program, is dropped as a whole. A
sequence or a paste whose end is lost ends after a second of silence.
"""

from __future__ import annotations

import math
import re
from enum import Enum, auto

from textual import events
from textual.message import Message

from wizard.tui.terminal.textual_internals import LegacyKeys

_SILENCE = 1.0  # seconds without input after which an unfinished sequence or paste ends
_MAX_SEQUENCE = 256  # characters; more are dropped up to the end of the sequence
_ESC, _BEL, _CTRL_C = "\x1b", "\x07", "\x03"
_ABORT = "\x18\x1a"  # CAN and SUB end any sequence
_PASTE_START, _PASTE_END = "\x1b[200~", "\x1b[201~"
_INTRODUCERS = "[O]PX^_"  # after ESC: CSI and SS3; OSC, DCS, SOS, PM and APC, which are strings that last until ST
_C1 = {"\x9b": "[", "\x8f": "O", "\x90": "P", "\x9d": "]", "\x98": "X", "\x9e": "^", "\x9f": "_"}
_STRING_TERMINATOR = "\x9c"
# A sequence without its ESC: CSI, SS3, and what starts an OSC, DCS, APC or PM as terminals send them.
_REST_OF_SEQUENCE = r"\[[\d;:<=?>]*[ !$\"']?[A-Za-z~]|O[A-Za-z]|\]\d+;|P(?:[\d;]*[$+!]|>\|)|[_^]G?[\w;=,]+\x1b"
_CURSOR_POSITION = r"\x1b\[\d+;\d+R"

NEXT_LINE = "next_line"  # the name of the key that is sent for a line end inside a text


class _State(Enum):
    GROUND = auto()
    ESCAPE = auto()  # after ESC
    SEQUENCE = auto()  # after ESC [ or ESC O
    STRING = auto()
    STRING_ESCAPE = auto()  # after ESC in a string
    PASTE = auto()
    MOUSE = auto()  # the three characters after ESC [ M


class InputParser:
    """Parses the characters of one terminal. Times are in seconds of the monotonic clock."""

    def __init__(self, keys: LegacyKeys, escape_delay: float, *, mouse: bool = False) -> None:
        """`escape_delay`: seconds after which a lone ESC is the Esc key. `mouse`: whether mouse reports are wanted."""
        self._keys = keys
        self._escape_delay = escape_delay
        self._mouse = mouse
        self._state = _State.GROUND
        self._sequence = ""
        self._pasted: list[str] = []
        self._last_input = 0.0
        self._last_char = ""
        self._escape_key_at: float | None = None  # when a lone ESC became the Esc key

    def feed(self, text: str, now: float) -> list[Message]:
        """The keys and pastes in `text`, which arrived in one read."""
        messages = self.tick(now)
        self._last_input = now
        if self._is_rest_of_sequence(text, now):
            self._begin(text[0])
            text = text[1:]
        for index, char in enumerate(text):
            messages += self._next(char, text, index)
            self._last_char = char
        if self._state is _State.PASTE and text.endswith(_CTRL_C):  # pressed, because the end of the paste was lost
            messages += self._end_lost_paste()
        return messages

    def tick(self, now: float) -> list[Message]:
        """What ends by silence: a lone Esc, and sequences and pastes whose end was lost."""
        if self.seconds_to_wait(now) > 0:
            return []
        state, self._state = self._state, _State.GROUND
        if state is _State.ESCAPE:
            self._escape_key_at = now
            return [events.Key("escape", _ESC)]
        return self._end_lost_paste() if state is _State.PASTE else []

    def seconds_to_wait(self, now: float) -> float:
        """Seconds without input after which `tick` ends what is unfinished; infinite if nothing is."""
        if self._state is _State.GROUND:
            return math.inf
        limit = self._escape_delay if self._state is _State.ESCAPE else _SILENCE
        return max(0.0, self._last_input + limit - now)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is unfinished."""
        return self._state is _State.GROUND

    def _is_rest_of_sequence(self, text: str, now: float) -> bool:
        """Whether `text` is the rest of a sequence whose ESC came so early that it became the Esc key."""
        escape_key_at, self._escape_key_at = self._escape_key_at, None
        if escape_key_at is None or self._state is not _State.GROUND or now - escape_key_at > _SILENCE:
            return False
        return re.match(_REST_OF_SEQUENCE, text) is not None

    def _next(self, char: str, text: str, index: int) -> list[Message]:
        match self._state:
            case _State.GROUND:
                return self._ground(char, text, index)
            case _State.ESCAPE:
                return self._after_escape(char, text, index)
            case _State.SEQUENCE:
                return self._in_sequence(char, text, index)
            case _State.MOUSE:
                return self._in_old_mouse_report(char, text, index)
            case _State.PASTE:
                return self._in_paste(char)
            case _:
                return self._in_string(char, text, index)

    def _ground(self, char: str, text: str, index: int) -> list[Message]:
        self._state = _State.GROUND
        if char == _ESC:
            self._state = _State.ESCAPE
        elif char in _C1:
            self._begin(_C1[char])
        elif char in "\r\n":
            is_second_half = char == "\n" and self._last_char == "\r"
            return [] if is_second_half else [_enter(text[index + 1 :])]
        elif not "\x80" <= char < "\xa0":  # another C1 control
            return list(self._keys.of_character(char))
        return []

    def _begin(self, char: str) -> None:
        """Begins a sequence or a string: ESC and `char` introduce it, or the C1 control that is the same."""
        self._sequence = f"{_ESC}{char}"
        self._state = _State.SEQUENCE if char in "[O" else _State.STRING

    def _after_escape(self, char: str, text: str, index: int) -> list[Message]:
        self._state = _State.GROUND
        if char in _INTRODUCERS:
            self._begin(char)
            return []
        if char == _ESC:
            self._state = _State.ESCAPE
            return [events.Key("escape", _ESC)]
        if keys := self._keys.of_sequence(_ESC + char):
            return list(keys)
        if char.isprintable():
            return list(self._keys.of_character(char, alt=True))
        return self._ground(char, text, index)

    # Sequences that begin with ESC [ or ESC O

    def _in_sequence(self, char: str, text: str, index: int) -> list[Message]:
        if _is_control(char):  # the sequence was cut
            return self._interrupt(char, text, index)
        if char.isascii():
            if len(self._sequence) < _MAX_SEQUENCE:
                self._sequence += char
            if self._is_complete(char, text[index + 1 : index + 2]):
                return self._complete()
        return []

    def _interrupt(self, char: str, text: str, index: int) -> list[Message]:
        """Ends what is unfinished because of a control character, which is a key of its own, such as Ctrl+C."""
        self._state = _State.GROUND
        return [] if char in _ABORT else self._ground(char, text, index)

    def _is_complete(self, char: str, following: str) -> bool:
        """Whether `char` is the final byte. The Linux console sends ESC [ [ A, and rxvt ESC [ 3 $."""
        if self._sequence == "\x1b[[":
            return False
        if char == "$" and following not in ("p", "y"):  # these end queries and reports of modes
            return bool(self._keys.of_sequence(self._sequence))
        return "@" <= char <= "~"

    def _complete(self) -> list[Message]:
        sequence, self._state = self._sequence, _State.GROUND
        if sequence == _PASTE_START:
            self._state = _State.PASTE
            self._pasted.clear()
            return []
        if sequence == "\x1b[M":  # the old mouse protocol; three characters follow
            self._sequence, self._state = "", _State.MOUSE
            return []
        if sequence.startswith("\x1b[<"):
            return list(self._keys.mouse(sequence)) if self._mouse else []
        if re.fullmatch(_CURSOR_POSITION, sequence):  # also F3 with modifiers, which nothing needs
            return []
        if found := re.fullmatch(_MODERN_KEY, sequence):
            return _modern_keys(found, self._keys)
        return list(self._keys.of_sequence(sequence))

    def _in_old_mouse_report(self, char: str, text: str, index: int) -> list[Message]:
        if _is_control(char) and char != "\x7f":
            return self._interrupt(char, text, index)
        self._sequence += char
        if len(self._sequence) == 3:
            self._state = _State.GROUND
        return []

    # Strings and pastes

    def _in_string(self, char: str, text: str, index: int) -> list[Message]:
        """OSC and DCS answers of a terminal, up to ST or BEL. They hold no control characters."""
        if self._state is _State.STRING_ESCAPE and not _is_control(char):
            self._state = _State.GROUND
            if char in _INTRODUCERS:  # the end of the string was lost
                self._begin(char)
        elif char == _ESC:
            self._state = _State.STRING_ESCAPE
        elif char in (_BEL, _STRING_TERMINATOR):
            self._state = _State.GROUND
        elif _is_control(char):
            return self._interrupt(char, text, index)
        return []

    def _in_paste(self, char: str) -> list[Message]:
        self._pasted.append(char)
        if char == "~" and "".join(self._pasted[-len(_PASTE_END) :]) == _PASTE_END:
            del self._pasted[-len(_PASTE_END) :]
            return self._end_paste()
        return []

    def _end_paste(self) -> list[Message]:
        text = "".join(self._pasted).replace("\x00", "")
        self._pasted.clear()
        self._state = _State.GROUND
        return [events.Paste(text)]

    def _end_lost_paste(self) -> list[Message]:
        """The paste, and Ctrl+C if it was pressed after it."""
        pressed = 0
        while self._pasted[-1:] == [_CTRL_C]:
            self._pasted.pop()
            pressed += 1
        return [*self._end_paste(), *self._keys.of_character(_CTRL_C) * pressed]


def _is_control(char: str) -> bool:
    return char < " " or "\x7f" <= char < "\xa0"


def _enter(rest: str) -> Message:
    """Enter, or `NEXT_LINE` when more text came in the same read, as in a paste of several lines without brackets."""
    following = rest.lstrip("\r\n")[:1]
    if following and (following.isprintable() or following == "\t"):
        return events.Key(NEXT_LINE, None)
    return events.Key("enter", "\r")


# Keys with modifiers: xterm, kitty (https://sw.kovidgoyal.net/kitty/keyboard-protocol/), xterm's modifyOtherKeys. The
# wizard turns none of these protocols on, but a terminal may use one that another program left on.

_MODERN_KEY = r"\x1b\[((?:[\d:]{0,32};){1,2}[\d:]{0,64}|[\d:]+(?=u))([~uA-DFHPQS])"
_MODIFIERS = (("shift", 1), ("alt", 2), ("ctrl", 4), ("super", 8), ("hyper", 16), ("meta", 32))
_TEXT_MODIFIERS = 1 | 64 | 128  # shift, caps lock and num lock change the text, which is reported
_RELEASED = "3"
_MODIFY_OTHER_KEYS = "27"
_MAX_CODE = 0x10FFFF


def _modern_keys(found: re.Match[str], keys: LegacyKeys) -> list[Message]:
    code, modifiers, text = ([*(field.split(":") for field in found[1].split(";")), [""], [""]])[:3]
    final = found[2]
    if final == "~" and code[0] == _MODIFY_OTHER_KEYS:
        code, text, final = text, [""], "u"
    if modifiers[1:2] == [_RELEASED]:
        return []
    bits = max(0, (_number(modifiers[0]) or 1) - 1)
    name = keys.functional(f"{_number(code[0]) or 1}{final}")
    if name:
        return [events.Key(_with_modifiers(name, bits), None)]
    return _character_keys(code, bits, text, keys) if final == "u" else []


def _character_keys(code: list[str], bits: int, text: list[str], keys: LegacyKeys) -> list[Message]:
    """A key that types characters; with Ctrl or Alt by its place on a US keyboard, if the terminal reports it."""
    number = _number(code[0])
    if bits & ~_TEXT_MODIFIERS:
        base = _number(code[2]) if len(code) > 2 else 0
        char = _character(base or number)
        return [events.Key(_with_modifiers(keys.name_of(char), bits), None)] if char else []
    shifted = _number(code[1]) if bits & 1 and len(code) > 1 else 0
    typed = [_number(part) for part in text if part] or [shifted or number]
    return [key for char in map(_character, typed) if char for key in keys.of_character(char)]


def _with_modifiers(name: str, bits: int) -> str:
    return "+".join((*sorted(modifier for modifier, bit in _MODIFIERS if bits & bit), name))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 7 else 0


def _character(code: int) -> str:
    """The character that a key types; empty if there is none."""
    if not 0 < code <= _MAX_CODE or 0xE000 <= code <= 0xF8FF:  # kitty numbers keys that type nothing in this area
        return ""
    return chr(code) if chr(code).isprintable() else ""
