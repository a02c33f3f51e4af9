"""`export`: the settings in a registry's own format."""

from __future__ import annotations

import argparse

from wizard import atomicfile, configfile, rules
from wizard.commands.streams import CommandError, Exit, put, say
from wizard.formats import FORMATS, without_keys


def run(given: argparse.Namespace) -> Exit:
    """Writes the settings in the format."""
    try:
        settings = configfile.load(given.config).settings
        exported = FORMATS[given.to].write(without_keys(settings) if given.redact else settings)
        if given.output:
            target = given.output.resolve()
            atomicfile.check_place(target)
            atomicfile.replace(target, exported.text.encode())
    except (configfile.ConfigError, atomicfile.FileError) as error:
        raise CommandError(str(error)) from None
    for remark in (*(finding.text for finding in rules.errors(settings)), *exported.remarks):
        say(f"note: {remark}")
    if not given.output:
        put(exported.text.removesuffix("\n"))
    return Exit.DONE
