"""Harbor's harbor.yml and the values of its chart.

Both paste what they are given, without quotes, into the registry's configuration (make/photon/prepare and
templates/registry of goharbor/harbor and goharbor/harbor-helm), so a text that YAML would take for something else
carries quotes of its own inside.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from wizard.formats import s3_parameters, storage_section
from wizard.formats import yaml as yaml_text
from wizard.formats.distribution import path_style_remarks
from wizard.formats.format import Exported, Format, FormatError, Imported
from wizard.model.endpoint import Endpoint, url_of
from wizard.model.settings import DECLARATIONS, Kind, Settings

_ORDER = ("filesystem", "azure", "gcs", "s3", "swift", "oss")  # the first that is not empty wins
_HELM = frozenset(s3_parameters.PARAMETERS_2) - {"objectacl"}


def _pasted(section: Mapping[str, object]) -> dict[str, object]:
    return {
        name: yaml_text.plain_or_quoted(value) if isinstance(value, str) else value for name, value in section.items()
    }


def _taken_off(section: Mapping[str, object]) -> dict[str, object]:
    return {name: yaml_text.load(value) if isinstance(value, str) else value for name, value in section.items()}


# harbor.yml


def _write(settings: Settings) -> Exported:
    section = storage_section.section(settings, s3_parameters.PARAMETERS_2)
    del section["delete"]  # Harbor sets it
    pasted = {name: _pasted(yaml_text.mapping(value, name)) for name, value in section.items()}
    text = "# For harbor.yml, in place of its storage_service.\n" + yaml_text.dump({"storage_service": pasted})
    return Exported(text, tuple(path_style_remarks(settings)))


def _read(text: str) -> Imported:
    document = yaml_text.mapping(yaml_text.load(text), "harbor.yml")
    section = yaml_text.mapping(document.get("storage_service"), "storage_service")
    name = next((name for name in _ORDER if section.get(name)), None)
    if name is None:
        raise FormatError("Its storage_service names no store. Check that it is the right harbor.yml.")
    parameters = _taken_off(yaml_text.mapping(section[name], name))
    imported = storage_section.read_driver(name, parameters, "harbor", s3_parameters.PARAMETERS_2)
    if section.get("ca_bundle"):
        imported = Imported(imported.settings, (*imported.remarks, "`ca_bundle` was left aside: trust that CA here."))
    redirect = yaml_text.mapping(section.get("redirect"), "redirect")
    return storage_section.with_redirect(
        imported, off="disable" in redirect and s3_parameters.require_bool("disable", redirect["disable"])
    )


HARBOR = Format(
    "harbor",
    "storage_service of harbor.yml",
    _write,
    _read,
    s3_parameters.PARAMETERS_2 | {"redirect"},
    "harbor",
    ("storage_service",),
    frozenset(_ORDER) - {"s3"},
)


# The chart


def _write_helm(settings: Settings) -> Exported:
    chart: dict[str, object] = {"disableredirect": not settings.redirect, "type": settings.type}
    if settings.type == "filesystem":
        chart["filesystem"] = _pasted({"rootdirectory": settings.rootdirectory})
    else:
        # The templates drop `false`, and skipverify unless secure is true: the scheme of the endpoint says it all.
        dialled = settings.replace({"secure": True, "regionendpoint": _with_scheme(settings)})
        parameters = s3_parameters.written(dialled, _HELM, ("region", "bucket", "secure"))
        chart["s3"] = {name: _size_in_quotes(name, value) for name, value in _pasted(parameters).items()}
    text = "# Values for the chart of Harbor.\n" + yaml_text.dump({"persistence": {"imageChartStorage": chart}})
    return Exported(text, (*path_style_remarks(settings), *_dropped(settings)))


def _with_scheme(settings: Settings) -> str:
    """The endpoint with its scheme; without one HTTPS off can only be said by Amazon's own address."""
    return url_of(settings) if settings.regionendpoint or not settings.secure else ""


def _size_in_quotes(name: str, value: object) -> object:
    """Helm would write a large number as 1.048576e+07."""
    return str(value) if DECLARATIONS[name].kind is Kind.SIZE else value


def _dropped(settings: Settings) -> list[str]:
    if settings.type == "filesystem":
        return []
    remarks = list(s3_parameters.dropped_setting_remarks(settings, _HELM | {"redirect", "forcepathstyle"}, "The chart"))
    if not settings.v4auth:
        remarks.append("The chart drops `v4auth: false`: its registry will sign with version 4.")
    return remarks


def _read_helm(text: str) -> Imported:
    values = yaml_text.mapping(yaml_text.load(text), "the values")
    chart = yaml_text.mapping(
        yaml_text.mapping(values.get("persistence"), "persistence").get("imageChartStorage"), "it"
    )
    name = str(chart.get("type", "filesystem"))
    given = _without_existing(yaml_text.mapping(chart.get(name), name))
    parameters = _with_switch(_taken_off(_as_rendered(given)))
    imported = storage_section.read_driver(name, parameters, "harbor", _HELM)
    if chart.get("caBundleSecretName"):
        told = "`caBundleSecretName` was left aside: trust that CA here."
        imported = Imported(imported.settings, (*imported.remarks, told))
    if "existingSecret" in yaml_text.mapping(chart.get(name), name):
        told = "The keys are in the secret that `existingSecret` names, and were left aside."
        imported = Imported(imported.settings, (*imported.remarks, told))
    off = chart.get("disableredirect")
    return storage_section.with_redirect(
        imported, off=off is not None and s3_parameters.require_bool("disableredirect", off)
    )


def _without_existing(section: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in section.items() if name != "existingSecret"}


def _as_rendered(section: Mapping[str, object]) -> dict[str, object]:
    """What is left of the values once the templates have dropped each that is false; a zero in quotes is not."""
    kept = {name: value for name, value in section.items() if value not in (False, "", 0)}
    if not kept.get("secure"):
        kept.pop("skipverify", None)
    return kept


def _with_switch(parameters: Mapping[str, object]) -> dict[str, object]:
    """With `secure` as the scheme of the endpoint says it."""
    scheme = Endpoint.parse(str(parameters.get("regionendpoint", ""))).scheme
    return {**parameters} | ({"secure": scheme == "https"} if scheme else {})


def _names(carried: Collection[str]) -> frozenset[str]:
    return frozenset(carried) | {"redirect"}


HARBOR_HELM = Format(
    "harbor-helm",
    "values of Harbor's chart",
    _write_helm,
    _read_helm,
    _names(_HELM - {"v4auth"}),
    "harbor",
    ("persistence", "imageChartStorage"),
)
