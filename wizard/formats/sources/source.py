"""What a source is, and what the sources share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from wizard.formats.sources.ini import plain_value
from wizard.model.findings import Value
from wizard.model.secret import Secret


class PartialSettings(NamedTuple):
    """The settings that a source has, by name, and a sentence about each thing that was ignored.

    A source names a store: without `regionendpoint` that is Amazon S3. It has both keys or neither.
    """

    changes: Mapping[str, Value]
    remarks: tuple[str, ...] = ()


Source = Callable[[str], PartialSettings]
"""Reads the settings that have a name in the source's configuration; `FormatError` if there is none of that name."""


def rename_values(section: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Value]:
    """The values that are not empty; `names` maps the source's names to those of the settings."""
    values = {setting: plain_value(section, name) for name, setting in names.items()}
    return {setting: value for setting, value in values.items() if value}


def key_pair(accesskey: str, secretkey: str) -> dict[str, Value]:
    """Both keys; nothing if one is missing."""
    return {"accesskey": accesskey, "secretkey": Secret(secretkey)} if accesskey and secretkey else {}


def half_pair_remark(accesskey: str, secretkey: str) -> Iterator[str]:
    """A remark on a key that has no other one."""
    if bool(accesskey) != bool(secretkey):
        present, missing = ("an access key", "a secret key") if accesskey else ("a secret key", "an access key")
        yield f"It has {present} without {missing}, so no keys were imported."
