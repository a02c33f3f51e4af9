"""What all steps have in common: the frame around the body, and how one goes on and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen

from wizard.config import file as config_file
from wizard.session.state import WizardState
from wizard.session.steps import Step
from wizard.tui.screen_context import ScreenContext
from wizard.tui.theme import DIM
from wizard.tui.widgets import frame
from wizard.tui.widgets.frame import Key, TextBlock

_SIDE_FROM = 120  # columns from which the file as it will be stands beside the form


class StepScreen(Screen[None]):
    """One step of the walk."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "Next", show=False, priority=True),
        Binding("escape", "go_back", "Back", show=False),
    ]

    def __init__(self, context: ScreenContext, step: Step) -> None:
        super().__init__(id=f"step-{step.id}")
        self.context = context
        self.step = step
        self._is_new = False  # drawn, and not in view yet
        self._notice = ""

    @property
    def state(self) -> WizardState:
        return self.context.state

    def compose(self) -> ComposeResult:
        yield TextBlock(id="head")
        with Vertical(id="body"):
            yield TextBlock(id="intro")
            yield from self.body()
        yield TextBlock(id="foot")

    def body(self) -> ComposeResult:
        """The step's own widgets."""
        yield from ()

    def keys(self) -> Sequence[Key]:
        """What the keys do here, in the order of their use."""
        return ()

    def on_mount(self) -> None:
        """All is said before the first painting, which is then the only one."""
        if self._is_composed:
            self.show()
            self._is_new = True

    @property
    def _is_composed(self) -> bool:
        """Not so when the program was left before the step could come into view."""
        return bool(self.query("#foot"))

    def on_screen_resume(self) -> None:
        """The step comes into view."""
        if self._is_composed:
            self.context.visited.add(self.step.id)
            self.state.current_step = self.step.id
            if not self._is_new:
                self.show_again()
            self._is_new = False
            self.come_into_view()

    def come_into_view(self) -> None:
        """The step is the one that is shown from now on, and is drawn."""

    def show_again(self) -> None:
        """Draws the step where all may have changed, also the text under the cursor."""
        self.show()

    def on_resize(self, event: events.Resize) -> None:
        """Lines are laid out for the width."""
        del event
        if self.is_current:
            self.show()

    def show(self) -> None:
        """Draws what depends on the walk."""
        self.show_intro()
        self.show_frame()

    def show_intro(self) -> None:
        """Draws the title of the step, and the sentence below it."""
        words, shown = self.intro(), self.query_one("#intro", TextBlock)
        shown.set_class(not words, "-tight")
        shown.say(Content("\n").join((self.title_line(), Content.styled(words, DIM))) if words else self.title_line())

    def title_line(self) -> Content:
        """The step's name."""
        return Content.styled(self.step.title, "bold")

    def intro(self) -> str:
        """One sentence on what this step decides."""
        if self.state.is_demo and self.step.id == "storage":
            return "A rehearsal: the store runs inside this program, nothing else is touched."
        return self.step.intro

    def show_frame(self) -> None:
        """Draws the frame."""
        width = self.app.size.width - 2
        steps = frame.step_bar(self.state, width, self.step, self.context.visited)
        self.query_one("#head", TextBlock).say(Content("\n").join((frame.title_row(self.state, width), steps)))
        notice, self._notice = self._notice, ""
        status = Content.styled(notice, "$warning") if notice else self.status()
        self.query_one("#foot", TextBlock).say(Content("\n").join((status, frame.key_row(self.keys()))))
        self._show_side()

    def show_notice(self, text: str) -> None:
        """Shows a notice above the keys until the next change."""
        self._notice = text
        self.show_frame()

    def status(self) -> Content:
        """The row above the keys."""
        return frame.status_row(self.state, is_checking_store=self.context.is_checking_store)

    def _show_side(self) -> None:
        """Beside the form, where there is room; most screens have none."""
        side = next(iter(self.query("#side").results(TextBlock)), None)
        has_room = self.app.size.width >= _SIDE_FROM and bool(self.step.settings)
        if side is None and has_room:
            self.mount(side := TextBlock(id="side"))
        if side is not None:
            side.display = has_room
        if side is not None and has_room:
            side.say(Content("\n").join(self._file()))

    def _file(self) -> Iterator[Content]:
        """The file as it will be; what has changed since the program started stands out."""
        yield Content.styled(f"{self.state.path.name}, as it will be\n", "bold")
        changed = config_file.difference(self.state.initial_settings, self.state.settings)
        for line in config_file.render_redacted(self.state.settings).splitlines()[1:]:
            is_new = line.partition(" = ")[0] in changed
            yield Content.styled(line, "$primary" if is_new else DIM)
