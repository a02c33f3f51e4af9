"""The wizard's state in any order of actions, beside a plain model: what is entered, what is in the file, what is kept.

The actions are those of the screens: texts, choices and switches, fixes, steps, validations, saves, another program
that writes the file, and leaving with a draft that is resumed or discarded.
"""

from __future__ import annotations

import itertools
import stat
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import settings as with_settings
from hypothesis import strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from wizard.catalog.presets import apply_preset
from wizard.catalog.providers import provider_entries, provider_of
from wizard.catalog.registries import REGISTRIES
from wizard.checks.all_checks import S3_CHECKS
from wizard.config import file as config_file
from wizard.model.findings import Cause, Finding
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Kind, Settings, Value
from wizard.rules.clean_input import clean_input
from wizard.session import draft
from wizard.session.state import KEYS, WizardState
from wizard.session.steps import applicable_steps, step_named
from wizard.validation.results import Report, Result, Status

_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYKEY1"
_OTHER_SECRET = "another+CANARY/key+of+forty+characters12"
_TYPED = [name for name, each in DECLARATIONS.items() if each.kind in (Kind.TEXT, Kind.SIZE, Kind.SECRET)]
_SWITCHES = [name for name, each in DECLARATIONS.items() if each.kind is Kind.SWITCH]
_TEXTS = (
    *("", "images", "My_Bucket", "no bucket", "us-east-1", "eu-central-1", "nowhere", "/", "/root", "10 MiB", "5"),
    *("ten", "https://minio.example:9000", "minio.example", "https://me:canary-word@minio.example", "ftp://x"),
    *("AKIACANARY0123456789", "minioadmin", " images ", '"images"', "alias/images", "images\n"),
)
_KEYS = ("", "minioadmin", _SECRET, _OTHER_SECRET, f" {_SECRET}\n")
_FOLDERS = itertools.count()


