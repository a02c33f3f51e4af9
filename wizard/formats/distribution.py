"""The configuration of CNCF Distribution (https://distribution.github.io/distribution/about/configuration/)."""

from __future__ import annotations

from wizard.formats import yamltext
from wizard.formats.base import Exported, Format
from wizard.registries import registry_of
from wizard.secret import Secret
from wizard.settings import DECLARATIONS, Settings

_HEADER = "# The registry's storage, written by storage-wizard.\n"
_ALWAYS = ("region", "bucket", "secure", "v4auth", "skipverify")
_WHERE_SET = (
    *("accesskey", "secretkey", "regionendpoint", "rootdirectory"),
    *("encrypt", "keyid", "storageclass", "objectacl", "chunksize", "multipartcopythresholdsize"),
)


def storage_2(settings: Settings) -> dict[str, object]:
    """The `storage` section for the 2.x line: what its drivers read, and nothing else."""
    section: dict[str, object] = {settings.type: _driver_2(settings), "delete": {"enabled": True}}
    if not settings.redirect and settings.type == "s3":
        section["redirect"] = {"disable": True}
    return section


def _driver_2(settings: Settings) -> dict[str, object]:
    if settings.type == "filesystem":
        return {"rootdirectory": settings.rootdirectory}
    names = [name for name in _WHERE_SET if settings[name] != DECLARATIONS[name].default]
    return {name: _plain(settings[name]) for name in (*_ALWAYS, *names)}


def _plain(value: object) -> object:
    return value.reveal() if isinstance(value, Secret) else value


def _write_2(settings: Settings) -> Exported:
    document = {"version": 0.1, "storage": storage_2(settings), "http": {"addr": ":5000"}}
    remarks = []
    by_path = registry_of(settings.registry).path_style(settings)
    if settings.type == "s3" and by_path != bool(settings.regionendpoint):
        way = "has the bucket in the path" if settings.regionendpoint else "has the bucket in the host name"
        remarks.append(f"Distribution 2.x knows no forcepathstyle: this registry {way}, as its endpoint decides.")
    return Exported(_HEADER + yamltext.dump(document), tuple(remarks))


DISTRIBUTION_2 = Format("distribution-2", "config.yml of Distribution 2.x", _write_2)
