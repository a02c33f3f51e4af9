"""Asks whether to verify the running registry after saving, and shows the result."""

from __future__ import annotations

from wizard.catalog.registries import registry_of
from wizard.console.progress_line import verify_with_progress
from wizard.console.signals import stop_on_signals
from wizard.model.settings import Kind
from wizard.prompts.console import Console, InputEndedError
from wizard.session.registry_access import ENTRIES, PASSWORD, URL, USERNAME, AccessError, RegistryAccess
from wizard.session.state import WizardState
from wizard.text.sanitize import sanitize
from wizard.validation.time_limit import TimeLimit
from wizard.verification.run import Target
from wizard.verification.summary import verdict

_EXPLANATION = (
    "Yes asks for the URL of the registry, and then pushes a tiny image, pulls it and deletes it. No ends the wizard; "
    "the settings are saved already."
)
_NOTICE = "Stopping and removing the test image …\n"


class RegistryVerification:
    """Everything is saved already: the end of the input ends only these questions."""

    def __init__(self, state: WizardState, console: Console) -> None:
        self._state, self._console = state, console

    def offer(self) -> None:
        """Asks until a verification has passed, or no other one is wanted."""
        try:
            self._console.say("The registry can be verified after its restart.")
            question = "Verify the registry now?"
            while self._console.ask_yes_no(question, _EXPLANATION):
                if self._verify(self._target()):
                    return
                question = "Verify it again?"
        except InputEndedError:
            return

    def _target(self) -> Target:
        """Asks for each entry; again from the first one if one is wrong."""
        access = self._state.registry_access or RegistryAccess(self._state.known_registry_url)
        while True:
            for entry in ENTRIES:
                if entry is not PASSWORD or access.username:
                    shown = access.password.hint() if entry is PASSWORD and access.password else ""
                    shown = shown if entry.kind is Kind.SECRET else sanitize(access.text(entry))
                    self._console.say(self._help_of(entry.name, entry.help), "  ")
                    hidden = " (not shown)" if entry.kind is Kind.SECRET else ""
                    prompt = f"{entry.label}{hidden} [{shown}]: "
                    ask = self._console.ask_secret if entry.kind is Kind.SECRET else self._console.ask_single_line
                    answer = ask(prompt)
                    if answer.strip():
                        access = access.with_text(entry, "" if answer.strip() == "-" else answer)
                if entry is USERNAME and not access.username:
                    access = access.with_text(PASSWORD, "")
            try:
                target = access.target(self._state.settings, self._state.path)
            except AccessError as error:
                self._console.say(f"! {error}", "  ")
                access = access.with_text(URL, "") if error.entry == URL.name else access  # it can have a password
            else:
                self._state.registry_access = access
                return target

    def _help_of(self, name: str, text: str) -> str:
        usual = registry_of(self._state.settings.registry).usual_url
        return f"{text} Usually like {usual}." if name == URL.name else text

    def _verify(self, target: Target) -> bool:
        with stop_on_signals(_NOTICE) as stop:
            report = verify_with_progress(target, stop.event, TimeLimit())
        self._console.say(verdict(report))
        if stop.is_set():
            raise SystemExit(stop.exit_status)
        return report.passed
