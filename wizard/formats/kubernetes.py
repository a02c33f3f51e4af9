"""A registry in Kubernetes: a Secret with its configuration, or the environment variables of its containers.

A manifest can contain both: variables override the configuration, as for the registry
(https://distribution.github.io/distribution/about/configuration/#override-specific-configuration-options).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from wizard.catalog.registries import registry_of
from wizard.formats import env, yaml_reader
from wizard.formats.distribution import DISTRIBUTION_2, DISTRIBUTION_3, middleware_remarks
from wizard.formats.format import TOO_MUCH, Exported, Format, FormatError, Given, Handover, Imported, require_few
from wizard.formats.gitlab_helm import GITLAB_HELM
from wizard.formats.image import registry_in
from wizard.formats.manifest import Container, Holder, Manifest, Variables
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_NAME = "registry-config"
_HEADER = """# A Secret with the registry's configuration, written by storage-wizard. The registry's Pod mounts it:
#   volumes: [{{name: config, secret: {{secretName: {name}}}}}]
#   volumeMounts: [{{name: config, mountPath: {folder}, readOnly: true}}]
"""
_NOT_FOR_GITLAB = (
    f"The GitLab chart does not read this Secret. Use --to {GITLAB_HELM.id}, and put the result into the key "
    '"config" in the Secret named in "registry.storage.secret".'
)
_HANDOVER = Handover("kubectl apply -f {file}")
_FOLDERS = {DISTRIBUTION_2.id: "/etc/docker/registry", DISTRIBUTION_3.id: "/etc/distribution"}  # of the official image

_KEYS = ("config.yml", "config.yaml")
_GITLAB_KEY = "config"  # https://docs.gitlab.com/charts/advanced/external-object-storage/#docker-registry-images
_STORAGE = re.compile(r"""(?:^|[{,]\s*)["']?storage["']?[ \t]*:""", re.MULTILINE)
_DRIVER = re.compile(r"^(?:s3|s3_v2|s3aws|filesystem):", re.MULTILINE)
_MAX_LENGTH = 64 << 10  # characters of all values in which a configuration is searched
_NOT_STORAGE = tuple(f"{env.PREFIX}_{section}" for section in ("CACHE", "DELETE", "MAINTENANCE"))

# Writing


def _write(settings: Settings) -> Exported:
    has_path_style = registry_of(settings.registry).path_style_setting
    target = DISTRIBUTION_3 if has_path_style else DISTRIBUTION_2
    exported = target.write(settings)
    folder = _FOLDERS[target.id]
    mount = (
        f"Mount the Secret {_NAME} at {folder}, as its comment shows, and restart the registry: kubectl rollout "
        "restart deployment/NAME. Add the registry's namespace to both commands: -n NAMESPACE."
    )
    variables = f"Remove the variables {env.PREFIX}… from the registry's Pod. They override its configuration."
    remarks = [*exported.remarks, mount, variables]
    if settings.registry == GITLAB_HELM.registry:
        remarks.insert(0, _NOT_FOR_GITLAB)
    if settings.type == "filesystem":
        remarks.append("Put the folder on a persistent volume, or the images are lost when the Pod is deleted.")
    return Exported(_HEADER.format(name=_NAME, folder=folder) + _secret(exported.text), tuple(remarks), _HANDOVER)


def _secret(configuration: str) -> str:
    """A Secret with the text, which ends with the end of a line and whose first line has no blank before it."""
    lines = "".join(f"    {line}\n" for line in configuration.removesuffix("\n").split("\n"))
    return (
        f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {_NAME}\ntype: Opaque\nstringData:\n  {_KEYS[0]}: |\n{lines}"
    )


# Reading


class _Configuration(NamedTuple):
    """A registry's configuration in a Secret or ConfigMap."""

    holder: Holder
    key: str
    given: Given
    format: Format

    def __repr__(self) -> str:
        return f"_Configuration({self.place})"  # it can contain a secret key

    @property
    def place(self) -> str:
        """How sentences name it."""
        return self.holder.place(self.key)


def _read(text: str) -> Imported:
    manifest = Manifest(yaml_reader.load_mappings(text))
    searched = _search(manifest.holders)
    configuration = _only(searched.found)
    cut = list(yaml_reader.cut_key_remarks(text))
    if containers := _registries(manifest):
        variables, registry = _variables(manifest, containers)
        imported = _read_variables(variables, registry, configuration)
        remarks = [*_unknown_remarks(variables), *map(str, searched.errors), *cut]
        if configuration is None:
            remarks += _unread_remarks(_absent_configurations(manifest, containers), "The configuration")
        return _with_remarks(imported, remarks)
    if configuration:
        images = {registry_in(each.image) for each in manifest.containers} - {""}
        imported = _read_configuration(configuration, images.pop() if len(images) == 1 else "")
        return _with_remarks(imported, _unread_remarks(_unread(manifest, configuration.holder.title)))
    if searched.errors:
        raise searched.errors[0]
    if absent := list(_absent(manifest)):
        raise FormatError(
            f"The registry reads {sanitize(', '.join(absent))}, which {'is' if len(absent) == 1 else 'are'} not "
            "in the file. To include everything, run: kubectl get secret,configmap,deployment -o yaml"
        )
    return _with_remarks(_read_variables_of(manifest.holders), cut)


def _registries(manifest: Manifest) -> list[Container]:
    return [each for each in manifest.containers if any(map(_is_about_storage, manifest.variable_names(each)))]


def _absent(manifest: Manifest) -> Iterator[str]:
    """The Secrets and ConfigMaps that a registry has its settings from, and which are not in the manifest."""
    registries = [each for each in manifest.containers if registry_in(each.image)]
    yield from dict.fromkeys([*_absent_configurations(manifest, registries), *_unread(manifest)])


def _absent_configurations(manifest: Manifest, registries: Iterable[Container]) -> Iterator[str]:
    """The Secrets and ConfigMaps that are mounted where the configuration is, and which are not in the manifest."""
    here = {holder.title for holder in manifest.holders}
    for container in registries:
        for path, title in container.mounts:
            if path.startswith(tuple(_FOLDERS.values())) and title not in here:
                yield title


def _unread(manifest: Manifest, mounted: str = "") -> Iterator[str]:
    """The Secrets and ConfigMaps that are all variables of a registry, and which are not in the manifest.

    A container that mounts the Secret or ConfigMap with the title `mounted` is a registry, whatever its image.
    """
    for container in manifest.containers:
        if registry_in(container.image) or mounted in (title for _, title in container.mounts):
            yield from manifest.variables(container, env.PREFIX).unread


def _is_about_storage(name: str) -> bool:
    return name.startswith(env.PREFIX) and not name.startswith(_NOT_STORAGE)


def _variables(manifest: Manifest, containers: list[Container]) -> tuple[Variables, str]:
    """The variables of the containers, and the registry that their image is; `FormatError` if they differ.

    A job that collects garbage has the variables of its registry.
    """
    found = [manifest.variables(container, env.PREFIX) for container in containers]
    if any(variables[:2] != found[0][:2] for variables in found):
        named = ", ".join(dict.fromkeys(container.title for container in containers))
        raise FormatError(
            f"{_start(sanitize(named))} set {env.PREFIX}… to different values. Keep one registry in the file."
        )
    registries = {registry_in(container.image) for container in containers} - {""}
    return found[0], registries.pop() if len(registries) == 1 else ""


def _read_variables(variables: Variables, registry: str, configuration: _Configuration | None) -> Imported:
    """The settings of a container. A variable whose value is not known counts as one that is not set."""
    require_few(variables.elsewhere)
    values = {**variables.values, **dict.fromkeys(variables.elsewhere, "")}
    if configuration is None:
        return env.settings_from_variables(values, registry)
    if configuration.format is GITLAB_HELM:
        raise FormatError(f"The file contains {configuration.place} and registry variables. Keep one of them.")
    document = configuration.given.document
    remarks = [*middleware_remarks(document.get("middleware")), *yaml_reader.cut_key_remarks(configuration.given.text)]
    if not values.get(env.PREFIX):  # it would replace the section
        section = yaml_reader.require_mapping(document.get("storage"), "storage")
        values = env.section_variables(section) | values
        remarks.append(f"{_start(configuration.place)} was also read. The variables override it, as in the registry.")
    imported = env.settings_from_variables(values, registry or configuration.format.registry)
    return _with_remarks(imported, remarks)


def _read_configuration(configuration: _Configuration, registry: str) -> Imported:
    """The settings of a configuration; the registry is that of an image, empty if none shows it."""
    chosen = {each.id: each for each in (DISTRIBUTION_2, DISTRIBUTION_3)}.get(registry, configuration.format)
    reader = configuration.format if configuration.format is GITLAB_HELM else chosen
    try:
        return reader.read(configuration.given.text)
    except FormatError as error:
        raise FormatError(f"{_start(configuration.place)}: {error}") from None


def _read_variables_of(holders: Iterable[Holder]) -> Imported:
    """The settings of variables in Secrets and ConfigMaps that no container in the manifest refers to."""
    values: dict[str, str] = {}
    for holder in holders:
        for key in holder.keys:
            if key.startswith(env.PREFIX):
                if key in values:
                    raise FormatError(f"{sanitize(key, 60)} appears twice. Remove one of them.")
                values[key] = holder.text(key)
    if not any(map(_is_about_storage, values)):
        raise FormatError(
            "The file contains neither a registry configuration in a Secret or ConfigMap nor a container with "
            f"variables {env.PREFIX}…. Check that it is the right file."
        )
    return env.settings_from_variables(values)


class _Searched(NamedTuple):
    """The configurations in a manifest, and what is wrong with values that have the name of one."""

    found: list[_Configuration]
    errors: list[FormatError]


def _search(holders: Iterable[Holder]) -> _Searched:
    """The configurations of Distribution in Secrets and ConfigMaps; without one those of GitLab's chart."""
    found: list[_Configuration] = []
    errors: list[FormatError] = []
    length = 0
    for holder, key in [(each, key) for each in holders for key in each.keys]:
        try:
            text = holder.text(key)
            is_gitlab = (key, holder.kind) == (_GITLAB_KEY, "Secret") and _DRIVER.search(text) is not None
            if not is_gitlab and not _STORAGE.search(text):
                continue
            length += len(text)
            given = Given(text, yaml_reader.load_mappings(text) if length <= _MAX_LENGTH else ())
        except FormatError as error:
            if key in _KEYS:
                errors.append(_named(error, holder.place(key)))
            continue
        formats = (DISTRIBUTION_2, DISTRIBUTION_3, *([GITLAB_HELM] if is_gitlab else []))
        found += [_Configuration(holder, key, given, each) for each in formats if each.recognizes(given)]
    if length > _MAX_LENGTH:
        raise FormatError(TOO_MUCH)
    return _Searched([each for each in found if each.format is not GITLAB_HELM] or found, errors)


def _named(error: FormatError, place: str) -> FormatError:
    """The error with the place before it, unless it names that already."""
    return error if place in str(error) else FormatError(f"{_start(place)}: {error}")


def _only(found: list[_Configuration]) -> _Configuration | None:
    """The only configuration; `FormatError` if there are several that differ."""
    if len({each.given.text for each in found}) > 1:
        named = ", ".join(each.place for each in found)
        raise FormatError(f"The file contains several registry configurations: {sanitize(named)}. Keep one of them.")
    return found[0] if found else None


def _unknown_remarks(variables: Variables) -> Iterator[str]:
    """A remark on each variable whose value is not in the manifest."""
    for name, place in variables.elsewhere.items():
        yield (
            f"{sanitize(name, 60)} comes from {place}, which is not in the file. Add it to the file, or enter the "
            "value."
        )
    yield from _unread_remarks(variables.unread)


def _unread_remarks(titles: Iterable[str], subject: str = "The variables") -> Iterator[str]:
    distinct = dict.fromkeys(titles)
    require_few(distinct)
    for title in distinct:
        yield f"{subject} in {title} could not be read because it is not in the file."


def _with_remarks(imported: Imported, remarks: Iterable[str]) -> Imported:
    return imported._replace(remarks=(*imported.remarks, *remarks))


def _start(place: str) -> str:
    return place[0].upper() + place[1:]


def _recognizes(given: Given) -> bool:
    try:
        manifest = Manifest(given.documents)
        if not manifest.holders and not manifest.containers:
            return False
        if _registries(manifest) or _has_configuration(manifest.holders):
            return True
        return any(True for _ in _absent(manifest))
    except FormatError:
        return False


def _has_configuration(holders: list[Holder]) -> bool:
    """Whether Secrets and ConfigMaps have a configuration, or variables that are more than keys."""
    names = [key for holder in holders for key in holder.keys if _is_about_storage(key)]
    if any(not name.endswith("KEY") for name in names):
        return True
    searched = _search(holders)
    return bool(searched.found or searched.errors)


KUBERNETES = Format(
    "kubernetes",
    "a Kubernetes manifest",
    _write,
    _read,
    env.CARRIED_SETTINGS,
    _recognizes,
    checked_by=(
        "the types of k8s.io/api 0.37.2 and their strict decoder read it, "
        "and the parser of Distribution 3.1.2 what is in it"
    ),
)
