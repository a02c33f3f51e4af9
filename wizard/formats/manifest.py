"""The objects of a Kubernetes manifest: Secrets, ConfigMaps, and the containers of workloads with their variables.

Shapes: https://kubernetes.io/docs/reference/kubernetes-api/ (config-and-storage-resources, workload-resources).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from wizard.formats import yaml_reader
from wizard.formats.format import TOO_MUCH, FormatError
from wizard.text.sanitize import sanitize

_DEFAULT_POD = ("spec", "template", "spec")
_PODS = {
    "Pod": ("spec",),
    "CronJob": ("spec", "jobTemplate", *_DEFAULT_POD),
    **dict.fromkeys(
        (
            *("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"),
            "DeploymentConfig",  # of OpenShift
        ),
        _DEFAULT_POD,
    ),
}
_MAX_CHARACTERS = 2 << 20  # of all values that are looked up in a manifest, which can name one many times
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_REFERENCE = re.compile(r"\$(?:\$|\(([^()]*)\))")


class Budget:
    """How many characters of values may still be looked up, so that a small text cannot become a large one."""

    def __init__(self, characters: int = _MAX_CHARACTERS) -> None:
        self._characters = characters

    def spend(self, text: str) -> str:
        """The text; `FormatError` if that makes too many."""
        self._characters -= len(text) + 1
        if self._characters < 0:
            raise FormatError(TOO_MUCH)
        return text


class Holder(NamedTuple):
    """A Secret or ConfigMap: its values by key, as they are and in Base64."""

    kind: str
    name: str
    namespace: str
    plain: Mapping[str, object]
    encoded: Mapping[str, object]
    budget: Budget

    def __repr__(self) -> str:
        return f"Holder({self.title})"  # the values are secret

    @property
    def title(self) -> str:
        """How sentences name it."""
        return f"the {self.kind} {_shown(self.name)}" if self.name else f"a {self.kind} without a name"

    @property
    def keys(self) -> Iterable[str]:
        """The keys of all values."""
        return dict.fromkeys((*self.plain, *self.encoded))

    def place(self, key: str) -> str:
        """How sentences name the value with that key."""
        return f'"{_shown(key)}" in {self.title}'

    def text(self, key: str) -> str:
        """The value with that key; `FormatError` if it is no text."""
        value = self.plain[key] if key in self.plain else self.encoded[key]
        if value is None:
            return ""
        if not isinstance(value, str):
            raise FormatError(f"{self.place(key)} must be a quoted string.")
        self.budget.spend(value)
        return value if key in self.plain else self._decoded(key, value)

    def _decoded(self, key: str, value: str) -> str:
        # Go ignores the ends of lines, and nothing else (https://pkg.go.dev/encoding/base64#Encoding.Decode).
        value = value.replace("\r", "").replace("\n", "")
        if not _BASE64.fullmatch(value):
            hint = 'Encode it again, or put it in "stringData".' if self.kind == "Secret" else "Encode it again."
            raise FormatError(f"{self.place(key)} is not valid Base64. {hint}")
        try:
            return base64.b64decode(value).decode()
        except UnicodeDecodeError:
            raise FormatError(f"{self.place(key)} is not UTF-8 text.") from None


class Container(NamedTuple):
    """A container of a workload; `title` is how sentences name the workload.

    `mounts` are the paths at which it has Secrets and ConfigMaps, with how sentences name those.
    """

    title: str
    namespace: str
    definition: Mapping[str, object]
    mounts: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return f"Container({self.title})"  # the values of its variables can be secret

    @property
    def image(self) -> object:
        """Its image, with the tag."""
        return self.definition.get("image")


class Variables(NamedTuple):
    """The variables of a container.

    `values` has those whose values are in the manifest. `elsewhere` says of the others where their values are, and
    `unread` names Secrets and ConfigMaps all of whose keys become variables, and which are not in the manifest.
    """

    values: Mapping[str, str]
    elsewhere: Mapping[str, str]
    unread: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Variables({len(self.values)} known, {len(self.elsewhere)} elsewhere)"


class _Definition(NamedTuple):
    """A variable as it is defined: with a value, the key of a Secret or ConfigMap, or a place that is not here."""

    name: str
    value: object = None
    holder: Holder | None = None
    key: str = ""
    elsewhere: str = ""


class Manifest:
    """All objects in the documents of a manifest, those of lists too."""

    def __init__(self, documents: Iterable[Mapping[str, object]]) -> None:
        self.holders: list[Holder] = []
        self.containers: list[Container] = []
        budget = Budget()
        for each in objects_in(documents):
            kind = str(each["kind"])
            if kind in ("Secret", "ConfigMap"):
                self.holders.append(_holder(kind, each, budget))
            elif kind in _PODS:
                self.containers += _containers(kind, each)
        self._budget = budget

    def variable_names(self, container: Container) -> Iterator[str]:
        """The names of the variables of a container, as far as they are in the manifest."""
        return (definition.name for definition in self._definitions(container) if definition.name)

    def variables(self, container: Container, prefix: str) -> Variables:
        """The variables with names that begin with the prefix; `FormatError` if one of them cannot be read."""
        values: dict[str, str] = {}
        elsewhere: dict[str, str] = {}
        unread: list[str] = []
        for definition in self._definitions(container):
            name = definition.name
            if not name:
                unread.append(definition.elsewhere)
                continue
            values.pop(name, None)
            elsewhere.pop(name, None)
            try:
                place = definition.elsewhere or self._set(values, elsewhere, definition)
            except FormatError:
                if name.startswith(prefix):
                    raise
                place = "a value that cannot be read"
            if place:
                elsewhere[name] = place
        return Variables(_with_prefix(values, prefix), _with_prefix(elsewhere, prefix), tuple(unread))

    def _set(self, values: dict[str, str], elsewhere: Mapping[str, str], definition: _Definition) -> str:
        """Sets the value of a variable, or returns where a part of it is that is not known.

        `$(NAME)` is the value of an earlier variable, and `$$` a dollar sign
        (https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/).
        """
        if definition.holder:
            values[definition.name] = definition.holder.text(definition.key)
            return ""
        if not isinstance(definition.value, str):
            raise FormatError(f"The value of {_shown(definition.name)} must be a quoted string.")
        text = self._budget.spend(definition.value)
        for name in _REFERENCE.findall(text):
            if name in elsewhere:
                return f"{elsewhere[name]}, by $({_shown(name)})"
        parts, end = [], 0
        for match in _REFERENCE.finditer(text):
            name = match[1]
            value = "$" if name is None else values.get(name, match[0])  # what is not set stays as it is
            parts += [text[end : match.start()], self._budget.spend(value)]
            end = match.end()
        values[definition.name] = "".join([*parts, text[end:]])
        return ""

    def _definitions(self, container: Container) -> Iterator[_Definition]:
        """The variables in the order in which they count, later ones for more than earlier ones.

        One without a name means all variables of a Secret or ConfigMap that is not in the manifest.
        """
        for source in _mappings(container.definition.get("envFrom"), "envFrom"):
            prefix = _text(source.get("prefix"))
            for kind, field in (("Secret", "secretRef"), ("ConfigMap", "configMapRef")):
                reference = yaml_reader.require_mapping(source.get(field), field)
                if not reference:
                    continue
                holder = self._find(kind, reference, container)
                if holder is None:
                    yield _Definition("", elsewhere=f"the {kind} {_shown(_text(reference.get('name')))}")
                else:
                    yield from (_Definition(prefix + self._budget.spend(key), None, holder, key) for key in holder.keys)
        seen = set()
        for entry in _mappings(container.definition.get("env"), "env"):
            name = entry.get("name")
            if not isinstance(name, str) or not name:
                raise FormatError(f'"env" in {container.title} has an entry without a name.')
            if name in seen:
                raise FormatError(f"{_shown(name)} appears twice in {container.title}. Remove one of them.")
            seen.add(name)
            yield self._definition(name, entry, container)

    def _definition(self, name: str, entry: Mapping[str, object], container: Container) -> _Definition:
        source = yaml_reader.require_mapping(entry.get("valueFrom"), "valueFrom")
        for kind, field in (("Secret", "secretKeyRef"), ("ConfigMap", "configMapKeyRef")):
            if field not in source:
                continue
            reference = yaml_reader.require_mapping(source[field], field)
            key = _text(reference.get("key"))
            holder = self._find(kind, reference, container)
            if holder and key in holder.keys:
                return _Definition(name, None, holder, key)
            return _Definition(name, elsewhere=f'"{_shown(key)}" in the {kind} {_shown(_text(reference.get("name")))}')
        if source:
            return _Definition(name, elsewhere=f'cluster data ("{_shown(next(iter(source)))}")')
        value = entry.get("value")
        return _Definition(name, "" if value is None else value)

    def _find(self, kind: str, reference: Mapping[str, object], container: Container) -> Holder | None:
        """The Secret or ConfigMap that a container refers to; `FormatError` if the manifest has two."""
        found = [
            holder
            for holder in self.holders
            if (holder.kind, holder.name) == (kind, reference.get("name"))
            and (holder.namespace == container.namespace or not holder.namespace or not container.namespace)
        ]
        if len(found) > 1:
            raise FormatError(f"The file contains {found[0].title} twice. Keep one of them.")
        return found[0] if found else None


def objects_in(documents: Iterable[Mapping[str, object]], kind: str = "") -> Iterator[Mapping[str, object]]:
    """The objects with a kind and version, and those in lists, whose own kind can be missing: the list has it."""
    for document in documents:
        own = document.get("kind", kind)
        if not isinstance(own, str) or not isinstance(document.get("apiVersion", kind or None), str):
            continue
        items = document.get("items")
        if own.endswith("List") and isinstance(items, list):
            yield from objects_in((item for item in items if isinstance(item, Mapping)), own.removesuffix("List"))
        else:
            yield {**document, "kind": own}


def _holder(kind: str, value: Mapping[str, object], budget: Budget) -> Holder:
    plain, encoded = ("stringData", "data") if kind == "Secret" else ("data", "binaryData")
    name, namespace = _metadata(value)
    return Holder(kind, name, namespace, _values(value.get(plain)), _values(value.get(encoded)), budget)


def _values(value: object) -> Mapping[str, object]:
    """The values by key. What Kubernetes would not accept, such as a list, has none."""
    return {key: item for key, item in value.items() if isinstance(key, str)} if isinstance(value, Mapping) else {}


def _metadata(value: Mapping[str, object]) -> tuple[str, str]:
    metadata = value.get("metadata")
    given = metadata if isinstance(metadata, Mapping) else {}
    return _text(given.get("name")), _text(given.get("namespace"))


def _text(value: object) -> str:
    """A name; empty for anything that is no text."""
    return value if isinstance(value, str) else ""


def _containers(kind: str, value: Mapping[str, object]) -> Iterator[Container]:
    name, namespace = _metadata(value)
    pod: object = value
    for part in _PODS[kind]:
        pod = pod.get(part) if isinstance(pod, Mapping) else None
    if not isinstance(pod, Mapping):
        return
    for field in ("initContainers", "containers"):
        for each in _only_mappings(pod.get(field)):
            yield Container(f"the {kind} {_shown(name)}", namespace, each, tuple(_mounts(pod, each)))


def _mounts(pod: Mapping[str, object], container: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    titles: dict[object, str] = {}
    for volume in _only_mappings(pod.get("volumes")):
        for field, kind, name in (("secret", "Secret", "secretName"), ("configMap", "ConfigMap", "name")):
            source = volume.get(field)
            if isinstance(source, Mapping):
                titles[_text(volume.get("name"))] = f"the {kind} {_shown(_text(source.get(name)))}"
    for mount in _only_mappings(container.get("volumeMounts")):
        if title := titles.get(_text(mount.get("name"))):
            yield _text(mount.get("mountPath")), title


def _only_mappings(value: object) -> Iterator[Mapping[str, object]]:
    """The mappings in a list; none in anything else."""
    return (each for each in (value if isinstance(value, list) else []) if isinstance(each, Mapping))


def _mappings(value: object, name: str) -> list[Mapping[str, object]]:
    """A list of mappings; `FormatError` for anything else, and an empty one for None."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise FormatError(f'"{name}" must be a list.')
    return [yaml_reader.require_mapping(each, name) for each in value]


def _with_prefix(values: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if name.startswith(prefix)}


def _shown(name: str) -> str:
    return sanitize(name, 60)
