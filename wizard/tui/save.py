"""The last step: the file as it will be, what changes, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from wizard import configfile
from wizard.equivalent import configure_command
from wizard.printable import printable
from wizard.secret import shortened
from wizard.tui.base import StepScreen
from wizard.tui.chrome import Key, Line
from wizard.tui.session import Backward, Finished, Save
from wizard.tui.theme import DIM, FAILED, PASSED, WARNING

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
            yield Line(id="file")
        yield Line(id="place")
        yield Line(id="next")

    @property
    def _has_passed(self) -> bool:
        return self.walk.report is not None and self.walk.report.passed

    def keys(self) -> Sequence[Key]:
        if self.walk.is_saved:
            return [("Enter", "Finish"), ("Esc", "Back"), ("^Q", "Quit")]
        save = ("Enter", "Save") if self._has_passed else ("^S", "Save anyway…")
        return [save, ("Esc", "Back"), ("↑↓", "Scroll"), ("^Q", "Quit")]

    def intro(self) -> str:
        if self.walk.is_saved:
            return "Saved. What is left to do is below." if self._has_passed else f"Saved unproven: {self._verdict()}"
        return f"{self._verdict()} {self.step.intro}"

    def _verdict(self) -> str:
        report, at = self.walk.report, self.walk.reported_at
        if report is None or at is None:
            return "Not validated."
        if report.passed:
            return f"Validation passed at {at.astimezone():%H:%M:%S}."
        return f"{len(report.failed)} of {len(report.results)} checks failed."

    def show(self) -> None:
        super().show()
        self.query_one("#file", Line).say(Content("\n").join((*self._file(), *self._command())))
        self.query_one("#place", Line).say(self._place())
        self.query_one("#next", Line).say(Content("\n").join(self._next()))

    def _file(self) -> Iterator[Content]:
        """The lines of the file, secrets hidden, with a remark on each that differs from what is there."""
        walk = self.walk
        before = walk.previous if walk.is_saved else walk.saved
        remarks = configfile.difference(before, walk.settings) if before else {}
        text = configfile.redacted(walk.settings, walk.validation())
        for line in text.splitlines()[1:]:
            if not line:
                continue
            remark = remarks.get(line.partition(" = ")[0], "")
            style = "bold" if line.startswith("[") else "" if not remark else "$primary"
            yield Content.assemble(
                (line.ljust(_REMARK_AT) if remark else line, style), (f"  {remark}" if remark else "", "$warning")
            )

    def _command(self) -> Iterator[Content]:
        if not self.walk.rehearsal:
            yield Content()
            yield Content.styled("# The same without a screen, the secret key on standard input:", DIM)
            shown = self.walk.settings.replace({"accesskey": shortened(self.walk.settings.accesskey)})
            yield Content.styled(printable(configure_command(shown, self.walk.path), 1000), "$primary")

    def _place(self) -> Content:
        path = printable(self.walk.path, 50)
        if self.walk.is_saved:
            mark, style = (PASSED, "$success") if self._has_passed else (WARNING, "$warning")
            words = f"{mark} {path} is written, readable by you alone (0600)"
            backup = f"  backup {printable(self.walk.backup.name, 30)}" if self.walk.backup else ""
            remarks = [(f"\n{WARNING} {remark}", "$warning") for remark in self.walk.remarks]
            return Content.assemble((words, style), (backup, DIM), *remarks)
        if self.walk.trouble:
            return Content.styled(f"{FAILED} {self.walk.trouble}", "$error")
        if self.walk.exposure:
            words = f"  others may {self.walk.exposure}; saved, only you (0600)"
            return Content.assemble(("File  ", DIM), path, (words, "$warning"))
        return Content.assemble(("File  ", DIM), path, ("  readable by you alone (0600)", DIM))

    def _next(self) -> Iterator[Content]:
        for place, step in enumerate(self.walk.next_steps()):
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
        self.post_message(Finished() if self.walk.is_saved else Save())

    def action_go_back(self) -> None:
        self.post_message(Backward(self.step))

    def action_scroll(self, by: int) -> None:
        self.query_one("#preview", VerticalScroll).scroll_relative(y=by, animate=False)
