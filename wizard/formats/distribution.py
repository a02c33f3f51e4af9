"""The configuration of CNCF Distribution (https://distribution.github.io/distribution/about/configuration/)."""

from __future__ import annotations

from wizard.formats import driver, storage, yamltext
from wizard.formats.base import Exported, Format, FormatError, Imported
from wizard.formats.driver import ALWAYS, PARAMETERS, PARAMETERS_2
from wizard.registries import registry_of
from wizard.settings import Settings

_HEADER = "# The registry's storage, written by storage-wizard.\n"
_ALWAYS_3 = (*ALWAYS, "forcepathstyle")  # its default has changed once already


def _write_2(settings: Settings) -> Exported:
    return Exported(_document(storage.section(settings, PARAMETERS_2)), tuple(path_style_remarks(settings)))


def _write_3(settings: Settings) -> Exported:
    section = storage.section(driver.addressed(settings), PARAMETERS, _ALWAYS_3)
    return Exported(_document(section), tuple(driver.addressed_remarks(settings)))


def _document(section: dict[str, object]) -> str:
    return _HEADER + yamltext.dump({"version": 0.1, "storage": section, "http": {"addr": ":5000"}})


def path_style_remarks(settings: Settings) -> list[str]:
    """What the 2.x line does to the address, where the settings say something else."""
    by_path = registry_of(settings.registry).path_style(settings)
    if settings.type != "s3" or by_path == bool(settings.regionendpoint):
        return []
    way = "has the bucket in the path" if settings.regionendpoint else "has the bucket in the host name"
    return [f"Distribution 2.x knows no forcepathstyle: this registry {way}, as its endpoint decides."]


def _read(text: str, registry: str, names: frozenset[str]) -> Imported:
    document = yamltext.mapping(yamltext.load(text), "the configuration")
    if "storage" not in document:
        raise FormatError("It has no `storage` section. Check that it is the registry's config.yml.")
    return storage.read(document["storage"], registry, names)


DISTRIBUTION_2 = Format(
    "distribution-2",
    "config.yml of Distribution 2.x",
    _write_2,
    lambda text: _read(text, "distribution-2", PARAMETERS_2),
    PARAMETERS_2 | {"redirect"},
    "distribution-2",
    ("storage",),
    frozenset(storage.OTHER_DRIVERS),
)

DISTRIBUTION_3 = Format(
    "distribution-3",
    "config.yml of Distribution 3.x",
    _write_3,
    lambda text: _read(text, "distribution-3", frozenset(driver.PARAMETERS)),
    frozenset(driver.PARAMETERS) | {"redirect"},
    "distribution-3",
    ("storage",),
    frozenset(storage.OTHER_DRIVERS),
)
