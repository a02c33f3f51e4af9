"""The steps with fields; some of their settings are folded away at first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from wizard.model.settings import DECLARATIONS, Kind, Settings
from wizard.session.explanation import explanation
from wizard.session.texts import CONTINUE_ANYWAY, MORE_SETTINGS
from wizard.tui.keys import KEYS
from wizard.tui.messages import ApplyFix, ListBuckets, ListFound, NextStep, PreviousStep, SettingsEdited, ShowPolicy
from wizard.tui.screens.step_screen import StepScreen
from wizard.tui.terminal.glyphs import GLYPHS
from wizard.tui.terminal.textual_internals import move_cursor
from wizard.tui.widgets.choices import Choice
from wizard.tui.widgets.field import Field, focus_mark
from wizard.tui.widgets.frame import KeyHint, fix_hint, scroll_hint
from wizard.tui.widgets.hanging_indent import hanging
from wizard.tui.widgets.help_panel import HelpPanel
from wizard.tui.widgets.store_choice import StoreChoice

_AROUND_INTRO = 6  # columns beside the sentence below the title, with a scroll bar


class FoldToggle(Static, can_focus=True):
    """Shows the folded settings in place of the others, and hides them again."""

    DEFAULT_CSS = """
    FoldToggle { height: auto; }
    FoldToggle:focus { background: $panel; }
    FoldToggle:focus:ansi { text-style: bold; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "screen.toggle_fold", show=False)]

    async def on_click(self) -> None:
        await self.run_action("screen.toggle_fold")

    def __init__(self) -> None:
        super().__init__("", id="fold-toggle", markup=False)
        self._label = ""

    def show(self, label: str) -> None:
        """Shows what it does."""
        self._label = label
        self._draw(is_focused=self.has_focus)

    def _draw(self, *, is_focused: bool) -> None:
        mark, label = focus_mark(is_focused=is_focused), self._label
        effect = hanging(mark + Content.styled("F4 ", "bold $primary"), Content.styled(label, "$primary"), self._width)
        self.update(GLYPHS.content(Content("\n").join(effect)))

    @property
    def _width(self) -> int:
        return self.content_size.width or self.app.size.width

    def on_resize(self) -> None:
        self._draw(is_focused=self.has_focus)

    def on_blur(self) -> None:
        self._draw(is_focused=False)

    def on_focus(self) -> None:
        """Moves the terminal's cursor here, once the layout is known."""
        self._draw(is_focused=True)  # `has_focus` is set after this
        self.call_after_refresh(self._move_terminal_cursor)

    def _move_terminal_cursor(self) -> None:
        if self.has_focus:
            move_cursor(self.app, self.content_region.offset)


