"""The wizard as a sequence of questions, with validation and saving at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wizard.catalog import policy
from wizard.catalog.registries import registry_of
from wizard.catalog.registries.next_steps import config_flag
from wizard.config.file import saved_sentence
from wizard.config.render import difference, render_redacted
from wizard.console.exit_status import ExitStatus
from wizard.console.progress_line import validate_with_progress
from wizard.console.signals import finish_before_signals, stop_on_signals
from wizard.model.fields_to_correct import field_to_correct
from wizard.model.findings import Cause, Fix
from wizard.prompts.console import NO_BREAK, Console, list_index
from wizard.prompts.question import Question
from wizard.session import buckets, draft
from wizard.session.draft import Draft, DraftKeeper
from wizard.session.equivalent_command import display_command, display_heading
from wizard.session.state import WizardState
from wizard.session.steps import Step, applicable_steps, step_named
from wizard.session.texts import MORE_SETTINGS, demo_notice, file_exposed
from wizard.text.sanitize import sanitize, sanitize_command
from wizard.validation.results import Result, Status
from wizard.validation.summary import main_failure, verdict
from wizard.validation.time_limit import TimeLimit

_LAST = -1  # the index of the last question
_EXPLANATIONS = {  # of the answers after a failed validation that their short names do not explain
    "p": "shows the permissions that the registry's user needs",
    "Enter": "validates the same settings again",
    "<": "goes back to the questions",
    "s": "saves settings that have not passed; asks first",
    "q": "quits without saving, and keeps a draft",
}
_INTRO = "storage-wizard (line prompts). Enter accepts [default], ? help, < back, - clear, = apply fix, Ctrl+C quit"


class PromptWizard:
    """One run of the line prompts."""

    def __init__(self, state: WizardState, console: Console) -> None:
        self._state, self._console = state, console
        self.drafts = DraftKeeper(state)
        self._expanded: set[str] = set()  # ids of the steps whose optional settings are asked for too

    def run(self, found: Draft | None) -> ExitStatus:
        """Asks until the settings are saved. `found` is a draft to offer."""
        self._console.say(_INTRO)
        if self._state.is_demo:
            self._console.say(demo_notice(self._state.path))
        if found is not None:
            self._offer(found)
        index = self._first_question()
        while True:
            self._ask_from(index)
            if self._validate_until_accepted() and self._save():
                return ExitStatus.DONE
            index = _LAST

    def _offer(self, found: Draft) -> None:
        self._console.say("You left without saving last time.")
        if change := found.change_of_file(self._state.saved):
            self._console.say(change)
        explanation = "Yes continues with what you entered. No deletes the draft."
        if self._console.ask_yes_no("Resume your unsaved draft?", explanation, default=True):
            found.resume(self._state)
            missing = found.missing_keys(self._state.saved)
            if missing:
                self._console.say("The keys were not saved; enter them again.")
            if left_out := draft.left_out_sentence(found.left_out):
                self._console.say(left_out)
            if all(Question(self._state, self._console, name).ask() for name in missing):
                self._state.current_step = found.step_once_keys_are_entered
        else:
            draft.delete(self._state.real_path)

    # Questions

    def _questions(self) -> list[tuple[Step, str]]:
        """All questions for the current settings: the step, and the setting or "" for whether to show more settings."""
        return [(step, name) for step in applicable_steps(self._state.settings) for name in self._names(step)]

    def _names(self, step: Step) -> Iterator[str]:
        yield from step.asks(self._state.settings)
        if step.more:
            yield ""
        if step.id in self._expanded:
            registry = registry_of(self._state.settings.registry)
            yield from (name for name in step.more if registry.supports(name))

    def _first_question(self) -> int:
        """The index of the first question of the current step; the number of questions if all were answered."""
        questions = self._questions()
        default = len(questions) if self._state.current_step in ("validate", "save") else 0
        return next((i for i, (step, _) in enumerate(questions) if step.id == self._state.current_step), default)

    def _ask_from(self, index: int) -> None:
        """Asks one question after another, or the one before after `<`."""
        questions = self._questions()
        index, step_in_view = index % len(questions) if index == _LAST else index, ""
        while index < len(questions):
            step, name = questions[index]
            if step.id != step_in_view:
                self._show_step(step)
                step_in_view = step.id
            self._state.current_step = step.id
            continues = Question(self._state, self._console, name).ask() if name else self._ask_for_more(step)
            self.drafts.keep()
            questions = self._questions()  # an answer can add and remove questions, but none before its own
            index = questions.index((step, name))
            index = index + 1 if continues else max(0, index - 1)

    def _show_step(self, step: Step) -> None:
        applicable = applicable_steps(self._state.settings)
        title, intro = step.heading(self._state.settings)
        self._console.say(f"\nStep {applicable.index(step) + 1} of {len(applicable)}: {title}")
        self._console.say(intro)

    def _ask_for_more(self, step: Step) -> bool:
        registry = registry_of(self._state.settings.registry)
        labels = ", ".join(self._state.label(name) for name in step.more if registry.supports(name))
        explanation = f"Yes asks for these as well: {labels}. No keeps their values, which suit most setups."
        answer = self._console.ask_yes_no(f"{MORE_SETTINGS}?", explanation, can_go_back=True)
        if answer is None:
            return False
        if answer:
            self._expanded.add(step.id)
        else:
            self._expanded.discard(step.id)
        return True

    # Validation

    def _validate_until_accepted(self) -> bool:
        """Validates until the settings pass or are to be saved anyway. Returns False to go back to the questions."""
        self._state.current_step = "validate"
        self._show_step(step_named("validate"))
        while True:
            if self._validate():
                return True
            offered = self._offered_fixes()
            for number, (result, fix) in enumerate(offered, 1):
                of_warning = f'Warning of "{result.check.title}": ' if result.status is Status.WARNING else ""
                self._console.say(f"[{number}] {of_warning}{fix.text}", "  ")
            field = self._field_to_correct()
            options = self._options([result.status for result, _ in offered], field)
            if not self._ask_to_validate_again(options, [fix for _, fix in offered], field):
                return self._state.current_step == "save"

    def _field_to_correct(self) -> str:
        """The name of the setting that the first failure leads to; empty if there is none."""
        failure = main_failure(self._state.report.results) if self._state.report else None
        return field_to_correct(failure, self._state.settings) if failure else ""

    def _options(self, statuses: Sequence[Status], field: str) -> dict[str, str]:
        """What each answer after a failed validation does, the best remedy first.

        `statuses` are those of the checks whose fixes are offered; the fix of a warning does not correct the failure.
        """
        number, fixes = "1" if len(statuses) == 1 else f"1-{len(statuses)}", {}
        if Status.FAILED in statuses:
            fixes = {number: "apply the fix" if len(statuses) == 1 else "apply a fix"}
        options = dict(fixes)
        options |= {"p": "show the policy"} if self._lacks_permission() else {}
        options |= {"e": f"edit {self._state.label(field)}"} if field else {}
        if statuses and not fixes:
            options |= {number: f"apply {'the' if len(statuses) == 1 else 'a'} fix of a warning"}
        return options | {"Enter": "validate again", "<": "back", "s": "save anyway", "q": "quit"}

    def _lacks_permission(self) -> bool:
        failure = main_failure(self._state.report.results) if self._state.report else None
        return failure is not None and failure.cause is Cause.ACCESS_DENIED and self._state.settings.type == "s3"

    def _ask_to_validate_again(self, options: dict[str, str], fixes: list[Fix], field: str) -> bool:
        """Asks what to do after a failed validation. Returns True to validate again."""
        prompt = "  ".join(f"[{answer}] {action}".replace(" ", NO_BREAK) for answer, action in options.items())
        while True:
            answer = self._console.ask(f"{prompt}: ").strip().lower()
            if answer == "":
                self._console.say("Validating again.")
                return True
            if answer == "<":
                return False
            if answer == "s":
                explanation = "Yes saves settings with which the registry may not work. No asks again what to do."
                if not self._console.ask_yes_no("Save without passing validation?", explanation):
                    continue
                self._state.current_step = "save"
                return False
            if answer == "q":
                raise KeyboardInterrupt
            if answer == "e" and field and Question(self._state, self._console, field).ask():
                return True
            if (index := list_index(answer, len(fixes))) is not None and self._apply(fixes[index]):
                return True
            if index is None:
                self._explain(answer, options)

    def _explain(self, answer: str, options: dict[str, str]) -> None:
        """Shows what an answer asks to see, or what is possible where it is none."""
        if answer == "p" and "p" in options:
            self._show_policy()
        elif answer in ("?", "help"):
            for each in options:
                self._console.show(f"  {each:<6} {_EXPLANATIONS.get(each) or options[each]}")
        elif answer not in options:
            self._console.say(f"! Enter {', '.join(options)} or ?.", "  ")

    def _show_policy(self) -> None:
        settings = self._state.settings
        command = sanitize_command(f"storage-wizard policy{config_flag(self._state.path)}")
        text = f"The registry's user needs this policy. Once the settings are saved, this prints it: {command}"
        self._console.say(text, "  ")
        self._console.show(policy.to_json(policy.least_privilege(settings)).rstrip("\n"))
        if remark := policy.other_way(settings):
            self._console.say(remark, "  ")

    def _apply(self, fix: Fix) -> bool:
        """Applies a fix. Returns False if it lowers security and the user does not want that."""
        if not fix.creates_bucket:
            if (lost := self._state.lost_by(fix)) and not self._console.confirm_loss(lost):
                return False
            self._state.apply_fix(fix)
            return True
        with stop_on_signals() as stop:
            self._console.say(buckets.create_bucket(self._state.settings, stop.event).sentences, "  ")
        if stop.is_set():
            raise SystemExit(stop.exit_status)
        return True

    def _validate(self) -> bool:
        with stop_on_signals() as stop:
            report = validate_with_progress(self._state.settings, stop.event, TimeLimit(), by_line=True)
        if stop.is_set():
            raise SystemExit(stop.exit_status)
        self._state.record_report(report)
        self._console.say(verdict(report))
        return report.passed

    def _offered_fixes(self) -> list[tuple[Result, Fix]]:
        """The fixes that can be applied, each once: those of failures, and after them those of warnings."""
        results = self._state.report.results if self._state.report else ()
        offered: list[tuple[Result, Fix]] = []
        for result in sorted(results, key=lambda result: result.status is not Status.FAILED):
            fix = result.finding.fix if result.finding else None
            if fix and fix.applies and fix not in (other for _, other in offered):
                offered.append((result, fix))
        return offered

    # Saving

    def _save(self) -> bool:
        """Shows the file and saves it. Returns False to go back to the questions."""
        state = self._state
        state.current_step = "save"
        self._show_step(step_named("save"))
        self._console.show_file(render_redacted(state.settings, state.validation(), source=state.source).rstrip("\n"))
        before = state.settings_before
        for name, remark in (difference(before, state.settings) if before else {}).items():
            self._console.say(f"{name} {remark}", "  ")
        for remark in state.image_remarks(with_report=False):
            self._console.say(remark)
        if move := state.move_images():
            self._console.say(move.text)
            self._console.show_command(move.command)
        if state.exposure:
            exposed = file_exposed(state.exposure)
            self._console.say(f"{exposed[0].upper()}{exposed[1:]} now; saving makes it private (0600).")
        for doubt in state.doubts:
            self._console.say(doubt)
        while True:
            explanation = "Yes writes the file that is shown above. No goes back to the questions."
            question = f"Save as {sanitize(state.path)}?"
            if not self._console.ask_yes_no(question, explanation, default=True, can_go_back=True):
                return False
            with finish_before_signals(state.path):
                has_saved = state.save()
                self._console.say(saved_sentence(state.path, state.backup) if has_saved else f"! {state.save_error}")
            if has_saved:
                break
        self._show_next_steps()
        return True

    def _show_next_steps(self) -> None:
        state = self._state
        for remark in state.remarks:
            self._console.say(f"Note: {remark}")
        for step in state.next_steps():
            self._console.say(step.text)
            if step.command:
                self._console.show_command(step.command)
        if not state.is_demo:
            self._console.say(display_heading(state.settings, "questions"))
            self._console.show_command(display_command(state.settings, state.path))
        if state.can_verify:
            from wizard.prompts.verification import RegistryVerification  # imported here: most runs end before

            RegistryVerification(state, self._console).offer()
