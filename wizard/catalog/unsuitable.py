"""Stores that people choose for a registry and that cannot serve one, so that they are named and not offered."""

from typing import NamedTuple

from wizard.catalog.endpoint_template import matches
from wizard.model.findings import Cause


class UnsuitableStore(NamedTuple):
    """A store that no S3 driver of a registry works with: why, and the templates of its endpoints."""

    id: str
    title: str
    cause: Cause
    reason: str
    endpoints: tuple[str, ...]
    source: str


UNSUITABLE_STORES = (
    UnsuitableStore(
        "azure",
        "Azure Blob Storage",
        Cause.NOT_S3,
        "Azure Blob Storage does not support S3. Use the registry's azure driver.",
        ("https://<ACCOUNT>.blob.core.windows.net", "https://<ACCOUNT>.dfs.core.windows.net"),
        "https://learn.microsoft.com/en-us/rest/api/storageservices/blob-service-rest-api",
    ),
    UnsuitableStore(
        "rabata",
        "Rabata",
        Cause.UNSUPPORTED,
        "Rabata cannot copy objects, and every push ends with a copy. Choose another store.",
        ("https://s3.{region}.rabata.io",),
        "https://github.com/rclone/rclone/blob/master/backend/s3/provider/Rabata.yaml",
    ),
    UnsuitableStore(
        "fastly",
        "Fastly Object Storage",
        Cause.UNSUPPORTED,
        "Fastly does not support multipart uploads as the registry sends them. Choose another store.",
        ("https://{region}.object.fastlystorage.app",),
        "https://github.com/rclone/rclone/blob/master/backend/s3/provider/Fastly.yaml",
    ),
)


def unsuitable_store(endpoint: str) -> UnsuitableStore | None:
    """The unsuitable store that `endpoint` belongs to, if any."""
    for store in UNSUITABLE_STORES:
        if any(matches(template, endpoint) for template in store.endpoints):
            return store
    return None
