"""A registry as data that the rules, the checks and the user interfaces read."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Self

from wizard.catalog.registries.migration import Migration
from wizard.catalog.registries.next_steps import NextSteps
from wizard.catalog.registries.sdk import CredentialSource, Sdk
from wizard.model.endpoint import scheme_of
from wizard.model.settings import MIB, Settings

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
MOUNTED_CA = "mount the CA file into the container and set SSL_CERT_FILE to its path"  # as a `Registry.trust`
_COPY_CHUNK = 32 * MIB  # bytes; defaultMultipartCopyChunkSize in s3.go
# A bucket with another name is never put into a host name (aws-sdk-go, service/s3/host_style_bucket.go).
_DNS_NAME = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_IPV4 = r"([0-9]+\.){3}[0-9]+"


_NOT_OF_THE_DRIVER = (  # fields of a `Registry`
    *("id", "title", "label", "also", "summary", "next_steps", "proxy_note", "difference", "is_offered", "images"),
    *("policy_name", "has_documented_policy", "trust", "migration", "usual_url"),
)


class ByteRange(NamedTuple):
    """The first and the last byte, counted from 0, as in `bytes=0-9`."""

    first: int
    last: int


class Images(NamedTuple):
    """What a registry does with images that it has not pushed into its storage itself: sentences.

    `left_behind`: what happens if the images are not copied from the previous storage to the new one.
    `found`: what happens to images that the new storage already contains. `folder`: the one below the root directory
    that contains everything, in the registries of Docker's line that of registry/storage/paths.go; empty if there is
    none.
    """

    left_behind: str
    found: str
    folder: str = "docker"


class Registry(NamedTuple):
    """One registry, its S3 driver and the SDK below it: everything in which registries differ towards a store.

    - `title`: its name in a sentence.
    - `label`: its name in a list, as people know it, in at most 14 characters; `also`: its other names, in lower case.
    - `sdk`: what its SDK finds in the environment, signs and sends.
    - `storage_classes`, `acls`: those that can be set and that the driver accepts; the first one is the usual one.
    - `newer_storage_classes`: of these, the ones that early releases of its line do not start with, and the first
      release that does.
    - `path_style_setting`: whether it has a setting for path style. The 2.x line has none: it uses path style
      whenever an endpoint is set.
    - `blank_region`: whether it starts without a region if an endpoint is set. Its SDK then needs one from the
      environment, or every call fails (`MissingRegion`).
    - `stat_by_list`: whether it looks up an object with a listing instead of HeadObject.
    - `list_version`: 1 for ListObjects, 2 for ListObjectsV2.
    - `needs_truncation`: whether it crashes on a listing that does not say whether it is complete (`IsTruncated`).
    - `merges_last_parts`: whether the last two parts of a layer become one, of almost twice the chunk size.
    - `further_parameters`: names of the driver's parameters that are not among the settings.
    - `has_root`, `can_skip_verification`: whether its configuration can have a root directory in a bucket, and turn the
      verification of certificates off.
    - `largest_chunk`: the largest chunk size in bytes with which it starts.
    - `next_steps`: what to do with the saved file.
    - `images`: what it makes of images, where its storage is replaced by another one.
    - `migration`: what it needs around a copy of its images to another store.
    - `policy_name`: the name that its IAM policy has on a user; `has_documented_policy`: whether its documentation has
      another one.
    - `trust`: how it is made to trust a CA, what to do without a full stop; empty where it reads the CAs of its host.
    - `proxy_note`: what its releases do with the proxy of the environment, where that differs.
    - `difference`: what a validation says of a registry that uses a store in another way than Distribution does.
    - `usual_url`: where its API usually is, with what an admin must replace in capitals; empty if `verify` has no
      repository to push to.
    - `is_offered`: whether the wizard offers it; it does not where only the configuration is known.
    """

    id: str
    title: str
    label: str
    summary: str
    sdk: Sdk
    storage_classes: tuple[str, ...]
    newer_storage_classes: Mapping[str, str]
    path_style_setting: bool
    blank_region: bool
    stat_by_list: bool
    list_version: int
    needs_truncation: bool
    merges_last_parts: bool
    further_parameters: frozenset[str]
    next_steps: NextSteps
    images: Images
    migration: Migration
    policy_name: str = "RegistryStoragePerms"
    has_documented_policy: bool = False
    trust: str = ""
    proxy_note: str = ""
    also: tuple[str, ...] = ()
    difference: str = ""
    usual_url: str = ""
    is_offered: bool = True
    largest_chunk: int = _LARGEST_PART
    acls: tuple[str, ...] = ACLS
    has_root: bool = True
    can_skip_verification: bool = True

    @property
    def regions(self) -> frozenset[str] | None:
        """The regions that its SDK knows; without an endpoint it refuses others. None if it accepts any."""
        return self.sdk.regions

    @property
    def full_credential_chain(self) -> bool:
        """Whether blank keys also mean container, web identity and SSO credentials."""
        return CredentialSource.WEB_IDENTITY in self.sdk.credential_sources

    @property
    def v2_signatures(self) -> bool:
        """Whether it can sign with version 2."""
        return self.sdk.v2_signatures

    @property
    def v2_signs_bucket_in_host(self) -> bool:
        """Whether its version 2 signatures cover a bucket in the host name."""
        return self.sdk.v2_signs_bucket_in_host

    @property
    def content_md5(self) -> bool:
        """Whether it sends objects and parts with a Content-MD5 header."""
        return self.sdk.content_md5

    def path_style(self, settings: Settings) -> bool:
        """Whether this registry uses path style (`host/bucket`) with `settings`."""
        return settings.forcepathstyle if self.path_style_setting else bool(settings.regionendpoint)

    def bucket_in_host(self, settings: Settings) -> bool:
        """Whether it addresses this bucket virtual-hosted style (`bucket.host`)."""
        return not self.path_style(settings) and self.bucket_fits_host(settings)

    def bucket_fits_host(self, settings: Settings) -> bool:
        """Whether the SDK can put this bucket into a host name; if not, it uses path style.

        The name must be one of a host and, with https, have no dot: a wildcard certificate would not match
        (`hostCompatibleBucketName` in service/s3/host_style_bucket.go of aws-sdk-go).
        """
        name = settings.bucket
        can_be_host = re.fullmatch(_DNS_NAME, name) and ".." not in name and not re.fullmatch(_IPV4, name)
        has_dot = "." in name and scheme_of(settings) == "https"
        return bool(can_be_host) and not has_dot

    def has_same_driver(self, other: Self) -> bool:
        """Whether both have the same driver, so that what is validated for one is valid for the other."""
        of_driver = {name: getattr(other, name) for name in self._fields if name not in _NOT_OF_THE_DRIVER}
        return self == self._replace(**of_driver)

    def largest_part(self, chunksize: int) -> int:
        """The size in bytes of the largest part that it uploads with this chunk size."""
        return min(2 * chunksize - 1 if self.merges_last_parts else chunksize, _LARGEST_PART)

    def part_sizes(self, size: int, chunksize: int) -> Iterator[int]:
        """The sizes in bytes of the parts in which it uploads a layer of `size` bytes that arrives in one request.

        The 2.x line joins the last two parts if the last one is smaller than a chunk, so that 25 MiB with chunks of
        10 MiB become parts of 10 and 15 MiB (`flushPart` in s3.go). The 3.x line sends chunks and the rest.
        """
        full, rest = divmod(size, chunksize)
        if rest and full and self.merges_last_parts:
            full, rest = full - 1, chunksize + rest
        yield from (chunksize for _ in range(full))
        if rest or not size:
            yield rest

    def copy_ranges(self, size: int, settings: Settings) -> Iterator[ByteRange]:
        """The ranges of the UploadPartCopy calls that move a layer of `size` bytes to its place.

        Nothing for a layer up to the threshold, which one CopyObject moves. The ranges have `multipartcopychunksize`
        bytes, 32 MiB by default, and all calls run at the same time (`copy` in s3.go, the same in both lines).
        """
        if size <= settings.multipartcopythresholdsize:
            return
        chunk = self.copy_chunk(settings)
        yield from (ByteRange(first, min(first + chunk, size) - 1) for first in range(0, size, chunk))

    def copy_chunk(self, settings: Settings) -> int:
        """The size in bytes of the parts of a copy: `multipartcopychunksize`, or its default."""
        chunk = settings.further.get("multipartcopychunksize") if self.reads("multipartcopychunksize") else None
        return chunk if isinstance(chunk, int) and chunk > 0 else _COPY_CHUNK

    def checksum(self, settings: Settings) -> str:
        """The algorithm of the checksum that it sends with objects and parts; empty for none.

        Only GitLab's driver sends one: CRC64NVME, or `checksum_algorithm`, unless `checksum_disabled`. In GitLab 19.0
        and 19.1 DeleteObjects has a CRC32 with `checksum_disabled` too; since 19.2 (registry v4.40.2) it has a
        Content-MD5 then (gitlab-org/container-registry#2309).
        """
        if not self.sdk.default_checksum or self.checksum_disabled(settings):
            return ""
        return str(settings.further.get("checksum_algorithm") or self.sdk.default_checksum)

    def checksum_disabled(self, settings: Settings) -> bool:
        """The value of GitLab's `checksum_disabled`: as an import has found it, else true with an endpoint.

        Most compatible stores refuse the checksums, so an export turns them off where nothing else was asked for.
        """
        disabled = settings.further.get("checksum_disabled")
        if disabled is None:
            return bool(settings.regionendpoint) and "checksum_algorithm" not in settings.further
        return disabled is True

    def acl(self, settings: Settings) -> str:
        """The canned ACL that it sends with every object; empty for none.

        Only GitLab's driver can send none: with `objectownership`, for buckets whose ACLs are disabled.
        """
        is_left_out = self.reads("objectownership") and settings.further.get("objectownership") is True
        return "" if is_left_out else settings.objectacl

    def region(self, settings: Settings, environment: Mapping[str, str]) -> str:
        """The region that it signs with: the setting, or if that is blank, the one of the environment if it counts."""
        if settings.region or not (self.blank_region and settings.regionendpoint):
            return settings.region
        return self.sdk.region_in(environment)

    def refused_in_region(self, settings: Settings) -> str:
        """The character of the region's name for which its SDK makes no call; empty if it accepts the name.

        A dot matters only where the bucket is not in the path.
        """
        refused = "_" if self.path_style(settings) else "_."
        return next((char for char in settings.region if char in refused), "") if self.sdk.checks_region_names else ""

    def uses_proxy(self, settings: Settings) -> bool:
        """Whether it connects through the proxies that its environment names.

        It reads HTTP_PROXY, HTTPS_PROXY and NO_PROXY by Go's rules (golang.org/x/net/http/httpproxy).
        """
        return self.sdk.proxy_with_skipverify or not settings.skipverify

    def supports(self, setting: str) -> bool:
        """Whether this registry has the setting."""
        return setting != "forcepathstyle" or self.path_style_setting

    def as_read(self, settings: Settings) -> Settings:
        """The settings without the further parameters that its driver does not read."""
        return settings.with_further({name: settings.further[name] for name in settings.further if self.reads(name)})

    def reads(self, parameter: str) -> bool:
        """Whether its driver reads a further parameter, one that is not among the settings."""
        return parameter in self.further_parameters
