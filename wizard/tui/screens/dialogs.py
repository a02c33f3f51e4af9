"""Dialogs above a step: a text to read, and questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from wizard.model.endpoint import Endpoint, url_of
from wizard.model.findings import Fix
from wizard.model.settings import DECLARATIONS, Settings
from wizard.text.sanitize import sanitize
from wizard.tui.terminal.textual_internals import FollowsTerminalSize
from wizard.tui.widgets.choices import AnswerChoice
from wizard.tui.widgets.dialog_keys import DialogKeys


class MessageDialog(FollowsTerminalSize, ModalScreen[None]):
    """A text to read; Esc, Enter and F1 close it."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,f1", "dismiss", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
    ]

    def __init__(self, heading: str, text: Content) -> None:
        super().__init__()
        self._heading = heading
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._heading, classes="dialog-heading", markup=False)
            with VerticalScroll(classes="dialog-text", can_focus=False):
                yield Static(self._text, markup=False)
        yield DialogKeys((("↑↓", "Scroll"), ("Esc", "Back")))

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


class ChoiceDialog(FollowsTerminalSize, ModalScreen[str]):
    """A question. `answers` maps each result to its label; the first one is safe, and Esc chooses it."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "confirm", show=False, priority=True),
        Binding("escape", "cancel", show=False),
    ]
    AUTO_FOCUS = "#answers"
    EFFECT_OF_ESC: ClassVar[str] = "Cancel"

    def __init__(self, heading: str, text: str, answers: Mapping[str, str]) -> None:
        super().__init__()
        self._heading = heading
        self._text = text
        self._answers = dict(answers)

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(self._heading, classes="dialog-heading", markup=False)
            yield Static(self._text, classes="dialog-question", markup=False)
            yield AnswerChoice(self._answers, id="answers")
        yield DialogKeys((("↑↓", "Select"), ("Enter", "Confirm"), ("Esc", self.EFFECT_OF_ESC)))

    def action_confirm(self) -> None:
        self.dismiss(self.query_one("#answers", AnswerChoice).value)

    def action_cancel(self) -> None:
        self.dismiss(next(iter(self._answers)))


class QuitDialog(ChoiceDialog):
    """Asks before unsaved changes are left; its results are `stay` and `leave`."""

    def __init__(self, obstacle: str, left_out: Sequence[str]) -> None:
        """`obstacle` says why no draft can be kept; empty if one can. A draft does not keep the settings `left_out`."""
        exceptions = ", ".join(("the keys", *(DECLARATIONS[name].label for name in left_out)))
        lost = f"Your entries will be lost. {obstacle}"
        super().__init__(
            "Quit without saving?",
            lost if obstacle else f"Your entries (except {exceptions}) will be kept as a draft.",
            {"stay": "Keep editing", "leave": "Quit without saving" if obstacle else "Quit, keep draft"},
        )


class ResumeDialog(ChoiceDialog):
    """Asks at the start whether to resume a draft; its results are `resume` and `discard`."""

    EFFECT_OF_ESC = "Resume"

    def __init__(self, step_title: str, missing_keys: Sequence[str], left_out: str, changed: str) -> None:
        """`step_title` is the step to continue at; `missing_keys` are the settings that must be entered again.

        `left_out` is a sentence on other settings that the draft does not have, and `changed` one on a settings file
        that is another one now; each can be empty.
        """
        labels = " and the ".join(DECLARATIONS[name].label.lower() for name in missing_keys)
        secret = f"Drafts never contain keys. Re-enter the {labels} on the Keys screen." if labels else ""
        super().__init__(
            "Resume your draft?",
            " ".join(filter(None, ("You left without saving last time.", secret, left_out, changed))),
            {"resume": f"Resume at {step_title}", "discard": "Discard it"},
        )


class SaveAnywayDialog(ChoiceDialog):
    """Asks before settings are saved whose validation has failed; its results are `cancel` and `save`."""

    def __init__(self, failed: int) -> None:
        """`failed` is the number of failed checks; 0 if the validation was stopped."""
        number = f"{failed} check{'s' if failed > 1 else ''} failed" if failed else "Validation was stopped"
        super().__init__(
            "Save anyway?",
            f"{number}. The registry is unlikely to work with these settings. The file will record passed = false and "
            "the failed checks.",
            {"cancel": "Cancel", "save": "Save without passing validation"},
        )


class LowerSecurityDialog(ChoiceDialog):
    """Asks before a fix is applied that lowers security; its results are `cancel` and `apply`."""

    def __init__(self, fix: Fix, lost: Sequence[str]) -> None:
        """`lost` says what is given up, a sentence each."""
        super().__init__(
            "This lowers security. Apply it?",
            f"{fix.text}\n{' '.join(lost)}",
            {"cancel": "No, change nothing", "apply": "Yes, apply it"},
        )


class CreateBucketDialog(ChoiceDialog):
    """Asks before a bucket is created; its results are `cancel` and `create`."""

    def __init__(self, settings: Settings) -> None:
        bucket, host = sanitize(settings.bucket, 63), sanitize(Endpoint.parse(url_of(settings)).host, 80)
        super().__init__(
            "Create the bucket?",
            f'Create "{bucket}" on {host} in region {sanitize(settings.region, 40)}? Public access will be blocked if '
            "the store supports it. The bucket remains even if you quit without saving.",
            {"cancel": "Cancel", "create": "Create bucket"},
        )
