"""A dialog that shows the IAM policy for the registry, writes it to a file, or attaches it to an IAM user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from enum import Enum, auto
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
from textual.widgets import Input, Static

from wizard.catalog import policy
from wizard.catalog.registries import registry_of
from wizard.files.errors import FileError
from wizard.files.output import write_output_file
from wizard.files.written import describe_backup
from wizard.model.settings import Settings
from wizard.session import user_policies
from wizard.text.command_lines import command_lines
from wizard.text.sanitize import sanitize
from wizard.tui import screens
from wizard.tui.background import Crashed, PolicyAttached, PolicyRead, run_in_thread
from wizard.tui.keys import POLICY_KEYS
from wizard.tui.messages import PolicyWritten
from wizard.tui.terminal.glyphs import PASSED
from wizard.tui.terminal.textual_internals import FollowsTerminalSize
from wizard.tui.widgets import frame
from wizard.tui.widgets.frame import KeyHint
from wizard.tui.widgets.key_row import KeyRow
from wizard.tui.widgets.text_block import TextBlock


class _Mode(Enum):
    POLICY = auto()  # shows the policy
    USER = auto()  # asks for the name of the IAM user
    READING = auto()  # waits for the policy that the user has
    ATTACHING = auto()  # waits until the policy is attached
    CHANGES = auto()  # shows what changes, and asks for confirmation


_DOCUMENTED, _LEAST = "DTR policy", "Minimal"  # the other policy, which F6 leads to
_KEYS: Mapping[_Mode, Sequence[KeyHint]] = {
    _Mode.POLICY: (("Enter", "Save to file"), ("F5", "Attach"), ("F6", _DOCUMENTED), ("Esc", "Back")),
    _Mode.USER: (("Enter", "Review changes"), ("Esc", "Back")),
    _Mode.READING: (("Esc", "Back"),),
    _Mode.ATTACHING: (("Esc", "Back"),),
    _Mode.CHANGES: (("Enter", "Attach policy"), ("Esc", "Back")),
}


class PolicyDialog(FollowsTerminalSize, ModalScreen[None]):
    """Attaches the policy to a user only after it has shown what changes.

    IAM is called in background threads. A policy that was read before Esc was pressed, or of another user, is dropped.
    """

    CSS_PATH = "dialogs.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False, priority=True),
        Binding("enter", "enter", show=False, priority=True),
        Binding(POLICY_KEYS["switch"].binding, "switch_policy", show=False, priority=True),
        Binding(POLICY_KEYS["user"].binding, "enter_user", show=False, priority=True),
        Binding("up", "scroll(-1)", show=False, priority=True),
        Binding("down", "scroll(1)", show=False, priority=True),
        Binding("pageup", "scroll(-10)", show=False, priority=True),
        Binding("pagedown", "scroll(10)", show=False, priority=True),
    ]
    AUTO_FOCUS = ""

    def __init__(self, settings: Settings, config: Path) -> None:
        """`config` is the settings file; the policy is written beside it."""
        super().__init__()
        self._settings = settings
        self._config = config
        self._policy_name = policy.name_of(settings)
        self._policy_file = config.with_name(f"{self._policy_name}.json")
        self._mode = _Mode.POLICY
        self._is_documented = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            bucket = f"bucket {sanitize(self._settings.bucket, 63)}" if self._settings.bucket else "the registry"
            yield Static(f"IAM policy for {bucket}", classes="dialog-heading", markup=False)
            user = Input(placeholder="The registry's IAM user", compact=True, classes="filter", select_on_focus=False)
            user.cursor_blink = False
            user.display = False
            yield user
            with VerticalScroll(classes="dialog-text", can_focus=False):
                yield TextBlock(Content(self._policy_text), id="policy")
            yield TextBlock(Content.styled(self._description(), "$warning"), id="dialog-status")
        yield KeyRow(frame.key_row(self._keys), classes="dialog-keys", id="policy-keys")

    @property
    def _keys(self) -> Sequence[KeyHint]:
        """The keys of the mode, without those that this store or this registry has no use for."""
        unused = set() if policy.is_for_iam(self._settings) else {"Attach"}
        unused |= set() if self._has_other_policy else {_DOCUMENTED}
        used = [hint for hint in _KEYS[self._mode] if hint[1] not in unused]
        return [(key, _LEAST if self._is_documented and effect == _DOCUMENTED else effect) for key, effect in used]

    @property
    def _has_other_policy(self) -> bool:
        return registry_of(self._settings.registry).has_documented_policy

    @property
    def _policy(self) -> policy.Policy:
        return (policy.documented if self._is_documented else policy.least_privilege)(self._settings)

    @property
    def _policy_text(self) -> str:
        return policy.to_json(self._policy).rstrip("\n")

    def _description(self) -> str:
        if not self._settings.bucket:
            return "Enter a bucket name on the Bucket screen first."
        if self._is_documented:
            text = "The policy from the DTR docs. It lacks the permissions to resume and abort uploads."
        else:
            text = "Least privilege: every permission here is required."
        has_own_way = policy.is_for_iam(self._settings) or policy.attach_commands(self._settings, "", Path())
        return text if has_own_way else f"{text} This is an AWS IAM policy; this store may need a different format."

    def _show(self, mode: _Mode, status: str, style: str = "$warning", text: str | None = None) -> None:
        """Switches to a mode. `text` is shown in place of the policy."""
        self._mode = mode
        user = self.query_one(Input)
        user.display = mode is _Mode.USER
        if user.display:
            user.focus()
        elif user.has_focus:
            self.set_focus(None)
        shown = self._policy_text if text is None else text
        self.query_one("#policy", TextBlock).update(Content(shown))
        self.query_one("#dialog-status", TextBlock).update(Content.styled(status, style))
        self._update_keys()

    def _update_keys(self) -> None:
        keys = self.query_one("#policy-keys", KeyRow)
        keys.update(frame.key_row(self._keys, is_focused=keys.has_focus))

    def on_descendant_focus(self) -> None:
        """Shows whether the keys have the focus."""
        self._update_keys()

    def on_descendant_blur(self) -> None:
        """Shows whether the keys have the focus."""
        self._update_keys()

    # --- actions ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        """Whether an action is possible now."""
        del parameters
        match action:
            case "switch_policy":
                return self._mode is _Mode.POLICY and self._has_other_policy
            case "enter_user":
                return self._mode is _Mode.POLICY and bool(self._settings.bucket) and policy.is_for_iam(self._settings)
        return True

    def action_back(self) -> None:
        if self._mode is _Mode.POLICY:
            self.dismiss()
        else:
            self._show(_Mode.POLICY, self._description())

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_switch_policy(self) -> None:
        self._is_documented = not self._is_documented
        self._show(_Mode.POLICY, self._description())

    def action_enter_user(self) -> None:
        self._show(_Mode.USER, "Uses your own AWS CLI credentials, not the registry's.")

    def action_enter(self) -> None:
        """Does what the keys say, or opens the list of actions where they have the focus."""
        if isinstance(self.focused, KeyRow):
            screens.action_menu.open_action_menu(self, POLICY_KEYS)
        else:
            self.action_confirm()

    def action_confirm(self) -> None:
        if not self._settings.bucket:
            return
        user = self.query_one(Input).value.strip()
        match self._mode:
            case _Mode.POLICY:
                self._write_file()
            case _Mode.USER if user:
                self._show(_Mode.READING, f"Looking up {sanitize(user, 64)} …")
                run_in_thread(self, partial(_read_policy, user, self._settings))
            case _Mode.CHANGES:
                self._show(_Mode.ATTACHING, "Attaching the policy …")
                run_in_thread(self, partial(_attach_policy, user, self._settings, policy.to_json(self._policy)))

    def _write_file(self) -> None:
        try:
            data = policy.to_json(self._policy).encode()
            written = write_output_file(self._policy_file, data, self._config)
        except FileError as error:
            self._show(_Mode.POLICY, str(error), "$error")
            return
        attach = policy.attach_commands(self._settings, "USER", self._policy_file)
        commands = [command.replace("\\\n  ", "") for command in attach]
        self.post_message(PolicyWritten(" && ".join(commands)))
        backup = f" {describe_backup(written.backup)}" if written.backup else ""
        remarks = "".join(f" {remark}" for remark in written.remarks)
        width = self.query_one("#dialog-status").size.width
        then = "".join(f"\n{line}" for each in commands for line in command_lines(sanitize(each, 300), width))
        saved = f"{PASSED} Saved {sanitize(self._policy_file.name, 60)}.{backup}{remarks}"
        self._show(_Mode.POLICY, f"{saved} Next, run:{then}" if then else saved, "$success")

    # --- results of IAM ---

    def _is_awaited(self, user: str) -> bool:
        return self._mode is _Mode.READING and user == self.query_one(Input).value.strip()

    @on(PolicyRead)
    def _policy_read(self, event: PolicyRead) -> None:
        if not self._is_awaited(event.user):
            return
        if event.problem:
            self._show(_Mode.USER, event.problem, "$error")
        elif event.policy == self._policy:
            self._show(_Mode.POLICY, f"{PASSED} {event.owner} already has this policy.", "$success")
        else:
            changes = "\n".join(policy.diff(event.policy, self._policy))
            self._show(_Mode.CHANGES, f"Attach this policy to {event.owner}?", text=changes)

    @on(PolicyAttached)
    def _policy_attached(self, event: PolicyAttached) -> None:
        if event.problem:
            self._show(_Mode.USER, event.problem, "$error")
        else:
            attached = f"{PASSED} Attached {self._policy_name} to {sanitize(event.user, 64)}."
            self._show(_Mode.POLICY, attached, "$success")

    @on(Crashed)
    def _crashed(self, event: Crashed) -> None:
        raise event.error


# --- in the background ---


def _read_policy(user: str, settings: Settings) -> Iterator[Message]:
    from wizard.s3.iam import UserPolicy, UserPolicyError  # imported here: boto3 takes about 200 ms to import

    try:
        with closing(UserPolicy(user, policy.name_of(settings), settings.region)) as user_policy:
            yield PolicyRead(user, user_policy.read(), owner=str(user_policy.user()))
    except UserPolicyError as error:
        yield PolicyRead(user, None, str(error))


def _attach_policy(user: str, settings: Settings, text: str) -> Iterator[Message]:
    from wizard.s3.iam import UserPolicy, UserPolicyError  # imported here: boto3 takes about 200 ms to import

    try:
        with closing(UserPolicy(user, policy.name_of(settings), settings.region)) as user_policy:
            user_policies.attach(user_policy, text)
    except UserPolicyError as error:
        yield PolicyAttached(user, str(error))
    else:
        yield PolicyAttached(user)
