"""The storage of zot's configuration, a file of JSON or YAML.

zot has the S3 driver of Distribution 3 (pkg/storage/storage.go of project-zot/zot), and a storage of its own around it:
`rootDirectory` is a local folder, `rootdirectory` one in the bucket. It reads names without case. In JSON it takes a
number for a float, which the driver refuses or misreads from a million on: 10485760 becomes 1.048576e+07.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from wizard.formats import s3_parameters, storage_section, yaml_reader
from wizard.formats.document_kind import is_zot
from wizard.formats.format import Exported, Format, FormatError, Imported
from wizard.formats.path_style import effective_path_style_remarks, with_effective_path_style
from wizard.formats.s3_parameters import ALL_PARAMETERS_3, ALWAYS_WRITTEN, PARAMETERS
from wizard.model.secret import Secret
from wizard.model.settings import Settings
from wizard.text.sanitize import escape_unsafe, sanitize

_FOLDER = "/var/lib/registry"  # of the official image
_VARIABLE = re.compile(r"\$(?:[A-Za-z_]|\{[A-Za-z_][A-Za-z0-9_]*\})")  # pkg/cli/server/config_loader.go

# Writing


def _write(settings: Settings) -> Exported:
    storage: dict[str, object] = {"rootDirectory": settings.rootdirectory if settings.type == "filesystem" else _FOLDER}
    if settings.type == "s3":
        if settings.redirect:
            storage["redirectBlobURL"] = True
        parameters = s3_parameters.write(
            with_effective_path_style(settings), ALL_PARAMETERS_3, (*ALWAYS_WRITTEN, "forcepathstyle")
        )
        storage["storageDriver"] = {"name": "s3"} | {name: _quote_number(each) for name, each in parameters.items()}
    server = {"address": "0.0.0.0", "port": "5000"}  # noqa: S104 - as in the configuration of the official image
    document = {"distSpecVersion": "1.1.1", "storage": storage, "http": server}
    text = escape_unsafe(json.dumps(document, indent=2, ensure_ascii=False), "\n") + "\n"
    return Exported(text, tuple(_remarks(settings)))


def _quote_number(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _remarks(settings: Settings) -> Iterator[str]:
    if settings.type == "filesystem":
        return
    yield from effective_path_style_remarks(settings)
    yield from s3_parameters.dropped_further_remarks(settings, ALL_PARAMETERS_3, "zot")
    if settings.redirect:
        yield (
            'Older releases of zot do not support redirects, and do not start if "redirectBlobURL" is set. Remove it '
            "for them."
        )
    yield from _variable_remarks(settings)


def _variable_remarks(settings: Settings) -> Iterator[str]:
    """A remark on each text in which recent releases of zot find a variable of their environment."""
    for name in PARAMETERS:
        value = settings.value(name)
        text = value.reveal() if isinstance(value, Secret) else value
        if isinstance(text, str) and _VARIABLE.search(text):
            yield f'Recent releases of zot replace "$NAME" in "{name}" with the environment variable of that name.'


# Reading


def _read(text: str) -> Imported:
    document = yaml_reader.require_mapping(yaml_reader.load(text), "the configuration")
    storage = _section(document, "storage")
    if not storage:
        raise FormatError('"storage" section not found. Check that this is a zot configuration.')
    others = [path for path, each in _section(storage, "subPaths").items() if _driver_in(each)]
    driver = _section(storage, "storageDriver")
    remarks = []
    if not driver and len(others) == 1:
        storage = yaml_reader.require_mapping(_section(_section(document, "storage"), "subPaths")[others[0]], others[0])
        driver = _section(storage, "storageDriver")
        remarks.append(
            f"This is the storage of the sub-path {sanitize(others[0], 60)}. Everything else is on the local disk."
        )
    elif not driver and others:
        listed = sanitize(", ".join(others), 200)
        raise FormatError(f'The sub-paths use several stores: {listed}. Keep one "storageDriver" in the file.')
    elif others:
        remarks.append(f"The storage settings of these sub-paths were ignored: {sanitize(', '.join(others), 200)}.")
    if not driver:
        folder = _value(storage, "rootDirectory")
        return Imported(Settings(registry="zot", provider="filesystem").replace({"rootdirectory": _text(folder)}))
    imported = _read_driver(driver)
    settings = imported.settings.replace({"redirect": _value(storage, "redirectBlobURL") is True})
    remarks += [*imported.remarks, *yaml_reader.cut_key_remarks(text), *_variable_remarks(settings)]
    if yaml_reader.is_json(text):
        remarks += [
            f'zot does not start with the number in "{sanitize(name, 60)}". Put it in quotes.'
            for name, value in driver.items()
            if isinstance(value, int) and not isinstance(value, bool) and value >= 1_000_000
        ]
    return Imported(settings, tuple(remarks))


def _read_driver(given: Mapping[str, object]) -> Imported:
    """The settings of a `storageDriver`. With an endpoint zot uses path style unless the driver sets it."""
    parameters = {name.lower(): value for name, value in given.items()}
    if len(parameters) < len(given):
        raise FormatError('"storageDriver" has a name twice; zot ignores case in names. Remove one of them.')
    name = parameters.pop("name", None)
    if not isinstance(name, str):
        raise FormatError('"storageDriver" has no "name". Add "name": "s3".')
    if "regionendpoint" in parameters:
        parameters.setdefault("forcepathstyle", True)
    return storage_section.read_driver(name, parameters, "zot", ALL_PARAMETERS_3)


def _section(mapping: Mapping[str, object], name: str) -> Mapping[str, object]:
    return yaml_reader.require_mapping(_value(mapping, name), name)


def _value(mapping: Mapping[str, object], name: str) -> object:
    """The value with that name, without case; None if there is none."""
    names = [each for each in mapping if each.lower() == name.lower()]
    if len(names) > 1:
        raise FormatError(f'"{name}" appears twice; zot ignores case in names. Remove one of them.')
    return mapping[names[0]] if names else None


def _driver_in(value: object) -> bool:
    return isinstance(value, Mapping) and any(str(name).lower() == "storagedriver" for name in value)


def _text(folder: object) -> str:
    if not isinstance(folder, str) or not folder:
        raise FormatError('"storage" has neither "rootDirectory" nor "storageDriver". Check that it is complete.')
    return folder


def _fitted(wanted: Mapping[str, object], document: Mapping[str, object]) -> Mapping[str, object]:
    """The configuration with the local folder of a file, where images are in the bucket."""
    storage = yaml_reader.require_mapping(wanted.get("storage"), "storage")
    present = document.get("storage")
    if "storageDriver" not in storage or not isinstance(present, Mapping) or "rootDirectory" not in present:
        return wanted
    return {**wanted, "storage": {**storage, "rootDirectory": present["rootDirectory"]}}


ZOT = Format(
    "zot",
    "the configuration of zot",
    _write,
    _read,
    frozenset(PARAMETERS) | {"redirect"},
    lambda given: is_zot(given.document),
    "zot",
    (("storage", "storageDriver"), ("storage", "redirectBlobURL"), ("storage", "rootDirectory")),
    fitted=_fitted,
    limits="sub-paths with a storage of their own; `$NAME`, which recent releases replace",
    checked_by="viper 1.21.0 and the driver of Distribution 3.1.2, as zot uses them, read it",
)
