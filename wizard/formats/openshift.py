"""The storage of OpenShift's image registry: the Config of its operator, and the Secret with the keys.

Sources: imageregistry/v1/types.go of openshift/api, pkg/storage/s3/s3.go of openshift/cluster-image-registry-operator.
The operator puts the keys into a credentials file, and sets variables of the registry for everything else. With an
endpoint it uses path style unless `virtualHostedStyle` is true, without one the dual-stack endpoints of Amazon S3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from wizard.catalog.registries import registry_of
from wizard.formats import s3_parameters, yaml_reader, yaml_writer
from wizard.formats.document_kind import is_openshift_config
from wizard.formats.format import Exported, Format, FormatError, Given, Handover, Imported
from wizard.formats.manifest import Holder, Manifest, objects_in
from wizard.model.endpoint import url_of
from wizard.model.secret import Secret
from wizard.model.settings import DECLARATIONS, MIB, Settings
from wizard.text.sanitize import sanitize

_GROUP = "imageregistry.operator.openshift.io"
_SECRET, _NAMESPACE = "image-registry-private-configuration-user", "openshift-image-registry"
_SECRET_KEYS = {"accesskey": "REGISTRY_STORAGE_S3_ACCESSKEY", "secretkey": "REGISTRY_STORAGE_S3_SECRETKEY"}
_HEADER = f"# The registry's storage in OpenShift, with its keys in the Secret {_SECRET}.\n"
_HANDOVER = Handover("oc apply -f {file}")
_GET = f"oc get -o yaml configs.{_GROUP} cluster; oc get -o yaml -n {_NAMESPACE} secret {_SECRET}"
_OURS = {"regionEndpoint": "regionendpoint", "keyID": "keyid"}
_CARRIED = frozenset(
    ["bucket", "region", "regionendpoint", "accesskey", "secretkey", "secure", "encrypt", "keyid", "redirect"]
)
_CHUNKS = range(5, 5121)  # MiB, of `chunkSizeMiB`
_IN_FILE = re.compile(r"""^\s|\s$|[\r\n]|\s[#;]|^["']""")  # what a credentials file of AWS does not keep as it is

# Writing


def _write(settings: Settings) -> Exported:
    if settings.type == "filesystem":
        raise FormatError(
            'OpenShift\'s registry does not support a local folder. Set "spec.storage.pvc" in its Config.'
        )
    config = {
        "apiVersion": f"{_GROUP}/v1",
        "kind": "Config",
        "metadata": {"name": "cluster"},
        "spec": {
            "managementState": "Managed",
            "replicas": 2,
            "disableRedirect": not settings.redirect,
            # So that the operator does not delete the bucket when the registry is removed.
            "storage": {"managementState": "Unmanaged", "s3": _parameters(settings)},
        },
    }
    text = _HEADER + yaml_writer.dump(config)
    if settings.accesskey or settings.secretkey:
        text += f"---\n{yaml_writer.dump(_secret(settings))}"
    return Exported(text, tuple(_remarks(settings)), _HANDOVER)


def _parameters(settings: Settings) -> dict[str, object]:
    parameters: dict[str, object] = {"bucket": settings.bucket, "region": settings.region}
    if settings.regionendpoint or not settings.secure:  # the scheme, which wins over `secure`, says that it is off
        parameters["regionEndpoint"] = url_of(settings)
        parameters["virtualHostedStyle"] = not registry_of(settings.registry).path_style(settings)
    else:
        parameters["virtualHostedStyle"] = False
    parameters["encrypt"] = settings.encrypt
    if settings.keyid:
        parameters["keyID"] = settings.keyid
    if _has_chunks(settings):
        parameters["chunkSizeMiB"] = settings.chunksize // MIB
    return parameters


def _has_chunks(settings: Settings) -> bool:
    """Whether the chunk size is another one than the default, and one that `chunkSizeMiB` can express."""
    size = settings.chunksize
    return size != DECLARATIONS["chunksize"].default and size % MIB == 0 and size // MIB in _CHUNKS


def _secret(settings: Settings) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": _SECRET, "namespace": _NAMESPACE},
        "type": "Opaque",
        "stringData": {
            _SECRET_KEYS["accesskey"]: settings.accesskey,
            _SECRET_KEYS["secretkey"]: settings.secretkey.reveal(),
        },
    }


