"""What stands around every step: who and where, the steps, what the store has answered, what the keys do."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from wizard.endpoint import Endpoint, url_of
from wizard.printable import printable
from wizard.providers import provider_of
from wizard.registries import registry_of
from wizard.steps import STEPS, Step
from wizard.tui.theme import BUSY, DIM, FAILED, FAINT, HERE, PASSED
from wizard.walk import Walk

Key = tuple[str, str]


class Line(Static):
    """One line that is painted only when it says something new."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's names
        super().__init__("", id=id, classes=classes, markup=False)
        self._said = Content("")

    def say(self, text: Content) -> None:
        """Shows `text`, unless it stands there already."""
        if text != self._said or text.spans != self._said.spans:
            self._said = text
            self.update(text)


def top(walk: Walk, width: int, *, rehearsal: bool) -> Content:
    """The program, the registry and the store, the file; on a narrow screen without the registry."""
    left = Content.assemble(("storage-wizard", "bold $primary"), ("  rehearsal" if rehearsal else "", "$warning"))
    file = Content.styled(printable(walk.path.name, 24), DIM)
    provider, registry = provider_of(walk.settings).title, registry_of(walk.settings.registry).title
    room = width - left.cell_length - file.cell_length - 4
    middle = next((words for words in (f"{registry} · {provider}", provider) if len(words) <= room), "")
    before = (room + 4 - len(middle)) // 2
    after = width - left.cell_length - before - len(middle) - file.cell_length
    return Content.assemble(left, " " * before, (middle, DIM), " " * max(0, after), file)


def step_line(walk: Walk, here: Step, visited: set[str]) -> Content:
    """All steps, with a mark on those that are done and on the one that is shown."""
    parts: list[Content] = []
    for step in STEPS:
        if step is here:
            parts.append(Content.styled(f"{HERE} {step.title}", "bold $primary"))
        elif not step.applies(walk.settings):
            parts.append(Content.styled(f"  {step.title}", FAINT))
        elif _is_done(walk, step, visited):
            parts.append(Content.assemble((f"{PASSED} ", "$success"), step.title))
        elif step.id in visited:
            parts.append(Content.assemble((f"{FAILED} ", "$error"), step.title))
        else:
            parts.append(Content.styled(f"  {step.title}", DIM))
    return Content("  ").join(parts)


def _is_done(walk: Walk, step: Step, visited: set[str]) -> bool:
    if step.id == "validate":
        return walk.report is not None and walk.report.passed
    if step.id == "save":
        return walk.saved == walk.settings
    return step.id in visited and walk.first_problem(step) is None


def live(walk: Walk, *, asking: bool) -> Content:
    """What the store has answered so far."""
    settings = walk.settings
    if settings.type == "filesystem":
        return Content.styled("A folder on this machine: nothing to ask over the network.", FAINT)
    host = printable(Endpoint.parse(url_of(settings)).host, 36) if settings.region or settings.regionendpoint else ""
    bucket = printable(settings.bucket, 20)
    glance = walk.glance if walk.is_glance_fresh else None
    items = [
        (f"{host or 'store'} answers", glance and glance.endpoint),
        ("keys accepted" if settings.accesskey else "credentials", glance and glance.keys),
        (f"bucket {bucket or '?'}", glance and glance.bucket),
    ]
    parts = [Content.styled("Store", DIM)]
    for words, state in items:
        mark, style = (BUSY if asking else "·", FAINT)
        if state is not None:
            mark, style = (PASSED, "$success") if state else (FAILED, "$error")
        parts.append(Content.assemble((f"{mark} ", style), (words, DIM if state else FAINT)))
    return Content("  ").join(parts)


def key_line(keys: Sequence[Key]) -> Content:
    """What the keys do here."""
    parts = [Content.assemble((key, "bold $primary"), (f" {does}", DIM)) for key, does in keys]
    return Content("   ").join(parts)
