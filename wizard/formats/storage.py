"""The `storage` section of a registry's configuration, which most formats hold somewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from wizard.formats import driver, yamltext
from wizard.formats.base import FormatError, Imported
from wizard.printable import printable
from wizard.settings import Settings

BESIDE = ("cache", "delete", "maintenance", "redirect", "tag")  # what stands beside the driver
OTHER_DRIVERS = ("filesystem", "azure", "gcs", "inmemory", "oss", "swift", "s3aws")


def section(
    settings: Settings, names: Collection[str] = driver.PARAMETERS, always: Collection[str] = driver.ALWAYS
) -> dict[str, object]:
    """The section: the driver with its parameters, deleting allowed, and redirects where they are off."""
    if settings.type == "filesystem":
        return {"filesystem": {"rootdirectory": settings.rootdirectory}, "delete": {"enabled": True}}
    found: dict[str, object] = {"s3": driver.written(settings, names, always), "delete": {"enabled": True}}
    if not settings.redirect:
        found["redirect"] = {"disable": True}
    return found


def read(value: object, registry: str, names: Collection[str] = driver.PARAMETERS) -> Imported:
    """The settings of a section; `FormatError` where it has no driver that is known here, or several."""
    found = yamltext.mapping(value, "storage")
    drivers = [name for name in found if name not in BESIDE]
    if len(drivers) != 1:
        told = f"several drivers: {printable(', '.join(drivers))}" if drivers else "no driver"
        raise FormatError(f"Its storage has {told}. A registry takes exactly one, such as s3.")
    imported = read_driver(drivers[0], found[drivers[0]], registry, names)
    redirect = yamltext.mapping(found.get("redirect"), "redirect")
    return with_redirect(imported, off="disable" in redirect and driver.truth("disable", redirect["disable"]))


def read_driver(name: str, value: object, registry: str, names: Collection[str]) -> Imported:
    """The settings of one driver."""
    parameters: Mapping[str, object] = yamltext.mapping(value, name)
    if name in ("s3", "s3aws", "s3_v2"):
        return driver.read(parameters, registry, names)
    if name == "filesystem":
        return driver.read_folder(parameters, registry)
    raise FormatError(f"Its storage is `{printable(name, 60)}`. Only s3 and filesystem can be taken over.")


def with_redirect(imported: Imported, *, off: bool) -> Imported:
    """The same with redirects off, where they are."""
    return imported._replace(settings=imported.settings.replace({"redirect": False})) if off else imported
