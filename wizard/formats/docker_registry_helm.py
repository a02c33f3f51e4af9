"""The values of the docker-registry chart (twuni/docker-registry.helm, once stable/docker-registry).

Its template (templates/_helpers.tpl) makes variables of `s3` and `secrets.s3`, and a config.yml of `configData`.
Variables win over the configuration, and those in `extraEnvVars` over all others. What the chart has no value for, or
leaves out where it is false, is therefore in `configData`.

The registry parses each variable as YAML. Region, bucket and endpoint are inserted without quotes into a manifest, so
that YAML is read twice: https://github.com/twuni/docker-registry.helm/blob/main/templates/_helpers.tpl
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.catalog.registries import registry_of
from wizard.formats import env, yaml_reader, yaml_writer
from wizard.formats.chart_values import mappings_in
from wizard.formats.distribution import middleware_remarks
from wizard.formats.format import Exported, Format, FormatError, Imported
from wizard.formats.image import registry_in
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_HEADER = "# Values for the docker-registry chart.\n"
_DRIVERS = ("filesystem", "s3", "azure", "swift", "gcs")
_FOLDER = "/var/lib/registry"  # where the chart mounts its volume
_FOLDER_VARIABLE = f"{env.PREFIX}_FILESYSTEM_ROOTDIRECTORY"
_KEYS = {"accessKey": "accesskey", "secretKey": "secretkey"}
# Values of `s3`, and how often YAML reads them on the way to the registry.
_READINGS = {"region": 2, "bucket": 2, "regionEndpoint": 2, "rootdirectory": 1, "encrypt": 1, "secure": 1}
_NEWER = {
    "forcepathstyle": 1,
    "skipverify": 1,
}  # not in the 2.x chart; read and, so that every chart has them, not written
_SWITCHES = ("encrypt", "secure")  # the template leaves them out unless they are true
_SECTIONS = (("storage",), ("s3",), ("secrets", "s3"), ("configData", "storage"), ("extraEnvVars",))

# Writing


def _write(settings: Settings) -> Exported:
    section = env.section_of(settings)
    if settings.type == "filesystem":
        return _write_folder(settings.rootdirectory)
    given = dict(yaml_reader.require_mapping(section.pop("s3"), "s3"))
    keys = {name: yaml_writer.plain_or_quoted(str(given.pop(ours, ""))) for name, ours in _KEYS.items()}
    values: dict[str, object] = {
        "storage": "s3",
        "s3": dict(_take_values(given)),
        # The template fails where `secrets.s3` is absent, also with a role.
        "secrets": {"s3": {name: text if text != '""' else "" for name, text in keys.items()}},
    }
    section = {"s3": {name: _quote_number(value) for name, value in given.items()}, **section}
    values["configData"] = {"storage": section}
    return Exported(_HEADER + yaml_writer.dump(values), (*env.dropped_remarks(settings), *_remarks(settings)))


def _take_values(parameters: dict[str, object]) -> Iterator[tuple[str, object]]:
    """Takes the parameters away that the chart has values for, and returns those values by name."""
    for name, readings in _READINGS.items():
        value = parameters.get(name.lower())
        if name in _SWITCHES and value is True:
            yield name, parameters.pop(name)
        elif isinstance(value, str):
            for _ in range(readings):
                value = yaml_writer.plain_or_quoted(value)
            del parameters[name.lower()]
            yield name, value


def _quote_number(value: object) -> object:
    """A number as a string: Helm renders a large one as 1.048576e+07."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _write_folder(folder: str) -> Exported:
    values: dict[str, object] = {
        "storage": "filesystem",
        "configData": {"storage": {"delete": {"enabled": True}}},
    }
    remarks = ['Set "persistence.enabled: true", or the images are lost when the Pod is deleted.']
    if folder != _FOLDER:
        values["extraEnvVars"] = [{"name": _FOLDER_VARIABLE, "value": yaml_writer.plain_or_quoted(folder)}]
        remarks.append(
            f'The chart mounts its volume at {_FOLDER}. Use "extraVolumeMounts" to mount a volume at your folder.'
        )
    return Exported(_HEADER + yaml_writer.dump(values), tuple(remarks))


