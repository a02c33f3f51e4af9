"""What the registry must be allowed to do: read, written to a file, or put on a user of IAM."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from wizard.catalog import policy
from wizard.files.errors import FileError
from wizard.files.replacing import write_file
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize
from wizard.tui.background import Crashed, PolicyAttached, PolicyRead, run_in_thread
from wizard.tui.theme import PASSED
from wizard.tui.widgets import frame
from wizard.tui.widgets.frame import Key, TextBlock


class _State(Enum):
    READING = auto()
    NAMING = auto()  # whose policy it is to be
    ASKING = auto()  # what that user has, or whether it may be put there
    COMPARING = auto()


_KEYS: dict[_State, Sequence[Key]] = {
    _State.READING: (("Enter", "Write a file"), ("^U", "Put on a user"), ("^D", "Documented/least"), ("Esc", "Back")),
    _State.NAMING: (("Enter", "Compare with what the user has"), ("Esc", "Back")),
    _State.ASKING: (("Esc", "Back"),),
    _State.COMPARING: (("Enter", "Put it there"), ("Esc", "Back")),
}


class PolicyDialog(ModalScreen[None]):
    """The policy, and the ways to where it serves. A user's is changed only after the difference was shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False, priority=True),
        Binding("enter", "go_on", show=False, priority=True),
        Binding("ctrl+d", "other", show=False, priority=True),
        Binding("ctrl+u", "name", show=False, priority=True),
        Binding("up", "scroll(-1)", show=False, priority=True),
        Binding("down", "scroll(1)", show=False, priority=True),
    ]
    AUTO_FOCUS = None

    def __init__(self, settings: Settings, config: Path) -> None:
        super().__init__()
        self._settings = settings
        self._file = config.with_name(f"{policy.NAME}.json")
        self._state = _State.READING
        self._documented = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("What the registry must be allowed to do", classes="dialog-title", markup=False)
            user = Input(placeholder="The registry's IAM user", compact=True, classes="filter", select_on_focus=False)
            user.cursor_blink = False
            yield user
            with VerticalScroll(classes="dialog-text", can_focus=False):
                yield TextBlock(id="policy")
            yield TextBlock(id="said")
            yield TextBlock(classes="dialog-keys", id="policy-keys")

    def on_mount(self) -> None:
        self._become(_State.READING, self._words())

    @property
    def _policy(self) -> policy.Policy:
        return (policy.documented if self._documented else policy.least_privilege)(self._settings)

    def _words(self) -> str:
        if not self._settings.bucket:
            return "The bucket is not named yet: go back to the Bucket step first."
        if self._documented:
            return "The one of Docker Trusted Registry's page. It leaves out what resumes and stops an upload."
        return "The least that works: nothing in it can be spared."

    def _become(self, state: _State, said: str, style: str = "$warning", shown: str | None = None) -> None:
        self._state = state
        user = self.query_one(Input)
        user.display = state is _State.NAMING
        if user.display:
            user.focus()
        text = policy.to_json(self._policy).rstrip("\n") if shown is None else shown
        self.query_one("#policy", TextBlock).say(Content(text))
        self.query_one("#said", TextBlock).say(Content.styled(said, style))
        self.query_one("#policy-keys", TextBlock).say(frame.key_row(_KEYS[state]))

    # --- what is done here ---

    def action_back(self) -> None:
        if self._state is _State.READING:
            self.dismiss()
        else:
            self._become(_State.READING, self._words())

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_other(self) -> None:
        if self._state is _State.READING:
            self._documented = not self._documented
            self._become(_State.READING, self._words())

    def action_name(self) -> None:
        if self._state is _State.READING and self._settings.bucket:
            self._become(_State.NAMING, "Your own credentials of the AWS command line are used, not the registry's.")

    def action_go_on(self) -> None:
        if not self._settings.bucket:
            return
        match self._state:
            case _State.READING:
                self._write()
            case _State.NAMING if self._user:
                self._become(_State.ASKING, f"Asking IAM about {sanitize(self._user, 64)} …")
                run_in_thread(self, self._read)
            case _State.COMPARING:
                self._become(_State.ASKING, "Putting it there …")
                run_in_thread(self, self._put)

    @property
    def _user(self) -> str:
        return self.query_one(Input).value.strip()

    def _write(self) -> None:
        try:
            write_file(self._file, policy.to_json(self._policy).encode())
        except FileError as error:
            self._become(_State.READING, str(error), "$error")
            return
        command = policy.put_command("USER", self._file).replace("\\\n  ", "")
        self._become(_State.READING, f"{PASSED} Written. Then: {sanitize(command, 300)}", "$success")

    # --- with IAM, in the background ---

    def _read(self) -> Iterator[Message]:
        from wizard.s3.iam import UserPolicy, UserPolicyError  # here, as boto3 comes with it

        try:
            there = UserPolicy(self._user, policy.NAME, self._settings.region)
            try:
                yield PolicyRead(there.read())
            finally:
                there.close()
        except UserPolicyError as error:
            yield PolicyRead(None, str(error))

    def _put(self) -> Iterator[Message]:
        from wizard.s3.iam import UserPolicy, UserPolicyError

        try:
            there = UserPolicy(self._user, policy.NAME, self._settings.region)
            try:
                there.write(policy.to_json(self._policy))
            finally:
                there.close()
        except UserPolicyError as error:
            yield PolicyAttached(str(error))
        else:
            yield PolicyAttached()

    @on(PolicyRead)
    def _compared(self, event: PolicyRead) -> None:
        if self._state is not _State.ASKING:
            return
        if event.problem:
            self._become(_State.NAMING, event.problem, "$error")
        elif event.before == self._policy:
            self._become(_State.READING, f"{PASSED} The user has this policy already.", "$success")
        else:
            lines = "\n".join(policy.diff(event.before, self._policy))
            self._become(_State.COMPARING, "This is what changes.", shown=lines)

    @on(PolicyAttached)
    def _was_put(self, event: PolicyAttached) -> None:
        if event.problem:
            self._become(_State.NAMING, event.problem, "$error")
        else:
            self._become(_State.READING, f"{PASSED} {policy.NAME} is on {sanitize(self._user, 64)}.", "$success")

    @on(Crashed)
    def _crashed(self, event: Crashed) -> None:
        raise event.error
