"""The steps as questions, the checks as lines, and the same save."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.catalog.registries import registry_of
from wizard.config import file as config_file
from wizard.console.check_output import stop_on_signals
from wizard.console.progress_line import validate_with_progress
from wizard.model.findings import Fix
from wizard.model.secret import abbreviate_key
from wizard.model.settings import Settings
from wizard.prompts.console import Console
from wizard.prompts.question import Question
from wizard.session import buckets, draft
from wizard.session.draft import Draft
from wizard.session.equivalent_command import configure_command
from wizard.session.state import WizardState
from wizard.session.steps import STEPS, Step
from wizard.text.sanitize import sanitize

_DEADLINE = 60.0  # seconds
_INTRO = (
    "storage-wizard, line by line. Enter takes what stands in [brackets]; ? explains; < goes back; - clears; "
    "= takes over a fix that is offered. Ctrl+C leaves."
)


class PromptWizard:
    """One walk, question by question."""

    def __init__(self, state: WizardState, console: Console) -> None:
        self._state, self._console = state, console
        self._opened: set[str] = set()  # steps whose further settings are wanted

    def run(self, found: Draft | None) -> int:
        """The walk from its start to its end; the exit status."""
        self._console.say(_INTRO)
        if self._state.is_demo:
            self._console.say("A rehearsal: the store runs inside this program, nothing else is touched.")
        if found is not None:
            self._offer(found)
        at = self._first_place()
        while True:
            self._ask_from(at)
            if self._prove() and self._save():
                return 0
            at = -1  # the last question

    def _offer(self, found: Draft) -> None:
        self._console.say("There is a draft of what was entered last time and not saved.")
        if self._yes("Go on with it?", default=True):
            found.resume(self._state)
            if found.lacks_secret and not self._state.settings.secretkey:
                self._console.say("Its secret key was not kept: enter it again.")
                Question(self._state, self._console, "secretkey").ask()
        else:
            draft.delete(self._state.path)

    def _yes(self, question: str, *, default: bool) -> bool:
        answer = self._console.ask(f"{question} [{'Y/n' if default else 'y/N'}] ").strip().lower()
        return answer in ("y", "yes") if answer else default

    # --- asking ---

    def _places(self) -> list[tuple[Step, str]]:
        """All questions as things stand: the settings of each step, and before its further ones whether to see them."""
        return [(step, name) for step in STEPS if step.applies(self._state.settings) for name in self._of(step)]

    def _of(self, step: Step) -> Iterator[str]:
        yield from step.asks(self._state.settings)
        if step.more:
            yield ""
        if step.id in self._opened:
            reads = registry_of(self._state.settings.registry).supports
            yield from (name for name in step.more if reads(name))

    def _first_place(self) -> int:
        """The first question of the step where somebody has left; behind the last where all was answered."""
        places = self._places()
        behind = len(places) if self._state.current_step in ("validate", "save") else 0
        return next((n for n, (step, _) in enumerate(places) if step.id == self._state.current_step), behind)

    def _ask_from(self, at: int) -> None:
        """Asks one question after another; `<` goes to the one before. -1 is the last."""
        places = self._places()
        at, said = at if at >= 0 else len(places) + at, ""
        while at < len(places):
            step, name = places[at]
            if step.id != said:
                self._head(step)
                said = step.id
            self._state.current_step = step.id
            goes_on = Question(self._state, self._console, name).ask() if name else self._ask_for_more(step)
            places = self._places()
            here = places.index((step, name))
            at = here + 1 if goes_on else max(0, here - 1)

    def _head(self, step: Step) -> None:
        shown = [step for step in STEPS if step.applies(self._state.settings)]
        self._console.say(f"\nStep {shown.index(step) + 1} of {len(shown)}: {step.title}")
        self._console.say(step.intro)

    def _ask_for_more(self, step: Step) -> bool:
        answer = self._console.ask("More: path style, encryption, storage class, sizes? [y/N] ").strip().lower()
        if answer == "<":
            return False
        if answer in ("y", "yes"):
            self._opened.add(step.id)
        else:
            self._opened.discard(step.id)
        return True

    # --- proving ---

    def _prove(self) -> bool:
        """Validates until it has passed, or is to be saved all the same; false goes back to the questions."""
        self._state.current_step = "validate"
        self._head(next(step for step in STEPS if step.id == "validate"))
        while True:
            passed = self._validate()
            if passed:
                return True
            fixes = self._fixes()
            for number, fix in enumerate(fixes, 1):
                self._console.say(f"{number} applies: {fix.text}", "  ")
            ways = [f"1-{len(fixes)} applies a fix" if len(fixes) > 1 else "1 applies the fix"] if fixes else []
            ways += ["Enter validates again", "< goes back", "s saves unproven", "q leaves"]
            if not self._again(", ".join(ways), fixes):
                return self._state.current_step == "save"

    def _again(self, ways: str, fixes: list[Fix]) -> bool:
        """Asks what now; true for another validation."""
        while True:
            answer = self._console.ask(f"{ways}: ").strip().lower()
            if answer == "":
                return True
            if answer == "<":
                return False
            if answer == "s":
                self._state.current_step = "save"
                return False
            if answer == "q":
                raise KeyboardInterrupt
            if answer.isdecimal() and 1 <= int(answer[:3]) <= len(fixes):
                self._apply(fixes[int(answer) - 1])
                return True

    def _apply(self, fix: Fix) -> None:
        if not fix.creates_bucket:
            self._state.apply_fix(fix)
        elif problem := buckets.create(self._state.settings):
            self._console.say(f"The bucket was not created. {problem.text}", "  ")

    def _validate(self) -> bool:
        with stop_on_signals() as stop:
            report = validate_with_progress(self._state.settings, stop, _DEADLINE, by_line=True)
        if stop.is_set():
            raise KeyboardInterrupt
        self._state.record_report(report)
        return report.passed

    def _fixes(self) -> list[Fix]:
        report = self._state.report
        found = [result.finding.fix for result in report.results if result.finding] if report else []
        fixes = [fix for fix in found if fix is not None and (fix.applies or fix.creates_bucket)]
        return [fix for place, fix in enumerate(fixes) if fix not in fixes[:place]]

    # --- saving ---

    def _save(self) -> bool:
        """Shows the file and writes it; false goes back to the questions."""
        state = self._state
        state.current_step = "save"
        self._head(next(step for step in STEPS if step.id == "save"))
        self._console.show(config_file.render_redacted(state.settings, state.validation()).rstrip("\n"))
        for name, remark in (config_file.difference(state.saved, state.settings) if state.saved else {}).items():
            self._console.say(f"{name} {remark}", "  ")
        if state.exposure:
            self._console.say(f"Now others may {state.exposure}. Saved, it is readable by you alone (0600).")
        while True:
            answer = self._console.ask(f"Save it as {sanitize(state.path)}? [Y/n, < goes back] ").strip().lower()
            if answer == "<" or answer.startswith("n"):
                return False
            if state.save():
                break
            self._console.say(f"! {state.save_error}")
        self._said_goodbye()
        return True

    def _said_goodbye(self) -> None:
        state = self._state
        backup = f" What was there before: {sanitize(state.backup.name)}." if state.backup else ""
        self._console.say(f"{sanitize(state.path)} is written, readable by you alone (0600).{backup}")
        for remark in state.remarks:
            self._console.say(f"! {remark}")
        for step in state.next_steps():
            self._console.show(f"{step.text} {step.command}".strip())
        if not state.is_demo:
            shown: Settings = state.settings.replace({"accesskey": abbreviate_key(state.settings.accesskey)})
            self._console.say("The same without questions, the secret key on standard input:")
            self._console.show(sanitize(configure_command(shown, state.path), 1000))