def _remarks(settings: Settings) -> Iterator[str]:
    if bool(settings.accesskey) != bool(settings.secretkey):
        yield 'The chart ignores a single key. Set both "accesskey" and "secretkey".'
    if registry_of(settings.registry).path_style_setting:
        yield 'Charts up to 2.x run the registry:2.8.1 image. Set "image.tag" to a 3.x version for these settings.'


# Reading


def _read(text: str) -> Imported:
    values = _values_in(list(yaml_reader.load_mappings(text)))
    driver = values.get("storage", "filesystem")
    if driver not in ("s3", "filesystem"):
        raise FormatError(f'The storage driver is "{sanitize(driver, 60)}". Only s3 and filesystem can be imported.')
    configuration = yaml_reader.require_mapping(values.get("configData"), "configData")
    section = yaml_reader.require_mapping(configuration.get("storage"), "configData.storage")
    variables = env.section_variables(section)
    variables.pop(env.PREFIX, None)  # variables of another driver must not be hidden by it
    variables |= dict(_s3_variables(values)) if driver == "s3" else {_FOLDER_VARIABLE: _FOLDER}
    extra = {name: entry for name, entry in _extra_variables(values) if name.startswith(env.PREFIX)}
    known = {name: entry.get("value") for name, entry in extra.items() if "valueFrom" not in entry}
    if wrong := next((name for name, value in known.items() if not isinstance(value, str)), ""):
        raise FormatError(f'The value of {sanitize(wrong, 60)} in "extraEnvVars" must be a quoted string.')
    variables |= {name: str(value) for name, value in known.items()}
    image = yaml_reader.require_mapping(values.get("image"), "image")
    imported = env.settings_from_variables(variables, registry_in(f"registry:{image.get('tag', '')}"))
    remarks = [
        *imported.remarks,
        *yaml_reader.cut_key_remarks(text),
        *middleware_remarks(configuration.get("middleware")),
    ]
    if driver == "s3":
        remarks += _value_remarks(values, imported.settings)
    if reference := _secret_reference(values):
        remarks.append(
            f"The keys are in the Secret {sanitize(reference, 60)} (s3AccessKey, s3SecretKey). Enter them here."
        )
    remarks += [
        f"{sanitize(name, 60)} is in another object in the cluster. Enter the value here."
        for name in extra
        if name not in known
    ]
    return imported._replace(remarks=tuple(remarks))


def _s3_variables(values: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The variables that the template makes of `s3` and `secrets.s3`."""
    given = yaml_reader.require_mapping(values.get("s3"), "s3")
    for name, readings in (_READINGS | _NEWER).items():
        value = given.get(name)
        if value not in (None, "", False):
            yield f"{env.PREFIX}_S3_{name.upper()}", _rendered(name, value) if readings > 1 else _quoted(name, value)
    secrets = _secrets_of(values)
    keys = {name: secrets.get(name) for name in _KEYS}
    if all(keys.values()) and not _secret_reference(values):
        for name, value in keys.items():
            if not isinstance(value, str):
                raise FormatError(f'"secrets.s3.{name}" must be a quoted string.')
            yield f"{env.PREFIX}_S3_{name.upper()}", value


def _value_remarks(values: Mapping[str, object], settings: Settings) -> Iterator[str]:
    """Remarks on values of S3 that the template, or that of an older chart, does not read."""
    given = yaml_reader.require_mapping(values.get("s3"), "s3")
    secrets = _secrets_of(values)
    if not _secret_reference(values) and len([name for name in _KEYS if secrets.get(name)]) == 1:
        yield 'The chart ignores a single key. Set both "accessKey" and "secretKey" in "secrets.s3".'
    for name in _SWITCHES:
        if given.get(name) is False and settings.value(name) is True:
            yield f'The chart ignores "s3.{name}: false". Set it in "configData.storage.s3".'
    for name in given:
        if name in _NEWER:
            yield f'Charts up to 2.x ignore "s3.{name}". With those, set it in "configData.storage.s3".'
        elif name not in _READINGS:
            yield (
                f'The chart does not support "s3.{sanitize(name, 60)}", so it was ignored. Set it in '
                '"configData.storage.s3".'
            )


def _rendered(name: str, value: object) -> str:
    """A value that the template inserts without quotes, as Kubernetes reads it."""
    rendered = yaml_reader.load(value) if isinstance(value, str) else value
    if not isinstance(rendered, str):
        raise FormatError(f'"s3.{name}" is not a string after the chart renders it. Put quotes inside its quotes.')
    return rendered


def _quoted(name: str, value: object) -> str:
    """A value that the template quotes."""
    if isinstance(value, bool):
        return "true"
    if not isinstance(value, str):
        raise FormatError(f'"s3.{name}" must be a quoted string.')
    return value


def _secrets_of(values: Mapping[str, object]) -> Mapping[str, object]:
    secrets = yaml_reader.require_mapping(values.get("secrets"), "secrets")
    return yaml_reader.require_mapping(secrets.get("s3"), "secrets.s3")


def _secret_reference(values: Mapping[str, object]) -> str:
    """The Secret that the chart reads the keys from; empty if it is the chart's own.

    A chart after 2.x has its own in `existingSecret`, if that is given.
    """
    reference = _secrets_of(values).get("secretRef") or values.get("existingSecret")
    return reference if isinstance(reference, str) else ""


def _extra_variables(values: Mapping[str, object]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The entries of `extraEnvVars` with their names, of which the last counts."""
    entries = values.get("extraEnvVars")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, Mapping) and isinstance(entry.get("name"), str):
            yield entry["name"], entry


