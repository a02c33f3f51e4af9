"""The values of Harbor's Helm chart (templates/registry/registry-cm.yaml of goharbor/harbor-helm).

Like `prepare`, the chart inserts values without quotes. It also leaves out every value that is false, empty or zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.formats import s3_parameters, storage_section, yaml_reader, yaml_writer
from wizard.formats.chart_values import mappings_in
from wizard.formats.format import Exported, Format, FormatError, Imported
from wizard.formats.harbor import cut_remarks, inserted, quote_values
from wizard.formats.path_style import derived_path_style_remarks
from wizard.model.endpoint import Endpoint, url_of
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_PARAMETERS = frozenset(s3_parameters.PARAMETERS_2) - {"objectacl"}
_FURTHER = frozenset(["multipartcopychunksize", "multipartcopymaxconcurrency"])  # no useragent
_SMALLEST_WITH_EXPONENT = 1_000_000  # Go prints a float of that size as 1e+06, and Helm reads all numbers as floats
_ENCODED = ("accesskey", "secretkey")  # with b64enc, which does not accept numbers
_DEFAULTS: Mapping[str, Mapping[str, object]] = {  # values.yaml of the chart
    "filesystem": {"rootdirectory": "/storage"},
    "s3": {"region": "us-west-1"},
}


def _write(settings: Settings) -> Exported:
    chart: dict[str, object] = {"disableredirect": not settings.redirect, "type": settings.type}
    if settings.type == "filesystem":
        chart["filesystem"] = quote_values({"rootdirectory": settings.rootdirectory})
    else:
        # The chart leaves out `secure: false`, and skipverify if secure is not true. The scheme of the endpoint, which
        # takes precedence over secure, can say it instead.
        with_scheme = settings.replace({"secure": True, "regionendpoint": _endpoint_with_scheme(settings)})
        parameters = s3_parameters.write(with_scheme, _PARAMETERS | _FURTHER, ("region", "bucket", "secure"))
        chart["s3"] = {name: _quote_number(value) for name, value in quote_values(parameters).items()}
    text = "# Values for the Harbor chart.\n" + yaml_writer.dump({"persistence": {"imageChartStorage": chart}})
    return Exported(text, (*derived_path_style_remarks(settings), *_dropped_remarks(settings)))


def _endpoint_with_scheme(settings: Settings) -> str:
    """The endpoint with its scheme; empty only for Amazon S3 with HTTPS."""
    return url_of(settings) if settings.regionendpoint or not settings.secure else ""


def _quote_number(value: object) -> object:
    """A number as a string: Helm renders a large one as 1.048576e+07."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _dropped_remarks(settings: Settings) -> list[str]:
    if settings.type == "filesystem":
        return []
    names = _PARAMETERS | {"redirect", "forcepathstyle"}
    remarks = list(s3_parameters.dropped_setting_remarks(settings, names, "The chart"))
    remarks += s3_parameters.dropped_further_remarks(settings, _FURTHER, "The chart")
    if not settings.v4auth:
        remarks.append('The chart ignores "v4auth: false", so the registry will use Signature V4.')
    return remarks


def _read(text: str) -> Imported:
    chart = _storage_of(list(yaml_reader.load_mappings(text)))
    driver = str(chart.get("type", "filesystem"))
    given = yaml_reader.require_mapping(chart.get(driver), driver)
    parameters = {**_DEFAULTS.get(driver, {}), **_with_effective_secure(inserted(_rendered(given)))}
    is_skipverify_dropped = bool(given.get("skipverify")) and not given.get("secure")
    imported = storage_section.read_driver(driver, parameters, "harbor", _PARAMETERS | _FURTHER)
    imported = imported._replace(remarks=(*imported.remarks, *cut_remarks(text, given)))
    if is_skipverify_dropped and imported.settings.type == "s3":
        remark = 'The chart ignores "skipverify" without "secure: true", so the registry verifies certificates.'
        imported = _with_remark(imported, remark)
    if chart.get("caBundleSecretName"):
        imported = _with_remark(imported, '"caBundleSecretName" was ignored. Install that CA on this machine.')
    if given.get("existingSecret"):
        imported = _with_remark(imported, 'The keys are in the Secret named in "existingSecret". Enter them here.')
    disable = yaml_reader.load_values({"disableredirect": chart.get("disableredirect")})["disableredirect"]
    if disable is None:
        return imported
    return storage_section.disable_redirect(imported, disable=s3_parameters.require_bool("disableredirect", disable))


def _storage_of(document: object) -> Mapping[str, object]:
    """The only `imageChartStorage` in the values, at any depth: a parent chart or Argo CD can contain Harbor's."""
    found = list(_find(document))
    if not found:
        raise FormatError("imageChartStorage not found. Check that this is a values file of the Harbor chart.")
    if len(found) > 1:
        raise FormatError(f"The file contains {len(found)} imageChartStorage sections. Keep only one.")
    return yaml_reader.require_mapping(found[0], "imageChartStorage")


def _find(document: object) -> Iterator[object]:
    for each in mappings_in(document):
        if "imageChartStorage" in each:
            yield each["imageChartStorage"]


def _with_remark(imported: Imported, remark: str) -> Imported:
    return imported._replace(remarks=(*imported.remarks, remark))


def _rendered(section: Mapping[str, object]) -> dict[str, object]:
    """The parameters in the registry's configuration after rendering. To Helm, `"0"` is not empty, but 0 is."""
    ignored = ["existingSecret", *(_ENCODED if section.get("existingSecret") else ())]
    rendered = {name: value for name, value in section.items() if name not in ignored and value}
    for name, value in rendered.items():
        if not isinstance(value, int) or isinstance(value, bool):
            continue
        if name in _ENCODED or abs(value) >= _SMALLEST_WITH_EXPONENT:
            raise FormatError(f'Put "{sanitize(name, 60)}" in quotes. Helm changes the notation of this number.')
    if not rendered.get("secure"):
        rendered.pop("skipverify", None)
    return rendered


def _with_effective_secure(parameters: Mapping[str, object]) -> dict[str, object]:
    """The parameters with the `secure` that the scheme of the endpoint implies."""
    scheme = Endpoint.parse(str(parameters.get("regionendpoint", ""))).scheme
    return {**parameters} | ({"secure": scheme == "https"} if scheme else {})


def _keys_elsewhere(document: Mapping[str, object]) -> str:
    section: object = document
    for name in ("persistence", "imageChartStorage", "s3"):
        section = section.get(name) if isinstance(section, Mapping) else None
    if not isinstance(section, Mapping) or not section.get("existingSecret"):
        return ""
    return (
        'The chart reads the keys from the Secret named in "existingSecret", so they were not written. Set '
        "REGISTRY_STORAGE_S3_ACCESSKEY and REGISTRY_STORAGE_S3_SECRETKEY there."
    )


HARBOR_HELM = Format(
    "harbor-helm",
    "values of the Harbor chart",
    _write,
    _read,
    (_PARAMETERS - {"v4auth"}) | {"redirect"},
    lambda given: any(True for _ in _find(list(given.documents))),
    "harbor",
    (("persistence", "imageChartStorage"),),
    keys_elsewhere=_keys_elsewhere,
    trust='put the CA into a Secret as ca.crt and set "caBundleSecretName" in imageChartStorage to its name',
    limits="path style, `objectacl`, V2 signatures",
    checked_by=(
        "recorded: the template inserts values without quotes and drops false ones; "
        "Helm 3.22.0 and the parser of Distribution 2.8.3 read it"
    ),
)
