"""The fixes that several packages offer, each with one wording."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.model.findings import Fix
from wizard.model.settings import MIB, Settings, format_size

V4_ON = Fix("Turn V4 auth on.", {"v4auth": True})
V4_AND_REDIRECTS_OFF = Fix("Turn V4 auth and redirects off.", {"v4auth": False, "redirect": False})
PATH_STYLE_ON = Fix("Turn path style on.", {"forcepathstyle": True})
PATH_STYLE_OFF = Fix("Turn path style off.", {"forcepathstyle": False})
REDIRECTS_OFF = Fix("Turn redirects off.", {"redirect": False})
NO_ACL = Fix("Send no ACL (objectownership).", {"objectownership": True, "objectacl": "private"})
NO_CHECKSUMS = Fix("Turn checksum_disabled on.", {"checksum_disabled": True})
NO_KMS_KEY = Fix("Remove the KMS key.", {"keyid": ""})

# Most layers are smaller, and go in one part (github.com/balena-io/open-balena-registry/pull/251).
SAFE_CHUNK_SIZE = 100 * MIB  # bytes
LARGE_PARTS = Fix("Use a chunk size of 100 MiB, so that most layers fit in one part.", {"chunksize": SAFE_CHUNK_SIZE})


def copy_whole_objects(largest: int) -> Fix:
    """The fix where a store copies no parts. `largest` is the size in bytes of the largest object that it copies."""
    text = f"Copy objects in one call, up to {format_size(largest)}."
    return Fix(text, {"multipartcopythresholdsize": largest})


def other_acls(settings: Settings) -> Iterator[Fix]:
    """The fixes where a store refuses the ACL: those that grant no access to others."""
    for acl in ("private", "bucket-owner-full-control"):
        if settings.objectacl != acl:
            yield Fix(f"Use the ACL {acl}.", {"objectacl": acl})


def less_encryption(settings: Settings) -> Iterator[Fix]:
    """The fixes where a store refuses the encryption; first the one that keeps it, with a key of the store's own."""
    if settings.encrypt and settings.keyid:
        yield Fix("Encrypt without a KMS key.", {"keyid": ""})
    if settings.encrypt:
        yield Fix("Turn encryption off.", {"encrypt": False, "keyid": ""})
