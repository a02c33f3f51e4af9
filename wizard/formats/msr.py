"""The storage of Mirantis Secure Registry 3: the values of its chart, and the custom resource of its operator.

Both have the same section, at `registry.storage` and at `spec.registry.storage`. The pages of MSR 3.1 ("Switch storage
backends", "Configure MSR for a cloud storage provider") name only some of the driver's parameters; the kind of the
resource is that of Mirantis Launchpad (msr.mirantis.com/v1, MSR).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.formats import s3_parameters, storage_section, yaml_reader, yaml_writer
from wizard.formats.chart_values import mappings_in
from wizard.formats.document_kind import is_msr_resource, is_msr_section
from wizard.formats.format import Exported, Format, FormatError, Given, Handover, Imported
from wizard.formats.manifest import objects_in
from wizard.formats.path_style import derived_path_style_remarks
from wizard.formats.s3_parameters import ALL_PARAMETERS_2, PARAMETERS_2
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_DOCUMENTED = ("region", "bucket", "accesskey", "secretkey", "v4auth")
_HELM_HEADER = "# Values for the chart of MSR 3.\n"
_OPERATOR_HEADER = "# The storage settings of MSR 3, to merge into its custom resource.\n"
_HANDOVER = Handover("kubectl patch msrs.msr.mirantis.com NAME --type merge --patch-file {file}", stdin="/dev/stdin")
_TAGS = (
    "Back up the metadata first. Switching the storage backend starts with an empty metadata store, so all tags are "
    "lost."
)
_BACKENDS = frozenset(["persistentVolume", "azure", "gcs", "swift", "oss"])

# Writing


def _section(settings: Settings) -> dict[str, object]:
    if settings.type == "filesystem":
        raise FormatError(
            'For a local folder, MSR 3 uses a volume. Set "registry.storage.backend" to persistentVolume.'
        )
    return {"registry": {"storage": {"backend": "s3", "s3": s3_parameters.write(settings, ALL_PARAMETERS_2)}}}


def _write_values(settings: Settings) -> Exported:
    values = _section(settings)
    return Exported(_HELM_HEADER + yaml_writer.dump(values), tuple(_remarks(settings)))


def _write_resource(settings: Settings) -> Exported:
    resource = {"spec": _section(settings)}
    remarks = [*_remarks(settings)]
    if settings.secretkey:
        remarks.append("The operator reads the keys from the resource itself. Limit who can read it.")
    return Exported(_OPERATOR_HEADER + yaml_writer.dump(resource), tuple(remarks), _HANDOVER)


def _remarks(settings: Settings) -> Iterator[str]:
    yield from derived_path_style_remarks(settings)
    yield from s3_parameters.dropped_further_remarks(settings, ALL_PARAMETERS_2, "MSR's registry")
    if not settings.redirect:
        yield 'The MSR 3 documentation does not describe how to turn off redirects, so "redirect" was omitted.'
    if others := [name for name in (*PARAMETERS_2, *settings.further) if _is_undocumented(settings, name)]:
        listed = ", ".join(f'"{name}"' for name in sorted(others))
        yield f"The MSR 3 documentation does not mention {listed}. Compare with: helm show values msrofficial/msr"
    yield _TAGS


def _is_undocumented(settings: Settings, name: str) -> bool:
    """Whether it is written with another value than the default, and no page names it."""
    return name in ALL_PARAMETERS_2 and name not in _DOCUMENTED and settings.value(name) != Settings().value(name)


# Reading


def _read_values(text: str) -> Imported:
    found = list(_find(list(yaml_reader.load_mappings(text))))
    return _read_section(text, _only(found, "values of MSR"))


def _read_resource(text: str) -> Imported:
    documents = yaml_reader.load_mappings(text)
    found = [each.get("spec") for each in (*objects_in(documents), *documents) if is_msr_resource(each)]
    return _read_section(text, _only(_distinct(found), "custom resource of MSR"))


def _distinct(found: list[object]) -> list[object]:
    """An object is in the documents, too."""
    return [each for position, each in enumerate(found) if each not in found[:position]]


def _only(found: list[object], title: str) -> Mapping[str, object]:
    if not found:
        raise FormatError(f'No {title} with "registry.storage.backend" found. Check that it is the right file.')
    if len(found) > 1:
        raise FormatError(f"The file contains {len(found)} {title}. Keep one of them.")
    return yaml_reader.require_mapping(found[0], title)


def _read_section(text: str, values: Mapping[str, object]) -> Imported:
    registry = yaml_reader.require_mapping(values.get("registry"), "registry")
    storage = yaml_reader.require_mapping(registry.get("storage"), "registry.storage")
    backend = storage.get("backend")
    if backend != "s3":
        raise FormatError(f'The storage backend is "{sanitize(backend, 60)}". Only s3 can be imported.')
    imported = storage_section.read_driver("s3", storage.get("s3"), "msr-3", ALL_PARAMETERS_2)
    return imported._replace(remarks=(*imported.remarks, *yaml_reader.cut_key_remarks(text)))


def _find(value: object) -> Iterator[object]:
    """The values of MSR, at any depth, but not those of the operator's resource."""
    mappings = list(mappings_in(value))
    resources = [each.get("spec") for each in mappings if is_msr_resource(each)]
    yield from (each for each in mappings if is_msr_section(each) and not any(each is spec for spec in resources))


def _has_resource(given: Given) -> bool:
    return any(map(is_msr_resource, (*objects_in(given.documents), *given.documents)))


_CHECKED_BY = "recorded: the sections that the pages of MSR 3.1 show; Helm's reader of YAML reads it"

MSR_HELM = Format(
    "msr-helm",
    "values of the MSR 3 chart",
    _write_values,
    _read_values,
    PARAMETERS_2,
    lambda given: any(True for _ in _find(list(given.documents))) and not _has_resource(given),
    "msr-3",
    (("registry", "storage"),),
    _BACKENDS - {"persistentVolume"},  # its size stays: the chart requires it also with s3
    has_folders=False,
    limits="path style, redirects",
    checked_by=_CHECKED_BY,
)

MSR_OPERATOR = MSR_HELM._replace(
    id="msr-operator",
    title="an MSR 3 custom resource",
    write=_write_resource,
    read=_read_resource,
    recognizes=_has_resource,
    sections=(("spec", "registry", "storage"),),
)
