"""The storage in Quay's config.yaml: DISTRIBUTED_STORAGE_CONFIG names locations, each a class with its parameters.

Source: the classes in storage/cloud.py of quay/quay. `S3Storage` asks the store to encrypt, always; `RadosGWStorage`
never does, and signs with the region of its environment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from wizard.catalog.registries import registry_of
from wizard.formats import s3_parameters, yaml_reader, yaml_writer
from wizard.formats.format import Exported, Format, FormatError, Imported
from wizard.model.endpoint import Endpoint, scheme_of, url_of
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_CONFIG, _PREFERENCE = "DISTRIBUTED_STORAGE_CONFIG", "DISTRIBUTED_STORAGE_PREFERENCE"
_LOCATIONS = "DISTRIBUTED_STORAGE_DEFAULT_LOCATIONS"
_PROXY = "FEATURE_PROXY_STORAGE"
_NAME = "default"
_AMAZON = ("S3Storage", "CloudFrontedS3Storage")
_COMPATIBLE = ("RadosGWStorage", "RHOCSStorage", "IBMCloudStorage")
_OURS = {
    "s3_bucket": "bucket",
    "s3_access_key": "accesskey",
    "s3_secret_key": "secretkey",
    "s3_region": "region",
    "bucket_name": "bucket",
    "access_key": "accesskey",
    "secret_key": "secretkey",
    "storage_path": "rootdirectory",
}
_ADDRESS = ("host", "hostname", "port", "is_secure", "endpoint_url")
_CARRIED = frozenset(["bucket", "rootdirectory", "accesskey", "secretkey", "regionendpoint", "secure", "redirect"])
_SIGNED_REGION = "us-east-1"  # boto3's own, where its environment names none

# Writing


def _write(settings: Settings) -> Exported:
    kind, parameters = _storage(settings)
    document: dict[str, object] = {
        _CONFIG: {_NAME: [kind, parameters]},
        _LOCATIONS: [],
        _PREFERENCE: [_NAME],
    }
    if not settings.redirect:
        document[_PROXY] = True
    return Exported("# For Quay's config.yaml.\n" + yaml_writer.dump(document), tuple(_remarks(settings)))


def _storage(settings: Settings) -> tuple[str, dict[str, object]]:
    """The class of the storage, and its parameters."""
    if settings.type == "filesystem":
        return "LocalStorage", {"storage_path": settings.rootdirectory}
    path = {"storage_path": settings.rootdirectory or "/"}
    if _is_amazon(settings):
        parameters: dict[str, object] = {"s3_bucket": settings.bucket, "s3_region": settings.region}
        if settings.accesskey or settings.secretkey:
            parameters |= {"s3_access_key": settings.accesskey, "s3_secret_key": settings.secretkey.reveal()}
        if settings.regionendpoint or not settings.secure:
            parameters["endpoint_url"] = url_of(settings)
        return "S3Storage", parameters | path
    keys = {"access_key": settings.accesskey, "secret_key": settings.secretkey.reveal()}
    return "RadosGWStorage", {"bucket_name": settings.bucket, **keys, **_address(settings), **path}


def _is_amazon(settings: Settings) -> bool:
    return settings.encrypt or not settings.regionendpoint


def _address(settings: Settings) -> dict[str, object]:
    endpoint = Endpoint.parse(settings.regionendpoint)
    is_secure = scheme_of(settings) == "https"
    if endpoint.path or not endpoint.port.isdecimal():  # Quay puts a port at the end
        address = url_of(settings).partition("://")[2]
        return {"hostname": address, "is_secure": is_secure}
    return {"hostname": endpoint.host, "port": int(endpoint.port), "is_secure": is_secure}


def _remarks(settings: Settings) -> Iterator[str]:
    if settings.type == "filesystem":
        return
    carried = _CARRIED | {"region", "encrypt", "v4auth", "forcepathstyle"}
    yield from s3_parameters.dropped_setting_remarks(settings, carried, "Quay")
    yield from s3_parameters.dropped_further_remarks(settings, (), "Quay")
    if _is_amazon(settings):
        yield 'Quay\'s S3Storage always requests AES256 encryption and ignores "encrypt".'
        yield 'Older releases of Quay do not start if "s3_region" is set. Remove it for them.'
    elif settings.region != _SIGNED_REGION:
        yield (
            f'RadosGWStorage does not support "region". Set AWS_DEFAULT_REGION={settings.region} in Quay\'s '
            "environment."
        )
    if not settings.v4auth:
        yield 'Quay uses Signature V4, so "v4auth: false" was omitted.'
    if registry_of(settings.registry).path_style(settings) != bool(settings.regionendpoint):
        yield (
            'Quay does not support "forcepathstyle". It uses path style with an endpoint, otherwise '
            "virtual-hosted-style."
        )


# Reading


class _Storage(NamedTuple):
    """One storage in the configuration: its name, its class, and the parameters of that."""

    name: str
    kind: str
    parameters: Mapping[str, object]

    def __repr__(self) -> str:
        return f"_Storage({self.name})"  # the parameters can be secret


def _read(text: str) -> Imported:
    document = yaml_reader.require_mapping(yaml_reader.load(text), "config.yaml")
    storages = list(_storages(document))
    chosen = _preferred(document, storages)
    others = [each.name for each in storages if each is not chosen]
    remarks = [f"The other storage locations were ignored: {sanitize(', '.join(others), 200)}."] if others else []
    given = chosen.parameters
    if chosen.kind == "LocalStorage":
        folder = s3_parameters.parse_value("rootdirectory", given.get("storage_path") or "/datastorage")
        settings = Settings(registry="quay", provider="filesystem").replace({"rootdirectory": folder})
        return Imported(settings, tuple(remarks))
    parameters: dict[str, object] = {
        _OURS.get(name, name): value for name, value in given.items() if name not in _ADDRESS
    }
    if chosen.kind not in (*_AMAZON, *_COMPATIBLE):
        known = ", ".join((*_AMAZON, *_COMPATIBLE))
        raise FormatError(f"The storage engine is {sanitize(chosen.kind, 40)}. Only these can be imported: {known}.")
    if address := _endpoint(chosen):
        parameters["regionendpoint"] = address
    parameters["rootdirectory"] = "" if parameters.get("rootdirectory") == "/" else parameters.get("rootdirectory")
    if parameters.get("region") is None and (address or chosen.kind in _COMPATIBLE):
        parameters["region"] = _SIGNED_REGION
    names = (_CARRIED - {"redirect"}) | {"region"}
    imported = s3_parameters.read(parameters, "quay", names, {ours: theirs for theirs, ours in _OURS.items()})
    changes = {"encrypt": chosen.kind in _AMAZON, "redirect": document.get(_PROXY) is not True}
    remarks += [*imported.remarks, *_kind_remarks(chosen), *yaml_reader.cut_key_remarks(text)]
    return Imported(imported.settings.replace(changes), tuple(remarks))


def _kind_remarks(storage: _Storage) -> Iterator[str]:
    yield registry_of("quay").difference
    if storage.kind == "CloudFrontedS3Storage":
        yield "Pulls use CloudFront, and that path is not validated."
    if storage.kind in _AMAZON and not storage.parameters.get("s3_region"):
        yield 'The file has no "s3_region", so Quay uses the region from its environment. Enter that region here.'


def _storages(document: Mapping[str, object]) -> Iterator[_Storage]:
    for name, value in yaml_reader.require_mapping(document.get(_CONFIG), _CONFIG).items():
        if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], str):
            raise FormatError(f'"{sanitize(name, 60)}" in {_CONFIG} must be a list of a class and its parameters.')
        yield _Storage(name, value[0], yaml_reader.require_mapping(value[1], name))


def _preferred(document: Mapping[str, object], storages: list[_Storage]) -> _Storage:
    """The storage that Quay writes to: the first of the preference that exists, else the only one."""
    names = document.get(_PREFERENCE)
    for name in names if isinstance(names, list) else []:
        for storage in storages:
            if storage.name == name:
                return storage
    if len(storages) != 1:
        what = (
            f"{len(storages)} storage locations, but {_PREFERENCE} contains none of them"
            if storages
            else f"no {_CONFIG}"
        )
        raise FormatError(f"The file has {what}. Check that this is Quay's config.yaml.")
    return storages[0]


def _endpoint(storage: _Storage) -> str:
    """The endpoint as Quay builds it (`_build_endpoint_url`), empty for that of Amazon S3."""
    given = storage.parameters
    if url := given.get("endpoint_url"):
        return _text("endpoint_url", url)
    name = "hostname" if storage.kind in _COMPATIBLE else "host"
    host = _text(name, given.get(name) or "")
    if not host:
        return ""
    is_secure = storage.kind in _AMAZON or s3_parameters.require_bool("is_secure", given.get("is_secure", True))
    if not host.startswith(("http://", "https://")):
        host = f"{'https' if is_secure else 'http'}://{host}"
    port = given.get("port")
    has_port = host.rpartition(":")[2].strip(" /").isdecimal()
    return host if has_port or not port else f"{host}:{_port(port)}"


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise FormatError(f'"{name}" must be a quoted string.')
    return value


def _port(value: object) -> str:
    if isinstance(value, int | str) and str(value).isdecimal():
        return str(value)
    raise FormatError('"port" must be a number.')


def _fitted(wanted: Mapping[str, object], document: Mapping[str, object]) -> Mapping[str, object]:
    """The configuration with the name of the storage that a file has, and its class where that is of the same kind.

    Other parameters of such a class stay.
    """
    storages = list(_storages(document))
    if not storages:
        return wanted
    present, new = _preferred(document, storages), next(_storages(wanted))
    is_same = any({new.kind, present.kind} <= {*kinds} for kinds in (_AMAZON, _COMPATIBLE))
    kind = present.kind if is_same else new.kind
    others_of_kind = {name: value for name, value in present.parameters.items() if name not in (*_OURS, *_ADDRESS)}
    parameters = {**new.parameters, **(others_of_kind if is_same else {})}
    others = {name: value for name, value in wanted.items() if name not in (_PREFERENCE, _LOCATIONS)}
    kept = {name: document[name] for name in (_PREFERENCE, _LOCATIONS) if name in document}
    return {**others, **kept, _CONFIG: {present.name: [kind, parameters]}}


QUAY = Format(
    "quay",
    "config.yaml of Quay",
    _write,
    _read,
    _CARRIED,
    lambda given: _CONFIG in given.document,
    "quay",
    ((_CONFIG,), (_PREFERENCE,), (_LOCATIONS,), (_PROXY,)),
    own_keys=frozenset([*_OURS, *_ADDRESS]),
    fitted=_fitted,
    trust=registry_of("quay").trust,
    limits="everything that Quay's own client decides: `encrypt`, storage class, ACL, sizes, V2 signatures",
    checked_by="recorded: the constructors in storage/cloud.py (523faf2f); PyYAML, with which Quay reads it",
)
