"""Settings files that the program has not written."""

from __future__ import annotations

import json
from pathlib import Path

from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Settings, Value

_OUTSIDE_OF_S3 = ("registry", "provider", "redirect")


def write_settings(path: Path, settings: Settings) -> Path:
    """Write a settings file without the program's own code, in the documented format."""
    values = {name: settings.value(name) for name in DECLARATIONS if name not in _OUTSIDE_OF_S3}
    lines = [f"{name} = {_toml(value)}" for name, value in values.items()]
    redirect = "" if settings.redirect else "\n[storage.redirect]\ndisable = true\n"
    head = (
        f'version = 1\nregistry = "{settings.registry}"\nprovider = "{settings.provider}"\n\n[storage]\ntype = "s3"\n'
    )
    path.write_text(f"{head}\n[storage.s3]\n" + "\n".join(lines) + f"\n{redirect}")
    path.chmod(0o600)
    return path


def _toml(value: Value) -> str:
    return json.dumps(value.reveal() if isinstance(value, Secret) else value)
