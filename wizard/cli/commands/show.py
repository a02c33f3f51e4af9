"""`show`: prints the settings of a file, secrets hidden."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from wizard.catalog.presets import preset_reasons
from wizard.cli import settings_file
from wizard.cli.settings_json import as_json, shown_names
from wizard.config import file as config_file
from wizard.config.file import ConfigFile, Validation
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.stdio import print_data, print_json
from wizard.model.redaction import displayed
from wizard.model.settings import DECLARATIONS, format_value
from wizard.text.sanitize import sanitize
from wizard.text.shell_path import shell_path

_NAME_COLUMNS = max(map(len, DECLARATIONS))
_MAX_VALUE = 160  # characters, two lines of a terminal
_REMARK_COLUMN = 58


def run(given: argparse.Namespace) -> ExitStatus:
    """Prints a table, or JSON."""
    path = given.config
    try:
        file = settings_file.load(path)
    except config_file.ConfigError as error:
        raise CommandError(str(error)) from None
    if given.json:
        print_json(as_json(path, file))
    else:
        print_data("\n".join(_lines(path, file)))
    return ExitStatus.DONE


def _lines(path: Path, file: ConfigFile) -> Iterator[str]:
    settings = file.settings
    remarks = dict.fromkeys(preset_reasons(settings), "set by the preset of this store")
    remarks |= {name: "default" for name in DECLARATIONS if settings.value(name) == DECLARATIONS[name].default}
    yield sanitize(path)
    shown = displayed(settings)
    for name in shown_names(settings):
        line = f"  {name:<{_NAME_COLUMNS}}  {sanitize(format_value(shown.value(name)), _MAX_VALUE) or '-'}"
        yield f"{line:<{_REMARK_COLUMN}}  {remarks[name]}" if name in remarks and len(line) < _REMARK_COLUMN else line
    yield f"  {'validation':<{_NAME_COLUMNS}}  {_describe_validation(path, file.validation)}"


def _describe_validation(path: Path, validation: Validation | None) -> str:
    if validation is None:
        return f"never; run: storage-wizard check {shell_path(path, _MAX_VALUE)}"
    result = "passed" if validation.passed else f"FAILED ({sanitize(', '.join(validation.failed), _MAX_VALUE)})"
    return f"{result} at {validation.at:%Y-%m-%d %H:%M:%S} UTC"
