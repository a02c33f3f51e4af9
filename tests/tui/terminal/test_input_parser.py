"""What a terminal sends becomes keys and pastes; nothing else is typed, and nothing raises."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable

import pytest
from textual import events
from textual.message import Message

from tests.support.key_sequences import KNOWN_KEYS
from wizard.tui.terminal.input_parser import NEXT_LINE, InputParser
from wizard.tui.terminal.textual_internals import LegacyKeys

ESCAPE_DELAY = 0.1
LONG = 2.0  # seconds, longer than any silence that the parser waits for


class Clock:
    """A parser whose time passes only on request."""

    def __init__(self, *, mouse: bool = False) -> None:
        self.parser = InputParser(LegacyKeys(), ESCAPE_DELAY, mouse=mouse)
        self.now = 100.0

    def read(self, text: str, after: float = 0.0) -> list[Message]:
        """Feed one read, so many seconds after the one before it."""
        self.now += after
        return self.parser.feed(text, self.now)

    def wait(self, seconds: float) -> list[Message]:
        """Let time pass without input."""
        self.now += seconds
        return self.parser.tick(self.now)


def shown(messages: list[Message]) -> list[str]:
    """The names of keys, and the texts of pastes."""
    return [
        message.key if isinstance(message, events.Key) else f"paste {message.text}"
        for message in messages
        if isinstance(message, events.Key | events.Paste)
    ]


def parse(*reads: str) -> list[str]:
    clock = Clock()
    messages = [message for text in reads for message in clock.read(text)]
    return shown([*messages, *clock.wait(LONG)])


# Keys


@pytest.mark.parametrize(("sequence", "name"), KNOWN_KEYS.items(), ids=repr)
def test_each_encoding_of_a_key_has_its_name(sequence: str, name: str) -> None:
    assert parse(sequence) == [name]


@pytest.mark.parametrize("sequence", [sequence for sequence in KNOWN_KEYS if len(sequence) > 2], ids=repr)
def test_a_key_that_a_slow_line_splits_is_still_that_key(sequence: str) -> None:
    """Once ESC and its second character have arrived, there is no limit but the silence that ends anything."""
    clock = Clock()
    messages = clock.read(sequence[:2])
    for char in sequence[2:]:
        messages += clock.read(char, after=0.9)
    assert shown(messages) == [KNOWN_KEYS[sequence]]


@pytest.mark.parametrize(
    ("report", "keys"),
    [
        ("\x1b[97u", ["a"]),
        ("\x1b[97;;229u", ["å"]),
        ("\x1b[97;;97:98u", ["a", "b"]),
        ("\x1b[97:65;2u", ["A"]),
        ("\x1b[1089::99;5u", ["ctrl+c"]),  # Ctrl+C on a Russian layout
        ("\x1b[97;5:1u", ["ctrl+a"]),
        ("\x1b[97;5:2u", ["ctrl+a"]),  # repeated
        ("\x1b[97;5:3u", []),  # released
        ("\x1b[1;1:3A", []),
        ("\x1b[97;65u", ["a"]),  # Caps Lock
        ("\x1b[27;1u", ["escape"]),
        ("\x1b[13u", ["enter"]),
        ("\x1b[57414u", ["enter"]),
        ("\x1b[57441u", ["left_shift"]),
        ("\x1b[1114112u", []),
        ("\x1b[55296u", []),  # half a surrogate pair
        ("\x1b[3u", []),
        ("\x1b[;;u", []),
        ("\x1b[:;:;:u", []),
        ("\x1b[99999999999999999999999;5u", []),
        ("\x1b[97;99999999999999999999999u", ["a"]),
        ("\x1b[27;5~", []),
        ("\x1b[27;2;65~", ["A"]),
    ],
    ids=repr,
)
def test_reports_of_key_protocols_that_another_program_left_on(report: str, keys: list[str]) -> None:
    assert parse(report) == keys


@pytest.mark.parametrize(
    ("reads", "keys"),
    [
        (["\n"], ["enter"]),
        (["\r\n"], ["enter"]),
        (["\r", "\n"], ["enter"]),
        (["\n\n"], ["enter", "enter"]),
        (["\r\r"], ["enter", "enter"]),
    ],
)
def test_enter_is_cr_or_lf_or_both(reads: list[str], keys: list[str]) -> None:
    assert parse(*reads) == keys


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_line_end_before_more_text_of_the_same_read_is_no_enter(end: str) -> None:
    assert parse(f"a{end}b{end}") == ["a", NEXT_LINE, "b", "enter"]
    assert parse(f"{end}b") == [NEXT_LINE, "b"]
    assert parse(f"a{end}\tb")[:2] == ["a", NEXT_LINE]
    assert parse(f"a{end}\x1b[Hb") == ["a", "enter", "home", "b"]
    assert parse("a", end, "b") == ["a", "enter", "b"]


# What ends by silence


def test_a_lone_escape_character_is_the_escape_key_after_the_delay() -> None:
    clock = Clock()
    assert clock.read("\x1b") == []
    assert clock.wait(ESCAPE_DELAY * 0.9) == []
    assert shown(clock.wait(ESCAPE_DELAY * 0.2)) == ["escape"]
    assert clock.parser.is_idle


@pytest.mark.parametrize(
    ("rest", "keys"),
    [
        ("[A", ["up"]),
        ("OB", ["down"]),
        ("[?62;22c", []),
        ("[=0c", []),
        ("[?2026;2$y", []),
        ("]11;rgb:0000/0000/0000\x07", []),
        ("]10;rgb:ffff/ffff/ffff\x1b\\", []),
        ("P1$r0m\x1b\\", []),
        ("P>|xterm(388)\x1b\\", []),
        ("P1+r544e=787465726d\x1b\\", []),
        ("_Gi=31;OK\x1b\\", []),
    ],
)
def test_the_rest_of_a_sequence_whose_escape_character_came_much_earlier_is_not_typed(
    rest: str, keys: list[str]
) -> None:
    clock = Clock()
    clock.read("\x1b")
    clock.wait(ESCAPE_DELAY)
    assert shown(clock.read(rest, after=0.2)) == keys


@pytest.mark.parametrize("text", ["[", "P", "Pa", "]", "]a", "_a", "Obst", "images", "^"])
def test_what_is_typed_soon_after_the_escape_key_is_typed(text: str) -> None:
    clock = Clock()
    clock.read("\x1b")
    clock.wait(ESCAPE_DELAY)
    messages = [each for char in text for each in clock.read(char, after=0.05)]
    assert [each.character for each in messages if isinstance(each, events.Key)] == list(text)


def test_a_paste_is_one_message() -> None:
    assert parse("\x1b[200~a\r\nb\x1b[A\x03\x00\x1b[201~c") == ["paste a\r\nb\x1b[A\x03", "c"]
    assert parse("\x1b[200~a\x03\x1b[201~") == ["paste a\x03"]


def test_a_paste_whose_end_is_lost_ends_after_a_second_of_silence() -> None:
    clock = Clock()
    assert clock.read("\x1b[200~abc") == []
    assert clock.wait(0.9) == []
    assert shown(clock.wait(0.2)) == ["paste abc"]
    assert shown(clock.read("\x11")) == ["ctrl+q"]


def test_ctrl_c_leads_out_of_a_paste_whose_end_is_lost() -> None:
    assert parse("\x1b[200~abc", "\x03") == ["paste abc", "ctrl+c"]
    assert parse("\x1b[200~abc\x03") == ["paste abc", "ctrl+c"]
    assert parse("\x1b[200~abc", "d\x03") == ["paste abcd", "ctrl+c"]
    assert parse("\x1b[200~abc", "\x03\x03") == ["paste abc", "ctrl+c", "ctrl+c"]


UNFINISHED = [
    "\x1b[",
    "\x1b[1;",
    "\x1b[<0;1",
    "\x1bO",
    "\x1b[M",
    "\x1b[[",
    "\x1b]11;rgb",
    "\x1bP1$r",
    "\x1b_G",
    "\x9b1",
]


@pytest.mark.parametrize("beginning", [*UNFINISHED, "\x1b^x", "\x1bXx", "\x1b]0;a\x1b", "\x90q"], ids=repr)
class TestUnfinishedSequence:
    def test_it_ends_after_a_second_of_silence(self, beginning: str) -> None:
        clock = Clock()
        assert clock.read(beginning) == []
        assert clock.wait(1.1) == []
        assert shown(clock.read("a")) == ["a"]

    def test_ctrl_c_leads_out(self, beginning: str) -> None:
        assert parse(f"{beginning}\x03") == ["ctrl+c"]

    def test_enter_leads_out(self, beginning: str) -> None:
        assert parse(f"{beginning}\r") == ["enter"]

    def test_a_key_that_follows_it_is_handled(self, beginning: str) -> None:
        if not beginning.endswith("\x1b"):
            assert parse(f"{beginning}\x1b[A") == ["up"]


# What is no key


ANSWERS = [
    "\x1b[?62;22c",  # primary device attributes
    "\x1b[>0;276;0c",
    "\x1b[=0c",
    "\x1b[0n",
    "\x1b[12;40R",  # cursor position
    "\x1b[1;2R",
    "\x1b[?2026;2$y",  # modes
    "\x1b[4;1$y",
    "\x1b[4$y",
    "\x1b[4$p",
    "\x1b[8;24;80t",  # size
    "\x1b[48;24;80;480;800t",
    "\x1b[?1u",  # kitty flags
    "\x1b[I",  # focus
    "\x1b[O",
    "\x1b[201~",  # the end of a paste that did not start
    "\x1b[<0;10;10M",  # mouse
    "\x1b[32;10;10M",
    "\x1b[M !!",
    "\x1b[M #\x7f",
    "\x1b]11;rgb:1e1e/1e1e/2e2e\x07",
    "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\",
    "\x1b]52;c;c2VjcmV0\x9c",
    "\x1bP>|XTerm(380)\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1bP1+r544e=787465726d\x1b\\",
    "\x1b_Gi=31;OK\x1b\\",
    "\x1b^message\x1b\\",
    "\x1bXstring\x1b\\",
    "\x9b?62;22c",
    "\x9d11;rgb:0/0/0\x9c",
    "\x1b[1;2;3;4;5;6;7;8x",
    "\x1b[9999999999999999999999999999999999A",
    f"\x1b[{'1;' * 5000}c",
    f"\x1b]52;c;{'A' * 5000}\x07",
    "\x1b[12é34c",
]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: repr(answer[:40]))
class TestAnswer:
    def test_it_is_dropped(self, answer: str) -> None:
        assert parse(answer) == []
        assert parse(f"a{answer}b") == ["a", "b"]

    def test_it_is_dropped_wherever_the_line_splits_it(self, answer: str) -> None:
        for at in range(2 if answer[0] == "\x1b" else 1, min(len(answer), 60)):
            clock = Clock()
            assert clock.read(answer[:at]) == []
            assert clock.read(answer[at:], after=0.5) == []
            assert clock.parser.is_idle


def test_a_mouse_report_is_an_event_where_the_mouse_is_wanted() -> None:
    clock = Clock(mouse=True)
    assert [type(message) for message in clock.read("\x1b[<0;10;10M\x1b[<0;10;10m\x1b[<64;1;1M")] == [
        events.MouseDown,
        events.MouseUp,
        events.MouseScrollUp,
    ]
    assert clock.read("\x1b[<0;-10;10M\x1b[<99999999999;1;1M\x1b[<;;M\x1b[<M\x1b[<0;99999999999999999;1M") == []


# Any input


def characters(generator: random.Random, alphabet: str, most: int) -> str:
    return "".join(generator.choices(alphabet, k=generator.randint(0, most)))


PARAMETERS = "0123456789;:;;<=>?"
INTERMEDIATE = " !\"#$%&'()*+,-./"
FINAL = "".join(map(chr, range(0x40, 0x7F)))
TEXT = "abcABC019 ;:[]OP~é€\ufffd"
NUMBERS = ("", "0", "1", "27", "97", "1089", "57364", "57441", "55296", "1114112", "4294967296", "9" * 30)


def csi(generator: random.Random) -> str:
    parameters, middle = characters(generator, PARAMETERS, 12), characters(generator, INTERMEDIATE, 2)
    return f"\x1b[{parameters}{middle}{generator.choice(FINAL)}"


def key_report(generator: random.Random) -> str:
    fields = [":".join(generator.choices(NUMBERS, k=generator.randint(1, 3))) for _ in range(generator.randint(1, 4))]
    return f"\x1b[{';'.join(fields)}{generator.choice('u~ABCDEFHPQRSZ')}"


def modify_other_keys(generator: random.Random) -> str:
    return f"\x1b[27;{generator.choice(NUMBERS)};{generator.choice(NUMBERS)}~"


def ss3(generator: random.Random) -> str:
    return f"\x1bO{generator.choice(('', '2', '5'))}{generator.choice(FINAL)}"


def string(generator: random.Random) -> str:
    end = generator.choice(("\x1b\\", "\x07", "\x9c"))
    return f"\x1b{generator.choice(']PX^_')}{characters(generator, TEXT, 20)}{end}"


def paste(generator: random.Random) -> str:
    return f"\x1b[200~{characters(generator, TEXT + chr(27) + chr(13) + chr(3), 20)}\x1b[201~"


def mouse(generator: random.Random) -> str:
    return generator.choice(("\x1b[M", "\x1b[<0;")) + characters(generator, PARAMETERS, 8) + generator.choice("Mm")


def noise(generator: random.Random) -> str:
    return "".join(chr(generator.choice((generator.randrange(0x20), generator.randrange(0x250)))) for _ in range(6))


SHAPES: tuple[Callable[[random.Random], str], ...] = (
    csi, key_report, modify_other_keys, ss3, string, paste, mouse, noise,
)  # fmt: skip
CONTROL_SHAPES = (csi, string)


def reads_of(generator: random.Random, text: str) -> list[str]:
    """The text, split anywhere."""
    ends = sorted(generator.randint(0, len(text)) for _ in range(generator.randint(0, 4)))
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]


def check_any_input(seed: int) -> None:
    """Feed a few shapes, some with a lost end, in pieces and with pauses."""
    generator = random.Random(seed)
    shapes = [generator.choice(SHAPES)(generator) for _ in range(generator.randint(1, 4))]
    text = "".join(shape[: generator.randint(0, len(shape))] if generator.random() < 0.3 else shape for shape in shapes)
    clock = Clock(mouse=generator.random() < 0.2)
    for part in reads_of(generator, text):
        clock.read(part, after=generator.choice((0.0, 0.01, 0.2, 1.5)))
    clock.wait(LONG)
    assert clock.parser.is_idle
    assert shown(clock.read("a\x03")) == ["a", "ctrl+c"]


RXVT_KEY = re.compile(r"\x1b\[\d+\$")


def is_key_report(sequence: str) -> bool:
    return sequence.endswith("u") or sequence.startswith("\x1b[27;")


def check_control_sequence(seed: int) -> None:
    """Feed one whole control sequence that reports no typed text, split anywhere after its second character."""
    generator = random.Random(seed)
    sequence = generator.choice(CONTROL_SHAPES)(generator)
    if is_key_report(sequence) or sequence.startswith(("\x1b[M", "\x1b[[", "\x1b[200~")) or RXVT_KEY.match(sequence):
        return
    clock = Clock()
    first, *others = reads_of(generator, sequence[2:])
    messages = clock.read(sequence[:2] + first)
    for part in others:
        messages += clock.read(part, after=generator.choice((0.0, 0.2, 0.9)))
    messages += clock.wait(LONG)
    assert [message for message in messages if isinstance(message, events.Paste)] == []
    assert [key for key in messages if isinstance(key, events.Key) and key.is_printable] == [], sequence


RUNS = int(os.environ.get("INPUT_PARSER_RUNS", "3000"))
SEED = int(os.environ.get("INPUT_PARSER_SEED", str(time.time_ns() % 10**12)))


@pytest.mark.sample
@pytest.mark.parametrize("check", [check_any_input, check_control_sequence])
def test_any_input(check: Callable[[int], None]) -> None:
    """Nothing raises, everything ends by silence, and no part of a control sequence is typed."""
    for seed in range(SEED, SEED + RUNS):
        try:
            check(seed)
        except Exception as error:
            raise AssertionError(f"INPUT_PARSER_SEED={seed} INPUT_PARSER_RUNS=1 repeats this") from error
