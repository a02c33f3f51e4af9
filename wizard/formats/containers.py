"""The registry among containers, by their environment variables and the configuration that is mounted into them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from wizard.formats import env, yaml_reader
from wizard.formats.compose_syntax import Interpolated
from wizard.formats.distribution import middleware_remarks
from wizard.formats.format import FormatError, Imported, ReadBeside
from wizard.formats.variables import Variables
from wizard.text.sanitize import sanitize

# Where the images of Distribution 2 and 3.x expect the configuration.
CONFIGURATION_PATHS = ("/etc/docker/registry/config.yml", "/etc/distribution/config.yml")
OURS = "REGISTRY_"
_PROXY = "REGISTRY_PROXY_REMOTEURL"
_SHOWN = 5
_MAX_FILES = 20


class Container(NamedTuple):
    """A container: how sentences name it, its variables that begin with `OURS`, and the id of the registry in it.

    The id is empty if the image does not show it. `remarks` are sentences on what could not be read.
    """

    name: str
    variables: Variables
    registry: str
    remarks: tuple[str, ...] = ()

    @property
    def has_storage(self) -> bool:
        """Whether it sets a storage driver; other variables of a registry do not make it one with storage."""
        return bool(env.driver_in(self.variables.names()))

    @property
    def is_mirror(self) -> bool:
        """Whether it keeps copies of another registry's images."""
        return _PROXY in self.variables.names()

    @property
    def _storage(self) -> tuple[object, ...]:
        storage = self.variables.below(env.PREFIX)
        return storage.values, storage.missing, self.registry

    def has_same_storage(self, other: Container) -> bool:
        """Whether both use the same storage in the same way."""
        return self._storage == other._storage


class FilesBeside:
    """The files that a text refers to. Each is read once."""

    def __init__(self, read_beside: ReadBeside) -> None:
        self._read_beside = read_beside
        self._texts: dict[str, str | None] = {}

    def read(self, name: str) -> str | None:
        """A file as `ReadBeside` returns it; `FormatError` also for too many of them."""
        if name not in self._texts:
            if len(self._texts) == _MAX_FILES:
                raise FormatError("The file refers to too many other files. Check that it is the right file.")
            self._texts[name] = self._read_beside(name)
        return self._texts[name]

    def read_named(self, path: Interpolated, name: str, remarks: list[str], *, is_required: bool = True) -> str:
        """A file, empty with a remark if it cannot be read. `name` is the path as the text has it."""
        shown = f"The file {sanitize(name, 80)} was not read."
        if path.missing:
            remarks.append(f"{shown} Its name depends on variables that are not set here.")
            return ""
        try:
            text = self.read(path.text)
        except FormatError as error:
            # A name with variables is not repeated, as it is made of their values.
            remarks.append(f"{shown} {error}" if path.text == name else shown)
            return ""
        if text is None and is_required:
            remarks.append(f"{shown} It does not exist.")
        return text or ""


def configuration(text: str) -> tuple[Variables, tuple[str, ...]]:
    """The storage of a `config.yml` as the variables that mean the same, and remarks on the rest of it."""
    document = yaml_reader.require_mapping(yaml_reader.load(text), "the configuration")
    section = yaml_reader.require_mapping(document.get("storage"), "storage")
    found = Variables(env.section_variables(section), {})
    if yaml_reader.require_mapping(document.get("proxy"), "proxy").get("remoteurl"):
        found.set(_PROXY, "")
    return found, (*yaml_reader.cut_key_remarks(text), *middleware_remarks(document.get("middleware")))


def with_configuration(variables: Variables, configured: Variables) -> Variables:
    """The variables of a container together with its configuration, as the registry reads both.

    A variable that names the driver replaces the complete storage section.
    """
    if env.PREFIX in variables.names():
        configured = Variables({name: "" for name in configured.values if name == _PROXY}, {})
    both = Variables(dict(configured.values), dict(configured.missing))
    both.update(variables)
    return both


def choose(containers: Sequence[Container], kinds: str, remedy: str) -> tuple[Container, tuple[str, ...]]:
    """The container with the registry, and remarks on those that are ignored.

    Of registries and mirrors, the registry is chosen. Raises `FormatError` if there is none, or several whose storage
    differs: `kinds` is the word for containers, and `remedy` is a sentence on how to choose one.
    """
    found = [each for each in containers if each.has_storage]
    if not found:
        remarks = dict.fromkeys(remark for each in containers for remark in each.remarks)
        sentence = f"No {kinds.removesuffix('s')} sets {env.PREFIX}… in its environment."
        raise FormatError(" ".join([sentence, *list(remarks)[:_SHOWN]]))
    registries = [each for each in found if not each.is_mirror] or found
    if not all(each.has_same_storage(registries[0]) for each in registries):
        raise FormatError(f"Several {kinds} set {env.PREFIX}… to different values: {_listed(registries)}. {remedy}")
    mirrors = [each for each in found if each.is_mirror and each not in registries]
    left_aside = f"Ignored because it only mirrors another registry: {_listed(mirrors)}."
    return registries[0], (left_aside,) if mirrors else ()


def _listed(containers: Sequence[Container]) -> str:
    names = [sanitize(each.name, 60) for each in containers]
    return ", ".join(names[:_SHOWN] + ["…"] * (len(names) > _SHOWN))


def read(container: Container, remedy: str) -> Imported:
    """The settings of a container. `remedy` is a sentence on how to set the variables that have no value."""
    storage = container.variables.below(env.PREFIX)
    remarks = [*container.remarks, *storage.remarks()]
    if storage.missing:
        remarks.append(remedy)
    values = dict(storage.values)
    if not env.driver_in(values) and (driver := env.driver_in(storage.names())) != env.PREFIX:
        values[env.PREFIX] = driver
    imported = env.settings_from_variables(values, container.registry)
    return imported._replace(remarks=(*remarks, *imported.remarks))
