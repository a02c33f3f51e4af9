"""`import`: settings that a registry, or another program, has already."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from wizard import atomicfile, configfile, rules
from wizard.commands.files import tell_saved
from wizard.commands.streams import DEFAULT_FILE, CommandError, Exit, put, read_text, say
from wizard.configfile import ConfigFile
from wizard.formats.base import FormatError
from wizard.formats.detect import detect
from wizard.formats.elsewhere import SOURCES
from wizard.formats.table import format_of
from wizard.printable import printable
from wizard.providers import choose, recognise
from wizard.settings import Settings


def run(given: argparse.Namespace) -> Exit:
    """Reads the source, and writes the file."""
    path = given.config
    try:
        before = _before(path)
        settings = _read(given, before.settings if before else None)
        if given.bucket:
            settings = settings.replace({"bucket": given.bucket})
        if given.dry_run:
            put(configfile.redacted(settings, None, before.document if before else None).rstrip("\n"))
        else:
            _save(path, settings, before)
    except (FormatError, atomicfile.FileError, configfile.ConfigError) as error:
        raise CommandError(str(error)) from None
    for finding in rules.errors(settings):
        say(f"note: {finding.text}")
    return Exit.DONE


def _before(path: Path) -> ConfigFile | None:
    try:
        return configfile.load(path)
    except configfile.NotFoundError:
        return None


def _read(given: argparse.Namespace, before: Settings | None) -> Settings:
    if given.format in SOURCES:
        found = SOURCES[given.format](given.source)
        remarks, known = found.remarks, before or Settings()
        endpoint = str(found.changes.get("regionendpoint", ""))
        settings = choose(known, recognise(endpoint)).replace(found.changes)
    else:
        text = read_text(given.source)
        imported = format_of(given.format or detect(text)).read(text)
        remarks, settings = imported.remarks, imported.settings
        if settings.type == "s3":
            settings = settings.replace({"provider": recognise(settings.regionendpoint)})
    for remark in remarks:
        say(f"note: {remark}")
    return settings


def _save(path: Path, settings: Settings, before: ConfigFile | None) -> None:
    saved = configfile.save(path, settings, None, before.fingerprint if before else "")
    tell_saved(path, saved, ", and not validated")
    say("Next: storage-wizard check" + ("" if path == DEFAULT_FILE else f" {printable(shlex.quote(str(path)))}"))
