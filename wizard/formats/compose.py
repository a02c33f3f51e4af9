"""A registry in a Docker Compose file, configured by environment variables.

https://docs.docker.com/reference/compose-file/services/#environment
"""

from __future__ import annotations

import re

from wizard.catalog.registries import registry_of
from wizard.formats import env, yaml_reader, yaml_writer
from wizard.formats.format import Exported, Format, FormatError, Imported
from wizard.formats.path_style import derived_path_style_remarks
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_HEADER = "# The registry's storage, written by storage-wizard.\n"
_INTERPOLATION = re.compile(r"(?<!\$)(\$\$)*\$(?!\$)")  # a dollar sign that is not doubled


def _write(settings: Settings) -> Exported:
    has_path_style = registry_of(settings.registry).path_style_setting
    # Compose replaces `$NAME` with a variable; a doubled dollar sign stands for itself.
    environment = {name: text.replace("$", "$$") for name, text in env.variables(settings).items()}
    image = "registry:3" if has_path_style else "registry:2"
    service = {"image": image, "ports": ["5000:5000"], "environment": environment}
    text = _HEADER + yaml_writer.dump({"services": {"registry": service}})
    return Exported(text, () if has_path_style else tuple(derived_path_style_remarks(settings)))


def _read(text: str) -> Imported:
    document = yaml_reader.require_mapping(yaml_reader.load(text), "the file")
    services = yaml_reader.require_mapping(document.get("services"), "services")
    registries = []
    for service in services.values():
        environment = _environment(yaml_reader.require_mapping(service, "the service").get("environment"))
        if any(name.startswith(env.PREFIX) for name in environment):
            registries.append(environment)
    if len(registries) != 1:
        subject = "several services set" if registries else "no service sets"
        raise FormatError(f"In it {subject} {env.PREFIX}… in its environment. Keep one registry in the file.")
    return env.settings_from_variables(_without_escapes(registries[0]))


def _environment(value: object) -> dict[str, str]:
    """The variables by name. Compose accepts a mapping, whose values need not be strings, or a list of NAME=VALUE."""
    if isinstance(value, list):
        pairs = (str(line).partition("=") for line in value)
        return {name: text for name, _, text in pairs}
    return {name: _to_text(item) for name, item in yaml_reader.require_mapping(value, "environment").items()}


def _to_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _without_escapes(environment: dict[str, str]) -> dict[str, str]:
    """The values after interpolation; `FormatError` if one depends on a variable that is not in the file."""
    for name, value in environment.items():
        if name.startswith(env.PREFIX) and _INTERPOLATION.search(value):
            raise FormatError(f"{sanitize(name, 60)} takes its value from a variable. Write it out, or import that.")
    return {name: value.replace("$$", "$") for name, value in environment.items()}


COMPOSE = Format("compose", "a service of Docker Compose", _write, _read, env.CARRIED_SETTINGS)
