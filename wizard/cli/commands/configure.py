"""`configure`: sets, validates and saves the settings from flags."""

from __future__ import annotations

import argparse
import threading
import time
from concurrent import futures
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from wizard import rules
from wizard.catalog.presets import apply_edit, apply_preset
from wizard.catalog.registries.next_steps import check_instruction
from wizard.cli.names import registry_id
from wizard.cli.secret_source import read_secret
from wizard.cli.settings_file import report_doubts, report_finding, report_saved
from wizard.cli.settings_json import as_json
from wizard.cli.store_flags import keep_together
from wizard.cli.store_names import store_id
from wizard.config import file as config_file
from wizard.config.file import ConfigFile
from wizard.config.render import difference, render_redacted
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.progress_line import validate_with_progress
from wizard.console.signals import finish_before_signals, stop_on_signals
from wizard.console.stdio import print_data, print_json, print_message
from wizard.model.findings import Severity
from wizard.model.settings import DECLARATIONS, Declaration, Kind, Settings, Value
from wizard.rules.clean_input import clean_input
from wizard.s3.background import in_thread
from wizard.session import buckets, loading, texts
from wizard.session.correction import flags_of
from wizard.session.images import are_images_to_move, image_remarks, move_instruction
from wizard.text.sanitize import sanitize
from wizard.validation.quick_check import quick_check
from wizard.validation.results import Report
from wizard.validation.time_limit import TimeLimit

_TICK = 0.05  # seconds between two looks for a signal

# The settings


def settings_from(given: argparse.Namespace, previous: Settings) -> Settings:
    """`previous` with the values of the flags. Another provider applies its preset, as in the wizard.

    Raises `CommandError` for a value that is not valid.
    """
    before = previous
    if given.provider is not None:
        given.provider = store_id(given.provider, "--provider")
        previous = previous if given.provider == previous.provider else apply_preset(previous, given.provider)
    values = {declaration.name: _value(given, declaration) for declaration in DECLARATIONS.values()}
    changes = {name: value for name, value in values.items() if value is not None}
    return keep_together(before, apply_edit(previous, changes), set(changes))


def _value(given: argparse.Namespace, declaration: Declaration) -> Value | None:
    if declaration.kind is Kind.SECRET:
        source = getattr(given, f"{declaration.name}_file")
        if source is None:
            return None
        return declaration.parse(read_secret(declaration, source, time.monotonic() + given.timeout))
    text = getattr(given, declaration.name)
    if text is None or isinstance(text, bool):
        return text
    if declaration.name == "registry":
        return registry_id(text, "--registry")
    cleaned, note = clean_input(declaration, text)
    if note:
        print_message(f"note: --{declaration.name}: {note}")
    try:
        return declaration.parse(cleaned)
    except ValueError as error:
        raise CommandError(f"--{declaration.name}: {error}") from None


# The command


def run(given: argparse.Namespace) -> int:
    """Validates the settings, and saves them if they pass."""
    path = given.config
    if given.json and given.no_validate:
        raise CommandError("--json and --no-validate cannot be combined.")
    try:
        previous = _load(path, time.monotonic() + given.timeout)
        settings = settings_from(given, previous.settings)
        if given.dry_run:
            _show(given, settings, previous)
            return ExitStatus.FAILED if rules.errors(settings) else ExitStatus.DONE
        report, interrupted = (None, 0) if given.no_validate else _validate(given, settings)
        if interrupted:
            return interrupted
        if given.json and report is not None:
            print_json(report.as_json(str(path)))
        if report is not None and not report.passed:
            print_message("Nothing was saved. Use --no-validate to save anyway.")
            return ExitStatus.FAILED
        _save(path, settings, report, previous.fingerprint)
        if report is None:
            _report_not_validated(path, settings)
        before = previous.settings if previous.fingerprint else None
        for remark in image_remarks(before, settings, report, with_found=False):
            print_message(f"note: {remark}")
        if are_images_to_move(before, settings, report):
            print_message("\n".join(move_instruction(path, None, is_saved=True)))
    except config_file.ConfigError as error:
        raise CommandError(str(error)) from None
    return ExitStatus.DONE


def _load(path: Path, deadline: float) -> ConfigFile:
    try:
        file = loading.load(path, deadline)
    except config_file.NotFoundError:
        return ConfigFile(apply_preset(Settings(), "aws"))
    report_doubts(path, file)
    return file


def _show(given: argparse.Namespace, settings: Settings, previous: ConfigFile) -> None:
    if given.json:
        print_json(as_json(given.config, ConfigFile(settings)))
    else:
        print_data(render_redacted(settings, None, previous.document, previous.source).rstrip("\n"))
    if previous.fingerprint:
        for name, remark in difference(previous.settings, settings).items():
            print_message(f"note: {name} {remark}")
    for finding in rules.findings(settings):
        report_finding(finding, finding.severity.value, flags_of(finding, settings))


def _validate(given: argparse.Namespace, settings: Settings) -> tuple[Report, int]:
    """The report, and the exit status if a signal has stopped the validation, else 0."""
    with stop_on_signals() as stop:
        has_created = given.create_bucket and _create_missing_bucket(settings, stop.event)
        limit = TimeLimit(given.timeout)
        report = validate_with_progress(
            settings, stop.event, limit, is_new_bucket=has_created, correction_of=partial(flags_of, settings=settings)
        )
    return report, stop.exit_status if stop.is_set() else 0


def _create_missing_bucket(settings: Settings, stop: threading.Event) -> bool:
    """Creates the bucket if a listing says that it is missing. Returns whether it was created."""
    if settings.type != "s3" or rules.errors(settings):
        return False
    listing = in_thread(lambda: quick_check(settings).finding)
    while not stop.is_set() and not futures.wait([listing], _TICK).done:
        pass
    finding = None if stop.is_set() else listing.result()
    if finding is None or finding.fix is None or not finding.fix.creates_bucket:
        return False
    print_message(f"{finding.text} [{finding.cause.value}]")
    print_message(f"Creating bucket {sanitize(settings.bucket)} …")
    creation = buckets.create_bucket(settings, stop)
    print_message(creation.sentences)
    return creation.heading == texts.BUCKET_CREATED


def _report_not_validated(path: Path, settings: Settings) -> None:
    """Says what is wrong with settings that were saved without a validation, and how to validate them."""
    for finding in rules.findings(settings):
        if finding.severity is not Severity.HINT:
            report_finding(finding, finding.severity.value, flags_of(finding, settings))
    print_message(f"The settings were not validated. To validate them, run: {check_instruction(path).command}")


def _save(path: Path, settings: Settings, report: Report | None, fingerprint: str) -> None:
    validation = (
        config_file.Validation.ended(datetime.now(UTC), report.failed, passed=report.passed) if report else None
    )
    with finish_before_signals(path):
        saved = config_file.save(path, settings, validation, fingerprint)
        report_saved(path, saved)
