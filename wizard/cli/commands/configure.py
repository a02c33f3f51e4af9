"""`configure`: what the wizard does, from flags."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from wizard import rules
from wizard.catalog.presets import apply_edit, apply_preset
from wizard.catalog.providers import providers
from wizard.catalog.registries import REGISTRIES
from wizard.cli.commands.show import as_json
from wizard.cli.settings_file import report_saved
from wizard.config import file as config_file
from wizard.config.file import ConfigFile
from wizard.config.render import difference, render_redacted
from wizard.console.check_output import stop_on_signals
from wizard.console.exit_status import ExitStatus
from wizard.console.hidden_input import prompt_hidden
from wizard.console.progress_line import validate_with_progress
from wizard.console.stdio import CommandError, print_data, print_json, print_message
from wizard.files.errors import FileError
from wizard.files.reading import read_file
from wizard.model.findings import Value
from wizard.model.settings import DECLARATIONS, Declaration, Kind, Settings
from wizard.rules.clean_input import clean_input
from wizard.session import buckets
from wizard.text.sanitize import did_you_mean, sanitize
from wizard.validation.results import Report

_LONGEST_SECRET = 1 << 16  # characters; what is longer was not meant to be a key


# From flags to settings


def settings_from(given: argparse.Namespace, before: Settings) -> Settings:
    """`before` with what the flags say; another provider brings its preset, as in the wizard."""
    if given.provider is not None:
        _refuse_unknown("provider", given.provider, list(providers()))
        before = before if given.provider == before.provider else apply_preset(before, given.provider)
    changes = {d.name: value for d in DECLARATIONS.values() if (value := _value(given, d)) is not None}
    return apply_edit(before, changes)


def _value(given: argparse.Namespace, declaration: Declaration) -> Value | None:
    if declaration.kind is Kind.SECRET:
        source = getattr(given, f"{declaration.name}_file")
        return None if source is None else declaration.parse(clean_input(declaration, _secret_text(source))[0])
    text = getattr(given, declaration.name)
    if text is None or isinstance(text, bool):
        return text
    if declaration.name == "registry":
        _refuse_unknown("registry", text, list(REGISTRIES))
    tidied, note = clean_input(declaration, text)
    if note:
        print_message(f"note: --{declaration.name}: {note}")
    try:
        return declaration.parse(tidied)
    except ValueError as problem:
        raise CommandError(f"--{declaration.name}: {problem}") from None


def _refuse_unknown(flag: str, word: str, known: list[str]) -> None:
    if word not in known:
        hint = did_you_mean(word, known) or f" There are: {', '.join(known)}."
        raise CommandError(f"--{flag}: there is no {sanitize(word, 60)}.{hint}")


def _secret_text(source: str) -> str:
    """The secret in a file, or the first line of standard input for `-`."""
    if source == "-":
        return _asked() if sys.stdin.isatty() else _line()
    try:
        content = read_file(Path(source), _LONGEST_SECRET)
    except FileError as error:
        raise CommandError(str(error)) from None
    if content is None:
        raise CommandError("there is no file with that name for --secretkey-file. Check the path.")
    try:
        return content.data.decode()
    except UnicodeDecodeError:
        raise CommandError("the file of --secretkey-file is not text in UTF-8. Check the path.") from None


def _line() -> str:
    try:
        line = sys.stdin.readline(_LONGEST_SECRET)
    except UnicodeDecodeError:
        raise CommandError("what came on standard input is not text in UTF-8. Check what is sent there.") from None
    if not line:
        raise CommandError("standard input ended before the secret came. Check what is sent there.")
    return line


def _asked() -> str:
    try:
        return prompt_hidden("Secret key (not shown): ")
    except EOFError:
        raise KeyboardInterrupt from None


# Doing it


def run(given: argparse.Namespace) -> ExitStatus:
    """Takes the settings from the flags, tries them, saves them."""
    path = given.config
    if given.json and given.no_validate:
        raise CommandError("--json prints the validation, and --no-validate leaves it out. Leave out one of them.")
    try:
        before = _load(path)
        settings = settings_from(given, before.settings)
        if given.dry_run:
            _show(given, settings, before)
            return ExitStatus.DONE
        report = None if given.no_validate else _validated(given, settings)
        if report is not None and report.cancelled:
            return ExitStatus.INTERRUPTED
        if given.json and report is not None:
            print_json(report.as_json(str(path)))
        if report is not None and not report.passed:
            print_message("Nothing was saved. To save all the same: --no-validate")
            return ExitStatus.FAILED
        _save(path, settings, report, before.fingerprint)
    except config_file.ConfigError as error:
        raise CommandError(str(error)) from None
    return ExitStatus.DONE


def _load(path: Path) -> ConfigFile:
    try:
        return config_file.load(path)
    except config_file.NotFoundError:
        return config_file.ConfigFile(apply_preset(Settings(), "aws"))


def _show(given: argparse.Namespace, settings: Settings, before: ConfigFile) -> None:
    if given.json:
        print_json(as_json(given.config, ConfigFile(settings)))
    else:
        print_data(render_redacted(settings, None, before.document).rstrip("\n"))
    if before.fingerprint:
        for name, remark in difference(before.settings, settings).items():
            print_message(f"note: {name} {remark}")
    for finding in rules.findings(settings):
        print_message(f"{finding.severity.value}: {finding.text}")


def _validated(given: argparse.Namespace, settings: Settings) -> Report:
    with stop_on_signals() as stop:
        report = validate_with_progress(settings, stop, given.timeout)
        if given.create_bucket and _misses_bucket(report) and not stop.is_set():
            print_message(f"Making the bucket {settings.bucket} …")
            if problem := buckets.create(settings):
                print_message(f"storage-wizard: the bucket was not made. {problem.text}")
            else:
                report = validate_with_progress(settings, stop, given.timeout)
    return report


def _misses_bucket(report: Report) -> bool:
    fixes = (result.finding.fix for result in report.results if result.finding)
    return any(fix is not None and fix.creates_bucket for fix in fixes)


def _save(path: Path, settings: Settings, report: Report | None, fingerprint: str) -> None:
    verdict = config_file.Validation(report.passed, datetime.now(UTC), report.failed) if report else None
    saved = config_file.save(path, settings, verdict, fingerprint)
    report_saved(path, saved)