def _values_in(document: object) -> Mapping[str, object]:
    """The only values of the chart, at any depth: a parent chart, Argo CD or Flux can contain them."""
    found = list(_find(document))
    if not found:
        raise FormatError(
            '"storage" with a driver not found. Check that this is a values file of the docker-registry chart.'
        )
    if len(found) > 1:
        raise FormatError(f"The file contains values for {len(found)} registries. Keep only one.")
    return yaml_reader.require_mapping(found[0], "the values")


def _find(document: object) -> Iterator[Mapping[str, object]]:
    for each in mappings_in(document):
        if each.get("storage") in _DRIVERS and not each.keys().isdisjoint(("s3", "secrets", "configData")):
            yield each


# Writing into a file


def _keys_elsewhere(document: Mapping[str, object]) -> str:
    """Says where the keys are if the values only refer to them."""
    if reference := _secret_reference(document):
        return (
            f"The chart reads the keys from the Secret {sanitize(reference, 60)}, so they were not written. Set "
            "s3AccessKey and s3SecretKey there."
        )
    references = [name for name, entry in _extra_variables(document) if _is_key_elsewhere(name, entry)]
    if references:
        return (
            f'"extraEnvVars" reads the keys from a Secret, so they were not written. Set {", ".join(references)} there.'
        )
    return ""


def _is_key_elsewhere(name: str, entry: Mapping[str, object]) -> bool:
    return name in (f"{env.PREFIX}_S3_ACCESSKEY", f"{env.PREFIX}_S3_SECRETKEY") and "valueFrom" in entry


def _fitted(wanted: Mapping[str, object], document: Mapping[str, object]) -> Mapping[str, object]:
    """The values with the image of a file, and its `extraEnvVars` but for those that would win over the new storage."""
    wanted = {**wanted, "image": document["image"]} if "image" in document else wanted
    entries = document.get("extraEnvVars")
    if not isinstance(entries, list):
        return wanted
    kept = [each for each in entries if not isinstance(each, Mapping) or not _is_replaced(each)]
    added = wanted.get("extraEnvVars")
    return {**wanted, "extraEnvVars": [*kept, *(added if isinstance(added, list) else [])]}


def _is_replaced(entry: Mapping[str, object]) -> bool:
    name = str(entry.get("name", ""))
    drivers = tuple(f"{env.PREFIX}_{driver.upper()}_" for driver in (*_DRIVERS, "redirect"))
    return name.startswith(drivers) and not _is_key_elsewhere(name, entry)


DOCKER_REGISTRY_HELM = Format(
    "docker-registry-helm",
    "values of the docker-registry chart",
    _write,
    _read,
    env.CARRIED_SETTINGS - {"accesskey", "secretkey"},  # both or none
    lambda given: any(True for _ in _find(list(given.documents))),
    sections=_SECTIONS,
    conflicting_keys=frozenset(_DRIVERS),
    own_keys=frozenset(["regionEndpoint", *_KEYS]),
    keys_elsewhere=_keys_elsewhere,
    fitted=_fitted,
    limits="half a pair of keys",
    checked_by="Helm's reader of YAML, and Debian's docker-registry with what the template (recorded, 2.x) makes of it",
)
