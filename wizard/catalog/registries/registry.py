"""A registry as data that the rules, the checks and the user interfaces read."""

from __future__ import annotations

from typing import NamedTuple

from wizard.catalog.registries.next_steps import NextSteps
from wizard.model.endpoint import is_loopback
from wizard.model.settings import Settings

# The canned ACLs that every version of the driver accepts (registry/storage/driver/s3-aws/s3.go, validObjectACLs).
ACLS = (
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
)

# Bytes; https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
_LARGEST_PART = 5 << 30


class Registry(NamedTuple):
    """One registry and its S3 driver.

    - `regions`: those that its SDK knows; without an endpoint it refuses others. None if it accepts any.
    - `storage_classes`: those that the driver accepts.
    - `path_style_setting`: whether it has a setting for path style. The 2.x line has none: it uses path style
      whenever an endpoint is set.
    - `stat_by_list`: whether it looks up an object with a listing instead of HeadObject.
    - `list_version`: 1 for ListObjects, 2 for ListObjectsV2.
    - `full_credential_chain`: whether blank keys also mean container, web identity and SSO credentials.
    - `v2_signatures`: whether it can sign with version 2.
    - `proxy_with_skipverify`: whether it uses a proxy with `skipverify`. The 2.x line then ignores proxies.
    - `content_md5`: whether it sends objects and parts with a Content-MD5 header.
    - `merges_last_parts`: whether the last two parts of a layer become one, of almost twice the chunk size.
    - `next_steps`: what to do with the saved file.
    """

    id: str
    title: str
    summary: str
    regions: frozenset[str] | None
    storage_classes: tuple[str, ...]
    path_style_setting: bool
    stat_by_list: bool
    list_version: int
    full_credential_chain: bool
    v2_signatures: bool
    proxy_with_skipverify: bool
    content_md5: bool
    merges_last_parts: bool
    next_steps: NextSteps

    def path_style(self, settings: Settings) -> bool:
        """Whether this registry uses path style (`host/bucket`) with `settings`."""
        return settings.forcepathstyle if self.path_style_setting else bool(settings.regionendpoint)

    def has_same_driver(self, other: Registry) -> bool:
        """Whether both have the same driver, so that what is validated for one is valid for the other."""
        return self == other._replace(id=self.id, title=self.title, summary=self.summary, next_steps=self.next_steps)

    def largest_part(self, chunksize: int) -> int:
        """The size in bytes of the largest part that it uploads with this chunk size."""
        return min(2 * chunksize - 1 if self.merges_last_parts else chunksize, _LARGEST_PART)

    def uses_proxy(self, settings: Settings) -> bool:
        """Whether it connects through the proxies that its environment names."""
        return not is_loopback(settings) and (self.proxy_with_skipverify or not settings.skipverify)

    def supports(self, setting: str) -> bool:
        """Whether this registry has the setting."""
        return setting != "forcepathstyle" or self.path_style_setting
