"""The JSON of the settings API of Docker Trusted Registry, which has a registry's `storage` section."""

from __future__ import annotations

import json
from collections import Counter
from typing import NoReturn

from wizard.catalog.registries import registry_of
from wizard.formats import storage_section, yaml_reader
from wizard.formats.document_kind import is_zot
from wizard.formats.format import Exported, Format, FormatError, Handover, Imported, Reread
from wizard.formats.path_style import derived_path_style_remarks
from wizard.formats.s3_parameters import ALL_PARAMETERS_2, PARAMETERS_2, dropped_further_remarks
from wizard.model.settings import Settings
from wizard.text.sanitize import escape_unsafe, sanitize

_ADDRESS = "https://DTR-HOST/api/v0/admin/settings/registry/simple"
_HANDOVER = Handover(
    f"curl -u ADMIN -X PUT -H 'Content-Type: application/json' \\\n  --data-binary @{{file}} {_ADDRESS}"
)
_MAX_DIGITS = 19  # of an integer of 64 bits with its sign
_REDIRECT = 'The documentation does not mention "redirect" for this API. Check it in System > Storage afterwards.'


def _write(settings: Settings) -> Exported:
    section = storage_section.write(settings, ALL_PARAMETERS_2)
    section["maintenance"] = {"readonly": {"enabled": False}}
    remarks = [*derived_path_style_remarks(settings), *dropped_further_remarks(settings, ALL_PARAMETERS_2, "DTR")]
    if "redirect" in section:
        remarks.append(_REDIRECT)
    text = escape_unsafe(json.dumps({"storage": section}, indent=2, ensure_ascii=False), "\n") + "\n"
    return Exported(text, tuple(remarks), _HANDOVER)


def _read(text: str) -> Imported:
    try:
        document = json.loads(
            text, object_pairs_hook=_without_duplicates, parse_int=_integer, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        raise FormatError(f"Invalid JSON at line {error.lineno}, column {error.colno}.") from None
    except RecursionError:
        raise FormatError("The JSON is nested too deeply. Check that it is the right file.") from None
    section = yaml_reader.require_mapping(document, "the settings").get("storage")
    return storage_section.read(section, "dtr", ALL_PARAMETERS_2)


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Readers of JSON use the first or the last value of a name that is there twice."""
    values = dict(pairs)
    if len(values) < len(pairs):
        twice = next(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        raise FormatError(f'"{sanitize(twice, 60)}" appears twice. Remove one of them.')
    return values


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise FormatError("A number is too large. Check that it is the right file.")
    return Reread(digits)  # Go reads a number of JSON as a float, and prints 1234567890 as 1.23456789e+09


def _refuse_constant(name: str) -> NoReturn:
    raise FormatError(f"{name} is not a valid JSON number.")


DTR = Format(
    "dtr",
    "JSON of DTR's settings API",
    _write,
    _read,
    PARAMETERS_2 | {"redirect"},
    lambda given: (
        given.is_json and "storage" in given.document and "version" not in given.document and not is_zot(given.document)
    ),
    "dtr",
    trust=registry_of("dtr").trust,
    limits="path style",
    checked_by="its own reader only",
)
