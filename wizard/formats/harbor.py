"""The `storage_service` of Harbor's harbor.yml.

Harbor's `prepare` and its chart insert values without quotes into the configuration of the registry
(make/photon/prepare/templates/registry of goharbor/harbor). A string that YAML would read as another value or type
therefore needs quotes inside the value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.catalog.registries import registry_of
from wizard.formats import storage_section, yaml_reader, yaml_writer
from wizard.formats.format import Exported, Format, FormatError, Imported
from wizard.formats.path_style import derived_path_style_remarks
from wizard.formats.s3_parameters import ALL_PARAMETERS_2, PARAMETERS_2, dropped_further_remarks, parse_value
from wizard.model.settings import DECLARATIONS, Kind, Settings

_TEXTS = (Kind.TEXT, Kind.CHOICE, Kind.SECRET)
_FOLDER = "/storage"  # Harbor's own default
_DRIVERS = ("filesystem", "azure", "gcs", "s3", "swift", "oss")  # the template uses the first that is not empty


def _has_no_store(document: Mapping[str, object]) -> bool:
    """Whether it is a harbor.yml as it comes: with its required keys, and all of storage_service commented out."""
    return {"hostname", "data_volume"} <= document.keys() and not document.get("storage_service")


def quote_values(section: Mapping[str, object]) -> dict[str, object]:
    """The parameters with quotes inside the strings that need them."""
    return {
        name: yaml_writer.plain_or_quoted(value) if isinstance(value, str) else value for name, value in section.items()
    }


def inserted(given: Mapping[str, object]) -> dict[str, object]:
    """The parameters in the registry's configuration, into which Harbor inserts them without quotes."""
    values = yaml_reader.load_values(given)
    for name, value in given.items():
        if isinstance(value, str) and name in PARAMETERS_2 and DECLARATIONS[name].kind in _TEXTS:
            try:
                parse_value(name, values[name])
            except FormatError:
                raise FormatError(
                    f'"{name}" is not a string after Harbor renders it. Put quotes inside its quotes.'
                ) from None
    return values


def cut_remarks(text: str, given: Mapping[str, object]) -> Iterator[str]:
    """Remarks on the keys that end at a comment in the file, or once they are in the registry's configuration."""
    yield from yaml_reader.cut_key_remarks(text)
    for name in ("accesskey", "secretkey"):
        value = given.get(name)
        if isinstance(value, str) and yaml_reader.has_comment(value):
            yield f'"{name}" is cut off at " #": Harbor removes the quotes. Put quotes inside them.'


def _write(settings: Settings) -> Exported:
    section = storage_section.write(settings, ALL_PARAMETERS_2)
    del section["delete"]  # Harbor's template has it
    quoted = {name: quote_values(yaml_reader.require_mapping(value, name)) for name, value in section.items()}
    text = "# For harbor.yml, in place of its storage_service.\n" + yaml_writer.dump({"storage_service": quoted})
    remarks = [*derived_path_style_remarks(settings)]
    remarks += dropped_further_remarks(settings, ALL_PARAMETERS_2, "Harbor's registry")
    if "redirect" in section:
        remarks.append('On Harbor up to 2.7, write "redirect: {disabled: true}" instead.')
    return Exported(text, tuple(remarks))


def _read(text: str) -> Imported:
    document = yaml_reader.require_mapping(yaml_reader.load(text), "harbor.yml")
    if _has_no_store(document):
        remark = "harbor.yml has no storage_service, so Harbor keeps images in its data_volume."
        return Imported(Settings(registry="harbor", provider="filesystem", rootdirectory=_FOLDER), (remark,))
    section = yaml_reader.require_mapping(document.get("storage_service"), "storage_service")
    driver = next((name for name in _DRIVERS if section.get(name)), None)
    if driver is None:
        raise FormatError("storage_service does not contain a store. Check that this is the right harbor.yml.")
    given = yaml_reader.require_mapping(section[driver], driver)
    parameters = inserted(given)
    if driver == "filesystem":
        parameters = {"rootdirectory": _FOLDER, **parameters}
    imported = storage_section.read_driver(driver, parameters, "harbor", ALL_PARAMETERS_2)
    imported = imported._replace(remarks=(*imported.remarks, *cut_remarks(text, given)))
    if section.get("ca_bundle"):
        imported = Imported(
            imported.settings, (*imported.remarks, '"ca_bundle" was ignored. Install that CA on this machine.')
        )
    redirect = yaml_reader.load_values(yaml_reader.require_mapping(section.get("redirect"), "redirect"))
    return storage_section.apply_redirect(
        imported, {"redirect": redirect}, ("disable", "disabled")
    )  # `disabled` up to 2.7


HARBOR = Format(
    "harbor",
    "storage_service of harbor.yml",
    _write,
    _read,
    PARAMETERS_2 | {"redirect"},
    lambda given: "storage_service" in given.document or _has_no_store(given.document),
    "harbor",
    (("storage_service",),),
    frozenset(_DRIVERS) - {"s3"},
    trust=registry_of("harbor").trust,
    limits="path style",
    checked_by=(
        "recorded: the template of `prepare` inserts values without quotes; PyYAML, Jinja and the parser of "
        "Distribution 2.8.3 read it"
    ),
)
