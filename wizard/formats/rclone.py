"""Remotes of rclone: https://rclone.org/s3/, https://rclone.org/local/.

Tried with rclone 1.75.2. `sources.rclone` reads the remotes of others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.catalog.endpoints import store_of
from wizard.catalog.registries import registry_of
from wizard.formats.format import Exported, Format, FormatError, no_reader
from wizard.model.endpoint import is_accelerated, scheme_of, url_of
from wizard.model.settings import Settings
from wizard.text.sanitize import sanitize

_PLAIN_CLASSES = ("STANDARD", "NONE")  # those that are not sent
_OTHER = "Other"
_NAME = "registry"  # the remote of an export
_QUOTES = ("`", '"""')  # what begins a quoted value


def write_remotes(remotes: Mapping[str, Settings]) -> str:
    """A configuration of rclone with a remote for each name. It contains the secret keys.

    A remote has no bucket and no root directory: these are in the path, as in `path_in_remote`. Raises `FormatError`
    for a value that rclone would change.
    """
    sections = ([f"[{name}]", *_lines(_parameters(settings))] for name, settings in remotes.items())
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def _write(settings: Settings) -> Exported:
    """One remote. What it cannot hold is in the remarks: the path, and to verify no certificate."""
    path = path_in_remote(settings, registry_of(settings.registry).images.folder)
    remarks = [f"A remote contains no bucket and no path. The images are in {sanitize(f'{_NAME}:{path}')}"]
    if settings.type == "s3" and settings.skipverify:
        remarks.append('rclone has no "skipverify" in a remote. Use its flag --no-check-certificate.')
    return Exported(write_remotes({_NAME: settings}), tuple(remarks))


def path_in_remote(settings: Settings, folder: str) -> str:
    """The path of a `folder` below the root directory, as it follows the name of a remote and a colon."""
    root = settings.rootdirectory.strip("/")
    if settings.type == "filesystem":
        return "/" + "/".join(filter(None, (root, folder)))
    return "/".join(filter(None, (settings.bucket, root, folder)))


def _parameters(settings: Settings) -> Mapping[str, object]:
    """The parameters of one remote; those without a value are None."""
    if settings.type == "filesystem":
        return {"type": "local", "copy_links": True}  # without it, rclone leaves out what a link leads to
    registry = registry_of(settings.registry)
    return {
        "type": "s3",
        "provider": _provider(settings),
        "env_auth": None if settings.accesskey else True,
        "access_key_id": settings.accesskey or None,
        "secret_access_key": settings.secretkey.reveal() or None,
        "region": settings.region or None,
        "endpoint": _endpoint(settings),
        "force_path_style": registry.path_style(settings),
        "v2_auth": True if registry.v2_signatures and not settings.v4auth else None,
        "use_accelerate_endpoint": True if is_accelerated(settings) else None,
        "use_dual_stack": True if settings.value("usedualstack") is True else None,
        "acl": registry.acl(settings) or None,
        "storage_class": None if settings.storageclass in _PLAIN_CLASSES else settings.storageclass,
        "server_side_encryption": ("aws:kms" if settings.keyid else "AES256") if settings.encrypt else None,
        "sse_kms_key_id": (settings.keyid or None) if settings.encrypt else None,
        "no_check_bucket": True,  # the registry's key is not allowed to create one
    }


def _provider(settings: Settings) -> str:
    """The store as rclone knows it, with what it knows of the store.

    For some stores rclone puts the bucket into the host name whatever `force_path_style` says. That fails for a name
    that cannot be part of a host.
    """
    return (registry_of(settings.registry).bucket_fits_host(settings) and store_of(settings).rclone) or _OTHER


def _endpoint(settings: Settings) -> str | None:
    """The endpoint with its scheme; None where rclone finds it by the region and the other parameters."""
    if is_accelerated(settings):
        return None
    is_usual = scheme_of(settings) == "https" and not settings.value("usefipsendpoint")
    return None if is_usual and not settings.regionendpoint else url_of(settings)


def _lines(parameters: Mapping[str, object]) -> Iterator[str]:
    for name, value in parameters.items():
        if value is not None:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            yield f"{name} = {_quoted(name, text)}"


def _quoted(name: str, text: str) -> str:
    """A value as rclone reads it (github.com/Unknwon/goconfig, read.go and conf.go)."""
    if "%(" in text or not text.isprintable():
        raise FormatError(f'rclone cannot read the value of "{name}": it contains "%(" or a control character.')
    return f'"""{text}"""' if text.startswith(_QUOTES) or text != text.strip() else text


RCLONE = Format(
    "rclone",
    "a remote of rclone",
    _write,
    no_reader,
    frozenset(),
    lambda _: False,
    is_on_host=True,
    trust="set SSL_CERT_FILE for rclone, or use its flag --ca-cert",
    limits="bucket, `rootdirectory`, `skipverify`, sizes, redirects",
    checked_by="rclone 1.75.2 reads it",
)