class FormScreen(StepScreen):
    """A step with fields."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "focus_field(-1)", show=False),
        Binding("down", "focus_field(1)", show=False),
        Binding("pageup", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(1)", show=False),
        Binding(KEYS["fix"].binding, "apply_fix", "Fix", show=False, priority=True),
        Binding(KEYS["reveal"].binding, "reveal", "Show the secret", show=False),
        Binding(KEYS["more"].binding, "toggle_fold", "More settings", show=False),
        Binding(KEYS["buckets"].binding, "list_choices", "List what to choose from", show=False, priority=True),
        Binding(KEYS["policy"].binding, "show_policy", "Policy", show=False, priority=True),
    ]
    AUTO_FOCUS = ""  # `_focus_first_field` chooses the field

    is_folded = True
    is_entered_anew = (
        False  # from another step: the focus is chosen again, so that nothing is typed into the last field
    )
    _drops_lines = False  # the rest of a paste of several lines goes nowhere, so that no field has the focus
    _scroll_hint = Content()
    _instruction = ""  # what to do here, shown until something is typed
    _refused: Settings | None = None  # the settings that Enter did not accept; the second time it accepts them

    def compose_body(self) -> ComposeResult:
        for name in self.step.settings + self.step.more:
            yield Field(DECLARATIONS[name], self.state, is_folded=name in self.step.more)
        if self.step.more:
            yield FoldToggle()

    def compose_below(self) -> ComposeResult:
        yield HelpPanel()

    def key_hints(self) -> Sequence[KeyHint]:
        hints: list[KeyHint] = [("Enter", self._effect_of_enter)]
        if (field := self._fixable_field()) and (fix := self.state.fix(field.declaration.name)):
            hints.append(fix_hint(fix, asks=self.state.asks_before(fix)))
        if self.step.id != "storage":
            hints.append(("Esc", "Back"))
        if self.step.more:
            hints.append(("F4", "More" if self.is_folded else "Fewer"))
        if "validate" in self.context.visited:
            hints.append(("F2", "Validate"))
        if self._has_buckets:
            hints.append(("F5", "Buckets"))
        if self._has_found:
            hints.append(("F5", "Start from…"))
        if "secretkey" in self.step.settings:
            hints += [("F3", "Show"), ("F6", "Policy")]
        return [*hints, ("F1", "Help"), ("F10", "Save"), ("^Q", "Quit")]

    def on_mount(self) -> None:
        if self._is_composed:
            self.watch(self.query_one("#body"), "scroll_y", self._update_scroll_hint, init=False)

    # --- drawing ---

    def intro(self) -> str:
        if self._has_found and not self.context.has_imported:
            return self._offer()
        return super().intro() if self.is_folded else ""  # the unfolded settings need its room

    @property
    def _has_found(self) -> bool:
        """Whether this step offers to start from what was found on this machine."""
        return self.step.id == "storage" and bool(self.context.found)

    def _offer(self) -> str:
        """What F5 starts from, on one line: in fewer words where it is narrow, and then with the end of the name."""
        first, *others = self.context.found
        more, one = (f" and {len(others)} more", "one") if others else ("", "it")
        columns = self.app.size.width - _AROUND_INTRO
        for start in ("Found on this machine", "Found"):
            offer = f"{start}: {first.name}{more}. Press F5 to start from {one}."
            if len(offer) <= columns:
                return offer
        short = f"Found: {{}}{more}. F5 imports {one}."
        return short.format(first.name_within(columns - len(short.format(""))))

    def update_body(self, *, overwrite_focused: bool) -> None:
        if self.state.first_problem(self.step) is None:
            self._instruction = ""  # a fix has corrected it
        asked = self.step.asks(self.state.settings)
        for field in self.query(Field):
            name = field.declaration.name
            field.display = name in asked if self.is_folded else name in self.step.more
            field.update_view(overwrite_focused=overwrite_focused)
        if self.step.more:
            self.query_one(FoldToggle).show(MORE_SETTINGS if self.is_folded else "Hide these settings")
        focused_field = self.focused_field()
        lacks_focus = self.focused is None and (overwrite_focused or not self._drops_lines)
        if self.is_entered_anew or lacks_focus or (focused_field and not focused_field.display):
            self.is_entered_anew = False
            self._focus_first_field()
        self.call_after_refresh(self._update_scroll_hint)
        self._update_help()

    def _update_help(self) -> None:
        """Shows the help of the focused field; that of the last one while the keys have the focus."""
        if (field := self.focused_field()) is None or not self._is_ready:
            return
        of_all_fields = [self._help_of(each) for each in self.visible_fields()]
        panel = self.query_one(HelpPanel)
        panel.show(self.state.label(field.declaration.name), self._help_of(field), of_all_fields)

    def _help_of(self, field: Field) -> Sequence[str]:
        """The help of a field in paragraphs. That of a folded one has its short help, too, which is not below it."""
        paragraphs = explanation(field.declaration, self.state.settings)
        return (field.declaration.help, *paragraphs) if field.is_folded else paragraphs

    def on_descendant_focus(self) -> None:
        self._update_help()
        self.call_after_refresh(self._show_focused_field)

    def _show_focused_field(self) -> None:
        """Scrolls to the focused field with its message, or to the start of one that is higher than the screen."""
        if self.is_current and (field := self.focused_field()):
            body = self.query_one("#body")
            body.scroll_to_widget(field, animate=False, top=field.size.height > body.size.height)

    def on_screen_suspend(self) -> None:
        """Hides secrets that are shown."""
        for field in self.query(Field):
            field.hide_secret()

    def visible_fields(self) -> Iterator[Field]:
        """The fields that are displayed, from the top."""
        return (field for field in self.query(Field) if field.display)

    def focused_field(self) -> Field | None:
        """The field that has the focus."""
        focused = self.focused
        return next((node for node in focused.ancestors if isinstance(node, Field)), None) if focused else None

    def _focus_first_field(self) -> None:
        """Focuses the first field. If the step has a problem: the first that has it or that was not visited yet."""
        fields = list(self.visible_fields())
        problem = self.state.first_to_correct(self.step)
        if problem is not None:
            visited = self.state.visited_settings - {problem}
            fields = [field for field in fields if field.declaration.name not in visited] or fields
        if fields:
            self.set_focus(fields[0].control)

    def focus_setting(self, name: str, task: str = "") -> None:
        """Shows the field of a setting and focuses it, once the screen has it; `task` says what to do there."""
        if not self._is_ready:
            if self._is_composed:
                self.call_after_refresh(self.focus_setting, name, task)
            return
        self.is_folded = self.is_folded and name not in self.step.more
        self._instruction = task
        self.update_view()
        field = self.query_one(f"#field-{name}", Field)
        self.set_focus(field.control)
        if (text_input := field.text_input) and text_input.is_refused_secret:
            text_input.select_all()  # what is typed replaces it, as a paste does

    def status(self) -> Content:
        if self._refused == self.state.settings:
            return Content.styled(f"Problem above. {CONTINUE_ANYWAY}", "$warning")
        if self._instruction:
            return Content.styled(self._instruction, "$warning")
        self._scroll_hint = scroll_hint(self.query_one("#body"))
        return self._scroll_hint or super().status()

    def _update_scroll_hint(self) -> None:
        """Says whether there is more than is shown, which is known once the layout is."""
        if self.is_current and scroll_hint(self.query_one("#body")) != self._scroll_hint:
            self.update_frame_beside_notice()

    # --- events and actions ---

    @on(Field.Edited)
    def _field_edited(self, event: Field.Edited) -> None:
        event.stop()
        self._instruction = ""
        for field in self.visible_fields():
            field.update_view()
        self.update_frame()
        self.call_after_refresh(self._show_focused_field)
        self.post_message(SettingsEdited())

    @property
    def _effect_of_enter(self) -> str:
        return (isinstance(self.focused, Choice) and self.focused.enter_effect) or "Next"

    @on(Choice.CursorMoved)
    def _cursor_moved(self) -> None:
        self.update_frame()

    def on_key(self, event: events.Key) -> None:
        """Filters the stores by what is typed on another choice, which has no use for letters."""
        if event.is_printable and event.character and event.character != " " and isinstance(self.focused, Choice):
            self._focus_stores(lambda stores: stores.type_text(event.character or ""))

    def on_paste(self, event: events.Paste) -> None:
        """Finds a store by a pasted address."""
        self._focus_stores(lambda stores: stores.paste_text(event.text))

    def _focus_stores(self, enter: Callable[[StoreChoice], None]) -> None:
        for stores in self.query(StoreChoice):
            self.set_focus(stores)
            enter(stores)

    def action_next(self) -> None:
        if isinstance(self.focused, Choice) and self.focused.choose():
            return
        self._instruction = ""
        self.state.mark_visited(self.step)
        problem = self.state.first_problem(self.step)
        can_be_saved = problem not in self.state.invalid_input
        if problem is None or (can_be_saved and self._refused == self.state.settings):
            self._refused = None
            self.post_message(NextStep(self.step))
            return
        self._refused = self.state.settings if can_be_saved else None
        self.focus_setting(problem)

    def action_next_line(self) -> None:
        """Focuses the next text field of this step for the next line of a paste; no field if there is none."""
        controls = [field.control for field in self.visible_fields()]
        following = controls[controls.index(self.focused) + 1 :] if self.focused in controls else []
        text_field = next((control for control in following if isinstance(control, Input)), None)
        self._drops_lines = text_field is None
        self.set_focus(text_field)

    def action_back(self) -> None:
        self._instruction = ""
        self.post_message(PreviousStep(self.step))

    def action_scroll(self, by: int) -> None:
        body = self.query_one("#body")
        (body.scroll_page_down if by > 0 else body.scroll_page_up)(animate=False)
        self.call_after_refresh(self._update_scroll_hint)

    def action_focus_field(self, by: int) -> None:
        self.focus_next("#body *") if by > 0 else self.focus_previous("#body *")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether an action is possible now."""
        del parameters
        match action:
            case "apply_fix":
                return self._fixable_field() is not None
            case "reveal" | "show_policy":
                return "secretkey" in self.step.settings
            case "list_choices":
                return self._has_buckets or self._has_found
            case "toggle_fold":
                return bool(self.step.more)
        return True

    def _fixable_field(self) -> Field | None:
        """The focused field if its problem has a fix, or else the first such field."""
        focused = self.focused_field()
        fields = [focused] if focused and focused.display else []
        fields += [field for field in self.visible_fields() if field is not focused]
        return next((field for field in fields if self.state.fix(field.declaration.name)), None)

    def action_apply_fix(self) -> None:
        field = self._fixable_field()
        fix = self.state.fix(field.declaration.name) if field else None
        if fix:
            self.post_message(ApplyFix(fix))

    def action_reveal(self) -> None:
        for field in self.visible_fields():
            if field.declaration.kind is Kind.SECRET:
                field.reveal_secret()

    @property
    def _has_buckets(self) -> bool:
        return "bucket" in self.step.asks(self.state.settings)

    def action_list_choices(self) -> None:
        self.post_message(ListFound() if self._has_found else ListBuckets())

    def action_show_policy(self) -> None:
        self.post_message(ShowPolicy())

    def action_toggle_fold(self) -> None:
        self.is_folded = not self.is_folded
        self.update_view()
        self._focus_first_field()
