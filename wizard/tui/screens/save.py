"""The last step: the file as it will be saved, what changes in it, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from wizard.config.file import OWNER_ONLY, written_phrase
from wizard.config.render import difference, render_redacted
from wizard.session.equivalent_command import display_command, display_heading
from wizard.session.texts import file_exposed
from wizard.text.sanitize import sanitize
from wizard.tui.keys import KEYS
from wizard.tui.messages import Finish, PreviousStep, Save, WriteBack
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.terminal.glyphs import FAILED, PASSED, WARNING
from wizard.tui.theme import DIM
from wizard.tui.widgets.frame import KeyHint
from wizard.tui.widgets.text_block import TextBlock
from wizard.validation.summary import counts

_PATH_LIMIT = 50  # characters of the path that are shown
_REMARK_COLUMN = 46  # of the remarks beside the lines of the file


class SaveScreen(StepScreen):
    """Shows the file before it is saved, and confirms that it was saved."""

    CSS_PATH = "save.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding(KEYS["write_back"].binding, "write_back", "Write back", show=False),
    ]
    AUTO_FOCUS = ""

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(id="file", can_focus=False):
            yield TextBlock(id="file-lines")
        yield TextBlock(id="file-status")
        yield TextBlock(id="next-steps")

    def key_hints(self) -> Sequence[KeyHint]:
        if self.state.is_saved:
            write_back = [("F8", "Write back")] if self.state.source else []
            return [("Enter", "Finish"), *write_back, ("Esc", "Back"), ("^Q", "Quit")]
        save = ("Enter", "Save") if self.has_passed else ("^S", "Save anyway…")
        return [save, ("Esc", "Back"), ("↑↓", "Scroll"), ("^Q", "Quit")]

    def intro(self) -> str:
        if self.state.is_saved:
            return "Saved. What is left to do is below." if self.has_passed else f"Saved unproven: {self._verdict()}"
        return f"{self._verdict()} {self.step.intro}"

    def _verdict(self) -> str:
        report, at = self.state.report, self.state.reported_at
        if report is None or at is None:
            return "Not validated."
        if report.passed:
            return f"Validation passed at {at.astimezone():%H:%M:%S}."
        return f"{counts(report)}."

    def update_body(self, *, overwrite_focused: bool) -> None:
        del overwrite_focused  # there are no inputs
        lines = Content("\n").join((*self._file_lines(), *self._command_lines()))
        self.query_one("#file-lines", TextBlock).update(lines)
        self.query_one("#file-status", TextBlock).update(self._file_status())
        self.query_one("#next-steps", TextBlock).update(Content("\n").join(self._next_step_lines()))

    def _file_lines(self) -> Iterator[Content]:
        """The lines of the file with its secrets hidden, and a remark beside each line that changes."""
        state = self.state
        before = state.previous if state.is_saved else state.saved
        remarks = difference(before, state.settings) if before else {}
        text = render_redacted(state.settings, state.validation(), source=state.source)
        for line in text.splitlines()[1:]:
            if not line:
                continue
            remark = remarks.get(line.partition(" = ")[0], "")
            style = "bold" if line.startswith("[") else "$primary" if remark else ""
            yield Content.assemble(
                (line.ljust(_REMARK_COLUMN) if remark else line, style), (f"  {remark}" if remark else "", "$warning")
            )

    def _command_lines(self) -> Iterator[Content]:
        """The command that configures the same; a demo has none."""
        if not self.state.is_demo:
            yield Content()
            yield Content.styled(f"# {display_heading('a screen')}", DIM)
            yield Content.styled(display_command(self.state.settings, self.state.path), "$primary")

    def _file_status(self) -> Content:
        """Whether the file was saved, why it was not, or who can read it."""
        path = sanitize(self.state.path, _PATH_LIMIT)
        if self.state.is_saved:
            symbol, style = (PASSED, "$success") if self.has_passed else (WARNING, "$warning")
            text = f"{symbol} {written_phrase(self.state.path, _PATH_LIMIT)}"
            backup = f"  backup {sanitize(self.state.backup.name, 30)}" if self.state.backup else ""
            remarks = [(f"\n{WARNING} {remark}", "$warning") for remark in self.state.remarks]
            return Content.assemble((text, style), (backup, DIM), *remarks)
        if self.state.save_error:
            return Content.styled(f"{FAILED} {self.state.save_error}", "$error")
        doubts = [(f"\n{WARNING} {doubt}", "$warning") for doubt in self.state.doubts]
        if self.state.exposure:
            text = f"  {file_exposed(self.state.exposure)}; saved, only you (0600)"
            return Content.assemble(("File  ", DIM), path, (text, "$warning"), *doubts)
        return Content.assemble(("File  ", DIM), path, (f"  {OWNER_ONLY}", DIM), *doubts)

    def _next_step_lines(self) -> Iterator[Content]:
        for index, step in enumerate(self.state.next_steps()):
            label = "Next  " if index == 0 else "      "
            yield Content.assemble((label, DIM), (f"{step.text} " if step.text else "", ""), (step.command, "$primary"))

    def became_current(self) -> None:
        super().became_current()
        self.call_after_refresh(self._scroll_to_storage)

    def _scroll_to_storage(self) -> None:
        """Scrolls to the section of the storage, as not all lines may have room."""
        sections = [y for y, line in enumerate(self._file_lines()) if line.plain.startswith("[storage.")]
        self.query_one("#file", VerticalScroll).scroll_to(y=sections[0] if sections else 0, animate=False)

    # --- actions ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether an action is possible now: only what is saved is written back."""
        del parameters
        return action != "write_back" or (self.state.source is not None and self.state.is_saved)

    def action_write_back(self) -> None:
        self.post_message(WriteBack())

    def action_next(self) -> None:
        self.post_message(Finish() if self.state.is_saved else Save())

    def action_back(self) -> None:
        self.post_message(PreviousStep(self.step))

    def action_scroll(self, by: int) -> None:
        self.set_focus(None)  # from the keys back to the file
        self.query_one("#file", VerticalScroll).scroll_relative(y=by, animate=False)
