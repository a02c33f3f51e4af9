"""What a source is, and what the sources share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from wizard.model.findings import Value


class PartialSettings(NamedTuple):
    """The settings that a source has, by name, and a sentence about each thing that was ignored."""

    changes: Mapping[str, Value]
    remarks: tuple[str, ...] = ()


Source = Callable[[str], PartialSettings]
"""Reads the settings that have a name in the source's configuration; `FormatError` if there is none of that name."""


def rename_values(section: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Value]:
    """The values that are not empty; `names` maps the source's names to those of the settings."""
    return {setting: section[name] for name, setting in names.items() if section.get(name)}
