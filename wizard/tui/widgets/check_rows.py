"""Draws the progress of a validation as rows of text: one per group of checks, with details and findings below."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto

from textual.content import Content

from wizard.catalog.registries import registry_of
from wizard.checks.check import Check
from wizard.model.findings import Cause, Finding
from wizard.session.texts import ASKS_FIRST
from wizard.text.plural import count_of
from wizard.text.sentences import split_problem
from wizard.tui.terminal.glyphs import BUSY, FAILED, GLYPHS, PASSED, SKIPPED, WARNING
from wizard.tui.theme import DIM, FAINT
from wizard.tui.validation_progress import ValidationProgress
from wizard.tui.widgets.hanging_indent import hanging
from wizard.validation import summary
from wizard.validation.results import Report, Result, Status

_SLOW = 2.0  # seconds after which a running check is said to keep the user waiting
_TITLE = 17  # columns of a row's title, after its symbol
_CHECK_TITLE = 33  # columns of a check's title in the details
_WORDS_MIN_WIDTH = 77  # columns of a row that has room for the words of all its checks
_DETAILS_MIN_WIDTH = 70  # columns that have room for the permissions beside the titles
_TIME = 8  # columns
_BAR = "│ "  # before the lines of a finding

_SYMBOLS: Mapping[Status, tuple[str, str]] = {
    Status.PASSED: (PASSED, "$success"),
    Status.FAILED: (FAILED, "$error"),
    Status.WARNING: (WARNING, "$warning"),
    Status.SKIPPED: (SKIPPED, FAINT),
}
_NOT_RUN = _SYMBOLS[Status.SKIPPED]  # also of a check that has not started yet


# --- rows ---


class Below(Enum):
    """What is shown below the row of a group."""

    NOTHING = auto()
    PROOF = auto()  # what the group proves and what needs it
    INLINE = auto()  # nothing, because the row itself says both
    TIMED = auto()  # nothing, because the row itself says the proof, and how long it took
    DETAILS = auto()  # its checks


def row(
    progress: ValidationProgress, group: str, width: int, *, highlighted: bool, below: Below = Below.NOTHING
) -> Content:
    """A group in `width` columns: its symbol and title, its checks in words, and its time or what needs it.

    A narrow row has no room for all words. Above its details, a group that has passed says what it proves instead.
    """
    checks = progress.groups[group]
    symbol, style = _symbol(progress, checks)
    title_style = "bold underline $primary" if highlighted else "bold" if progress.has_started(checks) else DIM
    title, needed = progress.plan.groups[group].title, needed_for(checks)
    if width < _WORDS_MIN_WIDTH:
        words, right = _few_words(progress, checks), _time(progress, checks)
        right = right or ("" if words.plain == f"for {needed}" else needed)
    elif below in (Below.INLINE, Below.TIMED) or (below is Below.DETAILS and symbol == PASSED):
        words = Content.styled(proof(progress, group), DIM)
        right = needed if below is Below.INLINE else _time(progress, checks)
    else:
        words, right = _words(progress, checks), _time(progress, checks) or ("" if below is Below.PROOF else needed)
    room = max(0, width - GLYPHS.width - 1 - _TITLE - len(right) - bool(right))
    if width < _WORDS_MIN_WIDTH and words.cell_length > room:
        found, total = len(list(progress.findings_of(checks))), count_of(len(checks), "check")
        words = Content(f"{found} of {total}" if found else total)  # the words would be cut
    return Content.assemble(
        (f"{GLYPHS.symbol(symbol)} ", style),
        (title, title_style),
        " " * (_TITLE - len(title)),
        GLYPHS.content(words).truncate(room, ellipsis=True, pad=True),
        (f" {right}" if right else "", DIM),
    ).truncate(width)


def proof_row(progress: ValidationProgress, group: str, width: int) -> Content:
    """What the registry needs a group for, and what it proves; below the row of the group."""
    needed = needed_for(progress.groups[group])
    before = " " * (GLYPHS.width + 1) + (f"for {needed}" if needed else "").ljust(_TITLE)
    return Content.styled(f"{before}{proof(progress, group)}", DIM).truncate(width, ellipsis=True)


def proof(progress: ValidationProgress, group: str) -> str:
    """The sentence on what a group has proven, or what it checks."""
    clause = progress.plan.groups[group].proves
    return f"{clause[:1].upper()}{clause[1:]}." if has_passed(progress, group) else f"Checks that {clause}."


def has_passed(progress: ValidationProgress, group: str) -> bool:
    """Whether all checks of a group that ran have passed."""
    return _symbol(progress, progress.groups[group])[0] == PASSED


def _symbol(progress: ValidationProgress, checks: list[Check]) -> tuple[str, str]:
    """The symbol of a group, and its style."""
    statuses = [progress.status_of(check) for check in checks]
    for status in (Status.FAILED, Status.WARNING):
        if status in statuses:
            return _SYMBOLS[status]
    if None in statuses:
        is_busy = progress.is_running or progress.is_removing
        return (BUSY, "$primary") if is_busy and progress.has_started(checks) else _NOT_RUN
    return _SYMBOLS[Status.PASSED if Status.PASSED in statuses else Status.SKIPPED]


def _words(progress: ValidationProgress, checks: list[Check]) -> Content:
    """The checks of a group in words; or why none of them has run."""
    if did_not_run(progress, checks):
        return Content.styled(f"not run: {progress.results[checks[0].id].reason_in_words}", FAINT)
    return Content(", ").join(_word(progress, check) for check in checks if not did_not_run(progress, [check]))


def _few_words(progress: ValidationProgress, checks: list[Check]) -> Content:
    """The checks with a problem in words, or else what needs the group, if anything."""
    if did_not_run(progress, checks):
        return Content.styled("not run", FAINT)
    words = [_word(progress, check) for check, _, _ in progress.findings_of(checks)]
    if words or not (needed := needed_for(checks)):
        return Content(", ").join(words) if words else _words(progress, checks)
    return Content.styled(f"for {needed}", DIM)


def did_not_run(progress: ValidationProgress, checks: Iterable[Check]) -> bool:
    """Whether all of these checks were skipped."""
    return all(progress.status_of(check) is Status.SKIPPED for check in checks)


def _word(progress: ValidationProgress, check: Check) -> Content:
    """The word of a check; its symbol follows where the symbol of the group does not say enough."""
    status = progress.status_of(check)
    if status is None and check.id in progress.started:  # without a symbol, which would move all words after it
        return Content.styled(check.word, "$primary")
    if status in (Status.FAILED, Status.WARNING):
        symbol, style = _SYMBOLS[status]
        return Content.styled(f"{check.word} {symbol}", style)
    return Content.styled(check.word, "" if status is Status.PASSED else FAINT)


def _time(progress: ValidationProgress, checks: list[Check]) -> str:
    """The time of the slowest check of a group that has ended; while it runs, that of the check that started first."""
    running = [seconds for check in checks if (seconds := progress.seconds_since_start(check)) is not None]
    if running and progress.is_running:
        return f"{max(running):.0f} s" if max(running) > _SLOW else ""
    results = [progress.results[check.id] for check in checks if check.id in progress.results]
    if len(results) < len(checks) or any(result.status is Status.FAILED for result in results):
        return ""
    return _duration(max((result.seconds for result in results if result.status is not Status.SKIPPED), default=0.0))


def needed_for(checks: Iterable[Check]) -> str:
    """What the registry needs a group for, in few words."""
    needed = {word for check in checks for word in check.needed_for}
    if {"push", "pull", "delete"} <= needed:
        return "everything"
    return ", ".join(word for word in ("push", "pull", "delete") if word in needed)


def _duration(seconds: float) -> str:
    """A time in few columns; empty where none was measured."""
    if seconds < 0.0005:
        return ""
    return f"{seconds * 1000:.0f} ms" if seconds < 0.9995 else f"{seconds:.1f} s"


# --- what is below a row ---


def problem_and_advice(progress: ValidationProgress, group: str, width: int) -> Iterator[Content]:
    """As `findings`, for findings without a fix in a group of one check: their further sentences say what to do."""
    for _, status, finding in progress.findings_of(progress.groups[group]):
        bar = Content.styled(_BAR, _SYMBOLS[status][1])
        for line in split_problem(finding.text):
            yield from hanging(bar, Content(line), width, bar)


def findings(progress: ValidationProgress, group: str, width: int, enter: str, *, asks: bool) -> Iterator[Content]:
    """Each failure of a group, and after them each warning: first what is wrong, then what to do.

    `enter` is what Enter does after the main failure. `asks`: a question comes before the fix that a key applies.
    """
    for check, status, finding in progress.findings_of(progress.groups[group]):
        bar = Content.styled(_BAR, _SYMBOLS[status][1])
        title = "" if check.title == progress.plan.groups[group].title else f"{check.title}: "
        yield from hanging(bar, Content.assemble((title, "bold"), finding.text), width, bar)
        yield from _what_to_do(progress, finding, width, enter, asks=asks)


def _what_to_do(
    progress: ValidationProgress, finding: Finding, width: int, enter: str, *, asks: bool
) -> Iterator[Content]:
    is_on_key = _is_on_key(progress, finding)
    fix: list[Content] = []
    if finding.fix:
        before = Content.styled("F7 " if is_on_key else "To fix: ", "bold $primary" if is_on_key else DIM)
        question = ASKS_FIRST if is_on_key and asks else ""
        fix = list(hanging(before, Content.styled(f"{finding.fix.text}{question}", "$primary"), width))
    keys: list[Content] = []
    if finding is progress.main_failure():
        keys.append(_key("Enter", enter))
    if finding.cause is Cause.ACCESS_DENIED:
        keys.append(_key("F6", "Show the policy that is needed"))
    row = Content("   ").join(keys)
    rows = [row] if keys and row.cell_length <= width else keys
    yield from (*rows, *fix) if asks else (*fix, *rows)


def _is_on_key(progress: ValidationProgress, finding: Finding) -> bool:
    """Whether a key applies the fix of a finding."""
    return finding.fix is not None and finding.fix.applies and finding.fix is progress.fix()


def hints(progress: ValidationProgress, group: str, width: int) -> Iterator[Content]:
    """What is good to know although the checks of the group have passed."""
    for check in progress.groups[group]:
        result = progress.results.get(check.id)
        if result is not None and result.finding is not None and result.status is Status.PASSED:
            yield from hanging(Content(), Content.styled(result.finding.text, DIM), width)


def _key(key: str, effect: str) -> Content:
    return Content.assemble((f"{key} ", "bold $primary"), (effect, "$primary"))


def details(progress: ValidationProgress, group: str, width: int) -> Iterator[Content]:
    """The checks of a group: the symbol, title and time of each, and the permissions it needs or why it did not run."""
    if width < _DETAILS_MIN_WIDTH:  # the row above has no room for it
        yield from hanging(Content(), Content.styled(proof(progress, group), DIM), width)
    for check in progress.groups[group]:
        status, result = progress.status_of(check), progress.results.get(check.id)
        is_running = status is None and check.id in progress.started
        symbol, style = _SYMBOLS[status] if status else (BUSY, "$primary") if is_running else _NOT_RUN
        title = f"{GLYPHS.symbol(symbol)} ", style
        time = _duration(result.seconds) if result else ""
        note = Content.styled(_note(progress, check, result), DIM)
        if width < _DETAILS_MIN_WIDTH:
            padding = width - GLYPHS.width - 1 - len(check.title) - len(time)
            yield Content.assemble(title, check.title, " " * padding, (time, DIM))
            yield from hanging(Content(" " * (GLYPHS.width + 3)), note, width)
            continue
        first = Content.assemble(title, check.title.ljust(_CHECK_TITLE))
        lines = list(hanging(first, note, width - _TIME))
        yield Content.assemble(lines[0], " " * (width - lines[0].cell_length - len(time)), (time, DIM))
        yield from lines[1:]


def _note(progress: ValidationProgress, check: Check, result: Result | None) -> str:
    if result and result.status is Status.SKIPPED:
        return f"not run: {result.reason_in_words}"
    return ", ".join(check.actions_of(registry_of(progress.settings.registry)))


# --- the validation as a whole ---


def remarks(report: Report) -> list[str]:
    """What the run did beyond the usual, and what the result depends on; a sentence each."""
    return [*report.notes, *filter(None, (report.environment_sentence, report.removed_sentence))]


def verdict(report: Report) -> tuple[str, str]:
    """The sentence on the validation as a whole, and its style."""
    if report.cancelled and report.later is not None:
        return f"Stopped. Removing the test data {BUSY}", "$warning"
    style = "$warning" if report.cancelled else "$success" if report.passed else "$error"
    return summary.verdict(report), style


def problem_and_remedy(progress: ValidationProgress, width: int, *, asks: bool) -> str:
    """What is wrong, and on a line of its own what to do, at most two lines where a sentence fits in them.

    That nothing was saved is said only where this line has room.

    `asks`: see `findings`.
    """
    report, failure = progress.report, progress.main_failure()
    if report is None or failure is None:
        return ""
    remedy, is_on_key = summary.what_to_do(failure), _is_on_key(progress, failure)
    if is_on_key and failure.fix and "skipverify" in failure.fix.set:  # trusting the CA comes first
        remedy, is_on_key = summary.advice(failure), False
    remedy = remedy if len(remedy) <= 2 * width else split_problem(remedy)[0]
    remedy = remedy if len(remedy) <= 2 * width else re.sub(r": .*", ".", remedy)  # without its commands
    start, end = ("F7 ", ASKS_FIRST if asks else "") if is_on_key else ("", "")
    remedy = f"{start}{remedy}{end}"
    with_rest = f"{remedy} {summary.NOTHING_SAVED}".lstrip()
    return f"Failed: {summary.problem(report)}\n{with_rest if not remedy or len(with_rest) <= width else remedy}"


def waiting(progress: ValidationProgress) -> str:
    """What a running validation waits for: the check, and after some time also the store and for how long."""
    running = progress.running_check()
    if running is None:
        return f"Validating {BUSY}"
    check, seconds = running
    if seconds <= _SLOW:
        return f"{check.title} {BUSY}"
    return f"Waiting for {progress.plan.place}: {check.title[:1].lower()}{check.title[1:]} ({seconds:.0f} s)"


def count(progress: ValidationProgress, room: int = sys.maxsize) -> str:
    """How many checks have run, or have ended in which way, and the time so far; empty before the first validation.

    The time is left out where it does not fit in `room` columns.
    """
    if not progress.started_at:
        return ""
    if progress.report is not None:
        counted, time = summary.counts(progress.report), f"{progress.seconds:.2f} s"
    else:
        ran = summary.ran(progress.results.values())
        to_run = len(progress.checks) - (len(progress.results) - ran)  # without those that were skipped
        counted = f"{ran} of {to_run} done"
        time = f"{progress.seconds:.1f} s"
    return shown if len(shown := f"{counted}   {time}") <= room else counted
