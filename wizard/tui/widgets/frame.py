"""The texts around every step: the title row, the steps, what is known about the store, and the keys."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from wizard.catalog.providers import provider_of
from wizard.catalog.registries import registry_of
from wizard.diagnosis.wording import display_host
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, Step
from wizard.text.sanitize import sanitize
from wizard.tui.terminal.glyphs import BUSY, CURRENT, FAILED, GLYPHS, PASSED, SKIPPED
from wizard.tui.theme import DIM, FAINT

KeyHint = tuple[str, str]  # a key, and what it does
_MORE_KEYS: KeyHint = ("F1", f"{CURRENT} More keys")
_MIN_GAP = 4  # blanks around the middle of the title row


def title_row(state: WizardState, width: int) -> Content:
    """The program, the registry and the provider, and the file.

    A narrow screen shows no registry, or neither registry nor provider, or no file either.
    """
    left = Content.assemble(("storage-wizard", "bold $primary"), ("  demo" if state.is_demo else "", "$warning"))
    name = sanitize(state.path.name, 24)
    file = Content.styled(name if left.cell_length + len(name) < width else "", DIM)
    provider, registry = provider_of(state.settings).title, registry_of(state.settings.registry).title
    available = width - left.cell_length - file.cell_length - _MIN_GAP
    middle = next((text for text in (f"{registry} · {provider}", provider) if len(text) <= available), "")
    before = (available + _MIN_GAP - len(middle)) // 2
    after = width - left.cell_length - before - len(middle) - file.cell_length
    return Content.assemble(left, " " * before, (middle, DIM), " " * max(0, after), file)


def step_bar(state: WizardState, width: int, current: Step, visited: set[str]) -> Content:
    """All steps, each with a symbol for its status. A narrow screen shows only the symbols and the current title.

    `visited` holds ids of steps.
    """
    full = GLYPHS.content(Content("  ").join(_step(state, step, step.title, current, visited) for step in STEPS))
    if full.cell_length <= width:
        return full
    title = f"{current.title}  {STEPS.index(current) + 1} of {len(STEPS)}"
    return Content(" ").join(_step(state, step, title if step is current else "", current, visited) for step in STEPS)


def _step(state: WizardState, step: Step, title: str, current: Step, visited: set[str]) -> Content:
    if step is current:
        return Content.styled(f"{CURRENT} {title}", "bold $primary")
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
    """Whether the endpoint answers, the credentials are accepted and the bucket exists, as far as that is known."""
    settings = state.settings
    if settings.type == "filesystem":
        return Content.styled("Local folder; no network checks needed.", FAINT)
    status = state.reachability if state.is_reachability_current else None
    endpoint, keys, bucket = (status.endpoint, status.keys, status.bucket) if status else (None, None, None)
    host, bucket_name = sanitize(display_host(settings), 32), f"bucket {sanitize(settings.bucket, 20)}"
    source = sanitize(status.credentials, 28) if status else ""  # a variable of this shell, for example
    parts = [
        Content.styled("Live", DIM),
        _answer(endpoint, is_checking_store, "endpoint", f"{host} answers", f"{host} does not answer"),
        _answer(keys, is_checking_store, "keys", f"{source or 'keys'} accepted", f"{source or 'keys'} refused"),
        _answer(bucket, is_checking_store, "bucket", bucket_name, f"no {bucket_name}"),
    ]
    return Content("  ").join(parts)


def _answer(is_good: bool | None, is_checking_store: bool, unknown: str, yes: str, no: str) -> Content:
    if is_good is None:
        return Content.styled(f"{BUSY if is_checking_store else SKIPPED} {unknown}", FAINT)
    symbol, style, text = (PASSED, "$success", yes) if is_good else (FAILED, "$error", no)
    return Content.assemble((f"{symbol} ", style), (text, DIM))


def key_row(keys: Sequence[KeyHint], *, is_focused: bool = False, width: int = 0) -> Content:
    """The keys, each with what it does. With the focus, Enter lists all actions.

    Keys for which `width` columns leave no room are left out; F1, which names them all, is then the last one.
    """
    if is_focused:
        keys = [("Enter", "All actions"), *(hint for hint in keys if hint[0] != "Enter")]
    if width and _hints(keys).cell_length > width:
        keys = [hint for hint in keys if hint[0] != "F1"]
        while len(keys) > 1 and _hints([*keys, _MORE_KEYS]).cell_length > width:
            keys = keys[:-1]
        keys = [*keys, _MORE_KEYS]
    row = _hints(keys)
    return row.stylize("reverse") if is_focused else row


def _hints(keys: Sequence[KeyHint]) -> Content:
    parts = [Content.assemble((key, "bold $primary"), (f" {effect}", DIM)) for key, effect in keys]
    return Content("   ").join(parts)
