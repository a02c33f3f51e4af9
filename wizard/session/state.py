"""The state of a wizard run: the settings as they were entered, and what is known about them. It draws nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wizard import rules
from wizard.catalog.endpoints import store_of
from wizard.catalog.presets import apply_edit, apply_preset, preset_reasons, store_address
from wizard.catalog.providers import provider_of
from wizard.catalog.registries import Instruction, registry_of
from wizard.catalog.registries.next_steps import verify_instruction
from wizard.config import file as config_file
from wizard.files.written import backup_of
from wizard.model.endpoint import Endpoint
from wizard.model.fields_to_correct import field_of_message, field_to_correct, is_value_wrong
from wizard.model.findings import Finding, Fix, Severity
from wizard.model.secret import MIN_LENGTH_FOR_ENDS, Secret
from wizard.model.security import lowered_security
from wizard.model.settings import DECLARATIONS, Settings, Value, format_value
from wizard.model.url_credentials import UrlCredentialsError
from wizard.rules.clean_input import clean_input
from wizard.session.choices import what_changed
from wizard.session.explanation import short_help
from wizard.session.field_message import FieldMessage, MessageKind
from wizard.session.loading import load
from wizard.session.steps import STEPS, Step
from wizard.session.typed_keys import TypedKeys
from wizard.text.sanitize import sanitize, sanitize_command

if TYPE_CHECKING:
    from wizard.session.importing import TakenOver
    from wizard.session.registry_access import RegistryAccess
    from wizard.validation.reachability import ReachabilityStatus
    from wizard.validation.results import Report

KEYS = ("accesskey", "secretkey")
_MAX_COMMAND = 1000  # characters
_NOT_IN_DRAFT = "Enter this again: the draft did not keep it."


def absolute_path(path: Path) -> Path:
    """The path without links. Raises `OSError` if the current folder was removed."""
    return Path(os.path.realpath(path))


@dataclass(eq=False, repr=False)
class WizardState:
    """Read by the user interfaces, and changed only through its methods.

    `invalid_input` is the text of each field that holds no value, or "" for a key that a draft did not keep and that
    must be entered again. `real_path` is the path without links, as it was at the start. `visited_settings` are the
    settings whose problems are shown, `notes` say how an input was changed, and `choices` what a choice on the current
    step has changed; all by setting name.
    """

    path: Path
    settings: Settings
    saved: Settings | None = None  # what the file holds; None if there is no file
    fingerprint: str = ""
    exposure: str = ""  # what other users can do to the file, as in `other users can … it`
    doubts: tuple[str, ...] = ()  # sentences about other users who could have written the file
    source: config_file.ImportedFrom | None = None  # the file that the settings were imported from
    invalid_input: dict[str, str] = field(default_factory=dict)
    visited_settings: set[str] = field(default_factory=set)
    notes: dict[str, str] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)
    reachability: ReachabilityStatus | None = None
    reachability_settings: Settings | None = None
    last_report: Report | None = None
    reported_at: datetime | None = None
    previous: Settings | None = field(init=False)  # what the file held before the last save
    has_saved: bool = False
    last_saved: tuple[Settings, bool | None] | None = None  # with whether they had passed; None if not validated
    backup: Path | None = None
    remarks: tuple[str, ...] = ()  # about the file that the last save has replaced
    written_back: tuple[Path, Instruction] | None = None  # the file that F8 has changed, and what makes it read
    is_demo: bool = False
    has_resumed: bool = False  # a draft
    save_error: str = ""
    current_step: str = STEPS[0].id  # the id of the step in view
    initial_settings: Settings = field(init=False)
    real_path: Path = field(init=False)
    _location: Path = field(init=False)
    typed_keys: TypedKeys = field(default_factory=TypedKeys)
    _before_provider_change: Settings | None = None
    _findings_of: tuple[Settings, list[Finding]] | None = None
    registry_access: RegistryAccess | None = None  # what was entered to verify the registry; never saved
    _url_in: tuple[config_file.ImportedFrom, str] | None = None
    _registry_has: tuple[tuple[object, ...], Settings | None] | None = None

    def __post_init__(self) -> None:
        self.previous, self.initial_settings = self.saved, self.saved or self.settings
        self._location, self.real_path = self.path.absolute(), absolute_path(self.path)

    @classmethod
    def open(cls, path: Path) -> WizardState:
        """The state for a settings file, or the defaults if it does not exist yet. Raises `ConfigError`."""
        try:
            file = load(path)
        except config_file.NotFoundError:
            return cls(path, apply_preset(Settings(), "aws"))
        settings, visited = file.settings, set(DECLARATIONS)
        return cls(
            path,
            settings,
            settings,
            file.fingerprint,
            file.exposure,
            file.doubts,
            file.source,
            visited_settings=visited,
        )

    def start_demo(self, settings: Settings) -> None:
        """Turns this into a demo. `settings` are those of the demo's store."""
        self.settings = self.initial_settings = settings
        self.is_demo = True

    def start_from(self, taken: TakenOver) -> None:
        """Replaces everything that was entered by imported settings."""
        self.settings, self.source = taken.settings, taken.source
        self._before_provider_change = None
        self.invalid_input.clear()
        self.notes.clear()
        self.visited_settings.update(DECLARATIONS)

    def resume(self, settings: Settings, step: str, missing_keys: Iterable[str], left_out: Iterable[str]) -> None:
        """Continues from a draft at a step, by its id.

        `missing_keys` must be entered again before the settings can be saved. The texts of `left_out` were not kept.
        """
        self.has_resumed = True
        self.settings, self.current_step = settings, step
        self.visited_settings.update(DECLARATIONS)
        self.invalid_input.update(dict.fromkeys(missing_keys, ""))
        self.notes.update(dict.fromkeys(left_out, _NOT_IN_DRAFT))

    # Changes

    def enter_text(self, name: str, text: str) -> None:
        """Sets a setting from the text of its field. Text that is not a value is kept in `invalid_input`."""
        declaration = DECLARATIONS[name]
        cleaned, note = clean_input(declaration, text)
        if name == "secretkey" or (name == "accesskey" and len(cleaned) >= MIN_LENGTH_FOR_ENDS):
            self.typed_keys.add(cleaned)
        self.visited_settings.add(name)
        self.notes[name] = note
        try:
            value = declaration.parse(cleaned)
        except ValueError:
            self.invalid_input[name] = text
            return
        self.invalid_input.pop(name, None)
        self._change({name: value})

    def set_value(self, name: str, value: Value) -> None:
        """Sets a choice or a switch."""
        self._set({name: value}, name)

    def choose_store(self, provider: str, address: str = "", region: str = "", bucket: str = "") -> None:
        """Chooses a store, by its address and the region and the bucket in that where it was found so."""
        changes = store_address(self.settings.registry, provider, address, region, bucket)
        self._set({"provider": provider, **changes}, "provider")

    def _set(self, changes: Mapping[str, Value], name: str) -> None:
        """Makes the changes that follow from a choice for the setting `name`, and notes what else has changed."""
        before = self.settings
        self.visited_settings.add(name)
        self._change(changes)
        if name in ("registry", "provider"):
            self.choices[name] = what_changed(before, self.settings, name)

    def apply_fix(self, fix: Fix) -> None:
        """Applies the changes of a fix."""
        for name in fix.set:
            self.visited_settings.add(name)
            self.invalid_input.pop(name, None)
            self.notes.pop(name, None)
        self._change(fix.set)

    def lost_by(self, fix: Fix) -> tuple[str, ...]:
        """What a fix gives up of security, a sentence each. It is applied only after a question, if anything."""
        typed = self.invalid_input.get("regionendpoint")  # its scheme was the user's own choice
        before = self.settings.replace({"regionendpoint": typed}) if typed else self.settings
        return lowered_security(before, apply_edit(self.settings, fix.set))

    def asks_before(self, fix: Fix) -> bool:
        """Whether a question comes before a fix is applied."""
        return bool(self.lost_by(fix)) or fix.creates_bucket

    def add_note(self, name: str, text: str) -> None:
        """Adds a note on how an input was changed before it was entered."""
        self.notes[name] = text

    def _change(self, changes: Mapping[str, Value]) -> None:
        provider = str(changes.get("provider", self.settings.provider))
        if provider == self.settings.provider:
            self._before_provider_change, base = None, self.settings
        else:  # Each preset is applied to the same settings, so that paging through the providers changes nothing else.
            before = self._before_provider_change = self._before_provider_change or self.settings
            base = before if provider == before.provider else apply_preset(before, provider)
        self.settings = apply_edit(base, changes)
        for name in changes:
            if self.notes.get(name) == _NOT_IN_DRAFT:
                del self.notes[name]

    def mark_visited(self, step: Step) -> None:
        """From now on the problems of the step's settings are shown, and no longer what its choices have changed."""
        self.visited_settings.update(step.settings + step.more)
        self.choices.clear()

    # Fields

    def label(self, name: str) -> str:
        """The label of a field. For the endpoint, some providers ask only for a name in it, such as an account id."""
        variable = provider_of(self.settings).endpoint_variable
        return variable.label if variable and name == "regionendpoint" else DECLARATIONS[name].label

    def field_text(self, name: str) -> str:
        """The text of a field: what was typed, if it is no value, or else the value. A secret is in clear text."""
        if name in self.invalid_input:
            return self.invalid_input[name]
        if name == "regionendpoint" and (variable := self._endpoint_variable()):
            return variable
        value = self.settings.value(name)
        return value.reveal() if isinstance(value, Secret) else format_value(value)

    def _endpoint_variable(self) -> str | None:
        """The name in the endpoint, if the provider asks only for that."""
        return provider_of(self.settings).endpoint_variable_in(self.settings.regionendpoint, self.settings.region)

    def message(self, name: str) -> FieldMessage:
        """The message under a field: its problem, or else a remark, or else its help."""
        return self._problem(name) or self._remark(name) or FieldMessage(MessageKind.HELP, self._help(name))

    def _problem(self, name: str) -> FieldMessage | None:
        problem = self._first_problem_of_field(name)
        if problem and self.notes.get(name) == _NOT_IN_DRAFT:  # the problem is that of what is left
            return problem._replace(text=f"{_NOT_IN_DRAFT} {problem.text}")
        if problem and name == "secretkey" and self.settings.secretkey and name not in self.invalid_input:
            return problem._replace(text=f"{self.settings.secretkey.hint()}. {problem.text}")
        return problem

    def _first_problem_of_field(self, name: str) -> FieldMessage | None:
        if name in self.invalid_input:
            return self._parse_error(name)
        of_store, of_rules = self._store_findings(), self._rule_findings() if name in self.visited_settings else []
        for severity in (Severity.ERROR, Severity.WARNING):
            for finding in (*of_store, *of_rules):
                if finding.severity is severity and field_of_message(finding, self.settings) == name:
                    is_right = finding not in of_rules and name not in self._refused_by(finding)
                    kind = MessageKind.WARNING if is_right else MessageKind.from_severity(severity)
                    return FieldMessage(kind, finding.text, finding.fix)
        return None

    def _refused_by(self, finding: Finding) -> set[str]:
        """The setting whose value a finding of the store says is wrong, if any."""
        is_error = finding.severity is Severity.ERROR and is_value_wrong(finding, self.settings)
        return {field_to_correct(finding, self.settings)} if is_error else set()

    def _parse_error(self, name: str) -> FieldMessage:
        text = self.invalid_input[name]
        try:
            DECLARATIONS[name].parse(text)
        except UrlCredentialsError as error:
            endpoint, fix = Endpoint.parse(text), None
            if name == "regionendpoint" and endpoint.has_valid_host():
                fix = Fix(f"Use {sanitize(endpoint, 80)}.", {name: str(endpoint)})
            return FieldMessage(MessageKind.ERROR, str(error), fix)
        except ValueError as error:
            return FieldMessage(MessageKind.ERROR, str(error))
        return FieldMessage(MessageKind.ERROR, f"Enter the {self.label(name).lower()} again: drafts don't store keys.")

    def secret_texts(self) -> Iterator[Secret]:
        """Everything that is known to be a key: typed in the field of a key, or in the settings file.

        Without short access keys, such as the name of a user, which other texts can contain by chance.
        """
        yield from self.typed_keys
        for settings in (self.settings, self.saved, self.initial_settings):
            if settings is not None:
                yield settings.secretkey
                yield Secret(settings.accesskey if len(settings.accesskey) >= MIN_LENGTH_FOR_ENDS else "")

    def _rule_findings(self) -> list[Finding]:
        """What the rules find. A screen asks for each of its fields, so they are applied once after each change."""
        if self._findings_of is None or self._findings_of[0] is not self.settings:
            self._findings_of = self.settings, rules.findings(self.settings)
        return self._findings_of[1]

    def _rule_errors(self) -> list[Finding]:
        return [finding for finding in self._rule_findings() if finding.severity is Severity.ERROR]

    def _store_findings(self) -> list[Finding]:
        findings = [self.reachability.finding] if self.reachability and self.is_reachability_current else []
        if self.report:
            findings += [result.finding for result in self.report.results]
        return [finding for finding in findings if finding is not None]

    def _remark(self, name: str) -> FieldMessage | None:
        registry = registry_of(self.settings.registry)
        if not registry.supports(name):
            return FieldMessage(MessageKind.REASON, "Not available: always on when an endpoint is set.")
        if choice := self.choices.get(name):
            return FieldMessage(MessageKind.REASON, choice)
        if note := self.notes.get(name):
            return FieldMessage(MessageKind.NOTE, f"{self._help(name)} {note}" if name == "secretkey" else note)
        for finding in self._rule_findings():
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
        if name == "regionendpoint" and (variable := provider_of(self.settings).endpoint_variable):
            return self.settings.regionendpoint if self._endpoint_variable() else variable.help
        if name == "regionendpoint" and (example := provider_of(self.settings).example_endpoint(self.settings.region)):
            return f"For example {example}"
        return short_help(DECLARATIONS[name], self.settings)

    def fix(self, name: str) -> Fix | None:
        """The fix for the problem under a field, if it is a change of settings or creates the bucket."""
        fix = self.message(name).fix
        return fix if fix and fix.applies else None

    def first_problem(self, step: Step) -> str | None:
        """The first setting of a step that has an error."""
        wrong = {finding.setting for finding in self._rule_errors()} | set(self.invalid_input)
        return next((name for name in (*step.asks(self.settings), *step.more) if name in wrong), None)

    def refused_settings(self) -> set[str]:
        """The settings that the store has refused, as far as it was asked about the current ones."""
        return {name for finding in self._store_findings() for name in self._refused_by(finding)}

    def _are_in_doubt(self, step: Step) -> bool:
        """Whether an error of the store is shown at a setting of a step, whatever its cause."""
        errors = [finding for finding in self._store_findings() if finding.severity is Severity.ERROR]
        return any(field_of_message(finding, self.settings) in (*step.settings, *step.more) for finding in errors)

    def first_to_correct(self, step: Step) -> str | None:
        """The first setting of a step that has an error, or that the store has refused."""
        refused = self.refused_settings()
        names = (*step.asks(self.settings), *step.more)
        return self.first_problem(step) or next((name for name in names if name in refused), None)

    def first_to_enter_again(self, step: Step) -> str | None:
        """The first setting of a step whose text the draft did not keep, until it is entered or a validation passes."""
        names = (*step.asks(self.settings), *step.more)
        is_open = not self._has_passed
        return next((name for name in names if is_open and self.notes.get(name) == _NOT_IN_DRAFT), None)

    def first_gap(self) -> str | None:
        """The first setting that must be entered or corrected before a validation can show anything new."""
        steps = (step for step in STEPS if step.applies(self.settings))
        return next((name for step in steps if (name := self.first_problem(step))), None)

    def is_complete(self, step: Step) -> bool:
        """Whether nothing is left to do in a step with settings, as far as that is known."""
        if self.first_to_correct(step) is not None or self._are_in_doubt(step) or self.first_to_enter_again(step):
            return False
        is_keyless = step.id == "keys" and not any(self.settings.value(name) for name in KEYS)
        # Only Amazon has roles. Elsewhere blank keys are right if the store has accepted those of the environment.
        return not is_keyless or store_of(self.settings).id == "aws" or self._are_keys_accepted

    @property
    def _are_keys_accepted(self) -> bool:
        reachability = self.reachability if self.is_reachability_current else None
        return bool(self._has_passed or (reachability and reachability.keys))

    def obstacle_to_listing(self) -> str:
        """The problem that must be solved before the buckets can be listed; empty if there is none."""
        return next((finding.text for finding in self._rule_errors() if finding.setting != "bucket"), "")

    def needed_for_listing(self) -> tuple[str, ...]:
        """The settings of the address and the keys that must be entered or corrected before the buckets are listed."""
        wrong = {finding.setting for finding in self._rule_errors()} | set(self.invalid_input)
        return tuple(name for name in ("regionendpoint", *KEYS) if name in wrong)

    @property
    def is_dirty(self) -> bool:
        """Whether there is unsaved input."""
        return self.settings != self.initial_settings or bool(self.invalid_input)

    @property
    def is_reachability_current(self) -> bool:
        """Whether `reachability` is about the current settings."""
        return self.reachability_settings == self.settings

    @property
    def report(self) -> Report | None:
        """The last validation, if it was of the current settings."""
        return self.last_report if self.last_report and self.last_report.settings == self.settings else None

    @property
    def is_saved(self) -> bool:
        """Whether the current settings were saved, together with the result of their validation."""
        return self.last_saved == (self.settings, self._has_passed)

    @property
    def _has_passed(self) -> bool | None:
        return self.report.passed if self.report else None

    # The store, and saving

    def next_steps(self) -> tuple[Instruction, ...]:
        """What to do after saving; safe to print."""
        if self.is_demo:
            return (
                Instruction("That was a demo; its store is gone when the program exits."),
                Instruction("To configure a real store, run:", "storage-wizard"),
            )
        registry = registry_of(self.settings.registry)
        *steps, check = registry.next_steps(self.settings, self.path)
        shown = [*(self._steps_with_source() or steps)]
        if self.can_verify:
            url = self.known_registry_url
            shown.append(verify_instruction(self.path, url or registry.usual_url, is_known=bool(url)))
        return tuple(step._replace(command=sanitize_command(step.command, _MAX_COMMAND)) for step in (*shown, check))

    def _steps_with_source(self) -> list[Instruction]:
        """The settings go into the file that they were imported from, or are there; nothing if they cannot."""
        if self.written_back:
            path, (text, command) = self.written_back
            return [Instruction(f"Wrote {sanitize(path)}. {text}", command)]
        if self.source is None:
            return []
        from wizard.session.write_back import steps_into_source  # imported here: only needed once all is saved

        steps = steps_into_source(self.source, self.path, self.settings.registry)
        if steps and self._settings_of_registry == self.settings:
            return [Instruction(f"{sanitize(self.source.file)} has these settings already: there is nothing to write.")]
        return steps

    @property
    def can_verify(self) -> bool:
        """Whether there is a registry that can be verified once it runs with these settings."""
        return not self.is_demo and bool(registry_of(self.settings.registry).usual_url)

    @property
    def known_registry_url(self) -> str:
        """The URL that was entered, or that the configuration says from which the settings were imported; or empty."""
        if self.registry_access is not None:
            return self.registry_access.url
        if self.source is None:
            return ""
        if self._url_in is None or self._url_in[0] != self.source:
            from wizard.session.registry_url import registry_url_in  # imported here: most runs import nothing

            self._url_in = self.source, registry_url_in(self.source)
        return self._url_in[1]

    @property
    def settings_before(self) -> Settings | None:
        """The settings that the registry has now, as far as they are known: those in its file or the settings file."""
        return self._settings_of_registry or (self.previous if self.is_saved else self.saved)

    @property
    def registry_file(self) -> Path | None:
        """The registry's own file, if `settings_before` are from it."""
        return Path(self.source.file) if self.source and self._settings_of_registry else None

    @property
    def _settings_of_registry(self) -> Settings | None:
        """What the file has from which the settings were imported. After F8 it is read again for the next save."""
        if self.source is None:
            return None
        read_for = (self.source, self.written_back is not None and not self.is_saved)
        if self._registry_has is None or self._registry_has[0] != read_for:
            from wizard.session.importing import settings_of  # imported here: most runs import nothing

            self._registry_has = read_for, settings_of(self.source)
        return self._registry_has[1]

    def image_remarks(self, *, with_report: bool = True) -> tuple[str, ...]:
        """What the settings mean for images that exist already.

        Without the report what the validation has found is left out: where it was printed just before.
        """
        if self.is_demo:
            return ()
        from wizard.session.images import image_remarks  # imported here: the first screens need none

        return image_remarks(self.settings_before, self.settings, self.report, with_found=with_report)

    def move_images(self) -> Instruction | None:
        """How to move the images that stay behind; None if there are none, or if they cannot be moved without harm."""
        from wizard.session.images import are_images_to_move, move_instruction  # imported here, as above

        if self.is_demo or not are_images_to_move(self.settings_before, self.settings, self.report):
            return None
        source = self.registry_file
        if source and self.written_back:
            source = backup_of(source)
        return move_instruction(self.path, source, is_saved=self.is_saved)

    @property
    def are_images_concerned(self) -> bool:
        """Whether images exist that a person must know about before the settings are saved."""
        if self.is_demo:
            return False
        from wizard.session.images import are_images_concerned  # imported here, as above

        return are_images_concerned(self.settings_before, self.settings, self.report)

    def record_reachability(self, status: ReachabilityStatus, settings: Settings) -> None:
        """Records the result of a quick check of `settings`."""
        self.reachability, self.reachability_settings = status, settings

    def forget_reachability(self) -> None:
        """Drops the result of the last quick check, after a change in the store."""
        self.reachability = self.reachability_settings = None

    def record_report(self, report: Report) -> None:
        """Records a complete validation."""
        self.last_report, self.reported_at = report, datetime.now(UTC)

    def validation(self) -> config_file.Validation | None:
        """The validation to save with the settings; None if they were not validated."""
        if self.report is None or self.reported_at is None:
            return None
        return config_file.Validation.ended(self.reported_at, self.report.failed, passed=self.report.passed)

    def save(self) -> bool:
        """Writes the file. Returns False if that failed; `save_error` then says why, and nothing has changed."""
        try:
            saved = config_file.save(self._file(), self.settings, self.validation(), self.fingerprint, self.source)
        except config_file.ConflictError as error:
            self.save_error = f"{error} {self._reload()}"
            return False
        except config_file.ConfigError as error:
            self.save_error = str(error)
            return False
        self.fingerprint, self.exposure, self.doubts = saved.fingerprint, "", ()
        self.previous, self.saved, self.initial_settings = self.saved, self.settings, self.settings
        if self.last_saved is None or self.last_saved[0] != self.settings:
            self.written_back = None  # that was with the settings before
        self.last_saved = (self.settings, self._has_passed)
        self.has_saved, self.backup, self.remarks, self.save_error = True, saved.backup, saved.remarks, ""
        return True

    def _file(self) -> Path:
        """The path of the file: as it was given, or absolute once the current folder was removed."""
        try:
            os.getcwd()  # noqa: PTH109 - only whether there is one
        except OSError:
            return self._location
        return self.path

    def _reload(self) -> str:
        """Reads the file again after another program has changed it, so that differences are shown against it.

        Returns a sentence: what can be done, or why the file can't be overwritten.
        """
        self.saved, self.fingerprint, self.exposure, self.doubts = None, "", "", ()
        try:
            file = load(self._file())
        except config_file.NotFoundError:
            return "Press Enter again to create it."
        except config_file.ConfigError as error:
            return str(error)
        self.saved, self.fingerprint, self.exposure = file.settings, file.fingerprint, file.exposure
        self.doubts = file.doubts
        return "Press Enter again to overwrite it (a backup is kept)."
