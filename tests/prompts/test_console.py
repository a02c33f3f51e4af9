"""The console of the line prompts wraps its output, can be restricted to ASCII, and ends with its terminal."""

from __future__ import annotations

import io
import shlex
import signal
import sys
import termios

import pytest

from wizard.console.line_input import SeveralLinesError
from wizard.console.typed_line import CONTROL_CHARACTER, NOT_TEXT
from wizard.prompts import console as console_module
from wizard.prompts.console import Console, InputEndedError, list_index


def test_a_paragraph_is_wrapped_at_79_columns_with_its_indent(capsys: pytest.CaptureFixture[str]) -> None:
    Console(is_ascii=False).say("word " * 40, "  ")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("  word") and len(line) <= 79 for line in lines)


def test_long_words_are_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    Console(is_ascii=False).say("https://example/" + "x" * 100)
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_line_ends_in_a_paragraph_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    Console(is_ascii=False).say("\none")
    assert capsys.readouterr().err == "\none\n"


def test_lines_are_shown_without_wrapping(capsys: pytest.CaptureFixture[str]) -> None:
    Console(is_ascii=False).show("word " * 40)
    assert capsys.readouterr().err == "word " * 40 + "\n"


def test_a_command_is_broken_between_its_words_so_that_it_can_be_copied(capsys: pytest.CaptureFixture[str]) -> None:
    command = "storage-wizard configure " + " ".join(f"--setting{number} value" for number in range(9))
    Console(is_ascii=False).show_command(command)
    shown = capsys.readouterr().err
    assert max(map(len, shown.splitlines())) <= 79
    assert shlex.split(shown.replace("\\\n", "")) == command.split()


def test_only_the_comments_of_a_file_are_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    value = f'bucket = "{"x " * 60}"'
    Console(is_ascii=False).show_file(f"# {'word ' * 30}\n{value}")
    *comment, shown = capsys.readouterr().err.splitlines()
    assert shown == value
    assert len(comment) == 2
    assert all(line.startswith("# word") and len(line) <= 79 for line in comment)


def test_a_prompt_in_ascii_is_wrapped_by_the_width_that_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("answer\n"))
    Console(is_ascii=True).ask("…" * 20 + " word" * 8 + ": ")
    assert max(map(len, capsys.readouterr().err.split("\n"))) <= 79


def test_output_can_be_restricted_to_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    Console(is_ascii=True).say("10 MiB … ✓")
    assert capsys.readouterr().err.isascii()


@pytest.mark.parametrize(
    ("answers", "default", "result", "said"),
    [
        ("yes\n", False, True, ""),
        ("N\n", True, False, ""),
        ("\n", True, True, ""),
        ("\n", False, False, ""),
        ("help\ny\n", False, True, "  Yes does it.\n"),
        ("?\nn\n", True, False, "  Yes does it.\n"),
        ("maybe\ny\n", False, True, "  ! Answer y for yes, n for no, or ? for help.\n"),
        ("<\nn\n", True, False, "  ! Answer y for yes, n for no, or ? for help.\n"),
    ],
)
def test_a_yes_no_question_is_asked_until_it_is_answered(
    answers: str,
    default: bool,
    result: bool,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(answers))
    assert Console(is_ascii=False).ask_yes_no("Do it?", "Yes does it.", default=default) is result
    prompt = "Do it? [Y/n] " if default else "Do it? [y/N] "
    assert capsys.readouterr().err == (f"{prompt}{said}{prompt}" if said else prompt)


def test_less_than_goes_back_where_that_is_possible(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("<\n"))
    assert Console(is_ascii=False).ask_yes_no("Do it?", "Yes does it.", can_go_back=True) is None
    assert capsys.readouterr().err == "Do it? [y/N, < back] "


def test_the_end_of_the_input_raises_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(InputEndedError):
        Console(is_ascii=False).ask("prompt> ")


@pytest.mark.parametrize("error", [OSError, termios.error, EOFError])
def test_a_terminal_that_is_gone_ends_the_input(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> str:
        raise error

    monkeypatch.setattr(console_module, "prompt_hidden", fail)
    with pytest.raises(InputEndedError):
        Console(is_ascii=False).ask_secret("prompt> ")


def test_a_message_for_a_terminal_that_is_gone_is_discarded(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    Console(is_ascii=False).say_if_possible("text")


def test_a_signal_outside_of_a_prompt_ends_the_program_at_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("answer\n"))
    console = Console(is_ascii=False)
    console.on_signal(signal.SIGTERM, None)
    with pytest.raises(SystemExit) as end:
        console.ask("prompt> ")
    assert end.value.code == 128 + signal.SIGTERM


def test_a_signal_at_a_prompt_ends_the_program_once(monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(is_ascii=False)

    def read(_: str) -> str:
        console.on_signal(signal.SIGHUP, None)
        return "not reached"

    monkeypatch.setattr(console_module, "prompt_line", read)
    with pytest.raises(SystemExit) as end:
        console.ask("prompt> ")
    assert end.value.code == 128 + signal.SIGHUP
    console.on_signal(signal.SIGHUP, None)  # while the draft is saved


def test_the_second_signal_of_a_line_that_drops_does_not_interrupt_what_the_first_one_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    console = Console(is_ascii=False)
    restored: list[str] = []

    def read(_: str) -> str:
        try:
            console.on_signal(signal.SIGHUP, None)
        finally:
            console.on_signal(signal.SIGHUP, None)
            restored.append("terminal")
        return "not reached"

    monkeypatch.setattr(console_module, "prompt_hidden", read)
    with pytest.raises(SystemExit):
        console.ask_secret("prompt> ")
    assert restored == ["terminal"]


@pytest.mark.parametrize(
    ("answer", "index"),
    [("1", 0), ("21", 20), ("22", None), ("0", None), ("", None), ("-1", None), ("x", None), ("00199", None)],
)
def test_an_answer_from_1_to_the_count_is_an_index(answer: str, index: int | None) -> None:
    assert list_index(answer, 21) == index


def test_unsafe_characters_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    Console(is_ascii=False).show("a\x9bb\u202ec\x1b[2J")
    Console(is_ascii=False).say("a\x9b")
    assert capsys.readouterr().err == "a\\u009bb\\u202ec\\u001b[2J\na\\u009b\n"


@pytest.mark.parametrize("ask", ["ask", "ask_secret"])
@pytest.mark.parametrize(
    ("line", "problem"),
    [("ke\x08y", CONTROL_CHARACTER), ("key\x1b[D", CONTROL_CHARACTER), ("k\udce9y", NOT_TEXT)],
)
def test_a_line_that_is_not_text_is_asked_for_again_without_repeating_it(
    ask: str, line: str, problem: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = iter([line, "\x1b[200~key\x1b[201~"])
    for name in ("prompt_line", "prompt_hidden"):
        monkeypatch.setattr(console_module, name, lambda _: next(lines))
    assert getattr(Console(is_ascii=False), ask)("prompt> ") == "key"
    assert " ".join(capsys.readouterr().err.split()) == f"! {problem} Enter it again."


def test_several_lines_at_a_hidden_prompt_are_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers: list[str | Exception] = [SeveralLinesError(), "key"]

    def read(_: str) -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(console_module, "prompt_hidden", read)
    assert Console(is_ascii=False).ask_secret("prompt> ") == "key"
    expected = "! The input had more than one line, so it was ignored. Enter it again."
    assert " ".join(capsys.readouterr().err.split()) == expected
