"""The settings of a file as one JSON object, which `show` and `configure --dry-run` print."""

from __future__ import annotations

from pathlib import Path

from wizard.config.file import ConfigFile, Validation
from wizard.config.schema import written_settings
from wizard.model.redaction import displayed
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Settings


def as_json(path: Path, file: ConfigFile) -> dict[str, object]:
    """The object: `config`, `type`, `settings` (secrets hidden) and `validation`."""
    settings = displayed(file.settings)
    values = {name: settings.value(name) for name in (*shown_names(file.settings), "accesskey")}
    return {
        "config": str(path),
        "type": file.settings.type,
        "settings": {name: str(value) if isinstance(value, Secret) else value for name, value in values.items()},
        "validation": _validation_as_json(file.validation),
    }


def shown_names(settings: Settings) -> tuple[str, ...]:
    """The names of the settings that the storage has, in their order."""
    return (*DECLARATIONS, *settings.further) if settings.type == "s3" else written_settings(settings)


def _validation_as_json(validation: Validation | None) -> dict[str, object] | None:
    if validation is None:
        return None
    return {"passed": validation.passed, "at": f"{validation.at:%Y-%m-%dT%H:%M:%SZ}", "failed": list(validation.failed)}
