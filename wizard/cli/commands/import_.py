"""`import`: saves the settings that a registry or another program has already."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from wizard import rules
from wizard.catalog.endpoints import detect_provider
from wizard.cli.settings_file import report_doubts, report_saved
from wizard.cli.source_text import read_text, reader_beside
from wizard.config import DEFAULT_FILE
from wizard.config import file as config_file
from wizard.config.file import ConfigFile
from wizard.config.render import render_redacted
from wizard.config.schema import refuse_url_credentials
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.stdio import print_data, print_message
from wizard.files.errors import FileError
from wizard.formats import SOURCE_NAMES
from wizard.formats.detect import detect
from wizard.formats.format import FormatError
from wizard.formats.lookup import format_of, source_of
from wizard.formats.sources.store import replace_store
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize


def run(given: argparse.Namespace) -> ExitStatus:
    """Reads the source, and saves the settings or prints them."""
    path = given.config
    try:
        previous = _load(path)
        settings = _read_source(given, previous.settings if previous else None)
        if given.bucket:
            settings = settings.replace({"bucket": given.bucket})
            refuse_url_credentials(settings)
        if given.dry_run:
            print_data(render_redacted(settings, None, previous.document if previous else None).rstrip("\n"))
        else:
            _save(path, settings, previous)
    except (FormatError, FileError, config_file.ConfigError) as error:
        raise CommandError(str(error)) from None
    for finding in rules.errors(settings):
        print_message(f"note: {finding.text}")
    return ExitStatus.DONE


def _load(path: Path) -> ConfigFile | None:
    try:
        file = config_file.load(path)
    except config_file.NotFoundError:
        return None
    report_doubts(path, file)
    return file


def _read_source(given: argparse.Namespace, previous: Settings | None) -> Settings:
    """The settings of the source. Another program has only those of a store; the rest comes from the existing file."""
    if given.format in SOURCE_NAMES:
        source = source_of(given.format)(given.source)
        imported = replace_store(previous, source)
        settings = imported.settings
    else:
        text = read_text(given.source)
        source_format = format_of(given.format or detect(text))
        beside = reader_beside(given.source)
        imported = source_format.read_with(text, beside) if source_format.read_with else source_format.read(text)
        settings = imported.settings
        if settings.type == "s3":
            settings = settings.replace({"provider": detect_provider(settings.regionendpoint)})
    refuse_url_credentials(settings)
    for remark in imported.remarks:
        print_message(f"note: {remark}")
    return settings


def _save(path: Path, settings: Settings, previous: ConfigFile | None) -> None:
    saved = config_file.save(path, settings, None, previous.fingerprint if previous else "")
    report_saved(path, saved, ", and not validated")
    print_message(
        "Next: storage-wizard check" + ("" if path == DEFAULT_FILE else f" {sanitize(shlex.quote(str(path)))}")
    )
