"""The parameters of the registry's `s3` driver, as every format that descends from its configuration has them.

Source: registry/storage/driver/s3-aws/s3.go of CNCF Distribution. Truth values may be words of Go's ParseBool and
sizes may be numeric strings there, so they are read as such here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from wizard.catalog.registries import registry_of
from wizard.formats.format import FormatError, Imported
from wizard.model.endpoint import Endpoint
from wizard.model.findings import Value
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Kind, Settings
from wizard.text.sanitize import sanitize
from wizard.text.suggest import did_you_mean

PARAMETERS = tuple(name for name in DECLARATIONS if name not in ("registry", "provider", "redirect"))
PARAMETERS_2 = frozenset(PARAMETERS) - {"forcepathstyle"}
# What the driver takes where the parameter is not there, as far as that is not our own default.
_DRIVER_DEFAULTS: dict[str, Value] = {"region": "", "v4auth": True}
ALWAYS = ("region", "bucket", "secure", "v4auth", "skipverify")
_TRUE, _FALSE = ("1", "t", "T", "TRUE", "true", "True"), ("0", "f", "F", "FALSE", "false", "False")


# Writing


def written(
    settings: Settings, names: Collection[str] = PARAMETERS, always: Collection[str] = ALWAYS
) -> dict[str, object]:
    """The parameters among `names`: those in `always`, and the others where they differ from the default."""
    return {
        name: _plain(settings[name])
        for name in PARAMETERS
        if name in names and (name in always or settings[name] != DECLARATIONS[name].default)
    }


def with_effective_path_style(settings: Settings) -> Settings:
    """For a reader with a setting for the address style: the style that the settings' own registry goes by."""
    if settings.type == "filesystem":
        return settings
    return settings.replace({"forcepathstyle": registry_of(settings.registry).path_style(settings)})


def effective_path_style_remarks(settings: Settings, name: str = "forcepathstyle") -> Iterator[str]:
    """What was done about it, where that is not what the settings say."""
    if (said := with_effective_path_style(settings).forcepathstyle) != settings.forcepathstyle:
        title, word = registry_of(settings.registry).title, "true" if said else "false"
        yield f"{title} goes by the endpoint, so `{name}` is {word}: the bucket stays where it was proven."


def dropped_setting_remarks(settings: Settings, names: Collection[str], consumer: str) -> Iterator[str]:
    """A remark on each setting that says something to the driver, and that the consumer does not read."""
    for name in (*PARAMETERS, "redirect"):
        if name not in names and settings.type == "s3" and settings[name] != DECLARATIONS[name].default:
            yield f"{consumer} does not read `{name}`, so it is left out."


def _plain(value: Value) -> object:
    return value.reveal() if isinstance(value, Secret) else value


# Reading


def read(parameters: Mapping[str, object], registry: str, names: Collection[str] = PARAMETERS) -> Imported:
    """The settings that a driver's parameters stand for; what is none of ours is remarked on and left aside.

    Raises `FormatError` where a value is not of the parameter's kind.
    """
    changes = {**_DRIVER_DEFAULTS, "registry": registry}
    remarks = []
    for name, value in parameters.items():
        if name not in names:
            hint = did_you_mean(name, names)
            remarks.append(f"`{sanitize(name, 60)}` is not among the settings, and was left aside.{hint}")
        elif value is not None:
            changes[name] = _parsed(name, value)
    scheme = Endpoint.parse(str(changes.get("regionendpoint", ""))).scheme
    if scheme and "secure" not in parameters:  # the scheme wins there, so the switch says the same
        changes["secure"] = scheme == "https"
    return Imported(Settings().replace(changes), tuple(remarks))


def read_folder(parameters: Mapping[str, object], registry: str) -> Imported:
    """The same of the `filesystem` driver."""
    folder = parameters.get("rootdirectory") or "/var/lib/registry"  # the driver's default
    return Imported(
        Settings(registry=registry, provider="filesystem").replace({"rootdirectory": _parsed("rootdirectory", folder)})
    )


def require_bool(name: str, value: object) -> bool:
    """A value that must be a YAML truth value, as words are not taken for one there."""
    if isinstance(value, bool):
        return value
    raise FormatError(f"`{name}` should be true or false, without quotes.")


def _parsed(name: str, value: object) -> Value:
    match DECLARATIONS[name].kind, value:
        case Kind.SWITCH, bool():
            return value
        case Kind.SWITCH, _ if str(value) in (*_TRUE, *_FALSE):
            return str(value) in _TRUE
        case Kind.SIZE, int() | str() if str(value).isdecimal() and len(str(value)) <= 18:
            return int(str(value))
        case Kind.SECRET, str():
            return Secret(value)
        case ((Kind.TEXT | Kind.CHOICE), str()):
            return value
    wanted = {Kind.SWITCH: "true or false", Kind.SIZE: "a number of bytes"}.get(
        DECLARATIONS[name].kind, "a text in quotes"
    )
    raise FormatError(f"`{name}` should be {wanted}.")
