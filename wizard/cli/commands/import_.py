"""`import`: settings that a registry, or another program, has already."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from wizard import rules
from wizard.catalog.endpoints import detect_provider
from wizard.catalog.presets import apply_preset
from wizard.cli.settings_file import report_saved
from wizard.config import DEFAULT_FILE
from wizard.config import file as config_file
from wizard.config.file import ConfigFile
from wizard.config.render import render_redacted
from wizard.console.exit_status import ExitStatus
from wizard.console.stdio import CommandError, print_data, print_message, read_text
from wizard.files.errors import FileError
from wizard.formats.detect import detect
from wizard.formats.foreign import SOURCES
from wizard.formats.format import FormatError
from wizard.formats.lookup import format_of
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize


def run(given: argparse.Namespace) -> ExitStatus:
    """Reads the source, and writes the file."""
    path = given.config
    try:
        before = _before(path)
        settings = _read(given, before.settings if before else None)
        if given.bucket:
            settings = settings.replace({"bucket": given.bucket})
        if given.dry_run:
            print_data(render_redacted(settings, None, before.document if before else None).rstrip("\n"))
        else:
            _save(path, settings, before)
    except (FormatError, FileError, config_file.ConfigError) as error:
        raise CommandError(str(error)) from None
    for finding in rules.errors(settings):
        print_message(f"note: {finding.text}")
    return ExitStatus.DONE


def _before(path: Path) -> ConfigFile | None:
    try:
        return config_file.load(path)
    except config_file.NotFoundError:
        return None


def _read(given: argparse.Namespace, before: Settings | None) -> Settings:
    if given.format in SOURCES:
        found = SOURCES[given.format](given.source)
        remarks, known = found.remarks, before or Settings()
        endpoint = str(found.changes.get("regionendpoint", ""))
        settings = apply_preset(known, detect_provider(endpoint)).replace(found.changes)
    else:
        text = read_text(given.source)
        imported = format_of(given.format or detect(text)).read(text)
        remarks, settings = imported.remarks, imported.settings
        if settings.type == "s3":
            settings = settings.replace({"provider": detect_provider(settings.regionendpoint)})
    for remark in remarks:
        print_message(f"note: {remark}")
    return settings


def _save(path: Path, settings: Settings, before: ConfigFile | None) -> None:
    saved = config_file.save(path, settings, None, before.fingerprint if before else "")
    report_saved(path, saved, ", and not validated")
    print_message(
        "Next: storage-wizard check" + ("" if path == DEFAULT_FILE else f" {sanitize(shlex.quote(str(path)))}")
    )
