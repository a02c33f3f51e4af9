"""What stands around every step: who and where, the steps, what the store has answered, what the keys do."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from wizard.catalog.providers import provider_of
from wizard.catalog.registries import registry_of
from wizard.diagnosis.wording import host_of
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, Step
from wizard.text.sanitize import sanitize
from wizard.tui.terminal.glyphs import GLYPHS
from wizard.tui.theme import BUSY, DIM, FAILED, FAINT, HERE, PASSED, SKIPPED

Key = tuple[str, str]


class TextBlock(Widget):
    """A text of one line or a few; rows are painted when they say something new, others laid out when it grows."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's names
        super().__init__(id=id, classes=classes, markup=False)
        self._said = Content("")

    def render(self) -> Content:
        return self._said

    def say(self, text: Content) -> None:
        """Shows `text`, unless it stands there already."""
        shown = GLYPHS.content(text)
        if _is_same(shown, self._said):
            return
        before, self._said = self._said.split("\n"), shown
        rows, (width, height) = shown.split("\n"), self.size
        rules = self.styles.get_rules()
        if len(rows) == len(before) == height == shown.get_height(rules, width):  # each in a row of its own
            news = [row for row in range(height) if not _is_same(rows[row], before[row])]
            self.refresh(*(Region(0, row, width, 1) for row in news))
        else:
            self.refresh(layout=True)


def _is_same(one: Content, other: Content) -> bool:
    return one == other and one.spans == other.spans


def title_row(state: WizardState, width: int) -> Content:
    """The program, the registry and the store, the file; on a narrow screen without the registry, or without both."""
    left = Content.assemble(("storage-wizard", "bold $primary"), ("  rehearsal" if state.is_demo else "", "$warning"))
    name = sanitize(state.path.name, 24)
    file = Content.styled(name if left.cell_length + len(name) < width else "", DIM)
    provider, registry = provider_of(state.settings).title, registry_of(state.settings.registry).title
    room = width - left.cell_length - file.cell_length - 4
    middle = next((words for words in (f"{registry} · {provider}", provider) if len(words) <= room), "")
    before = (room + 4 - len(middle)) // 2
    after = width - left.cell_length - before - len(middle) - file.cell_length
    return Content.assemble(left, " " * before, (middle, DIM), " " * max(0, after), file)


def step_bar(state: WizardState, width: int, here: Step, visited: set[str]) -> Content:
    """All steps, with a mark on those that are done and on the one that is shown; where it is narrow only the marks."""
    whole = GLYPHS.content(Content("  ").join(_step(state, step, step.title, here, visited) for step in STEPS))
    if whole.cell_length <= width:
        return whole
    title = f"{here.title}  {STEPS.index(here) + 1} of {len(STEPS)}"
    return Content(" ").join(_step(state, step, title if step is here else "", here, visited) for step in STEPS)


def _step(state: WizardState, step: Step, title: str, here: Step, visited: set[str]) -> Content:
    if step is here:
        return Content.styled(f"{HERE} {title}", "bold $primary")
    if not step.applies(state.settings):
        return Content.styled(f"  {title}", FAINT)
    if _is_done(state, step, visited):
        return Content.assemble((f"{PASSED} ", "$success"), title)
    if step.id in visited:
        return Content.assemble((f"{FAILED} ", "$error"), title)
    return Content.styled(f"  {title}", DIM)


def _is_done(state: WizardState, step: Step, visited: set[str]) -> bool:
    if step.id == "validate":
        return state.report is not None and state.report.passed
    if step.id == "save":
        return state.is_saved
    return step.id in visited and state.first_problem(step) is None


def status_row(state: WizardState, *, is_checking_store: bool) -> Content:
    """What the store has answered so far."""
    settings = state.settings
    if settings.type == "filesystem":
        return Content.styled("A folder on this machine: nothing to ask over the network.", FAINT)
    seen = state.reachability if state.is_reachability_current else None
    has_endpoint, has_keys, has_bucket = (seen.endpoint, seen.keys, seen.bucket) if seen else (None, None, None)
    host, bucket = sanitize(host_of(settings), 32), f"bucket {sanitize(settings.bucket, 20)}"
    keys = "keys" if settings.accesskey else "credentials"
    parts = [
        Content.styled("Store", DIM),
        _answer(has_endpoint, is_checking_store, "endpoint", f"{host} answers", f"{host} does not answer"),
        _answer(has_keys, is_checking_store, keys, f"{keys} accepted", f"{keys} refused"),
        _answer(has_bucket, is_checking_store, "bucket", bucket, f"no {bucket}"),
    ]
    return Content("  ").join(parts)


def _answer(state: bool | None, is_checking_store: bool, unknown: str, yes: str, no: str) -> Content:
    if state is None:
        return Content.styled(f"{BUSY if is_checking_store else SKIPPED} {unknown}", FAINT)
    mark, style, words = (PASSED, "$success", yes) if state else (FAILED, "$error", no)
    return Content.assemble((f"{mark} ", style), (words, DIM))


def key_row(keys: Sequence[Key]) -> Content:
    """What the keys do here."""
    parts = [Content.assemble((key, "bold $primary"), (f" {does}", DIM)) for key, does in keys]
    return Content("   ").join(parts)
