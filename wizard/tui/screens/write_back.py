"""A dialog that shows what changes in the file that the settings were imported from, and writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from wizard.catalog.registries.next_steps import apply_instruction
from wizard.config.schema import ImportedFrom
from wizard.files.errors import FileError
from wizard.files.written import describe_backup
from wizard.formats.format import FormatError
from wizard.formats.lookup import format_of
from wizard.model.settings import Settings
from wizard.session import write_back
from wizard.session.export_remarks import export_errors, export_remarks
from wizard.session.exposure import secret_exposure
from wizard.session.write_back import Change
from wizard.text.command_lines import command_lines
from wizard.text.plural import count_of
from wizard.text.sanitize import sanitize, sanitize_command
from wizard.tui.background import ChangePlanned, Crashed, run_in_thread
from wizard.tui.messages import WrittenBack
from wizard.tui.terminal.glyphs import PASSED, WARNING
from wizard.tui.terminal.textual_internals import FollowsTerminalSize
from wizard.tui.widgets import frame
from wizard.tui.widgets.frame import KeyHint
from wizard.tui.widgets.text_block import TextBlock

_READY: Sequence[KeyHint] = (("Enter", "Write"), ("↑↓", "Scroll"), ("Esc", "Back"))
_ENDED: Sequence[KeyHint] = (("Esc", "Back"),)


class WriteBackDialog(FollowsTerminalSize, ModalScreen[None]):
    """Writes only after it has shown the difference. The file is read and compared in a background thread."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f8", "dismiss", show=False, priority=True),
        Binding("enter", "write", show=False, priority=True),
        Binding("up", "scroll(-1)", show=False, priority=True),
        Binding("down", "scroll(1)", show=False, priority=True),
        Binding("pageup", "scroll(-10)", show=False, priority=True),
        Binding("pagedown", "scroll(10)", show=False, priority=True),
    ]
    AUTO_FOCUS = ""

    def __init__(self, settings: Settings, source: ImportedFrom, config: Path, *, has_passed: bool) -> None:
        """`config` is the settings file. `has_passed` is whether the settings have passed the validation."""
        super().__init__()
        self._settings, self._source, self._config = settings, source, config
        self._has_passed = has_passed
        self._change: Change | None = None  # what Enter writes

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            heading = f"Write back into {sanitize(self._source.file, 50)}"
            yield Static(heading, classes="dialog-heading", markup=False)
            with VerticalScroll(classes="dialog-text", can_focus=False):
                yield TextBlock(id="difference")
            yield TextBlock(Content("Reading the file …"), id="dialog-status")
        yield TextBlock(frame.key_row(_ENDED), classes="dialog-keys", id="write-back-keys")

    def on_mount(self) -> None:
        # After the first layout: an answer before it would have no room.
        self.call_after_refresh(
            run_in_thread, self, partial(_plan, self._source, self._settings, has_passed=self._has_passed)
        )

    def _show(self, status: str, style: str, keys: Sequence[KeyHint] = _ENDED) -> None:
        self.query_one("#dialog-status", TextBlock).update(Content.styled(status, style))
        self.query_one("#write-back-keys", TextBlock).update(frame.key_row(keys))

    @on(ChangePlanned)
    def _change_planned(self, event: ChangePlanned) -> None:
        change = event.change
        if change is None:
            self._show(event.problem, "$error")
        elif change.is_empty:
            self._show(f"{PASSED} The file has these settings already.", "$success")
        else:
            self._change = change
            notes = [f"\n{WARNING} {note}" for note in (*change.errors, *change.remarks, *event.notes)]
            self.query_one("#difference", TextBlock).update(Content("\n".join((*change.diff(), *notes))))
            warning = "" if self._has_passed else "These settings have not passed the validation. "
            hint = f"{count_of(len(notes), 'note')} below the difference. " if notes else ""
            self._show(f"{warning}{hint}Write these changes?", "$warning", _READY)

    @on(Crashed)
    def _crashed(self, event: Crashed) -> None:
        raise event.error

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_write(self) -> None:
        change, self._change = self._change, None
        if change is None:
            return
        try:
            written = write_back.write(change, self._config)
            exposure = secret_exposure(written, change.path, self._settings)
        except FileError as error:
            self._show(str(error), "$error")
            return
        instruction = apply_instruction(self._source.format, change.path)
        self.post_message(WrittenBack(change.path, instruction))
        backup = f" {describe_backup(written.backup)}" if written.backup else ""
        remarks = "".join(f" {remark}" for remark in written.remarks)
        width = self.query_one("#dialog-status").size.width
        lines = command_lines(sanitize_command(instruction.command, 300), width) if instruction.command else ()
        command = "".join(f"\n{line}" for line in lines)
        warning = f"\n{WARNING} {exposure}" if exposure else ""
        self.query_one(VerticalScroll).display = False  # what is left to do needs its room
        self._show(
            f"{PASSED} Saved {sanitize(change.path.name, 40)}.{backup}{remarks} {instruction.text}{command}{warning}",
            "$success",
        )


def _plan(source: ImportedFrom, settings: Settings, *, has_passed: bool) -> Iterator[Message]:
    notes: list[str] = []
    try:
        change = write_back.plan_of_source(Path(source.file), source.format, settings, notes.append)
        target = format_of(source.format)
        notes += (*export_errors(settings, target, has_passed=has_passed), *export_remarks(settings, target))
    except FormatError as error:
        yield ChangePlanned(None, str(error))
    else:
        yield ChangePlanned(change, notes=notes)
