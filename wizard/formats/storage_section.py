"""The `storage` section of a registry's configuration, which most formats contain.

Source: configuration/configuration.go of CNCF Distribution.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from wizard.formats import s3_parameters, yaml_reader
from wizard.formats.format import FormatError, Imported
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

NON_DRIVER_KEYS = ("cache", "delete", "maintenance", "redirect", "tag")
DRIVERS = ("s3", "s3aws", "filesystem", "azure", "gcs", "inmemory", "oss", "swift")
_S3_DRIVERS = ("s3", "s3aws", "s3_v2")
_DEFAULT_FOLDER = "/var/lib/registry"  # the filesystem driver's


def write(
    settings: Settings,
    names: Collection[str] = s3_parameters.PARAMETERS,
    always: Collection[str] = s3_parameters.ALWAYS_WRITTEN,
) -> dict[str, object]:
    """The driver with its parameters, `delete` enabled, and `redirect` if it is off."""
    if settings.type == "filesystem":
        return {"filesystem": {"rootdirectory": settings.rootdirectory}, "delete": {"enabled": True}}
    section: dict[str, object] = {"s3": s3_parameters.write(settings, names, always), "delete": {"enabled": True}}
    if not settings.redirect:
        section["redirect"] = {"disable": True}
    return section


def read(
    value: object,
    registry: str,
    names: Collection[str] = s3_parameters.PARAMETERS,
    spellings: Mapping[str, str] | None = None,
) -> Imported:
    """The settings of a section; `FormatError` unless it has exactly one driver, which is S3 or the filesystem.

    The section can be the name of the driver alone.
    """
    section = yaml_reader.require_mapping({value: None} if isinstance(value, str) else value, "storage")
    drivers = [name for name in section if name not in NON_DRIVER_KEYS]
    if len(drivers) != 1:
        drivers_found = f"several drivers: {sanitize(', '.join(drivers))}" if drivers else "no driver"
        raise FormatError(
            f"The storage section has {drivers_found}. A registry supports exactly one driver, such as s3."
        )
    imported = read_driver(drivers[0], section[drivers[0]], registry, names, spellings)
    return apply_redirect(imported, section)


def read_driver(
    name: str, value: object, registry: str, names: Collection[str], spellings: Mapping[str, str] | None = None
) -> Imported:
    """The settings of the driver `name` with the parameters `value`; `FormatError` for an unsupported driver."""
    parameters = yaml_reader.require_mapping(value, name)
    if name in _S3_DRIVERS:
        return s3_parameters.read(parameters, registry, names, spellings)
    if name == "filesystem":
        return _read_filesystem(parameters, registry)
    raise FormatError(f'The storage driver is "{sanitize(name, 60)}". Only s3 and filesystem can be imported.')


def _read_filesystem(parameters: Mapping[str, object], registry: str) -> Imported:
    folder = s3_parameters.parse_value("rootdirectory", parameters.get("rootdirectory") or _DEFAULT_FOLDER)
    return Imported(Settings(registry=registry, provider="filesystem").replace({"rootdirectory": folder}))


def apply_redirect(
    imported: Imported, section: Mapping[str, object], names: Collection[str] = ("disable",)
) -> Imported:
    """`imported` with redirects off if the `redirect` of the section disables them, with a key of one of the names."""
    redirect = yaml_reader.require_mapping(section.get("redirect"), "redirect")
    given = [s3_parameters.require_bool(name, redirect[name]) for name in names if name in redirect]
    return disable_redirect(imported, disable=any(given))


def disable_redirect(imported: Imported, *, disable: bool) -> Imported:
    """`imported` with redirects off if `disable` is true."""
    return imported._replace(settings=imported.settings.replace({"redirect": False})) if disable else imported
