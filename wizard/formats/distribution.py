"""The configuration of CNCF Distribution (https://distribution.github.io/distribution/about/configuration/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.formats import path_style, s3_parameters, storage_section, yaml_reader, yaml_writer
from wizard.formats.document_kind import is_zot
from wizard.formats.format import Exported, Format, FormatError, Given, Imported
from wizard.formats.s3_parameters import (
    ALL_PARAMETERS_2,
    ALL_PARAMETERS_3,
    ALWAYS_WRITTEN,
    PARAMETERS_2,
    dropped_further_remarks,
)
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_HEADER_2 = "# The registry's storage, written by storage-wizard.\n"
HEADER_3 = "# The storage of Distribution 3, written by storage-wizard.\n"
# forcepathstyle is always written because its default has changed between versions.
_ALWAYS_WRITTEN_3 = (*ALWAYS_WRITTEN, "forcepathstyle")


# As in the configuration of the official image (config-example.yml of distribution-library-image).
_ADDRESS = "# http.addr: :5000 listens on all interfaces; 127.0.0.1:5000 on this machine alone.\n"


def _write_2(settings: Settings) -> Exported:
    section = storage_section.write(settings, ALL_PARAMETERS_2)
    remarks = path_style.derived_path_style_remarks(settings)
    dropped = dropped_further_remarks(settings, ALL_PARAMETERS_2, "Distribution 2")
    return Exported(_HEADER_2 + _document(section), (*remarks, *dropped))


def _write_3(settings: Settings) -> Exported:
    section = storage_section.write(path_style.with_effective_path_style(settings), ALL_PARAMETERS_3, _ALWAYS_WRITTEN_3)
    remarks = path_style.effective_path_style_remarks(settings)
    dropped = dropped_further_remarks(settings, ALL_PARAMETERS_3, "Distribution 3")
    return Exported(HEADER_3 + _document(section), (*remarks, *dropped))


def _document(section: dict[str, object]) -> str:
    return f"{yaml_writer.dump({'version': 0.1, 'storage': section, 'http': {'addr': ':5000'}})}{_ADDRESS}"


def _read(text: str, registry: str, names: frozenset[str]) -> Imported:
    document = yaml_reader.require_mapping(yaml_reader.load(text), "the configuration")
    if "storage" not in document:
        raise FormatError('"storage" section not found. Check that this is the registry\'s config.yml.')
    imported = storage_section.read(document["storage"], registry, names)
    remarks = [*imported.remarks, *yaml_reader.cut_key_remarks(text), *middleware_remarks(document.get("middleware"))]
    return imported._replace(remarks=tuple(remarks))


def middleware_remarks(value: object) -> Iterator[str]:
    """A remark if pulls go another way than to the store itself, for example through CloudFront."""
    middleware = yaml_reader.require_mapping(value, "middleware").get("storage")
    entries = middleware if isinstance(middleware, list) else []
    names = [str(each.get("name", "")) for each in entries if isinstance(each, Mapping)]
    if names:
        listed = sanitize(", ".join(names), 60)
        yield f'"middleware.storage" ({listed}) was ignored: pulls use it, and that path is not validated.'


def _is_configuration(given: Given) -> bool:
    is_settings_of_dtr = given.is_json and "version" not in given.document
    is_other = is_settings_of_dtr or is_zot(given.document)
    storage = given.document.get("storage")
    is_storage = isinstance(storage, Mapping) or (isinstance(storage, str) and "version" in given.document)
    return is_storage and not is_other


def _is_of_3(given: Given) -> bool:
    """Whether it has what only the 3.x line has: our header, a parameter of the driver, or the section `tag`."""
    storage = given.document["storage"]
    section = storage if isinstance(storage, Mapping) else {}
    only_3 = ALL_PARAMETERS_3 - ALL_PARAMETERS_2
    has_parameter = any(isinstance(each, Mapping) and not only_3.isdisjoint(each) for each in section.values())
    return "tag" in section or has_parameter or HEADER_3.strip() in given.text.splitlines()


DISTRIBUTION_2 = Format(
    "distribution-2",
    "config.yml of Distribution 2",
    _write_2,
    lambda text: _read(text, "distribution-2", ALL_PARAMETERS_2),
    PARAMETERS_2 | {"redirect"},
    lambda given: _is_configuration(given) and not _is_of_3(given),
    "distribution-2",
    (("storage",),),
    frozenset(storage_section.DRIVERS),
    is_on_host=True,
    limits="path style, which follows from the endpoint",
    checked_by="Distribution 2.8.3 and Debian's docker-registry start with it",
)

DISTRIBUTION_3 = Format(
    "distribution-3",
    "config.yml of Distribution 3",
    _write_3,
    lambda text: _read(text, "distribution-3", ALL_PARAMETERS_3),
    frozenset(s3_parameters.PARAMETERS) | {"redirect"},
    lambda given: _is_configuration(given) and _is_of_3(given),
    "distribution-3",
    (("storage",),),
    frozenset(storage_section.DRIVERS),
    is_on_host=True,
    checked_by="Distribution 3.1.2 starts with it",
)
