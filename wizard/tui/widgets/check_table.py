"""The checks of a run as the Validate screen draws them; pure, no widget."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from textual.content import Content

from wizard.catalog.registries import registry_of
from wizard.checks.check import GROUPS, Check
from wizard.model.findings import Fix
from wizard.model.settings import Settings
from wizard.tui.terminal.glyphs import GLYPHS
from wizard.tui.theme import BUSY, DIM, FAILED, FAINT, PASSED, SKIPPED, WARNING
from wizard.validation.results import Event, Report, Result, Started, Status

_WORTH_A_WORD = 2.0  # seconds after which a row says what it waits for
_TITLE, _IDS, _NEEDED, _TIME = 16, 42, 13, 5  # columns of a row at 80, after the mark's two

_MARKS: Mapping[Status, tuple[str, str]] = {
    Status.PASSED: (PASSED, "$success"),
    Status.FAILED: (FAILED, "$error"),
    Status.WARNING: (WARNING, "$warning"),
    Status.SKIPPED: (SKIPPED, FAINT),
}

_PROOFS: dict[str, tuple[str, ...]] = {  # what it proves that these checks have passed
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


@dataclass
class CheckTable:
    """What has happened so far. `clock` gives seconds, and is only ever compared with itself."""

    results: dict[str, Result] = field(default_factory=dict)
    started: dict[str, float] = field(default_factory=dict)
    report: Report | None = None
    settings: Settings = field(default_factory=Settings)
    began: float = 0.0
    clock: Callable[[], float] = time.monotonic

    @classmethod
    def of(cls, settings: Settings) -> CheckTable:
        """A run that begins now."""
        return cls(settings=settings, began=time.monotonic())

    def record_event(self, event: Event) -> None:
        """One event of the run."""
        match event:
            case Started():
                self.started[event.check.id] = self.clock()
            case Result():
                self.results[event.check.id] = event
            case Report():
                self.report = event

    @property
    def is_running(self) -> bool:
        return self.began > 0 and self.report is None

    def proofs(self) -> list[str]:
        """What a run that has passed has proven, a sentence each."""
        passed = {check_id for check_id, result in self.results.items() if result.status is Status.PASSED}
        return [
            proof for proof, ids in _PROOFS.items() if self.report and self.report.passed and passed.issuperset(ids)
        ]

    @property
    def checks(self) -> tuple[Check, ...]:
        from wizard.validation.runner import checks_for  # here, as the first screens do without the checks

        return checks_for(self.settings)

    def groups(self) -> dict[str, list[Check]]:
        """The rows, each with its checks."""
        rows: dict[str, list[Check]] = {}
        for check in self.checks:
            rows.setdefault(check.group, []).append(check)
        return rows

    def fix(self) -> Fix | None:
        """The first fix that one key can apply, of a failure or else of a warning."""
        for wanted in (Status.FAILED, Status.WARNING):
            for check in self.checks:
                result = self.results.get(check.id)
                fix = result.finding.fix if result and result.status is wanted and result.finding else None
                if fix and fix.applies:
                    return fix
        return None

    def has_findings(self, group: str) -> bool:
        """Whether a row has something to say that must be read."""
        return any(self._status(check) in (Status.FAILED, Status.WARNING) for check in self.groups()[group])

    def _status(self, check: Check) -> Status | None:
        found = self.results.get(check.id)
        return found.status if found else None

    # --- drawing ---

    def row(self, group: str, width: int, *, highlighted: bool) -> Content:
        """One row: its mark, its name, its checks each in the colour of its state, what it is for, its time."""
        checks = self.groups()[group]
        mark, style = self._mark(checks)
        ids = Content(", ").join(self._id(check) for check in checks)
        rest = width - GLYPHS.width - 1 - _TITLE
        said = _needed(checks) if rest >= _IDS + _NEEDED + _TIME else ""
        needed = said.ljust(_NEEDED) if said else " "
        room = max(0, min(_IDS if said else rest, rest - len(needed) - _TIME))
        return Content.assemble(
            (f"{GLYPHS.mark(mark)} ", style),
            (GROUPS[group], "bold underline $primary" if highlighted else "bold" if self._begun(checks) else DIM),
            " " * (_TITLE - len(GROUPS[group])),
            ids.truncate(room, ellipsis=True, pad=True),
            (needed, DIM),
            (self._time(checks).rjust(max(0, rest - room - len(needed))), DIM),
        )

    def _begun(self, checks: Iterable[Check]) -> bool:
        return any(check.id in self.started or check.id in self.results for check in checks)

    def _mark(self, checks: list[Check]) -> tuple[str, str]:
        states = [self._status(check) for check in checks]
        for status in (Status.FAILED, Status.WARNING):
            if status in states:
                return _MARKS[status]
        if None in states:
            return (BUSY, "$primary") if self.is_running and self._begun(checks) else (" ", FAINT)
        return _MARKS[Status.PASSED if Status.PASSED in states else Status.SKIPPED]

    def _id(self, check: Check) -> Content:
        status = self._status(check)
        if status is None:
            return Content.styled(check.id, "$primary" if check.id in self.started else FAINT)
        return Content.styled(check.id, {Status.PASSED: "", Status.SKIPPED: FAINT}.get(status, _MARKS[status][1]))

    def _time(self, checks: list[Check]) -> str:
        waiting = [self.started[c.id] for c in checks if c.id in self.started and c.id not in self.results]
        if waiting and self.is_running:
            seconds = self.clock() - min(waiting)
            return f"{seconds:.0f}s" if seconds > _WORTH_A_WORD else ""
        seconds = max((self.results[c.id].seconds for c in checks if c.id in self.results), default=0.0)
        return _duration(seconds)

    def waits_for(self) -> str:
        """What the run waits for, in words, once that takes long."""
        now = self.clock()
        for check in self.checks:
            since = self.started.get(check.id)
            if since and check.id not in self.results and now - since > _WORTH_A_WORD:
                return f"Waiting for the store in `{check.id}` ({check.title}), {now - since:.0f} s"
        return ""

    def said(self, group: str) -> Iterator[Content]:
        """For each failure and warning of a row its sentence, with the fix below."""
        for check in self.groups()[group]:
            result = self.results.get(check.id)
            if result is None or result.finding is None or result.status not in (Status.FAILED, Status.WARNING):
                continue
            mark, style = _MARKS[result.status]
            yield Content.assemble((f"{GLYPHS.mark(mark)} {check.id}  ", style), result.finding.text)
            if fix := result.finding.fix:
                key = "^F  " if fix.applies and fix is self.fix() else ""
                yield Content.assemble((key, "bold $primary"), (fix.text, "$primary"))

    def details(self, group: str) -> Iterator[Content]:
        """Every check of a row: its state, its title, its S3 calls, what they take, its time."""
        registry = registry_of(self.settings.registry)
        for check in self.groups()[group]:
            status, result = self._status(check), self.results.get(check.id)
            mark, style = _MARKS[status] if status else (BUSY if check.id in self.started else " ", FAINT)
            what = ", ".join(check.actions_of(registry)) or "-"
            if result and result.status is Status.SKIPPED:
                what = result.reason
            took = _duration(result.seconds) if result else ""
            yield Content.assemble(
                (f"{GLYPHS.mark(mark)} ", style), f"{check.title:<26}", (f"{what[:38]:<39}", DIM), (took, DIM)
            )

    def verdict(self) -> tuple[str, str]:
        """The sentence at the end, and its colour."""
        if self.report is None:
            return (self.waits_for() or "Trying the storage …", "$primary") if self.is_running else ("", "")
        total, failed = len(self.report.results), len(self.report.failed)
        if self.report.cancelled:
            rest = (
                "What may be left is named above." if self.report.leftovers else "Nothing of it is left in the store."
            )
            return f"Stopped. {rest}", "$warning"
        if failed:
            return f"{failed} of {total} checks failed. Nothing has been saved.", "$error"
        warned = sum(result.status is Status.WARNING for result in self.report.results)
        if warned:
            number = f"{warned} warning{'s' if warned > 1 else ''}"
            return f"Passed, with {number}: the registry can push, pull and delete here.", "$success"
        if any(result.check.advisory and result.status is Status.SKIPPED for result in self.report.results):
            return "All that the registry needs passed: it can push, pull and delete here.", "$success"
        return "All checks passed: the registry can push, pull and delete here.", "$success"

    def count(self) -> str:
        """How far the run is, and how long it has taken."""
        if not self.began:
            return ""
        seconds = self.report.seconds if self.report else self.clock() - self.began
        return f"{len(self.results)} of {len(self.checks)}   {seconds:5.2f} s"


def _duration(seconds: float) -> str:
    """A time in few columns; nothing where none was measured."""
    if seconds < 0.0005:
        return ""
    return f"{seconds * 1000:.0f}ms" if seconds < 0.9995 else f"{seconds:.1f}s"


def _needed(checks: Iterable[Check]) -> str:
    """What a row is needed for, in few words."""
    needed = {word for check in checks for word in check.needed_for}
    if {"push", "pull", "delete"} <= needed:
        return "everything"
    return ", ".join(word for word in ("push", "pull", "delete") if word in needed)
