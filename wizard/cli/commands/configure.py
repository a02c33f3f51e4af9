"""`configure`: sets, validates and saves the settings from flags."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from wizard import rules
from wizard.catalog.presets import apply_edit, apply_preset
from wizard.catalog.providers import providers
from wizard.catalog.registries import REGISTRIES
from wizard.cli.commands.show import as_json
from wizard.cli.settings_file import report_doubts, report_saved
from wizard.config import file as config_file
from wizard.config.file import ConfigFile
from wizard.config.render import difference, render_redacted
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.line_input import prompt_hidden
from wizard.console.progress_line import validate_with_progress
from wizard.console.signals import stop_on_signals
from wizard.console.stdio import print_data, print_json, print_message
from wizard.files.errors import FileError
from wizard.files.reading import describe_exposure, read_file
from wizard.files.trust import describe_doubts
from wizard.model.findings import Value
from wizard.model.settings import DECLARATIONS, Declaration, Kind, Settings
from wizard.rules.clean_input import clean_input
from wizard.session import buckets
from wizard.session.texts import file_exposed
from wizard.text.sanitize import sanitize
from wizard.text.suggest import did_you_mean
from wizard.validation.results import Report

_MAX_SECRET = 1 << 16  # characters; more than any key has

# The settings


def settings_from(given: argparse.Namespace, previous: Settings) -> Settings:
    """`previous` with the values of the flags. Another provider applies its preset, as in the wizard.

    Raises `CommandError` for a value that is not valid.
    """
    if given.provider is not None:
        _refuse_unknown("provider", given.provider, providers())
        previous = previous if given.provider == previous.provider else apply_preset(previous, given.provider)
    values = {declaration.name: _value(given, declaration) for declaration in DECLARATIONS.values()}
    return apply_edit(previous, {name: value for name, value in values.items() if value is not None})


def _value(given: argparse.Namespace, declaration: Declaration) -> Value | None:
    if declaration.kind is Kind.SECRET:
        source = getattr(given, f"{declaration.name}_file")
        return None if source is None else declaration.parse(clean_input(declaration, _read_secret(source))[0])
    text = getattr(given, declaration.name)
    if text is None or isinstance(text, bool):
        return text
    if declaration.name == "registry":
        _refuse_unknown("registry", text, REGISTRIES)
    cleaned, note = clean_input(declaration, text)
    if note:
        print_message(f"note: --{declaration.name}: {note}")
    try:
        return declaration.parse(cleaned)
    except ValueError as error:
        raise CommandError(f"--{declaration.name}: {error}") from None


def _refuse_unknown(flag: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        hint = did_you_mean(value, known) or f" There are: {', '.join(known)}."
        raise CommandError(f"--{flag}: there is no {sanitize(value, 60)}.{hint}")


def _read_secret(source: str) -> str:
    """The content of a file, or the first line of standard input for `-`."""
    if source == "-":
        return _prompt_secret() if sys.stdin.isatty() else _read_line()
    try:
        content = read_file(Path(source), _MAX_SECRET)
    except FileError as error:
        raise CommandError(str(error)) from None
    if content is None:
        raise CommandError("there is no file with that name for --secretkey-file. Check the path.")
    if exposure := describe_exposure(content):
        print_message(f"note: the file of --secretkey-file: {file_exposed(exposure)}. Give it the mode 0600.")
    for doubt in describe_doubts(Path(source), content):
        print_message(f"note: the file of --secretkey-file: {doubt}")
    try:
        return content.data.decode()
    except UnicodeDecodeError:
        raise CommandError("the file of --secretkey-file is not text in UTF-8. Check the path.") from None


def _read_line() -> str:
    try:
        line = sys.stdin.readline(_MAX_SECRET)
    except UnicodeDecodeError:
        raise CommandError("what came on standard input is not text in UTF-8. Check what is sent there.") from None
    if not line:
        raise CommandError("standard input ended before the secret came. Check what is sent there.")
    return line


def _prompt_secret() -> str:
    try:
        return prompt_hidden("Secret key (not shown): ")
    except EOFError:
        raise KeyboardInterrupt from None


# The command


def run(given: argparse.Namespace) -> ExitStatus:
    """Validates the settings, and saves them if they pass."""
    path = given.config
    if given.json and given.no_validate:
        raise CommandError("--json prints the validation, and --no-validate leaves it out. Leave out one of them.")
    try:
        previous = _load(path)
        settings = settings_from(given, previous.settings)
        if given.dry_run:
            _show(given, settings, previous)
            return ExitStatus.DONE
        report = None if given.no_validate else _validate(given, settings)
        if report is not None and report.cancelled:
            return ExitStatus.INTERRUPTED
        if given.json and report is not None:
            print_json(report.as_json(str(path)))
        if report is not None and not report.passed:
            print_message("Nothing was saved. To save all the same: --no-validate")
            return ExitStatus.FAILED
        _save(path, settings, report, previous.fingerprint)
    except config_file.ConfigError as error:
        raise CommandError(str(error)) from None
    return ExitStatus.DONE


def _load(path: Path) -> ConfigFile:
    try:
        file = config_file.load(path)
    except config_file.NotFoundError:
        return ConfigFile(apply_preset(Settings(), "aws"))
    report_doubts(path, file)
    return file


def _show(given: argparse.Namespace, settings: Settings, previous: ConfigFile) -> None:
    if given.json:
        print_json(as_json(given.config, ConfigFile(settings)))
    else:
        print_data(render_redacted(settings, None, previous.document).rstrip("\n"))
    if previous.fingerprint:
        for name, remark in difference(previous.settings, settings).items():
            print_message(f"note: {name} {remark}")
    for finding in rules.findings(settings):
        print_message(f"{finding.severity.value}: {finding.text}")


def _validate(given: argparse.Namespace, settings: Settings) -> Report:
    with stop_on_signals() as stop:
        report = validate_with_progress(settings, stop, given.timeout)
        if given.create_bucket and _lacks_bucket(report) and not stop.is_set():
            print_message(f"Making the bucket {sanitize(settings.bucket)} …")
            creation = buckets.create_bucket(settings)
            print_message(creation.sentences)
            if creation.may_exist and not stop.is_set():
                report = validate_with_progress(settings, stop.event, limit)
    return report, stop.exit_status if stop.is_set() else 0


def _lacks_bucket(report: Report) -> bool:
    fixes = (result.finding.fix for result in report.results if result.finding)
    return any(fix is not None and fix.creates_bucket for fix in fixes)


def _save(path: Path, settings: Settings, report: Report | None, fingerprint: str) -> None:
    validation = config_file.Validation(report.passed, datetime.now(UTC), report.failed) if report else None
    saved = config_file.save(path, settings, validation, fingerprint)
    report_saved(path, saved)
