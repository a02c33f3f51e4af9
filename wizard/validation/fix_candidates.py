"""Fixes that often help with a cause, but that the store's response does not name. `fix_verifier` tests them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from wizard.catalog.endpoints import store_of
from wizard.catalog.registries import registry_of
from wizard.model import fixes
from wizard.model.displayed_host import display_host
from wizard.model.endpoint import Endpoint, scheme_of
from wizard.model.findings import Cause, Finding, Fix
from wizard.model.settings import DECLARATIONS, Settings, Value
from wizard.s3.errors import ErrorResponse, NotS3, StoreError
from wizard.text.sanitize import sanitize


def candidates(finding: Finding, error: StoreError, settings: Settings) -> Iterator[Finding]:
    """Other explanations of `error` than `finding`, each with the fix that would confirm it; the likeliest first."""
    if isinstance(error, ErrorResponse | NotS3):
        yield from _root_of_endpoint(settings)
    match finding.cause:
        case Cause.WRONG_SECRET | Cause.STORE_ERROR if isinstance(error, ErrorResponse) and error.had_no_effect:
            yield _other_signature_version(settings)
        case Cause.WRONG_REGION:
            yield from _other_regions(finding, settings)
        case Cause.DNS | Cause.TLS_HOSTNAME | Cause.NO_BUCKET | Cause.VIRTUAL_HOST_REQUIRED:
            yield from _other_address_style(settings)
        case Cause.REFUSED | Cause.PLAIN_HTTP | Cause.HTTPS_REQUIRED:
            yield from _other_ports(finding, settings)
        case Cause.NOT_S3:
            yield from _other_address_style(settings)
            yield from _other_ports(finding, settings)


def _root_of_endpoint(settings: Settings) -> Iterator[Finding]:
    endpoint = Endpoint.parse(settings.regionendpoint)
    if endpoint.path:
        root = str(endpoint.without_path())
        text = (
            f"The store doesn't serve S3 below {sanitize(endpoint.path, 40)}: the registry would use that as a bucket."
        )
        fix = Fix(f"Use {root}.", {"regionendpoint": root})
        yield Finding(Cause.INVALID_SETTING, text, setting="regionendpoint", fix=fix)


def _other_signature_version(settings: Settings) -> Finding:
    host = display_host(settings)
    if settings.v4auth:
        fix = fixes.V4_AND_REDIRECTS_OFF
        return Finding(
            Cause.V2_REQUIRED,
            f"A proxy in front of {host} changes the Host header. Make it pass the header on (nginx: proxy_set_header "
            "Host $http_host). If there is no proxy, the store accepts these keys only with Signature V2.",
            setting="v4auth",
            fix=fix,
        )
    fix = fixes.V4_ON
    return Finding(
        Cause.V4_REQUIRED,
        f"The store at {host} accepts these keys only with Signature V4.",
        setting="v4auth",
        fix=fix,
    )


def _other_address_style(settings: Settings) -> Iterator[Finding]:
    registry, host = registry_of(settings.registry), display_host(settings)
    if not registry.path_style_setting or not settings.regionendpoint:
        return
    if registry.path_style(settings):
        text = f"The store at {host} requires virtual-hosted-style URLs (bucket.host)."
        fix = fixes.PATH_STYLE_OFF
        yield Finding(Cause.VIRTUAL_HOST_REQUIRED, text, setting="forcepathstyle", fix=fix)
    else:
        text = f"The store at {host} answers in path style. In virtual-hosted style (bucket.host) its name isn't found."
        fix = fixes.PATH_STYLE_ON
        yield Finding(Cause.PATH_STYLE_REQUIRED, text, setting="forcepathstyle", fix=fix)


def _other_regions(finding: Finding, settings: Settings) -> Iterator[Finding]:
    store = store_of(settings)
    known = (store.region_in(settings.regionendpoint), store.region, DECLARATIONS["region"].default)
    for region in dict.fromkeys(str(name) for name in known if name and name != settings.region):
        yield finding._replace(fix=Fix(f"Set the region to {region} (verified to work).", {"region": region}))


def _other_ports(finding: Finding, settings: Settings) -> Iterator[Finding]:
    """The provider's usual port and the scheme's default port; https if the settings say http, never the reverse."""
    endpoint = Endpoint.parse(settings.regionendpoint)
    usual = str(usual_port(settings) or "")
    ports = [port for port in dict.fromkeys((usual, "")) if port != endpoint.port]
    schemes = dict.fromkeys((scheme_of(settings), "https"))
    for port, scheme in itertools.product(ports if settings.regionendpoint else (), schemes):
        other = str(endpoint._replace(scheme=scheme, port=port))
        changes: dict[str, Value] = {"regionendpoint": other, "secure": scheme == "https"}
        yield finding._replace(fix=Fix(f"Use {other} (an S3 API answers there).", changes))


def usual_port(settings: Settings) -> int | None:
    """The port on which a store of this kind usually listens."""
    return store_of(settings).port


def better_fix(finding: Finding) -> Fix | None:
    """A fix that leaves more as it is than that of a check, where it works."""
    return fixes.V4_ON if finding.cause is Cause.V4_REQUIRED and finding.fix == fixes.REDIRECTS_OFF else None


def other_fixes(finding: Finding) -> Iterator[Fix]:
    """Other fixes for the finding of a rule than its own, the best first."""
    if finding.setting == "keyid":  # a key without encryption
        yield fixes.NO_KMS_KEY


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#aws-managed-customer-managed-keys
_KMS_KEY_OF_AMAZON = "alias/aws/s3"
# NOT_S3: a server that answers nothing but a status is not yet recognized as a store.
_OF_REFUSED_WRITES = (
    *(Cause.ACCESS_DENIED, Cause.STORE_ERROR, Cause.UNSUPPORTED, Cause.ACL_NOT_SUPPORTED),
    Cause.NOT_S3,
)


def write_candidates(finding: Finding, settings: Settings) -> Iterator[Finding]:
    """Other explanations of a refused write, each with a change of what is sent with every object."""
    if finding.cause is Cause.ACCESS_DENIED and not settings.encrypt:
        text = "The store rejects unencrypted objects, but these keys can write encrypted ones."
        fix = Fix("Turn encryption on.", {"encrypt": True})
        yield Finding(Cause.ENCRYPTION_REQUIRED, text, setting="encrypt", fix=fix)
    if finding.cause is Cause.ACCESS_DENIED and not settings.keyid:
        text = "The store rejects objects that aren't encrypted with a KMS key, but accepts its own key."
        fix = Fix(f"Encrypt with the KMS key {_KMS_KEY_OF_AMAZON}.", {"keyid": _KMS_KEY_OF_AMAZON, "encrypt": True})
        yield Finding(Cause.ENCRYPTION_REQUIRED, text, setting="keyid", fix=fix)
    if finding.cause not in _OF_REFUSED_WRITES:
        return
    registry = registry_of(settings.registry)
    if algorithm := registry.checksum(settings):
        text = f"The store rejects the {algorithm} checksums of {registry.title}, but accepts objects without them."
        yield Finding(Cause.UNSUPPORTED, text, setting="regionendpoint", fix=fixes.NO_CHECKSUMS)
    for fix in fixes.less_encryption(settings):
        taken = "objects without it" if "encrypt" in fix.set else "encrypted objects without a KMS key"
        text = f"The store rejects the encryption settings, but accepts {taken}."
        yield Finding(Cause.UNSUPPORTED, text, setting=next(iter(fix.set)), fix=fix)
    refused = sanitize(settings.storageclass, 40)
    for name, taken in (("STANDARD", "STANDARD"), ("NONE", "objects without one")):
        if settings.storageclass not in (name, "NONE"):
            fix = Fix(f"Use the storage class {name}.", {"storageclass": name})
            text = f"The store rejects the storage class {refused}, but accepts {taken}."
            yield Finding(Cause.UNSUPPORTED, text, setting="storageclass", fix=fix)
    for fix in (*fixes.other_acls(settings), *([fixes.NO_ACL] if registry.reads("objectownership") else [])):
        text = f"The store rejects the ACL {sanitize(settings.objectacl, 40)} that the registry sends with each object."
        yield Finding(Cause.ACL_NOT_SUPPORTED, text, setting="objectacl", fix=fix)
