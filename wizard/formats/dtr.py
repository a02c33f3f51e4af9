"""The JSON of the settings API of Docker Trusted Registry, which has a registry's `storage` section."""

from __future__ import annotations

import json

from wizard.formats import storage_section, yaml_reader
from wizard.formats.format import Exported, Format, FormatError, Imported
from wizard.formats.path_style import derived_path_style_remarks
from wizard.formats.s3_parameters import PARAMETERS_2
from wizard.model.settings import Settings

_ADDRESS = "https://DTR-HOST/api/v0/admin/settings/registry/simple"
_COMMAND = (
    "storage-wizard export --to dtr | curl -u ADMIN -X PUT -H 'Content-Type: application/json' \\\n"
    f"  --data-binary @- {_ADDRESS}"
)
_REDIRECT = "No page says that the API takes `redirect`: look at it in System > Storage afterwards."


def _write(settings: Settings) -> Exported:
    section = storage_section.write(settings, PARAMETERS_2)
    section["maintenance"] = {"readonly": {"enabled": False}}
    remarks = list(derived_path_style_remarks(settings))
    if "redirect" in section:
        remarks.append(_REDIRECT)
    text = json.dumps({"storage": section}, indent=2, ensure_ascii=False) + "\n"
    return Exported(text, tuple(remarks), _COMMAND)


def _read(text: str) -> Imported:
    try:
        document = json.loads(text)
    except ValueError as error:  # JSONDecodeError, or an integer with too many digits
        place = f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise FormatError(f"It is not JSON that can be read{place}. Mend it there.") from None
    except RecursionError:
        raise FormatError("It is nested too deep for settings. Check that it is the right file.") from None
    section = yaml_reader.require_mapping(document, "the settings").get("storage")
    return storage_section.read(section, "dtr", PARAMETERS_2)


DTR = Format("dtr", "JSON of DTR's settings API", _write, _read, PARAMETERS_2 | {"redirect"}, "dtr")
