"""Draws the progress of a validation as rows of text: one per group of checks, with details and findings below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from textual.content import Content

from wizard.catalog.registries import registry_of
from wizard.checks.check import GROUPS, Check
from wizard.tui.terminal.glyphs import BUSY, FAILED, GLYPHS, PASSED, SKIPPED, WARNING
from wizard.tui.theme import DIM, FAINT
from wizard.tui.validation_progress import ValidationProgress
from wizard.validation.results import Report, Status

_SLOW = 2.0  # seconds after which a running check is named
_TITLE, _IDS, _NEEDED_FOR, _TIME = 16, 42, 13, 5  # widths of a row's columns at 80 columns, after its symbol

_SYMBOLS: Mapping[Status, tuple[str, str]] = {
    Status.PASSED: (PASSED, "$success"),
    Status.FAILED: (FAILED, "$error"),
    Status.WARNING: (WARNING, "$warning"),
    Status.SKIPPED: (SKIPPED, FAINT),
}

_PROOFS: Mapping[str, tuple[str, ...]] = {  # what holds once these checks have passed
    "An image can be pushed, and comes back byte by byte as it went in.": ("write", "read"),
    "Large layers go in parts, and an upload that broke off can go on.": (
        "multipart",
        "multipart-list",
        "multipart-copy",
    ),
    "Clients follow the registry's links to the store, without keys of their own.": ("presigned-read",),
    "What is deleted is gone.": ("delete",),
    "Nothing of this try is left behind.": ("cleanup",),
}


def row(progress: ValidationProgress, group: str, width: int, *, highlighted: bool) -> Content:
    """A group in `width` columns: its symbol, its name, the ids of its checks, what needs it, and its time."""
    checks = progress.groups()[group]
    symbol, style = _symbol(progress, checks)
    title_style = "bold underline $primary" if highlighted else "bold" if progress.has_started(checks) else DIM
    ids = Content(", ").join(_id(progress, check) for check in checks)
    rest = width - GLYPHS.width - 1 - _TITLE
    needed_for = _needed_for(checks) if rest >= _IDS + _NEEDED_FOR + _TIME else ""
    needed_column = needed_for.ljust(_NEEDED_FOR) if needed_for else " "
    ids_width = max(0, min(_IDS if needed_for else rest, rest - len(needed_column) - _TIME))
    return Content.assemble(
        (f"{GLYPHS.symbol(symbol)} ", style),
        (GROUPS[group].title, title_style),
        " " * (_TITLE - len(GROUPS[group].title)),
        ids.truncate(ids_width, ellipsis=True, pad=True),
        (needed_column, DIM),
        (_time(progress, checks).rjust(max(0, rest - ids_width - len(needed_column))), DIM),
    )


def _symbol(progress: ValidationProgress, checks: list[Check]) -> tuple[str, str]:
    """The symbol of a group, and its style."""
    statuses = [progress.status_of(check) for check in checks]
    for status in (Status.FAILED, Status.WARNING):
        if status in statuses:
            return _SYMBOLS[status]
    if None in statuses:
        return (BUSY, "$primary") if progress.is_running and progress.has_started(checks) else (" ", FAINT)
    return _SYMBOLS[Status.PASSED if Status.PASSED in statuses else Status.SKIPPED]


def _id(progress: ValidationProgress, check: Check) -> Content:
    status = progress.status_of(check)
    if status is None:
        return Content.styled(check.id, "$primary" if check.id in progress.started else FAINT)
    return Content.styled(check.id, {Status.PASSED: "", Status.SKIPPED: FAINT}.get(status, _SYMBOLS[status][1]))


def _time(progress: ValidationProgress, checks: list[Check]) -> str:
    """The time of the slowest check; while some are running, that of the one that started first."""
    running = [seconds for check in checks if (seconds := progress.seconds_since_start(check)) is not None]
    if running and progress.is_running:
        return f"{max(running):.0f}s" if max(running) > _SLOW else ""
    results = (progress.results[check.id] for check in checks if check.id in progress.results)
    return _duration(max((result.seconds for result in results), default=0.0))


def _needed_for(checks: Iterable[Check]) -> str:
    """What the registry needs a group for, in few words."""
    needed = {word for check in checks for word in check.needed_for}
    if {"push", "pull", "delete"} <= needed:
        return "everything"
    return ", ".join(word for word in ("push", "pull", "delete") if word in needed)


def _duration(seconds: float) -> str:
    """A time in few columns; empty where none was measured."""
    if seconds < 0.0005:
        return ""
    return f"{seconds * 1000:.0f}ms" if seconds < 0.9995 else f"{seconds:.1f}s"


def findings(progress: ValidationProgress, group: str) -> Iterator[Content]:
    """The sentence of each failure and warning of a group, with its fix below."""
    for check in progress.groups()[group]:
        result = progress.results.get(check.id)
        if result is None or result.finding is None or result.status not in (Status.FAILED, Status.WARNING):
            continue
        symbol, style = _SYMBOLS[result.status]
        yield Content.assemble((f"{GLYPHS.symbol(symbol)} {check.id}  ", style), result.finding.text)
        if fix := result.finding.fix:
            key = "^F  " if fix.applies and fix is progress.fix() else ""
            yield Content.assemble((key, "bold $primary"), (fix.text, "$primary"))


def details(progress: ValidationProgress, group: str) -> Iterator[Content]:
    """A line for each check of a group: its symbol, its title, the permissions it needs, its time."""
    registry = registry_of(progress.settings.registry)
    for check in progress.groups()[group]:
        status, result = progress.status_of(check), progress.results.get(check.id)
        symbol, style = _SYMBOLS[status] if status else (BUSY if check.id in progress.started else " ", FAINT)
        note = ", ".join(check.actions_of(registry)) or "-"
        if result and result.status is Status.SKIPPED:
            note = result.reason_in_words
        time = _duration(result.seconds) if result else ""
        yield Content.assemble(
            (f"{GLYPHS.symbol(symbol)} ", style), f"{check.title:<26}", (f"{note[:38]:<39}", DIM), (time, DIM)
        )


def proofs(progress: ValidationProgress) -> list[str]:
    """What holds after a validation that has passed, and what it has removed of earlier ones, a sentence each."""
    if not (progress.report and progress.report.passed):
        return []
    hints = [
        result.finding.text for result in progress.report.results if result.finding and result.status is Status.PASSED
    ]
    removed = [
        *hints,
        *progress.report.notes,
        *filter(None, [progress.report.environment_sentence, progress.report.removed_sentence]),
    ]
    passed = {check_id for check_id, result in progress.results.items() if result.status is Status.PASSED}
    return [*removed, *(proof for proof, ids in _PROOFS.items() if passed.issuperset(ids))]


def verdict(progress: ValidationProgress) -> tuple[str, str]:
    """The sentence on the validation as a whole, and its style."""
    if progress.report is not None:
        return _verdict_on(progress.report)
    if not progress.is_running:
        return "", ""
    return _slow_check(progress) or "Trying the storage …", "$primary"


def _verdict_on(report: Report) -> tuple[str, str]:
    total, failed = len(report.results), len(report.failed)
    if report.cancelled:
        rest = "What may be left is named above." if report.leftovers else "Nothing of it is left in the store."
        return f"Stopped. {rest}", "$warning"
    if failed:
        return f"{failed} of {total} checks failed. Nothing has been saved.", "$error"
    if warnings := sum(result.status is Status.WARNING for result in report.results):
        number = f"{warnings} warning{'s' if warnings > 1 else ''}"
        return f"Passed, with {number}: the registry can push, pull and delete here.", "$success"
    if any(result.check.advisory and result.status is Status.SKIPPED for result in report.results):
        return "All that the registry needs passed: it can push, pull and delete here.", "$success"
    return "All checks passed: the registry can push, pull and delete here.", "$success"


def _slow_check(progress: ValidationProgress) -> str:
    """Names the first check that has been running for long; empty if there is none."""
    for check in progress.checks:
        seconds = progress.seconds_since_start(check)
        if seconds is not None and seconds > _SLOW:
            return f"Waiting for the store in `{check.id}` ({check.title}), {seconds:.0f} s"
    return ""


def count(progress: ValidationProgress) -> str:
    """How many checks have ended, and the time so far; empty before the first validation."""
    if not progress.started_at:
        return ""
    return f"{len(progress.results)} of {len(progress.checks)}   {progress.seconds:5.2f} s"
