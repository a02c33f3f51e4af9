"""The environment variables of the registry, as a file for `docker run --env-file`.

The registry parses each value as YAML (configuration/parser.go of CNCF Distribution), so a key such as `0123` needs
quotes inside the value. `--env-file` passes a value on as it is, with its quotes
(https://docs.docker.com/reference/cli/docker/container/run/#env).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from wizard.catalog.registries import registry_of
from wizard.formats import s3_parameters, storage_section, yaml_reader, yaml_writer
from wizard.formats.format import Exported, Format, FormatError, Imported
from wizard.formats.path_style import derived_path_style_remarks
from wizard.model.settings import Settings

PREFIX = "REGISTRY_STORAGE"
CARRIED_SETTINGS = frozenset(s3_parameters.PARAMETERS) | {"redirect"}
_HEADER = "# The registry's storage, written by storage-wizard. For `docker run --env-file`.\n"
_QUOTES = "A value with quotes is meant with them, as docker run --env-file takes it: a shell would take them away."
_ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")


def variables(settings: Settings) -> dict[str, str]:
    """The variables of the storage by name. Values have the quotes that the registry's YAML parser needs."""
    has_path_style = registry_of(settings.registry).path_style_setting
    names = frozenset(s3_parameters.PARAMETERS) if has_path_style else s3_parameters.PARAMETERS_2
    section = storage_section.write(settings, names, (*s3_parameters.ALWAYS_WRITTEN, "forcepathstyle"))
    return {PREFIX: "filesystem" if "filesystem" in section else "s3"} | dict(_flatten(section, PREFIX))


def _flatten(section: Mapping[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in section.items():
        variable = f"{prefix}_{name.upper()}"
        if isinstance(value, Mapping):
            yield from _flatten(value, variable)
        else:
            yield variable, yaml_writer.plain_or_quoted(value) if isinstance(value, str) else yaml_writer.scalar(value)


def settings_from_variables(values: Mapping[str, str]) -> Imported:
    """The settings for the variables of a registry, by name. Variables that are not about storage are ignored.

    Raises `FormatError` if none is about storage, or a value has the wrong type.
    """
    parsed = {name: yaml_reader.load(text) for name, text in values.items() if name.startswith(PREFIX)}
    prefix = f"{PREFIX}_"
    options = {name.removeprefix(prefix).lower(): value for name, value in parsed.items() if name.startswith(prefix)}
    driver = parsed.get(PREFIX) or next((d for d in ("s3", "s3aws", "filesystem") if _parameters_of(d, options)), "")
    if not isinstance(driver, str) or not driver:
        raise FormatError(f"It sets no {PREFIX}, nor parameters of a driver. Check that it is the right file.")
    parameters = _parameters_of(driver, options)
    registry = "distribution-3" if "forcepathstyle" in parameters else "distribution-2"
    imported = storage_section.read_driver(driver, parameters, registry, s3_parameters.PARAMETERS)
    disable = options.get("redirect_disable")
    if disable is None:
        return imported
    return storage_section.disable_redirect(imported, disable=s3_parameters.require_bool("redirect_disable", disable))


def _parameters_of(driver: str, options: Mapping[str, object]) -> dict[str, object]:
    prefix = f"{driver}_"
    return {name.removeprefix(prefix): value for name, value in options.items() if name.startswith(prefix)}


def _write(settings: Settings) -> Exported:
    values = variables(settings)
    has_path_style = registry_of(settings.registry).path_style_setting
    remarks = [] if has_path_style else list(derived_path_style_remarks(settings))
    if any(text.startswith('"') for text in values.values()):
        remarks.append(_QUOTES)
    return Exported(_HEADER + "".join(f"{name}={text}\n" for name, text in values.items()), tuple(remarks))


def _read(text: str) -> Imported:
    values = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        assignment = _ASSIGNMENT.fullmatch(line.strip())
        if assignment is None:
            raise FormatError(f"Line {number} is no NAME=VALUE. Mend it there.")
        values[assignment[1]] = assignment[2]
    return settings_from_variables(values)


ENV = Format("env", "environment variables of Distribution", _write, _read, CARRIED_SETTINGS)
