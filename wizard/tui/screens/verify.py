"""The verification of the running registry: a dialog that asks for it, and a screen that shows the checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import DescendantFocus
from textual.screen import ModalScreen
from textual.widgets import Static

from wizard.catalog.registries import registry_of
from wizard.session.registry_access import ENTRIES, URL, AccessError, RegistryAccess
from wizard.session.state import WizardState
from wizard.session.steps import step_named
from wizard.tui.keys import KEYS
from wizard.tui.messages import AskForRegistry, Finish, ShowSave, StopVerification, VerifyAgain
from wizard.tui.screen_context import ScreenContext
from wizard.tui.screens.checks import ChecksScreen
from wizard.tui.terminal.glyphs import FAILED
from wizard.tui.terminal.textual_internals import FollowsTerminalSize
from wizard.tui.theme import DIM
from wizard.tui.validation_progress import ValidationProgress
from wizard.tui.widgets.dialog_keys import DialogKeys
from wizard.tui.widgets.field import focus_mark
from wizard.tui.widgets.frame import KeyHint
from wizard.tui.widgets.text_block import TextBlock
from wizard.tui.widgets.text_input import TextInput
from wizard.validation.summary import left_behind
from wizard.verification.all_checks import GROUPS
from wizard.verification.run import Target
from wizard.verification.summary import notes, verdict


class VerifyDialog(FollowsTerminalSize, ModalScreen[Target]):
    """Its result is what is to be verified, or None. What was entered is kept in the state for the next time."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", show=False, priority=True),
        Binding("enter", "confirm", show=False, priority=True),
        Binding("down", "focus_entry(1)", show=False, priority=True),
        Binding("up", "focus_entry(-1)", show=False, priority=True),
    ]
    AUTO_FOCUS = "TextInput"

    def __init__(self, state: WizardState) -> None:
        super().__init__()
        self._state = state
        self._access = state.registry_access or RegistryAccess(state.known_registry_url)
        self._problem = ""

    def compose(self) -> ComposeResult:
        usual = registry_of(self._state.settings.registry).usual_url
        with Vertical(classes="dialog"):
            yield Static("Verify the registry", classes="dialog-heading", markup=False)
            yield Static(
                "Pushes a tiny image, pulls it, looks for it in the store, and removes it.",
                classes="dialog-question",
                markup=False,
            )
            for entry in ENTRIES:
                with Horizontal(classes="entry"):
                    yield TextBlock(id=f"label-{entry.name}", classes="label")
                    placeholder = usual if entry is URL else ""
                    yield TextInput(entry, self._access.text(entry), placeholder, id=f"entry-{entry.name}")
            yield TextBlock(id="dialog-status")
        yield DialogKeys((("Enter", "Verify"), ("Tab", "Next field"), ("Esc", "Cancel")))

    def on_mount(self) -> None:
        self._update()

    def _inputs(self) -> Iterator[TextInput]:
        yield from self.query(TextInput)

    @on(DescendantFocus)
    def _update(self) -> None:
        """Shows the help of the entry that has the focus, or what is wrong with it."""
        shown = Content()
        for entry, entry_input in zip(ENTRIES, self._inputs(), strict=True):
            label = focus_mark(is_focused=entry_input.has_focus) + Content(entry.label)
            self.query_one(f"#label-{entry.name}", TextBlock).update(label)
            if entry_input.has_focus:
                shown = Content.styled(entry.help, DIM)
        if self._problem:
            shown = Content.styled(f"{FAILED} {self._problem}", "$error")
        self.query_one("#dialog-status", TextBlock).update(shown)

    @on(TextInput.Changed)
    def _edited(self) -> None:
        self._problem = ""
        self._update()

    @on(TextInput.InputCleaned)
    def _cleaned(self, event: TextInput.InputCleaned) -> None:
        event.stop()
        self.query_one("#dialog-status", TextBlock).update(Content.styled(event.note, "$warning"))

    def action_confirm(self) -> None:
        """Goes to the first entry with a problem; verifies if there is none."""
        access = self._access
        for entry, entry_input in zip(ENTRIES, self._inputs(), strict=True):
            access = access.with_text(entry, entry_input.value)
        try:
            target = access.target(self._state.settings, self._state.path)
        except AccessError as error:
            self._problem = str(error)
            self.query_one(f"#entry-{error.entry}", TextInput).focus()
            self._update()
            return
        self._state.registry_access = access
        self.dismiss(target)

    def action_focus_entry(self, by: int) -> None:
        (self.focus_next if by > 0 else self.focus_previous)("TextInput")


class VerifyScreen(ChecksScreen):
    """A row for each check of the running registry; it belongs to the last step."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(KEYS["verify"].binding, "verify", show=False)]

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, step_named("save"), tuple(GROUPS), has_details=False, name="verify")

    @property
    def progress(self) -> ValidationProgress:
        return self.context.verification

    @property
    def title_text(self) -> str:
        return "Verify the registry"

    def verdict(self) -> tuple[str, str]:
        report = self.progress.report
        if report is None:
            return f"Pushes a tiny image to {self.progress.plan.place}, and removes it again.", DIM
        return verdict(report), "$warning" if report.cancelled else "$success" if report.passed else "$error"

    def key_hints(self) -> Sequence[KeyHint]:
        report = self.progress.report
        if report is None:
            return [("Esc", "Stop"), ("F1", "Help"), ("^Q", "Quit")]
        enter = "Finish" if report.passed else "Verify again"
        return [("Enter", enter), ("F9", "Change…"), ("Esc", "Back"), ("F1", "Help"), ("^Q", "Quit")]

    def update_body(self, *, overwrite_focused: bool) -> None:
        del overwrite_focused  # there are no inputs
        report = self.progress.report
        self.checks.show(self.progress, [*notes(report), *left_behind(report)] if report else [])

    def action_next(self) -> None:
        report = self.progress.report
        if report is not None:
            self.post_message(Finish() if report.passed else VerifyAgain())

    def action_back(self) -> None:
        self.post_message(StopVerification() if self.progress.is_running else ShowSave())

    def action_verify(self) -> None:
        if not self.progress.is_running:
            self.post_message(AskForRegistry())
