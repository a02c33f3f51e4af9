"""`export`: the settings in a registry's own format."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from wizard import atomicfile, configfile
from wizard.commands import files
from wizard.commands.streams import CommandError, Exit, put, read_text, say
from wizard.configfile import ConfigFile
from wizard.formats.base import FormatError, without_keys
from wizard.formats.table import all_formats, format_of
from wizard.printable import printable
from wizard.registries import registry_of
from wizard.settings import Settings


def run(given: argparse.Namespace) -> Exit:
    """Writes the settings in the format."""
    if given.redact and given.into:
        raise CommandError("--redact would take the keys out of a file that needs them. Leave out --redact, or --into.")
    try:
        found = files.load(given.config)
        settings = found.settings
        shown = without_keys(settings) if given.redact else settings
        into = format_of(given.to)
        exported = into.write(shown)
        if given.into:
            _put_into(given.into, given.to, shown)
        elif given.output:
            atomicfile.write(given.output, exported.text.encode())
    except (configfile.ConfigError, atomicfile.FileError, FormatError) as error:
        raise CommandError(str(error)) from None
    for remark in (*_problems(found, into.registry), *exported.remarks):
        say(f"note: {remark}")
    if not given.output and not given.into:
        put(exported.text.removesuffix("\n"))
    if exported.command:
        say(f"Then:\n{exported.command}")
    return Exit.DONE


def _problems(found: ConfigFile, reader: str) -> Iterator[str]:
    """What the rules say of settings that no validation has passed, or not with the driver that will read them."""
    settings = found.settings
    has_passed = found.validation is not None and found.validation.passed
    if has_passed and (not reader or registry_of(reader).drives_as(registry_of(settings.registry))):
        return
    from wizard import rules
    from wizard.formats.driver import addressed

    if reader:
        settings = addressed(settings).replace({"registry": reader})
    yield from (finding.text for finding in rules.errors(settings))


def _put_into(path: Path, name: str, settings: Settings) -> None:
    into = format_of(name)
    if not into.section:
        able = ", ".join(each.id for each in all_formats().values() if each.section)
        raise CommandError(f"--into is for {able}: {name} has no section in a YAML file. Use -o.")
    from wizard.formats.into import put_into  # here, as a reader of YAML comes with it

    before = read_text(path, "utf-8")
    try:
        after = put_into(before, into, settings)
    except FormatError as error:
        raise CommandError(f"{printable(path)}: {error}") from None
    if after == before:
        say(f"{printable(path)} says that already.")
        return
    target = atomicfile.place_of(path)
    backup = target.with_name(target.name + ".bak")

    def last_look() -> None:
        if read_text(path, "utf-8") != before:
            raise CommandError(f"{printable(path)} was changed meanwhile, so it was left alone. Try again.")

    with atomicfile.alone(target):
        last_look()
        atomicfile.replace(backup, before.encode(), target)
        atomicfile.replace(target, after.encode(), target, last_look)
    say(f"{printable(path)} has the storage section. What was there before: {printable(backup.name)}.")
    if settings.secretkey and target.stat().st_mode & 0o044:
        say(f"note: others may read it, and it holds the secret key: chmod 600 {printable(path)}")
