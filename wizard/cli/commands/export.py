"""`export`: the settings in a registry's own format."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from wizard.catalog.registries import registry_of
from wizard.cli import settings_file
from wizard.config import file as config_file
from wizard.config.file import ConfigFile
from wizard.console.exit_status import ExitStatus
from wizard.console.stdio import CommandError, print_data, print_message, read_text
from wizard.files.errors import FileError
from wizard.files.folder_lock import folder_lock
from wizard.files.replacing import replace_file, resolve_target, write_file
from wizard.formats.format import FormatError, redact_keys
from wizard.formats.lookup import all_formats, format_of
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize


def run(given: argparse.Namespace) -> ExitStatus:
    """Writes the settings in the format."""
    if given.redact and given.into:
        raise CommandError("--redact would take the keys out of a file that needs them. Leave out --redact, or --into.")
    try:
        found = settings_file.load(given.config)
        settings = found.settings
        shown = redact_keys(settings) if given.redact else settings
        into = format_of(given.to)
        exported = into.write(shown)
        if given.into:
            _put_into(given.into, given.to, shown)
        elif given.output:
            write_file(given.output, exported.text.encode())
    except (config_file.ConfigError, FileError, FormatError) as error:
        raise CommandError(str(error)) from None
    for remark in (*_problems(found, into.registry), *exported.remarks):
        print_message(f"note: {remark}")
    if not given.output and not given.into:
        print_data(exported.text.removesuffix("\n"))
    if exported.command:
        print_message(f"Then:\n{exported.command}")
    return ExitStatus.DONE


def _problems(found: ConfigFile, reader: str) -> Iterator[str]:
    """What the rules say of settings that no validation has passed, or not with the driver that will read them."""
    settings = found.settings
    has_passed = found.validation is not None and found.validation.passed
    if has_passed and (not reader or registry_of(reader).has_same_driver(registry_of(settings.registry))):
        return
    from wizard import rules
    from wizard.formats.s3_parameters import with_effective_path_style

    if reader:
        settings = with_effective_path_style(settings).replace({"registry": reader})
    yield from (finding.text for finding in rules.errors(settings))


def _put_into(path: Path, name: str, settings: Settings) -> None:
    into = format_of(name)
    if not into.section:
        able = ", ".join(each.id for each in all_formats().values() if each.section)
        raise CommandError(f"--into is for {able}: {name} has no section in a YAML file. Use -o.")
    from wizard.formats.yaml_splice import merge_into  # here, as a reader of YAML comes with it

    before = read_text(path, "utf-8")
    try:
        after = merge_into(before, into, settings)
    except FormatError as error:
        raise CommandError(f"{sanitize(path)}: {error}") from None
    if after == before:
        print_message(f"{sanitize(path)} says that already.")
        return
    target = resolve_target(path)
    backup = target.with_name(target.name + ".bak")

    def before_replace() -> None:
        if read_text(path, "utf-8") != before:
            raise CommandError(f"{sanitize(path)} was changed meanwhile, so it was left alone. Try again.")

    with folder_lock(target):
        before_replace()
        replace_file(backup, before.encode(), target)
        replace_file(target, after.encode(), target, before_replace)
    print_message(f"{sanitize(path)} has the storage section. What was there before: {sanitize(backup.name)}.")
    if settings.secretkey and target.stat().st_mode & 0o044:
        print_message(f"note: others may read it, and it holds the secret key: chmod 600 {sanitize(path)}")