class _Wizard(RuleBasedStateMachine):
    """`saved` is what the file contains by the model, and `expected` what was chosen or entered, by setting.

    `known` is the content of the file that the person knows: as it was opened, saved, or reported as changed.
    """

    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.path = self.folder / str(next(_FOLDERS)) / "storage.toml"
        self.path.parent.mkdir()
        self.saved: Settings | None = None
        self.known: bytes | None = None
        self.expected: dict[str, Value] = {}
        self.invalid: dict[str, str] = {}
        self.validated: tuple[Settings, bool] | None = None
        self.state = WizardState.open(self.path)

    def _content(self) -> bytes | None:
        return self.path.read_bytes() if self.path.exists() else None

    @property
    def is_changed_elsewhere(self) -> bool:
        return self._content() != self.known

    def _has_changed(self) -> None:
        """Another choice, or a fix, can change settings that were entered: only what it names is expected then."""
        self.expected.clear()

    # --- entries ---

    @rule(text=strategies.sampled_from(_KEYS))
    def type_secret_key(self, text: str) -> None:
        self.type_text("secretkey", text)

    @rule(name=strategies.sampled_from(_TYPED), text=strategies.sampled_from(_TEXTS))
    def type_text(self, name: str, text: str) -> None:
        before = self.state.settings
        self.state.enter_text(name, text)
        declaration = DECLARATIONS[name]
        try:
            value = declaration.parse(clean_input(declaration, text)[0])
        except ValueError:
            self.invalid[name] = text
            assert self.state.settings == before
            assert self.state.field_text(name) == text
        else:
            self.invalid.pop(name, None)
            self._has_changed()
            is_part = name == "regionendpoint" and provider_of(self.state.settings).endpoint_variable is not None
            self.expected |= {} if is_part else {name: value}  # a part of the endpoint is completed

    @rule(name=strategies.sampled_from(_SWITCHES), value=strategies.booleans())
    def switch(self, name: str, *, value: bool) -> None:
        self.state.set_value(name, value)
        self._has_changed()
        self.expected[name] = value

    @rule(registry=strategies.sampled_from([each.id for each in REGISTRIES.values() if each.is_offered]))
    def choose_registry(self, registry: str) -> None:
        self.state.set_value("registry", registry)
        self._has_changed()
        self.expected["registry"] = registry

    @rule(provider=strategies.sampled_from(sorted(provider_entries())))
    def choose_store(self, provider: str) -> None:
        self.state.choose_store(provider)
        self._has_changed()
        self.expected["provider"] = provider

    @rule(name=strategies.sampled_from(list(DECLARATIONS)))
    def apply_fix(self, name: str) -> None:
        fix = self.state.fix(name)
        if fix is None or fix.creates_bucket:
            return
        assert self.state.asks_before(fix) == bool(self.state.lost_by(fix))
        self.state.apply_fix(fix)
        for each in fix.set:
            self.invalid.pop(each, None)
        self._has_changed()
        assert {each: self.state.settings.value(each) for each in fix.set} == dict(fix.set)

    # --- steps ---

    @rule(step=strategies.sampled_from(["storage", "bucket", "keys", "endpoint", "advanced", "validate", "save"]))
    def show_step(self, step: str) -> None:
        if step_named(step) in applicable_steps(self.state.settings):
            self.state.current_step = step
            self.state.mark_visited(step_named(step))

    # --- validating and saving ---

    @rule(has_passed=strategies.booleans())
    def validate(self, *, has_passed: bool) -> None:
        finding = None if has_passed else Finding(Cause.ACCESS_DENIED, "The store has refused a call.")
        result = Result(S3_CHECKS[0], Status.PASSED if has_passed else Status.FAILED, 0.0, finding)
        self.state.record_report(Report(self.state.settings, (result,), 1.0))
        self.validated = self.state.settings, has_passed

    @rule()
    def save(self) -> None:
        was_changed = self.is_changed_elsewhere
        has_saved = self.state.save()
        assert has_saved != was_changed, self.state.save_error
        if has_saved:
            self.saved = self.state.settings
            assert self.state.is_saved
        else:  # it says so once; after that the person knows
            assert "Press Enter again" in self.state.save_error
        self.known = self._content()

    @precondition(lambda self: self.saved is not None)
    @rule(bucket=strategies.sampled_from(["of-another", "of-a-third"]))
    def another_program_writes(self, bucket: str) -> None:
        assert self.saved is not None
        changed = self.saved.replace({"bucket": bucket})
        if changed != self.saved:
            config_file.save(self.path, changed, None)
            self.saved = changed

    # --- leaving ---

    @rule(resumes=strategies.booleans())
    def leave_and_start_again(self, *, resumes: bool) -> None:
        before, was_dirty = self.state, self.state.is_dirty
        notice = draft.update_on_exit(before)
        assert notice.startswith(draft.SAVED_NOTICE) == was_dirty, notice
        self.state = WizardState.open(self.path)
        self.known, self.validated = self._content(), None
        found = draft.find(self.path)
        self._has_changed()
        self.invalid.clear()
        if found is None or not resumes:
            draft.delete(self.path)
            return
        found.resume(self.state)
        self.invalid = dict.fromkeys(found.missing_keys(self.state.saved), "")
        if was_dirty:
            kept = [name for name in DECLARATIONS if name not in (*KEYS, *found.left_out)]
            assert [self.state.settings.value(name) for name in kept] == [before.settings.value(name) for name in kept]
            labels = [name for name in found.left_out if DECLARATIONS[name].label not in notice]
            assert labels == []
        draft.delete(self.path)

    # --- what is always true ---

    @invariant()
    def the_entries_are_those_of_the_model(self) -> None:
        assert self.state.invalid_input == self.invalid
        assert {name: self.state.settings.value(name) for name in self.expected} == self.expected

    @invariant()
    def the_file_is_whole_and_private(self) -> None:
        if self.saved is None:
            assert not self.path.exists()
            return
        assert config_file.load(self.path).settings == self.saved
        assert stat.S_IMODE(self.path.stat().st_mode) == 0o600

    @invariant()
    def unsaved_input_is_known(self) -> None:
        if self.is_changed_elsewhere:
            return
        start = self.saved or apply_preset(Settings(), "aws")
        is_reloaded = self.state.saved != self.state.initial_settings and self.state.saved is not None
        if not is_reloaded:
            assert self.state.is_dirty == (self.state.settings != start or bool(self.invalid))

    @invariant()
    def a_verdict_is_only_that_of_the_current_settings(self) -> None:
        is_current = self.validated is not None and self.validated[0] == self.state.settings
        assert (self.state.report is not None) == is_current
        if self.state.report is not None:
            assert self.validated is not None
            assert self.state.report.passed == self.validated[1]

    @invariant()
    def every_field_has_a_message_without_a_secret(self) -> None:
        secrets = [
            each.reveal() for each in (self.state.settings.secretkey, Secret(_SECRET), Secret(_OTHER_SECRET)) if each
        ]
        for name in DECLARATIONS:
            message = self.state.message(name)
            assert message.text
            assert not any(secret in message.text for secret in secrets if len(secret) > len("minioadmin")), name
            assert "canary-word" not in message.text

    @invariant()
    def a_gap_belongs_to_a_step_that_is_shown(self) -> None:
        gap = self.state.first_gap()
        shown = [name for step in applicable_steps(self.state.settings) for name in (*step.settings, *step.more)]
        assert gap is None or gap in shown


@pytest.mark.ci_only
def test_the_state_follows_the_model_in_any_order_of_actions(tmp_path: Path) -> None:
    class Wizard(_Wizard):
        folder = tmp_path

    run_state_machine_as_test(Wizard, settings=with_settings(deadline=None, stateful_step_count=20))
