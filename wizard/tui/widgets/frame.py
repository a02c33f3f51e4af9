"""The texts around every step: the title row, the steps, what is known about the store, and the keys."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from wizard.catalog.providers import provider_of
from wizard.catalog.registries import registry_of
from wizard.model.displayed_host import display_host
from wizard.model.findings import Fix
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, Step, applicable_steps
from wizard.text.plural import count_of
from wizard.text.sanitize import sanitize
from wizard.tui.terminal.glyphs import BUSY, CURRENT, FAILED, GLYPHS, PASSED, SKIPPED
from wizard.tui.theme import DIM, FAINT

KeyHint = tuple[str, str]  # a key, and what it does
_HELP: KeyHint = ("F1", "Help")  # names all keys, so that it stays where some are left out
SAVE_ANYWAY: KeyHint = ("F10", "Save anyway…")  # stays beside a fix: nothing else on its screen names it
GO_TO, AGAIN = "Go to ", "Validate again"  # what Enter does after a failure; the first before the label of a field
_FIX_KEY, _FIX = "F7", "Apply fix"  # where there is no room for what the fix does, which the message says, too
_CORRECT, _AGAIN = "Correct", "Again"  # where there is no room for these words, which the message has, too
_WIDE = 70  # columns of a row in which a fix is named in its own words, if any fit
_MIN_GAP = 4  # blanks around the middle of the title row
_FOLD_KEY = "F4"  # stays beside a fix: what is folded away cannot be seen
_KEY_GAP = "   "  # between two keys
_MIN_EFFECTS = (20, 12)  # columns of an effect that is cut; the second where the first would leave out the second key


def title_row(state: WizardState, width: int) -> Content:
    """The program, the registry and the provider, and the file.

    A narrow screen shows no file, or no provider, or neither registry nor provider.
    """
    left = Content.assemble(("storage-wizard", "bold $primary"), ("  demo" if state.is_demo else "", "$warning"))
    provider, registry = provider_of(state.settings).title, registry_of(state.settings.registry).label
    both, name, room = f"{registry} · {provider}", sanitize(state.path.name, 24), width - left.cell_length - _MIN_GAP
    texts = ((both, name), (both, ""), (registry, name), ("", name))
    middle, shown = next((pair for pair in texts if len("".join(pair)) <= room), ("", ""))
    file = Content.styled(shown, DIM)
    available = room - len(shown)
    before = (available + _MIN_GAP - len(middle)) // 2
    after = width - left.cell_length - before - len(middle) - file.cell_length
    return Content.assemble(left, " " * before, (middle, DIM), " " * max(0, after), file)


def step_bar(state: WizardState, width: int, current: Step, visited: set[str]) -> Content:
    """All steps, each with a symbol for its status. A narrow screen shows only the symbols and the current title.

    `visited` holds ids of steps.
    """
    titles = {step.id: step.heading(state.settings)[0] for step in STEPS}
    full = GLYPHS.content(Content("  ").join(_step(state, step, titles[step.id], current, visited) for step in STEPS))
    if full.cell_length <= width:
        return full
    shown = applicable_steps(state.settings)
    title = f"{titles[current.id]}  {shown.index(current) + 1} of {len(shown)}"
    return Content(" ").join(_step(state, step, title if step is current else "", current, visited) for step in STEPS)


def _step(state: WizardState, step: Step, title: str, current: Step, visited: set[str]) -> Content:
    if step is current:
        return Content.styled(f"{CURRENT} {title}", "bold $primary")
    if not step.applies(state.settings):
        return Content.styled(f"  {title}", FAINT)
    match _is_done(state, step, visited):
        case True:
            return Content.assemble((f"{PASSED} ", "$success"), title)
        case False:
            return Content.assemble((f"{FAILED} ", "$error"), title)
        case None:
            return Content.styled(f"  {title}", DIM)


def _is_done(state: WizardState, step: Step, visited: set[str]) -> bool | None:
    """True where nothing is left to do, False where something is wrong, None where neither is known."""
    if step.id == "validate":
        return state.report.passed if state.report else None
    if step.id == "save":
        return True if state.is_saved else None
    if step.id not in visited and state.report is None:
        return None
    if state.first_to_correct(step) is not None:
        return False
    return True if state.is_complete(step) else None


def status_row(state: WizardState, width: int = sys.maxsize, *, is_checking_store: bool) -> Content:
    """Whether the endpoint answers, the credentials are accepted and the bucket exists, as far as that is known.

    A narrow row leaves out what is not known because of the endpoint, then the host, then the name of the bucket.
    """
    settings = state.settings
    if settings.type == "filesystem":
        return Content.styled("Local folder; no network checks needed.", FAINT)
    status = state.reachability if state.is_reachability_current else None
    endpoint, keys, bucket = (status.endpoint, status.keys, status.bucket) if status else (None, None, None)
    host, bucket_name = sanitize(display_host(settings), 32), f"bucket {sanitize(settings.bucket, 20)}"
    problem = status.endpoint_problem if status else ""
    source = sanitize(status.credentials, 28) if status else ""  # a variable of this shell, for example
    keys_name = source or "keys"
    with_host = _answer(endpoint, is_checking_store, "endpoint", f"{host} answers", f"{host}: {problem}")
    short = _answer(endpoint, is_checking_store, "endpoint", "answers", problem)
    of_keys = _answer(keys, is_checking_store, "keys", f"{keys_name} accepted", f"{keys_name} refused")
    of_bucket = _answer(bucket, is_checking_store, "bucket", bucket_name, f"no {bucket_name}")
    short_bucket = _answer(bucket, is_checking_store, "bucket", "bucket", "no such bucket")
    rows: list[list[Content]] = [[with_host, of_keys, of_bucket]]
    if endpoint is False:
        rows += [[with_host], [short]]
    else:
        rows += [[short, of_keys, of_bucket], [short, of_keys, short_bucket]]
    contents = [Content("  ").join([Content.styled("Store:", DIM), *parts]) for parts in rows]
    return next((content for content in contents if content.cell_length <= width), contents[-1])


def _answer(is_good: bool | None, is_checking_store: bool, unknown: str, yes: str, no: str) -> Content:
    if is_good is None:
        return Content.styled(f"{BUSY if is_checking_store else SKIPPED} {unknown}", FAINT)
    symbol, style, text = (PASSED, "$success", yes) if is_good else (FAILED, "$error", no)
    return Content.assemble((f"{symbol} ", style), (text, DIM))


def fix_hint(fix: Fix, *, asks: bool) -> KeyHint:
    """The key that applies a fix, with what the fix does; `asks`: a question comes first."""
    return _FIX_KEY, fix.text.rstrip(".") + ("…" if asks else "")


def scroll_hint(area: Widget) -> Content:
    """Says that an area has more than it shows, and which key scrolls it; empty if it shows everything."""
    below, above = round(area.max_scroll_y - area.scroll_y), round(area.scroll_y)
    if below > 0:
        return Content.styled(f"↓ {count_of(below, 'more line')}: PageDown", "$primary")
    return Content.styled(f"↑ {count_of(above, 'more line')}: PageUp" if above > 0 else "", "$primary")


def key_row(keys: Sequence[KeyHint], width: int = sys.maxsize, *, is_focused: bool = False) -> Content:
    """The keys in `width` columns, each with what it does. With the focus, Enter lists all actions.

    Where they do not fit, the last ones are left out, down to two; F1, which names all, comes last then. Effects are
    cut only after that, so that a fix can be read completely as long as possible.
    """
    if is_focused:
        keys = [("Enter", "All actions"), *(hint for hint in keys if hint[0] != "Enter")]
    parts = [Content.assemble((key, "bold $primary"), (f" {effect}", DIM)) for key, effect in _fitting(keys, width)]
    row = Content(_KEY_GAP).join(parts)
    return row.stylize("reverse") if is_focused else row


def _fitting(keys: Sequence[KeyHint], width: int) -> Sequence[KeyHint]:
    """The keys that fit. The second one, a fix for example, is cut more before it is left out.

    A fix gets a short name where its own words leave no room for the second key or for that of the folded settings, and
    in a narrow row for saving anyway. Before that, the field that Enter leads to is not named.
    """
    if _row_length(keys) <= width:
        return keys
    others = [hint for hint in keys if hint[0] != "F1"]
    staying = (number for number, hint in enumerate(others, 1) if hint[0] == _FOLD_KEY or hint == SAVE_ANYWAY)
    needed = next(staying, 2)
    if SAVE_ANYWAY in others and _row_length([*others[:needed], _HELP]) > width:
        shorter = [(others[0][0], _shorter(others[0][1])), *others[1:]]
        if width < _WIDE or _row_length([*shorter[:needed], _HELP]) <= width:
            others = shorter
        else:
            needed = 2  # in a wide row, the fix is named rather than saving anyway
    if _row_length([*others[:needed], _HELP]) > width:
        others = [(key, _short(effect) if key == _FIX_KEY else effect) for key, effect in others]
    uncut = [(count, width) for count in range(len(others) - 1, 1, -1)]
    cut = [(2, minimum) for minimum in _MIN_EFFECTS]
    rows = (_shortened([*others[:count], _HELP], width, minimum) for count, minimum in [*uncut, *cut, (1, width)])
    return next(filter(None, rows), keys[:1])


def _shorter(effect: str) -> str:
    """What Enter does after a failure, without the name of the field."""
    return _CORRECT if effect.startswith(GO_TO) else _AGAIN if effect == AGAIN else effect


def _short(effect: str) -> str:
    """What a fix is called where its own words do not fit; the sign that it asks first stays."""
    name = f"{_FIX}…" if effect.endswith("…") else _FIX
    return min(effect, name, key=len)


def _shortened(keys: Sequence[KeyHint], width: int, minimum: int) -> list[KeyHint]:
    """The keys with long effects cut as far as the others need; none if that is not enough."""
    hints, minimum = list(keys), max(1, minimum)  # "…" has a column, also where the terminal has none for the row
    while (excess := _row_length(hints) - width) > 0:
        longest = max(range(len(hints)), key=lambda index: len(hints[index][1]))
        key, effect = hints[longest]
        if len(effect) <= minimum:
            return []
        hints[longest] = key, effect[: max(minimum, len(effect) - excess) - 1].rstrip(" …") + "…"
    return hints


def _row_length(hints: Sequence[KeyHint]) -> int:
    return sum(len(key) + 1 + len(effect) for key, effect in hints) + len(_KEY_GAP) * (len(hints) - 1)
