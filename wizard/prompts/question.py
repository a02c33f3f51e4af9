"""One setting as a question."""

from __future__ import annotations

from wizard.catalog.providers import provider_of
from wizard.model.secret import abbreviate_key
from wizard.model.settings import DECLARATIONS, Kind, Settings
from wizard.prompts.buckets import BucketList
from wizard.prompts.console import Console
from wizard.session.choices import choices_for
from wizard.session.field_message import MessageKind
from wizard.session.state import WizardState
from wizard.text.sanitize import did_you_mean, sanitize

_YES, _NO = ("y", "yes", "on", "true", "1"), ("n", "no", "off", "false", "0")


class Question:
    """Asks for one setting until it has a value that is right, or one that was insisted on."""

    def __init__(self, state: WizardState, console: Console, name: str) -> None:
        self._state, self._console = state, console
        self._declaration = DECLARATIONS[name]
        self._name = name
        self._buckets = BucketList(state, console)

    def ask(self) -> bool:
        """Whether to go on; false goes back."""
        insisted: Settings | None = None
        self._introduce()
        while True:
            answer = self._read()
            if answer.strip() == "<":
                return False
            if not self._heard(answer):
                continue
            if self._tell() is not MessageKind.ERROR:
                return True
            if self._name not in self._state.invalid_input and insisted == self._state.settings:
                return True
            insisted = self._state.settings
            self._console.say("Enter again goes on regardless.", "  ")

    def _heard(self, answer: str) -> bool:
        """Gives the walk what was answered; false when it must be asked again."""
        match answer.strip():
            case "?":
                self._explain()
                return False
            case "=" if fix := self._state.fix(self._name):
                self._state.apply_fix(fix)
            case "-":
                self._state.enter_text(self._name, "")
            case "":
                self._state.visited_settings.add(self._name)
            case word if self._name == "bucket" and word.startswith("*"):
                self._buckets.show(word[1:].strip())
                return False
            case word if self._name == "bucket" and (name := self._buckets.named(word)):
                self._state.enter_text(self._name, name)
            case _:
                return self._take(answer)
        return True

    def _tell(self) -> MessageKind:
        """What is worth knowing of the answer."""
        line = self._state.message(self._name)
        if self._declaration.kind is Kind.SECRET and self._state.settings.secretkey:
            self._console.say(f"{self._state.settings.secretkey.hint()}.", "  ")
        if line.kind is not MessageKind.HELP:
            mark = {MessageKind.ERROR: "! ", MessageKind.WARNING: "Warning: "}.get(line.kind, "")
            self._console.say(f"{mark}{line.text}", "  ")
        if line.fix and line.fix.applies:
            self._console.say(f"= {line.fix.text}", "  ")
        return line.kind

    def _introduce(self) -> None:
        if self._declaration.kind is Kind.CHOICE:
            options = choices_for(self._name, self._state.settings)
            for number, (word, title) in enumerate(options.items(), 1):
                self._console.show(f"  {number:>2} {word:<18}{title if title != word else ''}".rstrip())
        else:
            line = self._state.message(self._name)
            self._console.say(line.text, "  ")
            if self._name == "bucket":
                self._console.say("* lists the buckets that these keys may see.", "  ")

    def _read(self) -> str:
        prompt = f"{self._state.label(self._name)} [{self._default()}]: "
        if self._declaration.kind is Kind.SECRET:
            return self._console.ask_secret(prompt.replace(" [", " (not shown) [", 1))
        return self._console.ask(prompt)

    def _default(self) -> str:
        if self._declaration.kind is Kind.SECRET:
            secret = self._state.settings.secretkey
            return secret.hint() if secret else ""
        text = sanitize(self._state.field_text(self._name))
        return abbreviate_key(text) if self._name == "accesskey" else text

    def _take(self, answer: str) -> bool:
        """Gives the walk the answer; false when it must be asked again, for a reason that was told."""
        match self._declaration.kind:
            case Kind.CHOICE:
                return self._choose(answer.strip())
            case Kind.SWITCH if answer.strip().lower() in (*_YES, *_NO):
                self._state.set_value(self._name, answer.strip().lower() in _YES)
            case Kind.SWITCH:
                self._console.say("! Answer on or off.", "  ")
                return False
            case _:
                self._state.enter_text(self._name, answer)
        return True

    def _choose(self, answer: str) -> bool:
        words = list(choices_for(self._name, self._state.settings))
        if answer.isdecimal() and 1 <= int(answer[:4]) <= len(words):
            answer = words[int(answer) - 1]
        if answer.lower() not in (word.lower() for word in words):
            hint = did_you_mean(answer, words) or f" Answer 1 to {len(words)}, or a word of the list."
            self._console.say(f"! There is no {sanitize(answer, 60)}.{hint}", "  ")
            return False
        self._state.set_value(self._name, next(word for word in words if word.lower() == answer.lower()))
        return True

    def _explain(self) -> None:
        self._console.say(self._declaration.about, "  ")
        if self._name in ("provider", "regionendpoint", "region", "bucket"):
            for note in provider_of(self._state.settings).notes:
                self._console.say(f"- {note.text} ({note.source})", "  ")
