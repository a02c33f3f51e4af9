"""`configure`: what the wizard does, from flags."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from wizard import atomicfile, configfile, rules
from wizard.commands.files import tell_saved
from wizard.commands.live import validate_live
from wizard.commands.show import as_json
from wizard.commands.streams import CommandError, Exit, put, put_json, say
from wizard.commands.unseen import ask_unseen
from wizard.commands.validating import stopping
from wizard.configfile import ConfigFile
from wizard.finding import Value
from wizard.printable import nearest, printable
from wizard.providers import choose, edit, providers
from wizard.registries import REGISTRIES
from wizard.rules.tidy import tidy
from wizard.settings import DECLARATIONS, Declaration, Kind, Settings
from wizard.store import bucket
from wizard.store.report import Report

_LONGEST_SECRET = 1 << 16  # characters; what is longer was not meant to be a key


# From flags to settings


def settings_from(given: argparse.Namespace, before: Settings) -> Settings:
    """`before` with what the flags say; another provider brings its preset, as in the wizard."""
    if given.provider is not None:
        _refuse_unknown("provider", given.provider, list(providers()))
        before = before if given.provider == before.provider else choose(before, given.provider)
    changes = {d.name: value for d in DECLARATIONS.values() if (value := _value(given, d)) is not None}
    return edit(before, changes)


def _value(given: argparse.Namespace, declaration: Declaration) -> Value | None:
    if declaration.kind is Kind.SECRET:
        source = getattr(given, f"{declaration.name}_file")
        return None if source is None else declaration.parse(tidy(declaration, _secret_text(source))[0])
    text = getattr(given, declaration.name)
    if text is None or isinstance(text, bool):
        return text
    if declaration.name == "registry":
        _refuse_unknown("registry", text, list(REGISTRIES))
    tidied, note = tidy(declaration, text)
    if note:
        say(f"note: --{declaration.name}: {note}")
    try:
        return declaration.parse(tidied)
    except ValueError as problem:
        raise CommandError(f"--{declaration.name}: {problem}") from None


def _refuse_unknown(flag: str, word: str, known: list[str]) -> None:
    if word not in known:
        hint = nearest(word, known) or f" There are: {', '.join(known)}."
        raise CommandError(f"--{flag}: there is no {printable(word, 60)}.{hint}")


def _secret_text(source: str) -> str:
    """The secret in a file, or the first line of standard input for `-`."""
    if source == "-":
        return _asked() if sys.stdin.isatty() else _line()
    try:
        content = atomicfile.read(Path(source), _LONGEST_SECRET)
    except atomicfile.FileError as error:
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
        return ask_unseen("Secret key (not shown): ")
    except EOFError:
        raise KeyboardInterrupt from None


# Doing it


def run(given: argparse.Namespace) -> Exit:
    """Takes the settings from the flags, tries them, saves them."""
    path = given.config
    if given.json and given.no_validate:
        raise CommandError("--json prints the validation, and --no-validate leaves it out. Leave out one of them.")
    try:
        before = _load(path)
        settings = settings_from(given, before.settings)
        if given.dry_run:
            _show(given, settings, before)
            return Exit.DONE
        report = None if given.no_validate else _validated(given, settings)
        if report is not None and report.cancelled:
            return Exit.INTERRUPTED
        if given.json and report is not None:
            put_json(report.as_json(str(path)))
        if report is not None and not report.passed:
            say("Nothing was saved. To save all the same: --no-validate")
            return Exit.FAILED
        _save(path, settings, report, before.fingerprint)
    except configfile.ConfigError as error:
        raise CommandError(str(error)) from None
    return Exit.DONE


def _load(path: Path) -> ConfigFile:
    try:
        return configfile.load(path)
    except configfile.NotFoundError:
        return configfile.ConfigFile(choose(Settings(), "aws"))


def _show(given: argparse.Namespace, settings: Settings, before: ConfigFile) -> None:
    if given.json:
        put_json(as_json(given.config, ConfigFile(settings)))
    else:
        put(configfile.redacted(settings, None, before.document).rstrip("\n"))
    if before.fingerprint:
        for name, remark in configfile.difference(before.settings, settings).items():
            say(f"note: {name} {remark}")
    for finding in rules.findings(settings):
        say(f"{finding.severity.value}: {finding.text}")


def _validated(given: argparse.Namespace, settings: Settings) -> Report:
    with stopping() as stop:
        report = validate_live(settings, stop, given.timeout)
        if given.create_bucket and _misses_bucket(report) and not stop.is_set():
            say(f"Making the bucket {settings.bucket} …")
            if problem := bucket.create(settings):
                say(f"storage-wizard: the bucket was not made. {problem.text}")
            else:
                report = validate_live(settings, stop, given.timeout)
    return report


def _misses_bucket(report: Report) -> bool:
    fixes = (result.finding.fix for result in report.results if result.finding)
    return any(fix is not None and fix.creates_bucket for fix in fixes)


def _save(path: Path, settings: Settings, report: Report | None, fingerprint: str) -> None:
    verdict = configfile.Validation(report.passed, datetime.now(UTC), report.failed) if report else None
    saved = configfile.save(path, settings, verdict, fingerprint)
    tell_saved(path, saved)
