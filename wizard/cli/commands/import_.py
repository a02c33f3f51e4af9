"""`import`: saves the settings that a registry or another program has already."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from wizard import rules
from wizard.cli.settings_file import WILL_NOT_WORK, report_doubts, report_finding, report_saved
from wizard.cli.source_text import STANDARD_INPUT, print_note, read_text
from wizard.config import DEFAULT_FILE
from wizard.config import file as config_file
from wizard.config.file import ConfigFile
from wizard.config.render import render_redacted
from wizard.config.schema import refuse_url_credentials
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.signals import finish_before_signals
from wizard.console.stdio import print_data, print_message
from wizard.files.errors import FileError
from wizard.formats import SOURCE_NAMES
from wizard.formats.format import FormatError, no_files
from wizard.model.settings import Settings
from wizard.session import importing, loading
from wizard.session.correction import correction_of
from wizard.session.importing import TakenOver
from wizard.text.shell_path import shell_path


def run(given: argparse.Namespace) -> ExitStatus:
    """Reads the source, and saves the settings or prints them. Without a source, lists what there is to import."""
    if given.source is None and given.format is None:
        return _list_found(_options(given))
    if given.format is None and "://" in given.source:
        raise CommandError(_not_a_file(given.source))
    path = given.config
    try:
        previous = _load(path)
        taken = _read_source(given, previous.settings if previous else None)
        settings = taken.settings
        if given.bucket:
            settings = settings.replace({"bucket": given.bucket})
            refuse_url_credentials(settings)
        errors = rules.errors(settings)
        if given.dry_run:
            document = previous.document if previous else None
            print_data(render_redacted(settings, None, document, taken.source).rstrip("\n"))
        else:
            with finish_before_signals(path):
                saved = config_file.save(path, settings, None, previous.fingerprint if previous else "", taken.source)
                report_saved(path, saved, ", not validated")
    except (FormatError, FileError, config_file.ConfigError) as error:
        raise CommandError(f"{error}{_other_meaning(given)}") from None
    for finding in errors:
        report_finding(finding, "error", "" if given.dry_run else correction_of(finding, path, settings))
    if errors:
        print_message(WILL_NOT_WORK)
    if not given.dry_run:
        print_message(f"Next: {_check_command(path)}")
    return ExitStatus.FAILED if errors and given.dry_run else ExitStatus.DONE


def _not_a_file(address: str) -> str:
    """The sentences on a URL in the place of a file. The address itself is left out: it can contain keys."""
    if address.lower().startswith("s3://"):
        use = "For a bucket in the configuration of s3cmd, run: storage-wizard import --from s3cmd s3://BUCKET"
    else:
        use = "To find the store of an address, run: storage-wizard providers https://s3.example"
    return f"import needs a file, not a URL. {use}"


def _load(path: Path) -> ConfigFile | None:
    try:
        file = loading.load(path)
    except config_file.NotFoundError:
        return None
    report_doubts(path, file)
    return file


def _read_source(given: argparse.Namespace, previous: Settings | None) -> TakenOver:
    """The settings of the source. Another program has only those of a store; the rest comes from the existing file."""
    if given.source is None and given.format not in SOURCE_NAMES:
        raise CommandError(f"enter the file to import: storage-wizard import --from {given.format} FILE")
    if given.source == STANDARD_INPUT and given.format not in SOURCE_NAMES:
        taken = importing.take_over_text(read_text(STANDARD_INPUT), given.format or "", no_files)
    else:
        taken = importing.take_over(given.format or "", given.source or "", previous, print_note)
    for remark in taken.remarks:
        print_note(remark)
    return taken


def _other_meaning(given: argparse.Namespace) -> str:
    """What else than the path of a file the source can be, as sentences; empty if nothing else."""
    if given.format is not None or given.source == STANDARD_INPUT or os.path.lexists(given.source):
        return ""
    from wizard.session.found import in_programs  # imported here: only needed without a file

    commands = [f"\n    {each.command(_options(given))}" for each in in_programs(given.source)]
    if commands:
        return f" To import what another program has of that name, run:{''.join(commands)}"
    if "/" in given.source.partition(":")[0] or given.source.endswith((".yml", ".yaml", ".json", ".rb", ".env")):
        return ""
    programs = f"{', '.join(SOURCE_NAMES[:-1])} or {SOURCE_NAMES[-1]}"
    return f" For a name in another program's configuration, add --from {programs}."


def _options(given: argparse.Namespace) -> list[str]:
    """The options that are not about the source, as words of a command."""
    return [
        *(["-c", str(given.config)] if given.config != DEFAULT_FILE else []),
        *(["--bucket", given.bucket] if given.bucket else []),
        *(["--dry-run"] if given.dry_run else []),
    ]


def _list_found(options: Sequence[str]) -> ExitStatus:
    """Lists what is on this machine with the commands that import it."""
    from wizard.session.found import search  # imported here: only needed without a source

    found = search()
    if not found:
        raise CommandError(
            "found nothing to import: no registry configuration in this folder or in /etc, and no configuration "
            "of the AWS CLI, rclone, mc or s3cmd. To import a file, run: storage-wizard import FILE"
        )
    for each in found:
        command = (
            each.command(options) or "Its name cannot be typed. To import it, run storage-wizard and select it there."
        )
        print_data(f"{each.label}\n    {command}" if not each.problem else each.label)
    return ExitStatus.DONE


def _check_command(path: Path) -> str:
    return "storage-wizard check" + ("" if path == DEFAULT_FILE else f" {shell_path(path)}")
