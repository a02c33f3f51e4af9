"""The environment variables of the registry, as a file for `docker run --env-file`.

The registry parses each value as YAML (configuration/parser.go of CNCF Distribution), so a key such as `0123` needs
quotes inside the value. `docker run --env-file` passes a value on as it is, with its quotes
(https://docs.docker.com/reference/cli/docker/container/run/#env); Compose's `env_file` removes quotes at both ends,
replaces variables and cuts at ` #`. A value such as `!!str "0123"`, with `$` and `#` as escapes, is the same to both.

A file with `export` is one for a shell, which removes quotes. Of its language only plain values and values in one pair
of quotes are read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from wizard.catalog.registries import registry_of
from wizard.formats import s3_parameters, storage_section, yaml_reader, yaml_writer
from wizard.formats.format import Exported, Format, FormatError, Imported, require_few
from wizard.formats.path_style import derived_path_style_remarks
from wizard.formats.variables import Variables, no_variables
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

PREFIX = "REGISTRY_STORAGE"
CARRIED_SETTINGS = frozenset(s3_parameters.PARAMETERS) | {"redirect"}
# A line of a script that runs a container, which the format `docker` reads.
RUNS_CONTAINER = r"[^\n]*?(?<![\w-])(?:docker|podman|nerdctl)[ \t]+(?:[^\s#]+[ \t]+){0,4}(?:run|create)[ \t\\]"
_HEADER = (
    '# The registry\'s storage, written by storage-wizard. For "docker run --env-file", and "env_file" of Compose.\n'
)
_QUOTES = (
    'Values with "!!str" are for Docker\'s "--env-file" and Compose\'s "env_file". A shell would remove their quotes.'
)
_INSIDE = 'inside the value: NAME=\'"…"\' in a shell, NAME="…" in a file for Docker.'
_TEXT_TAG = "!!str "
_ASSIGNMENT = r"(?s:(export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*))"
# Texts that every shell reads alike: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
_SHELL_VALUE = r"""(?P<plain>[A-Za-z0-9_./:@%+,=-]*)|'(?P<single>[^']*)'|"(?P<double>[^"\\$`]*)\""""
_SECTIONS = ("s3", "s3aws", "filesystem", "redirect")  # a variable for one of them has all its parameters


def variables(settings: Settings) -> dict[str, str]:
    """The variables of the storage by name. Values have the quotes that the registry's YAML parser needs."""
    section = section_of(settings)
    return {PREFIX: "filesystem" if "filesystem" in section else "s3"} | dict(_flatten(section, PREFIX))


def section_of(settings: Settings) -> dict[str, object]:
    """The `storage` section of the variables, for the registry of the settings."""
    return storage_section.write(settings, _names(settings), (*s3_parameters.ALWAYS_WRITTEN, "forcepathstyle"))


def _names(settings: Settings) -> frozenset[str]:
    """The parameters that the registry of the settings reads; it is one of Distribution's."""
    has_path_style = registry_of(settings.registry).path_style_setting
    return s3_parameters.ALL_PARAMETERS_3 if has_path_style else s3_parameters.ALL_PARAMETERS_2


def dropped_remarks(settings: Settings) -> Iterator[str]:
    """Remarks on the settings and parameters that the variables do not contain."""
    has_path_style = registry_of(settings.registry).path_style_setting
    if not has_path_style:
        yield from derived_path_style_remarks(settings)
    line = "Distribution 3" if has_path_style else "Distribution 2"
    yield from s3_parameters.dropped_further_remarks(settings, _names(settings), line)


def section_variables(section: Mapping[str, object]) -> dict[str, str]:
    """The variables that are equivalent to a `storage` section of a configuration. Lists in it are left out."""
    drivers = [name for name in section if name not in storage_section.NON_DRIVER_KEYS]
    named = {PREFIX: yaml_writer.plain_or_quoted(drivers[0])} if len(drivers) == 1 else {}
    return named | dict(_flatten(section, PREFIX))


