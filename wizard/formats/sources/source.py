"""What a source is, and what the sources share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from wizard.formats.sources.ini import plain_value
from wizard.model.secret import Secret
from wizard.model.settings import Value


class PartialSettings(NamedTuple):
    """The settings that a source has, by name, and a sentence about each thing that was ignored.

    A source names a store: without `regionendpoint` that is Amazon S3. It has both keys or neither. `provider` is the
    id of the preset that the source names; empty if the endpoint shows it.
    """

    changes: Mapping[str, Value]
    remarks: tuple[str, ...] = ()
    provider: str = ""


class Source(NamedTuple):
    """Another program's configuration.

    - `title`: how sentences name one of the things in it that have a name, such as "AWS profile".
    - `read`: the settings that have a name there; `FormatError` if there are none of that name.
    - `names`: the names there are; none without the program's configuration, `FormatError` if it is unreadable.
    - `files`: the paths of the program's configuration.
    """

    title: str
    read: Callable[[str], PartialSettings]
    names: Callable[[], list[str]]
    files: Callable[[], tuple[Path, ...]]


def rename_values(section: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Value]:
    """The values that are not empty; `names` maps the source's names to those of the settings."""
    values = {setting: plain_value(section, name) for name, setting in names.items()}
    return {setting: value for setting, value in values.items() if value}


def key_pair(accesskey: str, secretkey: str) -> dict[str, Value]:
    """Both keys; nothing if one is missing."""
    return {"accesskey": accesskey, "secretkey": Secret(secretkey)} if accesskey and secretkey else {}


def bucket_path(path: str) -> dict[str, Value]:
    """The bucket and the root directory of a path such as `images/registry`; what it leaves out is left out."""
    bucket, _, root = path.strip("/").partition("/")
    parts: dict[str, Value] = {"bucket": bucket, "rootdirectory": f"/{root}" if root else ""}
    return {name: value for name, value in parts.items() if value}


def half_pair_remark(accesskey: str, secretkey: str) -> Iterator[str]:
    """A remark on a key that has no other one."""
    if bool(accesskey) != bool(secretkey):
        present, missing = ("an access key", "a secret key") if accesskey else ("a secret key", "an access key")
        yield f"The source has {present} but not {missing}, so no keys were imported."
