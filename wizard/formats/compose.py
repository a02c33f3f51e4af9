"""A registry in a Docker Compose file, configured by environment variables or by a configuration beside it.

https://docs.docker.com/reference/compose-file/services/#environment
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from wizard.catalog.registries import registry_of
from wizard.formats import containers, env, yaml_reader, yaml_writer
from wizard.formats.compose_syntax import Interpolated, interpolate, read_variables
from wizard.formats.containers import Container, FilesBeside
from wizard.formats.format import Exported, Format, FormatError, Imported, ReadBeside, no_files
from wizard.formats.image import registry_in
from wizard.formats.variables import Variables, no_variables
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_HEADER = "# The registry's storage, written by storage-wizard.\n"
_ENV_FILE = ".env"
_MOUNT = re.compile(r"([./$].*?):(/[^:]*)(?::[^:]*)?")
_CHOOSE = "To import one of them, run: docker compose config SERVICE | storage-wizard import -"
_FILL_IN = f"Set it in {_ENV_FILE} next to the file, or run: docker compose config | storage-wizard import -"


def _write(settings: Settings) -> Exported:
    has_path_style = registry_of(settings.registry).path_style_setting
    # Compose replaces `$NAME` with a variable; a doubled dollar sign stands for itself.
    environment = {name: text.replace("$", "$$") for name, text in env.variables(settings).items()}
    image = "registry:3" if has_path_style else "registry:2"
    service = {"image": image, "ports": ["5000:5000"], "environment": environment}
    text = _HEADER + yaml_writer.dump({"services": {"registry": service}})
    return Exported(text, tuple(env.dropped_remarks(settings)))


def _read(text: str, read_beside: ReadBeside = no_files) -> Imported:
    document = yaml_reader.require_document(yaml_reader.load(text))
    services = _services(document)
    project = _Project(document, read_beside)
    found = [project.container(name, service) for name, service in services.items()]
    container, remarks = containers.choose(found, "services", _CHOOSE)
    imported = containers.read(container, " ".join([_FILL_IN, *project.remarks]))
    return imported._replace(remarks=(*remarks, *imported.remarks, *yaml_reader.cut_key_remarks(text)))


def _services(document: Mapping[str, object]) -> Mapping[str, object]:
    """The services; a file of Compose v1 has them at the top."""
    return document if _is_of_v1(document) else yaml_reader.require_mapping(document.get("services"), "services")


def _is_of_v1(document: Mapping[str, object]) -> bool:
    return bool(document) and all(
        isinstance(service, Mapping) and any(isinstance(service.get(name), str) for name in ("image", "build"))
        for service in document.values()
    )


class _Project:
    """A Compose file together with the files beside it."""

    def __init__(self, document: Mapping[str, object], read_beside: ReadBeside) -> None:
        self._files = FilesBeside(read_beside)
        self._configs = document.get("configs") if "services" in document else None
        self.remarks: list[str] = []  # sentences on `.env`
        self._values: Mapping[str, str] = {}
        try:
            self._values = read_variables(self._files.read(_ENV_FILE) or "", {}).values
        except FormatError as error:
            self.remarks.append(f"{_ENV_FILE} was not read. {error}")

    def container(self, name: str, value: object) -> Container:
        """A service. Only what concerns a registry is read of it."""
        service = yaml_reader.require_mapping(value, "the service")
        remarks: list[str] = []
        environment = self._environment(service.get("environment"))
        variables = self._env_files(service.get("env_file"), environment, remarks)
        variables.update(environment)
        configured, further_remarks = self._configuration(service, remarks)
        variables = containers.with_configuration(variables.below(containers.OURS), configured)
        image = service.get("image")
        registry = registry_in(self._replaced(image).text if isinstance(image, str) else None)
        return Container(name, variables, registry, (*remarks, *further_remarks))

    def _replaced(self, text: str) -> Interpolated:
        """The text with its variables replaced; as it is where it has others than Compose reads."""
        try:
            return interpolate(text, self._values)
        except FormatError:
            return Interpolated(text)

    def _read_named(self, name: object, is_required: bool, remarks: list[str]) -> str:
        """The text of a file that the Compose file names, empty if it cannot be read, with a remark."""
        path = self._replaced(name) if isinstance(name, str) else Interpolated("", ("",))
        return self._files.read_named(path, str(name), remarks, is_required=is_required)

    # Variables

    def _environment(self, value: object) -> Variables:
        """The variables of a service that begin with `REGISTRY_`, with the values that Compose gives them."""
        found = no_variables()
        for name, item in _items(value):
            if not name.startswith(containers.OURS):
                continue
            if name in found.names():
                raise FormatError(f"{sanitize(name, 60)} appears twice. Remove one of them.")
            if item is None:
                found.set(name, self._values.get(name, ""), () if name in self._values else (name,))
                continue
            if not isinstance(item, str | int | float):
                raise FormatError(f"{sanitize(name, 60)} must have a plain value. Write the value in quotes.")
            text = str(item).lower() if isinstance(item, bool) else str(item)
            try:
                found.set(name, *interpolate(text, self._values))
            except FormatError as error:
                raise FormatError(f"{sanitize(name, 60)}: {error}") from None
        return found

    def _env_files(self, value: object, environment: Variables, remarks: list[str]) -> Variables:
        """The variables of all files that `env_file` names; a later file has precedence."""
        found = no_variables()
        for name, is_required, is_raw in _entries(value):
            text = self._read_named(name, is_required, remarks)
            try:
                outside = ChainMap(dict(self._values), environment.values)
                found.update(env.read_docker_variables(text) if is_raw else read_variables(text, outside))
            except FormatError as error:
                remarks.append(f"The file {sanitize(name, 80)} was not read. {error}")
        return found

    # The configuration

    def _configuration(self, service: Mapping[str, object], remarks: list[str]) -> tuple[Variables, tuple[str, ...]]:
        """What the configuration that is mounted into a service sets, and remarks on the rest of it."""
        for text in self._mounted(service, remarks):
            if text:
                return containers.configuration(text)
        return no_variables(), ()

    def _mounted(self, service: Mapping[str, object], remarks: list[str]) -> Iterator[str]:
        """The texts that are mounted where the registry expects its configuration."""
        places = (*containers.CONFIGURATION_PATHS, *_words(service.get("command")))
        for source, target in _config_mounts(service.get("configs")):
            if target in places:
                yield self._config(source, remarks)
        for source, target in _volume_mounts(service.get("volumes")):
            if target in places:
                yield self._read_named(source, True, remarks)

    def _config(self, name: str, remarks: list[str]) -> str:
        config = yaml_reader.require_mapping(
            yaml_reader.require_mapping(self._configs, "configs").get(name), "the config"
        )
        content = config.get("content")
        if not isinstance(content, str):
            return self._read_named(config["file"], True, remarks) if "file" in config else ""
        replaced = interpolate(content, self._values)
        if replaced.missing:
            listed = ", ".join(sanitize(each, 60) for each in replaced.missing)
            remarks.append(f"The config {sanitize(name, 60)} uses {listed}, which is not set here. {_FILL_IN}")
        return replaced.text


def _items(value: object) -> Iterable[tuple[str, object]]:
    """The variables: Compose accepts a mapping, whose values need not be strings, or NAME=VALUE lines."""
    if not isinstance(value, list):
        return yaml_reader.require_mapping(value, "environment").items()
    if not all(isinstance(line, str) for line in value):
        raise FormatError('"environment" must be a list of quoted NAME=VALUE strings.')
    parts = (line.partition("=") for line in value)
    return ((name, text if has_value else None) for name, has_value, text in parts)


class _EnvFile(NamedTuple):
    name: object
    is_required: bool
    is_raw: bool


def _entries(value: object) -> Iterator[_EnvFile]:
    """The files in `env_file`: one name, or a list of names and of mappings with `path`."""
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, Mapping):
            yield _EnvFile(entry.get("path"), entry.get("required") is not False, entry.get("format") == "raw")
        elif entry is not None:
            yield _EnvFile(entry, True, False)


def _words(value: object) -> list[str]:
    return value.split() if isinstance(value, str) else [str(word) for word in value] if isinstance(value, list) else []


def _config_mounts(value: object) -> Iterator[tuple[str, str]]:
    """The name and the target of each config of a service."""
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, Mapping):
            name = str(entry.get("source"))
            yield name, str(entry.get("target") or f"/{name}")
        else:
            yield str(entry), f"/{entry}"


def _volume_mounts(value: object) -> Iterator[tuple[str, str]]:
    """The source and the target of each file or folder of the host that is mounted into a service."""
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, Mapping):
            if entry.get("type") == "bind":
                yield str(entry.get("source")), str(entry.get("target"))
        elif mount := _MOUNT.fullmatch(str(entry)):
            yield mount[1], mount[2]


COMPOSE = Format(
    "compose",
    "a Docker Compose service",
    _write,
    _read,
    env.CARRIED_SETTINGS,
    lambda given: isinstance(given.document.get("services"), Mapping) or _is_of_v1(given.document),
    read_with=_read,
    checked_by="compose-go 2.16.2, the library of Docker Compose, and Debian's docker-compose read it",
)
