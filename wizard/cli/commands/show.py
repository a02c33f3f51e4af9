"""`show`: the settings of a file, secrets hidden."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from wizard.catalog.presets import preset_reasons
from wizard.cli import settings_file
from wizard.config import file as config_file
from wizard.config.file import ConfigFile, Validation
from wizard.config.schema import written_settings
from wizard.console.exit_status import ExitStatus
from wizard.console.stdio import CommandError, print_data, print_json
from wizard.model.secret import Secret, abbreviate_key
from wizard.model.settings import DECLARATIONS, Settings, format_value
from wizard.text.sanitize import sanitize


def run(given: argparse.Namespace) -> ExitStatus:
    """Prints the settings of the file."""
    path = given.config
    try:
        found = settings_file.load(path)
    except config_file.ConfigError as error:
        raise CommandError(str(error)) from None
    if given.json:
        print_json(as_json(path, found))
    else:
        print_data("\n".join(_lines(str(path), found)))
    return ExitStatus.DONE


def as_json(path: Path, found: ConfigFile) -> dict[str, object]:
    """The settings as `show --json` prints them, secrets hidden."""
    settings = found.settings
    values = {name: settings[name] for name in _names(settings)} | {"accesskey": abbreviate_key(settings.accesskey)}
    return {
        "config": str(path),
        "type": settings.type,
        "settings": {name: str(value) if isinstance(value, Secret) else value for name, value in values.items()},
        "validation": _validation(found.validation),
    }


def _names(settings: Settings) -> tuple[str, ...]:
    return tuple(DECLARATIONS) if settings.type == "s3" else written_settings(settings)


def _validation(validation: Validation | None) -> dict[str, object] | None:
    if validation is None:
        return None
    return {"passed": validation.passed, "at": f"{validation.at:%Y-%m-%dT%H:%M:%SZ}", "failed": list(validation.failed)}


def _lines(path: str, found: ConfigFile) -> Iterator[str]:
    settings = found.settings
    remarks = dict.fromkeys(preset_reasons(settings), "as this store demands")
    remarks |= {name: "default" for name in DECLARATIONS if settings[name] == DECLARATIONS[name].default}
    yield sanitize(path)
    for name in _names(settings):
        value = abbreviate_key(settings.accesskey) if name == "accesskey" else format_value(settings[name])
        line = f"  {name:<{_WIDTH}}  {sanitize(value, _LONGEST) or '-'}"
        yield f"{line:<{_REMARK_AT}}  {remarks[name]}" if name in remarks and len(line) < _REMARK_AT else line
    yield f"  {'validation':<{_WIDTH}}  {_verdict(path, found.validation)}"


_WIDTH = len("multipartcopythresholdsize")
_LONGEST = 160  # characters of a value, two lines of a terminal
_REMARK_AT = 58  # column


def _verdict(path: str, validation: Validation | None) -> str:
    if validation is None:
        import shlex  # here, as a file that was validated needs none

        return f"never; now: storage-wizard check {sanitize(shlex.quote(path), _LONGEST)}"
    words = "passed" if validation.passed else f"FAILED ({', '.join(validation.failed)})"
    return f"{words} at {validation.at:%Y-%m-%d %H:%M:%S} UTC"
