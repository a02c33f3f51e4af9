"""The `storage` section of a registry's configuration, which most formats hold somewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from wizard.formats import s3_parameters
from wizard.formats import yaml as yaml_text
from wizard.formats.format import FormatError, Imported
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

NON_DRIVER_KEYS = ("cache", "delete", "maintenance", "redirect", "tag")  # what stands beside the driver
OTHER_DRIVERS = ("filesystem", "azure", "gcs", "inmemory", "oss", "swift", "s3aws")


def section(
    settings: Settings,
    names: Collection[str] = s3_parameters.PARAMETERS,
    always: Collection[str] = s3_parameters.ALWAYS,
) -> dict[str, object]:
    """The section: the driver with its parameters, deleting allowed, and redirects where they are off."""
    if settings.type == "filesystem":
        return {"filesystem": {"rootdirectory": settings.rootdirectory}, "delete": {"enabled": True}}
    found: dict[str, object] = {"s3": s3_parameters.written(settings, names, always), "delete": {"enabled": True}}
    if not settings.redirect:
        found["redirect"] = {"disable": True}
    return found


def read(value: object, registry: str, names: Collection[str] = s3_parameters.PARAMETERS) -> Imported:
    """The settings of a section; `FormatError` where it has no driver that is known here, or several."""
    found = yaml_text.mapping(value, "storage")
    drivers = [name for name in found if name not in NON_DRIVER_KEYS]
    if len(drivers) != 1:
        told = f"several drivers: {sanitize(', '.join(drivers))}" if drivers else "no driver"
        raise FormatError(f"Its storage has {told}. A registry takes exactly one, such as s3.")
    imported = read_driver(drivers[0], found[drivers[0]], registry, names)
    redirect = yaml_text.mapping(found.get("redirect"), "redirect")
    return with_redirect(
        imported, off="disable" in redirect and s3_parameters.require_bool("disable", redirect["disable"])
    )


def read_driver(name: str, value: object, registry: str, names: Collection[str]) -> Imported:
    """The settings of one driver."""
    parameters: Mapping[str, object] = yaml_text.mapping(value, name)
    if name in ("s3", "s3aws", "s3_v2"):
        return s3_parameters.read(parameters, registry, names)
    if name == "filesystem":
        return s3_parameters.read_folder(parameters, registry)
    raise FormatError(f"Its storage is `{sanitize(name, 60)}`. Only s3 and filesystem can be taken over.")


def with_redirect(imported: Imported, *, off: bool) -> Imported:
    """The same with redirects off, where they are."""
    return imported._replace(settings=imported.settings.replace({"redirect": False})) if off else imported
