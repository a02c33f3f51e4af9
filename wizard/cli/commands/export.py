"""`export`: writes the settings in a registry's own format."""

from __future__ import annotations

import argparse
from pathlib import Path

from wizard.catalog.registries.next_steps import apply_instruction, export_command
from wizard.cli import output_file, settings_file
from wizard.cli.settings_file import report_errors
from wizard.config import file as config_file
from wizard.config.file import ConfigFile
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.stdio import print_data, print_message
from wizard.files.errors import FileError
from wizard.files.written import Written, describe_backup
from wizard.formats import EXPORT_ONLY_NAMES, NAMES
from wizard.formats.format import Format, FormatError, Handover, redact_keys
from wizard.formats.lookup import format_of
from wizard.model.settings import Settings
from wizard.session.export_remarks import export_errors, export_remarks
from wizard.session.exposure import secret_exposure
from wizard.text.sanitize import sanitize

_FILE_NAMES = {  # usual ones for -o; those of the other formats are the id as YAML
    "distribution-2": "config.yml",
    "distribution-3": "config.yml",
    "env": "registry.env",
    "compose": "compose.yml",
    "harbor": "harbor-storage.yml",
    "gitlab": "registry-storage.rb",
    "dtr": "dtr-storage.json",
    "zot": "config.json",
    "quay": "quay-storage.yaml",
    "rclone": "rclone.conf",
}


def run(given: argparse.Namespace) -> ExitStatus:
    """Prints the settings in the format, or writes them to a file or into one."""
    if given.redact and given.into:
        raise CommandError("--redact and --into cannot be combined: the registry needs the keys in that file.")
    if given.dry_run and not given.into:
        raise CommandError("--dry-run requires --into FILE.")
    try:
        file = settings_file.load(given.config)
        settings = redact_keys(file.settings) if given.redact else file.settings
        target_format = format_of(_format_id(given, file))
        if given.output:
            usual_name = _FILE_NAMES.get(target_format.id, f"{target_format.id}.yaml")
            output_file.refuse_dash(given.output, "the configuration")
            output_file.require(given.output, usual_name)
        exported = target_format.write(settings)
        has_passed = file.validation is not None and file.validation.passed
        errors = export_errors(file.settings, target_format, has_passed=has_passed)  # no rule is for hidden keys
        if given.into:
            _merge_into(given, target_format, settings, errors)
        elif given.output:
            _write(given, exported.text, settings)
    except (config_file.ConfigError, FileError, FormatError) as error:
        raise CommandError(str(error)) from None
    _report(() if given.into else errors, export_remarks(file.settings, target_format))
    if not given.output and not given.into:
        print_data(exported.text.removesuffix("\n"))
    if exported.handover and not given.redact:
        print_message(f"Next, run:\n{_handover(given, target_format.id, exported.handover)}")
    return ExitStatus.DONE


def _report(errors: tuple[str, ...], remarks: tuple[str, ...]) -> None:
    report_errors(errors)
    for remark in remarks:
        print_message(f"note: {remark}")


def _handover(given: argparse.Namespace, format_id: str, handover: Handover) -> str:
    """The command that hands the exported file to the registry; without a file, the output of this command."""
    if given.output or given.into:
        return handover.of_file(given.output or given.into)
    return f"{export_command(given.config, format_id)} | {handover.of_input()}"


def _format_id(given: argparse.Namespace, file: ConfigFile) -> str:
    """The format that was asked for, or else the one that the settings were imported from."""
    if given.to:
        return str(given.to)
    if file.source is None:
        raise CommandError(f"choose a format with --to: {', '.join((*NAMES, *EXPORT_ONLY_NAMES))}.")
    if file.source.format not in NAMES:
        raise CommandError(
            f'{sanitize(given.config)}: "source.format" is {sanitize(file.source.format, 40)}, which is not a '
            "supported format. Choose a format with --to."
        )
    return file.source.format


def _merge_into(
    given: argparse.Namespace, target_format: Format, settings: Settings, settings_errors: tuple[str, ...]
) -> None:
    """Replaces the storage section of a YAML file, and keeps a backup; or prints the difference."""
    from wizard.cli.source_text import print_note  # imported here: only needed with --into, as below
    from wizard.session import write_back

    write_back.require_section(target_format)
    path: Path = given.into
    change = write_back.plan(path, target_format, settings, print_note)
    errors = (*settings_errors, *change.errors)
    if change.is_empty:
        report_errors(errors)
        print_message(f"{sanitize(path)} is already up to date.")
        return
    both = write_back.settings_of_both(change, target_format)
    if given.dry_run:
        print_data("\n".join(change.diff()))
        report_errors(errors)
        _report_images(both, None, given.config)
    else:
        with output_file.finish_before_signals(path):
            written = write_back.write(change, given.config)
            print_message(f"{sanitize(path)} updated.{_backup(written)}")
        report_errors(errors)
        _report_images(both, written.backup, given.config)
        instruction = apply_instruction(target_format.id, path)
        print_message(sanitize(f"{instruction.text} {instruction.command}".strip(), 400))
        _report_exposure(path, written, settings)
    for remark in change.remarks:
        print_note(remark)


def _report_images(both: tuple[Settings, Settings] | None, backup: Path | None, config: Path) -> None:
    """Says which images stay behind, and how to move them. `backup` has the settings before, if they were replaced."""
    from wizard.session.images import are_images_to_move, image_remarks, move_instruction  # imported here, as above

    if both is None:
        return
    for remark in image_remarks(*both, None):
        print_message(f"note: {remark}")
    if backup is not None and are_images_to_move(*both, None):
        print_message("\n".join(move_instruction(config, backup, is_saved=True)))


def _write(given: argparse.Namespace, text: str, settings: Settings) -> None:
    """Writes the output, and reports that a file was replaced, and that others can read the secret key in it."""
    from wizard.files.output import write_output  # imported here: only needed with --output

    with output_file.finish_before_signals(given.output):
        written = write_output(given.output, text.encode(), given.config)
        if written is None:
            return
        print_message(f"{sanitize(given.output)} saved.{_backup(written)}")
    _report_exposure(given.output, written, settings)


def _backup(written: Written) -> str:
    return f" {describe_backup(written.backup)}" if written.backup else ""


def _report_exposure(path: Path, written: Written, settings: Settings) -> None:
    for remark in written.remarks:
        print_message(f"note: {remark}")
    if exposure := secret_exposure(written, path, settings):
        print_message(f"note: {exposure}")