def _remarks(settings: Settings) -> Iterator[str]:
    names = _CARRIED | {"forcepathstyle", *(["chunksize"] if _has_chunks(settings) else [])}
    yield from s3_parameters.dropped_setting_remarks(settings, names | {"v4auth"}, "OpenShift's operator")
    yield from s3_parameters.dropped_further_remarks(settings, ["usedualstack"], "OpenShift's operator")
    if not settings.v4auth:
        yield 'OpenShift\'s registry uses Signature V4, so "v4auth: false" was omitted.'
    if settings.forcepathstyle and not settings.regionendpoint and registry_of(settings.registry).path_style_setting:
        yield (
            'OpenShift\'s registry ignores "forcepathstyle" without an endpoint and uses virtual-hosted-style '
            "(bucket.host)."
        )
    if settings.skipverify:
        yield 'Put the store\'s CA into a ConfigMap in openshift-config and set "trustedCA.name" to its name.'
    if _has_chunks(settings):
        yield (
            '"chunkSizeMiB" requires a recent OpenShift. To check, run: oc explain '
            "configs.imageregistry.operator.openshift.io.spec"
        )
    yield (
        'A new Config requires a number of replicas, so it contains "replicas: 2". Change it if your registry uses a '
        "different number."
    )
    if settings.accesskey or settings.secretkey:
        for name in ("accesskey", "secretkey"):
            if _IN_FILE.search(str(_plain(settings, name))):
                yield f'The operator writes "{name}" to a credentials file, which interprets this value differently.'
    else:
        yield f"Without the Secret {_SECRET}, the registry uses the credentials that the cluster creates for it."


def _plain(settings: Settings, name: str) -> str:
    value = settings.value(name)
    return value.reveal() if isinstance(value, Secret) else str(value)


# Reading


class _Found(NamedTuple):
    """What a file has: the Config of the operator and the Secret with the keys."""

    config: Mapping[str, object]
    secret: Holder | None

    def __repr__(self) -> str:
        return "_Found(…)"  # the values are secret


def _read(text: str) -> Imported:
    documents = yaml_reader.load_mappings(text)
    found = _Found(_config_in(documents), _secret_in(documents))
    spec = yaml_reader.require_mapping(found.config.get("spec"), "spec")
    given = _storage_of(found.config, spec)
    parameters: dict[str, object] = {
        _OURS.get(name, name): value for name, value in given.items() if name not in _OTHER
    }
    if "chunkSizeMiB" in given:
        parameters["chunksize"] = _bytes(given["chunkSizeMiB"])
    names = _CARRIED | {"chunksize"}
    imported = s3_parameters.read(parameters, "openshift", names, {ours: theirs for theirs, ours in _OURS.items()})
    settings = imported.settings
    is_virtual = s3_parameters.require_bool("virtualHostedStyle", given.get("virtualHostedStyle", False))
    settings = settings.replace({"forcepathstyle": bool(settings.regionendpoint) and not is_virtual})
    settings = settings.replace(
        {"redirect": not s3_parameters.require_bool("disableRedirect", spec.get("disableRedirect", False))}
    )
    if not settings.regionendpoint:
        settings = settings.replace({"usedualstack": True})  # s3.go of the operator sets it
    keys = _keys_in(found.secret)
    settings = settings.replace(
        {"accesskey": keys.get("accesskey", ""), "secretkey": Secret(keys.get("secretkey", ""))}
    )
    remarks = (*imported.remarks, *yaml_reader.cut_key_remarks(text), *_reading_remarks(found, spec, given))
    return Imported(settings, remarks)


_OTHER = ("chunkSizeMiB", "virtualHostedStyle", "cloudFront", "trustedCA")


def _config_in(documents: tuple[Mapping[str, object], ...]) -> Mapping[str, object]:
    """The Config of the registry; `FormatError` unless there is exactly one."""
    found = [each for each in objects_in(documents) if is_openshift_config(each)]
    if len(found) > 1:
        raise FormatError("The file contains the Config of the registry twice. Keep one of them.")
    if not found:
        raise FormatError(f"Config of the OpenShift registry not found. To write both into the file, run: {_GET}")
    return found[0]


def _secret_in(documents: tuple[Mapping[str, object], ...]) -> Holder | None:
    holders = _secrets_in(documents)
    if len(holders) > 1:
        raise FormatError(f"The file contains {holders[0].title} twice. Keep one of them.")
    return holders[0] if holders else None


