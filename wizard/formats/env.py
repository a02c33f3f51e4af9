"""The registry's environment variables, alone and in a service of Docker Compose.

The registry reads every value as YAML (configuration/parser.go), so a key such as `0123` needs quotes of its own
inside the value. Docker's `--env-file` takes a value as it stands, quotes included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from wizard.catalog.registries import registry_of
from wizard.formats import s3_parameters, storage_section
from wizard.formats import yaml as yaml_text
from wizard.formats.distribution import path_style_remarks
from wizard.formats.format import Exported, Format, FormatError, Imported
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_PREFIX = "REGISTRY_STORAGE"
_HEADER = "# The registry's storage, written by storage-wizard. For `docker run --env-file`.\n"
_QUOTES = "A value with quotes is meant with them, as docker run --env-file takes it: a shell would take them away."
_ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)")


def variables(settings: Settings) -> dict[str, str]:
    """The variables by name, with the quotes that the registry's reader of YAML needs."""
    reads = registry_of(settings.registry).path_style_setting
    names = frozenset(s3_parameters.PARAMETERS) if reads else s3_parameters.PARAMETERS_2
    section = storage_section.section(settings, names, (*s3_parameters.ALWAYS, "forcepathstyle"))
    return {_PREFIX: "filesystem" if "filesystem" in section else "s3"} | dict(_flat(section, _PREFIX))


def _flat(section: Mapping[str, object], head: str) -> Iterator[tuple[str, str]]:
    for name, value in section.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{head}_{name.upper()}")
        else:
            text = yaml_text.plain_or_quoted(value) if isinstance(value, str) else yaml_text.scalar(value)
            yield f"{head}_{name.upper()}", text


def settings_from_variables(values: Mapping[str, str]) -> Imported:
    """The settings that the variables stand for; others than those of the storage are nobody's here."""
    parsed = {name: yaml_text.load(text) for name, text in values.items() if name.startswith(_PREFIX)}
    found = {n.removeprefix(f"{_PREFIX}_").lower(): v for n, v in parsed.items() if n.startswith(f"{_PREFIX}_")}
    name = parsed.get(_PREFIX) or next((word for word in ("s3", "s3aws", "filesystem") if _of(word, found)), "")
    if not isinstance(name, str) or not name:
        raise FormatError(f"It sets no {_PREFIX}, nor parameters of a driver. Check that it is the right file.")
    parameters = _of(name, found)
    registry = "distribution-3" if "forcepathstyle" in parameters else "distribution-2"
    imported = storage_section.read_driver(name, parameters, registry, s3_parameters.PARAMETERS)
    off = found.get("redirect_disable")
    return storage_section.with_redirect(
        imported, off=off is not None and s3_parameters.require_bool("redirect_disable", off)
    )


def _of(name: str, found: Mapping[str, object]) -> dict[str, object]:
    return {n.removeprefix(f"{name}_"): value for n, value in found.items() if n.startswith(f"{name}_")}


# A file of variables


def _write(settings: Settings) -> Exported:
    values = variables(settings)
    remarks = path_style_remarks(settings) if not registry_of(settings.registry).path_style_setting else []
    if any(text.startswith('"') for text in values.values()):
        remarks.append(_QUOTES)
    return Exported(_HEADER + "".join(f"{name}={text}\n" for name, text in values.items()), tuple(remarks))


def _read(text: str) -> Imported:
    values = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _ASSIGNMENT.fullmatch(line.strip())
        if found is None:
            raise FormatError(f"Line {number} is no NAME=VALUE. Mend it there.")
        values[found[1]] = found[2]
    return settings_from_variables(values)


# A service of Docker Compose (https://docs.docker.com/reference/compose-file/services/)


def _write_compose(settings: Settings) -> Exported:
    reads = registry_of(settings.registry).path_style_setting
    # Compose puts a variable of its own in the place of each dollar sign that is not doubled.
    environment = {name: text.replace("$", "$$") for name, text in variables(settings).items()}
    service = {"image": "registry:3" if reads else "registry:2", "ports": ["5000:5000"], "environment": environment}
    text = "# The registry's storage, written by storage-wizard.\n" + yaml_text.dump(
        {"services": {"registry": service}}
    )
    return Exported(text, () if reads else tuple(path_style_remarks(settings)))


def _read_compose(text: str) -> Imported:
    services = yaml_text.mapping(yaml_text.mapping(yaml_text.load(text), "the file").get("services"), "services")
    found = {}
    for name, service in services.items():
        environment = _environment(yaml_text.mapping(service, "the service").get("environment"))
        if any(variable.startswith(_PREFIX) for variable in environment):
            found[name] = environment
    if len(found) != 1:
        told = "several services set" if found else "no service sets"
        raise FormatError(f"In it {told} {_PREFIX}… in its environment. Keep one registry in the file.")
    environment = next(iter(found.values()))
    for variable, value in environment.items():
        if variable.startswith(_PREFIX) and re.search(r"(?<!\$)(\$\$)*\$(?!\$)", value):
            raise FormatError(
                f"{sanitize(variable, 60)} takes its value from a variable. Write it out, or import that."
            )
    return settings_from_variables({variable: value.replace("$$", "$") for variable, value in environment.items()})


def _environment(value: object) -> dict[str, str]:
    """As Compose reads it: names with values, or a list of NAME=VALUE; values that are no text become one."""
    if isinstance(value, list):
        pairs = (str(line).partition("=") for line in value)
        return {name: text for name, _, text in pairs}
    return {name: _as_text(inner) for name, inner in yaml_text.mapping(value, "environment").items()}


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


_CARRIES = frozenset(s3_parameters.PARAMETERS) | {"redirect"}

ENV = Format("env", "environment variables of Distribution", _write, _read, _CARRIES)
COMPOSE = Format("compose", "a service of Docker Compose", _write_compose, _read_compose, _CARRIES)