def _flatten(section: Mapping[str, object], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in section.items():
        variable = f"{prefix}_{name.upper()}"
        if isinstance(value, Mapping):
            yield from _flatten(yaml_reader.require_mapping(value, name), variable)
        elif not isinstance(value, list):
            yield variable, yaml_writer.plain_or_quoted(value) if isinstance(value, str) else yaml_writer.scalar(value)


def driver_in(names: Collection[str]) -> str:
    """The driver that variables with these names set, or set parameters of; empty if they set none."""
    if PREFIX in names:
        return PREFIX
    return next(
        (
            driver
            for driver in storage_section.DRIVERS
            if any(name.startswith(f"{PREFIX}_{driver.upper()}_") for name in names)
        ),
        "",
    )


def settings_from_variables(values: Mapping[str, str], registry: str = "") -> Imported:
    """The settings for the variables of a registry, by name. Variables that are not about storage are ignored.

    Without the id of the registry their names decide. Raises `FormatError` if none is about storage, two drivers have
    parameters, or a value has the wrong type.
    """
    ours = {name: text for name, text in values.items() if name.startswith(PREFIX)}
    return _settings(ours, {}, registry)


def _parse(values: Mapping[str, str], lines: Mapping[str, int]) -> dict[str, object]:
    """The values parsed as YAML; a `FormatError` names the variable, and its line if that is in `lines`."""
    require_few(values)
    parsed: dict[str, object] = {}
    for name, text in values.items():
        try:
            parsed[name] = yaml_reader.load(text)
        except FormatError:
            place = f"Line {lines[name]}: the" if name in lines else "The"
            raise FormatError(
                f"{place} value of {sanitize(name, 60)} is not valid YAML, which the registry requires. Put "
                f"quotes {_INSIDE}"
            ) from None
    return parsed


def _settings(values: Mapping[str, str], lines: Mapping[str, int], registry: str = "") -> Imported:
    """The settings for variables of the storage; `lines` has their lines where they are from a file."""
    parsed = _parse(values, lines)
    prefix = f"{PREFIX}_"
    options = {name.removeprefix(prefix).lower(): value for name, value in parsed.items() if name.startswith(prefix)}
    if section := next((name for name in _SECTIONS if options.get(name) is not None), ""):
        raise FormatError(f"{prefix}{section.upper()} sets a complete section. Write one variable for each parameter.")
    drivers = [driver for driver in storage_section.DRIVERS if _parameters_of(driver, options)]
    driver = parsed.get(PREFIX) or next(iter(drivers), "")
    if not isinstance(driver, str) or not driver:
        raise FormatError(f"The file sets neither {PREFIX} nor any driver parameters. Check that it is the right file.")
    if others := [found for found in drivers if found != driver]:
        named = ", ".join([sanitize(driver, 20), *others])
        raise FormatError(
            f"The storage section has several drivers: {named}. A registry supports exactly one driver, such as s3."
        )
    parameters = _parameters_of(driver, options)
    only_3 = s3_parameters.ALL_PARAMETERS_3 - s3_parameters.ALL_PARAMETERS_2
    registry = registry or f"distribution-{2 if parameters.keys().isdisjoint(only_3) else 3}"
    names = s3_parameters.ALL_PARAMETERS_2 if registry == "distribution-2" else s3_parameters.ALL_PARAMETERS_3
    _require_types({name: value for name, value in parameters.items() if name in names}, driver, lines)
    imported = storage_section.read_driver(driver, parameters, registry, names)
    imported = imported._replace(remarks=(*imported.remarks, *_cut_values(values)))
    disable = options.get("redirect_disable")
    if disable is None:
        return imported
    return storage_section.disable_redirect(imported, disable=s3_parameters.require_bool("redirect_disable", disable))


def _require_types(parameters: Mapping[str, object], driver: str, lines: Mapping[str, int]) -> None:
    """Raises a `FormatError` that names the variable whose value is of the wrong type."""
    require_few(parameters)
    for name, value in parameters.items():
        variable = f"{PREFIX}_{driver}_{name}".upper()
        try:
            s3_parameters.require_type(name, value)
        except FormatError as error:
            place = f"Line {lines[variable]}: " if variable in lines else ""
            remedy = f" Put the quotes {_INSIDE}" if "quoted" in str(error) else ""
            reason = str(error).replace(f'"{name}"', variable)
            raise FormatError(f"{place}{reason}{remedy}") from None


def _parameters_of(driver: str, options: Mapping[str, object]) -> dict[str, object]:
    prefix = f"{driver}_"
    return {name.removeprefix(prefix): value for name, value in options.items() if name.startswith(prefix)}


def _write(settings: Settings) -> Exported:
    values = {name: _alike(text) for name, text in variables(settings).items()}
    remarks = list(dropped_remarks(settings))
    if any(text.startswith(_TEXT_TAG) for text in values.values()):
        remarks.append(_QUOTES)
    return Exported(_HEADER + "".join(f"{name}={text}\n" for name, text in values.items()), tuple(remarks))


def _alike(value: str) -> str:
    """A value that Docker and Compose read alike: it neither begins with a quote nor has a `$` or `#`."""
    if not value.startswith('"'):
        return value
    return _TEXT_TAG + value.replace("$", "\\x24").replace("#", "\\x23")


def _read(text: str) -> Imported:
    assignments = [_assignment(number, line) for number, line in enumerate(text.split("\n"), 1)]
    found = [assignment for assignment in assignments if assignment]
    is_shell = any(assignment.is_exported for assignment in found)
    values: dict[str, str] = {}
    for assignment in found:
        if not assignment.name.startswith(PREFIX):
            continue
        if assignment.name in values:
            raise FormatError(f"Line {assignment.line} sets {assignment.name} again. Remove one of them.")
        values[assignment.name] = _shell_value(assignment) if is_shell else _docker_value(assignment)
    return _settings(values, {assignment.name: assignment.line for assignment in found})


def read_docker_variables(text: str) -> Variables:
    """The variables of a file for `docker run --env-file`; a name alone has a value outside, if any."""
    found = no_variables()
    for number, line in enumerate(text.split("\n"), 1):
        name, sign, value = line.removesuffix("\r").lstrip().partition("=")
        if name.startswith("#") or not (name or sign):
            continue
        if not name or len(name.split()) > 1:
            raise FormatError(f"Line {number} is not NAME=VALUE.")
        found.set(name.strip(), value, () if sign else (name.strip(),))
    return found


def _cut_values(values: Mapping[str, str]) -> Iterator[str]:
    """A remark on each value that YAML ends at a comment, for the registry too."""
    for name, text in values.items():
        if yaml_reader.has_comment(text):
            yield f'The registry ignores the part of {sanitize(name, 60)} after " #". Put quotes inside the value.'


class _Assignment(NamedTuple):
    line: int
    name: str
    text: str
    is_exported: bool

    def __repr__(self) -> str:
        return f"_Assignment(line {self.line}, {self.name})"  # the text can be secret


def _assignment(number: int, line: str) -> _Assignment | None:
    """The assignment on a line; None for a comment or a blank line. Lines end as Docker's do."""
    line = line.removesuffix("\r").strip(" \t")
    if not line or line.startswith("#"):
        return None
    match = re.fullmatch(_ASSIGNMENT, line)
    if match is None:
        raise FormatError(f"Line {number} is not NAME=VALUE.")
    return _Assignment(number, match[2], match[3], bool(match[1]))


def _docker_value(assignment: _Assignment) -> str:
    if assignment.text.endswith("\\"):
        raise FormatError(f"Line {assignment.line} ends with a backslash. Write the value on one line, in quotes.")
    return assignment.text


def _shell_value(assignment: _Assignment) -> str:
    value = re.fullmatch(_SHELL_VALUE, assignment.text)
    if value is None:
        raise FormatError(f"Line {assignment.line} is not a plain shell value. Write the value in single quotes.")
    return value["plain"] or value["single"] or value["double"] or ""


ENV = Format(
    "env",
    "environment variables of Distribution",
    _write,
    _read,
    CARRIED_SETTINGS,
    lambda given: given.has_line(r"[ \t]*(export[ \t]+)?REGISTRY_STORAGE\w*=") and not given.has_line(RUNS_CONTAINER),
    checked_by=(
        "Debian's docker-registry starts with them; "
        "compose-go 2.16.2 and the parsers of Distribution 2.8.3 and 3.1.2 read them"
    ),
)
