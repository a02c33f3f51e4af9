"""Parameters of the driver that are no settings: what is known to break a registry, and what has no effect."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.catalog.registries import Registry, registry_of
from wizard.model.endpoint import Endpoint
from wizard.model.findings import Cause, Finding, Fix, Severity
from wizard.model.fixes import NO_CHECKSUMS
from wizard.model.further_parameters import FURTHER_PARAMETERS
from wizard.model.settings import DECLARATIONS, Settings, format_size
from wizard.rules.invalid import invalid_setting
from wizard.text.sanitize import sanitize

CHECKSUMS = ("CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME")
_OTHER_HOSTS = ("usedualstack", "usefipsendpoint")  # they change the host where no endpoint is set


def numbers(settings: Settings) -> Iterator[Finding]:
    """Numbers are within the bounds that the driver enforces when it starts."""
    for name in _read_by(registry_of(settings.registry), settings):
        value, known = settings.further[name], FURTHER_PARAMETERS[name]
        if isinstance(value, bool) or not isinstance(value, int) or known.minimum <= value <= known.maximum:
            continue
        is_size, default = name.endswith("size"), known.default
        lowest = format_size(known.minimum) if is_size else str(known.minimum)
        text = f"The registry won't start: {name} must be {lowest}"
        text += f" to {format_size(known.maximum)}." if is_size else " or more."
        shown = format_size(int(default)) if is_size else str(default)
        yield invalid_setting("multipartcopythresholdsize", text, Fix(f"Use {shown}.", {name: default}))


def accelerate(settings: Settings) -> Iterator[Finding]:
    """Transfer acceleration puts the bucket into the host name, whatever path style says, and changes the host.

    Source: `updateEndpointForAccelerate` in service/s3/host_style_bucket.go of aws-sdk-go v1.55.5.
    """
    registry = registry_of(settings.registry)
    if settings.further.get("accelerate") is not True or not registry.reads("accelerate"):
        return
    endpoint = Endpoint.parse(settings.regionendpoint)
    fix = Fix("Turn accelerate off.", {"accelerate": False})
    if settings.bucket and not registry.bucket_fits_host(settings):
        text = "Transfer acceleration needs a bucket name that is valid in a host name: every call fails."
        yield invalid_setting("bucket", text, fix)
    elif settings.regionendpoint and not endpoint.is_amazon():
        is_broken = registry.path_style(settings) or endpoint.is_address() or _is_changed(endpoint, settings.region)
        text = "Transfer acceleration uses virtual-hosted style (bucket.host), even with path style on."
        severity = Severity.ERROR if is_broken else Severity.WARNING
        yield Finding(Cause.PATH_STYLE_REQUIRED, text, severity, "forcepathstyle", fix)
    else:
        text = "The accelerate setting works only if the bucket has transfer acceleration enabled."
        yield invalid_setting("regionendpoint", text, fix, Severity.WARNING)


def _is_changed(endpoint: Endpoint, region: str) -> bool:
    """Whether the SDK refuses the host, or makes another one of it: `s3` at its start and the region are replaced."""
    first, *others = endpoint.host.split(".")
    return len(others) < 2 or first == "s3" or first.startswith("s3-") or region in others[:-1]


def checksums(settings: Settings) -> Iterator[Finding]:
    """GitLab sends checksums by default, which most compatible stores refuse.

    Sources: docs/storage-drivers/s3_v2.md of gitlab-org/container-registry, and its issue 2309.
    """
    registry = registry_of(settings.registry)
    if not registry.reads("checksum_algorithm"):
        return
    algorithm = registry.checksum(settings)
    if algorithm and algorithm not in CHECKSUMS:
        yield invalid_setting(
            "regionendpoint",
            f'{registry.title} doesn\'t support the checksum "{sanitize(algorithm, 20)}". Use {", ".join(CHECKSUMS)}.',
            Fix("Use CRC64NVME.", {"checksum_algorithm": "CRC64NVME"}),
        )
    elif algorithm and settings.regionendpoint and not Endpoint.parse(settings.regionendpoint).is_amazon():
        yield Finding(
            Cause.UNSUPPORTED,
            f"{registry.title} sends {algorithm} checksums. Many stores reject them, and then every push fails.",
            Severity.WARNING,
            "regionendpoint",
            NO_CHECKSUMS,
        )


def object_ownership(settings: Settings) -> Iterator[Finding]:
    """GitLab does not start with `objectownership` beside an ACL."""
    registry = registry_of(settings.registry)
    if registry.acl(settings) or settings.objectacl == DECLARATIONS["objectacl"].default:
        return
    text = f"{registry.title} won't start with both an object ACL and objectownership: true."
    yield invalid_setting("objectacl", text, Fix("Use private (omitted from the file).", {"objectacl": "private"}))


def kept(settings: Settings) -> Iterator[Finding]:
    """Names the parameters that are kept, so that they are not taken for validated."""
    registry = registry_of(settings.registry)
    read = _read_by(registry, settings)
    if unread := [name for name in settings.further if name not in read]:
        yield _hint(f"{registry.title} ignores {_list(unread)}.")
    if settings.regionendpoint and (without_effect := [name for name in read if name in _OTHER_HOSTS]):
        yield _hint(f"No effect while an endpoint is set: {_list(without_effect)}.")
    if others := [name for name in read if not (name in _OTHER_HOSTS and settings.regionendpoint)]:
        yield _hint(f"Kept from the imported file: {_list(others)}.")


def _read_by(registry: Registry, settings: Settings) -> list[str]:
    return [name for name in settings.further if registry.reads(name)]


def _list(names: list[str]) -> str:
    """At most two names in full: a finding is one line."""
    more = f" and {len(names) - 2} more" if len(names) > 2 else ""
    return ", ".join(names[:2]) + more


def _hint(text: str) -> Finding:
    return invalid_setting("", text, severity=Severity.HINT)
