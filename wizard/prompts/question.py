"""The prompt for one setting."""

from __future__ import annotations

from collections.abc import Callable

from wizard.catalog.providers import provider_of
from wizard.model.endpoint import with_scheme
from wizard.model.findings import Fix
from wizard.model.secret import abbreviate_key
from wizard.model.settings import DECLARATIONS, Kind, Settings
from wizard.model.url_credentials import has_url_credentials
from wizard.prompts.buckets import BucketList
from wizard.prompts.console import Console, list_index
from wizard.prompts.found import FoundList
from wizard.prompts.name_list import NameList, show_notes
from wizard.session.choices import choices_for
from wizard.session.explanation import explanation, listed_regions
from wizard.session.field_message import MessageKind
from wizard.session.state import WizardState
from wizard.session.texts import CONTINUE_ANYWAY
from wizard.text.sanitize import sanitize
from wizard.text.suggest import did_you_mean

_ON, _OFF = ("y", "yes", "on", "true", "1"), ("n", "no", "off", "false", "0")


class Question:
    """Asks for one setting until its value is valid, or until an error is confirmed by pressing Enter again."""

    def __init__(self, state: WizardState, console: Console, name: str) -> None:
        self._state, self._console = state, console
        self._declaration = DECLARATIONS[name]
        self._name = name
        self._buckets = BucketList(state, console, lambda name: Question(state, console, name).ask())
        self._found = FoundList(state, console)
        self._names = NameList(state, console, name) if name in ("registry", "provider") else None
        self._offered: Fix | None = None  # what `=` applies at the next answer
        self._said = ""  # the remark before the question, which is not repeated after the answer

    def ask(self) -> bool:
        """True to continue with the next question, False to go back to the previous one."""
        confirmed: Settings | None = None
        self._state.choices.clear()
        self._introduce()
        while True:
            answer = self._read()
            if answer.strip() == "<":
                return False
            if not self._enter(answer):
                continue
            offered_before = self._offered
            if self._show_message() is not MessageKind.ERROR:
                if self._offered in (None, offered_before):
                    return True
                self._console.say("Enter = to apply this, or press Enter to keep your value.", "  ")
                continue
            if self._name not in self._state.invalid_input and confirmed == self._state.settings:
                return True
            confirmed = self._state.settings
            self._console.say(CONTINUE_ANYWAY, "  ")

    def _enter(self, answer: str) -> bool:
        """Enters the answer into the state. Returns False if the question must be asked again."""
        match answer.strip():
            case "?":
                self._explain()
                return False
            case word if word.lower() == "help" and self._declaration.kind in (Kind.CHOICE, Kind.SWITCH):
                self._explain()
                return False
            case word if self._name == "provider" and self._names and word.startswith("?"):
                self._names.describe(word[1:].strip())
                return False
            case "=":
                return self._apply_offered()
            case "-":
                return self._clear()
            case "":
                self._state.visited_settings.add(self._name)
            case word if word.startswith("*") and (show := self._behind_asterisk()):
                show(word[1:].strip())
                return False
            case word if self._name == "bucket" and (name := self._buckets.name_at(word)):
                self._state.enter_text(self._name, name)
            case _:
                return self._enter_value(answer)
        return True

    def _behind_asterisk(self) -> Callable[[str], None] | None:
        """What follows an answer such as `*` or `*part`; None where the question has no list."""
        match self._name:
            case "registry":
                return self._found.start_from
            case "bucket":
                return self._buckets.show
            case "region":
                return self._list_regions
        return None

    def _apply_offered(self) -> bool:
        if self._offered is None:
            self._console.say("! No fix is offered here.", "  ")
            return False
        if (lost := self._state.lost_by(self._offered)) and not self._console.confirm_loss(lost):
            return False
        self._state.apply_fix(self._offered)
        return True

    def _clear(self) -> bool:
        if self._names is not None:
            self._console.say("! This cannot be blank. Enter a number or a name from the list.", "  ")
            return False
        self._state.enter_text(self._name, "")
        return True

    def _enter_value(self, answer: str) -> bool:
        match self._declaration.kind:
            case Kind.CHOICE:
                return (self._names.choose if self._names else self._choose)(answer.strip())
            case Kind.SWITCH if answer.strip().lower() in (*_ON, *_OFF):
                self._state.set_value(self._name, answer.strip().lower() in _ON)
            case Kind.SWITCH:
                self._console.say("! Answer on or off, or ? for help.", "  ")
                return False
            case _:
                self._state.enter_text(self._name, answer)
                self._complete_scheme()
        return True

    def _complete_scheme(self) -> None:
        """Adds the scheme to an endpoint without one, unless its port usually has the other scheme."""
        settings, fix = self._state.settings, self._state.message(self._name).fix
        completed = with_scheme(settings).regionendpoint
        is_certain = self._name == "regionendpoint" and completed != settings.regionendpoint
        if is_certain and fix and fix.set == {"regionendpoint": completed}:
            self._state.apply_fix(fix)
            state = "on" if settings.secure else "off"
            self._console.say(f"Completed to {sanitize(completed, 200)}, because HTTPS is {state}.", "  ")

    def _choose(self, answer: str) -> bool:
        choices = list(choices_for(self._name, self._state.settings))
        if (index := list_index(answer, len(choices))) is not None:
            answer = choices[index]
        if answer.lower() not in (choice.lower() for choice in choices):
            hint = (
                did_you_mean(answer, choices) or f" Enter a number from 1 to {len(choices)}, or a name from the list."
            )
            self._console.say(f"! Unknown choice: {sanitize(answer, 60)}.{hint}", "  ")
            return False
        self._state.set_value(self._name, next(choice for choice in choices if choice.lower() == answer.lower()))
        return True

    def _show_message(self) -> MessageKind:
        """Shows the message about the value, and the fix for its problem."""
        message = self._state.message(self._name)
        if self._declaration.kind is Kind.SECRET and self._state.settings.secretkey:
            self._console.say(f"{self._state.settings.secretkey.hint()}.", "  ")
            self._show_error_of_access_key()
        if message.kind is MessageKind.ERROR or (message.kind is not MessageKind.HELP and message.text != self._said):
            mark = {MessageKind.ERROR: "! ", MessageKind.WARNING: "Warning: "}.get(message.kind, "")
            self._console.say(f"{mark}{message.text}", "  ")
            self._said = message.text
        self._offer(message.fix)
        if message.kind is MessageKind.ERROR and not message.fix:
            self._offer_regions()
        return message.kind

    def _show_error_of_access_key(self) -> None:
        """What is wrong with the pair is shown at the access key, whose question is past."""
        message = self._state.message("accesskey")
        if message.kind is MessageKind.ERROR:
            self._console.say(f"! {message.text} Enter < to go back.", "  ")

    def _offer(self, fix: Fix | None) -> None:
        self._offered = fix if fix and fix.applies else None
        if self._offered:
            self._console.say(f"= {self._offered.text}", "  ")

    def _introduce(self) -> None:
        if self._names is not None:
            self._names.show()
            if self._name == "registry":
                self._found.offer()
        elif self._declaration.kind is Kind.CHOICE:
            choices = choices_for(self._name, self._state.settings)
            for number, (choice, title) in enumerate(choices.items(), 1):
                self._console.show(f"  {number:>2} {choice:<18}{title if title != choice else ''}".rstrip())
        else:
            message = self._state.message(self._name)
            self._said = message.text
            self._console.say(message.text, "  ")
            self._offer(message.fix)
            if self._name == "bucket":
                self._console.say("* list buckets", "  ")
            self._offer_regions()

    def _offer_regions(self) -> None:
        if self._name == "region" and listed_regions(self._state.settings):
            self._console.say("* list regions", "  ")

    def _list_regions(self, part: str) -> None:
        """Lists the known regions of the store whose name or place contains `part`."""
        text = ", ".join(listed_regions(self._state.settings, part))
        self._console.say(f"{text}." if text else "! No known region of the store contains that.", "  ")

    def _read(self) -> str:
        prompt = f"{self._state.label(self._name)} [{self._current_value()}]: "
        if self._declaration.kind is Kind.SECRET:
            return self._console.ask_secret(prompt.replace(" [", " (not shown) [", 1))
        if self._name == "accesskey":  # a paste may have the secret key in its second line
            return self._console.ask_single_line(prompt)
        return self._console.ask(prompt)

    def _current_value(self) -> str:
        if self._declaration.kind is Kind.SECRET:
            secret = self._state.settings.secretkey
            return secret.hint() if secret else ""
        text = sanitize(self._state.field_text(self._name))
        if has_url_credentials(self._name, text):
            return ""
        return abbreviate_key(text) if self._name == "accesskey" else text

    def _explain(self) -> None:
        for paragraph in explanation(self._declaration, self._state.settings):
            self._console.say(paragraph, "  ")
        if self._name in ("regionendpoint", "region", "bucket"):
            show_notes(self._console, provider_of(self._state.settings))
        if self._names is not None:
            self._names.explain()
