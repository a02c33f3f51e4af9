"""The configuration of CNCF Distribution (https://distribution.github.io/distribution/about/configuration/)."""

from __future__ import annotations

from wizard.catalog.registries import registry_of
from wizard.formats import s3_parameters, storage_section
from wizard.formats import yaml as yaml_text
from wizard.formats.format import Exported, Format, FormatError, Imported
from wizard.formats.s3_parameters import ALWAYS, PARAMETERS, PARAMETERS_2
from wizard.model.settings import Settings

_HEADER = "# The registry's storage, written by storage-wizard.\n"
_ALWAYS_3 = (*ALWAYS, "forcepathstyle")  # its default has changed once already


def _write_2(settings: Settings) -> Exported:
    return Exported(_document(storage_section.section(settings, PARAMETERS_2)), tuple(path_style_remarks(settings)))


def _write_3(settings: Settings) -> Exported:
    section = storage_section.section(s3_parameters.with_effective_path_style(settings), PARAMETERS, _ALWAYS_3)
    return Exported(_document(section), tuple(s3_parameters.effective_path_style_remarks(settings)))


def _document(section: dict[str, object]) -> str:
    return _HEADER + yaml_text.dump({"version": 0.1, "storage": section, "http": {"addr": ":5000"}})


def path_style_remarks(settings: Settings) -> list[str]:
    """What the 2.x line does to the address, where the settings say something else."""
    by_path = registry_of(settings.registry).path_style(settings)
    if settings.type != "s3" or by_path == bool(settings.regionendpoint):
        return []
    way = "has the bucket in the path" if settings.regionendpoint else "has the bucket in the host name"
    return [f"Distribution 2.x knows no forcepathstyle: this registry {way}, as its endpoint decides."]


def _read(text: str, registry: str, names: frozenset[str]) -> Imported:
    document = yaml_text.mapping(yaml_text.load(text), "the configuration")
    if "storage" not in document:
        raise FormatError("It has no `storage` section. Check that it is the registry's config.yml.")
    return storage_section.read(document["storage"], registry, names)


DISTRIBUTION_2 = Format(
    "distribution-2",
    "config.yml of Distribution 2.x",
    _write_2,
    lambda text: _read(text, "distribution-2", PARAMETERS_2),
    PARAMETERS_2 | {"redirect"},
    "distribution-2",
    ("storage",),
    frozenset(storage_section.OTHER_DRIVERS),
)

DISTRIBUTION_3 = Format(
    "distribution-3",
    "config.yml of Distribution 3.x",
    _write_3,
    lambda text: _read(text, "distribution-3", frozenset(s3_parameters.PARAMETERS)),
    frozenset(s3_parameters.PARAMETERS) | {"redirect"},
    "distribution-3",
    ("storage",),
    frozenset(storage_section.OTHER_DRIVERS),
)