def _secrets_in(documents: tuple[Mapping[str, object], ...]) -> list[Holder]:
    return [each for each in Manifest(documents).holders if (each.kind, each.name) == ("Secret", _SECRET)]


def _storage_of(config: Mapping[str, object], spec: Mapping[str, object]) -> Mapping[str, object]:
    """The parameters of S3. A bucket or region that the operator has chosen is in the status."""
    storage = yaml_reader.require_mapping(spec.get("storage"), "spec.storage")
    kinds = [name for name, value in storage.items() if name != "managementState" and value is not None]
    if kinds != ["s3"]:
        what = f'is "{sanitize(", ".join(kinds), 60)}"' if kinds else "is not set"
        raise FormatError(f'"spec.storage" {what}. Only s3 can be imported.')
    given = yaml_reader.require_mapping(storage["s3"], "spec.storage.s3")
    status = yaml_reader.require_mapping(config.get("status"), "status")
    applied = yaml_reader.require_mapping(status.get("storage"), "status.storage").get("s3")
    chosen = yaml_reader.require_mapping(applied, "status.storage.s3")
    blank = [name for name in ("bucket", "region") if not given.get(name)]
    return {name: value for name, value in given.items() if name not in blank} | {
        name: chosen[name] for name in blank if chosen.get(name)
    }


def _bytes(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value * MIB
    raise FormatError('"chunkSizeMiB" must be a number of MiB.')


def _keys_in(secret: Holder | None) -> dict[str, str]:
    if secret is None:
        return {}
    return {ours: secret.text(key) for ours, key in _SECRET_KEYS.items() if key in secret.keys}


def _reading_remarks(found: _Found, spec: Mapping[str, object], given: Mapping[str, object]) -> Iterator[str]:
    yield (
        "OpenShift's registry is based on Distribution 3. For older releases, which are based on 2.x, choose "
        "Distribution 2."
    )
    if found.secret is None:
        yield (
            f"The keys are in the Secret {_SECRET}, which is not in the file. Enter them here, or add the Secret. To "
            f"get it, run: {_GET}"
        )
    else:
        for key in (key for key in _SECRET_KEYS.values() if key not in found.secret.keys):
            yield f"{found.secret.title} has no {key}, which the operator requires."
    if not given.get("bucket"):
        yield 'The file has no bucket, so the operator creates one. Find its name in "status.storage.s3.bucket".'
    if not given.get("region") and not given.get("regionEndpoint"):
        yield 'The file has no "region", so the operator uses the cluster\'s region. Enter it here.'
    if given.get("cloudFront"):
        yield '"cloudFront" was ignored: pulls use it, and that path is not validated.'
    if yaml_reader.require_mapping(given.get("trustedCA"), "trustedCA").get("name"):
        yield '"trustedCA" was ignored. Install that CA on this machine.'
    if spec.get("proxy"):
        yield '"proxy" was ignored. Set HTTP_PROXY, HTTPS_PROXY and NO_PROXY to the same values on this machine.'


def _recognizes(given: Given) -> bool:
    return any(map(is_openshift_config, objects_in(given.documents))) or bool(_secrets_in(given.documents))


OPENSHIFT = Format(
    "openshift",
    "the Config of the OpenShift image registry",
    _write,
    _read,
    _CARRIED,
    _recognizes,
    "openshift",
    (("spec", "storage"), ("spec", "disableRedirect")),
    frozenset(["emptyDir", "pvc", "gcs", "swift", "azure", "ibmcos", "oss"]),
    own_keys=frozenset(["regionEndpoint", "keyID", "virtualHostedStyle", "chunkSizeMiB"]),
    keys_elsewhere=lambda document: (  # noqa: ARG005
        f"The keys were not written. They go in the Secret {_SECRET} in the namespace {_NAMESPACE}. To write "
        f"both, run: storage-wizard export --to openshift | {_HANDOVER.of_input()}"
    ),
    has_folders=False,
    trust=registry_of("openshift").trust,
    limits="`rootdirectory`, `skipverify`, `storageclass`, `objectacl`, copy sizes, V2 signatures",
    checked_by="recorded: the schema in openshift/api (c763669d); the decoder of Kubernetes reads the Secret",
)
