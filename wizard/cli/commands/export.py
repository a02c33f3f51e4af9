"""`export`: writes the settings in a registry's own format."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from wizard.catalog.registries import registry_of
from wizard.cli import settings_file
from wizard.cli.source_text import read_text
from wizard.config import file as config_file
from wizard.config.file import ConfigFile
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.stdio import print_data, print_message
from wizard.files.errors import FileError
from wizard.files.folder_lock import folder_lock
from wizard.files.replacing import describe_backup, replace_file, resolve_target, write_file
from wizard.formats.format import Format, FormatError, redact_keys
from wizard.formats.lookup import all_formats, format_of
from wizard.model.settings import Settings
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
            _merge_into(given.into, target_format, settings)
        elif given.output:
            write_file(given.output, exported.text.encode())
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


def _merge_into(path: Path, target_format: Format, settings: Settings) -> None:
    """Replaces the storage section of a YAML file, and keeps the previous file as a backup."""
    if not target_format.section:
        supported = ", ".join(each.id for each in all_formats().values() if each.section)
        raise CommandError(f"--into is for {supported}: {target_format.id} has no section in a YAML file. Use -o.")
    from wizard.formats.yaml_splice import merge_into  # imported here: it imports a YAML parser

    previous = read_text(path, "utf-8")
    try:
        merged = merge_into(previous, target_format, settings)
    except FormatError as error:
        raise CommandError(f"{sanitize(path)}: {error}") from None
    if merged == previous:
        print_message(f"{sanitize(path)} says that already.")
        return
    target = resolve_target(path)
    backup = target.with_name(target.name + ".bak")

    def refuse_conflict() -> None:
        if read_text(path, "utf-8") != previous:
            raise CommandError(f"{sanitize(path)} was changed meanwhile, so it was left alone. Try again.")

    with folder_lock(target):
        refuse_conflict()
        replace_file(backup, previous.encode(), target)
        replace_file(target, merged.encode(), target, refuse_conflict)
    print_message(f"{sanitize(path)} has the storage section. {describe_backup(backup)}")
    if settings.secretkey and target.stat().st_mode & 0o044:
        print_message(f"note: others may read it, and it holds the secret key: chmod 600 {sanitize(path)}")
