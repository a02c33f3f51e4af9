"""What one registry supports, as data that the rules, the checks and the screens read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from wizard.model.endpoint import is_loopback
from wizard.model.settings import Settings

ACLS = (
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
)


_LARGEST_PART = 5 << 30  # bytes; S3 takes no larger one


class Instruction(NamedTuple):
    """What to do with the saved file: a sentence, and the command where there is one."""

    text: str
    command: str = ""


class Registry(NamedTuple):
    """One registry and the S3 driver in it.

    `regions` are those that its SDK knows (it refuses others where no endpoint is given); None means that it
    takes any. `path_style_setting` is false in the 2.x line, where an endpoint alone decides the address style.
    `wide_credentials` is true where blank keys also mean container, web-identity and SSO credentials.
    `content_md5` is true where objects and parts are sent with their Content-MD5.
    `joins_last_parts` is true where the last two parts of a layer go as one, of nearly twice the chunk size.
    `proxy_with_skipverify` is false in the 2.x line, which forgets its proxy together with the verification.
    """

    id: str
    title: str
    summary: str
    regions: frozenset[str] | None
    storage_classes: tuple[str, ...]
    path_style_setting: bool
    stat_by_list: bool
    list_version: int
    wide_credentials: bool
    v2_signatures: bool
    proxy_with_skipverify: bool
    content_md5: bool
    joins_last_parts: bool
    next_steps: Callable[[Settings, Path], tuple[Instruction, ...]]

    def path_style(self, settings: Settings) -> bool:
        """Whether this registry puts the bucket in the path (`host/bucket`), given `settings`."""
        return settings.forcepathstyle if self.path_style_setting else bool(settings.regionendpoint)

    def drives_as(self, other: Registry) -> bool:
        """Whether both have the same driver inside, so that what one takes the other takes."""
        return self == other._replace(id=self.id, title=self.title, summary=self.summary, next_steps=self.next_steps)

    def largest_part(self, chunksize: int) -> int:
        """How many bytes a part of a layer can have."""
        return min(2 * chunksize - 1 if self.joins_last_parts else chunksize, _LARGEST_PART)

    def asks_proxies(self, settings: Settings) -> bool:
        """Whether it goes through the proxies that the environment names."""
        return not is_loopback(settings) and (self.proxy_with_skipverify or not settings.skipverify)

    def reads(self, setting: str) -> bool:
        """Whether this registry knows the setting at all."""
        return setting != "forcepathstyle" or self.path_style_setting
