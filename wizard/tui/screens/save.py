"""The last step: what changes, what that means for images, the file as it will be saved, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content

from wizard.catalog.registries import Instruction
from wizard.config.file import OWNER_ONLY, written_phrase
from wizard.config.render import difference, render_redacted
from wizard.model.redaction import displayed
from wizard.model.settings import format_value
from wizard.session.equivalent_command import display_command, display_heading
from wizard.session.texts import file_exposed
from wizard.text.command_lines import command_lines
from wizard.text.sanitize import sanitize
from wizard.tui.keys import KEYS
from wizard.tui.messages import AskForRegistry, Finish, PreviousStep, Save, WriteBack
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.terminal.glyphs import FAILED, PASSED, WARNING
from wizard.tui.theme import DIM
from wizard.tui.widgets.frame import KeyHint, scroll_hint
from wizard.tui.widgets.text_block import TextBlock
from wizard.validation.summary import counts

_TITLE_WIDTH, _SCROLL_BAR = 10, 3  # columns beside the texts, and a blank
_PATH_LIMIT = 50  # characters of the path that are shown
_REMARK_COLUMN = 36  # of the remarks beside the lines of the file
_SECTIONS = {  # ids of the texts, and what is beside them
    "changes": "Changes",
    "images": "Images",
    "file-status": "File",
    "next-steps": "Next",
    "file-lines": "Content",
    "command": "Again",
}


class SaveScreen(StepScreen):
    """Shows the file before it is saved, and confirms that it was saved. Everything scrolls as one text."""

    CSS_PATH = "save.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
        Binding(KEYS["write_back"].binding, "write_back", "Write back", show=False),
        Binding(KEYS["verify"].binding, "verify", "Verify the registry", show=False),
    ]
    AUTO_FOCUS = ""

    _scroll_hint = Content()
    _outcome: tuple[bool, str] = (False, "")  # whether it is saved, and why not, as last shown

    def compose_body(self) -> ComposeResult:
        with VerticalScroll(id="sections", can_focus=False):
            for name, title in _SECTIONS.items():
                with Horizontal(classes="section"):
                    yield TextBlock(Content.styled(title, DIM), classes="section-title")
                    yield TextBlock(id=name, classes="section-text")

    def on_mount(self) -> None:
        if self._is_composed:
            self.watch(self._sections, "scroll_y", self._update_scroll_hint, init=False)

    @property
    def _sections(self) -> VerticalScroll:
        return self.query_one("#sections", VerticalScroll)

    def key_hints(self) -> Sequence[KeyHint]:
        if self.state.is_saved:
            write_back = [("F8", "Write back")] if self.state.source else []
            verify = [("F9", "Verify the registry…")] if self.state.can_verify else []
            others = [("Esc", "Back"), ("↑↓", "Scroll"), ("F1", "Help"), ("^Q", "Quit")]
            return [("Enter", "Finish"), *write_back, *verify, *others]
        return [("Enter", self._save_hint), ("Esc", "Back"), ("↑↓", "Scroll"), ("F1", "Help"), ("^Q", "Quit")]

    @property
    def _save_hint(self) -> str:
        if self.state.report is None:
            return "Validate and save"
        return "Save" if self.has_passed else "Save anyway…"

    def intro(self) -> str:
        if self.state.is_saved:
            return "Saved. Next steps:" if self.has_passed else f"Saved without passing validation: {self._verdict()}"
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
        self._show("changes", self._changes())
        self._show("images", self._image_lines())
        self._show("file-status", self._file_status())
        self._show("next-steps", self._next_step_lines())
        self._show("file-lines", self._file_lines())
        self._show("command", self._command_lines())
        self.call_after_refresh(self._update_scroll_hint)

    def status(self) -> Content:
        self._scroll_hint = scroll_hint(self._sections)
        return self._scroll_hint or super().status()

    def _update_scroll_hint(self) -> None:
        """Says whether there is more than is shown, which is known once the layout is."""
        if self.is_current and scroll_hint(self._sections) != self._scroll_hint:
            self.update_frame_beside_notice()

    def _show(self, name: str, lines: Iterator[Content]) -> None:
        """Shows a section, or leaves out an empty one."""
        shown, block = list(lines), self.query_one(f"#{name}", TextBlock)
        if block.parent is not None:
            block.parent.display = bool(shown)
        block.update(Content("\n").join(shown))

    def _differences(self) -> dict[str, str]:
        """A remark for each setting that is another one in the file, or in what was imported."""
        before = self.state.settings_before
        return difference(before, self.state.settings) if before else {}

    def _changes(self) -> Iterator[Content]:
        """Only what changes; the registry and the store come first."""
        settings, differences = displayed(self.state.settings), self._differences()
        if differences and (file := self.state.registry_file):
            yield Content.styled(f"Compared with {sanitize(file, _PATH_LIMIT)}:", DIM)
        for name, remark in differences.items():
            line = f"{name} = {sanitize(format_value(settings.value(name)) or '(empty)', 60)}"
            yield Content.assemble((line.ljust(_REMARK_COLUMN), "bold $primary"), (f"  {remark}", "$warning"))
        if self.state.settings_before and not differences:
            yield Content("No settings change.")

    def _file_lines(self) -> Iterator[Content]:
        """The lines of the file with its secrets hidden; those that change stand out."""
        remarks = self._differences()
        text = render_redacted(self.state.settings, self.state.validation(), source=self.state.source)
        for line in text.splitlines()[1:]:
            is_changed = line.partition(" = ")[0] in remarks
            yield Content.styled(line, "$primary" if is_changed else "bold" if line.startswith("[") else "")

    def _command_lines(self) -> Iterator[Content]:
        """The command that configures the same; a demo has none."""
        if not self.state.is_demo:
            yield Content.styled(display_heading(self.state.settings, "a screen"), DIM)
            yield from self._broken(display_command(self.state.settings, self.state.path))

    def _file_status(self) -> Iterator[Content]:
        """Whether the file was saved, why it was not, who can read it, and what of this machine it depends on."""
        path = sanitize(self.state.path, _PATH_LIMIT)
        if self.state.is_saved:
            symbol, style = (PASSED, "$success") if self.has_passed else (WARNING, "$warning")
            backup = f"  backup {sanitize(self.state.backup.name, 30)}" if self.state.backup else ""
            saved = f"{symbol} {written_phrase(self.state.path, _PATH_LIMIT)}"
            yield Content.assemble((saved, style), (backup, DIM))
        elif self.state.save_error:
            yield Content.styled(f"{FAILED} {self.state.save_error}", "$error")
        elif self.state.exposure:
            text = f"{file_exposed(self.state.exposure)} now; saving makes it private (0600)"
            yield Content.assemble(path, (f"  {text}", "$warning"))
        else:
            yield Content.assemble(path, (f"  {OWNER_ONLY}", DIM))
        for remark in self.state.remarks if self.state.is_saved else self.state.doubts:
            yield Content.styled(f"{WARNING} {remark}", "$warning")
        if self.state.report and (sentence := self.state.report.environment_sentence):
            yield Content.styled(f"{WARNING} {sentence}", "$warning")

    def _next_step_lines(self) -> Iterator[Content]:
        for step in self.state.next_steps():
            yield from self._instruction(step)

    def _image_lines(self) -> Iterator[Content]:
        yield from map(Content, self.state.image_remarks())
        if move := self.state.move_images():
            yield from self._instruction(move)

    def _instruction(self, step: Instruction) -> Iterator[Content]:
        if step.text:
            yield Content(step.text)
        if step.command:
            yield from self._broken(step.command)

    def _broken(self, command: str) -> Iterator[Content]:
        """A command in lines that can be copied."""
        width = self.app.size.width - _TITLE_WIDTH - _SCROLL_BAR
        return (Content.styled(line, "$primary") for line in command_lines(command, width))

    def became_current(self) -> None:
        super().became_current()
        self.call_after_refresh(self._scroll_to_what_matters)

    def update_view(self, *, overwrite_focused: bool = False) -> None:
        super().update_view(overwrite_focused=overwrite_focused)
        outcome = (self.state.is_saved, self.state.save_error)
        if outcome != self._outcome:  # otherwise what was scrolled to stays in view
            self._outcome = outcome
            self.call_after_refresh(self._scroll_to_what_matters)

    def _scroll_to_what_matters(self) -> None:
        """Before saving that is the top; afterwards the result, with what to do next below it.

        Images come before the result: they are copied before the registry restarts.
        """
        has_images = self.state.is_saved and self.state.are_images_concerned
        shown = self.query_one("#images" if has_images else "#file-status", TextBlock)
        y = shown.virtual_region.y if shown.parent is None else shown.parent.virtual_region.y  # type: ignore[attr-defined]
        has_result = self.state.is_saved or self.state.save_error
        self._sections.scroll_to(y=y if has_result else 0, animate=False)

    # --- actions ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether an action is possible now: only what is saved is written back, and verified."""
        del parameters
        needed = {"write_back": self.state.source is not None, "verify": self.state.can_verify}
        return action not in needed or (needed[action] and self.state.is_saved)

    def action_write_back(self) -> None:
        self.post_message(WriteBack())

    def action_verify(self) -> None:
        self.post_message(AskForRegistry())

    def action_next(self) -> None:
        self.post_message(Finish() if self.state.is_saved else Save())

    def action_back(self) -> None:
        self.post_message(PreviousStep(self.step))

    def action_scroll(self, by: int) -> None:
        self.set_focus(None)  # from the keys back to the file
        self._sections.scroll_relative(y=by, animate=False)
