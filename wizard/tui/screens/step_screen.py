"""What all steps have in common: the frame around the body, and the keys to the next and the previous step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen

from wizard.config.render import difference, render_redacted
from wizard.session.state import WizardState
from wizard.session.steps import Step
from wizard.session.texts import demo_notice
from wizard.text.sanitize import sanitize
from wizard.tui import screens
from wizard.tui.keys import KEYS
from wizard.tui.screen_context import ScreenContext
from wizard.tui.terminal.input_parser import NEXT_LINE
from wizard.tui.terminal.textual_internals import FollowsTerminalSize
from wizard.tui.theme import DIM
from wizard.tui.widgets import frame
from wizard.tui.widgets.frame import KeyHint
from wizard.tui.widgets.key_row import KeyRow
from wizard.tui.widgets.text_block import TextBlock

_PREVIEW_MIN_WIDTH = 120  # columns of a terminal that has room for a preview of the file beside the form


class StepScreen(FollowsTerminalSize, Screen[None]):
    """One step of the wizard: a header, a body and a footer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", "Next", show=False, priority=True),
        Binding(NEXT_LINE, "next_line", show=False, priority=True),
        Binding("escape", "back", "Back", show=False),
    ]

    def __init__(self, context: ScreenContext, step: Step, name: str = "") -> None:
        """`name` is that of a screen that belongs to a step, without being the step itself."""
        super().__init__(id=f"step-{name or step.id}")
        self.context = context
        self.step = step
        self._is_fresh = False  # the view is up to date, but was not shown yet
        self._notice = self._shown_notice = ""

    @property
    def state(self) -> WizardState:
        return self.context.state

    @property
    def has_passed(self) -> bool:
        """Whether the current settings have passed the validation."""
        return self.state.report is not None and self.state.report.passed

    def compose(self) -> ComposeResult:
        yield TextBlock(id="header")
        with Vertical(id="body"):
            yield TextBlock(id="intro")
            yield from self.compose_body()
        yield from self.compose_below()
        yield KeyRow(id="footer")

    def action_enter(self) -> None:
        """Continues, or opens the list of actions where the keys have the focus."""
        if isinstance(self.focused, KeyRow):
            screens.action_menu.open_action_menu(self, KEYS, self._step_actions())
        else:
            self.action_next()

    def _step_actions(self) -> Sequence[tuple[str, str]]:
        """What Enter and Esc do here, as the keys say, with their actions."""
        actions = {"Enter": "next", "Esc": "back"}
        return [(f"{effect} ({key})", actions[key]) for key, effect in self.key_hints() if key in actions]

    def action_next(self) -> None:
        """Shows the next step."""

    def action_next_line(self) -> None:
        """Puts what follows in a paste of several lines nowhere, unless the step has a field for it."""
        self.set_focus(None)

    def compose_body(self) -> ComposeResult:
        """The step's own widgets."""
        yield from ()

    def compose_below(self) -> ComposeResult:
        """The widgets below the body, which do not scroll with it."""
        yield from ()

    def key_hints(self) -> Sequence[KeyHint]:
        """The keys of the step, the most used first."""
        return ()

    def on_mount(self) -> None:
        """Updates the view before the first painting, so that there is only one."""
        if self._is_composed:
            self._update()
            self._is_fresh = True

    @property
    def _is_composed(self) -> bool:
        """False if the app is ending: Textual then leaves out widgets of new screens and removes those of others."""
        return self.is_attached and self.app.is_running

    @property
    def _is_ready(self) -> bool:
        """Whether the screen has all its widgets. A new one gets them some time after it was pushed."""
        return self.is_mounted and self._is_composed

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """The step becomes the current screen. One that was just mounted has its styles already."""
        event.refresh_styles = event.refresh_styles and not self._is_fresh
        if self._is_composed:
            self.context.visited.add(self.step.id)
            self.state.current_step = self.step.id
            if not self._is_fresh:
                self.update_view(overwrite_focused=True)
            self._is_fresh = False
            self.became_current()

    def on_descendant_focus(self) -> None:
        """Shows whether the keys have the focus."""
        self.update_frame()

    def on_descendant_blur(self) -> None:
        """Shows whether the keys have the focus."""
        self.update_frame()

    def became_current(self) -> None:
        """The step has become the current screen, and its view is up to date."""

    def on_resize(self, event: events.Resize) -> None:
        """Lays out the texts for the new width."""
        del event
        if self.is_current:
            self.update_view()

    def update_view(self, *, overwrite_focused: bool = False) -> None:
        """Shows the current state. The text of a focused input stays as typed unless `overwrite_focused`.

        A screen that does not have all its widgets yet is updated once it has them.
        """
        if self._is_ready:
            self._update(overwrite_focused=overwrite_focused)
        else:
            self._is_fresh = False

    def _update(self, *, overwrite_focused: bool = False) -> None:
        self.update_body(overwrite_focused=overwrite_focused)
        self._update_intro()
        self._update_frame()

    def update_body(self, *, overwrite_focused: bool) -> None:
        """Shows the current state in the step's own widgets; `overwrite_focused` as for `update_view`."""

    def _update_intro(self) -> None:
        """Shows the title of the step and the sentence below it."""
        intro, block = self.intro(), self.query_one("#intro", TextBlock)
        block.set_class(not intro, "-tight")
        lines = [self.title_line(), Content.styled(intro, self.intro_style)] if intro else [self.title_line()]
        block.update(Content("\n").join(lines))

    def title_line(self) -> Content:
        """The title of the step."""
        return Content.styled(self.step.heading(self.state.settings)[0], "bold")

    @property
    def intro_style(self) -> str:
        """The style of that sentence."""
        return DIM

    def intro(self) -> str:
        """A sentence on what this step is about; empty to leave it out."""
        if self.state.is_demo and self.step.id == "storage":
            return demo_notice(self.state.path)
        return self.step.heading(self.state.settings)[1]

    def update_frame(self) -> None:
        """Shows the current texts of the header, the footer and the preview."""
        if self._is_ready:
            self._update_frame()
        else:
            self._is_fresh = False

    def _update_frame(self) -> None:
        width = self.app.size.width - 2
        steps = frame.step_bar(self.state, width, self.step, self.context.visited)
        self.query_one("#header", TextBlock).update(Content("\n").join((frame.title_row(self.state, width), steps)))
        notice, self._notice = self._notice, ""
        self._shown_notice = notice
        status = Content.styled(notice, "$warning") if notice else self.status()
        footer = self.query_one("#footer", KeyRow)
        keys = frame.key_row(self.key_hints(), width, is_focused=footer.has_focus)
        footer.update(Content("\n").join((status, keys)))
        self._update_preview()

    def update_view_beside_notice(self) -> None:
        """As `update_view`, but a notice that is shown stays: nobody has done anything."""
        self._notice = self._notice or self._shown_notice
        self.update_view()

    def update_frame_beside_notice(self) -> None:
        """As `update_frame`, but a notice that is shown stays."""
        self._notice = self._notice or self._shown_notice
        self.update_frame()

    def show_notice(self, text: str) -> None:
        """Shows a notice above the keys until the next change."""
        self._notice = text
        self.update_frame()

    def status(self) -> Content:
        """The row above the keys."""
        width = self.app.size.width - 2
        return frame.status_row(self.state, width, is_checking_store=self.context.is_checking_store)

    def _update_preview(self) -> None:
        """Shows the file as it will be saved, where there is room; it is created when it is first needed."""
        preview = next(iter(self.query("#preview").results(TextBlock)), None)
        has_room = self.app.size.width >= _PREVIEW_MIN_WIDTH and bool(self.step.settings)
        if preview is None and has_room:
            self.mount(preview := TextBlock(id="preview"))
        if preview is not None:
            preview.display = has_room
        if preview is not None and has_room:
            preview.update(Content("\n").join(self._preview_lines()))

    def _preview_lines(self) -> Iterator[Content]:
        """The lines of the file. What has changed since the program started is highlighted."""
        yield Content.styled(f"Preview of {sanitize(self.state.path.name, 24)}\n", "bold")
        changed = difference(self.state.initial_settings, self.state.settings)
        for line in render_redacted(self.state.settings, source=self.state.source).splitlines()[1:]:
            is_changed = line.partition(" = ")[0] in changed
            yield Content.styled(line, "$primary" if is_changed else DIM)
