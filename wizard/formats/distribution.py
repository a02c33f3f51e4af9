"""The configuration of CNCF Distribution (https://distribution.github.io/distribution/about/configuration/)."""

from __future__ import annotations

from wizard.formats import driver, yamltext
from wizard.formats.base import Exported, Format, Imported
from wizard.registries import registry_of
from wizard.settings import Settings

_HEADER = "# The registry's storage, written by storage-wizard.\n"
_PARAMETERS_2 = frozenset(driver.PARAMETERS) - {"forcepathstyle"}


def storage_2(settings: Settings) -> dict[str, object]:
    """The `storage` section for the 2.x line: what its drivers read, and nothing else."""
    if settings.type == "filesystem":
        return {"filesystem": {"rootdirectory": settings.rootdirectory}, "delete": {"enabled": True}}
    section: dict[str, object] = {"s3": driver.written(settings, _PARAMETERS_2), "delete": {"enabled": True}}
    if not settings.redirect:
        section["redirect"] = {"disable": True}
    return section


def _write_2(settings: Settings) -> Exported:
    document = {"version": 0.1, "storage": storage_2(settings), "http": {"addr": ":5000"}}
    remarks = []
    by_path = registry_of(settings.registry).path_style(settings)
    if settings.type == "s3" and by_path != bool(settings.regionendpoint):
        way = "has the bucket in the path" if settings.regionendpoint else "has the bucket in the host name"
        remarks.append(f"Distribution 2.x knows no forcepathstyle: this registry {way}, as its endpoint decides.")
    return Exported(_HEADER + yamltext.dump(document), tuple(remarks))


def _read_2(text: str) -> Imported:
    raise NotImplementedError


DISTRIBUTION_2 = Format(
    "distribution-2",
    "config.yml of Distribution 2.x",
    _write_2,
    _read_2,
    _PARAMETERS_2 | {"redirect"},
    ("storage",),
)
