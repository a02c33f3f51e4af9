"""Where somebody is on the walk: the settings as they stand, and all that is known of them. No face draws here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wizard import rules
from wizard.catalog.presets import apply_edit, apply_preset, preset_reasons
from wizard.catalog.providers import provider_of
from wizard.catalog.registries import Instruction, registry_of
from wizard.config import file as config_file
from wizard.model.findings import Finding, Fix, Severity, Value
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Settings, format_value
from wizard.rules.clean_input import clean_input
from wizard.session.field_message import FieldMessage, MessageKind
from wizard.session.steps import STEPS, Step

if TYPE_CHECKING:
    from wizard.validation.results import ReachabilityStatus, Report


@dataclass
class WizardState:
    """The one state of a walk. Faces read it, and change it only through its methods.

    `drafts` are texts that stand for no value yet, `touched` the settings whose problems may be told, `notes`
    what was cut off an input.
    """

    path: Path
    settings: Settings
    saved: Settings | None = None
    fingerprint: str = ""
    exposure: str = ""  # what others may do to the file, as in `others may … it`
    invalid_input: dict[str, str] = field(default_factory=dict)
    visited_settings: set[str] = field(default_factory=set)
    notes: dict[str, str] = field(default_factory=dict)
    reachability: ReachabilityStatus | None = None
    reachability_settings: Settings | None = None
    last_report: Report | None = None
    reported_at: datetime | None = None
    previous: Settings | None = field(init=False)  # what the file held before the last save
    has_saved: bool = False
    written: tuple[Settings, bool | None] | None = None  # what was saved last, and whether it was said to have passed
    backup: Path | None = None
    remarks: tuple[str, ...] = ()  # on the file that was there before the last save
    is_demo: bool = False
    save_error: str = ""
    current_step: str = STEPS[0].id  # the step in view
    initial_settings: Settings = field(init=False)
    _before_choosing: Settings | None = None

    def __post_init__(self) -> None:
        self.previous, self.initial_settings = self.saved, self.saved or self.settings

    @classmethod
    def open(cls, path: Path) -> WizardState:
        """The walk on a file; one that is not there yet gives the defaults. Raises `configfile.ConfigError`."""
        try:
            found = config_file.load(path)
        except config_file.NotFoundError:
            return cls(path, apply_preset(Settings(), "aws"))
        return cls(
            path, found.settings, found.settings, found.fingerprint, found.exposure, visited_settings=set(DECLARATIONS)
        )

    def start_demo(self, settings: Settings) -> None:
        """From now on this is a rehearsal, on a store whose settings are given."""
        self.settings = self.initial_settings = settings
        self.is_demo = True

    def resume(
        self, settings: Settings, invalid_input: Mapping[str, str], current_step: str, *, lacks_secret: bool
    ) -> None:
        """Goes on where somebody has left; a secret that was not kept has to be entered again."""
        self.settings, self.current_step = settings, current_step
        self.invalid_input.update(invalid_input)
        self.visited_settings.update(DECLARATIONS)
        if lacks_secret:
            self.notes["secretkey"] = "Enter it again: a draft keeps no secret."

    # --- changing ---

    def type(self, name: str, text: str) -> None:
        """A field's text as it stands now. What is no value yet is kept as a draft."""
        declaration = DECLARATIONS[name]
        tidied, note = clean_input(declaration, text)
        self.visited_settings.add(name)
        self.notes[name] = note
        try:
            value = declaration.parse(tidied)
        except ValueError:
            self.invalid_input[name] = text
            return
        self.invalid_input.pop(name, None)
        self._change({name: value})

    def set(self, name: str, value: Value) -> None:
        """A choice or a switch."""
        self.visited_settings.add(name)
        self._change({name: value})

    def apply_fix(self, fix: Fix) -> None:
        """Applies a fix."""
        for name in fix.set:
            self.visited_settings.add(name)
            self.invalid_input.pop(name, None)
            self.notes.pop(name, None)
        self._change(fix.set)

    def note(self, name: str, text: str) -> None:
        """What was cut off an input before it came here."""
        self.notes[name] = text

    def _change(self, changes: Mapping[str, Value]) -> None:
        provider = str(changes.get("provider", self.settings.provider))
        if provider == self.settings.provider:
            self._before_choosing, chosen = None, self.settings
        else:  # every preset on the way through the choices starts from the same settings, so that none leaves a trace
            before = self._before_choosing = self._before_choosing or self.settings
            chosen = before if provider == before.provider else apply_preset(before, provider)
        self.settings = apply_edit(chosen, changes)

    def touch(self, step: Step) -> None:
        """From now on the problems of this step's settings may be told."""
        self.visited_settings.update(step.settings + step.more)

    # --- knowing ---

    def label(self, name: str) -> str:
        """What a field is called: a store may ask for a name in its endpoint, and not for all of it."""
        ask = provider_of(self.settings).endpoint_variable
        return ask.label if ask and name == "regionendpoint" else DECLARATIONS[name].label

    def text(self, name: str) -> str:
        """What stands in the field: the draft, or the value as one types it. A secret in clear."""
        if name in self.invalid_input:
            return self.invalid_input[name]
        if name == "regionendpoint" and (asked := self._asked_name()):
            return asked
        value = self.settings[name]
        return value.reveal() if isinstance(value, Secret) else format_value(value)

    def _asked_name(self) -> str | None:
        """The name that was filled into the endpoint, where the store asks for one."""
        return provider_of(self.settings).endpoint_variable_in(self.settings.regionendpoint, self.settings.region)

    def line(self, name: str) -> FieldMessage:
        """The one line under a field: its problem if it has one, else what is worth knowing."""
        return self._problem(name) or self._remark(name) or FieldMessage(MessageKind.HELP, self._help(name))

    def _problem(self, name: str) -> FieldMessage | None:
        if name in self.invalid_input:
            return FieldMessage(MessageKind.ERROR, self._draft_problem(name))
        told = [*self._told_by_store(), *(rules.findings(self.settings) if name in self.visited_settings else ())]
        for severity in (Severity.ERROR, Severity.WARNING):
            for finding in told:
                if finding.setting == name and finding.severity is severity:
                    return FieldMessage(MessageKind.from_severity(severity), finding.text, finding.fix)
        return None

    def _draft_problem(self, name: str) -> str:
        try:
            DECLARATIONS[name].parse(self.invalid_input[name])
        except ValueError as problem:
            return str(problem)
        return ""

    def _told_by_store(self) -> list[Finding]:
        found = [self.reachability.finding] if self.reachability and self.is_reachability_current else []
        if self.report:
            found += [result.finding for result in self.report.results]
        return [finding for finding in found if finding is not None]

    def _remark(self, name: str) -> FieldMessage | None:
        registry = registry_of(self.settings.registry)
        if not registry.supports(name):
            return FieldMessage(MessageKind.HELP, f"{registry.title} goes by the endpoint instead.")
        if note := self.notes.get(name):
            return FieldMessage(MessageKind.NOTE, f"{self._help(name)} {note}")
        for finding in rules.findings(self.settings):
            if finding.setting == name and finding.severity is Severity.HINT:
                return FieldMessage(MessageKind.HINT, finding.text, finding.fix)
        if reason := preset_reasons(self.settings).get(name):
            return FieldMessage(MessageKind.REASON, reason)
        return None

    def _help(self, name: str) -> str:
        if name == "secretkey" and self.settings.secretkey:
            return f"{self.settings.secretkey.hint()}."
        if name == "registry":
            return registry_of(self.settings.registry).summary
        if name == "provider":
            return provider_of(self.settings).summary
        if name == "regionendpoint" and (ask := provider_of(self.settings).endpoint_variable):
            return self.settings.regionendpoint if self._asked_name() else ask.help
        return DECLARATIONS[name].help

    def fix(self, name: str) -> Fix | None:
        """What one key can do about what stands under a field."""
        fix = self.line(name).fix
        return fix if fix and fix.applies else None

    def first_problem(self, step: Step) -> str | None:
        """The first of a step's settings that is wrong."""
        wrong = {finding.setting for finding in rules.errors(self.settings)} | set(self.invalid_input)
        return next((name for name in (*step.asks(self.settings), *step.more) if name in wrong), None)

    def obstacle_to_listing(self) -> str:
        """Why the store cannot be asked yet which buckets it has; empty when it can."""
        return next((finding.text for finding in rules.errors(self.settings) if finding.setting != "bucket"), "")

    @property
    def is_dirty(self) -> bool:
        """Whether leaving now would lose something."""
        return self.settings != self.initial_settings or bool(self.invalid_input)

    @property
    def is_reachability_current(self) -> bool:
        """Whether what the last look at the store told is about the settings as they are."""
        return self.reachability_settings == self.settings

    @property
    def report(self) -> Report | None:
        """The last validation, when it was of the settings as they are."""
        return self.last_report if self.last_report and self.last_report.settings == self.settings else None

    @property
    def is_saved(self) -> bool:
        """Whether the file was written with the settings as they are, and with what is known of them."""
        return self.written == (self.settings, self._verdict)

    @property
    def _verdict(self) -> bool | None:
        return self.report.passed if self.report else None

    # --- the end ---

    def next_steps(self) -> tuple[Instruction, ...]:
        """What to do with the saved file."""
        if self.is_demo:
            return (
                Instruction("This was a rehearsal: its store ends with this program."),
                Instruction("For the real thing:", "storage-wizard"),
            )
        return registry_of(self.settings.registry).next_steps(self.settings, self.path)

    def record_reachability(self, seen: ReachabilityStatus, settings: Settings) -> None:
        """Keeps what one look at the store told of `settings`."""
        self.reachability, self.reachability_settings = seen, settings

    def forget_reachability(self) -> None:
        """The store has changed: what was seen of it is old."""
        self.reachability = self.reachability_settings = None

    def record_report(self, report: Report) -> None:
        """Keeps the outcome of a validation that has run to its end."""
        self.last_report, self.reported_at = report, datetime.now(UTC)

    def validation(self) -> config_file.Validation | None:
        """What the file will say of the validation; None before there was one."""
        if self.report is None or self.reported_at is None:
            return None
        return config_file.Validation(self.report.passed, self.reported_at, self.report.failed)

    def save(self) -> bool:
        """Writes the file; when that cannot be done nothing has changed, and `trouble` says why."""
        try:
            saved = config_file.save(self.path, self.settings, self.validation(), self.fingerprint)
        except config_file.ConflictError as error:
            self.save_error = f"{error} Enter again writes over it, keeping it as a backup."
            self._look_again()
            return False
        except config_file.ConfigError as error:
            self.save_error = str(error)
            return False
        self.fingerprint, self.exposure = saved.fingerprint, ""
        self.previous, self.saved, self.initial_settings = self.saved, self.settings, self.settings
        self.written = (self.settings, self._verdict)
        self.has_saved, self.backup, self.remarks, self.save_error = True, saved.backup, saved.remarks, ""
        return True

    def _look_again(self) -> None:
        """Somebody else has written the file: from now on differences are told against theirs."""
        try:
            found = config_file.load(self.path)
        except config_file.ConfigError:
            self.saved, self.fingerprint, self.exposure = None, "", ""
            return
        self.saved, self.fingerprint, self.exposure = found.settings, found.fingerprint, found.exposure
