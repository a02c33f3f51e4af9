"""The last step: the file as it will be, what changes, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from wizard.config import file as config_file
from wizard.model.secret import abbreviate_key
from wizard.session.equivalent_command import configure_command
from wizard.text.sanitize import sanitize
from wizard.tui.messages import Finish, PreviousStep, Save
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.theme import DIM, FAILED, PASSED, WARNING
from wizard.tui.widgets.frame import Key, TextBlock

_REMARK_AT = 46  # column of the remarks beside the file


class SaveScreen(StepScreen):
    """Shows the file before it is written, and says when it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
    ]
    AUTO_FOCUS = None

    def body(self) -> ComposeResult:
        with VerticalScroll(id="preview", can_focus=False):
            yield TextBlock(id="file")
        yield TextBlock(id="place")
        yield TextBlock(id="next")

    @property
    def _has_passed(self) -> bool:
        return self.state.report is not None and self.state.report.passed

    def keys(self) -> Sequence[Key]:
        if self.state.is_saved:
            return [("Enter", "Finish"), ("Esc", "Back"), ("^Q", "Quit")]
        save = ("Enter", "Save") if self._has_passed else ("^S", "Save anyway…")
        return [save, ("Esc", "Back"), ("↑↓", "Scroll"), ("^Q", "Quit")]

    def intro(self) -> str:
        if self.state.is_saved:
            return "Saved. What is left to do is below." if self._has_passed else f"Saved unproven: {self._verdict()}"
        return f"{self._verdict()} {self.step.intro}"

    def _verdict(self) -> str:
        report, at = self.state.report, self.state.reported_at
        if report is None or at is None:
            return "Not validated."
        if report.passed:
            return f"Validation passed at {at.astimezone():%H:%M:%S}."
        return f"{len(report.failed)} of {len(report.results)} checks failed."

    def show(self) -> None:
        super().show()
        self.query_one("#file", TextBlock).say(Content("\n").join((*self._file(), *self._command())))
        self.query_one("#place", TextBlock).say(self._place())
        self.query_one("#next", TextBlock).say(Content("\n").join(self._next()))

    def _file(self) -> Iterator[Content]:
        """The lines of the file, secrets hidden, with a remark on each that differs from what is there."""
        state = self.state
        before = state.previous if state.is_saved else state.saved
        remarks = config_file.difference(before, state.settings) if before else {}
        text = config_file.render_redacted(state.settings, state.validation())
        for line in text.splitlines()[1:]:
            if not line:
                continue
            remark = remarks.get(line.partition(" = ")[0], "")
            style = "bold" if line.startswith("[") else "" if not remark else "$primary"
            yield Content.assemble(
                (line.ljust(_REMARK_AT) if remark else line, style), (f"  {remark}" if remark else "", "$warning")
            )

    def _command(self) -> Iterator[Content]:
        if not self.state.is_demo:
            yield Content()
            yield Content.styled("# The same without a screen, the secret key on standard input:", DIM)
            shown = self.state.settings.replace({"accesskey": abbreviate_key(self.state.settings.accesskey)})
            yield Content.styled(sanitize(configure_command(shown, self.state.path), 1000), "$primary")

    def _place(self) -> Content:
        path = sanitize(self.state.path, 50)
        if self.state.is_saved:
            mark, style = (PASSED, "$success") if self._has_passed else (WARNING, "$warning")
            words = f"{mark} {path} is written, readable by you alone (0600)"
            backup = f"  backup {sanitize(self.state.backup.name, 30)}" if self.state.backup else ""
            remarks = [(f"\n{WARNING} {remark}", "$warning") for remark in self.state.remarks]
            return Content.assemble((words, style), (backup, DIM), *remarks)
        if self.state.save_error:
            return Content.styled(f"{FAILED} {self.state.save_error}", "$error")
        if self.state.exposure:
            words = f"  others may {self.state.exposure}; saved, only you (0600)"
            return Content.assemble(("File  ", DIM), path, (words, "$warning"))
        return Content.assemble(("File  ", DIM), path, ("  readable by you alone (0600)", DIM))

    def _next(self) -> Iterator[Content]:
        for place, step in enumerate(self.state.next_steps()):
            head = "Next  " if place == 0 else "      "
            yield Content.assemble((head, DIM), (f"{step.text} " if step.text else "", ""), (step.command, "$primary"))

    def come_into_view(self) -> None:
        super().come_into_view()
        self.call_after_refresh(self._scroll_to_storage)

    def _scroll_to_storage(self) -> None:
        """Where not all lines have room, those of the storage come first."""
        heads = [place for place, line in enumerate(self._file()) if line.plain.startswith("[storage.")]
        self.query_one("#preview", VerticalScroll).scroll_to(y=heads[0] if heads else 0, animate=False)

    # --- what is done here ---

    def action_go_on(self) -> None:
        self.post_message(Finish() if self.state.is_saved else Save())

    def action_go_back(self) -> None:
        self.post_message(PreviousStep(self.step))

    def action_scroll(self, by: int) -> None:
        self.query_one("#preview", VerticalScroll).scroll_relative(y=by, animate=False)
