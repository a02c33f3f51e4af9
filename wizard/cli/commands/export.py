"""`export`: writes the settings in a registry's own format."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from wizard.catalog.registries import registry_of
from wizard.cli import settings_file
from wizard.cli.settings_file import make_private_command
from wizard.cli.source_text import read_text
from wizard.config import file as config_file
from wizard.config.file import ConfigFile
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.stdio import print_data, print_message
from wizard.files.errors import ChangedError, FileError
from wizard.files.output import open_output, write_output
from wizard.files.reading import describe_exposure, read_file
from wizard.files.target import Written, describe_backup
from wizard.formats.format import Format, FormatError, redact_keys
from wizard.formats.lookup import all_formats, format_of
from wizard.model.settings import Settings
from wizard.session.importing import MAX_BYTES
from wizard.session.texts import file_exposed
from wizard.text.sanitize import sanitize


def run(given: argparse.Namespace) -> ExitStatus:
    """Prints the settings in the format, or writes them to a file or into one."""
    if given.redact and given.into:
        raise CommandError("--redact would take the keys out of a file that needs them. Leave out --redact, or --into.")
    try:
        file = settings_file.load(given.config)
        settings = redact_keys(file.settings) if given.redact else file.settings
        target_format = format_of(given.to)
        exported = target_format.write(settings)
        if given.into:
            _merge_into(given.into, target_format, settings, given.config)
        elif given.output:
            _report(given.output, write_output(given.output, exported.text.encode(), given.config), settings)
    except (config_file.ConfigError, FileError, FormatError) as error:
        raise CommandError(str(error)) from None
    for remark in (*_problems(file, target_format.registry), *exported.remarks):
        print_message(f"note: {remark}")
    if not given.output and not given.into:
        print_data(exported.text.removesuffix("\n"))
    if exported.command:
        print_message(f"Then:\n{exported.command}")
    return ExitStatus.DONE


def _problems(file: ConfigFile, registry_id: str) -> Iterator[str]:
    """The errors of settings that have not passed a validation with the driver of the registry that will read them.

    `registry_id` is empty if the format does not belong to one registry.
    """
    settings = file.settings
    has_passed = file.validation is not None and file.validation.passed
    if has_passed and (not registry_id or registry_of(registry_id).has_same_driver(registry_of(settings.registry))):
        return
    from wizard import rules  # imported here: not needed for settings that have passed
    from wizard.formats.path_style import with_effective_path_style

    if registry_id:
        settings = with_effective_path_style(settings).replace({"registry": registry_id})
    yield from (finding.text for finding in rules.errors(settings))


def _merge_into(path: Path, target_format: Format, settings: Settings, config: Path) -> None:
    """Replaces the storage section of a YAML file, and keeps the previous file as a backup."""
    if not target_format.section:
        supported = ", ".join(each.id for each in all_formats().values() if each.section)
        raise CommandError(f"--into is for {supported}: {target_format.id} has no section in a YAML file. Use -o.")
    from wizard.formats.yaml_splice import merge_into, with_kept_parameters  # imported here: for a YAML parser

    previous = read_text(path, "utf-8")
    try:
        merged = merge_into(previous, target_format, settings)
    except FormatError as error:
        raise CommandError(f"{sanitize(path)}: {error}") from None
    if merged.text == previous:
        print_message(f"{sanitize(path)} says that already.")
        return
    data = merged.text.encode()
    if len(data) > MAX_BYTES:
        raise CommandError(f"{sanitize(path)} would be too large to be read again, so it was left alone.")
    with open_output(path, config, MAX_BYTES) as target:
        if target.content is None or target.content.data != previous.encode():
            raise ChangedError(path)
        written = target.replace(data, keep_attributes=True)
    print_message(f"{sanitize(path)} has the storage section.{_backup(written)}")
    for remark in merged.remarks:
        print_message(f"note: {remark}")
    _report_kept(path, settings, with_kept_parameters(previous, target_format, settings))
    _report_exposure(path, written, settings)


def _report_kept(path: Path, settings: Settings, merged: Settings) -> None:
    """Names the parameters of the driver that only the file has, and what is wrong with them."""
    from wizard import rules  # imported here: see `_problems`

    if kept := [name for name in merged.further if name not in settings.further]:
        listed = ", ".join(f"`{name}`" for name in kept)
        print_message(f"note: {sanitize(path)} also has {listed}: kept, but not in the settings that were validated.")
    for finding in rules.errors(merged):
        if finding not in rules.errors(settings):
            print_message(f"note: {finding.text}")


def _report(path: Path, written: Written | None, settings: Settings) -> None:
    """Reports that a file was replaced, and that others can read the secret key in it."""
    if written is None:
        return
    if written.backup:
        print_message(f"{sanitize(path)} is written.{_backup(written)}")
    _report_exposure(path, written, settings)


def _backup(written: Written) -> str:
    return f" {describe_backup(written.backup)}" if written.backup else ""


def _report_exposure(path: Path, written: Written, settings: Settings) -> None:
    for remark in written.remarks:
        print_message(f"note: {remark}")
    content = read_file(written.path, MAX_BYTES)
    if settings.secretkey and content and (exposure := describe_exposure(content)):
        access = exposure.partition(" ")[0]
        print_message(f"note: {file_exposed(access)} it, and it holds the secret key: {make_private_command(path)}")
