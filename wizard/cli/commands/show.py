"""`show`: prints the settings of a file, secrets hidden."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from wizard.catalog.presets import preset_reasons
from wizard.cli import settings_file
from wizard.config import file as config_file
from wizard.config.file import ConfigFile, Validation
from wizard.config.schema import written_settings
from wizard.console.exit_status import CommandError, ExitStatus
from wizard.console.stdio import print_data, print_json
from wizard.model.redaction import displayed
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Settings, format_value
from wizard.text.sanitize import sanitize, sanitize_command

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


def as_json(path: Path, file: ConfigFile) -> dict[str, object]:
    """The object that `show --json` prints: `config`, `type`, `settings` (secrets hidden) and `validation`."""
    settings = displayed(file.settings)
    values = {name: settings.value(name) for name in (*_names(file.settings), "accesskey")}
    return {
        "config": str(path),
        "type": file.settings.type,
        "settings": {name: str(value) if isinstance(value, Secret) else value for name, value in values.items()},
        "validation": _validation_as_json(file.validation),
    }


def _names(settings: Settings) -> tuple[str, ...]:
    return (*DECLARATIONS, *settings.further) if settings.type == "s3" else written_settings(settings)


def _validation_as_json(validation: Validation | None) -> dict[str, object] | None:
    if validation is None:
        return None
    return {"passed": validation.passed, "at": f"{validation.at:%Y-%m-%dT%H:%M:%SZ}", "failed": list(validation.failed)}


def _lines(path: Path, file: ConfigFile) -> Iterator[str]:
    settings = file.settings
    remarks = dict.fromkeys(preset_reasons(settings), "set by the preset of this store")
    remarks |= {name: "default" for name in DECLARATIONS if settings.value(name) == DECLARATIONS[name].default}
    yield sanitize(path)
    shown = displayed(settings)
    for name in _names(settings):
        line = f"  {name:<{_NAME_COLUMNS}}  {sanitize(format_value(shown.value(name)), _MAX_VALUE) or '-'}"
        yield f"{line:<{_REMARK_COLUMN}}  {remarks[name]}" if name in remarks and len(line) < _REMARK_COLUMN else line
    yield f"  {'validation':<{_NAME_COLUMNS}}  {_describe_validation(path, file.validation)}"


def _describe_validation(path: Path, validation: Validation | None) -> str:
    if validation is None:
        import shlex  # imported here: only needed for a file that was not validated

        return f"never; run: storage-wizard check {sanitize_command(shlex.quote(str(path)), _MAX_VALUE)}"
    result = "passed" if validation.passed else f"FAILED ({sanitize(', '.join(validation.failed), _MAX_VALUE)})"
    return f"{result} at {validation.at:%Y-%m-%d %H:%M:%S} UTC"
