"""Where somebody is on the walk: the settings as they stand, and all that is known of them. No face draws here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wizard import configfile, rules
from wizard.finding import Finding, Fix, Severity, Value
from wizard.line import Line, Tone
from wizard.providers import choose, edit, provider_of, reasons
from wizard.registries import NextStep, registry_of
from wizard.rules.tidy import tidy
from wizard.secret import Secret
from wizard.settings import DECLARATIONS, Settings, format_value
from wizard.steps import STEPS, Step

if TYPE_CHECKING:
    from wizard.store.report import Glance, Report


@dataclass
class Walk:
    """The one state of a walk. Faces read it, and change it only through its methods.

    `drafts` are texts that stand for no value yet, `touched` the settings whose problems may be told, `notes`
    what was cut off an input.
    """

    path: Path
    settings: Settings
    saved: Settings | None = None
    fingerprint: str = ""
    exposure: str = ""  # what others may do to the file, as in `others may … it`
    drafts: dict[str, str] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    notes: dict[str, str] = field(default_factory=dict)
    glance: Glance | None = None
    glanced_at: Settings | None = None
    last_report: Report | None = None
    reported_at: datetime | None = None
    previous: Settings | None = field(init=False)  # what the file held before the last save
    has_saved: bool = False
    written: tuple[Settings, bool | None] | None = None  # what was saved last, and whether it was said to have passed
    backup: Path | None = None
    remarks: tuple[str, ...] = ()  # on the file that was there before the last save
    rehearsal: bool = False
    trouble: str = ""
    here: str = STEPS[0].id  # the step in view
    started_with: Settings = field(init=False)
    _before_choosing: Settings | None = None

    def __post_init__(self) -> None:
        self.previous, self.started_with = self.saved, self.saved or self.settings

    @classmethod
    def open(cls, path: Path) -> Walk:
        """The walk on a file; one that is not there yet gives the defaults. Raises `configfile.ConfigError`."""
        try:
            found = configfile.load(path)
        except configfile.NotFoundError:
            return cls(path, choose(Settings(), "aws"))
        return cls(path, found.settings, found.settings, found.fingerprint, found.exposure, touched=set(DECLARATIONS))

    def rehearse(self, settings: Settings) -> None:
        """From now on this is a rehearsal, on a store whose settings are given."""
        self.settings = self.started_with = settings
        self.rehearsal = True

    def resume(self, settings: Settings, drafts: Mapping[str, str], here: str, *, lacks_secret: bool) -> None:
        """Goes on where somebody has left; a secret that was not kept has to be entered again."""
        self.settings, self.here = settings, here
        self.drafts.update(drafts)
        self.touched.update(DECLARATIONS)
        if lacks_secret:
            self.notes["secretkey"] = "Enter it again: a draft keeps no secret."

    # --- changing ---

    def type(self, name: str, text: str) -> None:
        """A field's text as it stands now. What is no value yet is kept as a draft."""
        declaration = DECLARATIONS[name]
        tidied, note = tidy(declaration, text)
        self.touched.add(name)
        self.notes[name] = note
        try:
            value = declaration.parse(tidied)
        except ValueError:
            self.drafts[name] = text
            return
        self.drafts.pop(name, None)
        self._change({name: value})

    def set(self, name: str, value: Value) -> None:
        """A choice or a switch."""
        self.touched.add(name)
        self._change({name: value})

    def mend(self, fix: Fix) -> None:
        """Applies a fix."""
        for name in fix.set:
            self.touched.add(name)
            self.drafts.pop(name, None)
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
            chosen = before if provider == before.provider else choose(before, provider)
        self.settings = edit(chosen, changes)

    def touch(self, step: Step) -> None:
        """From now on the problems of this step's settings may be told."""
        self.touched.update(step.settings + step.more)

    # --- knowing ---

    def label(self, name: str) -> str:
        """What a field is called: a store may ask for a name in its endpoint, and not for all of it."""
        ask = provider_of(self.settings).ask
        return ask.label if ask and name == "regionendpoint" else DECLARATIONS[name].label

    def text(self, name: str) -> str:
        """What stands in the field: the draft, or the value as one types it. A secret in clear."""
        if name in self.drafts:
            return self.drafts[name]
        if name == "regionendpoint" and (asked := self._asked_name()):
            return asked
        value = self.settings[name]
        return value.reveal() if isinstance(value, Secret) else format_value(value)

    def _asked_name(self) -> str | None:
        """The name that was filled into the endpoint, where the store asks for one."""
        return provider_of(self.settings).name_in(self.settings.regionendpoint, self.settings.region)

    def line(self, name: str) -> Line:
        """The one line under a field: its problem if it has one, else what is worth knowing."""
        return self._problem(name) or self._remark(name) or Line(Tone.HELP, self._help(name))

    def _problem(self, name: str) -> Line | None:
        if name in self.drafts:
            return Line(Tone.ERROR, self._draft_problem(name))
        told = [*self._told_by_store(), *(rules.findings(self.settings) if name in self.touched else ())]
        for severity in (Severity.ERROR, Severity.WARNING):
            for finding in told:
                if finding.setting == name and finding.severity is severity:
                    return Line(Tone.of(severity), finding.text, finding.fix)
        return None

    def _draft_problem(self, name: str) -> str:
        try:
            DECLARATIONS[name].parse(self.drafts[name])
        except ValueError as problem:
            return str(problem)
        return ""

    def _told_by_store(self) -> list[Finding]:
        found = [self.glance.finding] if self.glance and self.is_glance_fresh else []
        if self.report:
            found += [result.finding for result in self.report.results]
        return [finding for finding in found if finding is not None]

    def _remark(self, name: str) -> Line | None:
        registry = registry_of(self.settings.registry)
        if not registry.reads(name):
            return Line(Tone.HELP, f"{registry.title} goes by the endpoint instead.")
        if note := self.notes.get(name):
            return Line(Tone.NOTE, f"{self._help(name)} {note}")
        for finding in rules.findings(self.settings):
            if finding.setting == name and finding.severity is Severity.HINT:
                return Line(Tone.HINT, finding.text, finding.fix)
        if reason := reasons(self.settings).get(name):
            return Line(Tone.REASON, reason)
        return None

    def _help(self, name: str) -> str:
        if name == "secretkey" and self.settings.secretkey:
            return f"{self.settings.secretkey.hint()}."
        if name == "registry":
            return registry_of(self.settings.registry).summary
        if name == "provider":
            return provider_of(self.settings).summary
        if name == "regionendpoint" and (ask := provider_of(self.settings).ask):
            return self.settings.regionendpoint if self._asked_name() else ask.help
        return DECLARATIONS[name].help

    def fix(self, name: str) -> Fix | None:
        """What one key can do about what stands under a field."""
        fix = self.line(name).fix
        return fix if fix and fix.applies else None

    def first_problem(self, step: Step) -> str | None:
        """The first of a step's settings that is wrong."""
        wrong = {finding.setting for finding in rules.errors(self.settings)} | set(self.drafts)
        return next((name for name in (*step.asks(self.settings), *step.more) if name in wrong), None)

    def obstacle_to_listing(self) -> str:
        """Why the store cannot be asked yet which buckets it has; empty when it can."""
        return next((finding.text for finding in rules.errors(self.settings) if finding.setting != "bucket"), "")

    @property
    def is_dirty(self) -> bool:
        """Whether leaving now would lose something."""
        return self.settings != self.started_with or bool(self.drafts)

    @property
    def is_glance_fresh(self) -> bool:
        """Whether what the last look at the store told is about the settings as they are."""
        return self.glanced_at == self.settings

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

    def next_steps(self) -> tuple[NextStep, ...]:
        """What to do with the saved file."""
        if self.rehearsal:
            return (
                NextStep("This was a rehearsal: its store ends with this program."),
                NextStep("For the real thing:", "storage-wizard"),
            )
        return registry_of(self.settings.registry).next_steps(self.settings, self.path)

    def take_glance(self, seen: Glance, settings: Settings) -> None:
        """Keeps what one look at the store told of `settings`."""
        self.glance, self.glanced_at = seen, settings

    def look_again(self) -> None:
        """The store has changed: what was seen of it is old."""
        self.glance = self.glanced_at = None

    def take_report(self, report: Report) -> None:
        """Keeps the outcome of a validation that has run to its end."""
        self.last_report, self.reported_at = report, datetime.now(UTC)

    def validation(self) -> configfile.Validation | None:
        """What the file will say of the validation; None before there was one."""
        if self.report is None or self.reported_at is None:
            return None
        return configfile.Validation(self.report.passed, self.reported_at, self.report.failed)

    def save(self) -> bool:
        """Writes the file; when that cannot be done nothing has changed, and `trouble` says why."""
        try:
            saved = configfile.save(self.path, self.settings, self.validation(), self.fingerprint)
        except configfile.ConflictError as error:
            self.trouble = f"{error} Enter again writes over it, keeping it as a backup."
            self._look_again()
            return False
        except configfile.ConfigError as error:
            self.trouble = str(error)
            return False
        self.fingerprint, self.exposure = saved.fingerprint, ""
        self.previous, self.saved, self.started_with = self.saved, self.settings, self.settings
        self.written = (self.settings, self._verdict)
        self.has_saved, self.backup, self.remarks, self.trouble = True, saved.backup, saved.remarks, ""
        return True

    def _look_again(self) -> None:
        """Somebody else has written the file: from now on differences are told against theirs."""
        try:
            found = configfile.load(self.path)
        except configfile.ConfigError:
            self.saved, self.fingerprint, self.exposure = None, "", ""
            return
        self.saved, self.fingerprint, self.exposure = found.settings, found.fingerprint, found.exposure
