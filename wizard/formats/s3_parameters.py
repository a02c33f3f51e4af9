"""The parameters of the registry's `s3` driver, which all formats of its descendants share.

Source: registry/storage/driver/s3-aws/s3.go of CNCF Distribution. The driver accepts words of Go's `strconv.ParseBool`
for truth values and numeric strings for sizes, so `read` does too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from wizard.catalog.registries import registry_of
from wizard.formats.format import FormatError, Imported, Reread, require_few
from wizard.model.endpoint import Endpoint
from wizard.model.further_parameters import FURTHER_PARAMETERS, Plain
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, Kind, Settings, Value
from wizard.text.sanitize import sanitize
from wizard.text.suggest import did_you_mean

PARAMETERS = tuple(name for name in DECLARATIONS if name not in ("registry", "provider", "redirect"))
PARAMETERS_2 = frozenset(PARAMETERS) - {"forcepathstyle"}  # those of the 2.x line
# With the parameters that are no settings.
ALL_PARAMETERS_2 = PARAMETERS_2 | registry_of("distribution-2").further_parameters
ALL_PARAMETERS_3 = frozenset(PARAMETERS) | registry_of("distribution-3").further_parameters
ALWAYS_WRITTEN = ("region", "bucket", "secure", "v4auth", "skipverify")
# What the driver uses for an absent parameter, where that is not the default of the setting.
_DRIVER_DEFAULTS: dict[str, Value] = {"region": "", "v4auth": True}
_TRUE, _FALSE = ("1", "t", "T", "TRUE", "true", "True"), ("0", "f", "F", "FALSE", "false", "False")
_MAX_DIGITS = 18  # of a size, so that it fits in 64 bits


# Writing


def write(
    settings: Settings, names: Collection[str] = PARAMETERS, always: Collection[str] = ALWAYS_WRITTEN
) -> dict[str, object]:
    """The parameters among `names`: those in `always`, others if they differ from the default, and further ones."""
    of_settings = {
        name: _reveal(settings.value(name))
        for name in PARAMETERS
        if name in names and (name in always or settings.value(name) != DECLARATIONS[name].default)
    }
    return of_settings | {name: value for name, value in settings.further.items() if name in names}


def dropped_setting_remarks(settings: Settings, names: Collection[str], consumer: str) -> Iterator[str]:
    """A remark on each S3 setting that differs from its default and is not in `names`, which `consumer` reads."""
    for name in (*PARAMETERS, "redirect"):
        if name not in names and settings.value(name) != DECLARATIONS[name].default:
            yield f'{consumer} does not support "{name}", so it was omitted.'


def dropped_further_remarks(settings: Settings, names: Collection[str], consumer: str) -> Iterator[str]:
    """A remark on each further parameter that is not in `names`, which `consumer` reads."""
    for name in settings.further:
        if settings.type == "s3" and name not in names:
            yield f'{consumer} does not support "{name}", so it was omitted.'


def _reveal(value: Value) -> object:
    return value.reveal() if isinstance(value, Secret) else value


# Reading


def read(
    parameters: Mapping[str, object],
    registry: str,
    names: Collection[str] = PARAMETERS,
    spellings: Mapping[str, str] | None = None,
) -> Imported:
    """The settings for the parameters of a driver that supports `names`. Others are ignored, with a remark.

    `spellings` has the format's own words for `names` where they differ. Raises `FormatError` for a value of the wrong
    type.
    """
    require_few(parameters)
    changes: dict[str, Value] = {**_DRIVER_DEFAULTS, "registry": registry}
    further: dict[str, Plain] = {}
    remarks = []
    for name, value in parameters.items():
        if name not in names:
            hint = did_you_mean(name, [(spellings or {}).get(known, known) for known in names])
            remarks.append(f'"{sanitize(name, 60)}" is not supported and was ignored.{hint}')
        elif value is None:
            continue
        elif name in FURTHER_PARAMETERS:
            further[name] = parse_further(name, value)
        else:
            changes[name] = parse_value(name, value)
    if registry_of(registry).blank_region and changes.get("regionendpoint") and parameters.get("region") is None:
        changes["region"] = _region_for(str(changes["regionendpoint"]))
        remarks.append(
            f'The file has no "region", so the registry uses a placeholder. {changes["region"]} was filled in.'
        )
    if further:
        listed = ", ".join(f'"{name}"' for name in FURTHER_PARAMETERS if name in further)
        remarks.append(f"Not shown here, but kept for export: {listed}.")
    scheme = Endpoint.parse(str(changes.get("regionendpoint", ""))).scheme
    if scheme and "secure" not in changes:  # the driver uses the scheme, so the setting should agree with it
        changes["secure"] = scheme == "https"
    return Imported(Settings().replace(changes).with_further(further), tuple(remarks))


def _region_for(endpoint: str) -> str:
    """A region that a store accepts which accepts any: the driver's own is the text `<nil>`."""
    from wizard.catalog.endpoints import provider_by_host  # imported here: exports need no table of stores
    from wizard.catalog.providers import providers

    provider = provider_by_host(endpoint) or providers()["other"]
    return provider.region_in(endpoint) or provider.region


def require_type(name: str, value: object) -> None:
    """Raises `FormatError` for a value of the wrong type; one that is absent is None."""
    if value is not None:
        parse_further(name, value) if name in FURTHER_PARAMETERS else parse_value(name, value)


def parse_value(name: str, value: object) -> Value:
    """The value of a parameter as the driver understands it; `FormatError` if it has the wrong type."""
    kind = DECLARATIONS[name].kind
    match kind, value:
        case Kind.SWITCH, bool():
            return value
        case Kind.SWITCH, _ if str(value) in (*_TRUE, *_FALSE):
            return str(value) in _TRUE
        case Kind.SIZE, int() | str() if str(value).isdecimal() and len(str(value)) <= _MAX_DIGITS:
            return int(str(value))
        case Kind.SECRET, str():
            return Secret(value)
        case ((Kind.TEXT | Kind.CHOICE | Kind.SECRET), int()) if not isinstance(value, bool | Reread):
            return parse_value(name, str(value))  # as the driver does, which prints the value
        case ((Kind.TEXT | Kind.CHOICE), str()):
            return value
    expected = {Kind.SWITCH: "true or false", Kind.SIZE: "a number of bytes"}.get(kind, "a quoted string")
    raise FormatError(f'"{name}" must be {expected}.')


def parse_further(name: str, value: object) -> Plain:
    """The value of a parameter that is no setting; `FormatError` if it has the wrong type."""
    match FURTHER_PARAMETERS[name].default, value:
        case bool(), _ if isinstance(value, bool) or str(value) in (*_TRUE, *_FALSE):
            return str(value) in _TRUE
        case bool(), _:
            raise FormatError(f'"{name}" must be true or false.')
        case int(), int() | str() if str(value).isdecimal() and len(str(value)) <= _MAX_DIGITS:
            return int(str(value))
        case int(), _:
            raise FormatError(f'"{name}" must be a number.')
        case _, str():
            return value
        case _, False if name == "loglevel":  # YAML 1.1 reads `off` so
            return "off"
    raise FormatError(f'"{name}" must be a quoted string.')


def require_bool(name: str, value: object) -> bool:
    """A parameter that the registry accepts only as a YAML truth value; `FormatError` for anything else."""
    if isinstance(value, bool):
        return value
    raise FormatError(f'"{name}" must be true or false, without quotes.')
