"""A registry in a Docker Compose file, configured by environment variables.

https://docs.docker.com/reference/compose-file/services/#environment
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from wizard.catalog.registries import registry_of
from wizard.formats import env, yaml_reader, yaml_writer
from wizard.formats.format import Exported, Format, FormatError, Imported
from wizard.formats.image import registry_in
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
    return Exported(text, tuple(env.dropped_remarks(settings)))


def _read(text: str) -> Imported:
    document = yaml_reader.require_mapping(yaml_reader.load(text), "the file")
    services = yaml_reader.require_mapping(document.get("services"), "services")
    registries = [found for found in map(_service, services.values()) if found.environment]
    if len(registries) != 1:
        subject = "several services set" if registries else "no service sets"
        raise FormatError(f"In it {subject} {env.PREFIX}… in its environment. Keep one registry in the file.")
    imported = env.settings_from_variables(_without_escapes(registries[0].environment), registries[0].registry)
    imported = imported._replace(remarks=(*imported.remarks, *yaml_reader.cut_key_remarks(text)))
    if registries[0].has_file:
        remark = "`env_file` was not read. Import that file too, or write its variables into `environment`."
        imported = imported._replace(remarks=(*imported.remarks, remark))
    return imported


class _Service(NamedTuple):
    environment: dict[str, str]  # the variables of the storage, with Compose's escapes
    has_file: bool
    registry: str  # the id of the registry that the tag of the image names; empty if it names none


def _service(value: object) -> _Service:
    service = yaml_reader.require_mapping(value, "the service")
    variables = dict(_storage_variables(service.get("environment")))
    return _Service(variables, service.get("env_file") is not None, registry_in(service.get("image")))


def _storage_variables(value: object) -> Iterator[tuple[str, str]]:
    """The variables of the storage. Compose accepts a mapping, whose values need not be strings, or NAME=VALUE lines.

    A name without a value is one of the environment of Compose, so it is refused.
    """
    seen: set[str] = set()
    for name, item in _variables(value):
        if not name.startswith(env.PREFIX):
            continue
        if not isinstance(item, str | int | float):
            raise FormatError(f"{sanitize(name, 60)} has no plain value. Write it out, in quotes.")
        if name in seen:
            raise FormatError(f"{sanitize(name, 60)} is there twice. Remove one of them.")
        seen.add(name)
        yield name, str(item).lower() if isinstance(item, bool) else str(item)


def _variables(value: object) -> Iterable[tuple[str, object]]:
    if not isinstance(value, list):
        return yaml_reader.require_mapping(value, "environment").items()
    if not all(isinstance(line, str) for line in value):
        raise FormatError("`environment` should be a list of NAME=VALUE, in quotes.")
    parts = (line.partition("=") for line in value)
    return ((name, text if has_value else None) for name, has_value, text in parts)


def _without_escapes(environment: dict[str, str]) -> dict[str, str]:
    """The values after interpolation; `FormatError` if one depends on a variable that is not in the file."""
    for name, value in environment.items():
        if _INTERPOLATION.search(value):
            raise FormatError(f"{sanitize(name, 60)} takes its value from a variable. Write it out, or import that.")
    return {name: value.replace("$$", "$") for name, value in environment.items()}


COMPOSE = Format(
    "compose",
    "a service of Docker Compose",
    _write,
    _read,
    env.CARRIED_SETTINGS,
    lambda given: isinstance(given.document.get("services"), Mapping),
)
